"""Keys: made once, kept for their owner alone, and taken from others only if they fit."""

from __future__ import annotations

import os
import stat
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from clinamen.errors import ClinamenError, FormatError, MissingError

x509 = pytest.importorskip(
    "cryptography.x509", reason="left out: needs the extra seal", exc_type=ImportError
)

from cryptography.hazmat.primitives import serialization  # noqa: E402
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa  # noqa: E402
from tests.operations.seal_files import FILES, short_credentials  # noqa: E402

from clinamen.operations import _seal_certificate as module  # noqa: E402


def pem(key: object, passphrase: bytes | None = None) -> str:
    how = (
        serialization.BestAvailableEncryption(passphrase)
        if passphrase
        else serialization.NoEncryption()
    )
    private = serialization.PrivateFormat.PKCS8
    made: bytes = key.private_bytes(serialization.Encoding.PEM, private, how)  # type: ignore[attr-defined]
    return made.decode()


def test_made_once_and_kept_for_its_owner(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "clinamen"
    first = module.own_credentials(folder)
    file = folder / "seal.pem"
    before = file.read_bytes()
    if sys.platform != "win32":
        assert stat.S_IMODE(os.stat(file).st_mode) == 0o600
    again = module.own_credentials(folder)
    assert again == first
    assert file.read_bytes() == before
    assert [each.name for each in folder.iterdir()] == ["seal.pem"]
    assert first.is_self_signed
    assert "PRIVATE" not in repr(first)
    assert first.holds_until > datetime.now(UTC) + timedelta(days=3640)


def test_a_key_that_came_meanwhile_stays(tmp_path: Path) -> None:
    """Two at once: the second uses the first one's."""
    module._keep(tmp_path / "seal.pem", "first")
    module._keep(tmp_path / "seal.pem", "second")
    assert (tmp_path / "seal.pem").read_text() == "first"
    assert len(list(tmp_path.iterdir())) == 1


def test_the_chain_is_one(tmp_path: Path) -> None:
    made = module.own_credentials(tmp_path)
    own, root = x509.load_pem_x509_certificates(made.chain.encode())
    own.verify_directly_issued_by(root)
    root.verify_directly_issued_by(root)
    assert not own.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert root.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert own.public_key() != root.public_key()


def test_an_expired_key_is_not_replaced(tmp_path: Path) -> None:
    text = module._make(datetime.now(UTC) - timedelta(days=11 * 365))
    (tmp_path / "seal.pem").write_text(text)
    with pytest.raises(FormatError, match="expired on"):
        module.own_credentials(tmp_path)
    assert (tmp_path / "seal.pem").read_text() == text


@pytest.mark.parametrize("content", ["", "no key", "-----BEGIN CERTIFICATE-----\nx", "ü"])
def test_a_damaged_key_file(content: str, tmp_path: Path) -> None:
    (tmp_path / "seal.pem").write_text(content, encoding="utf-8")
    with pytest.raises(FormatError, match=r"seal\.pem"):
        module.own_credentials(tmp_path)


def refused(certificate: Path | str, key: Path | str, words: str) -> None:
    with pytest.raises(ClinamenError, match=words):
        module.given_credentials(str(certificate), str(key))


def test_keys_of_others(tmp_path: Path) -> None:
    chain, key = short_credentials(tmp_path, seconds=60)
    assert module.given_credentials(chain, key).algorithm == "es256"
    other, locked, none = tmp_path / "other.pem", tmp_path / "locked.pem", tmp_path / "none.pem"
    other.write_text(pem(ec.generate_private_key(ec.SECP256R1())))
    locked.write_text(pem(ec.generate_private_key(ec.SECP256R1()), b"secret"))
    none.write_bytes(b"\xff\xfe")
    refused(chain, other, "not the key of the certificate")
    refused(chain, locked, "passphrase")
    refused(chain, chain, "no private key in PEM")
    refused(key, key, "no certificates in PEM")
    refused(chain, none, "not PEM")
    refused(tmp_path / "gone.pem", key, "cannot be read")
    for seconds in (-60, 7200 + 365 * 86400 * module._YEARS):
        folder = tmp_path / str(seconds)
        folder.mkdir()
        refused(*short_credentials(folder, seconds=seconds), "not today")


def test_algorithms() -> None:
    known = [
        (ec.generate_private_key(ec.SECP256R1()), "es256"),
        (ec.generate_private_key(ec.SECP384R1()), "es384"),
        (ec.generate_private_key(ec.SECP521R1()), "es512"),
        (ed25519.Ed25519PrivateKey.generate(), "ed25519"),
        (rsa.generate_private_key(65537, 2048), "ps256"),
    ]
    assert [module._algorithm(key, "k") for key, _ in known] == [name for _, name in known]
    for key in (ec.generate_private_key(ec.SECP256K1()), rsa.generate_private_key(65537, 1024)):
        with pytest.raises(FormatError, match="a key must be"):
            module._algorithm(key, "k")


def test_a_certificate_that_the_standard_does_not_take(tmp_path: Path) -> None:
    """The root itself may not seal; the library says so."""
    pytest.importorskip("c2pa", reason="left out: needs the extra seal", exc_type=ImportError)
    from clinamen.operations.seal import SealRequest, seal

    key = ec.generate_private_key(ec.SECP256R1())
    made = module._certificate("root", key, key, datetime.now(UTC), is_root=True)
    (tmp_path / "c.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (tmp_path / "k.pem").write_text(pem(key))
    (tmp_path / "song.wav").write_bytes(FILES["song.wav"])
    request = SealRequest(
        file=str(tmp_path / "song.wav"),
        certificate=str(tmp_path / "c.pem"),
        key=str(tmp_path / "k.pem"),
    )
    with pytest.raises(FormatError, match=r"song\.wav"):
        seal(request)
    assert not (tmp_path / "song.sealed.wav").exists()


def test_no_folder_to_keep_a_key_in(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(MissingError, match="cannot be used"):
        module.own_credentials(tmp_path / "file")
