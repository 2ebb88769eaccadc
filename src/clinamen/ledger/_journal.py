"""Writing entries and what they speak of; reading them again."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any, Protocol

from clinamen.errors import FormatError, MissingError, ParameterError
from clinamen.ledger._values import Activity, Agent, Attestation, Content, Entity, Entry, Head
from clinamen.ledger.chain import (
    GENESIS,
    canonical,
    commitment_of,
    entity_digest,
    entry_hash,
    new_salt,
)

__all__ = ["Journal", "Rows", "packed", "unpacked"]

MAX_CONTENT = 64 * 2**20
"""Most bytes of a draft or a file."""


class Rows(Protocol):
    """What runs a statement; within a transaction of its owner where it writes."""

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """What a statement gives."""

    def each(self, query: str, *values: object) -> Iterator[tuple[Any, ...]]:
        """The same, one after the other."""


_SUM_BYTES = 4


def packed(data: bytes) -> bytes:
    """Bytes as they are kept.

    With a checksum: the same content can be packed in many ways, and of these only one was.
    """
    found = zlib.compress(data)
    return zlib.crc32(found).to_bytes(_SUM_BYTES, "big") + found


def unpacked(data: bytes) -> bytes:
    """What was `packed`.

    Raises
    ------
    FormatError
        If it is something else, or far too large.
    """
    checksum, data = data[:_SUM_BYTES], data[_SUM_BYTES:]
    if zlib.crc32(data).to_bytes(_SUM_BYTES, "big") != checksum:
        raise FormatError("a draft is damaged: its checksum does not fit")
    reader = zlib.decompressobj()
    try:
        found = reader.decompress(data, MAX_CONTENT)
    except zlib.error as error:
        raise FormatError(f"a draft is damaged ({error})") from None
    if not reader.eof or reader.unused_data:
        raise FormatError("a draft is damaged, or far too large")
    return found


class Journal:
    """Entries, entities and attestations of all projects of a database.

    Parameters
    ----------
    database
        Runs statements. Methods that write are called within a transaction.
    by
        Agents that every entry names.
    clock
        Gives the time.
    """

    def __init__(self, database: Rows, by: tuple[Agent, ...], clock: Callable[[], datetime]):
        self._database = database
        self._clock = clock
        self.by = by

    def time(self) -> str:
        """Now, in UTC, ISO 8601."""
        return self._clock().isoformat(timespec="milliseconds")

    def keep(self, project: str, content: Content) -> str:
        """Digest of a content, which is kept once in a project however often it comes."""
        sha256 = hashlib.sha256(content.data).digest()
        known = self._database.rows(
            "SELECT digest FROM entity WHERE project = ? AND sha256 = ? AND kind = ?",
            *(project, sha256, content.kind),
        )
        if known:
            return str(known[0][0])
        salt = new_salt()
        digest = entity_digest(salt, content.kind, content.data)
        self._database.rows(
            "INSERT INTO entity VALUES (?, ?, ?, ?, ?, ?)",
            *(project, digest, salt, content.kind, packed(content.data), sha256),
        )
        return digest

    def write(
        self,
        project: str,
        activity: Activity,
        *,
        used: Sequence[str] = (),
        generated: Sequence[str] = (),
        more: dict[str, Any] | None = None,
        at: str = "",
    ) -> Entry:
        """Add an entry behind the last one.

        Parameters
        ----------
        used, generated
            Digests of entities.
        more
            Further things that the payload says.
        at
            When; now if not given.

        Raises
        ------
        ParameterError
            If it says what cannot be written: half a character, a number that is none.
        """
        head = self.head(project)
        payload = _written(
            {
                "activity": activity.kind,
                "at": at or self.time(),
                "agents": [agent.plain() for agent in (*self.by, *activity.agents)],
                "used": list(dict.fromkeys((*used, *activity.used))),
                "generated": list(dict.fromkeys(generated)),
                "settings": dict(activity.settings),
                **(more or {}),
            }
        )
        salt = new_salt()
        commitment = commitment_of(salt, payload)
        hashed = entry_hash(project, head.seq + 1, head.hash, commitment)
        entry = Entry(head.seq + 1, commitment, hashed, salt, payload)
        self._database.rows(
            "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?)",
            *(project, entry.seq, salt, payload, commitment, hashed),
        )
        return entry

    def head(self, project: str) -> Head:
        """The last entry; number 0 where there is none."""
        rows = self._database.rows(
            "SELECT seq, hash FROM entry WHERE project = ? ORDER BY seq DESC LIMIT 1", project
        )
        return Head(project, *(rows[0] if rows else (0, GENESIS)))

    def entries(self, project: str, after: int = 0) -> Iterator[Entry]:
        """All entries, the first first; or those after one."""
        rows = self._database.each(
            "SELECT seq, commitment, hash, salt, payload FROM entry "
            "WHERE project = ? AND seq > ? ORDER BY seq",
            *(project, after),
        )
        return (Entry(*_typed(row, _ENTRY)) for row in rows)

    def entities(self, project: str) -> Iterator[Entity]:
        """All drafts and files."""
        rows = self._database.each(
            "SELECT digest, salt, kind, data FROM entity WHERE project = ? ORDER BY rowid", project
        )
        return (Entity(digest, salt, kind, unpacked(data)) for digest, salt, kind, data in rows)

    def tried(self, project: str) -> Iterator[tuple[Entity, str]]:
        """All drafts and files with what is wrong with how they are kept; "" where nothing is."""
        for *row, sha256 in self._database.each(
            "SELECT digest, salt, kind, data, sha256 FROM entity WHERE project = ? ORDER BY rowid",
            project,
        ):
            digest, salt, kind, data = _typed(row, _ENTITY)
            try:
                content = unpacked(data)
            except FormatError:
                yield Entity(digest, salt, kind, b""), ""  # Its digest tells.
                continue
            is_found = hashlib.sha256(content).digest() == sha256
            wrong = "" if is_found else f"draft {digest[:12]} cannot be found by its bytes"
            yield Entity(digest, salt, kind, content), wrong

    def has(self, project: str, digest: str) -> bool:
        """Whether there is a draft or a file of this digest."""
        query = "SELECT 1 FROM entity WHERE project = ? AND digest = ?"
        return bool(self._database.rows(query, project, digest))

    def entity(self, project: str, digest: str) -> Entity:
        """A draft or a file by its digest.

        Raises
        ------
        MissingError
            If there is none.
        """
        rows = self._database.rows(
            "SELECT digest, salt, kind, data FROM entity WHERE project = ? AND digest = ?",
            *(project, digest),
        )
        if not rows:
            raise MissingError(f"the story has no draft {digest[:12]}")
        digest, salt, kind, data = rows[0]
        return Entity(digest, salt, kind, unpacked(data))

    def find(self, sha256: bytes) -> tuple[str, str] | None:
        """Project and digest of the newest file of bytes with this hash; None if unknown."""
        rows = self._database.rows(
            "SELECT project, digest FROM entity WHERE sha256 = ? AND kind LIKE 'file %' "
            "ORDER BY rowid DESC LIMIT 1",
            sha256,
        )
        return (str(rows[0][0]), str(rows[0][1])) if rows else None

    def attest(self, project: str, attestation: Attestation) -> None:
        """Keep a signature or a time-stamp, once."""
        self._database.rows(
            "INSERT OR IGNORE INTO attestation (project, seq, kind, data) VALUES (?, ?, ?, ?)",
            *(project, attestation.seq, attestation.kind, attestation.data),
        )

    def attestations(self, project: str) -> tuple[Attestation, ...]:
        """All signatures and time-stamps, in the order of their entries."""
        rows = self._database.rows(
            "SELECT seq, kind, data FROM attestation WHERE project = ? ORDER BY seq, rowid", project
        )
        return tuple(Attestation(*row) for row in rows)


def _written(value: dict[str, Any]) -> bytes:
    try:
        found = canonical(value)
        is_plain = canonical(json.loads(found)) == found
    except ValueError as error:
        raise ParameterError(f"the story cannot keep this: {error}") from None
    if not is_plain:
        raise ParameterError("the story cannot keep this: names of settings must be text")
    return found


_ENTRY = (int, str, str, bytes, bytes)
_ENTITY = (str, bytes, str, bytes)


def _typed(row: Sequence[Any], types: Sequence[type]) -> Sequence[Any]:
    """A row, if its values are what they should be: SQLite takes anything in any column."""
    if not all(type(value) is kind for value, kind in zip(row, types, strict=True)):
        what = "entry" if types is _ENTRY else "draft"
        raise FormatError(f"{what} {str(row[0])[:12]} was changed: it has a value of another kind")
    return row
