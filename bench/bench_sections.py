"""How well sections found in what comes back agree with marks in print, and with built forms.

Run ``python bench/bench_sections.py --set FILE.jsonl``: songs with ``sections``, in the format
of `clinamen.io.jsonl`. A boundary found within one bar of a marked one counts as found, each
once; the start of the song is left out, and so are songs without a mark inside. Beside ours a
section every 8, 16 and 32 bars, and as many boundaries as ours at random. Without ``--set``
forms built from random phrases are measured, whose answer is known.
"""

from __future__ import annotations

import argparse
import time
from bisect import bisect_right
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np

from clinamen.domains.music.notes import Melody, Note, Section, Song
from clinamen.domains.music.sections import find_sections
from clinamen.io.jsonl import parse_songs

Find = Callable[[Song], Sequence[int]]
FORMS = ("AABA", "ABAC", "ABAB", "ABACABA", "ABCD")


def bars_of(song: Song) -> list[Fraction]:
    """Onsets of the full bars."""
    bars = list(song.melody.bar_onsets)
    return bars[1:] if song.melody.pickup_quarters > 0 else bars


def starts(song: Song, sections: Sequence[Section]) -> list[int]:
    """Bars at which sections begin, without the first."""
    bars = bars_of(song)
    found = {bisect_right(bars, each.onset_quarters) - 1 for each in sections}
    return sorted(bar for bar in found if bar > 0)


def ours(song: Song) -> list[int]:
    return starts(song, find_sections(song))


def every(n_bars: int) -> Find:
    return lambda song: range(n_bars, len(bars_of(song)), n_bars)


def at_random(song: Song) -> list[int]:
    rng = np.random.default_rng(len(song.melody.notes))
    n_bars = len(bars_of(song))
    return sorted(rng.choice(np.arange(1, n_bars), size=len(ours(song)), replace=False).tolist())


def hits(found: Sequence[int], marked: Sequence[int], tolerance: int) -> int:
    """Pairs of a found and a marked boundary within a tolerance, each used once, from left."""
    n_hits, place = 0, 0
    for bar in marked:
        while place < len(found) and found[place] < bar - tolerance:
            place += 1
        if place < len(found) and found[place] <= bar + tolerance:
            n_hits, place = n_hits + 1, place + 1
    return n_hits


def measures(songs: Sequence[Song], find: Find, tolerance: int) -> tuple[float, float, float]:
    """Precision, recall and F1 over all boundaries."""
    n_hits = n_found = n_marked = 0
    for song in songs:
        marked, found = starts(song, song.sections), list(find(song))
        n_hits += hits(found, marked, tolerance)
        n_found, n_marked = n_found + len(found), n_marked + len(marked)
    precision, recall = n_hits / max(n_found, 1), n_hits / max(n_marked, 1)
    return precision, recall, 2 * n_hits / max(n_found + n_marked, 1)


def built(form: str, seed: int, varied: float) -> Song:
    """Phrases of eight bars of 4/4 in a form; a share of the notes of each is drawn anew."""
    rng = np.random.default_rng(seed)
    phrases = {letter: _phrase(rng) for letter in sorted(set(form))}
    notes: list[Note] = []
    for index, letter in enumerate(form):
        for onset, length, pitch in phrases[letter]:
            drawn = int(rng.integers(60, 73)) if rng.random() < varied else pitch
            notes.append(Note(32 * index + onset, length, drawn))
    marks = tuple(Section(Fraction(32 * index), letter) for index, letter in enumerate(form))
    return Song(Melody(tuple(notes)), sections=marks)


def _phrase(rng: np.random.Generator) -> list[tuple[Fraction, Fraction, int]]:
    rows: list[tuple[Fraction, Fraction, int]] = []
    for bar in range(8):
        onset = Fraction(4 * bar)
        while onset < 4 * bar + 4:
            left = 4 * bar + 4 - onset
            length = min(Fraction(int(rng.choice([1, 1, 2, 2, 3, 4])), 2), left)
            rows.append((onset, length, int(rng.integers(60, 73))))
            onset += length
    return rows


def report(name: str, songs: Sequence[Song], methods: dict[str, Find], tolerance: int) -> None:
    print(f"{name}, {len(songs)} songs")
    for method, find in methods.items():
        row = measures(songs, find, tolerance)
        print(f"  {method:26}" + "".join(f"{value:9.3f}" for value in row))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--set", metavar="FILE.jsonl")
    given = parser.parse_args().set
    print(f"{'':28}precision  recall      F1")
    if given is None:
        for varied in (0.0, 0.2, 0.4):
            for form in FORMS:
                songs = [built(form, seed, varied) for seed in range(20)]
                report(f"{form}, {varied:.0%} of notes changed", songs, {"find_sections": ours}, 0)
        return
    read = list(parse_songs(Path(given).read_bytes(), source=Path(given).name))
    songs = [song for song in read if isinstance(song, Song) and starts(song, song.sections)]
    methods: dict[str, Find] = {"find_sections": ours}
    methods |= {f"every {n} bars": every(n) for n in (8, 16, 32)} | {"at random": at_random}
    report("marked, within one bar", songs, methods, 1)
    started = time.perf_counter()
    found = [len(find_sections(song)) for song in read if isinstance(song, Song)]
    seconds = time.perf_counter() - started
    print(f"{len(found)} songs in {seconds:.1f} s; {np.mean(found):.1f} sections a song")


if __name__ == "__main__":
    main()
