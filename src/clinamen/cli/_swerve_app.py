"""`clinamen swerve` and its options."""

from __future__ import annotations

from typing import Annotated

import typer

from clinamen.cli._options import Force, Key, ListenerName, Meter, Pickup, TrackOfSong

__all__ = ["swerve"]


def swerve(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            help="MIDI, MusicXML, ABC or Humdrum file, or - for standard input.",
            show_default=False,
        ),
    ],
    at: Annotated[
        str | None,
        typer.Option(
            metavar="PLACE",
            help="Where to break the pattern: bar and beat, as 12.3, or the number of a note. "
            "Without it, places are proposed where a break would tell most.",
        ),
    ] = None,
    strength: Annotated[
        str | None,
        typer.Option(
            metavar="gentle|bold|shocking|BITS",
            help="How far above what is usual the break surprises: 2.5, 5 or 8 bits, or a number. "
            "Without it, what is nearest to bold and can be had.",
        ),
    ] = None,
    kind: Annotated[
        str, typer.Option(help="What is broken: pitch, rhythm, harmony, silence, or any of them.")
    ] = "any",
    n: Annotated[int, typer.Option("--n", "-n", help="Variants at most; places at most.")] = 8,
    out: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Write the variants: a folder, a pattern such as {name}-{n}.mid, or a file for "
            "the best alone.",
        ),
    ] = None,
    force: Force = False,
    lock: Annotated[
        list[str] | None,
        typer.Option(
            metavar="BARS",
            help="What must stay: bars and places, as 1-4,12.1; chords:9 and notes:9 are one "
            "without the other. May be repeated.",
            show_default=False,
        ),
    ] = None,
    pitch_range: Annotated[
        str | None,
        typer.Option(
            "--range",
            metavar="C4-G5",
            help="Lowest and highest new note; by default two semitones more than the song has.",
        ),
    ] = None,
    scale: Annotated[
        str | None,
        typer.Option(
            help='Scale of new notes: "G major", pentatonic (on the tonic), key, or C,D,E,G,A.'
        ),
    ] = None,
    ending: Annotated[
        str | None,
        typer.Option(help="Notes or degrees on which the song may end, if its end changes: 1,5."),
    ] = None,
    max_leap: Annotated[
        int | None,
        typer.Option(help="Widest leap in semitones; by default an octave, or the song's own."),
    ] = None,
    max_shared: Annotated[
        int | None,
        typer.Option(
            metavar="NOTES",
            help="Longest run that what is new may share with a tune the listener has learnt.",
        ),
    ] = None,
    outdone: Annotated[
        bool,
        typer.Option("--outdone", help="Also breaks that something else in their phrase outdoes."),
    ] = False,
    seed: Annotated[
        int, typer.Option(help="Another seed gives other variants; the same gives the same.")
    ] = 0,
    json: Annotated[
        bool, typer.Option("--json", help="One JSON object per variant or place and line.")
    ] = False,
    listener: ListenerName = None,
    track: TrackOfSong = None,
    key: Key = None,
    meter: Meter = None,
    pickup: Pickup = None,
) -> None:
    """Break the pattern of a song at one place, and come back: ranked variants, each with why."""
    from clinamen.cli._guard import run_quietly

    def work() -> int:
        from clinamen.cli._arguments import known
        from clinamen.cli._swerve import SwerveOptions, propose, swerve_file
        from clinamen.operations.swerve import SwerveRequest

        request = SwerveRequest(
            at=at or "1.1",
            strength=strength,
            kind=kind,
            n=n,
            locks=tuple(lock or ()),
            range=pitch_range,
            scale=scale,
            ending=ending,
            max_leap=max_leap,
            max_shared=max_shared,
            outdone=outdone,
            seed=seed,
        )
        facts = known(track, key, meter, pickup)
        options = SwerveOptions(json, out, force, listener, facts)
        if at is None:
            return propose(file, request, options)
        return swerve_file(file, request, options)

    raise typer.Exit(run_quietly(work))
