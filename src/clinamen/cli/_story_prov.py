"""`clinamen story prov`: the path of a song in the terms of the W3C."""

from __future__ import annotations

import sys
from pathlib import Path

from clinamen.cli._render import say
from clinamen.cli._story import opened
from clinamen.operations.song_files import check_free
from clinamen.operations.story.path import Path as SongPath
from clinamen.operations.story.path import find_project
from clinamen.operations.story.prov import prov_bytes
from clinamen.operations.text import clean

__all__ = ["write_prov"]


def write_prov(song: str, out: str | None, store: str | None, *, force: bool) -> int:
    """Write PROV-JSON to a file or to standard output."""
    from clinamen.io._target import write_bytes

    with opened(store, is_read=True) as kept:
        data = prov_bytes(SongPath(kept, find_project(kept, song)[0]))
    if out is None:
        sys.stdout.write(data.decode("utf-8"))
        return 0
    check_free([Path(out)], song, overwrite=force)
    write_bytes(out, data)
    say(f"wrote {clean(out)}")
    return 0
