"""A time-stamp authority on this machine, for benchmarks and tests (RFC 3161 over CMS, RFC 5652).

It shares no code with what checks stamps.

It has a root, a certificate below it, and a way to do each thing wrong. Its keys live as long as
the process; nobody trusts it who was not told to.
"""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from clinamen.bench._authority_der import integer, octets, oid, read, sequence, set_of, tagged

STAMPED_AT = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
_DAY = timedelta(days=1)
_SHA256 = sequence(oid("2.16.840.1.101.3.4.2.1"))
_ECDSA_SHA256 = sequence(oid("1.2.840.10045.4.3.2"))
_SIGNED_DATA = oid("1.2.840.113549.1.7.2")
_TST_INFO = oid("1.2.840.113549.1.9.16.1.4")
_CONTENT_TYPE = oid("1.2.840.113549.1.9.3")
_MESSAGE_DIGEST = oid("1.2.840.113549.1.9.4")
_SIGNING_CERTIFICATE = oid("1.2.840.113549.1.9.16.2.47")


@dataclass(frozen=True)
class Issued:
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)


def issued(
    name: str,
    *,
    by: Issued | None = None,
    is_ca: bool = False,
    usages: Sequence[x509.ObjectIdentifier] = (ExtendedKeyUsageOID.TIME_STAMPING,),
    is_usage_critical: bool = True,
    until: datetime = STAMPED_AT + 3650 * _DAY,
    key: ec.EllipticCurvePrivateKey | None = None,
    host: str | None = None,
) -> Issued:
    """A certificate, signed by another or by itself."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(STAMPED_AT - 3650 * _DAY)
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(
                (by.key if by else key).public_key()
            ),
            critical=False,
        )
    )
    if not is_ca:
        builder = builder.add_extension(x509.ExtendedKeyUsage(usages), critical=is_usage_critical)
    if host is not None:
        name_of_host = x509.IPAddress(ipaddress.ip_address(host))
        builder = builder.add_extension(x509.SubjectAlternativeName([name_of_host]), critical=False)
    return Issued(builder.sign(by.key if by else key, hashes.SHA256()), key)


@dataclass(frozen=True)
class Authority:
    """It answers requests; the fields say what it does wrong."""

    root: Issued
    signer: Issued
    chain: tuple[Issued, ...] = ()
    at: datetime = STAMPED_AT
    digest: bytes | None = None
    digest_oid: str = "2.16.840.1.101.3.4.2.1"
    nonce: int | None = None
    status: int = 0
    named: Issued | None = None
    is_sorted: bool = True

    @classmethod
    def make(cls) -> Authority:
        root = issued("Test root", is_ca=True)
        return cls(root, issued("Test authority", by=root))

    def but(self, **changes: object) -> Authority:
        return replace(self, **changes)  # type: ignore[arg-type]

    def answer(self, request: bytes) -> bytes:
        """The answer to a request, DER for DER."""
        if self.status >= 2:
            text = sequence(tagged(0x0C, b"no, not\x1b[31m today"))
            return sequence(sequence(integer(self.status), text))
        ((_, body),) = read(request)
        (_, _version), (_, imprint), (_, nonce), *_ = read(body)
        _algorithm, (_, digest) = read(imprint)
        return self.answer_to(digest, int.from_bytes(nonce, "big"))

    def answer_to(self, digest: bytes, nonce: int) -> bytes:
        return sequence(sequence(integer(self.status)), self.token(digest, nonce))

    def token(self, digest: bytes, nonce: int) -> bytes:
        content = self._content(self.digest or digest, self.nonce or nonce)
        certificates = [each.der() for each in (self.signer, *self.chain)]
        signed = sequence(
            integer(3),
            set_of(0x31, _SHA256),
            sequence(_TST_INFO, tagged(0xA0, octets(content))),
            (set_of if self.is_sorted else tagged)(0xA0, *certificates),
            set_of(0x31, self._signer_info(content)),
        )
        return sequence(_SIGNED_DATA, tagged(0xA0, signed))

    def _content(self, digest: bytes, nonce: int) -> bytes:
        return sequence(
            integer(1),
            oid("1.3.6.1.4.1.13762.3"),
            sequence(sequence(oid(self.digest_oid)), octets(digest)),
            integer(77),
            tagged(0x18, self.at.strftime("%Y%m%d%H%M%SZ").encode()),
            sequence(integer(1), tagged(0x80, (500).to_bytes(2, "big"))),
            integer(nonce),
        )

    def _signer_info(self, content: bytes) -> bytes:
        named = self.named or self.signer
        own = sequence(sequence(sequence(octets(hashlib.sha256(named.der()).digest()))))
        attributes = (
            sequence(_CONTENT_TYPE, set_of(0x31, _TST_INFO)),
            sequence(_MESSAGE_DIGEST, set_of(0x31, octets(hashlib.sha256(content).digest()))),
            sequence(_SIGNING_CERTIFICATE, set_of(0x31, own)),
        )
        signature = self.signer.key.sign(set_of(0x31, *attributes), ec.ECDSA(hashes.SHA256()))
        certificate = self.signer.certificate
        issuer = certificate.issuer.public_bytes()
        return sequence(
            integer(1),
            sequence(issuer, integer(certificate.serial_number)),
            _SHA256,
            set_of(0xA0, *attributes),
            _ECDSA_SHA256,
            octets(signature),
        )
