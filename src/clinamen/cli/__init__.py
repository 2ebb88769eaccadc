"""The command line: it parses, calls one operation, and shows the result.

`main` is the entry point. Everything heavy is imported when a command runs, so that
``clinamen --help`` answers at once.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; ends by raising `SystemExit` with the exit code.

    Parameters
    ----------
    arguments
        As after the program's name; None takes those the program was started with.
    """
    from clinamen.cli._app import app
    from clinamen.cli._arguments import fill_optional_values
    from clinamen.cli._guard import BAD_INPUT, all_written, report_error
    from clinamen.errors import ParameterError

    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    given = sys.argv[1:] if arguments is None else list(arguments)
    try:
        filled = fill_optional_values(given)
    except ParameterError as error:
        report_error(error)
        raise SystemExit(BAD_INPUT) from None
    with all_written():
        app(args=filled, prog_name="clinamen")


def __getattr__(name: str) -> object:
    """The typer application, as ``clinamen.cli.app``, made when it is asked for."""
    if name == "app":
        from clinamen.cli._app import app

        return app
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
