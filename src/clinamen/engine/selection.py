"""Search for a good subset of candidates, such as the viewpoints of a model."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from clinamen.errors import ParameterError

__all__ = [
    "Move",
    "Selection",
    "Step",
    "backward_selection",
    "forward_selection",
    "hill_climb",
    "stepwise_selection",
]

C = TypeVar("C", bound=Hashable)

Move = Literal["drop", "swap", "add"]
"""One change of a subset: leave one out, exchange one, take one in."""

Evaluate = Callable[[tuple[C, ...]], float]
Progress = Callable[[int, tuple[C, ...], float], None]

_EMPTY = math.inf


@dataclass(frozen=True, slots=True)
class Step(Generic[C]):
    """One change that was made.

    Parameters
    ----------
    move
        ``drop``, ``swap`` or ``add``.
    added, removed
        What came and went.
    members
        The subset after it.
    score
        The subset's score, lower than the one before.
    """

    move: Move
    added: tuple[C, ...]
    removed: tuple[C, ...]
    members: tuple[C, ...]
    score: float

    def __repr__(self) -> str:
        changed = [f"+{each}" for each in self.added] + [f"-{each}" for each in self.removed]
        return f"<Step {self.move} {' '.join(changed)}: {self.score:.4f}>"


@dataclass(frozen=True, slots=True)
class Selection(Generic[C]):
    """What was chosen, and the way there.

    Parameters
    ----------
    members
        Chosen candidates, in the order in which the candidates were given.
    score
        Their score.
    start, start_score
        Where the search began.
    steps
        Changes made, in order; the score falls with each.
    n_evaluated
        Distinct subsets evaluated.
    moves
        Changes that were allowed.
    min_improvement
        By how much the score had to fall for a change to be made.
    """

    members: tuple[C, ...]
    score: float
    start: tuple[C, ...]
    start_score: float
    steps: tuple[Step[C], ...]
    n_evaluated: int
    moves: tuple[Move, ...]
    min_improvement: float

    def __repr__(self) -> str:
        members = ", ".join(str(member) for member in self.members)
        return (
            f"<Selection: {members}; score {self.score:.4f}, {len(self.steps)} steps from "
            f"{self.start_score:.4f}, {self.n_evaluated} sets tried>"
        )


def forward_selection(
    candidates: Sequence[C],
    evaluate: Evaluate[C],
    *,
    start: Sequence[C] = (),
    min_improvement: float = 0.0,
    empty_score: float = _EMPTY,
    progress: Progress[C] | None = None,
) -> Selection[C]:
    """Take in the best candidate, one at a time, as long as the score falls enough."""
    search = _Search(candidates, evaluate, empty_score, progress)
    return search.run(("add",), start, min_improvement)


def backward_selection(
    candidates: Sequence[C],
    evaluate: Evaluate[C],
    *,
    start: Sequence[C] | None = None,
    min_improvement: float = 0.0,
    empty_score: float = _EMPTY,
    progress: Progress[C] | None = None,
) -> Selection[C]:
    """Leave out the least useful, one at a time; begins with all unless told otherwise."""
    search = _Search(candidates, evaluate, empty_score, progress)
    return search.run(("drop",), candidates if start is None else start, min_improvement)


def stepwise_selection(
    candidates: Sequence[C],
    evaluate: Evaluate[C],
    *,
    start: Sequence[C] = (),
    min_improvement: float = 0.0,
    empty_score: float = _EMPTY,
    progress: Progress[C] | None = None,
) -> Selection[C]:
    """Take in or leave out one at a time, whichever is best (Pearce 2005, chapter 7)."""
    search = _Search(candidates, evaluate, empty_score, progress)
    return search.run(("drop", "add"), start, min_improvement)


def hill_climb(
    candidates: Sequence[C],
    evaluate: Evaluate[C],
    *,
    start: Sequence[C] = (),
    min_improvement: float = 0.0,
    empty_score: float = _EMPTY,
    progress: Progress[C] | None = None,
) -> Selection[C]:
    """Take the best of all single changes until none helps: add, drop or swap.

    Ends in a local optimum: no subset one change away is better by more than
    `min_improvement`. No subset is evaluated twice.

    Parameters
    ----------
    candidates
        What can be chosen, without duplicates. The order settles ties: fewer members come
        first, then whatever was named earlier.
    evaluate
        Score of a non-empty subset, lower is better. Gets the members in the order of
        `candidates`.
    start
        Members to begin with.
    min_improvement
        A change is made only if the score falls by more than this.
    empty_score
        Score of no members at all, which `evaluate` is never asked for. Infinite by
        default: any subset is better.
    progress
        Called after every evaluation with how many there were, the subset, its score.

    Raises
    ------
    ParameterError
        If there are no candidates, or duplicates, if `start` is not among them,
        `min_improvement` is negative, or a score is not a number.

    Source: Pearce 2005, chapter 7 (stepwise selection of viewpoints); swaps are ours.

    Examples
    --------
    >>> cost = {"a": -2.0, "b": 1.0, "c": -1.0}
    >>> hill_climb("abc", lambda members: sum(map(cost.get, members))).members
    ('a', 'c')
    """
    search = _Search(candidates, evaluate, empty_score, progress)
    return search.run(("drop", "swap", "add"), start, min_improvement)


class _Search(Generic[C]):
    """Candidates by index, and the score of every subset met so far."""

    def __init__(
        self,
        candidates: Sequence[C],
        evaluate: Evaluate[C],
        empty_score: float,
        progress: Progress[C] | None,
    ) -> None:
        self._candidates = tuple(candidates)
        if not self._candidates:
            raise ParameterError("there must be at least one candidate to select from")
        if len(set(self._candidates)) < len(self._candidates):
            raise ParameterError("candidates must differ from each other")
        self._evaluate = evaluate
        self._progress = progress
        self._scores: dict[frozenset[int], float] = {frozenset(): empty_score}

    def run(
        self, moves: tuple[Move, ...], start: Sequence[C], min_improvement: float
    ) -> Selection[C]:
        if not min_improvement >= 0:
            raise ParameterError(f"min_improvement must be 0 or more, not {min_improvement}")
        members = self._indices(start)
        first = score = self._score(members)
        steps: list[Step[C]] = []
        while True:
            best = self._best_neighbour(members, moves)
            if best is None or not self._score(best[1]) < score - min_improvement:
                break
            score = self._score(best[1])
            steps.append(self._step(best[0], members, best[1]))
            members = best[1]
        return Selection(
            members=self._named(members),
            score=score,
            start=self._named(self._indices(start)),
            start_score=first,
            steps=tuple(steps),
            n_evaluated=len(self._scores) - 1,
            moves=moves,
            min_improvement=min_improvement,
        )

    def _indices(self, members: Sequence[C]) -> frozenset[int]:
        unknown = [member for member in members if member not in self._candidates]
        if unknown:
            raise ParameterError(f"the start must consist of candidates; {unknown[0]!r} is none")
        return frozenset(self._candidates.index(member) for member in members)

    def _named(self, members: frozenset[int]) -> tuple[C, ...]:
        return tuple(self._candidates[index] for index in sorted(members))

    def _step(self, move: Move, before: frozenset[int], after: frozenset[int]) -> Step[C]:
        added, removed = self._named(after - before), self._named(before - after)
        return Step(move, added, removed, self._named(after), self._score(after))

    def _score(self, members: frozenset[int]) -> float:
        if members not in self._scores:
            names = self._named(members)
            score = float(self._evaluate(names))
            if math.isnan(score):
                raise ParameterError(f"the score of {names!r} is not a number")
            self._scores[members] = score
            if self._progress is not None:
                self._progress(len(self._scores) - 1, names, score)
        return self._scores[members]

    def _best_neighbour(
        self, members: frozenset[int], moves: Sequence[Move]
    ) -> tuple[Move, frozenset[int]] | None:
        """The first of the best: `min` keeps the earliest of equals."""
        neighbours = ((move, near) for move in moves for near in self._near(members, move))
        return min(neighbours, key=lambda found: self._score(found[1]), default=None)

    def _near(self, members: frozenset[int], move: Move) -> Iterator[frozenset[int]]:
        inside = sorted(members)
        outside = [index for index in range(len(self._candidates)) if index not in members]
        if move == "drop":
            yield from (members - {index} for index in inside)
        elif move == "add":
            yield from (members | {index} for index in outside)
        else:
            yield from ((members - {old}) | {new} for old in inside for new in outside)
