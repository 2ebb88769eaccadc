"""The library `opentimestamps`, which has no types and errors of many kinds, behind a few calls.

A timestamp (`Any` here) is a tree: a message, what was done to it (append, prepend, hash), and
at its leaves the claims. The library bounds depth and lengths; what reaches it is bounded too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from clinamen.errors import AttestationError
from clinamen.ledger.attest._extra import needing

__all__ = ["added", "begun", "blocks", "commitment", "read", "require", "waiting"]

_MAX_PROOF_BYTES = 1_000_000
_LIBRARY = "opentimestamps"


@contextmanager
def _reading(source: str | None) -> Iterator[None]:
    """The library's errors for malformed bytes as ours."""
    from opentimestamps.core.serialize import DeserializationError

    try:
        yield
    except AttestationError:
        raise
    # The library warns of a step that nobody uses; where warnings are errors, that is one.
    except (DeserializationError, ValueError, RecursionError, PendingDeprecationWarning) as error:
        reason = str(error).splitlines()[0][:100] if str(error) else type(error).__name__
        message = f"not a proof of OpenTimestamps: {reason}"
        raise AttestationError(message, source=source) from None


def require() -> None:
    """See that the library is there, before anything is sent.

    Raises
    ------
    MissingError
        If it is not.
    """
    with needing(_LIBRARY):
        import opentimestamps.core.timestamp  # noqa: F401


def commitment(statement: bytes, nonce: bytes) -> bytes:
    """What calendars see: the hash of the statement's SHA-256 and a nonce."""
    return hashlib.sha256(hashlib.sha256(statement).digest() + nonce).digest()


def begun(statement: bytes, nonce: bytes, answer: bytes, source: str) -> bytes:
    """A proof, as the content of a file ``.ots``, that goes on with what a calendar answered.

    Raises
    ------
    AttestationError
        If the answer is no timestamp of the commitment, or makes no claim that we know.
    """
    from opentimestamps.core.op import OpAppend, OpSHA256
    from opentimestamps.core.timestamp import Timestamp

    stamp = Timestamp(hashlib.sha256(statement).digest())
    place = stamp.ops.add(OpAppend(nonce)).ops.add(OpSHA256())
    place.merge(_answered(place.msg, answer, source))
    return _written(stamp, statement, source)


def added(content: bytes, statement: bytes, message: bytes, answer: bytes, source: str) -> bytes:
    """A proof with what a calendar answered for a message in it.

    Raises
    ------
    AttestationError
        If the answer is no timestamp of that message, or makes no claim that we know.
    """
    stamp = read(content, statement)
    found = _answered(message, answer, source)
    for place in _places(stamp):
        if place.msg == message:
            place.merge(found)
            break
    return _written(stamp, statement, source)


def _answered(message: bytes, answer: bytes, source: str) -> Any:
    from opentimestamps.core.serialize import BytesDeserializationContext
    from opentimestamps.core.timestamp import Timestamp

    with _reading(source):
        context = BytesDeserializationContext(answer)
        found = Timestamp.deserialize(context, message)
        context.assert_eof()
    if not blocks(found) and not waiting(found):
        raise AttestationError("neither a block nor the promise of one", source=source)
    return found


def _written(stamp: Any, statement: bytes, source: str) -> bytes:
    from opentimestamps.core.op import OpSHA256
    from opentimestamps.core.serialize import BytesSerializationContext
    from opentimestamps.core.timestamp import DetachedTimestampFile

    context = BytesSerializationContext()
    DetachedTimestampFile(OpSHA256(), stamp).serialize(context)
    content: bytes = context.getbytes()
    # Answer upon answer can make a proof too deep or too long to be read: it must not take the
    # place of one that can be.
    with _reading(source):
        read(content, statement)
    return content


def read(content: bytes, statement: bytes) -> Any:
    """The timestamp in the content of a file ``.ots``.

    Raises
    ------
    AttestationError
        If it is malformed or of another statement.
    """
    require()
    from opentimestamps.core.op import OpSHA256
    from opentimestamps.core.serialize import BytesDeserializationContext
    from opentimestamps.core.timestamp import DetachedTimestampFile

    if len(content) > _MAX_PROOF_BYTES:
        raise AttestationError("too long for a proof of OpenTimestamps")
    with _reading(None):
        file = DetachedTimestampFile.deserialize(BytesDeserializationContext(content))
    if not isinstance(file.file_hash_op, OpSHA256):
        raise AttestationError("a proof by another hash than SHA-256")
    if file.file_digest != hashlib.sha256(statement).digest():
        raise AttestationError("the proof is of another statement")
    return file.timestamp


def blocks(stamp: Any) -> list[tuple[int, bytes]]:
    """Heights of Bitcoin blocks that are claimed, with the Merkle root that each must have."""
    from opentimestamps.core.notary import BitcoinBlockHeaderAttestation

    return [
        (claim.height, message)
        for message, claim in stamp.all_attestations()
        if isinstance(claim, BitcoinBlockHeaderAttestation)
    ]


def waiting(stamp: Any) -> list[tuple[bytes, str]]:
    """Messages for which a calendar promised a block and none is there yet, with its address."""
    from opentimestamps.core.notary import PendingAttestation

    return [
        (place.msg, promise.uri)
        for place in _places(stamp)
        if place.attestations and not blocks(place)
        for promise in sorted(place.attestations)
        if isinstance(promise, PendingAttestation)
    ]


def _places(stamp: Any) -> Iterator[Any]:
    yield stamp
    for below in stamp.ops.values():
        yield from _places(below)
