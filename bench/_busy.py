"""Melodies made busy: notes are added to a tune, and it is known which.

Every added note lies in the time of a note of the tune, its host, which is cut short for it,
on the tune's own grid, so that neither grid nor pauses give it away. No onset of the tune moves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import gcd

import numpy as np

from clinamen.domains.music.key import estimate_key
from clinamen.domains.music.notes import KeyChange, Melody, Note, Song
from clinamen.domains.music.phrase import segment_phrases

KINDS = ("passing", "neighbour", "repeated", "wrong", "ghost")
FINEST = Fraction(1, 4)
LOUD, ADDED, GHOST, SPREAD = 80, 76, 45, 9


@dataclass(frozen=True)
class Busy:
    """A busy take and what was added: "" for notes of the tune, else the kind, shape ``(T,)``."""

    song: Song
    kinds: tuple[str, ...]


def busy(tune: Melody, rng: np.random.Generator, *, share: float = 0.5) -> Busy | None:
    """The tune with notes added to it; None where fewer than five find room.

    Parameters
    ----------
    share
        Notes to add, as a share of those of the tune; each note has at most one.
    """
    grid = _grid(tune)
    hosts = [place for place in range(len(tune.notes)) if len(_cuts(tune, place, grid)) > 0]
    n_added = min(round(share * len(tune.notes)), len(hosts))
    if n_added < 5:
        return None
    chosen = set(rng.choice(hosts, size=n_added, replace=False).tolist())
    rows: list[tuple[Note, str]] = []
    for place, note in enumerate(tune.notes):
        note = replace(note, velocity=_velocity(rng, LOUD), tied=(), lyric=None)
        if place not in chosen:
            rows.append((note, ""))
            continue
        kind = str(rng.choice(KINDS))
        cut = _cuts(tune, place, grid)
        at = cut[int(rng.integers(len(cut)))]
        pitch, kind = _pitch(tune, place, kind, rng)
        rows += _split(note, at, pitch, kind, rng)
    return Busy(_take(tune, [note for note, _ in rows]), tuple(kind for _, kind in rows))


def _split(
    host: Note, at: Fraction, pitch: int, kind: str, rng: np.random.Generator
) -> list[tuple[Note, str]]:
    left = host.end_quarters - at
    # A ghost note is struck by mistake: soft and short, and the host is heard through it.
    length = left / 2 if kind == "ghost" else left
    loudness = _velocity(rng, GHOST if kind == "ghost" else ADDED)
    added = Note(at, length, pitch, velocity=loudness)
    kept = replace(host, duration_quarters=at - host.onset_quarters)
    return [(kept, ""), (added, kind)]


def _velocity(rng: np.random.Generator, mean: int) -> int:
    return int(np.clip(round(rng.normal(mean, SPREAD)), 1, 127))


def _grid(tune: Melody) -> Fraction:
    """What all onsets of the tune are multiples of, not finer than `FINEST`."""
    times = [note.onset_quarters for note in tune.notes]
    unit = 0
    for time in times:
        unit = gcd(unit, int(time * 96))
    return max(Fraction(unit, 96), FINEST)


def _cuts(tune: Melody, place: int, grid: Fraction) -> list[Fraction]:
    """Times on the grid inside a note."""
    note = tune.notes[place]
    n_steps = int(note.duration_quarters / grid)
    return [
        note.onset_quarters + step * grid
        for step in range(1, n_steps + 1)
        if step * grid < note.duration_quarters
    ]


def _pitch(tune: Melody, place: int, kind: str, rng: np.random.Generator) -> tuple[int, str]:
    here = tune.notes[place].pitch
    key = tune.key_at(tune.notes[place].onset_quarters)
    scale = {(key.tonic_pitch_class + step) % 12 for step in key.scale} if key else set(range(12))
    if kind == "passing":
        after = tune.notes[place + 1].pitch if place + 1 < len(tune.notes) else here
        low, high = sorted((here, after))
        between = [pitch for pitch in range(low + 1, high) if pitch % 12 in scale]
        if between:
            return int(rng.choice(between)), kind
        kind = "neighbour"
    if kind == "neighbour":
        steps = [here + step for step in (-2, -1, 1, 2) if (here + step) % 12 in scale]
        return int(rng.choice(steps)) if steps else here, kind
    if kind == "wrong" or (kind == "ghost" and rng.random() < 0.5):
        return here + int(rng.choice([-7, -6, -5, -4, -3, -2, -1, 1, 2, 3, 4, 5, 6, 7])), kind
    return here, kind


def _take(tune: Melody, notes: Sequence[Note]) -> Song:
    """As a MIDI file would bring it: bars are known; key and phrases are estimated."""
    bare = tune.replace(notes=tuple(notes), phrase_starts=(), keys=())
    keys = (KeyChange(Fraction(0), estimate_key(bare)),)
    melody = bare.replace(keys=keys, key_source="estimated")
    starts = segment_phrases(melody)
    return Song(melody.replace(phrase_starts=starts, phrase_source="estimated"))
