"""The measure of a break, case by case."""

from __future__ import annotations

import numpy as np
import pytest

from clinamen.domains.music.breaks import measure_break
from clinamen.errors import ParameterError

BITS = np.array([4.0, 1.0, 2.0, 3.0, 1.0, 1.5, 7.0, 3.0, 2.0, 1.0, 5.0, 1.0])
ONSETS = [float(place) for place in range(len(BITS))]
STARTS = (0, 4, 10)


def test_contrast_is_against_the_median_of_the_phrase_before() -> None:
    found = measure_break(BITS, ONSETS, STARTS, 6, (6, 7))
    assert (found.bits, found.median, found.contrast) == (7.0, 2.5, 4.5)


def test_in_the_first_phrase_it_is_against_what_came_before() -> None:
    assert measure_break(BITS, ONSETS, (), 3, (3, 4)).median == 2.0


def test_the_peak_of_the_phrase_falls_in_the_beat_or_does_not() -> None:
    assert measure_break(BITS, ONSETS, STARTS, 6, (6, 7)).is_peak
    assert not measure_break(BITS, ONSETS, STARTS, 8, (8, 9)).is_peak
    # The note is not the largest, but the largest is in the same beat.
    assert measure_break(BITS, ONSETS, STARTS, 7, (6, 8)).is_peak
    # A note that is as large as the largest is a peak, wherever that one is.
    assert measure_break(np.append(BITS, 5.0), [*ONSETS, 12.0], STARTS, 12, (12, 13)).is_peak


def test_home_is_within_a_bit_of_the_rest_of_the_phrase() -> None:
    # Without the break the phrase's median is 1.5.
    assert measure_break(BITS, ONSETS, STARTS, 6, (6, 7)).home_after == 2
    late = np.concatenate([BITS[:7], [9.0] * 4, [1.0] * 9])
    onsets = [float(place) for place in range(len(late))]
    assert measure_break(late, onsets, (0, 4), 6, (6, 7)).home_after is None
    assert measure_break(late[1:], onsets, (0, 3), 6, (6, 7)).home_after == 4


def test_there_is_no_way_home_after_the_last_note() -> None:
    assert measure_break(BITS, ONSETS, STARTS, 11, (11, 12)).home_after is None


@pytest.mark.parametrize("note", [-1, 0, 12])
def test_a_break_needs_a_note_that_something_came_before(note: int) -> None:
    with pytest.raises(ParameterError, match="from 1 to 11"):
        measure_break(BITS, ONSETS, STARTS, note, (0, 1))
