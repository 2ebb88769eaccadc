"""Notes per second of prediction alone: what hearing a song costs, without learning."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from clinamen.domains.music._given import JOINT, shared_viewpoints, some_viewpoints
from clinamen.domains.music.events import MelodyEvents
from clinamen.domains.music.projection import TARGETS, Alphabets, Lens
from clinamen.engine.model import ModelOptions, ViewpointModel

if TYPE_CHECKING:
    from clinamen.bench._job import Job

__all__ = ["predicted_per_second"]

N_NOTES = 50_000
"""About so many notes of a set are predicted; all, if there are fewer."""

N_RUNS = 3

Work = Callable[[], None]


def predicted_per_second(job: Job, melodies: Sequence[MelodyEvents]) -> float:
    """Notes a second, from columns to distributions, by a model that has counted them all.

    The best of several runs in this process.
    """
    some = _some(melodies)
    targets = JOINT if job.target == "joint" else (job.target,)
    prepare = _mixture if job.model == "mixture" else _classic
    works = [prepare(job, target, some) for target in targets]
    return sum(map(len, some)) / min(_seconds(works) for _ in range(N_RUNS))


def _some(melodies: Sequence[MelodyEvents]) -> list[MelodyEvents]:
    found: list[MelodyEvents] = []
    n_notes = 0
    for events in melodies:
        if n_notes >= N_NOTES:
            break
        found.append(events)
        n_notes += len(events)
    return found


def _seconds(works: Sequence[Work]) -> float:
    start = time.perf_counter()
    for work in works:
        work()
    return time.perf_counter() - start


def _mixture(job: Job, target: str, melodies: Sequence[MelodyEvents]) -> Work:
    from clinamen.domains.music.experts import Experts

    known = job.known | {"onset"} if (job.target, target) == ("joint", "pitch") else job.known
    lens = Experts(target, None, known)
    alphabet = Alphabets.of(melodies).of_target(target)
    mixture = lens.mixture()
    mixture.count(list(lens.views(melodies, alphabet)))

    def predict() -> None:
        for view in lens.views(melodies, alphabet):
            mixture.predict(view)

    return predict


def _classic(job: Job, target: str, melodies: Sequence[MelodyEvents]) -> Work:
    known = None if job.target == "joint" else job.known & set(TARGETS)
    if isinstance(job.viewpoints, str) and job.target != "joint":
        views = some_viewpoints(job.viewpoints)
    else:
        views = shared_viewpoints(job.viewpoints)[target]
    lenses = [Lens(viewpoint, target, known) for viewpoint in views]
    alphabets = Alphabets.of(melodies)
    model = ViewpointModel(len(lenses), ModelOptions(job.memory))
    for events in melodies:
        model.learn([lens.sequence(events) for lens in lenses])

    def predict() -> None:
        for events in melodies:
            model.predict([lens.project(events, alphabets) for lens in lenses])

    return predict
