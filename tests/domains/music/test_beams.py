"""Beams: eighths and shorter of one beat, and nothing else, stand under one."""

from __future__ import annotations

from fractions import Fraction
from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinamen.domains.music.beams import Sign, beam_groups, group_end, n_flags, offsets_in_meter
from clinamen.domains.music.notes import Melody, Meter, MeterChange, Note

METERS = [
    Meter(4, 4), Meter(3, 4), Meter(2, 4), Meter(2, 2), Meter(3, 2), Meter(5, 4), Meter(6, 4),
    Meter(6, 8), Meter(9, 8), Meter(12, 8), Meter(3, 8), Meter(5, 8), Meter(7, 8), Meter(8, 8),
    Meter(4, 8), Meter(11, 8), Meter(1, 8), Meter(7, 16), Meter(6, 16), Meter(1, 1),
]  # fmt: skip
# By hand, in quarters.
GROUPS = {
    "4/4": "1 1 1 1", "3/4": "1 1 1", "2/4": "1 1", "2/2": "1 1 1 1", "3/2": "1 1 1 1 1 1",
    "5/4": "1 1 1 1 1", "6/4": "1 1 1 1 1 1", "6/8": "3/2 3/2", "9/8": "3/2 3/2 3/2",
    "12/8": "3/2 3/2 3/2 3/2", "3/8": "3/2", "5/8": "3/2 1", "7/8": "1 1 3/2", "8/8": "3/2 3/2 1",
    "4/8": "1 1", "11/8": "1 1 1 1 3/2", "1/8": "1/2", "7/16": "1/2 1/2 3/4", "6/16": "3/4 3/4",
    "1/1": "1 1 1 1",
}  # fmt: skip
LENGTHS = [Fraction(length) for length in ("2", "3/2", "1", "3/4", "1/2", "3/8", "1/4", "1/8")]


def ends_of(meter: Meter) -> list[Fraction]:
    return list(accumulate(Fraction(each) for each in GROUPS[str(meter)].split()))


@st.composite
def bars(draw: st.DrawFn) -> tuple[Meter, list[Sign]]:
    """A bar filled with notes and rests; the last one may be cut short."""
    meter = draw(st.sampled_from(METERS))
    signs: list[Sign] = []
    now = Fraction(0)
    while now < meter.bar_quarters:
        length = min(draw(st.sampled_from(LENGTHS)), meter.bar_quarters - now)
        is_rest = draw(st.integers(0, 5)) == 0
        signs.append(Sign(now, length, 0 if is_rest else n_flags(length)))
        now += length
    return meter, signs


@pytest.mark.parametrize("meter", METERS, ids=str)
def test_groups_by_hand(meter: Meter) -> None:
    ends = ends_of(meter)
    assert ends[-1] == meter.bar_quarters
    step = Fraction(1, 16)
    for place in range(int(meter.bar_quarters / step)):
        time = place * step
        end = next(each for each in ends if each > time)
        assert group_end(time, meter) == end
        # A bar that is too long goes on in the same way.
        assert group_end(time + meter.bar_quarters, meter) == end + meter.bar_quarters


@given(bars())
def test_a_beam_stays_in_its_group_or_is_four_eighths(bar: tuple[Meter, list[Sign]]) -> None:
    meter, signs = bar
    ends = ends_of(meter)
    for group in beam_groups(signs, meter):
        under = [signs[place] for place in group]
        first, last = (
            next(place for place, end in enumerate(ends) if end > sign.onset_quarters)
            for sign in (under[0], under[-1])
        )
        if first != last:
            assert [sign.duration_quarters for sign in under] == [Fraction(1, 2)] * 4
            assert under[0].onset_quarters % 2 == 0
            assert str(meter) in ("2/4", "4/4", "2/2", "3/2")


@given(bars())
def test_beams_are_of_two_or_more_notes_with_flags_side_by_side(
    bar: tuple[Meter, list[Sign]],
) -> None:
    meter, signs = bar
    groups = beam_groups(signs, meter)
    assert all(len(group) > 1 for group in groups)
    assert all(signs[place].n_flags for group in groups for place in group)
    places = [place for group in groups for place in group]
    assert places == sorted(set(places))


@given(bars())
def test_no_two_neighbours_of_a_beat_are_left_with_flags(bar: tuple[Meter, list[Sign]]) -> None:
    meter, signs = bar
    joined = {(place, place + 1) for group in beam_groups(signs, meter) for place in group[:-1]}
    for place, (sign, after) in enumerate(pairwise(signs)):
        is_one_beat = group_end(sign.onset_quarters, meter) > after.onset_quarters
        if sign.n_flags and after.n_flags and is_one_beat:
            assert (place, place + 1) in joined


def signs_of(lengths: str, start: Fraction = Fraction(0)) -> list[Sign]:
    """``"1/2 r1/2"``: an eighth, an eighth's rest."""
    signs = []
    for word in lengths.split():
        length = Fraction(word.removeprefix("r"))
        flags = 0 if word.startswith("r") else n_flags(length)
        signs.append(Sign(start, length, flags))
        start += length
    return signs


@pytest.mark.parametrize(
    ("meter", "lengths", "groups"),
    [
        (Meter(4, 4), "1/2 1/2 1/2 1/2 1/2 1/2 1/2 1/2", "0123 4567"),
        (Meter(4, 4), "1 1/2 1/2 1/2 1/2 1", "12 34"),
        (Meter(4, 4), "1/2 1/2 1/2 1/4 1/4 1/2 1/2 1/2 1/2", "01 234 5678"),
        (Meter(4, 4), "1/2 1/2 1/2 r1/2 r1/2 1/2 1/2 1/2", "01 67"),
        (Meter(4, 4), "1/2 1 1/2 3/4 1/4 3/2 1/2", "34"),
        (Meter(4, 4), "3/4 1/4 3/4 1/4 1/2 1/2 1", "01 23 45"),
        (Meter(3, 4), "1/2 1/2 1/2 1/2 1/2 1/2", "01 23 45"),
        (Meter(2, 4), "1/4 1/4 1/4 1/4 1/2 1/2", "0123 45"),
        (Meter(6, 8), "1/2 1/2 1/2 1 1/2", "012"),
        (Meter(6, 8), "1/4 1/4 1/4 1/4 1/4 1/4 3/4 1/4 1/2", "012345 678"),
        (Meter(5, 8), "1/2 1/2 1/2 1/2 1/2", "012 34"),
        (Meter(7, 8), "1/2 1/2 1/2 1/2 1/2 1/2 1/2", "01 23 456"),
    ],
)
def test_beams_by_hand(meter: Meter, lengths: str, groups: str) -> None:
    found = beam_groups(signs_of(lengths), meter)
    assert ["".join(map(str, group)) for group in found] == groups.split()


def test_a_tuplet_longer_than_a_beat_is_not_cut() -> None:
    # Five eighths in the time of four, then two eighths.
    length = Fraction(2, 5)
    five = [Sign(place * length, length, 1, is_within_tuplet=place > 0) for place in range(5)]
    pair = [Sign(Fraction(2), Fraction(1, 2), 1), Sign(Fraction(5, 2), Fraction(1, 2), 1)]
    assert beam_groups([*five, *pair], Meter(4, 4)) == (range(5), range(5, 7))


def test_a_pickup_is_the_end_of_a_bar_and_a_short_bar_is_made_up_for() -> None:
    bars = tuple(Fraction(each) for each in ("0", "3/2", "11/2", "8", "19/2"))
    melody = Melody(
        notes=(Note(Fraction(0), Fraction(27, 2), 60),),
        meters=(MeterChange(Fraction(0), Meter(4, 4)),),
        bar_onsets=bars,
        pickup_quarters=Fraction(3, 2),
    )
    assert offsets_in_meter(melody) == tuple(map(Fraction, ("5/2", "0", "0", "5/2", "0")))
