"""What is liked: laws of the regression, and its equations held against plain ones."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinamen.errors import ParameterError
from clinamen.search.liking import Liking

VALUE = st.floats(-2, 2)
EXAMPLES = st.integers(1, 8).flatmap(
    lambda n: st.tuples(
        st.lists(st.tuples(VALUE, VALUE), min_size=n, max_size=n),
        st.lists(st.booleans(), min_size=n, max_size=n),
    )
)


def cost(weights: np.ndarray, rows: np.ndarray, kept: np.ndarray) -> float:
    """Minus the logarithm of the posterior, written out."""
    total = float(weights @ weights) / 2
    for row, is_kept in zip(rows, kept, strict=True):
        score = float(row @ weights[:-1] + weights[-1])
        total += float(np.logaddexp(0.0, -score if is_kept else score))
    return total


def test_without_examples_every_chance_is_one_half() -> None:
    chances = Liking.of_nothing(3).chances(np.array([[0.0, 5.0, -2.0], [1.0, 1.0, 1.0]]))
    assert chances.tolist() == [0.5, 0.5]


@settings(deadline=None, max_examples=50)
@given(EXAMPLES)
def test_the_mean_is_where_the_posterior_is_highest(
    examples: tuple[list[tuple[float, float]], list[bool]],
) -> None:
    rows, kept = np.array(examples[0]), np.array(examples[1])
    liking = Liking.learnt(rows, kept)
    here = cost(liking.mean, rows, kept)
    for step in (*np.eye(3), *-np.eye(3)):
        assert cost(liking.mean + 1e-3 * step, rows, kept) >= here
    precision = np.linalg.inv(liking.covariance)
    for place, step in enumerate(np.eye(3)):
        up, down = (cost(liking.mean + sign * 1e-3 * step, rows, kept) for sign in (1, -1))
        assert (up - 2 * here + down) / 1e-6 == pytest.approx(precision[place, place], rel=1e-2)


@settings(deadline=None, max_examples=50)
@given(EXAMPLES)
def test_to_like_and_to_dislike_are_mirror_images(
    examples: tuple[list[tuple[float, float]], list[bool]],
) -> None:
    rows, kept = np.array(examples[0]), np.array(examples[1])
    one, other = (Liking.learnt(rows, each).chances(rows) for each in (kept, ~kept))
    np.testing.assert_allclose(one, 1 - other, atol=1e-7)


def test_more_examples_of_a_kind_say_more() -> None:
    def chance(n: int) -> float:
        rows = np.array([[1.0], [-1.0]] * n)
        return float(Liking.learnt(rows, np.array([True, False] * n)).chances(rows)[0])

    assert 0.5 < chance(1) < chance(3) < chance(10) < 1


def test_what_was_never_tried_stays_uncertain() -> None:
    """The same score counts less where the weights are less certain."""
    liking = Liking.learnt(np.array([[1.0, 0.0]] * 20), np.array([True] * 20))
    known, unknown = liking.chances(np.array([[1.0, 0.0], [1.0, 30.0]]))
    assert unknown < known


@pytest.mark.parametrize(
    ("rows", "kept"),
    [([[1.0]], [True, False]), ([1.0], [True]), ([[np.nan]], [True])],
)
def test_examples_that_do_not_fit_are_refused(rows: object, kept: list[bool]) -> None:
    with pytest.raises(ParameterError):
        Liking.learnt(np.array(rows), np.array(kept))
