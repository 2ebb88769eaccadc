"""One model on one set: bits, seconds and memory, in the process that calls it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import numpy as np

from clinamen.bench._apart import Progress
from clinamen.bench._job import Job
from clinamen.bench._machine import peak_rss_mib
from clinamen.bench._speed import predicted_per_second
from clinamen.domains.music.evaluation import CrossValidation, cross_validate
from clinamen.domains.music.events import TICKS_PER_QUARTER, MelodyEvents
from clinamen.domains.music.mixture_evaluation import cross_validate_mixture
from clinamen.domains.music.projection import TARGETS
from clinamen.engine.model import ModelOptions
from clinamen.engine.resampling import Folds, interleaved_folds

__all__ = ["Measured", "measure"]


class Measured(NamedTuple):
    """Figures of one job, one value for every division into folds."""

    macro: tuple[float, ...]
    micro: tuple[float, ...]
    seconds: tuple[float, ...]
    peak_rss_mib: float | None
    predicted_per_second: float


def measure(
    job: Job,
    melodies: Sequence[MelodyEvents],
    divisions: Sequence[Folds],
    progress: Progress,
) -> Measured:
    """Cross-validate once for every division into folds.

    Kernels are compiled before the clock runs.
    """
    _warm_up(job)
    macro, micro, seconds = [], [], []
    for turn, folds in enumerate(divisions):
        told = partial(_part, progress, turn, len(divisions))
        start = time.perf_counter()
        found = _cross_validate(job, melodies, folds, told)
        seconds.append(time.perf_counter() - start)
        macro.append(found.mean_over_melodies)
        micro.append(found.mean_over_notes)
    memory = peak_rss_mib()
    speed = predicted_per_second(job, melodies)
    return Measured(tuple(macro), tuple(micro), tuple(seconds), memory, speed)


def _part(progress: Progress, turn: int, n_turns: int, done: int, total: int) -> None:
    """Progress of one division, told as part of all."""
    progress(turn * total + done, n_turns * total)


def _cross_validate(
    job: Job, melodies: Sequence[MelodyEvents], folds: Folds, progress: Progress
) -> CrossValidation:
    if job.model == "mixture":
        return cross_validate_mixture(
            melodies, folds, target=job.target, known=job.known, progress=progress
        )
    return cross_validate(
        melodies,
        job.viewpoints,
        folds=folds,
        target=job.target,
        options=ModelOptions(job.memory),
        known=None if job.target == "joint" else job.known & set(TARGETS),
        progress=progress,
    )


def _warm_up(job: Job) -> None:
    """Go through all kernels once, with two small scales."""
    scales = [_scale(60), _scale(62)]
    _cross_validate(job, scales, interleaved_folds(2, 2), lambda _done, _total: None)


def _scale(tonic: int) -> MelodyEvents:
    """Eight quarters in two bars and two phrases."""
    n, quarter = 8, TICKS_PER_QUARTER
    bars = np.array([0, 4 * quarter])
    return MelodyEvents(
        onset=np.arange(n) * quarter,
        duration=np.full(n, quarter),
        pitch=tonic + np.array([0, 2, 4, 5, 7, 9, 11, 12]),
        bar_onset=bars,
        bar_length=np.full(2, 4 * quarter),
        beat_length=np.full(2, quarter),
        pickup=0,
        tonic=np.full(n, tonic % 12),
        mode=np.zeros(n, dtype=np.int64),
        fifths=np.zeros(n, dtype=np.int64),
        scale=np.full(n, 0b101010110101),
        phrase_start=np.repeat([0, 4], 4),
    )
