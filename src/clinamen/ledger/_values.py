"""What the store gives out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from clinamen.ledger.chain import SALT_BYTES, canonical, commitment_of, entity_digest

__all__ = [
    "DRAFT",
    "MAX_NAME",
    "Activity",
    "Agent",
    "Attestation",
    "Content",
    "Entity",
    "Entry",
    "Head",
    "Project",
    "ProjectSummary",
    "Revision",
    "State",
    "Task",
    "Version",
    "file_kind",
]

DRAFT = "draft"
"""Kind of the documents of revisions, as entities."""

MAX_NAME = 200
"""Longest title, or name of a version or a file, in characters."""


def file_kind(name: str) -> str:
    """Kind of a file as an entity."""
    return f"file {name[:MAX_NAME]}"


@dataclass(frozen=True, slots=True)
class Agent:
    """Who had a part in an activity (prov:Agent).

    Parameters
    ----------
    kind
        ``person``, ``program`` or ``listener``.
    name
        May be empty for a person who did not say.
    version
        Of a program.
    sha256
        Of what a listener is made of.
    """

    kind: str
    name: str
    version: str = ""
    sha256: str = ""

    def plain(self) -> dict[str, str]:
        """What is known of it."""
        known = {"kind": self.kind, "name": self.name}
        more = {"version": self.version, "sha256": self.sha256}
        return known | {name: value for name, value in more.items() if value}


@dataclass(frozen=True, slots=True)
class Activity:
    """What was done (prov:Activity).

    Parameters
    ----------
    kind
        A word: ``import``, ``edit``, ``swerve``.
    settings
        With what it was done: plain values (text, numbers, lists, objects).
    agents
        Who did it, beside those that the store names in every entry.
    used
        Digests of what went into it, beside the state of the project it began with.
    """

    kind: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    agents: tuple[Agent, ...] = ()
    used: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Content:
    """A draft or a file that an activity generated.

    Parameters
    ----------
    kind
        ``draft``, or ``file`` and the name it had: ``file song.mid``.
    """

    kind: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Entity:
    """A draft or a file as the ledger keeps it (prov:Entity).

    Parameters
    ----------
    digest
        Its name in payloads: of `salt`, `kind` and `data`.
    """

    digest: str
    salt: bytes
    kind: str
    data: bytes

    @property
    def is_bound(self) -> bool:
        """Whether the digest is that of the content."""
        is_salt = len(self.salt) == SALT_BYTES
        return is_salt and entity_digest(self.salt, self.kind, self.data) == self.digest


@dataclass(frozen=True)
class Entry:
    """One step of the path of a song.

    Parameters
    ----------
    seq
        Number in its project, from 1.
    salt, payload
        What it says, as it was written; None where it is hidden.
    commitment, hash
        See `clinamen.ledger.chain`.
    """

    seq: int
    commitment: str
    hash: str
    salt: bytes | None = None
    payload: bytes | None = None

    @cached_property
    def says(self) -> dict[str, Any]:
        """The payload as plain values: ``activity``, ``at``, ``agents``, ``used``,
        ``generated``, ``settings``; empty where it is hidden."""
        return {} if self.payload is None else dict(json.loads(self.payload))

    @property
    def is_hidden(self) -> bool:
        """Whether what it says was kept back."""
        return self.payload is None

    @property
    def is_bound(self) -> bool:
        """Whether the commitment is that of the payload; one that is hidden is taken as it is."""
        if self.payload is None:
            return True
        if self.salt is None or len(self.salt) != SALT_BYTES:
            return False
        return commitment_of(self.salt, self.payload) == self.commitment

    @property
    def is_plain(self) -> bool:
        """Whether the payload is written in the one way: no key twice, of which readers would
        take the one or the other."""
        try:
            return self.payload is None or canonical(self.says) == self.payload
        except (ValueError, TypeError, RecursionError):
            return False

    def hidden(self) -> Entry:
        """The entry without what it says; the chain holds as before."""
        return Entry(self.seq, self.commitment, self.hash)


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry of a chain: what is signed and stamped."""

    project: str
    seq: int
    hash: str

    def statement(self) -> bytes:
        """The bytes that are signed and stamped."""
        return canonical(
            {"clinamen": "head", "project": self.project, "seq": self.seq, "hash": self.hash}
        )


@dataclass(frozen=True, slots=True)
class Attestation:
    """A signature or a time-stamp over the head as it was at an entry.

    Parameters
    ----------
    seq
        Number of the entry.
    kind
        ``ed25519``, ``rfc3161`` or ``opentimestamps``.
    data
        As the maker of it wrote it.
    """

    seq: int
    kind: str
    data: bytes


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
    draft
        Digest of the document.
    entry
        Number of the entry that tells how it came to be.
    """

    id: int
    parent: int | None
    action: str
    document: str
    made_at: str
    draft: str
    entry: int


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
