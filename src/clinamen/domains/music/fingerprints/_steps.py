"""Steps of a melody that stay the same in every key and tempo, and hashes of short runs of them.

A step leads from a note to the next: the interval in semitones, and the ratio of its
inter-onset interval to that of the step before, as a fraction in lowest terms. A run of
`n` notes has `n - 1` intervals and `n - 2` ratios: its first inter-onset interval is the unit
in which the others are measured, so that a run is told by the pitches and onsets of its own
notes and nothing else. Rests are part of the inter-onset interval that they fall in; how long
notes sound does not count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from clinamen.domains.music.editing import NoteTicks
from clinamen.domains.music.events import IntArray
from clinamen.errors import ParameterError

__all__ = ["HASH_BITS", "RUN", "HashArray", "Line", "gram_hashes", "line_of", "window_hashes"]

HashArray = npt.NDArray[np.uint64]
"""Array of hashes."""

RUN = 4
"""Notes of the shortest runs that are told apart."""

HASH_BITS = 63
"""Bits of a hash of `RUN` notes. A run that no tune has is taken for one of G different ones
with probability G / 2^63: for the 90,000 of the shipped index 1 in 10^14."""

_INCREMENT = 0x9E3779B97F4A7C15
_MULTIPLIERS = (0xBF58476D1CE4E5B9, 0x94D049BB133111EB)
_WEIGHTS = tuple((_INCREMENT * odd) % 2**64 for odd in (1, 3, 5))


@dataclass(frozen=True, eq=False)
class Line:
    """Onsets and pitches of a melody, shape ``(..., T)``."""

    onset: IntArray
    pitch: IntArray

    def __len__(self) -> int:
        return int(self.onset.shape[-1])

    @property
    def intervals(self) -> IntArray:
        """Semitones to the next note, shape ``(..., T - 1)``."""
        return np.diff(self.pitch)

    @property
    def ratios(self) -> tuple[IntArray, IntArray]:
        """Inter-onset intervals from the second on, as fractions of the one before.

        Returns
        -------
        numerators, denominators
            In lowest terms, shape ``(..., T - 2)`` each.
        """
        lasts = np.diff(self.onset)
        here, before = lasts[..., 1:], lasts[..., :-1]
        common = np.gcd(here, before)
        return here // common, before // common


def line_of(notes: Sequence[NoteTicks]) -> Line:
    """Notes as arrays.

    Raises
    ------
    ParameterError
        If a note does not start after the one before.
    """
    table = np.array(notes, dtype=np.int64).reshape(-1, 3)
    onset = table[:, 0]
    late = onset[1:] <= onset[:-1]
    if late.any():
        number = int(np.flatnonzero(late)[0]) + 2
        raise ParameterError(
            f"note {number} starts at tick {onset[number - 1]}, not after note {number - 1} "
            f"at {onset[number - 2]}; a melody has one note at a time"
        )
    return Line(onset, table[:, 2])


def gram_hashes(line: Line) -> HashArray:
    """A hash of every run of `RUN` notes, shape ``(..., max(T - RUN + 1, 0))``.

    Source: the mixing function is the finaliser of SplitMix64 (Steele, Lea and Flood 2014,
    with the constants of Stafford's variant 13); what is mixed is original.
    """
    n_grams = max(len(line) - RUN + 1, 0)
    if not n_grams:
        return np.zeros((*line.onset.shape[:-1], 0), dtype=np.uint64)
    numerators, denominators = line.ratios
    ratio = _mixed(_mixed(numerators.astype(np.uint64)) + denominators.astype(np.uint64))
    step = _mixed(line.intervals.astype(np.uint64))
    later = _mixed(step[..., 1:] + ratio)
    total = step[..., :n_grams] * np.uint64(_WEIGHTS[0])
    for place, weight in enumerate(_WEIGHTS[1:]):
        total += later[..., place : place + n_grams] * np.uint64(weight)
    return np.asarray(_mixed(total) >> np.uint64(64 - HASH_BITS))


def window_hashes(grams: HashArray, n_notes: int) -> HashArray:
    """A hash of every run of `n_notes`, from the hashes of the runs of `RUN` notes in it."""
    width = n_notes - RUN + 1
    n_windows = max(grams.shape[-1] - width + 1, 0)
    total = np.zeros((*grams.shape[:-1], n_windows), dtype=np.uint64)
    for place in range(width):
        total *= np.uint64(_MULTIPLIERS[0])
        total += grams[..., place : place + n_windows]
    return _mixed(total)


def _mixed(values: HashArray) -> HashArray:
    """Each number spread over all 64 bits, no two alike."""
    mixed = values + np.uint64(_INCREMENT)
    for shift, multiplier in zip((30, 27), _MULTIPLIERS, strict=True):
        mixed ^= mixed >> np.uint64(shift)
        mixed *= np.uint64(multiplier)
    mixed ^= mixed >> np.uint64(31)
    return mixed
