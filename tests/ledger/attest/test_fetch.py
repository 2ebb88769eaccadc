"""Requests go only where they may, and no server can hold us or fill us up."""

from __future__ import annotations

import itertools
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from tests.ledger.attest.serving import serving, speaking

from clinamen.bench._authority import issued
from clinamen.errors import ClinamenError, FormatError, MissingError, ParameterError
from clinamen.ledger.attest._fetch import Answer, fetch


def asked(address: str, *, seconds: float = 5.0, max_bytes: int = 1000) -> Answer:
    return fetch(address, b"body", {"X": "y"}, max_bytes=max_bytes, seconds=seconds)


def test_a_body_is_posted_and_nothing_more_is_said() -> None:
    seen: list[tuple[str, str, bytes]] = []

    def reply(method: str, path: str, body: bytes) -> tuple[int, bytes, dict[str, str]]:
        seen.append((method, path, body))
        return 200, b"answer", {}

    with serving(reply) as address:
        assert asked(f"{address}/a/b?c=d") == Answer(200, b"answer")
        assert fetch(address, None, {}, max_bytes=6).body == b"answer"
    assert seen == [("POST", "/a/b?c=d", b"body"), ("GET", "/", b"")]


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org/tsa",
        "http://127.0.0.1.example.org/",
        "http://localhost.example.org/",
        "http://10.0.0.1/",
        "http://[::2]/",
        "ftp://127.0.0.1/",
        "file:///etc/hostname",
        "https://",
        "https:///path",
        "127.0.0.1:80",
        "",
        "https://user:word@example.org/",
        "http://example.org@127.0.0.1/",
        "https://127.0.0.1:port/",
        "https://127.0.0.1:99999/",
        "http://127.0.0.1/a b",
        "http://127.0.0.1/a\r\nHost: b",
        "http://127.0.0.1/ü",
        "http://[::1/",
    ],
)
def test_addresses_that_are_not_used(address: str) -> None:
    with pytest.raises(ParameterError) as raised:
        asked(address)
    assert "\n" not in str(raised.value)
    assert "word" not in str(raised.value).replace("password", "")


@pytest.mark.parametrize("status", [300, 301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(status: int) -> None:
    seen: list[str] = []

    def reply(method: str, path: str, body: bytes) -> tuple[int, bytes, dict[str, str]]:
        seen.append(path)
        return (status, b"", {"Location": "/there"}) if path == "/" else (200, b"in", {})

    with serving(reply) as address, pytest.raises(FormatError, match="redirect"):
        asked(address)
    assert seen == ["/"]


@pytest.mark.parametrize("status", [201, 204, 400, 401, 500, 503])
def test_other_statuses_are_errors(status: int) -> None:
    with (
        serving(lambda *_: (status, b"", {})) as address,
        pytest.raises(FormatError, match=f"status {status}"),
    ):
        asked(address)


def test_not_found_is_an_answer() -> None:
    with serving(lambda *_: (404, b"", {})) as address:
        assert asked(address).status == 404


def test_an_answer_has_a_largest_length() -> None:
    with serving(lambda *_: (200, bytes(1000), {})) as address:
        assert len(asked(address).body) == 1000
    with (
        serving(lambda *_: (200, bytes(1001), {})) as address,
        pytest.raises(FormatError, match="more than 1000 bytes"),
    ):
        asked(address)


def test_an_answer_that_ends_early_is_no_answer() -> None:
    with (
        serving(lambda *_: (200, b"short", {"Content-Length": "50"})) as address,
        pytest.raises(MissingError, match="IncompleteRead"),
    ):
        asked(address)


OK = b"HTTP/1.0 200 OK\r\n"


def endless(*first: bytes, then: bytes) -> Callable[[], Iterator[bytes]]:
    return lambda: itertools.chain(first, itertools.repeat(then))


@pytest.mark.parametrize(
    "pieces",
    [
        endless(then=b""),
        endless(then=b"H"),
        endless(b"HTTP/1.1 ", then=b"2"),
        endless(OK, then=b"X: y\r\n"),
        endless(OK, b"Content-Length: 900\r\n\r\n", then=b"x"),
        endless(OK, b"\r\n", then=b"x"),
        endless(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", then=b"1\r\nx\r\n"),
        endless(b"HTTP/1.1 100 Continue\r\n\r\n", then=b"HTTP/1.1 100 Continue\r\n\r\n"),
    ],
    ids=["silent", "status", "digits", "headers", "body", "open-end", "chunks", "continue"],
)
def test_a_slow_server_is_left(pieces: Callable[[], Iterator[bytes]]) -> None:
    # Each piece comes well within the time; the whole never does.
    with speaking(pieces) as address, pytest.raises(ClinamenError) as raised:
        asked(address, seconds=0.3)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00" * 100,
        b"not http at all\r\n\r\n",
        b"HTTP/1.0 999999 OK\r\n\r\n",
        OK + b"A" * 70_000,
        OK + b"X: y\r\n" * 200 + b"\r\n",
        OK + b"Content-Length: 50\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\nx",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nx",
    ],
    ids=lambda content: repr(content[:12]),
)
def test_what_is_not_an_answer_is_one_line(content: bytes) -> None:
    with speaking(lambda: iter([content])) as address, pytest.raises(ClinamenError) as raised:
        asked(address, seconds=3)
    assert "\n" not in str(raised.value)


def test_nobody_there() -> None:
    with serving(lambda *_: (200, b"", {})) as address:
        pass
    with pytest.raises(MissingError, match="no answer"):
        asked(address)


def test_https_needs_a_certificate_that_is_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = issued("127.0.0.1", is_ca=True, host="127.0.0.1")
    key = own.key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (tmp_path / "both.pem").write_bytes(key + own.pem())
    (tmp_path / "root.pem").write_bytes(own.pem())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "both.pem")
    with serving(lambda *_: (200, b"answer", {}), context=context) as address:
        with pytest.raises(MissingError, match="certificate is not trusted"):
            asked(address)
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "root.pem"))
        assert asked(address) == Answer(200, b"answer")
        with pytest.raises(MissingError, match="certificate is not trusted"):
            asked(address.replace("127.0.0.1", "localhost"))


def test_what_speaks_no_tls_is_no_answer() -> None:
    with (
        speaking(lambda: iter([b"this is not tls, whatever else\r\n" * 10])) as address,
        pytest.raises(MissingError),
    ):
        asked(address.replace("http:", "https:"), seconds=3)


def test_a_slow_handshake_is_left() -> None:
    # A TLS record that says it is 16 kB long, and comes byte by byte.
    with (
        speaking(endless(b"\x16\x03\x03\x40\x00", then=b"\x02")) as address,
        pytest.raises(MissingError, match="no whole answer"),
    ):
        asked(address.replace("http:", "https:"), seconds=0.3)
