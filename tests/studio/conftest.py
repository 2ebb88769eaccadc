"""A studio in this process, one in a process of its own, and one in a browser."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partialmethod
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from tests.operations.small_listener import small_listener
from tests.studio.browsers import a_context, needs_browser, no_troubles
from tests.studio.pages import a_song, enter
from tests.studio.running import Running, Start, running_studio

from clinamen.ledger import ProjectStore
from clinamen.studio._api import Api
from clinamen.studio._app import make_app
from clinamen.studio._gate import Keys
from clinamen.studio._hub import Hub
from clinamen.studio._studio import EXAMPLES, Studio, example_bytes

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

PORT = 8377
HOSTS = frozenset({"127.0.0.1", "localhost", "[::1]"})
ORIGIN = f"http://127.0.0.1:{PORT}"


class Client:
    """Requests to an application in this process; cookies are kept, as in a browser."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self._cookies = httpx.Cookies()

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        """One request and its answer."""
        return asyncio.run(self._request(method, path, options))

    async def _request(self, method: str, path: str, options: Any) -> httpx.Response:
        transport = httpx.ASGITransport(self._app)
        async with httpx.AsyncClient(
            transport=transport, base_url=ORIGIN, cookies=self._cookies
        ) as client:
            response = await client.request(method, path, **options)
            self._cookies.update(client.cookies)
        return response

    get = partialmethod(request, "GET")
    post = partialmethod(request, "POST")
    delete = partialmethod(request, "DELETE")


@dataclass
class Opened:
    """A studio and a browser that was let in."""

    client: Client
    keys: Keys
    studio: Studio
    first: str

    def get(self, path: str, **options: Any) -> httpx.Response:
        """As the page asks."""
        return self.client.get(path, headers={"Sec-Fetch-Site": "same-origin"}, **options)

    def post(self, path: str, body: Any) -> httpx.Response:
        """As the page sends."""
        headers = {"Sec-Fetch-Site": "same-origin", "Origin": ORIGIN}
        return self.client.post(path, json=body, headers=headers)

    def song(self, path: str = "") -> str:
        """Address of the first project, or of something of it."""
        return f"/api/projects/{self.first}{path}"


def make_studio(
    *,
    readonly: bool = False,
    password: str | None = None,
    any_address: bool = False,
    studio: Studio | None = None,
) -> Opened:
    studio = studio or Studio(ProjectStore(None), small_listener)
    first = studio.open_song(example_bytes(EXAMPLES[0]), EXAMPLES[0]).id
    keys = Keys(PORT, password=password)
    api = Api(studio, Hub(), keys, first=first, readonly=readonly)
    app = make_app(api, keys, hosts=HOSTS, any_address=any_address, readonly=readonly)
    return Opened(Client(app), keys, studio, first)


def let_in(opened: Opened) -> Opened:
    assert opened.client.get("/enter", params={"token": opened.keys.token}).status_code == 200
    return opened


@pytest.fixture(scope="module")
def opened() -> Opened:
    """A studio with the first example, let in."""
    return let_in(make_studio())


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start studios; they are ended when the test ends."""
    with ExitStack() as running:

        def start(*arguments: str, store: Path = tmp_path / "projects.db") -> Running:
            return running.enter_context(running_studio("--projects", str(store), *arguments))

        yield start


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One studio for all tests in a browser, each of which has a song of its own in it."""
    needs_browser()
    with running_studio("--projects", str(tmp_path_factory.mktemp("browser") / "p.db")) as found:
        yield found


@pytest.fixture
def context_options() -> dict[str, Any]:
    """What a module's browser has otherwise than usual."""
    return {}


@pytest.fixture
def context(browser: Browser, context_options: dict[str, Any]) -> Iterator[BrowserContext]:
    """A visitor: cookies and a window of this test's own."""
    with a_context(browser, **context_options) as opened:
        yield opened


@pytest.fixture
def page(running: Running, context: BrowserContext) -> Iterator[Page]:
    """The studio with its first example, heard; it must log no error, or its policy was broken."""
    opened = context.new_page()
    with no_troubles(opened):
        enter(running, opened, a_song(running))
        yield opened
