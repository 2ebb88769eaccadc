"""Where projects are kept, and who has a part in what happens to them."""

from __future__ import annotations

import hashlib
import os
from functools import lru_cache
from importlib import resources
from pathlib import Path

import platformdirs

from clinamen.errors import MissingError, ParameterError
from clinamen.ledger import Agent, ProjectStore
from clinamen.operations.listeners import DEFAULT_LISTENER, listener_names

__all__ = [
    "HOME",
    "MAX_MAKER",
    "data_folder",
    "default_store",
    "listener_agent",
    "maker",
    "name_maker",
    "open_store",
    "program",
]

HOME = "CLINAMEN_HOME"
"""Environment variable that names another folder for projects and keys."""

MAX_MAKER = 200
"""Longest name of a maker, in characters."""

_MAKER = "maker"


def data_folder() -> Path:
    """The folder of projects and keys: the user's data folder, or `HOME`."""
    named = os.environ.get(HOME)
    return Path(named) if named else Path(platformdirs.user_data_dir("clinamen", appauthor=False))


def default_store() -> Path:
    """The file of projects."""
    return data_folder() / "projects.db"


def program() -> Agent:
    """Clinamen itself."""
    from clinamen import __version__

    return Agent("program", "clinamen", version=__version__)


def open_store(path: Path | None = None, *, is_copy: bool = False) -> ProjectStore:
    """The store of projects; its entries name the maker and the program.

    Parameters
    ----------
    path
        Another file than the default one.
    is_copy
        Whether to work on a copy in memory, so that the file stays as it is.
    """
    path = path or default_store()
    store = ProjectStore.snapshot(path) if is_copy else ProjectStore(path)
    store.is_by(Agent("person", maker(store)), program())
    return store


def maker(store: ProjectStore) -> str:
    """The name that entries give the maker; "" where none was told."""
    return store.setting(_MAKER)


def name_maker(store: ProjectStore, name: str) -> None:
    """From now on entries name the maker so.

    Raises
    ------
    ParameterError
        If the name is too long, or has other than printable characters.
    """
    name = name.strip()
    if len(name) > MAX_MAKER or not name.isprintable():
        raise ParameterError(f"a name has at most {MAX_MAKER} printable characters")
    store.set_setting(_MAKER, name)
    store.is_by(Agent("person", name), program())


def listener_agent(name: str | os.PathLike[str] | None) -> Agent:
    """A listener with the hash of its file; one that has heard nothing has none.

    Parameters
    ----------
    name
        As for `clinamen.operations.listeners.load_listener`.
    """
    wanted = DEFAULT_LISTENER if name is None else os.fspath(name)
    if wanted in listener_names():
        return Agent("listener", wanted, sha256=_hash_of_shipped(wanted))
    try:
        data = Path(wanted).read_bytes()
    except OSError as error:
        raise MissingError(f"{wanted}: cannot be read ({error.strerror})") from None
    return Agent("listener", Path(wanted).name, sha256=hashlib.sha256(data).hexdigest())


@lru_cache(8)
def _hash_of_shipped(name: str) -> str:
    file = resources.files("clinamen.listeners") / f"{name}.listener"
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else ""
