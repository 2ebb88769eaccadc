"""Work in a process of its own, so that its memory and its seconds are its own."""

from __future__ import annotations

import signal
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from clinamen.errors import ClinamenError

__all__ = ["Progress", "Telling", "run_apart"]

Progress = Callable[[int, int], None]
"""Is told how much was done, and of how much."""

Telling = Callable[[str, int, int], None]
"""Is also told what is being done."""

Result = TypeVar("Result")


def run_apart(work: Callable[[Progress], Result], progress: Progress) -> Result:
    """What `work` gives in a new process; its progress is told here.

    Parameters
    ----------
    work
        Something that can be sent to another process: a function of a module, perhaps
        with some arguments given (`functools.partial`).

    Raises
    ------
    ClinamenError
        What `work` raised; or that the process was ended from outside.
    """
    spawn = get_context("spawn")  # a fork would begin with the memory held here
    here, there = spawn.Pipe(duplex=False)
    process = spawn.Process(target=_work, args=(work, there), daemon=True)
    process.start()
    there.close()
    try:
        kind, content = _outcome(here, progress)
    except EOFError:
        process.join()
        raise _ended(process.exitcode or 0) from None
    finally:
        process.terminate()
        process.join()
    if kind == "error":
        raise content
    result: Result = content
    return result


def _outcome(here: Connection, progress: Progress) -> tuple[str, Any]:
    while True:
        kind, content = here.recv()
        if kind != "progress":
            return kind, content
        progress(*content)


def _ended(code: int) -> Exception:
    """A process that is killed is not our bug; one that breaks off has shown its traceback."""
    if code >= 0:
        return RuntimeError(f"the measuring process broke off (exit code {code})")
    return ClinamenError(
        f"the measuring process was killed (signal {-code}); perhaps there is too little memory"
    )


def _work(work: Callable[[Progress], object], there: Connection) -> None:
    """In the new process; Ctrl-C is for the old one, which ends this."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        result = work(lambda done, total: there.send(("progress", (done, total))))
        there.send(("result", result))
    except ClinamenError as error:
        there.send(("error", error))
