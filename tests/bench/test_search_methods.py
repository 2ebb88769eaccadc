"""The plain methods that an atlas is compared with, on numbers from 0 to 1."""

from __future__ import annotations

import struct
from collections.abc import Sequence

import numpy as np

from clinamen.bench._search_methods import BATCH, HillClimbing, Problem, Sampling, spend
from clinamen.search import Archive, Axis


class Line:
    """Solutions are numbers, better the nearer to 0.9; what was judged is counted."""

    def __init__(self) -> None:
        self.judged: list[float] = []
        self.problem: Problem[float] = Problem(self.empty, self.evaluate, self.start, self.vary)

    def empty(self) -> Archive[float]:
        return Archive([Axis("place", 0.0, 1.0, 50)], lambda value: struct.pack("<d", value))

    def evaluate(self, solutions: Sequence[float]):
        self.judged += solutions
        values = np.array(solutions)
        return 1 - np.abs(values - 0.9), values[:, None]

    def start(self, n: int, rng: np.random.Generator) -> list[float]:
        return (0.1 * rng.random(n)).tolist()

    def vary(self, parents: Sequence[float], rng: np.random.Generator) -> list[float]:
        return np.clip(np.array(parents) + rng.normal(0, 0.02, len(parents)), 0, 1).tolist()


def test_every_method_spends_just_its_budget() -> None:
    for make in (
        lambda line, archive: Sampling(line.problem),
        lambda line, archive: HillClimbing(line.problem, n_climbers=5),
        lambda line, archive: line.problem.elites(archive),
    ):
        for n in (1, BATCH, 3 * BATCH + 7):
            line = Line()
            archive = line.empty()
            spend(line.problem, archive, make(line, archive), n, np.random.default_rng(1))
            assert len(line.judged) == n
            assert len(archive)


def test_sampling_stays_where_it_starts_and_the_others_get_away() -> None:
    found = {}
    for name, make in (
        ("sampling", lambda line, archive: Sampling(line.problem)),
        ("climbing", lambda line, archive: HillClimbing(line.problem)),
        ("elites", lambda line, archive: line.problem.elites(archive)),
    ):
        line = Line()
        archive = line.empty()
        spend(line.problem, archive, make(line, archive), 6000, np.random.default_rng(1))
        found[name] = archive
    assert found["sampling"].coverage == 0.1
    assert found["climbing"].best.objective > 0.999
    assert found["elites"].coverage > 0.9


def test_climbers_never_step_down_and_begin_anew_when_stuck() -> None:
    line = Line()
    archive, rng = line.empty(), np.random.default_rng(1)
    climbing = HillClimbing(line.problem, n_climbers=1, patience=10)
    spend(line.problem, archive, climbing, 3000, rng)
    starts = [place for place, value in enumerate(line.judged) if value < 0.02]
    assert len({place // 500 for place in starts}) > 2, "it went up and began again"
    best, stuck, steps = -1.0, 0, []
    for value in line.judged:
        objective = 1 - abs(value - 0.9)
        stuck = 0 if objective > best else stuck + 1
        best = max(best, objective)
        steps.append(stuck)
        if stuck == 10:
            best, stuck = -1.0, 0
    # Whatever comes after ten steps without success is fresh.
    after = [line.judged[place + 1] for place, n in enumerate(steps[:-1]) if n == 10]
    assert after
    assert max(after) <= 0.1
