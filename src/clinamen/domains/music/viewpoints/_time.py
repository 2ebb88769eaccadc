"""Viewpoints of time: durations, inter-onset intervals, their ratios and contours."""

from __future__ import annotations

import numpy as np

from clinamen.domains.music.events import IntArray, Moment
from clinamen.domains.music.viewpoints._contract import (
    defined_where,
    has_previous,
    make_viewpoint,
    previous_duration,
    previous_onset,
    ratio_code,
)

__all__ = ["TIME_VIEWPOINTS"]


def onset(moment: Moment) -> IntArray:
    return moment.onset


def duration(moment: Moment) -> IntArray:
    return moment.duration


def duration_ratio(moment: Moment) -> IntArray:
    events = moment.events
    ratio = ratio_code(moment.duration, previous_duration(events))
    return defined_where(has_previous(events), ratio)


def duration_contour(moment: Moment) -> IntArray:
    events = moment.events
    change = np.sign(moment.duration - previous_duration(events))
    return defined_where(has_previous(events), change)


def rest_before(moment: Moment) -> IntArray:
    """Ticks from the end of the previous note, at the first note 0.

    A candidate onset may lie inside the previous note; the rest is then 0.
    """
    events = moment.events
    gap = moment.onset - previous_onset(events) - previous_duration(events)
    return np.where(has_previous(events), np.maximum(0, gap), 0)


def ioi(moment: Moment) -> IntArray:
    events = moment.events
    return defined_where(has_previous(events), moment.onset - previous_onset(events))


def bioi(moment: Moment) -> IntArray:
    """Ticks since the previous onset; 0 at the first note (IDyOM's basic attribute)."""
    events = moment.events
    since = moment.onset - previous_onset(events)
    first = moment.onset - events.onset[:1, None]
    return np.where(has_previous(events), since, first)


def ioi_ratio(moment: Moment) -> IntArray:
    events = moment.events
    ratio = ratio_code(moment.onset - previous_onset(events), _ioi_before(moment))
    return defined_where(has_previous(events, 2), ratio)


def ioi_contour(moment: Moment) -> IntArray:
    events = moment.events
    change = np.sign(moment.onset - previous_onset(events) - _ioi_before(moment))
    return defined_where(has_previous(events, 2), change)


def _ioi_before(moment: Moment) -> IntArray:
    events = moment.events
    return previous_onset(events) - previous_onset(events, 2)


TIME_VIEWPOINTS = (
    make_viewpoint("onset", "onset", "time from the start of the piece", onset, "onset"),
    make_viewpoint("duration", "dur", "length of the note", duration, "duration"),
    make_viewpoint(
        "duration_ratio",
        "dur-ratio",
        "length of the note divided by the length of the one before",
        duration_ratio,
        "duration",
    ),
    make_viewpoint(
        "duration_contour",
        "duration_contour",
        "-1 shorter than the note before, 0 as long, 1 longer; not in IDyOM",
        duration_contour,
        "duration",
    ),
    make_viewpoint(
        "rest_before",
        "deltast",
        "rest between the end of the previous note and this one",
        rest_before,
        "onset",
    ),
    make_viewpoint(
        "bioi", "bioi", "time since the previous onset; 0 at the first note", bioi, "onset"
    ),
    make_viewpoint(
        "bioi_ratio",
        "bioi-ratio",
        "time since the previous onset, divided by the one before",
        ioi_ratio,
        "onset",
    ),
    make_viewpoint(
        "bioi_contour",
        "bioi-contour",
        "-1 sooner after the previous onset than it was, 0 as soon, 1 later",
        ioi_contour,
        "onset",
    ),
    make_viewpoint(
        "ioi", "ioi", "time since the previous onset; undefined at the first note", ioi, "onset"
    ),
    make_viewpoint(
        "ioi_ratio",
        "ioi-ratio",
        "inter-onset interval divided by the one before (as bioi_ratio)",
        ioi_ratio,
        "onset",
    ),
    make_viewpoint(
        "ioi_contour",
        "ioi-contour",
        "inter-onset interval: -1 shorter, 0 equal, 1 longer than the one before",
        ioi_contour,
        "onset",
    ),
)
