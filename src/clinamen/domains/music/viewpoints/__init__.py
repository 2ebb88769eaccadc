"""Viewpoints: ways of looking at a note in its context.

A basic viewpoint is a formula over a `Moment`; see `Viewpoint`. Names are the plain
words of the field; each has IDyOM's own name beside it, and either is accepted.

Source: Conklin & Witten 1995, *Multiple viewpoint systems for music prediction*;
Pearce 2005, *The construction and evaluation of statistical models of melodic
structure in music perception and composition*, chapter 5.
"""

from clinamen.domains.music.viewpoints._contract import (
    UNDEFINED,
    AnyViewpoint,
    Linked,
    Viewpoint,
    ratio_code,
)
from clinamen.domains.music.viewpoints._parse import (
    VIEWPOINTS,
    find_viewpoint,
    parse_viewpoints,
)

__all__ = [
    "UNDEFINED",
    "VIEWPOINTS",
    "AnyViewpoint",
    "Linked",
    "Viewpoint",
    "find_viewpoint",
    "parse_viewpoints",
    "ratio_code",
]
