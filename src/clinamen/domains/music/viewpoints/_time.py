"""Viewpoints of time: durations, inter-onset intervals, and their ratios."""

from __future__ import annotations

import numpy as np

from clinamen.domains.music.events import IntArray, Moment
from clinamen.domains.music.viewpoints._contract import (
    defined_where,
    has_previous,
    make_viewpoint,
    previous_onset,
    ratio_code,
)

__all__ = ["TIME_VIEWPOINTS"]


def duration(moment: Moment) -> IntArray:
    return moment.duration


def bioi(moment: Moment) -> IntArray:
    """Ticks since the previous onset; 0 at the first note (IDyOM's basic attribute)."""
    events = moment.events
    since = moment.onset - previous_onset(events)
    first = moment.onset - events.onset[:1, None]
    return np.where(has_previous(events), since, first)


def bioi_ratio(moment: Moment) -> IntArray:
    events = moment.events
    before = previous_onset(events) - previous_onset(events, 2)
    return defined_where(has_previous(events, 2), ratio_code(bioi(moment), before))


TIME_VIEWPOINTS = (
    make_viewpoint("duration", "dur", "length of the note", duration, "duration"),
    make_viewpoint(
        "bioi", "bioi", "time since the previous onset; 0 at the first note", bioi, "onset"
    ),
    make_viewpoint(
        "bioi_ratio",
        "bioi-ratio",
        "time since the previous onset, divided by the one before",
        bioi_ratio,
        "onset",
    ),
)
