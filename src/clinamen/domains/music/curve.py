"""A target curve: how many bits a note should cost, from place to place of a song."""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from clinamen.domains.music.notes import Melody
from clinamen.errors import FormatError, ParameterError

__all__ = ["CURVE_WORDS", "MOST_BITS", "Curve", "parse_curve"]

CURVE_WORDS: Mapping[str, float] = {
    "home": 1.5,
    "calm": 2.25,
    "open": 3.0,
    "restless": 4.0,
    "break": 5.5,
    "shock": 8.0,
}
"""Bits a note of onset and pitch together. The examples of this project, heard by the shipped
listener, lie between 1.3 and 4.0 on average; one note in twenty of them costs more than 8."""

MOVES = ("rise", "fall")
"""Words for a straight line from the level before to the level after."""

MOST_BITS = 40.0
"""The highest level of a curve, in bits a note."""

MOST_PARTS = 10_000

Point = tuple[Fraction, float]

_PART = re.compile(r"([A-Za-z]+|\d+(?:\.\d*)?|\.\d+)(?:[*x](\d{1,4}))?")


@dataclass(frozen=True)
class Curve:
    """Bits over time: straight lines between points, level before the first and after the last.

    Parameters
    ----------
    points
        Quarters from the start, and bits; quarters do not fall. Two points at one place are a
        step: the later one holds from there on.

    Raises
    ------
    ParameterError
        If there is no point, quarters fall, or bits are not between 0 and `MOST_BITS`.

    Examples
    --------
    >>> curve = Curve(((Fraction(0), 1.0), (Fraction(8), 3.0)))
    >>> curve.at(Fraction(4)), curve.mean(Fraction(4), Fraction(8))
    (2.0, 2.5)
    """

    points: tuple[Point, ...]

    def __post_init__(self) -> None:
        if not self.points:
            raise ParameterError("a curve needs at least one point")
        places = [place for place, _ in self.points]
        if places != sorted(places):
            raise ParameterError("the points of a curve must be in order of time")
        for place, bits in self.points:
            if not 0 <= bits <= MOST_BITS:
                raise ParameterError(
                    f"a curve has 0 to {MOST_BITS:g} bits a note, not {bits:g} at quarter {place}"
                )

    def at(self, quarters: Fraction | float) -> float:
        """Bits at a place."""
        after = bisect_right(self._places, float(quarters))
        if after in (0, len(self.points)):
            return self.points[min(after, len(self.points) - 1)][1]
        (start, low), (end, high) = self.points[after - 1], self.points[after]
        share = (float(quarters) - float(start)) / float(end - start)
        return low + share * (high - low)

    def at_all(self, quarters: Sequence[float] | npt.NDArray[np.float64]) -> list[float]:
        """Bits at many places."""
        return [self.at(float(each)) for each in quarters]

    def mean(self, start: Fraction, end: Fraction) -> float:
        """Mean from one place to a later one."""
        if end <= start:
            return self.at(start)
        inside = [place for place, _ in self.points if start < place < end]
        cuts = [start, *inside, end]
        area = sum(
            float(after - here) * (self.at(here) + self._before(after)) / 2
            for here, after in pairwise(cuts)
            if after > here
        )
        return area / float(end - start)

    def _before(self, quarters: Fraction) -> float:
        """Bits just before a place: of a step, the earlier level."""
        place = next((bits for where, bits in self.points if where == quarters), None)
        return self.at(quarters) if place is None else place

    @cached_property
    def _places(self) -> list[float]:
        return [float(place) for place, _ in self.points]

    @property
    def highest(self) -> float:
        """The most bits asked for."""
        return max(bits for _, bits in self.points)


def parse_curve(text: str, melody: Melody, *, source: str = "--curve") -> Curve:
    """A curve from words and numbers, one a part: ``home home break home``.

    Parts stand one after the other and divide the melody from its first full bar to its end
    equally, at bar lines where there are at least as many bars as parts. A part is a number of
    bits, one of `CURVE_WORDS`, or ``rise`` or ``fall``: from the level before it straight to
    the level after it. ``home*3`` is ``home home home``.

    Raises
    ------
    FormatError
        If a word is unknown or a number out of range, with line and column.

    Examples
    --------
    >>> song = Melody((), end_quarters=Fraction(16))
    >>> curve = parse_curve("home home break 2", song)
    >>> [curve.at(Fraction(place)) for place in (0, 7, 8, 12)]
    [1.5, 1.5, 5.5, 2.0]
    """
    parts: list[str | float] = []
    for number, line in enumerate(text.splitlines() or [""], start=1):
        for match in re.finditer(r"[^\s,;|]+", line):
            parts += _part(match.group(), source, number, match.start() + 1)
            if len(parts) > MOST_PARTS:
                raise FormatError(f"a curve has at most {MOST_PARTS:,} parts", source=source)
    if not parts:
        raise FormatError("the curve is empty: give words such as 'home break home'", source=source)
    return curve_of_parts(parts, melody)


def _part(word: str, source: str, line: int, column: int) -> list[str | float]:
    place = f"line {line}"
    match = _PART.fullmatch(word)
    if match is None:
        raise FormatError(
            f"a part of a curve is a word or a number of bits, not {word!r}",
            source=source,
            place=place,
            column=column,
        )
    name, times = match[1].lower(), int(match[2] or 1)
    if times < 1:
        raise FormatError(
            f"{word!r} repeats a part 0 times", source=source, place=place, column=column
        )
    if name in MOVES:
        return [name] * times
    return [level_bits(name, source, place, column)] * times


def level_bits(text: str, source: str, place: str, column: int | None = None) -> float:
    """Bits of a word or a number."""
    word = text.strip().lower()
    if word in CURVE_WORDS:
        return CURVE_WORDS[word]
    try:
        bits = float(word)
    except ValueError:
        known = ", ".join(f"{name} ({level:g})" for name, level in CURVE_WORDS.items())
        raise FormatError(
            f"no level is called {text.strip()!r}; there are {known}, rise, fall, "
            "or a number of bits",
            source=source,
            place=place,
            column=column,
        ) from None
    if not (math.isfinite(bits) and 0 <= bits <= MOST_BITS):
        raise FormatError(
            f"a curve has 0 to {MOST_BITS:g} bits a note, not {word}",
            source=source,
            place=place,
            column=column,
        )
    return bits


def curve_of_parts(parts: Sequence[str | float], melody: Melody) -> Curve:
    """Levels and moves one after the other."""
    edges = _edges(len(parts), melody)
    points: list[Point] = []
    level = CURVE_WORDS["home"]
    for number, part in enumerate(parts):
        following = parts[number + 1] if number + 1 < len(parts) else None
        start, level = (
            (level, _goal(part, level, following))
            if isinstance(part, str)
            else (
                part,
                part,
            )
        )
        points += [(edges[number], start), (edges[number + 1], level)]
    return Curve(tuple(points))


def _goal(move: str, level: float, following: str | float | None) -> float:
    """Where a move ends: at the next level if that lies in its direction."""
    rises = move == "rise"
    if isinstance(following, float) and (following > level if rises else following < level):
        return following
    end = CURVE_WORDS["break" if rises else "home"]
    return max(level, end) if rises else min(level, end)


def _edges(n_parts: int, melody: Melody) -> list[Fraction]:
    """Where parts begin, and the end."""
    bars = bar_lines(melody)
    start, end = bars[0], bars[-1]
    edges = [start + (end - start) * Fraction(part, n_parts) for part in range(n_parts + 1)]
    if n_parts < len(bars):
        edges = [_nearest(edge, bars) for edge in edges]
    return edges


def _nearest(place: Fraction, bars: Sequence[Fraction]) -> Fraction:
    return min(bars, key=lambda bar: abs(bar - place))


def bar_lines(melody: Melody) -> list[Fraction]:
    """Bar lines from the first full bar to the end of the last one."""
    lines = list(melody.bar_onsets)
    if melody.pickup_quarters > 0 and len(lines) > 1:
        lines = lines[1:]
    last = lines[-1] + melody.meter_at(lines[-1]).bar_quarters
    return [*lines, max(last, melody.end_quarters)]
