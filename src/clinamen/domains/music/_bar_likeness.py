"""How alike the bars of a song are, in melody and in chords."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from clinamen.domains.music.events import IntArray, to_ticks
from clinamen.domains.music.harmony import ChordSpan
from clinamen.domains.music.notes import Melody, Song

__all__ = ["BarLikeness", "bar_likeness"]

FloatArray = npt.NDArray[np.float32]
BoolArray = npt.NDArray[np.bool_]

_SLOTS = 48
"""Places in a bar that are looked at: every sixteenth and every triplet of 3/4 and 4/4."""

# Shares of likeness. A rhythm comes back far more often than a tune, so it counts for less.
_PITCH, _RHYTHM = 0.7, 0.3
_ROOT, _TONES = 0.5, 0.5
_MELODY, _CHORDS = 0.6, 0.4

_SILENT = -1_000_000


@dataclass(frozen=True, eq=False)
class BarLikeness:
    """Likeness of every bar with every other one; `B` bars.

    Parameters
    ----------
    alike
        From 0, nothing in common, to 1, the same; shape ``(B, B)``, symmetric. Two bars in
        which nothing sounds are the same.
    sounds
        Whether anything sounds in the bar, shape ``(B,)``.
    """

    alike: FloatArray
    sounds: BoolArray


@dataclass(frozen=True, eq=False)
class _Grid:
    """Ticks of all places that are looked at, shape ``(B, 48)``, and the tonic in each."""

    ticks: IntArray
    tonic: IntArray


def bar_likeness(song: Song, bar_onsets: Sequence[int]) -> BarLikeness:
    """Compare the bars of a song, place by place.

    Pitches and chords count from the tonic that holds, so that a verse in a new key is the
    same verse if the file says that the key changes. Of melody: the share of sounding places
    with the same pitch, and the share of onsets in common. Of chords: the share of places
    with the same root, and with the same tones over it. Their weighted mean counts as far
    as it is above its median over all pairs of bars, much as Cohen's kappa takes chance away.

    Parameters
    ----------
    bar_onsets
        Where the bars begin, in ticks, and where the last one ends; rising, length ``B + 1``.
    """
    edges = np.asarray(bar_onsets, dtype=np.int64)
    length = np.diff(edges)
    ticks = edges[:-1, None] + np.arange(_SLOTS) * length[:, None] // _SLOTS
    grid = _Grid(ticks, _tonics(song.melody, ticks))
    pitch = _pitches(song.melody, grid)
    in_melody = _PITCH * _agreement(pitch) + _RHYTHM * _common(_onsets(song.melody, edges))
    roots, tones = _chords(song.harmony, grid)
    in_chords = _ROOT * _agreement(roots) + _TONES * _agreement(tones)
    return _joined(in_melody, _sounding(pitch), in_chords, _sounding(roots))


def _joined(
    in_melody: FloatArray, sung: BoolArray, in_chords: FloatArray, played: BoolArray
) -> BarLikeness:
    """Melody and chords weighed by how many of the two bars have them at all."""
    has_notes: BoolArray = sung.sum(axis=1) > 0
    has_chords: BoolArray = played.sum(axis=1) > 0
    notes = _MELODY * (has_notes[:, None] | has_notes[None, :]).astype(np.float32)
    chords = _CHORDS * (has_chords[:, None] | has_chords[None, :]).astype(np.float32)
    weight = notes + chords
    alike = notes * in_melody + chords * in_chords
    alike = np.divide(alike, weight, out=np.ones_like(alike), where=weight > 0)
    return BarLikeness(_beyond_usual(alike), has_notes | has_chords)


def _sounding(values: IntArray) -> BoolArray:
    sounding: BoolArray = values != _SILENT
    return sounding


def _tonics(melody: Melody, ticks: IntArray) -> IntArray:
    """Semitones of the tonic at each place, near that of the beginning; 0 without a key."""
    if not melody.keys:
        return np.zeros_like(ticks)
    starts = [to_ticks(change.onset_quarters) for change in melody.keys]
    classes = np.array([change.key.tonic_pitch_class for change in melody.keys])
    # Within six semitones of the first tonic: a song in any key then looks the same.
    tonics = classes[0] + (classes - classes[0] + 6) % 12 - 6
    found: IntArray = tonics[np.maximum(np.searchsorted(starts, ticks, side="right") - 1, 0)]
    return found


def _at(ticks: IntArray, onsets: IntArray, ends: IntArray) -> tuple[IntArray, BoolArray]:
    """Index of the event that holds at each place, and whether one does."""
    if not len(onsets):
        return np.zeros_like(ticks), np.zeros(ticks.shape, dtype=np.bool_)
    index = np.searchsorted(onsets, ticks, side="right") - 1
    return np.maximum(index, 0), (index >= 0) & (ticks < ends[np.maximum(index, 0)])


def _held(ticks: IntArray, onsets: IntArray, ends: IntArray, values: IntArray) -> IntArray:
    index, holds = _at(ticks, onsets, ends)
    if not len(values):
        return np.full(ticks.shape, _SILENT)
    return np.where(holds, values[index], _SILENT)


def _pitches(melody: Melody, grid: _Grid) -> IntArray:
    """Semitones above the tonic of what sounds at each place."""
    rows = [
        (to_ticks(note.onset_quarters), to_ticks(note.end_quarters), note.pitch)
        for note in melody.notes
    ]
    onsets, ends, pitches = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    held = _held(grid.ticks, onsets, ends, pitches)
    return np.where(held == _SILENT, _SILENT, held - grid.tonic)


def _onsets(melody: Melody, edges: IntArray) -> BoolArray:
    """Where in the bars notes begin, shape ``(B, 48)``."""
    found = np.zeros((len(edges) - 1, _SLOTS), dtype=np.bool_)
    onsets = np.array([to_ticks(note.onset_quarters) for note in melody.notes], dtype=np.int64)
    onsets = onsets[(onsets >= edges[0]) & (onsets < edges[-1])]
    bar = np.searchsorted(edges, onsets, side="right") - 1
    found[bar, (onsets - edges[bar]) * _SLOTS // np.diff(edges)[bar]] = True
    return found


def _chords(harmony: Sequence[ChordSpan], grid: _Grid) -> tuple[IntArray, IntArray]:
    """Root above the tonic at each place, and the same with all tones, as numbers."""
    rows = [
        (to_ticks(span.onset_quarters), to_ticks(span.end_quarters), *_chord(span))
        for span in harmony
        if span.chord.root_pitch_class is not None
    ]
    onsets, ends, root, tones = np.array(rows, dtype=np.int64).reshape(-1, 4).T
    held = _held(grid.ticks, onsets, ends, root)
    roots = np.where(held == _SILENT, _SILENT, (held - grid.tonic) % 12)
    above = _held(grid.ticks, onsets, ends, tones)
    return roots, np.where(held == _SILENT, _SILENT, roots * 4096 + above)


def _chord(span: ChordSpan) -> tuple[int, int]:
    """Root, and the tones above it as bits."""
    root = span.chord.root_pitch_class or 0
    return root, sum(1 << (tone - root) % 12 for tone in span.chord.pitch_classes)


def _agreement(values: IntArray) -> FloatArray:
    """Share of places with the same value among those where either has one."""
    is_sounding = _sounding(values)
    both, either = _shared(is_sounding)
    same = np.zeros_like(both)
    for place in range(_SLOTS):
        column = values[:, place]
        same += (column[:, None] == column[None, :]) & is_sounding[:, place, None]
    return _share(same, either)


def _common(marks: BoolArray) -> FloatArray:
    """Share of marks in common among those that either has."""
    return _share(*_shared(marks))


def _shared(marks: BoolArray) -> tuple[FloatArray, FloatArray]:
    """Number of marks that both bars have, and that either has."""
    counts = marks.astype(np.float32)
    both: FloatArray = counts @ counts.T
    either: FloatArray = counts.sum(axis=1)[:, None] + counts.sum(axis=1)[None, :] - both
    return both, either


def _share(part: FloatArray, whole: FloatArray) -> FloatArray:
    share: FloatArray = np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)
    return share


def _beyond_usual(share: FloatArray) -> FloatArray:
    """Likeness beyond what two bars of this song usually have in common, from 0 to 1.

    In a song all in quarter notes the same rhythm is no sign that anything comes back.
    """
    usual = float(np.median(share[np.triu_indices(len(share), 1)])) if len(share) > 1 else 0.0
    # The mean of ones may be rounded.
    if usual > 1 - 1e-6:
        return share
    beyond: FloatArray = np.maximum((share - usual) / (1 - usual), 0)
    return beyond
