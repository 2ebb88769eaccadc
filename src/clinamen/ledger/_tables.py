"""Whether the states of a project are those that its story speaks of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

from clinamen.ledger._values import Entry, file_kind
from clinamen.ledger.verifying import Problem

__all__ = ["check_tables", "place_of"]


class _Rows(Protocol):
    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]: ...


Place = tuple[int, int]
"""Of a state: the entry that tells of it, and which one it is of those the entry tells of."""

_PLACE = (
    "entry, (SELECT count(*) FROM revision AS other WHERE other.project = revision.project "
    "AND other.entry = revision.entry AND other.id < revision.id)"
)


def place_of(database: _Rows, revision: int) -> Place:
    """Where the story tells of a state. The number of the state would tell how many there are in
    other projects."""
    entry, place = database.rows(f"SELECT {_PLACE} FROM revision WHERE id = ?", revision)[0]
    return entry, place


@dataclass
class _State:
    draft: object
    parent: Place | None
    action: object
    made_at: object
    redo: Place | None = None


@dataclass
class _States:
    """A project: as its tables have it, or as its story tells it."""

    states: dict[Place, _State] = field(default_factory=dict)
    names: set[tuple[Any, ...]] = field(default_factory=set)
    named: set[tuple[Any, ...]] = field(default_factory=set)
    here: Place | None = None
    facts: dict[str, Any] = field(default_factory=dict)

    def tell(self, seq: int, says: dict[str, Any]) -> None:
        """What an entry does: a state is made from the present one; undo and redo move."""
        activity, here = says.get("activity"), self.here
        for number, made in enumerate(says.get("revisions", [])):
            parent = _adopted(made["parent"]) if "parent" in made else here
            redo = _adopted(made.get("redo"))
            state = _State(made["draft"], parent, made["action"], made["at"], redo)
            self.here = (seq, number)
            self.states[self.here] = state
        if "here" in says:
            self.here = _adopted(says["here"])
        if activity == "undo" and here is not None:
            self.here = self.states[here].parent
            if self.here is not None:
                self.states[self.here].redo = here
        if activity == "redo" and here is not None:
            self.here = self.states[here].redo
        self.names.update((name, draft) for name, draft in says.get("names", []))
        for (name, _), (entry, place, at) in zip(
            says.get("names", []), says.get("states", []), strict=False
        ):
            self.named.add((name, (entry, place), at))
        told = ("title", "source", "options", "made_at", "changed_at")
        self.facts |= {fact: says[fact] for fact in told if fact in says}
        if "changed_at" not in says and ("head" in says or "title" in says):
            self.facts["changed_at"] = says["at"]


def _adopted(number: int | None) -> Place | None:
    """Place of a state from before there was a ledger."""
    return None if number is None else (1, number)


def check_tables(database: _Rows, project: str, entries: Iterable[Entry]) -> list[Problem]:
    """Title, states, names and the present state, held against the entries."""
    told = _told(entries)
    if told is None:
        return []  # What an entry says was changed: the chain has told.
    try:
        kept, problems = _kept(database, project)
    except TypeError:  # SQLite takes anything in any column.
        return [Problem(None, "its states hold values of another kind")]
    problems += [
        Problem(seq, "tells of a state that is not as the project has it")
        for seq in _differing(told, kept)
    ]
    is_named = kept.names == told.names and told.named <= kept.named
    if not is_named:
        problems.append(Problem(None, "the names of versions are not those of the story"))
    if kept.here != told.here:
        problems.append(Problem(None, "the present state is not the last one of the story"))
    for fact, value in told.facts.items():
        if kept.facts.get(fact) != value:
            words = fact.replace("_at", " time").replace("_", " ")
            problems.append(Problem(None, f"the {words} is not that of the story"))
    return problems


def _told(entries: Iterable[Entry]) -> _States | None:
    told = _States()
    try:
        for entry in entries:
            told.tell(entry.seq, entry.says)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
        return None
    return told


def _kept(database: _Rows, project: str) -> tuple[_States, list[Problem]]:
    rows = database.rows(
        "SELECT id, entry, draft, parent, action, made_at, redo FROM revision "
        "WHERE project = ? ORDER BY id",
        project,
    )
    places = _places(rows)
    kept = _States()
    for number, _, draft, parent, action, made_at, redo in rows:
        ways = _place(places, parent), _place(places, redo)
        kept.states[places[number]] = _State(draft, ways[0], action, made_at, ways[1])
    for name, number, draft, made_at in database.rows(
        "SELECT name, revision, draft, version.made_at FROM version "
        "LEFT JOIN revision ON revision.id = revision WHERE version.project = ?",
        project,
    ):
        kept.names.add((name, draft))
        kept.named.add((name, _place(places, number), made_at))
    problems = _check_order(database, [row[:2] for row in rows])
    for head, name, kind, *values in database.rows(
        "SELECT head, source_name, kind, title, source_digest, options, made_at, changed_at "
        "FROM project LEFT JOIN entity ON entity.project = id AND digest = source_digest "
        "WHERE id = ?",
        project,
    ):
        kept.here = _place(places, head)
        names = ("title", "source", "options", "made_at", "changed_at")
        kept.facts = dict(zip(names, values, strict=True))
        if kind != file_kind(name):
            problems.append(Problem(None, "the name of its file is not that of the story"))
    return kept, problems


def _places(rows: list[tuple[Any, ...]]) -> dict[int, Place]:
    counts: dict[int, int] = {}
    places: dict[int, Place] = {}
    for number, entry, *_ in rows:
        places[number] = entry, counts.get(entry, 0)
        counts[entry] = counts.get(entry, 0) + 1
    return places


_NOWHERE = (-1, -1)


def _place(places: dict[int, Place], number: int | None) -> Place | None:
    return None if number is None else places.get(number, _NOWHERE)


def _check_order(database: _Rows, rows: list[tuple[Any, ...]]) -> list[Problem]:
    """Numbers of states rise with their entries, and none was given that was not due."""
    last = database.rows("SELECT seq FROM sqlite_sequence WHERE name = 'revision'")
    entries = [entry for _, entry in rows]
    if entries == sorted(entries) and (not rows or (last and 0 < rows[-1][0] <= last[0][0])):
        return []
    return [Problem(None, "the states are numbered otherwise than they came")]


def _differing(told: _States, kept: _States) -> list[int]:
    return sorted(
        {
            place[0]
            for place in told.states.keys() | kept.states.keys()
            if told.states.get(place) != kept.states.get(place)
        }
    )
