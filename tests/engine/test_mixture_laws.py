"""Laws of the learned mixture, and its growth."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.mixture_cases import (
    TOLERANCE,
    cases,
    counts,
    one_expert,
    random_view,
    rows_alone,
    scatter_weights,
    up_to,
)
from tests.engine.mixture_oracle import Oracle

from clinamen.engine import _mixture_kernels as kernels
from clinamen.engine.mixture import ExpertView, Mixture, MixtureOptions


@given(cases(), st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=30)
def test_order_of_counting_does_not_matter(case, random):
    shuffled = random.sample(case.views, len(case.views))
    one, other = scatter_weights(case.mixture()), scatter_weights(case.mixture())
    one.count(case.views)
    other.count(shuffled)
    assert counts(one) == counts(other)
    for view in case.views:
        assert np.array_equal(one.predict(view), other.predict(view))


@given(cases())
@settings(deadline=None, max_examples=30)
def test_event_by_event_is_bit_for_bit_the_batch(case):
    mixture = scatter_weights(case.mixture())
    mixture.count(case.views[1:])
    for view in case.views:
        assert np.array_equal(rows_alone(mixture, view), mixture.predict(view))


@given(cases(), st.data())
@settings(deadline=None, max_examples=30)
def test_sequences_that_share_a_beginning_are_predicted_as_each_alone(case, data):
    """Whatever rows are asked for, in whatever order; a beginning heard as part of each."""
    mixture = scatter_weights(case.mixture())
    mixture.count(case.views[:1])
    view = case.views[-1]
    length = len(view.came)
    begin = data.draw(st.integers(0, length - 1))
    past = mixture.past(up_to(view, begin - 1)) if begin else None
    # The rest of the sequence twice, end to end.
    rest = {name: getattr(view, name)[begin:] for name in ("codes", "symbols", "image_index")}
    rest |= {name: getattr(view, name)[begin:] for name in ("came", "classes")}
    twice = replace(view, **{name: np.concatenate([each, each]) for name, each in rest.items()})
    n_rest = length - begin
    rows = np.array(data.draw(st.lists(st.integers(0, 2 * n_rest - 1), min_size=1)))
    found = mixture.predict_rows(twice, rows, rows // n_rest * n_rest, past)
    assert np.array_equal(found, mixture.predict(view)[begin + rows % n_rest])


@given(cases())
@settings(deadline=None, max_examples=20)
def test_copies_of_a_mixture_go_their_own_way(case):
    original = scatter_weights(case.mixture())
    original.count(case.views[:1])
    before, counted = original.predict(case.views[-1]), counts(original)
    copied = original.copy()
    copied.count(case.views)
    copied.learn_weights(case.views)
    assert counts(original) == counted
    assert np.array_equal(original.predict(case.views[-1]), before)


@given(cases())
@settings(deadline=None, max_examples=20)
def test_predict_and_learn_is_predict_then_count(case):
    one, other = scatter_weights(case.mixture()), scatter_weights(case.mixture())
    for view in case.views:
        assert np.array_equal(one.predict(view, learn=True), other.predict(view))
        other.count([view])
    assert counts(one) == counts(other)


@given(cases())
@settings(deadline=None, max_examples=20)
def test_same_views_and_seed_give_the_same_weights(case):
    weights = []
    for _ in range(2):
        mixture = case.mixture()
        mixture.count(case.views)
        mixture.learn_weights(case.views)
        weights.append(mixture.weights)
    assert np.array_equal(*weights)


def test_seed_is_the_order_of_sequences():
    rng = np.random.default_rng(4)
    views = [random_view(rng, 12, (3, 2, 4, (2,))) for _ in range(6)]
    weights = []
    for seed in (0, 1):
        mixture = Mixture([0, 1, 0], (2,), MixtureOptions(seed=seed, spread=1.0))
        mixture.count(views)
        mixture.learn_weights(views)
        weights.append(mixture.weights)
    assert not np.array_equal(*weights)


def test_learning_pays():
    """One expert knows, one errs: bits fall, and the one that knows gets the weight."""
    rng = np.random.default_rng(0)
    views = []
    for _ in range(20):
        symbols = rng.integers(0, 2, 30)
        view = one_expert(symbols)
        codes = np.stack([symbols + 100, rng.integers(200, 202, 30)], axis=1)
        views.append(replace(view, codes=codes))
    mixture = Mixture([0, 0], options=MixtureOptions(spread=1.0))
    mixture.count(views)
    costs = mixture.learn_weights(views)
    assert sorted(costs, reverse=True) == costs
    assert costs[-1] < 0.2
    assert mixture.weights[0, 0] > 5 * abs(mixture.weights[0, 1])


def test_progress_is_told():
    views, told = [one_expert([0, 1]), one_expert([1])], []
    mixture = Mixture([0], options=MixtureOptions(n_passes=2))
    mixture.count(views)
    mixture.learn_weights(views, progress=lambda done, of: told.append((done, of)))
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


@given(cases())
@settings(deadline=None, max_examples=20)
def test_where_nothing_is_known_all_is_alike(case):
    mixture = scatter_weights(case.mixture())
    mixture.count(case.views)
    view = case.views[0]
    for codes in (np.full_like(view.codes, kernels.NO_CONTEXT), view.codes + 10**15):
        rows = mixture.predict(replace(view, codes=codes, came=np.full_like(view.came, -1)))
        assert (rows == 1 / rows.shape[1]).all()


@pytest.mark.parametrize("size", [1e3, 1e100, -1e100])
@pytest.mark.parametrize("n_times", [1, 65_535, 1_000_000])
def test_no_zero_and_no_nan_whatever_the_weights_and_counts(size, n_times):
    rng = np.random.default_rng(1)
    shape = (4, 2, 6, (3,))
    views = [random_view(rng, 10, shape) for _ in range(4)]
    mixture = scatter_weights(Mixture([0, 1, 0, 1], (3,)), size=abs(size))
    if size < 0:
        mixture.weights = -np.abs(mixture.weights)
    for view in views:
        mixture._count(mixture.long_term.add(view.codes), view, n_times)
    for view in views:
        rows = mixture.predict(view)
        assert np.isfinite(rows).all()
        assert (rows > 0).all()
        assert np.abs(rows.sum(axis=1) - 1).max() < 1e-12


def test_tables_and_links_outgrow_their_first_sizes():
    """New contexts at every event beside one that gets a new continuation each time."""
    n_events, n_symbols = 700, 512
    rng = np.random.default_rng(2)
    event = np.arange(n_events)
    came = event % 6
    images = np.array([[rng.permutation(n_symbols)[:6]] for _ in range(n_events)], dtype=np.int32)
    images[:n_symbols, 0, :] = (np.arange(n_symbols)[:, None] + 7 * np.arange(6)) % n_symbols
    view = ExpertView(
        codes=np.stack([event + 1000, event + 5000, event % 600 + 9000, np.full_like(event, 7)], 1),
        symbols=images[event, :, came],
        images=images,
        image_index=event,
        came=came,
        classes=np.zeros((n_events, 0), dtype=np.int64),
        n_symbols=n_symbols,
    )
    options = MixtureOptions(first_weight=0.1)
    mixture, oracle = Mixture([0] * 4, (), options), Oracle([0] * 4, (), options)
    first_size, first_cells = len(mixture.long_term.keys), len(mixture.long_term.counts)
    mixture.count([view])
    oracle.count([view])
    assert len(mixture.long_term.keys) > first_size
    assert len(mixture.long_term.counts) > first_cells
    expected = {code: dict(followed) for code, followed in oracle.long_term.counts.items()}
    assert counts(mixture) == expected
    assert len(expected[7]) > 256
    rows = mixture.predict(view)
    assert rows == pytest.approx(oracle.predict(view), abs=TOLERANCE)
    assert np.array_equal(rows_alone(mixture, view), rows)


def test_the_short_term_store_outgrows_its_links():
    """Many experts whose one context goes on in a new way each time: blocks move and grow."""
    n_experts, n_events, n_symbols = 9, 260, 300
    event = np.arange(n_events)
    images = ((event[:, None, None] + np.array([0, 1])) % n_symbols).astype(np.int32)
    view = ExpertView(
        codes=np.tile(np.arange(1, n_experts + 1), (n_events, 1)),
        symbols=np.ascontiguousarray(images[:, :, 0]),
        images=images,
        image_index=event,
        came=np.zeros(n_events, dtype=np.int64),
        classes=np.zeros((n_events, 0), dtype=np.int64),
        n_symbols=n_symbols,
    )
    frames, options = [0] * n_experts, MixtureOptions(first_weight=0.1)
    mixture, oracle = Mixture(frames, (), options), Oracle(frames, (), options)
    rows = mixture.predict(view)
    assert rows == pytest.approx(oracle.predict(view), abs=TOLERANCE)
    assert np.array_equal(rows_alone(mixture, view), rows)
