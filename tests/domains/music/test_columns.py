"""Facts about notes: degrees by spelling, lengths as note values."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinamen.domains.music._columns import event_columns, length_name
from clinamen.domains.music.events import melody_events
from clinamen.domains.music.notes import Key, KeyChange, Melody, Note


def degree(pitch: int, spelling: str | None, key: Key) -> str:
    note = Note(Fraction(0), Fraction(1), pitch, spelling)
    melody = Melody((note,), keys=(KeyChange(Fraction(0), key),))
    return str(event_columns(melody, melody_events(melody))["degree"][0])


@pytest.mark.parametrize(
    ("pitch", "spelling", "key", "column"),
    [
        (68, "G#", Key(-1), "#2"),
        (68, "Ab", Key(-1), "b3"),
        (63, "Eb", Key(-3, "minor"), "3"),
        (71, "B", Key(-3, "minor"), "#7"),
        (65, "F", Key(0, "mixolydian"), "7"),
        (70, "Bb", Key(0), "b7"),
        (62, "Ebb", Key(0), "bb3"),
        (66, None, Key(0), "#4"),
    ],
)
def test_degrees_follow_the_spelling_and_the_mode(
    pitch: int, spelling: str | None, key: Key, column: str
) -> None:
    assert degree(pitch, spelling, key) == column


@pytest.mark.parametrize(
    ("quarters", "name"),
    [
        ("1/4", "sixteenth"),
        ("1/3", "triplet eighth"),
        ("3/8", "dotted sixteenth"),
        ("1/2", "eighth"),
        ("2/3", "triplet quarter"),
        ("3/4", "dotted eighth"),
        ("1", "quarter"),
        ("3/2", "dotted quarter"),
        ("2", "half"),
        ("3", "dotted half"),
        ("4", "whole"),
        ("6", "dotted whole"),
        ("2/5", "2/5 quarter"),
        ("5/2", "2 1/2 quarters"),
        ("8", "8 quarters"),
        ("0", "0 quarters"),
    ],
)
def test_lengths_have_the_names_of_note_values(quarters: str, name: str) -> None:
    assert length_name(Fraction(quarters)) == name


@given(st.sets(st.fractions(0, 16, max_denominator=48), min_size=2))
def test_two_lengths_never_share_a_name(lengths: set[Fraction]) -> None:
    assert len({length_name(each) for each in lengths}) == len(lengths)
