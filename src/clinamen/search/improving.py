"""Improve a whole step by step: change a part of it, and keep what is better."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

__all__ = ["improving"]

Solution = TypeVar("Solution")


def improving(
    first: Solution,
    change: Callable[[Solution, int], Solution | None],
    cost: Callable[[Solution], float],
    *,
    n_steps: int | None = None,
) -> Iterator[Solution]:
    """The first solution, and then after each step the best so far.

    It can be stopped at any time: what came last is the best.

    Parameters
    ----------
    change
        A solution with a part of it made anew, or None where that did not work out; it is
        given the best so far and the number of the step, from 0.
    cost
        The lower the better.
    n_steps
        Changes that are tried; None for no end.

    Notes
    -----
    Source: large neighbourhood search, Shaw 1998, *Using constraint programming and local
    search methods to solve vehicle routing problems*; here only what is better is kept.
    """
    best, least = first, cost(first)
    yield best
    step = 0
    while n_steps is None or step < n_steps:
        changed = change(best, step)
        if changed is not None and (found := cost(changed)) < least:
            best, least = changed, found
        yield best
        step += 1
