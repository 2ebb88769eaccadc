"""Bits per note of the classic model under the protocol of the field.

Ten folds, each predicted by a model that learnt the others and, with LTM+ and BOTH+, goes
on learning until the fold ends; the alphabet is all pitches of the set; the first note
counts. Mean over melodies (the field's figure) and over notes, over several random
divisions into folds, with their standard deviation. The onset of the note is known; key
and phrase marks are known where a viewpoint reads them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np

from _common import Seconds, arguments, machine, melodies, peak_rss_mib, print_machine, timed
from clinamen.domains.music.evaluation import CrossValidation, cross_validate
from clinamen.domains.music.events import MelodyEvents, melody_events
from clinamen.engine.model import Memory, ModelOptions
from clinamen.engine.resampling import kfold

N_FOLDS, SEEDS = 10, (1, 2, 3, 4, 5)

STRONG = (
    "cpitch*inscale cpint*bioi cpintfref*bioi cpintfref*cpintfiph cpintfip*liph cpintfip*inscale"
    " thrtactus*liph"
)
"""Found by forward selection on the chorales (bench/README.md): optimistic on that set."""

HYMNS = (
    "cpitch*cpintfref cpitch*posinbar cpint*cpintfref cpint*bioi cpintfref*bioi"
    " cpintfip*posinbar cpintfip*inscale"
)
"""Found on 150 hymns instead (bench/README.md): the fairer figure on the chorales."""


@dataclass(frozen=True)
class System:
    """A set of viewpoints and what they need to know."""

    name: str
    viewpoints: str
    memory: Memory
    knows: str


SYSTEMS = (
    System("pitch", "cpitch", "ltm+", "pitches only"),
    System("interval x degree", "cpint*cpintfref", "ltm+", "key"),
    System("interval x degree", "cpint*cpintfref", "both+", "key"),
    System("interval, degree", "cpint cpintfref", "both+", "key"),
    System("pitch sequence", "cpitch cpint*cpintfip newcontour*cpintfip", "ltm+", "pitches only"),
    System("chosen on hymns", HYMNS, "ltm+", "onset, key"),
    System("chosen on hymns", HYMNS, "both+", "onset, key"),
    System("strong", STRONG, "ltm+", "onset, key, phrases"),
    System("strong", STRONG, "both+", "onset, key, phrases"),
)
PUBLISHED = (
    ("IDyOM, pitch sequence alone (185 chorales), LTM+", "2.337 to 2.347"),
    ("IDyOM, system C (185 chorales), LTM+", "1.953"),
    ("IDyOM, system D (185 chorales), LTM+", "1.911"),
    ("IDyOM 1.7.1, strong viewpoints, over notes", "2.055"),
)
"""On nearly the same set, from the literature on IDyOM; the last was measured with the program
on the chorales of music21."""


@dataclass(frozen=True)
class Figures:
    """One system under every seed."""

    system: System
    runs: tuple[CrossValidation, ...]
    seconds: Seconds

    def over_seeds(self, figure: str) -> tuple[float, float]:
        values = [getattr(run, figure) for run in self.runs]
        return float(np.mean(values)), float(np.std(values, ddof=1))


def measure(given: list[MelodyEvents], system: System) -> Figures:
    runs: list[CrossValidation] = []

    def work() -> None:
        for seed in SEEDS:
            n_folds = min(N_FOLDS, len(given))
            folds = kfold(len(given), n_folds, np.random.default_rng(seed), seed=seed)
            options = ModelOptions(system.memory)
            runs.append(cross_validate(given, system.viewpoints, folds=folds, options=options))

    seconds = timed(work)
    return Figures(system, tuple(runs), seconds)


def as_plain(name: str, given: list[MelodyEvents], figures: Figures) -> dict[str, Any]:
    n_events = sum(map(len, given))
    macro, macro_sd = figures.over_seeds("mean_over_melodies")
    micro, micro_sd = figures.over_seeds("mean_over_notes")
    return {
        "set": name,
        "model": f"classic {figures.system.memory}",
        "viewpoints": figures.system.viewpoints,
        "knows": figures.system.knows,
        "seeds": list(SEEDS),
        "n_melodies": len(given),
        "n_events": n_events,
        "bits_per_event_macro": macro,
        "bits_per_event_macro_sd": macro_sd,
        "bits_per_event_micro": micro,
        "bits_per_event_micro_sd": micro_sd,
        "seconds": figures.seconds.wall / len(SEEDS),
        "events_per_second": n_events * len(SEEDS) / figures.seconds.wall,
        "peak_rss_mib": peak_rss_mib(),
    }


def print_row(row: dict[str, Any], system: System) -> None:
    macro = f"{row['bits_per_event_macro']:.3f} ± {row['bits_per_event_macro_sd']:.3f}"
    micro = f"{row['bits_per_event_micro']:.3f} ± {row['bits_per_event_micro_sd']:.3f}"
    print(f"{system.name:20}{system.memory:8}{macro:>16}{micro:>16}   {system.knows}")


def main() -> None:
    options = arguments("Bits per note of the classic model.")
    name, songs = melodies(options.set)
    given = [melody_events(song) for song in songs]
    if not options.json:
        print_machine()
        print(
            f"{name}: {len(given)} melodies, {sum(map(len, given))} notes, "
            f"{len(np.unique(np.concatenate([e.pitch for e in given])))} pitches; "
            f"{N_FOLDS} folds, {len(SEEDS)} seeds"
        )
        print(f"{'bits per note':28}{'over melodies':>16}{'over notes':>16}   known")
    rows = []
    for system in SYSTEMS:
        rows.append(as_plain(name, given, measure(given, system)))
        if not options.json:
            print_row(rows[-1], system)
    if options.json:
        print(json.dumps({"results": rows, "machine": machine()}))
        return
    if options.set is None:
        print("Published:")
        for what, figure in PUBLISHED:
            print(f"{what:56}{figure}")
    print("Viewpoints:")
    for viewpoints in dict.fromkeys((s.name, s.viewpoints) for s in SYSTEMS):
        print(f"  {viewpoints[0]}: {viewpoints[1]}")


if __name__ == "__main__":
    main()
