"""Three plain ways to write a melody that follows a curve, with as much time as the search had.

All draw note after note from what the generator expects next, within the same range and with
leaps of an octave at most, until the last bar is full, and keep the melody whose bits follow the
curve best by the generator's own ear. They differ in how a note is drawn. Few notes follow any
curve by chance: melodies with fewer than 3/4 or more than 4/3 as many notes as the one that was
searched for come last.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Protocol

import numpy as np
import numpy.typing as npt

from clinamen.bench._creation_curves import spearman
from clinamen.domains.music.branches import Branches
from clinamen.domains.music.curve import Curve
from clinamen.domains.music.editing import NoteTicks
from clinamen.domains.music.events import TICKS_PER_QUARTER, IntArray, to_ticks
from clinamen.domains.music.listener import Listener
from clinamen.domains.music.notes import Song

__all__ = ["BASELINES", "Best", "Task", "best_of", "processor_seconds"]

FloatArray = npt.NDArray[np.float64]

N_AT_ONCE = 16
"""Melodies that are drawn together."""

LARGEST_LEAP = 12

COLD, HOT = 0.5, 2.0
"""Temperatures at the curve's lowest and highest point; between them on a logarithmic scale."""

processor_seconds: Callable[[], float] = time.process_time
"""Compute is counted in seconds of processor time of this process: the search's own book-keeping
counts as well as the notes that are predicted."""


@dataclass(frozen=True)
class Task:
    """What is to be written.

    Parameters
    ----------
    listener
        Whose expectation is drawn from.
    frame
        Key, metre and bars; a song without notes.
    curve
        What its bits shall follow.
    lowest, highest
        MIDI numbers.
    n_notes
        Melodies with less than 3/4 or more than 4/3 as many are taken only if all are so; 0 for
        any number.
    """

    listener: Listener
    frame: Song
    curve: Curve
    lowest: int
    highest: int
    n_notes: int = 0

    def is_as_dense(self, n_notes: int) -> bool:
        """Whether a melody has about as many notes as it should."""
        return not self.n_notes or 3 * self.n_notes <= 4 * n_notes <= 16 * self.n_notes / 3


@dataclass
class Best:
    """The best melody so far.

    Parameters
    ----------
    notes
        In order.
    score
        Spearman's correlation with the curve, by the listener.
    n_drawn
        How many melodies there were to choose from.
    seconds
        Of processor time.
    """

    notes: tuple[NoteTicks, ...] = ()
    score: float = -np.inf
    n_drawn: int = 0
    seconds: float = 0.0


class Draw(Protocol):
    """Picks a place in each row of chances; what cannot be has none."""

    def __call__(
        self, chances: FloatArray, target: str, levels: FloatArray, rng: np.random.Generator
    ) -> npt.NDArray[np.int64]: ...


def as_expected(
    chances: FloatArray, target: str, levels: FloatArray, rng: np.random.Generator
) -> npt.NDArray[np.int64]:
    """By the chances themselves: best of many samples."""
    return _drawn(chances, rng)


def by_temperature(
    chances: FloatArray, target: str, levels: FloatArray, rng: np.random.Generator
) -> npt.NDArray[np.int64]:
    """Cold where the curve is low, hot where it is high."""
    temperature = COLD * (HOT / COLD) ** levels
    with np.errstate(divide="ignore"):
        logs = np.log(chances) / temperature[:, None]
    logs -= logs.max(axis=1, keepdims=True)
    return _drawn(np.exp(logs), rng)


def least_probable(
    chances: FloatArray, target: str, levels: FloatArray, rng: np.random.Generator
) -> npt.NDArray[np.int64]:
    """By the chances, but the least probable pitch where the curve is in its upper half."""
    found = _drawn(chances, rng)
    if target == "pitch":
        possible = np.where(chances > 0, chances, np.inf)
        found = np.where(levels >= 0.5, possible.argmin(axis=1), found)
    return found


BASELINES: dict[str, Draw] = {
    "best of N": as_expected,
    "temperature": by_temperature,
    "least probable": least_probable,
}


def _drawn(chances: FloatArray, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    """A place in each row, by its share."""
    edges = np.cumsum(chances, axis=1)
    at = rng.random(len(chances)) * edges[:, -1]
    places = [np.searchsorted(row, level, "right") for row, level in zip(edges, at, strict=True)]
    found: npt.NDArray[np.int64] = np.minimum(np.array(places), chances.shape[1] - 1)
    return found


def best_of(task: Task, draw: Draw, seconds: float, rng: np.random.Generator) -> Best:
    """Draw melodies until the time is up, and at least once; keep the best."""
    started = processor_seconds()
    best = Best()
    while not best.n_drawn or best.seconds < seconds:
        for notes, bits in _Batch(task, draw, rng).melodies():
            onsets = [Fraction(note[0], TICKS_PER_QUARTER) for note in notes]
            score = spearman(task.curve, onsets, np.array(bits))
            rank = (task.is_as_dense(len(notes)), score)
            if rank > (task.is_as_dense(len(best.notes)), best.score):
                best.notes, best.score = tuple(notes), score
        best.n_drawn += N_AT_ONCE
        best.seconds = processor_seconds() - started
    return best


@dataclass
class _Batch:
    """Some melodies that grow together, one note a round."""

    task: Task
    draw: Draw
    rng: np.random.Generator
    notes: list[list[NoteTicks]] = field(default_factory=list)
    bits: list[list[float]] = field(default_factory=list)

    def melodies(self) -> list[tuple[list[NoteTicks], list[float]]]:
        """Notes and joint bits of each."""
        self.branches = Branches(self.task.listener, self.task.frame)
        end = to_ticks(self.task.frame.melody.end_quarters)
        self.notes = [[] for _ in range(N_AT_ONCE)]
        self.bits = [[] for _ in range(N_AT_ONCE)]
        self._add(list(range(N_AT_ONCE)), [0] * N_AT_ONCE, np.zeros(N_AT_ONCE))
        growing = list(range(N_AT_ONCE))
        while growing:
            onsets, costs = self._onsets(growing)
            self._last_until([min(onset, end) for onset in onsets], growing)
            going = [place for place, onset in enumerate(onsets) if onset < end]
            growing = [growing[place] for place in going]
            self._add(growing, [onsets[place] for place in going], costs[going])
        return list(zip(self.notes, self.bits, strict=True))

    def _onsets(self, which: Sequence[int]) -> tuple[list[int], FloatArray]:
        """When the next note of each begins, and what that costs."""
        alphabet = self.branches.alphabet("onset")
        last = [self.notes[each][-1][0] for each in which]
        chances = self.branches.chances("onset", [self.notes[each] for each in which])
        later = np.where(alphabet > 0, chances, 0.0)
        picked = self.draw(later, "onset", self._levels(last), self.rng)
        costs = -np.log2(chances[np.arange(len(picked)), picked])
        return [at + int(alphabet[place]) for at, place in zip(last, picked, strict=True)], costs

    def _add(self, which: Sequence[int], onsets: Sequence[int], costs: FloatArray) -> None:
        """A note more for some melodies, a tick long until the next one is known."""
        if not which:
            return
        alphabet = self.branches.alphabet("pitch")
        chances = self.branches.chances("pitch", [self.notes[each] for each in which], onsets)
        allowed = np.where(self._allowed(which, alphabet), chances, 0.0)
        picked = self.draw(allowed, "pitch", self._levels(onsets), self.rng)
        for row, (each, onset, place) in enumerate(zip(which, onsets, picked, strict=True)):
            self.notes[each].append((onset, 1, int(alphabet[place])))
            self.bits[each].append(float(costs[row] - np.log2(chances[row, place])))

    def _allowed(self, which: Sequence[int], alphabet: IntArray) -> npt.NDArray[np.bool_]:
        """Pitches in the range, and near enough to the note before; one row a melody."""
        in_range = (alphabet >= self.task.lowest) & (alphabet <= self.task.highest)
        last = [self.notes[each][-1][2] if self.notes[each] else None for each in which]
        near = [
            np.abs(alphabet - pitch) <= LARGEST_LEAP if pitch is not None else in_range
            for pitch in last
        ]
        return in_range & np.array(near)

    def _last_until(self, ends: Sequence[int], which: Sequence[int]) -> None:
        """Notes last until the next one begins."""
        for each, end in zip(which, ends, strict=True):
            onset, _, pitch = self.notes[each][-1]
            self.notes[each][-1] = (onset, end - onset, pitch)

    def _levels(self, ticks: Sequence[int]) -> FloatArray:
        """How high the curve is, from 0 at its lowest to 1 at its highest point."""
        heights = [bits for _, bits in self.task.curve.points]
        low, high = min(heights), max(heights)
        at = np.array(self.task.curve.at_all([tick / TICKS_PER_QUARTER for tick in ticks]))
        return (at - low) / (high - low) if high > low else np.zeros(len(at))
