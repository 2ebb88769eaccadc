"""Is an atlas ahead of plain methods, at equal evaluations?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import mean

import numpy as np

from clinamen.bench._paired import Lead, lead
from clinamen.bench._search_methods import HillClimbing, Problem, Sampling, spend
from clinamen.bench._search_part import Asked, PartFigures, Table, Target, Telling
from clinamen.bench._search_tunes import N_FIRST, Ground, ground_of
from clinamen.domains.music.tunes.tune import Tune
from clinamen.search.archive import Archive
from clinamen.search.emitters import Emitter

__all__ = ["OURS", "RIVALS", "Outcome", "compared", "methods_part"]

OURS = "atlas build"

RIVALS = ("random sampling", "hill climbing", "MAP-Elites without the prior")
"""Whom an atlas is to be ahead of; the others say where the lead comes from."""

Filling = Callable[[int], Archive[Tune]]
"""An archive for a seed."""


@dataclass(frozen=True)
class Outcome:
    """What a method came to with one seed.

    Parameters
    ----------
    coverage, qd_score
        Of the archive.
    best
        The greatest objective.
    """

    coverage: float
    qd_score: float
    best: float

    @classmethod
    def of(cls, archive: Archive[Tune]) -> Outcome:
        """The figures of an archive."""
        best = archive.best
        return cls(archive.coverage, archive.qd_score, best.objective if best else 0.0)


def methods_part(asked: Asked, telling: Telling = None) -> PartFigures:
    """All methods over all seeds."""
    ground = ground_of(asked.song)
    methods = _methods(ground, asked.size.n_rounds)
    seeds = range(asked.seed, asked.seed + asked.size.n_seeds)
    outcomes: dict[str, list[Outcome]] = {name: [] for name in methods}
    for number, seed in enumerate(seeds):
        for place, (name, fill) in enumerate(methods.items()):
            if telling:
                telling(f"seed {seed}: {name}", number * len(methods) + place,
                        len(seeds) * len(methods))  # fmt: skip
            outcomes[name].append(Outcome.of(fill(seed)))
    return compared(outcomes, _lines(ground, asked))


def _methods(ground: Ground, n_rounds: int) -> dict[str, Filling]:
    guided, plain = ground.problem(prior=True), ground.problem(prior=False)
    n = n_rounds * ground.plan.round_size

    def filling(problem: Problem[Tune], made: Callable[[Archive[Tune]], Emitter[Tune]]) -> Filling:
        def fill(seed: int) -> Archive[Tune]:
            archive = ground.begun(seed)
            spend(problem, archive, made(archive), n, np.random.default_rng([seed, 1]))
            return archive

        return fill

    return {
        OURS: lambda seed: ground.built(seed, n_rounds),
        "random sampling": filling(plain, lambda _: Sampling(plain)),
        "hill climbing": filling(plain, lambda _: HillClimbing(plain)),
        "MAP-Elites without the prior": filling(plain, plain.elites),
        "random sampling from the listener": filling(guided, lambda _: Sampling(guided)),
        "hill climbing with the prior": filling(guided, lambda _: HillClimbing(guided)),
        "MAP-Elites with the prior": filling(guided, guided.elites),
    }


def compared(outcomes: Mapping[str, Sequence[Outcome]], lines: tuple[str, ...] = ()) -> PartFigures:
    """Figures of each method, and by how much ours is ahead."""
    leads = {
        name: {
            what: lead(_column(outcomes[OURS], what), _column(found, what))
            for what in ("coverage", "qd_score")
        }
        for name, found in outcomes.items()
        if name != OURS
    }
    targets = [
        Target(
            f"{what.replace('qd_score', 'QD-score')} ahead of {name}, lower end of the "
            "95 % interval",
            leads[name][what].low,
            0.0,
        )
        for name in RIVALS
        if name in leads
        for what in ("coverage", "qd_score")
    ]
    facts = {
        "methods": {name: [asdict(each) for each in found] for name, found in outcomes.items()},
        "ahead": {
            name: {what: asdict(each) for what, each in both.items()}
            for name, both in leads.items()
        },
    }
    return PartFigures("methods", facts, targets, lines, _table(outcomes, leads))


def _column(outcomes: Sequence[Outcome], what: str) -> list[float]:
    return [float(getattr(each, what)) for each in outcomes]


def _table(
    outcomes: Mapping[str, Sequence[Outcome]], leads: Mapping[str, Mapping[str, Lead]]
) -> Table:
    heads = ("means over seeds", "coverage", "QD-score", "best", "atlas ahead: coverage",
             "QD-score", "seeds")  # fmt: skip
    rows = []
    for name, found in outcomes.items():
        means = [mean(_column(found, what)) for what in ("coverage", "qd_score", "best")]
        cells = [name, f"{100 * means[0]:.2f} %", f"{means[1]:.1f}", f"{means[2]:.3f}"]
        if name in leads:
            coverage, score = leads[name]["coverage"], leads[name]["qd_score"]
            cells += [
                _interval(coverage, 100, 2),
                _interval(score, 1, 1),
                f"{score.n_ahead} of {score.n}",
            ]
        else:
            cells += ["", "", str(len(found))]
        rows.append(tuple(cells))
    return Table(heads, tuple(rows))


def _interval(found: Lead, scale: float, digits: int) -> str:
    mean, low, high = (f"{scale * each:.{digits}f}" for each in (found.mean, found.low, found.high))
    return f"{mean} ({low} to {high})"


def _lines(ground: Ground, asked: Asked) -> tuple[str, ...]:
    plan = ground.plan
    n_cells = 1
    for axis in plan.axes:
        n_cells *= axis.n_cells
    grid = ", ".join(f"{axis.name} ({axis.n_cells})" for axis in plan.axes)
    n = asked.size.n_rounds * plan.round_size
    return (
        f"{plan.name or plan.key}, {plan.n_bars} bars; cells: {grid}, {n_cells:,} in all",
        f"{n + N_FIRST:,} evaluations a run, of which the first {N_FIRST} are the same for all; "
        f"seeds {asked.seed} to {asked.seed + asked.size.n_seeds - 1}; {plan.listener} listens",
    )
