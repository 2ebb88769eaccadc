"""Whether a story is as it was written, with all that vouches for it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from clinamen.errors import FormatError
from clinamen.ledger import Head, ProjectStore
from clinamen.ledger.log_file import Log, read_log, write_log
from clinamen.ledger.verifying import Checker, Verification, verify_log

__all__ = [
    "NAMES",
    "check_file",
    "check_project",
    "read_head",
    "story_bytes",
]

NAMES = {"signed": ("ed25519",), "stamped": ("rfc3161", "opentimestamps")}
"""What can be required of the end of a story, and the attestations that are it."""


def check_project(
    store: ProjectStore,
    project: str,
    *,
    checkers: Mapping[str, Checker],
    expected: Head | None = None,
    required: Iterable[str] = (),
) -> Verification:
    """A project with its states.

    Parameters
    ----------
    checkers
        See `clinamen.operations.story.attesting.checkers`.
    expected
        A head that the story had once; see `read_head`.
    required
        Kinds of attestation that its end must have.
    """
    return store.story.verify(project, checkers=checkers, expected=expected, required=required)


def check_file(
    data: bytes,
    *,
    source: str,
    checkers: Mapping[str, Checker],
    expected: Head | None = None,
    required: Iterable[str] = (),
) -> tuple[Log, Verification]:
    """A story in a file of its own.

    Raises
    ------
    FormatError
        If it cannot be read.
    """
    log = read_log(data, source=source)
    found = verify_log(
        log.project,
        log.entries,
        log.entities,
        log.attestations,
        checkers=checkers,
        expected=expected,
        required=required,
    )
    return log, found


def story_bytes(store: ProjectStore, project: str, *, hidden: Iterable[int] = ()) -> bytes:
    """A story as a file of its own.

    Parameters
    ----------
    hidden
        Numbers of entries to keep back: their hashes stay, so that the chain holds.
    """
    log = store.story.log(project)
    lines = write_log(
        project, log.entries, log.entities, log.attestations, hidden=frozenset(hidden)
    )
    return b"".join(lines)


def read_head(path: str) -> Head:
    """A head that was kept, as `Head.statement` writes it.

    Raises
    ------
    FormatError
        If it is none.
    """
    from clinamen.io._source import read_bytes

    try:
        data = json.loads(read_bytes(path))
        head = Head(data["project"], data["seq"], data["hash"])
        is_head = data["clinamen"] == "head" and type(head.seq) is int
    except (ValueError, KeyError, TypeError, RecursionError):
        is_head = False
    if not is_head:
        raise FormatError("not the head of a story", source=Path(path).name)
    return head
