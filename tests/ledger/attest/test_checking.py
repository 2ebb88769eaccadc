"""Any attestation, held against what somebody trusts."""

from __future__ import annotations

import hashlib
import sys

import pytest
from tests.ledger.attest.test_signing import KEY

from clinamen.bench._authority import Authority
from clinamen.errors import AttestationError
from clinamen.ledger.attest import (
    KINDS,
    Anchor,
    Proof,
    Signer,
    Stamp,
    Trust,
    check_attestation,
    checkers,
    sign,
)
from clinamen.ledger.attest._envelope import unwrap, wrap

STATEMENT = b'{"clinamen":"head","hash":"00ff","project":"p","seq":3}'


def test_a_signature_of_the_trusted_key() -> None:
    data = sign(KEY, STATEMENT)
    trust = Trust(fingerprint=KEY.signer.fingerprint)
    assert check_attestation("ed25519", data, STATEMENT, trust) == Signer(KEY.signer.public_key)
    assert check_attestation("ed25519", data, STATEMENT, Trust()) == KEY.signer
    with pytest.raises(AttestationError, match="another key"):
        check_attestation("ed25519", data, STATEMENT, Trust(fingerprint="AAAA"))


def test_a_stamp_of_a_trusted_authority() -> None:
    pytest.importorskip("rfc3161_client", reason="time-stamps need the extra `stamp`")
    authority = Authority.make()
    data = wrap("rfc3161", authority.token(hashlib.sha256(STATEMENT).digest(), 1))
    trust = Trust(roots=(authority.root.certificate,))
    assert isinstance(check_attestation("rfc3161", data, STATEMENT, trust), Stamp)
    with pytest.raises(AttestationError, match="no root"):
        check_attestation("rfc3161", data, STATEMENT, Trust())


def test_a_proof_with_and_without_its_block() -> None:
    pytest.importorskip("opentimestamps", reason="time-stamps need the extra `stamp`")
    from tests.ledger.attest.test_calendars import anchored

    data, check = anchored()
    found = check_attestation("opentimestamps", data, STATEMENT, Trust())
    assert found == Proof((900_000,), ())
    header = anchored_header()
    trust = Trust(headers={900_000: header})
    assert check_attestation("opentimestamps", data, STATEMENT, trust) == check(data, STATEMENT)
    assert isinstance(check(data, STATEMENT), Anchor)


def anchored_header():
    from tests.ledger.attest.calendar import Calendar

    one = Calendar()
    one.address = "https://c.example.org"
    seen = hashlib.sha256(hashlib.sha256(STATEMENT).digest() + b"nonce").digest()
    one.reply("POST", "/digest", seen)
    return one.found(900_000)


def test_what_holds_is_said_in_words_and_what_is_pending_never_counts() -> None:
    pytest.importorskip("opentimestamps", reason="time-stamps need the extra `stamp`")
    from tests.ledger.attest.calendar import pending
    from tests.ledger.attest.test_calendars import anchored, kept

    check = checkers(Trust(headers={900_000: anchored_header()}))
    signed = check["ed25519"](sign(KEY, STATEMENT), STATEMENT)
    assert KEY.signer.fingerprint in signed.words
    data, _ = anchored()
    found = check["opentimestamps"](data, STATEMENT)
    assert "2026-03-02T04:05:06+00:00" in found.words
    assert signed.is_proof
    assert found.is_proof
    claimed = checkers(Trust())["opentimestamps"](data, STATEMENT)
    assert ("header" in claimed.words, claimed.is_proof) == (True, False)
    waiting = check["opentimestamps"](kept(pending("https://c.example.org")), STATEMENT)
    assert ("pending" in waiting.words, waiting.is_proof) == (True, False)
    stamp = wrap("rfc3161", Authority.make().token(hashlib.sha256(STATEMENT).digest(), 1))
    unchecked = checkers(Trust())["rfc3161"](stamp, STATEMENT)
    assert ("--roots" in unchecked.words, unchecked.is_proof) == (True, False)


def test_a_signed_and_stamped_story_is_sound_for_those_who_trust_the_key() -> None:
    pytest.importorskip("rfc3161_client", reason="time-stamps need the extra `stamp`")
    from clinamen.ledger import Attestation, ProjectStore

    store = ProjectStore(None)
    project = store.create("t", "s", b"x", options="{}", document="0").id
    head = store.story.head(project)
    authority = Authority.make()
    digest = hashlib.sha256(head.statement()).digest()
    stamp = wrap("rfc3161", authority.token(digest, 1))
    store.story.attest(project, Attestation(head.seq, "ed25519", sign(KEY, head.statement())))
    store.story.attest(project, Attestation(head.seq, "rfc3161", stamp))
    mine = Trust(KEY.signer.fingerprint, (authority.root.certificate,))
    other = Trust("AAAA", (authority.root.certificate,))
    unchecked = store.story.verify(project, checkers=checkers(Trust()), required=("rfc3161",))
    assert [str(each) for each in unchecked.problems] == ["its end has no time-stamp"]
    found = store.story.verify(project, checkers=checkers(mine), required=("ed25519", "rfc3161"))
    assert found.is_sound, found.problems
    assert found.attested_seq == head.seq
    assert not store.story.verify(project, checkers=checkers(other)).is_sound
    store.close()


def test_no_kind_passes_for_another() -> None:
    data = sign(KEY, STATEMENT)
    for kind in (*KINDS[1:], "", "pgp"):
        with pytest.raises(AttestationError):
            check_attestation(kind, data, STATEMENT, Trust())  # type: ignore[arg-type]


def test_an_envelope_keeps_what_is_in_it() -> None:
    for kind in KINDS:
        assert unwrap(kind, wrap(kind, b"evidence")) == b"evidence"
        with pytest.raises(AttestationError, match="checksum"):
            unwrap(kind, wrap(kind, b"evidence") + b"0")


def test_signing_loads_no_library_for_time_stamps(tmp_path) -> None:
    import subprocess

    code = (
        "import sys\n"
        "import clinamen.ledger.attest as a\n"
        "assert 'cryptography' not in sys.modules\n"
        "from pathlib import Path\n"
        f"key = a.create_key(Path({str(tmp_path / 'key.pem')!r}))\n"
        "a.check_signature(a.sign(key, b'x'), b'x')\n"
        "assert not {'rfc3161_client', 'opentimestamps', 'bitcoin'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
