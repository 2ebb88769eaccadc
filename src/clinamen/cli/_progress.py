"""A progress bar on stderr while there is something to wait for."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress

__all__ = ["Waiting"]


class Waiting:
    """Shows what is being heard; nothing at all unless stderr is a terminal.

    The bar is taken away before anything is printed, so the two never mix.
    """

    def __init__(self, n_files: int):
        self._n_files = n_files
        self._n_done = 0

    @contextmanager
    def hearing(self, file: str) -> Iterator[None]:
        """While one file is worked on."""
        if not sys.stderr.isatty():
            yield
            return
        with self._bar() as bar:
            bar.add_task(_label(file), total=self._n_files, completed=self._n_done)
            yield
        self._n_done += 1

    def _bar(self) -> Progress:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

        spinner, text = SpinnerColumn(), TextColumn("{task.description}", markup=False)
        columns = (spinner, text, BarColumn(), MofNCompleteColumn())
        return Progress(
            *(columns if self._n_files > 1 else columns[:2]),
            console=Console(stderr=True),
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )


def _label(file: str) -> str:
    from clinamen.operations.text import clean

    return "listening to " + ("standard input" if file == "-" else clean(file))
