"""One moment of a melody, with what sentences about its regularities are made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cache, cached_property
from typing import Any

import numpy as np

from clinamen.domains.music.events import TICKS_PER_QUARTER, MelodyEvents, melody_events
from clinamen.domains.music.moments import component_table
from clinamen.domains.music.notes import Key, Melody
from clinamen.domains.music.spelling import pitch_name
from clinamen.engine.expectation import Expectation
from clinamen.operations._belief import in_a_sentence
from clinamen.operations._intervals import SpelledPitch, degree_words
from clinamen.operations.text import clean
from clinamen.texts import Message

__all__ = ["N_ORDINALS", "Heard", "Moment", "length_of", "nth"]

N_ORDINALS = 12
"""Numbers that are said as ordinals."""


def nth(index: int) -> Message:
    """``third`` for 2; up to `N_ORDINALS`."""
    return Message(f"number.nth_{index + 1}")


def length_of(ticks: int) -> str:
    """A time as a note value: ``quarter``."""
    from clinamen.domains.music._columns import length_name

    return length_name(Fraction(ticks, TICKS_PER_QUARTER))


class Heard:
    """One target of a heard melody.

    Parameters
    ----------
    part
        What was expected; not a joint expectation.
    melody
        The melody that was heard.
    """

    def __init__(self, part: Expectation, melody: Melody) -> None:
        self.part = part
        self.melody = melody
        self.column = cache(self._column)

    @cached_property
    def events(self) -> MelodyEvents:
        """The melody as experts see it."""
        return melody_events(self.melody)

    def _column(self, name: str) -> Sequence[int]:
        """A component with its lag, a number a note."""
        values: list[int] = component_table(self.events, (name,))[:, 0].tolist()
        return values

    @property
    def columns(self) -> Mapping[str, Sequence[Any]]:
        """Facts about each note."""
        return self.part.columns

    def key(self, event: int) -> Key | None:
        """The key where a note begins."""
        return self.melody.key_at(self.melody.notes[event].onset_quarters)

    def spelled(self, event: int) -> SpelledPitch:
        """A note as it is written."""
        return SpelledPitch(int(self.columns["pitch"][event]), str(self.columns["name"][event]))

    def length(self, ticks: int) -> str:
        """A time as a note value with its article."""
        return in_a_sentence("duration", length_of(ticks))


class Moment:
    """One note of a melody whose surprise is to be explained.

    Parameters
    ----------
    heard
        The melody and what was expected.
    event
        Index of the note.
    """

    def __init__(self, heard: Heard, event: int) -> None:
        self.heard = heard
        self.event = event
        self.target = heard.part.target
        # The last note known as a whole, and the note whose moment it is: when an onset is
        # predicted both are the note before.
        self.known = 0 if self.target == "duration" else 1
        self.now = 1 if self.target == "onset" else 0

    def value(self, name: str, lag: int) -> int:
        """Value of a component so many notes before this one."""
        return int(self.heard.column(f"{name}@{lag}" if lag else name)[self.event])

    def stood(self, name: str, lag: int = 0) -> tuple[int, bool]:
        """What stood at a place in an earlier bar or phrase, and whether it began right there.

        Such components hold both in one number (see `Columns.seen_at`).
        """
        value, began = divmod(self.value(name, lag), 2)
        return value, bool(began)

    def degree(self, semitones: int) -> str:
        """The degree so many semitones above the tonic: ``the third degree``."""
        key = self.heard.key(self.event)
        if key is None:
            return ""
        pitch = 60 + key.tonic_pitch_class + semitones % 12
        return degree_words(SpelledPitch(pitch, pitch_name(pitch, key)), key)

    def beat_at(self, ticks: int) -> tuple[float, int]:
        """Beat and number of bars further on, so many ticks after the note that is measured from.

        That is the note itself for a duration, else the note before.
        """
        events = self.heard.events
        start = int(events.onset[self.event - self.now])
        here, there = self._bar(start), self._bar(start + ticks)
        bar = min(there, len(events.bar_onset) - 1)
        beyond = (there - bar) * int(events.bar_length[bar])
        within = start + ticks - int(events.bar_onset[bar]) - beyond
        if bar == 0 and events.pickup > 0:
            within += int(events.bar_length[0]) - int(events.pickup)
        return 1 + within / int(events.beat_length[bar]), there - here

    def _bar(self, ticks: int) -> int:
        """Number of the bar at a time, counted on after the last bar line."""
        events = self.heard.events
        bar = int(np.searchsorted(events.bar_onset, ticks, "right")) - 1
        last = len(events.bar_onset) - 1
        if bar < last:
            return bar
        return last + (ticks - int(events.bar_onset[last])) // int(events.bar_length[last])

    def name(self, index: int) -> str:
        """A member of the alphabet, safe to show in a sentence; what came as it is written."""
        part = self.heard.part
        label = part.labels[index]
        if self.target == "pitch" and index == int(part.symbols[self.event]):
            label = str(self.heard.columns["name"][self.event])
        return in_a_sentence(self.target, label)

    def bar_and_beat(self, event: int) -> tuple[int, float]:
        """Bar and beat of a note."""
        columns = self.heard.columns
        return int(columns["bar"][event]), float(columns["beat"][event])

    def written(self, event: int) -> str:
        """Name of a note, safe to show."""
        return clean(self.heard.columns["name"][event])
