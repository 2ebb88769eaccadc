"""Compiled kernels of the symbol table: open addressing over int64 values.

A table is ``keys`` (a power of two long) int64, ``codes`` int32 of the same length (-1:
free) and ``used`` (1,) int64, the number of its entries. None allocates, none raises: a
table that became half full is reported, and its owner replaces it by a larger one.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from clinamen.engine._kernels import NO_SYMBOL, kernel


@kernel
def encode(values: Any, undefined: int, keys: Any, codes: Any, used: Any, out: Any) -> bool:
    """Symbols of values, both ``(N,)``; `undefined` becomes `NO_SYMBOL`. False if full.

    A new value gets the next number.
    """
    # The look-up stands here and not in a function of its own: passing three arrays for
    # every value took ten times as long.
    mask = len(keys) - 1
    for index in range(len(values)):
        value = values[index]
        if value == undefined:
            out[index] = NO_SYMBOL
            continue
        # 31 bits times 32 bits: no overflow. The upper bits of the product depend on all
        # bits of the value, linked symbols' upper half included.
        folded = (value ^ (value >> 17) ^ (value >> 34)) & 0x7FFFFFFF
        probe = (folded * 0x9E3779B1 >> 31) & mask
        while codes[probe] >= 0 and keys[probe] != value:
            probe = (probe + 1) & mask
        if codes[probe] < 0:
            if used[0] * 2 > mask:
                return False
            keys[probe] = value
            codes[probe] = used[0]
            used[0] += 1
        out[index] = codes[probe]
    return True


@kernel
def pair_values(left: Any, right: Any, undefined: int, out: Any) -> None:
    """One value for each pair of symbols, `undefined` where either is `NO_SYMBOL`.

    ``out`` (R, C) int64; ``left`` and ``right`` the same, or 1 long in place of R or C.
    """
    for row in range(out.shape[0]):
        left_row = left[row if left.shape[0] > 1 else 0]
        right_row = right[row if right.shape[0] > 1 else 0]
        for column in range(out.shape[1]):
            one = left_row[column if len(left_row) > 1 else 0]
            other = right_row[column if len(right_row) > 1 else 0]
            missing = one == NO_SYMBOL or other == NO_SYMBOL
            out[row, column] = undefined if missing else (np.int64(one) << 31) + other
