"""Headers of Bitcoin blocks, as much of them as a time-stamp needs."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from clinamen.errors import FormatError

__all__ = ["BlockHeader", "parse_header"]

_HEADER_BYTES = 80
_EASIEST_TARGET = 0xFFFF << 208


@dataclass(frozen=True)
class BlockHeader:
    """What a block says of its time and of all that is in it.

    Parameters
    ----------
    merkle_root
        32 bytes, in the order of the header (sites print them backwards).
    at
        Its time (UTC), by the clock of whoever found it: up to two hours off.
    block_hash
        As sites and nodes print it; what to compare with theirs.
    """

    merkle_root: bytes
    at: datetime
    block_hash: str


def parse_header(text: str) -> BlockHeader:
    """A header as ``bitcoin-cli getblockheader HASH false`` prints it: 160 hexadecimal digits.

    The work in it is checked, so that a mistyped digit does not pass. A header that somebody
    made for the purpose would take the work of the year 2009, which is little today: whether
    the hash is a block's is to be asked elsewhere.

    Raises
    ------
    FormatError
        If it is no header, or not one with the least work that Bitcoin ever asked for.
    """
    try:
        content = bytes.fromhex(text.strip())
    except ValueError:
        raise FormatError("a block header is 160 hexadecimal digits") from None
    if len(content) != _HEADER_BYTES:
        raise FormatError(f"a block header is 160 hexadecimal digits, not {2 * len(content)}")
    digest = hashlib.sha256(hashlib.sha256(content).digest()).digest()
    target = _target(content[72:76])
    if not int.from_bytes(digest, "little") <= target <= _EASIEST_TARGET:
        raise FormatError("not the header of a Bitcoin block: the work in it does not fit")
    return BlockHeader(
        merkle_root=content[36:68],
        at=datetime.fromtimestamp(int.from_bytes(content[68:72], "little"), UTC),
        block_hash=digest[::-1].hex(),
    )


def _target(bits: bytes) -> int:
    """The largest hash allowed, from its short form: three bytes and how far to shift them."""
    mantissa, exponent = int.from_bytes(bits[:3], "little"), bits[3]
    return mantissa << 8 * (exponent - 3) if exponent >= 3 else mantissa >> 8 * (3 - exponent)
