"""Ranks against plain counting."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinamen.engine.ranks import rank_correlation


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(-3, 3), st.integers(-3, 3)), min_size=0, max_size=9))
def test_rank_correlation_against_plain_counting(pairs):
    one, other = (column.astype(float) for column in np.reshape(pairs, (-1, 2)).T)

    def ranks(values):
        return [sum(v < value for v in values) + sum(v == value for v in values) / 2
                for value in values]  # fmt: skip

    wanted = 0.0
    if len(set(one)) > 1 and len(set(other)) > 1:
        wanted = np.corrcoef(ranks(one), ranks(other))[0, 1]
    assert rank_correlation(one, other) == pytest.approx(wanted, abs=1e-12)
