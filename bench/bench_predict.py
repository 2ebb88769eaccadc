"""Notes per second of the classic model: BOTH+, cpint and cpintfref linked, one core.

Ten folds. For each, the model learns nine tenths; what is timed is to turn the melodies
of the tenth into symbols, predict every note and measure it. Compilation is not counted
(see bench_hear.py). The plain-Python oracle of the tests predicts a few of the same
melodies in the same run: for the ratio, and as a check that the figures are equal.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np

from _common import Seconds, arguments, median_seconds, medians, melodies, print_machine, timed
from clinamen.bench._machine import machine
from clinamen.domains.music.events import MelodyEvents, melody_events
from clinamen.domains.music.projection import Alphabets, Lens
from clinamen.domains.music.viewpoints import parse_viewpoints
from clinamen.engine.measures import measure
from clinamen.engine.model import ModelOptions, ViewpointModel
from clinamen.engine.resampling import Folds, interleaved_folds

sys.path.append(str(Path(__file__).parents[1] / "tests" / "engine"))
import oracle

PUBLISHED = {"IDyOM 1.7.1": 4200, "IDyOMpy": 132}
VIEWPOINT, N_FOLDS, N_BY_ORACLE, REPEATS = "cpint*cpintfref", 10, 4, 7


class Classic:
    """One fold: what has been learnt, ready to predict."""

    def __init__(self, train: Sequence[MelodyEvents], alphabets: Alphabets) -> None:
        self.alphabets = alphabets
        self.lens = Lens(parse_viewpoints(VIEWPOINT)[0], "pitch")
        self.model = ViewpointModel(1, ModelOptions("both+"))
        for events in train:
            self.model.learn([self.lens.sequence(events)])

    def predict(self, test: Sequence[MelodyEvents]) -> list[np.ndarray]:
        """Information content of every note of some melodies."""
        heard = []
        for events in test:
            rows = self.model.predict([self.lens.project(events, self.alphabets)])
            symbols = np.searchsorted(self.alphabets.pitch, events.pitch)
            heard.append(measure(rows, symbols)[0])
        return heard


def classic_seconds(given: Sequence[MelodyEvents], folds: Folds) -> tuple[Seconds, Seconds]:
    """Time to learn and time to predict, all folds together."""
    alphabets = Alphabets.of(given)
    learning, predicting = [], []
    for train, test in folds:
        heard, asked = [given[item] for item in train], [given[item] for item in test]
        made: list[Classic] = []
        learning.append(timed(partial(_learn, made, heard, alphabets)))
        predicting.append(timed(partial(made[0].predict, asked)))
    return _sum(learning), _sum(predicting)


def _learn(made: list[Classic], heard: Sequence[MelodyEvents], alphabets: Alphabets) -> None:
    made.append(Classic(heard, alphabets))


def _sum(parts: Sequence[Seconds]) -> Seconds:
    return Seconds(sum(part.wall for part in parts), sum(part.cpu for part in parts))


def symbols_and_images(events: MelodyEvents, alphabet: np.ndarray) -> list[tuple]:
    """The oracle's view of every note: its symbol, and every candidate's."""
    pitches, tonic = events.pitch.tolist(), events.tonic.tolist()
    seen = []
    for index, pitch in enumerate(pitches):
        known = index > 0 and tonic[index] >= 0

        def look(at: int, index: int = index, known: bool = known) -> tuple[int, int] | None:
            return (at - pitches[index - 1], (at - tonic[index]) % 12) if known else None

        seen.append((look(pitch), [look(other) for other in alphabet.tolist()]))
    return seen


def oracle_learn(train: Sequence[MelodyEvents], alphabet: np.ndarray) -> oracle.Counts:
    counts = oracle.Counts()
    for events in train:
        counts.start()
        for symbol, _ in symbols_and_images(events, alphabet[:1]):
            if symbol is not None:
                counts.observe(symbol)
        counts.end()
    return counts


def oracle_predict(
    long_term: oracle.Counts, test: Sequence[MelodyEvents], alphabet: np.ndarray
) -> list[list[float]]:
    heard, n = [], len(alphabet)
    for events in test:
        short_term, bits = oracle.Counts(), []
        long_term.start()
        places = np.searchsorted(alphabet, events.pitch).tolist()
        for (symbol, image), place in zip(
            symbols_and_images(events, alphabet), places, strict=True
        ):
            flat = [1 / n] * n
            rows = [
                oracle.predict(long_term, image, n, oracle.LONG_TERM) or flat,
                oracle.predict(short_term, image, n, oracle.SHORT_TERM) or flat,
            ]
            bits.append(-np.log2(oracle.combine(rows, n, 7.0)[place]))
            if symbol is not None:
                long_term.observe(symbol)
                short_term.observe(symbol)
        long_term.end()
        heard.append(bits)
    return heard


def against_oracle(given: Sequence[MelodyEvents], folds: Folds) -> tuple[int, Seconds, float]:
    """Notes the oracle predicted, its time, and the largest difference to ours in bits."""
    alphabets = Alphabets.of(given)
    train, test = next(iter(folds))
    heard, asked = [given[i] for i in train], [given[i] for i in test[:N_BY_ORACLE]]
    counts = oracle_learn(heard, alphabets.pitch)
    found: list[list[float]] = []
    seconds = timed(lambda: found.extend(oracle_predict(counts, asked, alphabets.pitch)))
    ours = Classic(heard, alphabets).predict(asked)
    difference = max(np.abs(a - np.array(b)).max() for a, b in zip(ours, found, strict=True))
    return sum(map(len, asked)), seconds, float(difference)


def main() -> None:
    options = arguments("Notes per second of the classic model.")
    name, songs = melodies(options.set)
    given = [melody_events(song) for song in songs]
    n_notes = sum(map(len, given))
    folds = interleaved_folds(len(given), min(N_FOLDS, len(given)))
    classic_seconds(given, folds)  # compile
    runs = [classic_seconds(given, folds) for _ in range(REPEATS)]
    learning, predicting = (medians(part) for part in zip(*runs, strict=True))
    columns = median_seconds(lambda: [melody_events(song) for song in songs])
    n_oracle, oracle_time, difference = against_oracle(given, folds)
    rates = {
        "project, predict and measure": per_second(n_notes, predicting),
        "learn": per_second(n_notes * (len(folds) - 1), learning),
        "melody to columns, before": per_second(n_notes, columns),
        "plain-Python oracle": per_second(n_oracle, oracle_time),
    }
    facts = {"set": name, "n_melodies": len(given), "n_events": n_notes}
    if options.json:
        print(json.dumps(facts | {"events_per_second": rates, "machine": machine()}))
        return
    print_machine()
    print(f"{name}: {len(given)} melodies, {n_notes} notes; {VIEWPOINT}, BOTH+, one core")
    print(f"{'notes per second, median of ' + str(REPEATS):34}{'wall':>10}{'CPU':>10}")
    for what, rate in rates.items():
        print(f"{what:34}{rate['wall']:10,.0f}{rate['cpu']:10,.0f}")
    ours = rates["project, predict and measure"]["cpu"]
    ratio = ours / rates["plain-Python oracle"]["cpu"]
    print(f"target 100,000; {ratio:,.0f} times the oracle, from which figures differ by")
    print(f"{difference:.1e} bit at most. Measured earlier on a machine like this, not now:")
    for program, rate in PUBLISHED.items():
        print(f"{program:34}{rate:10,}   we are {ours / rate:,.0f} times as fast")


def per_second(n_notes: int, seconds: Seconds) -> dict[str, float]:
    return {"wall": n_notes / seconds.wall, "cpu": n_notes / seconds.cpu}


if __name__ == "__main__":
    main()
