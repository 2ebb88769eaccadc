"""Work of one kind done one after the other, beside the event loop."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

__all__ = ["Worker"]

_Result = TypeVar("_Result")


class Worker:
    """A thread that takes one piece of work at a time.

    It does not keep the program from ending, as the threads of an executor would.
    """

    def __init__(self, name: str) -> None:
        self._tasks: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        threading.Thread(target=self._run, name=name, daemon=True).start()

    def _run(self) -> None:
        while True:
            self._tasks.get()()

    async def do(self, work: Callable[..., _Result], *arguments: Any) -> _Result:
        """What `work` returns or raises."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[_Result] = loop.create_future()

        def task() -> None:
            try:
                result = work(*arguments)
            except BaseException as error:  # noqa: BLE001 - it is raised where it was asked for
                _tell(loop, future, future.set_exception, error)
            else:
                _tell(loop, future, future.set_result, result)

        self._tasks.put(task)
        return await future


def _tell(
    loop: asyncio.AbstractEventLoop,
    future: asyncio.Future[Any],
    tell: Callable[[Any], None],
    value: object,
) -> None:
    def finish() -> None:
        if not future.done():
            tell(value)

    # The loop is gone when the server has stopped meanwhile.
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(finish)
