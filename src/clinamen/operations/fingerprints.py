"""The index of fingerprints that goes with a listener: what it has heard, by title.

The file lies beside the listener's: ``my.fingerprints`` beside ``my.listener``.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from clinamen.errors import FormatError, MissingError
from clinamen.operations.listeners import DEFAULT_LISTENER, NEW_LISTENER, listener_names

if TYPE_CHECKING:
    from clinamen.domains.music.fingerprints import Fingerprints
    from clinamen.domains.music.listener import Listener
    from clinamen.domains.music.notes import Song

__all__ = [
    "SUFFIX",
    "IndexKept",
    "fingerprints_path",
    "load_fingerprints",
]

SUFFIX = ".fingerprints"
"""Ending of an index's file."""


def fingerprints_path(listener: str | os.PathLike[str]) -> str:
    """Where the index of a listener's file lies.

    Examples
    --------
    >>> fingerprints_path("mine/my.listener"), fingerprints_path("listener.2")
    ('mine/my.fingerprints', 'listener.2.fingerprints')
    """
    return os.fspath(listener).removesuffix(".listener") + SUFFIX


def load_fingerprints(
    listener: Listener | str | os.PathLike[str] | None = None,
) -> Fingerprints:
    """The index of what a listener has heard.

    Parameters
    ----------
    listener
        As `load_listener` takes it, or the default listener once it is loaded; None is the
        default listener. The index of a listener that has heard nothing is empty.

    Raises
    ------
    MissingError
        If the listener has none: `learn_to_file` keeps one since there are indexes, and
        `save_listener` keeps none.
    FormatError
        If the file is damaged, or belongs to another listener.

    Examples
    --------
    >>> load_fingerprints()
    <Fingerprints: 6602 tunes, 733504 notes>
    """
    from clinamen.domains.music.fingerprints import Fingerprints
    from clinamen.domains.music.listener import Listener

    if isinstance(listener, Listener):
        return _of_listener(listener)
    wanted = DEFAULT_LISTENER if listener is None else os.fspath(listener)
    is_name = wanted in listener_names() and not isinstance(listener, os.PathLike)
    if is_name and wanted == NEW_LISTENER:
        return Fingerprints.of([])
    return _shipped() if is_name else _beside(wanted)


@lru_cache(maxsize=1)
def _shipped() -> Fingerprints:
    """Of all shipped listeners: they have heard the same melodies."""
    from clinamen.io.fingerprint_file import read_fingerprints

    file = resources.files("clinamen.listeners") / f"{DEFAULT_LISTENER}{SUFFIX}"
    return read_fingerprints(file.read_bytes(), source=DEFAULT_LISTENER)


def _of_listener(listener: Listener) -> Fingerprints:
    from clinamen.domains.music.fingerprints import Fingerprints

    if not listener.n_melodies:
        return Fingerprints.of([])
    index = _shipped()
    if listener.facts.get("corpora") != index.facts["corpora"]:
        raise MissingError(
            f"there is no index of fingerprints with the listener {listener.name}: give the path "
            "of its file"
        )
    return index


def _beside(listener: str) -> Fingerprints:
    from clinamen.io._source import read_bytes
    from clinamen.io.fingerprint_file import read_fingerprints

    path = fingerprints_path(listener)
    data = read_bytes(listener)
    if not os.path.exists(path):
        raise MissingError(
            f"{listener}: has no index of fingerprints ({path}); a listener that is learnt or "
            "merged now gets one"
        )
    index = read_fingerprints(read_bytes(path), source=path)
    if index.facts.get("listener") != hashlib.sha256(data).hexdigest():
        raise FormatError(f"belongs to another listener than {listener}", source=path)
    return index


@dataclass(frozen=True, eq=False)
class IndexKept:
    """The index that goes with a listener that is about to be written; None if there is none.

    It is made before, since the listener may replace one whose index it takes over.
    """

    index: Fingerprints | None

    @classmethod
    def of(
        cls,
        songs: Sequence[Song],
        others: Sequence[Listener | str | os.PathLike[str]],
        note: Callable[[str], None],
        name: str = "songs",
    ) -> IndexKept:
        """Of some songs and all that other listeners have heard, those first.

        If one of those has no index, there is none: one that knew only a part would pass over
        the rest.

        Parameters
        ----------
        note
            Is told why there is none.
        name
            Of the songs, among other collections.
        """
        from clinamen.domains.music.fingerprints import Fingerprints

        try:
            parts = [load_fingerprints(other) for other in others]
        except (MissingError, FormatError) as error:
            note(f"what the new listener shares with others is not indexed: {error}")
            return cls(None)
        if songs:
            parts.append(Fingerprints.of(songs, collections=name))
        return cls(Fingerprints.union(parts, {}))

    def save(self, listener: str) -> None:
        """Write it beside the listener's file, which it names by hash.

        What lay there belonged to another listener, and is removed if there is no index.

        Raises
        ------
        MissingError
            If it cannot be written.
        """
        from clinamen.io._source import read_bytes
        from clinamen.io._target import write_bytes
        from clinamen.io.fingerprint_file import write_fingerprints

        path = fingerprints_path(listener)
        if self.index is None:
            Path(path).unlink(missing_ok=True)
            return
        digest = hashlib.sha256(read_bytes(listener)).hexdigest()
        named = replace(self.index, facts={**self.index.facts, "listener": digest})
        write_bytes(path, write_fingerprints(named))
