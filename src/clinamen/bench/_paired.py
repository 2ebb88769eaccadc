"""How far one method is ahead of another, seed by seed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from clinamen.errors import ParameterError

__all__ = ["Lead", "lead", "t_quantile"]

_STEPS = 4000
"""Of the integral; the quantile is right to six places from 1 degree of freedom on."""


@dataclass(frozen=True)
class Lead:
    """The mean of paired differences, and how sure it is.

    Parameters
    ----------
    mean
        Over all pairs.
    low, high
        95 % interval after Student; without width where there is one pair.
    n_ahead, n
        Pairs with a difference above 0, and all.
    """

    mean: float
    low: float
    high: float
    n_ahead: int
    n: int


def lead(ours: Sequence[float], theirs: Sequence[float]) -> Lead:
    """By how much the first is ahead.

    Raises
    ------
    ParameterError
        If there are not as many of each, or none.

    Examples
    --------
    >>> found = lead([3.0, 4.0, 6.0], [1.0, 1.0, 2.0])
    >>> found.mean, found.n_ahead, round(found.low, 2), round(found.high, 2)
    (3.0, 3, 0.52, 5.48)
    """
    if len(ours) != len(theirs) or not ours:
        raise ParameterError(f"{len(ours)} values cannot be paired with {len(theirs)}")
    gaps = np.subtract(ours, theirs, dtype=np.float64)
    n, mean = len(gaps), float(np.mean(gaps))
    half = 0.0
    if n > 1:
        half = t_quantile(0.975, n - 1) * float(np.std(gaps, ddof=1)) / math.sqrt(n)
    return Lead(mean, mean - half, mean + half, int((gaps > 0).sum()), n)


def t_quantile(share: float, freedom: int) -> float:
    """The value below which `share` (from .5 on) of Student's distribution lies.

    Raises
    ------
    ParameterError
        If the share is not from .5 to below 1, or there is no degree of freedom.

    Examples
    --------
    >>> round(t_quantile(0.975, 9), 4)
    2.2622
    """
    if not 0.5 <= share < 1 or freedom < 1:
        raise ParameterError(f"no quantile of {share} with {freedom} degrees of freedom")
    low, high = 0.0, 1.0
    while _above_0(high, freedom) < share - 0.5:
        high *= 2
    for _ in range(60):
        middle = (low + high) / 2
        is_below = _above_0(middle, freedom) < share - 0.5
        low, high = (middle, high) if is_below else (low, middle)
    return (low + high) / 2


def _above_0(value: float, freedom: int) -> float:
    """Share between 0 and a value: Simpson's rule over the angle, where all is smooth."""
    angle = math.atan(value / math.sqrt(freedom))
    heights = np.cos(np.linspace(0, angle, _STEPS + 1)) ** (freedom - 1)
    weights = np.ones(_STEPS + 1)
    weights[1:-1:2], weights[2:-1:2] = 4, 2
    constant = math.gamma((freedom + 1) / 2) / (math.sqrt(math.pi) * math.gamma(freedom / 2))
    return float(constant * (heights * weights).sum() * angle / _STEPS / 3)
