"""What a melody is composed into: bars, phrases, limits, and the curve it follows."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from clinamen.domains.music.constraints import Bounds
from clinamen.domains.music.curve import Curve, bar_lines
from clinamen.domains.music.editing import NoteTicks
from clinamen.domains.music.events import TICKS_PER_QUARTER, to_ticks
from clinamen.domains.music.notes import Song
from clinamen.domains.music.progression.fit import strain

__all__ = ["Frame", "Span"]

FloatArray = npt.NDArray[np.float64]
Span = tuple[int, int]
"""Begin and end in ticks."""

PHRASE_BARS = 4
_RUB_WEIGHT, _MOST_BEATS = 0.5, 4
"""Bits a beat of a note that no chord bears, and beats after which it is no worse."""

_BREATHED_BEATS = 3
"""A note of so many beats that ends a phrase gives one of them to a breath."""

_BREATH_BEATS = 1
"""The last beats of a phrase in which no note begins, by bars of up to three beats; twice as
many in longer ones."""


@dataclass(frozen=True)
class Frame:
    """What surrounds the notes to be written.

    Parameters
    ----------
    song
        Key, metre, pickup, chords and end; no notes.
    curve
        Bits a note.
    bounds
        Which pitches may follow each other, and on which a song may end.
    targets
        Whose bits the curve tells: ``onset`` and ``pitch``, or one of them.
    grid
        Ticks between places where notes may begin.
    phrase_bars
        Bars from breath to breath.
    is_open
        Whether the melody need not close: the curve is high at its end.
    n_notes_bar
        How many notes a bar has, more or less.
    section_ends
        Ticks which no note sounds across, rising.
    closings
        Ends, in ticks, before which the melody comes to rest: that of the song, and those of
        sections with which it ends.
    theme
        The rhythm with which phrases begin: of each bar, ticks after the bar line.
    scored_bars
        Bars that are to follow the curve; None for all.
    """

    song: Song
    curve: Curve
    bounds: Bounds
    targets: tuple[str, ...] = ("onset", "pitch")
    grid: int = TICKS_PER_QUARTER // 2
    phrase_bars: int = PHRASE_BARS
    is_open: bool = False
    n_notes_bar: float = 4.0
    section_ends: tuple[int, ...] = ()
    closings: frozenset[int] = frozenset()
    theme: tuple[tuple[int, ...], ...] = ()
    scored_bars: frozenset[int] | None = None

    @cached_property
    def lines(self) -> tuple[int, ...]:
        """Bar lines in ticks from the first full bar to the end."""
        return tuple(to_ticks(line) for line in bar_lines(self.song.melody))

    @cached_property
    def begin(self) -> int:
        """Where the first note may begin: 0, with the pickup if there is one."""
        return 0

    @property
    def end(self) -> int:
        """The end in ticks."""
        return self.lines[-1]

    @property
    def n_bars(self) -> int:
        """Full bars."""
        return len(self.lines) - 1

    @cached_property
    def beat(self) -> int:
        """Ticks of a felt beat."""
        return to_ticks(self.song.melody.meters[0].meter.beat_quarters)

    def bar_of(self, onset: int) -> int:
        """Index of the full bar of a time; a pickup belongs to the first."""
        return min(max(bisect_right(self.lines, onset) - 1, 0), self.n_bars - 1)

    def target(self, onset: int) -> float:
        """Bits that the curve asks of a note."""
        return self.curve.at(onset / TICKS_PER_QUARTER)

    def targets_of(self, notes: Sequence[NoteTicks]) -> FloatArray:
        """Bits that the curve asks of some notes."""
        return np.array([self.target(onset) for onset, _, _ in notes])

    def closes_phrase(self, bar: int) -> bool:
        """Whether a breath is taken at the end of a bar."""
        return (bar + 1) % self.phrase_bars == 0 or bar == self.n_bars - 1

    @cached_property
    def breath(self) -> int:
        """Ticks before the end of a phrase in which no note begins."""
        length = self.lines[1] - self.lines[0]
        n_beats = length // self.beat
        return self.beat * (2 * _BREATH_BEATS if n_beats > 3 else _BREATH_BEATS)

    def may_begin(self, onset: int) -> bool:
        """Whether a note may begin at a time: on the grid, and not in a breath."""
        bar = self.bar_of(onset)
        start, end = self.lines[bar], self.lines[bar + 1]
        if (onset - start) % self.grid:
            return False
        if not self.closes_phrase(bar):
            return True
        return onset <= end - self.breath

    @cached_property
    def _strains(self) -> tuple[tuple[int, int, FloatArray], ...]:
        """Chords by when they begin and end, and how each pitch class rubs against them."""
        return tuple(
            (to_ticks(each.onset_quarters), to_ticks(each.end_quarters), strain(each.chord))
            for each in self.song.harmony
        )

    def rub(self, note: NoteTicks) -> float:
        """How much a note rubs against the chords under it, by beats; passing notes may.

        A note may be as surprising as it likes: what lasts must still sound with the chord.
        """
        onset, lasts, pitch = note
        total = 0.0
        for begin, end, strains in self._strains:
            beats = (min(onset + lasts, end) - max(onset, begin)) / self.beat
            if beats >= 1:
                total += min(beats, _MOST_BEATS) * float(strains[pitch % 12])
        return _RUB_WEIGHT * total

    def cut_after(self, onset: int) -> int:
        """Where a note that begins at a time has to end."""
        place = bisect_right(self.section_ends, onset)
        return self.section_ends[place] if place < len(self.section_ends) else self.end

    @cached_property
    def slots(self) -> npt.NDArray[np.int64]:
        """All times at which a note may begin, rising, in ticks."""
        first = self.begin + (self.lines[0] - self.begin) % self.grid
        times = [
            time
            for start, end in pairwise(sorted({first, *self.lines}))
            for time in range(start, end, self.grid)
        ]
        return np.array([time for time in times if self.may_begin(time)], dtype=np.int64)

    @cached_property
    def slot_targets(self) -> FloatArray:
        """Bits that the curve asks of notes that begin at `slots`."""
        return np.array([self.target(int(time)) for time in self.slots])

    def duration(self, onset: int, following: int) -> int:
        """How long a note lasts that another one follows: to it, or to a breath before it.

        In folk songs of Alsace, Lorraine, Luxembourg and China, children's songs and chorales
        (music21's), two of three notes that end a phrase last to the next one where that comes
        two to three beats later; where it comes three to four beats later, most leave a beat
        for breath, and later than that, half of them none. Songs end on notes that fill up.
        """
        length = min(following, self.cut_after(onset)) - onset
        if length // self.beat != _BREATHED_BEATS or following >= self.end:
            return length
        return length - self.beat if self.closes_phrase(self.bar_of(onset)) else length
