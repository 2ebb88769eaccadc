"""Bars and keys of a melody without its notes, into which other notes are put."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np

from clinamen.domains.music.events import (
    TICKS_PER_QUARTER,
    IntArray,
    MelodyEvents,
    melody_events,
)
from clinamen.domains.music.notes import Melody, Note

__all__ = ["bars_and_keys", "in_bars"]


def bars_and_keys(melody: Melody, end_quarters: Fraction) -> MelodyEvents:
    """Bars of a melody up to a time at least, and its keys as columns with one note a key."""
    onsets = [change.onset_quarters for change in melody.keys] or [Fraction(0)]
    notes = tuple(Note(onset, Fraction(1, TICKS_PER_QUARTER), 60) for onset in onsets)
    end = max(end_quarters, notes[-1].end_quarters)
    return melody_events(melody.replace(notes=notes, phrase_starts=(), end_quarters=end))


def in_bars(
    bars: MelodyEvents, onset: IntArray, duration: IntArray, pitch: IntArray
) -> MelodyEvents:
    """Notes, shape ``(T,)`` each, with the bars and keys of `bars_and_keys` that they fall in."""
    key = np.maximum(np.searchsorted(bars.onset, onset, side="right") - 1, 0)
    return replace(
        bars,
        onset=onset,
        duration=duration,
        pitch=pitch,
        tonic=bars.tonic[key],
        mode=bars.mode[key],
        fifths=bars.fifths[key],
        scale=bars.scale[key],
        phrase_start=np.full(len(onset), -1),
    )
