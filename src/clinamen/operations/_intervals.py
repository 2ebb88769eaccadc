"""Names of intervals and scale degrees in words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from clinamen.domains.music.notes import Key
from clinamen.domains.music.spelling import scale_degree
from clinamen.texts import Message

__all__ = [
    "SpelledPitch",
    "degree_words",
    "distance_words",
    "interval_words",
    "motion_words",
    "plain_interval",
]

_LETTERS = "CDEFGAB"
_LETTER_SEMITONES = (0, 2, 4, 5, 7, 9, 11)
_NAME = re.compile(r"([A-G])([#b]*)(-?\d+)")
_LARGEST = 14
"""Letters of the largest interval with a name of its own: a fourteenth."""

_BY_SEMITONES = (
    "theory.unison",
    "minor 2",
    "major 2",
    "minor 3",
    "major 3",
    "perfect 4",
    "theory.tritone",
    "perfect 5",
    "minor 6",
    "major 6",
    "minor 7",
    "major 7",
    "theory.octave",
)
_MOST_COUNTED = 6
_PERFECT = {0: "perfect", 1: "augmented", -1: "diminished"}
_ALTERED = {-2: "flat_twice", -1: "flat", 1: "raised", 2: "raised_twice"}
_IMPERFECT = {0: "major", -1: "minor", 1: "augmented", -2: "diminished"}


@dataclass(frozen=True, slots=True)
class SpelledPitch:
    """A MIDI number with its written name, such as 75 and ``"Eb5"``."""

    pitch: int
    name: str

    @property
    def staff_step(self) -> int | None:
        """Letters above C0, or None when the name does not spell this pitch."""
        match = _NAME.fullmatch(self.name)
        if match is None:
            return None
        letter, accidentals, octave = match.groups()
        step = _LETTERS.index(letter)
        alter = accidentals.count("#") - accidentals.count("b")
        if 12 * (int(octave) + 1) + _LETTER_SEMITONES[step] + alter != self.pitch:
            return None
        return step + 7 * int(octave)


def interval_words(before: SpelledPitch, here: SpelledPitch) -> str:
    """The interval between two pitches with its article, direction left out.

    The spelling decides where it can (Eb to F# is an augmented second, not a minor
    third); without one, or where it would be a doubly altered interval, semitones do.
    """
    spelled = _spelled_interval(before, here)
    return spelled or plain_interval(abs(here.pitch - before.pitch))


def plain_interval(semitones: int) -> Message:
    """An interval on the piano: ``a minor third``, ``two octaves and a fifth``."""
    if semitones < len(_BY_SEMITONES):
        quality, _, size = _BY_SEMITONES[semitones].partition(" ")
        return _sized(quality, int(size)) if size else Message(quality)
    n_octaves, rest = divmod(semitones, 12)
    if n_octaves == 1:
        octaves = Message("theory.octave")
    else:
        is_word = n_octaves <= _MOST_COUNTED
        count = Message(f"number.count_{n_octaves}") if is_word else n_octaves
        octaves = Message("theory.octaves", count=count)
    if not rest:
        return octaves
    return Message("theory.octaves_and", octaves=octaves, rest=plain_interval(rest))


def _sized(quality: str, size: int) -> Message:
    return Message(f"theory.interval_{quality}", size=Message(f"theory.size_{size}"))


def _spelled_interval(before: SpelledPitch, here: SpelledPitch) -> Message | None:
    lower, upper = sorted((before, here), key=lambda spelled: spelled.pitch)
    low_step, high_step = lower.staff_step, upper.staff_step
    if low_step is None or high_step is None or high_step < low_step:
        return None
    steps = high_step - low_step
    semitones = upper.pitch - lower.pitch
    if steps == 0 and semitones == 1:
        return Message("theory.semitone")
    if not 0 < steps < _LARGEST:
        return None
    octaves, letter = divmod(steps, 7)
    excess = semitones - 12 * octaves - _LETTER_SEMITONES[letter]
    quality = (_PERFECT if letter in (0, 3, 4) else _IMPERFECT).get(excess)
    if quality is None:
        return None
    if steps == 7 and excess == 0:
        return Message("theory.octave")
    return _sized(quality, steps + 1)


def distance_words(semitones: int) -> str:
    """A distance on the piano with its direction: ``a major second up``, ``a repeated note``."""
    if semitones == 0:
        return Message("theory.repeated")
    way = "theory.up" if semitones > 0 else "theory.down"
    return Message(way, interval=plain_interval(abs(semitones)))


def motion_words(before: SpelledPitch, here: SpelledPitch) -> str:
    """How the line moves: ``leaps down a minor sixth``, ``stays on the same pitch``."""
    semitones = here.pitch - before.pitch
    if semitones == 0:
        return Message("theory.stays")
    size = abs(semitones)
    verb = "steps" if size <= 2 else "skips" if size <= 4 else "leaps"
    way = "up" if semitones > 0 else "down"
    return Message(f"theory.motion_{verb}_{way}", interval=interval_words(before, here))


def degree_words(here: SpelledPitch, key: Key) -> str:
    """The scale degree a pitch has in a key, or "" when its spelling does not give one.

    Degrees are those of the key's own mode: Eb in C minor is "the third degree", in
    C major "the flat third"; B in C minor is "the raised seventh". The column ``degree``
    says the same in signs: ``3``, ``b3``, ``#7``.
    """
    if here.staff_step is None:
        return ""
    number, alteration = scale_degree(here.pitch, here.name, key)
    if alteration == 0 and number == 1:
        return Message("theory.tonic")
    nth = Message("theory.nth_tonic" if alteration and number == 1 else f"number.nth_{number}")
    if alteration == 0:
        return Message("theory.degree", nth=nth)
    altered = _ALTERED.get(alteration)
    return Message(f"theory.degree_{altered}", nth=nth) if altered else ""
