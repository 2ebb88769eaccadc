"""Symbols to chords: which grammar a text is read by, and the root and bass of each."""

from __future__ import annotations

import re
from functools import lru_cache

from clinamen.domains.music.chords._chord import NO_CHORD, UNKNOWN_CHORD, Chord
from clinamen.domains.music.chords._harte import read_harte
from clinamen.domains.music.chords._names import MAX_ALTER, PitchName
from clinamen.domains.music.chords._relative import read_nashville, read_roman
from clinamen.domains.music.chords._scan import ACCIDENTALS, Cursor, alter_of
from clinamen.domains.music.chords._styles import Style, check_style
from clinamen.domains.music.chords._suffix import EXPECTED, Dialect, read_suffix
from clinamen.domains.music.notes import Key
from clinamen.errors import FormatError, UnsupportedError

__all__ = ["MAX_SYMBOL", "parse_chord"]

MAX_SYMBOL = 200
"""Longest chord symbol read, in characters."""

_SILENT = ("n.c.", "n.c", "nc", "n", "no chord")
_NAME = re.compile(rf"(?P<letter>[A-H])(?P<accidentals>{ACCIDENTALS})")
_SLASH = re.compile("/")
# Humdrum writes MusicXML's kinds after a space: "G dominant".
_KIND_FOLLOWS = re.compile(r" (?=major|minor|dominant|augmented|diminished|half-|suspended|power)")
_UNKNOWN = re.compile(r"\?")
_HARTE_START = re.compile(rf"[A-H]{ACCIDENTALS}(?::|/{ACCIDENTALS}[1-7]$)")
_NASHVILLE_START = re.compile(rf"{ACCIDENTALS}[1-7]")
_ROMAN_START = re.compile(rf"{ACCIDENTALS}[IViv]")
_INVISIBLE = re.compile("W")
_ROOTS = "here may stand a root A to G, N.C. or X"


def parse_chord(
    text: str,
    *,
    style: Style | None = None,
    key: Key | None = None,
    german: bool = False,
    previous: Chord | None = None,
) -> Chord:
    """Read a chord symbol.

    Without a style the text says by its look which grammar it needs: a letter and a colon is
    Harte's, a digit is Nashville's, I or V is a Roman numeral, anything else a letter symbol.
    All letter styles are read by one grammar. Where readers of charts disagree:

    - ``C-7`` is a minor seventh; a flat is ``b`` or ``♭``, and belongs to the root if it
      follows the root (``Cb5`` is a power chord on C flat, ``C(b5)`` a triad).
    - ``C△`` and ``C^`` have the major seventh, ``CM`` and ``Cmaj`` have not; ``Cø`` and
      ``Ch`` are seventh chords, ``C°`` and ``Co`` triads.
    - ``C2`` is ``Cadd2`` and ``C4`` is ``Cadd4``; in the style ``ireal`` ``C2`` is ``Csus2``.
    - ``C11`` keeps its third; ``C13`` and ``Cmaj13`` have no eleventh, ``Cm13`` has one. In
      Harte's ``C:13`` it is there.
    - ``Csus`` is ``Csus4``. ``Cadd7`` is a minor seventh.
    - ``C+7`` is augmented with a minor seventh, ``C7+9`` has a sharp ninth; ``C-5``, ``C+11``
      and ``C+13`` are refused as ambiguous.
    - Harte's ``C:min7(b5)`` adds a fifth to the perfect one, as his paper says; ``Cm7(b5)``
      has one fifth.
    - Numbers and numerals count in the major scale of the key's tonic, in minor too: the
      chords of A minor are ``1-``, ``b3``, ``4-`` or ``i``, ``bIII``, ``iv``. A number alone
      is a major chord, a small numeral a minor one.
    - After a numeral 6, 64, 65, 43 and 42 are inversions, and a plain 7 is a minor seventh;
      ``V7/V`` leads to V, ``V7/5`` has 5 in the bass.

    Parameters
    ----------
    text
        The symbol; white space around it is passed over.
    style
        One of `STYLES`, or None to tell by the look.
    key
        What numbers and numerals count from.
    german
        ``H`` is B natural and ``B`` is B flat.
    previous
        The chord before, for iReal Pro's ``W``, which repeats it, perhaps over another bass.

    Raises
    ------
    FormatError
        If the text is no chord symbol; `column` says where, from 1. `AmbiguousError` and
        `UnsupportedError` are such errors.
    ParameterError
        If the style is unknown, or is one of numbers and there is no key.

    Notes
    -----
    Source: original grammar; the signs are those of printed lead sheets, iReal Pro, Harte et al.
    2005, ChordPro 6 and the Nashville number system; numerals in the manner of de Clercq and
    Temperley, "A corpus analysis of rock harmony", 2011.

    Examples
    --------
    >>> parse_chord("Ebm(maj7)") == parse_chord("E♭-△7") == parse_chord("Eb:minmaj7")
    True
    >>> str(parse_chord("V7/V", key=Key(0)))
    'D7'
    >>> parse_chord("Cmaj7#x")
    Traceback (most recent call last):
        ...
    clinamen.errors.FormatError: column 6: found '#x'; here may stand ...
    """
    if style is not None:
        check_style(style, key)
    if not isinstance(text, str):
        raise FormatError(f"a chord symbol is text, not {type(text).__name__}", column=1)
    if len(text) > MAX_SYMBOL:
        raise FormatError(
            f"a chord symbol has at most {MAX_SYMBOL} characters, not {len(text):,}",
            column=MAX_SYMBOL + 1,
        )
    return _parse(text, style, key, german, previous)


@lru_cache(maxsize=4096)
def _parse(
    text: str, style: Style | None, key: Key | None, german: bool, previous: Chord | None
) -> Chord:
    cursor = Cursor.over(text)
    bare = cursor.text[cursor.index : cursor.end]
    if bare.casefold() in _SILENT:
        return NO_CHORD
    if bare in ("X", "?"):
        return UNKNOWN_CHORD
    style = style or _style_of(cursor)
    if style == "nashville":
        return read_nashville(cursor, _tonic(cursor, key))
    if style == "roman":
        return read_roman(cursor, _tonic(cursor, key))
    if style == "ireal" and cursor.take(_INVISIBLE):
        return _invisible(cursor, previous)
    root = _read_name(cursor, german, _ROOTS)
    if style == "harte":
        degrees, bass = read_harte(cursor, root)
        return Chord(root, tuple(degrees), bass)
    return _letter(cursor, root, style, german)


def _style_of(cursor: Cursor) -> Style:
    """The style that a text has by its look."""
    starts: list[tuple[Style, re.Pattern[str]]] = [
        ("ireal", _INVISIBLE),
        ("harte", _HARTE_START),
        ("nashville", _NASHVILLE_START),
        ("roman", _ROMAN_START),
    ]
    for style, pattern in starts:
        if pattern.match(cursor.text, cursor.index, cursor.end):
            return style
    return "standard"


def _tonic(cursor: Cursor, key: Key | None) -> PitchName:
    if key is None:
        raise cursor.error("numbers and numerals count from a tonic and need a key")
    return PitchName.at_fifths(key.tonic_fifths)


def _read_name(cursor: Cursor, german: bool, expected: str) -> PitchName:
    start = cursor.index
    match = cursor.take(_NAME)
    if match is None:
        raise cursor.error(expected)
    letter, alter = match["letter"], alter_of(match["accidentals"])
    if letter == "H":
        if not german:
            raise cursor.error(f"{expected}; H is read where German names are", index=start)
        letter = "B"
    elif german and letter == "B" and not match["accidentals"]:
        alter = -1
    if abs(alter) > MAX_ALTER:
        raise cursor.error(f"a note has at most {MAX_ALTER} sharps or flats", index=start)
    return PitchName(letter, alter)


def _letter(cursor: Cursor, root: PitchName, style: Style, german: bool) -> Chord:
    cursor.take(_KIND_FOLLOWS)
    is_unknown = cursor.take(_UNKNOWN) is not None
    degrees = (
        frozenset()
        if is_unknown
        else read_suffix(cursor, Dialect(two_suspends=style == "ireal")).degrees
    )
    bass = _letter_bass(cursor, german)
    return Chord(root, tuple(degrees), bass, is_unknown)


def _letter_bass(cursor: Cursor, german: bool) -> PitchName | None:
    bass = None
    if cursor.take(_SLASH):
        bass = _read_name(cursor, german, "a bass note A to G is needed after the slash")
    if cursor.sees("|"):
        raise cursor.error("a chord over another chord is not read", kind=UnsupportedError)
    if not cursor.at_end:
        raise cursor.error("the symbol should end after the bass" if bass else EXPECTED)
    return bass


def _invisible(cursor: Cursor, previous: Chord | None) -> Chord:
    if previous is None or previous.root is None:
        raise cursor.error(
            "W repeats the root of the chord before, and there is none", index=cursor.index - 1
        )
    bass = _letter_bass(cursor, german=False)
    return Chord(previous.root, previous.degrees, bass or previous.bass, previous.is_unknown)
