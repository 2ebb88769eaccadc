"""Places in a melody as people name them: bar and beat."""

from __future__ import annotations

import re
from bisect import bisect_right
from fractions import Fraction

from clinamen.domains.music.notes import Melody, Meter
from clinamen.errors import MissingError, ParameterError

__all__ = [
    "Place",
    "bar_and_beat",
    "beat_span",
    "onset_of",
    "parse_place",
    "place_at",
    "place_name",
]

_PLACE = re.compile(r"(\d{1,6})\.(\d{1,4}(?:\.\d{1,6})?)", re.ASCII)

_FINEST = 48
"""Parts of a beat that a place can be told by."""

Place = tuple[int, Fraction]
"""Bar (1 is the first full one, 0 the pickup) and felt beat, from 1."""


def parse_place(text: str) -> Place:
    """Bar and beat of a text such as ``12.3``; ``12.2.5`` is beat 2.5 of bar 12.

    Raises
    ------
    ParameterError
        If the text is no such thing.

    Examples
    --------
    >>> parse_place("12.2.5")
    (12, Fraction(5, 2))
    """
    match = _PLACE.fullmatch(text.strip())
    if match is None:
        raise ParameterError(f"a place is a bar and a beat, as 12.3 or 12.2.5, not {text!r}")
    bar, beat = int(match[1]), Fraction(match[2]).limit_denominator(_FINEST)
    if beat < 1:
        raise ParameterError(f"beats count from 1; there is no beat {float(beat):g}")
    return bar, beat


def place_name(place: Place) -> str:
    """A place as `parse_place` understands it: ``12.3``, ``12.2.5``.

    Beats have two decimals at most, as in tables, or as many more as tell this place from its
    neighbours.

    Examples
    --------
    >>> place_name((12, Fraction(3))), place_name((12, Fraction(5, 2)))
    ('12.3', '12.2.5')
    >>> place_name((1, Fraction(4, 3))), place_name((1, Fraction(17, 16)))
    ('1.1.33', '1.1.062')
    """
    bar, beat = place
    names = [f"{float(beat):.{digits}f}".rstrip("0").rstrip(".") for digits in (2, 3, 4)]
    exact = (name for name in names if Fraction(name).limit_denominator(_FINEST) == beat)
    return f"{bar}.{next(exact, names[0])}"


def place_at(melody: Melody, onset: Fraction) -> str:
    """Name of the place of a time in quarters (see `place_name`)."""
    return place_name(bar_and_beat(melody, onset))


def onset_of(melody: Melody, place: Place) -> Fraction:
    """When a place begins, in quarters.

    Raises
    ------
    MissingError
        If the song has no such bar, or the bar no such beat.
    """
    bar, beat = place
    first = 0 if melody.pickup_quarters else 1
    last = first + len(melody.bar_onsets) - 1
    if not first <= bar <= last:
        raise MissingError(f"there is no bar {bar}; the song has bars {first} to {last}")
    index = bar - first
    start, end = _bar_span(melody, index)
    meter = melody.meter_at(start)
    onset = start + (beat - 1) * meter.beat_quarters - _missing(melody, index, meter)
    if not start <= onset < end:
        n_beats = (end - start + _missing(melody, index, meter)) / meter.beat_quarters
        first_beat = 1 + _missing(melody, index, meter) / meter.beat_quarters
        raise MissingError(
            f"there is no beat {float(beat):g} in bar {bar}; it has beats "
            f"{float(first_beat):g} to {float(-(-n_beats // 1)):g}"
        )
    return onset


def bar_and_beat(melody: Melody, onset: Fraction) -> Place:
    """The place of a time in quarters."""
    index = max(bisect_right(melody.bar_onsets, onset) - 1, 0)
    start = melody.bar_onsets[index]
    meter = melody.meter_at(start)
    within = onset - start + _missing(melody, index, meter)
    return index + (0 if melody.pickup_quarters else 1), 1 + within / meter.beat_quarters


def beat_span(melody: Melody, onset: Fraction) -> tuple[Fraction, Fraction]:
    """Where the felt beat that a time falls in begins and ends, in quarters."""
    index = max(bisect_right(melody.bar_onsets, onset) - 1, 0)
    start, end = _bar_span(melody, index)
    meter = melody.meter_at(start)
    missing = _missing(melody, index, meter)
    number = (onset - start + missing) // meter.beat_quarters
    begins = start - missing + number * meter.beat_quarters
    return max(begins, start), min(begins + meter.beat_quarters, end)


def _bar_span(melody: Melody, index: int) -> tuple[Fraction, Fraction]:
    """Where a bar begins and ends; the last one is full."""
    start = melody.bar_onsets[index]
    if index + 1 < len(melody.bar_onsets):
        return start, melody.bar_onsets[index + 1]
    meter = melody.meter_at(start)
    return start, max(melody.end_quarters, start + meter.bar_quarters)


def _missing(melody: Melody, index: int, meter: Meter) -> Fraction:
    """What a pickup lacks of a full bar."""
    if index or not melody.pickup_quarters:
        return Fraction(0)
    return meter.bar_quarters - melody.pickup_quarters
