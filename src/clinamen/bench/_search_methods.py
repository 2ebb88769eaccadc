"""Ways to fill an archive, each with the same start, the same judge and the same budget."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

from clinamen.search.archive import Added, Archive
from clinamen.search.emitters import Emitter, VariationEmitter

__all__ = ["BATCH", "HillClimbing", "Problem", "Sampling", "spend"]

S = TypeVar("S")

FloatArray = npt.NDArray[np.float64]

BATCH = 64
"""Solutions that are judged together."""

N_CLIMBERS = 16
PATIENCE = 200
"""Steps without success after which a climber begins anew."""


@dataclass(frozen=True, eq=False)
class Problem(Generic[S]):
    """What is searched, and what every method may use.

    Parameters
    ----------
    empty
        An archive of its grid.
    evaluate
        Objectives and measures of solutions.
    start
        N solutions made of nothing.
    vary
        A child of each parent.
    """

    empty: Callable[[], Archive[S]]
    evaluate: Callable[[Sequence[S]], tuple[FloatArray, FloatArray]]
    start: Callable[[int, np.random.Generator], list[S]]
    vary: Callable[[Sequence[S], np.random.Generator], list[S]]

    def elites(self, archive: Archive[S]) -> Emitter[S]:
        """MAP-Elites with these two."""
        return VariationEmitter(archive, self.vary, self.start)


def spend(
    problem: Problem[S],
    archive: Archive[S],
    emitter: Emitter[S],
    n: int,
    rng: np.random.Generator,
    *,
    origin: str = "",
) -> None:
    """Add what an emitter makes to an archive, N solutions in all."""
    while n > 0:
        solutions = emitter.ask(min(n, BATCH), rng)
        objectives, measures = problem.evaluate(solutions)
        added = archive.add(solutions, objectives, measures, origin)
        emitter.tell(solutions, objectives, measures, added)
        n -= len(solutions)


class Sampling(Generic[S]):
    """Nothing but fresh solutions.

    Parameters
    ----------
    problem
        Its start is all that is used.
    """

    def __init__(self, problem: Problem[S]) -> None:
        self._problem = problem

    def ask(self, n: int, rng: np.random.Generator) -> list[S]:
        """N fresh ones."""
        return self._problem.start(n, rng)

    def tell(
        self, solutions: Sequence[S], objectives: FloatArray, measures: FloatArray, added: Added
    ) -> None:
        """Nothing is learnt."""


@dataclass(slots=True)
class _Climber(Generic[S]):
    solution: S | None = None
    objective: float = -1.0
    n_stuck: int = 0


class HillClimbing(Generic[S]):
    """Some climbers that each keep the better of parent and child, and begin anew when stuck.

    They look at the objective alone. A child that is as good as its parent takes its place, so
    that climbers can cross what is level.

    Parameters
    ----------
    problem
        Its start and its variation are used.
    n_climbers
        Who take turns.
    patience
        Steps without a better objective after which one begins anew.
    """

    def __init__(
        self, problem: Problem[S], *, n_climbers: int = N_CLIMBERS, patience: int = PATIENCE
    ) -> None:
        self._problem = problem
        self._climbers: list[_Climber[S]] = [_Climber() for _ in range(n_climbers)]
        self._patience = patience
        self._turn: list[_Climber[S]] = []

    def ask(self, n: int, rng: np.random.Generator) -> list[S]:
        """A step of one climber after the other; no more than there are climbers."""
        n = min(n, len(self._climbers))
        self._turn = self._climbers[:n]
        self._climbers = self._climbers[n:] + self._turn
        fresh = [climber for climber in self._turn if climber.solution is None]
        parents = [each.solution for each in self._turn if each.solution is not None]
        made = iter(self._problem.start(len(fresh), rng) if fresh else [])
        children = iter(self._problem.vary(parents, rng) if parents else [])
        return [next(made if each.solution is None else children) for each in self._turn]

    def tell(
        self, solutions: Sequence[S], objectives: FloatArray, measures: FloatArray, added: Added
    ) -> None:
        """Climb."""
        for climber, solution, found in zip(
            self._turn, solutions, objectives.tolist(), strict=True
        ):
            is_better = found > climber.objective
            if found >= climber.objective:
                climber.solution, climber.objective = solution, found
            climber.n_stuck = 0 if is_better else climber.n_stuck + 1
            if climber.n_stuck >= self._patience:
                climber.solution, climber.objective, climber.n_stuck = None, -1.0, 0
