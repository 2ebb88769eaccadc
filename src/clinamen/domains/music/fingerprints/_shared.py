"""The longest run that a melody shares with another, exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from clinamen.domains.music.editing import NoteTicks
from clinamen.domains.music.events import IntArray
from clinamen.domains.music.fingerprints._span import AnySpan, BoolArray, new_steps
from clinamen.domains.music.fingerprints._steps import Line, line_of
from clinamen.engine._run_kernels import longest_in_other

__all__ = ["SharedRun", "longest_ending", "longest_shared"]


@dataclass(frozen=True, slots=True)
class SharedRun:
    """A run of notes that two melodies share, whatever their keys and tempos.

    Parameters
    ----------
    n_notes
        Its length.
    first
        Its first note in the melody asked about, counted from 0.
    place
        Its first note in the other melody, counted from 0.
    tune
        Number of that melody in the index; -1 for a melody that was given.
    title, credit
        Of that melody, as far as known; the credit is a composer or a collection.
    bars
        First and last bar of the run there; None where bars are not known.
    """

    n_notes: int
    first: int
    place: int
    tune: int = -1
    title: str = ""
    credit: str = ""
    bars: tuple[int, int] | None = None


def longest_shared(
    notes: Sequence[NoteTicks], other: Sequence[NoteTicks], *, span: AnySpan | None = None
) -> SharedRun | None:
    """The longest run of two notes or more that two melodies share; the first of such a length.

    The same run is the same intervals, and the same ratios between inter-onset intervals
    (see `clinamen.domains.music.fingerprints`).

    Parameters
    ----------
    span
        Only runs count that touch what is new in `notes`.

    Raises
    ------
    ParameterError
        If notes of one of them are not in order, or the span is not within `notes`.

    Examples
    --------
    >>> up = [(0, 1, 60), (1, 1, 62), (2, 1, 64), (4, 1, 65)]
    >>> slower_and_higher = [(0, 1, 50), (9, 1, 72), (11, 1, 74), (13, 1, 76), (17, 1, 77)]
    >>> longest_shared(up, slower_and_higher).n_notes
    4
    """
    one, two = line_of(notes), line_of(other)
    n_steps = max(len(one) - 1, 0)
    lengths, ends = np.zeros((2, n_steps), dtype=np.int64)
    if n_steps and len(two) > 1:
        row = np.zeros(len(two), dtype=np.int64)
        longest_in_other(
            one.intervals, _ratios(one), two.intervals, _ratios(two), lengths, ends, row
        )
    found = longest_ending(lengths, new_steps(span, len(one)))
    if found is None:
        return None
    last, n_shared = found
    return SharedRun(n_shared + 1, last - n_shared + 1, int(ends[last]) - n_shared + 1)


def longest_ending(steps: IntArray, new: BoolArray | None) -> tuple[int, int] | None:
    """The longest of the runs that end at each step: its last step, and how many it has.

    Parameters
    ----------
    steps
        Steps of the longest run that ends with each step; 0 where there is none.
    new
        Only runs with one of these steps count.
    """
    if new is not None:
        n_new = np.concatenate(([0], np.cumsum(new)))
        after = np.arange(1, len(steps) + 1)
        steps = np.where(n_new[after] > n_new[after - steps], steps, 0)
    last = int(np.argmax(steps)) if len(steps) else 0
    return (last, int(steps[last])) if len(steps) and steps[last] else None


def _ratios(line: Line) -> IntArray:
    """Ratios by step; the first step has none, which equals no other's."""
    ratios = np.zeros((len(line) - 1, 2), dtype=np.int64)
    ratios[1:] = np.stack(line.ratios, axis=-1)
    return ratios
