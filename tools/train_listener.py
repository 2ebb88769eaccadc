"""Train the shipped listener from melodies in JSON lines.

    python tools/train_listener.py FOLDER -o src/clinamen/listeners/songs.listener
    python tools/train_listener.py FOLDER --quick -o src/clinamen/listeners/songs_quick.listener

FOLDER holds lieder.jsonl, openewld.jsonl, openhymnal.jsonl and folk_pd.jsonl (see
clinamen.io.jsonl). The learned mixture hears all of them, the classic model those with
words. The quick listener has heard the same melodies with a few experts, on onset and pitch
only: it is for searches that hear thousands of tunes a second. The same data give the same
bytes on one kind of machine. One core, some minutes; half a minute for the quick one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
from _training import main, read_chord_songs, read_corpora, sha256_of

from clinamen.domains.music.events import MelodyEvents, melody_events
from clinamen.domains.music.experts import Expert, Experts, quick_experts
from clinamen.domains.music.harmony import in_a_key
from clinamen.domains.music.learned import HEARD_KNOWN, Learned
from clinamen.domains.music.listener import Listener
from clinamen.domains.music.notes import Melody, Song
from clinamen.domains.music.progression import LearnedChords, harmony_events, learn_chords
from clinamen.domains.music.projection import Alphabets, inter_onset_intervals
from clinamen.domains.music.song_events import song_events
from clinamen.domains.music.training import (
    Course,
    TrainingOptions,
    first_lessons,
    opening_labels,
    train,
)
from clinamen.engine.mixture import MixtureOptions
from clinamen.io.jsonl import read_melodies
from clinamen.io.listener_file import write_listener

SONGS = {
    "openewld": "popular songs up to about 1930 (OpenEWLD; scores public domain)",
    "openhymnal": "hymns, soprano (Open Hymnal; marked public domain, 12 of 300 less clear)",
    "lieder": "art songs, vocal lines (OpenScore Lieder; CC0)",
}
CORPORA = SONGS | {
    "folk_pd": "tunes from old printed books (O'Neill, Aird, Ryan; public domain by age, "
    "the transcribers' licence is not stated)",
}
VIEWPOINTS = {
    "pitch": "cpint*cpintfref, cpint*posinbar, cpitch",
    "onset": "bioi*posinbar",
    "duration": "dur*posinbar",
}
LONGEST_CONTEXT = 6
CHORD_SONGS = {
    "openewld": SONGS["openewld"],
    "pop909_chords": "chord progressions of pop songs (POP909; MIT)",
}
OPTIONS = TrainingOptions(mixture=MixtureOptions(n_passes=2))
FEWEST = 4
"""Contexts seen less often are left out of the file, which then has half the size
(docs/decisions/0009)."""
FEWEST_WITH_TIME = 20
"""Times between onsets that came in fewer melodies are no candidates of the quick listener, but
where a song has them."""


def read_songs(path: Path) -> Iterator[Melody]:
    """Melodies of a file for the classic model: those in one line and a known key."""
    return (melody for melody in read_melodies(path, overlaps="skip") if melody.keys)


def read_all(path: Path) -> Iterator[Melody]:
    """Melodies of a file for the learned mixture."""
    return read_melodies(path, overlaps="skyline")


def chords_of(folder: Path, name: str) -> Iterator[Song]:
    """Songs with chords, from the first one on that has a root: what is silent before it tells
    of recordings, not of songs. A key that is not told is estimated from the chords.
    """
    for song in read_chord_songs(folder / f"{name}.jsonl"):
        first = next((span for span in song.harmony if span.chord.root is not None), None)
        if first is None:
            continue
        begun = [each for each in song.chords if each.onset_quarters >= first.onset_quarters]
        song = song.replace(chords=tuple(begun))
        yield in_a_key(song)


def train_chords(folder: Path) -> dict[str, LearnedChords]:
    """Chords over a melody from lead sheets, chords alone from those and from pop songs."""
    sheets = list(chords_of(folder, "openewld"))
    pop = list(chords_of(folder, "pop909_chords"))
    found = {}
    for known, songs in (("key melody timing", sheets), ("key timing", sheets + pop)):
        titles = [song.title or number for number, song in enumerate(songs)]
        events = [harmony_events(song) for song in songs]
        found[known] = learn_chords(events, frozenset(known.split()), labels=titles)
    return found


def train_over_chords(folder: Path, experts: Sequence[Expert] | None = None) -> dict[str, Learned]:
    """Pitch over chords that are given, from lead sheets alone: other melodies have none."""
    heard = tuple(song_events(song) for song in chords_of(folder, "openewld"))
    options = TrainingOptions(targets=("pitch",))
    known = HEARD_KNOWN["pitch"] | {"chords"}
    begun = {"pitch": Learned.new("pitch", Experts("pitch", experts, known))}
    course = Course(heard, opening_labels(heard), options, begun)
    return train(course, first_lessons(course))


def train_songs(folder: Path) -> Listener:
    """A listener that has heard all corpora in order."""
    listener = Listener(name="songs", viewpoints=VIEWPOINTS, longest_context=LONGEST_CONTEXT)
    songs, classic = read_corpora(folder, SONGS, read_songs)
    listener.learn(songs)
    melodies, listener.facts = read_corpora(folder, CORPORA, read_all)
    heard = tuple(melody_events(melody) for melody in melodies)
    course = Course(heard, opening_labels(heard), OPTIONS)
    costs: dict[str, tuple[float, ...]] = {}
    listener.learned = train(
        course,
        first_lessons(course),
        keep=lambda lessons: costs.update({each.target: each.costs for each in lessons}),
    )
    listener.with_chords = train_over_chords(folder)
    listener.harmony = train_chords(folder)
    listener.facts |= {
        "chords": [
            {"corpus": name, "what": what, "sha256": sha256_of(folder / f"{name}.jsonl")}
            for name, what in CHORD_SONGS.items()
        ],
        "classic": classic["corpora"],
        "mixture": asdict(OPTIONS) | {"fewest": FEWEST, "bits_by_pass": costs},
    }
    listener.alphabets = Alphabets.of(heard)
    listener.n_melodies, listener.n_notes = len(heard), sum(map(len, heard))
    return listener


def usual_alphabets(heard: Sequence[MelodyEvents]) -> Alphabets:
    """All that came, but only the times between onsets that came in some melodies."""
    everything = Alphabets.of(heard)
    times = np.concatenate([np.unique(inter_onset_intervals(events)) for events in heard])
    values, n_melodies = np.unique(times, return_counts=True)
    return replace(everything, onset=values[n_melodies >= FEWEST_WITH_TIME])


def train_quick(folder: Path) -> Listener:
    """A listener of few experts that has heard all corpora in order."""
    listener = Listener(name="songs_quick", viewpoints={})
    melodies, listener.facts = read_corpora(folder, CORPORA, read_all)
    heard = tuple(melody_events(melody) for melody in melodies)
    options = replace(OPTIONS, targets=("onset", "pitch"))
    begun = {
        target: Learned.new(
            target, Experts(target, quick_experts(target), known=HEARD_KNOWN[target])
        )
        for target in options.targets
    }
    course = Course(heard, opening_labels(heard), options, begun)
    costs: dict[str, tuple[float, ...]] = {}
    listener.learned = train(
        course,
        first_lessons(course),
        keep=lambda lessons: costs.update({each.target: each.costs for each in lessons}),
    )
    listener.with_chords = train_over_chords(folder, quick_experts("pitch", with_chords=True))
    listener.facts |= {
        "mixture": asdict(OPTIONS) | {"fewest": FEWEST, "bits_by_pass": costs},
    }
    listener.alphabets = usual_alphabets(heard)
    listener.n_melodies, listener.n_notes = len(heard), sum(map(len, heard))
    return listener


if __name__ == "__main__":
    main(
        __doc__ or "",
        train_songs,
        lambda listener: write_listener(listener, fewest=FEWEST),
        quick=train_quick,
    )
