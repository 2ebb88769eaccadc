"""Folds: laws of a partition, for every way of making one."""

from __future__ import annotations

import json
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinamen.engine.resampling import Folds, explicit_folds, interleaved_folds, kfold
from clinamen.errors import ParameterError


@st.composite
def sizes(draw: st.DrawFn) -> tuple[int, int]:
    n_items = draw(st.integers(2, 60))
    return n_items, draw(st.integers(2, n_items))


@st.composite
def labelled(draw: st.DrawFn) -> tuple[list[int], int]:
    labels = draw(st.lists(st.integers(0, 9), min_size=2, max_size=60))
    labels += [10]  # two groups at least, whatever was drawn
    labels += [11]
    return labels, draw(st.integers(2, len(set(labels))))


seeds = st.integers(0, 2**32 - 1)


def is_partition(folds: Folds) -> bool:
    counted = Counter(item for fold in folds.test for item in fold)
    return counted == Counter(range(folds.n_items)) and all(folds.test)


@given(sizes(), seeds)
@settings(deadline=None)
def test_random_folds_partition_the_items_evenly(size, seed):
    folds = kfold(*size, np.random.default_rng(seed), seed=seed)
    assert is_partition(folds)
    assert len(folds) == size[1]
    lengths = [len(fold) for fold in folds.test]
    assert max(lengths) - min(lengths) <= 1


@given(sizes())
@settings(deadline=None)
def test_interleaved_folds_count_off(size):
    folds = interleaved_folds(*size)
    assert is_partition(folds)
    assert all(item % size[1] == number for number, fold in enumerate(folds.test) for item in fold)


@given(labelled(), seeds)
@settings(deadline=None)
def test_groups_stay_in_one_fold(drawn, seed):
    labels, k = drawn
    rng = np.random.default_rng(seed)
    for folds in (
        kfold(len(labels), k, rng, groups=labels),
        interleaved_folds(len(labels), k, groups=labels),
    ):
        assert is_partition(folds)
        assert folds.grouped
        homes = {(labels[item], number) for number, fold in enumerate(folds.test) for item in fold}
        assert len(homes) == len(set(labels))


@given(labelled(), seeds)
@settings(deadline=None)
def test_random_groups_are_balanced_as_far_as_the_largest_group_allows(drawn, seed):
    labels, k = drawn
    folds = kfold(len(labels), k, np.random.default_rng(seed), groups=labels)
    lengths = [len(fold) for fold in folds.test]
    assert max(lengths) - min(lengths) <= max(Counter(labels).values())


@given(labelled(), seeds)
@settings(deadline=None)
def test_the_same_seed_gives_the_same_folds(drawn, seed):
    labels, k = drawn
    one, other = (
        kfold(len(labels), k, np.random.default_rng(seed), groups=labels) for _ in range(2)
    )
    assert one == other


def test_another_seed_gives_other_folds():
    assert len({kfold(50, 5, np.random.default_rng(seed)).test for seed in range(20)}) == 20


def test_every_pair_of_items_comes_together_about_as_often():
    rng = np.random.default_rng(3)
    together = np.zeros((6, 6))
    for _ in range(2000):
        for fold in kfold(6, 3, rng).test:
            together[np.ix_(fold, fold)] += 1
    # In two of six places: one of the five others shares the fold, 400 times of 2000.
    off_diagonal = together[~np.eye(6, dtype=bool)]
    assert off_diagonal.min() > 320
    assert off_diagonal.max() < 480


@given(sizes(), seeds)
@settings(deadline=None)
def test_training_items_are_the_others_in_order(size, seed):
    folds = kfold(*size, np.random.default_rng(seed))
    for train, test in folds:
        assert sorted({*train, *test}) == list(range(size[0]))
        assert not set(train) & set(test)
        assert list(train) == sorted(train)
        assert list(test) == sorted(test)


@given(labelled(), seeds)
@settings(deadline=None)
def test_stated_folds_come_back(drawn, seed):
    labels, k = drawn
    folds = kfold(len(labels), k, np.random.default_rng(seed), groups=labels, seed=seed)
    assert Folds.from_plain(json.loads(json.dumps(folds.to_plain()))) == folds


def test_explicit_folds_are_put_in_data_set_order():
    folds = explicit_folds([[4, 0], [1, 3, 2]])
    assert folds.test == ((0, 4), (1, 2, 3))
    assert folds.method == "explicit"


@pytest.mark.parametrize(
    "test",
    [
        [[0, 1]],
        [[0, 1], []],
        [[0, 1], [1]],
        [[0], [2]],
        [[-1], [0]],
    ],
)
def test_what_is_no_partition_is_refused(test):
    with pytest.raises(ParameterError):
        explicit_folds(test)


@pytest.mark.parametrize(("n_items", "k"), [(5, 1), (5, 6), (0, 2), (1, 1)])
def test_impossible_numbers_of_folds_are_refused(n_items, k):
    with pytest.raises(ParameterError, match="number of folds"):
        kfold(n_items, k, np.random.default_rng(0))
    with pytest.raises(ParameterError, match="number of folds"):
        interleaved_folds(n_items, k)


def test_fewer_groups_than_folds_are_refused():
    with pytest.raises(ParameterError, match="the 2 groups"):
        interleaved_folds(4, 3, groups="aabb")
    with pytest.raises(ParameterError, match="label each"):
        interleaved_folds(4, 2, groups="ab")


@pytest.mark.parametrize(
    "change",
    [{"test": 3}, {"test": [[0], ["x"]]}, {"n_items": "many"}, {"extra": 1}, {"test": [[0], [0]]}],
)
def test_foreign_statements_of_folds_are_refused(change):
    stated = interleaved_folds(4, 2).to_plain() | change
    with pytest.raises(ParameterError):
        Folds.from_plain(stated)


@given(seeds)
@settings(deadline=None)
def test_large_groups_are_dealt_out_first(seed):
    folds = kfold(8, 2, np.random.default_rng(seed), groups="abcdxxxx")
    assert [len(fold) for fold in folds.test] == [4, 4]
