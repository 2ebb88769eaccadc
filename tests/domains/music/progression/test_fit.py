"""What melody notes do to a chord."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinamen.domains.music.chords import parse_chord
from clinamen.domains.music.notes import Melody, Note
from clinamen.domains.music.progression.fit import clash, notes_over, strain


def over(*notes, start=0, end=4):
    melody = Melody(tuple(Note(Fraction(o), Fraction(d), p) for o, d, p in notes))
    return notes_over(melody, Fraction(start), Fraction(end))


@given(st.sampled_from(["C", "Fm7", "G7", "Bdim7", "D+", "Esus4", "Ab/C"]), st.integers(0, 11))
def test_strain_moves_with_the_chord(symbol, interval):
    chord = parse_chord(symbol)
    moved = strain(chord.transpose(interval))
    np.testing.assert_array_equal(moved, np.roll(strain(chord), interval))
    assert (strain(chord)[list(chord.pitch_classes)] == 0).all()


@pytest.mark.parametrize(
    ("symbol", "notes", "value"),
    [
        ("C", [(0, 4, 64)], 0.0),
        ("C", [(0, 4, 62)], 0.3),
        ("C", [(0, 4, 65)], 2.0),
        ("Cm", [(0, 4, 64)], 2.0),
        ("C", [(0, 4, 63)], 2.0),
        ("C7", [(0, 4, 63)], 0.5),
        ("C", [], 0.0),
        ("N.C.", [(0, 4, 61)], 0.0),
    ],
)
def test_strong_notes_rule_out_chords_that_they_rub_against(symbol, notes, value):
    assert clash(parse_chord(symbol), over(*notes)) == pytest.approx(value)


def test_a_passing_note_counts_little():
    passing = over((0, 1, 64), (1, Fraction(1, 2), 67), (Fraction(3, 2), Fraction(1, 2), 65))
    # One beat and half a beat on the beat are chord tones; an eighth counts a quarter of itself.
    weights = (1, 0.5 * 0.25, 0.5 * 0.25)
    assert clash(parse_chord("C"), passing) == pytest.approx(weights[2] / sum(weights))


def test_notes_outside_the_stretch_are_not_heard():
    notes = over((0, 2, 60), (2, 4, 61), (6, 2, 62), start=4, end=6)
    assert notes.pitch_class == (1,)
    assert notes.is_strong == (True,)
