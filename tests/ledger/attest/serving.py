"""Servers on this machine, well behaved and not."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Reply = Callable[[str, str, bytes], tuple[int, bytes, dict[str, str]]]


@contextmanager
def serving(reply: Reply, *, context: ssl.SSLContext | None = None) -> Iterator[str]:
    """The address of a server that answers with what `reply` gives for method, path and body."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._reply(b"")

        def do_POST(self) -> None:
            self._reply(self.rfile.read(int(self.headers["Content-Length"])))

        def _reply(self, body: bytes) -> None:
            status, content, headers = reply(self.command, self.path, body)
            self.send_response(status)
            for name, value in {"Content-Length": str(len(content)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            with suppress(OSError):  # the other side may have heard enough
                self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            pass  # such as a handshake that the other side ended

        def get_request(self) -> tuple[socket.socket, object]:
            connection, peer = super().get_request()
            if context is not None:
                connection = context.wrap_socket(connection, server_side=True)
            return connection, peer

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http{'s' if context else ''}://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def speaking(pieces: Callable[[], Iterator[bytes]], pause: float = 0.02) -> Iterator[str]:
    """The address of a server that says these pieces to whoever comes, with pauses between."""
    over = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))

    def talk() -> None:
        with suppress(OSError):
            connection, _ = listener.accept()
            with connection:
                for piece in pieces():
                    connection.sendall(piece)
                    if over.wait(pause):
                        return

    thread = threading.Thread(target=talk)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        over.set()
        # Wakes an `accept` that nobody came to.
        with suppress(OSError), socket.create_connection(listener.getsockname(), timeout=1):
            pass
        thread.join()
        listener.close()
