"""What MIDI cannot say, said in text events of our own, and checked on reading.

A text event ``clinamen:<word> <values>`` carries one fact: the pickup, irregular bars,
the parts of a tie, the mode of a key. Programs that edit the file keep such events and
may change the notes under them, so each is believed only while it fits the notes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction

from clinamen.domains.music.chords import parse_chord
from clinamen.domains.music.notes import Key, Meter
from clinamen.errors import FormatError, ParameterError
from clinamen.io._midi_smf import SmfFile, decode_text

__all__ = [
    "CHORD_PREFIX",
    "CHORD_TRACK",
    "MAX_BARS",
    "MAX_TIED",
    "PHRASE_MARKER",
    "SECTION_PREFIX",
    "TEXT_PREFIX",
    "Marks",
    "read_marks",
    "section_marker",
    "with_mode",
]

TEXT_PREFIX = "clinamen:"
MAX_BARS = 50_000
"""Most bars of one piece."""

MAX_TIED = 64
"""Most parts of one tie; their sum is computed exactly, so hostile ones would be slow."""

CHORD_PREFIX = "chord:"
SECTION_PREFIX = "section:"
CHORD_TRACK = "Chords"
"""Name of the track in which our own files play their chords."""

PHRASE_MARKER = "phrase"
_TEXT, _MARKER = 0x01, 0x06
_FRACTION = re.compile(r"\d{1,9}(/[1-9]\d{0,4})?")
_SOURCES = frozenset({"file", "estimated", "assumed"})
_MOSTLY = 0.75
"""From this share on, plain markers or texts are chords."""

_MIN_TEXTS = 4
"""Plain texts (not markers) are chords only if there are so many; words to sing are texts."""

_REHEARSAL = re.compile(r"([A-Z])\d?")


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
    sections: list[tuple[int, str]] = field(default_factory=list)
    _markers: list[tuple[int, str]] = field(default_factory=list)
    _texts: list[tuple[int, str]] = field(default_factory=list)


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
            elif text:
                marks._texts.append((meta.tick, text))
    _sort_plain(marks)
    marks.chords.sort(key=lambda chord: chord[0])
    marks.sections.sort(key=lambda section: section[0])
    return marks


def _sort_plain(marks: Marks) -> None:
    """Markers and texts that bear no prefix: chords where most of them can be, else sections.

    Letters that begin with A and leave none out (A, B, A, C) are names of sections.
    """
    # A file of ours, or one that marks its chords, has no plain ones.
    are_marked = bool(marks.chords) or marks.pickup is not None
    if not are_marked:
        for plain, n_least in ((marks._markers, 1), (marks._texts, _MIN_TEXTS)):
            chords = [each for each in plain if _is_chord(each[1])]
            is_mostly = len(chords) >= max(_MOSTLY * len(plain), n_least)
            if is_mostly and not _are_letters([text for _, text in plain]):
                marks.chords = chords
                plain[:] = [each for each in plain if each not in chords]
                break
    marks.sections += marks._markers


def _is_chord(text: str) -> bool:
    try:
        return parse_chord(text).root is not None or text in ("N.C.", "NC", "N")
    except (FormatError, ParameterError):
        return False


def _are_letters(texts: list[str]) -> bool:
    matches = [_REHEARSAL.fullmatch(text) for text in texts]
    letters = list(dict.fromkeys(match[1] for match in matches if match))
    return all(matches) and letters == [chr(ord("A") + place) for place in range(len(letters))]


def section_marker(label: str) -> str:
    """The marker of a section: its name, with a prefix where that would mean something else."""
    is_taken = label.casefold() == PHRASE_MARKER or label.startswith((CHORD_PREFIX, SECTION_PREFIX))
    return SECTION_PREFIX + label if is_taken else label


def _take_marker(marks: Marks, tick: int, text: str) -> None:
    if text.casefold() == PHRASE_MARKER:
        marks.phrases.add(tick)
    elif text.startswith(CHORD_PREFIX) and text != CHORD_PREFIX:
        marks.chords.append((tick, text.removeprefix(CHORD_PREFIX).strip()))
    elif text.startswith(SECTION_PREFIX) and text != SECTION_PREFIX:
        marks.sections.append((tick, text.removeprefix(SECTION_PREFIX).strip()))
    elif text:
        marks._markers.append((tick, text))


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
