"""Means and shares with 95 % intervals by resampling whole songs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from clinamen.errors import ParameterError

__all__ = ["N_DRAWS", "Estimate", "Target", "difference", "estimate"]

FloatArray = npt.NDArray[np.float64]

N_DRAWS = 2000
_SEED = 1


@dataclass(frozen=True)
class Estimate:
    """A mean (a share, where values are 0 and 1) and how sure it is.

    Parameters
    ----------
    mean
        Over all values.
    low, high
        The middle 95 % of the means of `N_DRAWS` draws of groups, with replacement. Values of
        one song are drawn together, since they are alike.
    n
        How many values.
    """

    mean: float
    low: float
    high: float
    n: int


@dataclass(frozen=True)
class Target:
    """What was measured, and what it should have been.

    Parameters
    ----------
    what
        In words.
    found
        None where there was nothing to measure it on.
    wanted
        The target.
    at_least
        Whether more is better.
    """

    what: str
    found: float | None
    wanted: float
    at_least: bool = True

    @property
    def is_met(self) -> bool | None:
        """Whether the target was reached; None where nothing was measured."""
        if self.found is None:
            return None
        return self.found >= self.wanted if self.at_least else self.found <= self.wanted


def estimate(values: Sequence[float], groups: Sequence[int]) -> Estimate:
    """Mean of some values with its interval.

    Parameters
    ----------
    groups
        Which song each value is from.

    Raises
    ------
    ParameterError
        If there are no values, or not as many groups as values.

    Examples
    --------
    >>> found = estimate([1, 1, 0, 1], [0, 0, 1, 2])
    >>> found.mean, found.n
    (0.75, 4)
    """
    if len(values) != len(groups):
        raise ParameterError(f"{len(values)} values need as many groups, not {len(groups)}")
    if not len(values):
        raise ParameterError("there is no mean of no values")
    sums, counts = _by_group(np.asarray(values, dtype=np.float64), np.asarray(groups))
    rng = np.random.default_rng(_SEED)
    draws = rng.integers(len(sums), size=(N_DRAWS, len(sums)))
    means = sums[draws].sum(axis=1) / counts[draws].sum(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return Estimate(float(np.mean(values)), float(low), float(high), len(values))


def difference(one: Sequence[float], other: Sequence[float], groups: Sequence[int]) -> Estimate:
    """Mean of paired differences with its interval.

    Raises
    ------
    ParameterError
        If there are not as many of each.
    """
    if len(one) != len(other):
        raise ParameterError(f"{len(one)} values cannot be paired with {len(other)}")
    return estimate([a - b for a, b in zip(one, other, strict=True)], groups)


def _by_group(values: FloatArray, groups: npt.NDArray[np.int64]) -> tuple[FloatArray, FloatArray]:
    """Sum and number of the values of each group."""
    _, place = np.unique(groups, return_inverse=True)
    sums: FloatArray = np.bincount(place, weights=values).astype(np.float64)
    return sums, np.bincount(place).astype(np.float64)
