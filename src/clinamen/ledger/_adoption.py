"""Projects from before there was a ledger: what is known of them becomes their first entry."""

from __future__ import annotations

import hashlib
import sqlite3
import zlib
from datetime import UTC, datetime
from typing import Any

from clinamen.ledger.chain import (
    GENESIS,
    canonical,
    commitment_of,
    entity_digest,
    entry_hash,
    new_salt,
)

__all__ = ["adopt_projects", "sum_contents"]

# A step of a migration: it speaks to the tables as they were then, and is never changed.


def adopt_projects(database: sqlite3.Connection) -> None:
    """Give every project its first entry, which names all states it was ever in."""
    for project, name in database.execute("SELECT id, source_name FROM project").fetchall():
        _adopt(database, project, name)


def _adopt(database: sqlite3.Connection, project: str, name: str) -> None:
    source, head, title, options, begun_at, changed_at = database.execute(
        "SELECT source, head, title, options, made_at, changed_at FROM project WHERE id = ?",
        (project,),
    ).fetchone()
    digest = _keep(database, project, f"file {name}", bytes(source))
    database.execute("UPDATE project SET source_digest = ? WHERE id = ?", (digest, project))
    drafts: dict[int, str] = {}
    revisions: list[dict[str, Any]] = []
    rows = database.execute(
        "SELECT id, parent, redo, action, document, made_at FROM revision WHERE project = ? "
        "ORDER BY id",
        (project,),
    ).fetchall()
    places: dict[int | None, int | None] = {None: None}
    places |= {row[0]: place for place, row in enumerate(rows)}
    for number, parent, redo, action, document, made_at in rows:
        draft = _keep(database, project, "draft", zlib.decompress(document))
        database.execute("UPDATE revision SET draft = ?, entry = 1 WHERE id = ?", (draft, number))
        drafts[number] = draft
        of = None if parent is None else drafts[parent]
        ways = {"parent": places[parent], "redo": places[redo]}
        revisions.append({"action": action, "at": made_at, "draft": draft, "of": of, **ways})
    names = database.execute(
        "SELECT name, revision, made_at FROM version WHERE project = ? ORDER BY name", (project,)
    ).fetchall()
    payload = canonical(
        {
            "activity": "adopt",
            "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "agents": [{"kind": "program", "name": "clinamen"}],
            "used": [],
            "generated": list(dict.fromkeys([digest, *drafts.values()])),
            "settings": {},
            "revisions": revisions,
            "head": drafts[head],
            "here": places[head],
            "title": title,
            "source": digest,
            "options": options,
            "made_at": begun_at,
            "changed_at": changed_at,
            "names": [[each, drafts[revision]] for each, revision, _ in names],
            "states": [[1, places[revision], at] for _, revision, at in names],
        }
    )
    salt = new_salt()
    commitment = commitment_of(salt, payload)
    hashed = entry_hash(project, 1, GENESIS, commitment)
    database.execute(
        "INSERT INTO entry VALUES (?, 1, ?, ?, ?, ?)", (project, salt, payload, commitment, hashed)
    )


def _keep(database: sqlite3.Connection, project: str, kind: str, data: bytes) -> str:
    sha256 = hashlib.sha256(data).digest()
    known = database.execute(
        "SELECT digest FROM entity WHERE project = ? AND sha256 = ? AND kind = ?",
        (project, sha256, kind),
    ).fetchone()
    if known:
        return str(known[0])
    salt = new_salt()
    digest = entity_digest(salt, kind, data)
    database.execute(
        "INSERT INTO entity VALUES (?, ?, ?, ?, ?, ?)",
        (project, digest, salt, kind, zlib.compress(data), sha256),
    )
    return digest


def sum_contents(database: sqlite3.Connection) -> None:
    """Put a checksum before every content: the same content can be packed in many ways."""
    database.create_function("summed", 1, _summed)
    database.execute("UPDATE entity SET data = summed(data)")


def _summed(data: bytes) -> bytes:
    return zlib.crc32(data).to_bytes(4, "big") + data
