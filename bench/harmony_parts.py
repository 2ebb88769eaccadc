"""What each part of the model of chords is worth.

    python bench/harmony_parts.py FOLDER [--set NAME] [--rated FILE.jsonl]

Bits per chord on NAME.jsonl in FOLDER (openewld), five folds, without some experts or facts in
turn.
With --rated (see `clinamen.bench.harmony`), instead, the correlation with people's surprise by
variants of the shipped recipe, trained on FOLDER as by tools/train_harmony.py.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from clinamen.bench._chord_ratings import RatedChord, rated_chord
from clinamen.bench.harmony import chord_labels_of
from clinamen.bench.listeners import correlation
from clinamen.domains.music.progression import (
    ChordExpert,
    HarmonyEvents,
    LearnedChords,
    harmony_events,
    learn_chords,
    untimed_events,
)
from clinamen.domains.music.progression.experts import CHORD_KNOWABLE, default_chord_experts
from clinamen.domains.music.progression.learned import CHORD_OPTIONS
from clinamen.domains.music.progression.profile import LONG_TERM_TRUST, flattened
from clinamen.engine.mixture import MixtureOptions
from clinamen.engine.resampling import kfold
from clinamen.io.jsonl import read_rows, song_of

FloatArray = npt.NDArray[np.float64]
ALL = (*default_chord_experts("chord"), *default_chord_experts("detail"))
N_FOLDS, SEED = 5, 7


def without(is_out: Callable[[str, str], bool]) -> tuple[ChordExpert, ...]:
    """All experts but those whose frame or one of whose components (and frame) is out."""
    return tuple(e for e in ALL if not any(is_out(e.frame, name) for name in e.looks_at))


_LAGS = ("@3", "@4", "@5", "@6")
COPIES = ("loop", "ago", "same", "bars", "last_kind")
GUESSED = ("guessed", "tune_guessed")
EXPERTS = {
    "without copies (loops, bars and chords ago)": without(lambda f, n: n.startswith(COPIES)),
    "without the guessed key": without(lambda f, n: "guess" in f or n.startswith(GUESSED)),
    "without the first root": without(lambda f, n: f == "on_first"),
    "without contexts of three chords and more": without(lambda f, n: n[-2:] in _LAGS),
}


def songs_of(path: Path) -> tuple[list[HarmonyEvents], list[object]]:
    """Progressions of a file, and labels, the same for the same title."""
    rows = read_rows(path)
    songs = [song_of(row, source=str(path), place=place) for place, row in rows]
    kept = [song for song in songs if song.harmony]
    return [harmony_events(song) for song in kept], list(chord_labels_of(kept))


def bits(
    songs: Sequence[HarmonyEvents],
    labels: Sequence[object],
    known: frozenset[str] = CHORD_KNOWABLE,
    experts: Sequence[ChordExpert] | None = None,
    options: MixtureOptions = CHORD_OPTIONS,
) -> tuple[float, float]:
    """Of root and quality, and of the rest: means over songs."""
    found = []
    rng = np.random.default_rng(SEED)
    for train, test in kfold(len(songs), N_FOLDS, rng, groups=labels, seed=SEED):
        learned = learn_chords(
            [songs[place] for place in train],
            known,
            labels=[labels[place] for place in train],
            experts=experts,
            options=options,
        )
        for place in test:
            tables = learned.tables(songs[place])
            found.append((tables.chord_bits.mean(), tables.detail_bits.mean()))
            learned.count([songs[place]])
    chord, detail = np.mean(found, axis=0)
    return float(chord), float(detail)


VARIANTS: dict[str, dict[str, Any]] = {
    "as it is, all known": {},
    **{f"without {fact}": {"known": CHORD_KNOWABLE - {fact}} for fact in sorted(CHORD_KNOWABLE)},
    "chords alone": {"known": frozenset()},
    **{name: {"experts": experts} for name, experts in EXPERTS.items()},
    "one pass instead of three": {"options": replace(CHORD_OPTIONS, n_passes=1)},
    "six passes": {"options": replace(CHORD_OPTIONS, n_passes=6)},
    "smoothing 0.1 instead of 0.02": {"options": replace(CHORD_OPTIONS, smoothing=0.1)},
    "equal weights, nothing learned": {"options": replace(CHORD_OPTIONS, n_passes=0)},
}


def predict(path: Path, only: str) -> None:
    songs, labels = songs_of(path)
    for name, changed in VARIANTS.items():
        if only in name:
            chord, detail = bits(songs, labels, **changed)
            print(f"{name:46} {chord:.3f}  {detail:.3f}", flush=True)


def rated_bits(member: LearnedChords, rated: Sequence[RatedChord]) -> Iterator[list[object]]:
    """Of every rated chord: row, what came, bits of the kind, bits of an unknown one."""
    for each in rated:
        tables = member.tables(untimed_events(each.chords, merge=False))
        place = each.rated_index
        came = tables.chord.came[place]
        extra = tables.detail.extra_bits[place]
        yield [tables.chords[place], came, tables.detail_bits[place] - extra, extra]


def agree(folder: Path, path: Path) -> None:
    rated = [rated_chord(row, source=str(path), place=place) for place, row in read_rows(path)]
    people = np.array([each.surprise for each in rated])
    for trust in (1.0, LONG_TERM_TRUST):
        said = []
        for name in ("openewld", "pop909_chords"):
            songs, labels = songs_of(folder / f"{name}.jsonl")
            member = flattened(learn_chords(songs, frozenset(), labels=labels), trust)
            said.append(list(rated_bits(member, rated)))
            show_agreement(f"{name} alone, trust {trust}", people, said[-1:])
        show_agreement(f"both, trust {trust}", people, said)


def show_agreement(name: str, people: FloatArray, said: Sequence[list[list[object]]]) -> None:
    chord, detail, extra = [], [], []
    for members in zip(*said, strict=True):
        pooled = np.exp(np.mean([np.log(row) for row, *_ in members], axis=0))
        chord.append(-np.log2(pooled[members[0][1]] / pooled.sum()))
        detail.append(np.mean([each[2] for each in members]))
        extra.append(np.mean([each[3] for each in members]))
    one, two, three = (np.array(each, dtype=float) for each in (chord, detail, extra))
    figures = [correlation(people, each) for each in (one, two, one + two, one + two + three)]
    names = ("root and quality", "rest", "both", "unknown kinds spelled out")
    told = ", ".join(f"{what} {figure:.3f}" for what, figure in zip(names, figures, strict=True))
    print(f"{name:34} {told}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--set", default="openewld", metavar="NAME")
    parser.add_argument("--only", default="", metavar="TEXT", help="variants with TEXT in the name")
    parser.add_argument("--rated", type=Path, metavar="FILE.jsonl")
    options = parser.parse_args()
    if options.rated is None:
        predict(options.folder / f"{options.set}.jsonl", options.only)
    else:
        agree(options.folder, options.rated)


if __name__ == "__main__":
    main()
