"""A studio in this process, and one in a process of its own."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partialmethod
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.operations.small_listener import small_listener

from clinamen.ledger import ProjectStore
from clinamen.studio._api import Api
from clinamen.studio._app import make_app
from clinamen.studio._gate import Keys
from clinamen.studio._hub import Hub
from clinamen.studio._studio import EXAMPLES, Studio, example_bytes

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
    *, readonly: bool = False, password: str | None = None, any_address: bool = False
) -> Opened:
    studio = Studio(ProjectStore(None), small_listener)
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


@dataclass
class Running:
    """``clinamen studio`` in a process of its own."""

    process: subprocess.Popen[str]
    entry: str

    @property
    def address(self) -> str:
        return self.entry.partition("/enter")[0]

    @contextmanager
    def client(self) -> Iterator[httpx.Client]:
        """A client that was let in."""
        headers = {"Origin": self.address}
        with httpx.Client(
            base_url=self.address, headers=headers, timeout=60, trust_env=False
        ) as client:
            assert client.get(self.entry).status_code == 200
            yield client


Start = Callable[..., Running]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start studios; they are ended when the test ends."""
    with ExitStack() as running:

        def start(*arguments: str, store: Path = tmp_path / "projects.db") -> Running:
            return running.enter_context(running_studio("--projects", str(store), *arguments))

        yield start


@contextmanager
def running_studio(*arguments: str) -> Iterator[Running]:
    """A studio in a process of its own, on a free port; it is killed in the end."""
    command = [sys.executable, "-m", "clinamen.cli", "studio", "--no-browser", "--port", "0"]
    process = subprocess.Popen(
        [*command, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert process.stdout is not None
    watchdog = threading.Timer(120, process.kill)
    watchdog.start()
    try:
        line = process.stdout.readline()
        found = re.search(r"http\S+", line)
        assert found is not None, line + process.stdout.read()
        watchdog.cancel()
        yield Running(process, found[0])
    finally:
        watchdog.cancel()
        process.kill()
        process.communicate()
