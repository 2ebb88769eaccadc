"""The edge of the program: errors as one line, interrupts and closed pipes in silence."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from clinamen.errors import ClinamenError

__all__ = ["BAD_INPUT", "all_written", "report_error", "run_quietly"]

BAD_INPUT = 2
_INTERRUPTED, _PIPE_CLOSED = 130, 141
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def report_error(error: ClinamenError, file: str | None = None) -> None:
    """One line on stderr: ``clinamen: song.abc, line 3: ...``."""
    from clinamen.operations.text import clean

    message = clean(error)
    # A folder stands for the songs in it; it is itself to be read only if there are none.
    if file and os.path.isdir(file) and os.access(file, os.R_OK):
        message = f"{clean(file)}: no songs in it"
    # Some errors, such as a missing track, do not know the file they are about.
    name = "standard input" if file == "-" else clean(file or "")
    if message.startswith(("-:", "-,")):
        message = "standard input" + message[1:]
    if name and name not in message:
        message = f"{name}: {message}"
    sys.stdout.flush()
    sys.stderr.write(f"clinamen: {message}\n")


def run_quietly(work: Callable[[], int]) -> int:
    """Exit code of a command.

    Errors raised on purpose become one line and exit code 2. Anything else that escapes
    is a bug and keeps its traceback.
    """
    try:
        code = work()
        sys.stdout.flush()
    except ClinamenError as error:
        report_error(error)
        return BAD_INPUT
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        # The reader has left (`clinamen hear song | head`).
        _drop_output()
        return _PIPE_CLOSED
    return code


@contextmanager
def all_written() -> Iterator[None]:
    """What is printed within has been written when this ends, or `SystemExit` tells that not.

    A disk that is full is one line and no success (``clinamen hear song > /dev/full``).
    """
    try:
        try:
            yield
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        _drop_output()
        raise SystemExit(_PIPE_CLOSED) from None
    except OSError as error:
        if error.errno not in _FULL:
            raise
        _drop_output()
        # Where the disk takes no errors either, the exit code has to do.
        with suppress(OSError):
            sys.stderr.write(f"clinamen: the output cannot be written ({error.strerror})\n")
        raise SystemExit(BAD_INPUT) from None


def _drop_output() -> None:
    """Nothing more can be written, and the interpreter must not try when it shuts down."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
