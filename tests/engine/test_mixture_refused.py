"""What the learned mixture refuses."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.mixture_cases import (
    cases,
    counts,
    one_expert,
)

from clinamen.engine.mixture import Mixture, MixtureOptions
from clinamen.errors import ParameterError


@pytest.mark.parametrize(
    "wrong",
    [
        {"smoothing": 0.0},
        {"rate": 0.0},
        {"spread": -1.0},
        {"fine_rate": -0.1},
        {"n_passes": -1},
        {"smoothing": float("nan")},
        {"rate": float("nan")},
        {"rate": float("inf")},
        {"first_weight": float("nan")},
    ],
)
def test_options_that_make_no_sense(wrong):
    with pytest.raises(ParameterError):
        MixtureOptions(**wrong)


def test_a_mixture_of_nothing():
    with pytest.raises(ParameterError, match="at least one expert"):
        Mixture([])


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"codes": np.ones((3, 1), dtype=np.int64)}, "codes .* shape"),
        ({"symbols": np.zeros((2, 2), dtype=np.int32)}, "symbols .* shape"),
        ({"image_index": np.zeros(1, dtype=np.int64)}, "image_index .* shape"),
        ({"classes": np.zeros((0, 0), dtype=np.int64)}, "classes .* shape"),
        ({"image_index": np.array([0, 1])}, "image_index .* from 0 to 0"),
        ({"symbols": np.array([[0], [2]], dtype=np.int32)}, "symbols .* from -2 to 1"),
        ({"symbols": np.array([[0], [-3]], dtype=np.int32)}, "symbols .* from -2 to 1"),
        ({"images": np.array([[[0, 2]]], dtype=np.int32)}, "images .* from -2 to 1"),
        ({"came": np.array([0, 2])}, "came .* from -1 to 1"),
        ({"came": np.array([0, -2])}, "came .* from -1 to 1"),
        ({"n_symbols": 513}, "at most 512"),
    ],
)
def test_views_that_would_write_outside(wrong, message):
    with pytest.raises(ParameterError, match=message):
        replace(one_expert([0, 1]), **wrong)


@pytest.mark.parametrize(
    ("mixture", "message"),
    [
        (Mixture([0, 0]), "1 experts and 1 frames does not fit 2 experts"),
        (Mixture([1]), "does not fit 1 experts and 2 frames"),
        (Mixture([0], (2,)), "0 groups of classes does not fit 1"),
    ],
)
def test_views_for_other_experts(mixture, message):
    view = one_expert([0, 1])
    for use in (mixture.predict, lambda view: mixture.count([view])):
        with pytest.raises(ParameterError, match=message):
            use(view)
    with pytest.raises(ParameterError, match=message):
        mixture.learn_weights([view])
    assert counts(mixture) == {}


def test_a_class_that_the_mixture_does_not_have():
    view = replace(one_expert([0, 1]), classes=np.array([[0], [2]]))
    with pytest.raises(ParameterError, match=r"classes .* from 0 to 1"):
        Mixture([0], (2,)).predict(view)


@pytest.mark.parametrize("wrong", [([-1], ()), ([0], (0,))])
def test_frames_and_classes_that_cannot_be(wrong):
    with pytest.raises(ParameterError, match="frames count from 0"):
        Mixture(*wrong)


@given(cases(), st.sampled_from(("rows", "firsts")), st.sampled_from((-1, 10**6)))
@settings(deadline=None, max_examples=10)
def test_rows_that_are_not_there_are_refused(case, name, value):
    mixture, view = case.mixture(), case.views[0]
    given_ = {"rows": np.zeros(1, dtype=np.int64), "firsts": np.zeros(1, dtype=np.int64)}
    given_[name] = np.array([value])
    with pytest.raises(ParameterError, match=name):
        mixture.predict_rows(view, **given_)
