"""A tune as rules look at it: its notes, bar lines and phrases, in ticks."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from clinamen.domains.music.editing import notes_in_ticks
from clinamen.domains.music.events import IntArray, to_ticks
from clinamen.domains.music.notes import Melody, Meter

__all__ = ["PHRASE_BARS", "Layout", "Reading", "layout_of", "reading_of"]

PHRASE_BARS = 4
"""Bars of a phrase where a song marks none."""


@dataclass(frozen=True)
class Layout:
    """What stands around the notes of a song, in ticks.

    Parameters
    ----------
    lines
        Where bars begin, a pickup included, and where the last one ends.
    has_pickup
        Whether the first bar is incomplete.
    phrases
        Where phrases begin (the first at 0), and where the last one ends.
    meter
        Of all bars; None where it changes.
    tonic
        Pitch class; None where the key changes or is not known.
    """

    lines: tuple[int, ...]
    has_pickup: bool
    phrases: tuple[int, ...]
    meter: Meter | None
    tonic: int | None

    @property
    def full_bars(self) -> tuple[tuple[int, int], ...]:
        """Begin and end of the bars that have their whole length."""
        bars = [*pairwise(self.lines)][1 if self.has_pickup else 0 :]
        longest = max((end - start for start, end in bars), default=0)
        return tuple((start, end) for start, end in bars if end - start == longest)

    @cached_property
    def phrase_bars(self) -> tuple[int, ...]:
        """Bars of each phrase; a pickup counts with the bar it leads to."""
        starts = self.lines[1 if self.has_pickup else 0 : -1]
        places = [bisect_left(starts, each) for each in self.phrases[1:-1]]
        return tuple(b - a for a, b in pairwise([0, *places, len(starts)]))


@dataclass(frozen=True, eq=False)
class Reading:
    """The notes of a tune over a layout.

    Parameters
    ----------
    layout
        Bars and phrases.
    columns
        Onset, duration and pitch, shape ``(3, T)``, in ticks and MIDI numbers.
    """

    layout: Layout
    columns: IntArray

    @cached_property
    def notes(self) -> tuple[tuple[int, int, int], ...]:
        """The columns as plain numbers, note by note."""
        onset, duration, pitch = self.columns.tolist()
        return tuple(zip(onset, duration, pitch, strict=True))

    @cached_property
    def onsets(self) -> list[int]:
        """When notes begin."""
        return [note[0] for note in self.notes]

    @property
    def pitches(self) -> list[int]:
        """MIDI numbers."""
        return [note[2] for note in self.notes]

    def between(self, start: int, end: int) -> tuple[tuple[int, int, int], ...]:
        """The notes that begin from one time to before another."""
        first, last = bisect_left(self.onsets, start), bisect_left(self.onsets, end)
        return self.notes[first:last]

    @cached_property
    def phrases(self) -> tuple[tuple[tuple[int, int, int], ...], ...]:
        """The notes of each phrase; some may have none."""
        return tuple(self.between(a, b) for a, b in pairwise(self.layout.phrases))

    def place(self, onset: int) -> int:
        """Ticks from the beginning of the bar; in a pickup, counted as if the bar were whole."""
        lines = self.layout.lines
        index = max(bisect_right(lines, onset) - 1, 0)
        within = onset - lines[index]
        if index == 0 and self.layout.has_pickup and len(lines) > 2:
            within += max(lines[2] - 2 * lines[1] + lines[0], 0)
        return within


def layout_of(melody: Melody) -> Layout:
    """Bars, phrases, metre and tonic of a melody.

    Phrases are those of the melody, moved to the bar lines nearest to them (so that a phrase
    begins with its pickup's bar); where it has none, or none that bars can hold, every fourth
    bar begins one.
    """
    meters = {change.meter for change in melody.meters}
    keys = {change.key for change in melody.keys}
    lines = [to_ticks(onset) for onset in melody.bar_onsets]
    last = melody.bar_onsets[-1] + melody.meter_at(melody.bar_onsets[-1]).bar_quarters
    lines.append(max(to_ticks(last), to_ticks(melody.end_quarters)))
    return Layout(
        lines=tuple(lines),
        has_pickup=melody.pickup_quarters > 0,
        phrases=_phrases(melody, lines),
        meter=meters.pop() if len(meters) == 1 else None,
        tonic=keys.pop().tonic_pitch_class if len(keys) == 1 else None,
    )


def reading_of(melody: Melody) -> Reading:
    """A melody as rules look at it."""
    columns = np.array(notes_in_ticks(melody), dtype=np.int64).reshape(-1, 3).T
    return Reading(layout_of(melody), columns)


def _phrases(melody: Melody, lines: list[int]) -> tuple[int, ...]:
    bars = lines[1 if melody.pickup_quarters > 0 else 0 : -1]
    starts = {0, lines[-1]}
    for note in melody.phrase_starts[1:]:
        onset = to_ticks(melody.notes[note].onset_quarters)
        after = bisect_left(bars, onset)
        around = bars[max(after - 1, 0) : after + 1]
        starts.add(min(around, key=lambda line: (abs(line - onset), -line)))
    if len(starts) < 3:
        starts |= set(bars[PHRASE_BARS::PHRASE_BARS])
    # A pickup is no phrase of its own.
    return tuple(sorted(start for start in starts if start == 0 or start > bars[0]))
