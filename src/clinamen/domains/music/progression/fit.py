"""How well a chord bears the melody notes over it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from clinamen.domains.music.chords import Chord
from clinamen.domains.music.notes import Melody
from clinamen.domains.music.places import beat_span

__all__ = ["LARGEST_CLASH", "NotesOver", "clash", "notes_over", "strain"]

FloatArray = npt.NDArray[np.float64]

LARGEST_CLASH = 0.7
"""A strong note that rubs as much against a chord rules it out."""

_HALF_BEAT = 0.5
_PASSING = 0.25
_TENSION = 0.3
_DOMINANT_TENSIONS = {1: 0.6, 3: 0.5, 8: 0.5, 6: 0.4}
"""Altered ninths, eleventh and thirteenth, which a dominant bears better."""


@dataclass(frozen=True)
class NotesOver:
    """Melody notes that sound in a stretch of time.

    Parameters
    ----------
    pitch_class, weight, is_strong
        Of each: 0 to 11; how much it counts, its length in beats, less for short notes off the
        beat; whether it begins on a beat and lasts one, or lasts more than one.
    """

    pitch_class: tuple[int, ...]
    weight: tuple[float, ...]
    is_strong: tuple[bool, ...]


def notes_over(melody: Melody, start: Fraction, end: Fraction) -> NotesOver:
    """The notes that sound from one time, in quarters, to another."""
    classes, weights, strong = [], [], []
    for note in melody.notes:
        begins, ends = max(note.onset_quarters, start), min(note.end_quarters, end)
        if begins >= ends:
            continue
        beat = melody.meter_at(begins).beat_quarters
        length = float((ends - begins) / beat)
        on_beat = note.onset_quarters <= start or begins == beat_span(melody, begins)[0]
        is_passing = length <= _HALF_BEAT and begins != start
        classes.append(note.pitch % 12)
        weights.append(length * (_PASSING if is_passing else 1.0))
        strong.append((on_beat and length >= 1) or length > 1)
    return NotesOver(tuple(classes), tuple(weights), tuple(strong))


def strain(chord: Chord) -> FloatArray:
    """How much each pitch class rubs against a chord: 0 a chord tone, 1 not bearable; shape
    ``(12,)``.

    A note a semitone above a chord tone hides it; a note that is neither a chord tone nor
    hides one is a tension. No chord bears everything.

    Notes
    -----
    Source: available tensions and notes to avoid after Nettles and Graf, *The Chord Scale
    Theory and Jazz Harmony* (1997); the numbers are ours.
    """
    root = chord.root_pitch_class
    if root is None:
        return np.zeros(12)
    tones = {(tone - root) % 12 for tone in chord.pitch_classes}
    is_dominant = chord.quality in ("7", "aug7", "7b5")
    found = np.zeros(12)
    for step in range(12):
        if step in tones:
            continue
        value = 1.0 if (step - 1) % 12 in tones else _TENSION
        if step == 3 and 4 in tones:
            value = 1.0
        if is_dominant and step in _DOMINANT_TENSIONS:
            value = _DOMINANT_TENSIONS[step]
        found[(root + step) % 12] = value
    return found


def clash(chord: Chord, notes: NotesOver) -> float:
    """How much the notes over a chord rub against it: 0 to 1, and 2 where a strong note does
    more than `LARGEST_CLASH`."""
    if not notes.pitch_class:
        return 0.0
    values = strain(chord)[list(notes.pitch_class)]
    if (values[list(notes.is_strong)] > LARGEST_CLASH).any():
        return 2.0
    return float(np.average(values, weights=notes.weight))


def clashes(chords: Sequence[Chord], notes: NotesOver) -> FloatArray:
    """`clash` of many chords, shape ``(V,)``."""
    return np.array([clash(chord, notes) for chord in chords])
