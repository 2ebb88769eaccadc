"""What an attestation looks like in a ledger: its kind, a checksum, and the evidence itself."""

from __future__ import annotations

import hashlib
from typing import Literal, get_args

from clinamen.errors import AttestationError

__all__ = ["KINDS", "Kind", "unwrap", "wrap"]

Kind = Literal["ed25519", "rfc3161", "opentimestamps"]
"""What an attestation can be."""

KINDS: tuple[Kind, ...] = get_args(Kind)
"""All of them."""

_CHECKSUM_BYTES = 32


def _magic(kind: Kind) -> bytes:
    return f"clinamen attestation 1 {kind}\n".encode()


def wrap(kind: Kind, evidence: bytes) -> bytes:
    """Evidence as it is stored.

    Time-stamps have bytes that nobody signed (certificates that are not used, a calendar's
    address). They change nothing of what is proved; the checksum is there so that damage to
    them is noticed all the same. It keeps no forger out, which is what signatures are for.
    """
    return _magic(kind) + hashlib.sha256(evidence).digest() + evidence


def unwrap(kind: Kind, data: bytes) -> bytes:
    """The evidence in stored bytes.

    Raises
    ------
    AttestationError
        If it is of another kind or damaged.
    """
    magic = _magic(kind)
    if not data.startswith(magic):
        raise AttestationError(f"not an attestation of the kind {kind}")
    checksum = data[len(magic) : len(magic) + _CHECKSUM_BYTES]
    evidence = data[len(magic) + _CHECKSUM_BYTES :]
    if hashlib.sha256(evidence).digest() != checksum:
        raise AttestationError(f"a damaged attestation ({kind}): its checksum does not fit")
    return evidence
