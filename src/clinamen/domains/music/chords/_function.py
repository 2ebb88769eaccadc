"""What a chord does in a key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from clinamen.domains.music.chords._names import Degree
from clinamen.domains.music.chords._quality import quality_of
from clinamen.domains.music.notes import Key

__all__ = ["Family", "HarmonicFunction", "function_of"]

Family = Literal["tonic", "subdominant", "dominant", "none"]
"""The three functions of tonal harmony; ``none`` where no rule gives one."""

# Family by semitones of the root above the tonic. In minor the chords on the flat sixth and
# seventh stand for tonic and dominant; in major, where they are borrowed, for the subdominant.
_MAJOR: tuple[Family, ...] = (
    "tonic", "subdominant", "subdominant", "tonic", "tonic", "subdominant",
    "none", "dominant", "subdominant", "tonic", "subdominant", "dominant",
)  # fmt: skip
_MINOR: tuple[Family, ...] = (
    "tonic", "subdominant", "subdominant", "tonic", "tonic", "subdominant",
    "none", "dominant", "tonic", "tonic", "dominant", "dominant",
)  # fmt: skip
_MINOR_MODES = ("minor", "aeolian", "dorian", "phrygian", "locrian")
_DIMINISHED = ("dim", "dim7", "hdim7")
_DOMINANTS = ("maj", "7", "aug", "aug7", "7b5", "7sus4")


@dataclass(frozen=True, slots=True)
class HarmonicFunction:
    """Family of a chord in a key, and of which degree it is the dominant.

    The rules, in order:

    1. a chord with a tone outside the scale is the dominant *of* a degree whose triad has a
       perfect fifth: a major or augmented chord, a seventh or suspended seventh chord a fifth
       above it, a diminished or half-diminished chord a semitone below it;
    2. a dominant seventh a semitone above the tonic is dominant (tritone substitution);
    3. all else follows its root: 1, 3, 6 tonic; 2, 4 subdominant; 5, 7 dominant; in major the
       borrowed flat 2, 6 and 7 subdominant and flat 3 tonic; in minor flat 6 tonic and flat 7
       dominant.

    Parameters
    ----------
    family
        ``tonic``, ``subdominant``, ``dominant`` or ``none``.
    of
        Degree of the key's scale, 1 to 7, that a dominant leads to; None for other families.

    Notes
    -----
    Source: families by degree after Riemann, *Vereinfachte Harmonielehre* (1893), as textbooks
    simplify it; applied dominants after Kostka and Payne, *Tonal Harmony*; tritone
    substitution after Levine, *The Jazz Theory Book* (1995). The order of the rules and the
    reading of borrowed chords are our own. Context (a six-four chord over 5, a blues) is not
    looked at.
    """

    family: Family
    of: int | None = None


def function_of(root: int | None, degrees: Sequence[Degree], key: Key) -> HarmonicFunction:
    """Function of a chord by the rules of `HarmonicFunction`."""
    if root is None or not degrees:
        return HarmonicFunction("none")
    above_tonic = (root - key.tonic_pitch_class) % 12
    quality = quality_of(degrees)
    target = _applied_to(above_tonic, degrees, key)
    if target is not None:
        return HarmonicFunction("dominant", target)
    if above_tonic == 1 and quality in ("7", "7b5"):
        return HarmonicFunction("dominant", 1)
    family = (_MINOR if key.mode in _MINOR_MODES else _MAJOR)[above_tonic]
    return HarmonicFunction(family, 1 if family == "dominant" else None)


def _applied_to(above_tonic: int, degrees: Sequence[Degree], key: Key) -> int | None:
    """Degree of the scale whose dominant a chord outside the scale is, or None."""
    if all((above_tonic + degree.semitones) % 12 in key.scale for degree in degrees):
        return None
    quality = quality_of(degrees)
    if quality in _DOMINANTS:
        goal = (above_tonic + 5) % 12
    elif quality in _DIMINISHED:
        goal = (above_tonic + 1) % 12
    else:
        return None
    if goal not in key.scale:
        return None
    place = key.scale.index(goal)
    fifth = (key.scale[(place + 4) % 7] - goal) % 12
    return place + 1 if fifth == 7 else None
