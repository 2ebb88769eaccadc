"""What a listener may look at when a chord comes: components of chord experts' contexts.

A component is a column of numbers, one a chord. ``quality@2`` is the component ``quality``
two chords earlier. What is seen of the chord itself is its time, the key, and the melody.

Everything here is along the last axis, so that many progressions over the same times can be
looked at together (see `branches`): their roots, qualities and so on are of shape ``(B, T)``,
what they share, times, key and melody, stays of shape ``(T,)``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from clinamen.domains.music.events import IntArray
from clinamen.domains.music.progression.events import FAMILIES, N_QUALITIES, NOWHERE, HarmonyEvents
from clinamen.domains.music.viewpoints import UNDEFINED
from clinamen.errors import MissingError

__all__ = ["CHORD_COMPONENTS", "ChordColumns", "ChordComponent", "find_chord_component"]

MAJOR_SCALE = (0, 2, 4, 5, 7, 9, 11)
Tells = Literal["", "chord", "detail"]
_LONGEST_LOOP, _LONGEST_MATCH = 24, 6
_MOST_SECTION_BARS = 15
N_COLOURS = 16
"""Colours of a kind: see `colour`."""


@dataclass(frozen=True)
class ChordComponent:
    """One thing to look at.

    Parameters
    ----------
    name
        With ``@k`` for `k` chords earlier.
    needs
        What must be known for it, out of ``timing``, ``key``, ``melody``.
    tells
        What of the chord itself it gives away, and so needs a lag where that is predicted:
        ``chord`` (root and quality), ``detail`` (the rest), or nothing.
    column
        From a progression to numbers, shape ``(T,)`` or ``(B, T)``, `UNDEFINED` where there
        are none.
    """

    name: str
    needs: frozenset[str]
    tells: Tells
    column: Callable[[ChordColumns], IntArray]


def earlier(values: IntArray, steps: int, fill: int) -> IntArray:
    """Values `steps` chords earlier; the first `steps` places hold `fill`."""
    shifted = np.empty_like(values)
    shifted[..., :steps] = fill
    shifted[..., steps:] = values[..., : max(values.shape[-1] - steps, 0)]
    return shifted


class ChordColumns:
    """A progression with what several components share, made when first asked for."""

    def __init__(self, events: HarmonyEvents) -> None:
        self.events = events
        self.index = np.arange(events.root.shape[-1])

    def rows(self, values: IntArray, first: int = 0) -> IntArray:
        """A column from chord `first` on; of several progressions end to end, ``(B T,)``."""
        whole = np.broadcast_to(values, self.events.root.shape)
        return np.ascontiguousarray(whole[..., first:]).reshape(-1)

    @cached_property
    def before(self) -> IntArray:
        """Root of the last chord before each that has one, `UNDEFINED` where none has."""
        return self._last_rooted(self.events.root)

    def _last_rooted(self, values: IntArray) -> IntArray:
        """Of the last chord before each that has a root, `UNDEFINED` where none has."""
        rooted = np.where(self.events.root != NOWHERE, self.index, -1)
        place = earlier(np.maximum.accumulate(rooted, axis=-1), 1, -1)
        return np.where(place >= 0, _at(values, np.maximum(place, 0)), UNDEFINED)

    @cached_property
    def first(self) -> IntArray:
        """Root of the first chord that has one, where it lies before."""
        rooted = self.events.root != NOWHERE
        place = rooted.argmax(axis=-1)[..., None]
        is_later = (self.index > place) & rooted.any(axis=-1)[..., None]
        return np.where(is_later, _at(self.events.root, place), UNDEFINED)

    @cached_property
    def tonic(self) -> IntArray:
        return np.where(self.events.tonic >= 0, self.events.tonic, UNDEFINED)

    @cached_property
    def guess(self) -> IntArray:
        """Tonic of the major scale that the earlier chords fit best, shape ``(T,)``.

        Of scales that fit alike the one on the first root is taken, then one whose tonic has
        been a major chord, then the one fewest fifths from the first root: the same in every
        transposition. `UNDEFINED` before the first chord with a root.
        """
        events = self.events
        if not (self.first != UNDEFINED).any():
            return np.full(events.root.shape, UNDEFINED)
        # Before the first root nothing is looked at: what stands there is of no matter.
        start = np.maximum(self.first[..., -1:, None], 0)
        tones = (events.tones[..., None] >> np.arange(12)) & 1
        heard = np.cumsum(tones, axis=-2)
        scale = np.array([[(tone - tonic) % 12 in MAJOR_SCALE for tone in range(12)]
                          for tonic in range(12)])  # fmt: skip
        fits = heard @ np.where(scale, 1, -1).T
        is_major = (FAMILIES[events.quality] == 0)[..., None]
        major = (events.root[..., None] == np.arange(12)) & is_major
        been = np.cumsum(major, axis=-2) > 0
        fifths = (7 * (np.arange(12) - start)) % 12
        near = 12 - np.minimum(fifths, 12 - fifths)
        score = fits * 1024 + 512 * (np.arange(12) == start) + 64 * been + near
        # Scales a tritone away from the first root are told apart by their side.
        best = (2 * score + (fifths <= 6)).argmax(axis=-1)
        return np.where(self.first != UNDEFINED, earlier(best, 1, UNDEFINED), UNDEFINED)

    @cached_property
    def symbol(self) -> IntArray:
        """Root and quality in one number, `NOWHERE` for no chord."""
        events = self.events
        return np.where(events.root == NOWHERE, NOWHERE, events.root * N_QUALITIES + events.quality)

    def seen(self, place: IntArray) -> IntArray:
        """Chords at some places as heard from the root before: `UNDEFINED` where place is -1."""
        usable = (place >= 0) & (self.before != UNDEFINED)
        place = np.where(place >= 0, place, 0)
        root, quality = _at(self.events.root, place), _at(self.events.quality, place)
        from_before = (root - np.where(usable, self.before, 0)) % 12 * N_QUALITIES + quality
        return np.where(usable, np.where(root == NOWHERE, -1, from_before), UNDEFINED)

    def told(self, values: IntArray) -> IntArray:
        """A column that may be empty, or -1 where nothing is known: `UNDEFINED` there."""
        if not len(values):
            return np.full(len(self.index), UNDEFINED)
        return np.where(values >= 0, values, UNDEFINED)

    def above(self, values: IntArray, reference: IntArray) -> IntArray:
        """Pitch classes counted from a reference; `UNDEFINED` where either is missing."""
        defined = (values >= 0) & (reference != UNDEFINED)
        return np.where(defined, (values - reference) % 12, UNDEFINED)

    @cached_property
    def family(self) -> IntArray:
        return np.where(self.events.root == NOWHERE, 5, FAMILIES[self.events.quality])

    @cached_property
    def bass(self) -> IntArray:
        """Pitch class of the lowest tone, `NOWHERE` for no chord."""
        events = self.events
        return np.where(events.root == NOWHERE, NOWHERE, (events.root + (events.detail >> 12)) % 12)

    @cached_property
    def bass_before(self) -> IntArray:
        """The bass of the last chord before each that has one, `UNDEFINED` where none has."""
        return self._last_rooted(self.bass)

    @cached_property
    def kind(self) -> IntArray:
        """Quality, tones above the root and bass in one number."""
        return self.events.quality * (1 << 16) + self.events.detail

    @cached_property
    def loop(self) -> tuple[IntArray, IntArray]:
        """The copy model: where the last chords were before, and how many of them match.

        Place of the chord that followed the longest match, the latest of several; -1 where
        not even the last chord was there before.
        """
        symbol = self.symbol
        place, length = np.full(symbol.shape, -1), np.zeros(symbol.shape, dtype=np.int64)
        n_chords = symbol.shape[-1]
        for lag in range(1, min(_LONGEST_LOOP, n_chords - 1) + 1):
            same = symbol[..., lag:] == symbol[..., :-lag]
            # How many chords up to each are those of so much earlier, in a row.
            step = np.arange(n_chords - lag)
            broken = np.maximum.accumulate(np.where(same, -1, step), axis=-1)
            n_same = np.minimum(step - broken, _LONGEST_MATCH)[..., :-1]
            now, is_longer = length[..., lag + 1 :], n_same > length[..., lag + 1 :]
            place[..., lag + 1 :] = np.where(
                is_longer, self.index[lag + 1 :] - lag, place[..., lag + 1 :]
            )
            length[..., lag + 1 :] = np.where(is_longer, n_same, now)
        return place, length


def _at(values: IntArray, place: IntArray) -> IntArray:
    """Values at some places of their own progression; both may be of several."""
    shape = np.broadcast_shapes(values.shape[:-1], place.shape[:-1])
    values = np.broadcast_to(values, (*shape, values.shape[-1]))
    return np.take_along_axis(values, np.broadcast_to(place, (*shape, place.shape[-1])), axis=-1)


def _move(columns: ChordColumns) -> IntArray:
    return columns.above(columns.events.root, columns.before)


def _bass(columns: ChordColumns) -> IntArray:
    events = columns.events
    return np.where(events.root == NOWHERE, UNDEFINED, events.detail >> 12)


def colour(detail: IntArray) -> IntArray:
    """How many tones a kind has, up to 7, and whether it is inverted."""
    bass = detail >> 12
    n_tones = ((detail[..., None] >> np.arange(12)) & 1).sum(axis=-1)
    found: IntArray = 2 * np.minimum(n_tones, N_COLOURS // 2 - 1) + (bass != 0)
    return found


def _last_kind(columns: ChordColumns) -> IntArray:
    """The kind that this root and quality had last in this song."""
    place = _last_equal(columns.symbol)
    return np.where(place >= 0, _at(columns.kind, np.maximum(place, 0)), UNDEFINED)


def _last_equal(symbol: IntArray) -> IntArray:
    """Place of the last chord before each with its root and quality, -1 where there is none."""
    order = np.argsort(symbol, axis=-1, kind="stable")
    ranked = np.take_along_axis(symbol, order, axis=-1)
    is_again = ranked[..., 1:] == ranked[..., :-1]
    found = np.full(symbol.shape, -1)
    first = np.where(is_again, order[..., :-1], -1)
    np.put_along_axis(found, order[..., 1:], first, axis=-1)
    return found


def _tune_above(columns: ChordColumns) -> IntArray:
    """The melody note above the root."""
    root = columns.events.root
    return columns.above(columns.events.melody, np.where(root == NOWHERE, UNDEFINED, root))


def _bars_ago(n_bars: int) -> Callable[[ChordColumns], IntArray]:
    """The chord that sounded at the same place some bars ago."""

    def column(columns: ChordColumns) -> IntArray:
        events = columns.events
        time = events.onset - n_bars * events.bar_length
        place = np.searchsorted(events.onset, time, side="right") - 1
        place = np.where(time >= 0, place, -1)
        seen = columns.seen(place)
        began = (place >= 0) & (_at(events.onset, np.maximum(place, 0)) == time)
        return np.where(seen == UNDEFINED, UNDEFINED, 2 * seen + began)

    return column


def _ago(n_chords: int) -> Callable[[ChordColumns], IntArray]:
    return lambda c: c.seen(np.maximum(c.index - n_chords, -1))


def _same(n_chords: int) -> Callable[[ChordColumns], IntArray]:
    """Whether the last chord was that of some chords earlier."""

    def column(columns: ChordColumns) -> IntArray:
        one = earlier(columns.symbol, 1, UNDEFINED)
        other = earlier(columns.symbol, 1 + n_chords, UNDEFINED)
        return np.where(other == UNDEFINED, UNDEFINED, np.where(one == other, 1, 0))

    return column


def _guessed(n_chords: int) -> Callable[[ChordColumns], IntArray]:
    """An earlier root above the tonic that is guessed now."""
    return lambda c: c.above(earlier(c.events.root, n_chords, -1), c.guess)


def _looped(columns: ChordColumns) -> IntArray:
    place, length = columns.loop
    seen = columns.seen(place)
    return np.where(seen == UNDEFINED, UNDEFINED, seen * (_LONGEST_MATCH + 1) + length)


def _new(columns: ChordColumns) -> IntArray:
    """How many different chords have come."""
    came = (_last_equal(columns.symbol) < 0).astype(np.int64)
    return np.minimum(earlier(np.cumsum(came, axis=-1), 1, 0), 9)


def _section_bar(columns: ChordColumns) -> IntArray:
    """Full bars since the section began, 15 at most."""
    since = columns.told(columns.events.section)
    bars = np.minimum(since // np.maximum(columns.events.bar_length, 1), _MOST_SECTION_BARS)
    return np.where(since == UNDEFINED, UNDEFINED, bars)


def _component(
    name: str, needs: str, column: Callable[[ChordColumns], IntArray], tells: Tells = ""
) -> ChordComponent:
    return ChordComponent(name, frozenset(needs.split()), tells, column)


_AGO, _BARS, _SAME = (2, 3, 4, 6, 8), (1, 2, 4, 8), (1, 2, 3, 4, 8)

_ALL = (
    _component("always", "", lambda c: np.zeros(len(c.index), dtype=np.int64)),
    _component("move", "", _move, tells="chord"),
    _component("quality", "", lambda c: c.events.quality, tells="chord"),
    _component("family", "", lambda c: c.family, tells="chord"),
    _component("bass", "", _bass, tells="detail"),
    _component("degree", "key", lambda c: c.above(c.events.root, c.tonic), tells="chord"),
    _component("guessed", "", lambda c: c.above(c.events.root, c.guess), tells="chord"),
    _component("over_bass", "", lambda c: c.above(c.events.root, c.bass_before), tells="chord"),
    _component("last_kind", "", _last_kind, tells="chord"),
    _component("kind", "", lambda c: c.kind, tells="detail"),
    _component("colour", "", lambda c: colour(c.events.detail), tells="detail"),
    _component("bass_step", "", lambda c: c.above(c.bass, c.bass_before), tells="detail"),
    _component("bass_degree", "key", lambda c: c.above(c.bass, c.tonic), tells="detail"),
    _component("function", "key", lambda c: c.told(c.events.function), tells="detail"),
    _component("number", "", lambda c: np.minimum(c.index, 12)),
    _component("number_of_4", "", lambda c: c.index % 4),
    _component("number_of_8", "", lambda c: c.index % 8),
    _component("n_different", "", _new),
    _component("loop", "", _looped),
    *(_component(f"ago{n}", "", _ago(n)) for n in _AGO),
    *(_component(f"same{n}", "", _same(n)) for n in _SAME),
    *(_component(f"guessed{n}", "", _guessed(n)) for n in (1, 2, 3, 4)),
    _component("mode", "key", lambda c: np.where(c.events.mode >= 0, c.events.mode, UNDEFINED)),
    _component("place", "timing", lambda c: c.events.place),
    _component("bar_length", "timing", lambda c: c.events.bar_length),
    _component("bar_of_4", "timing", lambda c: c.events.bar % 4),
    _component("bar_of_8", "timing", lambda c: c.events.bar % 8),
    _component("section_bar", "timing", _section_bar),
    _component(
        "lasted", "timing", lambda c: earlier(np.minimum(c.events.duration, 1 << 20), 1, UNDEFINED)
    ),
    *(_component(f"bars{n}", "timing", _bars_ago(n)) for n in _BARS),
    _component("tune_degree", "melody key", lambda c: c.above(c.events.melody, c.tonic)),
    _component("tune_guessed", "melody", lambda c: c.above(c.events.melody, c.guess)),
    _component("tune_move", "melody", lambda c: c.above(c.events.melody, c.before)),
    _component("tune_above", "melody", _tune_above, tells="chord"),
)

CHORD_COMPONENTS: Mapping[str, ChordComponent] = {each.name: each for each in _ALL}
"""Every component by name, without lag."""


def find_chord_component(name: str) -> tuple[ChordComponent, int]:
    """A component and its lag from a name such as ``move@1``.

    Raises
    ------
    MissingError
        If there is no such component.
    """
    base, at, lag = name.partition("@")
    if base not in CHORD_COMPONENTS or bool(at) != (lag.isascii() and lag.isdigit()):
        known = ", ".join(CHORD_COMPONENTS)
        raise MissingError(f"no component of chords is called {name!r}; there are {known}")
    return CHORD_COMPONENTS[base], int(lag or 0)
