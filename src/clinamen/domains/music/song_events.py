"""A song as arrays: its melody with the chords that are given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from clinamen.domains.music.events import IntArray, MelodyEvents, melody_events, to_ticks
from clinamen.domains.music.notes import Melody, Song
from clinamen.domains.music.progression.events import NOWHERE, QUALITIES

__all__ = ["chord_columns", "song_events", "with_chords"]

_NUMBERS = {quality: number for number, quality in enumerate(QUALITIES)}


def song_events(song: Song | Melody, *, idyom_tonic: bool = False) -> MelodyEvents:
    """Columns of a song's melody, with those of its chords (see `MelodyEvents`).

    A melody alone, or a song without chords, gives what `melody_events` gives.

    Parameters
    ----------
    idyom_tonic
        As for `melody_events`.

    Raises
    ------
    ParameterError
        If the melody has no notes.
    """
    melody = song if isinstance(song, Melody) else song.melody
    return with_chords(melody_events(melody, idyom_tonic=idyom_tonic), chord_columns(song))


def with_chords(events: MelodyEvents, chords: Mapping[str, IntArray]) -> MelodyEvents:
    """The same melody over chords; `chords` as of `chord_columns`."""
    if not chords:
        return events
    return replace(
        events,
        chord_onset=chords["chord_onset"],
        chord_root=chords["chord_root"],
        chord_quality=chords["chord_quality"],
    )


def chord_columns(song: Song | Melody) -> dict[str, IntArray]:
    """``chord_onset``, ``chord_root`` and ``chord_quality`` of a song's chords.

    Neighbours of the same root and quality are one chord. Nothing where no symbol says a
    root, and of a melody alone.
    """
    if isinstance(song, Melody):
        return {}
    rows: list[tuple[int, int, int]] = []
    for span in song.harmony:
        root = span.chord.root_pitch_class
        quality = _NUMBERS.get(span.chord.quality, NOWHERE)
        row = (NOWHERE, NOWHERE) if root is None else (root, quality)
        if not rows or row != rows[-1][1:]:
            rows.append((to_ticks(span.onset_quarters), *row))
    if all(root == NOWHERE for _, root, _ in rows):
        return {}
    onset, root_column, quality_column = np.array(rows, dtype=np.int64).T.copy()
    return {
        "chord_onset": onset,
        "chord_root": root_column,
        "chord_quality": quality_column,
    }
