"""Arguments and options that several commands of `clinamen story` share."""

from __future__ import annotations

from typing import Annotated

import typer

__all__ = ["Force", "Json", "Language", "Song", "Store"]

Song = Annotated[
    str,
    typer.Argument(
        metavar="SONG",
        help="A song file that was opened or made here, the title of a song, or how its id begins "
        "(clinamen story list).",
        show_default=False,
    ),
]
Store = Annotated[
    str | None,
    typer.Option(help="Another file of projects than that in your data folder.", metavar="FILE"),
]
Language = Annotated[str, typer.Option(help="Language of what is written: en, vi or ja.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
Force = Annotated[bool, typer.Option("--force", help="Replace a file that exists.")]
