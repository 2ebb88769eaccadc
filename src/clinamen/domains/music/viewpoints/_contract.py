"""What a viewpoint is, and the small tools that formulas are written with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from clinamen.domains.music.events import IntArray, MelodyEvents, Moment, previous

__all__ = [
    "UNDEFINED",
    "AnyViewpoint",
    "BoolArray",
    "Formula",
    "Linked",
    "Viewpoint",
    "defined_where",
    "has_previous",
    "index_column",
    "make_viewpoint",
    "previous_duration",
    "previous_onset",
    "previous_pitch",
    "ratio_code",
]

UNDEFINED = np.iinfo(np.int64).min
"""The value of a viewpoint where it says nothing, such as an interval at the first note."""

BoolArray = npt.NDArray[np.bool_]
Formula = Callable[[Moment], IntArray]


@dataclass(frozen=True)
class Viewpoint:
    """One way of looking at a note.

    Parameters
    ----------
    name, idyom_name
        The field's plain term and IDyOM's name for the same thing; the two are equal
        where IDyOM has no such viewpoint, and `meaning` then says so.
    meaning
        One line for people.
    formula
        From a moment to int64 values, `UNDEFINED` where there is none; any shape that
        broadcasts with the moment's arrays.
    reads
        Attributes of the current note the formula looks at: any of ``pitch``, ``onset``,
        ``duration``. A viewpoint can predict a target it reads; the others it reads are
        taken as known. Empty for what is known beforehand (key, phrase marks): such a
        viewpoint predicts nothing alone, but can be linked.
    """

    name: str
    idyom_name: str
    meaning: str
    formula: Formula
    reads: frozenset[str]

    def __str__(self) -> str:
        return self.idyom_name

    def __repr__(self) -> str:
        return f"<Viewpoint {self.idyom_name}>"


@dataclass(frozen=True)
class Linked:
    """Several viewpoints looked at together: the symbol is the tuple of theirs."""

    parts: tuple[Viewpoint, ...]

    def __str__(self) -> str:
        return self.idyom_name

    def __repr__(self) -> str:
        return f"<Viewpoint {self.idyom_name}>"

    @property
    def name(self) -> str:
        """Names of the parts, joined by ``*``."""
        return "*".join(part.name for part in self.parts)

    @property
    def idyom_name(self) -> str:
        """IDyOM's notation: names in parentheses."""
        return "(" + " ".join(part.idyom_name for part in self.parts) + ")"

    @property
    def meaning(self) -> str:
        """One line for people."""
        return " together with ".join(part.meaning for part in self.parts)

    @property
    def reads(self) -> frozenset[str]:
        """Everything that any part reads."""
        return frozenset().union(*(part.reads for part in self.parts))


AnyViewpoint = Viewpoint | Linked
"""A basic viewpoint or a linked one."""


def make_viewpoint(
    name: str, idyom_name: str, meaning: str, formula: Formula, reads: str = ""
) -> Viewpoint:
    """A viewpoint whose `reads` are given as words in one string."""
    return Viewpoint(name, idyom_name, meaning, formula, frozenset(reads.split()))


def defined_where(condition: BoolArray, values: IntArray) -> IntArray:
    """Values where the condition holds, `UNDEFINED` elsewhere."""
    return np.where(condition, values, UNDEFINED)


def index_column(events: MelodyEvents) -> IntArray:
    """Number of each note, shape ``(T, 1)``."""
    return np.arange(len(events))[:, None]


def has_previous(events: MelodyEvents, steps: int = 1) -> BoolArray:
    """Rows that have at least `steps` earlier notes, shape ``(T, 1)``."""
    return index_column(events) >= steps


def previous_pitch(events: MelodyEvents, steps: int = 1) -> IntArray:
    """Pitch `steps` notes earlier, shape ``(T, 1)``; 0 where there is none."""
    return previous(events.pitch, steps, 0)[:, None]


def previous_onset(events: MelodyEvents, steps: int = 1) -> IntArray:
    """Onset `steps` notes earlier, shape ``(T, 1)``; 0 where there is none."""
    return previous(events.onset, steps, 0)[:, None]


def previous_duration(events: MelodyEvents, steps: int = 1) -> IntArray:
    """Duration `steps` notes earlier, shape ``(T, 1)``; 0 where there is none."""
    return previous(events.duration, steps, 0)[:, None]


def ratio_code(numerator: IntArray, denominator: IntArray) -> IntArray:
    """One integer for a reduced fraction, `UNDEFINED` unless the denominator is positive."""
    numerator, denominator = np.broadcast_arrays(numerator, denominator)
    both = (numerator >= 0) & (denominator > 0)
    divisor = np.where(both, np.gcd(numerator, denominator), 1)
    return np.where(both, (numerator // divisor << 31) + denominator // divisor, UNDEFINED)
