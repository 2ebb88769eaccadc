"""A place in a song where the pattern is to be broken, and what was expected there."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from clinamen.domains.music.branches import Branches
from clinamen.domains.music.breaks import NOTES_TO_COME_HOME, Break, measure_break
from clinamen.domains.music.constraints import Bounds, Locks
from clinamen.domains.music.editing import NoteTicks, notes_in_ticks
from clinamen.domains.music.events import TICKS_PER_QUARTER, to_ticks
from clinamen.operations._swerve_aim import Aim

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clinamen.domains.music.listener import Listener
    from clinamen.domains.music.notes import Song
    from clinamen.engine.expectation import Expectation

__all__ = ["MOST_LEADING", "STILL_SURE", "Draft", "Ground", "Sketch", "measured"]

FloatArray = npt.NDArray[np.float64]

MOST_LEADING = 2
"""Notes before the break that may change to lead to it."""

STILL_SURE = 0.6
"""After such notes something must be awaited, so surely as a share of what was at the place: a
break of what nobody awaits is none."""


@dataclass(frozen=True, eq=False)
class Ground:
    """A song, a note of it, and what holds there.

    Parameters
    ----------
    song
        With at least two notes.
    listener
        Whose expectation is broken.
    note
        Index of the note at the place, at least 1.
    beat_quarters
        Where the felt beat of the place begins and ends.
    aim
        Contrasts that the break may have.
    bounds, locks
        What the new notes keep to.
    """

    song: Song
    listener: Listener
    note: int
    beat_quarters: tuple[Fraction, Fraction]
    aim: Aim
    bounds: Bounds
    locks: Locks

    @cached_property
    def notes(self) -> tuple[NoteTicks, ...]:
        """The song's notes."""
        return notes_in_ticks(self.song.melody)

    @cached_property
    def heard(self) -> dict[str, Expectation]:
        """The song as it is, by target: ``onset``, ``pitch``."""
        return dict(self.listener.hear(self.song, model="mixture", target="joint").parts)

    @cached_property
    def from_before(self) -> Branches:
        """What can come after the note before the place."""
        return Branches(self.listener, self.song, self.notes[: self.note])

    @cached_property
    def from_earlier(self) -> Branches:
        """What can come after the notes before those, at most two, that may change too."""
        return Branches(self.listener, self.song, self.notes[: max(self.note - MOST_LEADING, 0)])

    @property
    def asked(self) -> float:
        """Contrast that the break should have, in bits."""
        return self.aim.bits

    def aiming(self, aim: Aim) -> Ground:
        """The same place for other contrasts; what was heard already is not heard again."""
        return self._with_what_was_heard(replace(self, aim=aim))

    def within(self, bounds: Bounds) -> Ground:
        """The same place, where new notes keep to other bounds."""
        return self._with_what_was_heard(replace(self, bounds=bounds))

    def _with_what_was_heard(self, other: Ground) -> Ground:
        kept = ("notes", "heard", "from_before", "from_earlier", "divisions", "place_of")
        other.__dict__.update({name: self.__dict__[name] for name in kept if name in self.__dict__})
        return other

    @cached_property
    def beat(self) -> tuple[int, int]:
        """Begin and end of the beat in ticks."""
        start, end = map(to_ticks, self.beat_quarters)
        return start, end

    @cached_property
    def divisions(self) -> frozenset[int]:
        """Into how many parts the song divides its beats."""
        meter = self.song.melody.meter_at(self.beat_quarters[0])
        beat, start = to_ticks(meter.beat_quarters), self.beat[0]
        return frozenset(Fraction(onset - start, beat).denominator for onset, _, _ in self.notes)

    @cached_property
    def place_of(self) -> dict[int, int]:
        """Place in the alphabet of an interval between onsets."""
        alphabet = self.from_before.alphabet("onset")
        return {int(ticks): place for place, ticks in enumerate(alphabet)}

    @cached_property
    def _turns(self) -> tuple[float, ...]:
        """Halfway between the last note of a phrase and the first of the next, in ticks.

        Where a changed song's phrases begin: see `editing.with_notes`.
        """
        starts = [start for start in self.song.melody.phrase_starts if start]
        return tuple((self.notes[s - 1][0] + self.notes[s][0]) / 2 for s in starts)

    def phrase_starts(self, notes: Sequence[NoteTicks]) -> tuple[int, ...]:
        """Where phrases begin in the song with other notes."""
        onsets = [note[0] for note in notes]
        starts = {bisect_left(onsets, turn) for turn in self._turns}
        return tuple(sorted(start for start in {0, *starts} if start < len(notes)))

    @cached_property
    def phrase(self) -> tuple[int, int]:
        """First note of the phrase of the place, and the first of the next phrase."""
        starts = [*self.phrase_starts(self.notes), len(self.notes)]
        number = bisect_right(starts, self.note) - 1
        return starts[number], starts[number + 1]

    def median(self, target: str) -> float:
        """Bits of a usual note before the place (see `measure_break`)."""
        return self.break_of(self.heard[target].information_content, self.notes, self.note).median

    def break_of(self, bits: FloatArray, notes: Sequence[NoteTicks], note: int) -> Break:
        """A break measured; `bits` may end before the notes do, but not before the phrase."""
        onsets = [onset / TICKS_PER_QUARTER for onset, _, _ in notes[: len(bits)]]
        starts = [start for start in self.phrase_starts(notes) if start < len(bits)]
        begin, end = map(float, self.beat_quarters)
        return measure_break(bits, onsets, starts, note, (begin, end))


@dataclass(frozen=True, slots=True)
class Sketch:
    """Other notes for a song, not heard yet.

    Parameters
    ----------
    kind
        One of `variant.KINDS`.
    notes
        The whole song's. Before the place they are as they were, but for the length of the last,
        and for the pitches of `MOST_LEADING` notes at most.
    note
        Index of the note that breaks.
    kept_from
        Index of the first note after the span, ``len(notes)`` if none follows.
    idea
        What it shares with others that tell the same story.
    hardness
        What is hard to sing or to read, in points.
    n_leading
        New notes before the break, that lead to it: after them something else may be awaited.
    """

    kind: str
    notes: tuple[NoteTicks, ...]
    note: int
    kept_from: int
    idea: str
    hardness: float = 0.0
    n_leading: int = 0


@dataclass(frozen=True, eq=False)
class Draft:
    """A sketch as it was heard.

    Parameters
    ----------
    bits
        Of the target, of notes up to the end of the phrase or further.
    found
        The break as measured on them.
    """

    sketch: Sketch
    bits: FloatArray
    found: Break


def measured(ground: Ground, target: str, sketches: Sequence[Sketch]) -> list[Draft]:
    """Sketches heard, all at once, on a target: ``onset`` or ``pitch``."""
    branches = ground.from_earlier
    n_before = len(branches.beginning)
    endings = [each.notes[n_before : _heard_to(ground, each)] for each in sketches]
    before = ground.heard[target].information_content[:n_before]
    drafts = []
    for sketch, heard in zip(sketches, branches.bits(endings, targets=(target,)), strict=True):
        bits = np.concatenate([before, heard[0]])
        drafts.append(Draft(sketch, bits, ground.break_of(bits, sketch.notes, sketch.note)))
    return drafts


def _heard_to(ground: Ground, sketch: Sketch) -> int:
    """One after the last note that the break is measured with."""
    starts = ground.phrase_starts(sketch.notes)
    number = bisect_right(starts, sketch.note)
    end = starts[number] if number < len(starts) else len(sketch.notes)
    return min(max(end, sketch.note + 1 + NOTES_TO_COME_HOME), len(sketch.notes))
