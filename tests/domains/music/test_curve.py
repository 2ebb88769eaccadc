"""Curves from words, tables and JSON, and the errors of each with their places."""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinamen.domains.music.curve import CURVE_WORDS, MOST_BITS, Curve, parse_curve
from clinamen.domains.music.curve_file import parse_curve_file
from clinamen.domains.music.notes import Melody, Meter, MeterChange
from clinamen.errors import FormatError, ParameterError

EIGHT_BARS = Melody((), end_quarters=Fraction(32))
WITH_PICKUP = Melody(
    (),
    meters=(MeterChange(Fraction(0), Meter(3, 4)),),
    pickup_quarters=Fraction(1),
    end_quarters=Fraction(13),
)

points = st.lists(
    st.tuples(st.fractions(min_value=0, max_value=40, max_denominator=12), st.floats(0, MOST_BITS)),
    min_size=1,
    max_size=6,
).map(lambda found: tuple(sorted(found, key=lambda point: point[0])))


@given(points, st.integers(0, 40), st.integers(1, 20))
@settings(deadline=None)
def test_the_mean_is_that_of_many_places(points, start, length) -> None:
    curve = Curve(points)
    # In the middle of cells that no point divides unevenly: points are at multiples of 1/12 or so.
    cuts = sorted({Fraction(start), Fraction(start + length), *(p for p, _ in points)})
    cuts = [cut for cut in cuts if start <= cut <= start + length]
    area = sum(
        float(b - a) * np.mean([curve.at(a + (b - a) * Fraction(k, 8)) for k in (1, 3, 5, 7)])
        for a, b in pairwise(cuts)
    )
    assert curve.mean(Fraction(start), Fraction(start + length)) == pytest.approx(area / length)


@given(points, st.fractions(min_value=0, max_value=45, max_denominator=24))
@settings(deadline=None)
def test_a_curve_stays_between_its_points(points, place) -> None:
    curve = Curve(points)
    bits = [level for _, level in points]
    assert min(bits) - 1e-9 <= curve.at(place) <= max(bits) + 1e-9


def test_words_divide_the_bars() -> None:
    curve = parse_curve("home, break\n2.5 | calm*2", EIGHT_BARS)
    # Five parts of eight bars begin at bar lines: after 1.6, 3.2, 4.8 and 6.4 bars.
    starts = [0, 8, 12, 20, 24]
    levels = [curve.at(Fraction(start)) for start in starts]
    assert levels == [1.5, 5.5, 2.5, 2.25, 2.25]
    assert curve.at(Fraction(7999, 1000)) == 1.5


def test_more_parts_than_bars_divide_evenly() -> None:
    curve = parse_curve(" ".join("12" * 8), EIGHT_BARS)
    assert [curve.at(Fraction(place)) for place in (0, 1, 2, 3, 30)] == [1, 1, 2, 2, 2]


def test_parts_begin_after_the_pickup() -> None:
    curve = parse_curve("1 3", WITH_PICKUP)
    assert [curve.at(Fraction(place)) for place in (0, 6, 7, 12)] == [1, 1, 3, 3]


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("home rise break home", (1.5, 5.5)),
        ("break fall home home", (5.5, 1.5)),
        ("home rise home home", (1.5, CURVE_WORDS["break"])),
        ("break fall break break", (5.5, CURVE_WORDS["home"])),
        ("home rise rise home", (1.5, 5.5)),
    ],
)
def test_moves_lead_to_the_next_level(text: str, ends: tuple[float, float]) -> None:
    curve = parse_curve(text, EIGHT_BARS)
    assert curve.at(Fraction(8)) == ends[0]
    assert curve.at(Fraction(12)) == pytest.approx(sum(ends) / 2)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        ("home\nhome brek", "line 2, column 6: no level is called 'brek'"),
        ("home 41", "line 1, column 6: a curve has 0 to 40 bits a note, not 41"),
        ("home -2", "line 1, column 6: a part of a curve is"),
        ("home*0", "repeats a part 0 times"),
        ("home*9999 home*9999", "at most 10,000 parts"),
        ("home nan", "a curve has 0 to 40 bits a note, not nan"),
    ],
)
def test_what_is_wrong_in_words_is_told_with_its_place(text: str, words: str) -> None:
    with pytest.raises(FormatError, match=words.replace("*", r"\*")):
        parse_curve(text, EIGHT_BARS)


def test_a_table_of_bars() -> None:
    curve = parse_curve_file("# mine\nbar,bits\n1,1\n3.3,3\n5,break\n", EIGHT_BARS, source="c.csv")
    assert curve.points == ((Fraction(0), 1.0), (Fraction(10), 3.0), (Fraction(16), 5.5))
    assert curve.at(Fraction(5)) == 2.0


def test_a_table_of_quarters_and_one_without_heads() -> None:
    assert parse_curve_file("quarters;bits\n1/2;1\n8.5;2", EIGHT_BARS, source="c").points == (
        (Fraction(1, 2), 1.0),
        (Fraction(17, 2), 2.0),
    )
    assert parse_curve_file("1,1\n2,2", EIGHT_BARS, source="c").points[1] == (Fraction(4), 2.0)


def test_bars_in_a_table_count_from_the_first_full_one() -> None:
    curve = parse_curve_file("1,1\n2,2", WITH_PICKUP, source="c")
    assert [place for place, _ in curve.points] == [1, 4]


def test_words_in_a_file_are_words() -> None:
    text = "home break\nhome"
    assert parse_curve_file(text, EIGHT_BARS, source="c") == parse_curve(text, EIGHT_BARS)


def test_json_levels_and_points() -> None:
    levels = parse_curve_file(json.dumps(["home", 3, "rise", "break"]), EIGHT_BARS, source="c")
    assert levels == parse_curve("home 3 rise break", EIGHT_BARS)
    given = {"curve": [{"bar": "2.3", "bits": 1}, {"quarters": 7, "bits": "shock"}]}
    points = parse_curve_file(json.dumps(given), EIGHT_BARS, source="c").points
    assert points == ((Fraction(6), 1.0), (Fraction(7), 8.0))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("bar,bits\n1,1\n9,2", "c, line 3, column 1: there is no bar 9"),
        ("bar,bits\n1.5,1", "c, line 2, column 1: bar 1 has no beat 5"),
        ("bar,bits\n1,1\n2,loud", "c, line 3, column 3: no level is called 'loud'"),
        ("bar,bits\n3,1\n2,1", "c, line 3: places of a curve must not go back"),
        ("beat,bits\n1,1", "c, line 1: the first line"),
        ("quarters,bits\n-1,1", "c, line 2, column 1: a place is a number of quarters"),
        ("[1,", "c, line 1, column"),
        ("[]", "a list of levels"),
        ("[true]", "c, level 1: a level is"),
        ('[{"bar": 1}]', "c, point 1: a point is"),
        ('{"x": 1}', "a list of levels"),
        ("[" * 100_000, "c"),
    ],
)
def test_what_is_wrong_in_a_file_is_told_with_its_place(text: str, words: str) -> None:
    with pytest.raises(FormatError, match=words):
        parse_curve_file(text, EIGHT_BARS, source="c")


@pytest.mark.parametrize(
    "points",
    [(), ((Fraction(1), 1.0), (Fraction(0), 1.0)), ((Fraction(0), -1.0),), ((Fraction(0), 41.0),)],
)
def test_a_curve_is_in_order_and_within_bounds(points) -> None:
    with pytest.raises(ParameterError):
        Curve(points)
