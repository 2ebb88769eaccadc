"""What an expectation costs and how open it was: information content and entropy."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from clinamen.engine import _kernels

__all__ = ["measure"]

FloatArray = npt.NDArray[np.float64]


def measure(
    distribution: FloatArray, symbols: npt.NDArray[np.int64]
) -> tuple[FloatArray, FloatArray]:
    """Information content and entropy of every event, in bits.

    Parameters
    ----------
    distribution
        Probabilities before each event, shape ``(T, A)``.
    symbols
        Index of what came, shape ``(T,)``.

    Returns
    -------
    information_content, entropy
        Shape ``(T,)`` each.

    Source: Shannon 1948.

    Examples
    --------
    >>> bits, openness = measure(np.array([[0.5, 0.25, 0.25]]), np.array([1]))
    >>> float(bits[0]), float(openness[0])
    (2.0, 1.5)
    """
    information_content, entropy = np.empty(len(symbols)), np.empty(len(symbols))
    _kernels.measure(distribution, symbols, information_content, entropy)
    return information_content, entropy
