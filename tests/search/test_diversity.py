"""Choosing what is good and unlike the rest."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from clinamen.search import most_diverse

_ITEMS = st.lists(st.tuples(st.floats(-5, 5), st.integers(0, 3)), max_size=12)
Item = tuple[float, int]


def _same(one: Item, other: Item) -> float:
    return float(one[1] == other[1])


@given(_ITEMS)
def test_without_weight_the_best_come_first(items: list[Item]) -> None:
    found = list(most_diverse(items, lambda item: item[0], _same, weight=0.0))
    assert [item[0] for item in found] == sorted((item[0] for item in items), reverse=True)


@given(_ITEMS)
def test_with_a_great_weight_each_kind_comes_once_before_any_comes_twice(
    items: list[Item],
) -> None:
    found = list(most_diverse(items, lambda item: item[0], _same, weight=100.0))
    n_kinds = len({kind for _, kind in items})
    assert len({kind for _, kind in found[:n_kinds]}) == n_kinds
    assert sorted(found) == sorted(items)


@given(_ITEMS, st.floats(0, 10))
def test_each_is_the_best_by_its_definition(items: list[Item], weight: float) -> None:
    found = list(most_diverse(items, lambda item: item[0], _same, weight=weight))
    for place, chosen in enumerate(found):
        before = found[:place]

        def total(item: Item, before: list[Item] = before) -> float:
            return item[0] - weight * max((_same(each, item) for each in before), default=0.0)

        assert all(total(chosen) >= total(later) - 1e-9 for later in found[place:])
