"""Populations: joined in any order, and how far a tune is from what others have made."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinamen.domains.music.tunes.population import NEAREST, Population, novelty
from clinamen.errors import ParameterError

ROWS = st.lists(
    st.tuples(
        st.sampled_from(["", "Sakura", "Air"]),
        st.sampled_from(["a", "b"]),
        st.tuples(*[st.integers(-3, 3).map(float)] * 2),
    ),
    max_size=6,
)


def same(one: Population, other: Population) -> bool:
    return (one.titles, one.groups) == (other.titles, other.groups) and np.array_equal(
        one.measures, other.measures
    )


@settings(deadline=None)
@given(ROWS, ROWS, ROWS)
def test_populations_are_joined_in_any_order(a: list, b: list, c: list) -> None:
    one, two, three = (Population.of({*rows}, 2) for rows in (a, b, c))
    assert same(one.joined(two), two.joined(one))
    assert same(one.joined(two).joined(three), one.joined(two.joined(three)))
    assert same(one.joined(one), one)
    assert len(one.joined(two)) == len({*a, *b})


def test_a_song_that_was_measured_again_is_one_song() -> None:
    before = Population.of({("Air", "a", (1.0,)), ("Sakura", "a", (2.0,))}, 1)
    again = Population.of({("Air", "a", (3.0,)), ("Air", "a", (4.0,)), ("Air", "b", (5.0,))}, 1)
    whole = before.renewed(again)
    assert whole.measures.ravel().tolist() == [3, 4, 5, 2]  # by title and group
    assert same(whole.renewed(again), whole)


@settings(deadline=None)
@given(st.data())
def test_novelty_is_what_plain_python_says(data: st.DataObject) -> None:
    number = st.floats(-5, 5)
    rows = st.lists(st.tuples(number, number, number), min_size=1, max_size=9)
    mine, others = data.draw(rows), data.draw(rows)
    spans = (2.0, 0.5, 10.0)
    found = novelty(np.array(mine), np.array(others), np.array(spans))
    for row, told in zip(mine, found, strict=True):
        far = sorted(
            (sum(((a - b) / span) ** 2 for a, b, span in zip(row, other, spans, strict=True)) / 3)
            ** 0.5
            for other in others
        )[:NEAREST]
        assert told == pytest.approx(sum(far) / len(far), abs=1e-9)


def test_what_others_have_made_too_is_not_new() -> None:
    tunes = np.arange(12.0).reshape(4, 3)
    assert novelty(tunes, tunes, np.ones(3), nearest=1).tolist() == [0, 0, 0, 0]


def test_many_tunes_are_asked_about_in_parts() -> None:
    tunes = np.random.default_rng(1).normal(size=(700, 2))
    whole = novelty(tunes, tunes[:50], np.ones(2))
    assert whole[600] == novelty(tunes[600:601], tunes[:50], np.ones(2))[0]


def test_nobody_to_compare_with_is_an_error() -> None:
    with pytest.raises(ParameterError, match="no tune to compare with"):
        novelty(np.zeros((1, 2)), np.empty((0, 2)), np.ones(2))


@pytest.mark.parametrize(
    ("titles", "measures", "said"),
    [(("a",), np.zeros((2, 2)), "a title"), (("a",), np.array([[np.nan]]), "no number")],
)
def test_what_is_no_population_is_refused(
    titles: tuple[str, ...], measures: np.ndarray, said: str
) -> None:
    with pytest.raises(ParameterError, match=said):
        Population(titles, titles, measures)
