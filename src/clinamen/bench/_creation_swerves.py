"""Songs are swerved, and every variant is heard by all ears."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from clinamen.bench._creation_ears import (
    JUDGE,
    TARGET_OF,
    Ear,
    break_of,
    event_onsets,
    phrase_starts,
)
from clinamen.domains.music.breaks import NOTES_TO_COME_HOME, Break
from clinamen.domains.music.listener import Listener
from clinamen.domains.music.notes import Song
from clinamen.domains.music.places import Place, bar_and_beat, beat_span, onset_of
from clinamen.errors import ClinamenError
from clinamen.operations.variant import Variant

__all__ = ["ANY", "Asked", "Outdone", "Propose", "Refused", "Swerve", "Swerved", "asked_of",
           "measured", "swerve_all", "usable"]  # fmt: skip

FloatArray = npt.NDArray[np.float64]

ANY = "any"

KINDS = ("pitch", ANY, "rhythm", "silence")

FEWEST_NOTES, FEWEST_PHRASES = 24, 3
"""Shorter songs have too little that could be broken."""

Swerve = Callable[["Asked", Song], Sequence[Variant]]
"""Makes ranked variants of a song, the best first."""

Propose = Callable[[Song, str, float], Sequence[Place]]
"""Places for a break of a kind with a contrast in bits, the best first."""


@dataclass(frozen=True)
class Asked:
    """One break that is asked for.

    Parameters
    ----------
    song
        Number of the song.
    chosen
        ``at random`` or ``proposed``.
    place
        Bar and beat.
    onset_quarters
        The same in quarters.
    kind
        One of `TARGET_OF`, or `ANY`.
    strength
        Its name.
    bits
        Contrast that is asked for.
    """

    song: int
    chosen: str
    place: Place
    onset_quarters: Fraction
    kind: str
    strength: str
    bits: float


@dataclass(frozen=True)
class Outdone:
    """The note of a phrase that was more surprising than the break.

    Parameters
    ----------
    steps
        How many notes after the break; before it below 0.
    starts_phrase
        Whether it is the first of its phrase.
    is_new
        Whether it was changed, or is in the source as it is here.
    excess_bits
        How much more it costs.
    """

    steps: int
    starts_phrase: bool
    is_new: bool
    excess_bits: float


@dataclass(frozen=True)
class Swerved:
    """One variant as the ears hear it.

    Parameters
    ----------
    asked
        What it was made for.
    kind
        What was broken.
    rank
        Among the variants of one place, from 1.
    in_beat
        Whether the note that breaks begins in the chosen beat.
    breaks
        By ear, measured on what the kind breaks.
    joint
        By ear, measured on onset and pitch together; the same for harmony.
    outdone
        By the judge; None where the break is the peak of its phrase.
    song
        The variant itself.
    """

    asked: Asked
    kind: str
    rank: int
    in_beat: bool
    breaks: Mapping[str, Break]
    joint: Mapping[str, Break]
    outdone: Outdone | None
    song: Song = field(repr=False)


@dataclass(frozen=True)
class Refused:
    """What was asked for and not made, and why."""

    asked: Asked
    why: str


def usable(song: Song) -> bool:
    """Whether a song is long enough to be swerved."""
    melody = song.melody
    return len(melody.notes) >= FEWEST_NOTES and len(melody.phrase_starts) >= FEWEST_PHRASES


def asked_of(
    songs: Sequence[Song],
    listener: Listener,
    strengths: Mapping[str, float],
    n_places: int,
    seed: int,
    propose: Propose | None = None,
) -> list[Asked]:
    """What is asked of every song: places at random, and as many that the product proposes.

    Random places are notes after the first phrase, with as many notes after them as a return
    may take, at which the listener was surer of the pitch than at most notes of the song.
    Kinds and strengths are dealt out like cards, so that each goes with each.
    """
    rng = np.random.default_rng(seed)
    decks = {has: _deck(has, tuple(strengths), rng) for has in (False, True)}
    found: list[Asked] = []
    for number, song in enumerate(songs):
        wanted: list[Place | None] = [*_random_places(song, listener, n_places, rng)]
        wanted += [None] * (n_places if propose is not None else 0)
        taken: list[Place] = []
        for place in wanted:
            kind, strength = next(decks[bool(song.chords)])
            bits, chosen = strengths[strength], "at random"
            if place is None and propose is not None:
                chosen = "proposed"
                place = next((e for e in propose(song, kind, bits) if e not in taken), None)
            if place is not None:
                taken.append(place)
                onset = onset_of(song.melody, place)
                found.append(Asked(number, chosen, place, onset, kind, strength, bits))
    return found


def _deck(
    has_chords: bool, strengths: tuple[str, ...], rng: np.random.Generator
) -> Iterator[tuple[str, str]]:
    """Every kind with every strength, shuffled and dealt out again and again."""
    kinds = (*KINDS, "harmony") if has_chords else KINDS
    pairs = [(kind, strength) for kind in kinds for strength in strengths]
    while True:
        yield from (pairs[int(place)] for place in rng.permutation(len(pairs)))


def _random_places(
    song: Song, listener: Listener, n_places: int, rng: np.random.Generator
) -> list[Place]:
    melody = song.melody
    entropy = listener.hear(song, target="pitch", model="mixture").entropy
    second = melody.phrase_starts[1] if len(melody.phrase_starts) > 1 else 1
    last = len(melody.notes) - NOTES_TO_COME_HOME
    sure = [note for note in range(second, last) if entropy[note] <= np.median(entropy)]
    drawn = rng.permutation(sure)[:n_places]
    return [bar_and_beat(melody, melody.notes[int(each)].onset_quarters) for each in drawn]


def swerve_all(
    songs: Sequence[Song], asked: Sequence[Asked], swerve: Swerve, ears: Sequence[Ear]
) -> Iterator[list[Swerved] | Refused]:
    """Variants of what is asked, in turn, each measured."""
    for each in asked:
        song = songs[each.song]
        try:
            variants = swerve(each, song)
        except ClinamenError as error:
            yield Refused(each, str(error))
            continue
        if not variants:
            yield Refused(each, "no variants")
            continue
        yield [measured(each, song, variant, ears) for variant in variants]


def measured(asked: Asked, source: Song, variant: Variant, ears: Sequence[Ear]) -> Swerved:
    """A variant as the ears hear it, by nothing it says of itself but its kind and note."""
    song, kind, note = variant.song, variant.kind, variant.note
    ears = [ear for ear in ears if kind != "harmony" or ear.hears_chords]
    heard = {ear.name: ear.hear(song) for ear in ears}
    where = asked.onset_quarters
    breaks = {name: break_of(each, kind, note, where) for name, each in heard.items()}
    joint = breaks
    if kind != "harmony":
        joint = {name: break_of(each, kind, note, where, "joint") for name, each in heard.items()}
    start, end = beat_span(source.melody, where)
    judge = heard.get(JUDGE)
    return Swerved(
        asked=asked,
        kind=kind,
        rank=variant.rank,
        in_beat=start <= event_onsets(song, kind)[note] < end,
        breaks=breaks,
        joint=joint,
        outdone=None
        if judge is None or breaks[JUDGE].is_peak
        else _outdone(variant, judge.bits(TARGET_OF[kind])),
        song=song,
    )


def _outdone(variant: Variant, bits: FloatArray) -> Outdone:
    """The most surprising event of the phrase of a break that is not it."""
    note = variant.note
    starts = sorted({0, *phrase_starts(variant.song, variant.kind), len(bits)})
    number = int(np.searchsorted(starts, note, side="right")) - 1
    first, end = starts[number], starts[number + 1]
    peak = first + int(np.argmax(bits[first:end]))
    return Outdone(
        steps=peak - note,
        starts_phrase=peak == first,
        is_new=peak in variant.changed,
        excess_bits=float(bits[peak] - bits[note]),
    )
