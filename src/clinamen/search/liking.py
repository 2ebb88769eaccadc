"""What somebody likes, learnt from a few things kept and rejected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from clinamen.errors import ParameterError

__all__ = ["Liking"]

FloatArray = npt.NDArray[np.float64]

_PRIOR_VARIANCE = 1.0
"""Of each weight before anything is known: a feature one unit off may change even odds to
nearly three to one."""

_MOST_STEPS = 50
_SETTLED = 1e-10


@dataclass(frozen=True, eq=False)
class Liking:
    """Bayesian logistic regression with a Gaussian prior, by Laplace's approximation.

    It works from no example on: then every chance is one half. With few examples chances stay
    near it, since all weights that fit them are reckoned with.

    Parameters
    ----------
    mean, covariance
        Of the weights, the last of which is that of the constant; shapes ``(D + 1,)`` and
        ``(D + 1, D + 1)``.
    n_examples
        From how many it was learnt.

    Notes
    -----
    Source: Bishop (2006), *Pattern Recognition and Machine Learning*, 4.4 and 4.5.

    Examples
    --------
    >>> Liking.of_nothing(2).chances(np.array([[0.3, 1.0]]))
    array([0.5])
    >>> liking = Liking.learnt(np.array([[1.0], [-1.0]]), np.array([True, False]))
    >>> bool(liking.chances(np.array([[0.5]]))[0] > 0.5)
    True
    """

    mean: FloatArray
    covariance: FloatArray
    n_examples: int = 0

    @classmethod
    def of_nothing(cls, n_features: int) -> Self:
        """What is believed before anything was kept or rejected."""
        return cls(np.zeros(n_features + 1), _PRIOR_VARIANCE * np.eye(n_features + 1))

    @classmethod
    def learnt(cls, features: FloatArray, kept: npt.ArrayLike) -> Self:
        """What examples tell.

        Parameters
        ----------
        features
            Shape ``(N, D)``, of the order of 1.
        kept
            Which of them were kept, shape ``(N,)``.

        Raises
        ------
        ParameterError
            If the shapes do not fit, or a feature is no finite number.
        """
        features, target = np.asarray(features, dtype=np.float64), np.asarray(kept, dtype=np.bool_)
        if features.ndim != 2 or target.shape != features.shape[:1]:
            raise ParameterError(f"{target.shape} examples for features of {features.shape}")
        if not np.isfinite(features).all():
            raise ParameterError("features must be finite numbers")
        rows = _with_constant(features)
        weights: FloatArray = np.zeros(rows.shape[1])
        precision = np.eye(rows.shape[1]) / _PRIOR_VARIANCE
        for _ in range(_MOST_STEPS):
            step, curvature = _newton(rows, target, weights, precision)
            weights -= step
            if float(np.abs(step).max()) < _SETTLED:
                break
        _, curvature = _newton(rows, target, weights, precision)
        covariance = np.asarray(np.linalg.inv(curvature), dtype=np.float64)
        return cls(weights, covariance, len(target))

    def chances(self, features: FloatArray) -> FloatArray:
        """Chance of each of being kept, shape ``(N,)``; less certain weights bring it nearer to
        one half (MacKay 1992)."""
        rows = _with_constant(np.asarray(features, dtype=np.float64))
        score = rows @ self.mean
        variance = np.einsum("nd,de,ne->n", rows, self.covariance, rows)
        return _logistic(score / np.sqrt(1 + np.pi * variance / 8))


def _newton(
    rows: FloatArray, target: npt.NDArray[np.bool_], weights: FloatArray, precision: FloatArray
) -> tuple[FloatArray, FloatArray]:
    chance = _logistic(rows @ weights)
    slope = rows.T @ (chance - target) + precision @ weights
    curvature: FloatArray = (rows * (chance * (1 - chance))[:, None]).T @ rows + precision
    return np.asarray(np.linalg.solve(curvature, slope), dtype=np.float64), curvature


def _logistic(score: FloatArray) -> FloatArray:
    # Without overflow on either side.
    small = np.exp(-np.abs(score))
    found: FloatArray = np.where(score >= 0, 1 / (1 + small), small / (1 + small))
    return found


def _with_constant(features: FloatArray) -> FloatArray:
    return np.column_stack([features, np.ones(len(features))])
