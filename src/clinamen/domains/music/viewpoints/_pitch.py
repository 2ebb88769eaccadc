"""Viewpoints of pitch: the note itself, its interval, its contour, its register."""

from __future__ import annotations

import numpy as np

from clinamen.domains.music.events import IntArray, Moment
from clinamen.domains.music.viewpoints._contract import (
    defined_where,
    has_previous,
    make_viewpoint,
    previous_pitch,
)

__all__ = ["PITCH_VIEWPOINTS", "interval", "pitch"]

_LOW, _HIGH = 66, 74
"""Middle register, F#4 to D5: where most of a soprano chorale melody lies."""

_STEP = 2
"""Largest interval heard as a step, in semitones; anything wider is a leap."""


def pitch(moment: Moment) -> IntArray:
    return moment.pitch


def pitch_class(moment: Moment) -> IntArray:
    return moment.pitch % 12


def octave(moment: Moment) -> IntArray:
    return moment.pitch // 12 - 1


def tessitura(moment: Moment) -> IntArray:
    return (moment.pitch > _HIGH).astype(np.int64) - (moment.pitch < _LOW)


def interval(moment: Moment) -> IntArray:
    return defined_where(has_previous(moment.events), _rise(moment))


def interval_size(moment: Moment) -> IntArray:
    return defined_where(has_previous(moment.events), np.abs(_rise(moment)))


def interval_class(moment: Moment) -> IntArray:
    rise = _rise(moment)
    return defined_where(has_previous(moment.events), np.sign(rise) * (np.abs(rise) % 12))


def interval_class_size(moment: Moment) -> IntArray:
    return defined_where(has_previous(moment.events), np.abs(_rise(moment)) % 12)


def contour(moment: Moment) -> IntArray:
    return defined_where(has_previous(moment.events), np.sign(_rise(moment)))


def contour_change(moment: Moment) -> IntArray:
    events = moment.events
    before = np.sign(previous_pitch(events) - previous_pitch(events, 2))
    changed = (np.sign(_rise(moment)) != before).astype(np.int64)
    return defined_where(has_previous(events, 2), changed)


def graded_contour(moment: Moment) -> IntArray:
    rise = _rise(moment)
    grade = np.sign(rise) * (1 + (np.abs(rise) > _STEP))
    return defined_where(has_previous(moment.events), grade)


def interval_from_first(moment: Moment) -> IntArray:
    first = has_previous(moment.events)
    return np.where(first, moment.pitch - moment.events.pitch[0], 0)


def _rise(moment: Moment) -> IntArray:
    return moment.pitch - previous_pitch(moment.events)


PITCH_VIEWPOINTS = (
    make_viewpoint("pitch", "cpitch", "MIDI pitch number", pitch, "pitch"),
    make_viewpoint(
        "pitch_class", "cpitch-class", "pitch with octaves folded, C is 0", pitch_class, "pitch"
    ),
    make_viewpoint("octave", "octave", "octave number, 4 from middle C up", octave, "pitch"),
    make_viewpoint(
        "tessitura",
        "tessitura",
        "register: -1 below F#4, 0 from F#4 to D5, 1 above D5",
        tessitura,
        "pitch",
    ),
    make_viewpoint("interval", "cpint", "semitones from the previous note", interval, "pitch"),
    make_viewpoint(
        "interval_size",
        "cpint-size",
        "semitones from the previous note, up or down alike",
        interval_size,
        "pitch",
    ),
    make_viewpoint(
        "interval_class",
        "cpcint",
        "semitones from the previous note, octaves folded, direction kept",
        interval_class,
        "pitch",
    ),
    make_viewpoint(
        "interval_class_size",
        "cpcint-size",
        "semitones from the previous note, octaves folded, up or down alike",
        interval_class_size,
        "pitch",
    ),
    make_viewpoint(
        "contour", "contour", "-1 falling, 0 repeating, 1 rising to this note", contour, "pitch"
    ),
    make_viewpoint(
        "contour_change",
        "newcontour",
        "1 where the contour differs from the one before, else 0",
        contour_change,
        "pitch",
    ),
    make_viewpoint(
        "graded_contour",
        "graded_contour",
        "contour that tells a step (1) from a leap (2), signed; not in IDyOM",
        graded_contour,
        "pitch",
    ),
    make_viewpoint(
        "interval_from_first",
        "cpintfip",
        "semitones above the first note of the piece; 0 on it",
        interval_from_first,
        "pitch",
    ),
)
