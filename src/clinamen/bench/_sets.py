"""Sets of melodies to be predicted: by name, or from a file of JSON lines."""

from __future__ import annotations

import os
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clinamen.bench._corpora import NAMED_SETS
from clinamen.domains.music.events import IntArray, MelodyEvents, melody_events
from clinamen.domains.music.notes import Melody
from clinamen.domains.music.song_events import chord_columns, with_chords
from clinamen.errors import ClinamenError, FormatError, MissingError
from clinamen.io.jsonl import melody_of, read_rows, song_of

__all__ = ["MelodySet", "load_set"]


@dataclass(frozen=True, eq=False)
class MelodySet:
    """Melodies to be predicted, and what is known about them.

    Parameters
    ----------
    name
        Of the set, or of its file without extension.
    melodies
        As columns.
    known
        What can be read off the notes or is marked in at least one melody, out of
        ``onset``, ``duration``, ``key``, ``phrase``, ``chords``.
    n_with
        In how many melodies ``key``, ``meter``, ``phrase``, ``chords`` are marked.
    n_unreadable
        Melodies of a named set that were left out.
    """

    name: str
    melodies: tuple[MelodyEvents, ...]
    known: frozenset[str]
    n_with: Mapping[str, int]
    n_unreadable: int = 0

    @property
    def n_notes(self) -> int:
        """Notes of all melodies."""
        return sum(map(len, self.melodies))

    @property
    def tunes(self) -> list[Hashable]:
        """A label a melody, equal for the same intervals and rhythm in whatever key."""
        return [_tune(events) for events in self.melodies]


def load_set(which: str) -> MelodySet:
    """A set by name, or one from a file of JSON lines.

    Raises
    ------
    MissingError
        If there is no such set or file; or a named one is asked for and music21 is not
        installed.
    FormatError
        If the file holds no melodies, or at its first line that is none.
    """
    if which in NAMED_SETS:
        found = NAMED_SETS[which]()
        given = ((melody, melody_events(melody)) for melody in found.melodies)
        return _melody_set(which, given, found.n_unreadable, pitches_only=which == "chorales-pitch")
    if not _looks_like_a_file(which):
        raise MissingError(
            f"no set is called {which!r}, and there is no such file; "
            f"there are {', '.join(NAMED_SETS)}"
        )
    name = "standard input" if which == "-" else Path(which).stem
    return _melody_set(name, _read(which))


def _looks_like_a_file(which: str) -> bool:
    marks = (".", "/", os.sep)
    return which == "-" or os.path.exists(which) or any(mark in which for mark in marks)


def _read(path: str) -> Iterator[tuple[Melody, MelodyEvents]]:
    is_empty = True
    for place, row in read_rows(path):
        melody = melody_of(row, source=path, place=place)
        assert melody is not None
        try:
            yield melody, with_chords(melody_events(melody), _chords(row, path, place))
        except ClinamenError as error:
            raise FormatError(str(error), source=path, place=place) from None
        is_empty = False
    if is_empty:
        raise FormatError("there are only blank lines, no melodies", source=path)


def _chords(row: Mapping[str, Any], path: str, place: str) -> Mapping[str, IntArray]:
    """Columns of the chords of a line; its words and sections are left alone."""
    if not row.get("chords"):
        return {}
    told = {name: value for name, value in row.items() if name not in ("lyrics", "sections")}
    return chord_columns(song_of(told, source=path, place=place))


def _melody_set(
    name: str,
    given: Iterable[tuple[Melody, MelodyEvents]],
    n_unreadable: int = 0,
    *,
    pitches_only: bool = False,
) -> MelodySet:
    events: list[MelodyEvents] = []
    n_with = {"key": 0, "meter": 0, "phrase": 0, "chords": 0}
    for melody, each in given:
        events.append(each)
        n_with["key"] += bool(melody.keys)
        n_with["meter"] += melody.meter_source != "assumed"
        n_with["phrase"] += bool(melody.phrase_starts)
        n_with["chords"] += each.has_chords
    marked = {what for what in ("key", "phrase", "chords") if n_with[what]}
    known = set() if pitches_only else {"onset", "duration", *marked}
    return MelodySet(name, tuple(events), frozenset(known), n_with, n_unreadable)


def _tune(events: MelodyEvents) -> Hashable:
    intervals, times = events.pitch - events.pitch[0], events.onset - events.onset[0]
    return intervals.tobytes(), times.tobytes()
