"""Components of chords that are given: which one sounds when a note begins, and what is next."""

from __future__ import annotations

import numpy as np

from clinamen.domains.music._moment_columns import Columns, shared
from clinamen.domains.music.events import IntArray
from clinamen.domains.music.progression.events import FAMILIES
from clinamen.domains.music.viewpoints import UNDEFINED

_MOST_NOTES = 6


def _above(values: IntArray, reference: IntArray) -> IntArray:
    """Semitones above a reference, octaves folded; `UNDEFINED` where either is missing."""
    defined = (values != UNDEFINED) & (reference != UNDEFINED)
    return np.where(defined, (values - reference) % 12, UNDEFINED)


def _tonic(columns: Columns) -> IntArray:
    return np.where(columns.tonic >= 0, columns.tonic, UNDEFINED)


def _family(columns: Columns, chord: IntArray) -> IntArray:
    quality = columns.of_chord(chord, columns.chord_quality)
    return np.where(quality == UNDEFINED, UNDEFINED, FAMILIES[np.maximum(quality, 0)])


# The chord that sounds


def degree(columns: Columns) -> IntArray:
    """Root above the tonic."""
    return _above(columns.root, _tonic(columns))


def family(columns: Columns) -> IntArray:
    return _family(columns, columns.chord)


def quality(columns: Columns) -> IntArray:
    return columns.of_chord(columns.chord, columns.chord_quality)


def since(columns: Columns) -> IntArray:
    """Ticks since it began."""
    began = columns.of_chord(columns.chord, columns.chord_onset)
    return np.where(columns.root == UNDEFINED, UNDEFINED, columns.onset - began)


@shared
def is_new(columns: Columns) -> IntArray:
    """0 where it sounded at the note before, 1 where it begins with the note, else 2."""
    before = columns.previous(columns.chord, 1, -1)
    begins = columns.of_chord(columns.chord, columns.chord_onset) == columns.onset
    changed = np.where(begins, 1, np.where(columns.chord != before, 2, 0))
    return np.where(columns.root == UNDEFINED, UNDEFINED, changed)


def n_notes(columns: Columns) -> IntArray:
    """Earlier notes that began under it."""
    count = np.minimum(columns.note - _first_under(columns), _MOST_NOTES)
    return np.where(columns.root == UNDEFINED, UNDEFINED, count)


def move(columns: Columns) -> IntArray:
    """Root above that of the chord at the note before."""
    return _above(columns.root, columns.previous(columns.root, 1, UNDEFINED))


# The next one


@shared
def next_root(columns: Columns) -> IntArray:
    return columns.of_chord(columns.next_chord, columns.chord_root)


def next_move(columns: Columns) -> IntArray:
    """Root of the next chord above this one's."""
    return _above(next_root(columns), columns.root)


def next_degree(columns: Columns) -> IntArray:
    return _above(next_root(columns), _tonic(columns))


def next_family(columns: Columns) -> IntArray:
    return _family(columns, columns.next_chord)


def until(columns: Columns) -> IntArray:
    """Ticks until the next chord."""
    begins = columns.of_chord(columns.next_chord, columns.chord_onset)
    return np.where(begins == UNDEFINED, UNDEFINED, begins - columns.onset)


# Notes against chords


def tone(columns: Columns) -> IntArray:
    """The note above the root of its chord."""
    return _above(columns.pitch, columns.root)


def tone_before(columns: Columns) -> IntArray:
    """The note before above the root that sounds now."""
    return _above(columns.previous(columns.pitch, 1, UNDEFINED), columns.root)


def first_tone(columns: Columns) -> IntArray:
    """The first note under this chord above its root; nothing for that note itself."""
    first = _first_under(columns)
    return columns.at(np.where(first < columns.note, first, -1), tone(columns))


def earlier_tone(columns: Columns) -> IntArray:
    """The note so long after this chord began the last time it did, above the root.

    Twice that, plus 1 if the note began right then (see `Columns.seen_at`).
    """
    begins = columns.chord_onset
    earlier = columns.of_chord(columns.chord, _last_same(columns))
    usable = (earlier >= 0) & (columns.root != UNDEFINED)
    earlier = np.where(usable, earlier, -1)
    time = columns.onset - columns.of_chord(columns.chord, begins)
    time = np.where(usable, columns.of_chord(earlier, begins) + time, columns.onset)
    # If it lasted less long then, the place was over another chord.
    after = columns.of_chord(np.where(usable, earlier + 1, -1), begins)
    note = np.where(usable & (time < after), columns.sounding(time), -1)
    seen = columns.seen_at(note, time, columns.pitch, columns.note)
    above = (seen // 2 - columns.root) % 12
    return np.where(seen == UNDEFINED, UNDEFINED, 2 * above + seen % 2)


@shared
def _first_under(columns: Columns) -> IntArray:
    """The first note that began under the chord of each note."""
    new = (columns.index == 0) | (columns.chord != columns.previous(columns.chord, 1, -1))
    first: IntArray = np.maximum.accumulate(np.where(new, columns.note, 0))
    return first


@shared
def _last_same(columns: Columns) -> IntArray:
    """The last earlier chord of the same root and quality, -1 if there is none.

    It may be of an earlier melody, where none of this one's notes sounds.
    """
    keys = (columns.chord_quality, columns.chord_root)
    order = np.lexsort(keys)
    same = np.ones(max(len(order) - 1, 0), dtype=bool)
    for key in keys:
        same &= key[order][1:] == key[order][:-1]
    out = np.full(len(order), -1)
    out[order[1:][same]] = order[:-1][same]
    return out
