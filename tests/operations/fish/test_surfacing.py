"""A find, not a feed: when something may surface."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinamen.errors import FormatError, ParameterError
from clinamen.operations.fish._surfacing import (
    APART,
    LEAST_SCORE,
    MOST_A_DAY,
    NIGHT_SECONDS,
    SEARCH,
    Tide,
)
from clinamen.operations.fish._surfacing import (
    DAY as A_DAY,
)

DAY = 24 * 3600.0
START = datetime(2026, 1, 1, tzinfo=UTC)


def test_the_bar_begins_out_of_reach_and_sinks_by_half_in_the_usual_time() -> None:
    tide = Tide(rate=3, seconds=8 * 3600)
    assert tide.usual_seconds == 8 * 3600 / 3
    assert tide.bar(0) == 1.0
    assert tide.bar(tide.usual_seconds) == 0.5
    assert tide.bar(2 * tide.usual_seconds) == 0.25


def test_a_find_lifts_the_bar_to_what_it_scored() -> None:
    tide = Tide(rate=2, seconds=DAY).after(0.4, DAY)
    assert tide.bar(DAY) == 0.4
    assert tide.lets(0.41, DAY * 1.2, START + timedelta(days=9), [])
    assert not tide.lets(0.2, DAY * 1.2, START + timedelta(days=9), [])


def test_of_a_day_no_more_surfaces_than_was_asked_for() -> None:
    tide = Tide(rate=2, seconds=DAY)
    late = 3 * DAY
    lately = [START, START + timedelta(hours=1)]
    assert not tide.lets(0.9, late, START + timedelta(hours=2), lately)
    assert tide.lets(0.9, late, START + timedelta(hours=24), lately)


def test_two_never_surface_one_right_after_the_other() -> None:
    tide = Tide(rate=4, seconds=DAY).after(0.1, DAY)
    quarter = tide.usual_seconds / 4
    assert not tide.lets(0.9, DAY + 0.9 * quarter, START, [])
    assert tide.lets(0.9, DAY + quarter, START, [])


@pytest.mark.parametrize(
    ("rate", "nights", "n"),
    [(3, 1, 3), (3, 9, 3), (3, 0.5, 2), (3, 0.0005, 1), (24, 0.01, 1), (24, 0.125, 3), (0.5, 1, 1)],
)
def test_a_night_can_bring_as_many_as_a_day_and_less_time_its_share(
    rate: float, nights: float, n: int
) -> None:
    tide = Tide(rate, nights * NIGHT_SECONDS)
    assert tide.n_most == n
    n_surfaced, steps = 0, 200
    for step in range(steps):
        at = step * tide.seconds / steps
        if tide.lets(0.99, at, START + timedelta(seconds=at), []):
            tide, n_surfaced = tide.after(0.3, at), n_surfaced + 1
    assert n_surfaced <= n or nights >= 1


def test_why_nothing_may_surface_is_told() -> None:
    tide = Tide(rate=2, seconds=DAY)
    assert tide.held_by(0, START, []) == ""
    lately = [START + timedelta(hours=1), START]
    assert tide.held_by(0, START + timedelta(hours=2), lately) == A_DAY
    assert tide.room_from(lately) == START + timedelta(days=1)
    assert tide.held_by(0, tide.room_from(lately), lately) == ""
    assert tide.after(0.4, 5.0).held_by(6.0, START, []) == APART
    short = Tide(rate=2, seconds=600).after(0.4, 5.0)
    assert short.held_by(599, START, []) == SEARCH


def test_what_is_worth_nothing_never_surfaces() -> None:
    assert not Tide(rate=1, seconds=DAY).lets(LEAST_SCORE / 2, 1000 * DAY, START, [])


@settings(deadline=None)
@given(
    st.floats(0.3, MOST_A_DAY),
    st.floats(600, 3 * DAY),
    st.lists(st.floats(0, 1), min_size=1, max_size=150),
)
def test_laws_of_what_surfaces(rate: float, seconds: float, scores: list[float]) -> None:
    """In any 24 hours at most the rate, in less than a night its share; each beats what the
    earlier ones have sunk to."""
    tide, surfaced = Tide(rate=rate, seconds=seconds), []
    for place, score in enumerate(scores):
        at = place * seconds / len(scores)
        now = START + timedelta(seconds=at)
        past = [when for when, _, _ in surfaced]
        if tide.lets(score, at, now, past):
            for _, then, earlier in surfaced:
                assert score > earlier * 0.5 ** ((at - then) / tide.usual_seconds) - 1e-12
            tide = tide.after(score, at)
            surfaced.append((now, at, score))
    for first, _, _ in surfaced:
        inside = [w for w, _, _ in surfaced if first <= w < first + timedelta(days=1)]
        assert len(inside) <= max(int(rate), 1)
    if seconds < NIGHT_SECONDS:
        assert len(surfaced) <= max(1, math.ceil(rate * seconds / NIGHT_SECONDS))


@pytest.mark.parametrize(("rate", "seconds"), [(0, 1), (-1, 1), (25, 1), (1, 0), (1, float("inf"))])
def test_what_cannot_be_is_refused(rate: float, seconds: float) -> None:
    with pytest.raises(ParameterError):
        Tide(rate, seconds)


def test_a_tide_is_read_as_it_was_kept() -> None:
    tide = Tide(rate=3, seconds=100.0).after(0.4, 5.0).after(0.3, 60.0)
    assert Tide.of({"rate": 3, "seconds": 100.0}, tide.plain()) == tide
    with pytest.raises(FormatError):
        Tide.of({"rate": 3}, [])
