"""In which order things go, each time the one whose absence costs least."""

from __future__ import annotations

import heapq
from bisect import bisect_left
from collections.abc import Callable, Sequence

__all__ = ["Evaluate", "Gone", "removal_order"]

Evaluate = Callable[[Sequence[int], Sequence[int]], Sequence[float]]
"""Cost of the absence of some of the things that are left, given as places in the first list."""

Gone = tuple[int, float]
"""What was removed, and what its absence cost then."""


def removal_order(
    tiers: Sequence[int | None], evaluate: Evaluate, *, before: int, after: int
) -> list[Gone]:
    """Remove things one by one, the cheapest next, all of a lower tier before a higher one.

    Of equal costs the later thing goes first. At least one thing is left.

    Parameters
    ----------
    tiers
        Of each thing; None for one that stays.
    evaluate
        The costs, which depend on what is left.
    before, after
        Neighbours on either side of a removed thing whose costs are worked out anew at once.

    Notes
    -----
    The others' costs are worked out anew when they come first in the queue, so that whatever
    goes has the cost it is said to have, at that moment and exactly; but a distant thing that
    has become cheaper unnoticed may have to wait. Where no more than `before` and `after`
    things lie on either side, nothing waits. (Source: lazy evaluation after Minoux 1978, which
    is exact for costs that only rise; ours may fall a little.)
    """
    return _Queue(tiers, evaluate, before, after).run()


class _Queue:
    def __init__(
        self, tiers: Sequence[int | None], evaluate: Evaluate, before: int, after: int
    ) -> None:
        self._tiers, self._evaluate = tiers, evaluate
        self._before, self._after = before, after
        self._left = list(range(len(tiers)))
        self._cost: dict[int, float] = {}
        self._asked: dict[int, int] = {}
        self._heap: list[tuple[int, float, int]] = []
        self._n_gone = 0
        # When something was last removed at or before each thing that could notice.
        self._touched = [0] * len(tiers)

    def run(self) -> list[Gone]:
        gone: list[Gone] = []
        self._score([place for place, thing in enumerate(self._left) if self._may_go(thing)])
        while self._heap and len(self._left) > 1:
            _, cost, negative = heapq.heappop(self._heap)
            thing = -negative
            if self._cost.get(thing) != cost:
                continue  # it has been scored anew since
            if self._is_stale(thing):
                self._score([bisect_left(self._left, thing)])
                continue
            gone.append((thing, cost))
            self._remove(thing)
        return gone

    def _may_go(self, thing: int) -> bool:
        return self._tiers[thing] is not None

    def _is_stale(self, thing: int) -> bool:
        return self._asked[thing] < self._touched[thing]

    def _remove(self, thing: int) -> None:
        del self._cost[thing]
        place = bisect_left(self._left, thing)
        self._left.pop(place)
        self._n_gone += 1
        # Whoever looks ahead no further than `before` cannot notice what goes after that.
        first = max(place - self._before, 0)
        if first < len(self._left):
            for later in range(self._left[first], len(self._touched)):
                self._touched[later] = self._n_gone
        near = range(first, min(place + self._after, len(self._left)))
        self._score([each for each in near if self._may_go(self._left[each])])

    def _score(self, places: Sequence[int]) -> None:
        if not places:
            return
        for place, cost in zip(places, self._evaluate(self._left, places), strict=True):
            thing = self._left[place]
            tier = self._tiers[thing]
            assert tier is not None
            self._cost[thing] = cost
            self._asked[thing] = self._n_gone
            heapq.heappush(self._heap, (tier, cost, -thing))
