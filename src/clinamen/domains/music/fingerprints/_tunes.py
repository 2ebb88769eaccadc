"""What is kept of the tunes of an index beside their fingerprints: titles, credits, bars."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePath

import numpy as np

from clinamen.domains.music.events import IntArray, to_ticks
from clinamen.domains.music.fingerprints._steps import RUN
from clinamen.domains.music.notes import Melody, Song

__all__ = ["MOST_LETTERS", "Tunes", "bar_numbers"]

MOST_LETTERS = 200
"""Longest title or credit kept."""


@dataclass(frozen=True, eq=False)
class Tunes:
    """Tunes by number; their notes are counted through from the first tune to the last.

    Parameters
    ----------
    n_notes
        Of each tune, shape ``(n_tunes,)``.
    bars
        Number of the bar of each note, as musicians count (a pickup is bar 0), shape
        ``(n_notes,)``.
    titles, credits
        Of each tune; the title may be the name of its file, the credit is a composer or a
        collection. Empty where not known.
    """

    n_notes: IntArray
    bars: IntArray
    titles: tuple[str, ...]
    credits: tuple[str, ...]

    def __post_init__(self) -> None:
        n_tunes = len(self.n_notes)
        if len(self.titles) != n_tunes or len(self.credits) != n_tunes:
            raise ValueError("every tune needs a title and a credit, if only an empty one")
        if (n_tunes and self.n_notes.min() < 0) or int(self.n_notes.sum()) != len(self.bars):
            raise ValueError("every note of every tune needs a bar")

    @classmethod
    def of(cls, songs: Sequence[Song]) -> Tunes:
        """What is kept of some songs."""
        return cls(
            np.array([len(song.melody.notes) for song in songs], dtype=np.int64),
            _joined([bar_numbers(song.melody) for song in songs]),
            tuple(_one_line(song.title or PurePath(song.source).stem) for song in songs),
            tuple(_one_line(song.composer) for song in songs),
        )

    @classmethod
    def union(cls, parts: Sequence[Tunes]) -> Tunes:
        """The tunes of several, one after the other."""
        return cls(
            _joined([each.n_notes for each in parts]),
            _joined([each.bars for each in parts]),
            tuple(title for each in parts for title in each.titles),
            tuple(credit for each in parts for credit in each.credits),
        )

    def __len__(self) -> int:
        return len(self.n_notes)

    @cached_property
    def starts(self) -> IntArray:
        """Place of the first note of each tune, and after the last, shape ``(n_tunes + 1,)``."""
        return np.concatenate(([0], np.cumsum(self.n_notes)))

    @cached_property
    def owner(self) -> IntArray:
        """Tune of each note, shape ``(n_notes,)``."""
        return np.repeat(np.arange(len(self)), self.n_notes)

    @cached_property
    def gram_places(self) -> IntArray:
        """Place of the first note of every run of `RUN` notes, in order."""
        left = self.starts[1:][self.owner] - np.arange(len(self.owner))
        return np.flatnonzero(left >= RUN)


def _joined(parts: Iterable[IntArray]) -> IntArray:
    return np.concatenate([np.zeros(0, dtype=np.int64), *parts])


def bar_numbers(melody: Melody) -> IntArray:
    """Bar of each note, as musicians count: a pickup is bar 0."""
    onsets = [to_ticks(note.onset_quarters) for note in melody.notes]
    bars = [to_ticks(onset) for onset in melody.bar_onsets]
    number = np.searchsorted(bars, onsets, side="right")
    return np.asarray(number - (1 if melody.pickup_quarters else 0), dtype=np.int64)


def _one_line(text: str) -> str:
    """Text that has no character that parts names from each other in a file."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())[
        :MOST_LETTERS
    ]
