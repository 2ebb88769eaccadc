"""The certificate a song is sealed with: one made on this machine, or one's own.

A certificate made here shows that two seals come from the same key, and that nothing was
changed since. It does not show who holds the key: nobody but its maker has vouched for it.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from clinamen.errors import FormatError, MissingError

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec

__all__ = ["SELF_SIGNED", "Credentials", "given_credentials", "own_credentials"]

SELF_SIGNED = "Self-signed with Clinamen"
_ORGANISATION = "made on the maker's machine, vouched for by nobody"
_YEARS = 10
_FILE = "seal.pem"


@dataclass(frozen=True)
class Credentials:
    """A private key with its certificates.

    Parameters
    ----------
    chain, key
        PEM; the chain begins with the certificate of the key.
    algorithm
        As C2PA names it: ``"es256"``.
    holds_until
        When the certificate expires.
    is_self_signed
        Whether it was made here.
    """

    chain: str
    key: str
    algorithm: str
    holds_until: datetime
    is_self_signed: bool

    def __repr__(self) -> str:
        # Not the key, wherever it may be shown.
        return f"Credentials({self.algorithm}, until {self.holds_until:%Y-%m-%d})"


def own_credentials(folder: Path) -> Credentials:
    """The key and certificate of this machine, made at the first call.

    Raises
    ------
    FormatError
        If the file is there and cannot be used.
    MissingError
        If it cannot be written or read.
    """
    path = folder / _FILE
    try:
        if not path.exists():
            _keep(path, _make(datetime.now(UTC)))
        text = path.read_text(encoding="ascii")
    except UnicodeDecodeError:
        raise FormatError("not a key with its certificates", source=str(path)) from None
    except OSError as error:
        raise MissingError(f"{path}: cannot be used ({error.strerror})") from None
    made = _read(text, text, str(path), str(path), is_self_signed=True)
    if made.holds_until <= datetime.now(UTC):
        raise FormatError(
            f"the certificate expired on {made.holds_until:%Y-%m-%d}; put the file away, "
            "and the next seal makes a new one",
            source=str(path),
        )
    return made


def given_credentials(certificate: str, key: str) -> Credentials:
    """A chain and a key from PEM files.

    Raises
    ------
    MissingError
        If a file cannot be read.
    FormatError
        If one is not PEM, the key is locked or of another certificate, or the certificate
        is not valid today.
    """
    texts = []
    for path in (certificate, key):
        try:
            texts.append(Path(path).read_text(encoding="ascii"))
        except UnicodeDecodeError:
            raise FormatError("not PEM", source=path) from None
        except OSError as error:
            raise MissingError(f"{path}: cannot be read ({error.strerror})") from None
    return _read(texts[0], texts[1], certificate, key, is_self_signed=False)


def _keep(path: Path, text: str) -> None:
    """Write a file that its owner alone can read; one that is there already stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(text)
        # A link, unlike a renaming, never replaces a key that another process made meanwhile.
        with suppress(FileExistsError):
            os.link(part, path)
    finally:
        part.unlink(missing_ok=True)


def _read(
    chain: str, key: str, chain_name: str, key_name: str, *, is_self_signed: bool
) -> Credentials:
    from cryptography import x509
    from cryptography.hazmat.primitives import serialization

    try:
        certificates = x509.load_pem_x509_certificates(chain.encode())
    except ValueError:
        raise FormatError("no certificates in PEM", source=chain_name) from None
    try:
        private = serialization.load_pem_private_key(key.encode(), None)
    except TypeError:
        raise FormatError("the key has a passphrase; give one without", source=key_name) from None
    except ValueError:
        raise FormatError("no private key in PEM", source=key_name) from None
    first = certificates[0]
    if private.public_key() != first.public_key():
        raise FormatError(f"not the key of the certificate in {chain_name}", source=key_name)
    now = datetime.now(UTC)
    if not is_self_signed and not first.not_valid_before_utc <= now < first.not_valid_after_utc:
        since, until = first.not_valid_before_utc, first.not_valid_after_utc
        raise FormatError(
            f"the certificate is valid from {since:%Y-%m-%d} to {until:%Y-%m-%d}, not today",
            source=chain_name,
        )
    pem = serialization.Encoding.PEM
    return Credentials(
        "".join(each.public_bytes(pem).decode() for each in certificates),
        private.private_bytes(
            pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode(),
        _algorithm(private, key_name),
        min(each.not_valid_after_utc for each in certificates),
        is_self_signed,
    )


def _algorithm(key: object, name: str) -> str:
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

    if isinstance(key, ec.EllipticCurvePrivateKey):
        known = {"secp256r1": "es256", "secp384r1": "es384", "secp521r1": "es512"}
        found = known.get(key.curve.name)
        if found is not None:
            return found
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return "ed25519"
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size >= 2048:
        return "ps256"
    raise FormatError(
        "a key must be on the curve P-256, P-384 or P-521, Ed25519, or RSA of 2048 bits or more",
        source=name,
    )


def _make(now: datetime) -> str:
    """A key with a certificate and its root, PEM; the root's own key is thrown away.

    Source
    ------
    What a certificate must have: C2PA 2.2, section 14.5, and RFC 5280.
    """
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root = _certificate(f"{SELF_SIGNED}, root", root_key, root_key, now, is_root=True)
    own = _certificate(SELF_SIGNED, key, root_key, now, is_root=False)
    pem = serialization.Encoding.PEM
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return (private + own.public_bytes(pem) + root.public_bytes(pem)).decode()


def _certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    signer: ec.EllipticCurvePrivateKey,
    now: datetime,
    *,
    is_root: bool,
) -> x509.Certificate:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.x509.oid import ExtendedKeyUsageOID

    own_id = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    signer_id = x509.SubjectKeyIdentifier.from_public_key(signer.public_key())
    made = (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .issuer_name(_name(f"{SELF_SIGNED}, root"))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        # A clock that is a little behind must not find it to be of tomorrow.
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=365 * _YEARS))
        .add_extension(x509.BasicConstraints(is_root, 0 if is_root else None), critical=True)
        .add_extension(_usage(is_root), critical=True)
        .add_extension(own_id, critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(signer_id),
            critical=False,
        )
    )
    if not is_root:
        purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
        made = made.add_extension(purpose, critical=False)
    return made.sign(signer, hashes.SHA256())


def _name(common: str) -> x509.Name:
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    return x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, common),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, _ORGANISATION),
        ]
    )


def _usage(is_root: bool) -> x509.KeyUsage:
    from cryptography import x509

    return x509.KeyUsage(
        digital_signature=not is_root,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_root,
        crl_sign=is_root,
        encipher_only=False,
        decipher_only=False,
    )
