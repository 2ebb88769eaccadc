"""Sequences that lie end to end are heard as each alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from tests.engine.mixture_cases import cases, one_expert, scatter_weights

from clinamen.engine.measures import measure
from clinamen.engine.mixture import ExpertView, Mixture
from clinamen.engine.mixture_whole import SequenceHearing
from clinamen.errors import ParameterError


def heard(view: ExpertView) -> ExpertView:
    """The same with something that came at every event."""
    came = np.maximum(view.came, 0)
    symbols = np.ascontiguousarray(view.images[view.image_index, :, came])
    return replace(view, came=came, symbols=symbols)


def end_to_end(views: list[ExpertView]) -> tuple[ExpertView, np.ndarray]:
    """One view of all, each with its own images, and where each ends."""
    names = ("codes", "symbols", "came", "classes")
    parts = {name: np.concatenate([getattr(each, name) for each in views]) for name in names}
    before = np.cumsum([0, *(len(each.images) for each in views[:-1])])
    index = [each.image_index + more for each, more in zip(views, before, strict=True)]
    view = replace(
        views[0],
        images=np.concatenate([each.images for each in views]),
        image_index=np.concatenate(index),
        **parts,
    )
    return view, np.cumsum([len(each.came) for each in views])


@given(cases())
@settings(deadline=None, max_examples=40)
def test_they_are_predicted_and_measured_bit_for_bit(case):
    mixture = scatter_weights(case.mixture())
    views = [heard(view) for view in case.views]
    mixture.count(views[:1])
    hearing = SequenceHearing(mixture)
    for some in (views, views[::-1], views[:1]):
        view, ends = end_to_end(some)
        alone = np.concatenate([mixture.predict(each) for each in some])
        assert np.array_equal(hearing.predict(view, ends), alone)
        assert np.array_equal(hearing.measure(view, ends), np.stack(measure(alone, view.came)))


def test_its_room_grows_with_what_a_sequence_needs():
    """Each event widens the block of the one context, which then moves: more cells than there
    were at first, in the midst of the second sequence."""
    mixture = scatter_weights(Mixture([0]), size=1.0)
    views = [one_expert([0, 1, 0], n_alphabet=500), one_expert([*range(500)], n_alphabet=500)]
    mixture.count(views[:1])
    view, ends = end_to_end(views)
    alone = np.concatenate([mixture.predict(each) for each in views])
    assert np.array_equal(SequenceHearing(mixture).predict(view, ends), alone)


def test_its_room_does_not_grow_with_how_many_sequences_there_are():
    hearing = SequenceHearing(Mixture([0]))
    wide = one_expert([*range(500)], n_alphabet=500)
    sizes = set()
    for n_sequences in (1, 4):
        hearing.measure(*end_to_end([wide] * n_sequences))
        sizes.add(len(hearing._short.counts))
    assert len(sizes) == 1


def test_what_is_learnt_in_between_is_heard():
    mixture = Mixture([0])
    hearing = SequenceHearing(mixture)
    view, ends = end_to_end([one_expert([0, 1, 1])])
    before = hearing.predict(view, ends)
    mixture.count([one_expert([1, 1, 1])])
    after = hearing.predict(view, ends)
    assert not np.array_equal(before, after)
    assert np.array_equal(after, mixture.predict(view))


def test_nothing_is_heard_of_nothing():
    empty = one_expert(np.empty(0, dtype=np.int64))
    found = SequenceHearing(Mixture([0])).measure(empty, np.empty(0, dtype=np.int64))
    assert found.shape == (2, 0)


@pytest.mark.parametrize("ends", [[], [1], [3], [0, 2], [2, 1, 2], [-1, 2], [1, 1, 2]])
def test_ends_that_are_none_are_refused(ends):
    with pytest.raises(ParameterError, match="end to end"):
        SequenceHearing(Mixture([0])).measure(one_expert([0, 1]), np.array(ends, dtype=np.int64))


def test_an_event_at_which_nothing_came_is_refused():
    view = replace(one_expert([0, 1]), came=np.array([0, -1]))
    with pytest.raises(ParameterError, match="came of a view must lie from 0"):
        SequenceHearing(Mixture([0])).measure(view, np.array([2]))


def test_views_for_other_experts_are_refused():
    with pytest.raises(ParameterError, match="does not fit 2 experts"):
        SequenceHearing(Mixture([0, 0])).measure(one_expert([0, 1]), np.array([2]))
