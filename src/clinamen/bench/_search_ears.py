"""How far the listener of a search agrees with the one whose figures are shown."""

from __future__ import annotations

from typing import Any

import numpy as np

from clinamen.bench._search_part import Asked, PartFigures, Table, Telling
from clinamen.bench._search_tunes import ground_of
from clinamen.domains.music.tunes.ear import Ear, Heard
from clinamen.domains.music.tunes.evaluating import Evaluator
from clinamen.engine.ranks import rank_correlation
from clinamen.operations.listeners import DEFAULT_LISTENER, load_listener

__all__ = ["ears_part"]


def ears_part(asked: Asked, telling: Telling = None) -> PartFigures:
    """Elites of an atlas, and tunes drawn without the prior, heard by both."""
    ground = ground_of(asked.song)
    if telling:
        telling("an atlas to listen to", 0, 3)
    rng = np.random.default_rng(asked.seed)
    elites = ground.built(asked.seed, asked.size.n_rounds).elites
    n = min(asked.size.n_agreeing, len(elites))
    chosen = sorted(rng.choice(len(elites), size=n, replace=False).tolist())
    tunes = [elites[place].solution for place in chosen]
    if telling:
        telling("heard by both", 1, 3)
    full = Ear(load_listener(DEFAULT_LISTENER), ground.plan.song)
    quick_heard, full_heard = ground.ear.hear(tunes), full.hear(tunes)
    if telling:
        telling("judged by both", 2, 3)
    by_quick = ground.evaluate(tunes)[0]
    by_full = Evaluator(full, ground.plan.bounds)(tunes)[0]
    pairs = {
        "bits of a note": (_bits(quick_heard), _bits(full_heard)),
        "mean bits of a tune": (_means(quick_heard), _means(full_heard)),
        "quality of a tune": (by_quick, by_full),
    }
    facts: dict[str, Any] = {"n_tunes": n, "quick": ground.plan.listener, "full": DEFAULT_LISTENER}
    rows = []
    for what, (one, other) in pairs.items():
        pearson, spearman = float(np.corrcoef(one, other)[0, 1]), rank_correlation(one, other)
        gap = float(np.mean(np.abs(one - other)))
        facts[what] = {"pearson": pearson, "spearman": spearman, "mean_gap": gap}
        rows.append((what, f"{pearson:.3f}", f"{spearman:.3f}", f"{gap:.3f}"))
    heads = ("agreement", "Pearson", "Spearman", "mean distance")
    line = f"{n:,} elites of an atlas, heard by {ground.plan.listener} and by {DEFAULT_LISTENER}"
    return PartFigures("ears", facts, (), (line,), Table(heads, tuple(rows)))


def _bits(heard: list[Heard]) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.concatenate([each.bits.sum(axis=0) for each in heard])


def _means(heard: list[Heard]) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.array([each.bits.sum(axis=0).mean() if each.bits.size else 0.0 for each in heard])
