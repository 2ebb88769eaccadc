"""Viewpoints: ways of looking at a note in its context.

A basic viewpoint is a formula over a `Moment`; see `Viewpoint`. Names are the plain
words of the field; each has IDyOM's own name beside it, and either is accepted.

Source: Conklin & Witten 1995, *Multiple viewpoint systems for music prediction*;
Pearce 2005, *The construction and evaluation of statistical models of melodic
structure in music perception and composition*, chapter 5.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from clinamen.domains.music.events import IntArray, MelodyEvents, Moment, previous
from clinamen.errors import MissingError, ParameterError

__all__ = [
    "UNDEFINED",
    "VIEWPOINTS",
    "Linked",
    "Viewpoint",
    "find_viewpoint",
    "parse_viewpoints",
    "project",
]

UNDEFINED = np.iinfo(np.int64).min
"""The value of a viewpoint where it says nothing, such as an interval at the first note."""

Formula = Callable[[Moment], IntArray]


@dataclass(frozen=True)
class Viewpoint:
    """One way of looking at a note.

    Parameters
    ----------
    name, idyom_name
        The field's plain term and IDyOM's name for the same thing.
    meaning
        One line for people.
    formula
        From a moment to int64 values, `UNDEFINED` where there is none; any shape that
        broadcasts with the moment's arrays.
    reads
        Attributes of the current note the formula looks at: any of ``pitch``, ``onset``,
        ``duration``. A viewpoint can predict a target it reads; the others it reads are
        taken as known.
    """

    name: str
    idyom_name: str
    meaning: str
    formula: Formula
    reads: frozenset[str]


@dataclass(frozen=True)
class Linked:
    """Several viewpoints looked at together: the symbol is the tuple of theirs."""

    parts: tuple[Viewpoint, ...]

    @property
    def name(self) -> str:
        return "*".join(part.name for part in self.parts)

    @property
    def idyom_name(self) -> str:
        return "(" + " ".join(part.idyom_name for part in self.parts) + ")"

    @property
    def meaning(self) -> str:
        return " together with ".join(part.meaning for part in self.parts)

    @property
    def reads(self) -> frozenset[str]:
        return frozenset().union(*(part.reads for part in self.parts))


AnyViewpoint = Viewpoint | Linked


def _defined_where(condition: np.ndarray, values: IntArray) -> IntArray:
    return np.where(condition, values, UNDEFINED)


def _has_previous(events: MelodyEvents, n: int = 1) -> np.ndarray:
    """Rows that have at least `n` earlier notes, shape ``(T, 1)``."""
    return (np.arange(len(events)) >= n)[:, None]


def _previous_pitch(events: MelodyEvents) -> IntArray:
    return previous(events.pitch, 1, 0)[:, None]


def _previous_onset(events: MelodyEvents, steps: int = 1) -> IntArray:
    return previous(events.onset, steps, 0)[:, None]


def _pitch(moment: Moment) -> IntArray:
    return moment.pitch


def _interval(moment: Moment) -> IntArray:
    events = moment.events
    return _defined_where(_has_previous(events), moment.pitch - _previous_pitch(events))


def _interval_from_tonic(moment: Moment) -> IntArray:
    tonic = moment.events.tonic[:, None]
    return _defined_where(tonic >= 0, (moment.pitch - tonic) % 12)


def _duration(moment: Moment) -> IntArray:
    return moment.duration


def _bioi(moment: Moment) -> IntArray:
    """Ticks since the previous onset; 0 at the first note (IDyOM's basic attribute)."""
    events = moment.events
    since = moment.onset - _previous_onset(events)
    first = moment.onset - events.onset[:1, None]
    return np.where(_has_previous(events), since, first)


def ratio_code(numerator: IntArray, denominator: IntArray) -> IntArray:
    """One integer for a reduced fraction, `UNDEFINED` unless both parts are positive."""
    numerator, denominator = np.broadcast_arrays(numerator, denominator)
    both = (numerator > 0) & (denominator > 0)
    divisor = np.where(both, np.gcd(numerator, denominator), 1)
    return np.where(both, (numerator // divisor << 31) + denominator // divisor, UNDEFINED)


def _bioi_ratio(moment: Moment) -> IntArray:
    events = moment.events
    before = _previous_onset(events) - _previous_onset(events, 2)
    return _defined_where(_has_previous(events, 2), ratio_code(_bioi(moment), before))


def _viewpoint(name: str, idyom: str, meaning: str, formula: Formula, *reads: str) -> Viewpoint:
    return Viewpoint(name, idyom, meaning, formula, frozenset(reads))


_ALL = (
    _viewpoint("pitch", "cpitch", "MIDI pitch number", _pitch, "pitch"),
    _viewpoint("interval", "cpint", "semitones from the previous note", _interval, "pitch"),
    _viewpoint(
        "interval_from_tonic",
        "cpintfref",
        "semitones above the tonic, octaves folded (chromatic scale degree)",
        _interval_from_tonic,
        "pitch",
    ),
    _viewpoint("duration", "dur", "length of the note", _duration, "duration"),
    _viewpoint(
        "bioi", "bioi", "time since the previous onset; 0 at the first note", _bioi, "onset"
    ),
    _viewpoint(
        "bioi_ratio",
        "bioi-ratio",
        "time since the previous onset, divided by the one before",
        _bioi_ratio,
        "onset",
    ),
)

VIEWPOINTS: Mapping[str, Viewpoint] = {viewpoint.name: viewpoint for viewpoint in _ALL}
"""Every basic viewpoint by name."""

_BY_IDYOM_NAME = {viewpoint.idyom_name: viewpoint for viewpoint in _ALL}


def find_viewpoint(name: str) -> Viewpoint:
    """A basic viewpoint by its own name or IDyOM's.

    Raises
    ------
    MissingError
        If there is none.
    """
    found = VIEWPOINTS.get(name.replace("-", "_")) or _BY_IDYOM_NAME.get(name)
    if found is None:
        raise MissingError(f"no viewpoint is called {name!r}; `clinamen viewpoints` lists them")
    return found


def parse_viewpoints(text: str) -> tuple[AnyViewpoint, ...]:
    """Viewpoints from text.

    Separate them by commas. A linked viewpoint is written ``cpint*cpintfref``, in
    IDyOM's parentheses ``(cpint cpintfref)``, or as a whole group ``cpint,cpintfref
    linked``; groups are separated by semicolons.

    Raises
    ------
    MissingError
        If a name is unknown.
    ParameterError
        If the text holds no viewpoint.

    Examples
    --------
    >>> [v.idyom_name for v in parse_viewpoints("cpint,cpintfref linked; dur")]
    ['(cpint cpintfref)', 'dur']
    """
    found: list[AnyViewpoint] = []
    for group in text.split(";"):
        words = group.strip()
        if words.endswith(" linked"):
            found.append(_link(re.split(r"[\s,]+", words.removesuffix(" linked").strip(" ,"))))
            continue
        for item in re.findall(r"\([^()]*\)|[^\s,()]+", words):
            names = re.split(r"[\s,*]+", item.strip("() "))
            found.append(_link(names))
    if not found:
        raise ParameterError(f"no viewpoint in {text!r}")
    return tuple(found)


def _link(names: list[str]) -> AnyViewpoint:
    parts = tuple(find_viewpoint(name) for name in names if name)
    if not parts:
        raise ParameterError("a linked viewpoint needs at least one name")
    return parts[0] if len(parts) == 1 else Linked(parts)
