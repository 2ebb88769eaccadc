"""Small consecutive numbers for the values that viewpoints take."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from clinamen.engine import _kernels, _table_kernels

__all__ = ["END", "NO_SYMBOL", "SymbolTable"]

END = _kernels.END
"""Symbol of the end of a sequence."""

NO_SYMBOL = _kernels.NO_SYMBOL
"""Stands where a viewpoint is undefined."""

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
        # What was numbered before the table grew keeps its number: the next round finds it.
        while not _table_kernels.encode(flat, UNDEFINED, *self._table, out):
            self._grow()
        return out.reshape(np.shape(values))

    def encode_pairs(
        self, left: npt.NDArray[np.int32], right: npt.NDArray[np.int32]
    ) -> npt.NDArray[np.int32]:
        """Symbols of pairs of symbols, elementwise; `NO_SYMBOL` where either is.

        Parameters
        ----------
        left, right
            Of two dimensions each, and of shapes that broadcast together.
        """
        pairs = np.empty(np.broadcast_shapes(left.shape, right.shape), dtype=np.int64)
        _table_kernels.pair_values(left, right, UNDEFINED, pairs)
        return self.encode(pairs)

    @property
    def _table(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32], npt.NDArray[np.int64]]:
        return self._keys, self._codes, self._used

    def _grow(self) -> None:
        values = self.values()
        size = 4 * len(self._keys)
        self._keys = np.zeros(size, dtype=np.int64)
        self._codes = np.full(size, -1, dtype=np.int32)
        self._used[0] = 0
        out = np.empty(len(values), dtype=np.int32)
        _table_kernels.encode(values, UNDEFINED, *self._table, out)

    def copy(self) -> SymbolTable:
        """An independent table with the same symbols."""
        other = SymbolTable()
        other._keys, other._codes = self._keys.copy(), self._codes.copy()
        other._used = self._used.copy()
        return other
