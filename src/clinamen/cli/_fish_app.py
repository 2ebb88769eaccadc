"""`clinamen fish` and its options."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from clinamen.cli._options import Key, ListenerName, Meter, Pickup, TrackOfSong
from clinamen.cli._story_options import Force, Json, Language, Store

__all__ = ["fish_app"]


class _SongFirst(TyperGroup):
    """``clinamen fish SONG`` begins to fish, as ``clinamen fish start SONG`` does."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        first = args[0] if args else ""
        if first and first not in self.commands and first not in ("-h", "--help"):
            args = ["start", *args]
        return super().parse_args(ctx, args)


fish_app = typer.Typer(
    name="fish",
    cls=_SongFirst,
    help="A long search in the background: wait patiently, and a find surfaces when it beats "
    "what surfaced before. clinamen fish SONG begins.",
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Song = Annotated[
    str,
    typer.Argument(
        metavar="SONG",
        help="A song file, the title of a song, or how its id begins (clinamen story list).",
        show_default=False,
    ),
]
AnySong = Annotated[
    str | None,
    typer.Argument(metavar="[SONG]", help="All songs without it.", show_default=False),
]


@fish_app.command("start")
def start(
    song: Song,
    wish: Annotated[
        str,
        typer.Option(
            help='What is looked for, in your words: "a bridge that breaks home", '
            '"điệp khúc lặng hơn", "サビを大胆に". What was understood is said.'
        ),
    ] = "",
    nights: Annotated[
        float, typer.Option(help="How long: nights of eight hours; 0.01 is about five minutes.")
    ] = 1.0,
    rate: Annotated[
        float,
        typer.Option(
            help="Finds a day at most; a night can bring as many, less time its share, rounded up."
        ),
    ] = 3.0,
    lock: Annotated[
        list[str] | None,
        typer.Option(
            metavar="BARS",
            help="What must stay: bars and places, as 1-4,12.1. May be repeated.",
            show_default=False,
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="Another seed fishes otherwise.")] = 0,
    always: Annotated[
        bool, typer.Option("--always", help="Also on battery, and while the computer is busy.")
    ] = False,
    notify: Annotated[
        bool, typer.Option("--notify", help="Tell a find on the desktop, where that can be done.")
    ] = False,
    foreground: Annotated[
        bool, typer.Option("--foreground", help="Fish here, until Ctrl-C; not in the background.")
    ] = False,
    listener: ListenerName = None,
    track: TrackOfSong = None,
    key: Key = None,
    meter: Meter = None,
    pickup: Pickup = None,
    store: Store = None,
    language: Language = "en",
) -> None:
    """Begin to fish in a song."""
    from clinamen.cli._guard import run_quietly

    def work() -> int:
        from clinamen.cli._arguments import known
        from clinamen.cli._fish import begin
        from clinamen.operations.fish.fishing import FishRequest

        request = FishRequest(
            song=song,
            wish=wish,
            nights=nights,
            rate=rate,
            seed=seed,
            locks=tuple(lock or ()),
            listener=listener,
            always=always,
            notify=notify,
            reading=known(track, key, meter, pickup),
        )
        return begin(request, store, foreground=foreground, language=language)

    raise typer.Exit(run_quietly(work))


@fish_app.command("status")
def status(
    song: AnySong = None, store: Store = None, language: Language = "en", json: Json = False
) -> None:
    """What was tried, and what is biting."""
    from clinamen.cli._guard import run_quietly

    def work() -> int:
        from clinamen.cli._fish import show_status

        return show_status(song, store, language=language, as_json=json)

    raise typer.Exit(run_quietly(work))


@fish_app.command("pause")
def pause(song: Song, store: Store = None, language: Language = "en") -> None:
    """Let it wait until you resume it."""
    from clinamen.cli._guard import run_quietly

    def work() -> int:
        from clinamen.cli._fish import order
        from clinamen.ledger.expeditions import PAUSED

        return order(song, PAUSED, store, language)

    raise typer.Exit(run_quietly(work))


@fish_app.command("stop")
def stop(song: Song, store: Store = None, language: Language = "en") -> None:
    """End it; what has surfaced stays."""
    from clinamen.cli._guard import run_quietly

    def work() -> int:
        from clinamen.cli._fish import order
        from clinamen.ledger.expeditions import STOPPED

        return order(song, STOPPED, store, language)

    raise typer.Exit(run_quietly(work))


@fish_app.command("resume")
def resume(
    song: AnySong = None,
    foreground: Annotated[
        bool, typer.Option("--foreground", help="Fish here, until Ctrl-C; one song alone.")
    ] = False,
    store: Store = None,
    language: Language = "en",
) -> None:
    """Go on with what was paused, or broken off by a kill or a restart; nothing is lost."""
    from clinamen.cli._guard import run_quietly

    def work() -> int:
        from clinamen.cli._fish import resume_songs

        return resume_songs(song, store, foreground=foreground, language=language)

    raise typer.Exit(run_quietly(work))


@fish_app.command("land")
def land(
    song: Song,
    number: Annotated[
        int | None, typer.Argument(metavar="[N]", help="Of a find.", show_default=False)
    ] = None,
    keep: Annotated[bool, typer.Option("--keep", help="Make it the song.")] = False,
    reject: Annotated[bool, typer.Option("--reject", help="Let it go.")] = False,
    out: Annotated[
        str | None,
        typer.Option("--out", "-o", metavar="FILE", help="Write the song as the find has it."),
    ] = None,
    force: Force = False,
    store: Store = None,
    language: Language = "en",
    json: Json = False,
) -> None:
    """See what has surfaced and why; keep it or let it go, and both teach what you like."""
    from clinamen.cli._guard import run_quietly

    def work() -> int:
        from clinamen.cli._fish_land import LandOptions, land_finds

        options = LandOptions(keep, reject, out, force, store, language, json)
        return land_finds(song, number, options)

    raise typer.Exit(run_quietly(work))


@fish_app.command("work", hidden=True)
def work_alone(expedition: int, store: Store = None) -> None:
    """Fish: what `start` and `resume` run in the background."""
    from clinamen.cli._guard import run_quietly

    def work() -> int:
        from pathlib import Path

        from clinamen.operations.fish.working import fish_on

        fish_on(expedition, None if store is None else Path(store))
        return 0

    raise typer.Exit(run_quietly(work))
