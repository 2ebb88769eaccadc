"""`clinamen story seal` and `clinamen story check`, with their options."""

from __future__ import annotations

from typing import Annotated

import typer

__all__ = ["check", "seal"]


def seal(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            help="WAV, MP3, FLAC, PDF, SVG or a zip carry the credential within; any "
            "other file, as MIDI, MusicXML, ABC and text, gets it beside it; a folder becomes a "
            "stored zip.",
            show_default=False,
        ),
    ],
    title: Annotated[
        str | None, typer.Option(help="Title to seal; by default the file's name.")
    ] = None,
    by: Annotated[
        str | None, typer.Option(metavar="NAME", help="Who made it, as you want it told.")
    ] = None,
    source: Annotated[
        str | None,
        typer.Option(
            help="How it came to be, in a word of the IPTC list: digitalCreation (made by a person "
            "with digital tools), digitalCapture (recorded), composite, "
            "trainedAlgorithmicMedia, ... Without it the file is sealed as it was found."
        ),
    ] = None,
    song: Annotated[
        str | None,
        typer.Option(
            metavar="SONG",
            help="Whose story is told (a file, a title, an id); by default that of the file, if it "
            "was made or opened here.",
        ),
    ] = None,
    store: Annotated[
        str | None,
        typer.Option(help="Another file of projects than that in your data folder.", metavar="DB"),
    ] = None,
    certificate: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Your own certificate with its chain, PEM, and --key; without it one that is made "
            "on this computer.",
        ),
    ] = None,
    key: Annotated[
        str | None, typer.Option(metavar="FILE", help="Its private key, PEM, without passphrase.")
    ] = None,
    tsa: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="An authority (RFC 3161) that stamps the time, so that the seal outlives its "
            "certificate. It gets a hash; without this nothing is sent anywhere.",
        ),
    ] = None,
    out: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Where to write; by default song.sealed.wav, or song.mid.c2pa beside song.mid.",
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace what is there.")] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Seal a file with a content credential (C2PA): how it was made, signed, changes found."""
    from clinamen.cli._guard import run_quietly

    def work() -> int:
        from clinamen.cli._story_seal import seal_file
        from clinamen.operations.seal import SealRequest

        request = SealRequest(
            file=file,
            title=title,
            by=by,
            certificate=certificate,
            key=key,
            tsa=tsa,
            out=out,
            force=force,
        )
        return seal_file(request, source=source, as_json=json, song=song, store=store)

    raise typer.Exit(run_quietly(work))


def check(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A sealed file.", show_default=False)],
    credential: Annotated[
        str | None,
        typer.Option(
            metavar="FILE", help="The credential beside it; by default song.mid.c2pa or song.c2pa."
        ),
    ] = None,
    trust: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Certificates, PEM, of the authorities that you trust, for signers and stamps.",
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Read the content credential of a file, whoever made it: does it hold, and what does it say?

    Exit code 0 if it holds, 1 if it does not, 2 if there is none.
    """
    from clinamen.cli._guard import run_quietly

    def work() -> int:
        from clinamen.cli._story_seal import check_file

        return check_file(file, credential=credential, trust=trust, as_json=json)

    raise typer.Exit(run_quietly(work))
