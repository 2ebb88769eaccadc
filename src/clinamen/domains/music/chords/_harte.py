"""Harte's syntax: ``B:maj7/5``, ``C:(3,5,b7)``, ``G:7(*5,#9)``.

Source: Harte, Sandler, Abdallah and Gómez, "Symbolic representation of musical chords: a
proposed syntax for text annotations", ISMIR 2005. Shorthands that came later (sus2, 6, 11, 13
and their like) stand as in MIREX and mir_eval: a thirteenth has ninth and eleventh. The
degrees 8, 10 and 12 are read as 1, 3 and 5.
"""

from __future__ import annotations

import re

from clinamen.domains.music.chords._names import MAX_ALTER, Degree, PitchName, accidentals
from clinamen.domains.music.chords._scan import ACCIDENTALS, Cursor, alter_of
from clinamen.domains.music.chords._suffix import DegreeSet, tones
from clinamen.errors import ParameterError

__all__ = ["read_harte", "write_harte"]

_SHORTHANDS = {
    name: tones(text)
    for name, text in {
        "maj": "1 3 5", "min": "1 b3 5", "dim": "1 b3 b5", "aug": "1 3 #5",
        "7": "1 3 5 b7", "maj7": "1 3 5 7", "min7": "1 b3 5 b7", "hdim7": "1 b3 b5 b7",
        "dim7": "1 b3 b5 bb7", "minmaj7": "1 b3 5 7", "sus4": "1 4 5", "sus2": "1 2 5",
        "maj6": "1 3 5 6", "min6": "1 b3 5 6", "6": "1 3 5 6",
        "9": "1 3 5 b7 9", "maj9": "1 3 5 7 9", "min9": "1 b3 5 b7 9",
        "11": "1 3 5 b7 9 11", "maj11": "1 3 5 7 9 11", "min11": "1 b3 5 b7 9 11",
        "13": "1 3 5 b7 9 11 13", "maj13": "1 3 5 7 9 11 13", "min13": "1 b3 5 b7 9 11 13",
        "5": "1 5", "1": "1",
    }.items()
}  # fmt: skip
_SHORTHAND = re.compile("|".join(sorted(_SHORTHANDS, key=len, reverse=True)))
_COLON, _OPEN, _CLOSE = re.compile(":"), re.compile(r" *\( *"), re.compile(r" *\)")
_COMMA, _SLASH = re.compile(r" *, *"), re.compile("/")
_ITEM = re.compile(rf"(?P<omitted>\*?)(?P<accidentals>{ACCIDENTALS})(?P<number>1[0-3]|[1-9])")
_OCTAVES = {8: 1, 10: 3, 12: 5}
_EXPECTED = "here may stand : and a shorthand (maj, min7, ...), degrees in (), or / and a degree"


def read_harte(cursor: Cursor, root: PitchName) -> tuple[DegreeSet, PitchName | None]:
    """Degrees and bass from what follows the root, to the end."""
    degrees = set(_SHORTHANDS["maj"])
    if cursor.take(_COLON):
        shorthand = cursor.take(_SHORTHAND)
        degrees = set(_SHORTHANDS[shorthand[0]]) if shorthand else {Degree(1)}
        start = cursor.index
        if cursor.take(_OPEN):
            _read_list(cursor, degrees)
        elif shorthand is None:
            raise cursor.error(f"a shorthand is needed ({', '.join(_SHORTHANDS)}) or (")
        if not degrees:
            raise cursor.error("this leaves no tone at all", index=start)
    bass = _read_bass(cursor, root) if cursor.take(_SLASH) else None
    if not cursor.at_end:
        raise cursor.error(_EXPECTED)
    return frozenset(degrees), bass


def _read_list(cursor: Cursor, degrees: set[Degree]) -> None:
    while True:
        start = cursor.index
        item = cursor.take(_ITEM)
        if item is None or abs(alter_of(item["accidentals"])) > MAX_ALTER:
            raise cursor.error("a degree is needed, such as 3, b7, #11 or *5", index=start)
        number = int(item["number"])
        degree = Degree(_OCTAVES.get(number, number), alter_of(item["accidentals"]))
        (degrees.discard if item["omitted"] else degrees.add)(degree)
        if cursor.take(_CLOSE):
            return
        if not cursor.take(_COMMA):
            raise cursor.error("a comma or the closing parenthesis is needed")


def _read_bass(cursor: Cursor, root: PitchName) -> PitchName:
    start = cursor.index
    item = cursor.take(_ITEM)
    if item is None or item["omitted"]:
        raise cursor.error("a degree is needed for the bass, such as 3 or b7", index=start)
    try:
        return root.above(int(item["number"]), alter_of(item["accidentals"]))
    except ParameterError as error:
        raise cursor.error(str(error), index=start) from None


def write_harte(root: PitchName, degrees: DegreeSet, bass: PitchName | None) -> str:
    """The nearest shorthand, and in parentheses what it lacks or has too much."""
    name = min(_SHORTHANDS, key=lambda name: _cost(_SHORTHANDS[name] ^ degrees))
    added = [str(degree) for degree in sorted(degrees - _SHORTHANDS[name])]
    omitted = [f"*{degree}" for degree in sorted(_SHORTHANDS[name] - degrees)]
    changes = f"({','.join(omitted + added)})" if omitted or added else ""
    low = ""
    if bass is not None:
        number, alter = root.degree_of(bass)
        low = f"/{accidentals(alter)}{number}"
    return f"{root}:{name}{changes}{low}"


def _cost(differing: DegreeSet) -> int:
    """Third and seventh weigh most: an altered chord is written as a seventh chord."""
    return sum(3 if degree.number in (3, 7) else 1 for degree in differing)
