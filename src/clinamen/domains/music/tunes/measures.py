"""Measures of a tune that a musician understands: the axes of the map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from clinamen.domains.music.events import TICKS_PER_QUARTER, IntArray
from clinamen.domains.music.notes import Melody, Song
from clinamen.domains.music.tunes import _measure_kernels as kernels
from clinamen.domains.music.tunes._laid_out import laid_out
from clinamen.domains.music.tunes.ear import Heard
from clinamen.domains.music.tunes.ground import Ground
from clinamen.domains.music.tunes.tune import Tune
from clinamen.errors import ParameterError

__all__ = ["MEASURES", "Measure", "Measuring", "measure_tunes"]

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure of a tune.

    Parameters
    ----------
    name
        As in commands and files.
    unit
        What it counts.
    low, high
        Where the axis of a map begins and ends by default; tunes may lie beyond.
    """

    name: str
    unit: str
    low: float
    high: float


MEASURES: tuple[Measure, ...] = (
    Measure("surprise", "bits a note", 1.0, 7.0),
    Measure("contrast", "bits", 3.0, 18.0),
    Measure("range", "semitones", 7.0, 24.0),
    Measure("density", "notes a quarter", 0.4, 2.5),
    Measure("repetition", "share of figures", 0.0, 0.8),
    Measure("syncopation", "levels a note", 0.0, 0.6),
    Measure("chromaticism", "share of time", 0.0, 0.3),
    Measure("brightness", "fifths", -1.5, 3.0),
)
"""In the order of the columns of `measure_tunes`."""


class Measuring:
    """Measures many tunes over one frame.

    With ``T`` notes whose joint information content is :math:`b_1 \\dots b_T` bits:

    surprise
        :math:`\\sum b_i / T`. *Source*: Pearce 2005.
    contrast
        The largest :math:`b_i - m_i`, with :math:`m_i` the median of the other notes of its
        phrase (which `measure_break` calls home); the first note of all is left out, as nothing
        was expected before it. Phrases are those of the frame, else four bars. Original; one
        figure for the whole tune of what record 13 measures at one place.
    range
        Highest less lowest pitch.
    density
        Notes by the quarters from the first onset to the end of the last note.
    repetition
        Share of the figures of four notes that came earlier in the tune at any height: the same
        three steps of the key's scale (semitones where no key is known) and times between
        onsets. The first figure, which cannot return, is not counted. Original.
    syncopation
        A note of metrical level *w* (0 the bar line, 1 the half bar of 4/4, and so on down)
        after which a stronger place *v* passes before the next onset counts *w - v*; their sum
        by T. Thirds of an undotted beat are places of notes, and none that can pass so.
        *Source*: Longuet-Higgins and Lee 1984, *The rhythmic interpretation of monophonic
        music*. Departures: one pair a note, the strongest; by note.
    chromaticism
        Share of the sounding time on pitches outside the key; in minor the raised sixth and
        seventh are inside.
    brightness
        Mean place on the line of fifths from the tonic (fourth -1, fifth 1, major third 4,
        minor third -3) by time: of the melody, and of the tones of chords as if each chord was
        one voice. A tritone counts 6 or -6, whichever is on the side of the rest. All of Lydian
        is 3, major 2, minor -1, Locrian -3. *Source*: the order of modes by brightness is
        common; Persichetti 1961, chapter 2. The formula is ours.

    A tune without notes has 0 throughout but for the brightness of its chords, one of a single
    note has no contrast, range or repetition. Without a key, chromaticism and brightness are 0.

    Parameters
    ----------
    frame
        Whose bars, keys, phrases and chords count.
    """

    def __init__(self, frame: Melody | Song | Ground) -> None:
        self.ground = frame if isinstance(frame, Ground) else Ground.of(frame)

    def __call__(self, tunes: Sequence[Tune], heard: Sequence[Heard]) -> FloatArray:
        """Measures of each tune, shape ``(B, 8)``.

        Raises
        ------
        ParameterError
            If there are not as many hearings as tunes, or one is of another length.
        """
        columns, ends = laid_out(tunes)
        return self.measured(columns, ends, joint_bits(tunes, heard))

    def measured(self, columns: IntArray, ends: IntArray, bits: FloatArray) -> FloatArray:
        """The same of tunes that are laid out, with joint bits of shape ``(N,)``."""
        ground, out = self.ground, np.empty((len(ends), len(MEASURES)))
        kernels.measure_all(
            columns,
            ends,
            bits,
            self._steps(columns),
            ground.bar_onset,
            ground.bar_begin,
            ground.levels,
            ground.beat_level,
            ground.key_onset,
            ground.tonic,
            ground.in_key,
            ground.phrase_onset,
            self._harmony,
            TICKS_PER_QUARTER,
            np.empty(len(bits)),
            np.empty(4),
            out,
        )
        return out

    def _steps(self, columns: IntArray) -> IntArray:
        """Pitches as steps of the scale that holds, shape ``(N,)``."""
        key = np.searchsorted(self.ground.key_onset, columns[0], side="right") - 1
        steps: IntArray = self._ladders[key, columns[2]]
        return steps

    @cached_property
    def _ladders(self) -> IntArray:
        """How many notes of each key's scale lie below or at a pitch, shape ``(K, 128)``."""
        above = (np.arange(128) - self.ground.tonic[:, None]) % 12
        ladders: IntArray = np.cumsum(np.take_along_axis(self.ground.ladder, above, axis=1), axis=1)
        return ladders

    @cached_property
    def _harmony(self) -> FloatArray:
        """Of all chords: time, place on the line of fifths by time, time on the tritone."""
        ground, total = self.ground, np.zeros(3)
        key = np.searchsorted(ground.key_onset, ground.chord_onset, side="right") - 1
        for chord, tonic in enumerate(ground.tonic[key]):
            above = (np.flatnonzero(ground.chord_tones[chord]) - tonic) % 12
            if tonic < 0 or not len(above):
                continue
            lasts = float(ground.chord_end[chord] - ground.chord_onset[chord])
            places = np.where(above == 6, 0, (above * 7 + 5) % 12 - 5)
            total += lasts * np.array([1.0, places.mean(), (above == 6).mean()])
        return total


def joint_gap(heard: Sequence[Heard]) -> FloatArray:
    """Joint information content less entropy of all notes, shape ``(N,)``."""
    return _joint([each.bits - each.entropy for each in heard])


def joint_bits(tunes: Sequence[Tune], heard: Sequence[Heard]) -> FloatArray:
    """Joint information content of all notes, shape ``(N,)``.

    Raises
    ------
    ParameterError
        If there are not as many hearings as tunes, or one is of another length.
    """
    if [len(tune) for tune in tunes] != [each.bits.shape[1] for each in heard]:
        raise ParameterError("each tune needs its own hearing, with as many notes")
    return _joint([each.bits for each in heard])


def _joint(parts: Sequence[FloatArray]) -> FloatArray:
    """Onset and pitch together, of all tunes, shape ``(N,)``."""
    onset, pitch = np.concatenate([np.empty((2, 0)), *parts], axis=1)
    joint: FloatArray = onset + pitch
    return joint


def measure_tunes(
    frame: Melody | Song | Ground, tunes: Sequence[Tune], heard: Sequence[Heard]
) -> FloatArray:
    """Measures of tunes over a frame, shape ``(B, 8)``, in the order of `MEASURES`.

    Raises
    ------
    ParameterError
        If there are not as many hearings as tunes, or one is of another length.

    Examples
    --------
    >>> import clinamen
    >>> from clinamen.domains.music.editing import notes_in_ticks
    >>> song = clinamen.read("examples/ode_to_joy.musicxml")
    >>> tune = Tune.of(notes_in_ticks(song.melody))
    >>> silent = Heard(np.zeros((2, len(tune))), np.zeros((2, len(tune))))
    >>> float(measure_tunes(song, [tune], [silent])[0, 2])
    12.0
    """
    return Measuring(frame)(tunes, heard)
