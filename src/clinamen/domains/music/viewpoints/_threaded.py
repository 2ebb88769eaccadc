"""Threaded viewpoints: only certain notes are looked at, each against the one before it.

A threaded viewpoint is undefined on all other notes. A model skips undefined notes, so
its context is the thread: the first notes of the last bars, the ends of the last phrases.

Source: Conklin & Witten 1995, section on threaded viewpoints. The threads of intervals
are IDyOM's; those of scale degrees are ours.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from clinamen.domains.music.events import IntArray, Moment
from clinamen.domains.music.viewpoints._contract import (
    BoolArray,
    Viewpoint,
    defined_where,
    make_viewpoint,
)
from clinamen.domains.music.viewpoints._key import interval_from_tonic
from clinamen.domains.music.viewpoints._meter import (
    starts_bar,
    starts_on_crotchet,
    starts_on_tactus,
)
from clinamen.domains.music.viewpoints._phrase import ends_phrase, starts_phrase

__all__ = ["THREADED_VIEWPOINTS"]

Condition = Callable[[Moment], BoolArray]


class _Thread(NamedTuple):
    """Which notes are looked at, in words and as a condition, and what it reads."""

    where: str
    condition: Condition
    reads: str


_BAR = _Thread("first note of a bar", starts_bar, "pitch onset")
_CROTCHET = _Thread("note on a quarter-note beat", starts_on_crotchet, "pitch onset")
_TACTUS = _Thread("note on a felt beat", starts_on_tactus, "pitch onset")
_PHRASE_START = _Thread("first note of a phrase", starts_phrase, "pitch")
_PHRASE_END = _Thread("last note of a phrase", ends_phrase, "pitch")


def _interval_thread(name: str, idyom_name: str, thread: _Thread) -> Viewpoint:
    def formula(moment: Moment) -> IntArray:
        before = _thread_before(moment, thread.condition)
        rise = moment.pitch - moment.events.pitch[np.maximum(before, 0)]
        return defined_where(thread.condition(moment) & (before >= 0), rise)

    meaning = f"semitones from the latest {thread.where} to this one"
    if name == idyom_name:
        meaning += "; not in IDyOM"
    return make_viewpoint(name, idyom_name, meaning, formula, thread.reads)


def _degree_thread(name: str, thread: _Thread) -> Viewpoint:
    def formula(moment: Moment) -> IntArray:
        return defined_where(thread.condition(moment), interval_from_tonic(moment))

    meaning = f"semitones above the tonic, only on the {thread.where}; not in IDyOM"
    return make_viewpoint(name, name, meaning, formula, thread.reads)


def _thread_before(moment: Moment, condition: Condition) -> IntArray:
    """Index of the latest earlier note on the thread, shape ``(T, 1)``; -1 if none."""
    on_thread = condition(Moment.actual(moment.events))[:, 0]
    latest = np.maximum.accumulate(np.where(on_thread, np.arange(len(on_thread)), -1))
    return np.append(-1, latest[:-1])[:, None]


THREADED_VIEWPOINTS = (
    _interval_thread("bar_interval", "thrbar", _BAR),
    _interval_thread("crotchet_interval", "crotchet_interval", _CROTCHET),
    _interval_thread("tactus_interval", "thrtactus", _TACTUS),
    _interval_thread("phrase_start_interval", "thrfiph", _PHRASE_START),
    _interval_thread("phrase_end_interval", "thrliph", _PHRASE_END),
    _degree_thread("bar_degree", _BAR),
    _degree_thread("crotchet_degree", _CROTCHET),
    _degree_thread("tactus_degree", _TACTUS),
    _degree_thread("phrase_start_degree", _PHRASE_START),
    _degree_thread("phrase_end_degree", _PHRASE_END),
)
