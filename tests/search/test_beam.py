"""Beam search against trying every way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinamen.errors import ParameterError
from clinamen.search import Path, beam_search

Word = tuple[int, ...]
_COSTS = st.lists(st.floats(0, 10), min_size=3, max_size=3)


def _grow(costs: Sequence[float], paths: Sequence[Path[Word]]) -> Iterable[Path[Word]]:
    for path in paths:
        for letter, cost in enumerate(costs):
            # A letter is dearer after itself.
            again = path.state[-1:] == (letter,)
            yield Path((*path.state, letter), path.cost + cost * (2 if again else 1))


def _cost(costs: Sequence[float], word: Word) -> float:
    path: Path[Word] = Path((), 0.0)
    for letter in word:
        path = next(each for each in _grow(costs, [path]) if each.state[-1] == letter)
    return path.cost


@settings(deadline=None)
@given(_COSTS, st.integers(1, 3))
def test_a_wide_beam_finds_the_cheapest_of_all(costs: list[float], n_steps: int) -> None:
    *_, last = beam_search(
        [Path((), 0.0)], lambda paths: _grow(costs, paths), n_steps=n_steps, width=100
    )
    words = product(range(3), repeat=n_steps)
    assert [path.cost for path in last] == sorted(_cost(costs, word) for word in words)


@settings(deadline=None)
@given(_COSTS, st.integers(1, 6), st.integers(1, 3))
def test_a_beam_keeps_to_its_width_and_quota(costs: list[float], width: int, quota: int) -> None:
    beams = beam_search(
        [Path((letter,), cost) for letter, cost in enumerate(costs)],
        lambda paths: _grow(costs, paths),
        n_steps=3,
        width=width,
        idea=lambda word: word[0],
        quota=quota,
    )
    next(beams)
    for beam in beams:
        assert len(beam) <= width
        assert max(Counter(path.state[0] for path in beam).values()) <= quota
        assert list(beam) == sorted(beam, key=lambda path: path.cost)


def test_it_ends_when_nothing_goes_on() -> None:
    beams = list(beam_search([Path(0, 0.0)], lambda paths: [], n_steps=5, width=2))
    assert [len(beam) for beam in beams] == [1, 0]


def test_it_can_be_stopped_and_has_the_starts_first() -> None:
    beams = beam_search([Path(2, 2.0), Path(1, 1.0)], lambda paths: paths, n_steps=9, width=1)
    assert [path.state for path in next(beams)] == [1, 2]
    assert [path.state for path in next(beams)] == [1]


@pytest.mark.parametrize(("width", "quota"), [(0, None), (1, 0)])
def test_a_beam_of_nothing_is_refused(width: int, quota: int | None) -> None:
    with pytest.raises(ParameterError, match="at least one"):
        next(beam_search([], lambda paths: paths, n_steps=1, width=width, quota=quota))
