"""Habits of a line: how it moves, bends, beats, peaks and ends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

from clinamen.domains.music.events import to_ticks
from clinamen.domains.music.rules._reading import Reading
from clinamen.domains.music.rules._rule import Count, Rule

__all__ = ["Cadence", "Contour", "Moves", "Peak", "Rhythm", "habits_of", "other_habits"]

SHAPES = ("arch", "bowl", "rising", "falling", "level")
PLACES = ("downbeat", "beat", "off")
_LARGEST_STEP = 2
_FEWEST_BARS = 3
_OPPOSITE = {"arch": "bowl", "bowl": "arch", "rising": "falling", "falling": "rising"}


@dataclass(frozen=True)
class Moves(Rule):
    """The line moves by step (up to a whole tone), or else it leaps; repeats do not count."""

    kind: ClassVar[str] = "interval"
    least: ClassVar[float] = 0.6

    by_step: bool

    def count(self, reading: Reading) -> Count:
        """Moves of that size."""
        sizes = [abs(b - a) for a, b in pairwise(reading.pitches) if a != b]
        return Count(sum((size <= _LARGEST_STEP) == self.by_step for size in sizes), len(sizes))


@dataclass(frozen=True)
class Contour(Rule):
    """Phrases have a shape, one of `SHAPES`.

    The mean pitch of the notes between the first and the last one is compared with both: an
    arch is above them, a bowl below; else the line rises, falls or is level from the first to
    the last.

    Source: Huron 1996, The melodic arch in Western folksongs; his other shapes are taken
    together.
    """

    kind: ClassVar[str] = "contour"
    least: ClassVar[float] = 0.5

    shape: str

    def count(self, reading: Reading) -> Count:
        """Phrases of three notes or more that have the shape."""
        shapes = [shape_of([n[2] for n in notes]) for notes in reading.phrases if len(notes) > 2]
        return Count(shapes.count(self.shape), len(shapes))


def shape_of(pitches: list[int]) -> str:
    """Which of `SHAPES` a line of three notes or more has."""
    first, last, between = pitches[0], pitches[-1], pitches[1:-1]
    middle = sum(between) / len(between)
    if middle > max(first, last):
        return "arch"
    if middle < min(first, last):
        return "bowl"
    return "level" if first == last else "rising" if first < last else "falling"


@dataclass(frozen=True)
class Rhythm(Rule):
    """Bars have a rhythm: the ticks in the bar at which notes begin."""

    kind: ClassVar[str] = "rhythm"
    least: ClassVar[float] = 0.25

    onsets: tuple[int, ...]

    def count(self, reading: Reading) -> Count:
        """Full bars with that rhythm."""
        bars = bar_rhythms(reading)
        return Count(bars.count(self.onsets), len(bars))


def bar_rhythms(reading: Reading) -> list[tuple[int, ...]]:
    """Where notes begin in each full bar."""
    return [
        tuple(note[0] - start for note in reading.between(start, end))
        for start, end in reading.layout.full_bars
    ]


@dataclass(frozen=True)
class Peak(Rule):
    """The highest note of a phrase comes on the first beat, on another beat, or off the beats."""

    kind: ClassVar[str] = "peak"
    least: ClassVar[float] = 0.5

    place: str

    def count(self, reading: Reading) -> Count:
        """Phrases whose highest note, the first of several, is there."""
        places = [_peak_place(reading, notes) for notes in reading.phrases if notes]
        return Count(places.count(self.place), len(places))


def _peak_place(reading: Reading, notes: tuple[tuple[int, int, int], ...]) -> str:
    meter = reading.layout.meter
    beat = to_ticks(meter.beat_quarters) if meter else 1
    highest = max(note[2] for note in notes)
    place = reading.place(next(note[0] for note in notes if note[2] == highest))
    return "downbeat" if place == 0 else "off" if place % beat else "beat"


@dataclass(frozen=True)
class Cadence(Rule):
    """The song ends on a degree: semitones above the tonic."""

    kind: ClassVar[str] = "cadence"
    least: ClassVar[float] = 1.0

    semitones: int

    def count(self, reading: Reading) -> Count:
        """The last note, if it is that."""
        tonic = reading.layout.tonic
        if tonic is None or not reading.notes:
            return Count(0, 0)
        return Count(int((reading.pitches[-1] - tonic) % 12 == self.semitones), 1)


def habits_of(reading: Reading) -> Iterator[Rule]:
    """The habits that a tune has."""
    candidates: list[Rule] = [Moves(by_step=True), Moves(by_step=False)]
    candidates += map(Contour, SHAPES)
    candidates += map(Peak, PLACES) if reading.layout.meter is not None else ()
    if reading.notes and reading.layout.tonic is not None:
        candidates.append(Cadence((reading.pitches[-1] - reading.layout.tonic) % 12))
    rhythms = Counter(each for each in bar_rhythms(reading) if len(each) > 1)
    # Of rhythms as common as each other, the one with more notes says more.
    common = sorted(rhythms, key=lambda each: (-rhythms[each], -len(each), each))[:1]
    candidates += [Rhythm(each) for each in common if rhythms[each] >= _FEWEST_BARS]
    seen: set[str] = set()
    for rule in candidates:
        if rule.kind not in seen and rule.holds(reading):
            seen.add(rule.kind)
            yield rule


def other_habits(rule: Rule, reading: Reading, steps: tuple[int, ...]) -> Iterator[Rule]:
    """Habits that a tune could have instead of one that it has.

    Parameters
    ----------
    steps
        Semitones of the scale above the tonic: where it may end.
    """
    if isinstance(rule, Moves):
        yield Moves(by_step=not rule.by_step)
    elif isinstance(rule, Contour):
        first = _OPPOSITE.get(rule.shape)
        shapes = [each for each in SHAPES[:4] if each not in (rule.shape, first)]
        yield from map(Contour, [first, *shapes] if first else shapes)
    elif isinstance(rule, Peak):
        yield from (Peak(each) for each in PLACES if each != rule.place)
    elif isinstance(rule, Cadence):
        yield from (Cadence(each) for each in steps if each != rule.semitones)
    elif isinstance(rule, Rhythm) and reading.layout.meter is not None:
        bar, beat = reading.layout.meter.bar_quarters, reading.layout.meter.beat_quarters
        yield from (Rhythm(each) for each in _rhythms(rule.onsets, to_ticks(bar), to_ticks(beat)))


def _rhythms(onsets: tuple[int, ...], bar: int, beat: int) -> Iterator[tuple[int, ...]]:
    """Rhythms of as many notes: all but the first half a beat early, backwards, late."""
    half = beat // 2
    seen = {onsets}
    made = [
        tuple(onset if onset == 0 else onset - half for onset in onsets),
        tuple(sorted((bar - onset) % bar for onset in onsets)),
        tuple(sorted((onset + half) % bar for onset in onsets)),
    ]
    for each in made:
        if len({*each}) == len(onsets) and each not in seen and [*each] == sorted(each):
            seen.add(each)
            yield each
