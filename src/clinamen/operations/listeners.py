"""Listeners by name or path."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

from clinamen.errors import MissingError

if TYPE_CHECKING:
    from clinamen.domains.music.listener import Listener

__all__ = ["DEFAULT_LISTENER", "NEW_LISTENER", "listener_names", "load_listener"]

DEFAULT_LISTENER = "songs"
"""The shipped listener that `hear` uses when none is named."""

NEW_LISTENER = "new"
"""Name of a listener that has heard nothing; use it with the model ``stm``."""

_SUFFIX = ".listener"


def listener_names() -> tuple[str, ...]:
    """Names of the shipped listeners, and `NEW_LISTENER`."""
    folder = resources.files("clinamen.listeners")
    shipped = [item.name for item in folder.iterdir() if item.name.endswith(_SUFFIX)]
    return (*sorted(name.removesuffix(_SUFFIX) for name in shipped), NEW_LISTENER)


def load_listener(name: str | None = None) -> Listener:
    """A shipped listener by name, or one from a file.

    Parameters
    ----------
    name
        A name in `listener_names`, or a path that ends in ``.listener``; None is the
        default listener.

    Raises
    ------
    MissingError
        If there is no such listener.
    FormatError
        If the file is damaged.
    """
    from clinamen.domains.music.listener import Listener
    from clinamen.io._source import read_bytes
    from clinamen.io.listener_file import read_listener

    wanted = name or DEFAULT_LISTENER
    if wanted == NEW_LISTENER:
        return Listener()
    if wanted.endswith(_SUFFIX):
        return read_listener(read_bytes(wanted), source=wanted)
    if wanted not in listener_names():
        raise MissingError(
            f"no listener is called {wanted!r}; there are {', '.join(listener_names())}, "
            f"or give a path that ends in {_SUFFIX}"
        )
    shipped = resources.files("clinamen.listeners") / f"{wanted}{_SUFFIX}"
    return read_listener(shipped.read_bytes(), source=wanted)
