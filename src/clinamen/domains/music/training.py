"""Training a listener's learned mixture: counts, then weights, target by target.

Work is cut into lessons: one pass over all melodies for one target. A lesson is a function
of plain values, so that lessons of different targets can run in other processes or on other
machines, and the values between two lessons can be kept on disk and taken up again. The
result is the same in whatever way they run.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from clinamen.domains.music.events import MelodyEvents
from clinamen.domains.music.learned import Learned
from clinamen.domains.music.projection import TARGETS, Alphabets, widened
from clinamen.domains.music.same_tune import opening_labels
from clinamen.engine.mixture import ExpertView, MixtureOptions, StoreRows
from clinamen.errors import ParameterError

__all__ = [
    "ENOUGH_TUNES",
    "HALFWAY",
    "Course",
    "Lesson",
    "Progress",
    "Runner",
    "TrainingOptions",
    "finished",
    "first_lessons",
    "forget",
    "learn_lesson",
    "opening_labels",
    "train",
]

FloatArray = npt.NDArray[np.float64]

TAUGHT_SPREAD = 3000.0
"""Where AdaGrad's sums begin for weights that were learned elsewhere: they move slowly."""

ENOUGH_TUNES = 50
"""Fewer, added to a listener, move its weights less."""

HALFWAY = 0.5
"""Share of the weights of a listener whose counts are not taken over (`first_lessons`).

Chosen on tunes of Essen ``erk10``: from 3 to 200 songs it was as good as either end or
better, for every target; ``bench/bench_learn.py`` measures it on others."""


@dataclass(frozen=True, slots=True)
class TrainingOptions:
    """How a listener is trained.

    Parameters
    ----------
    targets
        What it learns to expect, out of ``onset``, ``pitch``, ``duration``.
    mixture
        How weights are learned (see `MixtureOptions`).
    half_life
        After so many later melodies a melody counts half; None: all count alike.
    """

    targets: tuple[str, ...] = TARGETS
    mixture: MixtureOptions = field(default_factory=lambda: MixtureOptions(n_passes=3))
    half_life: float | None = None

    def __post_init__(self) -> None:
        if not self.targets or not set(self.targets) <= set(TARGETS):
            raise ParameterError(f"targets must be among {', '.join(TARGETS)}, not {self.targets}")
        if self.half_life is not None and not 0 < self.half_life < float("inf"):
            raise ParameterError(f"half_life must be above 0 melodies, not {self.half_life}")
        if self.half_life is not None and self.mixture.unit == 1:
            raise ParameterError("memories that fade need a unit above 1 (MixtureOptions.unit)")

    def steps(self, n_melodies: int) -> list[int]:
        """What a sighting in each of so many melodies adds, in order; the last counts whole."""
        unit = self.mixture.unit
        if self.half_life is None:
            return [unit] * n_melodies
        ages = np.arange(n_melodies - 1, -1, -1)
        faded = np.rint(unit * 0.5 ** (ages / self.half_life)).astype(int)
        # A melody that has faded away altogether still stands for something it is learnt by.
        return [int(step) for step in np.maximum(faded, 1)]


@dataclass(frozen=True, eq=False)
class Course:
    """What is to be learnt from: melodies, which of them are the same tune, and how.

    Parameters
    ----------
    melodies
        In order of time, where memories fade.
    labels
        One a melody, equal for variants of a tune, which are left out together while weights
        are learned.
    options
        See `TrainingOptions`.
    past
        By target, what was learnt before: its counts are added to, and fade where memories
        do; its experts are used. Its weights are not (see `first_lessons`).

    Raises
    ------
    ParameterError
        If there is nothing to learn from, or counts of the past are finer than `options` say.
    """

    melodies: tuple[MelodyEvents, ...]
    labels: tuple[object, ...]
    options: TrainingOptions = field(default_factory=TrainingOptions)
    past: Mapping[str, Learned] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.melodies:
            raise ParameterError("there is nothing to learn from: no melodies")
        if max(len(events) for events in self.melodies) < 2:
            raise ParameterError("there is nothing to learn from: no melody has two notes")
        if len(self.labels) != len(self.melodies):
            raise ParameterError(
                f"{len(self.melodies)} melodies need as many labels, not {len(self.labels)}"
            )
        for target, learned in self.past.items():
            unit = learned.mixture.options.unit
            if self.options.mixture.unit % unit:
                raise ParameterError(
                    f"what was learnt on {target} is counted in parts of 1/{unit}, which "
                    f"1/{self.options.mixture.unit} cannot hold"
                )

    @cached_property
    def token(self) -> str:
        """A hash of melodies, labels, options and past: the same for the same course."""
        digest = hashlib.sha256(repr((self.options, self.labels)).encode())
        for events in self.melodies:
            for each in fields(events):
                digest.update(np.asarray(getattr(events, each.name)).tobytes())
        for target in sorted(self.past):
            rows = self.past[target].mixture.long_term.rows()
            for column in (rows.codes, rows.n_links, rows.symbols, rows.counts):
                digest.update(column.tobytes())
        return digest.hexdigest()

    def beginning(self, target: str) -> Learned:
        """What is known of a target before the first melody: the past, paled; first weights."""
        options = self.options.mixture
        before = self.past.get(target)
        if before is None:
            learned = Learned.new(target)
            return Learned(learned.lens, learned.lens.mixture(options))
        mixture = before.lens.mixture(options)
        rows = before.mixture.long_term.rows()
        scale = options.unit // before.mixture.options.unit
        counts = rows.counts * np.int32(scale)
        scaled = StoreRows(rows.codes, rows.n_links, rows.symbols, counts)
        mixture.add_rows(scaled, before.mixture.n_symbols)
        if self.options.half_life is not None:
            mixture.fade(0.5 ** (len(self.melodies) / self.options.half_life))
        return Learned(before.lens, mixture)


@dataclass(frozen=True, eq=False)
class Lesson:
    """Where the weights of one target stand after some passes.

    Parameters
    ----------
    target
        What is learnt.
    n_done
        Passes behind it.
    weights, spread
        Weights, and AdaGrad's sums of squares; empty before the first pass.
    costs
        Bits an event in each pass so far.
    """

    target: str
    n_done: int
    weights: FloatArray
    spread: FloatArray
    costs: tuple[float, ...] = ()


Progress = Callable[[str, int, int], None]
"""Is told the target, and how many of how many melodies are done (over all passes)."""

Runner = Callable[[Callable[..., Any], Sequence[tuple[Course, Lesson]]], Iterable[Any]]
"""Runs a function on each of some pairs, anywhere, and gives results as they come, in any
order."""


def first_lessons(
    course: Course, start: Mapping[str, Learned] | None = None, *, share: float = 1.0
) -> list[Lesson]:
    """The beginning of a course: first weights, or those of a listener that knows already.

    Parameters
    ----------
    start
        By target, whose weights to begin with.
    share
        How far to go from first weights to those of `start`, from 0 to 1. Weights that were
        learned over many counts trust few counts too much (see `HALFWAY`).

    Raises
    ------
    ParameterError
        If the weights to start from are of other experts.
    """
    lessons = []
    options = course.options.mixture
    for target in course.options.targets:
        learned = course.beginning(target)
        spread = np.full_like(learned.mixture.weights, options.spread)
        if start is not None and target in start:
            if start[target].lens.experts != learned.lens.experts:
                raise ParameterError(f"the listener to start from has other experts on {target}")
            weights = learned.mixture.weights
            weights[:] = share * start[target].mixture.weights + (1 - share) * weights
            spread[:] = max(options.spread, _taught_spread(course, target))
        lessons.append(Lesson(target, 0, learned.mixture.weights.copy(), spread))
    return lessons


def _taught_spread(course: Course, target: str) -> float:
    """Where AdaGrad's sums begin for weights that were learned before.

    Large counts push weights far. Where a few songs are added to what much was counted in,
    weights that fit much would be bent to those few.
    """
    n_tunes = len(set(course.labels))
    if target not in course.past or n_tunes >= ENOUGH_TUNES:
        return TAUGHT_SPREAD
    return TAUGHT_SPREAD * (ENOUGH_TUNES / n_tunes) ** 2


def learn_lesson(course: Course, lesson: Lesson, progress: Progress | None = None) -> Lesson:
    """One pass more over all melodies for a target.

    Each melody is predicted with what was counted in it and in its variants taken out.
    """
    options = course.options
    n_melodies = len(course.melodies)
    spread = lesson.spread.copy()

    def report(done: int) -> None:
        if progress is not None:
            total = options.mixture.n_passes * n_melodies
            progress(lesson.target, lesson.n_done * n_melodies + done, total)

    learned, views = _taken(course, lesson.target)
    mixture = learned.mixture
    mixture.weights[:] = lesson.weights
    cost = mixture.learn_pass(
        _ordered(course, views, lesson.n_done),
        spread,
        options.mixture.rate * 0.5**lesson.n_done,
        report,
    )
    _AT_HAND[course.token, lesson.target] = learned, views
    return Lesson(
        lesson.target, lesson.n_done + 1, mixture.weights.copy(), spread, (*lesson.costs, cost)
    )


def finished(course: Course, lesson: Lesson) -> Learned:
    """Counts and weights together."""
    learned, _ = _taken(course, lesson.target)
    learned.mixture.weights[:] = lesson.weights
    return learned


def train(
    course: Course,
    lessons: Sequence[Lesson],
    *,
    run: Runner | None = None,
    keep: Callable[[Sequence[Lesson]], None] = lambda lessons: None,
    progress: Progress | None = None,
) -> dict[str, Learned]:
    """Go through a course from where some lessons stand.

    Parameters
    ----------
    run
        Runs lessons of several targets side by side; by default one after the other here.
    keep
        Is given where all targets stand after every lesson, to be kept.
    """
    state = {lesson.target: lesson for lesson in lessons}

    def learnt(lesson: Lesson) -> None:
        state[lesson.target] = lesson
        keep(list(state.values()))

    if run is None:
        return {target: _train_here(course, state[target], learnt, progress) for target in state}
    n_melodies = len(course.melodies)
    total = course.options.mixture.n_passes * n_melodies
    while rest := [each for each in state.values() if _is_open(course, each)]:
        for lesson in run(learn_lesson, [(course, each) for each in rest]):
            learnt(lesson)
            if progress is not None:
                progress(lesson.target, lesson.n_done * n_melodies, total)
    done = {
        learned.lens.target: learned
        for learned in run(finished, [(course, each) for each in state.values()])
    }
    return {target: done[target] for target in state}


def _train_here(
    course: Course, lesson: Lesson, learnt: Callable[[Lesson], None], progress: Progress | None
) -> Learned:
    while _is_open(course, lesson):
        lesson = learn_lesson(course, lesson, progress)
        learnt(lesson)
    return finished(course, lesson)


def _is_open(course: Course, lesson: Lesson) -> bool:
    return lesson.n_done < course.options.mixture.n_passes


_Counted = tuple[Learned, list[ExpertView]]

_AT_HAND: dict[tuple[str, str], _Counted] = {}
"""Course and target that were counted last, for their next pass."""


def _taken(course: Course, target: str) -> _Counted:
    """All melodies counted, and how they look, perhaps from the pass before.

    A pass takes counts out and puts them back. What is taken here is put back when it is
    whole again, so that one that breaks off leaves nothing behind, and two threads share
    nothing.
    """
    found = _AT_HAND.pop((course.token, target), None)
    if found is None:
        _AT_HAND.clear()
        found = _count(course, target)
    return found


def forget() -> None:
    """Give back the memory that is kept for the next pass."""
    _AT_HAND.clear()


def _count(course: Course, target: str) -> _Counted:
    learned = course.beginning(target)
    alphabet = widened(Alphabets.of(course.melodies)).of_target(target)
    views = list(learned.lens.views(course.melodies, alphabet))
    learned.mixture.count(views, course.options.steps(len(views)))
    return learned, views


def _ordered(
    course: Course, views: Sequence[ExpertView], n_pass: int
) -> list[list[tuple[ExpertView, int]]]:
    """Groups of variants in the order of one pass."""
    groups: dict[object, list[tuple[ExpertView, int]]] = {}
    steps = course.options.steps(len(views))
    for label, view, step in zip(course.labels, views, steps, strict=True):
        groups.setdefault(label, []).append((view, step))
    rng = np.random.default_rng([course.options.mixture.seed, n_pass])
    found = list(groups.values())
    return [found[place] for place in rng.permutation(len(found))]
