"""What each part of the learned mixture is worth, on tunes that are scored nowhere else.

Bits per note on German folk songs (Essen erk20, five folds), with one thing changed at a
time; then every target by what is known, beside the classic model (the better of LTM+ and
BOTH+, with viewpoints chosen on other folk songs); then notes per second of the mixture.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from _common import arguments, print_machine
from clinamen.bench._classic import classic_system
from clinamen.bench._corpora import essen
from clinamen.bench._machine import machine
from clinamen.domains.music.evaluation import cross_validate
from clinamen.domains.music.events import MelodyEvents, melody_events
from clinamen.domains.music.experts import Expert, Experts, default_experts
from clinamen.domains.music.mixture_evaluation import cross_validate_mixture
from clinamen.engine.mixture import MixtureOptions
from clinamen.engine.model import Memory, ModelOptions

N_FOLDS, N_TUNES = 5, 371
MEMORIES: tuple[Memory, ...] = ("ltm+", "both+")
CLASSIC = "cpint*cpintfref cpitch*posinbar cpint*bioi"


def looks_at(expert: Expert, *names: str) -> bool:
    """Whether an expert looks at any of some components, at any lag."""
    return any(part.partition("@")[0] in names for part in expert.looks_at)


def variants() -> dict[str, tuple[MixtureOptions, Sequence[Expert]]]:
    """The mixture, and the mixture with one thing changed."""
    options, experts = MixtureOptions(), default_experts()

    def without(test: Callable[[Expert], bool]) -> Sequence[Expert]:
        return [expert for expert in experts if not test(expert)]

    n_half, n_quarter = len(experts) // 2, len(experts) // 4
    return {
        "as it is": (options, experts),
        "one weight an expert (no classes)": (replace(options, fine_rate=0.0), experts),
        "class weights learn as fast": (replace(options, fine_rate=1.0), experts),
        "smoothing 0.01": (replace(options, smoothing=0.01), experts),
        "smoothing 0.3": (replace(options, smoothing=0.3), experts),
        "rate 0.01": (replace(options, rate=0.01), experts),
        "rate 0.05": (replace(options, rate=0.05), experts),
        "two passes": (replace(options, n_passes=2), experts),
        "eight passes": (replace(options, n_passes=8), experts),
        "no learning: equal weights": (replace(options, n_passes=0), experts),
        "best half of the experts": (options, experts[:n_half]),
        "best quarter of the experts": (options, experts[:n_quarter]),
        "without phrase experts": (
            options,
            without(
                lambda expert: looks_at(
                    expert,
                    *("fiph", "liph", "since_phrase", "phrase_degree", "previous_end"),
                    *("time_in_phrase", "bars_in_phrase"),
                    *("phrase_ago_degree", "phrase_ago_cpint"),
                )
            ),
        ),
        "without copying from bars or phrases ago": (
            options,
            without(
                lambda expert: any("ago" in p or p.startswith("bars") for p in expert.looks_at)
            ),
        ),
        "without threads (last on bar, on beat)": (
            options,
            without(lambda expert: looks_at(expert, "bar_degree", "beat_degree")),
        ),
        "without register": (
            options,
            without(lambda expert: looks_at(expert, "register", "below_highest", "above_lowest")),
        ),
    }


def notes_per_second(events: Sequence[MelodyEvents]) -> dict[str, float]:
    """Speed of a mixture that learnt all: views, prediction, both; best of three."""
    lens = Experts()
    alphabet = np.unique(np.concatenate([each.pitch for each in events]))
    views = list(lens.views(events, alphabet))
    mixture = lens.mixture()
    mixture.count(views)
    n_notes = sum(map(len, events))

    def best(work: Callable[[], object]) -> float:
        taken = []
        for _ in range(3):
            start = time.perf_counter()
            work()
            taken.append(time.perf_counter() - start)
        return min(taken)

    seeing = best(lambda: list(lens.views(events, alphabet)))
    predicting = best(lambda: [mixture.predict(view) for view in views])
    return {
        "views": n_notes / seeing,
        "prediction": n_notes / predicting,
        "both": n_notes / (seeing + predicting),
    }


def by_target(events: Sequence[MelodyEvents]) -> dict[str, tuple[float, float]]:
    """Bits per note of the mixture and of the classic model, means over melodies."""
    rows = {}
    timed = frozenset({"onset"})
    for target, of_the_note in (
        ("onset", frozenset[str]()),
        ("pitch", timed),
        ("duration", timed | {"pitch"}),
        ("joint", frozenset[str]()),
    ):
        for marks in (frozenset[str](), frozenset({"key"}), frozenset({"key", "phrase"})):
            known = of_the_note | marks
            mixture = cross_validate_mixture(events, N_FOLDS, target=target, known=known)
            classic = min(
                cross_validate(
                    events,
                    classic_system(known, target).viewpoints,
                    folds=N_FOLDS,
                    target=target,
                    options=ModelOptions(memory),
                ).mean_over_melodies
                for memory in MEMORIES
            )
            name = f"{target}: {', '.join(sorted(known)) or 'nothing'}"
            rows[name] = (mixture.mean_over_melodies, classic)
    return rows


def main() -> None:
    given = arguments(__doc__ or "", with_set=False)
    events = [melody_events(melody) for melody in essen("erk20").melodies[:N_TUNES]]
    rows = {}
    for name, (options, experts) in variants().items():
        found = cross_validate_mixture(events, N_FOLDS, experts=experts, options=options)
        rows[name] = (found.mean_over_melodies, found.mean_over_notes, len(experts))
        if not given.json:
            if len(rows) == 1:
                print_machine()
                print(f"{len(events)} tunes, {found.n_notes} notes, {N_FOLDS} folds")
                print(f"{'bits per note':42s} over melodies   over notes   experts")
            print(f"{name:42s} {rows[name][0]:13.3f} {rows[name][1]:12.3f} {len(experts):9d}")
    classic = cross_validate(events, CLASSIC, folds=N_FOLDS)
    targets, speed = by_target(events), notes_per_second(events)
    if given.json:
        figures = {"bits": rows, "targets": targets, "notes_per_second": speed}
        print(json.dumps({"machine": machine(), **figures}))
        return
    print(f"{'classic BOTH+: ' + CLASSIC:42s} {classic.mean_over_melodies:.3f}")
    print(f"{'target: known':42s} {'mixture':>13s} {'classic':>12s}")
    for name, (mixture, other) in targets.items():
        print(f"{name:42s} {mixture:13.3f} {other:12.3f}")
    print("notes per second:", ", ".join(f"{name} {rate:,.0f}" for name, rate in speed.items()))


if __name__ == "__main__":
    main()
