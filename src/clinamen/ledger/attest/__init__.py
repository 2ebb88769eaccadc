"""Signatures and time-stamps over a statement: bytes in, bytes out.

Without them whoever has a record can rewrite all of it, or cut off its end, and make every hash
fit. A head that was signed or stamped, and is kept elsewhere too, is what gives that away.
"""

from clinamen.ledger.attest._envelope import KINDS, Kind
from clinamen.ledger.attest.blocks import BlockHeader, parse_header
from clinamen.ledger.attest.calendars import (
    Anchor,
    Gathered,
    Proof,
    check_proof,
    ots_of,
    read_proof,
    submit,
    upgrade,
)
from clinamen.ledger.attest.checking import Evidence, Trust, check_attestation, checkers, words
from clinamen.ledger.attest.signing import (
    KEY_FILE,
    Signer,
    SigningKey,
    check_signature,
    create_key,
    load_key,
    sign,
)
from clinamen.ledger.attest.stamping import (
    Stamp,
    StampRequest,
    accept_stamp,
    check_stamp,
    fetch_stamp,
    load_roots,
    request_stamp,
    token_of,
)

__all__ = [
    "KEY_FILE",
    "KINDS",
    "Anchor",
    "BlockHeader",
    "Evidence",
    "Gathered",
    "Kind",
    "Proof",
    "Signer",
    "SigningKey",
    "Stamp",
    "StampRequest",
    "Trust",
    "accept_stamp",
    "check_attestation",
    "check_proof",
    "check_signature",
    "check_stamp",
    "checkers",
    "create_key",
    "fetch_stamp",
    "load_key",
    "load_roots",
    "ots_of",
    "parse_header",
    "read_proof",
    "request_stamp",
    "sign",
    "submit",
    "token_of",
    "upgrade",
    "words",
]
