"""What a command wrote becomes part of the story of its song."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clinamen.errors import ClinamenError
from clinamen.operations.text import clean

if TYPE_CHECKING:
    from clinamen.operations.story.recording import Given

__all__ = ["keep", "keep_given"]


def keep(
    kind: str,
    written: Sequence[Path],
    source: str | None,
    settings: Mapping[str, Any],
    *,
    reading: Mapping[str, Any] | None = None,
    listener: str | None = None,
    begins: bool = True,
) -> None:
    """Add files that were written to the story of the song they came from.

    Parameters
    ----------
    source
        The song file that was read; None where a song was made from nothing. What came by
        standard input has no story.
    reading
        How it was read.
    """
    from clinamen.io._source import read_bytes
    from clinamen.operations.story.keeping import keep_files
    from clinamen.operations.story.recording import Given

    if source == "-":
        return
    given = None
    if source is not None:
        try:
            given = Given(Path(source).name, read_bytes(source), reading or {})
        except ClinamenError:
            return  # It was there when it was read, and is not now.
    keep_files(
        kind, written, given=given, settings=settings, listener=listener, begins=begins,
        tell=_tell,
    )  # fmt: skip


def keep_given(
    kind: str,
    written: Sequence[Path],
    given: Given,
    settings: Mapping[str, Any],
    *,
    listener: str | None = None,
) -> None:
    """The same for a song that is in hand already."""
    from clinamen.operations.story.keeping import keep_files

    keep_files(kind, written, given=given, settings=settings, listener=listener, tell=_tell)


def _tell(line: str) -> None:
    sys.stderr.write(f"clinamen: {clean(line)}\n")
