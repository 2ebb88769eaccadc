"""Seconds and memory of swerves and compositions, each measured in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import cycle
from pathlib import Path
from typing import Any

import numpy as np

from clinamen.bench._creation_statistics import Target
from clinamen.domains.music.notes import Melody, Song
from clinamen.errors import ClinamenError

__all__ = ["N_BARS", "TimeFigures", "cut_to_bars", "main", "time_figures", "time_targets"]

N_BARS = 32
N_WARM = 5


@dataclass(frozen=True)
class TimeFigures:
    """How long something took on one core.

    Parameters
    ----------
    what
        ``swerve`` or ``compose``.
    start_seconds
        From the beginning of the process until listener and song are there.
    cold_first, cold_all
        The first time in the process, when programs are loaded and listeners unpacked: seconds
        to the first result, and to the last.
    first, all
        Later times in the process: medians of `N_WARM`.
    peak_rss_mib
        Most memory of the process; None where the system does not tell.
    """

    what: str
    start_seconds: float
    cold_first: float
    cold_all: float
    first: float
    all: float
    peak_rss_mib: float | None


def time_figures(songs: Sequence[Song], listener: str | None, seed: int) -> tuple[TimeFigures, ...]:
    """Eight variants of a 32-bar song, and 32 bars composed like it.

    Raises
    ------
    ClinamenError
        If the measuring process breaks off.
    """
    from clinamen.io.files import write_song

    song = cut_to_bars(_a_long_song(songs, seed), N_BARS)
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "song.musicxml")
        write_song(song, path)
        return tuple(_measured(what, path, listener) for what in ("swerve", "compose"))


def _a_long_song(songs: Sequence[Song], seed: int) -> Song:
    """One with 32 bars or more, at random; the longest where there is none."""
    long = [song for song in songs if len(song.melody.bar_onsets) > N_BARS]
    if not long:
        return max(songs, key=lambda song: len(song.melody.bar_onsets))
    return long[int(np.random.default_rng(seed).integers(len(long)))]


def cut_to_bars(song: Song, n_bars: int) -> Song:
    """The first full bars of a song, as often as it takes, in its first metre and key."""
    melody = song.melody
    meter = melody.meters[0].meter.bar_quarters
    bars = [onset for onset in melody.bar_onsets if onset >= melody.pickup_quarters]
    n_own = len(bars)
    notes: list[Any] = []
    for turn, begin in zip(range(-(-n_bars // n_own)), cycle([bars[0]]), strict=False):
        shift = turn * n_own * meter - begin
        end = min(n_own, n_bars - turn * n_own) * meter + begin
        notes += [
            type(note)(
                note.onset_quarters + shift,
                min(note.duration_quarters, end - note.onset_quarters),
                note.pitch,
            )
            for note in melody.notes
            if begin <= note.onset_quarters < end
        ]
    return Song(
        Melody(
            tuple(notes),
            keys=melody.keys[:1],
            meters=melody.meters[:1],
            end_quarters=Fraction(n_bars) * meter,
        ),
        title=song.title,
    )


def _measured(what: str, path: str, listener: str | None) -> TimeFigures:
    alone = dict.fromkeys(("OMP_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")
    ran = subprocess.run(
        [sys.executable, "-m", __name__, what, path, listener or "", repr(time.time())],
        env=os.environ | alone,
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode:
        raise ClinamenError(f"the measuring process broke off: {ran.stderr.strip()[-300:]}")
    return TimeFigures(what, **json.loads(ran.stdout))


def main(arguments: Sequence[str]) -> None:
    """In the new process: measure, and write the figures as JSON to standard output."""
    what, path, listener, began = arguments
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:1])
    from clinamen.bench._creation_makers import timed_compose, timed_swerve
    from clinamen.bench._machine import peak_rss_mib
    from clinamen.io.files import read_song
    from clinamen.operations.listeners import load_listener

    song, heard = read_song(path), load_listener(listener or None)
    start = time.time() - float(began)
    timed = timed_swerve if what == "swerve" else timed_compose
    runs = [timed(song, heard, run) for run in range(1 + N_WARM)]
    first, all_ = np.median(runs[1:], axis=0)
    figures = {
        "start_seconds": start,
        "cold_first": runs[0][0],
        "cold_all": runs[0][1],
        "first": float(first),
        "all": float(all_),
        "peak_rss_mib": peak_rss_mib(),
    }
    sys.stdout.write(json.dumps(figures))


def time_targets(figures: Sequence[TimeFigures]) -> list[Target]:
    """What the figures should have been."""
    by_name = {each.what: each for each in figures}
    found = []
    swerve, compose = by_name.get("swerve"), by_name.get("compose")
    if swerve is not None:
        found += [
            Target("eight variants of 32 bars, seconds", swerve.all, 1.0, False),
            Target("first variant, seconds", swerve.first, 0.3, False),
            Target("memory of swerving, MiB", swerve.peak_rss_mib, 500.0, False),
        ]
    if compose is not None:
        found.append(Target("32 bars composed, first answer, seconds", compose.first, 2.0, False))
    return found


if __name__ == "__main__":
    main(sys.argv[1:])
