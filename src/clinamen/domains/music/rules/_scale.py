"""The scale of a tune, and scales next to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

from clinamen.domains.music.constraints import SCALES
from clinamen.domains.music.notes import Key
from clinamen.domains.music.rules._reading import Reading
from clinamen.domains.music.rules._rule import Count, Rule

__all__ = ["Scale", "degree_changes", "scale_of", "scales_beside"]

_OFFERED = (
    "major", "minor", "harmonic minor", "dorian", "phrygian", "lydian", "mixolydian",
    "pentatonic", "minor pentatonic", "blues", "whole tone",
)  # fmt: skip
_MODES = ("major", "minor", "dorian", "phrygian", "lydian", "mixolydian", "locrian")
_MAJOR_FIFTHS = (0, 2, 4, -1, 1, 3, 5)
"""Degrees of major on the line of fifths."""

_FEWEST = 5
"""Degrees that a scale has at least."""


@dataclass(frozen=True)
class Scale(Rule):
    """Notes come from a scale.

    Parameters
    ----------
    tonic
        Pitch class.
    steps
        Semitones above the tonic, rising, the first one 0.
    name
        In `SCALES`; "" for a scale that has none.
    """

    kind: ClassVar[str] = "scale"
    least: ClassVar[float] = 0.95

    tonic: int
    steps: tuple[int, ...]
    name: str = ""

    @classmethod
    def named(cls, tonic: int, steps: tuple[int, ...]) -> Scale:
        """A scale, with its name if it has one."""
        names = (name for name, each in SCALES.items() if each == steps)
        return cls(tonic, steps, next(names, ""))

    @property
    def pitch_classes(self) -> frozenset[int]:
        """C is 0."""
        return frozenset((self.tonic + step) % 12 for step in self.steps)

    def count(self, reading: Reading) -> Count:
        """Notes in the scale."""
        allowed = self.pitch_classes
        return Count(sum(pitch % 12 in allowed for pitch in reading.pitches), len(reading.pitches))

    def key(self, before: Key) -> Key:
        """The key that a song in the scale is written in: the mode on the same tonic with most
        of its notes, of several the one before."""
        modes = dict.fromkeys((before.mode, *_MODES))
        mode = max(modes, key=lambda each: len({*Key(0, each).scale} & {*self.steps}))
        fifths = before.tonic_fifths - Key(0, mode).tonic_fifths
        return Key(fifths, mode) if -7 <= fifths <= 7 else before

    @property
    def fifths(self) -> tuple[int, ...]:
        """Places of its notes on the line of fifths from the tonic: with seven, one for each
        letter; else each as near to the tonic as it can be, from the flat second to the fourth
        raised."""
        if len(self.steps) != len(_MAJOR_FIFTHS):
            return tuple((step * 7 + 5) % 12 - 5 for step in self.steps)
        degrees = zip(self.steps, SCALES["major"], _MAJOR_FIFTHS, strict=True)
        return tuple(fifths + 7 * (step - usual) for step, usual, fifths in degrees)

    def moved(self, pitch: int, new: Scale) -> int:
        """A pitch in another scale: the same degree where both have as many, else the nearest
        note, the lower of two."""
        octave, step = divmod(pitch - self.tonic, 12)
        if step in self.steps and len(self.steps) == len(new.steps):
            return new.tonic + 12 * octave + new.steps[self.steps.index(step)]
        if step in new.steps:
            return pitch
        near = (new.tonic + 12 * (octave + up) + each for up in (-1, 0, 1) for each in new.steps)
        return min(near, key=lambda each: (abs(each - pitch), each))


def scale_of(reading: Reading, key: Key | None) -> Scale | None:
    """The scale of a tune on its tonic.

    That is the five-tone scale that holds all of its notes; else the scale of its key, if nearly
    all are in it; else the named one with the fewest degrees that nearly all are in.
    """
    tonic = reading.layout.tonic
    if tonic is None or key is None or not reading.notes:
        return None
    named = [Scale(tonic, steps, name) for name, steps in SCALES.items()]
    for scale in named:
        count = scale.count(reading)
        if len(scale.steps) == _FEWEST and count.n_for == count.n_of:
            return scale
    own = Scale.named(tonic, key.scale)
    fewest = sorted(named, key=lambda scale: len(scale.steps))
    fits = (scale for scale in [own, *fewest] if len(scale.steps) < 12 and scale.holds(reading))
    return next(fits, None)


def scales_beside(scale: Scale) -> Iterator[Scale]:
    """Scales on the same tonic: one degree a semitone higher or lower, then other named ones."""
    seen = {scale.steps}
    for place, step in enumerate(scale.steps[1:], start=1):
        for other in (step + 1, step - 1):
            steps = (*scale.steps[:place], other, *scale.steps[place + 1 :])
            rises = all(a < b for a, b in pairwise(steps))
            if rises and steps[-1] < 12 and steps not in seen:
                seen.add(steps)
                yield Scale.named(scale.tonic, steps)
    for name in _OFFERED:
        if SCALES[name] not in seen:
            seen.add(SCALES[name])
            yield Scale(scale.tonic, SCALES[name], name)


def degree_changes(before: Scale, after: Scale) -> tuple[tuple[int, int], ...]:
    """Degrees that differ, from 1, and semitones up or down; none if the scales are of
    different sizes."""
    if len(before.steps) != len(after.steps):
        return ()
    pairs = enumerate(zip(before.steps, after.steps, strict=True), start=1)
    return tuple((degree, new - old) for degree, (old, new) in pairs if new != old)
