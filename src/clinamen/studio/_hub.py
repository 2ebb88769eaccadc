"""News for open tabs: one stream a tab, with everything in it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

from clinamen.studio._errors import Refusal

__all__ = ["MAX_TABS", "Hub"]

MAX_TABS = 64
"""Most streams at a time."""

_KEPT = 256
"""News that wait for a tab; one that has fallen further behind is told to load anew."""

_BEAT_SECONDS = 15.0

_END = "end"
"""Ends a stream; told to nobody."""


class Hub:
    """Sends what happens to all tabs. Lives in the event loop."""

    def __init__(self) -> None:
        self._tabs: set[asyncio.Queue[tuple[str, Any]]] = set()

    @property
    def has_tabs(self) -> bool:
        """Whether anybody would hear of news."""
        return bool(self._tabs)

    def send(self, kind: str, news: Any) -> None:
        """Tell all tabs, without waiting for any."""
        for tab in self._tabs:
            if tab.full():
                while not tab.empty():
                    tab.get_nowait()
                tab.put_nowait(("behind", {}))
            else:
                tab.put_nowait((kind, news))

    def close(self) -> None:
        """End all streams; what still waits in them is not told."""
        for tab in self._tabs:
            while not tab.empty():
                tab.get_nowait()
            tab.put_nowait((_END, {}))

    def open_tab(self) -> AsyncIterator[str]:
        """The stream of one tab, as server-sent events.

        Raises
        ------
        Refusal
            If there are too many.
        """
        if len(self._tabs) >= MAX_TABS:
            raise Refusal(503, "busy", f"at most {MAX_TABS} tabs can be open")
        tab: asyncio.Queue[tuple[str, Any]] = asyncio.Queue(_KEPT)
        self._tabs.add(tab)
        return self._stream(tab)

    async def _stream(self, tab: asyncio.Queue[tuple[str, Any]]) -> AsyncIterator[str]:
        try:
            yield "retry: 1000\n\n"
            while True:
                try:
                    kind, data = await asyncio.wait_for(tab.get(), _BEAT_SECONDS)
                except TimeoutError:
                    yield ": still here\n\n"
                    continue
                if kind == _END:
                    return
                yield f"event: {kind}\ndata: {json.dumps(data, allow_nan=False)}\n\n"
        finally:
            self._tabs.discard(tab)
