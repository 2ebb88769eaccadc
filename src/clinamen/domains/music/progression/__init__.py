"""Expectation of chords: progressions as arrays, and the experts of their learned mixture."""

from clinamen.domains.music.progression.events import (
    HarmonyEvents,
    harmony_events,
    untimed_events,
)
from clinamen.domains.music.progression.experts import ChordExpert, ChordExperts

__all__ = ["ChordExpert", "ChordExperts", "HarmonyEvents", "harmony_events", "untimed_events"]
