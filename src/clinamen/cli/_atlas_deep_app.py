"""`clinamen atlas explore` and `clinamen atlas rules`, and their options."""

from __future__ import annotations

from typing import Annotated

import typer

from clinamen.cli._options import Force, Key, ListenerName, Meter, Pickup, TrackOfSong

__all__ = ["explore", "rules"]

_Seed = Annotated[int, typer.Option(help="Another seed goes another way; the same gives the same.")]
_Out = Annotated[
    str | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        help="Write what was found: a folder, a pattern such as {name}-{n}.mid, or a file for "
        "the first alone.",
    ),
]


def explore(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            help="An atlas; or a song: MIDI, MusicXML, ABC or Humdrum.",
            show_default=False,
        ),
    ],
    cell: Annotated[
        str | None,
        typer.Option(
            metavar="CELL",
            help="The cell of the atlas to begin from: column and row as 4,7, or what it "
            "measures: surprise=3.1,density=1.2.",
        ),
    ] = None,
    best: Annotated[
        int | None,
        typer.Option(metavar="N", help="Begin from the place that is N-th most worth going to."),
    ] = None,
    x: Annotated[str | None, typer.Option("--x", help="Measure along which cells count.")] = None,
    y: Annotated[str | None, typer.Option("--y", help="The other one.")] = None,
    bars: Annotated[
        str | None, typer.Option(help="Bars that are written anew, as 5-8; all by default.")
    ] = None,
    visits: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            help="How long to search: visits of the tree, 2,000 by default and 128 a note where "
            "that is more.",
        ),
    ] = None,
    seconds: Annotated[
        float | None, typer.Option(help="Stop after so long, if the visits take longer.")
    ] = None,
    n: Annotated[int, typer.Option("--n", "-n", help="Tunes at most: the line, and others.")] = 3,
    output: _Out = None,
    force: Force = False,
    seed: _Seed = 0,
    json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    listener: ListenerName = None,
    track: TrackOfSong = None,
    key: Key = None,
    meter: Meter = None,
    pickup: Pickup = None,
) -> None:
    """Go deep from one place: the unheard-of move, and what the listener awaited instead.

    A tree search writes the bars anew, note by note. The listener's chances say where to look;
    how well the whole tune fits, and how new it is, say what was found. Ctrl-C ends it with
    what there is.
    """
    from clinamen.cli._guard import run_quietly

    def work() -> int:
        from clinamen.cli._arguments import known
        from clinamen.cli._atlas_explore import ExploreOptions, explore_file
        from clinamen.operations.explore import ExploreRequest

        request = ExploreRequest(bars=bars, n_visits=visits, seconds=seconds, n=n, seed=seed)
        facts = known(track, key, meter, pickup)
        options = ExploreOptions(cell, best, (x, y), json, output, force, listener, facts)
        return explore_file(file, request, options)

    raise typer.Exit(run_quietly(work))


def rules(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE", help="A song: MIDI, MusicXML, ABC or Humdrum.", show_default=False
        ),
    ],
    rules: Annotated[
        str | None,
        typer.Option(
            help="Which may be broken, with commas between: scale, metre, plan, viewpoint (or "
            "one of interval, contour, rhythm, peak, cadence). All by default."
        ),
    ] = None,
    evaluations: Annotated[
        int, typer.Option(metavar="N", help="Tunes that are tried, over all rules.")
    ] = 12_000,
    minutes: Annotated[
        float | None, typer.Option(help="Stop after so long, if the tunes take longer.")
    ] = None,
    pairs: Annotated[
        bool, typer.Option("--pairs/--no-pairs", help="Whether to break two rules at once too.")
    ] = True,
    n: Annotated[int, typer.Option("--n", "-n", help="Finds at most.")] = 12,
    output: _Out = None,
    force: Force = False,
    seed: _Seed = 0,
    json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    listener: ListenerName = None,
    track: TrackOfSong = None,
    key: Key = None,
    meter: Meter = None,
    pickup: Pickup = None,
) -> None:
    """Break the rules of the game: another scale, another metre, another plan of phrases.

    Says which rules the song follows, and finds songs that break one of them, or two, keep the
    others, and are still half the song. Ctrl-C ends it with what there is.
    """
    from clinamen.cli._guard import run_quietly

    def work() -> int:
        from clinamen.cli._arguments import known
        from clinamen.cli._atlas_rules import RulesOptions, rules_file
        from clinamen.operations.rules import RulesRequest

        request = RulesRequest(
            kinds=tuple(each.strip() for each in (rules or "").split(",") if each.strip()),
            evaluations=evaluations,
            seconds=None if minutes is None else 60 * minutes,
            pairs=pairs,
            n=n,
            seed=seed,
        )
        facts = known(track, key, meter, pickup)
        return rules_file(file, request, RulesOptions(json, output, force, listener, facts))

    raise typer.Exit(run_quietly(work))
