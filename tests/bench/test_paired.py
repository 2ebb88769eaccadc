"""Paired leads and Student's quantiles, against tables."""

from __future__ import annotations

import math

import pytest

from clinamen.bench._paired import lead, t_quantile
from clinamen.errors import ParameterError


@pytest.mark.parametrize(
    ("freedom", "wanted"),
    [(1, 12.706), (2, 4.303), (4, 2.776), (9, 2.262), (19, 2.093), (120, 1.980)],
)
def test_quantiles_are_those_of_the_tables(freedom: int, wanted: float) -> None:
    assert t_quantile(0.975, freedom) == pytest.approx(wanted, abs=6e-4)


def test_the_median_is_nought_and_one_degree_is_cauchys() -> None:
    assert t_quantile(0.5, 5) == pytest.approx(0, abs=1e-9)
    assert t_quantile(0.9, 1) == pytest.approx(math.tan(0.4 * math.pi))


def test_a_lead_is_of_pairs() -> None:
    """What seeds have in common does not widen the interval."""
    ours, theirs = [1.0, 101.0, 51.0], [0.0, 100.0, 50.0]
    found = lead(ours, theirs)
    assert (found.mean, found.low, found.high, found.n_ahead) == (1.0, 1.0, 1.0, 3)
    assert lead([1.0, 3.0], [2.0, 2.0]).n_ahead == 1
    assert lead([2.0], [1.0]).low == 1.0


def test_what_is_no_pair_is_refused() -> None:
    for ours, theirs in (([], []), ([1.0], [])):
        with pytest.raises(ParameterError, match="paired"):
            lead(ours, theirs)
    for share, freedom in ((0.4, 3), (1.0, 3), (0.9, 0)):
        with pytest.raises(ParameterError, match="no quantile"):
            t_quantile(share, freedom)
