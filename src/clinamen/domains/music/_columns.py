"""Facts about every note of a melody, for tables, plots and words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from clinamen.domains.music.events import TICKS_PER_QUARTER, IntArray, MelodyEvents
from clinamen.domains.music.notes import Key, Melody, Note
from clinamen.domains.music.spelling import note_name, pitch_name, scale_degree
from clinamen.texts import Message

__all__ = ["IDYOM_COLUMNS", "event_columns", "length_name", "quarters_words", "value_labels"]

IDYOM_COLUMNS: Mapping[str, str] = {
    "note": "note.id",
    "onset_quarters": "onset",
    "duration_quarters": "dur",
    "pitch": "cpitch",
    "information_content": "information.content",
    "onset_information_content": "bioi.information.content",
    "onset_entropy": "bioi.entropy",
    "pitch_information_content": "cpitch.information.content",
    "pitch_entropy": "cpitch.entropy",
}
"""Our column names to the ones in IDyOM's output; the others are the same in both."""

_LENGTHS = {
    Fraction(1, 8): "thirty_second",
    Fraction(1, 4): "sixteenth",
    Fraction(1, 2): "eighth",
    Fraction(1): "quarter",
    Fraction(2): "half",
    Fraction(4): "whole",
}


def event_columns(melody: Melody, events: MelodyEvents) -> dict[str, Sequence[Any]]:
    """One list a column, each of length ``T``.

    ``bar`` is 1 for the first full bar and 0 for a pickup; ``beat`` counts felt beats from
    1; ``degree`` is the degree of the key's own scale by the note's spelling, with a sign
    where it is altered (``3``, ``b3``, ``#4``), empty where no key is known; ``phrase``
    counts from 1.
    """
    notes = melody.notes
    bar, beat = _bars_and_beats(events)
    keys = [melody.key_at(note.onset_quarters) for note in notes]
    names = [_name(note, key) for note, key in zip(notes, keys, strict=True)]
    phrase = np.searchsorted(np.asarray(melody.phrase_starts), np.arange(len(notes)), "right")
    return {
        "note": list(range(1, len(notes) + 1)),
        "onset_quarters": [float(note.onset_quarters) for note in notes],
        "duration_quarters": [float(note.duration_quarters) for note in notes],
        "bar": bar.tolist(),
        "beat": beat.tolist(),
        "pitch": [note.pitch for note in notes],
        "name": names,
        "degree": [
            _degree(note.pitch, name, key)
            for note, name, key in zip(notes, names, keys, strict=True)
        ],
        "phrase": np.maximum(phrase, 1).tolist(),
        "lyric": [note.lyric or "" for note in notes],
    }


def _bars_and_beats(events: MelodyEvents) -> tuple[IntArray, np.ndarray]:
    index = np.searchsorted(events.bar_onset, events.onset, side="right") - 1
    position = events.onset - events.bar_onset[index]
    if events.pickup:
        position = position + np.where(index == 0, events.bar_length[0] - events.pickup, 0)
    beat = 1.0 + position / events.beat_length[index]
    return index + (0 if events.pickup else 1), np.round(beat, 6)


def _name(note: Note, key: Key | None) -> str:
    if note.spelling is None:
        return pitch_name(note.pitch, key)
    return note_name(note.pitch, note.spelling)


def _degree(pitch: int, name: str, key: Key | None) -> str:
    if key is None:
        return ""
    number, altered = scale_degree(pitch, name, key)
    return ("#" * altered if altered > 0 else "b" * -altered) + str(number)


def value_labels(target: str, alphabet: IntArray, melody: Melody) -> tuple[str, ...]:
    """Names for people: pitches spelled in the melody's first key, times as note values."""
    if target == "pitch":
        key = melody.keys[0].key if melody.keys else None
        return tuple(pitch_name(int(pitch), key) for pitch in alphabet)
    return tuple(length_name(Fraction(int(ticks), TICKS_PER_QUARTER)) for ticks in alphabet)


def length_name(quarters: Fraction) -> str:
    """A length as a note value: ``eighth``, ``dotted quarter``, ``triplet eighth``.

    One that is no single note value is counted in quarters: ``2 1/2 quarters``.

    Examples
    --------
    >>> length_name(Fraction(3, 2)), length_name(Fraction(1, 3)), length_name(Fraction(5, 2))
    ('dotted quarter', 'triplet eighth', '2 1/2 quarters')
    """
    for factor, word in (
        (Fraction(1), ""),
        (Fraction(3, 2), "theory.dotted"),
        (Fraction(2, 3), "theory.triplet"),
    ):
        plain = _LENGTHS.get(quarters / factor)
        if plain is not None:
            value = Message(f"theory.value_{plain}")
            return Message(word, value=value) if word else value
    return quarters_words(quarters.limit_denominator(64))


def quarters_words(quarters: Fraction) -> str:
    """So many quarters: ``2 1/2 quarters``, ``1/3 quarter``, ``0 quarters``."""
    whole, rest = divmod(quarters, 1)
    number = " ".join(str(part) for part in (whole, rest) if part) or "0"
    return Message("number.quarters", n=1 if 0 < quarters <= 1 else 2, number=number)
