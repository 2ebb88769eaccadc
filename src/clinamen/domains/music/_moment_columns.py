"""What several components share: a melody with columns that are made when first asked for."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, lru_cache, wraps
from typing import Concatenate, ParamSpec, TypeVar

import numpy as np

from clinamen.domains.music.events import IntArray, MelodyEvents, Moment, previous
from clinamen.domains.music.key import PROFILES
from clinamen.domains.music.projection import inter_onset_intervals
from clinamen.domains.music.viewpoints import UNDEFINED, find_viewpoint

__all__ = ["Columns", "guessed_keys", "shared"]

_P = ParamSpec("_P")
_R = TypeVar("_R")

_PROFILE = "albrecht-shanahan"


class Columns:
    """A melody with what several components share, made when first asked for."""

    def __init__(self, events: MelodyEvents) -> None:
        self.events = events
        self.index = np.arange(len(events))
        self.made: dict[object, object] = {}

    def viewpoint(self, name: str) -> IntArray:
        """A viewpoint of the notes as they are."""
        values = find_viewpoint(name).formula(Moment.actual(self.events))
        return np.broadcast_to(values, (len(self.events), 1)).reshape(-1)

    @cached_property
    def interval(self) -> IntArray:
        return self.viewpoint("cpint")

    @cached_property
    def degree(self) -> IntArray:
        return self.viewpoint("cpintfref")

    @cached_property
    def bar(self) -> IntArray:
        """Number of the bar of each note; after the last bar line, bars go on regularly."""
        line, last = self.bar_line, len(self.events.bar_onset) - 1
        since = self.events.onset - self.bar_start(np.array(last))
        more = since // self.events.bar_length[last]
        bar: IntArray = np.where(line == last, last + more, line)
        return bar

    @cached_property
    def bar_line(self) -> IntArray:
        """Number of the last bar line at or before each note."""
        line: IntArray = np.searchsorted(self.events.bar_onset, self.events.onset, "right") - 1
        return line

    def bar_start(self, bar: IntArray) -> IntArray:
        """Where bars of some numbers begin; a pickup is the end of a bar."""
        events = self.events
        start = events.bar_onset.copy()
        if events.pickup > 0:
            start[0] = events.pickup - events.bar_length[0]
        last = len(start) - 1
        begun: IntArray = start[np.minimum(bar, last)]
        return begun + np.maximum(bar - last, 0) * events.bar_length[last]

    @cached_property
    def bar_number(self) -> IntArray:
        """Bars from the first full one, so that a pickup is bar -1."""
        number: IntArray = self.bar - (self.events.pickup > 0)
        return number

    @cached_property
    def first_in_bar(self) -> IntArray:
        """Index of the first note that began in the bar of each note."""
        new = self.bar != previous(self.bar, 1, -1)
        first: IntArray = np.maximum.accumulate(np.where(new, self.index, 0))
        return first

    @cached_property
    def beat(self) -> IntArray:
        return self.events.beat_length[self.bar_line]

    @cached_property
    def interval_ticks(self) -> IntArray:
        return inter_onset_intervals(self.events)

    @cached_property
    def place(self) -> IntArray:
        return self.viewpoint("posinbar")

    @cached_property
    def on_beat(self) -> IntArray:
        return np.where(self.place % self.beat == 0, 1, 0)

    @cached_property
    def guess(self) -> IntArray:
        """The key that the earlier notes fit best (see `guessed_keys`)."""
        return guessed_keys(self.events.pitch)

    @cached_property
    def has_phrases(self) -> bool:
        return bool((self.events.phrase_start >= 0).any())

    @cached_property
    def starts(self) -> IntArray:
        return np.where(self.events.phrase_start == self.index, 1, 0)

    def last_where(self, condition: np.ndarray, values: IntArray) -> IntArray:
        """Value at the last earlier note where the condition held."""
        place = np.maximum.accumulate(np.where(condition, self.index, -1))
        return self.at(np.concatenate([[-1], place[:-1]]), values)

    def at(self, place: IntArray, values: IntArray) -> IntArray:
        """Values at given notes; `UNDEFINED` where the note is -1."""
        return np.where(place >= 0, values[place], UNDEFINED)

    def sounding(self, time: IntArray) -> IntArray:
        """The note that began last at or before a time, -1 if none."""
        return np.searchsorted(self.events.onset, time, "right") - 1

    def seen_at(
        self, note: IntArray, time: IntArray, values: IntArray, limit: IntArray
    ) -> IntArray:
        """Value of a note and whether it began right then; only notes before `limit`."""
        usable = (note >= 0) & (note < limit)
        note = np.where(usable, note, 0)
        began = self.events.onset[note] == time
        seen = values[note]
        return np.where(usable & (seen != UNDEFINED), 2 * seen + began, UNDEFINED)


def shared(
    function: Callable[Concatenate[Columns, _P], _R],
) -> Callable[Concatenate[Columns, _P], _R]:
    """A function of columns that is worked out once for the same columns and arguments."""

    @wraps(function)
    def once(columns: Columns, /, *args: _P.args, **kwargs: _P.kwargs) -> _R:
        key = (function, args, tuple(kwargs.items()))
        if key not in columns.made:
            columns.made[key] = function(columns, *args, **kwargs)
        return columns.made[key]  # type: ignore[return-value]

    return once


def guessed_keys(pitch: IntArray) -> IntArray:
    """The key that fits the notes before each note best, shape ``(T,)``.

    Numbers are tonic pitch classes, plus 12 for minor; `UNDEFINED` at the first note. Every
    note counts alike, since its length may not be known.

    Source: correlation with key profiles, as in `key_scores`.
    """
    heard = np.zeros((len(pitch), 12), dtype=np.int64)
    heard[np.arange(1, len(pitch)), pitch[:-1] % 12] = 1
    scores = np.cumsum(heard, axis=0) @ _key_profiles().T
    best: IntArray = scores.argmax(axis=1)
    best[0] = UNDEFINED
    return best


@lru_cache(maxsize=1)
def _key_profiles() -> IntArray:
    """Standardised profiles of the 24 keys in millionths, shape ``(24, 12)``.

    Whole numbers, so that keys that fit alike tie: sums of floats would differ in their last
    bits, by machine and by how many notes are looked at together.
    """
    shifts = (np.arange(12)[None, :] - np.arange(12)[:, None]) % 12
    modes = [np.array(profile) for profile in PROFILES[_PROFILE]]
    standard = [np.rint(1e6 * (mode - mode.mean()) / mode.std()) for mode in modes]
    return np.concatenate([mode.astype(np.int64)[shifts] for mode in standard])
