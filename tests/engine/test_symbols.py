"""Laws of the table that numbers values."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from clinamen.engine.symbols import NO_SYMBOL, UNDEFINED, SymbolTable

int64 = st.integers(UNDEFINED + 1, np.iinfo(np.int64).max)
values = st.lists(int64 | st.integers(-5, 5), max_size=60)


def array(given_values: list[int]) -> np.ndarray:
    return np.array(given_values, dtype=np.int64)


@given(values)
@settings(deadline=None)
def test_symbols_count_the_values_in_order_of_appearance(some: list[int]) -> None:
    table = SymbolTable()
    symbols = table.encode(array(some))
    distinct = list(dict.fromkeys(some))
    assert symbols.dtype == np.int32
    assert symbols.tolist() == [distinct.index(value) for value in some]
    assert table.values().tolist() == distinct
    assert len(table) == len(distinct)


@given(values, values)
@settings(deadline=None)
def test_a_symbol_never_changes(some: list[int], more: list[int]) -> None:
    table = SymbolTable()
    before = table.encode(array(some)).tolist()
    table.encode(array(more))
    assert table.encode(array(some)).tolist() == before
    at_once = SymbolTable([*some, *more])
    assert at_once.values().tolist() == table.values().tolist()


@given(values, st.lists(st.booleans(), min_size=60, max_size=60))
@settings(deadline=None)
def test_undefined_is_no_symbol_and_no_entry(some: list[int], holes: list[bool]) -> None:
    table, whole = SymbolTable(), array(some)
    hidden = np.array(holes[: len(some)], dtype=bool)
    symbols = table.encode(np.where(hidden, UNDEFINED, whole))
    assert (symbols[hidden] == NO_SYMBOL).all()
    assert UNDEFINED not in table.values()
    assert symbols[~hidden].tolist() == SymbolTable().encode(whole[~hidden]).tolist()


@given(values, values)
@settings(deadline=None)
def test_a_copy_is_independent(some: list[int], more: list[int]) -> None:
    table = SymbolTable(some)
    copy = table.copy()
    copy.encode(array(more))
    assert table.values().tolist() == list(dict.fromkeys(some))
    assert copy.values().tolist() == list(dict.fromkeys([*some, *more]))


def test_the_shape_is_kept() -> None:
    table = SymbolTable()
    assert table.encode(np.array([[5, 7], [7, 9]])).tolist() == [[0, 1], [1, 2]]
    assert table.encode(np.empty((3, 0), dtype=np.int64)).shape == (3, 0)


def test_growth_keeps_every_symbol() -> None:
    # Linked symbols as they come: pairs in the upper and the lower half.
    pairs = array([(left << 31) + right for left in range(70) for right in range(70)])
    table = SymbolTable()
    symbols = table.encode(pairs)
    assert symbols.tolist() == list(range(4900))
    assert table.values().tolist() == pairs.tolist()
    assert table.encode(pairs[::-1]).tolist() == symbols[::-1].tolist()


def test_the_largest_values() -> None:
    extremes = array([np.iinfo(np.int64).max, UNDEFINED + 1, 0, -1, UNDEFINED + 2])
    assert SymbolTable().encode(extremes).tolist() == [0, 1, 2, 3, 4]


symbol_grids = st.integers(1, 3).flatmap(
    lambda rows: st.integers(1, 3).flatmap(
        lambda columns: st.lists(
            st.lists(st.integers(0, 4) | st.just(NO_SYMBOL), min_size=columns, max_size=columns),
            min_size=rows,
            max_size=rows,
        )
    )
)


@given(symbol_grids, st.integers(0, 4) | st.just(NO_SYMBOL), st.booleans())
@settings(deadline=None)
def test_pairs_are_numbered_one_to_one(grid: list[list[int]], other: int, swapped: bool) -> None:
    left = np.array(grid, dtype=np.int32)
    right = np.array([[other]], dtype=np.int32)
    if swapped:
        left, right = right, left
    symbols = SymbolTable().encode_pairs(left, right)
    pairs = list(
        zip(*(a.reshape(-1).tolist() for a in np.broadcast_arrays(left, right)), strict=True)
    )
    defined = [pair for pair in pairs if NO_SYMBOL not in pair]
    distinct = list(dict.fromkeys(defined))
    expected = [NO_SYMBOL if NO_SYMBOL in pair else distinct.index(pair) for pair in pairs]
    assert symbols.reshape(-1).tolist() == expected
