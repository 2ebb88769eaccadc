"""Numbers and numerals: chords by their degree in a key."""

from __future__ import annotations

import re

from clinamen.domains.music.chords._chord import Chord
from clinamen.domains.music.chords._names import PitchName
from clinamen.domains.music.chords._scan import ACCIDENTALS, Cursor, alter_of
from clinamen.domains.music.chords._suffix import EXPECTED, Dialect, read_suffix
from clinamen.domains.music.chords._write import NUMERALS
from clinamen.errors import ParameterError

__all__ = ["read_nashville", "read_roman"]

_NUMBER = re.compile(rf"(?P<accidentals>{ACCIDENTALS})(?P<number>[1-7])")
_NUMERAL = re.compile(
    rf"(?P<accidentals>{ACCIDENTALS})(?P<numeral>VII|VI|IV|V|III|II|I|vii|vi|iv|v|iii|ii|i)"
)
_SLASH, _UNKNOWN = re.compile("/"), re.compile(r"\?")


def read_nashville(cursor: Cursor, tonic: PitchName) -> Chord:
    """A Nashville number to its end: ``6-7``, ``b7``, ``5/7``."""
    root = _read_number(cursor, tonic, "a number 1 to 7 is needed, perhaps after # or b")
    if cursor.take(_UNKNOWN):
        return Chord(root, (), _low_number(cursor, tonic), is_unknown=True)
    degrees = read_suffix(cursor).degrees
    return Chord(root, tuple(degrees), _low_number(cursor, tonic))


def _low_number(cursor: Cursor, tonic: PitchName) -> PitchName | None:
    bass = None
    if cursor.take(_SLASH):
        bass = _read_number(cursor, tonic, "a number 1 to 7 is needed for the bass")
    _require_end(cursor)
    return bass


def _read_number(cursor: Cursor, tonic: PitchName, expected: str) -> PitchName:
    start = cursor.index
    match = cursor.take(_NUMBER)
    if match is None:
        raise cursor.error(expected)
    return _above(cursor, start, tonic, int(match["number"]), alter_of(match["accidentals"]))


def _above(cursor: Cursor, start: int, tonic: PitchName, number: int, alter: int) -> PitchName:
    try:
        return tonic.above(number, alter)
    except ParameterError as error:
        raise cursor.error(str(error), index=start) from None


def read_roman(cursor: Cursor, tonic: PitchName) -> Chord:
    """A Roman numeral to its end: ``ii7``, ``V7/V``, ``IV64``, ``I/3``."""
    start = cursor.index
    numeral = _take_numeral(cursor)
    dialect = Dialect(is_minor=numeral[2], has_figures=True)
    is_unknown = cursor.take(_UNKNOWN) is not None
    suffix = None if is_unknown else read_suffix(cursor, dialect)
    low: PitchName | None = None
    slash = cursor.index
    if cursor.take(_SLASH):
        if _NUMBER.match(cursor.text, cursor.index, cursor.end):
            low = _read_number(cursor, tonic, "")
        else:
            place = cursor.index
            number, alter, _ = _take_numeral(cursor)
            tonic = _above(cursor, place, tonic, number, alter)
    _require_end(cursor)
    root = _above(cursor, start, tonic, numeral[0], numeral[1])
    if suffix is None:
        return Chord(root, (), low, is_unknown=True)
    if suffix.bass is not None:
        if low is not None:
            raise cursor.error("the figure already says what is in the bass", index=slash)
        low = _above(cursor, start, root, suffix.bass.number, suffix.bass.alter)
    return Chord(root, tuple(suffix.degrees), low)


def _take_numeral(cursor: Cursor) -> tuple[int, int, bool]:
    """Number, alteration, and whether the numeral is small."""
    match = cursor.take(_NUMERAL)
    if match is None:
        raise cursor.error("a numeral I to VII is needed, perhaps after # or b")
    numeral = match["numeral"]
    number = NUMERALS.index(numeral.upper()) + 1
    return number, alter_of(match["accidentals"]), numeral.islower()


def _require_end(cursor: Cursor) -> None:
    if not cursor.at_end:
        raise cursor.error(EXPECTED)
