"""How early notes go that were added to a tune.

Run ``python bench/bench_sculpt.py``: to tunes that the shipped listener has not learnt (chorales
and folk songs of the corpus of music21) notes are added at random, seeded: passing and neighbour
notes, repeated, wrong and ghost notes (see `_busy`). Key and phrases are estimated from what
comes out. An order of removal is scored by the area under its curve, the chance that an added
note goes before one of the tune (0.5 is no better than drawing lots), and by precision: the
share of added notes among as many first removals as there are added notes. Both are means over
takes, with 95 % intervals by bootstrap over takes. Ties of the baselines are broken by lot.

``--develop FOLDER``: the sets that constants were chosen on: samples of the training sets in a
folder, and two other volumes of folk songs. ``--no-loudness``: takes without velocities.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import numpy.typing as npt

import clinamen
from _busy import KINDS, Busy, busy
from _common import print_machine
from clinamen.bench._corpora import NAMED_SETS
from clinamen.domains.music.events import melody_events
from clinamen.domains.music.key import estimate_key
from clinamen.domains.music.listener import Listener
from clinamen.domains.music.notes import KeyChange, Melody
from clinamen.domains.music.reduction import metrical_levels, note_weights
from clinamen.io.jsonl import read_melodies
from clinamen.operations._sculpt_bits import NotesTold
from clinamen.operations.sculpt import Sculpture, sculpt

SCORED = ("chorales", "kinder", "han")
DEVELOPED_ON = ("luxembourg", "lorraine")
TRAINING = ("openewld", "openhymnal", "folk_pd", "lieder")
FEWEST, MOST = 24, 120

FloatArray = npt.NDArray[np.float64]


def sample(tunes: Sequence[Melody], size: int, rng: np.random.Generator) -> list[Melody]:
    """Tunes of a length that people sing, with a key."""
    fitting = [tune for tune in tunes if FEWEST <= len(tune.notes) <= MOST]
    chosen = rng.permutation(len(fitting))[:size]
    return [_in_key(fitting[place]) for place in sorted(chosen.tolist())]


def _in_key(tune: Melody) -> Melody:
    if tune.keys:
        return tune
    return tune.replace(keys=(KeyChange(Fraction(0), estimate_key(tune)),))


def sets(
    folder: str | None, size: int, rng: np.random.Generator
) -> Iterator[tuple[str, list[Melody]]]:
    names = SCORED if folder is None else DEVELOPED_ON
    for name in names:
        yield name, sample(NAMED_SETS[name]().melodies, size, rng)
    for name in TRAINING if folder is not None else ():
        tunes = list(read_melodies(Path(str(folder)) / f"{name}.jsonl"))
        yield name, sample(tunes, size, rng)


def orders(take: Busy, listener: Listener, rng: np.random.Generator) -> dict[str, FloatArray]:
    """By method, a number for each note; the lowest goes first."""
    song, notes = take.song, take.song.melody.notes
    n_notes = len(notes)
    events = melody_events(song.melody)
    bits = listener.hear(song, target="joint").information_content
    level = -metrical_levels(events).astype(float)
    length = np.array([float(note.duration_quarters) for note in notes])
    loudness = np.array([float(note.velocity or 0) for note in notes])
    weight = np.array([each.total for each in note_weights(song)])
    told = np.array(NotesTold(listener, song).bits(range(n_notes), range(n_notes)))
    found = {
        "sculpt": turns(sculpt(song, listener), n_notes),
        "  its structure alone": weight,
        "  its listener alone": -told,
        "weakest place, shortest": level * 1e3 + length,
        "weakest place": level,
        "shortest": length,
        "quietest": loudness,
        "most surprising": -bits,
        "least surprising": bits,
        "at random": rng.random(n_notes),
    }
    return {name: _ranks(values, rng) for name, values in found.items()}


def turns(sculpture: Sculpture, n_notes: int) -> FloatArray:
    """When each note goes; what stays comes last."""
    turn = np.full(n_notes, float(n_notes))
    for place, removal in enumerate(sculpture.removals):
        turn[removal.note] = place
    return turn


def _ranks(values: FloatArray, rng: np.random.Generator) -> FloatArray:
    shuffled = rng.permutation(len(values))
    ranks = np.empty(len(values))
    ranks[shuffled[np.argsort(values[shuffled], kind="stable")]] = np.arange(len(values))
    return ranks


def area(ranks: FloatArray, added: npt.NDArray[np.bool_]) -> float:
    """Chance that an added note comes before one of the tune."""
    n_added, n_tune = int(added.sum()), int((~added).sum())
    places = np.argsort(np.argsort(ranks))
    below = places[added].sum() - n_added * (n_added - 1) / 2
    return float(1 - below / (n_added * n_tune))


def measures(ranks: FloatArray, kinds: npt.NDArray[np.str_]) -> dict[str, float]:
    """Area and precision of an order, and the area for each kind of added note."""
    added = kinds != ""
    first = np.argsort(ranks)[: int(added.sum())]
    found = {"area": area(ranks, added), "precision": float(added[first].mean())}
    for kind in KINDS:
        chosen = (kinds == kind) | ~added
        if (kinds == kind).any():
            found[kind] = area(ranks[chosen], added[chosen])
    return found


def interval(values: Sequence[float], rng: np.random.Generator) -> tuple[float, float, float]:
    """Mean, and its 95 % interval by bootstrap."""
    array = np.array(values)
    means = array[rng.integers(len(array), size=(2000, len(array)))].mean(axis=1)
    low, high = np.quantile(means, (0.025, 0.975))
    return float(array.mean()), float(low), float(high)


Rows = Mapping[str, list[dict[str, float]]]


def measured(
    tunes: Sequence[Melody], listener: Listener, seed: int, loudness: bool
) -> tuple[Rows, int]:
    """Measures of every method on every take, and how many notes the takes have."""
    rng = np.random.default_rng(seed)
    rows: dict[str, list[dict[str, float]]] = {}
    n_notes = 0
    for tune in tunes:
        take = busy(tune, rng)
        if take is None:
            continue
        if not loudness:
            take = _unheard_touch(take)
        kinds = np.array(take.kinds)
        n_notes += len(kinds)
        for name, ranks in orders(take, listener, rng).items():
            rows.setdefault(name, []).append(measures(ranks, kinds))
    return rows, n_notes


def _unheard_touch(take: Busy) -> Busy:
    melody = take.song.melody
    notes = tuple(replace(note, velocity=None) for note in melody.notes)
    return replace(take, song=take.song.replace(melody=melody.replace(notes=notes)))


def report(name: str, rows: Rows, n_notes: int, seconds: float) -> None:
    n_takes = len(rows["sculpt"])
    print(f"\n{name}: {n_takes} takes, {n_notes} notes, {seconds:.0f} s")
    print(f"{'':26}area                 precision          " + " ".join(f"{k:>9}" for k in KINDS))
    for method, each in rows.items():
        rng = np.random.default_rng(0)
        figures = [interval([row[what] for row in each], rng) for what in ("area", "precision")]
        text = "  ".join(f"{mean:.3f} [{low:.3f} {high:.3f}]" for mean, low, high in figures)
        kinds = (np.mean([row[kind] for row in each if kind in row]) for kind in KINDS)
        print(f"{method:26}{text}  " + " ".join(f"{value:9.3f}" for value in kinds))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--develop", metavar="FOLDER")
    parser.add_argument("--no-loudness", action="store_true")
    parser.add_argument("--takes", type=int, default=100, help="of each set at most")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="one JSON object a set")
    given = parser.parse_args()
    listener = clinamen.load_listener()
    if not given.json:
        print_machine()
    for name, tunes in sets(given.develop, given.takes, np.random.default_rng(given.seed)):
        started = time.perf_counter()
        rows, n_notes = measured(tunes, listener, given.seed, not given.no_loudness)
        seconds = time.perf_counter() - started
        if given.json:
            print(json.dumps({"set": name, "n_notes": n_notes, "rows": rows}))
        else:
            report(name, rows, n_notes, seconds)


if __name__ == "__main__":
    main()
