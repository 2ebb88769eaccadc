"""A word on the desktop."""

from __future__ import annotations

import shutil
import subprocess
import sys
from contextlib import suppress

__all__ = ["notify"]

_SECONDS = 10


def notify(title: str, text: str) -> None:
    """Tell something on the desktop, where there is a way to; else nothing happens."""
    command = _command(f"Clinamen: {title}", text)
    if command is None:
        return
    with suppress(OSError, subprocess.SubprocessError):
        subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_SECONDS,
            check=False,
        )


def _command(title: str, text: str) -> list[str] | None:
    if sys.platform == "darwin":
        # As arguments, so that no title is ever run as a script.
        script = "on run argv\ndisplay notification (item 2 of argv) with title (item 1 of argv)"
        return ["osascript", "-e", f"{script}\nend run", title, text]
    program = shutil.which("notify-send")
    return None if program is None else [program, "--app-name=Clinamen", "--", title, text]
