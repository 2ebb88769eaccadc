"""Who may ask what: checked before any endpoint is reached.

A page of a stranger in the same browser can send requests to this machine, and a name of the
stranger's can be made to point here. So every request must name this server (Host), come from
its own pages (Origin, Sec-Fetch-Site; another port of this host is a stranger, though browsers
call it the same site), and carry the cookie that the token was turned into.
"""

from __future__ import annotations

import hmac
import ipaddress
import secrets
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from clinamen.studio._errors import Refusal, refusal_response

__all__ = ["ENTRY", "MAX_BODY", "Gate", "Keys"]

ENTRY = "/enter"
"""Where a token, or a password, becomes a cookie."""

MAX_BODY = 16 * 2**20
"""Most bytes of a request."""

_SAFE = frozenset({"GET", "HEAD"})

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True)
class Keys:
    """What opens the gate.

    Parameters
    ----------
    port
        Cookies do not tell ports apart, so the cookie's name does.
    token
        In the address that the terminal shows.
    session
        In the cookie; never in an address.
    password
        Or None where there is none.
    """

    port: int
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    session: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    password: str | None = None

    @property
    def cookie_name(self) -> str:
        """Name of the cookie."""
        return f"clinamen_studio_{self.port}"

    def opens(self, given: str) -> bool:
        """Whether a token or password is the right one."""
        is_token = _equal(given, self.token)
        return is_token or (self.password is not None and _equal(given, self.password))

    def is_known(self, headers: Headers) -> bool:
        """Whether a request carries the cookie."""
        try:
            cookies = SimpleCookie(headers.get("cookie", ""))
        except CookieError:
            return False
        found = cookies.get(self.cookie_name)
        return found is not None and _equal(found.value, self.session)


def _equal(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8"))


class Gate:
    """Lets through what may pass, and adds to every answer what a browser must keep to.

    Parameters
    ----------
    app
        What lies behind.
    keys
        What opens it.
    hosts
        Names of this server without port; numbers of this machine need not be among them
        where `any_address` holds.
    any_address
        Whether any address in numbers is a name of this server. A name of a stranger can be
        made to point here, a number cannot.
    readonly
        Refuse whatever could change something.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        keys: Keys,
        hosts: frozenset[str],
        any_address: bool = False,
        readonly: bool = False,
    ) -> None:
        self._app = app
        self._keys = keys
        self._hosts = hosts
        self._any_address = any_address
        self._readonly = readonly

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer or pass on one request."""
        if scope["type"] != "http":
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1008})
            return
        guarded = _Answer(send)
        try:
            self._check(scope["method"], scope["path"], Headers(scope=scope))
            await self._app(scope, _Body(receive), guarded)
        except Refusal as refusal:
            if guarded.begun:
                raise
            response = refusal_response(refusal, Headers(scope=scope))
            await response(scope, receive, guarded)

    def _check(self, method: str, path: str, headers: Headers) -> None:
        host = _only(headers, "host")
        if not self._is_own(host):
            raise Refusal(403, "host", f"this studio is not called {host!r}")
        is_safe = method in _SAFE
        self._check_origin(headers, host, is_safe)
        self._check_site(headers, path, is_safe)
        if path == ENTRY:
            return
        if not self._keys.is_known(headers):
            raise Refusal(401, "locked", "open the address that the terminal shows")
        if self._readonly and not is_safe:
            raise Refusal(403, "readonly", "this studio was opened to look, not to change")

    def _is_own(self, host: str) -> bool:
        name, _, port = host.rpartition(":")
        if port != str(self._keys.port):
            return False
        bare = name.lower()
        return bare in self._hosts or (self._any_address and _is_address(bare))

    def _check_origin(self, headers: Headers, host: str, is_safe: bool) -> None:
        origins = headers.getlist("origin")
        if not origins and is_safe:
            return
        if origins != [f"http://{host}"]:
            came = ", ".join(origins) or "nowhere"
            raise Refusal(403, "origin", f"a request from {came} is not from this studio's pages")

    def _check_site(self, headers: Headers, path: str, is_safe: bool) -> None:
        sites = headers.getlist("sec-fetch-site")
        # The first visit comes from a terminal, or a file that the studio wrote.
        first_visit = path == ENTRY and is_safe and headers.get("sec-fetch-mode") == "navigate"
        allowed = {"same-origin", "none"} if is_safe else {"same-origin"}
        if first_visit or not sites or (len(sites) == 1 and sites[0] in allowed):
            return
        raise Refusal(403, "site", "a request from another page is not answered")


def _only(headers: Headers, name: str) -> str:
    found = headers.getlist(name)
    return found[0] if len(found) == 1 else ""


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


class _Body:
    """A request's body, refused once it is too long."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._n_bytes = 0

    async def __call__(self) -> Message:
        message = await self._receive()
        self._n_bytes += len(message.get("body", b""))
        if self._n_bytes > MAX_BODY:
            limit = MAX_BODY // 2**20
            raise Refusal(413, "too_large", f"a request has at most {limit} MiB")
        return message


class _Answer:
    """An answer, with the headers that every answer has."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.begun = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.begun = True
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
        await self._send(message)
