"""An atlas in hand, and its file."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from clinamen.domains.music.tunes.population import Population
from clinamen.errors import FormatError, ParameterError
from clinamen.io.atlas_file import StoredAtlas, read_atlas, write_atlas
from clinamen.operations.atlas._plan import Plan
from clinamen.operations.atlas._shard import NAMES, empty_archive
from clinamen.search.archive import Axis
from clinamen.search.scheduler import Tally

if TYPE_CHECKING:
    from clinamen.domains.music.tunes.tune import Tune
    from clinamen.search.archive import Archive

__all__ = ["Atlas", "Run", "atlas_bytes", "atlas_of", "difference", "load_atlas", "save_atlas"]


@dataclass(frozen=True)
class Run:
    """What has been done with one seed.

    Parameters
    ----------
    n_rounds
        Whole rounds.
    tallies
        What came of each emitter.
    """

    n_rounds: int = 0
    tallies: Mapping[str, Tally] = field(default_factory=dict)

    def grown(self, tallies: Mapping[str, Tally]) -> Run:
        """With one round more."""
        names = sorted({*self.tallies, *tallies})
        nothing = Tally()
        both = {
            name: _sum(self.tallies.get(name, nothing), tallies.get(name, nothing))
            for name in names
        }
        return Run(self.n_rounds + 1, both)

    def plain(self) -> dict[str, Any]:
        """As plain values."""
        tallies = {name: asdict(self.tallies[name]) for name in sorted(self.tallies)}
        return {"n_rounds": self.n_rounds, "tallies": tallies}

    @classmethod
    def of_plain(cls, plain: Mapping[str, Any]) -> Run:
        """What `plain` told."""
        tallies = {
            str(name): Tally(
                int(each["n_asked"]),
                int(each["n_new"]),
                int(each["n_improved"]),
                float(each["gained"]),
            )
            for name, each in plain["tallies"].items()
        }
        return cls(int(plain["n_rounds"]), tallies)


def _sum(one: Tally, other: Tally) -> Tally:
    return Tally(
        one.n_asked + other.n_asked,
        one.n_new + other.n_new,
        one.n_improved + other.n_improved,
        one.gained + other.gained,
    )


@dataclass(eq=False)
class Atlas:
    """A map of melodies: the best one found of every kind, with what others have made.

    Parameters
    ----------
    plan
        What it is of.
    archive
        The finds.
    mine
        What the maker has made before.
    runs
        What has been done, by seed.
    """

    plan: Plan
    archive: Archive[Tune]
    mine: Population
    runs: dict[int, Run]

    @classmethod
    def begun(cls, plan: Plan) -> Atlas:
        """With nothing on it yet."""
        return cls(plan, empty_archive(plan.axes), _nobody(), {})

    @property
    def n_evaluations(self) -> int:
        """Tunes that were heard for it, over all runs."""
        return self.plan.round_size * sum(run.n_rounds for run in self.runs.values())

    def merge(self, other: Atlas) -> None:
        """Take over what the other one has; in whatever order that is done, it comes out the same.

        Raises
        ------
        ParameterError
            If the other one is of another song, other axes or another listener.
        """
        if other.plan.token != self.plan.token:
            raise ParameterError(
                f"atlases of one kind can be merged; {difference(self.plan, other.plan)}"
            )
        self.archive.merge(other.archive)
        self.mine = self.mine.joined(other.mine)
        for seed, run in other.runs.items():
            self.runs[seed] = max(self.runs.get(seed, run), run, key=_extent)


def _extent(run: Run) -> tuple[int, str]:
    return run.n_rounds, repr(run.plain())


def _nobody() -> Population:
    return Population(measures=np.empty((0, len(NAMES))))


def difference(one: Plan, other: Plan) -> str:
    """The first thing that two plans do not share, in words."""
    if one.axes != other.axes:
        return f"one measures {_axes_words(one.axes)}, the other {_axes_words(other.axes)}"
    if one.source != other.source:
        return "they are of different songs"
    mine, theirs = one.plain(), other.plain()
    name = next((name for name in mine if mine[name] != theirs[name]), "plan")
    return (
        f"{name.replace('_', ' ')} is {mine.get(name)!r} in one and {theirs.get(name)!r} in another"
    )


def _axes_words(axes: tuple[Axis, ...]) -> str:
    return " x ".join(f"{axis.name} ({axis.n_cells})" for axis in axes)


def atlas_bytes(atlas: Atlas) -> bytes:
    """The file of an atlas; the same atlas gives the same bytes."""
    elites = atlas.archive.elites
    plan = atlas.plan
    return write_atlas(
        StoredAtlas(
            plan.plain(),
            plan.source,
            tuple((axis.name, axis.low, axis.high, axis.n_cells) for axis in plan.axes),
            NAMES,
            tuple(elite.solution for elite in elites),
            np.array([elite.objective for elite in elites], dtype=np.float64),
            np.array([elite.measures for elite in elites]).reshape(-1, len(NAMES)),
            tuple(elite.origin for elite in elites),
            atlas.mine,
            {seed: run.plain() for seed, run in atlas.runs.items()},
        )
    )


def atlas_of(data: bytes, *, source: str = "") -> Atlas:
    """The atlas in the bytes of a file.

    Raises
    ------
    FormatError
        If they are none, or damaged.
    """
    from clinamen.io._stored import holding_together

    stored = read_atlas(data, source=source)
    if stored.names != NAMES:
        raise FormatError("it measures other things than this version does", source=source)
    with holding_together("atlas", source):
        axes = tuple(Axis(*axis) for axis in stored.axes)
        plan = Plan.of_plain(stored.plan, axes, stored.source)
        runs = {seed: Run.of_plain(run) for seed, run in stored.runs.items()}
        archive = empty_archive(axes)
        added = archive.add(stored.tunes, stored.objectives, stored.measures, stored.origins)
        if added.n_new < len(stored.tunes):
            raise FormatError("two of its elites are in one cell", source=source)
    return Atlas(plan, archive, stored.mine, runs)


def load_atlas(path: str | os.PathLike[str]) -> Atlas:
    """The atlas in a file that `clinamen atlas build` made.

    Raises
    ------
    MissingError
        If there is no such file.
    FormatError
        If it is no atlas, or damaged.
    """
    from clinamen.io._source import read_bytes

    return atlas_of(read_bytes(path), source=os.fspath(path))


def save_atlas(atlas: Atlas, path: str | os.PathLike[str]) -> int:
    """Write the file of an atlas, whole or not at all; its size.

    Raises
    ------
    MissingError
        If the folder does not exist, or may not be written to.
    """
    from clinamen.io._target import write_bytes

    data = atlas_bytes(atlas)
    write_bytes(path, data)
    return len(data)
