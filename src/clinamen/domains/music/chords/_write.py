"""Chords to symbols, in every style."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from clinamen.domains.music.chords._harte import write_harte
from clinamen.domains.music.chords._names import Degree, PitchName, accidentals
from clinamen.domains.music.chords._styles import (
    NO_CHORD_TEXTS,
    UNKNOWN_TEXTS,
    Style,
    check_style,
)
from clinamen.domains.music.chords._suffix import (
    DegreeSet,
    Dialect,
    degrees_of_suffix,
    tones,
)
from clinamen.domains.music.notes import Key
from clinamen.errors import UnsupportedError

__all__ = ["NUMERALS", "Parts", "write_parts"]

NUMERALS = ("I", "II", "III", "IV", "V", "VI", "VII")
"""Roman numerals of the seven degrees."""


class Parts(NamedTuple):
    """What a symbol has to say."""

    root: PitchName | None
    degrees: DegreeSet
    bass: PitchName | None
    is_unknown: bool


# Bases of a suffix from plain to rich; of two that fit a chord equally well the first is used.
_BASES: Mapping[str, DegreeSet] = {
    "": tones("1 3 5"),
    "m": tones("1 b3 5"),
    "dim": tones("1 b3 b5"),
    "aug": tones("1 3 #5"),
    "7": tones("1 3 5 b7"),
    "maj7": tones("1 3 5 7"),
    "m7": tones("1 b3 5 b7"),
    "m(maj7)": tones("1 b3 5 7"),
    "6": tones("1 3 5 6"),
    "m6": tones("1 b3 5 6"),
    "6/9": tones("1 3 5 6 9"),
    "m6/9": tones("1 b3 5 6 9"),
    "9": tones("1 3 5 b7 9"),
    "maj9": tones("1 3 5 7 9"),
    "m9": tones("1 b3 5 b7 9"),
    "m(maj9)": tones("1 b3 5 7 9"),
    "11": tones("1 3 5 b7 9 11"),
    "maj11": tones("1 3 5 7 9 11"),
    "m11": tones("1 b3 5 b7 9 11"),
    "13": tones("1 3 5 b7 9 13"),
    "maj13": tones("1 3 5 7 9 13"),
    "m13": tones("1 b3 5 b7 9 11 13"),
    "m7b5": tones("1 b3 b5 b7"),
    "dim7": tones("1 b3 b5 bb7"),
    "sus4": tones("1 4 5"),
    "sus2": tones("1 2 5"),
    "7sus4": tones("1 4 5 b7"),
    "9sus4": tones("1 4 5 b7 9"),
    "13sus4": tones("1 4 5 b7 9 13"),
    "7alt": tones("1 3 b5 #5 b7 b9 #9"),
    "5": tones("1 5"),
}
_REALBOOK = {
    "m": "-", "dim": "°", "aug": "+", "maj7": "△7", "m7": "-7", "m(maj7)": "-△7", "m6": "-6",
    "m6/9": "-6/9", "maj9": "△9", "m9": "-9", "m(maj9)": "-△9", "maj11": "△11", "m11": "-11",
    "maj13": "△13", "m13": "-13", "m7b5": "ø7", "dim7": "°7",
}  # fmt: skip
_CHORDPRO = {"6/9": "69", "m6/9": "m69", "m(maj7)": "mmaj7", "m(maj9)": "mmaj9"}
_UPPER: dict[str, str | None] = {
    "aug": "+",
    "dim": None,
    "m7b5": None,
    "dim7": None,
    "6": None,
    "6/9": None,
} | {base: None for base in _BASES if base.startswith("m") and not base.startswith("maj")}
_LOWER: dict[str, str | None] = {
    **dict.fromkeys(_BASES, None),
    "m": "", "m7": "7", "m9": "9", "m11": "11", "m13": "13", "m(maj7)": "maj7",
    "m(maj9)": "maj9", "dim": "o", "dim7": "o7", "m7b5": "ø7",
}  # fmt: skip
# Texts of the bases in a style, None for those that it has not.
_TEXTS: Mapping[str, Mapping[str, str | None]] = {
    "standard": {},
    "realbook": _REALBOOK,
    "nashville": _REALBOOK,
    "chordpro": _CHORDPRO,
    "upper": _UPPER,
    "lower": _LOWER,
}

# Source: the list of valid qualities in iReal Pro's published file format. `h` and `^` alone, which
# sound as h7 and ^7, are left out.
_IREAL = (
    "5 2 add9 + o sus - ^7 -7 7 7sus h7 o7 ^9 ^13 6 69 ^7#11 ^9#11 ^7#5 -6 -69 -^7 -^9 -9 -11 "
    "-7b5 h9 -b6 -#5 9 7b9 7#9 7#11 7b5 7#5 9#11 9b5 9#5 7b13 7#9#5 7#9b5 7#9#11 7b9#11 7b9b5 "
    "7b9#5 7b9#9 7b9b13 7alt 13 13#11 13b9 13#9 7b9sus 7susadd3 9sus 13sus 7b13sus 11"
)


@cache
def _ireal_texts() -> dict[DegreeSet, str]:
    dialect = Dialect(two_suspends=True)
    texts: dict[DegreeSet, str] = {}
    for text in ("", *_IREAL.split()):
        texts.setdefault(degrees_of_suffix(text, dialect), text)
    return texts


def write_parts(parts: Parts, style: Style, *, key: Key | None, approximate: bool) -> str:
    """A symbol in a style; see `Chord.write`."""
    check_style(style, key)
    if parts.root is None:
        if parts.is_unknown:
            return UNKNOWN_TEXTS.get(style, "?")
        return NO_CHORD_TEXTS.get(style, "N.C.")
    if style == "harte":
        degrees = parts.degrees or _unknown_degrees(parts, approximate)
        return write_harte(parts.root, degrees, parts.bass)
    if style == "roman":
        return _roman(parts, key)
    suffix = "?" if parts.is_unknown else _suffix(parts, style, approximate)
    if style == "nashville":
        return _number(parts.root, key) + suffix + _low_number(parts, key)
    return f"{parts.root}{suffix}" + (f"/{parts.bass}" if parts.bass else "")


def _unknown_degrees(parts: Parts, approximate: bool) -> DegreeSet:
    if not approximate:
        raise UnsupportedError(f"Harte's syntax has no chord on {parts.root} with unknown tones")
    return tones("1")


def _suffix(parts: Parts, style: Style, approximate: bool) -> str:
    if style != "ireal":
        return _spelled(parts.degrees, style)
    texts = _ireal_texts()
    if parts.degrees in texts:
        return texts[parts.degrees]
    if not approximate:
        raise UnsupportedError(
            f"iReal Pro has no quality for {parts.root}{_spelled(parts.degrees, 'standard')}"
        )
    return texts[min(texts, key=lambda degrees: _distance(degrees, parts.degrees))]


def _distance(one: DegreeSet, other: DegreeSet) -> tuple[int, int]:
    """Tones that differ, those that make the quality first."""
    differing = one ^ other
    return sum(degree.number in (2, 3, 4, 7) for degree in differing), len(differing)


def _spelled(degrees: DegreeSet, texts: str) -> str:
    """The base that needs the least change, and the change."""
    table = _TEXTS[texts]
    usable = [base for base in _BASES if table.get(base, base) is not None]
    best = min(usable, key=lambda base: _cost(_modifiers(_BASES[base], degrees)))
    modifiers = _modifiers(_BASES[best], degrees)
    text = table.get(best, best) or ""
    if texts == "chordpro":
        # Without parentheses an accidental would be the root's.
        bare = text or ("maj" if modifiers and modifiers[0][0] in "#b" else "")
        return bare + "".join(modifiers)
    may_be_bare = text[-1:].isdigit() and "sus" not in text
    if may_be_bare and len(modifiers) == 1 and modifiers[0][0] in "#b":
        return text + modifiers[0]
    return text + (f"({','.join(modifiers)})" if modifiers else "")


def _cost(modifiers: list[str]) -> int:
    """Altered tones read more easily than added or missing ones: 7#5, not aug(add7)."""
    return sum(2 if modifier[0] in "#b" else 3 for modifier in modifiers)


def _modifiers(base: DegreeSet, degrees: DegreeSet) -> list[str]:
    """What makes a base into a chord: altered tones, added tones, omissions."""
    altered: list[str] = []
    added: list[str] = []
    omitted: list[str] = []
    for number in sorted({degree.number for degree in base ^ degrees}):
        there = {degree for degree in base if degree.number == number}
        wanted = {degree for degree in degrees if degree.number == number}
        may_alter = number not in (1, 3, 7) and all(degree.alter for degree in wanted)
        if wanted and may_alter and (not there or not there <= wanted):
            altered += [str(degree) for degree in sorted(wanted)]
        elif there <= wanted:
            added += [_added(degree) for degree in sorted(wanted - there)]
        else:
            omitted.append(f"no{number}")
            added += [_added(degree) for degree in sorted(wanted)]
    return altered + added + omitted


def _added(degree: Degree) -> str:
    """An added tone; a plain 7 would be the minor seventh."""
    if degree.number == 7 and degree.alter in (-1, 0):
        return "add7" if degree.alter else "addmaj7"
    return f"add{degree}"


def _number(name: PitchName, key: Key | None) -> str:
    number, alter = _degree_in_key(name, key)
    return accidentals(alter) + str(number)


def _low_number(parts: Parts, key: Key | None) -> str:
    return f"/{_number(parts.bass, key)}" if parts.bass else ""


def _degree_in_key(name: PitchName, key: Key | None) -> tuple[int, int]:
    return PitchName.at_fifths(key.tonic_fifths if key else 0).degree_of(name)


def _roman(parts: Parts, key: Key | None) -> str:
    assert parts.root is not None
    number, alter = _degree_in_key(parts.root, key)
    is_minor = Degree(3, -1) in parts.degrees and Degree(3) not in parts.degrees
    numeral = NUMERALS[number - 1]
    suffix = "?" if parts.is_unknown else _spelled(parts.degrees, "lower" if is_minor else "upper")
    shown = numeral.lower() if is_minor else numeral
    return accidentals(alter) + shown + suffix + _low_number(parts, key)
