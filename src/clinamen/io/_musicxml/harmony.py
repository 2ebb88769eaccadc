"""Chord symbols: MusicXML's root, kind, degrees and bass to text and back.

The text of a symbol is kept as it was written, in the ``text`` attributes that are there for
what is printed; root, kind, degrees and bass say what it means, for programs that play.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from clinamen.domains.music.chords import NO_CHORD, UNKNOWN_CHORD, Chord, PitchName
from clinamen.domains.music.harmony import read_symbol as parse
from clinamen.domains.music.notes import Key
from clinamen.errors import ParameterError
from clinamen.io._musicxml.kinds import Change, meanings, spell_degrees
from clinamen.io._musicxml.numbers import Reporter, read_decimal, read_integer
from clinamen.io._musicxml.pitches import Transposition, alter_text, shift_name
from clinamen.io._musicxml.tree import Element

__all__ = ["MAX_SYMBOL", "read_symbol", "symbol_lines"]

MAX_SYMBOL = 200
"""Longest chord symbol kept."""

_NO_CHORD = "N.C."
_LETTER = re.compile(r"[A-H][#♯𝄪b♭𝄫]*")
_NUMBER = re.compile(r"[#♯𝄪b♭𝄫]*(?:[IViv]+|[1-7])")
_NAME = re.compile(r"[A-G](?:#{1,2}|b{1,2})?")


@dataclass(frozen=True)
class _Named:
    """A root or bass: what sounds, and how it is printed."""

    name: str
    printed: str


def read_symbol(
    harmony: Element, transposition: Transposition, key: Key | None, reporter: Reporter
) -> str:
    """A chord as people write it: ``Am7``, ``F#m7b5``, ``C/E``, ``N.C.``.

    The printed text is taken where it means what the element says; else, it may be in the
    code of some music font, and the meaning is spelled anew. An element with several chords
    (roots one after the other) gives the first one.

    Parameters
    ----------
    key
        In which numbers and numerals count.
    """
    kind = harmony.find("kind")
    value = kind.text.strip() if kind is not None else ""
    text = kind.get("text")[:MAX_SYMBOL] if kind is not None else ""
    root = harmony.find("root")
    if root is None:
        return harmony.value("function")[:MAX_SYMBOL] or _numeral(harmony) or text or _NO_CHORD
    if value == "none":
        return text if parse(text) == NO_CHORD else _NO_CHORD
    named = _read_name(root, "root", transposition, reporter)
    bass = harmony.find("bass")
    low = None
    if bass is not None and bass.find("bass-step") is not None:
        low = _read_name(bass, "bass", transposition, reporter)
    printed = named.printed + text + _printed_bass(bass, low)
    changes = [_read_change(degree, reporter) for degree in _degrees(harmony)]
    chords = _chords(named, low, value, changes)
    if not chords:
        unnamed = text or ("" if value == "other" else value)
        return (named.printed + unnamed + _printed_bass(bass, low))[:MAX_SYMBOL]
    says_text = kind is not None and "text" in kind.attributes
    if says_text and parse(printed, key=key) in chords:
        return printed
    return str(chords[0])


def _numeral(harmony: Element) -> str:
    numeral = harmony.find("numeral")
    root = numeral.find("numeral-root") if numeral is not None else None
    return (root.get("text") or root.text.strip()) if root is not None else ""


def _read_name(
    element: Element, what: str, transposition: Transposition, reporter: Reporter
) -> _Named:
    step = element.find(f"{what}-step")
    letter = step.text.strip() if step is not None else ""
    if step is None or letter not in tuple("ABCDEFG"):
        raise reporter.fail(f"a chord's {what} must be A to G, not {letter[:20]!r}", element)
    alter_element = element.find(f"{what}-alter")
    alter, is_shown = 0, True
    if alter_element is not None:
        text = alter_element.text.strip() or "0"
        alter = round(read_decimal(text, f"{what}-alter", alter_element, reporter))
        is_shown = alter_element.get("print-object") != "no"
    if abs(alter) > 2:
        raise reporter.fail(f"a chord's {what} is altered by {alter} semitones", element)
    name = shift_name(letter + alter_text(alter), transposition)
    if "text" not in step.attributes:
        return _Named(name, name)
    return _Named(name, step.get("text") + (alter_text(alter) if is_shown else ""))


def _printed_bass(bass: Element | None, low: _Named | None) -> str:
    if bass is None or low is None:
        return ""
    separator = bass.find("bass-separator")
    own = separator is not None and "text" in separator.attributes
    return (separator.get("text") if own and separator is not None else "/") + low.printed


def _degrees(harmony: Element) -> list[Element]:
    """Those of the first chord."""
    n_roots = 0
    found: list[Element] = []
    for child in harmony.children:
        n_roots += child.tag == "root"
        if child.tag == "degree" and n_roots < 2:
            found.append(child)
    return found


def _read_change(degree: Element, reporter: Reporter) -> Change:
    value = read_integer(degree.value("degree-value"), "a chord degree", degree, reporter)
    text = degree.value("degree-alter") or "0"
    alter = round(read_decimal(text, "degree-alter", degree, reporter))
    type_ = degree.value("degree-type")
    if type_ == "subtract":
        return Change("subtract", value, alter)
    return Change("alter" if type_ == "alter" else "add", value, alter)


def _chords(named: _Named, low: _Named | None, kind: str, changes: list[Change]) -> list[Chord]:
    """What may be meant; empty where nothing is."""
    try:
        root, bass = _pitch(named.name), _pitch(low.name) if low else None
        return [Chord(root, tuple(tones), bass) for tones in meanings(kind, changes)]
    except ParameterError:
        return []


def _pitch(name: str) -> PitchName:
    return PitchName(name[0], name.count("#") - name[1:].count("b"))


def symbol_lines(symbol: str, key: Key | None, offset: int) -> list[str]:
    """The lines of a ``<harmony>`` element that `read_symbol` reads as this symbol.

    Parameters
    ----------
    symbol
        Any text; what is not understood as a chord is kept as a function name.
    key
        In which numbers and numerals count.
    offset
        Divisions after the place where the element stands.
    """
    chord = parse(symbol, key=key)
    if chord == NO_CHORD:
        # A root is required, but not to be shown.
        lines = ['<root><root-step text="">C</root-step></root>']
        lines.append(f"<kind text={quoteattr(symbol)}>none</kind>")
    elif chord == UNKNOWN_CHORD:
        lines = _unread_lines(symbol)
    else:
        lines = _chord_lines(symbol, chord)
    if offset:
        lines.append(f"<offset>{offset}</offset>")
    return ["<harmony>", *lines, "</harmony>"]


def _unread_lines(symbol: str) -> list[str]:
    match = _NAME.match(symbol)
    if match is None:
        return [f"<function>{escape(symbol)}</function>", "<kind>none</kind>"]
    kind = f"<kind text={quoteattr(symbol[match.end() :])}>other</kind>"
    return [_name_line("root", _pitch(match[0]), match[0]), kind]


def _chord_lines(symbol: str, chord: Chord) -> list[str]:
    assert chord.root is not None
    match = _LETTER.match(symbol) or _NUMBER.match(symbol)
    end = match.end() if match else 0
    suffix, slash, low = symbol[end:], "", ""
    if chord.bass is not None and "/" in suffix:
        suffix, slash, low = suffix.rpartition("/")
    unread: tuple[str, list[Change]] = ("other", [])
    kind, changes = unread if chord.is_unknown else spell_degrees(frozenset(chord.degrees))
    lines = [_name_line("root", chord.root, symbol[:end])]
    lines.append(f"<kind text={quoteattr(suffix)}>{kind}</kind>")
    if chord.bass is not None:
        # A figure such as V65 names the bass without a slash.
        separator = "" if slash else '<bass-separator text=""/>'
        lines.append(_name_line("bass", chord.bass, low, separator))
    return lines + [_change_line(change) for change in changes]


def _name_line(what: str, name: PitchName, printed: str, before: str = "") -> str:
    is_plain = printed == str(name)
    text = "" if is_plain else f" text={quoteattr(printed)}"
    shown = "" if is_plain else ' print-object="no"'
    alter = f"<{what}-alter{shown}>{name.alter}</{what}-alter>" if name.alter else ""
    return f"<{what}>{before}<{what}-step{text}>{name.letter}</{what}-step>{alter}</{what}>"


def _change_line(change: Change) -> str:
    # The kind's text says it already.
    return (
        f'<degree print-object="no"><degree-value>{change.number}</degree-value>'
        f"<degree-alter>{change.alter}</degree-alter>"
        f"<degree-type>{change.type}</degree-type></degree>"
    )
