"""``clinamen studio`` in a process of its own."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx


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
