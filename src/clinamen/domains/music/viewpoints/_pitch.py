"""Viewpoints of pitch: the note itself, its interval, its place in the key."""

from __future__ import annotations

from clinamen.domains.music.events import IntArray, Moment
from clinamen.domains.music.viewpoints._contract import (
    defined_where,
    has_previous,
    make_viewpoint,
    previous_pitch,
)

__all__ = ["PITCH_VIEWPOINTS"]


def pitch(moment: Moment) -> IntArray:
    return moment.pitch


def interval(moment: Moment) -> IntArray:
    events = moment.events
    return defined_where(has_previous(events), moment.pitch - previous_pitch(events))


def interval_from_tonic(moment: Moment) -> IntArray:
    tonic = moment.events.tonic[:, None]
    return defined_where(tonic >= 0, (moment.pitch - tonic) % 12)


PITCH_VIEWPOINTS = (
    make_viewpoint("pitch", "cpitch", "MIDI pitch number", pitch, "pitch"),
    make_viewpoint("interval", "cpint", "semitones from the previous note", interval, "pitch"),
    make_viewpoint(
        "interval_from_tonic",
        "cpintfref",
        "semitones above the tonic, octaves folded (chromatic scale degree)",
        interval_from_tonic,
        "pitch",
    ),
)
