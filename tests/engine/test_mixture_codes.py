"""Codes of contexts: each of its own."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.mixture_cases import (
    random_view,
)

from clinamen.engine import _mixture_kernels as kernels


def test_codes_of_all_small_tuples_differ_and_are_positive():
    values = (*range(-12, 13), 60, 61, 120, 5040, 10080, 2**31, 2**40, -(2**40))
    codes = []
    for expert in range(1, 6):
        base = kernels.hash_step(expert, 0x1234567)
        for pair in product(values, repeat=2):
            first = kernels.hash_step(base, pair[0])
            codes.append(kernels.hash_step(first, pair[1]))
        codes += [kernels.hash_step(base, value) for value in values]
        codes.append(base)
    assert len(set(codes)) == len(codes)
    assert min(codes) > 0
    assert max(codes) < 2**62


def codes_of(components, undefined, terms, starts):
    """Codes of contexts in which nothing lies earlier: components ``(T, C)``, columns in terms."""
    lagged = np.stack([terms, np.zeros_like(terms)], axis=1)
    out = np.empty((len(components), len(starts) - 1), dtype=np.int64)
    columns, index = np.ascontiguousarray(components.T), np.arange(len(components))
    scratch = np.empty((2, 1000), dtype=np.int64)
    kernels.lagged_codes(columns, index, undefined, lagged, starts, scratch, out)
    return out


def test_codes_of_long_regular_tuples_differ():
    """Times and intervals as they stand in music: multiples of a few ticks, small steps."""
    triples = np.array(list(product(range(-7, 8), range(-7, 8), range(0, 40320, 2520))))
    components = np.concatenate([triples, triples[:, ::-1]])
    terms, starts = np.array([0, 1, 2, 0, 1, 2]), np.array([0, 3, 6])
    out = codes_of(components, np.iinfo(np.int64).min, terms, starts)
    n_different = len(np.unique(components, axis=0))
    assert len(np.unique(out)) == 2 * n_different
    assert out.min() > 0


def test_a_context_with_an_undefined_term_is_none():
    undefined = np.iinfo(np.int64).min
    components = np.array([[1, undefined], [undefined, 1], [1, 1]])
    out = codes_of(components, undefined, np.array([0, 0, 1]), np.array([0, 1, 3]))
    assert (out[:, 0] == kernels.NO_CONTEXT).tolist() == [False, True, False]
    assert (out[:, 1] == kernels.NO_CONTEXT).tolist() == [True, True, False]


UNDEFINED = np.iinfo(np.int64).min


@given(st.data(), st.integers(1, 9))
@settings(deadline=None, max_examples=60)
def test_a_code_is_of_an_expert_and_of_what_it_looks_at(data, n_together):
    """However many are done together; nothing is seen of the sequence before."""
    lengths = data.draw(st.lists(st.integers(1, 12), min_size=1, max_size=4))
    index = np.concatenate([np.arange(length) for length in lengths])
    looks = st.tuples(st.integers(0, 1), st.integers(0, 14))
    experts = data.draw(st.lists(st.lists(looks, min_size=1, max_size=3), min_size=1, max_size=4))
    values = st.sampled_from([0, 1, -5, 2**40, UNDEFINED])
    rows = st.lists(values, min_size=len(index), max_size=len(index))
    components = np.array([data.draw(rows), data.draw(rows)])
    terms = np.array([term for expert in experts for term in expert])
    starts = np.cumsum([0, *map(len, experts)])
    found = np.empty((len(index), len(experts)), dtype=np.int64)
    scratch = np.empty((2, n_together), dtype=np.int64)
    kernels.lagged_codes(components, index, UNDEFINED, terms, starts, scratch, found)
    for event, expert in product(range(len(index)), range(len(experts))):
        seen = [
            UNDEFINED if lag > index[event] else int(components[row, event - lag])
            for row, lag in experts[expert]
        ]
        code = kernels.hash_step(expert + 1, 0x1234567)
        for value in seen:
            code = kernels.hash_step(code, value)
        code = (expert + 1) * 2**kernels.CODE_BITS + code % 2**kernels.CODE_BITS
        assert found[event, expert] == (kernels.NO_CONTEXT if UNDEFINED in seen else code)


@given(st.lists(st.integers(1, 9), min_size=1, max_size=5))
@settings(deadline=None, max_examples=20)
def test_parts_of_a_view_are_its_sequences(lengths):
    rng = np.random.default_rng(len(lengths))
    whole = random_view(rng, sum(lengths), (3, 2, 4, (2,)))
    ends = np.cumsum(lengths).tolist()
    parts = list(whole.parts(ends))
    assert [len(part.came) for part in parts] == lengths
    for begin, end, part in zip([0, *ends], ends, parts, strict=False):
        for name in ("codes", "symbols", "image_index", "came", "classes"):
            assert np.array_equal(getattr(part, name), getattr(whole, name)[begin:end]), name
        # As good as one made anew, of which everything is checked.
        assert np.array_equal(replace(part).images, whole.images)
        assert part.n_symbols == whole.n_symbols
