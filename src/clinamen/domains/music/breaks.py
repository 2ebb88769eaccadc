"""How far a note breaks what was expected, measured against the phrases around it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from clinamen.errors import ParameterError

__all__ = ["NEAR_HOME_BITS", "NOTES_TO_COME_HOME", "Break", "measure_break"]

NEAR_HOME_BITS = 1.0
"""Expectation is home again where a note is at most so many bits above the phrase's median."""

NOTES_TO_COME_HOME = 4
"""Later than so many notes after the break, expectation has not come home."""


@dataclass(frozen=True, slots=True)
class Break:
    """A break of expectation at one note.

    Parameters
    ----------
    bits
        Information content of the note.
    median
        Of the phrase before; in the first phrase, of its notes before the break.
    contrast
        ``bits - median``.
    is_peak
        Whether the largest information content of the note's phrase falls in the chosen beat.
    home_after
        How many notes later expectation is first home again; None if that takes more than
        `NOTES_TO_COME_HOME` notes.
    """

    bits: float
    median: float
    contrast: float
    is_peak: bool
    home_after: int | None


def measure_break(
    bits: npt.NDArray[np.float64],
    onsets: Sequence[float],
    phrase_starts: Sequence[int],
    note: int,
    beat: tuple[float, float],
) -> Break:
    """Measure the break at a note.

    Parameters
    ----------
    bits
        Information content of every note, shape ``(T,)``.
    onsets
        When notes begin, in quarters, ``T`` of them.
    phrase_starts
        Index of the first note of every phrase; empty for one phrase.
    note
        Index of the note that breaks.
    beat
        Where the chosen beat begins and ends, in quarters.

    Raises
    ------
    ParameterError
        If there is no such note, or it is the first one: nothing was expected before it.

    Notes
    -----
    The phrase's median, to which expectation comes home, is that of the phrase with the break
    without the note itself, so that a short phrase is not measured by its own break.
    """
    if not 0 < note < len(bits):
        raise ParameterError(f"a break is at a note from 1 to {len(bits) - 1}, not {note}")
    starts = sorted({0, *phrase_starts})
    number = bisect_right(starts, note) - 1
    first, end = starts[number], [*starts[1:], len(bits)][number]
    before = bits[starts[number - 1] : first] if number else bits[first:note]
    median = float(np.median(before))
    peak = first + int(np.argmax(bits[first:end]))
    usual = float(np.median(np.delete(bits[first:end], note - first))) if end - first > 1 else 0.0
    following = bits[note + 1 : note + 1 + NOTES_TO_COME_HOME]
    (home,) = np.nonzero(following <= usual + NEAR_HOME_BITS)
    return Break(
        bits=float(bits[note]),
        median=median,
        contrast=float(bits[note]) - median,
        is_peak=beat[0] <= onsets[peak] < beat[1] or bool(bits[note] >= bits[peak]),
        home_after=int(home[0]) + 1 if len(home) else None,
    )
