"""Two listeners that share no tune: one makes, the other judges; and songs that are new to both.

Where the shipped listener makes, the judge learns most of the folk songs and chorales that come
with music21, and the songs are others of them. Where a folder of songs is given, both learn
parts of it. Tunes are divided by how they open (`clinamen.domains.music.same_tune`), so that
variants of a tune stay together. What was learnt is kept in the user's cache folder, under a
hash of the songs and settings.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import clinamen
from clinamen.domains.music.events import melody_events
from clinamen.domains.music.experts import default_experts
from clinamen.domains.music.listener import Listener
from clinamen.domains.music.notes import Song
from clinamen.domains.music.same_tune import opening_labels
from clinamen.domains.music.song_events import chord_columns
from clinamen.errors import ClinamenError, MissingError, ParameterError

__all__ = [
    "Division",
    "cache_folder",
    "divide",
    "folk_songs",
    "no_common_tune",
    "same_corpora",
    "songs_in",
    "taught",
    "without",
]

TARGETS = ("onset", "pitch")
"""What swerves and compositions are measured on."""

N_PASSES = 2
SEED = 5

FEWEST_WITH_CHORDS = 50
CHORDS_KNOWN = ("key timing", "key melody timing")
"""What is known of a song beside its chords, as in the shipped listener."""

Telling = Callable[[str, int, int], None]


@dataclass(frozen=True, eq=False)
class Division:
    """Songs in parts that have no tune in common.

    Parameters
    ----------
    generator, judge
        What each of them learns. The first is empty where the shipped listener makes.
    songs
        New to both: they are swerved.
    """

    generator: tuple[Song, ...]
    judge: tuple[Song, ...]
    songs: tuple[Song, ...]


def divide(
    songs: Sequence[Song],
    shares: tuple[float, float],
    *,
    most_notes: int | None = None,
    seed: int = SEED,
) -> Division:
    """Divide songs at random, all variants of a tune together.

    Parameters
    ----------
    shares
        Of the tunes that the generator and the judge learn; the others are new to both.
    most_notes
        As soon as a listener's part has so many, the tunes left over are used for nothing;
        None: all are used.

    Raises
    ------
    ParameterError
        If a part that must not be empty is.
    """
    labels = opening_labels([melody_events(song.melody) for song in songs])
    tunes = np.random.default_rng(seed).permutation(sorted(set(labels)))
    ends = np.rint(np.cumsum(shares) * len(tunes)).astype(int)
    part_of = {
        int(tune): int(np.searchsorted(ends, place, side="right"))
        for place, tune in enumerate(tunes)
    }
    order = {int(tune): place for place, tune in enumerate(tunes)}
    parts: list[list[Song]] = [[], [], []]
    n_notes = [0, 0, 0]
    for label, song in sorted(zip(labels, songs, strict=True), key=lambda pair: order[pair[0]]):
        part = part_of[label]
        if part == 2 or most_notes is None or n_notes[part] < most_notes:
            parts[part].append(song)
            n_notes[part] += len(song.melody.notes)
    if not parts[1] or not parts[2] or (shares[0] and not parts[0]):
        raise ParameterError(
            f"{len(set(labels))} different tunes are too few to be divided between a listener "
            "that makes, one that judges, and songs that are new to both"
        )
    return Division(tuple(parts[0]), tuple(parts[1]), tuple(parts[2]))


def without(songs: Sequence[Song], others: Sequence[Song]) -> list[Song]:
    """Those songs that do not open like any of the others."""
    labels = opening_labels([melody_events(song.melody) for song in (*songs, *others)])
    known = set(labels[len(songs) :])
    return [song for song, label in zip(songs, labels, strict=False) if label not in known]


def no_common_tune(one: Sequence[Song], other: Sequence[Song]) -> None:
    """Check that no tune of some songs opens like one of others.

    Raises
    ------
    ParameterError
        If one does.
    """
    labels = opening_labels([melody_events(song.melody) for song in (*one, *other)])
    common = set(labels[: len(one)]) & set(labels[len(one) :])
    if common:
        n_tunes = "a tune" if len(common) == 1 else f"{len(common)} tunes"
        raise ParameterError(f"generator, judge and songs must not share {n_tunes}")


def folk_songs() -> list[Song]:
    """All folk songs and chorales of the corpus that comes with music21.

    Raises
    ------
    MissingError
        If music21 is not installed.
    """
    from clinamen.bench._corpora import chorales, essen

    melodies = (*essen(".*").melodies, *chorales().melodies)
    return [Song(melody) for melody in melodies if len(melody.notes) > 1]


def songs_in(files: Sequence[str]) -> list[Song]:
    """Songs with a melody, from files, corpora and folders.

    Raises
    ------
    MissingError
        If there is no such file.
    FormatError
        At the first song that cannot be read.
    """
    from clinamen.io._source import read_bytes
    from clinamen.io.files import songs_of
    from clinamen.operations._learn_songs import music_files

    found: list[Song] = []
    for name in music_files(files):
        for song in songs_of(read_bytes(name), name, need_melody=False):
            if isinstance(song, ClinamenError):
                raise song
            if len(song.melody.notes) > 1:
                found.append(song)
    if not found:
        raise MissingError(f"{', '.join(files)}: there are no songs with a melody")
    return found


def taught(name: str, songs: Sequence[Song], telling: Telling | None = None) -> Listener:
    """A listener that has learnt some songs and nothing else, perhaps from the cache.

    Its weights are its own too: they begin with none, not with those of the shipped listener.

    Raises
    ------
    MissingError
        If the cache folder cannot be made.
    """
    from clinamen.operations.listeners import load_listener, save_listener

    path = cache_folder() / f"{name}-{_key(songs)}.listener"
    if not path.exists():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise MissingError(
                f"{path.parent}: no folder to keep listeners in ({error.strerror}); "
                "CLINAMEN_CACHE can name another"
            ) from None
        save_listener(_learnt(name, songs, telling), path)
    # From its file also the first time: what came once only is left out there.
    return load_listener(path)


def _learnt(name: str, songs: Sequence[Song], telling: Telling | None) -> Listener:
    from clinamen.domains.music.training import forget
    from clinamen.operations._learn_songs import gather
    from clinamen.operations._learn_train import learnt
    from clinamen.operations.learn import LearnSettings, Watcher
    from clinamen.operations.listeners import NEW_LISTENER

    settings = LearnSettings(name=name, targets=TARGETS, n_passes=N_PASSES, weights=NEW_LISTENER)
    watcher = Watcher() if telling is None else Watcher(learning=_told(telling, name))
    try:
        listener = learnt(gather(list(songs), "", watcher.error), settings, watcher, None).listener
    finally:
        forget()
    _learn_harmony(listener, [song for song in songs if chord_columns(song)])
    return listener


def _learn_harmony(listener: Listener, songs: Sequence[Song]) -> None:
    """Expectation of chords, where there are enough songs with chords to learn it from."""
    from clinamen.domains.music.harmony import in_a_key
    from clinamen.domains.music.progression import harmony_events, learn_chords

    if len(songs) < FEWEST_WITH_CHORDS:
        return
    events = [harmony_events(in_a_key(song)) for song in songs]
    for known in CHORDS_KNOWN:
        listener.harmony[known] = learn_chords(events, frozenset(known.split()))


def _told(telling: Telling, name: str) -> Callable[[str, int, int], None]:
    return lambda target, done, total: telling(f"{name} learns {target}", done, total)


def _key(songs: Sequence[Song]) -> str:
    """Tells what is learnt, and by which experts, from anything else."""
    experts = [[str(each) for each in default_experts(target)] for target in TARGETS]
    digest = hashlib.sha256(repr((clinamen.__version__, N_PASSES, experts)).encode())
    for song in songs:
        melody = song.melody
        notes = [(n.onset_quarters, n.duration_quarters, n.pitch) for n in melody.notes]
        told = (notes, melody.keys, melody.meters, melody.bar_onsets, song.chords)
        digest.update(repr(told).encode())
    return digest.hexdigest()[:16]


def cache_folder() -> Path:
    """Where listeners of the benchmark are kept: ``CLINAMEN_CACHE``, or as the system has it."""
    given = os.environ.get("CLINAMEN_CACHE")
    if given:
        return Path(given)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home())) / "clinamen" / "cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "clinamen"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "clinamen"


def same_corpora(one: Listener, other: Listener) -> list[str]:
    """Names of corpora that are on record in both, by their hashes."""
    known = {corpus["sha256"]: corpus["corpus"] for corpus in _corpora(one)}
    return sorted({known[each["sha256"]] for each in _corpora(other) if each["sha256"] in known})


def _corpora(listener: Listener) -> list[dict[str, str]]:
    given = listener.facts.get("corpora", ())
    found = given if isinstance(given, list | tuple) else ()
    return [each for each in found if isinstance(each, dict) and {"sha256", "corpus"} <= set(each)]
