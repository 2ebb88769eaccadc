"""`clinamen learn` and its options."""

from __future__ import annotations

from typing import Annotated

import typer

__all__ = ["learn"]


def learn(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE...",
            help="MIDI, MusicXML, ABC or Humdrum files (all tunes of an ABC book), corpora in JSON "
            "lines (.jsonl), folders with all that is in them, patterns such as 'songs/**/*.mid'; "
            "- for standard input. Oldest first, where memories fade. With --merge: listeners.",
            show_default=False,
        ),
    ],
    output: Annotated[
        str,
        typer.Option(
            "--output", "-o", metavar="FILE", help="Listener to write; my.listener, for instance."
        ),
    ],
    merge: Annotated[
        bool,
        typer.Option(
            "--merge",
            help="The files are listeners: make one that has heard what all of them have heard.",
        ),
    ] = False,
    add_to: Annotated[
        str | None,
        typer.Option(
            metavar="LISTENER",
            help="Add the songs to what this listener has heard: songs, for the shipped one. "
            "Without it the new listener remembers the songs given and nothing else.",
        ),
    ] = None,
    weights: Annotated[
        str | None,
        typer.Option(
            metavar="LISTENER",
            help="Where weights begin, which say how far each expert is trusted: halfway between "
            "this listener's and none; without it the shipped one's, or with --add-to those of the "
            "listener added to, as they are. new: none.",
        ),
    ] = None,
    name: Annotated[
        str | None, typer.Option(help="Name of the listener; without it that of its file.")
    ] = None,
    rights: Annotated[
        str, typer.Option(metavar="TEXT", help="Who owns the songs, for the record in the file.")
    ] = "",
    targets: Annotated[
        str, typer.Option(help="What it learns to expect, with commas between.")
    ] = "onset,pitch,duration",
    passes: Annotated[
        int,
        typer.Option(help="How often it goes through all songs to learn weights; 0: never."),
    ] = 3,
    seed: Annotated[int, typer.Option(help="Of the order in which songs are gone through.")] = 0,
    half_life: Annotated[
        float | None,
        typer.Option(
            metavar="N",
            help="Memories fade: after N later songs a song counts half. For a personal history, "
            "oldest file first; with --add-to, older memories fade too. The classic model forgets "
            "nothing.",
        ),
    ] = None,
    fewest: Annotated[
        int,
        typer.Option(
            metavar="N",
            help="Leave out of the file what was seen less often than N times: a large corpus "
            "then makes a smaller file.",
        ),
    ] = 1,
    jobs: Annotated[
        int,
        typer.Option(
            metavar="N",
            help="Local processes; each learns one target at a time. More than 1 needs joblib: "
            "pip install 'clinamen[cluster]', or '.[cluster]' in a checkout.",
        ),
    ] = 1,
    cluster: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="Learn on a Dask cluster that is running: the address of its scheduler, such as "
            "tcp://10.0.0.5:8786. The workers need this version of Clinamen. Needs the "
            "extra cluster, as --jobs does.",
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the output.")] = False,
) -> None:
    """Make a listener of your own: it expects what your songs have taught it.

    Use it with `clinamen hear --listener`. The same files and settings give the same listener,
    to the byte, however many processes. If the work is broken off, the same command goes on
    after the last pass that was done (kept in OUTPUT.part).
    """
    from clinamen.cli._guard import run_quietly

    def work() -> int:
        from clinamen.cli._learn import LearnOptions, learn_files

        options = LearnOptions(
            output, merge, name, rights, targets, passes, seed, half_life, weights, add_to,
            fewest, jobs, cluster, force,
        )  # fmt: skip
        return learn_files(files, options)

    raise typer.Exit(run_quietly(work))
