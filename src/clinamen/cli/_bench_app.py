"""`clinamen bench`: its commands and their options."""

from __future__ import annotations

from typing import Annotated

import typer

from clinamen.cli._options import Target

__all__ = ["bench_app"]

bench_app = typer.Typer(
    name="bench",
    help="Measure how well music and people are predicted. `prediction` compares our model and "
    "the classic one in bits per note, by cross-validation on any melodies: use it to see what a "
    "model is worth on your corpus. `listeners` compares what people said (ratings of "
    "continuations, bits per note, sung continuations) with what a shipped listener expects: "
    "use it to see whether it hears like people. `harmony` does both for chords. `creation` judges "
    "swerves and compositions by listeners that did not make them. These take your own data with "
    "--set FILE.jsonl. `story` tries to change the story of a song unnoticed.",
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object per set and line.")]


@bench_app.command()
def prediction(
    sets: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME|FILE.jsonl",
            help="Melodies: a file with one JSON object a line, or the name of a set that is read "
            "from music21 (pip install 'clinamen[bench]', or '.[bench]' in a checkout): "
            "chorales, chorales-pitch, kinder, han, luxembourg, "
            "lorraine, yugoslavia, switzerland, austria. May be repeated; without it all names.",
            show_default=False,
        ),
    ] = None,
    json: AsJson = False,
    folds: Annotated[
        int, typer.Option(help="Parts that a set is divided into, each predicted from the others.")
    ] = 10,
    seeds: Annotated[
        int, typer.Option(help="Random divisions into folds; figures are means, with spread.")
    ] = 3,
    known: Annotated[
        str | None,
        typer.Option(
            metavar="WHAT,...",
            help="What the models may look at besides earlier notes: onset, duration, key, "
            "phrase, chords, or none; pitch, for the target duration. What a set does not tell is "
            "left out. Without it onset,key,phrase, as in published figures.",
        ),
    ] = None,
    target: Target = "pitch",
    viewpoints: Annotated[
        str | None,
        typer.Option(
            help="Of the classic model, such as 'cpint*cpintfref cpitch'. Without it strong ones "
            "that were chosen on other music."
        ),
    ] = None,
    grouped: Annotated[
        bool,
        typer.Option(
            "--grouped", help="Keep copies of a tune, in whatever key, together in one fold."
        ),
    ] = False,
) -> None:
    """Bits per note of the learned mixture and the classic model: fewer is better.

    Every melody is predicted by a model that learnt the others. Beside the bits stand notes
    per second, first with all learning, then predicting alone, and the most memory used.
    """
    from clinamen.cli._guard import run_quietly

    def work() -> int:
        from clinamen.cli._bench import PredictionOptions, show_prediction

        options = PredictionOptions(json, folds, seeds, known, target, viewpoints, grouped)
        return show_prediction(sets or [], options)

    raise typer.Exit(run_quietly(work))


@bench_app.command()
def listeners(
    sets: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="FILE.jsonl",
            help="What people said: one JSON object a line with notes and ratings, ic_bits or "
            "dist_over_pc. May be repeated; without it the ratings in the source of Clinamen.",
            show_default=False,
        ),
    ] = None,
    json: AsJson = False,
) -> None:
    """Agreement with people of the listener profile, and of the listener made to predict notes.

    Explained variance of ratings and of measured bits by information content: more is better.
    Bits a response for sung continuations: fewer is better. Nothing is fitted on the answers.
    """
    from clinamen.cli._guard import run_quietly

    def work() -> int:
        from clinamen.cli._bench import show_listeners_bench

        return show_listeners_bench(sets or [], json)

    raise typer.Exit(run_quietly(work))


@bench_app.command()
def harmony(
    sets: Annotated[
        list[str],
        typer.Option(
            "--set",
            metavar="FILE.jsonl",
            help="Sequences of chords with people's surprise at one of them (midi, rated_index, "
            "surprisal_mean), or songs with chords ([onset, symbol]). May be repeated.",
            show_default=False,
        ),
    ],
    json: AsJson = False,
    folds: Annotated[
        int, typer.Option(help="Parts that songs are divided into, each predicted from the others.")
    ] = 10,
) -> None:
    """Surprise at chords beside what people say, or bits per chord beside PPM with decay.

    Rated sequences: correlation of mean surprise with the information content that the shipped
    profile of harmony gives the rated chord; nothing is fitted on the answers. Songs: every song
    is predicted by a model that learnt the others, with ever more known.
    """
    from clinamen.cli._guard import run_quietly

    def work() -> int:
        from clinamen.cli._bench_harmony import show_harmony_bench

        return show_harmony_bench(sets, json, folds)

    raise typer.Exit(run_quietly(work))


@bench_app.command()
def creation(
    songs: Annotated[
        str | None,
        typer.Option(
            "--set",
            metavar="FILE.jsonl",
            help="Songs to be swerved, one a line, or a file or folder of songs. Without it songs "
            "that neither listener has learnt.",
            show_default=False,
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    quick: Annotated[bool, typer.Option("--quick", help="Few songs: some minutes.")] = False,
    full: Annotated[
        bool, typer.Option("--full", help="Many songs, 10,000 results with a limit: some hours.")
    ] = False,
    part: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PART",
            help="Only this: swerve, compose, limit or times. May be repeated.",
            show_default=False,
        ),
    ] = None,
    train: Annotated[
        str | None,
        typer.Option(
            metavar="FOLDER",
            help="Songs that generator and judge learn different tunes of; the songs to be swerved "
            "are others of them. Without it the generator is the shipped listener, and the judge "
            "learns folk songs and chorales of music21 (pip install 'clinamen[bench]').",
            show_default=False,
        ),
    ] = None,
    generator: Annotated[
        str | None,
        typer.Option(metavar="LISTENER", help="Who makes, as it is.", show_default=False),
    ] = None,
    judge: Annotated[
        str | None,
        typer.Option(metavar="LISTENER", help="Who judges, as it is.", show_default=False),
    ] = None,
    max_shared: Annotated[
        int, typer.Option(help="Notes: the limit on shared runs that is tried.")
    ] = 6,
    seed: Annotated[int, typer.Option(help="Of all that is drawn.")] = 1,
) -> None:
    """How good swerves and compositions are, judged by listeners that did not make them.

    The judge shares no tune with the generator; the classic model with the judge's memory is the
    third to hear. Compositions are compared with plain methods that have as much processor time.
    Listeners are learnt once and kept in the cache folder (CLINAMEN_CACHE).
    """
    from clinamen.cli._guard import run_quietly

    def work() -> int:
        from clinamen.bench._creation_cast import Given
        from clinamen.bench.creation import PARTS, CreationRequest
        from clinamen.cli._bench_creation import show_creation_bench

        request = CreationRequest(
            Given(songs, train, generator, judge),
            "full" if full else "quick" if quick else "usual",
            tuple(part or PARTS),
            max_shared,
            seed,
        )
        return show_creation_bench(request, json)

    raise typer.Exit(run_quietly(work))


@bench_app.command()
def story(
    json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    n_corruptions: Annotated[
        int, typer.Option(help="Random changes of a signed and stamped story, of 16 kinds.")
    ] = 1_000,
    kills: Annotated[int, typer.Option(help="Writers that are killed at random instants.")] = 200,
    entries: Annotated[int, typer.Option(help="Of the story that is timed.")] = 20_000,
    seed: Annotated[int, typer.Option(help="Of all that is drawn.")] = 1,
    folder: Annotated[
        str | None,
        typer.Option(
            metavar="FOLDER",
            help="On the disk that is measured; without it the system's for temporary files.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Whether a story can be changed unnoticed, what a kill costs, and how quick it is.

    A story is signed with a key and stamped by an authority made for the run, then changed at
    random in its file and in every column of its tables; what verify does not find is listed.
    Exit code 1 if there is such a thing, or if a kill lost anything.
    """
    from clinamen.cli._guard import run_quietly

    def work() -> int:
        from clinamen.bench.story import StoryRequest
        from clinamen.cli._bench_story import show_story_bench

        return show_story_bench(StoryRequest(n_corruptions, kills, entries, seed, folder), json)

    raise typer.Exit(run_quietly(work))


@bench_app.command()
def search(
    song: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Gives key, metre and range of the tunes; without it they are in C major.",
            show_default=False,
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    quick: Annotated[
        bool, typer.Option("--quick", help="Three seeds, ten kills: some minutes.")
    ] = False,
    full: Annotated[bool, typer.Option("--full", help="Twenty seeds, long runs: hours.")] = False,
    part: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PART",
            help="Only this: methods, speed, ears, night or kills. May be repeated.",
            show_default=False,
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="The first; the others follow.")] = 1,
    folder: Annotated[
        str | None,
        typer.Option(
            metavar="FOLDER",
            help="On the disk that is measured; without it the system's for temporary files.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """How an atlas compares with plain methods, and how fast it is built.

    Coverage and QD-score at equal evaluations beside random sampling, hill climbing and
    MAP-Elites without the listener's prior, with 95 % intervals of paired differences over seeds;
    evaluations a second of one core; agreement of the quick listener with the full one; memory
    and database of a night of fishing, simulated at speed; what killed searches lose.
    Exit code 1 if that is anything.
    """
    from clinamen.cli._guard import run_quietly

    def work() -> int:
        from clinamen.bench.search import PARTS, SearchRequest
        from clinamen.cli._bench_search import show_search_bench

        size = "full" if full else "quick" if quick else "usual"
        parts = tuple(part or PARTS)
        return show_search_bench(SearchRequest(parts, size, song, seed, folder), json)

    raise typer.Exit(run_quietly(work))
