"""What experts predict: a candidate pitch, interval in time or duration, in several terms.

A frame gives every candidate a symbol, from what is known when it comes (its *references*):
the interval from the previous note, the multiple of the previous duration, the place in the
bar where it would end. Symbols are the same in every melody and need no table that is
learnt: times are fractions, of which the simple ones have a number of their own and the
others share one with their like. So a time never met has a symbol too.

Source: original.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from clinamen.domains.music import _moment_kernels as kernels
from clinamen.domains.music._moment_columns import Columns
from clinamen.domains.music.events import TICKS_PER_QUARTER, IntArray
from clinamen.domains.music.viewpoints import UNDEFINED
from clinamen.engine.symbols import NO_SYMBOL

__all__ = ["FRAMES", "N_CLASSES", "N_SYMBOLS"]

FRAMES: Mapping[str, tuple[str, ...]] = {
    "onset": ("bioi", "bioi_ratio", "bioi_beats", "next_place", "next_beat"),
    "pitch": ("cpint", "degree", "cpitch", "cpintfip", "guessed", "chord_tone"),
    "duration": ("dur", "dur_ratio", "dur_bioi", "dur_beats", "end_place", "end_beat"),
}
"""By target, what an expert predicts.

Onset: the interval since the previous onset; the same as a multiple of the interval before
it, and of a beat; the place in the bar where the note begins; how many beats on, and where
within the beat. Pitch: semitones from the previous note, semitones above the tonic (octaves
kept), the pitch itself, semitones from the first note, semitones above the tonic that the
earlier notes suggest, semitones above the root of the chord (octaves kept). Duration: as for
the onset, also as a multiple of the interval that led to the note, and where it ends."""

N_CLASSES: Mapping[str, tuple[int, ...]] = {
    "onset": (16, 13),
    "pitch": (16, 8),
    "duration": (16, 13),
}
"""Classes of the moment: how many notes came before (15 or more is one class); and for pitch
how large the last interval was (7 semitones or more, or none, is one class), else where the
last note that has begun stands in its beat, and how its interval compares with the beat."""

N_SYMBOLS: Mapping[str, int] = {"onset": 512, "pitch": 256, "duration": 512}
"""Symbols of all frames of a target are below this."""

Symbols = npt.NDArray[np.int32]
_INTERVAL_ZERO, _DEGREE_ZERO = 128, 12
_N_BINS = 128
_MOST_IMAGES = 4096
"""References whose images are kept: some megabytes."""
_MOST_BEATS, _PARTS_OF_BEAT, _PARTS_OF_QUARTER, _RARE_PLACES = 8, 24, 24, 32


class References(NamedTuple):
    """What the symbols of candidates depend on, one column each, shape ``(R, K)``."""

    rows: IntArray
    symbols: Callable[[IntArray, IntArray], Symbols]
    """From rows ``(R, K)`` and candidates ``(R or 1, A)`` to symbols ``(R, F, A)``."""


def references(
    target: str,
    columns: Columns,
    *,
    key: bool,
    guess: bool,
    chords: bool = False,
    first: bool = True,
) -> References:
    """What candidates of a target are seen against at every note.

    `key`: whether it is known; `guess`: whether to guess it; `chords`: whether to look at
    those that are given; `first`: whether at the first pitch.
    """
    if target == "pitch":
        rows = _pitch_rows(columns, key=key, guess=guess, chords=chords, first=first)
        return References(rows, _pitch_symbols)
    if target == "onset":
        return References(_onset_rows(columns), _onset_symbols)
    return References(_duration_rows(columns), _duration_symbols)


def distinct_rows(rows: IntArray) -> tuple[IntArray, IntArray]:
    """Rows ``(R, K)`` that differ, and for each of the given ones ``(T, K)`` which it is."""
    slots = np.full(1 << (2 * len(rows)).bit_length(), -1)
    firsts, number = np.empty(len(rows), dtype=np.int64), np.empty(len(rows), dtype=np.int64)
    n_rows = kernels.number_rows(rows, slots, firsts, number)
    return rows[firsts[:n_rows]], number


class Images:
    """Symbols of all candidates against references met so far, each worked out once.

    Parameters
    ----------
    alphabet
        The candidates, shape ``(A,)``.
    """

    def __init__(self, alphabet: IntArray) -> None:
        self.alphabet = alphabet
        self._made: dict[tuple[int, ...], Symbols] = {}

    def of(self, seen: References, rows: IntArray) -> tuple[Symbols, IntArray]:
        """Images of the rows that differ, shape ``(R, F, A)``, and which is whose, ``(T,)``."""
        if len(self._made) > _MOST_IMAGES:
            self._made.clear()
        different, index = distinct_rows(rows)
        keys = [*map(tuple, different.tolist())]
        self._make(seen, [key for key in keys if key not in self._made])
        return np.stack([self._made[key] for key in keys]), index

    def _make(self, seen: References, missing: list[tuple[int, ...]]) -> None:
        if missing:
            made = seen.symbols(np.array(missing), self.alphabet[None, :])
            self._made.update(zip(missing, made, strict=True))


def moment_classes(target: str, columns: Columns) -> IntArray:
    """Class of every moment in each group, shape ``(T, 2)`` (see `N_CLASSES`)."""
    if target == "pitch":
        last = np.minimum(np.abs(columns.previous(columns.interval, 1, 7)), 7)
        second = np.where(columns.index > 1, last, 7)
    else:
        second = _metre_class(columns)
        if target == "onset":
            second = columns.previous(second, 1, 12)
    return np.stack([np.minimum(columns.index, 15), second], axis=1)


def _metre_class(columns: Columns) -> IntArray:
    place, beat, interval = columns.place, columns.beat, columns.interval_ticks
    within = place % beat
    stands = np.select([place == 0, within == 0, 2 * within == beat], [0, 1, 2], 3)
    found: IntArray = 3 * stands + np.sign(interval - beat) + 1
    return found


# Pitch


def _pitch_rows(columns: Columns, *, key: bool, guess: bool, chords: bool, first: bool) -> IntArray:
    """Previous pitch, tonic, first pitch, guessed key, root; `UNDEFINED` where there is none."""
    pitch, tonic = columns.pitch, columns.tonic
    nothing = np.full(len(pitch), UNDEFINED)
    begun = np.where(columns.index > 0, pitch[columns.first], UNDEFINED)
    return np.stack(
        [
            columns.previous(pitch, 1, UNDEFINED),
            np.where(tonic >= 0, tonic, UNDEFINED) if key else nothing,
            begun if first else nothing,
            columns.guess if guess else nothing,
            columns.root if chords else nothing,
        ],
        axis=1,
    )


def _pitch_symbols(rows: IntArray, pitch: IntArray) -> Symbols:
    before, tonic, first, guess, root = (column[:, None] for column in rows.T)
    return _stacked(
        _defined(before, pitch - before + _INTERVAL_ZERO),
        _defined(tonic, pitch - tonic + _DEGREE_ZERO),
        np.broadcast_to(pitch, (len(rows), pitch.shape[1])),
        _defined(first, pitch - first + _INTERVAL_ZERO),
        _defined(guess, pitch - guess % 12 + _DEGREE_ZERO),
        _defined(root, pitch - root + _DEGREE_ZERO),
    )


def _defined(reference: IntArray, symbol: IntArray) -> IntArray:
    return np.where(reference == UNDEFINED, NO_SYMBOL, symbol)


def _stacked(*frames: IntArray) -> Symbols:
    return np.stack(frames, axis=1).astype(np.int32)


# Time


def _metre_rows(columns: Columns) -> IntArray:
    """Place in the bar, ticks to the next bar line, length of the next bar, beat; ``(T, 4)``."""
    bar, length = columns.bar_line, columns.bar_length
    following = np.minimum(bar + 1, columns.last_bar)
    left = np.where(
        following > bar, columns.bar_onset[following] - columns.onset, length[bar] - columns.place
    )
    return np.stack([columns.place, left, length[following], columns.beat], axis=1)


def _onset_rows(columns: Columns) -> IntArray:
    """Metre where the previous note began, and the interval that led to it."""
    metre = np.concatenate([_metre_rows(columns), columns.interval_ticks[:, None]], axis=1)
    return np.where(columns.index[:, None] > 0, np.roll(metre, 1, axis=0), UNDEFINED)


def _onset_symbols(rows: IntArray, interval: IntArray) -> Symbols:
    return _stacked(
        *_lengths(rows, interval),
        *_landings(rows, interval),
    )


def _duration_rows(columns: Columns) -> IntArray:
    """Metre where the note begins, the duration before it, the interval that led to it."""
    earlier = columns.previous(columns.duration, 1, UNDEFINED)
    return np.concatenate(
        [_metre_rows(columns), earlier[:, None], columns.interval_ticks[:, None]], axis=1
    )


def _duration_symbols(rows: IntArray, duration: IntArray) -> Symbols:
    plain, to_previous, beats = _lengths(rows, duration)
    return _stacked(
        plain,
        to_previous,
        _multiples(duration, rows[:, 5]),
        beats,
        *_landings(rows, duration),
    )


def _lengths(rows: IntArray, ticks: IntArray) -> tuple[IntArray, ...]:
    """Times as such, as multiples of the one before, and of the beat."""
    plain = fraction_symbols(ticks, np.array([[TICKS_PER_QUARTER]]))
    return (
        np.broadcast_to(plain, (len(rows), ticks.shape[1])),
        _multiples(ticks, rows[:, 4]),
        _multiples(ticks, rows[:, 3]),
    )


def _multiples(ticks: IntArray, of: IntArray) -> IntArray:
    """Symbols of times, ``(R or 1, A)``, as multiples of others, ``(R,)``."""
    if len(ticks) > 1:
        return fraction_symbols(ticks, of[:, None])
    # Few of the others differ.
    values, row = np.unique(of, return_inverse=True)
    symbols: IntArray = fraction_symbols(ticks, values[:, None])[row]
    return symbols


def _landings(rows: IntArray, ticks: IntArray) -> tuple[IntArray, IntArray]:
    """Place in the bar, and in the beat, so many ticks after a place."""
    place, left, length, beat = (column[:, None] for column in rows.T[:4])
    known = place != UNDEFINED
    place, left = np.where(known, place, 0), np.where(known, left, 1)
    length, beat = np.where(known, length, 1), np.where(known, beat, 1)
    over = ticks - left
    here = over < 0
    lands = np.where(here, place + ticks, over % length)
    bars = np.where(here, 0, 1 + over // length)
    beats = np.where(
        here,
        lands // beat - place // beat,
        -(-(place + left) // beat) - place // beat + over // beat,
    )
    return (
        np.where(known, _place_symbols(lands, bars, length), NO_SYMBOL),
        np.where(known, _beat_symbols(lands, beats, beat), NO_SYMBOL),
    )


def _place_symbols(place: IntArray, bars: IntArray, length: IntArray) -> IntArray:
    """Places in this bar and the next take turns; later bars share what follows."""
    parts, rest = np.divmod(place * _PARTS_OF_QUARTER, TICKS_PER_QUARTER)
    numbers = _place_numbers()
    known = (rest == 0) & (parts >= 0) & (parts < len(numbers))
    number = np.where(known, numbers[np.where(known, parts, 0)], -1)
    n_places = int(numbers.max()) + 1 + _RARE_PLACES
    rare = n_places - _RARE_PLACES + np.clip(place * _RARE_PLACES // length, 0, _RARE_PLACES - 1)
    number = np.where(number >= 0, number, rare)
    return np.where(bars < 2, 2 * number + bars, 2 * n_places + number)


@lru_cache(maxsize=1)
def _place_numbers() -> npt.NDArray[np.int64]:
    """Numbers of the simple places in a bar, by 24th of a quarter; -1 for the others.

    Early places of few parts have small numbers: they are common, and blocks of counts reach
    from the smallest to the largest number that came.
    """
    parts = np.arange(_PARTS_OF_QUARTER**2 + 1)
    shared = np.gcd(parts, _PARTS_OF_QUARTER)
    above, below = parts // shared, _PARTS_OF_QUARTER // shared
    simple = (below <= 8) & (parts < 8 * _PARTS_OF_QUARTER) | (above * below <= _PARTS_OF_QUARTER)
    rank = below * (parts + 2 * _PARTS_OF_QUARTER)
    rank = np.where(simple, rank, rank.max() + 1)
    numbers = np.argsort(np.argsort(rank, kind="stable"), kind="stable")
    found: npt.NDArray[np.int64] = np.where(simple, numbers, -1)
    return found


def _beat_symbols(place: IntArray, beats: IntArray, beat: IntArray) -> IntArray:
    within = place % beat
    parts, rest = np.divmod(within * _PARTS_OF_BEAT, beat)
    number = np.where(rest == 0, _PART_NUMBERS[parts], _PARTS_OF_BEAT + within * 16 // beat)
    return number * _MOST_BEATS + np.clip(beats, 0, _MOST_BEATS - 1)


_PART_NUMBERS = np.argsort(
    np.argsort(
        [_PARTS_OF_BEAT // int(np.gcd(part, _PARTS_OF_BEAT)) for part in range(_PARTS_OF_BEAT)],
        kind="stable",
    ),
    kind="stable",
)
"""Parts of a beat by how simple they are: 0, a half, thirds, quarters, ..."""


# Fractions

_SIMPLE = 100
"""A fraction in lowest terms is simple when the product of its two numbers is at most this."""


@lru_cache(maxsize=4)
def _table(simple: int) -> npt.NDArray[np.int64]:
    """Numbers of simple fractions by their two numbers, the simplest first; -1 elsewhere."""
    pairs = [
        (above * below, above, below)
        for above in range(1, simple + 1)
        for below in range(1, simple // above + 1)
        if np.gcd(above, below) == 1
    ]
    table = np.full((simple + 2, simple + 2), -1)
    for number, (_, above, below) in enumerate(sorted(pairs), start=1):
        table[above, below] = number
    table[0, 1] = 0
    return table


def _simple_numbers(above: IntArray, below: IntArray, simple: int) -> tuple[IntArray, int]:
    """Number of each fraction, -1 where it is not simple; and how many numbers there are."""
    table = _table(simple)
    shared = np.maximum(np.gcd(above, below), 1)
    top, bottom = np.minimum(above // shared, simple + 1), np.minimum(below // shared, simple + 1)
    return table[top, bottom], int(table.max()) + 1


def fraction_symbols(above: IntArray, below: IntArray) -> IntArray:
    """Symbol of each fraction; of those that are not simple, an eighth of an octave shares one.

    `NO_SYMBOL` where `below` is not above 0.
    """
    usable = below > 0
    below = np.where(usable, below, 1)
    number, n_numbers = _simple_numbers(above, below, _SIMPLE)
    # A quotient is correctly rounded and frexp exact: the same on every machine.
    part, octave = np.frexp(above / below)
    bins = 8 * octave.astype(np.int64) + (16 * part).astype(np.int64) - 8 + _N_BINS // 2
    rare = n_numbers + np.clip(bins, 0, _N_BINS - 1)
    return np.where(usable, np.where(number >= 0, number, rare), NO_SYMBOL)
