"""The pleasure surface: by hand, against plain Python, and where it must stay silent."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.operations.fakes import a_song, hear_fake

from clinamen.engine.expectation import Expectation
from clinamen.errors import ParameterError
from clinamen.operations.pleasure import (
    CHEUNG_2019,
    LEAST_EVENTS,
    PleasureSurface,
    Standard,
    pleasure_conclusion,
    pleasure_reading,
    pleasure_record,
    pleasure_sentence,
)

LONG = (60, 62, 64, 65, 67, 65, 64, 62) * 4 + (71, 60, 62, 64)


def heard(*pitches: int, **options: str) -> Expectation:
    return hear_fake(a_song(pitches or LONG), **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("uncertainty", "surprise", "by_hand"),
    [
        (0.0, 0.0, 0.0),
        (1.0, 0.0, -0.143),
        (0.0, 1.0, -0.327),
        (1.0, 1.0, -0.143 - 0.327 - 0.124),
        (-3.0, 3.0, 3 * 0.143 - 3 * 0.327 + 9 * 0.124),
        (3.0, -3.0, -3 * 0.143 + 3 * 0.327 + 9 * 0.124),
    ],
)
def test_the_surface_by_hand(uncertainty: float, surprise: float, by_hand: float) -> None:
    assert CHEUNG_2019.value(uncertainty, surprise) == pytest.approx(by_hand)


def test_the_surface_is_the_saddle_that_was_published() -> None:
    value = CHEUNG_2019.value
    assert value(-3, 3) > value(-3, -3)  # sure: the surprise pleases more
    assert value(3, -3) > value(3, 3)  # unsure: the expected does
    # Their text: at mean uncertainty surprise weighs 30 % more than dissonance (-.251), at 1.5
    # deviations above it twice as much. That fixes the signs of both coefficients.
    assert CHEUNG_2019.slope(0) / -0.251 == pytest.approx(1.3, abs=0.01)
    assert CHEUNG_2019.slope(1.5) / -0.251 == pytest.approx(2.0, abs=0.05)
    assert CHEUNG_2019.turning_point == pytest.approx(-2.637, abs=0.001)
    assert CHEUNG_2019.slope(CHEUNG_2019.turning_point) == pytest.approx(0)


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(60, 67), min_size=LEAST_EVENTS + 1, max_size=40))
def test_a_reading_is_what_plain_python_says(pitches: list[int]) -> None:
    expectation = heard(*pitches)
    reading = pleasure_reading(expectation)
    if reading.cannot_tell:
        return
    entropy = expectation.entropy.tolist()
    bits = expectation.information_content.tolist()
    scales = []
    for values in (entropy[1:], bits[1:]):
        mean = sum(values) / len(values)
        scales.append((mean, math.sqrt(sum((v - mean) ** 2 for v in values) / len(values))))
    assert math.isnan(reading.value[0])
    most = max(bits[1:])
    for event, choice in zip(range(1, len(bits)), reading.choices, strict=True):
        u = (entropy[event] - scales[0][0]) / scales[0][1]

        def value(b: float, u: float = u) -> float:
            s = (b - scales[1][0]) / scales[1][1]
            return -0.143 * u - 0.327 * s - 0.124 * u * s

        assert reading.value[event] == pytest.approx(value(bits[event]), abs=1e-9)
        possible = [-math.log2(p) for p in expectation.distribution[event] if p > 0]
        best = max(value(b) for b in possible if b <= most + 1e-9)
        assert choice.gain == pytest.approx(best - value(bits[event]), abs=1e-6)
        assert value(choice.information_content) == pytest.approx(best, abs=1e-6)


def test_within_the_song_both_are_standardised() -> None:
    reading = pleasure_reading(heard())
    for values in (reading.uncertainty[1:], reading.surprise[1:]):
        assert values.mean() == pytest.approx(0, abs=1e-9)
        assert values.std() == pytest.approx(1)
    assert not reading.is_standard_given


def test_a_given_standard_holds_for_the_shortest_song() -> None:
    expectation = heard(60, 62)
    standard = Standard(2.0, 0.5, 3.0, 1.5)
    reading = pleasure_reading(expectation, standard=standard)
    assert reading.is_standard_given
    u, s = (expectation.entropy[1] - 2) / 0.5, (expectation.information_content[1] - 3) / 1.5
    assert reading.value[1] == pytest.approx(CHEUNG_2019.value(u, s))
    assert pleasure_record(reading)["standard"]["from"] == "given"
    # Twice the deviation moves the threshold twice as far from the mean.
    assert reading.threshold_bits == pytest.approx(2 - 0.5 * 2.6371, abs=1e-3)


@pytest.mark.parametrize("wrong", [(0, 0, 0, 1), (0, 1, 0, -1), (math.nan, 1, 0, 1)])
def test_a_standard_needs_deviations(wrong: tuple[float, float, float, float]) -> None:
    with pytest.raises(ParameterError, match="standard deviations more than 0"):
        Standard(*wrong)


def test_where_one_is_sure_a_break_is_named_and_the_unlikely_reads_highest() -> None:
    expectation = heard()
    entropy = expectation.entropy.copy()
    entropy[1:] = 3 + 0.1 * np.resize([-1.0, 1.0], len(entropy) - 1)
    entropy[20] = 0.5
    reading = pleasure_reading(replace(expectation, entropy=entropy))
    assert reading.breaks == [20]
    choice = next(each for each in reading.choices if each.event == 20)
    bits = -np.log2(expectation.distribution[20])
    within = bits[bits <= expectation.information_content[1:].max()]
    assert choice.information_content == pytest.approx(within.max())
    assert "one moment here" in pleasure_sentence(reading)
    assert "would please more at one note of this song" in pleasure_conclusion(reading)


def test_without_a_sure_moment_none_is_named() -> None:
    reading = pleasure_reading(heard())
    assert reading.breaks == []
    assert "nowhere in this song" in pleasure_sentence(reading)
    assert "the expected note pleases more everywhere" in pleasure_conclusion(reading)
    assert reading.by_slope()[0] == int(np.argmin(reading.uncertainty[1:])) + 1
    gains = [choice.gain for choice in reading.by_gain()]
    assert gains == sorted(gains, reverse=True)
    assert min(gains) > 0


def test_a_note_that_is_a_break_already_is_no_place_for_one() -> None:
    expectation = heard()
    first = pleasure_reading(expectation).unbroken()[0]
    content = expectation.information_content.copy()
    content[first] = 20.0
    reading = pleasure_reading(replace(expectation, information_content=content))
    assert reading.by_slope()[0] == first
    assert first not in reading.unbroken()
    assert len(reading.unbroken()) >= 0.9 * len(reading.events) - 1


@pytest.mark.parametrize("pitches", [(60,), (60, 62, 64), (60,) * 40])
def test_what_cannot_be_told_is_said(pitches: tuple[int, ...]) -> None:
    reading = pleasure_reading(heard(*pitches))
    assert reading.standard is None
    assert reading.choices == ()
    assert reading.by_slope() == reading.unbroken() == []
    assert pleasure_conclusion(reading) == ""
    assert reading.threshold_bits is None
    assert pleasure_sentence(reading).startswith("Nothing can be told: ")
    assert pleasure_record(reading)["notes"] == []


def test_equal_notes_and_equal_moments_are_told_apart() -> None:
    expectation = heard()
    flat = np.full(len(expectation), 2.0)
    surprise = pleasure_reading(replace(expectation, information_content=flat))
    moments = pleasure_reading(replace(expectation, entropy=flat))
    assert "every note of the song is as surprising" in surprise.cannot_tell
    assert "every moment of the song is as open" in moments.cannot_tell


def test_impossible_notes_and_choices_are_left_out() -> None:
    expectation = heard()
    bits, rows = expectation.information_content.copy(), expectation.distribution.copy()
    bits[5] = np.inf
    rows[7, 0] = 0.0
    reading = pleasure_reading(replace(expectation, information_content=bits, distribution=rows))
    assert math.isnan(reading.value[5])
    assert 5 not in reading.events
    assert all(math.isfinite(each.information_content) for each in reading.choices)


def test_a_joint_expectation_is_read_without_choices() -> None:
    reading = pleasure_reading(heard(target="joint"))
    assert reading.choices == ()
    assert np.isfinite(reading.value[1:]).all()
    assert pleasure_record(reading)["notes"][0]["best"] is None


def test_another_surface_may_be_given() -> None:
    plain = PleasureSurface(0.0, 1.0, 1.0)
    reading = pleasure_reading(heard(), surface=plain)
    expected = reading.surprise[1:] * (1 + reading.uncertainty[1:])
    assert reading.value[1:] == pytest.approx(expected)
