"""Viewpoints of key: place above the tonic, membership in the scale, the key itself."""

from __future__ import annotations

import numpy as np

from clinamen.domains.music.events import IntArray, Moment
from clinamen.domains.music.viewpoints._contract import defined_where, make_viewpoint

__all__ = ["KEY_VIEWPOINTS", "interval_from_tonic"]


def interval_from_tonic(moment: Moment) -> IntArray:
    tonic = moment.events.tonic[:, None]
    return defined_where(tonic >= 0, (moment.pitch - tonic) % 12)


def in_scale(moment: Moment) -> IntArray:
    tonic, scale = moment.events.tonic[:, None], moment.events.scale[:, None]
    return defined_where(tonic >= 0, scale >> ((moment.pitch - tonic) % 12) & 1)


def scale_step(moment: Moment) -> IntArray:
    """Count scale notes up to the pitch: the number of bits of the scale at or below it."""
    tonic, scale = moment.events.tonic[:, None], moment.events.scale[:, None]
    above = (moment.pitch - tonic) % 12
    n_degrees = np.bitwise_count(scale & ((np.int64(2) << above) - 1)).astype(np.int64)
    return defined_where((tonic >= 0) & (scale >> above & 1 == 1), n_degrees)


def tonic(moment: Moment) -> IntArray:
    here = moment.events.tonic[:, None]
    return defined_where(here >= 0, here)


def mode(moment: Moment) -> IntArray:
    events = moment.events
    return defined_where(events.tonic[:, None] >= 0, events.mode[:, None])


def key_signature(moment: Moment) -> IntArray:
    events = moment.events
    return defined_where(events.tonic[:, None] >= 0, events.fifths[:, None])


KEY_VIEWPOINTS = (
    make_viewpoint(
        "interval_from_tonic",
        "cpintfref",
        "semitones above the tonic, octaves folded (chromatic scale degree)",
        interval_from_tonic,
        "pitch",
    ),
    make_viewpoint(
        "in_scale", "inscale", "1 where the note lies in the scale of the key", in_scale, "pitch"
    ),
    make_viewpoint(
        "scale_step",
        "scale_step",
        "scale degree 1 to 7, undefined outside the scale; not in IDyOM",
        scale_step,
        "pitch",
    ),
    make_viewpoint("tonic", "referent", "pitch class of the tonic, C is 0", tonic),
    make_viewpoint("mode", "mode", "0 with a major third above the tonic, 9 with a minor", mode),
    make_viewpoint(
        "key_signature", "keysig", "sharps (or, below 0, flats) of the key signature", key_signature
    ),
)
