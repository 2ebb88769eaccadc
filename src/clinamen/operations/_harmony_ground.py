"""A place in a song where another chord is to come, and what was expected there."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from clinamen.domains.music.breaks import NOTES_TO_COME_HOME, Break, measure_break
from clinamen.domains.music.events import to_ticks
from clinamen.domains.music.harmony import in_a_key
from clinamen.domains.music.places import place_at
from clinamen.domains.music.progression.branches import ChordBranches, Vocabulary
from clinamen.domains.music.progression.events import N_QUALITIES, chord_changes, is_unreadable
from clinamen.domains.music.progression.fit import clash, notes_over
from clinamen.domains.music.progression.naming import chord_on
from clinamen.domains.music.progression.palette import chord_phrases, palette
from clinamen.errors import ParameterError

if TYPE_CHECKING:
    from fractions import Fraction

    import numpy.typing as npt

    from clinamen.domains.music.chords import Chord
    from clinamen.domains.music.constraints import Locks
    from clinamen.domains.music.events import IntArray
    from clinamen.domains.music.listener import Listener
    from clinamen.domains.music.notes import Key, Song

    FloatArray = npt.NDArray[np.float64]

__all__ = ["LONGEST_SPAN", "HarmonyGround"]

LONGEST_SPAN = 2
"""Chords that a swerve changes at most."""

_MOST_CLASH, _CLASH_BESIDES = 0.35, 0.1


@dataclass(frozen=True, eq=False)
class HarmonyGround:
    """A song, a place for another chord, and what was expected there.

    Parameters
    ----------
    song
        In a key, if one is known or its chords suggest one.
    listener
        Whose expectation is broken.
    onsets
        When chords begin, in quarters: those of the song, and the place.
    chords
        The song's own, one for each onset.
    place
        Index of the chord that breaks, at least 1.
    is_late
        Whether the song's own chord comes after all, later: the chord after the place.
    """

    song: Song
    listener: Listener
    onsets: tuple[Fraction, ...]
    chords: tuple[Chord, ...]
    place: int
    is_late: bool = False

    @classmethod
    def at(cls, song: Song, listener: Listener, onset: Fraction) -> HarmonyGround:
        """The chord that sounds at a time; one that goes on is broken off there.

        Raises
        ------
        ParameterError
            If the song has no chords, or the place lies before the second one or after the end.
        """
        if all(is_unreadable(span.chord) for span in song.harmony):
            raise ParameterError("the song has no chords, so there is no harmony to break")
        song = in_a_key(song)
        spans = chord_changes(song)
        onsets = [span.onset_quarters for span in spans]
        where = place_at(song.melody, onset)
        if not 0 <= onset < song.melody.end_quarters:
            raise ParameterError(f"{where} lies outside the song")
        place = bisect_right(onsets, onset) - 1
        if place < 0 or onset == onsets[0]:
            first = place_at(song.melody, onsets[0])
            raise ParameterError(
                f"{where} is not after the first chord, at {first}: nothing was expected yet"
            )
        chords = [span.chord for span in spans]
        if onset > onsets[place]:
            place += 1
            onsets.insert(place, onset)
            chords.insert(place, chords[place - 1])
        return cls(song, listener, tuple(onsets), tuple(chords), place)

    def late(self) -> HarmonyGround | None:
        """The same, the song's own chord coming later: with its second bar, or in the middle of
        a bar. None where it is too short for that."""
        start, end = self.onsets[self.place], self.end(self.place)
        meter = self.song.melody.meter_at(start)
        lines = [each for each in self.song.melody.bar_onsets if start < each < end]
        middle = start + (end - start) / 2
        is_even = (end - start) / meter.beat_quarters in (2, 4)
        cut = lines[0] if lines else middle if is_even else None
        if cut is None:
            return None
        after = self.place + 1
        onsets = (*self.onsets[:after], cut, *self.onsets[after:])
        chords = (*self.chords[:after], self.chords[self.place], *self.chords[after:])
        return replace(self, onsets=onsets, chords=chords, is_late=True)

    @property
    def key(self) -> Key | None:
        """In force at the place."""
        return self.song.melody.key_at(self.onsets[self.place])

    def end(self, chord: int) -> Fraction:
        """When a chord ends, in quarters."""
        if chord + 1 < len(self.onsets):
            return self.onsets[chord + 1]
        return self.song.melody.end_quarters

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The song's chords, and those that could come."""
        return Vocabulary([*self.chords, *palette(self.chords, self.key)])

    @cached_property
    def branches(self) -> ChordBranches:
        """What the listener expects of chords at these times."""
        learned = self.listener.harmony_model(self.song)
        return ChordBranches(learned, self.song, self.onsets, self.vocabulary)

    @cached_property
    def numbers(self) -> IntArray:
        """The song's chords as numbers, shape ``(T,)``."""
        return np.array([self.vocabulary.number(chord) for chord in self.chords])

    @cached_property
    def bits_before(self) -> FloatArray:
        """Of the chords before the place."""
        return np.asarray(self.branches.bits(self.numbers[None], 0, self.place).total[0])

    @cached_property
    def expected(self) -> FloatArray:
        """Chances of roots by qualities at the place."""
        return self.branches.chances_at(self.numbers, self.place)

    @cached_property
    def awaited(self) -> tuple[Chord | None, float]:
        """The likeliest chord and its chance."""
        best = int(np.argmax(self.expected))
        chance = float(self.expected[best])
        if best >= 12 * N_QUALITIES:
            return None, chance
        root, quality = divmod(best, N_QUALITIES)
        own = (c for c in self.chords if c.root_pitch_class == root)
        chord = chord_on(root, quality, self.key)
        spelled = next((c.root for c in own), None)
        if spelled is not None and chord.root is not None and spelled != chord.root:
            chord = type(chord)(spelled, chord.degrees)
        return chord, chance

    @cached_property
    def phrases(self) -> tuple[int, ...]:
        """Index of the first chord of every phrase."""
        return chord_phrases(self.song, self.onsets)

    @cached_property
    def last(self) -> int:
        """The chord before which a break is measured: phrase and way home lie before it."""
        ends = [*self.phrases[1:], len(self.onsets)]
        end = next(each for each in ends if each > self.place)
        return min(max(end, self.place + LONGEST_SPAN + NOTES_TO_COME_HOME + 1), len(self.onsets))

    def break_of(self, bits: FloatArray) -> Break:
        """The break measured in bits that begin at the place."""
        whole = np.concatenate([self.bits_before, bits])
        starts = [each for each in self.phrases if each < len(whole)]
        onsets = [float(each) for each in self.onsets[: len(whole)]]
        beat = (float(self.onsets[self.place]), float(self.end(self.place)))
        return measure_break(whole, onsets, starts, self.place, beat)

    def fitting(self, chord: int) -> IntArray:
        """Numbers of the chords that bear the melody over a chord of the song."""
        notes = notes_over(self.song.melody, self.onsets[chord], self.end(chord))
        most = max(_MOST_CLASH, min(clash(self.chords[chord], notes), 1) + _CLASH_BESIDES)
        values = np.array([clash(each, notes) for each in self.vocabulary.chords])
        rooted = self.vocabulary.columns["root"] >= 0
        return np.flatnonzero(rooted & (values <= most))

    def is_locked(self, chord: int, locks: Locks | None) -> bool:
        """Whether a chord sounds in a locked stretch, or there is none."""
        if chord >= len(self.onsets):
            return True
        start, end = to_ticks(self.onsets[chord]), to_ticks(self.end(chord))
        return any(begin < end and start < stop for begin, stop in (locks.spans if locks else ()))
