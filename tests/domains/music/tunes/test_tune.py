"""Tunes: values that are equal when their notes are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinamen.domains.music.tunes import Tune
from clinamen.errors import ParameterError

GAPS = st.lists(
    st.tuples(st.integers(0, 20_000), st.integers(1, 20_000), st.integers(0, 127)), max_size=12
)


def tune_of(gaps: list[tuple[int, int, int]]) -> Tune:
    notes, end = [], 0
    for rest, duration, pitch in gaps:
        notes.append((end + rest, duration, pitch))
        end += rest + duration
    return Tune.of(notes)


@given(GAPS, GAPS)
@settings(deadline=None)
def test_tunes_are_equal_just_when_their_notes_are(
    one: list[tuple[int, int, int]], other: list[tuple[int, int, int]]
) -> None:
    first, second = tune_of(one), tune_of(other)
    assert (first == second) == (first.notes == second.notes)
    assert Tune.of(first.notes) == first
    assert hash(Tune.of(first.notes)) == hash(first)
    assert len(first) == len(one)


def test_a_tune_cannot_be_changed() -> None:
    tune = Tune.of([(0, 10, 60)])
    with pytest.raises(ValueError, match="read-only"):
        tune.columns[2, 0] = 61


@pytest.mark.parametrize(
    "notes", [[(0, 10, 60), (9, 10, 60)], [(10, 5, 60), (0, 5, 60)], [(0, 0, 60)]]
)
def test_notes_that_overlap_fall_or_do_not_last_are_refused(
    notes: list[tuple[int, int, int]],
) -> None:
    with pytest.raises(ParameterError, match="last, rise and do not overlap"):
        Tune.of(notes)


def test_another_shape_is_refused() -> None:
    with pytest.raises(ParameterError, match="three rows"):
        Tune(np.zeros((2, 4), dtype=np.int64))
