"""A song and a small stand-in for a listener, for tests of words, reports and commands."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from clinamen.domains.music.notes import Key, KeyChange, Melody, Meter, MeterChange, Note, Song
from clinamen.domains.music.spelling import pitch_name
from clinamen.engine.expectation import Expectation

PLAIN = (67, 72, 76, 72, 76, 74, 72, 69, 67, 67, 72, 75, 72, 76, 74, 79)


def a_song(
    pitches: tuple[int, ...] = PLAIN,
    *,
    key: Key | None = None,
    pickup: Fraction = Fraction(1),
    title: str = "A tune",
    **fields: object,
) -> Song:
    """Quarter notes in 3/4, C major unless told otherwise, with a pickup."""
    key = key or Key(0)
    flat = {1: "Db", 3: "Eb", 6: "Gb", 8: "Ab", 10: "Bb"}
    notes = tuple(
        Note(Fraction(place), Fraction(1), pitch, flat.get(pitch % 12))
        for place, pitch in enumerate(pitches)
    )
    melody = Melody(
        notes,
        keys=(KeyChange(Fraction(0), key),),
        meters=(MeterChange(Fraction(0), Meter(3, 4)),),
        pickup_quarters=pickup,
        phrase_starts=(0, len(pitches) // 2) if len(pitches) > 3 else (),
    )
    song = Song(melody, title=title, source="tune.abc", source_format="abc")
    return song.replace(**fields)


def music_columns(song: Song) -> dict[str, list[object]]:
    """Columns as the contract of `Expectation` for melodies names them."""
    melody = song.melody
    starts = [float(note.onset_quarters - melody.pickup_quarters) for note in melody.notes]
    pickup = float(melody.pickup_quarters)
    return {
        "note": list(range(1, len(starts) + 1)),
        "onset_quarters": [float(note.onset_quarters) for note in melody.notes],
        "duration_quarters": [float(note.duration_quarters) for note in melody.notes],
        "bar": [int(start // 3) + 1 for start in starts],
        "beat": [start % 3 + 1 for start in starts] if pickup else [s % 3 + 1 for s in starts],
        "pitch": [note.pitch for note in melody.notes],
        "name": [pitch_name(note.pitch, Key(-4)) for note in melody.notes],
        "degree": ["" for _ in melody.notes],
        "phrase": [1 for _ in melody.notes],
        "lyric": [note.lyric or "" for note in melody.notes],
    }


def hear_fake(song: Song, *, target: str = "pitch", smoothing: float = 0.3) -> Expectation:
    """An expectation from counts of earlier intervals: small, exact, reproducible."""
    if target == "joint":
        parts = {each: hear_fake(song, target=each) for each in ("onset", "pitch")}
        total = sum(part.information_content for part in parts.values())
        entropy = sum(part.entropy for part in parts.values())
        empty = np.empty(0)
        return Expectation(
            "joint",
            np.asarray(total),
            np.asarray(entropy),
            empty.astype(np.int64),
            (),
            empty.astype(np.int64),
            empty,
            columns=music_columns(song),
            parts=parts,
            settings={"model": "stm", "listener": "fake"},
        )
    values = _values(song, target)
    alphabet = np.unique(values)
    symbols = np.searchsorted(alphabet, values)
    counts = np.full((len(alphabet) + 1, len(alphabet)), smoothing)
    rows, before = [], len(alphabet)
    for symbol in symbols:
        rows.append(counts[before] / counts[before].sum())
        counts[before, symbol] += 1
        before = int(symbol)
    distribution = np.array(rows)
    return Expectation(
        target,
        -np.log2(distribution[np.arange(len(symbols)), symbols]),
        -(distribution * np.log2(distribution)).sum(axis=1),
        alphabet,
        _labels(song, alphabet, target),
        symbols,
        distribution,
        next_distribution=counts[before] / counts[before].sum(),
        columns=music_columns(song),
        idyom_columns={"pitch": "cpitch", "information_content": "information.content"},
        settings={"model": "stm", "viewpoints": ["interval"], "listener": "fake"},
    )


def _values(song: Song, target: str) -> np.ndarray:
    notes = song.melody.notes
    if target == "pitch":
        return np.array([note.pitch for note in notes], dtype=np.int64)
    if target == "duration":
        return np.array([int(note.duration_quarters * 4) for note in notes], dtype=np.int64)
    onsets = np.array([int(note.onset_quarters * 4) for note in notes], dtype=np.int64)
    return np.diff(onsets, prepend=onsets[:1])


def _labels(song: Song, alphabet: np.ndarray, target: str) -> tuple[str, ...]:
    if target != "pitch":
        return tuple(f"{value / 4:g} quarters" for value in alphabet)
    named = {note.pitch: pitch_name(note.pitch, Key(-4)) for note in song.melody.notes}
    return tuple(named[int(pitch)] for pitch in alphabet)
