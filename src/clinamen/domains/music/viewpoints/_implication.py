"""Viewpoints of implication and realisation: what an interval makes one expect.

The last interval is the implicative one, the one to this note the realised one.

Source: Narmour 1990, *The analysis and cognition of basic melodic structures*, as coded
in numbers by Krumhansl 1995, *Music psychology and music theory: problems and prospects*,
and Schellenberg 1996, *Expectancy in melody: tests of the implication-realization
model*. A small interval has at most 5 semitones, a large one at least 7; a tritone
implies nothing. Departure: registral return is graded 0 to 3 instead of in fractions.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from clinamen.domains.music.events import IntArray, Moment
from clinamen.domains.music.viewpoints._contract import (
    BoolArray,
    defined_where,
    has_previous,
    make_viewpoint,
    previous_pitch,
)

__all__ = ["IMPLICATION_VIEWPOINTS"]

_TRITONE = 6


class _Pair(NamedTuple):
    """Sizes of the implicative and the realised interval, and whether it turns."""

    implied: IntArray
    realised: IntArray
    turns: BoolArray
    margin: IntArray
    is_defined: BoolArray


def _pair(moment: Moment) -> _Pair:
    events = moment.events
    first = previous_pitch(events) - previous_pitch(events, 2)
    second = moment.pitch - previous_pitch(events)
    turns = np.sign(first) != np.sign(second)
    # A change of direction makes intervals seem less alike: 2 semitones of slack, not 3.
    margin = np.where(turns, 2, 3)
    return _Pair(np.abs(first), np.abs(second), turns, margin, has_previous(events, 2))


def registral_direction(moment: Moment) -> IntArray:
    pair = _pair(moment)
    met = np.where(pair.implied > _TRITONE, pair.turns, ~pair.turns).astype(np.int64)
    return defined_where(pair.is_defined & (pair.implied != _TRITONE), met)


def intervallic_difference(moment: Moment) -> IntArray:
    pair = _pair(moment)
    similar = np.abs(pair.realised - pair.implied) <= pair.margin
    smaller = pair.implied - pair.realised > pair.margin
    met = np.where(pair.implied > _TRITONE, smaller, similar).astype(np.int64)
    return defined_where(pair.is_defined & (pair.implied != _TRITONE), met)


def registral_return(moment: Moment) -> IntArray:
    pair = _pair(moment)
    distance = np.abs(moment.pitch - previous_pitch(moment.events, 2))
    goes_back = pair.turns & (pair.implied > 0) & (pair.realised > 0)
    return defined_where(pair.is_defined, np.where(goes_back, np.maximum(0, 3 - distance), 0))


def proximity(moment: Moment) -> IntArray:
    events = moment.events
    size = np.abs(moment.pitch - previous_pitch(events))
    return defined_where(has_previous(events), np.maximum(0, _TRITONE - size))


def closure(moment: Moment) -> IntArray:
    pair = _pair(moment)
    is_smaller = pair.implied - pair.realised > pair.margin
    return defined_where(pair.is_defined, pair.turns.astype(np.int64) + is_smaller)


IMPLICATION_VIEWPOINTS = (
    make_viewpoint(
        "registral_direction",
        "registral-direction",
        "1 where a small interval goes on in its direction or a large one turns",
        registral_direction,
        "pitch",
    ),
    make_viewpoint(
        "intervallic_difference",
        "intervallic-difference",
        "1 where a small interval is followed by a similar one or a large one by a smaller",
        intervallic_difference,
        "pitch",
    ),
    make_viewpoint(
        "registral_return",
        "registral-return",
        "how nearly the melody turns back to the note before last, 0 to 3",
        registral_return,
        "pitch",
    ),
    make_viewpoint(
        "proximity",
        "proximity",
        "nearness to the previous note: 6 for a repetition, 0 from a tritone on",
        proximity,
        "pitch",
    ),
    make_viewpoint(
        "closure",
        "closure",
        "1 where the direction changes, plus 1 where the interval shrinks clearly",
        closure,
        "pitch",
    ),
)
