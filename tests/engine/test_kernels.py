"""The small kernels on their own: normalisation, entropy, measures."""

from __future__ import annotations

import math

import numpy as np
import pytest
import tests.engine.oracle as oracle
from hypothesis import given, settings
from hypothesis import strategies as st

from clinamen.engine import _kernels

rows = st.lists(st.integers(1, 1000), min_size=1, max_size=8).map(
    lambda weights: np.array(weights) / sum(weights)
)


def normalised(row: list[float] | np.ndarray, idyom: bool) -> np.ndarray:
    out = np.array(row, dtype=np.float64)
    _kernels.normalise(out, idyom)
    return out


@given(rows, st.floats(0.5, 1.5), st.booleans())
@settings(deadline=None)
def test_normalisation_is_the_oracles(row: np.ndarray, factor: float, idyom: bool) -> None:
    scaled = row * factor
    np.testing.assert_allclose(
        normalised(scaled, idyom), oracle.normalise(scaled.tolist(), idyom), rtol=1e-14
    )


@pytest.mark.parametrize(
    ("total", "left_alone"),
    [
        (0.9985, False),
        (0.999, False),  # in single precision exactly the bound, which is not inside
        (0.99901, True),
        (0.9999, True),
        (1.0 - 1e-7, True),
        (1.0 - 1e-8, False),  # in single precision 1
        (1.0, False),
        (1.0001, False),
    ],
)
def test_idyom_leaves_sums_just_below_one(total: float, left_alone: bool) -> None:
    row = [0.75 * total, 0.25 * total]
    expected = row if left_alone else [0.75, 0.25]
    np.testing.assert_allclose(normalised(row, True), expected, rtol=1e-15)
    np.testing.assert_allclose(normalised(row, False), [0.75, 0.25], rtol=1e-15)


@given(rows)
@settings(deadline=None)
def test_entropy_is_the_oracles(row: np.ndarray) -> None:
    assert math.isclose(_kernels.row_entropy(row), oracle.entropy(row), abs_tol=1e-12)


def test_entropy_counts_nothing_for_what_cannot_come() -> None:
    assert _kernels.row_entropy(np.array([0.5, 0.0, 0.5])) == 1.0
    assert _kernels.row_entropy(np.array([1.0, 0.0])) == 0.0


def test_measures_by_hand() -> None:
    distributions = np.array([[0.5, 0.25, 0.25], [0.125, 0.375, 0.5]])
    bits, entropy = np.empty(2), np.empty(2)
    _kernels.measure(distributions, np.array([1, 0]), bits, entropy)
    assert bits.tolist() == [2.0, 3.0]
    np.testing.assert_allclose(entropy, [1.5, 3 / 8 + 3 / 8 * math.log2(8 / 3) + 1 / 2])


def test_combining_all_events_is_combining_each() -> None:
    rng = np.random.default_rng(11)
    table = rng.dirichlet(np.ones(5), size=(6, 3))
    defined = rng.random((6, 3)) < 0.6
    together, one = np.empty((6, 5)), np.empty(5)
    _kernels.combine_all(table, defined, True, 2.0, False, together)
    for event in range(6):
        _kernels.combine_rows(table[event], defined[event], True, 2.0, False, one)
        assert one.tolist() == together[event].tolist()
