"""What the optional libraries of the extra `stamp` lack, said in one line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from clinamen.errors import MissingError

__all__ = ["needing"]


@contextmanager
def needing(library: str) -> Iterator[None]:
    """Around an import of a library of the extra.

    Raises
    ------
    MissingError
        If it is not installed.
    """
    try:
        yield
    except ImportError:
        raise MissingError(
            f"time-stamps need {library}: pip install 'clinamen[stamp]' brings it, "
            "or pip install '.[stamp]' in a checkout"
        ) from None
