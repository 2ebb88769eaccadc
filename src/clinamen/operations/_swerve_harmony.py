"""Break the pattern of the chords at one place: another chord, and home again."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from clinamen.domains.music.breaks import Break
from clinamen.domains.music.constraints import Locks
from clinamen.domains.music.places import bar_and_beat, place_at
from clinamen.domains.music.progression.branches import Vocabulary
from clinamen.domains.music.progression.events import N_QUALITIES
from clinamen.domains.music.progression.fit import clash, notes_over
from clinamen.domains.music.progression.ideas import (
    ChordIdea,
    Surroundings,
    idea_of,
    motion_words,
    spelled_among,
)
from clinamen.domains.music.progression.rewriting import ChordWriter, with_chord_spans
from clinamen.errors import ConstraintError, ParameterError
from clinamen.operations._harmony_ground import LONGEST_SPAN, HarmonyGround
from clinamen.operations._swerve_aim import TOLERANCE_BITS, Aim, OutOfReach
from clinamen.operations._swerve_words import stance_words
from clinamen.operations.variant import Variant
from clinamen.search.diversity import most_diverse
from clinamen.texts import Message

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence
    from fractions import Fraction

    import numpy.typing as npt

    from clinamen.domains.music.chords import Chord
    from clinamen.domains.music.events import IntArray
    from clinamen.domains.music.listener import Listener
    from clinamen.domains.music.notes import Song

    FloatArray = npt.NDArray[np.float64]

__all__ = ["can_break", "chord_awaited", "harmony_swerves", "swerves_at"]

_MOST_MELODY_BITS = 1.5
"""What a note over the new chords may cost more, on average, than over the old ones."""

_N_OPENINGS, _N_ANSWERS = 24, 4
"""Breaks that are also tried with another chord after them, and how many of these."""

_INVERTED = 0.4
"""What an inversion is worth less: a surprise by its bass alone is a small one to the ear."""

_SAMENESS = 2.0
_MOST_OF_A_CHORD = 3
"""Ways to go on after one chord that may be among the results."""


@dataclass(frozen=True, eq=False)
class _Draft:
    """New chords at the place, heard."""

    ground: HarmonyGround
    numbers: tuple[int, ...]
    measured: Break


def harmony_swerves(
    song: Song,
    listener: Listener,
    at: Fraction,
    contrast: float | Aim,
    n: int = 8,
    *,
    locks: Locks | None = None,
    seed: int = 0,
    span: int = LONGEST_SPAN,
) -> list[Variant]:
    """Other chords at a place that surprise by as much as asked, the best and most diverse first.

    Everything else stays as it is: the melody, and the chords outside the span.

    Parameters
    ----------
    at
        In quarters from the start. A chord that began before is broken off there.
    contrast
        Bits of the chord above the median of the phrase of chords before; or where they may lie.
    n
        Variants at most.
    locks
        Stretches in which no chord may change.
    seed
        Decides between variants that are about as good.
    span
        Chords that may change: 1, or 2 with the one that follows the break.

    Raises
    ------
    ParameterError
        If the song has no chords, or the place lies before the second one or after the end, or
        a number is out of range.
    MissingError
        If the listener has learnt nothing about chords.
    ConstraintError
        If the chord is locked, no other bears the melody, or none surprises by as much.
    """
    aim = contrast if isinstance(contrast, Aim) else Aim.at(contrast)
    _check(aim.bits, n, span)
    ground = HarmonyGround.at(song, listener, at)
    return swerves_at(ground, aim, n, locks=locks, seed=seed, span=span)


def swerves_at(
    ground: HarmonyGround,
    aim: Aim,
    n: int = 8,
    *,
    locks: Locks | None = None,
    seed: int = 0,
    span: int = LONGEST_SPAN,
) -> list[Variant]:
    """The same as `harmony_swerves`, of a place that was looked at before."""
    where = place_at(ground.song.melody, ground.onsets[ground.place])
    is_free = [not ground.is_locked(ground.place + step, locks) for step in range(span)]
    if not is_free[0]:
        raise ConstraintError(f"the lock on {where}", "the chord there is to be changed")
    grounds = [ground, ground.late()] if span > 1 else [ground]
    drafts = [each for here in grounds if here is not None for each in _openings(here)]
    if not drafts:
        raise ConstraintError(f"another chord at {where}", "no other bears the melody notes there")
    near = _near(drafts, aim)
    if span > 1 and is_free[1]:
        own = [each for each in near or drafts if each.ground is ground]
        near += _near(_answered(ground, own, aim.bits), aim)
    if not near:
        raise _out_of_reach(ground, drafts, aim)
    near = [each for each in near if each.measured.is_peak] or near
    # A last chord may be where it stays.
    if ground.place + 1 < len(ground.onsets):
        near = [each for each in near if each.measured.home_after is not None] or near
    if aim.is_wide:
        bits = min((each.measured.contrast for each in near), key=lambda c: abs(c - aim.bits))
        near = [each for each in near if abs(each.measured.contrast - bits) <= TOLERANCE_BITS]
    return _chosen(ground, near, aim, n, np.random.default_rng(seed))


def _check(contrast: float, n: int, span: int) -> None:
    if not np.isfinite(contrast):
        raise ParameterError(f"a strength is a number of bits, not {contrast}")
    if n < 1:
        raise ParameterError(f"n must be at least 1, not {n}")
    if not 1 <= span <= LONGEST_SPAN:
        raise ParameterError(f"a swerve changes 1 or {LONGEST_SPAN} chords, not {span}")


def _openings(ground: HarmonyGround) -> list[_Draft]:
    """All other chords at the place that bear the melody and differ from their neighbours."""
    place, vocabulary = ground.place, ground.vocabulary
    able = ground.fitting(place)
    for neighbour in (place - 1, place, place + 1):
        if neighbour < len(ground.numbers):
            able = able[~vocabulary.alike(able, ground.numbers[neighbour])]
    able = _first_alike(vocabulary, able)
    return _heard(ground, [(int(number),) for number in able])


def _first_alike(vocabulary: Vocabulary, numbers: IntArray) -> IntArray:
    """One of those that sound alike: the one that the song has, if it has one."""
    kinds = np.stack([vocabulary.columns[name][numbers] for name in ("root", "quality", "detail")])
    _, first = np.unique(kinds, axis=1, return_index=True)
    return numbers[np.sort(first)]


def _heard(ground: HarmonyGround, chosen: Sequence[tuple[int, ...]]) -> list[_Draft]:
    if not chosen:
        return []
    lines = np.repeat(ground.numbers[None], len(chosen), axis=0)
    for row, numbers in enumerate(chosen):
        lines[row, ground.place : ground.place + len(numbers)] = numbers
    bits = ground.branches.bits(lines, ground.place, ground.last).total
    return [
        _Draft(ground, numbers, ground.break_of(row))
        for numbers, row in zip(chosen, bits, strict=True)
    ]


def _near(drafts: Sequence[_Draft], aim: Aim) -> list[_Draft]:
    return [each for each in drafts if aim.holds(each.measured.contrast)]


def can_break(ground: HarmonyGround, contrast: float) -> bool:
    """Whether some chord at a place surprises by as much, and most of its phrase."""
    return any(each.measured.is_peak for each in _near(_openings(ground), Aim.at(contrast)))


def _answered(ground: HarmonyGround, drafts: Sequence[_Draft], contrast: float) -> list[_Draft]:
    """The nearest breaks with another chord after them: the likeliest that bear the melody."""
    if not drafts:
        return []
    following = ground.place + 1
    ranked = sorted(drafts, key=lambda each: abs(each.measured.contrast - contrast))
    openings = np.array([each.numbers[0] for each in ranked[:_N_OPENINGS]])
    heads = np.repeat(ground.numbers[None, :following], len(openings), axis=0)
    heads[:, -1] = openings
    chances = ground.branches.chances(heads)
    vocabulary = ground.vocabulary
    able = _first_alike(vocabulary, ground.fitting(following))
    for neighbour in (following, following + 1):
        if neighbour < len(ground.numbers):
            able = able[~vocabulary.alike(able, ground.numbers[neighbour])]
    columns = vocabulary.columns
    symbols = columns["root"][able] * N_QUALITIES + columns["quality"][able]
    chosen = []
    for opening, row in zip(openings.tolist(), chances, strict=True):
        best = able[np.argsort(-row[symbols], kind="stable")]
        best = best[~vocabulary.alike(best, np.array(opening))]
        chosen += [(opening, int(answer)) for answer in best[:_N_ANSWERS]]
    return _heard(ground, chosen)


def _out_of_reach(ground: HarmonyGround, drafts: Sequence[_Draft], aim: Aim) -> ConstraintError:
    contrast = aim.bits
    contrasts = [each.measured.contrast for each in drafts]
    nearest = min(contrasts, key=lambda each: abs(each - contrast))
    over = "that bears the melody here" if ground.song.melody.notes else "here"
    reason = f"no chord {over} comes near to it"
    if contrast > max(contrasts):
        reason = f"every other chord {over} surprises less"
    elif contrast < min(contrasts):
        reason = f"every other chord {over} surprises more"
    return OutOfReach(aim.name, reason, nearest)


@dataclass(frozen=True, eq=False)
class _Named:
    """A draft with its chords, its idea and what it is worth."""

    draft: _Draft
    chords: tuple[Chord, ...]
    idea: ChordIdea
    worth: float


def _chosen(
    ground: HarmonyGround,
    drafts: Sequence[_Draft],
    aim: Aim,
    n: int,
    rng: np.random.Generator,
) -> list[Variant]:
    """The best that are unlike each other, and that the melody agrees with."""
    named = [_named(draft, aim.bits, float(rng.uniform(0, 0.2))) for draft in drafts]
    named.sort(key=lambda each: -each.worth)
    melody = _MelodyOver(ground)
    writer = ChordWriter(ground.song)
    found: list[Variant] = []
    of_chord: Counter[Hashable] = Counter()
    ways: set[Hashable] = set()
    ordered = most_diverse(named, lambda each: each.worth, _likeness, weight=_SAMENESS)
    for each in ordered:
        chord = (each.chords[0].root_pitch_class, _is_minor(each.chords[0]))
        way = (chord, each.draft.ground.is_late, *(c.root_pitch_class for c in each.chords[1:]))
        if of_chord[chord] == _MOST_OF_A_CHORD or way in ways or _is_awaited(each):
            continue
        variant = _variant(each, writer, len(found) + 1)
        if melody.agrees(variant):
            of_chord[chord] += 1
            ways.add(way)
            found.append(variant)
        if len(found) == n:
            break
    if not found:
        raise ConstraintError(aim.name, "the melody agrees with no chord so surprising")
    return found


def _is_awaited(named: _Named) -> bool:
    """Whether the likeliest chord comes: where the song's own goes on, that may be another."""
    awaited, chord = named.draft.ground.awaited[0], named.chords[0]
    same_root = awaited is not None and awaited.root_pitch_class == chord.root_pitch_class
    return same_root and awaited is not None and awaited.quality == chord.quality


def _is_minor(chord: Chord) -> bool:
    return chord.quality in ("min", "min6", "min7", "minmaj7", "dim", "hdim7", "dim7")


def _likeness(one: _Named, other: _Named) -> float:
    first, second = one.chords[0], other.chords[0]
    same_root = first.root_pitch_class == second.root_pitch_class
    same_gender = _is_minor(first) == _is_minor(second)
    return 0.4 * same_root + 0.4 * (same_root and same_gender) + 0.2 * (one.idea == other.idea)


def _named(draft: _Draft, contrast: float, luck: float) -> _Named:
    ground = draft.ground
    place, n_new = ground.place, len(draft.numbers)
    chords = [ground.vocabulary.chords[number] for number in draft.numbers]
    after = ground.chords[place + n_new] if place + n_new < len(ground.chords) else None
    key = ground.key
    if key is None:
        return _Named(draft, tuple(chords), ChordIdea("other", "", 0.0), luck)
    for step in reversed(range(n_new)):
        following = chords[step + 1] if step + 1 < n_new else after
        if chords[step] not in ground.chords:
            chords[step] = spelled_among(chords[step], key, following)
    following = chords[1] if n_new > 1 else after
    around = Surroundings(key, ground.chords[place - 1], ground.awaited[0], following)
    idea = idea_of(chords[0], around)
    return _Named(draft, tuple(chords), idea, _worth(draft, chords, idea, contrast) + luck)


def _worth(draft: _Draft, chords: Sequence[Chord], idea: ChordIdea, contrast: float) -> float:
    """How near to what was asked, how clear a peak, how well it comes home, how well it sounds."""
    ground, measured = draft.ground, draft.measured
    home = -1.0 if measured.home_after is None else 1.0 - 0.2 * (measured.home_after - 1)
    worth = 1.5 * (1 - abs(measured.contrast - contrast)) + 1.0 * measured.is_peak + home
    worth += 1.5 * idea.worth - 0.4 * (len(chords) - 1)
    worth -= _INVERTED * sum(chord.bass is not None for chord in chords)
    for step, chord in enumerate(chords):
        at = ground.place + step
        worth -= 1.5 * clash(
            chord, notes_over(ground.song.melody, ground.onsets[at], ground.end(at))
        )
    return worth + 0.5 * _smoothness(ground, chords)


def _smoothness(ground: HarmonyGround, chords: Sequence[Chord]) -> float:
    """Share of tones that stay or move by a semitone into and out of the new chords."""
    place = ground.place
    line = [ground.chords[place - 1], *chords, *ground.chords[place + len(chords) :][:1]]
    shares = []
    for one, other in pairwise(line):
        near = {(tone + step) % 12 for tone in one.pitch_classes for step in (-1, 0, 1)}
        tones = other.pitch_classes
        shares.append(len(tones & near) / max(len(tones), 1))
    return float(np.mean(shares))


class _MelodyOver:
    """Whether notes over new chords cost about what they cost over the old ones."""

    def __init__(self, ground: HarmonyGround) -> None:
        self._ground = ground
        self._listener = ground.listener
        onsets = [note.onset_quarters for note in ground.song.melody.notes]
        first = bisect_left(onsets, ground.onsets[ground.place])
        end = ground.end(min(ground.place + LONGEST_SPAN - 1, len(ground.onsets) - 1))
        self._notes = slice(first, bisect_left(onsets, end))
        self._can_tell = "pitch" in self._listener.with_chords and len(onsets[self._notes]) > 0

    @cached_property
    def _before(self) -> float:
        return self._mean(self._ground.song)

    def _mean(self, song: Song) -> float:
        heard = self._listener.hear(song, model="mixture", target="pitch")
        return float(np.mean(heard.information_content[self._notes]))

    def agrees(self, variant: Variant) -> bool:
        if not self._can_tell:
            return True
        return self._mean(variant.song) <= self._before + _MOST_MELODY_BITS


def _variant(named: _Named, writer: ChordWriter, rank: int) -> Variant:
    ground, measured = named.draft.ground, named.draft.measured
    place, last = ground.place, ground.place + len(named.chords) - 1
    new = [*named.chords, *ground.chords[last + 1 : last + 1 + ground.is_late]]
    spans = dict(zip(ground.onsets[place:], new, strict=False))
    bar, beat = bar_and_beat(ground.song.melody, ground.onsets[place])
    return Variant(
        song=with_chord_spans(ground.song, spans, ground.end(last + ground.is_late), writer),
        kind="harmony",
        bar=bar,
        beat=beat,
        note=place,
        span_quarters=(ground.onsets[place], ground.end(last)),
        bits=measured.bits,
        median=measured.median,
        contrast=measured.contrast,
        is_peak=measured.is_peak,
        home_after=measured.home_after,
        joint_bits=measured.bits,
        changed=tuple(range(place, last + 1 + ground.is_late)),
        reason=_reason(named),
        idea=f"{named.idea.name} {named.chords[0]}",
        score=named.worth,
        rank=rank,
    )


def chord_awaited(ground: HarmonyGround) -> str:
    """Such as: Everyone waits for F here (82 %)."""
    awaited, chance = ground.awaited
    return stance_words(Message("chord.none") if awaited is None else str(awaited), chance)


def _reason(named: _Named) -> str:
    """``Everyone waits for F here (82 %); Db, borrowed from F minor, comes instead ...``"""
    ground = named.draft.ground
    chord, n_new = named.chords[0], len(named.chords)
    following = [*named.chords[1:], *ground.chords[ground.place + n_new :]]
    said: str = str(chord)
    if named.idea.words:
        said = Message("swerve.chord_named", chord=said, words=named.idea.words)
    goes = Message("swerve.and_ends")
    if following:
        goes = Message("swerve.and_motion", motion=motion_words(chord, following[0]))
    return Message(
        "swerve.chord_reason",
        awaited=chord_awaited(ground),
        chord=said,
        goes=_late_words(goes, ground),
    )


def _late_words(goes: Message, ground: HarmonyGround) -> Message:
    """That the song's own chord comes after all, or goes on after an interruption."""
    if not ground.is_late:
        return goes
    own, before = ground.chords[ground.place], ground.chords[ground.place - 1]
    return Message("swerve.again" if own == before else "swerve.late", goes=goes)
