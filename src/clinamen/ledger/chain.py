"""How entries hang together: each is bound to the one before it, and says nothing when hidden.

An entry is what its payload says. The payload is bound by a commitment, which is salted, so
that a payload that is kept back cannot be guessed from it; the commitment and the hash of the
entry before make the hash of the entry. Drafts and files are named by salted digests too.

Source: original; the construction is the usual one of hash chains (Haber and Stornetta 1991,
Journal of Cryptology 3) with commitments in the manner of redactable logs.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from typing import Any

from clinamen.errors import FormatError

__all__ = [
    "GENESIS",
    "SALT_BYTES",
    "canonical",
    "commitment_of",
    "entity_digest",
    "entry_hash",
    "new_salt",
    "read_canonical",
]

GENESIS = "0" * 64
"""What stands for the hash before the first entry."""

SALT_BYTES = 16
"""Of every salt. With salts of any length the same bytes could be parted in two ways, and a digest
would be the name of two things."""


def new_salt() -> bytes:
    """16 random bytes."""
    return secrets.token_bytes(SALT_BYTES)


def canonical(value: Any) -> bytes:
    """A value as JSON in the one way it is written here: keys in order, no spaces, UTF-8.

    Raises
    ------
    ValueError
        If it holds a number that is none (NaN), or text that is none (half a character).
    """
    text = json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )
    return text.encode("utf-8")


def read_canonical(data: bytes, *, source: str, place: str) -> Any:
    """What `canonical` wrote; any other spelling of the same value is refused.

    Raises
    ------
    FormatError
        If it is not JSON, or not as `canonical` writes it.
    """
    try:
        value = json.loads(data.decode("utf-8"))
        again = canonical(value)
    except (ValueError, RecursionError) as error:
        raise FormatError(f"not JSON: {error}", source=source, place=place) from None
    if again != data:
        raise FormatError("not written as Clinamen writes it", source=source, place=place)
    return value


def entity_digest(salt: bytes, kind: str, content: bytes) -> str:
    """Name of a draft or a file, 64 hexadecimal digits.

    Without the salt, nobody can try whether it is the name of a certain song.
    """
    made = hashlib.sha256(b"clinamen entity\n" + salt)
    made.update(f"{len(kind.encode())}:{kind}\n".encode())
    made.update(content)
    return made.hexdigest()


def commitment_of(salt: bytes, payload: bytes) -> str:
    """What binds an entry to its payload, 64 hexadecimal digits."""
    return hashlib.sha256(b"clinamen payload\n" + salt + payload).hexdigest()


def entry_hash(project: str, seq: int, previous: str, commitment: str) -> str:
    """Hash of an entry, 64 hexadecimal digits.

    Parameters
    ----------
    seq
        Number of the entry, from 1.
    previous
        Hash of the entry before; `GENESIS` for the first.
    """
    text = f"clinamen entry\n{project}\n{seq}\n{previous}\n{commitment}"
    return hashlib.sha256(text.encode()).hexdigest()
