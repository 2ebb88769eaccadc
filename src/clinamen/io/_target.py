"""Files that appear whole or not at all."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from clinamen.errors import ClinamenError, MissingError

__all__ = ["replacing", "write_bytes"]


def write_bytes(path: str | os.PathLike[str], data: bytes) -> None:
    """Write a file beside its place and rename it: it appears whole or not at all.

    A link stays one: what it points to is replaced.

    Raises
    ------
    MissingError
        If the folder does not exist, or may not be written to.
    """
    with replacing(path) as part:
        part.write_bytes(data)


@contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[Path]:
    """A file to write that takes the place of `path` if all went well, and else is removed.

    Raises
    ------
    MissingError
        As in `write_bytes`.
    """
    target = Path(path)
    if target.is_symlink():
        target = target.resolve()
    if target.is_dir():
        raise MissingError(f"{target}: a folder, not a file")
    if target.exists() and not os.access(target, os.W_OK):
        raise MissingError(f"{target}: permission to write it was refused")
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        with part.open("xb"):
            pass
        yield part
        part.replace(target)
    except OSError as error:
        raise _cannot_write(target, error) from None
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _cannot_write(target: Path, error: OSError) -> ClinamenError:
    if isinstance(error, FileNotFoundError):
        return MissingError(f"{target}: the folder {target.parent} does not exist")
    if isinstance(error, PermissionError):
        return MissingError(f"{target}: permission to write it was refused")
    return MissingError(f"{target}: cannot be written ({error.strerror})")
