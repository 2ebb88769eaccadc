"""Choose a few experts for a quick listener, out of those that come with the project.

    python tools/choose_experts.py FOLDER --target pitch --n 16 --frames cpint,degree,cpitch
    python tools/choose_experts.py FOLDER --target onset --n 12
    python tools/choose_experts.py FOLDER --target pitch --n 13 --chords \\
        --frames cpint,degree,cpitch,chord_tone

FOLDER is that of tools/train_listener.py. All experts count nine tenths of the tunes. Notes of
the last tenth, as many of each corpus, are predicted by log-linear weights, one for each expert,
store and class of how often its context was seen. Experts are taken up one after the other:
the eight that promise most by a Newton step are tried, and the one stays whose bits are lowest
on notes that the weights were not fitted to. Prints those as it goes on, and the lines for
an expert file at the end. Half a minute to two minutes on one core, some gigabytes.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from train_listener import CORPORA, chords_of, read_all, usual_alphabets

from clinamen.domains.music.events import MelodyEvents, melody_events
from clinamen.domains.music.experts import Expert
from clinamen.domains.music.learned import Learned
from clinamen.domains.music.projection import widened
from clinamen.domains.music.same_tune import opening_labels
from clinamen.domains.music.song_events import song_events

FloatArray = npt.NDArray[np.float64]

SEED = 8
OFTEN = (1, 2, 4, 8, 17, 35, 71)
"""Bounds of the classes of how often a context was seen."""
RIDGE = 3.0
"""Weights are drawn to 0 as by so many notes that say nothing."""
LONGEST_STEP, DAMPING = 0.3, 0.8
N_TRIED, N_SWEEPS = 8, 4


@dataclass(frozen=True, eq=False)
class Said:
    """What each expert said at some notes.

    Parameters
    ----------
    votes
        Nats at weight 1 for each candidate, shape ``(T, 2, E, A)``: of what was heard before,
        and of this melody.
    classes
        Of how often the context was seen, shape ``(T, 2, E)``.
    came
        Candidate that came, shape ``(T,)``.
    """

    votes: npt.NDArray[np.float32]
    classes: npt.NDArray[np.int64]
    came: npt.NDArray[np.int64]

    def part(self, rows: slice) -> Said:
        """What was said at some of the notes."""
        return Said(self.votes[rows], self.classes[rows], self.came[rows])

    def expert(self, expert: int, store: int) -> tuple[FloatArray, npt.NDArray[np.int64]]:
        """Votes ``(T, A)`` and classes ``(T,)`` of one."""
        return self.votes[:, store, expert], self.classes[:, store, expert]


def probabilities(scores: FloatArray) -> FloatArray:
    """Scores to distributions, shape ``(T, A)``."""
    found: FloatArray = np.exp(scores - scores.max(axis=1, keepdims=True))
    found /= found.sum(axis=1, keepdims=True)
    return found


def bits(said: Said, scores: FloatArray) -> float:
    """Bits per note."""
    chances = probabilities(scores)[np.arange(len(said.came)), said.came]
    return float(-np.log2(chances).mean())


class Fit:
    """Weights of the experts taken up so far, shape ``(2, E, classes)``, and their scores."""

    def __init__(self, said: Said) -> None:
        self.said = said
        n_notes, n_stores, n_experts, n_alphabet = said.votes.shape
        self.weights = np.zeros((n_stores, n_experts, len(OFTEN) + 1))
        self.scores = np.zeros((n_notes, n_alphabet))

    def copy(self) -> Fit:
        """An independent fit in the same state."""
        other = Fit.__new__(Fit)
        other.said, other.weights = self.said, self.weights.copy()
        other.scores = self.scores.copy()
        return other

    def slope(self, chances: FloatArray, expert: int, store: int) -> tuple[FloatArray, FloatArray]:
        """Gradient and curvature of the log-likelihood in each class's weight."""
        votes, classes = self.said.expert(expert, store)
        mean = (chances * votes).sum(axis=1)
        spread = (chances * votes * votes).sum(axis=1) - mean**2
        above = votes[np.arange(len(mean)), self.said.came] - mean
        n_classes = self.weights.shape[2]
        gradient = np.bincount(classes, above, n_classes) - RIDGE * self.weights[store, expert]
        return gradient, np.bincount(classes, spread, n_classes) + RIDGE

    def promise(self, chances: FloatArray, expert: int) -> float:
        """What a Newton step on an expert's weights would add to the log-likelihood."""
        slopes = [self.slope(chances, expert, store) for store in range(2)]
        return float(sum((slope**2 / (2 * curve)).sum() for slope, curve in slopes))

    def sweep(self, experts: Sequence[int], n_times: int) -> Fit:
        """Newton steps on the weights of some experts, one after the other."""
        for expert in [*experts] * n_times:
            for store in range(2):
                gradient, curve = self.slope(probabilities(self.scores), expert, store)
                step = DAMPING * np.clip(gradient / curve, -LONGEST_STEP, LONGEST_STEP)
                self.weights[store, expert] += step
                self.scores += self._added(self.said, expert, store, step)
        return self

    def elsewhere(self, said: Said, experts: Sequence[int]) -> float:
        """Bits per note at other notes."""
        scores = np.zeros((len(said.came), said.votes.shape[3]))
        for expert in experts:
            for store in range(2):
                scores += self._added(said, expert, store, self.weights[store, expert])
        return bits(said, scores)

    @staticmethod
    def _added(said: Said, expert: int, store: int, weights: FloatArray) -> FloatArray:
        votes, classes = said.expert(expert, store)
        found: FloatArray = weights[classes][:, None] * votes
        return found


def chosen(
    said: Said, allowed: Sequence[int], names: Sequence[Expert], n_experts: int
) -> list[int]:
    """Experts in the order in which they are taken up."""
    half = len(said.came) // 2
    learning, judging = said.part(slice(half)), said.part(slice(half, None))
    fit, taken = Fit(learning), list[int]()
    while len(taken) < n_experts:
        chances = probabilities(fit.scores)
        left = [expert for expert in allowed if expert not in taken]
        left.sort(key=lambda expert: -fit.promise(chances, expert))
        tried = []
        for expert in left[:N_TRIED]:
            more = [*taken, expert]
            grown = fit.copy().sweep([expert], N_SWEEPS).sweep(more, 1)
            tried.append((grown.elsewhere(judging, more), expert, grown))
        _, expert, fit = min(tried, key=lambda each: each[:2])
        taken.append(expert)
        fit.sweep(taken, N_SWEEPS)
        cost = fit.elsewhere(judging, taken)
        print(f"{len(taken):3d} {cost:.4f} bits per note with {names[expert]}", flush=True)
    return taken


def split(heard: Sequence[MelodyEvents]) -> npt.NDArray[np.bool_]:
    """Which melodies are of the last tenth; variants of a tune stay together."""
    labels = np.array(opening_labels(heard))
    tunes = np.random.default_rng(SEED).permutation(np.unique(labels))
    found: npt.NDArray[np.bool_] = np.isin(labels, tunes[: len(tunes) // 10])
    return found


def some_notes(
    heard: Sequence[MelodyEvents], corpus: Sequence[int], n_notes: int
) -> list[tuple[int, int]]:
    """Melody and number of some notes, as many of each corpus, in random order."""
    rng = np.random.default_rng(SEED)
    found: list[tuple[int, int]] = []
    numbers = sorted(set(corpus))
    for number in numbers:
        here = [place for place, each in enumerate(corpus) if each == number]
        notes = [(place, note) for place in here for note in range(len(heard[place]))]
        few = rng.permutation(len(notes))[: n_notes // len(numbers)]
        found += [notes[place] for place in few]
    return [found[place] for place in rng.permutation(len(found))]


def listened(
    learned: Learned, heard: Sequence[MelodyEvents], notes: Sequence[tuple[int, int]],
    alphabet: npt.NDArray[np.int64],
) -> Said:  # fmt: skip
    """What all experts say at some notes."""
    mixture, views = learned.mixture, [*learned.lens.views(heard, alphabet)]
    told = [mixture.votes(views[melody], note) for melody, note in notes]
    counts = np.stack([each.counts for each in told]).astype(np.float32)
    return Said(
        np.log1p(counts / mixture.options.smoothing),
        np.searchsorted(OFTEN, np.stack([each.seen for each in told])),
        np.array([views[melody].came[note] for melody, note in notes]),
    )


def read(folder: Path, with_chords: bool) -> tuple[list[MelodyEvents], list[int]]:
    """Melodies, and the number of the corpus of each."""
    if with_chords:
        heard = [song_events(song) for song in chords_of(folder, "openewld")]
        return heard, [0] * len(heard)
    parts = [[*map(melody_events, read_all(folder / f"{name}.jsonl"))] for name in CORPORA]
    corpus = [number for number, part in enumerate(parts) for _ in part]
    return [events for part in parts for events in part], corpus


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--target", choices=("onset", "pitch"), required=True)
    parser.add_argument("--n", type=int, required=True, help="experts to choose")
    parser.add_argument("--frames", help="only those of these frames, with commas between")
    parser.add_argument("--chords", action="store_true", help="that look at chords besides")
    parser.add_argument("--notes", type=int, default=12000, help="notes to judge by")
    given = parser.parse_args()
    heard, corpus = read(given.folder, given.chords)
    apart = split(heard)
    alphabet = widened(usual_alphabets(heard)).of_target(given.target)
    learned = Learned.new(given.target, with_chords=given.chords)
    learned.count([events for events, last in zip(heard, apart, strict=True) if not last])
    some = [
        place
        for place in np.flatnonzero(apart).tolist()
        if given.target == "pitch" or np.isin(np.diff(heard[place].onset), alphabet).all()
    ]
    rest = [heard[place] for place in some]
    notes = some_notes(rest, [corpus[place] for place in some], given.notes)
    experts = learned.lens.experts
    frames = given.frames.split(",") if given.frames else {expert.frame for expert in experts}
    allowed = [place for place, expert in enumerate(experts) if expert.frame in frames]
    said = listened(learned, rest, notes, alphabet)
    for place in chosen(said, allowed, experts, given.n):
        print(experts[place])


if __name__ == "__main__":
    main()
