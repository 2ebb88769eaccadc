"""What tests say of songs that were read from MIDI."""

from __future__ import annotations

from fractions import Fraction as F

from tests.io.midi_bytes import notes

from clinamen.domains.music.notes import (
    Song,
)

ONE_NOTE = notes([(0, 480, 60)])


def timed(song: Song) -> list[tuple[F, F, int]]:
    return [(n.onset_quarters, n.duration_quarters, n.pitch) for n in song.melody.notes]


def said(song: Song, words: str) -> bool:
    return any(words in notice for notice in song.notices)
