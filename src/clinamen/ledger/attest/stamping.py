"""Time-stamps of an authority (RFC 3161) over a statement.

An authority signs: this hash was shown to me at this time. So the statement, and with it the
whole chain before it, is at least that old. It says nothing of who made it, and it is worth as
much as the authority's word; whose word counts is decided by the root certificates of the user.

Only a SHA-256 of the statement leaves the machine, with a random number against replays, and
only to the address that the user names. A stamp is checked without a network, also when the
authority's certificate is no longer valid: it must have been when it stamped. Whether it was
revoked is not asked.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from clinamen.errors import AttestationError, FormatError
from clinamen.ledger.attest._der import names_certificate, with_sorted_certificates
from clinamen.ledger.attest._envelope import unwrap, wrap
from clinamen.ledger.attest._extra import needing
from clinamen.ledger.attest._fetch import DEFAULT_SECONDS, fetch

if TYPE_CHECKING:
    from cryptography.x509 import Certificate
    from rfc3161_client import TimeStampResponse

__all__ = [
    "Stamp",
    "StampRequest",
    "accept_stamp",
    "check_stamp",
    "fetch_stamp",
    "load_roots",
    "request_stamp",
    "token_of",
]

_SHA256 = "2.16.840.1.101.3.4.2.1"
_MAX_ANSWER_BYTES = 65_536
_MAX_TEXT = 100


@dataclass(frozen=True)
class StampRequest:
    """What is sent to an authority.

    Parameters
    ----------
    content
        DER, with the SHA-256 of the statement.
    nonce
        The random number that the answer must repeat.
    """

    content: bytes
    nonce: int


@dataclass(frozen=True)
class Stamp:
    """What an authority vouches for.

    Parameters
    ----------
    at
        When the statement was there, by the authority's clock (UTC).
    authority
        The subject of its certificate, as RFC 4514 writes it.
    serial
        Number of the stamp at the authority.
    policy
        The rules the authority says it followed, an object identifier.
    accuracy_seconds
        How far its clock may be off, None where it does not say.
    """

    at: datetime
    authority: str
    serial: int
    policy: str
    accuracy_seconds: float | None


def load_roots(pem: bytes, *, source: str | None = None) -> tuple[Certificate, ...]:
    """The certificates in a PEM file, for `check_stamp`.

    Raises
    ------
    FormatError
        If there is none, or one that cannot be read.
    """
    from cryptography.x509 import load_pem_x509_certificates

    try:
        return tuple(dict.fromkeys(load_pem_x509_certificates(pem)))
    except ValueError:
        raise FormatError("not certificates in PEM", source=source) from None


def request_stamp(statement: bytes) -> StampRequest:
    """What to send to an authority to have a statement stamped."""
    with needing("rfc3161-client"):
        from rfc3161_client import HashAlgorithm, TimestampRequestBuilder
    builder = TimestampRequestBuilder().data(statement).hash_algorithm(HashAlgorithm.SHA256)
    request = builder.nonce(nonce=True).cert_request(cert_request=True).build()
    nonce = request.nonce
    assert nonce is not None  # it was asked for
    return StampRequest(request.as_bytes(), nonce)


def fetch_stamp(
    statement: bytes,
    authority: str,
    roots: Sequence[Certificate],
    *,
    seconds: float = DEFAULT_SECONDS,
) -> bytes:
    """Have a statement stamped; its SHA-256 is sent, nothing else of it.

    Parameters
    ----------
    statement
        Not empty.
    authority
        Its address, ``https://...`` (``http`` only on this machine).
    roots
        Certificates that the user trusts; a stamp that does not lead to one is not kept.
    seconds
        Longest wait.

    Returns
    -------
    bytes
        The attestation, for `check_stamp`.

    Raises
    ------
    AttestationError
        If the answer is no stamp of this statement by a trusted authority.
    ClinamenError
        As `fetch` says, if there is no answer.
    """
    request = request_stamp(statement)
    headers = {
        "Content-Type": "application/timestamp-query",
        "Accept": "application/timestamp-reply",
    }
    answer = fetch(
        authority, request.content, headers, max_bytes=_MAX_ANSWER_BYTES, seconds=seconds
    )
    if answer.status != 200:
        raise FormatError(f"answers with status {answer.status}", source=authority)
    return accept_stamp(answer.body, statement, roots, nonce=request.nonce)


def accept_stamp(
    answer: bytes, statement: bytes, roots: Sequence[Certificate], *, nonce: int
) -> bytes:
    """The attestation in an authority's answer, once it was checked.

    Raises
    ------
    AttestationError
        If the answer is no stamp of this statement and request by a trusted authority.
    """
    response = _decoded(answer)
    _check(response, statement, roots, nonce)
    return wrap("rfc3161", response.time_stamp_token())


def check_stamp(data: bytes, statement: bytes, roots: Sequence[Certificate]) -> Stamp:
    """When a statement was there, and who says so. No network is used.

    Parameters
    ----------
    data
        What `fetch_stamp` or `accept_stamp` gave.
    statement
        What it should be about.
    roots
        Certificates that the user trusts.

    Raises
    ------
    AttestationError
        If the stamp is damaged, of another statement, or not by an authority that these roots
        vouch for and whose certificate was valid when it stamped.
    """
    response = _decoded(_granted(token_of(data)))
    return _check(response, statement, roots, None)


def token_of(data: bytes) -> bytes:
    """The token in an attestation, as DER: what ``openssl ts -verify -token_in`` reads."""
    return unwrap("rfc3161", data)


def _granted(token: bytes) -> bytes:
    """A token as the answer it came in: a sequence of the status "granted" and the token."""
    content = bytes.fromhex("3003020100") + token
    length = len(content).to_bytes((len(content).bit_length() + 7) // 8, "big")
    head = length if len(content) < 0x80 else bytes([0x80 | len(length)]) + length
    return b"\x30" + head + content


def _decoded(answer: bytes) -> TimeStampResponse:
    with needing("rfc3161-client"):
        from rfc3161_client import decode_timestamp_response
    with suppress(ValueError):
        answer = with_sorted_certificates(answer)
    try:
        response = decode_timestamp_response(answer)
        status = response.status
    except ValueError:
        raise AttestationError("not the answer of a time-stamp authority") from None
    if status != 0:
        raise AttestationError(f"the authority gives no stamp: status {status}{_why(response)}")
    return response


def _why(response: TimeStampResponse) -> str:
    try:
        text = " ".join(response.status_string)
    except ValueError:
        return ""
    shown = "".join(letter for letter in text if letter.isprintable())[:_MAX_TEXT]
    return f" ({shown})" if shown else ""


def _check(
    response: TimeStampResponse,
    statement: bytes,
    roots: Sequence[Certificate],
    nonce: int | None,
) -> Stamp:
    if not roots:
        raise AttestationError("no root certificate to check the time-stamp with")
    from rfc3161_client import VerificationError, VerifierBuilder

    verifier = VerifierBuilder(roots=list(roots), nonce=nonce).build()
    try:
        if response.tst_info.message_imprint.hash_algorithm.dotted_string != _SHA256:
            raise AttestationError("a time-stamp of another hash than SHA-256")
        verifier.verify(response, hashlib.sha256(statement).digest())
        return _stamp(response, _signing_certificate(response))
    except (VerificationError, ValueError) as error:
        if isinstance(error, AttestationError):
            raise
        raise AttestationError(f"the time-stamp does not hold: {_reason(error)}") from None


def _reason(error: Exception) -> str:
    """What the library says, without the places in OpenSSL's source that come with it."""
    text = str(error)
    found = re.search(r"Verify error: ?([^\"]+)", text)
    if found:
        return found[1]
    return "its signature does not fit" if "ErrorStack" in text else text.partition("\n")[0]


def _signing_certificate(response: TimeStampResponse) -> Certificate:
    """The certificate of the key that signed, which must also be the one that was meant."""
    from cryptography.x509 import load_der_x509_certificate

    (signer,) = response.signed_data.signer_infos
    for content in response.signed_data.certificates:
        certificate = load_der_x509_certificate(content)
        if (certificate.issuer, certificate.serial_number) == (signer.issuer, signer.serial_number):
            if not names_certificate(response.time_stamp_token(), content):
                raise AttestationError("signed for another certificate than the one it brings")
            return certificate
    raise AttestationError("the time-stamp does not bring the certificate that signed it")


def _stamp(response: TimeStampResponse, certificate: Certificate) -> Stamp:
    info = response.tst_info
    return Stamp(
        at=info.gen_time.astimezone(UTC),
        authority=certificate.subject.rfc4514_string(),
        serial=info.serial_number,
        policy=info.policy.dotted_string,
        accuracy_seconds=_accuracy(response),
    )


def _accuracy(response: TimeStampResponse) -> float | None:
    accuracy = response.tst_info.accuracy
    if accuracy is None:
        return None
    return accuracy.seconds + (accuracy.millis or 0) / 1e3 + (accuracy.micros or 0) / 1e6
