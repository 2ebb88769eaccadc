"""Melodies as lines of names and lengths."""

from __future__ import annotations

import re
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from clinamen.domains.music.curve import bar_lines
from clinamen.domains.music.notes import Melody, Meter, MeterChange, Note
from clinamen.operations._compose_music import music_of_bars

_LENGTHS = {"1/1": 4.0, "1/2.": 3.0, "1/2": 2.0, "1/4.": 1.5, "1/4": 1.0, "1/8.": 0.75,
            "1/8": 0.5, "1/16": 0.25}  # fmt: skip

_WALTZ = Meter(3, 4)


def melody_of(
    rows: list[tuple[int, int, int]],
    meter: Meter = _WALTZ,
    pickup: int = 0,
) -> Melody:
    """Notes as quarters of a quarter: rest before it, length, pitch."""
    notes, onset = [], Fraction(0)
    for rest, length, pitch in rows:
        onset += Fraction(rest, 4)
        notes.append(Note(onset, Fraction(length, 4), pitch))
        onset += Fraction(length, 4)
    bars = -(-(onset - pickup) // meter.bar_quarters)
    end = pickup + max(bars, 1) * meter.bar_quarters
    meters = (MeterChange(Fraction(0), meter),)
    return Melody(tuple(notes), meters=meters, pickup_quarters=Fraction(pickup), end_quarters=end)


def quarters(bar: str) -> float:
    """What the lengths of a bar add up to."""
    total, last = 0.0, 0.0
    for word in bar.split():
        length = re.search(r"\((.*)\)", word)
        if length:
            last = sum(_LENGTHS[each] for each in length[1].split("+"))
        total += last
    return total


@given(
    st.lists(
        st.tuples(st.sampled_from((0, 0, 2, 5)), st.integers(1, 14), st.integers(55, 80)),
        min_size=1,
        max_size=9,
    ),
    st.sampled_from((Meter(4, 4), Meter(3, 4), Meter(6, 8))),
    st.sampled_from((0, 1)),
)
@settings(deadline=None)
def test_lengths_add_up_to_bars_and_names_are_those_of_notes(
    rows: list[tuple[int, int, int]], meter: Meter, pickup: int
) -> None:
    melody = melody_of(rows, meter, pickup)
    bars = music_of_bars(melody)
    assert len(bars) == len(bar_lines(melody)) - 1
    before, _, bars[0] = bars[0].rpartition(" | ")
    assert quarters(before) == pickup
    assert all(quarters(bar) == float(meter.bar_quarters) for bar in bars)
    words = [word for word in " ".join([before, *bars]).split() if not word.startswith("~")]
    assert len([word for word in words if "rest" not in word]) == len(rows)


def test_a_line_as_it_is_read() -> None:
    rows = [(0, 2, 60), (0, 2, 62), (0, 6, 64), (2, 4, 65), (0, 2, 67)]
    assert music_of_bars(melody_of(rows)) == [
        "C4(1/8) D4 E4(1/4.) rest(1/8)",
        "F4(1/4) G4(1/8) rest(1/4.)",
    ]
    assert music_of_bars(melody_of([(0, 4, 60), (0, 10, 62), (0, 10, 64)], pickup=1)) == [
        "C4(1/4) | D4(1/2+1/8) E4~(1/8)",
        "~E4(1/2) rest(1/4)",
    ]
