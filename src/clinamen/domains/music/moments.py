"""What a listener may look at when a note comes: the components of experts' contexts.

A component is a column of numbers, one a note, made from what came before the note and from
what is known of the note itself. ``cpint@2`` is the component ``cpint`` two notes earlier.
Names are IDyOM's where IDyOM has the thing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from clinamen.domains.music import _moment_chords as chords
from clinamen.domains.music import _moment_rhythm as rhythm
from clinamen.domains.music._moment_columns import Columns, guessed_keys
from clinamen.domains.music.events import IntArray, MelodyEvents
from clinamen.domains.music.viewpoints import UNDEFINED
from clinamen.errors import MissingError

__all__ = [
    "COMPONENTS",
    "Component",
    "component_table",
    "find_component",
    "guessed_keys",
]


@dataclass(frozen=True)
class Component:
    """One thing to look at.

    Parameters
    ----------
    name
        With ``@k`` for `k` notes earlier.
    needs
        What must be known of the melody: ``timing`` (of the notes so far), ``key``,
        ``phrase`` (which notes begin and end one), ``chords`` (all of them, with their times).
    reads
        What must be known of the note itself, out of ``onset``, ``pitch``, ``duration``;
        with a lag nothing, since earlier notes are known.
    column
        From melodies to numbers, shape ``(T,)``, `UNDEFINED` where there are none.
    """

    name: str
    needs: frozenset[str]
    reads: frozenset[str]
    column: Callable[[Columns], IntArray]


def _guessed_degree(columns: Columns, steps: int) -> IntArray:
    """Semitones of an earlier note above the tonic that is guessed now."""
    guess, earlier = columns.guess, columns.previous(columns.pitch, steps, UNDEFINED)
    defined = (guess != UNDEFINED) & (earlier != UNDEFINED)
    return np.where(defined, (earlier - guess) % 12 + 12 * (guess >= 12), UNDEFINED)


def _degree_guessed(steps: int) -> Callable[[Columns], IntArray]:
    return lambda columns: _guessed_degree(columns, steps)


def _from_first(columns: Columns) -> IntArray:
    above: IntArray = columns.pitch - columns.pitch[columns.first]
    return above


def _contour(columns: Columns) -> IntArray:
    interval = columns.interval
    return np.where(interval == UNDEFINED, UNDEFINED, np.sign(interval))


def _last_in_phrase(columns: Columns) -> IntArray:
    following = np.append(columns.starts[1:], 1)
    following[columns.ends - 1] = 1
    return following


def _of_phrases(column: Callable[[Columns], IntArray]) -> Callable[[Columns], IntArray]:
    """Undefined in a melody without phrases."""

    def guarded(columns: Columns) -> IntArray:
        if not columns.has_phrases.any():
            return np.full(len(columns.note), UNDEFINED)
        return np.where(columns.has_phrases, column(columns), UNDEFINED)

    return guarded


def _since_phrase(columns: Columns) -> IntArray:
    since: IntArray = np.minimum(columns.note - columns.phrase, 6)
    return since


def _phrase_first_degree(columns: Columns) -> IntArray:
    start = columns.phrase
    return columns.at(np.where(start < columns.note, start, -1), columns.degree)


def _previous_phrase_end(columns: Columns) -> IntArray:
    return columns.at(columns.phrase - 1, columns.degree)


def _time_in_phrase(columns: Columns) -> IntArray:
    since: IntArray = columns.onset - columns.onset[columns.phrase]
    return since


def _bars_in_phrase(columns: Columns) -> IntArray:
    since: IntArray = columns.bar - columns.bar[columns.phrase]
    return since


def _aligned_phrase(columns: Columns, values: IntArray) -> IntArray:
    """What stood at the same distance from the beginning of the phrase before."""
    start = columns.phrase
    # In the first phrase this comes before the melody, or is not before `start`.
    time = columns.onset[columns.phrase[start - 1]] + _time_in_phrase(columns)
    return columns.seen_at(columns.sounding(time), time, values, start)


def _bars_ago(columns: Columns, n_bars: int, values: IntArray) -> IntArray:
    """What stood at the same place in the bar `n_bars` ago."""
    time, note = rhythm.time_bars_ago(columns, n_bars)
    return columns.seen_at(note, time, values, columns.note)


def _register(columns: Columns) -> IntArray:
    """How far the mean of the earlier notes lies above the previous one, in semitones."""
    mean = columns.sum_before(columns.pitch) / np.maximum(columns.index, 1)
    above = np.rint(mean - columns.previous(columns.pitch, 1, 0)).astype(np.int64)
    return np.where(columns.index > 0, above, UNDEFINED)


def _below_highest(columns: Columns) -> IntArray:
    raised = columns.pitch + columns.shift
    return columns.previous(np.maximum.accumulate(raised) - raised, 1, UNDEFINED)


def _above_lowest(columns: Columns) -> IntArray:
    lowered = columns.pitch - columns.shift
    return columns.previous(lowered - np.minimum.accumulate(lowered), 1, UNDEFINED)


def _component(
    name: str, needs: str, reads: str, column: Callable[[Columns], IntArray]
) -> Component:
    return Component(name, frozenset(needs.split()), frozenset(reads.split()), column)


_OF_PITCHES = (
    _component("always", "", "", lambda c: np.zeros(len(c.index), dtype=np.int64)),
    _component("note_number", "", "", lambda c: np.minimum(c.index, 12)),
    _component("cpitch", "", "pitch", lambda c: c.pitch),
    _component("cpint", "", "pitch", lambda c: c.interval),
    _component("cpintfref", "key", "pitch", lambda c: c.degree),
    _component("contour", "", "pitch", _contour),
    _component("cpintfip", "", "pitch", _from_first),
    *(_component(f"guessed_degree{n}", "", "", _degree_guessed(n)) for n in (1, 2, 3)),
    _component("register", "", "", _register),
    _component("below_highest", "", "", _below_highest),
    _component("above_lowest", "", "", _above_lowest),
    _component("mode", "key", "", lambda c: c.mode),
)

_OF_PHRASES = (
    _component("fiph", "phrase", "", _of_phrases(lambda c: c.starts)),
    _component("liph", "phrase", "", _of_phrases(_last_in_phrase)),
    _component("since_phrase", "phrase", "", _of_phrases(_since_phrase)),
    _component("phrase_degree", "phrase key", "", _of_phrases(_phrase_first_degree)),
    _component("previous_end", "phrase key", "", _of_phrases(_previous_phrase_end)),
    _component("time_in_phrase", "phrase timing", "onset", _of_phrases(_time_in_phrase)),
    _component("bars_in_phrase", "phrase timing", "onset", _of_phrases(_bars_in_phrase)),
    _component(
        "phrase_ago_degree",
        "phrase timing key",
        "onset",
        _of_phrases(lambda c: _aligned_phrase(c, c.degree)),
    ),
    _component(
        "phrase_ago_cpint",
        "phrase timing",
        "onset",
        _of_phrases(lambda c: _aligned_phrase(c, c.interval)),
    ),
)

_OF_TIME = (
    _component("bioi", "timing", "onset", lambda c: c.interval_ticks),
    _component("bioi_ratio", "timing", "onset", lambda c: rhythm.to_previous(c, c.interval_ticks)),
    _component("bioi_beats", "timing", "onset", lambda c: rhythm.ratio(c.interval_ticks, c.beat)),
    _component("dur", "timing", "duration", lambda c: c.duration),
    _component("dur_ratio", "timing", "duration", lambda c: rhythm.to_previous(c, c.duration)),
    _component("pace", "timing", "onset", rhythm.pace),
    _component("rest_before", "timing", "onset", rhythm.rest_before),
    _component("after_break", "timing", "onset", rhythm.after_break),
    _component("since_break", "timing", "onset", rhythm.since_break),
    _component("time_since_break", "timing", "onset", rhythm.time_since_break),
    _component("break_degree", "timing key", "onset", rhythm.degree_before_break),
    _component("begin_degree", "timing key", "onset", rhythm.degree_after_break),
)

_OF_METRE = (
    _component("posinbar", "timing", "onset", lambda c: c.place),
    _component("barlength", "timing", "onset", lambda c: c.bar_length[c.bar_line]),
    _component("on_beat", "timing", "onset", lambda c: c.on_beat),
    _component("beat_place", "timing", "onset", rhythm.beat_place),
    _component("beat_number", "timing", "onset", rhythm.beat_number),
    _component("n_beats", "timing", "onset", rhythm.n_beats),
    *(_component(f"bar_of_{n}", "timing", "onset", rhythm.bar_of(n)) for n in (2, 4, 8)),
    _component("notes_in_bar", "timing", "onset", rhythm.notes_in_bar),
    _component("bar_rhythm", "timing", "onset", rhythm.bar_rhythm),
    _component("bars_alike", "timing", "onset", rhythm.bars_alike),
    _component("bar_degree", "timing key", "", lambda c: c.last_where(c.place == 0, c.degree)),
    _component("beat_degree", "timing key", "", lambda c: c.last_where(c.on_beat == 1, c.degree)),
    _component("place_degree", "timing key", "onset", rhythm.at_same_place(lambda c: c.degree)),
    _component("place_dur", "timing", "onset", rhythm.at_same_place(lambda c: c.duration)),
    _component("place_next", "timing", "onset", rhythm.next_at_same_place),
)


def _bars_components(n_bars: int) -> tuple[Component, ...]:
    def of_bars(
        what: str, needs: str, reads: str, column: Callable[[Columns], IntArray]
    ) -> Component:
        return _component(f"bars{n_bars}_{what}", needs, reads, column)

    return (
        of_bars("degree", "timing key", "onset", lambda c: _bars_ago(c, n_bars, c.degree)),
        of_bars("cpint", "timing", "onset", lambda c: _bars_ago(c, n_bars, c.interval)),
        of_bars("dur", "timing", "onset", lambda c: _bars_ago(c, n_bars, c.duration)),
        of_bars("next", "timing", "onset", rhythm.next_bars_ago(n_bars)),
        of_bars("rhythm", "timing", "onset", rhythm.rhythm_bars_ago(n_bars)),
        of_bars("run", "timing", "onset", rhythm.run_of_rhythm(n_bars)),
        of_bars("melody", "timing", "onset pitch", rhythm.run_of_melody(n_bars)),
    )


_OF_CHORDS = (
    _component("chord_degree", "chords timing key", "onset", chords.degree),
    _component("chord_family", "chords timing", "onset", chords.family),
    _component("chord_quality", "chords timing", "onset", chords.quality),
    _component("chord_new", "chords timing", "onset", chords.is_new),
    _component("chord_notes", "chords timing", "onset", chords.n_notes),
    _component("chord_move", "chords timing", "onset", chords.move),
    _component("in_chord", "chords timing", "onset", chords.since),
    _component("until_chord", "chords timing", "onset", chords.until),
    _component("next_chord_move", "chords timing", "onset", chords.next_move),
    _component("next_chord_degree", "chords timing key", "onset", chords.next_degree),
    _component("next_chord_family", "chords timing", "onset", chords.next_family),
    _component("chord_tone", "chords timing", "onset pitch", chords.tone),
    _component("tone_before", "chords timing", "onset", chords.tone_before),
    _component("first_tone", "chords timing", "onset", chords.first_tone),
    _component("earlier_tone", "chords timing", "onset", chords.earlier_tone),
)

_ALL = (
    *_OF_PITCHES,
    *_OF_PHRASES,
    *_OF_TIME,
    *_OF_METRE,
    *(component for n_bars in rhythm.BARS_AGO for component in _bars_components(n_bars)),
    *_OF_CHORDS,
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


def component_table(events: MelodyEvents, names: tuple[str, ...]) -> IntArray:
    """Columns of components, shape ``(T, len(names))``.

    Row `t` depends on the notes before `t`, on what a component reads of note `t` itself,
    on bar lines and on chords; ``liph`` also on whether a phrase begins next.
    """
    columns = Columns([events])
    parts = [find_component(name) for name in names]
    return np.stack(
        [columns.previous(each.column(columns), lag, UNDEFINED) for each, lag in parts], axis=1
    )
