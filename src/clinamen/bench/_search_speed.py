"""How many tunes a core proposes, hears, measures and keeps in a second."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ParamSpec, TypeVar

import numpy as np

from clinamen.bench._search_part import Asked, PartFigures, Table, Target, Telling
from clinamen.bench._search_tunes import Ground, ground_of
from clinamen.operations.atlas._shard import BATCH, emitters_of
from clinamen.search.scheduler import Scheduler

__all__ = ["WANTED", "Watch", "speed_part"]

WANTED = 2000
"""Evaluations a second."""

P = ParamSpec("P")
R = TypeVar("R")


@dataclass
class Watch:
    """Processor time of this process, by what it was spent on.

    Parameters
    ----------
    seconds
        By name.
    """

    seconds: dict[str, float] = field(default_factory=dict)

    def time(self, what: str, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """What `work` gives, timed."""
        began = time.process_time()
        found = work(*args, **kwargs)
        self.seconds[what] = self.seconds.get(what, 0.0) + time.process_time() - began
        return found


def speed_part(asked: Asked, telling: Telling = None) -> PartFigures:
    """The loop of an atlas's shard, its parts timed; compiled and warm."""
    ground = ground_of(asked.song)
    n = asked.size.n_speed_rounds * ground.plan.round_size
    _loop(ground, Watch(), 16 * BATCH, asked.seed)
    watch = Watch()
    began = time.perf_counter()
    n_notes = _loop(ground, watch, n, asked.seed + 1, telling)
    wall = time.perf_counter() - began
    total = sum(watch.seconds.values())
    facts: dict[str, Any] = {
        "n": n,
        "notes_a_tune": n_notes / n,
        "evaluations_a_second": n / total,
        "evaluations_a_second_of_the_clock": n / wall,
        "milliseconds": {what: 1000 * spent / n for what, spent in watch.seconds.items()},
    }
    rows = tuple(
        (what, f"{1000 * spent / n:.3f}", f"{100 * spent / total:.0f} %")
        for what, spent in watch.seconds.items()
    )
    line = (
        f"{n / total:,.0f} evaluations a second of one core ({n / wall:,.0f} by the clock) over "
        f"{n:,} tunes of {ground.plan.n_bars} bars with {n_notes / n:.0f} notes on average"
    )
    target = Target("evaluations a second of one core", n / total, WANTED)
    return PartFigures("speed", facts, [target], (line,), Table(("a tune", "ms", "share"), rows))


def _loop(ground: Ground, watch: Watch, n: int, seed: int, telling: Telling = None) -> int:
    """Fill an archive with as many tunes; how many notes they had."""
    archive = ground.begun(seed)
    scheduler = Scheduler(archive, emitters_of(ground.varying, archive))
    rng = np.random.default_rng([seed, 1])
    n_notes = 0
    for done in range(0, n, BATCH):
        tunes = watch.time("propose", scheduler.ask, BATCH, rng)
        values = watch.time("hear, measure, judge", ground.evaluate, tunes)
        watch.time("keep and learn", scheduler.tell, *values)
        n_notes += sum(map(len, tunes))
        if telling:
            telling("speed", done, n)
    return n_notes
