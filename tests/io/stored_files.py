"""Trained files taken apart and put together again, for tests of what is refused."""

from __future__ import annotations

import hashlib
import json


def split(data: bytes, magic: bytes) -> tuple[dict, bytes]:
    """Header and arrays of a file."""
    line, _, rest = data[len(magic) :].partition(b"\n")
    length = int(line.split()[0])
    return json.loads(rest[:length]), rest[length:]


def reheaded(data: bytes, magic: bytes, **changes: object) -> bytes:
    """A file with some header fields replaced, its length and hash made right."""
    header, body = split(data, magic)
    text = json.dumps({**header, **changes}).encode()
    digest = hashlib.sha256(text + body).hexdigest()
    return magic + f"{len(text)} {digest}\n".encode() + text + body
