"""Chords without colour, and those a song stands on."""

from __future__ import annotations

from fractions import Fraction

import pytest

from clinamen.domains.music.chord_reduction import chord_weights, pillars, plain_chord
from clinamen.domains.music.chords import parse_chord
from clinamen.domains.music.notes import (
    ChordSymbol,
    Key,
    KeyChange,
    Melody,
    Note,
    Section,
    Song,
)


@pytest.mark.parametrize(
    ("symbol", "plain"),
    [
        ("C", "C"),
        ("Cmaj7", "C"),
        ("Am7", "Am"),
        ("G7", "G7"),
        ("G13(b9)", "G7"),
        ("F6/C", "F"),
        ("Dsus4", "Dsus4"),
        ("Bm7b5", "Bdim"),
        ("N.C.", "N.C."),
    ],
)
def test_colour_goes_and_the_seventh_of_a_dominant_stays(symbol: str, plain: str) -> None:
    found = plain_chord(parse_chord(symbol))
    assert str(found) == plain
    assert plain_chord(found) == found
    assert found.pitch_classes <= parse_chord(symbol).pitch_classes


def _song(symbols: str, sections: tuple[int, ...] = (), mode: str = "major") -> Song:
    """A chord a bar, in C."""
    names = symbols.split()
    melody = Melody(
        (Note(Fraction(0), Fraction(1), 60),),
        keys=(KeyChange(Fraction(0), Key(0 if mode == "major" else -3, mode)),),
        end_quarters=Fraction(4 * len(names)),
    )
    chords = tuple(ChordSymbol(Fraction(4 * place), name) for place, name in enumerate(names))
    marks = tuple(Section(Fraction(4 * bar), "") for bar in sections)
    return Song(melody, chords=chords, sections=marks)


def test_weights_follow_function() -> None:
    assert chord_weights(_song("C Dm G7 Em A7")) == (6, 3, 5, 0, -2)
    assert chord_weights(_song("Cm Fm G7 Eb", mode="minor"))[:3] == (6, 3, 5)


def test_weights_follow_place_and_length() -> None:
    times = (0, 4, 6, 8, 12)
    song = _song("C C C C").replace(
        chords=tuple(ChordSymbol(Fraction(time), "Em") for time in times)
    )
    # Four quarters are usual; two of them are on half a bar, and half as long.
    assert chord_weights(song) == (0, -2, -3 - 2, 0, 0)


def test_pillars_are_the_ends_the_sections_and_the_cadences() -> None:
    assert pillars(_song("C F G7 C")) == {0, 2, 3}
    assert pillars(_song("C F Am Em")) == {0, 3}
    assert pillars(_song("C F G7 C Am Dm F Em", sections=(0, 4))) == {0, 2, 3, 4, 7}
    assert pillars(_song("C F G7 Am Dm F Em Em", sections=(0, 3))) == {0, 2, 3, 7}
    assert pillars(Song(Melody(()))) == frozenset()
