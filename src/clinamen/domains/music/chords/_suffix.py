"""What follows the root in a letter symbol: ``m7b5``, ``△7``, ``7sus4(b9)``, ``(add9)``.

A suffix is a quality, a number and modifiers, in this order, each of which may be missing.
Quality and number give the base, a stack of thirds; modifiers change it:

- an altered number (``b9``, ``#11``, ``-5``, ``+9``) takes the place of the base's tone of
  that number, or is added where the base has none;
- ``add`` and a number, or a plain number in parentheses, adds a tone and moves nothing; 7 is
  the minor seventh, as in MusicXML;
- ``sus``, ``sus4``, ``sus2`` put a fourth or second in the place of the third;
- ``no3``, ``omit5`` take a tone away;
- ``maj7`` after a quality of its own (``m(maj7)``) adds the major seventh;
- ``alt`` alters fifth and ninth both ways.

Source: original; the vocabulary is common use, the kinds of the harmony element of MusicXML
4.0 (W3C 2021) and the chord qualities of iReal Pro's published file format.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from clinamen.domains.music.chords._names import DEGREE_NUMBERS, MAX_ALTER, Degree
from clinamen.domains.music.chords._scan import ACCIDENTALS, Cursor, alter_of
from clinamen.errors import AmbiguousError

__all__ = ["Dialect", "Suffix", "degrees_of_suffix", "read_suffix", "tones"]

DegreeSet = frozenset[Degree]


class Dialect(NamedTuple):
    """In what the styles differ.

    Parameters
    ----------
    is_minor
        A suffix without quality is minor, as after a small Roman numeral.
    has_figures
        6, 64, 65, 43, 42 are inversions, as after a Roman numeral.
    two_suspends
        2 is sus2, as in charts of iReal Pro, not add2.
    """

    is_minor: bool = False
    has_figures: bool = False
    two_suspends: bool = False


PLAIN = Dialect()
"""How letter symbols are read in most styles."""


class Suffix(NamedTuple):
    """Degrees that a suffix stands for, and the tone in the bass if a figure names one."""

    degrees: DegreeSet
    bass: Degree | None = None


def tones(text: str) -> DegreeSet:
    """Degrees from their names, such as ``"1 b3 5"``."""
    return frozenset(
        Degree(int(t.lstrip("#b")), alter_of(t.rstrip("0123456789"))) for t in text.split()
    )


_QUALITIES = [
    ("half", re.compile(r"(?i:half-?dim(?:inished)?)|hdim|[øØ⌀∅]|h")),
    ("dim", re.compile(r"(?i:dim(?:inished)?)|[°º˚]|o(?!mit)")),
    ("aug", re.compile(r"(?i:aug(?:mented)?)|\+(?!1[13])")),
    ("dom", re.compile(r"(?i:dom(?:inant)?)")),
    ("maj", re.compile(r"(?i:maj(?:or)?)|[Mm]a(?!dd)|MA|M(?![Ii])|j")),
    ("triangle", re.compile(r"[△Δ∆▵^]")),
    ("min", re.compile(r"(?i:min(?:or)?)|(?i:mi)|m|[-−–‐]")),
]
_TRIADS = {
    "": tones("1 3 5"),
    "dom": tones("1 3 5"),
    "maj": tones("1 3 5"),
    "triangle": tones("1 3 5"),
    "min": tones("1 b3 5"),
    "minmaj": tones("1 b3 5"),
    "dim": tones("1 b3 b5"),
    "half": tones("1 b3 b5"),
    "aug": tones("1 3 #5"),
}
_SEVENTHS = {"maj": 0, "triangle": 0, "minmaj": 0, "dim": -2}
# Kinds of MusicXML that are not a quality and a number as above, and names seen in use.
_KINDS = {
    "major-minor": "m(maj7)",
    "minor-major": "m(maj7)",
    "suspended-fourth": "sus4",
    "suspended-second": "sus2",
    "power": "5",
}
_KIND_WORD = re.compile("|".join(sorted(_KINDS, key=len, reverse=True)))
_ORDINALS = {"-sixth": "6", "-seventh": "7", "-ninth": "9", "-11th": "11", "-13th": "13"}
_ORDINAL = re.compile("|".join(_ORDINALS))
_NUMBER = re.compile(r"6/9|6,9|69|13|11|9|7|6|5|4|2")
_FIGURE = re.compile(r"6/?4|6/?5|4/?3|4/?2|13|11|9|7|6|5|4|2")
_INVERSIONS = {"6": (3, 3), "64": (3, 5), "65": (7, 3), "43": (7, 5), "42": (7, 7)}
_BAD_MINUS = re.compile(r"[-−–‐]5")

_SPACE = re.compile(r" *")
_SEPARATOR = re.compile(r"[ ,/·]*")
_OPEN = re.compile(r"\(")
_CLOSE = re.compile(r" *\)")
_SUS = re.compile(r"(?i:sus) ?(?P<which>24|42|2sus4|4sus2|4|2|13|9|7)?")
_ADD = re.compile(r"(?i:add) ?")
_NO = re.compile(r"(?i:no|omit) ?(?P<number>1[13]|[1-79]|root)(?:rd|th|st|nd)?")
_MAJOR = re.compile(r"/?(?:(?:(?i:maj)|[Mm]a|M)(?P<number>1[13]|9|7)|[△Δ∆▵^](?P<sign>1[13]|9|7)?)")
_DEGREE = re.compile(rf"(?P<accidentals>{ACCIDENTALS})(?P<number>1[13]|[1-79])")
_ALTERED = re.compile(r"(?P<accidentals>[#♯b♭]|##|♯♯|bb|♭♭|[𝄪𝄫])(?P<number>1[13]|[245679])")
_SIGNED = re.compile(r"(?P<sign>[-−–+])(?P<number>1[13]|[569])")
_AUGMENTED = re.compile(r"\+(?![0-9])")
_PLAIN = re.compile(r"1[13]|[24679]")
_ALT = re.compile(r"(?i:alt)")
_ALTERED_CHORD = tones("1 3 b5 #5 b7 b9 #9")

EXPECTED = (
    "here may stand a quality (m, maj, dim, aug, ø), a number (6, 7, 9, 11, 13), sus, add, no, "
    "an altered tone such as b9, or a slash and a bass note"
)


@dataclass(slots=True)
class _Tones:
    """The base as it is changed, and what was added to it."""

    base: set[Degree]
    added: set[Degree] = field(default_factory=set)

    def drop(self, number: int) -> None:
        self.base = {degree for degree in self.base if degree.number != number}

    def alter(self, degree: Degree) -> None:
        self.drop(degree.number)
        self.added.add(degree)


def read_suffix(cursor: Cursor, dialect: Dialect = PLAIN) -> Suffix:
    """Read quality, number and modifiers; stops where none of them can go on.

    Raises
    ------
    FormatError
        At the first thing that is begun and not ended as it must be.
    """
    kind = cursor.take(_KIND_WORD)
    if kind is not None:
        return Suffix(_modified(cursor, degrees_of_suffix(_KINDS[kind[0]])))
    quality = _quality(cursor, dialect)
    if dialect.has_figures:
        return _figured(cursor, quality)
    return Suffix(_modified(cursor, _base(cursor, quality, dialect)))


def degrees_of_suffix(text: str, dialect: Dialect = PLAIN) -> DegreeSet:
    """Degrees of a whole suffix that is known to be one."""
    cursor = Cursor(text, 0, len(text))
    degrees = read_suffix(cursor, dialect).degrees
    if not cursor.at_end:
        raise cursor.error(EXPECTED)
    return degrees


def _quality(cursor: Cursor, dialect: Dialect) -> str:
    default = "min" if dialect.is_minor else ""
    start = cursor.index
    if cursor.take(_BAD_MINUS):
        raise cursor.error(
            "write (b5) for a flat fifth or m for minor", index=start, kind=AmbiguousError
        )
    for name, pattern in _QUALITIES:
        if cursor.take(pattern):
            if dialect.is_minor and name in ("maj", "triangle"):
                return "minmaj"
            return name
    if cursor.sees("+"):
        raise cursor.error(
            "write #11 or #13 for the altered tone, aug11 or aug13 for the augmented chord",
            kind=AmbiguousError,
        )
    return default


def _base(cursor: Cursor, quality: str, dialect: Dialect) -> DegreeSet:
    ordinal = cursor.take(_ORDINAL) if quality else None
    if ordinal is not None:
        return _stack(quality, int(_ORDINALS[ordinal[0]]))
    start = cursor.index
    match = cursor.take(_NUMBER)
    number = match[0] if match else ""
    if number == "5":
        return _fifth(cursor, quality, start)
    if number in ("2", "4"):
        return _second_or_fourth(cursor, quality, Degree(int(number)), dialect, start)
    if number.startswith("6"):
        return _sixth(cursor, quality, number, start)
    if number:
        return _stack(quality, int(number))
    return (
        _stack(quality, 7) if quality in ("triangle", "minmaj", "half", "dom") else _TRIADS[quality]
    )


def _stack(quality: str, number: int) -> DegreeSet:
    """Thirds on the root up to a number."""
    stack = set(_TRIADS[quality])
    if number == 6:
        return frozenset(stack | {Degree(6)})
    stack.add(Degree(7, _SEVENTHS.get(quality, -1)))
    stack |= {Degree(n) for n in (9, 11, 13) if n <= number}
    # The eleventh would clash with a major third and is not played with it.
    if number == 13 and Degree(3) in stack:
        stack.discard(Degree(11))
    return frozenset(stack)


def _fifth(cursor: Cursor, quality: str, start: int) -> DegreeSet:
    if quality == "aug":
        return _TRIADS[quality]
    if quality:
        raise cursor.error("5 alone makes a power chord; write b5 or #5 otherwise", index=start)
    return tones("1 5")


def _second_or_fourth(
    cursor: Cursor, quality: str, degree: Degree, dialect: Dialect, start: int
) -> DegreeSet:
    if quality not in ("", "min"):
        raise cursor.error(f"write add{degree} or sus{degree}", index=start)
    if dialect.two_suspends and degree.number == 2:
        return tones("1 2 5")
    return _TRIADS[quality] | {degree}


def _sixth(cursor: Cursor, quality: str, number: str, start: int) -> DegreeSet:
    if quality not in ("", "maj", "triangle", "min"):
        raise cursor.error("a sixth is added to a major or minor chord", index=start)
    added = {Degree(6)} if number == "6" else {Degree(6), Degree(9)}
    return _TRIADS[quality] | added


def _figured(cursor: Cursor, quality: str) -> Suffix:
    start = cursor.index
    match = cursor.take(_FIGURE)
    figure = match[0].replace("/", "") if match else ""
    if figure in ("2", "4"):
        raise cursor.error(
            f"write 42 for the third inversion, add{figure} or sus{figure} for an added tone",
            index=start,
            kind=AmbiguousError,
        )
    if figure not in _INVERSIONS:
        cursor.index = start
        return Suffix(_modified(cursor, _base(cursor, quality, PLAIN)))
    size, in_bass = _INVERSIONS[figure]
    if size == 3 and quality not in ("half", "minmaj", "triangle"):
        base = _TRIADS[quality]
    else:
        base = _stack(quality, 7)
    bass = next(degree for degree in base if degree.number == in_bass)
    degrees = _modified(cursor, base)
    return Suffix(degrees, bass)


def _modified(cursor: Cursor, base: DegreeSet) -> DegreeSet:
    found = _Tones(set(base))
    omitted: list[int] = []
    while True:
        start = cursor.index
        cursor.take(_SPACE)
        if cursor.take(_OPEN):
            _parenthesis(cursor, found, omitted)
        elif not _modifier(cursor, found, omitted):
            cursor.index = start
            break
    for number in omitted:
        found.drop(number)
    degrees = frozenset(found.base | found.added)
    if not degrees:
        raise cursor.error("this leaves no tone at all")
    return degrees


def _parenthesis(cursor: Cursor, found: _Tones, omitted: list[int]) -> None:
    n_read = 0
    while True:
        cursor.take(_SEPARATOR)
        if _modifier(cursor, found, omitted) or _plain_number(cursor, found):
            n_read += 1
        elif n_read and cursor.take(_CLOSE):
            return
        else:
            closing = ", or the closing parenthesis" if n_read else ""
            raise cursor.error(f"here may stand a tone such as b9, 13, maj7, add9 or no3{closing}")


def _plain_number(cursor: Cursor, found: _Tones) -> bool:
    match = cursor.take(_PLAIN)
    if match is not None:
        number = int(match[0])
        found.added.add(Degree(number, -1 if number == 7 else 0))
    return match is not None


def _modifier(cursor: Cursor, found: _Tones, omitted: list[int]) -> bool:
    """Read one modifier, if one stands here."""
    omission = cursor.take(_NO)
    if omission is not None:
        number = omission["number"]
        omitted.append(1 if number == "root" else int(number))
        return True
    return any(read(cursor, found) for read in _READERS)


def _sus(cursor: Cursor, found: _Tones) -> bool:
    match = cursor.take(_SUS)
    if match is not None:
        which = match["which"] or "4"
        found.drop(3)
        if which in ("7", "9", "13"):
            found.base |= {Degree(4)} | _stack("dom", int(which)) - _TRIADS["dom"]
        else:
            found.base |= {Degree(number) for number in (2, 4) if str(number) in which}
    return match is not None


def _add(cursor: Cursor, found: _Tones) -> bool:
    if not cursor.take(_ADD):
        return False
    if _major(cursor, found):
        return True
    start = cursor.index
    match = cursor.take(_DEGREE)
    if match is None or abs(alter_of(match["accidentals"])) > MAX_ALTER:
        raise cursor.error(f"add needs a tone: {_numbers()}, perhaps altered", index=start)
    number, alter = int(match["number"]), alter_of(match["accidentals"])
    found.added.add(Degree(number, -1 if (number, alter) == (7, 0) else alter))
    return True


def _numbers() -> str:
    return ", ".join(str(number) for number in DEGREE_NUMBERS)


def _major(cursor: Cursor, found: _Tones) -> bool:
    match = cursor.take(_MAJOR)
    if match is not None:
        number = int(match["number"] or match["sign"] or 7)
        found.added |= _stack("maj", number) - _TRIADS["maj"]
    return match is not None


def _altered(cursor: Cursor, found: _Tones) -> bool:
    match = cursor.take(_ALTERED)
    if match is not None:
        found.alter(Degree(int(match["number"]), alter_of(match["accidentals"])))
        return True
    match = cursor.take(_SIGNED)
    if match is not None:
        found.alter(Degree(int(match["number"]), 1 if match["sign"] == "+" else -1))
        return True
    if cursor.take(_AUGMENTED):
        found.alter(Degree(5, 1))
        return True
    return False


def _alt(cursor: Cursor, found: _Tones) -> bool:
    start = cursor.index
    if not cursor.take(_ALT):
        return False
    if not found.base <= tones("1 3 5 b7"):
        raise cursor.error("only a seventh chord can be altered, as in C7alt", index=start)
    found.base = set(_ALTERED_CHORD)
    return True


_READERS: tuple[Callable[[Cursor, _Tones], bool], ...] = (_sus, _add, _major, _altered, _alt)
