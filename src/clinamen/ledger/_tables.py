"""Whether the states of a project are those that its story speaks of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from clinamen.ledger._values import Entry
from clinamen.ledger.verifying import Problem

__all__ = ["check_tables"]


class _Rows(Protocol):
    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]: ...


def check_tables(database: _Rows, project: str, entries: Iterable[Entry]) -> list[Problem]:
    """Title, states, names and the present state, held against the entries."""
    told = _told(entries)
    if told is None:
        return []  # What an entry says was changed: the chain has told.
    revisions, names, head, title = told
    problems = [
        Problem(seq, "tells of a state that is not as the project has it")
        for seq in sorted(_differing(revisions, _kept_revisions(database, project)))
    ]
    kept = database.rows(
        "SELECT name, revision.draft FROM version JOIN revision ON revision.id = revision "
        "WHERE version.project = ?",
        project,
    )
    if set(kept) != names:
        problems.append(Problem(None, "the names of versions are not those of the story"))
    (here,) = database.rows(
        "SELECT revision.draft, title FROM project JOIN revision ON revision.id = head "
        "WHERE project.id = ?",
        project,
    ) or [(None, None)]
    if here[0] != head:
        problems.append(Problem(None, "the present state is not the last one of the story"))
    if here[1] != title:
        problems.append(Problem(None, "the title is not that of the story"))
    return problems


_Told = tuple[list[tuple[Any, ...]], set[tuple[Any, ...]], str | None, str | None]


def _told(entries: Iterable[Entry]) -> _Told | None:
    """States (entry, draft, the one before, action, time), names, present draft and title."""
    revisions: list[tuple[Any, ...]] = []
    names: set[tuple[Any, ...]] = set()
    head: str | None = None
    title: str | None = None
    try:
        for entry in entries:
            says = entry.says
            for made in says.get("revisions", []):
                values = (made["draft"], made["of"], made["action"], made["at"])
                revisions.append((entry.seq, *values))
            names.update((name, draft) for name, draft in says.get("names", []))
            head, title = says.get("head", head), says.get("title", title)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
        return None
    return revisions, names, head, title


def _kept_revisions(database: _Rows, project: str) -> list[tuple[Any, ...]]:
    return database.rows(
        "SELECT revision.entry, revision.draft, parent.draft, revision.action, revision.made_at "
        "FROM revision LEFT JOIN revision AS parent ON parent.id = revision.parent "
        "WHERE revision.project = ? ORDER BY revision.id",
        project,
    )


def _differing(told: list[tuple[Any, ...]], kept: list[tuple[Any, ...]]) -> set[int]:
    if told == kept:
        return set()
    return {row[0] for row in set(told) ^ set(kept)} or {told[0][0] if told else kept[0][0]}
