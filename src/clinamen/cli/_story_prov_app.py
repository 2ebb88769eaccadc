"""`clinamen story prov`: what can be typed."""

from __future__ import annotations

from typing import Annotated

import typer

__all__ = ["prov"]


def prov(
    song: Annotated[
        str,
        typer.Argument(
            metavar="SONG",
            help="A song file that was opened or made here, the title of a song, or how its id "
            "begins.",
            show_default=False,
        ),
    ],
    out: Annotated[
        str | None, typer.Option(metavar="FILE", help="Where to write it; else it is printed.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that exists.")] = False,
    store: Annotated[
        str | None,
        typer.Option(
            help="Another file of projects than that in your data folder.", metavar="FILE"
        ),
    ] = None,
) -> None:
    """A song's whole path as W3C PROV-JSON, for programs that know provenance.

    It has your notes and all settings, and no drafts.
    """
    from clinamen.cli._guard import run_quietly

    def work() -> int:
        from clinamen.cli._story_prov import write_prov

        return write_prov(song, out, store, force=force)

    raise typer.Exit(run_quietly(work))
