"""Listeners merged: what they heard adds up."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass

from clinamen.errors import ParameterError
from clinamen.operations._learn_request import LearnResult, check_fewest
from clinamen.operations.learn import check_output, save_to

__all__ = ["MergeRequest", "merge_to_file"]


@dataclass(frozen=True, slots=True)
class MergeRequest:
    """Which listeners to merge, and where to write the result.

    Parameters
    ----------
    files
        Two or more listeners.
    output
        File to write.
    name
        Of the new listener, for people.
    fewest, overwrite
        As `clinamen.operations.learn.LearnRequest`.
    """

    files: tuple[str | os.PathLike[str], ...]
    output: str
    name: str
    fewest: int = 1
    overwrite: bool = False

    def __post_init__(self) -> None:
        check_fewest(self.fewest)
        if len(self.files) < 2:
            raise ParameterError(f"two listeners or more are merged, not {len(self.files)}")


def merge_to_file(
    request: MergeRequest, note: Callable[[str], None] = lambda sentence: None
) -> LearnResult:
    """Merge listeners, and their indexes of fingerprints; their order makes no difference.

    Parameters
    ----------
    note
        Is told what one should know, in a sentence.

    Raises
    ------
    ParameterError
        If they are of different experts or settings, or the output may not be replaced.
    MissingError
        If one does not exist, or the output cannot be written.
    FormatError
        If one is damaged.
    """
    from clinamen.domains.music.merging import merge_listeners
    from clinamen.operations.fingerprints import IndexKept
    from clinamen.operations.listeners import load_listener

    check_output(request.output, request.overwrite)
    files = sorted(request.files, key=_digest)
    merged = merge_listeners([load_listener(file) for file in files], request.name)
    kept = IndexKept.of((), files, note)
    n_bytes = save_to(merged, request.output, request.fewest)
    kept.save(request.output)
    return LearnResult(merged, 0, 0, 0, {}, n_bytes)


def _digest(name: str | os.PathLike[str]) -> str:
    """Of the content, so that the order of merging does not depend on how files are named."""
    from clinamen.io._source import read_bytes
    from clinamen.operations.listeners import listener_names

    if name in listener_names():
        return str(name)
    return hashlib.sha256(read_bytes(name)).hexdigest()
