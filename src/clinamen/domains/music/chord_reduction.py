"""What a chord does for its song apart from the listener, and the chord without its colour."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from math import log2
from statistics import median

from clinamen.domains.music.chords import Chord
from clinamen.domains.music.events import melody_events
from clinamen.domains.music.harmony import ChordSpan
from clinamen.domains.music.notes import Key, Note, Song
from clinamen.domains.music.reduction import metrical_levels

__all__ = ["chord_weights", "pillars", "plain_chord"]

# Bits, on the scale of `clinamen.domains.music.reduction`.
_PER_LEVEL, _MOST_LEVELS = 3.0, 4
_PER_DOUBLE_LENGTH, _MOST_DOUBLINGS = 2.0, 2.0
_TONIC, _DOMINANT, _SUBDOMINANT = 6.0, 5.0, 3.0
_OUTSIDE = 2.0

_BODY = (1, 3, 5)


def plain_chord(chord: Chord) -> Chord:
    """The chord without its colour: without added and higher tones, and over its root.

    The seventh of a dominant seventh chord is no colour, nor is what stands for a third.

    Examples
    --------
    >>> from clinamen.domains.music.chords import parse_chord
    >>> [str(plain_chord(parse_chord(s))) for s in ("Cmaj9", "G13/B", "Dm7", "Asus4", "F6")]
    ['C', 'G7', 'Dm', 'Asus4', 'F']
    """
    if chord.root is None or chord.is_unknown:
        return chord
    has_third = any(degree.number == 3 for degree in chord.degrees)
    is_dominant = {4, 10} <= {degree.semitones for degree in chord.degrees}
    kept = tuple(
        degree
        for degree in chord.degrees
        if degree.number in _BODY
        or (degree.number == 7 and is_dominant)
        or (degree.number in (2, 4) and not has_third)
    )
    return replace(chord, degrees=kept or chord.degrees, bass=None)


def chord_weights(song: Song) -> tuple[float, ...]:
    """Weight of each chord of `Song.harmony`, in bits.

    What metre, length and function give: 0 on a bar line and 3 less for each metrical level
    below it; 2 for each time it lasts twice as long as the median chord, or half; 6 for the
    tonic, 5 for its dominant, 3 for the subdominant chords, 2 less with tones outside the key.

    Notes
    -----
    Source: functions as of `clinamen.domains.music.chords.HarmonicFunction`; the figures are
    ours, set by reasoning.
    """
    spans = song.harmony
    if not spans:
        return ()
    usual = float(median(span.duration_quarters for span in spans))
    return tuple(
        _place(level)
        + _PER_DOUBLE_LENGTH * _doublings(span.duration_quarters, usual)
        + _function(span.chord, song.melody.key_at(span.onset_quarters))
        for span, level in zip(spans, _levels(song, spans), strict=True)
    )


def _levels(song: Song, spans: Sequence[ChordSpan]) -> list[int]:
    """Metrical levels of the onsets of chords."""
    # Bars are those of the song: only onsets are looked at, so any pitch will do.
    notes = tuple(Note(span.onset_quarters, span.duration_quarters, 60) for span in spans)
    events = melody_events(song.melody.replace(notes=notes, phrase_starts=()))
    return [int(level) for level in metrical_levels(events)]


def _place(level: int) -> float:
    return -_PER_LEVEL * min(level, _MOST_LEVELS)


def _doublings(length: Fraction, usual: float) -> float:
    return max(-_MOST_DOUBLINGS, min(log2(float(length) / usual), _MOST_DOUBLINGS))


def _function(chord: Chord, key: Key | None) -> float:
    root = chord.root_pitch_class
    if key is None or root is None:
        return 0.0
    function = chord.function(key)
    scale = {(key.tonic_pitch_class + step) % 12 for step in key.scale}
    found = -_OUTSIDE * (not plain_chord(chord).pitch_classes <= scale)
    if root == key.tonic_pitch_class:
        return found + _TONIC
    if function.family == "dominant" and function.of == 1:
        # The raised leading note of a minor key is its own.
        return _DOMINANT if root == (key.tonic_pitch_class + 7) % 12 else found
    return found + _SUBDOMINANT * (function.family == "subdominant")


def pillars(song: Song) -> frozenset[int]:
    """Chords of `Song.harmony` that a song stands on, by index.

    The first and the last; the first of each section; where a phrase or section ends, the
    chord that it ends on, if it is tonic or dominant, and with a tonic the dominant before it.
    """
    spans = song.harmony
    onsets = [span.onset_quarters for span in spans]
    if not onsets:
        return frozenset()
    found = {0, len(onsets) - 1}
    for section in song.sections:
        found.add(min(max(_at(onsets, section.onset_quarters), 0), len(onsets) - 1))
    for end in (len(onsets) - 1, *_endings(song, onsets)):
        family = _family(song, end)
        if family in ("tonic", "dominant"):
            found.add(end)
        if family == "tonic" and end and _family(song, end - 1) == "dominant":
            found.add(end - 1)
    return frozenset(found)


def _at(onsets: Sequence[Fraction], time: Fraction) -> int:
    """Index of the chord that sounds at a time, -1 before the first."""
    return bisect_right(onsets, time) - 1


def _endings(song: Song, onsets: Sequence[Fraction]) -> set[int]:
    """Chords on which sections and phrases end."""
    melody = song.melody
    ends = {
        _at(onsets, melody.notes[start - 1].onset_quarters) for start in melody.phrase_starts[1:]
    }
    for section in song.sections:
        before = _at(onsets, section.onset_quarters)
        starts_here = before >= 0 and onsets[before] == section.onset_quarters
        ends.add(before - starts_here)
    return {end for end in ends if end >= 0}


def _family(song: Song, place: int) -> str:
    """``tonic`` on the first degree and ``dominant`` of it; else nothing."""
    span = song.harmony[place]
    key = song.melody.key_at(span.onset_quarters)
    if key is None:
        return ""
    if span.chord.root_pitch_class == key.tonic_pitch_class:
        return "tonic"
    function = span.chord.function(key)
    return "dominant" if function.family == "dominant" and function.of == 1 else ""
