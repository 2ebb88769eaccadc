"""What the benchmarks share: the machine, timing, memory, and melodies to measure on."""

from __future__ import annotations

import argparse
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import numpy as np

from clinamen.bench._corpora import chorales
from clinamen.bench._machine import machine
from clinamen.domains.music.notes import Key, KeyChange, Melody, Meter, MeterChange, Note
from clinamen.io.jsonl import read_melodies

N_SYNTHETIC, SYNTHETIC_NOTES = 186, 50


def arguments(description: str, *, with_set: bool = True) -> argparse.Namespace:
    """Options that every benchmark takes."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--json", action="store_true", help="one JSON object instead of text")
    if with_set:
        parser.add_argument(
            "--set",
            metavar="FILE.jsonl|synthetic",
            help="melodies, one JSON object a line; without it the chorales of music21",
        )
    return parser.parse_args()


@contextmanager
def studio_with(song: str) -> Iterator[str]:
    """A studio with a song in ABC, running for as long as it is measured: its address."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "song.abc"
        file.write_text(song, encoding="utf-8")
        command = [sys.executable, "-m", "clinamen.cli", "studio", "--no-browser", "--port", "0"]
        command += ["--projects", str(Path(folder) / "p.db"), str(file)]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            assert server.stdout is not None
            found = re.search(r"http\S+", server.stdout.readline())
            assert found is not None
            yield found[0]
        finally:
            server.kill()
            server.wait()


def print_machine() -> None:
    print("; ".join(f"{name} {value}" for name, value in machine().items()))


class Seconds(NamedTuple):
    """Time that passed, and time the processor worked on it: less, if others kept it busy."""

    wall: float
    cpu: float


def timed(work: Callable[[], object]) -> Seconds:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return Seconds(time.perf_counter() - wall, time.process_time() - cpu)


def median_seconds(work: Callable[[], object], *, repeats: int = 7) -> Seconds:
    """Medians of several runs, after one that is not counted."""
    work()
    return medians([timed(work) for _ in range(repeats)])


def medians(runs: Sequence[Seconds]) -> Seconds:
    return Seconds(
        statistics.median(run.wall for run in runs), statistics.median(run.cpu for run in runs)
    )


def melodies(which: str | None) -> tuple[str, list[Melody]]:
    """The set asked for, else the chorales, else (without music21) a synthetic set."""
    if which == "synthetic" or (which is None and find_spec("music21") is None):
        return "synthetic", list(_synthetic())
    if which is None:
        return "chorales BWV 253-438, soprano (music21)", list(chorales().melodies)
    return Path(which).stem, list(read_melodies(which))


def _synthetic() -> Iterator[Melody]:
    """Random walks on a scale in the size of the chorales: for timing only."""
    rng = np.random.default_rng(253)
    scale = [60, 62, 64, 65, 67, 69, 71, 72, 74, 76, 77, 79]
    for _ in range(N_SYNTHETIC):
        place, onset, notes = int(rng.integers(3, 9)), Fraction(0), []
        for _ in range(SYNTHETIC_NOTES):
            length = Fraction(int(rng.choice([1, 2, 2, 2, 4])), 2)
            notes.append(Note(onset, length, scale[place]))
            onset += length
            place = int(np.clip(place + rng.choice([-2, -1, -1, 0, 1, 1, 2]), 0, 11))
        yield Melody(
            tuple(notes),
            keys=(KeyChange(Fraction(0), Key(0, "major")),),
            meters=(MeterChange(Fraction(0), Meter(4, 4)),),
        )
