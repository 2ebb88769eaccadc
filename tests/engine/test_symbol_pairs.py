"""Symbols of pairs: equal exactly where both parts are equal, missing where one is."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import mutually_broadcastable_shapes

from clinamen.engine.symbols import NO_SYMBOL, SymbolTable

shapes = mutually_broadcastable_shapes(num_shapes=2, min_dims=2, max_dims=2, min_side=1, max_side=9)


@given(shapes, st.integers(1, 40), st.integers(0, 2**32 - 1))
@settings(deadline=None)
def test_pairs_are_numbered_one_to_one(drawn, n_symbols, seed):
    rng = np.random.default_rng(seed)
    left, right = (
        rng.choice([NO_SYMBOL, *range(n_symbols)], size=shape).astype(np.int32)
        for shape in drawn.input_shapes
    )
    table = SymbolTable()
    first = table.encode_pairs(left, right)
    assert first.shape == drawn.result_shape
    wide_left, wide_right = np.broadcast_arrays(left, right)
    missing = (wide_left == NO_SYMBOL) | (wide_right == NO_SYMBOL)
    assert ((first == NO_SYMBOL) == missing).all()
    pairs = list(zip(wide_left[~missing], wide_right[~missing], strict=True))
    numbers = first[~missing].tolist()
    assert len(set(zip(pairs, numbers, strict=True))) == len(set(pairs)) == len(set(numbers))
    # In order of first appearance, the same again, and the order of the two matters.
    assert list(dict.fromkeys(numbers)) == list(range(len(table)))
    assert (table.encode_pairs(left, right) == first).all()


def test_a_table_that_grows_keeps_its_numbers():
    table = SymbolTable()
    left = np.arange(300, dtype=np.int32)[:, None]
    right = np.arange(4, dtype=np.int32)[None, :]
    found = table.encode_pairs(left, right)
    assert (found == np.arange(1200).reshape(300, 4)).all()
    assert (table.encode_pairs(left, right) == found).all()
    assert table.encode_pairs(right, left).max() > found.max()
