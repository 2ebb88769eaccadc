"""How soon an ear hears a tune, and whether the quick listener agrees with the full one.

Tunes: Ode to Joy (16 bars, 62 notes) with every fifth note moved, and ten of its own notes;
for the agreement also the melodies of ``--set`` with notes of theirs moved, each over its own
frame. Milliseconds a tune are of one process on one core, and the ratio is of the same run.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

import clinamen
from _common import arguments, machine, median_seconds, melodies, print_machine
from clinamen.domains.music.editing import notes_in_ticks
from clinamen.domains.music.notes import Melody
from clinamen.domains.music.tunes import Ear, Heard, Tune
from clinamen.operations.listeners import DEFAULT_LISTENER, QUICK_LISTENER

SONG = Path(__file__).parents[1] / "examples" / "ode_to_joy.musicxml"
N_TUNES, N_MELODIES, N_VARIED, SHARE, FARTHEST = 256, 100, 4, 0.2, 4
LISTENERS = (QUICK_LISTENER, DEFAULT_LISTENER)


def varied(melody: Melody, rng: np.random.Generator, share: float = SHARE) -> Tune:
    """A tune with some pitches moved by up to a third."""
    columns = np.array(notes_in_ticks(melody), dtype=np.int64).reshape(-1, 3).T.copy()
    moved = rng.random(columns.shape[1]) < share
    columns[2, moved] += rng.integers(-FARTHEST, FARTHEST + 1, moved.sum())
    return Tune(np.stack([columns[0], columns[1], np.clip(columns[2], 43, 93)]))


def milliseconds(melody: Melody) -> dict[str, dict[str, float]]:
    """A tune, by listener: heard, and its chances told."""
    rng = np.random.default_rng(1)
    tunes = [varied(melody, rng) for _ in range(N_TUNES)]
    found = {}
    for name in LISTENERS:
        ear = Ear(clinamen.load_listener(name), melody)
        hearing = median_seconds(lambda ear=ear: ear.hear(tunes)).cpu
        telling = median_seconds(lambda ear=ear: ear.chances(tunes)).cpu
        found[name] = {
            "hear": 1000 * hearing / N_TUNES,
            "chances of pitch": 1000 * telling / N_TUNES,
        }
    return found


def agreement(some: Sequence[Melody]) -> dict[str, dict[str, float]]:
    """How two listeners' figures go together, over tunes and over notes."""
    listeners = [clinamen.load_listener(name) for name in LISTENERS]
    rng = np.random.default_rng(2)
    heard: list[list[Heard]] = [[], []]
    for melody in some:
        tunes = [varied(melody, rng, share) for share in np.linspace(0, 0.6, N_VARIED)]
        for found, listener in zip(heard, listeners, strict=True):
            found += Ear(listener, melody).hear(tunes)
    parts = {"joint": slice(None), "onset": slice(0, 1), "pitch": slice(1, 2)}
    result = {}
    for name, rows in parts.items():
        means = [np.array([each.bits[rows].sum(axis=0).mean() for each in few]) for few in heard]
        written = [each[::N_VARIED] for each in means]
        result[f"{name}, mean as written"] = correlations(*written)
        notes = [np.concatenate([each.bits[rows].sum(axis=0) for each in few]) for few in heard]
        result[f"{name}, mean of a tune"] = correlations(*means)
        result[f"{name}, notes"] = correlations(*notes)
    return result


def correlations(one: np.ndarray, other: np.ndarray) -> dict[str, float]:
    """Of values, and of ranks."""
    ranks = [ranked(each) for each in (one, other)]
    return {
        "pearson": float(np.corrcoef(one, other)[0, 1]),
        "spearman": float(np.corrcoef(*ranks)[0, 1]),
        "mean quick": float(one.mean()),
        "mean full": float(other.mean()),
        "n": len(one),
    }


def ranked(values: np.ndarray) -> np.ndarray:
    """Ranks, the mean of them where values tie."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(count) - (count - 1) / 2)[place]


def main() -> None:
    given = arguments(__doc__ or "")
    ode = clinamen.read(SONG).melody
    name, some = melodies(given.set)
    rng = np.random.default_rng(3)
    chosen = [some[place] for place in rng.permutation(len(some))[:N_MELODIES]]
    times, agree = milliseconds(ode), agreement(chosen)
    quick, full = (times[each]["hear"] for each in LISTENERS)
    if given.json:
        figures = {"milliseconds": times, "full_to_quick": full / quick, "agreement": agree}
        print(json.dumps({"set": name, "machine": machine(), **figures}))
        return
    print_machine()
    for listener, rows in times.items():
        told = ", ".join(f"{what} {taken:.3f}" for what, taken in rows.items())
        print(f"{listener:12s} milliseconds a tune of 62 notes: {told}")
    print(f"the full one takes {full / quick:.1f} times as long")
    print(f"agreement on {len(chosen)} melodies of {name}, {N_VARIED} variants of each")
    for what, row in agree.items():
        print(f"{what:24s} " + "  ".join(f"{each} {value:.3f}" for each, value in row.items()))


if __name__ == "__main__":
    main()
