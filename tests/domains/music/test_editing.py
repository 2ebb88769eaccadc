"""Songs with other notes."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.io.songs import songs

from clinamen.domains.music.editing import changed_bars, notes_in_ticks, with_notes
from clinamen.domains.music.events import TICKS_PER_QUARTER as QUARTER
from clinamen.domains.music.notes import ChordSymbol, Key, KeyChange, Melody, Note, Song
from clinamen.errors import ParameterError


def _note(onset: int, length: int, pitch: int, **more: object) -> Note:
    return Note(Fraction(onset, 2), Fraction(length, 2), pitch, **more)  # type: ignore[arg-type]


LINE = Melody(
    notes=(
        _note(0, 2, 60, spelling="C", lyric="Oh-", velocity=70),
        _note(2, 2, 66, spelling="Gb", lyric="-ver", velocity=90),
        _note(4, 3, 67, spelling="G", tied=(Fraction(1), Fraction(1, 2)), velocity=50),
        _note(8, 2, 64, spelling="E", lyric="far", velocity=60),
        _note(10, 4, 60, spelling="C", velocity=60),
    ),
    keys=(KeyChange(Fraction(0), Key(0)),),
    phrase_starts=(0, 3),
    end_quarters=Fraction(8),
)
SONG = Song(LINE, title="Line")


@settings(deadline=None, max_examples=40)
@given(songs(max_bars=3))
def test_the_same_notes_are_the_same_song(song: Song) -> None:
    assert with_notes(song, notes_in_ticks(song.melody)) == song


@settings(deadline=None, max_examples=40)
@given(songs(max_bars=3), st.data())
def test_kept_notes_stay_as_written_and_the_frame_as_it_was(
    song: Song, data: st.DataObject
) -> None:
    notes = notes_in_ticks(song.melody)
    kept = data.draw(st.lists(st.booleans(), min_size=len(notes), max_size=len(notes)))
    some = [note for note, keep in zip(notes, kept, strict=True) if keep]
    found = with_notes(song, some)
    assert found.melody.notes == tuple(
        note for note, keep in zip(song.melody.notes, kept, strict=True) if keep
    )
    frame = {"notes": (), "phrase_starts": ()}
    assert found.melody.replace(**frame) == song.melody.replace(**frame)
    assert found.replace(melody=song.melody) == song


def test_new_notes_are_spelled_and_take_syllable_and_velocity_of_their_place() -> None:
    notes = list(notes_in_ticks(LINE))
    notes[1] = (QUARTER, QUARTER, 61)
    notes[2] = (2 * QUARTER, QUARTER, 60)
    found = with_notes(SONG, notes).melody.notes
    assert found[1] == _note(2, 2, 61, spelling="C#", lyric="-ver", velocity=90)
    assert found[2] == _note(4, 2, 60, spelling="C", velocity=50)
    assert found[0] is LINE.notes[0]


def test_a_new_note_is_spelled_as_its_key_is_in_the_bar() -> None:
    written = Melody(
        notes=(
            _note(0, 2, 70, spelling="A#"),
            _note(2, 2, 71, spelling="B"),
            _note(4, 2, 67, spelling="G"),
            _note(6, 2, 64, spelling="E"),
        ),
        keys=LINE.keys,
    )
    notes = list(notes_in_ticks(written))
    notes[3] = (*notes[3][:2], 70)
    found = with_notes(Song(written), notes).melody.notes
    assert [note.spelling for note in found] == ["A#", "B", "G", "A#"]


def test_without_a_note_at_the_place_there_is_no_syllable() -> None:
    notes = list(notes_in_ticks(LINE))
    notes[1] = (3 * QUARTER // 2, QUARTER // 2, 66)
    assert with_notes(SONG, notes).melody.notes[1] == _note(3, 1, 66, spelling="F#", velocity=90)


def test_a_note_of_another_pitch_keeps_its_tied_parts() -> None:
    notes = list(notes_in_ticks(LINE))
    notes[2] = (*notes[2][:2], 69)
    assert with_notes(SONG, notes).melody.notes[2].tied == LINE.notes[2].tied


def test_notes_without_spelling_get_none() -> None:
    bare = SONG.replace(melody=Melody(notes=(_note(0, 2, 60), _note(2, 2, 62))))
    found = with_notes(bare, [(0, QUARTER, 60), (QUARTER, QUARTER, 63)])
    assert [note.spelling for note in found.melody.notes] == [None, None]


@pytest.mark.parametrize(
    ("place", "starts"),
    [(QUARTER * 4, (0, 3)), (QUARTER * 7 // 2, (0, 3)), (QUARTER * 9 // 2, (0, 3))],
)
def test_a_phrase_begins_where_its_first_note_has_gone(place: int, starts: tuple[int, ...]) -> None:
    notes = list(notes_in_ticks(LINE))
    notes[3] = (place, QUARTER // 2, 64)
    assert with_notes(SONG, notes).melody.phrase_starts == starts


def test_a_phrase_without_notes_is_none() -> None:
    assert with_notes(SONG, notes_in_ticks(LINE)[:3]).melody.phrase_starts == (0,)
    assert with_notes(SONG, notes_in_ticks(LINE)[3:]).melody.phrase_starts == (0,)


def test_notes_that_overlap_are_refused() -> None:
    with pytest.raises(ParameterError, match="one note at a time"):
        with_notes(SONG, [(0, 2 * QUARTER, 60), (QUARTER, QUARTER, 62)])


@settings(deadline=None, max_examples=40)
@given(songs(max_bars=5, ties=False), st.data())
def test_changed_bars_are_those_of_the_note_that_changed(song: Song, data: st.DataObject) -> None:
    notes = list(notes_in_ticks(song.melody))
    assert changed_bars(song, song) == ()
    if not notes:
        return
    place = data.draw(st.integers(0, len(notes) - 1))
    onset, duration, pitch = notes[place]
    notes[place] = (onset, duration, pitch + (1 if pitch < 127 else -1))
    changed = changed_bars(song, with_notes(song, notes))
    ends = [*song.melody.bar_onsets[1:], song.melody.end_quarters]
    note = song.melody.notes[place]
    assert changed == tuple(
        bar
        for bar, (start, end) in enumerate(zip(song.melody.bar_onsets, ends, strict=True))
        if note.onset_quarters < end and note.end_quarters > start
    )
    # Taking a note away is a change of the same bars, from either side.
    without = with_notes(song, notes[:place] + notes[place + 1 :])
    assert changed_bars(song, without) == changed_bars(without, song) == changed


def test_a_bar_with_another_chord_is_changed() -> None:
    before = SONG.replace(chords=(ChordSymbol(Fraction(0), "C"), ChordSymbol(Fraction(4), "F")))
    after = before.replace(chords=(ChordSymbol(Fraction(0), "C"), ChordSymbol(Fraction(4), "Dm")))
    assert changed_bars(before, after) == (1,)
    assert changed_bars(before, SONG) == (0, 1)
