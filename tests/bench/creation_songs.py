"""Small songs and listeners for tests of the benchmark of creation."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np

from clinamen.domains.music.notes import Key, KeyChange, Melody, Note, Song

SCALE = (60, 62, 64, 65, 67, 69, 71, 72)


def a_song(seed: int, n_bars: int = 8) -> Song:
    """A tune of quarters in C that wanders, and returns to where it began every two bars."""
    rng = np.random.default_rng(seed)
    motif = rng.integers(0, len(SCALE), size=8)
    notes = []
    for place in range(4 * n_bars):
        step = int(motif[place % 8]) if rng.random() < 0.9 else int(rng.integers(0, len(SCALE)))
        notes.append(Note(Fraction(place), Fraction(1), SCALE[step]))
    melody = Melody(
        tuple(notes),
        keys=(KeyChange(Fraction(0), Key(0)),),
        phrase_starts=tuple(range(0, 4 * n_bars, 8)),
    )
    return Song(melody, title=f"tune {seed}")


def breathing(song: Song) -> Song:
    """The same with a half note at the end of each phrase, and eighths here and there."""
    melody = song.melody
    ends = {*(start - 1 for start in melody.phrase_starts), len(melody.notes) - 1}
    notes: list[Note] = []
    for place, note in enumerate(melody.notes):
        if place in ends:
            last = notes.pop()
            notes.append(replace(last, duration_quarters=Fraction(2)))
        elif place % 8 == 2:
            half = replace(note, duration_quarters=Fraction(1, 2))
            other = replace(half, onset_quarters=half.onset_quarters + Fraction(1, 2), pitch=67)
            notes += [half, other]
        else:
            notes.append(note)
    onsets = [note.onset_quarters for note in notes]
    starts = [onsets.index(melody.notes[start].onset_quarters) for start in melody.phrase_starts]
    return song.replace(melody=melody.replace(notes=tuple(notes), phrase_starts=tuple(starts)))


def as_row(song: Song) -> str:
    """A line of a set."""
    notes = [
        [float(note.onset_quarters), float(note.duration_quarters), note.pitch]
        for note in song.melody.notes
    ]
    starts = [notes[start][0] for start in song.melody.phrase_starts]
    return json.dumps({"notes": notes, "key": "C", "mode": "major", "meter": "4/4",
                       "phrases": starts, "title": song.title})  # fmt: skip


def a_set(path: Path, seeds: range) -> str:
    """A file of songs."""
    path.write_text(
        "\n".join(as_row(breathing(a_song(seed))) for seed in seeds) + "\n", encoding="utf-8"
    )
    return str(path)
