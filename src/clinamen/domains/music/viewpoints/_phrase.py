"""Viewpoints of phrase; all are undefined where no phrases are known.

Phrase marks are taken as known beforehand, the last note of a phrase included.
"""

from __future__ import annotations

import numpy as np

from clinamen.domains.music.events import IntArray, MelodyEvents, Moment
from clinamen.domains.music.viewpoints._contract import (
    BoolArray,
    defined_where,
    index_column,
    make_viewpoint,
)

__all__ = ["PHRASE_VIEWPOINTS", "ends_phrase", "starts_phrase"]


def starts_phrase(moment: Moment) -> BoolArray:
    """Whether the note is the first of its phrase, shape ``(T, 1)``."""
    starts: BoolArray = moment.events.phrase_start[:, None] == index_column(moment.events)
    return starts


def ends_phrase(moment: Moment) -> BoolArray:
    """Whether the note is the last of its phrase, shape ``(T, 1)``."""
    start = moment.events.phrase_start
    after = np.append(start[1:], len(start))
    ends: BoolArray = (start >= 0) & (after != start)
    return ends[:, None]


def first_in_phrase(moment: Moment) -> IntArray:
    return defined_where(_has_phrases(moment.events), starts_phrase(moment).astype(np.int64))


def last_in_phrase(moment: Moment) -> IntArray:
    return defined_where(_has_phrases(moment.events), ends_phrase(moment).astype(np.int64))


def phrase_edge(moment: Moment) -> IntArray:
    edge = np.where(starts_phrase(moment), 1, -ends_phrase(moment).astype(np.int64))
    return defined_where(_has_phrases(moment.events), edge)


def note_of_phrase(moment: Moment) -> IntArray:
    events = moment.events
    count = index_column(events) - events.phrase_start[:, None] + 1
    return defined_where(_has_phrases(events), count)


def position_in_phrase(moment: Moment) -> IntArray:
    return defined_where(_has_phrases(moment.events), _since_start(moment))


def phrase_length(moment: Moment) -> IntArray:
    return defined_where(ends_phrase(moment), _since_start(moment))


def interval_from_phrase(moment: Moment) -> IntArray:
    events = moment.events
    first = np.where(starts_phrase(moment), moment.pitch, events.pitch[_start_index(events)])
    return defined_where(_has_phrases(events), moment.pitch - first)


def _has_phrases(events: MelodyEvents) -> BoolArray:
    return events.phrase_start[:, None] >= 0


def _start_index(events: MelodyEvents) -> IntArray:
    return np.maximum(events.phrase_start, 0)[:, None]


def _since_start(moment: Moment) -> IntArray:
    # On the first note of a phrase a candidate onset moves the start with it.
    started = moment.events.onset[_start_index(moment.events)]
    return np.where(starts_phrase(moment), 0, moment.onset - started)


PHRASE_VIEWPOINTS = (
    make_viewpoint(
        "phrase", "phrase", "1 on the first note of a phrase, -1 on the last, else 0", phrase_edge
    ),
    make_viewpoint(
        "first_in_phrase", "fiph", "1 on the first note of a phrase, else 0", first_in_phrase
    ),
    make_viewpoint(
        "last_in_phrase", "liph", "1 on the last note of a phrase, else 0", last_in_phrase
    ),
    make_viewpoint(
        "note_of_phrase",
        "note_of_phrase",
        "number of the note in its phrase, from 1; not in IDyOM",
        note_of_phrase,
    ),
    make_viewpoint(
        "position_in_phrase",
        "position_in_phrase",
        "time since the first onset of the phrase; not in IDyOM",
        position_in_phrase,
        "onset",
    ),
    make_viewpoint(
        "phrase_length",
        "lphrase",
        "time from the first onset of the phrase to the last; only on its last note",
        phrase_length,
        "onset",
    ),
    make_viewpoint(
        "interval_from_phrase",
        "cpintfiph",
        "semitones above the first note of the phrase; 0 on it",
        interval_from_phrase,
        "pitch",
    ),
)
