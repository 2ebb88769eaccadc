"""Songs that are swerved, and what is asked of what comes."""

from __future__ import annotations

from fractions import Fraction
from functools import cache

import clinamen
from clinamen.domains.music.notes import Melody, Meter, MeterChange, Note, Song
from clinamen.operations.variant import Variant

TARGETS = {"pitch": "pitch", "rhythm": "onset", "silence": "onset"}


@cache
def example_song(name: str) -> Song:
    return clinamen.read(f"examples/{name}")


COMMON = Meter(4, 4)


def plain_song(n_notes: int, meter: Meter = COMMON) -> Song:
    pitches = (60, 62, 64, 65, 67, 65, 64, 62)
    notes = tuple(Note(Fraction(k), Fraction(1), pitches[k % 8]) for k in range(n_notes))
    return Song(Melody(notes, meters=(MeterChange(Fraction(0), meter),)))


def is_led(song: Song, variant: Variant) -> bool:
    """Whether something else is heard before the break than in the song."""
    before = variant.song.melody.notes[: variant.note]
    own = song.melody.notes[: variant.note]
    return [(n.onset_quarters, n.pitch) for n in before] != [
        (n.onset_quarters, n.pitch) for n in own
    ]
