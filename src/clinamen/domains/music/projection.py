"""Melodies seen through viewpoints, as symbols for the engine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce

import numpy as np

from clinamen.domains.music.events import IntArray, MelodyEvents, Moment
from clinamen.domains.music.viewpoints import AnyViewpoint, Linked, Viewpoint
from clinamen.engine.ppm import Projection
from clinamen.engine.symbols import NO_SYMBOL, SymbolTable
from clinamen.errors import ParameterError

__all__ = [
    "KNOWN",
    "TARGETS",
    "Alphabets",
    "Lens",
    "inter_onset_intervals",
    "target_values",
    "widened",
]

TARGETS = ("onset", "pitch", "duration")
"""What can be predicted about a note, in the order of the chain rule."""

KNOWN: Mapping[str, frozenset[str]] = {
    "onset": frozenset(),
    "pitch": frozenset({"onset"}),
    "duration": frozenset({"onset", "pitch"}),
}
"""What is known about the current note when a target is predicted.

When a note begins one knows when, not how long it will last: what a viewpoint reads and
is not known is summed over its whole alphabet. IDyOM 1.7.1 does the same with durations
(see docs/decisions/0006).
"""


def inter_onset_intervals(events: MelodyEvents) -> IntArray:
    """Ticks since the previous onset, 0 at the first note, shape ``(T,)``."""
    return np.diff(events.onset, prepend=events.onset[:1])


def target_values(events: MelodyEvents, target: str) -> IntArray:
    """What came, in the terms of a target's alphabet, shape ``(T,)``."""
    if target == "onset":
        return inter_onset_intervals(events)
    values: IntArray = getattr(events, target)
    return values


def followed(events: MelodyEvents) -> MelodyEvents:
    """A melody with one more event, like the last one, where that one ends."""
    onset = _once_more(events.onset)
    onset[-1] += events.duration[-1]
    return replace(
        events,
        onset=onset,
        duration=_once_more(events.duration),
        pitch=_once_more(events.pitch),
        tonic=_once_more(events.tonic),
        mode=_once_more(events.mode),
        fifths=_once_more(events.fifths),
        scale=_once_more(events.scale),
        phrase_start=_once_more(events.phrase_start),
    )


def _once_more(values: IntArray) -> IntArray:
    """Values with the last one repeated."""
    return np.append(values, values[-1])


@dataclass(frozen=True)
class Alphabets:
    """Values a note's attributes can take, each sorted, shape ``(A,)``.

    Parameters
    ----------
    onset
        Inter-onset intervals in ticks.
    pitch
        MIDI numbers.
    duration
        Ticks.
    """

    onset: IntArray
    pitch: IntArray
    duration: IntArray

    @classmethod
    def of(cls, melodies: Iterable[MelodyEvents]) -> Alphabets:
        """All values that occur in some melodies."""
        found = list(melodies)
        return cls(
            onset=_distinct(inter_onset_intervals(events) for events in found),
            pitch=_distinct(events.pitch for events in found),
            duration=_distinct(events.duration for events in found),
        )

    def union(self, other: Alphabets) -> Alphabets:
        """Values of either."""
        return Alphabets(
            onset=np.union1d(self.onset, other.onset),
            pitch=np.union1d(self.pitch, other.pitch),
            duration=np.union1d(self.duration, other.duration),
        )

    def of_target(self, target: str) -> IntArray:
        """The alphabet of one target."""
        if target not in TARGETS:
            raise ParameterError(f"target must be {', '.join(TARGETS)}, not {target!r}")
        values: IntArray = getattr(self, target)
        return values


def widened(alphabets: Alphabets) -> Alphabets:
    """Every semitone between the lowest and the highest pitch, an octave at least.

    A melody of few pitches could otherwise not surprise: what was never sung counts too.
    """
    low, high = int(alphabets.pitch[0]), int(alphabets.pitch[-1])
    missing = max(0, 12 - (high - low))
    low, high = max(0, low - missing // 2), min(127, high + (missing + 1) // 2)
    return replace(alphabets, pitch=np.arange(low, high + 1))


def _distinct(arrays: Iterable[IntArray]) -> IntArray:
    return np.unique(np.concatenate([np.empty(0, dtype=np.int64), *arrays]))


@dataclass
class Lens:
    """One viewpoint on one target, with the symbols it has met.

    Parameters
    ----------
    viewpoint
        Basic or linked; must read the target.
    target
        ``pitch``, ``onset`` (as inter-onset interval) or ``duration``.
    known
        Attributes of the current note taken as known; `KNOWN` by default.
    tables
        Symbols: one table a basic viewpoint, and one for every further link.

    Raises
    ------
    ParameterError
        If the viewpoint does not depend on the target.
    """

    viewpoint: AnyViewpoint
    target: str
    known: frozenset[str] | None = None
    tables: list[SymbolTable] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.target not in TARGETS:
            raise ParameterError(f"target must be {', '.join(TARGETS)}, not {self.target!r}")
        if self.target not in self.viewpoint.reads:
            raise ParameterError(
                f"viewpoint {self.viewpoint.idyom_name} says nothing about {self.target}"
            )
        if self.known is None:
            self.known = KNOWN[self.target]
        if not self.tables:
            self.tables = [SymbolTable() for _ in range(2 * len(self._parts) - 1)]

    @property
    def _parts(self) -> tuple[Viewpoint, ...]:
        if isinstance(self.viewpoint, Linked):
            return self.viewpoint.parts
        return (self.viewpoint,)

    def project(self, events: MelodyEvents, alphabets: Alphabets) -> Projection:
        """A melody as symbols, with the symbol of every candidate at every note."""
        symbols = self._encode(Moment.actual(events), (len(events), 1))[:, 0]
        images = self._images(events, alphabets)
        index = np.arange(len(events)) if len(images) > 1 else np.zeros(len(events), np.int64)
        return Projection(
            np.array(symbols),  # a copy: the caller may mark places as not yet known
            images,
            index,
            len(alphabets.of_target(self.target)),
            len(self.tables[-1]),
        )

    def sequence(self, events: MelodyEvents) -> Projection:
        """Like `project`, without candidates: to be learnt, not predicted."""
        symbols = np.ascontiguousarray(self._encode(Moment.actual(events), (len(events), 1))[:, 0])
        index = np.zeros(len(events), dtype=np.int64)
        return Projection(symbols, np.empty((1, 0), np.int32), index, 0, len(self.tables[-1]))

    def project_on(self, events: MelodyEvents, alphabets: Alphabets) -> Projection:
        """Like `project`, with one more event: the moment after the last note.

        That moment begins where the last note ends; nothing came there yet, so its symbol
        is `NO_SYMBOL`.
        """
        projection = self.project(followed(events), alphabets)
        projection.symbols[-1] = NO_SYMBOL
        return projection

    def _images(self, events: MelodyEvents, alphabets: Alphabets) -> np.ndarray:
        unknown = self.viewpoint.reads - {self.target} - (self.known or frozenset())
        moment = Moment.candidates(
            events,
            self.target,
            alphabets.of_target(self.target),
            {name: alphabets.of_target(name) for name in sorted(unknown)},
        )
        width = max(moment.pitch.shape[1], moment.onset.shape[1], moment.duration.shape[1])
        return self._encode(moment, (None, width))

    def _encode(self, moment: Moment, shape: tuple[int | None, int]) -> np.ndarray:
        """Symbols of a moment, shape ``(T or 1, width)``; rows are kept only if they differ."""
        links = iter(self.tables[len(self._parts) :])
        codes = (
            table.encode(part.formula(moment))
            for part, table in zip(self._parts, self.tables, strict=False)
        )
        linked = reduce(lambda left, right: next(links).encode_pairs(left, right), codes)
        rows = linked.shape[0] if shape[0] is None else shape[0]
        if linked.shape == (rows, shape[1]):
            return linked
        return np.ascontiguousarray(np.broadcast_to(linked, (rows, shape[1])))
