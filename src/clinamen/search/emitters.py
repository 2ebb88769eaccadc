"""Who proposes solutions for an archive."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from clinamen.errors import ParameterError
from clinamen.search.archive import Added, Archive

if TYPE_CHECKING:
    from cmaes import CMA, SepCMA

__all__ = ["Emitter", "EvolutionEmitter", "VariationEmitter"]

S = TypeVar("S")

FloatArray = npt.NDArray[np.float64]


class Emitter(Protocol[S]):
    """Proposes solutions, and hears what became of them."""

    def ask(self, n: int, rng: np.random.Generator) -> list[S]:
        """N new solutions."""
        ...

    def tell(
        self,
        solutions: Sequence[S],
        objectives: FloatArray,
        measures: FloatArray,
        added: Added,
    ) -> None:
        """What became of those that were asked for last, in the same order."""
        ...


class VariationEmitter(Generic[S]):
    """Children of elites, as MAP-Elites makes them.

    Parameters
    ----------
    archive
        Where parents are drawn from.
    vary
        One child for each parent.
    start
        N solutions made of nothing, while the archive is empty.
    fresh
        Share of solutions that are made of nothing later, too.
    edge
        How much likelier parents are that few elites are near; see `Archive.draw`.

    Notes
    -----
    Source: Mouret & Clune 2015, *Illuminating search spaces by mapping elites*, who draw each
    parent as likely. To prefer those at the edge of what is known is ours, after the counts of
    Ecoffet et al. 2021, *First return, then explore*: it needs no memory, so that parts of a
    search that run elsewhere need none either.
    """

    def __init__(
        self,
        archive: Archive[S],
        vary: Callable[[Sequence[S], np.random.Generator], list[S]],
        start: Callable[[int, np.random.Generator], list[S]],
        *,
        fresh: float = 0.0,
        edge: float = 0.0,
    ) -> None:
        if not 0 <= fresh <= 1:
            raise ParameterError(f"the share of fresh solutions is from 0 to 1, not {fresh}")
        self._archive, self._vary, self._start = archive, vary, start
        self._fresh, self._edge = fresh, edge

    def ask(self, n: int, rng: np.random.Generator) -> list[S]:
        """N new solutions.

        Raises
        ------
        ParameterError
            If `vary` or `start` made more or fewer than they were asked for.
        """
        n_fresh = n if not len(self._archive) else int(rng.binomial(n, self._fresh))
        made = self._start(n_fresh, rng) if n_fresh else []
        if n_fresh < n:
            drawn = self._archive.draw(n - n_fresh, rng, edge=self._edge)
            parents = [elite.solution for elite in drawn]
            made = [*made, *self._vary(parents, rng)]
        return _all_made(made, n)

    def tell(
        self, solutions: Sequence[S], objectives: FloatArray, measures: FloatArray, added: Added
    ) -> None:
        """Nothing is learnt: the archive is all that this one knows."""


class EvolutionEmitter(Generic[S]):
    """Solutions from normal distributions that move to where the archive still grows.

    Each ranks what fills an empty cell before what betters an elite, and that before the rest,
    each by how much it gained, and moves towards the better half. Where a whole generation
    gained nothing it begins again at an elite drawn at random.

    There are as many distributions as it takes to make what is asked for with one generation
    of each: one that made several at once would not learn in between.

    Parameters
    ----------
    archive
        Where they begin.
    decode
        Solutions for vectors, shape ``(B, D)``.
    encode
        The vector of a solution, shape ``(D,)``; `decode` need not give back just that one.
    x0
        Where they begin while the archive is empty, shape ``(D,)``.
    sigma
        Standard deviation at the beginning, the same in all dimensions.
    n_batch
        Solutions of a generation; None for 4 + 3 ln D.
    full
        Whether it learns how dimensions go together, too. That pays in some dozens of them; in
        hundreds it takes long, in time and in solutions.

    Raises
    ------
    ParameterError
        If there are fewer than two dimensions, `sigma` is not above 0, or a generation has
        fewer than two solutions.

    Notes
    -----
    Source: the improvement emitter of CMA-ME, Fontaine, Togelius, Nikolaidis & Hoover 2020,
    *Covariance matrix adaptation for the rapid illumination of behavior space*; here half a
    generation are parents, however many gained something. The diagonal covariance is that of
    Ros & Hansen 2008, *A simple modification in CMA-ES achieving linear time and space
    complexity*. Both are the package ``cmaes``'s.
    """

    def __init__(
        self,
        archive: Archive[S],
        decode: Callable[[FloatArray], list[S]],
        encode: Callable[[S], FloatArray],
        *,
        x0: FloatArray,
        sigma: float,
        n_batch: int | None = None,
        full: bool = False,
    ) -> None:
        if x0.ndim != 1 or x0.shape[0] < 2:
            raise ParameterError(f"a vector has two dimensions or more, not the shape {x0.shape}")
        if not sigma > 0:
            raise ParameterError(f"sigma is above 0, not {sigma}")
        if n_batch is not None and n_batch < 2:
            raise ParameterError(f"a generation has two solutions or more, not {n_batch}")
        self._archive, self._decode, self._encode = archive, decode, encode
        self._x0, self._sigma, self._full = x0, sigma, full
        self._n_batch = n_batch or 4 + int(3 * math.log(len(x0)))
        self._runs: list[_Run] = []
        self._asked: list[_Run] = []
        self.n_restarts = 0

    def ask(self, n: int, rng: np.random.Generator) -> list[S]:
        """N new solutions.

        Raises
        ------
        ParameterError
            If `decode` made more or fewer than it was given vectors.
        """
        self._asked = []
        for run in self._runs:
            self._asked += [run] * min(run.n_open, n - len(self._asked))
        while len(self._asked) < n:
            run = self._begin(rng)
            self._asked += [run] * min(run.n_open, n - len(self._asked))
        vectors = np.array([run.ask() for run in self._asked], dtype=np.float64)
        return _all_made(self._decode(vectors.reshape(n, len(self._x0))), n)

    def tell(
        self, solutions: Sequence[S], objectives: FloatArray, measures: FloatArray, added: Added
    ) -> None:
        """Learn from those that were asked for last.

        Raises
        ------
        ParameterError
            If there are more or fewer of them.
        """
        if not len(self._asked) == len(solutions) == len(added.status):
            raise ParameterError(
                f"{len(self._asked)} solutions were asked for, {len(solutions)} are told"
            )
        for run, *success in zip(
            self._asked, added.status.tolist(), added.value.tolist(), strict=True
        ):
            run.told.append((success[0], success[1]))
        self._asked = []
        self._runs = [run for run in self._runs if run.n_open or run.learn()]

    def _begin(self, rng: np.random.Generator) -> _Run:
        from cmaes import CMA, SepCMA

        self.n_restarts += 1
        mean = self._x0
        if len(self._archive):
            mean = self._encode(self._archive.draw(1, rng)[0].solution)
        optimiser = (CMA if self._full else SepCMA)(
            np.array(mean, dtype=np.float64),
            self._sigma,
            seed=int(rng.integers(2**31)),
            population_size=self._n_batch,
        )
        self._runs.append(_Run(optimiser))
        return self._runs[-1]


@dataclass(slots=True)
class _Run:
    """One distribution on its way, with the generation that it makes."""

    optimiser: CMA | SepCMA
    asked: list[FloatArray] = field(default_factory=list)
    told: list[tuple[int, float]] = field(default_factory=list)

    @property
    def n_open(self) -> int:
        """Solutions that its generation still lacks."""
        return int(self.optimiser.population_size) - len(self.asked)

    def ask(self) -> FloatArray:
        self.asked.append(np.asarray(self.optimiser.ask(), dtype=np.float64))
        return self.asked[-1]

    def learn(self) -> bool:
        """Move on from a whole generation; False where it is stuck."""
        told = sorted(
            zip(self.told, self.asked, strict=True), key=lambda each: each[0], reverse=True
        )
        self.optimiser.tell([(vector, float(rank)) for rank, (_, vector) in enumerate(told)])
        self.asked, self.told = [], []
        return told[0][0][0] > 0 and not self.optimiser.should_stop()


def _all_made(made: list[S], n: int) -> list[S]:
    if len(made) != n:
        raise ParameterError(f"{n} solutions were asked for, {len(made)} were made")
    return made
