"""Figures of others, to stand beside ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

__all__ = ["BITS_PER_NOTE", "EXPLAINED_VARIANCE", "Figure"]


class Figure(NamedTuple):
    """What was measured, and what came out."""

    what: str
    value: str


BITS_PER_NOTE: Mapping[str, tuple[Figure, ...]] = {
    "chorales": (
        Figure("IDyOM, system C (185 chorales), LTM+, over melodies", "1.953"),
        Figure("IDyOM, system D (185 chorales), LTM+, over melodies", "1.911"),
        Figure("IDyOM 1.7.1, strong viewpoints, over notes", "2.055"),
    ),
    "chorales-pitch": (Figure("IDyOM (185 chorales), LTM+, over melodies", "2.337 to 2.347"),),
    "kinder": (
        Figure("IDyOM, pitches only, LTM+, over melodies", "2.106"),
        Figure("IDyOM 1.7.1, strong viewpoints, over notes", "1.895"),
    ),
}
"""From the literature on IDyOM, by set; those of 1.7.1 were measured with the program. The
protocol is that of `clinamen.bench.prediction`, the sets are nearly the same."""

EXPLAINED_VARIANCE: Mapping[str, float] = {"cuddy_lunney1995": 0.715, "schellenberg1996": 0.832}
"""Best explained variance of mean ratings in the literature so far, by set."""
