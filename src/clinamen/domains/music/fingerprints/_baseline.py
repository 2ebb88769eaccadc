"""How much human songs share with each other: what a shared run is to be measured by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from clinamen.domains.music.events import IntArray

__all__ = ["LONGEST", "NEAREST", "WIDTHS", "Baseline", "cover", "window_counts"]

WIDTHS = (1, 2, 4, 8, 16, 32, 64)
"""Numbers of notes in a row for which it was counted what runs touch them."""

LONGEST = 64
"""Longer runs are counted as this long in `Baseline.windows`."""

NEAREST = 100
"""Songs of a collection that a song is compared with: those nearest to its length, for long ones
share longer runs by chance."""

FEWEST = 50
"""Of a collection of fewer songs nothing is said."""


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
    names
        Of the collections.
    collection
        That each tune is from, shape ``(n_tunes,)``.
    windows
        How often, at the places of all tunes of collection c, the longest run that touches any
        of ``WIDTHS[w]`` notes in a row has so many notes, shape
        ``(len(names), len(WIDTHS), LONGEST + 1)``.
    """

    n_notes: IntArray
    longest: IntArray
    names: tuple[str, ...]
    collection: IntArray
    windows: IntArray

    def __post_init__(self) -> None:
        n_tunes, n_names = len(self.n_notes), len(self.names)
        if self.longest.shape != (n_tunes,) or (self.longest > self.n_notes).any():
            raise ValueError("a tune shares a run that is longer than the tune")
        if self.collection.shape != (n_tunes,) or len(set(self.names)) != n_names:
            raise ValueError("every tune needs a collection, and every collection a name")
        if n_tunes and not (self.collection.min() >= 0 and self.collection.max() < n_names):
            raise ValueError("a tune is of no collection")
        if self.windows.shape != (n_names, len(WIDTHS), LONGEST + 1):
            raise ValueError("the counts of shared runs have not the shape they should have")
        if min(self.windows.min(initial=0), self.longest.min(initial=0)) < 0:
            raise ValueError("a count of shared runs is below 0")

    @classmethod
    def unmeasured(cls, n_notes: IntArray, collections: Sequence[str]) -> Baseline:
        """Of tunes of which nothing is known yet but the name of the collection of each."""
        names = tuple(dict.fromkeys(collections))
        numbers = {name: number for number, name in enumerate(names)}
        collection = np.array([numbers[name] for name in collections], dtype=np.int64)
        windows = np.zeros((len(names), len(WIDTHS), LONGEST + 1), dtype=np.int64)
        return cls(n_notes, np.zeros_like(n_notes), names, collection, windows)

    @classmethod
    def union(cls, parts: Sequence[Baseline]) -> Baseline:
        """Of several indexes, each tune as it was measured in its own."""
        none = np.zeros(0, dtype=np.int64)
        labels = [each.names[number] for each in parts for number in each.collection]
        whole = cls.unmeasured(np.concatenate([none, *(each.n_notes for each in parts)]), labels)
        for each in parts:
            for name, windows in zip(each.names, each.windows, strict=True):
                if name in whole.names:
                    whole.windows[whole.names.index(name)] += windows
        return replace(whole, longest=np.concatenate([none, *(each.longest for each in parts)]))

    def shares_of_songs(self, n_notes: int, shared: int) -> dict[str, float]:
        """By collection, the share of songs of about a length that share a run as long or longer.

        Collections of few songs are left out.

        Parameters
        ----------
        n_notes
            Length of the song.
        shared
            Notes of the longest run that it shares.
        """
        shares = {}
        for number, name in self._large():
            shares[name] = float(np.mean(self.longest[self._nearest(number, n_notes)] >= shared))
        return shares

    def _nearest(self, collection: int, n_notes: int) -> IntArray:
        """The tunes of a collection that are nearest to a length."""
        tunes = np.flatnonzero(self.collection == collection)
        away = np.abs(self.n_notes[tunes] - n_notes)
        nearest: IntArray = tunes[np.argsort(away, kind="stable")[:NEAREST]]
        return nearest

    def usual_run(self, n_notes: int) -> int | None:
        """The longest run that songs of about a length usually share with another.

        Half of the songs of every large collection share one as long or longer, in the
        collection where they share least. None where there is no large collection.
        """
        middles = []
        for number, _ in self._large():
            nearest = self._nearest(number, n_notes)
            middles.append(int(np.sort(self.longest[nearest])[len(nearest) // 2]))
        return min(middles, default=None)

    def shares_of_places(self, n_new: int, shared: int) -> dict[str, float]:
        """By collection, the share of places at which a run as long or longer touches some notes.

        Collections of few songs are left out.

        Parameters
        ----------
        n_new
            Notes in a row; the nearest number in `WIDTHS` is looked up.
        shared
            Notes of the longest shared run that touches them.
        """
        away = np.abs(np.log(WIDTHS) - np.log(max(n_new, 1)))
        counts = self.windows[:, int(np.argmin(away))]
        return {
            name: float(counts[number, min(shared, LONGEST) :].sum() / counts[number].sum())
            for number, name in self._large()
            if counts[number].any()
        }

    def _large(self) -> list[tuple[int, str]]:
        sizes = np.bincount(self.collection, minlength=len(self.names))
        return [(at, name) for at, name in enumerate(self.names) if sizes[at] >= FEWEST]


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
    """Counts as in `Baseline.windows`, of one tune, shape ``(len(WIDTHS), LONGEST + 1)``."""
    counts = np.zeros((len(WIDTHS), LONGEST + 1), dtype=np.int64)
    for row, width in enumerate(WIDTHS):
        if width <= len(covered):
            windows = np.lib.stride_tricks.sliding_window_view(covered, width)
            longest = np.minimum(windows.max(axis=-1), LONGEST)
            counts[row] = np.bincount(longest, minlength=LONGEST + 1)
    return counts
