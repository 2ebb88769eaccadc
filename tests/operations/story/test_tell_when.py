"""Times in words."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from clinamen.operations.story._tell_when import duration_words, parse_offset, when_words
from clinamen.texts import LANGUAGES

SECONDS = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400}


@given(st.floats(0, 1e9))
def test_a_duration_is_told_to_the_nearest_of_its_unit(seconds: float) -> None:
    found = re.fullmatch(r"(\d+) (second|minute|hour|day)s?", duration_words(seconds))
    assert found is not None
    number, unit = int(found[1]), SECONDS[found[2]]
    assert abs(number * unit - seconds) <= unit / 2
    assert number < {"second": 60, "minute": 60, "hour": 48}.get(found[2], 10**9)
    assert (number == 1) == (not found[0].endswith("s"))


def test_durations_of_edges() -> None:
    assert duration_words(59.6) == "1 minute"
    assert duration_words(3_599) == "1 hour"
    assert duration_words(47.6 * 3_600) == "2 days"
    assert duration_words(-90 * 60).said("vi") == "2 giờ"


@given(
    st.datetimes(datetime(1950, 1, 1), datetime(2100, 1, 1)).map(lambda at: at.replace(tzinfo=UTC)),
    st.integers(-14 * 60, 14 * 60),
    st.sampled_from(LANGUAGES),
)
def test_a_time_says_its_difference_from_utc(at: datetime, minutes: int, language: str) -> None:
    sign = "-" if minutes < 0 else "+"
    offset = f"{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
    told = when_words(at, parse_offset(offset)).said(language)
    there = at + timedelta(minutes=minutes)
    shown = "+00:00" if minutes == 0 else offset
    assert f"UTC{shown}" in told
    assert there.strftime("%H:%M") in told
    assert str(there.year) in told
