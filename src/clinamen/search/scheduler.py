"""Several emitters that share a budget and an archive."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

from clinamen.errors import ParameterError
from clinamen.search.archive import Added, Archive
from clinamen.search.emitters import Emitter

__all__ = ["Scheduler", "Tally"]

S = TypeVar("S")

FloatArray = npt.NDArray[np.float64]

KEPT = 0.9
"""Of what was known of an emitter's success, after each round: gains shrink as a map fills."""


@dataclass(slots=True)
class Tally:
    """What came of an emitter.

    Parameters
    ----------
    n_asked
        Solutions that it made.
    n_new, n_improved
        Cells that it filled first, or bettered.
    gained
        What it added to the QD-score.
    """

    n_asked: int = 0
    n_new: int = 0
    n_improved: int = 0
    gained: float = 0.0


class Scheduler(Generic[S]):
    """Asks several emitters, the more often the more they have lately gained.

    Each round is shared in proportion to the QD-score that an emitter gained for each of its
    solutions, of late; but none gets less than `least` of it, so that one whose time is still
    to come can be found out.

    Parameters
    ----------
    archive
        Where all solutions go.
    emitters
        By name; the names become the origins of elites.
    least
        Share of each round that every emitter gets.

    Raises
    ------
    ParameterError
        If there is no emitter, or the least shares are more than the whole.

    Notes
    -----
    Source: probability matching, Thierens 2005, *An adaptive pursuit strategy for allocating
    operator probabilities*; shares instead of draws, so that a round is no matter of chance.
    """

    def __init__(
        self,
        archive: Archive[S],
        emitters: Mapping[str, Emitter[S]],
        *,
        least: float = 0.1,
    ) -> None:
        if not emitters:
            raise ParameterError("a scheduler needs an emitter")
        if not 0 <= least * len(emitters) <= 1:
            raise ParameterError(f"{len(emitters)} emitters cannot have at least {least} each")
        self.archive = archive
        self.tallies = {name: Tally() for name in emitters}
        self._emitters = dict(emitters)
        self._least = least
        self._gained = dict.fromkeys(emitters, 0.0)
        self._tried = dict.fromkeys(emitters, 0.0)
        self._owed = dict.fromkeys(emitters, 0.0)
        self._asked: list[tuple[str, list[S]]] = []

    @property
    def shares(self) -> dict[str, float]:
        """Of the next round, by emitter; their sum is 1."""
        rates = {
            name: self._gained[name] / tried if tried else 0.0
            for name, tried in self._tried.items()
        }
        n, total = len(rates), sum(rates.values())
        free = 1 - n * self._least
        return {
            name: self._least + free * (rate / total if total else 1 / n)
            for name, rate in rates.items()
        }

    def ask(self, n: int, rng: np.random.Generator) -> list[S]:
        """N new solutions, those of each emitter together.

        Raises
        ------
        ParameterError
            If `n` is below 1.
        """
        if n < 1:
            raise ParameterError(f"one solution or more is asked for, not {n}")
        parts = self._parts(n)
        self._asked = [
            (name, emitter.ask(parts[name], rng))
            for name, emitter in self._emitters.items()
            if parts[name]
        ]
        return [solution for _, solutions in self._asked for solution in solutions]

    def tell(
        self,
        objectives: Sequence[float] | FloatArray,
        measures: Sequence[Sequence[float]] | FloatArray,
    ) -> dict[str, Added]:
        """Add what was asked for last to the archive, with what was found out about it.

        Parameters
        ----------
        objectives, measures
            In the order of the solutions, as for `Archive.add`.

        Returns
        -------
        dict
            What became of the solutions of each emitter that was asked.

        Raises
        ------
        ParameterError
            If numbers do not match or are not finite.
        """
        n = sum(len(solutions) for _, solutions in self._asked)
        if not len(objectives) == len(measures) == n:
            raise ParameterError(
                f"{n} solutions were asked for; {len(objectives)} objectives and "
                f"{len(measures)} rows of measures are told"
            )
        values = np.asarray(objectives, dtype=np.float64)
        rows = np.asarray(measures, dtype=np.float64)
        told, start = {}, 0
        for name, solutions in self._asked:
            here = slice(start, start + len(solutions))
            added = self.archive.add(solutions, values[here], rows[here], name)
            self._emitters[name].tell(solutions, values[here], rows[here], added)
            self._count(name, len(solutions), added)
            told[name], start = added, here.stop
        self._asked = []
        return told

    def _count(self, name: str, n: int, added: Added) -> None:
        tally = self.tallies[name]
        tally.n_asked += n
        tally.n_new += added.n_new
        tally.n_improved += added.n_improved
        tally.gained += added.gained
        self._gained[name] = KEPT * self._gained[name] + added.gained
        self._tried[name] = KEPT * self._tried[name] + n

    def _parts(self, n: int) -> dict[str, int]:
        """Whole numbers whose sum is `n`; what one gets too little now it gets later."""
        for name, share in self.shares.items():
            self._owed[name] += share * n
        parts = {name: max(0, int(owed)) for name, owed in self._owed.items()}
        while (missing := n - sum(parts.values())) != 0:
            step = 1 if missing > 0 else -1
            able = [name for name in parts if step > 0 or parts[name]]
            parts[max(able, key=lambda name: step * (self._owed[name] - parts[name]))] += step
        for name, part in parts.items():
            self._owed[name] -= part
        return parts
