"""What several components share: melodies as columns that are made when first asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache, wraps
from typing import Concatenate, ParamSpec, TypeVar

import numpy as np
import numpy.typing as npt

from clinamen.domains.music import _moment_kernels as kernels
from clinamen.domains.music.events import IntArray, MelodyEvents, previous
from clinamen.domains.music.key import PROFILES
from clinamen.domains.music.viewpoints import UNDEFINED

__all__ = ["Columns", "guessed_keys", "shared"]

_P = ParamSpec("_P")
_R = TypeVar("_R")

_PROFILE = "albrecht-shanahan"

_FARTHEST = 2**40
"""Times, bars and pitches of melodies that are looked at together lie below this."""

_SPAN = 4 * _FARTHEST


class Columns:
    """Melodies with what several components share, made when first asked for.

    Melodies are laid end to end, since a step of NumPy takes as long for a few notes as for
    hundreds. `T` is the number of all notes, `B` of all bars. Each melody's times are shifted
    so far that they come after all of the one before: the whole can be searched at once, and
    differences of times within a melody stay what they are.

    Parameters
    ----------
    melodies
        At least one; if there are several, `are_apart` must hold.

    Attributes
    ----------
    note, index, first
        Number of each note among all, in its melody, and of its melody's first note among
        all, shape ``(T,)``.
    melody
        Number of the melody of each note, shape ``(T,)``.
    ends
        Number of the note after each melody's last one.
    """

    def __init__(self, melodies: Sequence[MelodyEvents]) -> None:
        self.melodies = melodies
        self._lay_out(np.array([len(events) for events in melodies], dtype=np.int64))

    def _lay_out(self, lengths: IntArray) -> None:
        self.ends = np.cumsum(lengths)
        self.melody = np.repeat(np.arange(len(lengths)), lengths)
        self.note = np.arange(len(self.melody))
        self.first = (self.ends - lengths)[self.melody]
        self.index = self.note - self.first
        self.made: dict[object, object] = {}

    def once(self, key: object, make: Callable[[], _R]) -> _R:
        """What is made when first asked for, under a name of its own."""
        if key not in self.made:
            self.made[key] = make()
        return self.made[key]  # type: ignore[return-value]

    # The melodies as they are

    def _together(self, name: str) -> IntArray:
        return np.concatenate([getattr(events, name) for events in self.melodies])

    def _of_each(self, fact: Callable[[MelodyEvents], int]) -> IntArray:
        """A number a melody."""
        return np.array([fact(events) for events in self.melodies], dtype=np.int64)

    @cached_property
    def shift(self) -> IntArray:
        """Ticks by which times are shifted, shape ``(T,)``."""
        return self.melody * _SPAN

    @cached_property
    def onset(self) -> IntArray:
        """Shifted."""
        onset: IntArray = self._together("onset") + self.shift
        return onset

    @cached_property
    def duration(self) -> IntArray:
        return self._together("duration")

    @cached_property
    def pitch(self) -> IntArray:
        return self._together("pitch")

    @cached_property
    def tonic(self) -> IntArray:
        return self._together("tonic")

    @cached_property
    def mode(self) -> IntArray:
        return np.where(self.tonic >= 0, self._together("mode"), UNDEFINED)

    @cached_property
    def phrase_start(self) -> IntArray:
        """Number of the first note of each note's phrase in its melody, -1 if not known."""
        return self._together("phrase_start")

    @cached_property
    def has_phrases(self) -> npt.NDArray[np.bool_]:
        """Whether phrases are known, shape ``(T,)``."""
        known: npt.NDArray[np.bool_] = self.phrase_start >= 0
        return known

    @cached_property
    def phrase(self) -> IntArray:
        """Number among all notes of the first one of the phrase; itself if not known."""
        return np.where(self.has_phrases, self.first + self.phrase_start, self.note)

    @cached_property
    def starts(self) -> IntArray:
        return np.where(self.phrase_start == self.index, 1, 0)

    # Bars

    @cached_property
    def _n_bars(self) -> IntArray:
        """Of each melody."""
        return self._of_each(lambda events: len(events.bar_onset))

    @cached_property
    def _first_bar(self) -> IntArray:
        """Number among all bars of the first one of each note's melody, shape ``(T,)``."""
        first: IntArray = self.last_bar + 1 - self._n_bars[self.melody]
        return first

    @cached_property
    def last_bar(self) -> IntArray:
        """Number among all bars of the last one of each note's melody, shape ``(T,)``."""
        last: IntArray = np.cumsum(self._n_bars)[self.melody] - 1
        return last

    @cached_property
    def _bar_shift(self) -> IntArray:
        return np.repeat(np.arange(len(self.ends)) * _SPAN, self._n_bars)

    @cached_property
    def bar_onset(self) -> IntArray:
        """Shifted, shape ``(B,)``."""
        onset: IntArray = self._together("bar_onset") + self._bar_shift
        return onset

    @cached_property
    def bar_length(self) -> IntArray:
        """Shape ``(B,)``."""
        return self._together("bar_length")

    @cached_property
    def _bar_begin(self) -> IntArray:
        """Where bars begin, shifted, shape ``(B,)``; a pickup is the end of a bar."""
        begin = self.bar_onset.copy()
        pickup = self._of_each(lambda events: events.pickup)
        opening = (np.cumsum(self._n_bars) - self._n_bars)[pickup > 0]
        begin[opening] += pickup[pickup > 0] - self.bar_length[opening]
        return begin

    @cached_property
    def bar_line(self) -> IntArray:
        """Number among all bars of the last bar line at or before each note."""
        return np.searchsorted(self.bar_onset, self.onset, "right") - 1

    @cached_property
    def bar(self) -> IntArray:
        """Number of the bar of each note; after the last bar line, bars go on regularly."""
        since = self.onset - self._bar_begin[self.bar_line]
        more = since // self.bar_length[self.bar_line]
        line = self.bar_line - self._first_bar
        bar: IntArray = np.where(self.bar_line == self.last_bar, line + more, line)
        return bar

    def bar_start(self, bar: IntArray) -> IntArray:
        """Where bars begin that have some numbers in each note's melody, shifted."""
        more = np.maximum(self._first_bar + bar - self.last_bar, 0)
        begun = self._bar_begin[self._first_bar + bar - more]
        start: IntArray = begun + more * self.bar_length[self.last_bar]
        return start

    @cached_property
    def bar_number(self) -> IntArray:
        """Bars from the first full one, so that a pickup is bar -1."""
        upbeat = self._of_each(lambda events: int(events.pickup > 0))
        number: IntArray = self.bar - upbeat[self.melody]
        return number

    @cached_property
    def first_in_bar(self) -> IntArray:
        """Number among all notes of the first that began in the bar of each note."""
        new = (self.index == 0) | (self.bar != previous(self.bar, 1, -1))
        first: IntArray = np.maximum.accumulate(np.where(new, self.note, 0))
        return first

    @cached_property
    def beat(self) -> IntArray:
        return self._together("beat_length")[self.bar_line]

    @cached_property
    def place(self) -> IntArray:
        """Ticks since the bar began."""
        since = self.onset - self._bar_begin[self.bar_line]
        is_last = self.bar_line == self.last_bar
        return np.where(is_last, since % self.bar_length[self.bar_line], since)

    @cached_property
    def on_beat(self) -> IntArray:
        return np.where(self.place % self.beat == 0, 1, 0)

    # Chords

    @cached_property
    def _n_chords(self) -> IntArray:
        """Of each melody."""
        return self._of_each(lambda events: len(events.chord_onset))

    @cached_property
    def chord_melody(self) -> IntArray:
        """Number of the melody of each chord, shape ``(C,)``."""
        return np.repeat(np.arange(len(self.ends)), self._n_chords)

    @cached_property
    def chord_onset(self) -> IntArray:
        """Shifted, shape ``(C,)``."""
        onset: IntArray = self._together("chord_onset") + self.chord_melody * _SPAN
        return onset

    @cached_property
    def chord_root(self) -> IntArray:
        """Shape ``(C,)``."""
        root = self._together("chord_root")
        return np.where(root >= 0, root, UNDEFINED)

    @cached_property
    def chord_quality(self) -> IntArray:
        """Shape ``(C,)``."""
        return np.where(self.chord_root != UNDEFINED, self._together("chord_quality"), UNDEFINED)

    @cached_property
    def _last_chord(self) -> IntArray:
        """Number among all chords of the last one of each note's melody, shape ``(T,)``."""
        last: IntArray = np.cumsum(self._n_chords)[self.melody] - 1
        return last

    @cached_property
    def chord(self) -> IntArray:
        """Number among all chords of the one that sounds when each note begins, -1 if none."""
        begun = np.searchsorted(self.chord_onset, self.onset, "right") - 1
        first = self._last_chord + 1 - self._n_chords[self.melody]
        return np.where(begun >= first, begun, -1)

    @cached_property
    def next_chord(self) -> IntArray:
        """Number of the chord that comes next after each note has begun, -1 if none."""
        first = self._last_chord + 1 - self._n_chords[self.melody]
        following = np.where(self.chord >= 0, self.chord + 1, first)
        return np.where(following <= self._last_chord, following, -1)

    def of_chord(self, chord: IntArray, values: IntArray) -> IntArray:
        """Values of chords by their numbers; `UNDEFINED` for -1."""
        found: IntArray = np.append(values, UNDEFINED)[chord]
        return found

    @cached_property
    def root(self) -> IntArray:
        """Root of the chord that sounds when each note begins, shape ``(T,)``."""
        return self.of_chord(self.chord, self.chord_root)

    # Notes

    @cached_property
    def interval(self) -> IntArray:
        """Semitones above the previous note."""
        above: IntArray = self.pitch - self.previous(self.pitch, 1, 0)
        above[self.index == 0] = UNDEFINED
        return above

    @cached_property
    def degree(self) -> IntArray:
        """Semitones above the tonic, octaves folded."""
        return np.where(self.tonic >= 0, (self.pitch - self.tonic) % 12, UNDEFINED)

    @cached_property
    def interval_ticks(self) -> IntArray:
        """Ticks since the previous onset, 0 at the first note."""
        ticks = np.diff(self.onset, prepend=self.onset[:1])
        ticks[self.index == 0] = 0
        return ticks

    @cached_property
    def guess(self) -> IntArray:
        """The key that the earlier notes fit best (see `guessed_keys`)."""
        return guessed_keys(self.pitch, self.first)

    # Looking back

    def previous(self, values: IntArray, steps: int, fill: int) -> IntArray:
        """Values `steps` notes earlier in the melody, `fill` where there are none."""
        earlier = previous(values, steps, fill)
        earlier[self.index < steps] = fill
        return earlier

    def sum_before(self, values: IntArray) -> IntArray:
        """Sum of the values of all earlier notes of the melody."""
        total = np.cumsum(values) - values
        before: IntArray = total - total[self.first]
        return before

    def last_where(self, condition: np.ndarray, values: IntArray) -> IntArray:
        """Value at the last earlier note of the melody where the condition held."""
        place = np.maximum.accumulate(np.where(condition, self.note, -1))
        return self.at(self.previous(place, 1, -1), values)

    def at(self, note: IntArray, values: IntArray) -> IntArray:
        """Values at given notes; `UNDEFINED` where the note is before the melody."""
        return np.where(note >= self.first, values[note], UNDEFINED)

    def sounding(self, time: IntArray) -> IntArray:
        """The note of the melody that began last at or before a time, -1 if none."""
        note = np.searchsorted(self.onset, time, "right") - 1
        return np.where(note >= self.first, note, -1)

    def seen_at(
        self, note: IntArray, time: IntArray, values: IntArray, limit: IntArray
    ) -> IntArray:
        """Value of a note and whether it began right then; only notes before `limit`."""
        found = np.empty_like(self.note)
        kernels.seen_there(note, time, self.onset, values, limit, UNDEFINED, found)
        return found

    @property
    def are_apart(self) -> bool:
        """Whether melodies can be looked at together: none reaches into another.

        They are, unless times are enormous or do not rise, as in columns made by hand.
        """
        rising = (np.diff(self.onset) >= 0).all() and (np.diff(self.bar_onset) > 0).all()
        rising = rising and (np.diff(self.chord_onset) >= 0).all()
        found = (
            self.onset - self.shift,
            self.pitch,
            self.index - self.phrase_start,
            np.append(self.chord_onset - self.chord_melody * _SPAN, 0),
        )
        far = _FARTHEST - np.abs(self._of_each(lambda events: events.pickup)).max()
        return bool(rising) and all(each.min() >= 0 and each.max() < far for each in found)


def shared(
    function: Callable[Concatenate[Columns, _P], _R],
) -> Callable[Concatenate[Columns, _P], _R]:
    """A function of columns that is worked out once for the same columns and arguments."""

    @wraps(function)
    def once(columns: Columns, /, *args: _P.args, **kwargs: _P.kwargs) -> _R:
        key = (function, args, tuple(kwargs.items()))
        return columns.once(key, lambda: function(columns, *args, **kwargs))

    return once


def guessed_keys(pitch: IntArray, first: IntArray | int = 0) -> IntArray:
    """The key that fits the notes before each note best, shape ``(T,)``.

    Numbers are tonic pitch classes, plus 12 for minor; `UNDEFINED` at the first note. Every
    note counts alike, since its length may not be known.

    Parameters
    ----------
    first
        Where several melodies lie end to end, the first note of each note's own, ``(T,)``.

    Source: correlation with key profiles, as in `key_scores`.
    """
    fit = _key_profiles()
    found = np.empty(len(pitch), dtype=np.int64)
    begins = np.broadcast_to(first, pitch.shape)
    kernels.best_keys(pitch, begins, fit, UNDEFINED, np.empty_like(fit[0]), found)
    return found


@lru_cache(maxsize=1)
def _key_profiles() -> IntArray:
    """How well each pitch class fits the 24 keys, shape ``(12, 24)``.

    Standardised profiles in millionths. Whole numbers, so that keys that fit alike tie: sums
    of floats would differ in their last bits, by machine and by how many notes are looked at
    together.
    """
    shifts = (np.arange(12)[:, None] - np.arange(12)[None, :]) % 12
    modes = [np.array(profile) for profile in PROFILES[_PROFILE]]
    standard = [np.rint(1e6 * (mode - mode.mean()) / mode.std()) for mode in modes]
    return np.concatenate([mode.astype(np.int64)[shifts] for mode in standard], axis=1)
