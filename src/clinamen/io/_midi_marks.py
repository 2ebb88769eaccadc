"""What MIDI cannot say, said in text events of our own, and checked on reading.

A text event ``clinamen:<word> <values>`` carries one fact: the pickup, irregular bars,
the parts of a tie, the mode of a key. Programs that edit the file keep such events and
may change the notes under them, so each is believed only while it fits the notes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction

from clinamen.domains.music.notes import Key, Meter
from clinamen.io._midi_smf import SmfFile, decode_text

__all__ = [
    "CHORD_PREFIX",
    "MAX_BARS",
    "MAX_TIED",
    "PHRASE_MARKER",
    "TEXT_PREFIX",
    "Marks",
    "read_marks",
    "with_mode",
]

TEXT_PREFIX = "clinamen:"
MAX_BARS = 50_000
"""Most bars of one piece."""

MAX_TIED = 64
"""Most parts of one tie; their sum is computed exactly, so hostile ones would be slow."""

CHORD_PREFIX = "chord:"
PHRASE_MARKER = "phrase"
_TEXT, _MARKER = 0x01, 0x06
_FRACTION = re.compile(r"\d{1,9}(/[1-9]\d{0,4})?")
_SOURCES = frozenset({"file", "estimated", "assumed"})


@dataclass(slots=True)
class Marks:
    """Own text events and markers of a file, by tick where they have a place.

    Parameters
    ----------
    grid
        Divisions of the quarter the file was written on, 1 when it does not say.
    pickup
        Length of the pickup and the metre after it, or None when the file is not ours.
    bars
        Onsets of irregular bars, empty when they follow from the metre.
    sources
        Provenance of ``key``, ``meter`` and ``phrase``.
    """

    grid: int = 1
    pickup: tuple[Fraction, Meter | None] | None = None
    bars: tuple[Fraction, ...] = ()
    composer: str = ""
    sources: dict[str, str] = field(default_factory=dict)
    ties: dict[int, tuple[Fraction, ...]] = field(default_factory=dict)
    modes: dict[int, str] = field(default_factory=dict)
    phrases: set[int] = field(default_factory=set)
    chords: list[tuple[int, str]] = field(default_factory=list)


def read_marks(smf: SmfFile) -> Marks:
    """Collect the marks of all tracks; what does not parse is somebody else's text."""
    marks = Marks()
    for track in smf.tracks:
        for meta in track.metas:
            if meta.kind not in (_TEXT, _MARKER):
                continue
            text = decode_text(meta.payload)
            if meta.kind == _TEXT and text.startswith(TEXT_PREFIX):
                word, _, rest = text.removeprefix(TEXT_PREFIX).partition(" ")
                _take_word(marks, meta.tick, word, rest.strip())
            elif meta.kind == _MARKER:
                _take_marker(marks, meta.tick, text)
    marks.chords.sort(key=lambda chord: chord[0])
    return marks


def _take_marker(marks: Marks, tick: int, text: str) -> None:
    if text.casefold() == PHRASE_MARKER:
        marks.phrases.add(tick)
    elif text.startswith(CHORD_PREFIX) and text != CHORD_PREFIX:
        marks.chords.append((tick, text.removeprefix(CHORD_PREFIX).strip()))


def _take_word(marks: Marks, tick: int, word: str, rest: str) -> None:
    values = rest.split()
    if word == "composer":
        marks.composer = rest
    elif word == "mode" and len(values) == 1:
        marks.modes[tick] = values[0]
    elif word == "sources":
        pairs = (value.split("=", 1) for value in values if "=" in value)
        marks.sources = {name: origin for name, origin in pairs if origin in _SOURCES}
    elif word == "grid" and _FRACTION.fullmatch(rest) and rest.isdigit():
        marks.grid = max(int(rest), 1)
    elif word == "pickup" and values and _FRACTION.fullmatch(values[0]):
        marks.pickup = Fraction(values[0]), _meter(values[1:])
    elif word in ("bars", "tie") and all(_FRACTION.fullmatch(value) for value in values):
        fractions = tuple(Fraction(value) for value in values[: MAX_BARS + 1])
        if word == "tie" and len(values) <= MAX_TIED:
            marks.ties[tick] = fractions
        elif word == "bars" and len(values) <= MAX_BARS:
            marks.bars = fractions


def _meter(values: list[str]) -> Meter | None:
    match = re.fullmatch(r"(\d{1,3})/(1|2|4|8|16|32|64|128)", values[0]) if values else None
    if match is None or int(match[1]) == 0:
        return None
    return Meter(int(match[1]), int(match[2]))


def with_mode(key: Key, mode: str | None) -> Key:
    """The key in a church mode that the file names beside the signature."""
    known = ("ionian", "dorian", "phrygian", "lydian", "mixolydian", "aeolian", "locrian")
    return Key(key.fifths, mode) if mode in known else key
