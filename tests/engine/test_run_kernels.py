"""Kernels that find shared runs, against the same by comparing everything."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from clinamen.engine._run_kernels import longest_in_corpus, longest_in_other

few = st.lists(st.integers(0, 2), max_size=10)


def ending(one: list[int], at: int, other: list[int], end: int) -> int:
    """Symbols that two sequences have in common before and at two places."""
    length = 0
    while length <= min(at, end) and one[at - length] == other[end - length]:
        length += 1
    return length


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.integers(-1, 2), max_size=10), st.lists(few, max_size=3), st.sets(st.integers(0, 2))
)
def test_runs_in_a_corpus(asked: list[int], corpus: list[list[int]], skip: set[int]) -> None:
    # A place that holds nothing keeps the sequences apart.
    whole = [symbol for sequence in corpus for symbol in [*sequence, 9]]
    owner = np.array([n for n, sequence in enumerate(corpus) for _ in [*sequence, 9]], dtype=int)
    places = [[at for at, each in enumerate(whole) if each == symbol] for symbol in range(3)]
    first = np.cumsum([0, *map(len, places)])
    skipped = np.array([number in skip for number in range(len(corpus))], dtype=bool)
    lengths, ends = np.zeros((2, len(asked)), dtype=np.int64)
    work = np.empty((2, 2, len(whole) + 1), dtype=np.int64)
    flat = np.array([at for each in places for at in each], dtype=np.int64)
    longest_in_corpus(
        np.array(asked, dtype=np.int64), first, flat, owner, skipped, lengths, ends, work
    )
    for at in range(len(asked)):
        here = [
            0 if owner[end] in skip else ending(asked, at, whole, end) for end in range(len(whole))
        ]
        assert lengths[at] == max(here, default=0)
        assert ends[at] == (here.index(max(here)) if max(here, default=0) else -1)


@settings(deadline=None, max_examples=60)
@given(few, few)
def test_runs_in_another_sequence(one: list[int], other: list[int]) -> None:
    lengths, ends = np.zeros((2, len(one)), dtype=np.int64)
    ratios = [np.ones((len(each), 2), dtype=np.int64) for each in (one, other)]
    arrays = [np.array(each, dtype=np.int64) for each in (one, other)]
    row = np.zeros(len(other) + 1, dtype=np.int64)
    longest_in_other(arrays[0], ratios[0], arrays[1], ratios[1], lengths, ends, row)
    for at in range(len(one)):
        here = [ending(one, at, other, end) for end in range(len(other))]
        assert lengths[at] == max(here, default=0)
        assert ends[at] == (here.index(max(here)) if max(here, default=0) else -1)


def test_of_the_first_step_of_a_run_the_ratio_does_not_count() -> None:
    steps = np.array([2, 2, 2], dtype=np.int64)
    one = np.array([[0, 0], [1, 1], [2, 1]], dtype=np.int64)
    other = np.array([[0, 0], [3, 1], [2, 1]], dtype=np.int64)
    lengths, ends = np.zeros((2, 3), dtype=np.int64)
    longest_in_other(steps, one, steps, other, lengths, ends, np.zeros(4, dtype=np.int64))
    assert lengths.tolist() == [1, 1, 2]
    assert ends.tolist() == [0, 0, 2]
