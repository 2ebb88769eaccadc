"""The trie holds what direct counting of every substring gives."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

import numpy as np
import pytest
import tests.engine.oracle as oracle
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.engine.sequences import N_SYMBOLS, corpora, sequences

from clinamen.engine import _kernels
from clinamen.engine.counts import LONGEST_CONTEXT, ContextTrie
from clinamen.engine.symbols import END
from clinamen.errors import ParameterError

longest_contexts = st.sampled_from([0, 1, 2, 3, LONGEST_CONTEXT])


def learnt(
    corpus: Sequence[Sequence[int]], longest: int, *, ended: bool = True
) -> tuple[ContextTrie, oracle.Counts]:
    trie, counts = ContextTrie(longest), oracle.Counts(longest)
    for sequence in corpus:
        trie.start()
        counts.start()
        for symbol in sequence:
            trie.observe(symbol)
            counts.observe(symbol)
        if ended:
            trie.end()
            counts.end()
    return trie, counts


def ours(found: Mapping[object, int]) -> dict[int, int]:
    """The oracle's table with the engine's end marker."""
    return {END if symbol == oracle.END else symbol: n for symbol, n in found.items()}  # type: ignore[misc]


def fresh_counts(trie: ContextTrie, context: Sequence[int]) -> dict[int, int]:
    """As `ContextTrie.continuations`, but the counts for update exclusion."""
    expected = set(trie.continuations(context))  # makes a lazy continuation explicit
    node = 0
    for symbol in context:
        node = _kernels._find_child(trie.nodes, node, symbol)
    found = {}
    child = trie.nodes[node, _kernels._CHILD]
    while child >= 0:
        symbol, _, fresh, _, child, _ = trie.nodes[child]
        found[int(symbol)] = int(fresh)
    assert set(found) == expected
    return found


def assert_same_counts(trie: ContextTrie, counts: oracle.Counts) -> None:
    for context, table in counts.full.items():
        assert trie.continuations(context) == ours(table)
        assert fresh_counts(trie, context) == ours(counts.fresh[context])


@given(corpora, longest_contexts, st.booleans())
@example([[0, 1], [2, 0], [0]], LONGEST_CONTEXT, False)
@settings(deadline=None)
def test_full_and_fresh_counts(corpus: list[list[int]], longest: int, ended: bool) -> None:
    trie, counts = learnt(corpus, longest, ended=ended)
    assert_same_counts(trie, counts)


@given(corpora, st.integers(0, 3))
@settings(deadline=None)
def test_what_never_came_has_no_continuation(corpus: list[list[int]], longest: int) -> None:
    trie, counts = learnt(corpus, longest)
    for length in range(4):
        for context in itertools.product(range(N_SYMBOLS), repeat=length):
            if context not in counts.full:
                assert trie.continuations(context) == {}


@given(corpora, sequences, longest_contexts)
@settings(deadline=None)
def test_looking_things_up_changes_nothing(
    corpus: list[list[int]], more: list[int], longest: int
) -> None:
    trie, counts = learnt(corpus, longest)
    assert_same_counts(trie, counts)
    trie.start()
    counts.start()
    for symbol in more:
        trie.observe(symbol)
        counts.observe(symbol)
    trie.end()
    counts.end()
    assert_same_counts(trie, counts)


@given(corpora, st.integers(0, 3))
@settings(deadline=None)
def test_a_shorter_longest_context_only_leaves_contexts_out(
    corpus: list[list[int]], longest: int
) -> None:
    trie, _ = learnt(corpus, longest)
    _, everything = learnt(corpus, LONGEST_CONTEXT)
    for context, table in everything.full.items():
        expected = ours(table) if len(context) <= longest else {}
        assert trie.continuations(context) == expected


@given(corpora, corpora, longest_contexts)
@settings(deadline=None)
def test_walking_counts_nothing_but_known_ends(
    corpus: list[list[int]], walked: list[list[int]], longest: int
) -> None:
    trie, counts = learnt(corpus, longest)
    for sequence in walked:
        trie.start()
        counts.start()
        for symbol in sequence:
            trie.walk(symbol)
            counts.walk(symbol)
            known = [context for context in counts.contexts() if context in counts.full]
            assert trie.depth == max((len(context) for context in known), default=0)
        before = {context: dict(table) for context, table in counts.full.items()}
        for context, table in before.items():
            assert trie.continuations(context) == ours(table)
        trie.end_known()
        counts.end_known()
    for context, table in counts.full.items():
        assert trie.continuations(context) == ours(table)


@given(corpora, sequences)
@settings(deadline=None)
def test_a_copy_is_independent(corpus: list[list[int]], more: list[int]) -> None:
    trie, counts = learnt(corpus, LONGEST_CONTEXT)
    copy = trie.copy()
    copy.start()
    for symbol in more:
        copy.observe(symbol)
    copy.end()
    assert_same_counts(trie, counts)
    _, both = learnt([*corpus, more], LONGEST_CONTEXT)
    assert_same_counts(copy, both)


@pytest.mark.parametrize("longest", [0, 2, 6])
def test_arrays_grow_far_beyond_their_start(longest: int) -> None:
    corpus = np.random.default_rng(7).integers(0, 5, size=(4, 150)).tolist()
    trie, counts = learnt(corpus, longest)
    assert len(trie.text) > 64
    assert (trie.n_nodes > 640) == (longest == 6)
    assert_same_counts(trie, counts)


@pytest.mark.parametrize("lengths", [(63,), (64,), (65,), (31, 31), (32, 32), (127, 129)])
def test_growth_at_the_very_edge(lengths: tuple[int, ...]) -> None:
    # Every symbol is new: one node and one place of text each, with no room to spare.
    corpus = [list(range(length)) for length in lengths]
    trie, counts = learnt(corpus, 0)
    assert_same_counts(trie, counts)
    assert trie.n_symbols == max(lengths)


def test_strings_that_came_once_are_not_spelt_out() -> None:
    # 1,000 different symbols have half a million substrings; the trie keeps one node each.
    trie, _ = learnt([], LONGEST_CONTEXT)
    for symbol in range(1000):
        trie.observe(symbol)
    assert trie.n_nodes == 1001


def test_clear_forgets_everything() -> None:
    trie, _ = learnt([[0, 1, 0, 1, 2]], LONGEST_CONTEXT)
    trie.clear()
    assert (trie.n_nodes, trie.n_symbols, trie.depth) == (1, 0, 0)
    assert trie.continuations([]) == trie.continuations([0]) == {}


def test_a_negative_longest_context_is_refused() -> None:
    with pytest.raises(ParameterError, match="longest context must be 0 or more, not -1"):
        ContextTrie(-1)
