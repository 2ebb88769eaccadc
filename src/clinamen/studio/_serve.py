"""Starting and stopping the studio."""

from __future__ import annotations

import errno
import html
import shutil
import socket
import tempfile
import webbrowser
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn
from starlette.types import ASGIApp

from clinamen.errors import ConflictError, MissingError
from clinamen.ledger._hosts import is_loopback
from clinamen.operations.story.home import default_store, open_store
from clinamen.operations.story.predictions import songs
from clinamen.studio._api import Api
from clinamen.studio._app import make_app
from clinamen.studio._gate import ENTRY, Keys
from clinamen.studio._hub import Hub
from clinamen.studio._options import StudioOptions
from clinamen.studio._studio import EXAMPLES, Studio, example_bytes

if TYPE_CHECKING:
    from subprocess import Popen

    from clinamen.domains.music.listener import Listener

__all__ = ["run_studio"]

_N_PORTS = 50
_LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})
_BUSY = {errno.EADDRINUSE, errno.EACCES}


def run_studio(options: StudioOptions, say: Callable[[str], None]) -> int:
    """Serve the studio until it is interrupted.

    Parameters
    ----------
    say
        Shows a line to the user.

    Raises
    ------
    ClinamenError
        If the song or the projects cannot be opened, or there is no place to listen.
    """
    path = options.store or default_store()
    store = open_store(path, is_copy=options.readonly)
    name = options.listener
    file = None if options.readonly else path
    studio = Studio(store, lambda: _load_listener(name), listener_name=name, store_file=file)
    first = _first_project(studio, options)
    listening = _listen(options.host, options.port)
    port = listening.getsockname()[1]
    keys = Keys(port, password=options.password)
    hub = Hub()
    api = Api(studio, hub, keys, first=first, readonly=options.readonly)
    app = make_app(
        api,
        keys,
        hosts=_LOOPBACK_NAMES | _own_names(options.host),
        any_address=not is_loopback(options.host),
        readonly=options.readonly,
    )
    address = f"http://{_shown_host(options.host)}:{port}"
    entry = f"{address}{ENTRY}?token={keys.token}"
    say(f"Clinamen studio: {entry}")
    say(_where(path, options))
    folder = _show(entry) if options.open_browser else None
    # Held, so that none is left behind as a zombie.
    fishing = () if file is None else _fish_on(file, say)  # noqa: F841
    try:
        _serve(app, listening, hub)
    finally:
        store.close()
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)
    return 0


def _fish_on(path: Path, say: Callable[[str], None]) -> tuple[Popen[bytes], ...]:
    """Let searches go on that were broken off by a kill or a restart."""
    from clinamen.operations.fish.working import take_up

    try:
        return take_up(path)
    except ConflictError as error:
        say(str(error))
        return ()


def _load_listener(name: str | None) -> Listener:
    from clinamen.operations.listeners import load_listener

    return load_listener(name)


def _where(path: Path, options: StudioOptions) -> str:
    if options.readonly:
        return "To look, not to change: nothing is kept. Ctrl-C ends the studio."
    return f"Projects are kept in {path}. Ctrl-C ends the studio."


def _first_project(studio: Studio, options: StudioOptions) -> str:
    """The song that was asked for, else the one that was changed last, else an example."""
    if options.file is not None:
        from clinamen.io._source import read_bytes

        given = {
            "track": options.track,
            "key": options.key,
            "meter": options.meter,
            "pickup": options.pickup,
        }
        reading = {name: value for name, value in given.items() if value is not None}
        data = read_bytes(options.file)
        return studio.open_song(data, Path(options.file).name, reading).id
    known = songs(studio.store)
    if known:
        return known[0].id
    return studio.open_song(example_bytes(EXAMPLES[0]), EXAMPLES[0]).id


def _listen(host: str, port: int) -> socket.socket:
    """A socket on the port, or on the next free one."""
    ports = [0] if port == 0 else range(port, min(port + _N_PORTS, 65_536))
    for each in ports:
        try:
            return _bound(host, each)
        except OSError as error:
            if error.errno not in _BUSY:
                raise MissingError(f"cannot listen on {host}: {error.strerror}") from None
    raise MissingError(f"the ports {port} to {ports[-1]} of {host} are all in use")


def _bound(host: str, port: int) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    listening = socket.socket(family, kind, protocol)
    try:
        if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):  # Windows would let two programs share a port.
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        # At once, so that the address that is shown answers, and two studios that start
        # together cannot both have the port.
        listening.listen()
    except OSError:
        listening.close()
        raise
    return listening


def _own_names(host: str) -> frozenset[str]:
    names = {host.lower(), f"[{host.lower()}]"}
    if not is_loopback(host):
        names.add(socket.gethostname().lower())
    return frozenset(names)


def _shown_host(host: str) -> str:
    if host in ("0.0.0.0", "::"):
        return "127.0.0.1" if host == "0.0.0.0" else "[::1]"
    return f"[{host}]" if ":" in host else host


def _show(entry: str) -> Path:
    """Open the browser on a file that leads to the studio.

    The address holds the token, and what a browser is started with is in the list of
    processes; so it is started with a file that only this user can read.
    """
    folder = Path(tempfile.mkdtemp(prefix="clinamen-studio-"))
    page = folder / "studio.html"
    page.touch(mode=0o600)
    page.write_text(
        '<!doctype html><meta charset="utf-8"><title>Clinamen</title>'
        f'<meta http-equiv="refresh" content="0;url={html.escape(entry)}">',
        encoding="utf-8",
    )
    webbrowser.open(page.as_uri())
    return folder


class _Server(uvicorn.Server):
    """A server that ends the streams of open tabs before it ends: cut off, they would complain."""

    def __init__(self, config: uvicorn.Config, hub: Hub) -> None:
        super().__init__(config)
        self._hub = hub

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._hub.close()
        await super().shutdown(sockets)


def _serve(app: ASGIApp, listening: socket.socket, hub: Hub) -> None:
    """Serve until Ctrl-C or a request to end."""
    config = uvicorn.Config(
        app,
        log_level="error",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        lifespan="off",
        ws="none",
        # What a tab has asked for a moment ago is not waited for longer.
        timeout_graceful_shutdown=1,
    )
    try:
        with suppress(KeyboardInterrupt):
            _Server(config, hub).run(sockets=[listening])
    finally:
        listening.close()
