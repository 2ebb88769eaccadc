"""A program that is killed while it works, and what it said before."""

from __future__ import annotations

import subprocess
import sys
import time

__all__ = ["lines_until_killed"]


def lines_until_killed(program: str, *arguments: str, seconds: float) -> list[str]:
    """Whole lines that a program in Python wrote before it was killed.

    Parameters
    ----------
    program, arguments
        Its text, as after ``python -c``, and what it finds in `sys.argv` from 1.
    seconds
        From its first line to the kill.
    """
    with subprocess.Popen(
        [sys.executable, "-c", program, *arguments], stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout is not None
        first = writer.stdout.readline()
        time.sleep(seconds)
        writer.kill()
        lines = [first, *writer.stdout.read().splitlines(keepends=True)]
    # The last line may be cut off by the kill.
    return [line.removesuffix("\n") for line in lines if line.endswith("\n")]
