"""A tune as a search handles it: nothing but numbers, over a frame that all tunes share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from clinamen.domains.music.editing import NoteTicks
from clinamen.domains.music.events import IntArray
from clinamen.errors import ParameterError

__all__ = ["Tune"]

_NOT_RISING = "the notes of a tune last, rise and do not overlap"


@dataclass(frozen=True, slots=True, eq=False)
class Tune:
    """The notes of a melody, without its bars, key and chords.

    Parameters
    ----------
    columns
        Onset, duration (both in ticks, `TICKS_PER_QUARTER`) and MIDI pitch, shape ``(3, T)``;
        onsets rise, and no note lasts into the next. The array becomes read-only.

    Raises
    ------
    ParameterError
        If the shape is another, or notes do not rise or overlap.

    Examples
    --------
    >>> tune = Tune.of([(0, 10080, 60), (10080, 10080, 62)])
    >>> len(tune), tune == Tune.of(tune.notes)
    (2, True)
    """

    columns: IntArray

    def __post_init__(self) -> None:
        columns = np.asarray(self.columns, dtype=np.int64)
        if columns.ndim != 2 or columns.shape[0] != 3:
            raise ParameterError(f"a tune has three rows, not the shape {columns.shape}")
        onset, duration, _ = columns
        if (duration < 1).any() or (onset[:-1] + duration[:-1] > onset[1:]).any():
            raise ParameterError(_NOT_RISING)
        columns.setflags(write=False)
        object.__setattr__(self, "columns", columns)

    @classmethod
    def of(cls, notes: Iterable[NoteTicks]) -> Tune:
        """A tune of notes in order."""
        return cls(np.array([*notes], dtype=np.int64).reshape(-1, 3).T.copy())

    @classmethod
    def apart(cls, columns: IntArray, ends: IntArray) -> list[Tune]:
        """Tunes that are laid end to end, looked at all at once.

        Parameters
        ----------
        columns
            As of one tune, shape ``(3, N)``; becomes read-only.
        ends
            Where each tune ends in them, rising, shape ``(B,)``.

        Raises
        ------
        ParameterError
            As for a tune by itself.
        """
        onset, duration, _ = columns
        within = np.ones(max(len(onset) - 1, 0), dtype=np.bool_)
        within[ends[(ends > 0) & (ends < len(onset))] - 1] = False
        overlaps = (onset[:-1] + duration[:-1] > onset[1:]) & within
        if (duration < 1).any() or overlaps.any():
            raise ParameterError(_NOT_RISING)
        columns.setflags(write=False)
        found, first = [], 0
        for end in ends.tolist():
            tune = object.__new__(cls)
            object.__setattr__(tune, "columns", columns[:, first:end])
            found.append(tune)
            first = end
        return found

    def __len__(self) -> int:
        return int(self.columns.shape[1])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Tune) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    @property
    def notes(self) -> tuple[NoteTicks, ...]:
        """Onset, duration and pitch of each note, as plain numbers."""
        return tuple((int(a), int(b), int(c)) for a, b, c in self.columns.T)

    @property
    def key(self) -> bytes:
        """The same bytes for the same notes, on any machine: orders tunes of equal worth."""
        return self.columns.astype("<i8").tobytes()
