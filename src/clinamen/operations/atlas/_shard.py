"""A part of a round: it may run in any process, on any machine, and comes out the same."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import attrgetter
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from clinamen.domains.music.tunes.ear import Ear
from clinamen.domains.music.tunes.evaluating import Evaluator
from clinamen.domains.music.tunes.measures import MEASURES
from clinamen.domains.music.tunes.tune import Tune
from clinamen.domains.music.tunes.varying import Varying
from clinamen.errors import FormatError
from clinamen.search.archive import Archive, Axis, Elite
from clinamen.search.emitters import Emitter, EvolutionEmitter, VariationEmitter
from clinamen.search.scheduler import Scheduler, Tally

if TYPE_CHECKING:
    from clinamen.domains.music.listener import Listener
    from clinamen.operations.atlas._plan import Plan

__all__ = [
    "EVOLUTION",
    "NAMES",
    "Context",
    "Found",
    "Packed",
    "Shard",
    "emitters_of",
    "empty_archive",
    "listener_of",
    "search_shard",
    "search_shards",
]

NAMES = tuple(measure.name for measure in MEASURES)
"""All measures that elites keep."""

EVOLUTION = "evolution"
"""Name of the emitter that moves a distribution over whole tunes."""

BATCH = 64
"""Tunes that are heard together."""

_SIGMA = 0.5

_EDGE = 4.0
"""How much parents at the edge of what is known are preferred: of 0, 2, 3, 4, 6 and 8 it won
most on seeds that the benchmark does not score."""

_FRESH = 0.05
"""Share of variation that is drawn from the listener: without it the edge is soon that of one
corner, and the QD-score a third less."""

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Context:
    """What all shards of a build share.

    Parameters
    ----------
    plan
        What the atlas is of.
    listener
        Bytes of the listener's file, where it is none of the shipped ones.
    """

    plan: Plan
    listener: bytes = b""


@dataclass(frozen=True, eq=False)
class Packed:
    """The elites of an archive in few arrays, to be sent about.

    Parameters
    ----------
    columns
        Onset, duration and pitch of all notes, shape ``(3, N)``; tunes of 64 bars are far from
        the largest number that fits.
    lengths
        Notes of each elite.
    objectives, measures, origins
        One row for each.
    """

    columns: npt.NDArray[np.int32]
    lengths: tuple[int, ...]
    objectives: FloatArray
    measures: FloatArray
    origins: tuple[str, ...]

    @classmethod
    def of(cls, elites: Sequence[Elite[Tune]]) -> Packed:
        """Elites in their order."""
        tunes = [np.empty((3, 0), np.int64), *(elite.solution.columns for elite in elites)]
        return cls(
            np.concatenate(tunes, axis=1).astype(np.int32),
            tuple(len(elite.solution) for elite in elites),
            np.array([elite.objective for elite in elites], dtype=np.float64),
            np.array([elite.measures for elite in elites]).reshape(-1, len(NAMES)),
            tuple(elite.origin for elite in elites),
        )

    @property
    def token(self) -> bytes:
        """The same for the same elites."""
        digest = hashlib.sha256(repr((self.lengths, self.origins)).encode())
        for each in (self.columns, self.objectives, self.measures):
            digest.update(np.ascontiguousarray(each).tobytes())
        return digest.digest()

    def tunes(self) -> list[Tune]:
        """The elites' tunes."""
        ends = np.cumsum([0, *self.lengths])
        columns = self.columns.astype(np.int64)
        return [Tune(columns[:, start:end].copy()) for start, end in pairwise(ends.tolist())]

    def add_to(self, archive: Archive[Tune]) -> None:
        """Put all of them into an archive."""
        archive.add(self.tunes(), self.objectives, self.measures, self.origins)


@dataclass(frozen=True, eq=False)
class Shard:
    """What one part of a round is to do.

    Parameters
    ----------
    seed, n_round, number
        Where its chance comes from.
    start
        The archive as it was when the round began.
    evolves
        Whether it is given to the one emitter that needs many generations; the others share
        the rest.
    """

    seed: int
    n_round: int
    number: int
    start: Packed
    evolves: bool = False


@dataclass(frozen=True, eq=False)
class Found:
    """What came of a shard.

    Parameters
    ----------
    number
        Of the shard.
    elites
        Those that were not in the archive when the round began.
    tallies
        By emitter.
    """

    number: int
    elites: Packed
    tallies: Mapping[str, Tally]


def empty_archive(axes: Sequence[Axis]) -> Archive[Tune]:
    """An archive of tunes that keeps all measures."""
    return Archive(axes, attrgetter("key"), NAMES)


def search_shard(context: Context, shard: Shard) -> Found:
    """Search on from an archive: a function of its arguments and of nothing else."""
    ground = _ground(context)
    plan = context.plan
    rng = np.random.default_rng([shard.seed, shard.n_round, shard.number])
    archive = _begun(plan, shard.start)
    before = dict(zip(archive.cells, archive.elites, strict=True))
    scheduler = Scheduler(archive, _emitters(shard, ground.varying, archive))
    left = plan.shard_size
    while left:
        tunes = scheduler.ask(min(left, BATCH), rng)
        scheduler.tell(*ground.evaluate(tunes))
        left -= len(tunes)
    found = [
        elite
        for cell, elite in zip(archive.cells, archive.elites, strict=True)
        if before.get(cell) is not elite
    ]
    return Found(shard.number, Packed.of(found), scheduler.tallies)


_BEGUN: dict[tuple[str, bytes], Archive[Tune]] = {}
"""The archive with which the last round began in this process: all of its shards begin so."""


def search_shards(context: Context, shards: Sequence[Shard]) -> list[Found]:
    """Several shards one after the other: they share what they begin with on their way, too."""
    return [search_shard(context, shard) for shard in shards]


def _begun(plan: Plan, start: Packed) -> Archive[Tune]:
    """An archive of one's own with the elites with which the round began."""
    key = plan.token, start.token
    if key not in _BEGUN:
        _BEGUN.clear()
        _BEGUN[key] = empty_archive(plan.axes)
        start.add_to(_BEGUN[key])
    return _BEGUN[key].copy()


def _emitters(shard: Shard, varying: Varying, archive: Archive[Tune]) -> dict[str, Emitter[Tune]]:
    return {
        name: emitter
        for name, emitter in emitters_of(varying, archive).items()
        if (name == EVOLUTION) == shard.evolves
    }


def emitters_of(varying: Varying, archive: Archive[Tune]) -> dict[str, Emitter[Tune]]:
    """Who proposes tunes for an atlas, by name."""

    def by_chance(parents: Sequence[Tune], rng: np.random.Generator) -> list[Tune]:
        return varying.vary(parents, rng, prior=False)

    def started(n: int, rng: np.random.Generator) -> list[Tune]:
        return varying.start(n, rng, prior=False)

    return {
        "variation": VariationEmitter(
            archive, varying.vary, varying.start, fresh=_FRESH, edge=_EDGE
        ),
        "chance": VariationEmitter(archive, by_chance, started, edge=_EDGE),
        "crossing": VariationEmitter(archive, varying.cross, varying.start, edge=_EDGE),
        EVOLUTION: EvolutionEmitter(
            archive,
            varying.decode,
            varying.encode,
            x0=np.zeros(varying.n_dims),
            sigma=_SIGMA,
        ),
    }


@dataclass(frozen=True, eq=False)
class _Ground:
    varying: Varying
    evaluate: Evaluator


_AT_HAND: dict[str, _Ground] = {}
"""The ground that was used last in this process."""


def _ground(context: Context) -> _Ground:
    plan = context.plan
    if plan.token not in _AT_HAND:
        _AT_HAND.clear()
        ear = Ear(listener_of(context), plan.song)
        varying = Varying(ear, plan.bounds, plan.n_bars)
        _AT_HAND[plan.token] = _Ground(varying, Evaluator(ear, plan.bounds))
    return _AT_HAND[plan.token]


def listener_of(context: Context) -> Listener:
    """Who listens.

    Raises
    ------
    MissingError
        If it is a shipped one that is not there.
    FormatError
        If its file is damaged, or is another one than that of the atlas.
    """
    from clinamen.io.listener_file import read_listener
    from clinamen.operations.listeners import load_listener

    plan = context.plan
    if not context.listener:
        return load_listener(plan.listener)
    if hashlib.sha256(context.listener).hexdigest() != plan.listener_hash:
        raise FormatError("is not the listener that the atlas was built with", source=plan.listener)
    return read_listener(context.listener, source=plan.listener)
