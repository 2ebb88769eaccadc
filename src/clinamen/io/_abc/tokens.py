"""Tokens of a line of ABC music code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from clinamen.domains.music.notes import Meter

__all__ = ["LexicalError", "length_of", "tokens", "tuplet_of"]

MAX_DIGITS = 9
"""Longest number in a note length."""

MAX_SLASHES = 10
"""Most slashes in a note length: ``//////////`` is a 1024th of the unit."""

# Possessive quantifiers (`*+`) and negated classes keep every pattern linear.
_TOKEN = re.compile(
    r"""
      (?P<space>[ \t\f\v\xa0]++)
    | (?P<field>\[[A-Za-z]:[^\]]*+\])
    | (?P<note>(?P<accidental>\^\^?|__?|=)?(?P<letter>[A-Ga-g])(?P<octave>[',]*+)
        (?P<length>\d*+/*+\d*+))
    | (?P<rest>[zxZX](?P<rest_length>\d*+/*+\d*+))
    | (?P<ending>\[\d+(?:[,.\-]\d+)*+\.?)
    | (?P<bar>\.?(?:\[\||[|:])[|\]:]*+(?:\d+(?:[,.\-]\d+)*+)?)
    | (?P<text>"[^"]*+")
    | (?P<broken><++|>++)
    | (?P<tie>\.?-)
    | (?P<tuplet>\(\d++(?::\d*+){0,2})
    | (?P<slur>\.?\(|\))
    | (?P<grace>\{[^}]*+\})
    | (?P<open>\[)
    | (?P<close>\](?P<chord_length>\d*+/*+\d*+))
    | (?P<decoration>![^!|\s][^!|]{0,39}!|\+[a-zA-Z0-9.<>()]{1,24}\+)
    | (?P<shorthand>[.~H-Wh-w])
    | (?P<spacer>y\d*+)
    | (?P<overlay>&)
    | (?P<linebreak>[$!])
    | (?P<reserved>[`*;?@\#\\])
    """,
    re.VERBOSE,
)
_LENGTH = re.compile(r"(\d*)(/*)(\d*)")
_COMPOUND_TUPLETS = (5, 7, 9)
_TUPLETS = {2: 3, 3: 2, 4: 3, 6: 2, 8: 3}


class LexicalError(Exception):
    """Characters that mean nothing at a column (from 0) of the line."""

    def __init__(self, message: str, column: int):
        self.message = message
        self.column = column
        super().__init__(message)


def tokens(text: str) -> Iterator[re.Match[str]]:
    """Tokens of a music line in order, spaces left out; `lastgroup` names the kind.

    Raises
    ------
    LexicalError
        At the first character that begins no token.
    """
    position = 0
    end = len(text)
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None:
            raise LexicalError(_complaint(text[position]), position)
        position = match.end()
        if match["space"] is None:
            yield match


def _complaint(character: str) -> str:
    if character.isdigit() or character == "/":
        return f"{character!r} stands without a note before it"
    if character == '"':
        return "a quoted text is not closed"
    if character == "{":
        return "grace notes are not closed"
    return f"{character!r} has no meaning in ABC music"


def length_of(text: str, column: int) -> Fraction:
    """A note length as a multiple of the unit: ``3/2``, ``/``, ``//``, ``4``.

    Raises
    ------
    LexicalError
        If a number is too long or the denominator is 0.
    """
    if not text:
        return Fraction(1)
    match = _LENGTH.fullmatch(text)
    if match is None or len(match[1]) > MAX_DIGITS or len(match[3]) > MAX_DIGITS:
        raise LexicalError(f"the note length {text[:20]!r} has too many digits", column)
    numerator, slashes, denominator = match.groups()
    if len(slashes) > MAX_SLASHES or (len(slashes) > 1 and denominator):
        raise LexicalError(f"not a note length: {text[:20]!r}", column)
    below = int(denominator) if denominator else 2 ** len(slashes)
    if below == 0:
        raise LexicalError(f"the note length {text[:20]!r} divides by 0", column)
    return Fraction(int(numerator) if numerator else 1, below)


def tuplet_of(text: str, meter: Meter | None, column: int) -> tuple[Fraction, int]:
    """Factor and number of notes of a tuplet mark ``(p:q:r``.

    Raises
    ------
    LexicalError
        If there is no such tuplet.
    """
    numbers = text[1:].split(":")
    if any(len(number) > 3 for number in numbers):
        raise LexicalError(f"not a tuplet: {text[:20]!r}", column)
    p, q, r = (int(number) if number else 0 for number in [*numbers, "", ""][:3])
    is_compound = meter is not None and meter.beat_quarters.numerator == 3
    if not q:
        q = (3 if is_compound else 2) if p in _COMPOUND_TUPLETS else _TUPLETS.get(p, 0)
    if p < 1 or q < 1:
        raise LexicalError(f"not a tuplet: {text[:20]!r}", column)
    return Fraction(q, p), r or p
