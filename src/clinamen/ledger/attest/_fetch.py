"""One small request to an address that the user named, and nothing beyond it.

The standard library's `urllib` bounds the wait for each piece of an answer, not for the whole:
a server that sends a byte now and then would hold us for ever. So this speaks through
`http.client`, and a timer ends the connection whatever it is doing. No redirect is followed, no
proxy, cookie or password is used, and nothing else than the given bytes is sent.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from clinamen.errors import FormatError, MissingError, ParameterError
from clinamen.ledger._hosts import is_loopback

__all__ = ["DEFAULT_SECONDS", "Answer", "check_address", "fetch"]

DEFAULT_SECONDS = 20.0
"""Longest wait for a whole answer."""


@dataclass(frozen=True)
class Answer:
    """What came back: the status (200, 404, no other) and the body."""

    status: int
    body: bytes


def fetch(
    address: str,
    body: bytes | None,
    headers: Mapping[str, str],
    *,
    max_bytes: int,
    seconds: float = DEFAULT_SECONDS,
) -> Answer:
    """The answer of a server to one request.

    Parameters
    ----------
    address
        ``https://...``; plain ``http`` only to this machine.
    body
        To post; None asks without sending anything.
    max_bytes
        A longer answer is refused.
    seconds
        For all of it, from the connection to the last byte.

    Raises
    ------
    ParameterError
        If the address is none of those.
    MissingError
        If there is no answer in time.
    FormatError
        If the answer is too long, or a redirect or another status than 200 and 404.
    """
    parts = check_address(address)
    place = parts.netloc
    with _connection(parts, seconds, place) as connection:
        method = "GET" if body is None else "POST"
        connection.request(method, _target(parts), body, dict(headers))
        with closing(connection.getresponse()) as response:
            return _read(response, max_bytes, place)


def _read(response: http.client.HTTPResponse, max_bytes: int, place: str) -> Answer:
    if 300 <= response.status < 400:
        raise FormatError("answers with a redirect, which is not followed", source=place)
    if response.status not in (200, 404):
        raise FormatError(f"answers with status {response.status}", source=place)
    content = response.read(max_bytes + 1)
    if len(content) > max_bytes:
        raise FormatError(f"answers with more than {max_bytes} bytes", source=place)
    if response.length:
        raise http.client.IncompleteRead(content, response.length)
    return Answer(response.status, content)


def check_address(address: str) -> SplitResult:
    """The parts of an address that `fetch` would use.

    Raises
    ------
    ParameterError
        If it is malformed, carries a password, or would send over the net in the clear.
    """
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        raise ParameterError(f"not an address: {address!r}") from None
    if not address.isascii() or not address.isprintable() or " " in address:
        raise ParameterError(f"not an address: {address!r}")
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise ParameterError(f"an address that begins with https:// was expected, not {address!r}")
    if parts.username is not None or parts.password is not None:
        raise ParameterError("an address with a name or password in it is not used")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise ParameterError(f"http only reaches this machine; {parts.hostname} needs https")
    return parts


def _target(parts: SplitResult) -> str:
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


@contextmanager
def _connection(
    parts: SplitResult, seconds: float, place: str
) -> Iterator[http.client.HTTPConnection]:
    """A connection that ends when its time is over, with its errors as ours."""
    is_late = threading.Event()
    try:
        with _guarded_socket(parts, seconds, is_late) as raw:
            connection = http.client.HTTPConnection(str(parts.hostname), parts.port)
            connection.default_port = 443 if parts.scheme == "https" else 80
            connection.sock = _secured(raw, parts)
            try:
                yield connection
            finally:
                connection.close()
        # Cut off among the headers, an answer looks whole and empty to `http.client`.
        if is_late.is_set():
            raise TimeoutError
    except (OSError, http.client.HTTPException) as error:
        if is_late.is_set() or isinstance(error, TimeoutError):
            raise MissingError(f"{place}: no whole answer in {seconds:g} seconds") from None
        raise MissingError(f"{place}: no answer ({_reason(error)})") from None


@contextmanager
def _guarded_socket(
    parts: SplitResult, seconds: float, is_late: threading.Event
) -> Iterator[socket.socket]:
    port = parts.port or (443 if parts.scheme == "https" else 80)
    raw = socket.create_connection((str(parts.hostname), port), timeout=seconds)
    # A second handle of the same connection: TLS takes the first one over.
    handle = raw.dup()

    def end() -> None:
        is_late.set()
        with suppress(OSError):
            handle.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield raw
    finally:
        timer.cancel()
        timer.join()
        handle.close()
        raw.close()


def _secured(raw: socket.socket, parts: SplitResult) -> socket.socket:
    if parts.scheme == "http":
        return raw
    return ssl.create_default_context().wrap_socket(raw, server_hostname=str(parts.hostname))


def _reason(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted: {error.verify_message}"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return type(error).__name__
