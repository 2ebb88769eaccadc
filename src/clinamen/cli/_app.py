"""The commands and their options."""

from __future__ import annotations

from typing import Annotated

import typer

from clinamen.cli._atlas_app import atlas_app
from clinamen.cli._bench_app import bench_app
from clinamen.cli._compose_app import compose
from clinamen.cli._fish_app import fish_app
from clinamen.cli._learn_app import learn
from clinamen.cli._options import (
    Files,
    JsonList,
    JsonPerFile,
    Key,
    ListenerName,
    Meter,
    Pickup,
    Target,
    Track,
)
from clinamen.cli._sculpt_app import sculpt
from clinamen.cli._story_app import story_app
from clinamen.cli._swerve_app import swerve

__all__ = ["app"]

# Plain help and plain tracebacks: no boxes in a pipe, and a bug shows itself as Python's own.
app = typer.Typer(
    name="clinamen",
    help="Hear where a song surprises: information content and entropy for every note.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(atlas_app)
app.add_typer(bench_app)
app.add_typer(story_app)
app.add_typer(fish_app)


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"clinamen {version('clinamen')}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    pass


@app.command()
def hear(
    files: Files,
    json: JsonPerFile = False,
    csv: Annotated[
        bool, typer.Option("--csv", help="One table of all notes of all files.")
    ] = False,
    html: Annotated[
        str | None,
        typer.Option(
            metavar="[FILE]",
            help="Write a report: a .html file, a folder, or a pattern with {name}; "
            "without a value, {name}.html.",
        ),
    ] = None,
    plot: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Write a picture: a .svg or .png file, a folder, or a pattern with {name}.",
        ),
    ] = None,
    listener: ListenerName = None,
    model: Annotated[
        str | None,
        typer.Option(
            help="mixture, the learned mixture and the default where the listener has one; or "
            "IDyOM's model with a memory: stm (this song), ltm (the past), ltm+, both, both+."
        ),
    ] = None,
    viewpoints: Annotated[
        str | None,
        typer.Option(
            help="What IDyOM's model looks at, such as cpint*cpintfref. The shipped listener knows "
            "cpint*cpintfref, cpint*posinbar and cpitch for pitch, bioi*posinbar for onset, "
            "dur*posinbar for duration; with --model stm any that `clinamen viewpoints` lists."
        ),
    ] = None,
    track: Track = None,
    key: Key = None,
    meter: Meter = None,
    pickup: Pickup = None,
    target: Target = "pitch",
    why: Annotated[
        str | None,
        typer.Option(
            metavar="NOTE",
            help="Explain one note in full: its number, as 27, or its bar and beat, as 12.3. "
            "For a listener with a learned mixture.",
        ),
    ] = None,
    pleasure: Annotated[
        bool,
        typer.Option(
            "--pleasure",
            help="Also read the song by a published finding on pleasure in chords; not a score.",
        ),
    ] = False,
    harmony: Annotated[
        bool,
        typer.Option(
            "--harmony",
            help="Hear the chords, and rhythm, melody and harmony as three curves and their sum; "
            "with --json and --plot. Songs of chords alone (.cho, .txt) are heard so.",
        ),
    ] = False,
    idyom: Annotated[
        bool,
        typer.Option(
            "--idyom", help="IDyOM's column names in --json and --csv; the figures stay the same."
        ),
    ] = False,
) -> None:
    """Tell for every note how surprising it was, and what was expected instead."""
    from clinamen.cli._guard import run_quietly

    def work() -> int:
        from clinamen.cli._arguments import known
        from clinamen.cli._hear import hear_files
        from clinamen.cli._hear_options import HearOptions

        facts = known(track, key, meter, pickup)
        options = HearOptions(
            json,
            csv,
            html,
            plot,
            listener,
            model,
            viewpoints,
            facts,
            target,
            idyom,
            why,
            pleasure,
            harmony,
        )
        return hear_files(files, options)

    raise typer.Exit(run_quietly(work))


app.command()(learn)
app.command()(sculpt)
app.command()(swerve)
app.command()(compose)


@app.command()
def originality(
    files: Files,
    listener: ListenerName = None,
    track: Track = None,
    json: JsonPerFile = False,
) -> None:
    """Tell what runs of notes a song shares with the tunes that a listener has heard."""
    from clinamen.cli._guard import run_quietly

    def work() -> int:
        from clinamen.cli._originality import compare_files

        return compare_files(files, listener=listener, track=track, as_json=json)

    raise typer.Exit(run_quietly(work))


@app.command()
def info(
    files: Files,
    track: Track = None,
    key: Key = None,
    meter: Meter = None,
    pickup: Pickup = None,
) -> None:
    """Tell what a file holds: parts, key, metre, phrases, range, and where that is from."""
    from clinamen.cli._guard import run_quietly

    def work() -> int:
        from clinamen.cli._arguments import known
        from clinamen.cli._info import show_files

        return show_files(files, known(track, key, meter, pickup))

    raise typer.Exit(run_quietly(work))


@app.command()
def convert(
    source: Annotated[str, typer.Argument(help="File to read, or - for standard input.")],
    target: Annotated[
        str,
        typer.Argument(
            help="To write: .mid, .musicxml, .abc, .cho or .txt; .pdf, .svg or .png for notation."
        ),
    ],
    track: Track = None,
    key: Key = None,
    meter: Meter = None,
    pickup: Pickup = None,
    chord_track: Annotated[
        bool, typer.Option("--chord-track", help="In MIDI, also play the chords.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace the target.")] = False,
) -> None:
    """Write the song of a file in another format; in .cho and .txt chords and words alone."""
    from clinamen.cli._guard import run_quietly

    def work() -> int:
        from clinamen.cli._arguments import known
        from clinamen.cli._info import convert_file

        facts = known(track, key, meter, pickup)
        return convert_file(source, target, facts, force=force, chord_track=chord_track)

    raise typer.Exit(run_quietly(work))


@app.command()
def listeners(
    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[FILE...]",
            help="Listeners or profiles of your own, or names; without them the shipped ones.",
            show_default=False,
        ),
    ] = None,
    json: JsonList = False,
) -> None:
    """List listeners: what they have heard and expect, and under which rights.

    Without FILE the shipped ones, with the profiles made to agree with people.
    """
    from clinamen.cli._guard import run_quietly

    def work() -> int:
        from clinamen.cli._info import show_listeners

        return show_listeners(files or [], json)

    raise typer.Exit(run_quietly(work))


@app.command()
def viewpoints(
    json: JsonList = False,
) -> None:
    """List every viewpoint with its meaning and IDyOM's name for it."""
    from clinamen.cli._guard import run_quietly

    def work() -> int:
        from clinamen.cli._info import show_viewpoints

        return show_viewpoints(json)

    raise typer.Exit(run_quietly(work))


@app.command()
def studio(
    file: Annotated[
        str | None,
        typer.Argument(
            metavar="[FILE]",
            help="A song to open; without it the one that was changed last, or an example.",
            show_default=False,
        ),
    ] = None,
    port: Annotated[
        int, typer.Option(help="Where the page is served; the next free one if it is taken.")
    ] = 8377,
    host: Annotated[
        str,
        typer.Option(help="Address to listen on; one that others can reach needs a password."),
    ] = "127.0.0.1",
    password_file: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="File whose first line is the password; or set CLINAMEN_STUDIO_PASSWORD.",
        ),
    ] = None,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Open no browser; show the address.")
    ] = False,
    readonly: Annotated[
        bool, typer.Option("--readonly", help="To look and listen; nothing can be changed.")
    ] = False,
    listener: ListenerName = None,
    projects: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Keep projects in this file, not the usual one."),
    ] = None,
    track: Track = None,
    key: Key = None,
    meter: Meter = None,
    pickup: Pickup = None,
) -> None:
    """Open the studio: see a song, hear it and change it in the browser, on this machine alone."""
    from clinamen.cli._guard import run_quietly

    def work() -> int:
        from clinamen.cli._arguments import known
        from clinamen.cli._studio import open_studio

        return open_studio(
            file,
            known(track, key, meter, pickup),
            host=host,
            port=port,
            password_file=password_file,
            readonly=readonly,
            listener=listener,
            store=projects,
            open_browser=not no_browser,
        )

    raise typer.Exit(run_quietly(work))
