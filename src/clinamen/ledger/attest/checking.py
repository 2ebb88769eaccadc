"""Any attestation held against a statement, with what the user trusts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from clinamen.errors import AttestationError
from clinamen.ledger.attest._envelope import KINDS, Kind
from clinamen.ledger.attest.blocks import BlockHeader
from clinamen.ledger.attest.calendars import Anchor, Proof, check_proof, read_proof
from clinamen.ledger.attest.signing import Signer, check_signature
from clinamen.ledger.attest.stamping import Stamp, check_stamp, token_of
from clinamen.ledger.verifying import Checker, Shown

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

__all__ = ["Evidence", "Trust", "check_attestation", "checkers", "words"]

Evidence = Signer | Stamp | Anchor | Proof
"""What an attestation shows; a `Proof` shows nothing yet, and only what is missing."""


@dataclass(frozen=True)
class Trust:
    """What attestations are held against; none of it comes from the record itself.

    Parameters
    ----------
    fingerprint
        Of the key that signatures must be of; None takes any, which tells only that the same
        key signed, and not that it was the maker's.
    roots
        Certificates of time-stamp authorities.
    headers
        Of Bitcoin blocks, by height.
    """

    fingerprint: str | None = None
    roots: tuple[Certificate, ...] = ()
    headers: Mapping[int, BlockHeader] = field(default_factory=dict)


def check_attestation(kind: Kind, data: bytes, statement: bytes, trust: Trust) -> Evidence:
    """What an attestation shows about a statement. No network is used.

    A proof of OpenTimestamps that leads to no block whose header is trusted is given back as
    the claim that it is.

    Raises
    ------
    AttestationError
        If it is damaged, of another statement, or by nobody who is trusted.
    """
    if kind == "ed25519":
        return check_signature(data, statement, fingerprint=trust.fingerprint)
    if kind == "rfc3161":
        return check_stamp(data, statement, trust.roots)
    if kind == "opentimestamps":
        proof = read_proof(data, statement)
        if any(height in trust.headers for height in proof.heights):
            return check_proof(data, statement, trust.headers)
        return proof
    raise AttestationError(f"an attestation of a kind that is not known: {kind!r}")


def words(evidence: Evidence) -> str:
    """What an attestation shows, in a line."""
    if isinstance(evidence, Signer):
        return f"signed with the key {evidence.fingerprint}"
    if isinstance(evidence, Stamp):
        return f"there at {evidence.at.isoformat()}, says {evidence.authority}"
    if isinstance(evidence, Anchor):
        block = f"block {evidence.height} of Bitcoin ({evidence.block_hash})"
        return f"there at {evidence.at.isoformat()}, in {block}"
    if evidence.heights:
        listed = ", ".join(map(str, evidence.heights[:5]))
        return f"claims to be in Bitcoin, and needs the header of a block to tell: {listed}"
    return "pending: it leads to no Bitcoin block yet"


def checkers(trust: Trust) -> dict[str, Checker]:
    """For `clinamen.ledger.verifying`: by kind, what says in words what an attestation shows.

    One that awaits something (a block, an authority's roots) is shown as no proof.
    """
    return {kind: _checker(kind, trust) for kind in KINDS}


def _checker(kind: Kind, trust: Trust) -> Checker:
    def check(data: bytes, statement: bytes) -> Shown:
        if kind == "rfc3161" and not trust.roots:
            token_of(data)
            return Shown("a time-stamp, to be checked with the authority's roots (--roots)", False)
        evidence = check_attestation(kind, data, statement, trust)
        return Shown(words(evidence), not isinstance(evidence, Proof))

    return check
