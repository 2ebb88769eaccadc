"""What each part of the model of chords is worth.

    python bench/harmony_parts.py FOLDER [--rated FILE.jsonl]

Bits per chord on openewld.jsonl in FOLDER, five folds, without some experts or facts in turn.
With --rated (see `clinamen.bench.harmony`), instead, the correlation with people's surprise by
variants of the shipped recipe, trained on FOLDER as by tools/train_harmony.py.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

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


def predict(folder: Path) -> None:
    songs, labels = songs_of(folder / "openewld.jsonl")

    def show(name: str, figures: tuple[float, float]) -> None:
        print(f"{name:46} {figures[0]:.3f}  {figures[1]:.3f}", flush=True)

    show("as it is, all known", bits(songs, labels))
    for fact in ("melody", "timing", "key"):
        show(f"without {fact}", bits(songs, labels, CHORD_KNOWABLE - {fact}))
    show("chords alone", bits(songs, labels, frozenset()))
    for name, experts in EXPERTS.items():
        show(name, bits(songs, labels, experts=experts))
    for name, change in (
        ("one pass instead of three", {"n_passes": 1}),
        ("six passes", {"n_passes": 6}),
        ("smoothing 0.1 instead of 0.02", {"smoothing": 0.1}),
        ("equal weights, nothing learned", {"n_passes": 0}),
    ):
        show(name, bits(songs, labels, options=replace(CHORD_OPTIONS, **change)))


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
    parser.add_argument("--rated", type=Path, metavar="FILE.jsonl")
    options = parser.parse_args()
    if options.rated is None:
        predict(options.folder)
    else:
        agree(options.folder, options.rated)


if __name__ == "__main__":
    main()
