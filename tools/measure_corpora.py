"""Measure the tunes that the shipped listener was trained on: the map's first population.

    python tools/measure_corpora.py FOLDER -o src/clinamen/listeners/songs.measures

FOLDER holds the corpora of ``tools/train_listener.py``. Each tune is heard by the listener of
searches with its own counts, and those of its variants, taken out, as in training. The file has
titles and measures, and none of the notes. The same data give the same bytes on one kind of
machine. One core, a few minutes.
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from _training import sha256_of
from train_listener import CORPORA

from clinamen.domains.music.editing import notes_in_ticks
from clinamen.domains.music.events import MelodyEvents, melody_events
from clinamen.domains.music.learned import Learned
from clinamen.domains.music.listener import Listener
from clinamen.domains.music.notes import Song
from clinamen.domains.music.projection import Alphabets, widened
from clinamen.domains.music.same_tune import opening_labels
from clinamen.domains.music.tunes.ear import Heard
from clinamen.domains.music.tunes.measures import MEASURES, measure_tunes
from clinamen.domains.music.tunes.population import Population, novelty
from clinamen.domains.music.tunes.tune import Tune
from clinamen.engine.measures import measure
from clinamen.errors import ClinamenError
from clinamen.io.jsonl import read_rows, song_of
from clinamen.io.measures_file import MeasureTable, write_measures
from clinamen.operations.listeners import QUICK_LISTENER, load_listener
from clinamen.operations.story.home import listener_agent
from clinamen.operations.text import clean

FEWEST_NOTES = 8
"""What is shorter is no tune but a call or a fragment; it stays out of the map."""

TITLE = 60
"""Letters of a title that are kept."""

FloatArray = npt.NDArray[np.float64]
Row = tuple[str, str, Song]


def read_all(folder: Path) -> Iterator[Row]:
    """Title, corpus and song of every tune."""
    for name in CORPORA:
        path = folder / f"{name}.jsonl"
        for place, row in read_rows(path):
            song = song_of(row, source=str(path), place=place)
            if song.melody.notes:
                yield clean(song.title)[:TITLE], name, song


def bits_apart(
    learned: Learned, heard: Sequence[MelodyEvents], labels: Sequence[int]
) -> list[tuple[FloatArray, FloatArray]]:
    """Information content and entropy of each melody, its tune taken out of the counts."""
    lens, options = learned.lens, learned.mixture.options
    mixture = lens.mixture(options)
    mixture.weights[:] = learned.mixture.weights
    alphabet = widened(Alphabets.of(heard)).of_target(lens.target)
    views = list(lens.views(heard, alphabet))
    mixture.count(views)
    groups: dict[int, list[int]] = {}
    for place, label in enumerate(labels):
        groups.setdefault(label, []).append(place)
    found: list[Any] = [None] * len(views)
    for group in groups.values():
        here = [views[place] for place in group]
        mixture.count(here, [-options.unit] * len(here))
        for place, view in zip(group, here, strict=True):
            found[place] = measure(mixture.predict(view), view.came)
        mixture.count(here, [options.unit] * len(here))
    return found


def measured(rows: Sequence[Row], listener: Listener) -> Population:
    """Where all tunes lie."""
    heard = [melody_events(song.melody) for _, _, song in rows]
    labels = opening_labels(heard)
    parts = [bits_apart(listener.learned[target], heard, labels) for target in ("onset", "pitch")]
    told = []
    for place, (title, corpus, song) in enumerate(rows):
        if len(song.melody.notes) < FEWEST_NOTES:
            continue
        bits, entropy = (np.stack([part[place][which] for part in parts]) for which in (0, 1))
        try:
            tune = Tune.of(notes_in_ticks(song.melody))
        except ClinamenError:
            continue
        (figures,) = measure_tunes(song, [tune], [Heard(bits, entropy)])
        told.append((title, corpus, tuple(figures.tolist())))
    return Population.of(told, len(MEASURES))


def novelty_of(population: Population) -> FloatArray:
    """How far each tune is from the others; it is not its own neighbour, nor are its copies."""
    spans = np.array([each.high - each.low for each in MEASURES])
    found = []
    for place in range(len(population)):
        others = np.delete(population.measures, place, axis=0)
        found.append(novelty(population.measures[place : place + 1], others, spans)[0])
    return np.array(found)


def main() -> None:
    """Measure the folder given, write the file, say what it is."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    options = parser.parse_args()
    rows = list(read_all(options.folder))
    population = measured(rows, load_listener(QUICK_LISTENER))
    facts = {
        "listener": {"name": QUICK_LISTENER, "sha256": listener_agent(QUICK_LISTENER).sha256},
        "corpora": [
            {
                "corpus": corpus,
                "what": about,
                "sha256": sha256_of(options.folder / f"{corpus}.jsonl"),
                "n_tunes": population.groups.count(corpus),
            }
            for corpus, about in CORPORA.items()
        ],
    }
    names = tuple(each.name for each in MEASURES)
    data = write_measures(MeasureTable(names, population, novelty_of(population), facts))
    options.output.write_bytes(data)
    print(
        f"{options.output}: {len(data):,} bytes, {len(population):,} tunes, "
        f"sha256 {hashlib.sha256(data).hexdigest()}"
    )
    for place, each in enumerate(MEASURES):
        cuts = np.percentile(population.measures[:, place], [1, 5, 50, 95, 99])
        print(f"  {each.name:<13}" + " ".join(f"{cut:8.3f}" for cut in cuts))


if __name__ == "__main__":
    main()
