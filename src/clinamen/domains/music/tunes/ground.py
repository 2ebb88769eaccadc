"""The ground that tunes stand on: bars, keys, phrases and chords of a frame, as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from clinamen.domains.music._in_bars import bars_and_keys
from clinamen.domains.music.constraints import SCALES
from clinamen.domains.music.events import TICKS_PER_QUARTER, IntArray, to_ticks
from clinamen.domains.music.key import estimate_key
from clinamen.domains.music.notes import Key, KeyChange, Melody, Song
from clinamen.domains.music.progression.fit import strain
from clinamen.domains.music.tunes._metre import metre_levels

__all__ = ["Ground"]

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

_PHRASE_BARS = 4
"""Bars of a phrase where the frame marks none: the usual length in songs."""


@dataclass(frozen=True, eq=False)
class Ground:
    """What measures of tunes ask about a frame.

    Parameters
    ----------
    bar_onset, bar_begin
        Where bars begin, and where they would if they were whole (a pickup is the end of a
        bar), in ticks, shape ``(B,)``; the last one goes on regularly.
    levels
        Ticks of the levels of each bar's metre, shape ``(B, L)``; see `metre_levels`.
    beat_level
        Which of them is the felt beat, shape ``(B,)``.
    key_onset, tonic
        Where keys begin, in ticks, and their tonics, -1 where none is known; shape ``(K,)``.
    in_key
        Whether a pitch class above the tonic is in the key, shape ``(K, 12)``; in minor with
        the raised sixth and seventh, as songs have them. All are where no key is known.
    phrase_onset
        Where phrases begin: as marked in the frame, else every four full bars; shape ``(P,)``.
    chord_onset, chord_end
        Ticks, shape ``(C,)``.
    chord_tones, chord_strain
        Pitch classes of each chord, and how each pitch class rubs against it, 0 to 1; shape
        ``(C, 12)``.
    """

    bar_onset: IntArray
    bar_begin: IntArray
    levels: IntArray
    beat_level: IntArray
    key_onset: IntArray
    tonic: IntArray
    in_key: BoolArray
    phrase_onset: IntArray
    chord_onset: IntArray
    chord_end: IntArray
    chord_tones: BoolArray
    chord_strain: FloatArray

    @property
    def ladder(self) -> IntArray:
        """Which pitch classes above the tonic are rungs of a ladder, shape ``(K, 12)``.

        Of minor with its two sixths and sevenths, the lower ones: seven notes an octave.
        """
        rungs = self.in_key.astype(np.int64)
        rungs[np.ix_(rungs.sum(axis=1) == 9, [9, 11])] = 0
        return rungs

    @classmethod
    def of(cls, frame: Melody | Song) -> Ground:
        """The ground of a song's bars, keys, phrases and chords.

        Where the frame has no key, the one that its notes suggest counts.
        """
        melody = frame if isinstance(frame, Melody) else frame.melody
        bars = bars_and_keys(melody, melody.end_quarters)
        begin = bars.bar_onset.copy()
        if bars.pickup:
            begin[0] += bars.pickup - bars.bar_length[0]
        meters = [
            metre_levels(melody.meter_at(Fraction(int(onset), TICKS_PER_QUARTER)))
            for onset in bars.bar_onset
        ]
        key_onset, tonic, in_key = _keys(melody)
        chord_onset, chord_end, chord_tones, chord_strain = _chords(frame)
        return cls(
            bar_onset=bars.bar_onset,
            bar_begin=begin,
            levels=np.stack([levels for levels, _ in meters]),
            beat_level=np.array([beat for _, beat in meters]),
            key_onset=key_onset,
            tonic=tonic,
            in_key=in_key,
            phrase_onset=_phrases(melody, bars.bar_onset, bool(bars.pickup)),
            chord_onset=chord_onset,
            chord_end=chord_end,
            chord_tones=chord_tones,
            chord_strain=chord_strain,
        )


def _keys(melody: Melody) -> tuple[IntArray, IntArray, BoolArray]:
    changes = melody.keys
    if not changes and melody.notes:
        changes = (KeyChange(Fraction(0), estimate_key(melody)),)
    if not changes:
        return np.zeros(1, np.int64), np.full(1, -1), np.ones((1, 12), np.bool_)
    onset = np.array([to_ticks(change.onset_quarters) for change in changes])
    tonic = np.array([change.key.tonic_pitch_class for change in changes])
    in_key = np.zeros((len(changes), 12), dtype=np.bool_)
    for row, change in enumerate(changes):
        in_key[row, list(_scale(change.key))] = True
    return onset, tonic, in_key


def _scale(key: Key) -> tuple[int, ...]:
    return SCALES["melodic minor"] if key.mode in ("minor", "aeolian") else key.scale


def _phrases(melody: Melody, bar_onset: IntArray, has_pickup: bool) -> IntArray:
    if melody.phrase_starts:
        begun = [to_ticks(melody.notes[start].onset_quarters) for start in melody.phrase_starts]
        return np.array([0, *begun[1:]], dtype=np.int64)
    # Notes before the first of them, of a pickup, are in the first phrase.
    starts = bar_onset[int(has_pickup) :: _PHRASE_BARS]
    return starts if len(starts) else np.zeros(1, dtype=np.int64)


def _chords(frame: Melody | Song) -> tuple[IntArray, IntArray, BoolArray, FloatArray]:
    spans = () if isinstance(frame, Melody) else frame.harmony
    heard = [span for span in spans if span.chord.root_pitch_class is not None]
    tones = np.zeros((len(heard), 12), dtype=np.bool_)
    for row, span in enumerate(heard):
        tones[row, list(span.chord.pitch_classes)] = True
    return (
        np.array([to_ticks(span.onset_quarters) for span in heard], dtype=np.int64),
        np.array([to_ticks(span.end_quarters) for span in heard], dtype=np.int64),
        tones,
        np.array([strain(span.chord) for span in heard]).reshape(-1, 12),
    )
