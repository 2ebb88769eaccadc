"""Names of intervals and scale degrees in words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from clinamen.domains.music.notes import Key
from clinamen.domains.music.spelling import scale_degree

__all__ = ["SpelledPitch", "degree_words", "distance_words", "interval_words", "motion_words"]

_LETTERS = "CDEFGAB"
_LETTER_SEMITONES = (0, 2, 4, 5, 7, 9, 11)
_NAME = re.compile(r"([A-G])([#b]*)(-?\d+)")
_ORDINALS = (
    "",
    "unison",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "octave",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
)
_BY_SEMITONES = (
    "a unison",
    "a minor second",
    "a major second",
    "a minor third",
    "a major third",
    "a perfect fourth",
    "a tritone",
    "a perfect fifth",
    "a minor sixth",
    "a major sixth",
    "a minor seventh",
    "a major seventh",
    "an octave",
)
_NUMBERS = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six"}
_PERFECT = {0: "perfect", 1: "augmented", -1: "diminished"}
_ALTERED = {-2: "double flat", -1: "flat", 1: "raised", 2: "twice raised"}
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
    return spelled or _plain_interval(abs(here.pitch - before.pitch))


def _plain_interval(semitones: int) -> str:
    if semitones < len(_BY_SEMITONES):
        return _BY_SEMITONES[semitones]
    n_octaves, rest = divmod(semitones, 12)
    octaves = "an octave" if n_octaves == 1 else f"{_NUMBERS.get(n_octaves, n_octaves)} octaves"
    return f"{octaves} and {_BY_SEMITONES[rest]}" if rest else octaves


def _spelled_interval(before: SpelledPitch, here: SpelledPitch) -> str | None:
    lower, upper = sorted((before, here), key=lambda spelled: spelled.pitch)
    low_step, high_step = lower.staff_step, upper.staff_step
    if low_step is None or high_step is None or high_step < low_step:
        return None
    steps = high_step - low_step
    semitones = upper.pitch - lower.pitch
    if steps == 0 and semitones == 1:
        return "a semitone"
    if not 0 < steps < len(_ORDINALS) - 1:
        return None
    octaves, letter = divmod(steps, 7)
    excess = semitones - 12 * octaves - _LETTER_SEMITONES[letter]
    quality = (_PERFECT if letter in (0, 3, 4) else _IMPERFECT).get(excess)
    if quality is None:
        return None
    ordinal = _ORDINALS[steps + 1]
    if steps == 7 and excess == 0:
        return "an octave"
    return f"{'an' if quality[0] == 'a' else 'a'} {quality} {ordinal}"


def distance_words(semitones: int) -> str:
    """A distance on the piano with its direction: ``a major second up``, ``a repeated note``."""
    if semitones == 0:
        return "a repeated note"
    return f"{_plain_interval(abs(semitones))} {'up' if semitones > 0 else 'down'}"


def motion_words(before: SpelledPitch, here: SpelledPitch) -> str:
    """How the line moves: ``leaps down a minor sixth``, ``stays on the same pitch``."""
    semitones = here.pitch - before.pitch
    if semitones == 0:
        return "stays on the same pitch"
    size = abs(semitones)
    verb = "steps" if size <= 2 else "skips" if size <= 4 else "leaps"
    return f"{verb} {'up' if semitones > 0 else 'down'} {interval_words(before, here)}"


def degree_words(here: SpelledPitch, key: Key) -> str:
    """The scale degree a pitch has in a key, or "" when its spelling does not give one.

    Degrees are those of the key's own mode: Eb in C minor is "the third degree", in
    C major "the flat third"; B in C minor is "the raised seventh". The column ``degree``
    says the same in signs: ``3``, ``b3``, ``#7``.
    """
    if here.staff_step is None:
        return ""
    number, alteration = scale_degree(here.pitch, here.name, key)
    if alteration == 0:
        return "the tonic" if number == 1 else f"the {_ORDINALS[number]} degree"
    degree = "tonic" if number == 1 else _ORDINALS[number]
    altered = _ALTERED.get(alteration)
    return f"the {altered} {degree}" if altered else ""
