"""Shared runs: how long they are among human songs, how surely they are found, and how fast.

Without ``--set``: the baseline that is stored in the shipped index, by collection and by length
of song, and times. With ``--set FILE.jsonl`` (once for each corpus, in the format of
`clinamen.io.jsonl`) the index is made anew from these songs, the baseline measured on them, and
compared with the stored one where the songs are the same. Of a sample of the songs every run
that is found by hashes is compared with the notes themselves.
"""

from __future__ import annotations

import argparse
import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from _common import median_seconds, print_machine
from clinamen.bench._machine import machine
from clinamen.domains.music.editing import NoteTicks, notes_in_ticks
from clinamen.domains.music.fingerprints import RUN, Baseline, Fingerprints, longest_shared
from clinamen.domains.music.notes import Song
from clinamen.io.fingerprint_file import read_fingerprints, write_fingerprints
from clinamen.io.jsonl import melody_of, read_rows
from clinamen.operations.fingerprints import load_fingerprints

QUANTILES = (10, 25, 50, 75, 90)
LENGTHS = (32, 64, 128, 256)
N_SAMPLE, N_TIMED, LIMIT, N_BARS = 500, 200, 7, 16

Notes = list[NoteTicks]


def songs_of(path: Path) -> list[Song]:
    found = []
    for place, row in read_rows(path):
        melody = melody_of(row, source=path.name, place=place)
        if melody is not None:
            found.append(Song(melody, title=str(row.get("title") or "")))
    return found


def tables(baseline: Baseline) -> dict[str, dict[str, list[float]]]:
    """Quantiles of the longest run shared, by collection, and by length of song."""
    by_name = {
        name: _quantiles(baseline.longest[baseline.collection == number])
        for number, name in enumerate(baseline.names)
    }
    band = np.searchsorted(LENGTHS, baseline.n_notes, side="right")
    labels = [f"{low}-{high - 1} notes" for low, high in zip((0, *LENGTHS), LENGTHS, strict=False)]
    labels.append(f"{LENGTHS[-1]} notes or more")
    by_length = {
        label: _quantiles(baseline.longest[band == number])
        for number, label in enumerate(labels)
        if (band == number).any()
    }
    return {"collection": by_name, "length": by_length}


def _quantiles(longest: np.ndarray) -> list[float]:
    return [float(value) for value in np.percentile(longest, QUANTILES)]


def shape(notes: Notes) -> list[object]:
    """What stays of a run in every key and tempo."""
    first, unit, pitch = notes[0][0], notes[1][0] - notes[0][0], notes[0][2]
    return [(Fraction(note[0] - first, unit), note[2] - pitch) for note in notes]


def false_runs(index: Fingerprints, songs: list[Song]) -> tuple[int, int]:
    """Runs found between a sample of songs and others, and how many of them are none."""
    rng = np.random.default_rng(0)
    sample = rng.choice(len(songs), min(N_SAMPLE, len(songs)), replace=False)
    n_found = n_false = 0
    for number in sample.tolist():
        notes = list(notes_in_ticks(songs[number].melody))
        run = index.longest_run(notes, ignore=(number,))
        if run is None:
            continue
        there = list(notes_in_ticks(songs[run.tune].melody))
        n_found += 1
        same = shape(notes[run.first :][: run.n_notes]) == shape(there[run.place :][: run.n_notes])
        n_false += not same
    return n_found, n_false


def walks() -> list[Notes]:
    """Random melodies of `N_BARS` bars in 4/4, six notes a bar."""
    rng = np.random.default_rng(1)
    found = []
    for _ in range(N_TIMED):
        n_notes = 6 * N_BARS
        onset = np.cumsum(rng.choice([5040, 5040, 10080], n_notes))
        pitch = 67 + np.cumsum(rng.choice([-4, -2, -1, 0, 1, 2, 4], n_notes)) % 12
        found.append([(int(on), 1, int(high)) for on, high in zip(onset, pitch, strict=True)])
    return found


def times(index: Fingerprints) -> dict[str, float]:
    """Microseconds of wall time for one melody (medians), milliseconds for what is done once."""
    melodies, data = walks(), write_fingerprints(index)
    allowed = index.limit(LIMIT)
    onsets = melodies[0][-1][0] + 2520 * np.arange(1, 5).repeat(25)
    pitches = np.tile(np.arange(55, 80), 4)

    def each(work: Any) -> float:
        return 1e6 * median_seconds(lambda: [work(notes) for notes in melodies]).wall / N_TIMED

    return {
        "longest_run_us": each(index.longest_run),
        "exceeded_us": each(allowed.exceeded),
        "exceeded_by_next_us": each(
            lambda m: allowed.exceeded_by_next(melodies[0], onsets, pitches)
        ),
        "longest_shared_us": each(lambda notes: longest_shared(notes, melodies[0])),
        "load_ms": 1e3 * median_seconds(lambda: read_fingerprints(data)).wall,
        "limit_ms": 1e3 * median_seconds(lambda: index._table(LIMIT + 1)).wall,
        "file_bytes": len(data),
    }


def share_as_stored(index: Fingerprints, stored: Fingerprints) -> float | None:
    """Share of the songs whose longest run is the stored one; None if other songs were indexed.

    Titles are tidied before the shipped index is made, so that a few variants more are known.
    """
    if not np.array_equal(index.tunes.n_notes, stored.tunes.n_notes):
        return None
    return float(np.mean(index.baseline.longest == stored.baseline.longest))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--set", metavar="FILE.jsonl", action="append", default=[], type=Path)
    parser.add_argument("--json", action="store_true", help="one JSON object instead of text")
    options = parser.parse_args()
    stored = load_fingerprints()
    facts: dict[str, Any] = {"machine": machine(), "baseline": tables(stored.baseline)}
    if options.set:
        sets = {path.stem: songs_of(path) for path in options.set}
        songs = [song for found in sets.values() for song in found]
        names = [name for name, found in sets.items() for _ in found]
        index = Fingerprints.of(songs, collections=names)
        facts["measured"] = tables(index.baseline)
        facts["share_as_stored"] = share_as_stored(index, stored)
        facts["n_found"], facts["n_false"] = false_runs(index, songs)
    facts["times"] = times(stored)
    if options.json:
        print(json.dumps(facts))
        return
    print_machine()
    _show(stored, facts)


def _show(stored: Fingerprints, facts: dict[str, Any]) -> None:
    print(f"shipped index: {stored}, {len(stored.hashes)} different runs of {RUN} notes")
    for what in ("baseline", "measured"):
        for by, table in facts.get(what, {}).items():
            print(f"{what}: notes of the longest run shared with another tune, by {by}")
            print(f"  {'quantile':20}" + "".join(f"{q:5} %" for q in QUANTILES))
            for label, values in table.items():
                print(f"  {label:20}" + "".join(f"{value:7.1f}" for value in values))
    if "n_found" in facts:
        if facts["share_as_stored"] is not None:
            print(f"songs whose longest run is the stored one: {facts['share_as_stored']:.2%}")
        print(f"runs found by hashes that are none: {facts['n_false']} of {facts['n_found']}")
    for name, value in facts["times"].items():
        print(f"{name:22}{value:12,.0f}")


if __name__ == "__main__":
    main()
