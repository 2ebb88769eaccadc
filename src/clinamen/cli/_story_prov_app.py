"""`clinamen story prov`: what can be typed."""

from __future__ import annotations

from typing import Annotated

import typer

from clinamen.cli._story_options import Force, Song, Store

__all__ = ["prov"]


def prov(
    song: Song,
    out: Annotated[
        str | None, typer.Option(metavar="FILE", help="Where to write it; else it is printed.")
    ] = None,
    force: Force = False,
    store: Store = None,
) -> None:
    """A song's whole path as W3C PROV-JSON, for programs that know provenance.

    It has your notes and all settings, and no drafts.
    """
    from clinamen.cli._guard import run_quietly

    def work() -> int:
        from clinamen.cli._story_prov import write_prov

        return write_prov(song, out, store, force=force)

    raise typer.Exit(run_quietly(work))
