"""The verb `atlas explore`: go deep from one place, as a Go program looks for its move."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from clinamen.domains.music.constraints import Bounds, parse_locks
from clinamen.domains.music.editing import notes_in_ticks, with_notes
from clinamen.domains.music.events import to_ticks
from clinamen.domains.music.tunes.ear import Ear
from clinamen.domains.music.tunes.measures import measure_tunes
from clinamen.domains.music.tunes.rewriting import Move, Rewriting
from clinamen.domains.music.tunes.tune import Tune
from clinamen.errors import ParameterError
from clinamen.operations._explore_line import Line, Taken, go_deep
from clinamen.operations._worth import (
    FloatArray,
    Judge,
    Worth,
    corpus_measures,
    no_measures,
    with_own,
)

if TYPE_CHECKING:
    from clinamen.domains.music.listener import Listener
    from clinamen.domains.music.notes import Song
    from clinamen.engine.expectation import Expectation

__all__ = ["Exploration", "ExploreRequest", "Step", "explore"]

_LEAST_DIFFERENT = 2
"""Notes in which an alternative differs from the ones before it, at least."""

_RARE = 0.05
"""A move is unheard-of from this chance down."""

_LEAST_VISITS, _VISITS_OF_A_NOTE = 2000, 128

_LARGEST_LEAP, _MARGIN = 12, 4


@dataclass(frozen=True, slots=True)
class ExploreRequest:
    """Where to go deep, and for how long.

    Parameters
    ----------
    bars
        Such as ``5-8``; all by default.
    n_visits
        Visits of the tree, over all moves; by default 2,000, and more for long stretches.
    seconds
        To stop after, where it is given; how far that goes depends on the machine.
    n
        Tunes that come of it at most: where the line leads, and the best of what else was seen.
    seed
        The same gives the same.

    Raises
    ------
    ParameterError
        If a number is out of range.
    """

    bars: str | None = None
    n_visits: int | None = None
    seconds: float | None = None
    n: int = 3
    seed: int = 0

    def __post_init__(self) -> None:
        if self.n_visits is not None and self.n_visits < 1:
            raise ParameterError(f"a tree is visited once or more, not {self.n_visits} times")
        if self.seconds is not None and not 0 < self.seconds < float("inf"):
            raise ParameterError(f"seconds must be above 0, not {self.seconds}")
        if self.n < 1:
            raise ParameterError(f"at least 1 tune must be asked for, not {self.n}")
        if self.seed < 0:
            raise ParameterError(f"a seed is a whole number from 0 on, not {self.seed}")


@dataclass(frozen=True, eq=False)
class Step:
    """One move of the line, as the search and then the full listener saw it.

    Parameters
    ----------
    taken
        What the search counted.
    note
        Index in the song of the note that came; None where the stretch ended.
    bits
        What it cost the full listener, onset and pitch; None where no note came.
    """

    taken: Taken
    note: int | None
    bits: float | None

    @property
    def move(self) -> Move:
        """What was done."""
        return self.taken.move


@dataclass(frozen=True, eq=False)
class Exploration:
    """What came of going deep.

    Parameters
    ----------
    source
        The song as it was.
    songs
        Where the line leads, then the best other ones that were seen.
    worths
        Of each of them, in the ears of the search.
    before
        Worth of the song as it was.
    steps
        The line.
    unheard
        Of the steps to which the search went more often than to any other move at their
        places, the one with the smallest chance, where that is small. None where the line only
        does what was to be expected.
    expectation
        Of the first song, by the full listener: onset and pitch.
    span
        Quarters at which the stretch begins and ends, in ticks.
    n_visits, n_heard
        Visits of trees, and tunes that were heard for them.
    was_stopped
        Whether it ended early.
    """

    source: Song
    songs: tuple[Song, ...]
    worths: tuple[Worth, ...]
    before: Worth
    steps: tuple[Step, ...]
    unheard: Step | None
    expectation: Expectation = field(repr=False)
    span: tuple[int, int]
    n_visits: int
    n_heard: int
    was_stopped: bool


def explore(
    song: Song,
    request: ExploreRequest,
    *,
    listener: Listener,
    quick: Listener | None = None,
    mine: FloatArray | None = None,
    is_mine: bool = True,
    bounds: Bounds | None = None,
    watch: Callable[[Taken, int], None] = lambda taken, n_left: None,
    stop: Callable[[], bool] = lambda: False,
    clock: Callable[[], float] = time.monotonic,
) -> Exploration:
    """Write a stretch of a song anew, by a tree search that goes deep.

    A move is the next note, or that none comes; the listener's chances say where to look, and
    what the whole tune is worth says what was found (see `puct`). Move by move the one is
    taken behind which the best was found.

    Parameters
    ----------
    listener
        Who tells people what was expected.
    quick
        Who listens during the search; by default the same.
    mine
        Measures of what the maker has made, shape ``(P, M)``.
    is_mine
        Whether the song is one of them; a find of an atlas is not.
    bounds
        Which pitches new notes may have; by default the song's range and a little more.
    watch
        Told of each move as it is taken, and of how many visits are left.
    stop
        Asked again and again; once it says yes, the search ends with what there is.
    clock
        Seconds.

    Raises
    ------
    ParameterError
        If no note of the bars could be another one.
    MissingError
        If there are no such bars.
    """
    melody = song.melody
    tune = Tune.of(notes_in_ticks(melody))
    quick = quick or listener
    span = _span(song, request.bars)
    bounds = bounds or _bounds(song)
    begin = partial(Rewriting, quick, song, bounds=bounds, span=span)
    n_notes = begin(tune).n_notes
    ear = Ear(quick, song)
    mine = no_measures() if mine is None else mine
    own = measure_tunes(song, [tune], ear.hear([tune]))
    known = with_own(mine, own) if is_mine else mine
    judge = Judge(ear, bounds, mine=known, corpus=corpus_measures())
    line = go_deep(
        begin,
        tune,
        judge,
        n_visits=request.n_visits or max(_LEAST_VISITS, _VISITS_OF_A_NOTE * n_notes),
        rng=np.random.default_rng(request.seed),
        watch=watch,
        stop=_or_late(stop, request.seconds, clock),
    )
    tunes = [line.tune, *_others(line, tune, request.n - 1)]
    *worths, before = judge([*tunes, tune])
    return _told(song, line, tunes, (*worths, before), listener, span)


def _told(
    song: Song,
    line: Line,
    tunes: Sequence[Tune],
    worths: Sequence[Worth],
    listener: Listener,
    span: tuple[int, int],
) -> Exploration:
    """Tunes as songs, and the line as the full listener hears it; the last worth is the old one."""
    songs = tuple(with_notes(song, each.notes) for each in tunes)
    expectation = listener.hear(songs[0].melody, target="joint")
    places = {note[0]: index for index, note in enumerate(line.tune.notes)}
    bits = expectation.information_content
    steps = []
    for taken in line.taken:
        note = None if taken.move.pitch is None else places[taken.move.onset]
        steps.append(Step(taken, note, None if note is None else float(bits[note])))
    often = [step for step in steps if step.taken.is_most_visited]
    rarest = min(often, key=lambda step: step.move.chance, default=None)
    is_rare = rarest is not None and rarest.move.chance <= _RARE
    return Exploration(
        source=song,
        songs=songs,
        worths=tuple(worths[:-1]),
        before=worths[-1],
        steps=tuple(steps),
        unheard=rarest if is_rare else None,
        expectation=expectation,
        span=span,
        n_visits=line.n_visits,
        n_heard=line.n_heard,
        was_stopped=line.was_stopped,
    )


def _others(line: Line, tune: Tune, n: int) -> list[Tune]:
    """The best other tunes that were heard, each another one than those before it."""
    told = [tune, line.tune]
    found: list[Tune] = []
    for _, other in line.best:
        if len(found) == n:
            break
        if all(_difference(each, other) >= _LEAST_DIFFERENT for each in told):
            told.append(other)
            found.append(other)
    return found


def _difference(one: Tune, other: Tune) -> int:
    """Notes, by onset and pitch, that one of two tunes has and the other has not; the more."""
    a, b = ({(note[0], note[2]) for note in each.notes} for each in (one, other))
    return max(len(a - b), len(b - a))


def _span(song: Song, bars: str | None) -> tuple[int, int]:
    if bars is None:
        return 0, to_ticks(song.melody.end_quarters)
    spans = parse_locks([bars], song.melody).spans
    if len(spans) != 1:
        raise ParameterError(f"bars that are written anew follow each other, as 5-8, not {bars!r}")
    return spans[0]


def _bounds(song: Song) -> Bounds:
    """The range of a song and a little more, and leaps of an octave or its own largest."""
    pitches = [note.pitch for note in song.melody.notes]
    leaps = [abs(b - a) for a, b in pairwise(pitches)]
    return Bounds(
        max(min(pitches) - _MARGIN, 0),
        min(max(pitches) + _MARGIN, 127),
        largest_leap=max([_LARGEST_LEAP, *leaps]),
    )


def _or_late(
    stop: Callable[[], bool], seconds: float | None, clock: Callable[[], float]
) -> Callable[[], bool]:
    if seconds is None:
        return stop
    ends = clock() + seconds
    return lambda: stop() or clock() >= ends
