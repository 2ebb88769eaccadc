"""Long searches on a terminal: what is biting, and Ctrl-C as a way to say that it is enough."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

from clinamen.operations.text import clean

if TYPE_CHECKING:
    from rich.status import Status

__all__ = ["Patience"]


class Patience:
    """Tells how a search is doing on stderr, if that is a terminal, and asks it to end.

    The first Ctrl-C ends the search, which then shows what it has; the second breaks it off.
    """

    def __init__(self) -> None:
        self._is_over = False
        self._status: Status | None = None

    def is_over(self) -> bool:
        """Whether the maker has had enough."""
        return self._is_over

    def tell(self, text: str) -> None:
        """What is going on now."""
        if self._status is not None:
            from rich.text import Text

            self._status.update(Text(clean(text)))

    @contextmanager
    def waiting(self, text: str) -> Iterator[Patience]:
        """While the search runs."""
        before = signal.signal(signal.SIGINT, self._enough)
        try:
            if not sys.stderr.isatty():
                yield self
                return
            from rich.console import Console

            with Console(stderr=True).status(clean(text)) as self._status:
                yield self
        finally:
            self._status = None
            signal.signal(signal.SIGINT, before)

    def _enough(self, number: int, frame: FrameType | None) -> None:
        if self._is_over:
            raise KeyboardInterrupt
        self._is_over = True
        self.tell("enough: showing what there is (Ctrl-C again breaks it off)")
