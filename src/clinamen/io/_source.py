"""Bytes from a path or stdin, within limits, with one clear error when they cannot be had."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from clinamen.errors import FormatError, MissingError

__all__ = ["MAX_BYTES", "read_bytes"]

MAX_BYTES = 64 * 2**20
"""Largest file read; a two-hour dense performance is well below 1 MiB."""


def read_bytes(path: str | os.PathLike[str]) -> bytes:
    """All bytes of a file; ``"-"`` is standard input.

    Raises
    ------
    MissingError
        If there is no such file, or it may not be read.
    FormatError
        If it is empty or larger than `MAX_BYTES`.
    """
    name = os.fspath(path)
    data = _read_stdin() if name == "-" else _read_file(Path(name))
    if not data:
        raise FormatError("the file is empty", source=name)
    if len(data) > MAX_BYTES:
        raise FormatError(f"the file is larger than {MAX_BYTES // 2**20} MiB", source=name)
    return data


def _read_stdin() -> bytes:
    return sys.stdin.buffer.read(MAX_BYTES + 1)


def _read_file(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise MissingError(f"{path}: no such file") from None
    except IsADirectoryError:
        raise MissingError(f"{path}: a folder, not a file") from None
    except PermissionError:
        raise MissingError(f"{path}: permission to read it was refused") from None
    except OSError as error:
        raise MissingError(f"{path}: cannot be read ({error.strerror})") from None
