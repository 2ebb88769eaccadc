"""A signature fits one statement and one key; a key's file is its owner's alone."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from hypothesis import given
from hypothesis import strategies as st

from clinamen.errors import (
    AttestationError,
    ClinamenError,
    ConflictError,
    FormatError,
    MissingError,
    ParameterError,
)
from clinamen.ledger.attest import Signer, SigningKey, check_signature, create_key, load_key, sign
from clinamen.ledger.attest._envelope import unwrap, wrap

STATEMENT = b'{"clinamen":"head","hash":"00ff","project":"p","seq":3}'
KEY = SigningKey(ed25519.Ed25519PrivateKey.from_private_bytes(bytes(range(32))))

posix = pytest.mark.skipif(sys.platform == "win32", reason="files have no modes on Windows")


def pem_of(private, *, password: bytes | None = None) -> bytes:
    return private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(password)
        if password
        else serialization.NoEncryption(),
    )


def kept(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    path.chmod(0o600)
    return path


# Signatures


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_a_signature_is_of_its_statement_alone(statement: bytes, other: bytes) -> None:
    data = sign(KEY, statement)
    assert check_signature(data, statement) == KEY.signer
    if other != statement:
        with pytest.raises(AttestationError, match="not of this statement"):
            check_signature(data, other)


def test_published_signature(tmp_path: Path) -> None:
    # RFC 8032, 7.1, test 3.
    seed = "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7"
    public = "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025"
    signature = (
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
        "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
    )
    private = ed25519.Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed))
    key = load_key(kept(tmp_path / "key.pem", pem_of(private)))
    data = sign(key, bytes.fromhex("af82"))
    assert unwrap("ed25519", data).hex() == public + signature
    assert check_signature(data, bytes.fromhex("af82")).public_key.hex() == public


def test_every_flipped_bit_is_found() -> None:
    data = sign(KEY, STATEMENT)
    for at in range(8 * len(data)):
        flipped = bytearray(data)
        flipped[at // 8] ^= 1 << at % 8
        with pytest.raises(AttestationError):
            check_signature(bytes(flipped), STATEMENT)


def test_every_flipped_bit_is_found_where_the_checksum_was_made_to_fit() -> None:
    evidence = unwrap("ed25519", sign(KEY, STATEMENT))
    for at in range(8 * len(evidence)):
        flipped = bytearray(evidence)
        flipped[at // 8] ^= 1 << at % 8
        with pytest.raises(AttestationError):
            check_signature(wrap("ed25519", bytes(flipped)), STATEMENT)


@given(st.binary(max_size=300))
def test_anything_else_is_no_signature(data: bytes) -> None:
    for each in (data, wrap("ed25519", data), wrap("rfc3161", data)):
        with pytest.raises(AttestationError):
            check_signature(each, STATEMENT)


def test_another_key_is_found_by_its_fingerprint() -> None:
    data = sign(KEY, STATEMENT)
    mine, other = KEY.signer.fingerprint, Signer(bytes(32)).fingerprint
    assert check_signature(data, STATEMENT, fingerprint=mine) == KEY.signer
    assert check_signature(data, STATEMENT, fingerprint=mine.lower().replace("-", " "))
    for wrong in (other, mine[:-1], ""):
        with pytest.raises(AttestationError, match="another key"):
            check_signature(data, STATEMENT, fingerprint=wrong)


def test_a_fingerprint_can_be_read_aloud() -> None:
    assert Signer(bytes(32)).fingerprint == "MZUH-VLPY-MK6X-O3EP-YGFY"
    assert len({Signer(bytes([each] * 32)).fingerprint for each in range(100)}) == 100


# The curve of RFC 8032, 5.1, written out: an oracle for the keys that are refused.

P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P
L = 2**252 + 27742317777372353535851937790883648493


def plus(a: tuple[int, int], b: tuple[int, int]) -> tuple[int, int]:
    k = D * a[0] * b[0] * a[1] * b[1] % P
    x = (a[0] * b[1] + b[0] * a[1]) * pow(1 + k, -1, P)
    y = (a[1] * b[1] + a[0] * b[0]) * pow(1 - k, -1, P)
    return x % P, y % P


def times(n: int, a: tuple[int, int]) -> tuple[int, int]:
    result = (0, 1)
    for bit in bin(n)[2:]:
        result = plus(result, result)
        result = plus(result, a) if bit == "1" else result
    return result


def small_points() -> set[tuple[int, int]]:
    """The eight points whose order divides 8: L times anything is one of them."""
    found: set[tuple[int, int]] = set()
    y = 2
    while len(found) < 8:
        squared = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
        root = pow(squared, (P + 3) // 8, P)
        for x in (root, root * pow(2, (P - 1) // 4, P) % P):
            if x * x % P == squared:
                small = times(L, (x, y))
                found |= {times(n, small) for n in range(8)}
        y += 1
    return found


def test_keys_that_fit_every_statement_are_refused() -> None:
    points = small_points()
    assert all(times(8, point) == (0, 1) for point in points)
    ys = {y for _, y in points}
    ys |= {y + P for y in ys if y + P < 2**255}
    assert len(ys) == 7
    for y in ys:
        for sign_bit in (0, 1 << 255):
            public = (y | sign_bit).to_bytes(32, "little")
            with pytest.raises(AttestationError, match="fit every statement"):
                check_signature(wrap("ed25519", public + bytes(64)), STATEMENT)


def test_such_a_key_would_be_taken_without_the_guard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clinamen.ledger.attest.signing._WEAK_Y", frozenset())
    neutral = (1).to_bytes(32, "little")
    data = wrap("ed25519", neutral + neutral + bytes(32))
    assert check_signature(data, b"one") == check_signature(data, b"two")


# Keys in files


@pytest.mark.parametrize("passphrase", [None, "pass", "träumerei 夢"])
def test_a_key_comes_back_from_its_file(tmp_path: Path, passphrase: str | None) -> None:
    path = tmp_path / "folder" / "key.pem"
    made = create_key(path, passphrase=passphrase)
    loaded = load_key(path, passphrase=passphrase)
    assert loaded.signer == made.signer
    assert check_signature(sign(loaded, STATEMENT), STATEMENT) == made.signer
    private = serialization.load_pem_private_key(
        path.read_bytes(), passphrase.encode() if passphrase else None
    )
    assert private.public_key().public_bytes_raw() == made.signer.public_key
    public = serialization.load_pem_public_key(made.public_pem())
    assert public.public_bytes_raw() == made.signer.public_key


def test_each_key_is_new(tmp_path: Path) -> None:
    assert create_key(tmp_path / "a").signer != create_key(tmp_path / "b").signer


@posix
def test_only_the_owner_may_read_it(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        create_key(tmp_path / "folder" / "key.pem")
    finally:
        os.umask(before)
    path = tmp_path / "folder" / "key.pem"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    for mode in (0o640, 0o604, 0o602, 0o660):
        path.chmod(mode)
        with pytest.raises(ParameterError, match="chmod 600"):
            load_key(path)


def test_the_private_half_is_not_shown() -> None:
    assert bytes(range(32)).hex() not in repr(KEY)
    assert "Ed25519PrivateKey" not in repr(KEY)


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    create_key(path)
    before = path.read_bytes()
    with pytest.raises(ConflictError, match="never overwritten"):
        create_key(path)
    assert path.read_bytes() == before
    empty = kept(tmp_path / "empty", b"")
    with pytest.raises(ConflictError):
        create_key(empty)
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ConflictError):
        create_key(link)
    assert not (tmp_path / "elsewhere").exists()


def test_what_could_not_be_written_is_not_left_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(MissingError, match="No space left"):
        create_key(tmp_path / "key.pem")
    assert not list(tmp_path.iterdir())


def test_passphrases_that_do_not_fit(tmp_path: Path) -> None:
    create_key(tmp_path / "with", passphrase="right")
    create_key(tmp_path / "without")
    with pytest.raises(ParameterError, match="needs its passphrase"):
        load_key(tmp_path / "with")
    with pytest.raises(ParameterError, match="passphrase is wrong"):
        load_key(tmp_path / "with", passphrase="wrong")
    with pytest.raises(ParameterError, match="has no passphrase"):
        load_key(tmp_path / "without", passphrase="right")
    with pytest.raises(ParameterError, match="empty"):
        create_key(tmp_path / "new", passphrase="")
    assert not (tmp_path / "new").exists()


GOOD = pem_of(ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32)))
BAD = {
    "empty": b"",
    "text": b"hello\n",
    "zeros": bytes(200),
    "cut": GOOD[:60],
    "no-end": GOOD[:-20],
    "shortened": GOOD.replace(b"MC4C", b"MC4A"),
    "public": KEY.public_pem(),
    "not-ascii": b"-----BEGIN PRIVATE KEY-----\n\xff\xfe\n-----END PRIVATE KEY-----\n",
    "long": GOOD + b"\n" * 20_000,
    "rsa": pem_of(rsa.generate_private_key(65537, 2048)),
    "p256": pem_of(ec.generate_private_key(ec.SECP256R1())),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_key_file_is_one_line(tmp_path: Path, name: str) -> None:
    with pytest.raises(FormatError) as raised:
        load_key(kept(tmp_path / "key.pem", BAD[name]))
    assert "key.pem" in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_damaged_key_with_a_passphrase_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    create_key(path, passphrase="right")
    content = path.read_bytes()
    lines = set()
    for at in range(30, len(content) - 30, 17):
        damaged = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
        kept(path, damaged)
        try:
            load_key(path, passphrase="right")
        except ClinamenError as error:
            lines.add(str(error).count("\n"))
    assert lines == {0}


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none"):
        with pytest.raises(MissingError, match="cannot be read"):
            load_key(path)
    file = kept(tmp_path / "file", b"")
    with pytest.raises(MissingError, match="cannot be written"):
        create_key(file / "key.pem")
