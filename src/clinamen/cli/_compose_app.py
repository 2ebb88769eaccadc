"""`clinamen compose` and its options."""

from __future__ import annotations

from typing import Annotated

import typer

from clinamen.cli._options import Force, ListenerName, TrackOfSong

__all__ = ["compose"]


def compose(
    curve: Annotated[
        str,
        typer.Option(
            metavar="FILE|WORDS",
            help="Bits a note along the way: words and numbers that divide the melody (home 1.5, "
            "calm 2.25, open 3, restless 4, break 5.5, shock 8; rise and fall between them), a "
            "table (bar,bits or quarters,bits), or JSON.",
        ),
    ] = "home home break home",
    like: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="A song whose key, metre, range and style to take; it is heard first.",
        ),
    ] = None,
    begin: Annotated[
        str | None,
        typer.Option(
            metavar="FILE[:BARS]", help="Go on from a song, or from its first bars: song.abc:4."
        ),
    ] = None,
    fill: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Write the bars --from to --to of a song anew; all else stays exactly.",
        ),
    ] = None,
    first_bar: Annotated[
        int | None, typer.Option("--from", metavar="BAR", help="First bar to fill.")
    ] = None,
    last_bar: Annotated[
        int | None, typer.Option("--to", metavar="BAR", help="Last bar to fill.")
    ] = None,
    form: Annotated[
        str | None,
        typer.Option(
            metavar="AABA",
            help="Sections that come back; those with a stroke, as in AA'BA', with another end.",
        ),
    ] = None,
    bars: Annotated[int | None, typer.Option(help="How many bars; by default 16.")] = None,
    key: Annotated[
        str | None, typer.Option(help='Key: "G major", "F# minor"; by default C major.')
    ] = None,
    meter: Annotated[
        str | None, typer.Option("--meter", "--metre", help="Metre: 3/4; by default 4/4.")
    ] = None,
    pickup: Annotated[
        str | None,
        typer.Option(help="Length of an incomplete first bar in quarters: 1, 1/2."),
    ] = None,
    pitch_range: Annotated[
        str | None, typer.Option("--range", metavar="C4-G5", help="Lowest and highest note.")
    ] = None,
    scale: Annotated[
        str | None,
        typer.Option(help='Scale: "G major", pentatonic (on the tonic), key, or C,D,E,G,A.'),
    ] = None,
    ending: Annotated[
        str | None,
        typer.Option(
            help="Notes or degrees on which it may end: 1,5. By default the tonic, unless the "
            "curve is high there."
        ),
    ] = None,
    max_leap: Annotated[
        int | None, typer.Option(help="Widest leap in semitones; by default an octave.")
    ] = None,
    lock: Annotated[
        list[str] | None,
        typer.Option(
            metavar="BARS",
            help="What stays within the bars to fill: bars and places, as 6,7.3, chords:8.",
            show_default=False,
        ),
    ] = None,
    max_shared: Annotated[
        str | None,
        typer.Option(
            metavar="NOTES",
            help="Longest run that may be shared with a tune the listener has learnt, or with "
            "the song of --like; none for any. By default what songs of that length usually "
            "share, 7 or so.",
        ),
    ] = None,
    chords: Annotated[
        bool, typer.Option("--chords", help="Write chords first, and the melody over them.")
    ] = False,
    target: Annotated[
        str,
        typer.Option(help="Whose bits the curve counts: joint (onset and pitch), pitch, onset."),
    ] = "joint",
    n: Annotated[int, typer.Option("--n", "-n", help="How many melodies.")] = 1,
    seed: Annotated[
        int, typer.Option(help="Another seed gives another melody; the same gives the same.")
    ] = 0,
    seconds: Annotated[
        float | None,
        typer.Option(
            help="Go on for so long; without it a fixed number of steps. Ctrl-C stops, and the "
            "best so far is kept."
        ),
    ] = None,
    steps: Annotated[
        int | None,
        typer.Option(help="How often bars are written anew; by default 3 for each bar."),
    ] = None,
    out: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Write the melodies: a file, a folder, or a pattern such as {name}-{n}.mid.",
        ),
    ] = None,
    force: Force = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object per melody.")] = False,
    listener: ListenerName = None,
    track: TrackOfSong = None,
) -> None:
    """Compose melodies that follow a curve of surprise: at home first, then a break, then home."""
    from clinamen.cli._guard import run_quietly

    def work() -> int:
        from clinamen.cli._arguments import as_limit, as_track
        from clinamen.cli._compose import ComposeOptions, compose_files
        from clinamen.operations.compose import ComposeRequest

        request = ComposeRequest(
            curve=curve,
            listener=listener,
            like=like,
            begin=begin,
            fill=fill,
            first_bar=first_bar,
            last_bar=last_bar,
            form=form,
            bars=bars,
            key=key,
            meter=meter,
            pickup=pickup,
            range=pitch_range,
            scale=scale,
            max_leap=max_leap,
            ending=ending,
            locks=tuple(lock or ()),
            max_shared=as_limit(max_shared),
            chords=chords,
            target=target,
            track=as_track(track),
            seed=seed,
            n_steps=steps,
        )
        return compose_files(request, ComposeOptions(n, seconds, out, force, json))

    raise typer.Exit(run_quietly(work))
