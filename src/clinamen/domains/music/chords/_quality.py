"""The quality of a chord: a small vocabulary that forgets extensions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from clinamen.domains.music.chords._names import Degree

__all__ = ["Quality", "quality_of"]

Quality = Literal[
    "maj", "min", "dim", "aug", "sus2", "sus4", "5",
    "6", "min6", "7", "maj7", "min7", "minmaj7", "hdim7", "dim7",
    "7b5", "aug7", "maj7b5", "augmaj7", "7sus2", "7sus4",
    "other", "unknown", "none",
]  # fmt: skip
"""What a chord is when extensions and added tones are left out. ``other`` has neither third,
fourth, second nor fifth; ``unknown`` is a chord not told; ``none`` is no chord."""

_TRIADS: dict[tuple[str, str], Quality] = {
    ("3", "5"): "maj",
    ("b3", "5"): "min",
    ("b3", "b5"): "dim",
    ("3", "#5"): "aug",
}
_SEVENTHS: dict[tuple[str, str], dict[str, Quality]] = {
    ("3", "5"): {"b7": "7", "7": "maj7"},
    ("b3", "5"): {"b7": "min7", "7": "minmaj7"},
    ("b3", "b5"): {"b7": "hdim7", "bb7": "dim7"},
    ("3", "b5"): {"b7": "7b5", "7": "maj7b5"},
    ("3", "#5"): {"b7": "aug7", "7": "augmaj7"},
}
_SIXTHS: dict[str, Quality] = {"3": "6", "b3": "min6"}


def quality_of(degrees: Iterable[Degree]) -> Quality:
    """Quality from third, fifth and seventh.

    A missing fifth, or one altered both ways, counts as perfect. An altered fifth or a seventh
    that makes none of the chords in the list is passed over (``C(b5)`` is ``maj``, ``Cm7#5``
    is ``min7``, a diminished chord with a major seventh is ``dim``).
    """
    names = {str(degree) for degree in degrees}
    third = _only(names, ("b3", "3"))
    if not third:
        return _without_third(names)
    fifth = _only(names, ("b5", "5", "#5")) or "5"
    seventh = next((name for name in ("b7", "7", "bb7") if name in names), "")
    shape = (third, fifth) if (third, fifth) in _SEVENTHS else (third, "5")
    if seventh in _SEVENTHS[shape]:
        return _SEVENTHS[shape][seventh]
    if "6" in names and fifth == "5" and not seventh:
        return _SIXTHS[third]
    return _TRIADS.get(shape) or _TRIADS[third, "5"]


def _only(names: set[str], choices: tuple[str, ...]) -> str:
    """The one of some tones that is there; the last (major, plain) where more are."""
    there = [choice for choice in choices if choice in names]
    if choices[1] == "5" and len(there) > 1:
        return "5"
    return there[-1] if there else ""


def _without_third(names: set[str]) -> Quality:
    if "4" in names:
        return "7sus4" if "b7" in names else "sus4"
    if "2" in names:
        return "7sus2" if "b7" in names else "sus2"
    return "5" if "5" in names else "other"
