"""`clinamen sculpt` and its options."""

from __future__ import annotations

from typing import Annotated

import typer

from clinamen.cli._options import Force, ListenerName, Meter, TrackOfSong

__all__ = ["sculpt"]


def sculpt(
    take: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            help="A take: MIDI, MusicXML, ABC or Humdrum; - for standard input.",
            show_default=False,
        ),
    ],
    level: Annotated[
        list[float] | None,
        typer.Option(
            metavar="PERCENT",
            help="How much of the take is left: 60. May be given several times.",
        ),
    ] = None,
    notes: Annotated[
        int | None, typer.Option(metavar="N", help="How many notes are left, instead of --level.")
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Every level: 100, 90, ... 20 per cent.")
    ] = False,
    out: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Where the song goes: a file, a folder, or a pattern with {name} and {level}; "
            "the format follows the extension.",
        ),
    ] = None,
    force: Force = False,
    hold: Annotated[
        bool,
        typer.Option(
            "--hold/--no-hold",
            help="Whether a note sounds on through the time of the notes removed behind it, for "
            "a bar at most; otherwise there are rests.",
        ),
    ] = True,
    why: Annotated[
        bool,
        typer.Option(
            "--why",
            help="List what goes, in order, each with its reason and the bits that it saves: what "
            "it takes to tell it, less what it holds up.",
        ),
    ] = False,
    chords: Annotated[
        bool, typer.Option("--chords", help="Sculpt the chords: colours go first, pillars last.")
    ] = False,
    lock: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PLACES", help="Bars and beats that stay as they are: 1-4,12.1, chords:9."
        ),
    ] = None,
    json: Annotated[
        bool, typer.Option("--json", help="One JSON object: the order, costs, reasons, levels.")
    ] = False,
    listener: ListenerName = None,
    track: TrackOfSong = None,
    key: Annotated[
        str | None, typer.Option(help='Key, where the file has none or a wrong one: "G major".')
    ] = None,
    meter: Meter = None,
    pickup: Annotated[
        str | None, typer.Option(help="Length of the incomplete first bar in quarters; 0: none.")
    ] = None,
) -> None:
    """Chip notes away from a busy take until the song is left.

    The note goes next whose absence costs the tune least: ornaments, slips and ghost notes
    first, ends of phrases last. Notes that stay keep onset and pitch; nothing is invented.
    """
    from clinamen.cli._guard import run_quietly

    def work() -> int:
        from clinamen.cli._arguments import as_track
        from clinamen.cli._sculpt import SculptOptions, sculpt_file
        from clinamen.operations.sculpt import SculptRequest

        request = SculptRequest(
            take, as_track(track), key, meter, pickup, listener, tuple(lock or ())
        )
        options = SculptOptions(
            tuple(level or ()), notes, every, out, hold, why, chords, json, force
        )
        return sculpt_file(request, options)

    raise typer.Exit(run_quietly(work))
