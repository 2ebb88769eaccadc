"""A stamp holds for one statement, one request and one authority, at one time."""

from __future__ import annotations

import hashlib
import random
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.ledger.attest.serving import serving
from tests.ledger.attest.test_signing import KEY

from clinamen.bench._authority import STAMPED_AT, Authority, issued
from clinamen.bench._authority_der import integer, octets, oid, sequence, tagged
from clinamen.errors import AttestationError, FormatError, MissingError
from clinamen.ledger.attest import (
    Stamp,
    accept_stamp,
    check_stamp,
    fetch_stamp,
    load_roots,
    request_stamp,
    sign,
    token_of,
)
from clinamen.ledger.attest._envelope import wrap

pytest.importorskip("rfc3161_client", reason="time-stamps need the extra `stamp`")

STATEMENT = b'{"clinamen":"head","hash":"00ff","project":"p","seq":3}'
DIGEST = hashlib.sha256(STATEMENT).digest()
AUTHORITY = Authority.make()
ROOTS = load_roots(AUTHORITY.root.pem())


def stamped(authority: Authority = AUTHORITY) -> bytes:
    return wrap("rfc3161", authority.token(DIGEST, 5))


def refusal(authority: Authority, *, roots=None, nonce: int = 5) -> str:
    """Why an answer is refused, at once and when it was stored all the same."""
    roots = load_roots(authority.root.pem()) if roots is None else roots
    with pytest.raises(AttestationError) as raised:
        accept_stamp(authority.answer_to(DIGEST, nonce), STATEMENT, roots, nonce=nonce)
    with pytest.raises(AttestationError) as again:
        check_stamp(stamped(authority), STATEMENT, roots)
    assert str(raised.value) == str(again.value)
    assert "\n" not in str(raised.value)
    return str(raised.value)


# What holds


def test_a_request_holds_the_hash_and_a_nonce_and_no_more() -> None:
    request = request_stamp(STATEMENT)
    imprint = sequence(sequence(oid("2.16.840.1.101.3.4.2.1"), b"\x05\x00"), octets(DIGEST))
    wanted = sequence(integer(1), imprint, integer(request.nonce), tagged(0x01, b"\xff"))
    assert request.content == wanted
    assert request_stamp(STATEMENT).nonce != request.nonce


def test_a_stamp_says_when_and_who() -> None:
    request = request_stamp(STATEMENT)
    answer = AUTHORITY.answer(request.content)
    data = accept_stamp(answer, STATEMENT, ROOTS, nonce=request.nonce)
    assert check_stamp(data, STATEMENT, ROOTS) == Stamp(
        at=STAMPED_AT,
        authority="CN=Test authority",
        serial=77,
        policy="1.3.6.1.4.1.13762.3",
        accuracy_seconds=1.5,
    )
    assert answer.endswith(token_of(data))


def test_a_stamp_is_fetched_from_an_address() -> None:
    seen: list[bytes] = []

    def reply(method: str, path: str, body: bytes) -> tuple[int, bytes, dict[str, str]]:
        seen.append(body)
        return 200, AUTHORITY.answer(body), {"Content-Type": "application/timestamp-reply"}

    with serving(reply) as address:
        data = fetch_stamp(STATEMENT, f"{address}/tsa", ROOTS)
    assert check_stamp(data, STATEMENT, ROOTS).at == STAMPED_AT
    assert DIGEST in seen[0]
    assert STATEMENT not in seen[0]


def test_one_of_several_roots_is_enough_and_the_chain_may_be_longer() -> None:
    between = issued("Between", by=AUTHORITY.root, is_ca=True)
    below = AUTHORITY.but(signer=issued("Below", by=between), chain=(between,))
    other = Authority.make().root
    roots = load_roots(other.pem() + b"\n# words between\n" + AUTHORITY.root.pem())
    assert check_stamp(stamped(below), STATEMENT, roots).authority == "CN=Below"
    assert check_stamp(stamped(), STATEMENT, roots * 2).at == STAMPED_AT


def test_a_certificate_that_ended_since_then_still_counts() -> None:
    ended = issued("Ended", by=AUTHORITY.root, until=STAMPED_AT + timedelta(seconds=1))
    assert datetime.now(UTC) > ended.certificate.not_valid_after_utc
    assert check_stamp(stamped(AUTHORITY.but(signer=ended)), STATEMENT, ROOTS).at == STAMPED_AT


def test_certificates_may_come_in_any_order() -> None:
    """OpenSSL's authority gives them as they are, and the library wants them sorted."""
    chain = tuple(issued(f"Between {n}", by=AUTHORITY.root, is_ca=True) for n in range(4))
    for each in (chain, chain[::-1]):
        answer = AUTHORITY.but(chain=each, is_sorted=False).answer_to(DIGEST, 5)
        data = accept_stamp(answer, STATEMENT, ROOTS, nonce=5)
        assert check_stamp(data, STATEMENT, ROOTS).at == STAMPED_AT


# What does not


def test_another_statement() -> None:
    for statement in (STATEMENT + b" ", STATEMENT[:-1], b"", DIGEST):
        with pytest.raises(AttestationError, match="Mismatch"):
            check_stamp(stamped(), statement, ROOTS)


def test_the_wrong_digest() -> None:
    assert "Mismatch" in refusal(AUTHORITY.but(digest=bytes(32)))
    assert "another hash" in refusal(AUTHORITY.but(digest_oid="1.3.14.3.2.26"))
    assert "another hash" in refusal(AUTHORITY.but(digest_oid="2.16.840.1.101.3.4.2.3"))


def test_the_answer_to_another_request() -> None:
    answer = AUTHORITY.but(nonce=6).answer_to(DIGEST, 5)
    with pytest.raises(AttestationError, match="Nonce"):
        accept_stamp(answer, STATEMENT, ROOTS, nonce=5)
    with (
        serving(lambda *_: (200, AUTHORITY.answer_to(DIGEST, 5), {})) as address,
        pytest.raises(AttestationError, match="Nonce"),
    ):
        fetch_stamp(STATEMENT, address, ROOTS)


def test_an_authority_that_nobody_vouches_for() -> None:
    refusal(Authority.make(), roots=ROOTS)
    refusal(AUTHORITY, roots=load_roots(Authority.make().root.pem()))
    refusal(AUTHORITY.but(signer=issued("By itself")))
    same_name = issued("Test root", is_ca=True)
    refusal(AUTHORITY.but(signer=issued("Test authority", by=same_name), chain=(same_name,)))
    assert "no root" in refusal(AUTHORITY, roots=())


def test_a_certificate_that_may_not_issue_others() -> None:
    not_ca = issued("Someone below", by=AUTHORITY.root)
    refusal(AUTHORITY.but(signer=issued("Me", by=not_ca), chain=(not_ca,)))


def test_a_certificate_that_had_ended_or_not_begun_when_it_stamped() -> None:
    ended = issued("Ended", by=AUTHORITY.root, until=STAMPED_AT - timedelta(seconds=1))
    assert "expired" in refusal(AUTHORITY.but(signer=ended))
    assert "not yet valid" in refusal(AUTHORITY.but(at=datetime(2010, 1, 1, tzinfo=UTC)))
    gone = issued("Root", is_ca=True, until=STAMPED_AT - timedelta(days=1))
    assert "expired" in refusal(Authority(gone, issued("Below", by=gone)))


def test_a_certificate_for_other_uses() -> None:
    from cryptography.x509.oid import ExtendedKeyUsageOID as Use

    for uses in ((Use.SERVER_AUTH,), (Use.TIME_STAMPING, Use.CODE_SIGNING)):
        refusal(AUTHORITY.but(signer=issued("x", by=AUTHORITY.root, usages=uses)))
    lax = issued("x", by=AUTHORITY.root, is_usage_critical=False)
    refusal(AUTHORITY.but(signer=lax))
    refusal(AUTHORITY.but(signer=AUTHORITY.root))


def test_a_later_certificate_of_the_same_key() -> None:
    renewed = issued("Test authority", by=AUTHORITY.root, key=AUTHORITY.signer.key)
    swapped = AUTHORITY.but(signer=renewed, named=AUTHORITY.signer)
    assert "another certificate" in refusal(swapped)
    assert "another certificate" in refusal(AUTHORITY.but(named=renewed))


def test_an_authority_that_says_no() -> None:
    for status in (1, 2, 3, 4, 5):
        answer = AUTHORITY.but(status=status).answer_to(DIGEST, 5)
        if status >= 2:
            answer = AUTHORITY.but(status=status).answer(b"")
        with pytest.raises(AttestationError, match=f"status {status}") as raised:
            accept_stamp(answer, STATEMENT, ROOTS, nonce=5)
        assert str(raised.value).isprintable()
    assert "not[31m today" in str(raised.value).replace("no, ", "")


def test_an_address_that_is_no_authority() -> None:
    for status, content in ((404, b""), (200, b""), (200, b"<html>"), (200, bytes(70_000))):
        with (
            serving(lambda *_, s=status, c=content: (s, c, {})) as address,
            pytest.raises(FormatError) as raised,
        ):
            fetch_stamp(STATEMENT, address, ROOTS)
        assert "\n" not in str(raised.value)


# Damage


def test_every_flipped_byte_is_found() -> None:
    data = stamped()
    check_stamp(data, STATEMENT, ROOTS)
    for at in range(len(data)):
        for flip in (0x01, 0x80, 0xFF):
            damaged = data[:at] + bytes([data[at] ^ flip]) + data[at + 1 :]
            with pytest.raises(AttestationError):
                check_stamp(damaged, STATEMENT, ROOTS)


def test_a_token_that_was_changed_fails_or_says_the_same() -> None:
    """The checksum made to fit: what nobody signed (versions, ...) changes nothing that holds."""
    token = AUTHORITY.token(DIGEST, 5)
    said = check_stamp(wrap("rfc3161", token), STATEMENT, ROOTS)
    n_same = 0
    for at in range(len(token)):
        for flip in (0x01, 0x04, 0x80):
            changed = token[:at] + bytes([token[at] ^ flip]) + token[at + 1 :]
            try:
                assert check_stamp(wrap("rfc3161", changed), STATEMENT, ROOTS) == said
                n_same += 1
            except AttestationError:
                pass
    assert n_same < 60


def test_a_hostile_answer_is_one_line() -> None:
    rng = random.Random(7)
    answer = AUTHORITY.answer_to(DIGEST, 5)
    lines = set()
    for _ in range(1500):
        changed = bytearray(answer)
        for _ in range(rng.randint(1, 4)):
            at = rng.randrange(len(changed))
            changed[at : at + rng.randint(0, 9)] = rng.randbytes(rng.randint(0, 9))
            if rng.random() < 0.1:
                del changed[at + 1 :]
        try:
            data = accept_stamp(bytes(changed), STATEMENT, ROOTS, nonce=5)
        except AttestationError as error:
            lines.add(str(error).count("\n"))
        else:
            assert check_stamp(data, STATEMENT, ROOTS).at == STAMPED_AT
    assert lines == {0}


def test_other_bytes_are_no_stamp() -> None:
    token = AUTHORITY.token(DIGEST, 5)
    for content in (b"", b"0", token[:-1], token + b"\x00", token + token, token[4:]):
        with pytest.raises(AttestationError):
            check_stamp(wrap("rfc3161", content), STATEMENT, ROOTS)
    for data in (token, b"", sign(KEY, STATEMENT), wrap("opentimestamps", token)):
        with pytest.raises(AttestationError, match="not an attestation"):
            check_stamp(data, STATEMENT, ROOTS)


def test_roots_that_are_none() -> None:
    pem = AUTHORITY.root.pem()
    for content in (b"", b"hello", pem[:100], pem.replace(b"MII", b"AAA", 1), AUTHORITY.root.der()):
        with pytest.raises(FormatError, match=r"roots\.pem: not certificates"):
            load_roots(content, source="roots.pem")


def test_without_the_library_one_line_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    data = stamped()
    monkeypatch.setitem(sys.modules, "rfc3161_client", None)
    for call in (
        lambda: request_stamp(STATEMENT),
        lambda: fetch_stamp(STATEMENT, "http://127.0.0.1:1/", ROOTS),
        lambda: check_stamp(data, STATEMENT, ROOTS),
    ):
        with pytest.raises(MissingError, match=r"pip install 'clinamen\[stamp\]'"):
            call()


# Other programs

openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl here")


def run(folder: Path, *command: str) -> str:
    done = subprocess.run(
        ["openssl", *command], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout


@openssl
def test_openssl_takes_our_stamp(tmp_path: Path) -> None:
    (tmp_path / "token").write_bytes(token_of(stamped()))
    (tmp_path / "statement").write_bytes(STATEMENT)
    (tmp_path / "root.pem").write_bytes(AUTHORITY.root.pem())
    at = str(int(STAMPED_AT.timestamp()))
    arguments = [
        "-token_in",
        "-in",
        "token",
        "-data",
        "statement",
        "-CAfile",
        "root.pem",
        "-attime",
    ]
    assert "OK" in run(tmp_path, "ts", "-verify", *arguments, at)


@openssl
@pytest.mark.parametrize("option", ["sha1", "sha256", "sha512"])
def test_we_take_a_stamp_of_openssl(tmp_path: Path, option: str) -> None:
    """An authority that shares nothing with us, with the certificate's hash in either form."""
    from cryptography.hazmat.primitives import serialization

    (tmp_path / "root.pem").write_bytes(AUTHORITY.root.pem())
    (tmp_path / "signer.pem").write_bytes(AUTHORITY.signer.pem())
    (tmp_path / "signer.key").write_bytes(
        AUTHORITY.signer.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    (tmp_path / "serial").write_text("0A\n")
    (tmp_path / "conf").write_text(
        "[tsa]\nserial=serial\nsigner_cert=signer.pem\ncerts=root.pem\nsigner_key=signer.key\n"
        "signer_digest=sha512\ndefault_policy=1.2.3.4\ndigests=sha256\nclock_precision_digits=3\n"
        f"accuracy=secs:2\nordering=yes\ntsa_name=yes\ness_cert_id_alg={option}\n"
    )
    request = request_stamp(STATEMENT)
    (tmp_path / "request").write_bytes(request.content)
    arguments = ["-config", "conf", "-section", "tsa", "-queryfile", "request", "-out", "answer"]
    run(tmp_path, "ts", "-reply", *arguments)
    answer = (tmp_path / "answer").read_bytes()
    data = accept_stamp(answer, STATEMENT, ROOTS, nonce=request.nonce)
    stamp = check_stamp(data, STATEMENT, ROOTS)
    assert abs(datetime.now(UTC) - stamp.at) < timedelta(minutes=5)
    assert (stamp.serial, stamp.policy, stamp.accuracy_seconds) == (11, "1.2.3.4", 2.0)
