"""Values of written music: what they refuse, and where bars fall."""

from __future__ import annotations

from fractions import Fraction as F

import pytest

from clinamen.domains.music.notes import (
    MAX_BARS,
    Key,
    KeyChange,
    Melody,
    Meter,
    MeterChange,
    Note,
    regular_bar_onsets,
)
from clinamen.errors import ParameterError

THREE_FOUR = (MeterChange(F(0), Meter(3, 4)),)


def test_bars_after_a_pickup_and_a_change_inside_a_bar() -> None:
    meters = (*THREE_FOUR, MeterChange(F(6), Meter(2, 4)))
    assert regular_bar_onsets(meters, F(1), F(11)) == (0, 1, 4, 6, 8, 10)


def test_bars_end_with_the_piece() -> None:
    assert regular_bar_onsets(THREE_FOUR, F(0), F(6)) == (0, 3)
    assert regular_bar_onsets(THREE_FOUR, F(0), F(13, 2)) == (0, 3, 6)


def test_an_end_that_is_far_off_is_refused_at_once() -> None:
    with pytest.raises(ParameterError, match="at most 1,000,000 bars"):
        Melody((), meters=THREE_FOUR, end_quarters=F(3 * MAX_BARS + 1))


@pytest.mark.parametrize(
    ("key", "tonic", "name"),
    [
        (Key(0, "major"), 0, "C"),
        (Key(0, "minor"), 9, "A"),
        (Key(0, "dorian"), 2, "D"),
        (Key(-1, "mixolydian"), 0, "C"),
        (Key(7, "major"), 1, "C#"),
        (Key(-7, "minor"), 8, "Ab"),
        (Key(1, "lydian"), 0, "C"),
        (Key(5, "locrian"), 10, "A#"),
    ],
)
def test_tonics(key: Key, tonic: int, name: str) -> None:
    assert (key.tonic_pitch_class, key.tonic_name) == (tonic, name)


@pytest.mark.parametrize(
    ("meter", "bar", "beat"),
    [
        (Meter(4, 4), 4, 1),
        (Meter(6, 8), 3, F(3, 2)),
        (Meter(3, 8), F(3, 2), F(1, 2)),
        (Meter(2, 2), 4, 2),
        (Meter(9, 4), 9, 1),
        (Meter(12, 8), 6, F(3, 2)),
    ],
)
def test_bars_and_felt_beats(meter: Meter, bar: F, beat: F) -> None:
    assert (meter.bar_quarters, meter.beat_quarters) == (bar, beat)


def test_key_and_metre_in_force() -> None:
    melody = Melody(
        (Note(F(0), F(1), 60),),
        keys=(KeyChange(F(0), Key(0)), KeyChange(F(4), Key(1))),
        meters=(*THREE_FOUR, MeterChange(F(3), Meter(4, 4))),
        end_quarters=F(8),
    )
    assert [melody.key_at(F(at)) for at in (0, 3, 4, 9)] == [Key(0), Key(0), Key(1), Key(1)]
    assert [str(melody.meter_at(F(at))) for at in (0, 2, 3)] == ["3/4", "3/4", "4/4"]
    assert Melody(()).key_at(F(0)) is None


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Note(F(0), F(1), 128), "0 to 127"),
        (lambda: Note(F(0), F(0), 60), "longer than 0"),
        (lambda: Note(F(-1), F(1), 60), "before 0"),
        (lambda: Note(F(0), F(2), 60, tied=(F(1),)), "do not sum"),
        (lambda: Key(8), "-7 to 7"),
        (lambda: Key(0, "blue"), "unknown mode"),
        (lambda: Meter(4, 3), "not a time signature"),
        (lambda: Meter(0, 4), "not a time signature"),
        (lambda: Melody((Note(F(0), F(2), 60), Note(F(1), F(1), 62))), "note 2 starts at 1"),
        (lambda: Melody((), meters=THREE_FOUR, pickup_quarters=F(3)), "shorter than the bar"),
        (lambda: Melody((), keys=(KeyChange(F(1), Key(0)),)), "from onset 0"),
        (lambda: Melody((Note(F(0), F(1), 60),), phrase_starts=(1,)), "rise from 0"),
        (lambda: Melody((Note(F(0), F(1), 60),), phrase_starts=(0, 1)), "lie beyond the notes"),
        (
            lambda: Melody((Note(F(0), F(1), 60),), phrase_starts=(0,)).replace(notes=()),
            "phrase starts lie beyond the notes: one is at note 0",
        ),
    ],
)
def test_what_cannot_be_written_is_refused(make, message) -> None:
    with pytest.raises(ParameterError, match=message):
        make()
