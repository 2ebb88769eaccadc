"""A listener that has learnt a few chords and tunes; made once, not to be changed."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from tests.domains.music.progression.progressions import song_of_symbols
from tests.domains.music.progression.taught import taught
from tests.operations.small_listener import small_listener

from clinamen.domains.music.listener import Listener
from clinamen.domains.music.notes import Key
from clinamen.domains.music.progression import harmony_events, learn_chords

__all__ = ["harmony_listener", "loop_listener"]

_ROOTS = ("C", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb")


@cache
def harmony_listener() -> Listener:
    """Chords with and without knowing the melody."""
    known = ({"key", "timing"}, {"key", "melody", "timing"})
    harmony = {" ".join(sorted(each)): taught(frozenset(each)) for each in known}
    return replace(small_listener(), name="small", harmony=harmony)


@cache
def loop_listener() -> Listener:
    """Has learnt that songs repeat themselves: sixteen songs of four chords four times."""
    songs = [
        song_of_symbols([_ROOTS[(3 * n + k * (n + 1)) % 10] + "m" * (k % 2) for k in range(4)] * 4,
                        key=Key(0))
        for n in range(16)
    ]  # fmt: skip
    learned = learn_chords([harmony_events(song) for song in songs], frozenset({"key", "timing"}))
    return Listener("loops", harmony={"key timing": learned})
