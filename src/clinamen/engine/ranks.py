"""Ranks, and how far two rows of numbers rise and fall together."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["mean_ranks", "rank_correlation"]

FloatArray = npt.NDArray[np.float64]


def mean_ranks(values: FloatArray) -> FloatArray:
    """Rank of each value from 1, shape ``(T,)``; those that are alike share their mean rank.

    Examples
    --------
    >>> mean_ranks(np.array([7.0, 1.0, 7.0])).tolist()
    [2.5, 1.0, 2.5]
    """
    _, place, n_alike = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(n_alike)
    ranks: FloatArray = (last - (n_alike - 1) / 2)[place]
    return ranks


def rank_correlation(left: FloatArray, right: FloatArray) -> float:
    """Spearman's correlation of two rows, shape ``(T,)`` each; 0 where one never changes.

    Source: Spearman 1904, ties at their mean rank.

    Examples
    --------
    >>> round(rank_correlation(np.array([1.0, 2.0, 2.0]), np.array([0.1, 7.0, 30.0])), 3)
    0.866
    """
    if len(left) < 2:
        return 0.0
    ranks = [mean_ranks(side) for side in (left, right)]
    spread = [float(np.std(each)) for each in ranks]
    if min(spread) == 0:
        return 0.0
    one, other = (each - each.mean() for each in ranks)
    return float(np.mean(one * other) / (spread[0] * spread[1]))
