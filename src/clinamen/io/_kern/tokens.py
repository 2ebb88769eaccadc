"""Tokens of a **kern spine: notes, rests, and interpretations of key and metre."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from clinamen.domains.music.notes import Key, Meter
from clinamen.errors import ParameterError

__all__ = ["KernNote", "TokenError", "key_of", "meter_of", "notes_of", "signature_fifths"]

MAX_CHORD = 64
"""Most notes in one token."""

_SEMITONES = {"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11}
_MARKS = {2: "##", 1: "#", 0: "", -1: "b", -2: "bb"}
_LETTERS = "FCGDAEB"
_MODES = {
    "ion": "ionian",
    "dor": "dorian",
    "phr": "phrygian",
    "lyd": "lydian",
    "mix": "mixolydian",
    "aeo": "aeolian",
    "loc": "locrian",
}
_LENGTH = re.compile(r"(\d+)(?:%(\d+))?(\.*)")
_PITCH = re.compile(r"([A-Ga-g])\1*(#+|-+)?")
_KEY = re.compile(r"\*([A-Ga-g])([#-]?):(ion|dor|phr|lyd|mix|aeo|loc)?")
_METER = re.compile(r"\*M(\d{1,4}(?:\+\d{1,4}){0,31})/(\d{1,4})")
_SIGNATURE = re.compile(r"\*k\[((?:[a-g][#-])*)\]")


class TokenError(Exception):
    """A token that cannot be read; the caller adds file, line and spine."""


@dataclass(frozen=True, slots=True)
class KernNote:
    """One note or rest of a token; `pitch` is None for a rest, and for a note without pitch."""

    length: Fraction
    pitch: int | None
    spelling: str
    is_grace: bool
    starts_tie: bool
    ends_tie: bool


def notes_of(token: str) -> list[KernNote]:
    """The notes of a token, several in a chord.

    Raises
    ------
    TokenError
        If one has no length, or neither a pitch nor ``r``.
    """
    notes: list[KernNote] = []
    words = token.split(" ")
    if len(words) > MAX_CHORD:
        raise TokenError(f"a chord of more than {MAX_CHORD} notes")
    length: Fraction | None = None
    for word in words:
        if word in ("", "."):
            continue
        is_grace = "q" in word or "Q" in word
        length = Fraction(0) if is_grace else _length_of(word, length)
        pitch, spelling = _pitch_of(word)
        holds = "_" in word
        notes.append(
            KernNote(length, pitch, spelling, is_grace, holds or "[" in word, holds or "]" in word)
        )
    return notes


def _length_of(word: str, before: Fraction | None) -> Fraction:
    """A reciprocal length in quarters: 4 is a quarter, 0 a breve, ``3%2`` two thirds of a whole.

    A later note of a chord may leave its length to the first.
    """
    match = _LENGTH.search(word)
    if match is None:
        if before is None:
            raise TokenError(f"the note {word[:20]!r} has no length")
        return before
    number, numerator, dots = match.groups()
    if len(number) > 6 or len(numerator or "") > 6 or len(dots) > 8:
        raise TokenError(f"not a note length: {word[:20]!r}")
    # Breve, longa and maxima are written 0, 00, 000.
    long = Fraction(4 * 2 ** len(number))
    length = Fraction(4, int(number)) if int(number) else long
    length *= int(numerator) if numerator else 1
    if not length:
        raise TokenError(f"a note of no length: {word[:20]!r}")
    return length * (2 - Fraction(1, 2 ** len(dots)))


def _pitch_of(word: str) -> tuple[int | None, str]:
    match = _PITCH.search(word)
    # A rest may carry a pitch for its place on the staff.
    if "r" in word or "R" in word:
        return None, ""
    if match is None:
        raise TokenError(f"neither a note nor a rest: {word[:20]!r}")
    letter, marks = match[1], match[2] or ""
    n_letters = match.end(0) - match.start(0) - len(marks)
    alter = marks.count("#") - marks.count("-")
    octave = 3 + n_letters if letter.islower() else 4 - n_letters
    pitch = 12 * (octave + 1) + _SEMITONES[letter.lower()] + alter
    if abs(alter) > 2 or not 0 <= pitch <= 127:
        raise TokenError(f"the note {word[:20]!r} is outside MIDI's range")
    return pitch, letter.upper() + _MARKS[alter]


def key_of(token: str) -> Key | None:
    """A key interpretation such as ``*G:``, ``*a:`` or ``*d:dor``; None for anything else."""
    match = _KEY.fullmatch(token)
    if match is None:
        return None
    letter, alter, mode_word = match.groups()
    mode = _MODES[mode_word] if mode_word else ("minor" if letter.islower() else "major")
    tonic = _LETTERS.index(letter.upper()) - 1 + {"#": 7, "-": -7, "": 0}[alter]
    try:
        return Key(tonic - Key(0, mode).tonic_fifths, mode)
    except ParameterError:
        return None


def signature_fifths(token: str) -> int | None:
    """Fifths of a key signature ``*k[f#c#]``; None if it is not one in common use."""
    match = _SIGNATURE.fullmatch(token)
    if match is None or len(match[1]) > 14:
        return None
    letters, marks = match[1][::2].upper(), set(match[1][1::2])
    n = len(letters)
    if marks <= {"#"} and set(letters) == set(_LETTERS[:n]):
        return n
    if marks == {"-"} and set(letters) == set(_LETTERS[-n:]):
        return -n
    return None


def meter_of(token: str) -> Meter | None:
    """A metre interpretation ``*M6/8``; None for anything else, or a metre no one counts."""
    match = _METER.fullmatch(token)
    if match is None:
        return {"*met(c)": Meter(4, 4), "*met(c|)": Meter(2, 2)}.get(token)
    numerator = sum(int(number) for number in match[1].split("+"))
    denominator = int(match[2])
    if not denominator:
        # Beats of breves.
        numerator, denominator = 2 * numerator, 1
    try:
        return Meter(numerator, denominator)
    except ParameterError:
        return None
