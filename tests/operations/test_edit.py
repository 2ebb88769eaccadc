"""Drafts: what can be changed of a song, kept as text and put back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import clinamen
from clinamen.domains.music.constraints import parse_chord_locks, parse_locks
from clinamen.domains.music.events import TICKS_PER_QUARTER as QUARTER
from clinamen.domains.music.events import to_ticks
from clinamen.errors import FormatError, ParameterError
from clinamen.operations.edit import (
    MAX_NOTES,
    Draft,
    EditedChord,
    EditedNote,
    draft_of,
    edited_song,
    locked_places,
)

EXAMPLES = Path(__file__).parents[2] / "examples"
SONGS = sorted(
    path
    for path in EXAMPLES.iterdir()
    if path.suffix in {".abc", ".mid", ".krn", ".musicxml", ".mxl"}
)


@pytest.mark.parametrize("path", SONGS, ids=lambda path: path.name)
def test_an_unchanged_draft_gives_the_song_back(path: Path) -> None:
    song = clinamen.read(path)
    draft = Draft.from_json(draft_of(song).to_json())
    assert draft == draft_of(song)
    assert edited_song(song, draft) == song


NOTES = st.lists(
    st.tuples(st.integers(0, 3), st.integers(1, 8), st.integers(40, 90), st.text(max_size=3)),
    max_size=30,
)


@settings(deadline=None)
@given(NOTES)
def test_a_song_has_the_notes_of_its_draft(steps: list[tuple[int, int, int, str]]) -> None:
    song = clinamen.read(EXAMPLES / "ode_to_joy.musicxml")
    notes, at = [], 0
    for rest, length, pitch, lyric in steps:
        onset = at + rest * QUARTER // 4
        notes.append(EditedNote(onset, length * QUARTER // 4, pitch, lyric))
        at = onset + notes[-1].duration_ticks
    draft = Draft(tuple(notes))
    edited = edited_song(song, draft)
    assert draft_of(edited) == draft
    assert Draft.from_json(draft.to_json()) == draft
    lines = edited.melody.bar_onsets
    assert edited.melody.end_quarters - lines[-1] <= 4


def test_a_syllable_goes_with_its_note() -> None:
    song = clinamen.read(EXAMPLES / "ode_to_joy.musicxml")
    notes = list(draft_of(song).notes)
    first = notes[0]
    notes[0] = EditedNote(QUARTER // 2, QUARTER // 2, first.pitch, first.lyric)
    assert edited_song(song, Draft(tuple(notes))).melody.notes[0].lyric == "Freu-"


def test_bars_go_on_under_new_notes() -> None:
    song = clinamen.read(EXAMPLES / "amazing_grace.abc")
    draft, lines = draft_of(song), song.melody.bar_onsets
    end = QUARTER * int(song.melody.end_quarters)
    longer = Draft((*draft.notes, EditedNote(end, 7 * QUARTER, 60)))
    added = edited_song(song, longer).melody.bar_onsets[len(lines) :]
    assert [float(line - lines[-1]) for line in added] == [3, 6, 9][: len(added)]
    assert len(added) >= 2


def test_a_lock_is_kept_and_changes_nothing() -> None:
    song = clinamen.read(EXAMPLES / "sakura.abc")
    notes = list(draft_of(song).notes)
    notes[2] = replace(notes[2], is_locked=True)
    locked = Draft.from_json(Draft(tuple(notes)).to_json())
    assert [note.is_locked for note in locked.notes].index(True) == 2
    assert edited_song(song, locked) == song


def test_a_chord_can_be_changed() -> None:
    song = clinamen.read(EXAMPLES / "harbour_light.musicxml")
    draft = draft_of(song)
    changed = Draft(draft.notes, (replace(draft.chords[0], symbol="Ab7"), *draft.chords[1:]))
    assert edited_song(song, changed).chords[0].symbol == "Ab7"
    assert edited_song(song, changed).chords[1:] == song.chords[1:]


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(1, 3 * QUARTER), st.booleans()), min_size=1, max_size=9))
def test_a_locked_chord_is_locked_whole_wherever_it_begins(steps: list[tuple[int, bool]]) -> None:
    song = clinamen.read(EXAMPLES / "harbour_light.musicxml")
    chords, at = [], 0
    for length, is_locked in steps:
        chords.append(EditedChord(at, "C", is_locked))
        at += length
    draft = replace(draft_of(song), chords=tuple(chords))
    assert Draft.from_json(draft.to_json()) == draft
    edited = edited_song(song, draft)
    locks = parse_chord_locks(locked_places(edited, draft), edited)
    for span, chord in zip(edited.harmony, chords, strict=True):
        if chord.is_locked:
            start, end = to_ticks(span.onset_quarters), to_ticks(span.end_quarters)
            assert any(begin <= start and end <= stop for begin, stop in locks.spans)
    assert locks.spans or not any(chord.is_locked for chord in chords)
    assert parse_locks(locked_places(edited, draft), edited.melody).spans == ()


def test_notes_and_chords_are_locked_apart() -> None:
    song = clinamen.read(EXAMPLES / "harbour_light.musicxml")
    draft = draft_of(song)
    notes = (draft.notes[0], replace(draft.notes[1], is_locked=True), *draft.notes[2:])
    chords = (*draft.chords[:3], replace(draft.chords[3], is_locked=True), *draft.chords[4:])
    places = locked_places(song, Draft(notes, chords))
    assert [place.partition(":")[0] for place in places] == ["notes", "chords"]
    assert len(parse_locks(places, song.melody).spans) == 1
    (whole,) = parse_chord_locks(places, song).spans
    assert whole == tuple(
        to_ticks(each) for each in (song.harmony[3].onset_quarters, song.harmony[3].end_quarters)
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "[" * 100_000,
        '{"notes": 1}',
        '{"notes": [[0, 1]]}',
        '{"notes": [[0, 1, true]]}',
        '{"notes": [[0, 1, 60.5]]}',
        '{"notes": [[0, 1, 60, 7]]}',
        '{"notes": [[0, 1, 60, "", 1]]}',
        '{"notes": [[0, 1, 60, "", true, 0]]}',
        '{"notes": [], "chords": [[-1, "C"]]}',
        '{"notes": [], "chords": 3}',
        '{"notes": [], "chords": [[0]]}',
        '{"notes": [], "chords": [[0, "C", 1]]}',
        '{"notes": [], "chords": [[0, "C", true, 0]]}',
    ],
)
def test_what_is_no_draft_is_refused(text: str) -> None:
    with pytest.raises(FormatError):
        Draft.from_json(text)


@pytest.mark.parametrize("note", [(0, 0, 60), (-1, 1, 60), (0, 1, 128), (0, 10**15, 60)])
def test_a_note_out_of_range_is_refused(note: tuple[int, int, int]) -> None:
    with pytest.raises(ParameterError, match="note 1"):
        Draft((EditedNote(*note),))


def test_limits() -> None:
    song = clinamen.read(EXAMPLES / "sakura.abc")
    with pytest.raises(ParameterError, match="at most"):
        Draft((EditedNote(0, 1, 60),) * (MAX_NOTES + 1))
    with pytest.raises(ParameterError, match="one note at a time"):
        edited_song(song, Draft((EditedNote(0, 10, 60), EditedNote(5, 10, 60))))
