"""Components of rhythm: rests, place in the metre, and what stood there bars ago."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from clinamen.domains.music import _moment_kernels as kernels
from clinamen.domains.music._moment_columns import Columns, shared
from clinamen.domains.music.events import IntArray
from clinamen.domains.music.viewpoints import UNDEFINED

BARS_AGO = (1, 2, 4, 8)
_LONGEST_RUN = 8


def ratio(above: IntArray, below: IntArray) -> IntArray:
    """A fraction in lowest terms as one number; `UNDEFINED` where `below` is not above 0."""
    usable = (below > 0) & (above >= 0)
    shared = np.where(usable, np.gcd(above, below), 1)
    return np.where(usable, above // shared * 2**31 + below // shared, UNDEFINED)


def to_previous(columns: Columns, values: IntArray) -> IntArray:
    """Values as multiples of the note before's."""
    return ratio(values, columns.previous(values, 1, 0))


# Rests and other breaks


@shared
def rest_before(columns: Columns) -> IntArray:
    """Ticks of silence before the note; nothing is before the first one."""
    ended = columns.previous(columns.onset + columns.duration, 1, UNDEFINED)
    return np.where(columns.index == 0, UNDEFINED, np.maximum(columns.onset - ended, 0))


@shared
def after_break(columns: Columns) -> IntArray:
    """1 after a rest, or after an interval above 1.5 times the mean of those before it."""
    interval, n_before = columns.interval_ticks, columns.index - 1
    late = (n_before > 0) & (2 * interval * n_before > 3 * columns.sum_before(interval))
    return np.where(late | (rest_before(columns) > 0) | (columns.index == 0), 1, 0)


@shared
def _last_break(columns: Columns) -> IntArray:
    """The last note that came after a break; the first one of a melody always does."""
    broken = after_break(columns) == 1
    last: IntArray = np.maximum.accumulate(np.where(broken, columns.note, 0))
    return last


def since_break(columns: Columns) -> IntArray:
    since: IntArray = np.minimum(columns.note - _last_break(columns), 12)
    return since


def time_since_break(columns: Columns) -> IntArray:
    since: IntArray = columns.onset - columns.onset[_last_break(columns)]
    return since


def degree_before_break(columns: Columns) -> IntArray:
    return columns.at(_last_break(columns) - 1, columns.degree)


def degree_after_break(columns: Columns) -> IntArray:
    first = _last_break(columns)
    return columns.at(np.where(first < columns.note, first, -1), columns.degree)


# Place in the metre


def beat_place(columns: Columns) -> IntArray:
    """Place within the felt beat, as a fraction of it."""
    return ratio(columns.place % columns.beat, columns.beat)


def beat_number(columns: Columns) -> IntArray:
    number: IntArray = columns.place // columns.beat
    return number


def n_beats(columns: Columns) -> IntArray:
    return ratio(columns.bar_length[columns.bar_line], columns.beat)


def bar_of(n_bars: int) -> Callable[[Columns], IntArray]:
    """Number of the bar in groups of so many."""
    return lambda columns: columns.bar_number % n_bars


def notes_in_bar(columns: Columns) -> IntArray:
    """Earlier notes that began in the same bar."""
    n_notes: IntArray = np.minimum(columns.note - columns.first_in_bar, 12)
    return n_notes


def pace(columns: Columns) -> IntArray:
    """Mean interval so far in beats, in steps of half an octave."""
    elapsed = columns.onset - columns.onset[columns.first]
    mean = elapsed / (np.maximum(columns.index, 1) * columns.beat)
    # Correctly rounded operations only: the same on every machine, unlike a logarithm.
    steps = np.frexp(mean * mean)[1].astype(np.int64)
    return np.where(columns.index > 0, steps, UNDEFINED)


# Rhythm of bars


@shared
def bar_rhythm(columns: Columns) -> IntArray:
    """Code of the places in the bar where notes began, up to this one's."""
    mixed = (columns.place + 1) * 0x2545F4914F6CDD1D  # wraps round, as hashes do
    mixed = (mixed ^ (mixed >> 29)) & (2**48 - 1)
    total = np.cumsum(mixed)
    first = columns.first_in_bar
    rhythm: IntArray = total - total[first] + mixed[first]
    return rhythm


def rhythm_bars_ago(n_bars: int) -> Callable[[Columns], IntArray]:
    """Rhythm of the whole bar so many bars ago; 0 where nothing began in it."""
    return lambda columns: _rhythm_bars_ago(columns, n_bars)


@shared
def _rhythm_bars_ago(columns: Columns, n_bars: int) -> IntArray:
    shifted = _shifted_bar(columns)
    last = np.searchsorted(shifted, shifted - n_bars, "right") - 1
    found = np.empty_like(last)
    kernels.rhythms_there(
        last, columns.first, columns.bar, n_bars, bar_rhythm(columns), UNDEFINED, found
    )
    return found


@shared
def _shifted_bar(columns: Columns) -> IntArray:
    """Number of each note's bar, so that those of a later melody are larger."""
    shifted: IntArray = columns.bar + columns.shift
    return shifted


def bars_alike(columns: Columns) -> IntArray:
    """Whether the last bar's rhythm was that of the bar 1, 2, 4 bars before it: three bits."""
    last = _rhythm_bars_ago(columns, 1)
    alike = [
        np.where(last == _rhythm_bars_ago(columns, 1 + n_bars), 2**bit, 0)
        for bit, n_bars in enumerate((1, 2, 4))
    ]
    return np.where(last == UNDEFINED, UNDEFINED, sum(alike))


# What stood at the same place, bars ago or last time


@shared
def time_bars_ago(columns: Columns, n_bars: int) -> tuple[IntArray, IntArray]:
    """The same place in the bar `n_bars` ago, and the note that sounded there or last, or -1.

    After a bar that stops early the next one is looked at:
    where a repeat cuts a bar in two, that is the rest of it.
    """
    bar, onset = columns.bar, columns.onset
    time = columns.bar_start(np.maximum(bar - n_bars, 0)) + onset - _own_bar_start(columns)
    return time, np.where(bar >= n_bars, columns.sounding(time), -1)


@shared
def _own_bar_start(columns: Columns) -> IntArray:
    return columns.bar_start(columns.bar)


def next_bars_ago(n_bars: int) -> Callable[[Columns], IntArray]:
    """How long it took there until the next note; twice that, plus 1 if one began there."""
    return lambda columns: _next_bars_ago(columns, n_bars)


def _next_bars_ago(columns: Columns, n_bars: int) -> IntArray:
    time, note = time_bars_ago(columns, n_bars)
    onset = columns.onset
    # The time lies before this note, so the next one is at most this note itself.
    wait = 2 * (onset[note + 1] - time) + (onset[note] == time)
    return np.where(note >= 0, wait, UNDEFINED)


def run_of_rhythm(n_bars: int) -> Callable[[Columns], IntArray]:
    """How many steps up to this note had the rhythm of so many bars ago, at most 8."""
    return lambda columns: _run(columns, n_bars, np.zeros_like(columns.index))


def run_of_melody(n_bars: int) -> Callable[[Columns], IntArray]:
    """How many steps up to this note had rhythm and intervals of so many bars ago."""
    return lambda columns: _run(columns, n_bars, columns.interval)


def _run(columns: Columns, n_bars: int, values: IntArray) -> IntArray:
    time, note = time_bars_ago(columns, n_bars)
    found = np.empty_like(note)
    kernels.runs(note, time, columns.onset, columns.index, values, _LONGEST_RUN, found)
    return found


@shared
def last_same(columns: Columns) -> IntArray:
    """The last earlier note at the same place in its bar, -1 if there is none."""
    order = np.lexsort((columns.place, columns.melody))
    place, melody = columns.place[order], columns.melody[order]
    out = np.full(len(order), -1)
    same = (place[1:] == place[:-1]) & (melody[1:] == melody[:-1])
    out[order[1:][same]] = order[:-1][same]
    return out


def at_same_place(values: Callable[[Columns], IntArray]) -> Callable[[Columns], IntArray]:
    """Value of the last note at the same place in its bar."""
    return lambda columns: columns.at(last_same(columns), values(columns))


def next_at_same_place(columns: Columns) -> IntArray:
    """The interval that followed the last note at the same place."""
    last = last_same(columns)
    return columns.at(np.where(last >= 0, last + 1, -1), columns.interval_ticks)
