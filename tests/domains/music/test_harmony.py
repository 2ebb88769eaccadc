"""Chords in time: spans by hand, laws, and chords recognised from notes."""

from __future__ import annotations

from fractions import Fraction as F
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinamen.domains.music.chords import (
    TEMPLATES,
    UNKNOWN_CHORD,
    parse_chord,
    recognise_chord,
)
from clinamen.domains.music.harmony import estimate_chords_key, harmony_of
from clinamen.domains.music.notes import ChordSymbol, Key, KeyChange, Melody, Note, Song


def song(*chords: tuple[int, str], end: int = 8, keys: tuple[KeyChange, ...] = ()) -> Song:
    melody = Melody((), keys=keys, end_quarters=F(end))
    return Song(melody, chords=tuple(ChordSymbol(F(onset), text) for onset, text in chords))


def spans(song: Song) -> list[tuple[F, F, str]]:
    return [(s.onset_quarters, s.end_quarters, str(s.chord)) for s in song.harmony]


def test_a_chord_lasts_until_the_next_or_the_end() -> None:
    assert spans(song((1, "Am7"), (4, "what?"), (6, "N.C."))) == [
        (1, 4, "Am7"),
        (4, 6, "?"),
        (6, 8, "N.C."),
    ]
    assert spans(song()) == []


def test_the_last_of_several_at_once_counts_and_what_has_no_length_is_left_out() -> None:
    assert spans(song((0, "C"), (0, "F"), (8, "G"), (9, "A"))) == [(0, 8, "F")]


def test_numerals_count_in_the_key_of_their_place() -> None:
    keys = (KeyChange(F(0), Key(0)), KeyChange(F(4), Key(2)))
    assert [text for *_, text in spans(song((0, "V7"), (4, "V7"), keys=keys))] == ["G7", "A7"]
    assert song((0, "V7")).harmony[0].chord == UNKNOWN_CHORD


def test_a_repeated_root_is_that_of_the_chord_before() -> None:
    assert [text for *_, text in spans(song((0, "Dm7"), (4, "W/C")))] == ["Dm7", "Dm7/C"]


texts = st.sampled_from(["C", "Am7", "N.C.", "?", "", "x" * 300, "V7", "F/A"])


@given(st.lists(st.tuples(st.integers(0, 12), texts), max_size=8), st.integers(0, 10))
@settings(deadline=None)
def test_spans_fill_the_time_from_the_first_chord_to_the_end(
    chords: list[tuple[int, str]], end: int
) -> None:
    chords.sort(key=lambda chord: chord[0])
    found = song(*chords, end=end).harmony
    assert all(here.end_quarters == after.onset_quarters for here, after in pairwise(found))
    assert all(span.duration_quarters > 0 for span in found)
    begins = [onset for onset, _ in chords if onset < end]
    if begins:
        assert (found[0].onset_quarters, found[-1].end_quarters) == (begins[0], end)
    else:
        assert not found


def test_a_song_with_notes_has_harmony_to_its_end() -> None:
    melody = Melody((Note(F(0), F(3), 60),), end_quarters=F(4))
    assert harmony_of((ChordSymbol(F(2), "C"),), melody)[0].duration_quarters == 2


def test_the_key_of_chords_alone() -> None:
    assert str(estimate_chords_key(song((0, "Am"), (2, "E7"), (6, "Am")).harmony)) == "A minor"
    assert str(estimate_chords_key(song((0, "Eb"), (2, "Bb7"), (6, "Eb")).harmony)) == "Eb major"
    assert estimate_chords_key(song((0, "N.C."), (2, "?")).harmony) is None


@pytest.mark.parametrize("suffix", TEMPLATES)
@pytest.mark.parametrize("root", ["C", "F#", "Bb"])
def test_every_template_is_recognised_in_root_position(root: str, suffix: str) -> None:
    chord = parse_chord(root + suffix)
    low = chord.root_pitch_class or 0
    notes = [36 + low, *(48 + (tone - low) % 12 + low for tone in chord.pitch_classes)]
    found = recognise_chord(notes, key=Key(-2 if root == "Bb" else 2))
    assert found is not None
    assert found.same_sound(chord)
    assert found.root == chord.root


RECOGNISED = {
    "C E G": "C", "E G C": "C/E", "G C E": "C/G", "A C E G": "Am7", "C E G A": "C6",
    "D C E G": "C/D", "E A C G": "Am7/E", "C E Bb": "C7(no5)", "D E F": None, "B D F Ab": "Bdim7",
    "G F A C": "F/G", "C Eb Gb Bb": "Cm7b5", "G C D": "Gsus4", "C G": None, "C C# D": None,
    "C": None, "F B Eb Ab": "Fm7b5", "C Db E G": "Dbdim/C",
}  # fmt: skip
_NAMES = {
    "C": 0,
    "C#": 1,
    "Db": 1,
    "D": 2,
    "Eb": 3,
    "E": 4,
    "F": 5,
    "Gb": 6,
    "G": 7,
    "Ab": 8,
    "A": 9,
}
_NAMES |= {"Bb": 10, "B": 11}


@pytest.mark.parametrize("names", RECOGNISED)
def test_recognised_by_hand(names: str) -> None:
    notes: list[int] = []
    for name in names.split():
        low = notes[-1] if notes else 47
        notes.append(low + 1 + (_NAMES[name] - low - 1) % 12)
    found = recognise_chord(notes, key=Key(-3))
    assert (str(found) if found else None) == RECOGNISED[names]


@given(st.lists(st.integers(30, 90), max_size=8))
@settings(deadline=None, max_examples=300)
def test_what_is_recognised_is_what_sounds(notes: list[int]) -> None:
    found = recognise_chord(notes)
    if found is not None:
        assert found.pitch_classes == {note % 12 for note in notes}
        assert found.bass_pitch_class == min(notes) % 12
        assert parse_chord(str(found)) == found


@given(st.lists(st.integers(30, 90), min_size=3, max_size=8), st.integers(1, 3))
@settings(deadline=None, max_examples=100)
def test_doubling_an_octave_above_changes_nothing(notes: list[int], octaves: int) -> None:
    doubled = [*notes, max(notes) + 12 * octaves]
    assert recognise_chord(doubled) == recognise_chord(notes)


def test_a_tone_too_many_is_allowed_only_on_request() -> None:
    notes = [48, 52, 55, 61, 62]
    assert recognise_chord(notes) is None
    near = recognise_chord(notes, max_wrong=1)
    assert near is not None
    assert len(near.pitch_classes ^ {0, 4, 7, 1, 2}) == 1
