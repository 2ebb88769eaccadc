"""The learned mixture against a definition in plain Python."""

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
    scatter_weights,
)
from tests.engine.mixture_oracle import FIRST_CLASS, NOTHING, OFTEN

from clinamen.engine import _mixture_kernels as kernels
from clinamen.engine import _mixture_votes as voting
from clinamen.engine.mixture import Mixture, MixtureOptions


@given(cases(), st.integers(0, 9))
@settings(deadline=None, max_examples=60)
def test_predictions_are_the_definition_s(case, seed):
    mixture, oracle = scatter_weights(case.mixture(), seed), case.oracle()
    oracle.weights.update(np.ndenumerate(mixture.weights))
    mixture.count(case.views[1:])
    oracle.count(case.views[1:])
    for view in case.views:
        rows = mixture.predict(view)
        assert rows == pytest.approx(oracle.predict(view), abs=TOLERANCE)
        assert np.abs(rows.sum(axis=1) - 1).max() < 1e-12
        assert (rows > 0).all()


@given(cases())
@settings(deadline=None, max_examples=60)
def test_learned_weights_are_the_definition_s(case):
    mixture, oracle = case.mixture(), case.oracle()
    mixture.count(case.views)
    oracle.count(case.views)
    before = counts(mixture)
    costs = mixture.learn_weights(case.views)
    assert costs == pytest.approx(oracle.learn_weights(case.views), abs=TOLERANCE)
    assert mixture.weights == pytest.approx(
        oracle.weight_table(mixture.weights.shape), abs=TOLERANCE
    )
    assert counts(mixture) == before


def test_confidence_classes():
    for often, seen in enumerate(OFTEN):
        assert kernels.confidence_class(seen, 1) == 4 * often
        assert kernels.confidence_class(seen + 1, 1) == 4 * (often + 1)
    assert [kernels.confidence_class(9, many) % 4 for many in (1, 2, 3, 4, 5, 9)] == [
        0, 1, 2, 2, 3, 3,
    ]  # fmt: skip
    assert kernels.confidence_class(10**9, 500) == kernels.N_CONFIDENCES - 1
    assert FIRST_CLASS == voting.FIRST_CLASS


def test_by_hand():
    """Long-term: 3 to 1; short-term: nothing, then one more of the first."""
    mixture = Mixture([0], options=MixtureOptions(smoothing=1.0, first_weight=0.5))
    mixture.count([one_expert([0, 0, 1, 0])])
    rows = mixture.predict(one_expert([0, 0]))
    # exp(log(1 + c) / 2): the long-term expert gives 2 : sqrt(2), the short-term sqrt(2) : 1.
    assert rows[0] == pytest.approx(np.array([2, 2**0.5]) / (2 + 2**0.5), rel=1e-6)
    assert rows[1] == pytest.approx(np.array([2 * 2**0.5, 2**0.5]) / (3 * 2**0.5), rel=1e-6)


@given(cases(), st.integers(0, 9))
@settings(deadline=None, max_examples=40)
def test_a_sequence_taken_out_was_never_there(case, seed):
    """To the bit: each expert adds once to each candidate, in the same order."""
    everything, others = (
        scatter_weights(case.mixture(), seed),
        scatter_weights(case.mixture(), seed),
    )
    left_out = case.views[0]
    everything.count(case.views)
    others.count(case.views[1:])
    before = counts(everything)
    found = everything.long_term.find(left_out.codes)
    everything._count(found, left_out, -1)
    assert counts(everything) == counts(others)
    assert np.array_equal(everything.predict(left_out), others.predict(left_out))
    everything._count(found, left_out, 1)
    assert counts(everything) == before


@given(cases())
@settings(deadline=None, max_examples=20)
def test_cost_of_the_first_step_is_that_of_a_mixture_that_never_heard_it(case):
    options = replace(case.options, n_passes=1)
    for view in case.views[:1]:
        everything, others = case.mixture(), case.mixture()
        everything.options = options
        everything.count(case.views)
        others.count(case.views[1:])
        # Steps too small to matter within the sequence.
        everything.options = replace(options, rate=1e-12)
        heard = view.came >= 0
        bits = -np.log2(others.predict(view)[heard, view.came[heard]])
        (cost,) = everything.learn_weights([view])
        assert cost == pytest.approx(bits.mean() if heard.any() else 0.0, abs=1e-8)


def test_what_did_not_come_costs_nothing():
    """Found by reading: index -1 was the last candidate."""
    view = one_expert([0, 0, 0])
    unheard = replace(
        view,
        came=np.array([0, -1, 0]),
        symbols=np.array([[0], [NOTHING], [0]], dtype=np.int32),
    )
    heard = one_expert([0, 0])
    costs = []
    for each in (unheard, heard):
        mixture = Mixture([0], options=MixtureOptions(n_passes=1))
        mixture.count([each])
        costs += mixture.learn_weights([each])
    assert costs[0] == costs[1]
