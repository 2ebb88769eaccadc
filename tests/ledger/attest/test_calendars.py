"""A proof leads from one statement to one block; calendars are not believed."""

from __future__ import annotations

import hashlib
import random
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from tests.ledger.attest.calendar import (
    FOUND_AT,
    SHA256,
    Calendar,
    append,
    counted,
    in_block,
    pending,
    prepend,
    proof,
)
from tests.ledger.attest.serving import serving

from clinamen.errors import (
    AttestationError,
    ClinamenError,
    FormatError,
    MissingError,
    ParameterError,
)
from clinamen.ledger.attest import (
    Anchor,
    Proof,
    check_proof,
    ots_of,
    parse_header,
    read_proof,
    submit,
    upgrade,
)
from clinamen.ledger.attest._envelope import wrap

pytest.importorskip("opentimestamps", reason="time-stamps need the extra `stamp`")

STATEMENT = b'{"clinamen":"head","hash":"00ff","project":"p","seq":3}'
DIGEST = hashlib.sha256(STATEMENT).digest()


@contextmanager
def calendar() -> Iterator[Calendar]:
    made = Calendar()
    with serving(made.reply) as address:
        made.address = address
        yield made


def kept(steps: bytes, *, digest: bytes = DIGEST) -> bytes:
    return wrap("opentimestamps", proof(digest, steps))


# The whole way


def test_from_a_digest_to_a_block() -> None:
    with calendar() as one:
        first = submit(STATEMENT, [one.address + "/"])
        assert first.problems == ()
        assert read_proof(first.data, STATEMENT) == Proof((), (one.address,))
        with pytest.raises(AttestationError, match="pending"):
            check_proof(first.data, STATEMENT, {})

        early = upgrade(first.data, STATEMENT, [one.address])
        assert early.data == first.data
        assert early.problems == (f"{one.address}: no block yet",)

        header = one.found(900_000)
        done = upgrade(first.data, STATEMENT, [one.address])
        assert done.problems == ()
        assert read_proof(done.data, STATEMENT) == Proof((900_000,), ())
        again = upgrade(done.data, STATEMENT, [one.address])
        assert again.data == done.data
    assert [method for method, _, _ in one.asked] == ["POST", "GET", "GET"]
    assert check_proof(done.data, STATEMENT, {900_000: header}) == Anchor(
        FOUND_AT, 900_000, header.block_hash
    )


def test_a_calendar_sees_neither_the_statement_nor_its_hash() -> None:
    with calendar() as one:
        submit(STATEMENT, [one.address])
        submit(STATEMENT, [one.address])
    (_, _, first), (_, _, second) = one.asked
    assert len(first) == len(second) == 32
    assert len({first, second, DIGEST}) == 3


def test_several_calendars_and_the_earliest_block() -> None:
    with calendar() as one, calendar() as two:
        data = submit(STATEMENT, [one.address, two.address]).data
        assert set(read_proof(data, STATEMENT).pending) == {one.address, two.address}
        later, earlier = one.found(900_002), two.found(900_001)
        partly = upgrade(data, STATEMENT, [one.address])
        assert partly.problems == (f"{two.address}: not asked, since it was not named",)
        assert read_proof(partly.data, STATEMENT) == Proof((900_002,), (two.address,))
        data = upgrade(partly.data, STATEMENT, [two.address]).data
        assert one.asked[0][2] == two.asked[0][2]
    headers = {900_002: later, 900_001: earlier}
    assert check_proof(data, STATEMENT, headers).height == 900_001
    assert check_proof(data, STATEMENT, {900_002: later}).height == 900_002


def test_one_calendar_that_fails_is_told_and_the_others_count() -> None:
    with calendar() as one, serving(lambda *_: (500, b"", {})) as broken:
        got = submit(STATEMENT, [broken, one.address])
        assert read_proof(got.data, STATEMENT).pending == (one.address,)
        (problem,) = got.problems
        assert "status 500" in problem
        with pytest.raises(FormatError, match="status 500"):
            submit(STATEMENT, [broken])


def test_an_address_that_only_an_answer_names_is_not_asked() -> None:
    with calendar() as trap:

        def reply(method: str, path: str, body: bytes) -> tuple[int, bytes, dict[str, str]]:
            return 200, pending(trap.address), {}

        with serving(reply) as address:
            got = submit(STATEMENT, [address])
            after = upgrade(got.data, STATEMENT, [address])
        assert read_proof(got.data, STATEMENT).pending == (trap.address,)
        assert after.problems == (f"{trap.address}: not asked, since it was not named",)
        assert trap.asked == []


@pytest.mark.parametrize(
    "calendars",
    [
        (),
        [f"https://c{n}.example.org" for n in range(11)],
        ["http://example.org"],
        ["https://c.example.org", "file:///etc"],
    ],
)
def test_calendars_that_are_not_used(calendars: list[str]) -> None:
    with pytest.raises(ParameterError):
        submit(STATEMENT, calendars)
    with pytest.raises(ParameterError):
        upgrade(kept(in_block(1)), STATEMENT, calendars)


# Hostile answers

DEEP = (append(b"x") + SHA256) * 120
ANSWERS = {
    "nothing": b"",
    "text": b"<html>not found</html>",
    "zeros": bytes(50),
    "no claim that is known": b"\x00" + bytes(8) + counted(b"claim"),
    "cut off": append(b"salt") + SHA256,
    "more than one": in_block(1) + in_block(2),
    "a tag that is not known": b"\x99" + in_block(1),
    "an argument longer than the answer": b"\xf0\xff\xff\xff\xff\x7f" + in_block(1),
    "an empty argument": append(b"") + in_block(1),
    "an argument longer than allowed": append(bytes(5000)) + in_block(1),
    "a result longer than allowed": append(bytes(4000)) * 2 + in_block(1),
    "too deep": (append(b"x") + SHA256) * 2000 + in_block(1),
    "an address with a space": pending("http://a b"),
    "an address that is too long": pending("a" * 2000),
    "a number without an end": b"\x00" + bytes.fromhex("0588960d73d71901") + b"\x09" + b"\xff" * 9,
    "too long": append(bytes(4000)) + SHA256 + append(bytes(4000)) + bytes(4000),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_a_hostile_answer_is_one_line(name: str) -> None:
    with serving(lambda *_: (200, ANSWERS[name], {})) as address:
        with pytest.raises(FormatError) as raised:
            submit(STATEMENT, [address])
        begun = kept(append(b"n") + SHA256 + pending(address))
        got = upgrade(begun, STATEMENT, [address])
    assert "\n" not in str(raised.value)
    assert got.data == begun
    (problem,) = got.problems
    assert "\n" not in problem


def test_answers_cannot_make_a_proof_that_cannot_be_read() -> None:
    with serving(lambda *_: (200, DEEP + pending(address), {})) as address:
        data = submit(STATEMENT, [address]).data
        for _ in range(4):
            got = upgrade(data, STATEMENT, [address])
            data = got.data
            read_proof(data, STATEMENT)
    assert len(got.problems) == 1


def test_mutated_answers_never_do_more_than_fail() -> None:
    rng = random.Random(3)
    answer = append(b"salt") + SHA256 + b"\xff" + pending("https://c.org") + in_block(900_000)
    changed = answer
    with serving(lambda *_: (200, changed, {})) as address:
        for _ in range(150):
            at = rng.randrange(len(answer))
            changed = answer[:at] + rng.randbytes(rng.randint(0, 3)) + answer[at + 1 :]
            try:
                read_proof(submit(STATEMENT, [address]).data, STATEMENT)
            except ClinamenError as error:
                assert "\n" not in str(error)  # noqa: PT017 (either is right)


# Checking


def anchored() -> tuple[bytes, Callable[[bytes, bytes], Anchor]]:
    one = Calendar()
    one.address = "https://c.example.org"
    seen = hashlib.sha256(DIGEST + b"nonce").digest()
    one.reply("POST", "/digest", seen)
    header = one.found(900_000)
    (message,) = one.promised
    _, answer, _ = one.reply("GET", f"/timestamp/{message.hex()}", b"")
    steps = append(b"nonce") + SHA256 + append(one.address.encode()) + SHA256
    data = kept(steps + b"\xff" + pending(one.address) + answer)
    return data, lambda data, statement: check_proof(data, statement, {900_000: header})


def test_every_flipped_byte_is_found() -> None:
    data, check = anchored()
    assert check(data, STATEMENT).at == FOUND_AT
    for at in range(len(data)):
        for flip in (0x01, 0x80, 0xFF):
            damaged = data[:at] + bytes([data[at] ^ flip]) + data[at + 1 :]
            with pytest.raises(AttestationError):
                check(damaged, STATEMENT)


def test_a_proof_that_was_changed_fails_or_says_the_same() -> None:
    """The checksum made to fit: only the promise, which proves nothing, is free."""
    data, check = anchored()
    content = ots_of(data)
    said, n_same = check(data, STATEMENT), 0
    for at in range(len(content)):
        for bit in range(8):
            changed = content[:at] + bytes([content[at] ^ 1 << bit]) + content[at + 1 :]
            try:
                assert check(wrap("opentimestamps", changed), STATEMENT) == said
                n_same += 1
            except AttestationError:
                pass
    assert n_same < 8 * (len("https://c.example.org") + 12)


def test_another_statement() -> None:
    data, check = anchored()
    for statement in (STATEMENT + b" ", b"", DIGEST):
        with pytest.raises(AttestationError, match="another statement"):
            check(data, statement)


def test_another_block() -> None:
    data, _ = anchored()
    other = Calendar()
    other.promised = {bytes(32)}
    with pytest.raises(AttestationError, match="does not lead to block 900000"):
        check_proof(data, STATEMENT, {900_000: other.found(900_000)})
    with pytest.raises(AttestationError, match=r"header of a block is needed.*: 900000"):
        check_proof(data, STATEMENT, {900_001: other.found(900_001)})


def test_other_bytes_are_no_proof() -> None:
    content = ots_of(anchored()[0])
    sha1 = content.replace(b"\x94\x01\x08" + DIGEST, b"\x94\x01\x02" + DIGEST[:20])
    for each in (
        b"",
        content[:-1],
        content + b"\x00",
        content[1:],
        sha1,
        bytes(10),
        b"\x00" * 2**21,
    ):
        with pytest.raises(AttestationError) as raised:
            read_proof(wrap("opentimestamps", each), STATEMENT)
        assert "\n" not in str(raised.value)


def test_without_the_library_one_line_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    data, check = anchored()
    for module in [name for name in sys.modules if name.split(".")[0] == "opentimestamps"]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "opentimestamps", None)
    with calendar() as one:
        for call in (
            lambda: submit(STATEMENT, [one.address]),
            lambda: upgrade(data, STATEMENT, [one.address]),
            lambda: check(data, STATEMENT),
        ):
            with pytest.raises(MissingError, match=r"pip install 'clinamen\[stamp\]'"):
                call()
    assert one.asked == []


# Bitcoin itself

GENESIS = (
    "01000000" + "00" * 32 + "3ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a"
    "29ab5f49ffff001d1dac2b7c"
)
COINBASE = bytes.fromhex(
    "01000000010000000000000000000000000000000000000000000000000000000000000000ffffffff4d04ffff"
    "001d0104455468652054696d65732030332f4a616e2f32303039204368616e63656c6c6f72206f6e206272696e"
    "6b206f66207365636f6e64206261696c6f757420666f722062616e6b73ffffffff0100f2052a01000000434104"
    "678afdb0fe5548271967f1a67130b7105cd6a828e03909a67962e0ea1f61deb649f6bc3f4cef38c4f35504e51e"
    "c112de5c384df7ba0b8d578a4c702b6bf11d5fac00000000"
)


def test_the_first_block_of_bitcoin() -> None:
    """Its one transaction is a statement of early 2009, and its hash is the block's Merkle root."""
    header = parse_header(f" {GENESIS}\n")
    assert header.block_hash == "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f"
    data = kept(SHA256 + in_block(0), digest=hashlib.sha256(COINBASE).digest())
    anchor = check_proof(data, COINBASE, {0: header})
    assert anchor.at.isoformat() == "2009-01-03T18:15:05+00:00"
    assert anchor.height == 0


def test_every_changed_digit_of_a_header_is_found() -> None:
    for at in range(len(GENESIS)):
        digit = "0123456789abcdef"[(int(GENESIS[at], 16) + 1) % 16]
        with pytest.raises(FormatError):
            parse_header(GENESIS[:at] + digit + GENESIS[at + 1 :])


def test_a_header_with_too_little_work_is_refused() -> None:
    # As a test network's: the work fits what the header asks for, which is next to nothing.
    easy = bytes.fromhex(GENESIS)[:72] + bytes.fromhex("ffff7f20")
    for nonce in range(100):
        content = easy + nonce.to_bytes(4, "little")
        hashed = hashlib.sha256(hashlib.sha256(content).digest()).digest()
        if hashed[31] < 0x7F:
            break
    with pytest.raises(FormatError, match="work"):
        parse_header(content.hex())


@pytest.mark.parametrize("text", ["", "zz" * 80, GENESIS[:-2], GENESIS + "00", "é" * 160])
def test_what_is_no_header(text: str) -> None:
    with pytest.raises(FormatError, match="160 hexadecimal digits"):
        parse_header(text)


def test_steps_are_taken_in_order() -> None:
    """By hand: the message that a block must hold, for a path of each kind of step."""
    from clinamen.ledger.attest import BlockHeader

    steps = prepend(b"a") + append(b"b") + SHA256 + in_block(7)
    root = hashlib.sha256(b"a" + DIGEST + b"b").digest()
    header = BlockHeader(root, FOUND_AT, "")
    assert check_proof(kept(steps), STATEMENT, {7: header}).height == 7
