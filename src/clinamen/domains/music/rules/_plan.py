"""The plan of phrases: which come back, and how long each is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import ClassVar, NamedTuple

from clinamen.domains.music.events import TICKS_PER_QUARTER
from clinamen.domains.music.notes import Song
from clinamen.domains.music.rules._moving import Piece, Pitches, moved
from clinamen.domains.music.rules._reading import Layout, Reading, layout_of
from clinamen.domains.music.rules._rule import Count, Rule
from clinamen.domains.music.rules._scale import Scale

__all__ = ["ALIKE", "Phrase", "Plan", "plan_of", "plans_beside"]

ALIKE = 0.6
"""Share of their notes that two phrases have in common from which on they are the same one."""

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_FEWEST_BARS, _FEWEST_PHRASES = 2, 2


class Phrase(NamedTuple):
    """A phrase of a plan: its letter, and how many bars it has."""

    letter: str
    n_bars: int


@dataclass(frozen=True)
class Plan(Rule):
    """Phrases come in an order and have lengths."""

    kind: ClassVar[str] = "plan"
    least: ClassVar[float] = 1.0

    phrases: tuple[Phrase, ...]

    @property
    def letters(self) -> str:
        """Such as ``AABA``."""
        return "".join(each.letter for each in self.phrases)

    @property
    def n_bars(self) -> tuple[int, ...]:
        """Of each phrase."""
        return tuple(each.n_bars for each in self.phrases)

    def count(self, reading: Reading) -> Count:
        """Phrases that have this letter and length at their place."""
        found = _phrases_of(reading)
        same = sum(a == b for a, b in zip(found, self.phrases, strict=False))
        return Count(same, max(len(found), len(self.phrases)))


def plan_of(reading: Reading) -> Plan | None:
    """The plan of a tune of two phrases or more.

    A phrase has the letter of the earlier one of as many bars that it shares most notes with,
    if that is at least `ALIKE` of them; else a new letter. Two notes are shared that begin at
    the same place of the phrase and have the same pitch.
    """
    found = _phrases_of(reading)
    if not _FEWEST_PHRASES <= len(found) <= len(_LETTERS):
        return None
    return Plan(found)


def _phrases_of(reading: Reading) -> tuple[Phrase, ...]:
    bars = reading.layout.phrase_bars
    heard = [_relative(reading, index) for index in range(len(bars))]
    letters: list[int] = []
    for here, notes in enumerate(heard):
        likeness = [
            (_shared(heard[other], notes), -other)
            for other in range(here)
            if bars[other] == bars[here]
        ]
        most, other = max(likeness, default=(0.0, 0))
        letters.append(letters[-other] if most >= ALIKE else max(letters, default=-1) + 1)
    return tuple(
        Phrase(_LETTERS[letter % len(_LETTERS)], n_bars)
        for letter, n_bars in zip(letters, bars, strict=True)
    )


def _relative(reading: Reading, index: int) -> set[tuple[int, int]]:
    """Notes of a phrase: when they begin, from its first full bar on, and their pitches."""
    layout = reading.layout
    start = layout.phrases[index]
    if index == 0 and layout.has_pickup:
        start = layout.lines[1]
    return {(note[0] - start, note[2]) for note in reading.phrases[index] if note[0] >= start}


def _shared(one: set[tuple[int, int]], other: set[tuple[int, int]]) -> float:
    total = len(one) + len(other)
    return 2 * len(one & other) / total if total else 1.0


# -- other plans ---------------------------------------------------------------------------


def plans_beside(song: Song, plan: Plan, scale: Scale | None) -> Iterator[tuple[Plan, Song]]:
    """Plans that differ in one thing, each with the song told so.

    A phrase that came back is a new one; one phrase more comes back; the last phrase, or each
    of them, lacks a bar; the last one has a bar more.
    """
    layout = layout_of(song.melody)
    for target, parts in _other_plans(plan, scale):
        told = moved(song, _pieces(layout, parts), song.melody.meters[0].meter)
        yield target, _phrased(told, layout, target)


_Part = tuple[int, int, Pitches | None]
"""A phrase of the song as it is, how many bars of it, and what becomes of its pitches. More bars
than it has repeat its last one."""


def _other_plans(plan: Plan, scale: Scale | None) -> Iterator[tuple[Plan, list[_Part]]]:
    whole: list[_Part] = [(index, n, None) for index, n in enumerate(plan.n_bars)]
    turned = scale is not None
    for index in reversed(range(1, len(plan.phrases))):
        if turned and plan.letters[index] in plan.letters[:index]:
            phrase = Phrase(_new_letter(plan), plan.n_bars[index])
            parts: list[_Part] = [*whole]
            parts[index] = (index, phrase.n_bars, _upside_down(scale))
            yield _with(plan, index, phrase), parts
    for index in reversed(range(1, len(plan.phrases))):
        first = plan.phrases[0]
        if plan.letters.count(plan.letters[index]) == 1 and first.n_bars == plan.n_bars[index]:
            parts = [*whole]
            parts[index] = (0, first.n_bars, None)
            yield _with(plan, index, first), parts
    yield from _of_other_lengths(plan, whole)


def _of_other_lengths(plan: Plan, whole: list[_Part]) -> Iterator[tuple[Plan, list[_Part]]]:
    last = len(whole) - 1
    for n_bars in (plan.n_bars[last] - 1, plan.n_bars[last] + 1):
        if n_bars >= _FEWEST_BARS:
            yield _lettered(plan, {last: n_bars}), [*whole[:-1], (last, n_bars, None)]
    if len(whole) > _FEWEST_PHRASES and plan.n_bars[1] > _FEWEST_BARS:
        n_bars = plan.n_bars[1] - 1
        yield _lettered(plan, {1: n_bars}), [whole[0], (1, n_bars, None), *whole[2:]]
    if min(plan.n_bars) > _FEWEST_BARS:
        shorter = {index: n - 1 for index, n in enumerate(plan.n_bars)}
        yield (
            Plan(tuple(Phrase(letter, n - 1) for letter, n in plan.phrases)),
            [(index, n, None) for index, n in shorter.items()],
        )


def _with(plan: Plan, index: int, phrase: Phrase) -> Plan:
    """A plan with another phrase at a place, its letters in order of coming."""
    phrases = [*plan.phrases]
    phrases[index] = phrase
    return Plan(_in_order(phrases))


def _lettered(plan: Plan, lengths: dict[int, int]) -> Plan:
    """A plan whose phrases have other lengths: such a phrase is no longer the one it was."""
    phrases = [
        Phrase(f"{each.letter}{lengths[index]}", lengths[index]) if index in lengths else each
        for index, each in enumerate(plan.phrases)
    ]
    return Plan(_in_order(phrases))


def _in_order(phrases: Sequence[Phrase]) -> tuple[Phrase, ...]:
    letters: dict[str, str] = {}
    for each in phrases:
        letters.setdefault(each.letter, _LETTERS[len(letters)])
    return tuple(Phrase(letters[each.letter], each.n_bars) for each in phrases)


def _new_letter(plan: Plan) -> str:
    return "new" + plan.letters


def _upside_down(scale: Scale | None) -> Pitches:
    """Steps up become steps down, about the tonic nearest to the middle of most voices."""
    assert scale is not None
    axis = scale.tonic + 12 * round((67 - scale.tonic) / 12)
    heights = [scale.tonic + 12 * octave + step for octave in range(-1, 11) for step in scale.steps]
    middle = heights.index(axis)

    def turned(pitch: int) -> int:
        near = min(range(len(heights)), key=lambda place: abs(heights[place] - pitch))
        return heights[min(max(2 * middle - near, 0), len(heights) - 1)]

    return turned


def _pieces(layout: Layout, parts: Sequence[_Part]) -> list[Piece]:
    time = Fraction(0)
    pieces: list[Piece] = []
    for index, n_bars, pitches in parts:
        start, end = layout.phrases[index], layout.phrases[index + 1]
        lines = [line for line in layout.lines if start <= line <= end]
        if index == 0 and layout.has_pickup:
            # The pickup comes before the first phrase alone, wherever else that comes.
            pickup = lines.pop(0)
            start = lines[0]
            if not pieces:
                length = Fraction(start - pickup, TICKS_PER_QUARTER)
                pieces.append(Piece(Fraction(0), length, time, time + length))
                time += length
        bars = [*pairwise(lines)]
        bars = bars[:-1][: n_bars - 1] + bars[-1:] if n_bars < len(bars) else bars
        bars += [bars[-1]] * (n_bars - len(bars))
        for first, last in bars:
            begin, stop = (Fraction(each, TICKS_PER_QUARTER) for each in (first, last))
            pieces.append(Piece(begin, stop, time, time + stop - begin, pitches))
            time += stop - begin
    return pieces


def _phrased(song: Song, layout: Layout, plan: Plan) -> Song:
    """Phrases begin where the plan says."""
    melody = song.melody
    bar = 1 if layout.has_pickup else 0
    starts = [0]
    for n_bars in plan.n_bars[:-1]:
        bar += n_bars
        line = melody.bar_onsets[bar]
        after = (i for i, note in enumerate(melody.notes) if note.onset_quarters >= line)
        starts.append(next(after, len(melody.notes)))
    found = tuple(sorted({start for start in starts if start < len(melody.notes)}))
    return song.replace(melody=melody.replace(phrase_starts=found if melody.notes else ()))
