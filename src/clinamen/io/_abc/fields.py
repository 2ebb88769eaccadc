"""Values of ABC information fields: key, metre, unit note length, tempo."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from clinamen.domains.music.notes import Key, Meter
from clinamen.errors import ParameterError

__all__ = [
    "AbcKey",
    "FieldError",
    "default_unit",
    "octave_shift",
    "parse_key",
    "parse_meter",
    "parse_tempo",
    "parse_unit",
    "signature_of",
]

_MODES = {
    "maj": "major",
    "min": "minor",
    "ion": "ionian",
    "aeo": "aeolian",
    "dor": "dorian",
    "phr": "phrygian",
    "lyd": "lydian",
    "mix": "mixolydian",
    "loc": "locrian",
}
_PLAIN_MODES = ("major", "minor", "dorian", "phrygian", "lydian", "mixolydian", "locrian")
_LETTERS = "FCGDAEB"
_ALTERS = {"^^": 2, "^": 1, "=": 0, "_": -1, "__": -2}

_KEY = re.compile(
    r"(?P<letter>[A-Ga-g])(?P<alter>[#b]?)"
    r"\s*(?P<mode>(?i:maj|min|ion|aeo|dor|phr|lyd|mix|loc)[a-zA-Z]{0,8}|[mM])?(?=[\s_^=,]|$)"
)
_ACCIDENTAL = re.compile(r"(?<!\S)(\^\^|\^|__|_|=)([a-gA-G])(?!\S)")
_METER = re.compile(r"\(?(\d{1,4}(?:\s*\+\s*\d{1,4}){0,31})\)?\s*/\s*(\d{1,4})")
_FRACTION = re.compile(r"(\d{1,6})\s*/\s*(\d{1,6})")
_TEMPO = re.compile(r"(?P<beats>\d[\d/\s]*)=\s*(?P<rate>\d{1,6}(?:\.\d{1,9})?)")


class FieldError(Exception):
    """A field that cannot be read; the caller adds file and line."""


@dataclass(frozen=True)
class AbcKey:
    """A ``K:`` field.

    Parameters
    ----------
    key
        The key, or None when the field names none.
    signature
        Semitones added to each letter without an accidental of its own.
    """

    key: Key | None = None
    signature: Mapping[str, int] = field(default_factory=dict)


def signature_of(fifths: int) -> dict[str, int]:
    """Letters that a key signature alters, with the semitones."""
    if fifths >= 0:
        return dict.fromkeys(_LETTERS[:fifths], 1)
    return dict.fromkeys(_LETTERS[fifths:], -1)


def parse_key(text: str) -> AbcKey | None:
    """A ``K:`` field; None when it only sets a clef, so that the key stays.

    Raises
    ------
    FieldError
        If it names no key there is.
    """
    words = text.strip()
    if words in ("HP", "Hp"):
        return AbcKey(Key(2, "mixolydian"), signature_of(2))
    if not words or words.lower().startswith("none"):
        return AbcKey()
    accidentals = {letter.upper(): _ALTERS[mark] for mark, letter in _ACCIDENTAL.findall(words)}
    match = _KEY.match(words)
    is_explicit = re.search(r"(?<!\S)exp(?!\S)", words) is not None
    if match is None:
        if is_explicit:
            return AbcKey(None, accidentals)
        if re.match(r"[a-z+-]", words) or accidentals:
            return AbcKey(None, accidentals) if accidentals else None
        raise FieldError(f"not a key: {words[:40]!r}")
    tonic = _tonic_fifths(match["letter"], match["alter"])
    if is_explicit:
        return AbcKey(_key_from_signature(tonic, accidentals), accidentals)
    key = _key_from_mode(tonic, _mode_name(match["mode"]), words)
    return AbcKey(key, {**signature_of(key.fifths), **accidentals})


def _tonic_fifths(letter: str, alter: str) -> int:
    return _LETTERS.index(letter.upper()) - 1 + {"#": 7, "b": -7, "": 0}[alter]


def _mode_name(word: str | None) -> str:
    if word is None or word == "M":
        return "major"
    return "minor" if word == "m" else _MODES[word[:3].lower()]


def _key_from_mode(tonic_fifths: int, mode: str, words: str) -> Key:
    fifths = tonic_fifths - Key(0, mode).tonic_fifths
    try:
        return Key(fifths, mode)
    except ParameterError:
        raise FieldError(f"the key {words[:40]!r} needs more than seven accidentals") from None


def _key_from_signature(tonic_fifths: int, accidentals: Mapping[str, int]) -> Key | None:
    """The mode on a tonic that has these accidentals, if it is one of the seven."""
    for mode in _PLAIN_MODES:
        fifths = tonic_fifths - Key(0, mode).tonic_fifths
        if abs(fifths) <= 7 and signature_of(fifths) == dict(accidentals):
            return Key(fifths, mode)
    return None


def octave_shift(text: str) -> int:
    """Octaves that clef settings of a ``K:`` or ``V:`` field add to what is written."""
    match = re.search(r"octave=([+-]?\d)(?!\d)", text)
    octaves = int(match[1]) if match else 0
    clef = re.search(r"[+-](8|15)(?:va|vb|ma|mb)?\"?(?:\s|$)", text)
    if clef:
        size = 1 if clef[1] == "8" else 2
        octaves += size if clef[0][0] == "+" else -size
    return octaves


def parse_meter(text: str) -> Meter | None:
    """An ``M:`` field; None for free metre.

    Raises
    ------
    FieldError
        If it is no time signature.
    """
    words = text.strip()
    if words == "C":
        return Meter(4, 4)
    if words == "C|":
        return Meter(2, 2)
    if not words or re.match(r"(?i)none|free|frei", words):
        return None
    match = _METER.fullmatch(words)
    if match is None:
        raise FieldError(f"not a time signature: {words[:40]!r}")
    numerator = sum(int(number) for number in match[1].split("+"))
    try:
        return Meter(numerator, int(match[2]))
    except ParameterError:
        raise FieldError(f"not a time signature: {words[:40]!r}") from None


def default_unit(meter: Meter | None) -> Fraction:
    """Unit note length in quarters when there is no ``L:`` field.

    A sixteenth when the bar is shorter than three quarters of a whole note, else an
    eighth (ABC 2.1, section 3.1.7).
    """
    if meter is not None and meter.bar_quarters < 3:
        return Fraction(1, 4)
    return Fraction(1, 2)


def parse_unit(text: str) -> Fraction:
    """An ``L:`` field, in quarters.

    Raises
    ------
    FieldError
        If it is no note length.
    """
    words = text.strip()
    match = _FRACTION.match(words)
    if match is not None and int(match[1]) and int(match[2]):
        return Fraction(4 * int(match[1]), int(match[2]))
    if words == "1":
        return Fraction(4)
    raise FieldError(f"not a unit note length: {words[:40]!r}")


def parse_tempo(text: str, unit: Fraction) -> float | None:
    """A ``Q:`` field as quarters per minute; None when it has words only."""
    words = re.sub(r'"[^"]*"', " ", text).strip()
    match = _TEMPO.match(words)
    if match is not None:
        beats = _FRACTION.findall(match["beats"])
        length = sum((Fraction(4 * int(a), int(b)) for a, b in beats if int(b)), Fraction(0))
        return _rate(float(match["rate"]), length)
    if re.fullmatch(r"\d{1,6}", words):
        return _rate(float(words), unit)
    return None


def _rate(rate: float, length: Fraction) -> float | None:
    return rate * float(length) or None
