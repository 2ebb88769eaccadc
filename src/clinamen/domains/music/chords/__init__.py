"""Chord symbols: one value, one grammar, and every usual way of spelling.

The table of spellings is docs/reference/chord-symbols.md.
"""

from clinamen.domains.music.chords._chart import (
    Chart,
    LyricLine,
    LyricSection,
    LyricSheet,
    TimedChord,
)
from clinamen.domains.music.chords._chord import MAX_DEGREES, NO_CHORD, UNKNOWN_CHORD, Chord
from clinamen.domains.music.chords._function import Family, HarmonicFunction
from clinamen.domains.music.chords._names import Degree, PitchName
from clinamen.domains.music.chords._parse import MAX_SYMBOL, parse_chord
from clinamen.domains.music.chords._quality import Quality
from clinamen.domains.music.chords._recognise import TEMPLATES, recognise_chord
from clinamen.domains.music.chords._styles import STYLES, Style

__all__ = [
    "MAX_DEGREES",
    "MAX_SYMBOL",
    "NO_CHORD",
    "STYLES",
    "TEMPLATES",
    "UNKNOWN_CHORD",
    "Chart",
    "Chord",
    "Degree",
    "Family",
    "HarmonicFunction",
    "LyricLine",
    "LyricSection",
    "LyricSheet",
    "PitchName",
    "Quality",
    "Style",
    "TimedChord",
    "parse_chord",
    "recognise_chord",
]
