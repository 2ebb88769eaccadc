"""`clinamen story papers`: what can be typed."""

from __future__ import annotations

from typing import Annotated

import typer

from clinamen.cli._story_options import Force, Language, Song, Store

__all__ = ["papers"]


def papers(
    song: Song,
    kind: Annotated[
        str, typer.Option(help="us-copyright, stim, ddex, split or credits.", show_default=False)
    ],
    by: Annotated[
        str, typer.Option(metavar="NAME", help="The maker, where the record says otherwise.")
    ] = "",
    writer: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME:SHARE",
            help="Someone who wrote, with a share in per cent or without; more than once.",
        ),
    ] = None,
    iswc: Annotated[str, typer.Option(help="Number of the work: T-034.524.680-1.")] = "",
    isrc: Annotated[str, typer.Option(help="Number of the recording: SE-A12-26-00001.")] = "",
    out: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Where to write: .md, .html, .json; .csv of split, credits, stim and ddex; .xml "
            "of ddex. Else Markdown is printed.",
        ),
    ] = None,
    language: Language = "en",
    force: Force = False,
    store: Store = None,
) -> None:
    """Papers that songwriters need, filled in from the record: drafts to check, no legal advice."""
    from clinamen.cli._guard import run_quietly

    def work() -> int:
        from clinamen.cli._story_papers import PaperOptions, write_paper

        options = PaperOptions(kind, by, tuple(writer or ()), iswc, isrc, out, language, force)
        return write_paper(song, options, store)

    raise typer.Exit(run_quietly(work))
