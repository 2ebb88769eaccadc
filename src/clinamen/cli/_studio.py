"""`clinamen studio`: the page in the browser."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from clinamen.cli._arguments import Known
from clinamen.errors import MissingError, ParameterError
from clinamen.studio import StudioOptions, run_studio

__all__ = ["PASSWORD_VARIABLE", "open_studio"]

PASSWORD_VARIABLE = "CLINAMEN_STUDIO_PASSWORD"


def open_studio(
    file: str | None,
    facts: Known,
    *,
    host: str,
    port: int,
    password_file: str | None,
    readonly: bool,
    listener: str | None,
    store: str | None,
    open_browser: bool,
) -> int:
    """Serve the studio until Ctrl-C."""
    if file == "-":
        raise ParameterError("the studio opens a file, not standard input")
    options = StudioOptions(
        file=file,
        **facts,
        host=host,
        port=port,
        password=_password(password_file),
        readonly=readonly,
        listener=listener,
        store=None if store is None else Path(store),
        open_browser=open_browser,
    )
    return run_studio(options, _say)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _password(password_file: str | None) -> str | None:
    """From a file or the environment: what is typed on the command line, every user can see."""
    if password_file is None:
        return os.environ.get(PASSWORD_VARIABLE) or None
    try:
        text = Path(password_file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise MissingError(f"{password_file}: cannot be read as a text") from None
    return text.partition("\n")[0].strip()
