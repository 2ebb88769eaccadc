"""The queue against plain removal of the cheapest, everything worked out anew each time."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from clinamen.operations._sculpt_order import removal_order


def _plain(tiers: Sequence[int | None], cost) -> list[tuple[int, float]]:  # type: ignore[no-untyped-def]
    left, gone = list(range(len(tiers))), []
    while len(left) > 1:
        scored = [
            (tiers[thing], cost(left, place), -thing)
            for place, thing in enumerate(left)
            if tiers[thing] is not None
        ]
        if not scored:
            break
        _, value, negative = min(scored)
        gone.append((-negative, value))
        left.remove(-negative)
    return gone


def _near(values: Sequence[int]):  # type: ignore[no-untyped-def]
    """A cost that depends on the two things before and the two after."""

    def cost(left: Sequence[int], place: int) -> float:
        around = left[max(place - 2, 0) : place + 3]
        return float(sum(values[thing] * (1 + thing % 3) for thing in around) % 11)

    return cost


_tiers = st.lists(st.sampled_from([0, 0, 0, 1, None]), min_size=1, max_size=30)


@given(_tiers, st.data())
def test_with_costs_that_look_no_further_it_is_the_plain_order(
    tiers: list[int | None], data: st.DataObject
) -> None:
    n_things = len(tiers)
    values = data.draw(st.lists(st.integers(0, 9), min_size=n_things, max_size=n_things))
    cost = _near(values)

    def evaluate(left: Sequence[int], places: Sequence[int]) -> list[float]:
        return [cost(left, place) for place in places]

    assert removal_order(tiers, evaluate, before=2, after=2) == _plain(tiers, cost)


@given(_tiers, st.data())
def test_whatever_goes_has_the_cost_of_that_moment(
    tiers: list[int | None], data: st.DataObject
) -> None:
    n_things = len(tiers)
    values = data.draw(st.lists(st.integers(0, 9), min_size=n_things, max_size=n_things))

    def cost(left: Sequence[int], place: int) -> float:
        """Depends on all that is left before, however far, and on two things after."""
        return float(sum(values[t] * (1 + t % 5) for t in left[: place + 3]) % 13)

    def evaluate(left: Sequence[int], places: Sequence[int]) -> list[float]:
        return [cost(left, place) for place in places]

    left = list(range(n_things))
    gone = removal_order(tiers, evaluate, before=2, after=1)
    for thing, found in gone:
        assert found == cost(left, left.index(thing))
        left.remove(thing)
    locked = sum(tier is None for tier in tiers)
    assert len(left) == max(locked, 1)
    ranks = [tiers[thing] for thing, _ in gone]
    assert ranks == sorted(ranks)
