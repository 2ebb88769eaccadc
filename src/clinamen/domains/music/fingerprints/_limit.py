"""A limit on the length of shared runs, quick enough for every melody that is tried."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from clinamen.domains.music.editing import NoteTicks
from clinamen.domains.music.events import IntArray
from clinamen.domains.music.fingerprints._span import AnySpan, BoolArray, new_steps
from clinamen.domains.music.fingerprints._steps import (
    RUN,
    HashArray,
    Line,
    gram_hashes,
    line_of,
    window_hashes,
)
from clinamen.errors import ParameterError

__all__ = ["SHORTEST_LIMIT", "RunLimit", "check_limit"]

SHORTEST_LIMIT = RUN - 1
"""The lowest limit that can be kept, in notes."""


def check_limit(limit: int) -> None:
    """Refuse a limit that cannot be kept.

    Raises
    ------
    ParameterError
        If runs that are just too long are shorter than those in the index.
    """
    if limit < SHORTEST_LIMIT:
        raise ParameterError(
            f"a limit on shared runs is {SHORTEST_LIMIT} notes or more, not {limit}: runs shorter "
            f"than {RUN} notes are in almost every song and not in the index; the nearest limit "
            f"that can be kept is {SHORTEST_LIMIT}"
        )


class RunLimit:
    """Tells whether a melody shares a run of more than `limit` notes with any of some melodies.

    A melody shares such a run if and only if it shares one of `limit + 1` notes, so their
    hashes are all that is needed. Two different runs have one hash with probability 2^-63 or
    so: then a melody is refused that need not be. One that shares a run is never let pass.

    Parameters
    ----------
    limit
        Longest run that may be shared, in notes.
    tables
        Sorted hashes of runs of `limit + 1` notes (see `window_hashes`).
    others
        More melodies to share no longer run with: the song that a variant is made from.

    Raises
    ------
    ParameterError
        If the limit cannot be kept (see `check_limit`), or notes are not in order.
    """

    def __init__(
        self,
        limit: int,
        tables: Iterable[HashArray] = (),
        others: Iterable[Sequence[NoteTicks]] = (),
    ) -> None:
        check_limit(limit)
        self.limit = limit
        own = [window_hashes(gram_hashes(line_of(notes)), limit + 1) for notes in others]
        given = (*tables, np.sort(np.concatenate(own)) if own else np.zeros(0, np.uint64))
        self._tables = tuple(table for table in given if len(table))

    def exceeded(self, notes: Sequence[NoteTicks], *, span: AnySpan | None = None) -> bool:
        """Whether a longer run is shared.

        Parameters
        ----------
        span
            Only runs count that touch what is new.

        Raises
        ------
        ParameterError
            If notes are not in order, or the span is not within them.
        """
        shared = self._known(window_hashes(gram_hashes(line_of(notes)), self.limit + 1))
        new = new_steps(span, len(notes))
        if new is not None and len(shared):
            n_new = np.concatenate(([0], np.cumsum(new)))
            shared &= n_new[self.limit :] > n_new[: len(shared)]
        return bool(shared.any())

    def exceeded_by_next(
        self, notes: Sequence[NoteTicks], onsets: IntArray, pitches: IntArray
    ) -> BoolArray:
        """Whether a run that is too long would end with the next note, for many next notes.

        A melody that grows note by note, and at each by none for which this holds, never
        exceeds the limit.

        Parameters
        ----------
        onsets, pitches
            Of each note that could come next, in ticks and MIDI numbers, shape ``(B,)``.

        Raises
        ------
        ParameterError
            If notes are not in order, or a next one does not start after the last.
        """
        before = line_of(notes[max(len(notes) - self.limit, 0) :])
        if len(before) and np.min(onsets, initial=before.onset[-1] + 1) <= before.onset[-1]:
            raise ParameterError("the next note must start after the last one")
        grown = Line(_grown(before.onset, onsets), _grown(before.pitch, pitches))
        shared = self._known(window_hashes(gram_hashes(grown), self.limit + 1))
        return np.asarray(shared.any(axis=-1))

    def _known(self, hashes: HashArray) -> BoolArray:
        known = np.zeros(hashes.shape, dtype=bool)
        for table in self._tables:
            place = np.minimum(np.searchsorted(table, hashes), len(table) - 1)
            known |= table[place] == hashes
        return known


def _grown(before: IntArray, after: IntArray) -> IntArray:
    """Every next value after the ones before, shape ``(B, T + 1)``."""
    return np.column_stack((np.broadcast_to(before, (len(after), len(before))), after))
