"""How much human songs share with each other: what a shared run is to be measured by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from clinamen.domains.music.events import IntArray

__all__ = ["LONGEST", "NEAREST", "WIDTHS", "Baseline", "cover", "window_counts"]

WIDTHS = (1, 2, 4, 8, 16, 32, 64)
"""Numbers of notes in a row for which it was counted what runs touch them."""

LONGEST = 64
"""Longer runs are counted as this long in `Baseline.windows`."""

NEAREST = 500
"""Songs that a song is compared with: those nearest to its length, for long ones share longer
runs by chance."""

FEWEST = 50
"""With fewer songs nothing is said."""


@dataclass(frozen=True, eq=False)
class Baseline:
    """Longest runs that the tunes of an index share with others that are not their variants.

    Parameters
    ----------
    n_notes
        Of each tune, shape ``(n_tunes,)``.
    longest
        Notes of the longest run that it shares with another tune, 0 for less than `RUN`,
        shape ``(n_tunes,)``.
    windows
        How often, at the places of all tunes, the longest run that touches any of ``WIDTHS[w]``
        notes in a row has so many notes, shape ``(len(WIDTHS), LONGEST + 1)``.
    """

    n_notes: IntArray
    longest: IntArray
    windows: IntArray

    def __post_init__(self) -> None:
        if self.longest.shape != self.n_notes.shape or (self.longest > self.n_notes).any():
            raise ValueError("a tune shares a run that is longer than the tune")
        if self.windows.shape != (len(WIDTHS), LONGEST + 1):
            raise ValueError("the counts of shared runs have not the shape they should have")
        if min(self.windows.min(), self.longest.min(initial=0)) < 0:
            raise ValueError("a count of shared runs is below 0")

    @classmethod
    def unmeasured(cls, n_notes: IntArray) -> Baseline:
        """Of tunes of which nothing is known yet."""
        return cls(n_notes, np.zeros_like(n_notes), np.zeros_like(_NO_WINDOWS))

    @classmethod
    def union(cls, parts: Sequence[Baseline]) -> Baseline:
        """Of several indexes, each tune as it was measured in its own."""
        none = np.zeros(0, dtype=np.int64)
        return cls(
            np.concatenate([none, *(each.n_notes for each in parts)]),
            np.concatenate([none, *(each.longest for each in parts)]),
            sum((each.windows for each in parts), np.zeros_like(_NO_WINDOWS)),
        )

    def share_of_songs(self, n_notes: int, shared: int) -> float | None:
        """Share of the songs of about this length that share a run as long or longer.

        None where there are too few songs to say.

        Parameters
        ----------
        n_notes
            Length of the song.
        shared
            Notes of the longest run that it shares.
        """
        if len(self.n_notes) < FEWEST:
            return None
        order = np.argsort(np.abs(self.n_notes - n_notes), kind="stable")
        return float(np.mean(self.longest[order[:NEAREST]] >= shared))

    def share_of_places(self, n_new: int, shared: int) -> float | None:
        """Share of the places in all songs at which a run as long or longer touches so many notes.

        None where there are too few songs to say.

        Parameters
        ----------
        n_new
            Notes in a row; the nearest number in `WIDTHS` is looked up.
        shared
            Notes of the longest shared run that touches them.
        """
        away = np.abs(np.log(WIDTHS) - np.log(max(n_new, 1)))
        counts = self.windows[int(np.argmin(away))]
        if len(self.n_notes) < FEWEST or not counts.any():
            return None
        return float(counts[min(shared, LONGEST) :].sum() / counts.sum())


_NO_WINDOWS: npt.NDArray[np.int64] = np.zeros((len(WIDTHS), LONGEST + 1), dtype=np.int64)


def cover(ends: IntArray, n_notes: int) -> IntArray:
    """The longest run that each note is in.

    Parameters
    ----------
    ends
        Notes of the longest run that ends at each note, 0 for none, shape ``(T,)``.
    """
    covered = np.zeros(n_notes, dtype=np.int64)
    # A run that goes on is part of the one that ends a note later.
    whole = (ends > 0) & (np.append(ends[1:], 0) != ends + 1)
    for end in np.flatnonzero(whole):
        part = covered[end - ends[end] + 1 : end + 1]
        np.maximum(part, ends[end], out=part)
    return covered


def window_counts(covered: IntArray) -> IntArray:
    """Counts as in `Baseline.windows`, of one tune."""
    counts = np.zeros_like(_NO_WINDOWS)
    for row, width in enumerate(WIDTHS):
        if width <= len(covered):
            windows = np.lib.stride_tricks.sliding_window_view(covered, width)
            longest = np.minimum(windows.max(axis=-1), LONGEST)
            counts[row] = np.bincount(longest, minlength=LONGEST + 1)
    return counts
