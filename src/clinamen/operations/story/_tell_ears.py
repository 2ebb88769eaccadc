"""What a listener hears in drafts, and where it changed from one to the next."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from clinamen.domains.music.editing import notes_in_ticks
from clinamen.domains.music.events import TICKS_PER_QUARTER, to_ticks
from clinamen.domains.music.places import bar_and_beat
from clinamen.domains.music.progression.events import is_unreadable
from clinamen.errors import ClinamenError, MissingError
from clinamen.operations.story.path import Path
from clinamen.texts import Message

if TYPE_CHECKING:
    from clinamen.domains.music.listener import Listener
    from clinamen.domains.music.notes import Song

__all__ = ["MOST_NOTES", "Change", "Ears", "Heard", "change_between", "place_words"]

MOST_NOTES = 10_000
"""So many notes are heard and drawn for one page; what is beyond is told without figures."""

_Curve = tuple[tuple[int, float], ...]


@dataclass(frozen=True, eq=False)
class Heard:
    """A draft as a listener heard it.

    Parameters
    ----------
    song
        As it was read.
    rows
        Onset, duration and pitch of every note, in ticks.
    notes, chords
        Onset in ticks and bits of every note (rhythm and pitch together), and of every chord.
    """

    song: Song
    rows: tuple[tuple[int, int, int], ...]
    notes: _Curve
    chords: _Curve

    @property
    def mean(self) -> float:
        """Bits a note."""
        return float(np.mean([bits for _, bits in self.notes])) if self.notes else 0.0

    @property
    def chord_mean(self) -> float | None:
        """Bits a chord; None where no chord was heard."""
        return float(np.mean([bits for _, bits in self.chords])) if self.chords else None

    @property
    def peak(self) -> tuple[int, float]:
        """Onset and bits of the most surprising note; the first is left out where there are
        others, for nothing came before it."""
        return max(self.notes[1:] or self.notes, key=lambda each: each[1])


@dataclass(frozen=True, slots=True)
class Change:
    """How surprise changed from a draft to another.

    Parameters
    ----------
    total
        Bits by which it changed, over all places, up or down.
    tick
        Where it changed most.
    before, after
        Bits there; None where nothing began there.
    is_chord
        Whether it is a chord that changed so.
    """

    total: float
    tick: int
    before: float | None
    after: float | None
    is_chord: bool


def change_between(before: Heard, after: Heard) -> Change | None:
    """Where surprise changed, by onset; None where it did not.

    Notes and chords are each compared with what began at the same time; what has nothing there
    is compared with silence, which costs nothing.
    """
    changes = [
        *_changes(before.notes, after.notes, False),
        *_changes(before.chords, after.chords, True),
    ]
    if not changes:
        return None
    total = sum(_size(each) for each in changes)
    largest = max(changes, key=_size)
    return Change(total, largest.tick, largest.before, largest.after, largest.is_chord)


_LEAST = 0.005
"""Bits that are no change: they show as 0.00."""


def _size(change: Change) -> float:
    return abs((change.after or 0.0) - (change.before or 0.0))


def _changes(before: _Curve, after: _Curve, is_chord: bool) -> list[Change]:
    old, new = dict(before), dict(after)
    ticks = sorted(old.keys() | new.keys())
    found = [Change(0.0, tick, old.get(tick), new.get(tick), is_chord) for tick in ticks]
    return [each for each in found if _size(each) >= _LEAST]


def place_words(heard: Heard, tick: int) -> Message:
    """Bar and beat of a time in a draft."""
    bar, beat = bar_and_beat(heard.song.melody, Fraction(tick, TICKS_PER_QUARTER))
    if bar == 0:
        return Message("place.pickup_beat", beat=float(beat))
    return Message("place.bar_beat", bar=bar, beat=float(beat))


class Ears:
    """Hears each draft once, as long as there are not too many notes.

    Parameters
    ----------
    path
        Whose drafts.
    listener
        Whose ears.
    """

    def __init__(self, path: Path, listener: Listener, most: int = MOST_NOTES) -> None:
        self._path = path
        self._listener = listener
        self._left = most
        self._heard: dict[str, Heard | None] = {}
        self.was_too_much = False

    def heard(self, digest: str) -> Heard | None:
        """A draft; None where it cannot be read, or would be too much."""
        if digest not in self._heard:
            self._heard[digest] = self._hear(digest)
        return self._heard[digest]

    def _hear(self, digest: str) -> Heard | None:
        if self.was_too_much:
            return None
        try:
            song = self._path.song(digest)
            self._left -= len(song.melody.notes)
            self.was_too_much = self._left < 0
            return self._listen(song) if song.melody.notes and self._left >= 0 else None
        except ClinamenError:
            return None

    def _listen(self, song: Song) -> Heard | None:
        melody = self._listener.hear(song.melody, target="joint")
        rows = tuple((int(a), int(b), int(c)) for a, b, c in notes_in_ticks(song.melody))
        bits = [float(each) for each in melody.information_content]
        if not np.all(np.isfinite(bits)):
            return None
        notes = tuple((onset, cost) for (onset, _, _), cost in zip(rows, bits, strict=True))
        return Heard(song, rows, notes, self._chords(song))

    def _chords(self, song: Song) -> _Curve:
        if all(is_unreadable(span.chord) for span in song.harmony):
            return ()
        try:
            heard = self._listener.hear(song, target="harmony")
        except MissingError:
            return ()  # This listener has learnt no chords.
        onsets = heard.columns["onset_quarters"]
        costs = (float(each) for each in heard.information_content)
        curve = tuple(
            (to_ticks(Fraction(float(onset)).limit_denominator(TICKS_PER_QUARTER)), cost)
            for onset, cost in zip(onsets, costs, strict=True)
        )
        return curve if all(np.isfinite(cost) for _, cost in curve) else ()
