"""How well chords are predicted, and how well surprise at chords agrees with people.

A file has one JSON object a line, of one of two forms.

Rated sequences
    ``chords``, a list of objects with ``midi`` (sounding pitches); ``rated_index``, which of
    them was rated, from 0; ``surprisal_mean``, how surprising people found it, on any scale;
    and perhaps ``model_ic_bits_hvr``, its information content by a published model. Score: the
    correlation of mean surprise with information content by the shipped profile of harmony
    (`clinamen.domains.music.progression.profile`), which looks at the chords alone. Nothing
    is fitted to what is scored.
Songs
    As in `clinamen.io.jsonl`, with ``chords``, a list of ``[onset_quarters, symbol]``. Every
    song is predicted from those of the other folds; songs with the same title stay in one
    fold. Neighbours that are alike are one chord. Our model is measured with ever more known:
    chords alone, then the key, the timing and the melody, where the file has them. Beside it
    stands PPM with decay on the same symbols, root and quality, with the options that are
    best on a part of the training songs; and the classic model of the field, PPM with long and
    short-term memory, roots being counted from C, the first root, the root before and the
    tonic, all at once. Bits of the rest of a chord, its other tones and its bass, stand apart:
    these two do not predict them.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from clinamen.bench._apart import Telling
from clinamen.bench._chord_classic import ClassicModel
from clinamen.bench._chord_ratings import RatedChord, rated_chord
from clinamen.bench._decay import SYMBOLS, DecayModel, DecayOptions, choose_options, symbols_of
from clinamen.bench._machine import machine
from clinamen.bench.listeners import correlation
from clinamen.domains.music.notes import Song
from clinamen.domains.music.progression import HarmonyEvents, harmony_events, learn_chords
from clinamen.engine.ranks import rank_correlation
from clinamen.engine.resampling import Folds, kfold
from clinamen.errors import FormatError, ParameterError
from clinamen.io.jsonl import read_rows, song_of

__all__ = [
    "HarmonyRequest",
    "PredictedChords",
    "PredictedSongs",
    "RatedSequences",
    "bench_harmony",
    "chord_labels_of",
]

FloatArray = npt.NDArray[np.float64]

KNOWN_IN_TURN = ("key", "timing", "melody")
_N_DRAWS = 10_000
_INNER_FOLD = 10


@dataclass(frozen=True)
class HarmonyRequest:
    """What shall be measured.

    Parameters
    ----------
    path
        A file as the module describes it.
    n_folds
        For songs.
    seed
        Of the division into folds, and of the draws for the interval.

    Raises
    ------
    ParameterError
        If there are too few folds.
    """

    path: str
    n_folds: int = 10
    seed: int = 1

    def __post_init__(self) -> None:
        if self.n_folds < 2:
            raise ParameterError(f"there must be 2 folds or more, not {self.n_folds}")


@dataclass(frozen=True)
class RatedSequences:
    """Agreement with people.

    Parameters
    ----------
    file, n_sequences
        What was rated.
    listener
        Whose bits they are, in words.
    pearson, spearman
        Correlation of mean surprise with information content, and that of their ranks.
    interval
        Of Pearson's: the middle 95 % of 10,000 draws of sequences, with replacement.
    published
        Pearson's and Spearman's of the published model on the same sequences, by its name;
        and ``draws_below``, the share of the draws in which its Pearson's is below ours.
    """

    file: str
    n_sequences: int
    listener: str
    pearson: float
    spearman: float
    interval: tuple[float, float]
    published: Mapping[str, Mapping[str, float]]

    def to_plain(self) -> dict[str, Any]:
        """Everything as plain values."""
        return {"kind": "ratings", **asdict(self), "machine": machine()}


@dataclass(frozen=True)
class PredictedChords:
    """Bits of one model.

    Parameters
    ----------
    known
        What it looks at besides earlier chords.
    bits_per_chord_macro, bits_per_chord_micro
        Of root and quality: mean over songs, mean over chords.
    detail_macro, detail_micro
        Of the other tones and the bass, once these are known; None where not predicted.
    """

    known: tuple[str, ...]
    bits_per_chord_macro: float
    bits_per_chord_micro: float
    detail_macro: float | None = None
    detail_micro: float | None = None


@dataclass(frozen=True)
class PredictedSongs:
    """How well the chords of songs are predicted.

    Parameters
    ----------
    file, n_songs, n_chords, n_titles
        What was predicted.
    n_folds, seed
        How it was divided.
    models
        Ours, with ever more known.
    decay
        PPM with decay.
    decay_options
        Its options.
    classic
        The classic model, BOTH+.
    """

    file: str
    n_songs: int
    n_chords: int
    n_titles: int
    n_folds: int
    seed: int
    models: tuple[PredictedChords, ...]
    decay: PredictedChords
    decay_options: Mapping[str, Any]
    classic: PredictedChords

    @property
    def below_decay(self) -> float:
        """Share of bits that our model needs less than PPM with decay, knowing the same."""
        return self._below(self.decay)

    @property
    def below_classic(self) -> float:
        """Share of bits that our model needs less than the classic model, knowing the same."""
        return self._below(self.classic)

    def _below(self, other: PredictedChords) -> float:
        (same,) = (each for each in self.models if each.known == other.known)
        return 1 - same.bits_per_chord_macro / other.bits_per_chord_macro

    def to_plain(self) -> dict[str, Any]:
        """Everything as plain values."""
        plain = {"kind": "songs", **asdict(self), "below_decay": self.below_decay}
        return plain | {"below_classic": self.below_classic, "machine": machine()}


def bench_harmony(
    request: HarmonyRequest, telling: Telling | None = None
) -> RatedSequences | PredictedSongs:
    """Score by a file of rated sequences, or predict the songs of a file.

    Raises
    ------
    MissingError
        If there is no such file.
    FormatError
        If the file is empty, or at the first line that is not of the form of the first.
    ParameterError
        If there are fewer than two songs.
    """
    path = request.path
    name = "standard input" if path == "-" else Path(path).name
    rows = [(place, row) for place, row in read_rows(path)]
    if not rows:
        raise FormatError("there are only blank lines", source=path)
    if "rated_index" in rows[0][1]:
        rated = [rated_chord(row, source=path, place=place) for place, row in rows]
        return _agreement(name, rated, request.seed, telling)
    songs = [_song(row, path, place) for place, row in rows]
    return _predicted(name, songs, request, telling)


def _song(row: Mapping[str, Any], path: str, place: str) -> Song:
    song = song_of(row, source=path, place=place)
    if not song.harmony:
        raise FormatError("the song has no chords", source=path, place=place)
    return song


def _agreement(
    name: str, rated: Sequence[RatedChord], seed: int, telling: Telling | None
) -> RatedSequences:
    from clinamen.operations.harmony import load_harmony

    profile = load_harmony()
    bits = np.empty(len(rated))
    for place, each in enumerate(rated):
        bits[place] = profile.information_content(each.chords)[each.rated_index]
        if telling is not None:
            telling("sequences", place + 1, len(rated))
    people = np.array([each.surprise for each in rated])
    drawn = _drawn(people, bits, seed)
    low, high = np.quantile(drawn, (0.025, 0.975))
    published = [each.published for each in rated]
    theirs: dict[str, Mapping[str, float]] = {}
    if all(each is not None for each in published):
        values = np.array(published, dtype=np.float64)
        theirs["HVR"] = {
            "pearson": correlation(people, values),
            "spearman": rank_correlation(people, values),
            "draws_below": float(np.mean(_drawn(people, values, seed) < drawn)),
        }
    return RatedSequences(
        file=name,
        n_sequences=len(rated),
        listener=f"shipped profile of harmony {profile.name!r}",
        pearson=correlation(people, bits),
        spearman=rank_correlation(people, bits),
        interval=(float(low), float(high)),
        published=theirs,
    )


def _drawn(people: FloatArray, bits: FloatArray, seed: int) -> FloatArray:
    """Pearson's of draws with replacement, the same for every model, shape ``(_N_DRAWS,)``."""
    rng = np.random.default_rng(seed)
    draws = (rng.integers(len(bits), size=len(bits)) for _ in range(_N_DRAWS))
    return np.array([correlation(people[draw], bits[draw]) for draw in draws])


def chord_labels_of(songs: Sequence[Song]) -> list[Hashable]:
    """A label a song: the same for the same title, however it is set."""
    return [song.title.casefold().strip() or place for place, song in enumerate(songs)]


def _predicted(
    name: str, songs: Sequence[Song], request: HarmonyRequest, telling: Telling | None
) -> PredictedSongs:
    labels = chord_labels_of(songs)
    n_titles = len(set(labels))
    if n_titles < 2:
        raise ParameterError("to be predicted from others, there must be 2 songs or more")
    n_folds, seed = min(request.n_folds, n_titles), request.seed
    folds = kfold(len(songs), n_folds, np.random.default_rng(seed), groups=labels, seed=seed)
    job = _Job([harmony_events(song) for song in songs], labels, folds)
    options = job.decay_options()
    models = []
    for known in job.known_sets():
        what = "chords" + "".join(f", {fact}" for fact in known)
        told = None if telling is None else _told(telling, what)
        models.append(job.ours(known, told))
    return PredictedSongs(
        file=name,
        n_songs=len(songs),
        n_chords=sum(map(len, job.songs)),
        n_titles=n_titles,
        n_folds=n_folds,
        seed=seed,
        models=tuple(models),
        decay=job.decay(options),
        decay_options=asdict(options),
        classic=job.classic(),
    )


def _told(telling: Telling, what: str) -> Callable[[int, int], None]:
    return lambda done, total: telling(what, done, total)


@dataclass(frozen=True)
class _Job:
    """Songs and how they are divided."""

    songs: Sequence[HarmonyEvents]
    labels: Sequence[Hashable]
    folds: Folds

    def known_sets(self) -> list[tuple[str, ...]]:
        """Nothing, then one fact more after the other, where the songs have it."""
        there = {
            "key": any((events.tonic >= 0).any() for events in self.songs),
            "timing": True,
            "melody": any((events.melody >= 0).any() for events in self.songs),
        }
        facts = [fact for fact in KNOWN_IN_TURN if there[fact]]
        return [tuple(facts[:n]) for n in range(len(facts) + 1)]

    def ours(
        self, known: tuple[str, ...], progress: Callable[[int, int], None] | None
    ) -> PredictedChords:
        """Our model, learning each song of a fold after it was predicted."""
        chord: dict[int, FloatArray] = {}
        detail: dict[int, FloatArray] = {}
        for train, test in self.folds:
            learned = learn_chords(
                [self.songs[place] for place in train],
                frozenset(known),
                labels=[self.labels[place] for place in train],
            )
            for place in test:
                tables = learned.tables(self.songs[place])
                chord[place], detail[place] = tables.chord_bits, tables.detail_bits
                learned.count([self.songs[place]])
            if progress is not None:
                progress(len(chord), len(self.songs))
        return PredictedChords(known, *_means(chord), *_means(detail))

    def decay_options(self) -> DecayOptions:
        """The best for every tenth training song of the first fold, learnt from the others."""
        train, _ = next(iter(self.folds))
        songs = [self.songs[place] for place in train]
        kept = [song for place, song in enumerate(songs) if place % _INNER_FOLD]
        return choose_options(kept or songs, songs[::_INNER_FOLD])

    def decay(self, options: DecayOptions) -> PredictedChords:
        """PPM with decay, under the same conditions."""
        symbols = [symbols_of(events, options.symbols) for events in self.songs]
        bits: dict[int, FloatArray] = {}
        for train, test in self.folds:
            model = DecayModel(options)
            for place in train:
                model.learn(symbols[place])
            for place in test:
                bits[place] = model.bits(symbols[place])
                model.learn(symbols[place])
        known = ("key",) if options.symbols == "from_tonic" else ()
        return PredictedChords(known, *_means(bits))

    def classic(self) -> PredictedChords:
        """The classic model, under the same conditions."""
        known = self.known_sets()[1][:1]
        viewpoints = [which for which in SYMBOLS if which != "from_tonic" or known == ("key",)]
        bits: dict[int, FloatArray] = {}
        for train, test in self.folds:
            model = ClassicModel(viewpoints)
            for place in train:
                model.learn(self.songs[place])
            bits |= {place: model.bits(self.songs[place]) for place in test}
        return PredictedChords(known if "from_tonic" in viewpoints else (), *_means(bits))


def _means(bits: Mapping[int, FloatArray]) -> tuple[float, float]:
    """Over songs, and over chords."""
    by_song = [bits[place] for place in sorted(bits)]
    return float(np.mean([each.mean() for each in by_song])), float(np.concatenate(by_song).mean())
