"""Counts of a mixture as plain arrays: saved, merged, faded; what every expert said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.mixture_cases import cases, counts, scatter_weights

from clinamen.engine import _mixture_kernels as kernels
from clinamen.engine.mixture import LARGEST_UNIT, Mixture, MixtureOptions, StoreRows
from clinamen.errors import ParameterError


def counted(case, views):
    mixture = scatter_weights(case.mixture())
    mixture.count(views)
    return mixture


def same_rows(one, other):
    return all(
        np.array_equal(getattr(one, name), getattr(other, name))
        for name in ("codes", "n_links", "symbols", "counts")
    )


def with_experts(view):
    """Codes as `lagged_codes` makes them: the number of the expert above a hash."""
    experts = np.arange(1, view.codes.shape[1] + 1) << kernels.CODE_BITS
    return replace(view, codes=np.where(view.codes > 0, view.codes | experts, 0))


@given(cases(), st.integers(0, 9))
@settings(deadline=None, max_examples=40)
def test_rows_carry_everything(case, seed):
    views = [with_experts(view) for view in case.views]
    mixture = counted(case, views)
    rows = mixture.long_term.rows()
    assert rows.counts.sum() == sum(sum(c.values()) for c in counts(mixture).values())
    other = scatter_weights(case.mixture())
    other.add_rows(rows, mixture.n_symbols)
    assert counts(other) == counts(mixture)
    assert same_rows(other.long_term.rows(), rows)
    for view in views:
        assert np.array_equal(other.predict(view), mixture.predict(view))


@given(cases(), st.integers(0, 4))
@settings(deadline=None, max_examples=40)
def test_counts_of_parts_add_up_in_any_order(case, cut):
    views = [with_experts(view) for view in case.views]
    whole, one, other = (counted(case, part) for part in (views, views[:cut], views[cut:]))
    rows = whole.long_term.rows()
    merged, turned = case.mixture(), case.mixture()
    for mixture, parts in ((merged, (one, other)), (turned, (other, one))):
        for part in parts:
            mixture.add_rows(part.long_term.rows(), 12)
    assert same_rows(merged.long_term.rows(), rows)
    assert same_rows(turned.long_term.rows(), rows)
    assert counts(merged) == counts(whole)


@given(cases(), st.integers(1, 6))
@settings(deadline=None, max_examples=30)
def test_contexts_seen_seldom_are_left_out(case, fewest):
    mixture = counted(case, case.views)
    rows = mixture.long_term.rows(fewest)
    often = {code for code, found in counts(mixture).items() if sum(found.values()) >= fewest}
    assert set(rows.codes.tolist()) == often


@given(cases(), st.sampled_from([0.0, 0.3, 0.5, 1.0]))
@settings(deadline=None, max_examples=30)
def test_counts_fade(case, factor):
    mixture = counted(replace(case, options=replace(case.options, unit=16)), case.views)
    before = counts(mixture)
    mixture.fade(factor)
    expected = {
        code: {s: kept for s, c in found.items() if (kept := int(np.rint(c * factor)))}
        for code, found in before.items()
    }
    assert counts(mixture) == {code: found for code, found in expected.items() if found}


@given(cases(), st.integers(2, 16))
@settings(deadline=None, max_examples=30)
def test_a_finer_unit_changes_nothing_for_whole_sightings(case, unit):
    whole = counted(case, case.views)
    fine = counted(replace(case, options=replace(case.options, unit=unit)), case.views)
    for view in case.views:
        assert fine.predict(view) == pytest.approx(whole.predict(view), abs=1e-9)


@given(cases())
@settings(deadline=None, max_examples=30)
def test_half_a_sighting_twice_is_one(case):
    options = replace(case.options, unit=2)
    whole = counted(replace(case, options=options), case.views)
    halves = scatter_weights(Mixture(case.frames, case.n_classes, options))
    for _ in range(2):
        halves.count(case.views, [1] * len(case.views))
    assert counts(halves) == counts(whole)


@given(cases())
@settings(deadline=None, max_examples=40)
def test_the_votes_add_up_to_the_prediction(case):
    mixture = counted(case, case.views[1:])
    for view in case.views:
        rows = mixture.predict(view)
        for event in range(len(rows)):
            votes = mixture.votes(view, event)
            total = votes.scores.sum(axis=(0, 1))
            likely = np.exp(np.maximum(total - total.max(), -60))
            assert likely / likely.sum() == pytest.approx(rows[event], abs=1e-9)
            assert (votes.counts.sum(axis=2) <= votes.seen + 1e-9).all() or _shared(view, event)
            assert (votes.weights[votes.seen > 0] != 0).all()


def _shared(view, event):
    """Whether a symbol belongs to several candidates, which then all have its counts."""
    image = view.images[view.image_index[event]]
    return any(len(set(row[row >= 0])) < (row >= 0).sum() for row in image)


@given(cases())
@settings(deadline=None, max_examples=30)
def test_a_group_is_taken_out_together(case):
    """The first cost of a group of the same is that of who heard none of them."""
    view = case.views[0]
    options = replace(case.options, n_passes=1, rate=1e-12)
    mixture = Mixture(case.frames, case.n_classes, options)
    mixture.count([view, view, *case.views[1:]])
    before = counts(mixture)
    (cost,) = mixture.learn_weights([view, view], groups=["tune", "tune"])
    assert counts(mixture) == before
    others = Mixture(case.frames, case.n_classes, options)
    others.count(case.views[1:])
    heard = view.came >= 0
    bits = -np.log2(others.predict(view)[heard, view.came[heard]])
    assert cost == pytest.approx(bits.mean() if heard.any() else 0.0, abs=1e-8)


def rows_of(codes=(1, 2), n_links=(1, 2), symbols=(0, 1, 3), links=(1, 1, 2)):
    return StoreRows(
        np.array(codes, dtype=np.int64),
        np.array(n_links, dtype=np.int32),
        np.array(symbols, dtype=np.int32),
        np.array(links, dtype=np.int32),
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"codes": (2, 1)},
        {"codes": (0, 1)},
        {"codes": (1, 1)},
        {"codes": (1,)},
        {"n_links": (1, 1)},
        {"n_links": (4, -1)},
        {"symbols": (0, 3, 3)},
        {"symbols": (0, 3, 1)},
        {"symbols": (0, 1, kernels.LARGEST_ALPHABET)},
        {"symbols": (-1, 1, 3)},
        {"links": (1, 0, 2)},
        {"links": (1, 2)},
    ],
)
def test_rows_that_no_store_would_give_are_refused(wrong):
    rows_of()
    with pytest.raises(ParameterError):
        rows_of(**wrong)


def test_rows_of_other_experts_are_refused():
    mixture = Mixture([0])
    code = 2 << kernels.CODE_BITS
    with pytest.raises(ParameterError, match="more experts"):
        mixture.add_rows(rows_of((1, code)), 4)
    with pytest.raises(ParameterError, match="not below 3"):
        mixture.add_rows(rows_of(), 3)
    mixture.add_rows(rows_of(), 4)


def test_what_makes_no_sense_is_refused():
    for unit in (0, LARGEST_UNIT + 1):
        with pytest.raises(ParameterError, match="unit"):
            MixtureOptions(unit=unit)
    for factor in (-0.1, 1.1, float("nan")):
        with pytest.raises(ParameterError, match="fade"):
            Mixture([0]).fade(factor)
