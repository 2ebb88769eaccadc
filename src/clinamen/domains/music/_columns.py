"""Facts about every note of a melody, for tables, plots and words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from clinamen.domains.music.events import TICKS_PER_QUARTER, IntArray, MelodyEvents
from clinamen.domains.music.notes import Key, Melody
from clinamen.domains.music.spelling import note_name, pitch_name

__all__ = ["IDYOM_COLUMNS", "event_columns", "value_labels"]

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

_DEGREES = ("1", "b2", "2", "b3", "3", "4", "#4", "5", "b6", "6", "b7", "7")


def event_columns(melody: Melody, events: MelodyEvents) -> dict[str, Sequence[Any]]:
    """One list a column, each of length ``T``.

    ``bar`` is 1 for the first full bar and 0 for a pickup; ``beat`` counts felt beats from
    1; ``degree`` is the scale degree against the major scale on the tonic (``b3``), empty
    where no key is known; ``phrase`` counts from 1.
    """
    notes = melody.notes
    bar, beat = _bars_and_beats(events)
    keys = [melody.key_at(note.onset_quarters) for note in notes]
    phrase = np.searchsorted(np.asarray(melody.phrase_starts), np.arange(len(notes)), "right")
    return {
        "note": list(range(1, len(notes) + 1)),
        "onset_quarters": [float(note.onset_quarters) for note in notes],
        "duration_quarters": [float(note.duration_quarters) for note in notes],
        "bar": bar.tolist(),
        "beat": beat.tolist(),
        "pitch": [note.pitch for note in notes],
        "name": [
            pitch_name(note.pitch, key)
            if note.spelling is None
            else note_name(note.pitch, note.spelling)
            for note, key in zip(notes, keys, strict=True)
        ],
        "degree": [_degree(note.pitch, key) for note, key in zip(notes, keys, strict=True)],
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


def _degree(pitch: int, key: Key | None) -> str:
    if key is None:
        return ""
    return _DEGREES[(pitch - key.tonic_pitch_class) % 12]


def value_labels(target: str, alphabet: IntArray, melody: Melody) -> tuple[str, ...]:
    """Names for people: pitches spelled in the melody's first key, times in quarters."""
    if target == "pitch":
        key = melody.keys[0].key if melody.keys else None
        return tuple(pitch_name(int(pitch), key) for pitch in alphabet)
    return tuple(_quarters(Fraction(int(ticks), TICKS_PER_QUARTER)) for ticks in alphabet)


def _quarters(value: Fraction) -> str:
    """A length in words: ``1 quarter``, ``1/2 quarter``, ``1 1/2 quarters``."""
    whole, rest = divmod(value.limit_denominator(64), 1)
    number = " ".join(str(part) for part in (whole, rest) if part) or "0"
    return f"{number} quarter{'' if 0 < value <= 1 else 's'}"
