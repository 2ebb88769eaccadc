"""Listeners by name or path."""

from __future__ import annotations

import os
from importlib import resources
from typing import TYPE_CHECKING

from clinamen.errors import MissingError, ParameterError

if TYPE_CHECKING:
    from clinamen.domains.music.listener import Listener
    from clinamen.domains.music.profile import ListenerProfile

__all__ = [
    "DEFAULT_LISTENER",
    "DEFAULT_PROFILE",
    "NEW_LISTENER",
    "QUICK_LISTENER",
    "listener_names",
    "load_listener",
    "load_profile",
    "quick_ears",
    "save_listener",
    "save_profile",
]

DEFAULT_LISTENER = "songs"
"""The shipped listener that `hear` uses when none is named."""

QUICK_LISTENER = "songs_quick"
"""The shipped listener for searches: few experts, onset and pitch only, the same melodies."""

NEW_LISTENER = "new"
"""Name of a listener that has heard nothing; use it with the model ``stm``."""

DEFAULT_PROFILE = "people"
"""The shipped listener profile."""

_SUFFIX = ".listener"


def listener_names() -> tuple[str, ...]:
    """Names of the shipped listeners, and `NEW_LISTENER`."""
    folder = resources.files("clinamen.listeners")
    shipped = [item.name for item in folder.iterdir() if item.name.endswith(_SUFFIX)]
    return (*sorted(name.removesuffix(_SUFFIX) for name in shipped), NEW_LISTENER)


def load_listener(name: str | os.PathLike[str] | None = None) -> Listener:
    """A shipped listener by name, or one from a file.

    Parameters
    ----------
    name
        A name in `listener_names`, or the path of a file that `save_listener` made; None
        is the default listener. A file that bears the name of a shipped listener needs a
        folder before it: ``./songs``.

    Raises
    ------
    MissingError
        If there is no such listener.
    FormatError
        If the file is damaged, or is no listener.
    """
    from clinamen.domains.music.listener import Listener
    from clinamen.io._source import read_bytes
    from clinamen.io.listener_file import read_listener

    wanted = DEFAULT_LISTENER if name is None else os.fspath(name)
    if wanted == NEW_LISTENER and not isinstance(name, os.PathLike):
        return Listener()
    if wanted in listener_names() and not isinstance(name, os.PathLike):
        shipped = resources.files("clinamen.listeners") / f"{wanted}{_SUFFIX}"
        return read_listener(shipped.read_bytes(), source=wanted)
    if os.path.exists(wanted) or _looks_like_a_path(wanted):
        return read_listener(read_bytes(wanted), source=wanted)
    if wanted == DEFAULT_PROFILE:
        raise MissingError(
            f"{wanted!r} is a profile, not a listener: use it from Python with load_profile()"
        )
    raise MissingError(
        f"no listener is called {wanted!r}, and there is no such file; "
        f"there are {', '.join(listener_names())}"
    )


def _looks_like_a_path(word: str) -> bool:
    return word.endswith(_SUFFIX) or any(mark in word for mark in ("/", os.sep))


def save_listener(listener: Listener, path: str | os.PathLike[str]) -> None:
    """Write a listener to a file that `load_listener` reads; ``.listener`` is the usual ending.

    The file appears whole or not at all; one that is there is replaced. It holds what came
    more than once: strings of notes heard a single time are not carried on, so a listener
    that has heard little may expect a little less after it is loaded.

    Raises
    ------
    ParameterError
        If it is no Listener.
    MissingError
        If the folder does not exist, or may not be written to.

    Examples
    --------
    >>> import clinamen, os, tempfile
    >>> listener = clinamen.Listener(name="mine")
    >>> listener.learn([clinamen.read("examples/sakura.abc")])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     clinamen.save_listener(listener, os.path.join(folder, "mine.listener"))
    ...     clinamen.load_listener(os.path.join(folder, "mine.listener")).n_notes
    50
    """
    from clinamen.domains.music.listener import Listener
    from clinamen.io._target import write_bytes
    from clinamen.io.listener_file import write_listener

    if not isinstance(listener, Listener):
        raise ParameterError(f"a listener must be a Listener, not {type(listener).__name__}")
    write_bytes(path, write_listener(listener))


def quick_ears(name: str | None, listener: Listener) -> Listener:
    """Who listens during a search, where a listener was named or not.

    The quick one stands in for the default listener; whoever names another is listened to by
    that one.

    Parameters
    ----------
    name
        As for `load_listener`.
    listener
        The one of that name.
    """
    return load_listener(QUICK_LISTENER) if name in (None, DEFAULT_LISTENER) else listener


def load_profile(path: str | os.PathLike[str] | None = None) -> ListenerProfile:
    """The shipped listener profile, or one from a file that `save_profile` made.

    Raises
    ------
    MissingError
        If there is no such file.
    FormatError
        If the file is damaged, or is no profile.

    Examples
    --------
    >>> profile = load_profile()
    >>> profile.n_melodies
    6602
    """
    from clinamen.io._source import read_bytes
    from clinamen.io.profile_file import read_profile

    if path is not None:
        return read_profile(read_bytes(path), source=os.fspath(path))
    shipped = resources.files("clinamen.listeners") / f"{DEFAULT_PROFILE}.profile"
    return read_profile(shipped.read_bytes(), source=DEFAULT_PROFILE)


def save_profile(profile: ListenerProfile, path: str | os.PathLike[str]) -> None:
    """Write a listener profile to a file that `load_profile` reads; ends in ``.profile`` by custom.

    The file appears whole or not at all; one that is there is replaced. Strings of notes
    heard a single time are not carried on.

    Raises
    ------
    ParameterError
        If it is no ListenerProfile.
    MissingError
        If the folder does not exist, or may not be written to.
    """
    from clinamen.domains.music.profile import ListenerProfile
    from clinamen.io._target import write_bytes
    from clinamen.io.profile_file import write_profile

    if not isinstance(profile, ListenerProfile):
        raise ParameterError(f"a profile must be a ListenerProfile, not {type(profile).__name__}")
    write_bytes(path, write_profile(profile))
