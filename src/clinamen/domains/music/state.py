"""A melody while it is being made: what is expected next, note by note."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from clinamen.domains.music._in_bars import bars_and_keys, in_bars
from clinamen.domains.music.events import (
    TICKS_PER_QUARTER,
    IntArray,
    MelodyEvents,
    melody_events,
)
from clinamen.domains.music.learned import Learned
from clinamen.domains.music.notes import Melody
from clinamen.domains.music.projection import Alphabets
from clinamen.domains.music.song_events import with_chords
from clinamen.errors import ParameterError

__all__ = ["ListeningState"]

FloatArray = npt.NDArray[np.float64]
_NoteTicks = tuple[int, int, int]

_QUARTERS_AHEAD = 64
"""Bars are worked out so far beyond the last note."""


class ListeningState:
    """What a listener expects next in a melody that is being made.

    Predictions are to the bit those of `Listener.hear` with the learned mixture for a melody
    of the same notes, key and metre, over the same alphabets; metres that change after its last
    note are known to the state alone. A copy shares what is past.

    Parameters
    ----------
    learned
        The mixtures of a listener, by target.
    alphabets
        What could come.
    frame
        Key, metre and pickup; its notes, if any, are heard first. Phrases are not looked at.
    chords
        Columns of the chords that are given (see `chord_columns`), if any.

    Examples
    --------
    >>> import clinamen
    >>> song = clinamen.read("examples/ode_to_joy.musicxml")
    >>> state = clinamen.load_listener().start(song.melody)
    >>> chances = state.predict("pitch", onset_ticks=state.end_ticks)
    >>> int(state.alphabet("pitch")[chances.argmax()]) in range(128)
    True
    """

    def __init__(
        self,
        learned: Mapping[str, Learned],
        alphabets: Alphabets,
        frame: Melody,
        chords: Mapping[str, IntArray] | None = None,
    ) -> None:
        self._learned = dict(learned)
        self._alphabets = alphabets
        self._frame = _Frame(frame, chords or {})
        self._notes: tuple[_NoteTicks, ...] = ()
        if frame.notes:
            heard = melody_events(frame)
            for note in zip(heard.onset, heard.duration, heard.pitch, strict=True):
                self.observe(*map(int, note))

    def __len__(self) -> int:
        """Notes so far."""
        return len(self._notes)

    @property
    def notes(self) -> tuple[_NoteTicks, ...]:
        """Onset and duration in ticks and MIDI pitch of the notes so far."""
        return self._notes

    @property
    def end_ticks(self) -> int:
        """Where the last note ends, 0 before the first."""
        return self._notes[-1][0] + self._notes[-1][1] if self._notes else 0

    def alphabet(self, target: str) -> IntArray:
        """What could come, shape ``(A,)``: MIDI pitches, or ticks (`TICKS_PER_QUARTER`)."""
        return self._alphabets.of_target(target)

    def predict(
        self, target: str, *, onset_ticks: int | None = None, pitch: int | None = None
    ) -> FloatArray:
        """Distribution over the alphabet of a target, shape ``(A,)``.

        Parameters
        ----------
        target
            ``onset`` (ticks since the previous onset), ``pitch`` or ``duration``.
        onset_ticks
            When the note begins; needed for pitch and duration.
        pitch
            MIDI number; needed for the duration.

        Raises
        ------
        ParameterError
            If the listener has learnt nothing about the target, the onset lies before that
            of the last note, or something needed is missing.
        """
        self._check(target, onset_ticks, pitch)
        last = self._notes[-1][0] if self._notes else 0
        onset = last if target == "onset" or onset_ticks is None else onset_ticks
        # What is predicted of a note is never looked at: any value will do.
        given = int(self._alphabets.pitch[0]) if pitch is None else pitch
        events = self._with(onset, int(self._alphabets.duration[0]), given)
        if target == "onset":
            events = replace(events, onset=_moved(events.onset, int(self._alphabets.onset[0])))
        learned = self._learned[target]
        view = learned.lens.view(events, self._alphabets.of_target(target))
        row, first = np.array([len(events) - 1]), np.zeros(1, dtype=np.int64)
        found: FloatArray = learned.mixture.predict_rows(view, row, first)[0]
        return found

    def _check(self, target: str, onset_ticks: int | None, pitch: int | None) -> None:
        if target not in self._learned:
            raise ParameterError(f"target must be {', '.join(self._learned)}, not {target!r}")
        if target != "onset" and onset_ticks is None:
            raise ParameterError(f"to predict the {target} of a note, say when it begins")
        if target == "duration" and pitch is None:
            raise ParameterError("to predict the duration of a note, say its pitch")

    def observe(self, onset_ticks: int, duration_ticks: int, pitch: int) -> None:
        """Take a note as heard.

        Raises
        ------
        ParameterError
            If it begins before the last one, or something of it is not in the alphabets.
        """
        self._with(onset_ticks, duration_ticks, pitch)
        before = self._notes[-1][0] if self._notes else onset_ticks
        values = {"onset": onset_ticks - before, "pitch": pitch, "duration": duration_ticks}
        for target in self._learned:
            if values[target] not in self._alphabets.of_target(target):
                raise ParameterError(
                    f"the alphabet for {target} lacks {values[target]}, which comes at tick "
                    f"{onset_ticks}"
                )
        self._notes = (*self._notes, (onset_ticks, duration_ticks, pitch))

    def _with(self, onset: int, duration: int, pitch: int) -> MelodyEvents:
        """The notes so far and one more."""
        if self._notes and onset < self._notes[-1][0]:
            raise ParameterError(
                f"a note at tick {onset} would begin before the last one, at {self._notes[-1][0]}"
            )
        return self._frame.events((*self._notes, (onset, duration, pitch)))

    def copy(self) -> ListeningState:
        """An independent state at the same place."""
        other = ListeningState.__new__(ListeningState)
        other._learned, other._alphabets, other._frame = self._learned, self._alphabets, self._frame
        other._notes = self._notes
        return other


def _moved(onset: IntArray, interval: int) -> IntArray:
    """The last note so long after the one before; a first note stays."""
    if len(onset) == 1:
        return onset
    return np.append(onset[:-1], onset[-2] + interval)


class _Frame:
    """Bars, keys and chords of a melody, as far ahead as they are asked for."""

    def __init__(self, melody: Melody, chords: Mapping[str, IntArray]) -> None:
        self._chords = chords
        self._melody = melody.replace(notes=(), phrase_starts=(), end_quarters=Fraction(0))
        self._bars = self._worked_out(0)

    def _worked_out(self, end_ticks: int) -> MelodyEvents:
        """Columns with one note a key, and all bars to beyond a time."""
        end = Fraction(end_ticks, TICKS_PER_QUARTER) + _QUARTERS_AHEAD
        melody = self._melody.replace(bar_onsets=(), end_quarters=end)
        return with_chords(bars_and_keys(melody, end), self._chords)

    def events(self, notes: tuple[_NoteTicks, ...]) -> MelodyEvents:
        """Notes with the bars and keys that they fall in."""
        if notes[-1][0] >= int(self._bars.bar_onset[-1]):
            self._bars = self._worked_out(notes[-1][0])
        return in_bars(self._bars, *np.ascontiguousarray(np.array(notes, dtype=np.int64).T))
