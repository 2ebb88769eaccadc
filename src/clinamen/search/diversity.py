"""Choose what is good and unlike what has been chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

__all__ = ["most_diverse"]

Item = TypeVar("Item")


def most_diverse(
    items: Sequence[Item],
    worth: Callable[[Item], float],
    likeness: Callable[[Item, Item], float],
    *,
    weight: float,
) -> Iterator[Item]:
    """All items, in the order in which to choose them.

    Each time comes the one that is worth most, less what it is like the most similar one that
    came before. Of equal ones the earlier comes first.

    Parameters
    ----------
    worth
        How good an item is by itself.
    likeness
        From 0, nothing in common, to 1, the same.
    weight
        What likeness 1 takes away from an item's worth.

    Notes
    -----
    Source: maximal marginal relevance, Carbonell & Goldstein 1998, *The use of MMR,
    diversity-based reranking for reordering documents and producing summaries*; here with
    worth and likeness in the same unit by `weight` instead of shares of 1.
    """
    left = list(items)
    worths = [worth(item) for item in left]
    nearest = [0.0] * len(left)
    while left:
        totals = [a - weight * b for a, b in zip(worths, nearest, strict=True)]
        best = totals.index(max(totals))
        chosen = left.pop(best)
        worths.pop(best)
        nearest.pop(best)
        yield chosen
        nearest = [max(n, likeness(chosen, item)) for n, item in zip(nearest, left, strict=True)]
