"""Written lengths: type, dots and tuplet to quarters and back."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from clinamen.domains.music.beams import n_flags
from clinamen.io._musicxml.numbers import Reporter, read_integer
from clinamen.io._musicxml.tree import Element

__all__ = ["Written", "notated_quarters", "split_notated", "type_flags", "type_quarters"]

_TYPES = (
    "1024th",
    "512th",
    "256th",
    "128th",
    "64th",
    "32nd",
    "16th",
    "eighth",
    "quarter",
    "half",
    "whole",
    "breve",
    "long",
    "maxima",
)
_TYPE_QUARTERS = {name: Fraction(2) ** (index - 8) for index, name in enumerate(_TYPES)}
_MAX_TUPLET = 31
_MAX_SPLIT = 1024
"""Longest length split into signs; beyond, the number alone is written."""


def type_quarters(type_: str, n_dots: int) -> Fraction | None:
    """Length of a note type with dots, or None for an unknown type."""
    base = _TYPE_QUARTERS.get(type_)
    return None if base is None else base * (2 - Fraction(1, 2**n_dots))


def type_flags(type_: str) -> int:
    """Flags of a note type; none for a quarter and longer, and for an unknown type."""
    base = _TYPE_QUARTERS.get(type_)
    return 0 if base is None else n_flags(base)


def notated_quarters(note: Element, reporter: Reporter) -> Fraction | None:
    """Length of a note by its type, dots and tuplet, or None when they do not tell."""
    n_dots = min(sum(1 for _ in note.all("dot")), 8)
    plain = type_quarters(note.value("type"), n_dots)
    modification = note.find("time-modification")
    if plain is None or modification is None:
        return plain
    actual = _tuplet_number(modification, "actual-notes", reporter)
    normal = _tuplet_number(modification, "normal-notes", reporter)
    return plain * normal / actual


def _tuplet_number(modification: Element, tag: str, reporter: Reporter) -> int:
    number = read_integer(modification.value(tag), tag, modification, reporter)
    if not 1 <= number <= 9999:
        raise reporter.fail(f"{tag} must be 1 to 9999, not {number}", modification)
    return number


@dataclass(frozen=True, slots=True)
class Written:
    """A length that can be written as one note.

    `type_` is empty for a length that has no notation (finer than a 1024th); `actual`
    and `normal` are 1 outside tuplets.
    """

    quarters: Fraction
    type_: str
    n_dots: int = 0
    actual: int = 1
    normal: int = 1


def split_notated(onset: Fraction, quarters: Fraction) -> list[Written]:
    """A length as the written notes that are tied to make it up.

    A tuplet that starts off the beat is first filled up to the next quarter, so that the
    remainder can be written plainly.
    """
    pieces: list[Written] = []
    while quarters > 0:
        piece = _whole_or_none(quarters)
        if quarters > _MAX_SPLIT:
            piece = Written(quarters, "")
        if piece is None:
            piece = _first_piece(onset, quarters)
        pieces.append(piece)
        onset += piece.quarters
        quarters -= piece.quarters
    return pieces


def _first_piece(onset: Fraction, quarters: Fraction) -> Written:
    to_next_quarter = 1 - onset % 1
    if _odd_part(onset.denominator) > 1 and to_next_quarter < quarters:
        piece = _whole_or_none(to_next_quarter)
        if piece is not None:
            return piece
    odd = _odd_part(quarters.denominator)
    if odd > _MAX_TUPLET or quarters.denominator // odd > 256 // 4:
        return Written(quarters, "")
    normal = _normal_notes(odd)
    plain = quarters * odd / normal
    largest = Fraction(2) ** (plain.numerator // plain.denominator).bit_length()
    while largest > plain or largest > 32:
        largest /= 2
    found = _whole_or_none(largest * normal / odd)
    return found if found is not None else Written(quarters, "")


def _whole_or_none(quarters: Fraction) -> Written | None:
    odd = _odd_part(quarters.denominator)
    if odd > _MAX_TUPLET:
        return None
    normal = _normal_notes(odd)
    plain = quarters * odd / normal
    for n_dots in (0, 1, 2):
        base = plain / (2 - Fraction(1, 2**n_dots))
        for name, length in _TYPE_QUARTERS.items():
            if length == base:
                return Written(quarters, name, n_dots, odd, normal)
    return None


def _odd_part(number: int) -> int:
    return number // (number & -number)


def _normal_notes(actual: int) -> int:
    """How many notes an odd tuplet replaces: 2 for 3, 4 for 5 and 7, 8 for 9."""
    return 1 if actual == 1 else 2 ** (actual.bit_length() - 1)
