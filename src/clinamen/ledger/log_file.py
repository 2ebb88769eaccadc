"""A story in a file of its own, to hand on: entries, what they speak of, and attestations.

One JSON value a line, each written in the one way of `chain.canonical`: a header; the entries in
order, hidden ones with their commitment alone; drafts and files; attestations.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from clinamen.errors import FormatError, UnsupportedError
from clinamen.ledger._values import Attestation, Entity, Entry
from clinamen.ledger.chain import canonical, read_canonical

__all__ = ["FORMAT", "MAX_BYTES", "Log", "read_log", "write_log"]

FORMAT = 1
"""Of the files that are written."""

_DIGEST_BYTES = 32

MAX_BYTES = 2**30
"""Longest file that is read."""


@dataclass(frozen=True)
class Log:
    """What a file holds."""

    project: str
    entries: tuple[Entry, ...]
    entities: tuple[Entity, ...]
    attestations: tuple[Attestation, ...]


def write_log(
    project: str,
    entries: Iterable[Entry],
    entities: Iterable[Entity],
    attestations: Iterable[Attestation],
    *,
    hidden: Container[int] = (),
) -> Iterator[bytes]:
    """The lines of a file.

    Parameters
    ----------
    hidden
        Numbers of entries of which only the commitments are written. What they alone generated
        is left out too.
    """
    yield _line({"clinamen": "story", "format": FORMAT, "project": project})
    kept_back: set[str] = set()
    shown: set[str] = set()
    for entry in entries:
        is_hidden = entry.is_hidden or entry.seq in hidden
        (kept_back if is_hidden else shown).update(entry.says.get("generated", ()))
        yield _line(_plain_entry(entry.hidden() if is_hidden else entry))
    # In an order that tells nothing of when they came to be: digests are salted.
    for entity in sorted(entities, key=lambda each: each.digest):
        if entity.digest in shown or entity.digest not in kept_back:
            yield _line(_plain_entity(entity))
    for each in sorted(set(attestations), key=_rank):
        data = base64.b64encode(each.data).decode()
        yield _line({"attests": each.seq, "kind": each.kind, "data": data})


def _line(value: dict[str, Any]) -> bytes:
    return canonical(value) + b"\n"


def _plain_entry(entry: Entry) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "seq": entry.seq,
        "hash": entry.hash,
        "commitment": entry.commitment,
    }
    if entry.salt is None or entry.payload is None:
        return plain
    return plain | {"salt": entry.salt.hex(), "entry": entry.says}


def _plain_entity(entity: Entity) -> dict[str, Any]:
    plain = {"digest": entity.digest, "salt": entity.salt.hex(), "kind": entity.kind}
    return plain | _plain_content(entity.data)


def _plain_content(data: bytes) -> dict[str, Any]:
    try:
        return {"text": data.decode("utf-8")}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(data).decode()}


def read_log(data: bytes, *, source: str) -> Log:
    """What `write_log` wrote. Whether it is sound is for `verify_log` to say.

    Raises
    ------
    FormatError
        If a line is not as it was written; `UnsupportedError` if a newer Clinamen wrote it.
    """
    if len(data) > MAX_BYTES:
        raise FormatError(f"a story has at most {MAX_BYTES // 2**20:,} MiB", source=source)
    if not data.endswith(b"\n"):
        raise FormatError("a story ends with the end of a line: it was cut off", source=source)
    lines = data[:-1].split(b"\n")
    project = _header(read_canonical(lines[0], source=source, place="line 1"), source)
    read: list[Entry | Entity | Attestation] = []
    for number, line in enumerate(lines[1:], start=2):
        place = f"line {number}"
        value = read_canonical(line, source=source, place=place)
        try:
            read.append(_read(value))
        except (KeyError, TypeError, ValueError, binascii.Error) as error:
            raise FormatError(f"no line of a story ({error})", source=source, place=place) from None
        if len(read) > 1 and not _is_before(read[-2], read[-1]):
            raise FormatError(
                "a line that stands twice, or elsewhere than it did", source=source, place=place
            )
    return Log(
        project,
        tuple(each for each in read if isinstance(each, Entry)),
        tuple(each for each in read if isinstance(each, Entity)),
        tuple(each for each in read if isinstance(each, Attestation)),
    )


def _read(value: dict[str, Any]) -> Entry | Entity | Attestation:
    if "seq" in value:
        return _entry(value)
    return _entity(value) if "digest" in value else _attestation(value)


def _is_before(one: Entry | Entity | Attestation, other: Entry | Entity | Attestation) -> bool:
    """Whether lines stand as `write_log` writes them; the order of entries the chain tells."""
    if isinstance(one, Entity) and isinstance(other, Entity):
        return one.digest < other.digest
    if isinstance(one, Attestation) and isinstance(other, Attestation):
        return _rank(one) < _rank(other)
    kinds = (Entry, Entity, Attestation)
    return kinds.index(type(one)) <= kinds.index(type(other))


def _rank(attestation: Attestation) -> tuple[int, str, bytes]:
    return attestation.seq, attestation.kind, attestation.data


def _header(value: Any, source: str) -> str:
    if not isinstance(value, dict) or value.get("clinamen") != "story":
        raise FormatError("not a story that Clinamen wrote", source=source, place="line 1")
    if value.get("format") != FORMAT:
        raise UnsupportedError("made by another version of Clinamen", source=source, place="line 1")
    try:
        _fields(value, "clinamen", "format", "project")
        if not _text(value["project"]).isalnum():
            raise ValueError("no project")
        return str(value["project"])
    except ValueError as error:
        raise FormatError(str(error), source=source, place="line 1") from None


def _entry(value: dict[str, Any]) -> Entry:
    seq, hashed = value["seq"], _digest(value["hash"])
    if type(seq) is not int:
        raise ValueError("seq is no whole number")
    bound = _digest(value["commitment"])
    if "entry" not in value:
        _fields(value, "seq", "hash", "commitment")
        return Entry(seq, bound, hashed)
    _fields(value, "seq", "hash", "commitment", "salt", "entry")
    salt, payload = _hex(value["salt"]), canonical(value["entry"])
    if not isinstance(value["entry"], dict):
        raise ValueError("an entry is an object")
    return Entry(seq, bound, hashed, salt, payload)


def _entity(value: dict[str, Any]) -> Entity:
    name = "text" if "text" in value else "base64"
    _fields(value, "digest", "salt", "kind", name)
    content = _text(value[name])
    data = content.encode("utf-8") if name == "text" else _base64(content)
    if _plain_content(data) != {name: content}:
        raise ValueError("not written as Clinamen writes it")
    return Entity(_digest(value["digest"]), _hex(value["salt"]), _text(value["kind"]), data)


def _attestation(value: dict[str, Any]) -> Attestation:
    _fields(value, "attests", "kind", "data")
    if type(value["attests"]) is not int:
        raise ValueError("attests is no whole number")
    return Attestation(value["attests"], _text(value["kind"]), _base64(_text(value["data"])))


def _fields(value: dict[str, Any], *names: str) -> None:
    if set(value) != set(names):
        raise ValueError(f"has {', '.join(sorted(value))}")


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is no text")
    return value


def _digest(value: Any) -> str:
    found = _text(value)
    if len(_hex(found)) != _DIGEST_BYTES:
        raise ValueError("no SHA-256")
    return found


def _hex(value: Any) -> bytes:
    found = bytes.fromhex(_text(value))
    if found.hex() != value:
        raise ValueError("not written as Clinamen writes it")
    return found


def _base64(text: str) -> bytes:
    found = base64.b64decode(text, validate=True)
    if base64.b64encode(found).decode() != text:
        raise ValueError("not written as Clinamen writes it")
    return found
