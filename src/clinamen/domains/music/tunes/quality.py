"""How well a tune fits its listener and its constraints: the objective of the map.

It is no measure of how good music is. No person has rated what it rates.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from clinamen.domains.music.breaks import NEAR_HOME_BITS, NOTES_TO_COME_HOME
from clinamen.domains.music.constraints import Bounds
from clinamen.domains.music.events import IntArray, to_ticks
from clinamen.domains.music.notes import Melody, Song
from clinamen.domains.music.tunes import _quality_kernels as kernels
from clinamen.domains.music.tunes._laid_out import laid_out
from clinamen.domains.music.tunes.ear import Heard
from clinamen.domains.music.tunes.ground import Ground
from clinamen.domains.music.tunes.measures import joint_bits, joint_gap
from clinamen.domains.music.tunes.tune import Tune

__all__ = ["TERMS", "Judging", "quality"]

FloatArray = npt.NDArray[np.float64]

TERMS = ("typical", "home", "kept")
"""What quality is made of, in the order of the columns of `Judging.terms`."""

_WIDEST_LEAP = 12
"""Semitones; wider ones lower the quality where no leap is forbidden."""

LONGEST_WAIT_BARS = 2
"""Bars without an onset that cost nothing, where the frame's own notes do not wait longer.

The 99th percentile of the longest wait of the 5,146 training melodies that stand alone
(OpenEWLD, Open Hymnal, folk songs; `tools/measure_waits.py`). Voices of Lieder wait for their
pianos, and are not counted.
"""


class Judging:
    """Judges many tunes over one frame, each from 0 to 1.

    Quality is the cube root of the product of three terms, each from 0 to 1:

    typical
        Notes cost about what the listener expects that the next one will cost. With *b* the
        joint information content of a note, *h* the entropy before it, *d = b - h* and *m* the
        median of *d* in the tune: half of it is the mean of exp(-abs(d - m) / (2 + mean b / 2)),
        the other half the correlation of *b* with *h* (0 where it is below 0): surprising where
        the listener was unsure, plain where it was sure. *Source*: local typicality (Meister,
        Pimentel, Wiher and Cotterell 2023, *Locally typical sampling*), who take *m* as 0 and
        no scale. Departure: a tune may be as surprising as it likes as long as it is so steadily,
        as mean surprise is an axis of the map and not a fault; a single break costs it one note.
    home
        After the most surprising note of each phrase expectation comes home, within
        `NEAR_HOME_BITS` of the phrase's median: at the next note 1, by a quarter less for each
        one later. With them counts the last note: 1 if it is home, else exp(-excess / 2 bits).
        Original, after `measure_break`.
    kept
        Share of notes that the bounds allow, times the share of leaps that they allow (an
        octave where none is forbidden), times 1/2 if the tune ends elsewhere than it may, times
        the share of bars in which something sounds, times the share of time in which no note
        of a beat or more rubs against the chord under it, times the cube of *w* over the
        longest time without an onset where that is longer than *w*: `LONGEST_WAIT_BARS`, or
        what the notes of the frame themselves wait.

    What it does not say: whether the tune has an idea, is well made, moves anyone, or is like
    another one. It says that this listener would follow it.

    Parameters
    ----------
    frame
        Bars, phrases and chords.
    bounds
        What a tune should keep to.
    """

    def __init__(self, frame: Melody | Song, bounds: Bounds, ground: Ground | None = None) -> None:
        melody = frame if isinstance(frame, Melody) else frame.melody
        self.ground = ground or Ground.of(frame)
        self._end = to_ticks(melody.end_quarters)
        self._beat = to_ticks(melody.meters[0].meter.beat_quarters)
        self._allowed = bounds.mask(np.arange(128))
        ending = range(12) if bounds.ending is None else bounds.ending
        self._may_end = np.isin(np.arange(12), [*ending])
        self._leap = bounds.largest_leap or _WIDEST_LEAP
        self._wait = _longest_wait(melody)

    def __call__(self, tunes: Sequence[Tune], heard: Sequence[Heard]) -> FloatArray:
        """Quality of each tune, shape ``(B,)``; 0 of a tune without notes.

        Raises
        ------
        ParameterError
            If there are not as many hearings as tunes, or one is of another length.
        """
        return combined(self.terms(tunes, heard))

    def terms(self, tunes: Sequence[Tune], heard: Sequence[Heard]) -> FloatArray:
        """What the quality of each tune is made of, shape ``(B, 3)``; see `TERMS`."""
        columns, ends = laid_out(tunes)
        return self.judged(columns, ends, joint_bits(tunes, heard), joint_gap(heard))

    def judged(
        self, columns: IntArray, ends: IntArray, bits: FloatArray, gap: FloatArray
    ) -> FloatArray:
        """The same of tunes that are laid out, with joint bits, and these less entropy."""
        ground, out = self.ground, np.empty((len(ends), len(TERMS)))
        # Bars of which nothing is left at the end of the frame need not sound.
        bars = ground.bar_onset[: max(np.searchsorted(ground.bar_onset, self._end), 1)]
        kernels.judge_all(
            columns,
            ends,
            bits,
            gap,
            ground.phrase_onset,
            bars,
            max(self._end, int(bars[-1]) + 1),
            ground.chord_onset,
            ground.chord_end,
            ground.chord_strain,
            self._beat,
            self._allowed,
            self._may_end,
            self._leap,
            self._wait,
            NEAR_HOME_BITS,
            NOTES_TO_COME_HOME,
            np.empty(len(bits)),
            out,
        )
        return out


def _longest_wait(melody: Melody) -> int:
    """Ticks that a tune over these bars may go without an onset; see `LONGEST_WAIT_BARS`."""
    bar = max(change.meter.bar_quarters for change in melody.meters)
    usual = to_ticks(LONGEST_WAIT_BARS * bar)
    return max(usual, to_ticks(longest_wait(melody))) if melody.notes else usual


def longest_wait(melody: Melody) -> Fraction:
    """Quarters of the longest time of a melody without an onset, its beginning and end too."""
    onsets = [note.onset_quarters for note in melody.notes]
    waits = (after - before for before, after in pairwise([Fraction(0), *onsets]))
    return max(*waits, melody.end_quarters - onsets[-1])


def combined(terms: FloatArray) -> FloatArray:
    """Quality of terms, shape ``(B, 3)``: none can make up for another that is missing."""
    found: FloatArray = np.cbrt(terms.prod(axis=1))
    return found


def quality(
    frame: Melody | Song, bounds: Bounds, tunes: Sequence[Tune], heard: Sequence[Heard]
) -> FloatArray:
    """Quality of each tune from 0 to 1, shape ``(B,)``; see `Judging`.

    Raises
    ------
    ParameterError
        If there are not as many hearings as tunes, or one is of another length.
    """
    return Judging(frame, bounds)(tunes, heard)
