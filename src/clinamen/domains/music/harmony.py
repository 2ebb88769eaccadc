"""Chord symbols of a song as chords in time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from clinamen.domains.music.chords import UNKNOWN_CHORD, Chord, parse_chord
from clinamen.domains.music.key import estimate_key
from clinamen.domains.music.notes import ChordSymbol, Key, KeyChange, Melody, Note, Song
from clinamen.errors import FormatError, ParameterError

__all__ = ["ChordSpan", "estimate_chords_key", "harmony_of", "in_a_key", "read_symbol"]

_LOWEST = 48
"""MIDI number of the octave that stands for chord tones; any would do."""


@dataclass(frozen=True, slots=True)
class ChordSpan:
    """A chord and how long it lasts.

    Parameters
    ----------
    onset_quarters, duration_quarters
        Start, and length until the next chord or the end of the song; more than 0.
    chord
        `UNKNOWN_CHORD` where the symbol cannot be read.
    """

    onset_quarters: Fraction
    duration_quarters: Fraction
    chord: Chord

    @property
    def end_quarters(self) -> Fraction:
        """Onset plus duration."""
        return self.onset_quarters + self.duration_quarters


def harmony_of(chords: Sequence[ChordSymbol], melody: Melody) -> tuple[ChordSpan, ...]:
    """Chords in time, from symbols in order.

    Numbers and numerals count in the key that holds where they stand. Of several symbols at
    one time the last one counts; a symbol at or after the end of the song has no length and
    is left out. Before the first symbol there is nothing.

    Examples
    --------
    >>> melody = Melody((), end_quarters=Fraction(8))
    >>> symbols = [ChordSymbol(Fraction(0), "Am7"), ChordSymbol(Fraction(6), "what?")]
    >>> [(str(span.duration_quarters), str(span.chord)) for span in harmony_of(symbols, melody)]
    [('6', 'Am7'), ('2', '?')]
    """
    spans: list[ChordSpan] = []
    previous: Chord | None = None
    ends = [*(symbol.onset_quarters for symbol in chords), melody.end_quarters][1:]
    for symbol, after in zip(chords, ends, strict=True):
        key = melody.key_at(symbol.onset_quarters)
        previous = read_symbol(symbol.symbol, key=key, previous=previous)
        length = min(after, melody.end_quarters) - symbol.onset_quarters
        if length > 0:
            spans.append(ChordSpan(symbol.onset_quarters, length, previous))
    return tuple(spans)


def read_symbol(text: str, *, key: Key | None = None, previous: Chord | None = None) -> Chord:
    """The chord of a symbol; `UNKNOWN_CHORD` where it cannot be read.

    Parameters
    ----------
    key, previous
        As for `parse_chord`.
    """
    try:
        return parse_chord(text, key=key, previous=previous)
    except (FormatError, ParameterError):
        return UNKNOWN_CHORD


def estimate_chords_key(harmony: Sequence[ChordSpan]) -> Key | None:
    """The key that chords alone most likely stand in, or None where nothing sounds.

    Each chord counts as its tones one after the other, the root twice, in place of a melody.

    Notes
    -----
    Source: `clinamen.domains.music.key.estimate_key`; to count chord tones is ours.
    """
    notes: list[Note] = []
    for span in harmony:
        root = span.chord.root_pitch_class
        if root is None:
            continue
        upper = sorted((tone - root) % 12 for tone in span.chord.pitch_classes - {root})
        # The root stands at both ends, where `estimate_key` looks for it.
        tones = [0, *upper, 0]
        length = span.duration_quarters / len(tones)
        notes += [
            Note(span.onset_quarters + place * length, length, _LOWEST + (root + tone) % 12)
            for place, tone in enumerate(tones)
        ]
    return estimate_key(Melody(tuple(notes))) if notes else None


def in_a_key(song: Song) -> Song:
    """The song, with a key estimated from its chords if it has none and they suggest one."""
    key = None if song.melody.keys else estimate_chords_key(song.harmony)
    if key is None:
        return song
    keys = (KeyChange(Fraction(0), key),)
    return song.replace(melody=song.melody.replace(keys=keys, key_source="estimated"))
