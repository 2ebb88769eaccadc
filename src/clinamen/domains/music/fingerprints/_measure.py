"""How much the tunes of an index share with each other, variants apart."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from clinamen.domains.music.editing import notes_in_ticks
from clinamen.domains.music.events import IntArray, melody_events
from clinamen.domains.music.fingerprints._baseline import Baseline, cover, window_counts
from clinamen.domains.music.fingerprints._steps import RUN
from clinamen.domains.music.notes import Song
from clinamen.domains.music.same_tune import opening_labels

if TYPE_CHECKING:
    from clinamen.domains.music.fingerprints._index import Fingerprints

__all__ = ["measured", "plain_title"]


def plain_title(title: str) -> str:
    """A title without capital letters, accents, signs and a leading article."""
    letters = unicodedata.normalize("NFKD", title).casefold()
    words = "".join(c if c.isalnum() else " " for c in letters if not unicodedata.combining(c))
    bare = words.split()
    return " ".join(bare[1:] if len(bare) > 1 and bare[0] in ("the", "a", "an") else bare)


def measured(index: Fingerprints, songs: Sequence[Song]) -> Baseline:
    """What every song of an index shares with the others.

    Variants are passed over: songs that open alike (`opening_labels`) or have one title, and
    songs that share a run as long as half of either: one that is not found out to be a
    variant would make it look as if songs shared more than they do.
    """
    kin = _kin(songs)
    longest = np.zeros(len(songs), dtype=np.int64)
    windows = np.zeros_like(index.baseline.windows)
    for number, song in enumerate(songs):
        ends = _runs_with_others(index, song, kin[number])
        longest[number] = ends.max(initial=0)
        windows[index.baseline.collection[number]] += window_counts(cover(ends, len(ends)))
    return replace(index.baseline, longest=longest, windows=windows)


def _runs_with_others(index: Fingerprints, song: Song, kin: set[int]) -> IntArray:
    """Notes of the longest run that ends at each note and comes in a tune of its own."""
    notes = notes_in_ticks(song.melody)
    ignore = set(kin)
    while True:
        lengths, places = index.runs_ending(notes, ignore=ignore)
        ends = np.zeros(len(notes), dtype=np.int64)
        ends[RUN - 1 :] = np.where(lengths > 0, lengths + RUN - 1, 0)
        if not len(lengths):
            return ends
        owners = index.tunes.owner[places]
        half = np.minimum(len(notes), index.tunes.n_notes[owners]) / 2
        variants = set(owners[(lengths > 0) & (ends[RUN - 1 :] >= half)].tolist())
        if not variants:
            return ends
        ignore |= variants


def _kin(songs: Sequence[Song]) -> list[set[int]]:
    """Songs that are the same tune as each, by how they open or by title; it is among them."""
    with_notes = [number for number, song in enumerate(songs) if song.melody.notes]
    labels = opening_labels([melody_events(songs[number].melody) for number in with_notes])
    names: dict[object, set[int]] = {}
    keys: list[list[object]] = [[number] for number in range(len(songs))]
    for number, label in zip(with_notes, labels, strict=True):
        keys[number].append(("opening", label))
    for number, song in enumerate(songs):
        title = plain_title(song.title)
        keys[number] += [("title", title)] if title else []
        for key in keys[number]:
            names.setdefault(key, set()).add(number)
    return [set().union(*(names[key] for key in each)) for each in keys]
