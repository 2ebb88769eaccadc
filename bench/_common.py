"""What the benchmarks share: the machine, timing, memory, and melodies to measure on."""

from __future__ import annotations

import argparse
import os
import platform
import re
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import numpy as np

from clinamen.domains.music.notes import Key, KeyChange, Melody, Meter, MeterChange, Note
from clinamen.io.jsonl import read_melodies

CHORALES = range(253, 439)
"""BWV numbers of the chorales; the sopranos of all 186 that music21 brings."""

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


def machine() -> dict[str, str]:
    """Processor, system and versions, as plain values."""
    facts = {
        "processor": f"{_processor()}, {os.cpu_count()} cores",
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
    }
    return facts | {name: version(name) for name in ("clinamen", "numpy", "numba")}


def print_machine() -> None:
    print("; ".join(f"{name} {value}" for name, value in machine().items()))


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*:\s*(.+)", info.read_text()) if info.exists() else None
    return found[1] if found else platform.processor() or platform.machine()


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


def peak_rss_mib() -> float:
    """Most memory that this process has held so far."""
    status = Path("/proc/self/status")
    if status.exists():  # ru_maxrss would include what the parent held before exec
        found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text())
        if found:
            return int(found[1]) / 1024
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20


def melodies(which: str | None) -> tuple[str, list[Melody]]:
    """The set asked for, else the chorales, else (without music21) a synthetic set."""
    if which == "synthetic" or (which is None and find_spec("music21") is None):
        return "synthetic", list(_synthetic())
    if which is None:
        return "chorales BWV 253-438, soprano (music21)", list(_chorales())
    return Path(which).stem, list(read_melodies(which))


def _chorales() -> Iterator[Melody]:
    """By our own reader. Phrases end at fermatas, as it reads them."""
    from clinamen.io.files import read_song

    spec = find_spec("music21")
    assert spec is not None
    assert spec.origin is not None
    folder = Path(spec.origin).parent / "corpus" / "bach"
    for number in CHORALES:
        yield read_song(str(folder / f"bwv{number}.mxl"), track=0).melody


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
