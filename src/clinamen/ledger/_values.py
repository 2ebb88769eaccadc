"""What the store gives out."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Project", "ProjectSummary", "Revision", "State", "Task", "Version"]


@dataclass(frozen=True, slots=True)
class Revision:
    """One state of a project.

    Parameters
    ----------
    id
        Rises with time.
    parent
        The revision it was made from; None for the first.
    action
        What made it, in a word or two: ``opened``, ``moved``.
    document
        Text as it was given.
    made_at
        Time in UTC, ISO 8601.
    """

    id: int
    parent: int | None
    action: str
    document: str
    made_at: str


@dataclass(frozen=True, slots=True)
class Version:
    """A revision that was given a name."""

    name: str
    revision: int
    made_at: str


@dataclass(frozen=True, slots=True)
class State:
    """A revision in the history of a project, without its document.

    Parameters
    ----------
    name
        Of the version it is, or "".
    """

    id: int
    parent: int | None
    action: str
    made_at: str
    name: str


@dataclass(frozen=True, slots=True)
class Task:
    """What was asked to be done with a revision, so that it can be asked again.

    Parameters
    ----------
    kind
        A word.
    request
        Any text.
    """

    id: int
    project: str
    revision: int
    kind: str
    request: str


@dataclass(frozen=True, slots=True)
class ProjectSummary:
    """What a list of projects shows."""

    id: str
    title: str
    source_name: str
    made_at: str
    changed_at: str


@dataclass(frozen=True, slots=True)
class Project:
    """A project as it is now.

    Parameters
    ----------
    options
        Text as it was given to `ProjectStore.create`: how the source is to be read.
    revision
        The present state.
    can_undo, can_redo
        Whether there is a state before it, and one that was left by undo.
    versions
        Named ones, the oldest first.
    """

    id: str
    title: str
    source_name: str
    options: str
    revision: Revision
    can_undo: bool
    can_redo: bool
    versions: tuple[Version, ...]
