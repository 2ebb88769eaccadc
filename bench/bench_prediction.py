"""Bits per note under the protocol of the field: the learned mixture and the classic model.

Ten folds, each predicted by a model that learnt the others; the alphabet is all pitches of
the set; the first note counts. Mean over melodies (the field's figure) and over notes, over
several random divisions into folds, with their standard deviation. In a second division
(*grouped*) melodies that are the same tune, in whatever key, stay in one fold.

The classic model has viewpoints that were chosen on other music than they are scored on;
`--select FILE.jsonl` chooses some on a file of yours. Every row is measured in a process of
its own, so that its memory and its seconds are its own.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from _common import machine, peak_rss_mib, print_machine
from _sets import SETS, MelodySet, load, tunes
from clinamen.domains.music.evaluation import cross_validate, select_viewpoints
from clinamen.domains.music.events import MelodyEvents
from clinamen.engine.model import Memory, ModelOptions
from clinamen.engine.resampling import Folds, interleaved_folds, kfold
from clinamen.errors import ClinamenError

N_FOLDS, N_SEEDS = 10, 3

CHOSEN_ON_CHORALES = (
    "cpitch*inscale cpint*bioi cpintfref*bioi cpintfref*cpintfiph cpintfip*liph cpintfip*inscale"
    " thrtactus*liph"
)
"""Found by forward selection on the chorales (bench/README.md): optimistic on that set."""

CHOSEN_ON_HYMNS = (
    "cpitch*cpintfref cpitch*posinbar cpint*cpintfref cpint*bioi cpintfref*bioi"
    " cpintfip*posinbar cpintfip*inscale"
)
"""Found on 150 hymns without phrase marks (bench/README.md)."""

CHOSEN_ON_FINK = (
    "cpitch*cpintfref cpitch*posinbar cpint*cpintfref cpint*bioi cpint*posinbar cpint*liph"
    " cpintfref*cpintfip cpintfref*cpintfiph cpintfip*liph"
)
"""Found on every fourth tune of the volume *fink* of the Essen collection, which is scored
nowhere: for sets with phrase marks."""

PITCHES_ONLY = "cpitch cpitch*cpintfip cpint*cpintfip cpint-size*cpcint"
"""Found on the same hymns, for melodies of which neither key nor timing is known."""

CANDIDATES = (
    "cpitch cpint cpintfref cpintfip cpintfiph inscale newcontour thrtactus thrbar"
    " bioi posinbar liph fiph"
)
"""Viewpoints that `--select` chooses from, with all links of two."""

PUBLISHED: dict[str, tuple[tuple[str, str], ...]] = {
    "chorales": (
        ("IDyOM, system C (185 chorales), LTM+", "1.953"),
        ("IDyOM, system D (185 chorales), LTM+", "1.911"),
        ("IDyOM 1.7.1, strong viewpoints, over notes", "2.055"),
    ),
    "chorales-pitch": (("IDyOM (185 chorales), LTM+", "2.337 to 2.347"),),
    "kinder": (
        ("IDyOM, pitches only, LTM+", "2.106"),
        ("IDyOM 1.7.1, strong viewpoints, over notes", "1.895"),
    ),
}
"""From the literature on IDyOM; those of 1.7.1 were measured with the program."""


class Scored(Protocol):
    """What a cross-validation gives."""

    @property
    def mean_over_melodies(self) -> float: ...

    @property
    def mean_over_notes(self) -> float: ...


Predictor = Callable[[Sequence[MelodyEvents], Folds], Scored]


def mixture_cross_validate(
    melodies: Sequence[MelodyEvents], folds: Folds, *, known: frozenset[str]
) -> Scored | None:
    """The learned mixture.

    `known` is a part of onset, duration, phrase, key: what the mixture may read about the
    current note.
    """
    from clinamen.domains.music.mixture_evaluation import cross_validate_mixture

    return cross_validate_mixture(melodies, folds, known=known)


@dataclass(frozen=True)
class Job:
    """One row: a model on a set."""

    which: str
    model: str
    memory: Memory = "ltm+"
    viewpoints: str = ""
    known: frozenset[str] = frozenset()
    n_seeds: int = N_SEEDS
    grouped: bool = False
    note: str = ""

    def predict(self, melodies: Sequence[MelodyEvents], folds: Folds) -> Scored | None:
        if self.model == "mixture":
            return mixture_cross_validate(melodies, folds, known=self.known)
        options = ModelOptions(self.memory)
        return cross_validate(melodies, self.viewpoints, folds=folds, options=options)


@dataclass(frozen=True)
class Row:
    """What was measured; `figures` is None for a model that is not built yet."""

    job: Job
    figures: dict[str, Any] | None
    spread: dict[str, float] = field(default_factory=dict)
    n_tunes: int = 0


def measure(job: Job) -> Row:
    """In the process that calls it: the set is read, the model run once for every seed."""
    given = load(job.which)
    events = given.events
    labels = tunes(given.melodies)
    scored, seconds = [], []
    for seed in range(1, job.n_seeds + 1):
        folds = _folds(labels, seed, grouped=job.grouped)
        start = time.perf_counter()
        result = job.predict(events, folds)
        if result is None:
            return Row(job, None)
        seconds.append(time.perf_counter() - start)
        scored.append(result)
    macro = np.array([each.mean_over_melodies for each in scored])
    micro = np.array([each.mean_over_notes for each in scored])
    # The first run may compile kernels; where there are others, it is not timed.
    mean_seconds = float(np.mean(seconds[1:] or seconds))
    figures = {
        "set": given.name,
        "n_melodies": len(events),
        "n_events": given.n_notes,
        "bits_per_event_macro": float(macro.mean()),
        "bits_per_event_micro": float(micro.mean()),
        "seconds": mean_seconds,
        "events_per_second": given.n_notes / mean_seconds,
        "peak_rss_mib": peak_rss_mib(),
    }
    return Row(job, figures, {"macro": _sd(macro), "micro": _sd(micro)}, len(set(labels)))


def _sd(values: np.ndarray) -> float:
    return float(values.std(ddof=1)) if len(values) > 1 else 0.0


def _folds(labels: Sequence[Any], seed: int, *, grouped: bool) -> Folds:
    groups = labels if grouped else None
    n_folds = min(N_FOLDS, len(set(labels)) if grouped else len(labels))
    return kfold(len(labels), n_folds, np.random.default_rng(seed), groups=groups, seed=seed)


def jobs(given: MelodySet, which: str, n_seeds: int, chosen: str = "") -> list[Job]:
    """Rows of one set."""
    rows = [Job(which, "mixture", known=given.known, n_seeds=n_seeds)]
    if "onset" in given.known:
        known = given.known | {"duration"}
        rows.append(Job(which, "mixture", known=known, n_seeds=n_seeds))
    for viewpoints, note in _systems(given, chosen):
        memories: tuple[Memory, ...] = ("ltm+", "both+")
        rows += [
            Job(which, "classic", memory, viewpoints, given.known, n_seeds, note=note)
            for memory in memories
        ]
    labels = tunes(given.melodies)
    if len(set(labels)) < len(labels):
        first_of_each = [rows[0], next(row for row in rows if row.model == "classic")]
        rows += [_grouped(row) for row in first_of_each]
    return rows


def _grouped(job: Job) -> Job:
    return Job(
        job.which, job.model, job.memory, job.viewpoints, job.known, job.n_seeds, True, job.note
    )


def _systems(given: MelodySet, chosen: str) -> list[tuple[str, str]]:
    """Viewpoints of the classic model for a set; the first are those of a fair comparison."""
    if chosen:
        return [(chosen, "selected")]
    if "key" not in given.known:
        return [(PITCHES_ONLY, "pitches only")]
    hymns = (CHOSEN_ON_HYMNS, "chosen on hymns")
    if "phrase" not in given.known:
        return [hymns]
    found = [(CHOSEN_ON_FINK, "chosen on folk songs"), hymns]
    if given.name == "chorales":
        found.append((CHOSEN_ON_CHORALES, "chosen on this very set"))
    return found


def select(path: str) -> str:
    """Viewpoints chosen on a file, as text."""
    given = load(path)
    events = given.events
    folds = interleaved_folds(len(events), 3)

    def tell(_number: int, viewpoints: Sequence[Any], bits: float) -> None:
        print(f"  {bits:.4f}  {' '.join(v.name for v in viewpoints)}", file=sys.stderr)

    found = select_viewpoints(
        events,
        CANDIDATES,
        folds=folds,
        options=ModelOptions("ltm+"),
        method="forward",
        max_parts=2,
        min_improvement=0.002,
        progress=tell,
    )
    return " ".join(viewpoint.name for viewpoint in found.members)


def run_apart(found: Sequence[Job]) -> list[Row]:
    """Every job in a new process, one at a time, printing nothing."""
    rows = []
    for job in found:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            rows.append(pool.submit(measure, job).result())
    return rows


def print_rows(given: MelodySet, rows: Sequence[Row]) -> None:
    left_out = f", {given.unreadable} not readable" if given.unreadable else ""
    n_tunes = max(row.n_tunes for row in rows)
    print(
        f"\n{given.name}: {len(given.melodies)} melodies ({n_tunes} different tunes{left_out}), "
        f"{given.n_notes} notes"
    )
    for row in rows:
        job = row.job
        name = job.model if job.model == "mixture" else f"classic {job.memory}"
        known = ", ".join(sorted(job.known)) or "pitches only"
        note = f"; {job.note}" if job.note not in ("", known) else ""
        about = f"{known}{'; grouped' if job.grouped else ''}{note}"
        if row.figures is None:
            print(f"{name:16}{'not built yet':>43}   {about}")
            continue
        figures, spread = row.figures, row.spread
        macro = f"{figures['bits_per_event_macro']:.3f} ± {spread['macro']:.3f}"
        micro = f"{figures['bits_per_event_micro']:.3f} ± {spread['micro']:.3f}"
        speed = f"{figures['events_per_second']:,.0f}"
        memory = f"{figures['peak_rss_mib']:.0f}"
        print(f"{name:16}{macro:>15}{micro:>15}{speed:>10}{memory:>6}   {about}")
    for what, figure in PUBLISHED.get(given.name, ()):
        print(f"  published: {what:46}{figure}")
    sys.stdout.flush()


def plain(row: Row) -> dict[str, Any]:
    """Everything about a row."""
    job = row.job
    return (row.figures or {"set": Path(job.which).stem, "not_built_yet": True}) | {
        "model": job.model if job.model == "mixture" else f"classic {job.memory}",
        "viewpoints": job.viewpoints,
        "known": sorted(job.known),
        "grouped": job.grouped,
        "n_seeds": job.n_seeds,
        "sd": row.spread,
        "note": job.note,
    }


def two_models(given: MelodySet, which: str, n_seeds: int, chosen: str) -> dict[str, Any]:
    """The two models on one set, under the names that a comparison needs."""
    rows = jobs(given, which, n_seeds, chosen)
    pair = run_apart([rows[0], next(row for row in rows if row.model == "classic")])
    about = {row.job.model: plain(row) for row in pair}
    return {row.job.model: row.figures for row in pair} | {"about": about, "machine": machine()}


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--json", action="store_true", help="one JSON object instead of text")
    parser.add_argument("--set", metavar="FILE.jsonl|NAME", help=f"names: {', '.join(SETS)}")
    parser.add_argument("--seeds", type=int, default=N_SEEDS, help="divisions into folds")
    parser.add_argument("--select", metavar="FILE.jsonl", help="choose viewpoints on this file")
    wanted = parser.parse_args()
    if wanted.seeds < 1:
        parser.error(f"--seeds must be 1 or more, not {wanted.seeds}")
    return wanted


def main() -> None:
    wanted = options()
    try:
        chosen = select(wanted.select) if wanted.select else ""
        if wanted.set and wanted.json:
            print(json.dumps(two_models(load(wanted.set), wanted.set, wanted.seeds, chosen)))
            return
        table(wanted, chosen)
    except ClinamenError as error:
        raise SystemExit(str(error)) from None


def table(wanted: argparse.Namespace, chosen: str) -> None:
    if not wanted.json:
        print_machine()
        print(f"{N_FOLDS} folds, {wanted.seeds} seeds; classic viewpoints:")
        for name in ("CHOSEN_ON_FINK", "CHOSEN_ON_HYMNS", "CHOSEN_ON_CHORALES", "PITCHES_ONLY"):
            print(f"  {name.lower().replace('_', ' ')}: {globals()[name]}")
        if chosen:
            print(f"  selected on {wanted.select}: {chosen}")
        print(
            f"{'bits per note':16}{'over melodies':>15}{'over notes':>15}{'notes/s':>10}{'MiB':>6}"
        )
    everything = []
    for which in [wanted.set] if wanted.set else SETS:
        given = load(which)
        rows = run_apart(jobs(given, which, wanted.seeds, chosen))
        everything += rows
        if not wanted.json:
            print_rows(given, rows)
    if wanted.json:
        print(json.dumps({"results": [plain(row) for row in everything], "machine": machine()}))


if __name__ == "__main__":
    main()
