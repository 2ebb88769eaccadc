"""Chord symbols: MusicXML's root, kind, degrees and bass to readable text and back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from clinamen.io._musicxml.numbers import Reporter, read_decimal, read_integer
from clinamen.io._musicxml.pitches import Transposition, alter_text, shift_name
from clinamen.io._musicxml.tree import Element

__all__ = ["MAX_SYMBOL", "read_symbol", "symbol_lines"]

# MusicXML kind to the usual suffix. Kinds of degrees (Neapolitan, Italian, ...) are left
# to their own text.
_SUFFIXES = {
    "major": "",
    "minor": "m",
    "augmented": "aug",
    "diminished": "dim",
    "dominant": "7",
    "major-seventh": "maj7",
    "minor-seventh": "m7",
    "diminished-seventh": "dim7",
    "augmented-seventh": "aug7",
    "half-diminished": "m7b5",
    "major-minor": "m(maj7)",
    "major-sixth": "6",
    "minor-sixth": "m6",
    "dominant-ninth": "9",
    "major-ninth": "maj9",
    "minor-ninth": "m9",
    "dominant-11th": "11",
    "major-11th": "maj11",
    "minor-11th": "m11",
    "dominant-13th": "13",
    "major-13th": "maj13",
    "minor-13th": "m13",
    "suspended-second": "sus2",
    "suspended-fourth": "sus4",
    "power": "5",
}
_ALIASES = {
    "M": "major",
    "maj": "major",
    "-": "minor",
    "min": "minor",
    "mi": "minor",
    "+": "augmented",
    "o": "diminished",
    "°": "diminished",
    "M7": "major-seventh",
    "Maj7": "major-seventh",
    "ma7": "major-seventh",
    "Δ": "major-seventh",
    "Δ7": "major-seventh",
    "-7": "minor-seventh",
    "min7": "minor-seventh",
    "mi7": "minor-seventh",
    "o7": "diminished-seventh",
    "°7": "diminished-seventh",
    "+7": "augmented-seventh",
    "7+": "augmented-seventh",
    "ø": "half-diminished",
    "ø7": "half-diminished",
    "min7b5": "half-diminished",
    "-7b5": "half-diminished",
    "mM7": "major-minor",
    "mMaj7": "major-minor",
    "mmaj7": "major-minor",
    "min6": "minor-sixth",
    "-6": "minor-sixth",
    "sus": "suspended-fourth",
}
# Suffixes that are not a kind followed by its degrees.
_WHOLE = {
    "7sus4": ("suspended-fourth", [("add", 7, 0)]),
    "7sus2": ("suspended-second", [("add", 7, 0)]),
    "9sus4": ("suspended-fourth", [("add", 7, 0), ("add", 9, 0)]),
    "69": ("major-sixth", [("add", 9, 0)]),
}
_KINDS = {suffix: kind for kind, suffix in _SUFFIXES.items()} | _ALIASES
MAX_SYMBOL = 200
"""Longest chord symbol kept."""

_NO_CHORD = "N.C."
_NO_CHORD_TEXTS = ("N.C.", "NC", "N.C", "n.c.", "nc")

_SYMBOL = re.compile(r"(?P<root>[A-G](?:#{1,2}|b{1,2})?)(?P<suffix>[^/]*)(?:/(?P<bass>.*))?")
_NOTE_NAME = re.compile(r"[A-G](?:#{1,2}|b{1,2})?")
_DEGREES = re.compile(
    r"\(?(?:(?:add|no)[0-9]{1,2}|[#b][0-9]{1,2})(?:,?(?:add|no|[#b])[0-9]{1,2})*\)?"
)
_DEGREE = re.compile(r"(?P<what>add|no|[#b])(?P<value>[0-9]{1,2})")

Degree = tuple[str, int, int]  # type (add, alter, subtract), value, alteration


def read_symbol(harmony: Element, transposition: Transposition, reporter: Reporter) -> str:
    """A chord as people write it: ``Am7``, ``F#m7b5``, ``C/E``, ``N.C.``.

    An element with several chords (roots one after the other) gives the first one.
    """
    kind = harmony.find("kind")
    value = kind.text.strip() if kind is not None else ""
    text = kind.get("text")[:MAX_SYMBOL] if kind is not None else ""
    root = harmony.find("root")
    if root is None:
        return harmony.value("function")[:MAX_SYMBOL] or _numeral(harmony) or text or _NO_CHORD
    if value == "none":
        return text if text in _NO_CHORD_TEXTS else _NO_CHORD
    name = _read_name(root, "root", transposition, reporter)
    degrees = [_read_degree(degree, reporter) for degree in harmony.all("degree")]
    symbol = name + _suffix(value, text, degrees)
    bass = harmony.find("bass")
    if bass is not None and bass.find("bass-step") is not None:
        symbol += "/" + _read_name(bass, "bass", transposition, reporter)
    return symbol


def _numeral(harmony: Element) -> str:
    numeral = harmony.find("numeral")
    root = numeral.find("numeral-root") if numeral is not None else None
    return (root.get("text") or root.text.strip()) if root is not None else ""


def _read_name(
    element: Element, what: str, transposition: Transposition, reporter: Reporter
) -> str:
    step = element.value(f"{what}-step")
    if step not in tuple("ABCDEFG"):
        raise reporter.fail(f"a chord's {what} must be A to G, not {step[:20]!r}", element)
    alter_element = element.find(f"{what}-alter")
    alter = 0
    if alter_element is not None:
        text = alter_element.text.strip() or "0"
        alter = round(read_decimal(text, f"{what}-alter", alter_element, reporter))
    if abs(alter) > 2:
        raise reporter.fail(f"a chord's {what} is altered by {alter} semitones", element)
    return shift_name(step + alter_text(alter), transposition)


def _read_degree(degree: Element, reporter: Reporter) -> Degree:
    value = read_integer(degree.value("degree-value"), "a chord degree", degree, reporter)
    alter_text_ = degree.value("degree-alter") or "0"
    alter = round(read_decimal(alter_text_, "degree-alter", degree, reporter))
    return degree.value("degree-type"), value, max(-2, min(2, alter))


def _suffix(value: str, text: str, degrees: Sequence[Degree]) -> str:
    # A program's own text is used where we understand it to mean the same; otherwise it
    # may be in the code of some music font.
    ordered = sorted(degrees)
    if text and _parse_suffix(text) == (value, ordered):
        return text
    for suffix, meaning in _WHOLE.items():
        if meaning == (value, ordered):
            return suffix
    if value not in _SUFFIXES:
        return text or (value if value != "other" else "")
    if text and _parse_suffix(text) == (value, []):
        return text + _degrees_text(degrees)
    return _SUFFIXES[value] + _degrees_text(degrees)


def _degrees_text(degrees: Sequence[Degree]) -> str:
    words = []
    for type_, value, alter in degrees:
        if type_ == "subtract":
            words.append(f"no{value}")
        elif alter:
            words.append(f"{alter_text(alter)}{value}")
        else:
            words.append(f"add{value}")
    return "".join(words)


def _parse_suffix(suffix: str) -> tuple[str, list[Degree]] | None:
    """Kind and degrees that a suffix stands for, or None when it is not known."""
    if suffix in _WHOLE:
        return _WHOLE[suffix]
    for end in range(len(suffix), -1, -1):
        kind = _KINDS.get(suffix[:end])
        rest = suffix[end:]
        if kind is not None and (not rest or _DEGREES.fullmatch(rest)):
            return kind, sorted(_parse_degree(match) for match in _DEGREE.finditer(rest))
    return None


def _parse_degree(match: re.Match[str]) -> Degree:
    value = int(match["value"])
    if match["what"] == "add":
        return "add", value, 0
    if match["what"] == "no":
        return "subtract", value, 0
    # Fifths are in every chord and are altered; the other tones come on top.
    return ("alter" if value == 5 else "add"), value, 1 if match["what"] == "#" else -1


@dataclass(frozen=True)
class _Parsed:
    root: str
    kind: str
    text: str
    degrees: Sequence[Degree]
    bass: str


def _parse_symbol(symbol: str) -> _Parsed | None:
    match = _SYMBOL.fullmatch(symbol)
    if match is None:
        return None
    bass = match["bass"]
    if bass is not None and not _NOTE_NAME.fullmatch(bass):
        return None
    kind, degrees = _parse_suffix(match["suffix"]) or ("other", [])
    return _Parsed(match["root"], kind, match["suffix"], degrees, bass or "")


def symbol_lines(symbol: str, offset: int) -> list[str]:
    """The lines of a ``<harmony>`` element that `read_symbol` reads as this symbol.

    Parameters
    ----------
    symbol
        Any text; what is not understood as a chord is kept as a function name.
    offset
        Divisions after the place where the element stands.
    """
    parsed = _parse_symbol(symbol)
    if symbol in _NO_CHORD_TEXTS:
        # A root is required, but not to be shown.
        lines = ['<root><root-step text="">C</root-step></root>']
        lines.append(f"<kind text={quoteattr(symbol)}>none</kind>")
    elif parsed is None:
        lines = [f"<function>{_escape(symbol)}</function>", "<kind>none</kind>"]
    else:
        lines = _parsed_lines(parsed)
    if offset:
        lines.append(f"<offset>{offset}</offset>")
    return ["<harmony>", *lines, "</harmony>"]


def _parsed_lines(parsed: _Parsed) -> list[str]:
    lines = [_name_line(parsed.root, "root")]
    lines.append(f"<kind text={quoteattr(parsed.text)}>{parsed.kind}</kind>")
    if parsed.bass:
        lines.append(_name_line(parsed.bass, "bass"))
    for type_, value, alter in parsed.degrees:
        lines.append(
            f"<degree><degree-value>{value}</degree-value>"
            f"<degree-alter>{alter}</degree-alter><degree-type>{type_}</degree-type></degree>"
        )
    return lines


def _name_line(name: str, what: str) -> str:
    alter = name.count("#") - name[1:].count("b")
    altered = f"<{what}-alter>{alter}</{what}-alter>" if alter else ""
    return f"<{what}><{what}-step>{name[0]}</{what}-step>{altered}</{what}>"


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
