"""A melody as arrays, ready for viewpoints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from clinamen.domains.music.notes import Key, Melody
from clinamen.errors import ParameterError

__all__ = ["TICKS_PER_QUARTER", "IntArray", "MelodyEvents", "Moment", "melody_events", "to_ticks"]

IntArray = npt.NDArray[np.int64]
"""Array of 64-bit integers."""

TICKS_PER_QUARTER = 10080
"""2^5 * 3^2 * 5 * 7: exact for 128th notes, triplets, nonuplets, quintuplets, septuplets."""

MODE_CODES = {"major": 0, "minor": 9}


def _nothing() -> IntArray:
    return np.empty(0, dtype=np.int64)


@dataclass(frozen=True)
class MelodyEvents:
    """The notes of one melody as columns; `T` notes, times in ticks.

    Parameters
    ----------
    onset, duration, pitch
        Ticks, ticks, MIDI number, each shape ``(T,)``.
    bar_onset
        Onset of every bar, shape ``(B,)``, rising, the first 0.
    bar_length, beat_length
        Length in ticks of a full bar and of a felt beat under the time signature in
        force in each bar, shape ``(B,)``.
    pickup
        Ticks of the incomplete first bar, 0 if there is none.
    tonic, mode, fifths
        Per note: tonic pitch class (-1 where no key is known), mode (0 major, 9 minor
        and other modes with a minor third, IDyOM's codes), signature, shape ``(T,)``.
    scale
        Per note: bit `i` is set when `i` semitones above the tonic lie in the mode's
        scale, shape ``(T,)``; 0 where no key is known.
    phrase_start
        Per note: index of the first note of its phrase, shape ``(T,)``; -1 where no
        phrases are known.
    chord_onset
        Onset of every chord, shape ``(C,)``, rising; each lasts until the next one. Empty
        where no chords are known (see `song_events`).
    chord_root, chord_quality
        Pitch class, and index into `progression.events.QUALITIES`, of each chord; -1 where
        there is silence or the symbol was not read; shape ``(C,)``.
    """

    onset: IntArray
    duration: IntArray
    pitch: IntArray
    bar_onset: IntArray
    bar_length: IntArray
    beat_length: IntArray
    pickup: int
    tonic: IntArray
    mode: IntArray
    fifths: IntArray
    scale: IntArray
    phrase_start: IntArray
    chord_onset: IntArray = field(default_factory=_nothing)
    chord_root: IntArray = field(default_factory=_nothing)
    chord_quality: IntArray = field(default_factory=_nothing)

    def __repr__(self) -> str:
        return f"<MelodyEvents: {len(self)} notes>"

    def __len__(self) -> int:
        return len(self.pitch)

    @property
    def has_chords(self) -> bool:
        """Whether chords are known."""
        return len(self.chord_onset) > 0


@dataclass(frozen=True)
class Moment:
    """The note under consideration at every position of a melody, past notes being given.

    A viewpoint is a formula over a moment. With the actual notes (`actual`) every array
    has shape ``(T, 1)`` and the formula gives the symbols that occurred; with candidates
    (`candidates`) the target's array has shape ``(T, A)`` or ``(1, A)`` and the formula
    gives the symbol that each candidate would have had: the *image* of the alphabet.

    Parameters
    ----------
    events
        The melody; row ``t`` may look at any note before ``t``.
    onset, duration, pitch
        The note itself, broadcastable to ``(T, A)``.
    """

    events: MelodyEvents
    onset: IntArray
    duration: IntArray
    pitch: IntArray

    @classmethod
    def actual(cls, events: MelodyEvents) -> Moment:
        """The notes as they are."""
        return cls(events, events.onset[:, None], events.duration[:, None], events.pitch[:, None])

    @classmethod
    def candidates(
        cls,
        events: MelodyEvents,
        target: str,
        alphabet: IntArray,
        unknown: Mapping[str, IntArray] | None = None,
    ) -> Moment:
        """Every member of an alphabet in the place of the note's own value.

        Parameters
        ----------
        target
            ``pitch`` (MIDI numbers), ``onset`` (ticks since the previous onset; the first
            note has 0) or ``duration`` (ticks).
        alphabet
            Candidate values, shape ``(A,)``.
        unknown
            Alphabets of other attributes of the note that are not known: each candidate
            comes with each of their values, the target varying slowest.

        Raises
        ------
        ParameterError
            If `target` or an unknown attribute is none of the three.
        """
        values = {target: alphabet, **(unknown or {})}
        for name in values:
            if name not in ("pitch", "onset", "duration"):
                raise ParameterError(f"target must be pitch, onset or duration, not {name!r}")
        grid = np.meshgrid(*values.values(), indexing="ij")
        rows = {name: axis.reshape(1, -1) for name, axis in zip(values, grid, strict=True)}
        here = cls.actual(events)
        onset = here.onset
        if "onset" in rows:
            onset = previous(events.onset, 1, events.onset[:1])[:, None] + rows["onset"]
        return cls(
            events, onset, rows.get("duration", here.duration), rows.get("pitch", here.pitch)
        )


def previous(values: IntArray, steps: int, fill: IntArray | int) -> IntArray:
    """Values `steps` events earlier, shape ``(T,)``; the first `steps` places hold `fill`."""
    shifted = np.empty_like(values)
    shifted[:steps] = fill
    shifted[steps:] = values[: max(len(values) - steps, 0)]
    return shifted


def to_ticks(quarters: Fraction) -> int:
    """Nearest tick to a time in quarter notes (exact for the usual divisions)."""
    # In whole numbers where it is exact: fractions would take five times as long.
    ticks, rest = divmod(quarters.numerator * TICKS_PER_QUARTER, quarters.denominator)
    return round(quarters * TICKS_PER_QUARTER) if rest else ticks


def melody_events(melody: Melody, *, idyom_tonic: bool = False) -> MelodyEvents:
    """Columns of a melody.

    Parameters
    ----------
    idyom_tonic
        Take the tonic as IDyOM 1.7.1 does: of the major or the minor key that has the
        signature, whichever shares the mode's third, so that D dorian counts from A and
        G mixolydian from C. Only to compare figures with IDyOM's; the true tonic is
        better. Major and minor keys are the same either way.

    Raises
    ------
    ParameterError
        If the melody has no notes.
    """
    notes = melody.notes
    if not notes:
        raise ParameterError("a melody needs at least one note")
    keys = [melody.key_at(note.onset_quarters) for note in notes]
    meters = [melody.meter_at(onset) for onset in melody.bar_onsets]
    facts = {key: _key_facts(key, idyom_tonic) for key in set(keys)}
    tonic, mode, fifths, scale = np.array([facts[key] for key in keys], dtype=np.int64).T.copy()
    starts = np.asarray(melody.phrase_starts, dtype=np.int64)
    index = np.arange(len(notes))
    if len(starts):
        phrase_start = starts[np.searchsorted(starts, index, side="right") - 1]
    else:
        phrase_start = np.full(len(notes), -1, dtype=np.int64)
    return MelodyEvents(
        onset=_ticks(note.onset_quarters for note in notes),
        duration=_ticks(note.duration_quarters for note in notes),
        pitch=_ints(note.pitch for note in notes),
        bar_onset=_ticks(melody.bar_onsets),
        # At least one tick, for metres of notes that are shorter than that.
        bar_length=np.maximum(_ticks(meter.bar_quarters for meter in meters), 1),
        beat_length=np.maximum(_ticks(meter.beat_quarters for meter in meters), 1),
        pickup=to_ticks(melody.pickup_quarters),
        tonic=tonic,
        mode=mode,
        fifths=fifths,
        scale=scale,
        phrase_start=phrase_start,
    )


def _key_facts(key: Key | None, idyom_tonic: bool) -> tuple[int, int, int, int]:
    """Tonic, mode, signature and scale, as in `MelodyEvents`."""
    if key is None:
        return -1, 0, 0, 0
    if idyom_tonic:
        key = _idyom_key(key)
    scale = sum(1 << step for step in key.scale)
    return key.tonic_pitch_class, MODE_CODES[_third(key)], key.fifths, scale


def _third(key: Key) -> str:
    return "minor" if 3 in key.scale else "major"


def _idyom_key(key: Key) -> Key:
    return Key(key.fifths, _third(key))


def _ints(values: object) -> IntArray:
    return np.array(list(values), dtype=np.int64)  # type: ignore[call-overload]


def _ticks(values: object) -> IntArray:
    return _ints(to_ticks(value) for value in values)  # type: ignore[attr-defined]
