"""Spelled pitches without octave, and degrees above a root."""

from __future__ import annotations

import re
from dataclasses import dataclass

from clinamen.domains.music.notes import fifths_name
from clinamen.errors import ParameterError

__all__ = [
    "DEGREE_NUMBERS",
    "MAX_ALTER",
    "Degree",
    "PitchName",
    "accidentals",
    "interval_fifths",
    "semitone_fifths",
]

_LETTERS = "CDEFGAB"
_LETTER_FIFTHS = {"F": -1, "C": 0, "G": 1, "D": 2, "A": 3, "E": 4, "B": 5}
# Places of the major scale's degrees on the line of fifths, seen from its tonic.
_DEGREE_FIFTHS = (0, 2, 4, -1, 1, 3, 5)

MAX_ALTER = 2
"""Most sharps or flats of a note or of a chord tone."""

DEGREE_NUMBERS = (1, 2, 3, 4, 5, 6, 7, 9, 11, 13)
"""Numbers that a tone of a chord may have."""

# Spelling of a move by semitones, on the line of fifths: the plain intervals, up and down.
_SEMITONE_FIFTHS = (0, -5, 2, -3, 4, -1, 6, 1, -4, 3, -2, 5)

_INTERVAL = re.compile(r"(?P<down>-?)(?P<quality>[PMmAd])(?P<number>[1-9]|1[0-5])")
_PERFECT = (1, 4, 5)


def accidentals(alter: int) -> str:
    """Sharps or flats as text, ``"##"`` for 2."""
    return "#" * alter if alter > 0 else "b" * -alter


@dataclass(frozen=True, slots=True)
class PitchName:
    """A letter with its sharps or flats: a pitch class as it is spelled.

    Parameters
    ----------
    letter
        ``A`` to ``G``.
    alter
        Semitones above (sharps) or below (flats) the letter, -2 to 2.

    Examples
    --------
    >>> str(PitchName("B", -1)), PitchName("B", -1).pitch_class
    ('Bb', 10)
    """

    letter: str
    alter: int = 0

    def __post_init__(self) -> None:
        if self.letter not in _LETTER_FIFTHS:
            raise ParameterError(f"a note is called A to G, not {self.letter!r}")
        if abs(self.alter) > MAX_ALTER:
            raise ParameterError(
                f"a note has at most {MAX_ALTER} sharps or flats, not {abs(self.alter)}"
            )

    @property
    def fifths(self) -> int:
        """Place on the line of fifths, C being 0, G 1 and F -1."""
        return _LETTER_FIFTHS[self.letter] + 7 * self.alter

    @property
    def pitch_class(self) -> int:
        """0 to 11, C being 0."""
        return self.fifths * 7 % 12

    @classmethod
    def at_fifths(cls, fifths: int) -> PitchName:
        """The name at a place on the line of fifths; respelled where it needs three accidentals."""
        while fifths < -15:
            fifths += 12
        while fifths > 19:
            fifths -= 12
        name = fifths_name(fifths)
        return cls(name[0], name.count("#") - name.count("b"))

    def above(self, number: int, alter: int = 0) -> PitchName:
        """The note that is this degree of the major scale on this note, altered by semitones.

        Raises
        ------
        ParameterError
            If its spelling would need more than two sharps or flats.

        Examples
        --------
        >>> str(PitchName("E", -1).above(7, -1))
        'Db'
        """
        fifths = self.fifths + _DEGREE_FIFTHS[(number - 1) % 7] + 7 * alter
        if not -15 <= fifths <= 19:
            raise ParameterError(
                f"degree {accidentals(alter)}{number} above {self} needs more than "
                f"{MAX_ALTER} sharps or flats"
            )
        return PitchName.at_fifths(fifths)

    def degree_of(self, other: PitchName) -> tuple[int, int]:
        """Number 1 to 7 and alteration of another note in the major scale on this one.

        Examples
        --------
        >>> PitchName("C").degree_of(PitchName("B", -1))
        (7, -1)
        """
        number = (_LETTERS.index(other.letter) - _LETTERS.index(self.letter)) % 7 + 1
        distance = other.fifths - self.fifths - _DEGREE_FIFTHS[number - 1]
        return number, distance // 7

    def __str__(self) -> str:
        return self.letter + accidentals(self.alter)


@dataclass(frozen=True, slots=True, order=True)
class Degree:
    """A tone of a chord, counted from the root as in a major scale.

    Parameters
    ----------
    number
        1 to 7, 9, 11 or 13.
    alter
        Semitones above or below that degree of the major scale on the root: the minor
        seventh is ``Degree(7, -1)``.

    Examples
    --------
    >>> str(Degree(7, -1)), Degree(7, -1).semitones
    ('b7', 10)
    """

    number: int
    alter: int = 0

    def __post_init__(self) -> None:
        if self.number not in DEGREE_NUMBERS:
            raise ParameterError(f"a chord tone is 1 to 7, 9, 11 or 13, not {self.number}")
        if abs(self.alter) > MAX_ALTER:
            raise ParameterError(f"a chord tone is altered by -2 to 2, not {self.alter}")

    @property
    def semitones(self) -> int:
        """Distance above the root, octaves left out: 0 to 11."""
        return (_DEGREE_FIFTHS[(self.number - 1) % 7] * 7 + self.alter) % 12

    def __str__(self) -> str:
        return f"{accidentals(self.alter)}{self.number}"


def semitone_fifths(semitones: int) -> int:
    """Steps on the line of fifths for a move by semitones; down is the opposite of up."""
    steps = _SEMITONE_FIFTHS[abs(semitones) % 12]
    return steps if semitones >= 0 else -steps


def interval_fifths(name: str) -> int:
    """Steps on the line of fifths for an interval such as ``"m3"``, ``"P4"`` or ``"-A2"``.

    Raises
    ------
    ParameterError
        If there is no such interval.
    """
    match = _INTERVAL.fullmatch(name)
    number = (int(match["number"]) - 1) % 7 + 1 if match else 0
    alters = {"P": 0, "A": 1, "d": -1} if number in _PERFECT else {"M": 0, "m": -1, "A": 1, "d": -2}
    if match is None or match["quality"] not in alters:
        raise ParameterError(f'an interval is written like "m3", "P5" or "-M2", not {name!r}')
    steps = _DEGREE_FIFTHS[number - 1] + 7 * alters[match["quality"]]
    return -steps if match["down"] else steps
