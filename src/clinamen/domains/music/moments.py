"""What a listener may look at when a note comes: the components of experts' contexts.

A component is a column of numbers, one a note, made from what came before the note and from
what is known of the note itself (see `KNOWABLE`). ``cpint@2`` is the component ``cpint`` two
notes earlier. Names are IDyOM's where IDyOM has the thing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from clinamen.domains.music.events import IntArray, MelodyEvents, Moment, previous
from clinamen.domains.music.key import PROFILES
from clinamen.domains.music.projection import inter_onset_intervals
from clinamen.domains.music.viewpoints import UNDEFINED, find_viewpoint
from clinamen.errors import MissingError

__all__ = [
    "COMPONENTS",
    "KNOWABLE",
    "PITCH_COMPONENTS",
    "Component",
    "component_table",
    "find_component",
    "guessed_keys",
]

KNOWABLE = frozenset({"onset", "duration", "phrase", "key"})
"""What may be known about a melody besides its pitches: when notes begin, how long they
last, which notes begin and end a phrase, and the key."""

PITCH_COMPONENTS = frozenset({"cpitch", "cpint", "cpintfref", "contour", "cpintfip"})
"""Components that hold the pitch of the note itself: to be looked at with a lag only."""


_PROFILE = "albrecht-shanahan"


@dataclass(frozen=True)
class Component:
    """One thing to look at.

    Parameters
    ----------
    name
        With ``@k`` for `k` notes earlier.
    needs
        What must be known for it, out of `KNOWABLE`.
    column
        From a melody to numbers, shape ``(T,)``, `UNDEFINED` where there are none.
    """

    name: str
    needs: frozenset[str]
    column: Callable[[_Columns], IntArray]


class _Columns:
    """A melody with what several components share, made when first asked for."""

    def __init__(self, events: MelodyEvents) -> None:
        self.events = events
        self.index = np.arange(len(events))

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
        bar: IntArray = np.searchsorted(self.events.bar_onset, self.events.onset, "right") - 1
        return bar

    @cached_property
    def place(self) -> IntArray:
        return self.viewpoint("posinbar")

    @cached_property
    def on_beat(self) -> IntArray:
        return np.where(self.place % self.events.beat_length[self.bar] == 0, 1, 0)

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


def _guessed_degree(columns: _Columns, steps: int) -> IntArray:
    """Semitones of an earlier note above the tonic that is guessed now."""
    guess, earlier = columns.guess, previous(columns.events.pitch, steps, UNDEFINED)
    defined = (guess != UNDEFINED) & (earlier != UNDEFINED)
    return np.where(defined, (earlier - guess) % 12 + 12 * (guess >= 12), UNDEFINED)


def _degree_guessed(steps: int) -> Callable[[_Columns], IntArray]:
    return lambda columns: _guessed_degree(columns, steps)


def _from_first(columns: _Columns) -> IntArray:
    above: IntArray = columns.events.pitch - columns.events.pitch[0]
    return above


def _contour(columns: _Columns) -> IntArray:
    interval = columns.interval
    return np.where(interval == UNDEFINED, UNDEFINED, np.sign(interval))


def _last_in_phrase(columns: _Columns) -> IntArray:
    return np.append(columns.starts[1:], 1)


def _of_phrases(column: Callable[[_Columns], IntArray]) -> Callable[[_Columns], IntArray]:
    """Undefined everywhere in a melody without phrases."""

    def guarded(columns: _Columns) -> IntArray:
        if not columns.has_phrases:
            return np.full(len(columns.index), UNDEFINED)
        return column(columns)

    return guarded


def _since_phrase(columns: _Columns) -> IntArray:
    since: IntArray = np.minimum(columns.index - columns.events.phrase_start, 6)
    return since


def _phrase_first_degree(columns: _Columns) -> IntArray:
    start = columns.events.phrase_start
    return columns.at(np.where(start < columns.index, start, -1), columns.degree)


def _previous_phrase_end(columns: _Columns) -> IntArray:
    return columns.at(columns.events.phrase_start - 1, columns.degree)


def _time_in_phrase(columns: _Columns) -> IntArray:
    onset = columns.events.onset
    since: IntArray = onset - onset[columns.events.phrase_start]
    return since


def _bars_in_phrase(columns: _Columns) -> IntArray:
    since: IntArray = columns.bar - columns.bar[columns.events.phrase_start]
    return since


def _aligned_phrase(columns: _Columns, values: IntArray) -> IntArray:
    """What stood at the same distance from the beginning of the phrase before."""
    start = columns.events.phrase_start
    before = np.where(start > 0, columns.events.phrase_start[start - 1], 0)
    time = columns.events.onset[before] + _time_in_phrase(columns)
    note = np.where(start > 0, columns.sounding(time), -1)
    return columns.seen_at(note, time, values, start)


def _bars_ago(columns: _Columns, n_bars: int, values: IntArray) -> IntArray:
    """What stood at the same place in the bar `n_bars` ago.

    A pickup is the end of a bar. After a bar that stops early the next one is looked at:
    where a repeat cuts a bar in two, that is the rest of it.
    """
    events, bar = columns.events, columns.bar
    start = events.bar_onset.copy()
    if events.pickup > 0:
        start[0] = events.pickup - events.bar_length[0]
    there = np.maximum(bar - n_bars, 0)
    time = start[there] + events.onset - start[bar]
    note = np.where(bar >= n_bars, columns.sounding(time), -1)
    return columns.seen_at(note, time, values, columns.index)


_BARS_AGO = (1, 2, 4, 8)


def _degree_bars_ago(n_bars: int) -> Callable[[_Columns], IntArray]:
    return lambda columns: _bars_ago(columns, n_bars, columns.degree)


def _interval_bars_ago(n_bars: int) -> Callable[[_Columns], IntArray]:
    return lambda columns: _bars_ago(columns, n_bars, columns.interval)


def _register(columns: _Columns) -> IntArray:
    """How far the mean of the earlier notes lies above the previous one, in semitones."""
    pitch = columns.events.pitch
    if len(pitch) == 1:
        return np.array([UNDEFINED])
    mean = np.cumsum(pitch)[:-1] / np.arange(1, len(pitch))
    return np.concatenate([[UNDEFINED], np.rint(mean - pitch[:-1]).astype(np.int64)])


def _below_highest(columns: _Columns) -> IntArray:
    pitch = columns.events.pitch
    return previous(np.maximum.accumulate(pitch) - pitch, 1, UNDEFINED)


def _above_lowest(columns: _Columns) -> IntArray:
    pitch = columns.events.pitch
    return previous(pitch - np.minimum.accumulate(pitch), 1, UNDEFINED)


def _component(name: str, needs: str, column: Callable[[_Columns], IntArray]) -> Component:
    return Component(name, frozenset(needs.split()), column)


_ALL = (
    _component("always", "", lambda c: np.zeros(len(c.index), dtype=np.int64)),
    _component("cpitch", "", lambda c: c.events.pitch),
    _component("cpint", "", lambda c: c.interval),
    _component("cpintfref", "key", lambda c: c.degree),
    _component("contour", "", _contour),
    _component("cpintfip", "", _from_first),
    _component("note_number", "", lambda c: np.minimum(c.index, 12)),
    *(_component(f"guessed_degree{n}", "", _degree_guessed(n)) for n in (1, 2, 3)),
    _component("register", "", _register),
    _component("below_highest", "", _below_highest),
    _component("above_lowest", "", _above_lowest),
    _component("mode", "key", lambda c: c.viewpoint("mode")),
    _component("bioi", "onset", lambda c: inter_onset_intervals(c.events)),
    _component("dur", "duration", lambda c: c.events.duration),
    _component("posinbar", "onset", lambda c: c.place),
    _component("barlength", "onset", lambda c: c.events.bar_length[c.bar]),
    _component("on_beat", "onset", lambda c: c.on_beat),
    _component("bar_degree", "onset key", lambda c: c.last_where(c.place == 0, c.degree)),
    _component("beat_degree", "onset key", lambda c: c.last_where(c.on_beat == 1, c.degree)),
    _component("fiph", "phrase", _of_phrases(lambda c: c.starts)),
    _component("liph", "phrase", _of_phrases(_last_in_phrase)),
    _component("since_phrase", "phrase", _of_phrases(_since_phrase)),
    _component("phrase_degree", "phrase key", _of_phrases(_phrase_first_degree)),
    _component("previous_end", "phrase key", _of_phrases(_previous_phrase_end)),
    _component("time_in_phrase", "phrase onset", _of_phrases(_time_in_phrase)),
    _component("bars_in_phrase", "phrase onset", _of_phrases(_bars_in_phrase)),
    _component(
        "phrase_ago_degree",
        "phrase onset key",
        _of_phrases(lambda c: _aligned_phrase(c, c.degree)),
    ),
    _component(
        "phrase_ago_cpint", "phrase onset", _of_phrases(lambda c: _aligned_phrase(c, c.interval))
    ),
    *(_component(f"bars{n}_degree", "onset key", _degree_bars_ago(n)) for n in _BARS_AGO),
    *(_component(f"bars{n}_cpint", "onset", _interval_bars_ago(n)) for n in _BARS_AGO),
)

COMPONENTS: Mapping[str, Component] = {component.name: component for component in _ALL}
"""Every component by name, without lag."""


def find_component(name: str) -> tuple[Component, int]:
    """A component and its lag from a name such as ``cpint@2``.

    Raises
    ------
    MissingError
        If there is no such component.
    """
    base, at, lag = name.partition("@")
    if base not in COMPONENTS or bool(at) != (lag.isascii() and lag.isdigit()):
        raise MissingError(f"no component is called {name!r}; there are {', '.join(COMPONENTS)}")
    return COMPONENTS[base], int(lag or 0)


def component_table(
    events: MelodyEvents, names: tuple[str, ...], known: frozenset[str] = KNOWABLE
) -> IntArray:
    """Columns of components, shape ``(T, len(names))``.

    A component that needs what is not in `known` is `UNDEFINED` everywhere.
    """
    columns = _Columns(events)
    made: dict[str, IntArray] = {}
    out = np.full((len(events), len(names)), UNDEFINED, dtype=np.int64)
    for place, name in enumerate(names):
        component, lag = find_component(name)
        if not component.needs <= known:
            continue
        if component.name not in made:
            made[component.name] = np.asarray(component.column(columns), dtype=np.int64)
        out[:, place] = (
            previous(made[component.name], lag, UNDEFINED) if lag else made[component.name]
        )
    return out
