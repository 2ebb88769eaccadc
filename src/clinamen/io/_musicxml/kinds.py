"""Chord tones as MusicXML says them: a kind, and degrees that change it.

Source: the definitions of ``kind``, ``degree-type`` and ``degree-alter`` in MusicXML 4.0 (W3C
2021). One departure: thirteenth chords on a major third have no eleventh, as in the rest of
this package and in most charts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Literal, NamedTuple, TypedDict

from clinamen.domains.music.chords import Degree, parse_chord
from clinamen.errors import ParameterError

__all__ = ["Change", "meanings", "spell_degrees"]

# From plain to rich; of two that need equally many changes the first is written.
_KINDS = """
    major minor dominant major-seventh minor-seventh augmented diminished suspended-fourth
    suspended-second half-diminished diminished-seventh augmented-seventh major-minor
    major-sixth minor-sixth dominant-ninth major-ninth minor-ninth dominant-11th major-11th
    minor-11th dominant-13th major-13th minor-13th power
"""
_OCTAVES = {8: 1, 10: 3, 12: 5}
_MAX_CHANGES = 64

Degrees = frozenset[Degree]


class Change(NamedTuple):
    """A ``<degree>`` element: `alter` counts from the kind's own tone, in an added tone from
    that of a dominant chord."""

    type: Literal["add", "alter", "subtract"]
    number: int
    alter: int


@cache
def _kinds() -> dict[str, Degrees]:
    names = _KINDS.split()
    return {name: frozenset(parse_chord(f"C {name}").degrees) for name in names}


def spell_degrees(degrees: Degrees) -> tuple[str, list[Change]]:
    """The kind that needs the fewest changes to become these tones, and the changes.

    Examples
    --------
    >>> spell_degrees(frozenset(parse_chord("C7sus4").degrees))
    ('suspended-fourth', [Change(type='add', number=7, alter=0)])
    """
    spelled = {name: list(_changes(base, degrees)) for name, base in _kinds().items()}
    kind = min(spelled, key=lambda name: len(spelled[name]))
    return kind, spelled[kind]


def _changes(base: Degrees, degrees: Degrees) -> Iterator[Change]:
    for number in sorted({degree.number for degree in base ^ degrees}):
        there = [degree for degree in base if degree.number == number]
        wanted = sorted(degree for degree in degrees if degree.number == number)
        if there and not wanted:
            yield Change("subtract", number, 0)
        if there and wanted and there[0] not in wanted:
            yield Change("alter", number, wanted[0].alter - there[0].alter)
            del wanted[0]
        for degree in wanted:
            if degree not in there:
                yield Change("add", number, degree.alter - _dominant(number))


def _dominant(number: int) -> int:
    """How a dominant chord has the tone of this number."""
    return -1 if number == 7 else 0


def meanings(kind: str, changes: Iterable[Change]) -> list[Degrees]:
    """Tones that a kind with its changes may stand for, what the standard says first.

    Programs differ: an added altered tone often takes the place of the plain one, and an
    added seventh counts from the major one. Empty for kinds that do not tell their tones.
    """
    found = list(changes)
    base = _kinds().get(kind, frozenset({Degree(1)}) if kind == "other" and found else None)
    if base is None or len(found) > _MAX_CHANGES:
        return []
    readings: list[_Reading] = [{}, {"adding_replaces": True}, {"seventh": 0}]
    return [tones for reading in readings if (tones := _read(base, found, reading))]


class _Reading(TypedDict, total=False):
    adding_replaces: bool
    seventh: int


def _read(base: Degrees, changes: list[Change], reading: _Reading) -> Degrees | None:
    """The tones, or None where there are none or one cannot be named."""
    try:
        return _changed(base, changes, **reading) or None
    except ParameterError:
        return None


def _changed(
    base: Degrees, changes: list[Change], *, adding_replaces: bool = False, seventh: int = -1
) -> Degrees:
    tones = set(base)
    for type_, given, alter in changes:
        number = _OCTAVES.get(given, given)
        there = {degree for degree in tones if degree.number == number}
        if type_ == "subtract":
            tones -= there
        elif type_ == "alter" and there:
            tones -= there
            tones |= {Degree(number, degree.alter + alter) for degree in there}
        else:
            tones -= there if adding_replaces and alter else set()
            tones.add(Degree(number, alter + (seventh if number == 7 else 0)))
    return frozenset(tones)
