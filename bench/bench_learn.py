"""What a listener of few songs is worth, and where its weights had best begin.

    python bench/bench_learn.py [SET]

SET is the beginning of a file name of the Essen collection (music21's corpus, extra
`bench`), ``erk20`` by default. Bits per note, mean over 50 tunes that none of the
listeners has learnt: pitch, onset, duration.
"""

from __future__ import annotations

import sys

import numpy as np

import clinamen
from clinamen.bench._corpora import essen
from clinamen.domains.music import training

TARGETS = ("pitch", "onset", "duration")
N_TESTED = 50


def main(name: str) -> None:
    """Print a table."""
    melodies = [melody.replace(phrase_starts=()) for melody in essen(f"{name}.*").melodies]
    order = np.random.default_rng(0).permutation(len(melodies))
    tested = [melodies[place] for place in order[:N_TESTED]]
    shipped = clinamen.load_listener()
    print(f"| songs of {name} learnt | {' | '.join(TARGETS)} |")
    print(f"| --- |{' --- |' * len(TARGETS)}")
    tell("none: the shipped listener", shipped, tested)
    for n_songs in (3, 12, 50, 200):
        songs = [melodies[place] for place in order[N_TESTED:][:n_songs]]
        tell(f"{n_songs}, weights from none", clinamen.learn(songs, weights="new"), tested)
        tell(f"{n_songs}, weights halfway", clinamen.learn(songs), tested)
        training.HALFWAY, halfway = 1.0, training.HALFWAY
        tell(f"{n_songs}, weights of the shipped listener", clinamen.learn(songs), tested)
        training.HALFWAY = halfway
        tell(f"{n_songs}, added to it", clinamen.learn(songs, add_to=shipped), tested)


def tell(what: str, listener: clinamen.Listener, tested: list[clinamen.Melody]) -> None:
    """Print one row."""
    bits = [
        np.mean([listener.hear(song, target=target).mean_information_content for song in tested])
        for target in TARGETS
    ]
    print(f"| {what} | {' | '.join(f'{each:.3f}' for each in bits)} |", flush=True)


if __name__ == "__main__":
    main(*(sys.argv[1:] or ["erk20"]))
