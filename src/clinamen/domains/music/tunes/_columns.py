"""Tunes laid end to end over the frame that they share."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from clinamen.domains.music._moment_columns import Columns
from clinamen.domains.music.events import IntArray, MelodyEvents
from clinamen.domains.music.tunes.tune import Tune

__all__ = ["TuneColumns"]

_OF_NOTES = ("onset", "duration", "pitch")
_OF_KEYS = ("tonic", "mode", "fifths", "scale")


class TuneColumns(Columns):
    """What `Columns` is of melodies, without a melody being made of each tune.

    Parameters
    ----------
    frame
        Bars, keys and chords of all tunes, with one note a key (see `bars_and_keys`).
    tunes
        At least one; none is empty.
    """

    def __init__(self, frame: MelodyEvents, tunes: Sequence[Tune]) -> None:
        self._frame = frame
        self._notes = np.concatenate([tune.columns for tune in tunes], axis=1)
        self._lay_out(np.array([len(tune) for tune in tunes], dtype=np.int64))

    def _together(self, name: str) -> IntArray:
        if name in _OF_NOTES:
            row: IntArray = self._notes[_OF_NOTES.index(name)]
            return row
        column: IntArray = getattr(self._frame, name)
        if name in _OF_KEYS:
            return column[self._key]
        if name == "phrase_start":
            return np.full(len(self.note), -1)
        return np.tile(column, len(self.ends))

    @property
    def _key(self) -> IntArray:
        """Number of the key of each note, shape ``(T,)``."""
        begun = np.searchsorted(self._frame.onset, self._notes[0], side="right") - 1
        key: IntArray = np.maximum(begun, 0)
        return key

    def _of_each(self, fact: Callable[[MelodyEvents], int]) -> IntArray:
        return np.full(len(self.ends), fact(self._frame))
