"""Frames of many kinds for tests of tunes, and tunes on them."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

from clinamen.domains.music.notes import (
    ChordSymbol,
    Key,
    KeyChange,
    Melody,
    Meter,
    MeterChange,
    Song,
)
from clinamen.domains.music.tunes import Heard

METERS = [(4, 4), (3, 4), (2, 4), (6, 8), (9, 8), (12, 8), (5, 4), (7, 8), (3, 8), (2, 2), (6, 4)]
MODES = ["major", "minor", "dorian", "lydian", "locrian", "mixolydian"]
CHORDS = ["C", "Am7", "F#dim", "Bb", "G7", "N.C.", "what?"]
Ticks = list[tuple[int, int, int]]


@st.composite
def frames(draw: st.DrawFn, *, keyed: bool = False) -> Song:
    """Bars of any metres with pickups, keys that change, and chords."""
    first, second = draw(st.sampled_from(METERS)), draw(st.sampled_from(METERS))
    change = Meter(*first).bar_quarters * draw(st.integers(1, 4))
    pickup = draw(st.sampled_from([Fraction(0), Fraction(1, 2)]))
    keys = [
        KeyChange(Fraction(onset), Key(draw(st.integers(-6, 6)), draw(st.sampled_from(MODES))))
        for onset in draw(st.sampled_from([(0,), (0, 5)] if keyed else [(), (0,), (0, 5)]))
    ]
    melody = Melody(
        (),
        keys=tuple(keys),
        meters=(
            MeterChange(Fraction(0), Meter(*first)),
            MeterChange(pickup + change, Meter(*second)),
        ),
        pickup_quarters=pickup,
        end_quarters=Fraction(draw(st.integers(20, 40))),
    )
    names = draw(st.lists(st.sampled_from(CHORDS), max_size=4))
    chords = tuple(ChordSymbol(Fraction(4 * n), name) for n, name in enumerate(names))
    return Song(melody, chords=chords)


STEP = 10080 // 12
LENGTHS = [6, 12, 12, 4, 8, 3, 24, 18]


@st.composite
def notes(draw: st.DrawFn, max_size: int = 20) -> Ticks:
    found, end = [], draw(st.sampled_from([0, 0, 6, 12]))
    for _ in range(draw(st.integers(0, max_size))):
        lasts = draw(st.sampled_from(LENGTHS))
        found.append((end * STEP, lasts * STEP, draw(st.integers(58, 74))))
        end += lasts + draw(st.sampled_from([0, 0, 0, 6]))
    return found


def heard(rng: np.random.Generator, n_notes: int) -> Heard:
    return Heard(3 * rng.exponential(size=(2, n_notes)), 3 * rng.random((2, n_notes)))
