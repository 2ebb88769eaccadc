"""The commands of `clinamen story`."""

from __future__ import annotations

from typing import Annotated

import typer

from clinamen.cli._story_options import Force, Json, Language, Song, Store
from clinamen.cli._story_papers_app import papers
from clinamen.cli._story_predict_app import outcome, predict, predictions, score
from clinamen.cli._story_prov_app import prov
from clinamen.cli._story_seal_app import check, seal

__all__ = ["story_app"]

story_app = typer.Typer(
    name="story",
    help="The path of a song: who made what, when, instead of what; kept on this computer.",
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@story_app.callback()
def story() -> None:
    """The path of a song: who made what, when, instead of what; kept on this computer."""
    from clinamen.cli._story_remind import remind

    remind()


@story_app.command("list")
def list_songs(store: Store = None, json: Json = False) -> None:
    """Songs whose path is kept, the last one changed first."""
    from clinamen.cli._guard import run_quietly

    def work() -> int:
        from clinamen.cli._story import list_stories

        return list_stories(store, as_json=json)

    raise typer.Exit(run_quietly(work))


@story_app.command("log")
def log(song: Song, store: Store = None, language: Language = "en", json: Json = False) -> None:
    """What happened to a song, or in a .story file, entry by entry."""
    from clinamen.cli._guard import run_quietly

    def work() -> int:
        from clinamen.cli._story import show_log

        return show_log(song, store, language=language, as_json=json)

    raise typer.Exit(run_quietly(work))


@story_app.command("blame")
def blame(
    song: Song,
    at: Annotated[
        str | None, typer.Option(help="What sounds at a place: bar and beat, such as 12.3.")
    ] = None,
    bars: Annotated[str | None, typer.Option(help="Only these bars, such as 5-8.")] = None,
    store: Store = None,
    language: Language = "en",
    json: Json = False,
) -> None:
    """Who put each note here, when, instead of what."""
    from clinamen.cli._guard import run_quietly

    def work() -> int:
        from clinamen.cli._story_blame import BlameOptions, show_blame

        return show_blame(song, BlameOptions(store, at, bars, language, json))

    raise typer.Exit(run_quietly(work))


@story_app.command("me")
def me(
    name: Annotated[
        str | None, typer.Argument(help="Your name, as stories are to tell it; '' for none.")
    ] = None,
    store: Store = None,
) -> None:
    """Say who you are, or see what was said; it stays on this computer."""
    from clinamen.cli._guard import run_quietly

    def work() -> int:
        from clinamen.cli._story import tell_maker

        return tell_maker(name, store)

    raise typer.Exit(run_quietly(work))


@story_app.command("note")
def note(
    song: Song,
    text: Annotated[str, typer.Argument(help="What you want to remember of this moment.")],
    store: Store = None,
) -> None:
    """Write a note of your own into the path of a song."""
    from clinamen.cli._guard import run_quietly

    def work() -> int:
        from clinamen.cli._story import add_note

        return add_note(song, text, store)

    raise typer.Exit(run_quietly(work))


@story_app.command("add")
def add(
    song: Song,
    file: Annotated[str, typer.Argument(metavar="FILE", help="A song file made elsewhere.")],
    store: Store = None,
) -> None:
    """Bring a draft that was made elsewhere into the path of a song."""
    from clinamen.cli._guard import run_quietly

    def work() -> int:
        from clinamen.cli._story import add_file

        return add_file(song, file, store)

    raise typer.Exit(run_quietly(work))


@story_app.command("keep")
def keep(
    wanted: Annotated[
        str | None, typer.Argument(metavar="[on|off]", help="Whether commands keep the path.")
    ] = None,
    store: Store = None,
) -> None:
    """Whether swerve, compose, sculpt and convert keep the path of what they write."""
    from clinamen.cli._guard import run_quietly

    def work() -> int:
        from clinamen.cli._story import switch_keeping

        return switch_keeping(wanted, store)

    raise typer.Exit(run_quietly(work))


@story_app.command("verify")
def verify(
    song: Song,
    head: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="A head of this story that was kept elsewhere."),
    ] = None,
    require: Annotated[
        list[str] | None,
        typer.Option(help="The end must be: signed, stamped. May be given more than once."),
    ] = None,
    replay: Annotated[
        bool, typer.Option("--replay", help="Run what was recorded again, and compare.")
    ] = False,
    listener: Annotated[
        list[str] | None,
        typer.Option(help="With --replay: a listener of your own that was used."),
    ] = None,
    key: Annotated[
        str | None, typer.Option(help="Fingerprint of the key that signatures must be of.")
    ] = None,
    roots: Annotated[
        str | None,
        typer.Option(metavar="FILE.pem", help="Certificates of authorities whose stamps count."),
    ] = None,
    block: Annotated[
        list[str] | None,
        typer.Option(metavar="HEIGHT:HEADER", help="A Bitcoin block's header, for OpenTimestamps."),
    ] = None,
    store: Store = None,
    json: Json = False,
) -> None:
    """Whether a story (or a .story file) is as it was written; exit code 1 if not."""
    from clinamen.cli._guard import run_quietly

    def work() -> int:
        from clinamen.cli._story_verify import VerifyOptions, verify_story

        options = VerifyOptions(
            store, head, require or (), replay, listener or (), key, roots, block or (), json
        )
        return verify_story(song, options)

    raise typer.Exit(run_quietly(work))


@story_app.command("head")
def head(
    song: Song,
    out: Annotated[str | None, typer.Option(metavar="FILE", help="Where to write it.")] = None,
    force: Force = False,
    store: Store = None,
) -> None:
    """The hash of the last entry, to keep elsewhere: who has it will see any later change."""
    from clinamen.cli._guard import run_quietly

    def work() -> int:
        from clinamen.cli._story_verify import show_head

        return show_head(song, store, out, force=force)

    raise typer.Exit(run_quietly(work))


@story_app.command("export")
def export(
    song: Song,
    out: Annotated[str, typer.Option(metavar="FILE.story", help="The file to write.")],
    hide: Annotated[
        list[int] | None,
        typer.Option(help="Keep an entry back: its hash stays, so that the chain holds."),
    ] = None,
    force: Force = False,
    store: Store = None,
) -> None:
    """Write a story to a file of its own, to hand on and to verify elsewhere."""
    from clinamen.cli._guard import run_quietly

    def work() -> int:
        from clinamen.cli._story_verify import export_story

        return export_story(song, out, store, hide or (), force=force)

    raise typer.Exit(run_quietly(work))


@story_app.command("sign")
def sign(
    song: Song,
    key: Annotated[
        str | None,
        typer.Option(
            metavar="FILE.pem",
            help="Your key; by default one in your data folder, made when it is first needed.",
        ),
    ] = None,
    store: Store = None,
) -> None:
    """Sign the end of a story with a key of your own: who changes it later cannot sign it so."""
    from clinamen.cli._guard import run_quietly

    def work() -> int:
        from clinamen.cli._story_attest import sign

        return sign(song, key, store)

    raise typer.Exit(run_quietly(work))


@story_app.command("stamp")
def stamp(
    song: Song,
    authority: Annotated[
        str | None,
        typer.Option(metavar="URL", help="A time-stamp authority (RFC 3161)."),
    ] = None,
    roots: Annotated[
        str | None,
        typer.Option(metavar="FILE.pem", help="Its root certificates; remembered for checks."),
    ] = None,
    calendar: Annotated[
        list[str] | None,
        typer.Option(metavar="URL", help="A calendar of OpenTimestamps; may be given more often."),
    ] = None,
    store: Store = None,
) -> None:
    """Have the end of a story time-stamped; a hash is sent where you say, nothing else."""
    from clinamen.cli._guard import run_quietly

    def work() -> int:
        from clinamen.cli._story_attest import stamp

        return stamp(song, authority, roots, calendar or (), store)

    raise typer.Exit(run_quietly(work))


@story_app.command("upgrade")
def upgrade(
    song: Song,
    calendar: Annotated[
        list[str], typer.Option(metavar="URL", help="The calendars that promised a block.")
    ],
    store: Store = None,
) -> None:
    """Ask calendars of OpenTimestamps for the Bitcoin blocks they promised."""
    from clinamen.cli._guard import run_quietly

    def work() -> int:
        from clinamen.cli._story_attest import upgrade

        return upgrade(song, calendar, store)

    raise typer.Exit(run_quietly(work))


@story_app.command("tell")
def tell(
    song: Song,
    out: Annotated[
        str | None,
        typer.Option(
            metavar="FILE", help="story.html or story.md; without it, what could be told is listed."
        ),
    ] = None,
    show: Annotated[
        str, typer.Option(help="What is told: all, kept, now, notes, numbers as 1,3-5, or several.")
    ] = "none",
    hide: Annotated[str, typer.Option(help="What is not, whatever --show says.")] = "none",
    language: Language = "en",
    utc_offset: Annotated[
        str,
        typer.Option(help="Times differ so from UTC: +07:00, or local (that of this computer)."),
    ] = "+00:00",
    listener: Annotated[
        str | None, typer.Option(help="By whose ears drafts are compared; a name or a file.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace files that exist.")] = False,
    store: Store = None,
) -> None:
    """Tell the story of a song on a page; of what you do not choose it holds hashes alone."""
    from clinamen.cli._guard import run_quietly

    def work() -> int:
        from clinamen.cli._story_tell import TellOptions, tell_story
        from clinamen.operations.story.telling import TellRequest

        request = TellRequest(show, hide, language=language, offset=utc_offset)
        return tell_story(song, TellOptions(request, out, listener, force, store))

    raise typer.Exit(run_quietly(work))


for command in (papers, prov, seal, check, predict, predictions, outcome, score):
    story_app.command()(command)
