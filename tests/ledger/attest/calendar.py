"""A calendar of OpenTimestamps for tests, its bytes written by hand from the format's rules.

The format: a step is a tag (f0 append, f1 prepend, 08 SHA-256) with its argument; 00 begins a
claim (eight bytes of kind, then its length and content); ff stands before all but the last of
several ways on. Numbers are in base 128, lowest digits first.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from clinamen.ledger.attest import BlockHeader

PENDING = bytes.fromhex("83dfe30d2ef90c8e")
BITCOIN = bytes.fromhex("0588960d73d71901")
MAGIC = b"\x00OpenTimestamps\x00\x00Proof\x00\xbf\x89\xe2\xe8\x84\xe8\x92\x94\x01"
SHA256 = b"\x08"
FOUND_AT = datetime(2026, 3, 2, 4, 5, 6, tzinfo=UTC)


def number(value: int) -> bytes:
    digits = bytearray()
    while True:
        digits.append(value & 0x7F | (0x80 if value > 0x7F else 0))
        value >>= 7
        if not value:
            return bytes(digits)


def counted(content: bytes) -> bytes:
    return number(len(content)) + content


def append(content: bytes) -> bytes:
    return b"\xf0" + counted(content)


def prepend(content: bytes) -> bytes:
    return b"\xf1" + counted(content)


def pending(address: str) -> bytes:
    return b"\x00" + PENDING + counted(counted(address.encode()))


def in_block(height: int) -> bytes:
    return b"\x00" + BITCOIN + counted(number(height))


def proof(digest: bytes, steps: bytes) -> bytes:
    """The content of a file ``.ots``."""
    return MAGIC + SHA256 + digest + steps


class Calendar:
    """Takes digests; has a block for them once `found` was called."""

    def __init__(self) -> None:
        self.address = ""
        self.asked: list[tuple[str, str, bytes]] = []
        self.promised: set[bytes] = set()
        self.height: int | None = None

    def reply(self, method: str, path: str, body: bytes) -> tuple[int, bytes, dict[str, str]]:
        self.asked.append((method, path, body))
        if (method, path) == ("POST", "/digest"):
            salt = self.address.encode()
            self.promised.add(hashlib.sha256(body + salt).digest())
            return 200, append(salt) + SHA256 + pending(self.address), {}
        message = bytes.fromhex(path.removeprefix("/timestamp/"))
        if self.height is None or message not in self.promised:
            return 404, b"not yet", {}
        steps = prepend(b"left") + SHA256 + append(b"right") + SHA256 + SHA256
        return 200, steps + in_block(self.height), {}

    def found(self, height: int) -> BlockHeader:
        """The header of the block that the one digest is in now."""
        self.height = height
        (message,) = self.promised
        leaf = hashlib.sha256(b"left" + message).digest() + b"right"
        root = hashlib.sha256(hashlib.sha256(leaf).digest()).digest()
        return BlockHeader(root, FOUND_AT, f"{height:064x}")
