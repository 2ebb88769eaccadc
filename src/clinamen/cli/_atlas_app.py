"""`clinamen atlas` and the options of its commands."""

from __future__ import annotations

from typing import Annotated

import typer

from clinamen.cli._atlas_deep_app import explore, rules
from clinamen.cli._options import Force, Key, ListenerName, Meter, Pickup, TrackOfSong

__all__ = ["atlas_app"]

atlas_app = typer.Typer(
    name="atlas",
    help="Map melodies: what everyone has done, what you have always done, and where it is empty "
    "and yet worth going.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

_AtlasFile = Annotated[
    str, typer.Argument(metavar="FILE", help="An atlas, made by `clinamen atlas build`.")
]


@atlas_app.command()
def build(
    song: Annotated[
        str | None,
        typer.Argument(
            metavar="[SONG]",
            help="Tunes have the key, metre, bars, range and chords of this song; without it "
            "they fill empty bars.",
            show_default=False,
        ),
    ] = None,
    output: Annotated[
        str,
        typer.Option(
            "--output", "-o", metavar="FILE", help="The atlas; one that is there goes on."
        ),
    ] = "my.atlas",
    bars: Annotated[
        int | None,
        typer.Option(help="Bars of a tune: those of the song up to 64, or 16 without one."),
    ] = None,
    measures: Annotated[
        str | None,
        typer.Option(
            help="What the search keeps apart, with commas between: some of surprise, contrast, "
            "range, density, repetition, syncopation, chromaticism, brightness. A map can be "
            "drawn along any two of them later. Without it surprise, density, repetition and "
            "chromaticism."
        ),
    ] = None,
    cells: Annotated[
        int | None, typer.Option(metavar="N", help="Cells of each of these measures.")
    ] = None,
    evaluations: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            help="Tunes to be heard in all, rounded up to whole rounds; 40,000 without "
            "--minutes. 0: none, to merge or to add songs.",
        ),
    ] = None,
    minutes: Annotated[
        float | None, typer.Option(help="Go on for so long, instead of --evaluations.")
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same atlas.")] = 0,
    jobs: Annotated[
        int,
        typer.Option(
            metavar="N",
            help="Local processes. More than 1 needs joblib: pip install 'clinamen[cluster]'.",
        ),
    ] = 1,
    cluster: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="Search on a Dask cluster that is running: the address of its scheduler, such "
            "as tcp://10.0.0.5:8786.",
        ),
    ] = None,
    mine: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILES",
            help="Songs of yours, beside those of your projects: a file, a folder or a pattern. "
            "May be given several times.",
        ),
    ] = None,
    merge: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE",
            help="Take over what another atlas of the same kind has. May be given several times; "
            "in any order the atlas comes out the same.",
        ),
    ] = None,
    listener: ListenerName = None,
    track: TrackOfSong = None,
    key: Key = None,
    meter: Meter = None,
    pickup: Pickup = None,
    json: Annotated[
        bool, typer.Option("--json", help="One JSON object: how far the atlas has come.")
    ] = False,
) -> None:
    """Search for the best tune of every kind, and keep them as an atlas.

    It can be broken off at any time and goes on with the same command. The same seed gives the
    same file, to the byte, however many processes or machines search.
    """
    from clinamen.cli._guard import run_quietly

    def work() -> int:
        from clinamen.cli._arguments import as_track
        from clinamen.cli._atlas import build_file
        from clinamen.operations.atlas._request import AtlasRequest

        named = None
        if measures is not None:
            named = tuple(each.strip() for each in measures.split(",") if each.strip())
        request = AtlasRequest(
            output, song, bars, as_track(track), key, meter, pickup, named, cells, evaluations,
            minutes, seed, listener, jobs, cluster, tuple(mine or ()), tuple(merge or ()),
        )  # fmt: skip
        return build_file(request, as_json=json)

    raise typer.Exit(run_quietly(work))


@atlas_app.command()
def show(
    file: _AtlasFile,
    x: Annotated[
        str | None, typer.Option("--x", metavar="MEASURE", help="From left to right.")
    ] = None,
    y: Annotated[str | None, typer.Option("--y", metavar="MEASURE", help="Upwards.")] = None,
    cells: Annotated[int, typer.Option(metavar="N", help="Cells of each axis of the map.")] = 12,
    cell: Annotated[
        str | None,
        typer.Option(
            metavar="CELL",
            help="One cell in full: column and row, such as 4,7, or surprise=3.1,density=1.2.",
        ),
    ] = None,
    out: Annotated[
        str | None,
        typer.Option(
            "--out",
            "-o",
            metavar="FILE",
            help="Write the find of --cell: .mid, .musicxml or .abc.",
        ),
    ] = None,
    html: Annotated[
        str | None,
        typer.Option(
            "--html",
            metavar="FILE",
            help="Write the map as a page to look at, to listen to and to take from.",
        ),
    ] = None,
    svg: Annotated[
        str | None, typer.Option("--svg", metavar="FILE", help="Write the map as a picture.")
    ] = None,
    language: Annotated[str, typer.Option(help="Of page and picture: en, vi, ja.")] = "en",
    listener: ListenerName = None,
    force: Force = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Show the map of an atlas: who has been where, and what is empty and worth going."""
    from clinamen.cli._guard import run_quietly

    def work() -> int:
        from clinamen.cli._atlas import ShowOptions, show_file

        options = ShowOptions(x, y, cells, cell, out, html, svg, language, listener, force, json)
        return show_file(file, options)

    raise typer.Exit(run_quietly(work))


atlas_app.command()(explore)
atlas_app.command()(rules)
