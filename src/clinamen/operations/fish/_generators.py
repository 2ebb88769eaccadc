"""Who brings ideas: generators that bid for the next turn. Each turn is short."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Protocol

import numpy as np

from clinamen.domains.music.editing import NoteTicks, notes_in_ticks
from clinamen.domains.music.events import to_ticks
from clinamen.domains.music.tunes import Tune
from clinamen.domains.music.tunes.varying import Varying
from clinamen.errors import ClinamenError
from clinamen.operations._swerve_aim import STRENGTHS
from clinamen.operations.compose import ComposeRequest, composing_steps
from clinamen.operations.fish._ideas import ChordTicks, Proposal, spliced
from clinamen.operations.fish._judging import Judge, chords_in_ticks
from clinamen.operations.fish._pool import Pool
from clinamen.operations.sculpt import LEAST_NOTES, Sculpture, sculpt
from clinamen.operations.story.recording import in_all_languages
from clinamen.operations.swerve import SwerveRequest, propose_places, swerve
from clinamen.operations.variant import KINDS

if TYPE_CHECKING:
    from clinamen.domains.music.fingerprints import Fingerprints
    from clinamen.domains.music.notes import Song

__all__ = ["Generator", "LeftDraft", "Material", "generators"]

LONG = 200
"""Notes of a song from which on turns are cut short: there breaks come one at a time, fewer bars
are written, and nothing is chipped away."""

_PLACES, _VARIANTS = 12, 3
_COMPOSED_BARS, _COMPOSED_STEPS = 4, 4
_CURVES = {
    "leave": ("home break open", "break restless", "open break restless", "restless shock open"),
    "return": ("open break home", "restless home", "break open home home"),
    "both": ("home break home", "open shock home", "restless break home home"),
    "": ("home open home", "home break home", "calm open", "open restless home", "calm home"),
}
"""How surprising new bars are to be, from place to place."""

LeftDraft = tuple[tuple[NoteTicks, ...], tuple[ChordTicks, ...]]
"""Notes and chords of what was tried and left."""

_BRED = 12
"""Children in one turn."""

_TURNS_REMEMBERED = 16
"""Turns after which what was expected in parents is forgotten: a night is to need no more memory
than an hour."""

_MOST_CHILDREN = 3 * _BRED
"""Those that are looked at for so many: changes fall on other bars of the song, too."""


@dataclass(frozen=True, eq=False)
class Material:
    """What generators work with.

    Parameters
    ----------
    judge
        The song, its passage and its locks.
    index
        Of what the listener has heard; None where it is not known.
    drafts
        Notes and chords of what the maker has tried and left.
    """

    judge: Judge
    index: Fingerprints | None
    drafts: tuple[LeftDraft, ...] = ()

    @property
    def song(self) -> Song:
        """As it is."""
        return self.judge.song

    @property
    def is_long(self) -> bool:
        """Whether turns have to be cut short."""
        return len(self.judge.notes) > LONG

    @cached_property
    def bars(self) -> tuple[tuple[int, int], ...]:
        """Begin and end of each bar of the passage, in ticks."""
        passage = self.judge.passage
        lines = [to_ticks(onset) for onset in self.song.melody.bar_onsets]
        inside = [line for line in lines if passage.holds(line)]
        return tuple(zip(inside, [*inside[1:], passage.end_tick], strict=True))


class Generator(Protocol):
    """Brings ideas."""

    @property
    def name(self) -> str:
        """As it is counted and told."""

    def can(self, pool: Pool) -> bool:
        """Whether it can have a turn now."""

    def propose(self, pool: Pool, rng: np.random.Generator) -> Iterable[Proposal]:
        """What it thinks of in one turn; nothing where nothing came of it."""


@dataclass(frozen=True, eq=False)
class Swerves:
    """Breaks at one place, as `swerve` makes them."""

    material: Material
    name: str = "swerve"

    def can(self, pool: Pool) -> bool:
        """Where there is a note to break from, with one before it."""
        return bool(self._notes)

    @cached_property
    def _notes(self) -> list[int]:
        judge = self.material.judge
        inside = (i for i, note in enumerate(judge.notes) if judge.passage.holds(note[0]))
        return [note for note in inside if note > 0]

    @cached_property
    def _places(self) -> list[int]:
        judge = self.material.judge
        request = SwerveRequest("1.1", n=_PLACES, locks=judge.locks)
        try:
            found = propose_places(judge.song, judge.listener, request)
        except ClinamenError:
            return []
        return [place.note for place in found if place.note in self._notes]

    def propose(self, pool: Pool, rng: np.random.Generator) -> Iterable[Proposal]:
        """Variants at a place: half of the time one where a break would tell most."""
        material, judge = self.material, self.material.judge
        wish, places = judge.wish, self._notes
        if self._places and rng.random() < 0.5:
            places = self._places
        kinds = wish.kinds or tuple(k for k in KINDS if k != "harmony" or judge.chords)
        strength = wish.strength or str(rng.choice(list(STRENGTHS)))
        request = SwerveRequest(
            at=str(int(rng.choice(places)) + 1),
            strength=strength,
            kind=str(rng.choice(kinds)),
            n=1 if material.is_long else _VARIANTS,
            locks=judge.locks,
            seed=int(rng.integers(2**31)),
        )
        found = swerve(judge.song, request, listener=judge.listener, index=material.index)
        for variant in found.variants:
            yield Proposal(
                notes_in_ticks(variant.song.melody),
                chords_in_ticks(variant.song),
                self.name,
                in_all_languages(variant.reason),
                variant.contrast if variant.kind == "harmony" else None,
            )


@dataclass(frozen=True, eq=False)
class Compositions:
    """A few bars of the passage written anew, as `compose` fills them."""

    material: Material
    name: str = "compose"

    def can(self, pool: Pool) -> bool:
        """Always."""
        return True

    def propose(self, pool: Pool, rng: np.random.Generator) -> Iterable[Proposal]:
        """What the first steps of filling them give."""
        material, judge = self.material, self.material.judge
        passage, song = judge.passage, judge.song
        n_bars = passage.last_bar - passage.first_bar + 1
        length = int(rng.integers(1, min(n_bars, _COMPOSED_BARS) + 1))
        first = passage.first_bar + int(rng.integers(n_bars - length + 1))
        request = ComposeRequest(
            str(rng.choice(_CURVES[judge.wish.home])),
            fill=song.source or song.title or "song",
            song=song,
            first_bar=first,
            last_bar=first + length - 1,
            locks=judge.locks,
            seed=int(rng.integers(2**31)),
        )
        steps = composing_steps(request, listener=judge.listener, index=material.index)
        for _, made in islice(steps, 1 if material.is_long else _COMPOSED_STEPS):
            if made is not None:
                yield Proposal(notes_in_ticks(made.song.melody), judge.chords, self.name)


@dataclass(frozen=True, eq=False)
class Sculptings:
    """The passage with notes chipped away, as `sculpt` does it; of the song or of an idea."""

    material: Material
    name: str = "sculpt"
    _cut: dict[str, Sculpture] = field(default_factory=dict)

    def can(self, pool: Pool) -> bool:
        """Of songs that are not too long, and where there is something to chip away."""
        judge = self.material.judge
        inside = sum(judge.passage.holds(note[0]) for note in judge.notes)
        return inside >= LEAST_NOTES and not self.material.is_long

    def propose(self, pool: Pool, rng: np.random.Generator) -> Iterable[Proposal]:
        """The song, or an idea, at one level."""
        judge = self.material.judge
        song, name = judge.song, ""
        if len(pool) and rng.random() < 0.5:
            idea = pool.pick(rng)
            song, name = _song_of(judge.song, idea.proposal.notes), idea.key
        sculpture = self._cut.get(name)
        if sculpture is None:
            sculpture = sculpt(song, judge.listener, lock=judge.locks)
            if len(self._cut) > 1:
                del self._cut[next(each for each in self._cut if each)]
            self._cut[name] = sculpture
        least = sculpture.n_protected
        if least >= sculpture.n_total:
            return
        left = int(rng.integers(least, sculpture.n_total))
        hold = bool(rng.random() < 0.5)
        notes = notes_in_ticks(sculpture.song_of(left, hold=hold).melody)
        yield Proposal(notes, judge.chords, self.name)


class Mutations:
    """Ideas that are held, changed a little: what is new in them the listener could imagine."""

    name = "mutate"

    def __init__(self, material: Material) -> None:
        self.material = material
        self._varying = self._fresh()
        self._n_turns = 0

    def _fresh(self) -> Varying:
        return Varying(self.material.judge.ear, self.material.judge.bounds)

    def can(self, pool: Pool) -> bool:
        """Once something is held."""
        return len(pool) > 0

    def propose(self, pool: Pool, rng: np.random.Generator) -> Iterable[Proposal]:
        """Children of held ideas, as far as they change the passage."""
        passage = self.material.judge.passage
        self._n_turns += 1
        if self._n_turns % _TURNS_REMEMBERED == 0:
            self._varying = self._fresh()
        parents = [pool.pick(rng).proposal for _ in range(_MOST_CHILDREN)]
        children = self._varying.vary([Tune.of(each.notes) for each in parents], rng)
        made = 0
        for parent, child in zip(parents, children, strict=True):
            notes = spliced(parent.notes, child.notes, passage.first_tick, passage.end_tick)
            if notes != parent.notes and made < _BRED:
                made += 1
                yield Proposal(notes, parent.chords, self.name)


@dataclass(frozen=True, eq=False)
class Recombinations:
    """Bars of one held idea in another."""

    material: Material
    name: str = "combine"

    def can(self, pool: Pool) -> bool:
        """Once two are held, in a passage of two bars."""
        return len(pool) > 1 and len(self.material.bars) > 1

    def propose(self, pool: Pool, rng: np.random.Generator) -> Iterable[Proposal]:
        """Some bars of each of two ideas."""
        for _ in range(_BRED):
            one, other = pool.pick(rng), pool.pick(rng)
            notes = _some_bars(one.proposal.notes, other.proposal.notes, self.material, rng)
            yield Proposal(notes, one.proposal.chords, self.name)


@dataclass(frozen=True, eq=False)
class Drafts:
    """What the maker has tried and left, once more: whole, or some of its bars."""

    material: Material
    name: str = "drafts"

    def can(self, pool: Pool) -> bool:
        """Where there are any."""
        return bool(self.material.drafts)

    def propose(self, pool: Pool, rng: np.random.Generator) -> Iterable[Proposal]:
        """A left draft's bars in the song, and in an idea."""
        judge = self.material.judge
        for _ in range(_BRED):
            notes, _ = self.material.drafts[int(rng.integers(len(self.material.drafts)))]
            base = (
                pool.pick(rng).proposal.notes if len(pool) and rng.random() < 0.5 else judge.notes
            )
            yield Proposal(_some_bars(base, notes, self.material, rng), judge.chords, self.name)


def _some_bars(
    one: Sequence[NoteTicks],
    other: Sequence[NoteTicks],
    material: Material,
    rng: np.random.Generator,
) -> tuple[NoteTicks, ...]:
    """One song with neighbouring bars of another."""
    bars = material.bars
    first = int(rng.integers(len(bars)))
    last = int(rng.integers(first, len(bars)))
    return spliced(one, other, bars[first][0], bars[last][1])


def _song_of(song: Song, notes: Sequence[NoteTicks]) -> Song:
    from clinamen.domains.music.editing import with_notes

    return with_notes(song, notes)


def generators(material: Material) -> tuple[Generator, ...]:
    """All of them, in a fixed order."""
    return (
        Swerves(material),
        Compositions(material),
        Sculptings(material),
        Mutations(material),
        Recombinations(material),
        Drafts(material),
    )
