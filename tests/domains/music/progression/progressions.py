"""Random progressions and songs for the laws."""

from __future__ import annotations

from dataclasses import fields, replace
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
    Note,
    Song,
)
from clinamen.domains.music.progression.events import HarmonyEvents

__all__ = ["QUARTER", "events_of", "progressions", "song_of_symbols", "transposed", "upto"]

QUARTER = 10080
TRIAD, MINOR, SEVENTH = 0b000010010001, 0b000010001001, 0b010010010001
_DETAILS = (TRIAD, MINOR, SEVENTH, SEVENTH + 4, TRIAD + (4 << 12), TRIAD + (7 << 12), MINOR + 4)


def events_of(
    chords, *, durations=None, tonic=-1, mode=-1, melody=None, bar=4, function=(), section=()
):
    """Columns from ``(root, quality, detail)``, durations in quarters, and a regular metre."""
    n = len(chords)
    lengths = np.array(durations if durations is not None else [4] * n) * QUARTER
    onset = np.cumsum(lengths) - lengths
    root, quality, detail = (np.array(column) for column in zip(*chords, strict=True))
    return HarmonyEvents(
        onset=onset,
        duration=lengths,
        root=root,
        quality=quality,
        detail=detail,
        tones=np.array([_tones(*chord) for chord in chords]),
        tonic=np.full(n, tonic),
        mode=np.full(n, mode),
        bar=onset // (bar * QUARTER),
        place=onset % (bar * QUARTER),
        bar_length=np.full(n, bar * QUARTER),
        beat_length=np.full(n, QUARTER),
        melody=np.array(melody if melody is not None else [-1] * n),
        function=np.array(function, dtype=np.int64),
        section=np.array(section, dtype=np.int64),
    )


def _tones(root, quality, detail):
    if root < 0:
        return 0
    return sum(1 << (root + step) % 12 for step in range(12) if detail >> step & 1)


rooted = st.tuples(st.integers(0, 11), st.integers(0, 22), st.sampled_from(_DETAILS))
strange = st.tuples(st.integers(0, 11), st.integers(0, 22), st.integers(0, (12 << 12) - 1))
chords = rooted | rooted | strange | st.just((-1, -1, 0))


@st.composite
def progressions(draw, min_size=1, max_size=14):
    """Chords that come again now and then, in a metre, perhaps with a key and a melody."""
    few = draw(st.lists(chords, min_size=1, max_size=5))
    n = draw(st.integers(min_size, max_size))
    come = draw(st.lists(st.sampled_from(few) | chords, min_size=n, max_size=n))
    return events_of(
        come,
        durations=draw(st.lists(st.sampled_from([1, 2, 4]), min_size=n, max_size=n)),
        tonic=draw(st.integers(-1, 11)),
        mode=draw(st.sampled_from([-1, 0, 9])),
        melody=draw(st.lists(st.integers(-1, 11), min_size=n, max_size=n)),
        bar=draw(st.sampled_from([3, 4])),
        function=draw(st.lists(st.integers(-1, 9), min_size=n, max_size=n)),
        section=draw(st.just([]) | st.lists(st.integers(-1, 90 * QUARTER), min_size=n, max_size=n)),
    )


def upto(events, n):
    """The first chords."""
    columns = {each.name: getattr(events, each.name)[:n] for each in fields(events)}
    return HarmonyEvents(**columns)


def transposed(events, interval):
    """Chords, key and melody moved by semitones."""

    def moved(column):
        return np.where(column >= 0, (column + interval) % 12, column)

    tones = ((events.tones << interval) | (events.tones >> (12 - interval))) & 0xFFF
    return replace(
        events,
        root=moved(events.root),
        tones=tones,
        tonic=moved(events.tonic),
        melody=moved(events.melody),
    )


def song_of_symbols(symbols, *, key=None, notes=(), quarters=4):
    """A song with a chord a bar of 4/4."""
    end = Fraction(quarters * len(symbols))
    melody = Melody(
        tuple(Note(Fraction(o), Fraction(d), p) for o, d, p in notes),
        keys=(KeyChange(Fraction(0), key),) if isinstance(key, Key) else (),
        meters=(MeterChange(Fraction(0), Meter(4, 4)),),
        end_quarters=end,
    )
    placed = (ChordSymbol(Fraction(quarters * n), text) for n, text in enumerate(symbols))
    return Song(melody, chords=tuple(placed))
