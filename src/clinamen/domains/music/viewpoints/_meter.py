"""Viewpoints of metre: where in its bar a note starts."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from clinamen.domains.music.events import TICKS_PER_QUARTER, IntArray, MelodyEvents, Moment
from clinamen.domains.music.viewpoints._contract import (
    BoolArray,
    index_column,
    make_viewpoint,
)

__all__ = ["METER_VIEWPOINTS", "starts_bar", "starts_on_crotchet", "starts_on_tactus"]


class BarPlace(NamedTuple):
    """Where onsets lie: bar line, ticks after it, length of the bar and of its beat."""

    start: IntArray
    position: IntArray
    length: IntArray
    beat: IntArray


def bar_place(events: MelodyEvents, onset: IntArray) -> BarPlace:
    """The bar of each onset.

    A pickup counts from the bar line that it leaves out, so that it ends where a full
    bar would. After the last bar line, bars go on regularly. Any other bar that is
    shorter or longer than its metre says counts from its own start.
    """
    bar = np.maximum(np.searchsorted(events.bar_onset, onset, side="right") - 1, 0)
    length, beat = events.bar_length[bar], events.beat_length[bar]
    position = onset - events.bar_onset[bar]
    if events.pickup > 0:
        position = np.where(bar == 0, position + length - events.pickup, position)
    position = np.where(bar == len(events.bar_onset) - 1, position % length, position)
    return BarPlace(onset - position, position, length, beat)


def starts_bar(moment: Moment) -> BoolArray:
    """Whether no earlier note starts in the same bar."""
    return first_of_bar(moment) >= index_column(moment.events)


def first_of_bar(moment: Moment) -> IntArray:
    """Index of the first note that starts in the bar of each onset, or of a later note."""
    start = bar_place(moment.events, moment.onset).start
    return np.searchsorted(moment.events.onset, start, side="left")


def starts_on_crotchet(moment: Moment) -> BoolArray:
    """Whether the onset lies a whole number of quarter notes after the bar line."""
    position = bar_place(moment.events, moment.onset).position
    on_beat: BoolArray = position % TICKS_PER_QUARTER == 0
    return on_beat


def starts_on_tactus(moment: Moment) -> BoolArray:
    """Whether the onset lies a whole number of felt beats after the bar line."""
    place = bar_place(moment.events, moment.onset)
    on_beat: BoolArray = place.position % place.beat == 0
    return on_beat


def position_in_bar(moment: Moment) -> IntArray:
    return bar_place(moment.events, moment.onset).position


def bar_length(moment: Moment) -> IntArray:
    return bar_place(moment.events, moment.onset).length


def first_in_bar(moment: Moment) -> IntArray:
    return starts_bar(moment).astype(np.int64)


def on_crotchet(moment: Moment) -> IntArray:
    return starts_on_crotchet(moment).astype(np.int64)


def on_tactus(moment: Moment) -> IntArray:
    return starts_on_tactus(moment).astype(np.int64)


def metrical_accent(moment: Moment) -> IntArray:
    """Levels of a bar that an onset lies on, from the bar line down.

    A bar has a middle when it has an even number of beats, more than two.
    """
    place = bar_place(moment.events, moment.onset)
    on_bar = place.position == 0
    has_middle = (place.length % (2 * place.beat) == 0) & (place.length > 2 * place.beat)
    on_middle = has_middle & (place.position * 2 == place.length)
    on_beat = place.position % place.beat == 0
    # A dotted beat divides into three; any other goes into a whole note and divides in two.
    parts = np.where(4 * TICKS_PER_QUARTER % place.beat == 0, 2, 3)
    on_part = place.position * parts % place.beat == 0
    levels = [on_bar, on_middle, on_beat, on_part]
    return np.select(levels, [np.int64(4), np.int64(3), np.int64(2), np.int64(1)], np.int64(0))


def interval_from_bar(moment: Moment) -> IntArray:
    events = moment.events
    first = np.minimum(first_of_bar(moment), len(events) - 1)
    return np.where(starts_bar(moment), 0, moment.pitch - events.pitch[first])


METER_VIEWPOINTS = (
    make_viewpoint(
        "position_in_bar", "posinbar", "time since the bar line", position_in_bar, "onset"
    ),
    make_viewpoint("bar_length", "barlength", "length of the bar", bar_length, "onset"),
    make_viewpoint(
        "first_in_bar", "fib", "1 on the first note that starts in its bar", first_in_bar, "onset"
    ),
    make_viewpoint(
        "on_crotchet",
        "crotchet",
        "1 a whole number of quarter notes after the bar line",
        on_crotchet,
        "onset",
    ),
    make_viewpoint(
        "on_tactus",
        "tactus",
        "1 on a felt beat (a dotted one in 6/8; IDyOM counts the upper figure)",
        on_tactus,
        "onset",
    ),
    make_viewpoint(
        "metrical_accent",
        "metaccent",
        "4 bar line, 3 middle of the bar, 2 beat, 1 part of a beat, 0 none; our own scale",
        metrical_accent,
        "onset",
    ),
    make_viewpoint(
        "interval_from_bar",
        "cpintfib",
        "semitones above the first note of the bar; 0 on it",
        interval_from_bar,
        "pitch onset",
    ),
)
