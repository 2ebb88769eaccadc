"""Small consecutive numbers for the values that viewpoints take."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from clinamen.engine import _kernels

__all__ = ["END", "NO_SYMBOL", "SymbolTable"]

END = _kernels.END
NO_SYMBOL = _kernels.NO_SYMBOL

UNDEFINED = np.iinfo(np.int64).min
"""The int64 value that stands for "no value" before encoding."""


class SymbolTable:
    """A growing one-to-one map from int64 values to symbols 0, 1, 2, ...

    Numbers are given in order of first appearance, so the same data in the same order
    always gives the same symbols.
    """

    def __init__(self, values: Iterable[int] = ()) -> None:
        self._keys = np.zeros(64, dtype=np.int64)
        self._codes = np.full(64, -1, dtype=np.int32)
        self._used = np.zeros(1, dtype=np.int64)
        given = np.fromiter(values, dtype=np.int64)
        if len(given):
            self.encode(given)

    def __len__(self) -> int:
        return int(self._used[0])

    def values(self) -> npt.NDArray[np.int64]:
        """Known values in the order of their symbols, shape ``(len(self),)``."""
        known = self._codes >= 0
        ordered = np.empty(len(self), dtype=np.int64)
        ordered[self._codes[known]] = self._keys[known]
        return ordered

    def encode(self, values: npt.NDArray[np.int64]) -> npt.NDArray[np.int32]:
        """Symbols of values of any shape; `UNDEFINED` becomes `NO_SYMBOL`."""
        flat = np.ascontiguousarray(values, dtype=np.int64).reshape(-1)
        out = np.empty(len(flat), dtype=np.int32)
        done = 0
        while True:
            done = _kernels.encode(flat, UNDEFINED, self._keys, self._codes, self._used, done, out)
            if done == len(flat):
                return out.reshape(np.shape(values))
            self._grow()

    def _grow(self) -> None:
        values = self.values()
        size = 4 * len(self._keys)
        self._keys = np.zeros(size, dtype=np.int64)
        self._codes = np.full(size, -1, dtype=np.int32)
        self._used[0] = 0
        out = np.empty(len(values), dtype=np.int32)
        _kernels.encode(values, UNDEFINED, self._keys, self._codes, self._used, 0, out)

    def copy(self) -> SymbolTable:
        """An independent table with the same symbols."""
        other = SymbolTable()
        other._keys, other._codes = self._keys.copy(), self._codes.copy()
        other._used = self._used.copy()
        return other
