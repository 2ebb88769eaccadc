"""Beam search: the best few of all ways to go on, step by step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from clinamen.errors import ParameterError

__all__ = ["Path", "beam_search"]

State = TypeVar("State")


@dataclass(frozen=True, slots=True)
class Path(Generic[State]):
    """A way so far.

    Parameters
    ----------
    state
        Where it has come to.
    cost
        What its steps cost together; the lower the better.
    """

    state: State
    cost: float


def beam_search(
    starts: Sequence[Path[State]],
    grow: Callable[[Sequence[Path[State]]], Iterable[Path[State]]],
    *,
    n_steps: int,
    width: int,
    idea: Callable[[State], Hashable] | None = None,
    quota: int | None = None,
) -> Iterator[tuple[Path[State], ...]]:
    """The best ways after each number of steps, from 0 on.

    It can be stopped after any step. Paths that cost the same keep the order in which they
    were proposed, so that the same callables give the same paths.

    Parameters
    ----------
    starts
        Where to begin; all of them are kept.
    grow
        All paths that go one step on from any of those given: every one at once, so that they
        can be judged together.
    width
        Paths kept after each step.
    idea, quota
        At most `quota` paths are kept of those that have the same idea, so that the best start
        does not crowd out the others.

    Yields
    ------
    tuple of Path
        Cheapest first; the starts, then what is left after each step. It ends early when
        nothing can go on.

    Raises
    ------
    ParameterError
        If width or quota is below 1.
    """
    if width < 1 or (quota is not None and quota < 1):
        raise ParameterError("a beam keeps at least one path, of each idea too")
    beam = tuple(sorted(starts, key=_cost))
    yield beam
    for _ in range(n_steps):
        if not beam:
            return
        grown = sorted(grow(beam), key=_cost)
        beam = tuple(_kept(grown, width, idea, quota))
        yield beam


def _cost(path: Path[State]) -> float:
    return path.cost


def _kept(
    paths: Iterable[Path[State]],
    width: int,
    idea: Callable[[State], Hashable] | None,
    quota: int | None,
) -> Iterator[Path[State]]:
    """The first `width` that keep to the quota."""
    n_kept, n_of = 0, Counter[Hashable]()
    for path in paths:
        if idea is not None and quota is not None:
            name = idea(path.state)
            if n_of[name] >= quota:
                continue
            n_of[name] += 1
        yield path
        n_kept += 1
        if n_kept == width:
            return
