"""Training a listener's learned mixture: counts, then weights, target by target.

Work is cut into lessons: one pass over all melodies for one target. A lesson is a function
of plain values, so that lessons of different targets can run in other processes or on other
machines, and the values between two lessons can be kept on disk and taken up again. The
result is the same in whatever way they run.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from clinamen.domains.music.events import MelodyEvents
from clinamen.domains.music.learned import Learned
from clinamen.domains.music.projection import TARGETS, Alphabets, widened
from clinamen.engine.mixture import ExpertView, MixtureOptions
from clinamen.errors import ParameterError

__all__ = [
    "Course",
    "Lesson",
    "Progress",
    "Runner",
    "TrainingOptions",
    "finished",
    "first_lessons",
    "learn_lesson",
    "opening_labels",
    "train",
]

FloatArray = npt.NDArray[np.float64]

OPENING = 12
"""Notes whose intervals tell a tune from another."""

TAUGHT_SPREAD = 3000.0
"""Where AdaGrad's sums begin for weights that were learned elsewhere: they move slowly."""


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
    """

    melodies: tuple[MelodyEvents, ...]
    labels: tuple[object, ...]
    options: TrainingOptions = field(default_factory=TrainingOptions)

    def __post_init__(self) -> None:
        if not self.melodies:
            raise ParameterError("there is nothing to learn from: no melodies")
        if len(self.labels) != len(self.melodies):
            raise ParameterError(
                f"{len(self.melodies)} melodies need as many labels, not {len(self.labels)}"
            )

    @property
    def token(self) -> str:
        """A hash of melodies, labels and options: the same for the same course."""
        digest = hashlib.sha256(repr((self.options, self.labels)).encode())
        for events in self.melodies:
            for column in (events.onset, events.duration, events.pitch, events.tonic, events.mode):
                digest.update(np.ascontiguousarray(column).tobytes())
            for column in (events.bar_onset, events.beat_length, events.bar_length):
                digest.update(np.ascontiguousarray(column).tobytes())
            digest.update(str(events.pickup).encode())
        return digest.hexdigest()


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

Runner = Callable[[Callable[..., Lesson], Sequence[tuple[Course, Lesson]]], Sequence[Lesson]]
"""Runs a function on each of some arguments, anywhere, and gives the results in order."""


def first_lessons(course: Course, start: Mapping[str, Learned] | None = None) -> list[Lesson]:
    """The beginning of a course: first weights, or those of a listener that knows already.

    Raises
    ------
    ParameterError
        If the weights to start from are of other experts.
    """
    lessons = []
    options = course.options.mixture
    for target in course.options.targets:
        learned = _new(target, options)
        spread = np.full_like(learned.mixture.weights, options.spread)
        if start is not None and target in start:
            if start[target].lens.experts != learned.lens.experts:
                raise ParameterError(f"the listener to start from has other experts on {target}")
            learned.mixture.weights[:] = start[target].mixture.weights
            spread[:] = max(options.spread, TAUGHT_SPREAD)
        lessons.append(Lesson(target, 0, learned.mixture.weights.copy(), spread))
    return lessons


def learn_lesson(course: Course, lesson: Lesson, progress: Progress | None = None) -> Lesson:
    """One pass more over all melodies for a target.

    Each melody is predicted with what was counted in it and in its variants taken out.
    """
    learned, views = _counted(course, lesson.target)
    options = course.options
    n_melodies = len(course.melodies)
    mixture = learned.mixture
    mixture.weights[:] = lesson.weights
    spread = lesson.spread.copy()

    def report(done: int) -> None:
        if progress is not None:
            total = options.mixture.n_passes * n_melodies
            progress(lesson.target, lesson.n_done * n_melodies + done, total)

    cost = mixture.learn_pass(
        _ordered(course, views, lesson.n_done),
        spread,
        options.mixture.rate * 0.5**lesson.n_done,
        report,
    )
    return Lesson(
        lesson.target,
        lesson.n_done + 1,
        mixture.weights.copy(),
        spread,
        (*lesson.costs, cost),
    )


def finished(course: Course, lesson: Lesson) -> Learned:
    """Counts and weights together."""
    learned, _ = _counted(course, lesson.target)
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
    done: dict[str, Learned] = {}
    if run is not None:
        while rest := [each for each in state.values() if _is_open(course, each)]:
            for lesson in run(learn_lesson, [(course, each) for each in rest]):
                state[lesson.target] = lesson
            keep(list(state.values()))
    for target in state:
        while _is_open(course, state[target]):
            state[target] = learn_lesson(course, state[target], progress)
            keep(list(state.values()))
        done[target] = finished(course, state[target])
    _counted.cache_clear()
    return done


def _is_open(course: Course, lesson: Lesson) -> bool:
    return lesson.n_done < course.options.mixture.n_passes


def _new(target: str, options: MixtureOptions) -> Learned:
    learned = Learned.new(target)
    return Learned(learned.lens, learned.lens.mixture(options))


@lru_cache(maxsize=1)
def _counted(course: Course, target: str) -> tuple[Learned, list[ExpertView]]:
    """All melodies counted, and how they look; kept for the next pass of the same target."""
    learned = _new(target, course.options.mixture)
    alphabet = widened(Alphabets.of(course.melodies)).of_target(target)
    views = [learned.lens.view(events, alphabet) for events in course.melodies]
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


def opening_labels(melodies: Sequence[MelodyEvents]) -> tuple[object, ...]:
    """A label a melody, the same for tunes that open with the same intervals.

    Pitches count from the first note, without rhythm, so that a tune in another key, or
    written in other note values, is the same tune.
    """
    return tuple(
        tuple((events.pitch[:OPENING] - events.pitch[0]).tolist())
        + ((len(events),) if len(events) < OPENING else ())
        for events in melodies
    )
