"""PUCT on trees whose best is known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinamen.errors import ParameterError
from clinamen.search import Node, TreeSettings, puct

Word = tuple[int, ...]
N_MOVES, DEPTH = 3, 3


def search(value, *, priors=(1.0, 1.0, 1.0), n_visits=200, seed=1, depth=DEPTH, **options):
    *_, top = puct(
        (),
        lambda word: [*enumerate(priors)] if len(word) < depth else [],
        lambda word, move: (*word, move),
        lambda words: [value(word) for word in words],
        n_visits=n_visits,
        rng=np.random.default_rng(seed),
        settings=TreeSettings(**options),
    )
    return top


def moves(line: Sequence[Node[Word, int]]) -> list[int | None]:
    return [node.move for node in line]


@given(st.lists(st.floats(0, 1), min_size=27, max_size=27), st.integers(1, 8))
@settings(deadline=None, max_examples=30)
def test_the_best_of_a_small_tree_is_found(values: list[float], n_leaves: int) -> None:
    words = [*product(range(N_MOVES), repeat=DEPTH)]
    worth = dict(zip(words, values, strict=True))
    top = search(lambda word: worth.get(word, 0.5), c=20.0, n_visits=1500, n_leaves=n_leaves)
    best = max(0.5, *values)
    assert top.best == best
    if best > 0.5:
        assert worth[tuple(moves(top.best_line()))] == best


def test_visits_follow_the_prior_as_long_as_nothing_is_known() -> None:
    top = search(lambda word: 0.5, priors=(6.0, 3.0, 1.0), n_visits=1001, depth=1)
    assert [child.n_visits for child in top.children] == pytest.approx([600, 300, 100], abs=2)
    assert [child.prior for child in top.children] == pytest.approx([0.6, 0.3, 0.1])
    assert top.n_visits == 1001


def test_a_wrong_prior_is_overcome() -> None:
    """One in a thousand beforehand, the most visited afterwards: the unheard-of move."""

    def value(word: Word) -> float:
        return {(2,): 0.9, (1,): 0.4}.get(word[:1], 0.5)

    top = search(value, priors=(0.8, 0.199, 0.001), n_visits=2000)
    first = top.line()[0]
    assert first.move == 2
    assert first.prior == pytest.approx(0.001)
    assert first.n_visits > 900
    few = search(value, priors=(0.8, 0.199, 0.001), n_visits=20)
    assert few.line()[0].move == 0


def test_values_in_a_narrow_band_count_as_much() -> None:
    """The search looks at the order of values, not at how far they are apart."""
    wide = search(lambda word: sum(word) / 6)
    narrow = search(lambda word: 0.5 + sum(word) / 6000)
    assert [child.n_visits for child in wide.children] == [
        child.n_visits for child in narrow.children
    ]
    assert moves(narrow.line()) == [2, 2, 2]


@given(st.integers(1, 9), st.integers(1, 60))
@settings(deadline=None, max_examples=30)
def test_visits_and_values_add_up(n_leaves: int, n_visits: int) -> None:
    def value(word: Word) -> float:
        return sum(word) / 6

    top = search(value, n_visits=n_visits, n_leaves=n_leaves)
    assert top.n_visits == n_visits

    def check(node: Node[Word, int]) -> None:
        assert node.n_pending == 0
        assert 0 <= node.mean <= node.best <= 1
        below = sum(child.n_visits for child in node.children)
        own = node.n_visits - below
        assert own >= min(node.n_visits, 1)
        assert node.total == pytest.approx(
            own * (node.value or 0.0) + sum(child.total for child in node.children)
        )
        for child in node.children:
            check(child)

    check(top)


def test_no_state_is_valued_twice() -> None:
    seen: Counter[Word] = Counter()

    def value(word: Word) -> float:
        seen[word] += 1
        return 0.5

    for n_leaves in (1, 5):
        seen.clear()
        search(value, n_visits=300, n_leaves=n_leaves)
        assert max(seen.values()) == 1
        assert len(seen) == sum(N_MOVES**depth for depth in range(DEPTH + 1))


def test_states_are_valued_together() -> None:
    sizes: list[int] = []

    def value(words: Sequence[Word]) -> list[float]:
        sizes.append(len(words))
        return [0.5] * len(words)

    for _ in puct(
        (),
        lambda word: [(move, 1.0) for move in range(12)],
        lambda word, move: (*word, move),
        value,
        n_visits=200,
        rng=np.random.default_rng(1),
        settings=TreeSettings(n_leaves=8),
    ):
        pass
    assert max(sizes) == 8
    assert np.mean(sizes) > 6


def test_it_can_be_stopped_and_told_apart_by_seed() -> None:
    steps = puct(
        (),
        lambda word: [(0, 1.0), (1, 1.0)],
        lambda word, move: (*word, move),
        lambda words: [0.5 for _ in words],
        n_visits=100,
        rng=np.random.default_rng(1),
    )
    for visits, top in zip(range(1, 6), steps, strict=False):
        assert top.n_visits == visits
    alike, other = (
        [search(lambda word: 0.5, seed=seed, noise=0.5, n_visits=100) for seed in seeds]
        for seeds in ((1, 1), (1, 2))
    )
    visits = [[child.n_visits for child in top.children] for top in (*alike, *other)]
    assert visits[0] == visits[1]
    assert visits[2] != visits[3]
    for node in (alike[0], *alike[0].children):
        assert [child.prior for child in node.children] == pytest.approx([1 / 3] * 3)
        has_noise = [child.weight for child in node.children] != pytest.approx([1 / 3] * 3)
        assert has_noise == (node is alike[0]), "the first move alone is left to chance"


def test_a_line_is_where_most_went() -> None:
    """One that was tried once and found good is not yet where the search would go."""
    top = Node[Word, int](children=[Node(0, 0.5, (0,), 9, 4.5, 0.5), Node(1, 0.5, (1,), 1, 0.9)])
    assert moves(top.line()) == [0]


def test_priors_that_say_nothing_are_all_alike() -> None:
    top = search(lambda word: 0.5, priors=(0.0, 0.0, 0.0), n_visits=10)
    assert [child.prior for child in top.children] == pytest.approx([1 / 3] * 3)


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"n_visits": 0}, "once or more"),
        ({"priors": (1.0, -1.0)}, "priors"),
        ({"priors": (1.0, float("nan"))}, "priors"),
        ({"c": 0.0}, "c is above 0"),
        ({"n_leaves": 0}, "valued together"),
        ({"noise": 1.0}, "noise"),
    ],
)
def test_what_cannot_be_searched_is_refused(options, named: str) -> None:
    with pytest.raises(ParameterError, match=named):
        search(lambda word: 0.5, **options)


@pytest.mark.parametrize("values", [[1.5], [-0.1], [float("nan")], [], [0.1, 0.2]])
def test_values_that_are_none_are_refused(values: list[float]) -> None:
    with pytest.raises(ParameterError, match="value"):
        [*puct((), lambda _: [], lambda a, b: a, lambda _: values, n_visits=1,
               rng=np.random.default_rng(1))]  # fmt: skip
