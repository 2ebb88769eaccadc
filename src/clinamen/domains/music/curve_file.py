"""A target curve from the text of a file: a table, JSON, or words."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise

from clinamen.domains.music.curve import (
    MOST_PARTS,
    MOVES,
    Curve,
    Point,
    bar_lines,
    curve_of_parts,
    level_bits,
    parse_curve,
)
from clinamen.domains.music.notes import Melody
from clinamen.errors import FormatError

__all__ = ["parse_curve_file"]

_BAR_BEAT = re.compile(r"(\d{1,6})(?:\.(\d{1,4}(?:\.\d{1,6})?))?", re.ASCII)
_QUARTERS = re.compile(r"\d{1,7}(?:\.\d{1,9}|/[1-9]\d{0,5})?", re.ASCII)


def parse_curve_file(text: str, melody: Melody, *, source: str) -> Curve:
    """A curve from the text of a file: JSON, a table with commas, or words.

    - A table: a place and bits in each line, with straight lines between. Its first line may
      say what places are: ``bar,bits`` (bar and beat, as ``12.3``; so without such a line)
      or ``quarters,bits`` (from the start).
    - JSON: a list of levels, each a word or a number, as in `parse_curve`; or a list of
      points ``{"bar": "12.3", "bits": 7}`` or ``{"quarters": 46, "bits": 7}``.
    - Anything else: words and numbers, as in `parse_curve`.

    Raises
    ------
    FormatError
        If it is none of these; with the line, and the column where that says something.
    """
    text = text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")
    if text.lstrip().startswith(("[", "{")):
        return _of_json(text, melody, source)
    lines = [
        (number, line)
        for number, line in enumerate(text.splitlines(), start=1)
        if line.strip() and not line.lstrip().startswith("#")
    ]
    are_pairs = all(len(re.split(r"[,;\t]", line.strip())) == 2 for _, line in lines)
    has_numbers = any(character.isdigit() for _, line in lines for character in line)
    if are_pairs and has_numbers:
        return _of_table(lines, melody, source)
    return parse_curve(text, melody, source=source)


def _of_table(lines: Sequence[tuple[int, str]], melody: Melody, source: str) -> Curve:
    heads = [cell.strip().lower() for cell in re.split(r"[,;\t]", lines[0][1])]
    unit = "bar"
    if not any(character.isdigit() for character in heads[0]):
        if heads[0] not in ("bar", "bar.beat", "quarters") or heads[1] != "bits":
            raise FormatError(
                "the first line of a curve's table is 'bar,bits' or 'quarters,bits', "
                f"not {lines[0][1].strip()!r}",
                source=source,
                place=f"line {lines[0][0]}",
            )
        unit, lines = heads[0].removesuffix(".beat"), lines[1:]
    points = []
    for number, line in lines:
        place, bits = re.split(r"[,;\t]", line)
        where = f"line {number}"
        column = len(place) + 2
        points.append(
            (
                _place(place.strip(), unit, melody, source, where),
                level_bits(bits, source, where, column),
            )
        )
    return _of_points(points, [f"line {number}" for number, _ in lines], source)


def _of_points(points: Sequence[Point], places: Sequence[str], source: str) -> Curve:
    if not points:
        raise FormatError("the curve has no points", source=source)
    for number, (before, after) in enumerate(pairwise(points)):
        if after[0] < before[0]:
            raise FormatError(
                "places of a curve must not go back", source=source, place=places[number + 1]
            )
    return Curve(tuple(points))


def _place(text: str, unit: str, melody: Melody, source: str, where: str) -> Fraction:
    """Quarters of a place such as bar and beat ``12.3``."""
    if unit == "quarters":
        if not _QUARTERS.fullmatch(text):
            raise FormatError(
                f"a place is a number of quarters such as 12 or 12.5, not {text!r}",
                source=source,
                place=where,
                column=1,
            )
        return Fraction(text)
    match = _BAR_BEAT.fullmatch(text)
    if match is None:
        raise FormatError(
            f"a place is a bar, or bar and beat such as 12.3, not {text!r}",
            source=source,
            place=where,
            column=1,
        )
    lines = bar_lines(melody)
    number, beat = int(match[1]), Fraction(match[2] or 1)
    if not 1 <= number < len(lines):
        raise FormatError(
            f"there is no bar {number}; the melody has bars 1 to {len(lines) - 1}",
            source=source,
            place=where,
            column=1,
        )
    start = lines[number - 1]
    onset = start + (beat - 1) * melody.meter_at(start).beat_quarters
    if beat < 1 or onset >= lines[number]:
        raise FormatError(
            f"bar {number} has no beat {match[2]}", source=source, place=where, column=1
        )
    return onset


def _of_json(text: str, melody: Melody, source: str) -> Curve:
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise FormatError(
            f"not JSON: {error.msg}",
            source=source,
            place=f"line {error.lineno}",
            column=error.colno,
        ) from None
    except RecursionError:
        raise FormatError("not a curve: nested too deeply", source=source) from None
    if isinstance(data, dict):
        data = data.get("curve", data.get("points"))
    if not isinstance(data, list) or not data:
        raise FormatError(
            "a curve in JSON is a list of levels, or of points with bar or quarters, and bits",
            source=source,
        )
    if len(data) > MOST_PARTS:
        raise FormatError(f"a curve has at most {MOST_PARTS:,} parts", source=source)
    if all(isinstance(each, dict) for each in data):
        names = [f"point {number}" for number in range(1, len(data) + 1)]
        points = [
            _json_point(each, melody, source, name) for each, name in zip(data, names, strict=True)
        ]
        return _of_points(points, names, source)
    parts: list[str | float] = []
    for number, each in enumerate(data, start=1):
        if isinstance(each, bool) or not isinstance(each, str | int | float):
            raise FormatError(
                f"a level is a word or a number of bits, not {each!r}"[:200],
                source=source,
                place=f"level {number}",
            )
        is_move = isinstance(each, str) and each.strip().lower() in MOVES
        parts.append(
            str(each).strip().lower()
            if is_move
            else level_bits(str(each), source, f"level {number}")
        )
    return curve_of_parts(parts, melody)


def _json_point(point: Mapping[str, object], melody: Melody, source: str, name: str) -> Point:
    units = [unit for unit in ("bar", "quarters") if unit in point]
    if len(units) != 1 or set(point) != {units[0], "bits"}:
        raise FormatError(
            'a point is {"bar": "12.3", "bits": 7} or {"quarters": 46, "bits": 7}',
            source=source,
            place=name,
        )
    place = _place(str(point[units[0]]), units[0], melody, source, name)
    return place, level_bits(str(point["bits"]), source, name)
