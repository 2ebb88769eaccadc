"""An archive of the best solution found of every kind."""

from __future__ import annotations

import math
from bisect import insort
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

from clinamen.errors import ParameterError

__all__ = ["Added", "Archive", "Axis", "Cell", "Elite"]

S = TypeVar("S")

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
Cell = tuple[int, ...]
"""Numbers of a cell along the axes, from 0."""

_NOT_ADDED, _IMPROVED, _NEW = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Axis:
    """A measure, divided into cells of one width.

    Parameters
    ----------
    name
        Of the measure.
    low, high
        Where the first cell begins and the last one ends. What lies outside falls into these.
    n_cells
        How many there are.

    Raises
    ------
    ParameterError
        If there is no cell, or `low` is not below `high`, or one of them is not finite.

    Examples
    --------
    >>> Axis("range", 0, 24, 8).edges[:3]
    (0.0, 3.0, 6.0)
    """

    name: str
    low: float
    high: float
    n_cells: int

    def __post_init__(self) -> None:
        if self.n_cells < 1:
            raise ParameterError(f"the axis {self.name} needs a cell or more, not {self.n_cells}")
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.low < self.high):
            raise ParameterError(
                f"the axis {self.name} goes from low to high, not from {self.low} to {self.high}"
            )

    @property
    def edges(self) -> tuple[float, ...]:
        """Where cells begin, and where the last one ends; ``n_cells + 1`` values."""
        width = (self.high - self.low) / self.n_cells
        return (*(self.low + width * place for place in range(self.n_cells)), float(self.high))

    def places(self, values: FloatArray) -> IntArray:
        """The cell of each value, from 0; the shape stays. A cell includes its lower edge."""
        found = np.searchsorted(self.edges, values, side="right") - 1
        return np.asarray(np.clip(found, 0, self.n_cells - 1), dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Elite(Generic[S]):
    """The best solution of a cell.

    Parameters
    ----------
    objective
        How good it is, 0 or more.
    measures
        What it is like: one value for each name of the archive.
    origin
        Who made it, such as the name of an emitter.
    """

    solution: S
    objective: float
    measures: tuple[float, ...]
    origin: str


@dataclass(frozen=True, eq=False)
class Added:
    """What became of solutions that were given to an archive.

    Parameters
    ----------
    status
        0 for not better than what was there before all of them, 1 for better, 2 for the first
        of its cell, shape ``(B,)``. So it does not matter in which order they were given.
    value
        Objective less that of the elite that was there before (or less 0), shape ``(B,)``.
    gained
        What the QD-score of the archive has risen by.
    n_new
        Cells that were empty before.
    n_improved
        Cells with a better elite than before.
    """

    status: IntArray
    value: FloatArray
    gained: float
    n_new: int
    n_improved: int


class Archive(Generic[S]):
    """Keeps the best solution of each cell of a grid, and only cells that hold one.

    A map of many axes has far more cells than will ever be filled; so memory grows with the
    elites, not with the grid.

    Two archives of the same grid can be merged in any order and grouping, also twice with the
    same one: there is a total order of what may be in a cell (objective, then the bytes of the
    solution, then origin and measures), and the first of it stays.

    Parameters
    ----------
    axes
        Of the grid, at least one.
    key
        Bytes that are the same for the same solution and different for different ones; they
        decide between solutions that are equally good.
    names
        All measures that elites keep; axes pick theirs by name. Without it those of the axes.

    Raises
    ------
    ParameterError
        If there is no axis, a name comes twice, or an axis is none of the names.

    Notes
    -----
    Source: MAP-Elites, Mouret & Clune 2015, *Illuminating search spaces by mapping elites*;
    the QD-score is from Pugh, Soros & Stanley 2016, *Quality diversity: a new frontier for
    evolutionary computation*. The names ask, tell, elite and emitter are those of pyribs.

    Examples
    --------
    >>> archive = Archive([Axis("length", 0, 10, 5)], key=str.encode)
    >>> archive.add(["ab", "cd", "abcdef"], [0.5, 0.7, 0.1], [[2], [2], [6]]).status.tolist()
    [2, 2, 2]
    >>> [(elite.solution, elite.objective) for elite in archive.elites]
    [('cd', 0.7), ('abcdef', 0.1)]
    >>> archive.coverage
    0.4
    """

    def __init__(
        self,
        axes: Sequence[Axis],
        key: Callable[[S], bytes],
        names: Sequence[str] | None = None,
    ) -> None:
        self.axes = tuple(axes)
        self.key = key
        own = tuple(axis.name for axis in self.axes)
        self.names = own if names is None else tuple(names)
        if not own:
            raise ParameterError("an archive needs an axis")
        for which in (own, self.names):
            if len({*which}) < len(which):
                raise ParameterError(f"measures come once each: {', '.join(which)}")
        for name in own:
            if name not in self.names:
                raise ParameterError(f"no measure is called {name}: {', '.join(self.names)}")
        self._columns = [self.names.index(name) for name in own]
        self._elites: dict[Cell, Elite[S]] = {}
        self._cells: list[Cell] = []  # in order, so that a draw does not depend on the past
        self._n_beside: dict[Cell, int] = {}  # elites in the cells that touch an elite's own

    def __len__(self) -> int:
        return len(self._cells)

    def __repr__(self) -> str:
        grid = " x ".join(f"{axis.name} {axis.n_cells}" for axis in self.axes)
        return f"<Archive: {len(self)} elites, {grid}>"

    @property
    def n_cells(self) -> int:
        """Of the whole grid, empty ones too."""
        return math.prod(axis.n_cells for axis in self.axes)

    @property
    def coverage(self) -> float:
        """Share of cells that hold an elite."""
        return len(self) / self.n_cells

    @property
    def qd_score(self) -> float:
        """Sum of the objectives of all elites; the same to the bit for the same elites."""
        return math.fsum(elite.objective for elite in self._elites.values())

    @property
    def cells(self) -> tuple[Cell, ...]:
        """Those that hold an elite, in order."""
        return tuple(self._cells)

    @property
    def elites(self) -> tuple[Elite[S], ...]:
        """In the order of their cells."""
        return tuple(self._elites[cell] for cell in self._cells)

    @property
    def best(self) -> Elite[S] | None:
        """The one with the greatest objective; None of an empty archive."""
        return min(self._elites.values(), key=self._rank, default=None)

    def get(self, cell: Cell) -> Elite[S] | None:
        """The elite of a cell, or None where nobody has been."""
        return self._elites.get(cell)

    def cell_of(self, measures: Sequence[float] | FloatArray) -> Cell:
        """Where a solution with these measures belongs; one value for each name.

        Raises
        ------
        ParameterError
            If there are more or fewer, or one is not finite.
        """
        return self._cells_of(self._checked(1, [measures]))[0]

    def draw(self, n: int, rng: np.random.Generator, *, edge: float = 0.0) -> list[Elite[S]]:
        """Elites at random, also more than once.

        Parameters
        ----------
        n
            How many.
        edge
            How much likelier those are that few others are near: the chance of an elite is as
            1 over (1 + elites in the cells next to it along an axis) to this power. At 0 each is
            as likely.

        Raises
        ------
        ParameterError
            If there is none, or `edge` is below 0.
        """
        if not self._cells:
            raise ParameterError("an empty archive has no elites to draw from")
        if not edge >= 0:
            raise ParameterError(f"edge is 0 or more, not {edge}")
        n_beside = np.array([self._n_beside[cell] for cell in self._cells], dtype=np.float64)
        reach = np.cumsum((1 + n_beside) ** -edge)
        places = np.searchsorted(reach, rng.random(n) * reach[-1], side="right").tolist()
        return [self._elites[self._cells[place]] for place in places]

    def add(
        self,
        solutions: Sequence[S],
        objectives: Sequence[float] | FloatArray,
        measures: Sequence[Sequence[float]] | FloatArray,
        origins: str | Sequence[str] = "",
    ) -> Added:
        """Keep what is better than what was in its cell.

        Parameters
        ----------
        solutions
            B of them.
        objectives
            0 or more, shape ``(B,)``.
        measures
            One row for each solution, one column for each name, shape ``(B, K)``.
        origins
            Who made them: one for all, or one each.

        Raises
        ------
        ParameterError
            If the numbers of things do not match, a number is not finite, or an objective is
            below 0 (the QD-score could fall by a cell that is won). Nothing is added then.
        """
        n = len(solutions)
        rows = self._checked(n, measures)
        values = _checked_objectives(n, objectives)
        made_by = [origins] * n if isinstance(origins, str) else list(origins)
        if len(made_by) != n:
            raise ParameterError(f"{n} solutions have {n} origins, not {len(made_by)}")
        newcomers = [
            Elite(solution, objective, tuple(row), origin)
            for solution, objective, row, origin in zip(
                solutions, values.tolist(), rows.tolist(), made_by, strict=True
            )
        ]
        cells = self._cells_of(rows)
        before = {cell: self._elites.get(cell) for cell in cells}
        for cell, elite in zip(cells, newcomers, strict=True):
            self._keep(cell, elite)
        return self._told(cells, values, before)

    def merge(self, other: Archive[S]) -> None:
        """Take over what is better in the other one, which stays as it is.

        Raises
        ------
        ParameterError
            If the other one has other axes or measures.
        """
        if other.axes != self.axes or other.names != self.names:
            raise ParameterError(f"archives of one grid can be merged, not {self!r} and {other!r}")
        for cell, elite in other._elites.items():
            self._keep(cell, elite)

    def copy(self) -> Archive[S]:
        """Another one with the same elites; what is added to one is not in the other."""
        found = Archive(self.axes, self.key, self.names)
        found._elites = self._elites.copy()
        found._cells = self._cells.copy()
        found._n_beside = self._n_beside.copy()
        return found

    def projected(self, axes: Sequence[Axis]) -> Archive[S]:
        """The same elites on another grid; of those that meet in a cell the best stays."""
        found = Archive(axes, self.key, self.names)
        elites = self.elites
        measures = np.array([elite.measures for elite in elites]).reshape(-1, len(self.names))
        for cell, elite in zip(found._cells_of(measures), elites, strict=True):
            found._keep(cell, elite)
        return found

    def _rank(self, elite: Elite[S]) -> tuple[float, bytes, str, tuple[float, ...]]:
        return -elite.objective, self.key(elite.solution), elite.origin, elite.measures

    def _keep(self, cell: Cell, elite: Elite[S]) -> None:
        there = self._elites.get(cell)
        if there is None:
            self._enter(cell)
        elif elite.objective < there.objective or (
            # Keys are made only where they decide: that is rare, and they are not cheap.
            elite.objective == there.objective and self._rank(elite) >= self._rank(there)
        ):
            return
        self._elites[cell] = elite

    def _enter(self, cell: Cell) -> None:
        """The first elite of a cell comes."""
        insort(self._cells, cell)
        beside = [other for other in _touching(cell) if other in self._n_beside]
        for other in beside:
            self._n_beside[other] += 1
        self._n_beside[cell] = len(beside)

    def _told(
        self, cells: Sequence[Cell], values: FloatArray, before: dict[Cell, Elite[S] | None]
    ) -> Added:
        """How it was before, and what has changed."""
        old = {cell: 0.0 if elite is None else elite.objective for cell, elite in before.items()}
        value = values - np.array([old[cell] for cell in cells], dtype=np.float64)
        was_empty = np.array([before[cell] is None for cell in cells], dtype=bool)
        status = np.where(was_empty, _NEW, np.where(value > 0, _IMPROVED, _NOT_ADDED))
        gains = [self._elites[cell].objective - old[cell] for cell in before]
        n_new = sum(elite is None for elite in before.values())
        n_better = sum(
            gain > 0 and there is not None
            for there, gain in zip(before.values(), gains, strict=True)
        )
        return Added(status.astype(np.int64), value, math.fsum(gains), n_new, n_better)

    def _cells_of(self, rows: FloatArray) -> list[Cell]:
        places = [
            axis.places(rows[:, column]).tolist()
            for axis, column in zip(self.axes, self._columns, strict=True)
        ]
        return list(zip(*places, strict=True))

    def _checked(
        self, n: int, measures: Sequence[Sequence[float] | FloatArray] | FloatArray
    ) -> FloatArray:
        """Measures as an array of the right shape."""
        shape = (n, len(self.names))
        try:
            rows = np.array(measures, dtype=np.float64)
        except (TypeError, ValueError) as error:
            raise ParameterError(f"measures have the shape {shape}: {error}") from None
        if n == 0 and rows.size == 0:
            rows = rows.reshape(shape)
        if rows.shape != shape:
            raise ParameterError(f"measures have the shape {shape}, not {rows.shape}")
        if not np.isfinite(rows).all():
            place, column = np.argwhere(~np.isfinite(rows))[0]
            raise ParameterError(
                f"{self.names[column]} of solution {place} is finite, not {rows[place, column]}"
            )
        return rows


def _touching(cell: Cell) -> Iterator[Cell]:
    """Cells one further along one axis; some lie beyond the grid."""
    for axis, place in enumerate(cell):
        for step in (-1, 1):
            yield (*cell[:axis], place + step, *cell[axis + 1 :])


def _checked_objectives(n: int, objectives: Iterable[float] | FloatArray) -> FloatArray:
    values = np.array(objectives, dtype=np.float64)
    if values.shape != (n,):
        raise ParameterError(f"objectives have the shape {(n,)}, not {values.shape}")
    wrong = ~(np.isfinite(values) & (values >= 0))
    if wrong.any():
        place = int(np.flatnonzero(wrong)[0])
        raise ParameterError(
            f"the objective of solution {place} is 0 or more and finite, not {values[place]}"
        )
    return values
