"""Signatures over a statement, with a key made on this machine.

A signature says: whoever signed this statement had this key. It does not say who that is, nor
when it was: a key made locally has nobody to vouch for it, so two signatures tell "the same key",
and a name only where somebody published the fingerprint under theirs.

The statement is signed as it is (Ed25519, RFC 8032), so that any other program can check it.
"""

from __future__ import annotations

import base64
import hashlib
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from clinamen.errors import (
    AttestationError,
    ConflictError,
    FormatError,
    MissingError,
    ParameterError,
)
from clinamen.ledger.attest._envelope import unwrap, wrap

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

__all__ = [
    "KEY_FILE",
    "Signer",
    "SigningKey",
    "check_signature",
    "create_key",
    "load_key",
    "sign",
]

KEY_FILE = "signing-key.pem"
"""Name of the key's file in the user's data folder."""

_KEY_BYTES, _SIGNATURE_BYTES = 32, 64
_MAX_FILE_BYTES = 16_384

# y of the points whose order divides 8, as little-endian integers without the sign of x: they
# are public keys for which one signature fits many statements or all, and OpenSSL takes them.
_P = 2**255 - 19
_Y8 = 2707385501144840649318225287225658788936804267575313519463743609750303402022
_WEAK_Y = frozenset({0, 1, _P - 1, _P, _P + 1, _Y8, _P - _Y8})


@dataclass(frozen=True)
class Signer:
    """Whoever has the key.

    Parameters
    ----------
    public_key
        The 32 bytes of an Ed25519 public key.
    """

    public_key: bytes

    @property
    def fingerprint(self) -> str:
        """The first 100 bits of the key's SHA-256 in base 32, to read aloud: ``K3QF-7MXA-...``."""
        text = base64.b32encode(hashlib.sha256(self.public_key).digest()).decode()[:20]
        return "-".join(text[at : at + 4] for at in range(0, 20, 4))


@dataclass(frozen=True)
class SigningKey:
    """A private key in memory; `create_key` and `load_key` give it."""

    _private: Ed25519PrivateKey = field(repr=False)

    @property
    def signer(self) -> Signer:
        """The public half."""
        return Signer(self._private.public_key().public_bytes_raw())

    def public_pem(self) -> bytes:
        """The public half as PEM, to give to others."""
        from cryptography.hazmat.primitives import serialization

        return self._private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )


def create_key(path: Path, *, passphrase: str | None = None) -> SigningKey:
    """Make a key and keep it in a file (PKCS #8, PEM) that only its owner may read.

    Parameters
    ----------
    path
        A file that is not there yet; a key is never overwritten.
    passphrase
        Encrypts the file.

    Raises
    ------
    ConflictError
        If there is a file already.
    MissingError
        If the file cannot be written.
    ParameterError
        If the passphrase is empty.
    """
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    if passphrase == "":
        raise ParameterError("the passphrase of a key is empty; leave it out to have none")
    private = Ed25519PrivateKey.generate()
    encryption: serialization.KeySerializationEncryption = (
        serialization.NoEncryption()
        if passphrase is None
        else serialization.BestAvailableEncryption(passphrase.encode())
    )
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption
    )
    _write_new(path, pem)
    return SigningKey(private)


def _write_new(path: Path, content: bytes) -> None:
    made = False
    try:
        if not path.parent.is_dir():
            path.parent.mkdir(mode=0o700, parents=True)
        # O_EXCL also refuses a link that leads elsewhere.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        made = True
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        if isinstance(error, FileExistsError) and path.parent.is_dir():
            message = f"{path}: there already, and a key is never overwritten"
            raise ConflictError(message) from None
        if made:
            path.unlink(missing_ok=True)
        raise MissingError(f"{path}: cannot be written ({error.strerror})") from None


def load_key(path: Path, *, passphrase: str | None = None) -> SigningKey:
    """The key in a file.

    Raises
    ------
    MissingError
        If the file cannot be read.
    FormatError
        If it holds no Ed25519 key.
    ParameterError
        If the passphrase is wrong, missing or not needed, or if others may read the file.
    """
    from cryptography.exceptions import InternalError, UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    pem = _read(path)
    is_encrypted = b"ENCRYPTED" in pem
    if is_encrypted and not passphrase:
        raise ParameterError(f"{path}: this key needs its passphrase")
    if not is_encrypted and passphrase is not None:
        raise ParameterError(f"{path}: this key has no passphrase")
    try:
        private = load_pem_private_key(pem, passphrase.encode() if passphrase else None)
    # OpenSSL's own trouble with a damaged file comes as `InternalError`.
    except (ValueError, TypeError, UnsupportedAlgorithm, InternalError):
        if is_encrypted:
            message = f"{path}: the passphrase is wrong or the key is damaged"
            raise ParameterError(message) from None
        raise FormatError("not a private key in PEM", source=str(path)) from None
    if not isinstance(private, Ed25519PrivateKey):
        raise FormatError("a private key, but not of the kind Ed25519", source=str(path))
    return SigningKey(private)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            content = file.read(_MAX_FILE_BYTES + 1)
    except OSError as error:
        raise MissingError(f"{path}: cannot be read ({error.strerror})") from None
    if sys.platform != "win32" and mode & 0o077:
        raise ParameterError(f"{path}: others may read this key; chmod 600 makes it yours alone")
    if len(content) > _MAX_FILE_BYTES:
        raise FormatError("too long for a key", source=str(path))
    return content


def sign(key: SigningKey, statement: bytes) -> bytes:
    """The attestation of a key for a statement."""
    return wrap("ed25519", key.signer.public_key + key._private.sign(statement))


def check_signature(data: bytes, statement: bytes, *, fingerprint: str | None = None) -> Signer:
    """Who signed a statement.

    Parameters
    ----------
    data
        What `sign` gave.
    statement
        What it should be about.
    fingerprint
        Of the key that it must be. Without it any key will do, and whoever rewrites a whole
        record can sign it with a key of their own.

    Raises
    ------
    AttestationError
        If the signature is damaged, of another statement or of another key.
    """
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    evidence = unwrap("ed25519", data)
    if len(evidence) != _KEY_BYTES + _SIGNATURE_BYTES:
        raise AttestationError("a signature of the wrong length")
    signer = Signer(evidence[:_KEY_BYTES])
    if _is_weak(signer.public_key):
        raise AttestationError("a signature by a key that would fit every statement")
    try:
        public = Ed25519PublicKey.from_public_bytes(signer.public_key)
        public.verify(evidence[_KEY_BYTES:], statement)
    except (InvalidSignature, ValueError):
        raise AttestationError("the signature is not of this statement") from None
    if fingerprint is not None and signer.fingerprint != _tidied(fingerprint):
        raise AttestationError(
            f"signed by another key: {signer.fingerprint}, not {_tidied(fingerprint)}"
        )
    return signer


def _is_weak(public_key: bytes) -> bool:
    return int.from_bytes(public_key, "little") & (2**255 - 1) in _WEAK_Y


def _tidied(fingerprint: str) -> str:
    letters = "".join(letter for letter in fingerprint.upper() if letter.isalnum())
    return "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))
