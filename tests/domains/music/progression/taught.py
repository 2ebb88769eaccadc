"""Chords learnt from a few made-up songs; made once, not to be changed."""

from __future__ import annotations

from functools import cache

from tests.domains.music.progression.progressions import song_of_symbols

from clinamen.domains.music.notes import Key
from clinamen.domains.music.progression import LearnedChords, harmony_events, learn_chords

__all__ = ["SONGS", "taught"]

_LOOPS = {
    0: ["C", "Am", "F", "G7", "C", "F", "C/E", "G7", "C", "Am7", "Dm7", "G9"],
    1: ["F", "Dm", "Bb", "C7", "F", "Bb", "F/A", "C7", "N.C.", "F"],
    -1: ["D", "Bm", "G", "A7", "D", "G", "D/F#", "A9", "D"],
    -3: ["Am", "F", "C", "G", "Am", "E7", "Am", "Dm6", "E7", "Am"],
    2: ["Bb", "Gm", "Eb", "F7", "Bbmaj7", "Eb", "Bb/D", "F9", "Bb6"],
    4: ["E", "C#m", "A", "B7", "E", "A", "E/G#", "B7", "Em", "E"],
}
_KEYS = {0: Key(0), 1: Key(-1), -1: Key(2), -3: Key(0, "minor"), 2: Key(-2), 4: Key(4)}
_NOTES = [(4 * n, 2, 60 + step) for n, step in enumerate((4, 0, 5, 7, 4, 9, 4, 11, 0))]

SONGS = tuple(
    song_of_symbols(symbols, key=_KEYS[number], notes=_NOTES) for number, symbols in _LOOPS.items()
)


@cache
def taught(known: frozenset[str]) -> LearnedChords:
    """Experts that have learnt all songs, knowing some facts."""
    return learn_chords([harmony_events(song) for song in SONGS], known)
