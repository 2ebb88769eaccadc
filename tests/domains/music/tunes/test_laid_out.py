"""Tunes laid end to end, and apart again."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domains.music.tunes.frames import Ticks, notes

from clinamen.domains.music.tunes import Tune
from clinamen.domains.music.tunes._laid_out import cut, laid_out
from clinamen.errors import ParameterError


@given(st.lists(notes(max_size=6), max_size=5))
@settings(deadline=None)
def test_what_is_laid_out_is_cut_apart_again(several: list[Ticks]) -> None:
    tunes = [Tune.of(ticks) for ticks in several]
    columns, ends = laid_out(tunes)
    assert columns.shape == (3, sum(map(len, tunes)))
    assert cut(columns, ends) == tunes


def test_what_is_cut_apart_cannot_be_changed() -> None:
    (tune,) = cut(np.array([[0], [10], [60]]), np.array([1]))
    with pytest.raises(ValueError, match="read-only"):
        tune.columns[2, 0] = 61


@pytest.mark.parametrize("columns", [[[0, 9], [10, 10], [60, 60]], [[0, 10], [10, 0], [60, 60]]])
def test_notes_of_one_tune_that_overlap_or_do_not_last_are_refused(
    columns: list[list[int]],
) -> None:
    with pytest.raises(ParameterError, match="last, rise and do not overlap"):
        cut(np.array(columns), np.array([0, 2]))


def test_notes_of_two_tunes_may_overlap() -> None:
    assert len(cut(np.array([[5, 0], [10, 10], [60, 60]]), np.array([1, 2]))) == 2
