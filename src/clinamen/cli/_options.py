"""Options and arguments that several commands have, each with one text."""

from __future__ import annotations

from typing import Annotated

import typer

__all__ = [
    "Files",
    "Force",
    "JsonList",
    "JsonPerFile",
    "Key",
    "ListenerName",
    "Meter",
    "Pickup",
    "Target",
    "Track",
    "TrackOfSong",
]

Files = Annotated[
    list[str],
    typer.Argument(
        metavar="FILE...",
        help="MIDI, MusicXML, ABC or Humdrum files, or folders of them; patterns such as "
        "'songs/**/*.mid'; - for standard input.",
        show_default=False,
    ),
]
Track = Annotated[
    str | None,
    typer.Option(
        help="Part to take the melody from, by number (parts and voices count from 0, as "
        "`clinamen info` lists them; tunes of an ABC file by their X: number) or by name."
    ),
]
TrackOfSong = Annotated[
    str | None, typer.Option(help="Part to take the melody from, by number or by name.")
]
"""The same in fewer words, for commands with many options."""

Key = Annotated[
    str | None,
    typer.Option(help='Key, where the file has none or a wrong one: "G major", "F# minor".'),
]
Meter = Annotated[
    str | None, typer.Option(help="Metre, where the file has none or a wrong one: 3/4.")
]
Pickup = Annotated[
    str | None,
    typer.Option(help="Length of the incomplete first bar in quarters: 1, 1/2; 0 for none."),
]
ListenerName = Annotated[
    str | None, typer.Option(help="Name of a shipped listener, or the path of your own.")
]
Target = Annotated[str, typer.Option(help="What is predicted: pitch, onset, duration, or joint.")]
Force = Annotated[bool, typer.Option("--force", help="Replace files that exist.")]
JsonPerFile = Annotated[bool, typer.Option("--json", help="One JSON object per file and line.")]
JsonList = Annotated[bool, typer.Option("--json", help="As a JSON list.")]
