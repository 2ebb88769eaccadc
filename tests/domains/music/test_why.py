"""Reasons of a mixture: they add up, and their places are where they say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.operations.fakes import a_song

from clinamen.domains.music.events import melody_events
from clinamen.domains.music.experts import Experts, parse_experts
from clinamen.domains.music.projection import Alphabets, widened
from clinamen.engine.why import explain
from clinamen.errors import ParameterError

TEXT = "cpint | cpint@1\ncpint | always\ncpintfip | posinbar\ndegree | cpintfref@1 posinbar"
LINES = st.lists(st.integers(60, 67), min_size=2, max_size=14)


def reasons(pitches: list[int], event: int, past: tuple[int, ...] = (60, 62, 64, 65)):
    lens = Experts("pitch", parse_experts(TEXT))
    mixture = lens.mixture()
    events, known = (melody_events(a_song(tuple(each)).melody) for each in (pitches, past))
    alphabet = widened(Alphabets.of([events, known])).of_target("pitch")
    mixture.count([lens.view(known, alphabet)])
    view = lens.view(events, alphabet)
    row = mixture.predict(view)[event]
    return explain(mixture, view, event, row, lens.experts), alphabet, row


@settings(deadline=None, max_examples=40)
@given(LINES, st.data())
def test_reasons_add_up_and_places_are_the_counts(pitches: list[int], data: st.DataObject) -> None:
    event = data.draw(st.integers(0, len(pitches) - 1))
    why, alphabet, row = reasons(pitches, event)
    assert sum(reason.bits for reason in why.reasons) == pytest.approx(why.bits, abs=1e-6)
    assert alphabet[why.came] == pitches[event]
    others = np.delete(row, why.came)
    assert row[why.expected] == others.max()
    for reason in why.reasons:
        assert reason.n_seen > 0
        if reason.memory == "short_term":
            counts = (reason.n_seen, reason.n_expected, reason.n_came)
            places = (reason.places, reason.expected_at, reason.came_at)
            assert tuple(len(each) for each in places) == counts
            assert all(place < event for place in reason.places)


def test_places_by_hand() -> None:
    # After a rise of 4 came a fall of 2 at event 2 and of 4 at event 4; at 6 it is 2 again.
    why, alphabet, _ = reasons([60, 64, 62, 66, 62, 66, 64], 6)
    after_a_rise = next(
        r for r in why.reasons if (r.expert, r.memory) == ("cpint | cpint@1", "short_term")
    )
    assert after_a_rise.places == (2, 4)
    assert alphabet[why.came] == 64
    assert after_a_rise.came_at == (2,)


def test_there_is_no_reason_where_nothing_came() -> None:
    lens = Experts("pitch", parse_experts(TEXT))
    mixture = lens.mixture()
    view = lens.view(melody_events(a_song((60, 62)).melody), np.arange(60, 66))
    with pytest.raises(ParameterError, match="no event 9"):
        explain(mixture, view, 9, mixture.predict(view)[0], lens.experts)
