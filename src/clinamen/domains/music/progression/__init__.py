"""Expectation of chords: progressions as arrays, and the experts of their learned mixtures."""

from clinamen.domains.music.progression.detail import DetailExperts, KindTable, kind_table
from clinamen.domains.music.progression.events import (
    HarmonyEvents,
    chord_changes,
    harmony_events,
    untimed_events,
)
from clinamen.domains.music.progression.experts import ChordExpert, ChordExperts
from clinamen.domains.music.progression.learned import LearnedChords, learn_chords

__all__ = [
    "ChordExpert",
    "ChordExperts",
    "DetailExperts",
    "HarmonyEvents",
    "KindTable",
    "LearnedChords",
    "chord_changes",
    "harmony_events",
    "kind_table",
    "learn_chords",
    "untimed_events",
]
