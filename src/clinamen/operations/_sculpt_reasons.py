"""Why a note could go, in a few words."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from statistics import median
from typing import Any

from clinamen.domains.music._columns import event_columns
from clinamen.domains.music.events import melody_events
from clinamen.domains.music.notes import Note, Song
from clinamen.domains.music.reduction import metrical_levels
from clinamen.operations.text import decimal
from clinamen.texts import Message, joined

__all__ = ["Reasons"]

_STEP = 2
_SOFT, _SHORT = 0.7, 0.5


class Reasons:
    """Words for the notes of a take, as they go one after the other.

    Parameters
    ----------
    song
        The take.
    order
        Notes in the order in which they go.
    """

    def __init__(self, song: Song, order: Sequence[int]) -> None:
        self._notes = song.melody.notes
        events = melody_events(song.melody)
        self.columns: dict[str, Sequence[Any]] = event_columns(song.melody, events)
        self._levels = metrical_levels(events).tolist()
        known = [note.velocity for note in self._notes if note.velocity]
        self._loudness = median(known) if known else 0.0
        self._keys = [song.melody.key_at(note.onset_quarters) for note in self._notes]
        self._meters = [song.melody.meter_at(note.onset_quarters) for note in self._notes]
        self._neighbours = _neighbours(len(self._notes), order)

    def words(self, note: int) -> str:
        """Such as ``passing note between E4 and G4, off the beat``."""
        return joined((self._figure(note), self._touch(note), self._place(note)), "comma")

    def _figure(self, note: int) -> Message:
        """What it is between the notes that were its neighbours when it went."""
        before, after = self._neighbours[note]
        names = self.columns["name"]
        if before is not None and after is not None:
            here = self._notes[note].pitch
            left, right = (self._notes[each].pitch for each in (before, after))
            if here in (left, right):
                name = names[before if here == left else after]
                return Message("sculpt.repeats", name=name)
            figure = _line(here - left, right - here, names[before], names[after])
        else:
            figure = Message("sculpt.first_left" if before is None else "sculpt.last_left")
        return figure if self._is_in_key(note) else Message("sculpt.foreign", figure=figure)

    def _is_in_key(self, note: int) -> bool:
        key = self._keys[note]
        if key is None:
            return True
        above_tonic = (self._notes[note].pitch - key.tonic_pitch_class) % 12
        # Minor keys raise their sixth and seventh degrees as a matter of course.
        return above_tonic in key.scale or (3 in key.scale and above_tonic in (9, 11))

    def _touch(self, note: int) -> str:
        here = self._notes[note]
        if here.velocity and here.velocity < _SOFT * self._loudness:
            usual = decimal(self._loudness, 0)
            return Message("sculpt.soft", velocity=here.velocity, usual=usual)
        after = self._notes[note + 1] if note + 1 < len(self._notes) else None
        is_cut = after is not None and _is_cut(here, after)
        return Message("sculpt.cut_short") if is_cut else ""

    def _place(self, note: int) -> str:
        if self._levels[note] == 0:
            return Message("sculpt.on_bar_line")
        beat = self.columns["beat"][note]
        if beat != int(beat):
            return Message("sculpt.off_beat")
        meter = self._meters[note]
        is_half = 2 * (int(beat) - 1) * meter.beat_quarters == meter.bar_quarters
        is_middle = is_half and self._levels[note] == 1
        return Message("sculpt.mid_bar" if is_middle else "sculpt.on_beat")


def _line(rises: int, goes_on: int, before: str, after: str) -> Message:
    """A note between two others that it does not repeat, by the semitones to it and from it."""
    steps = max(abs(rises), abs(goes_on)) <= _STEP
    names = {"before": before, "after": after}
    if rises * goes_on > 0:
        return Message("sculpt.passing" if steps else "sculpt.on_the_way", **names)
    if rises == -goes_on:
        return Message("sculpt.neighbour" if steps else "sculpt.leap_back", name=before)
    return Message("sculpt.turns_aside", **names)


def _is_cut(here: Note, after: Note) -> bool:
    gap = after.onset_quarters - here.onset_quarters
    return here.duration_quarters <= _SHORT * float(gap)


def _neighbours(n_notes: int, order: Sequence[int]) -> dict[int, tuple[int | None, int | None]]:
    """The notes before and after each one when it went."""
    left = list(range(n_notes))
    found: dict[int, tuple[int | None, int | None]] = {}
    for note in order:
        place = bisect_left(left, note)
        found[note] = (
            left[place - 1] if place else None,
            left[place + 1] if place + 1 < len(left) else None,
        )
        left.pop(place)
    return found
