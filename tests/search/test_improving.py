"""A whole that is changed in parts: only what is better is kept."""

from __future__ import annotations

from itertools import islice

from hypothesis import given
from hypothesis import strategies as st

from clinamen.search.improving import improving


@given(st.lists(st.one_of(st.none(), st.integers(0, 50)), max_size=30), st.integers(0, 50))
def test_it_is_the_best_so_far_after_every_step(changes: list[int | None], first: int) -> None:
    seen = list(improving(first, lambda _, step: changes[step], float, n_steps=len(changes)))
    known = [first, *changes]
    assert seen == [
        min(value for value in known[: place + 1] if value is not None)
        for place in range(len(known))
    ]


def test_without_a_number_of_steps_it_goes_on() -> None:
    found = islice(improving(9, lambda best, step: best - 1, float), 5)
    assert list(found) == [9, 8, 7, 6, 5]
