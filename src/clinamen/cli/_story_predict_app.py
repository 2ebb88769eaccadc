"""`clinamen story predict`, `predictions`, `outcome` and `score`: what can be typed."""

from __future__ import annotations

from typing import Annotated

import typer

from clinamen.cli._story_options import Force, Json, Store

__all__ = ["outcome", "predict", "predictions", "score"]

_Song = Annotated[
    str | None, typer.Option(metavar="SONG", help="Only those about a song, or about none.")
]


def predict(
    text: Annotated[str, typer.Argument(help="What will be, so that one can tell on that day.")],
    until: Annotated[str, typer.Option(metavar="DAY", help="The day it is known: 2036-01-01.")],
    chance: Annotated[
        float | None,
        typer.Option(help="How likely it is to come true, 0 to 1; without it, it is not scored."),
    ] = None,
    song: Annotated[str | None, typer.Option(metavar="SONG", help="The song it is about.")] = None,
    store: Store = None,
) -> None:
    """Seal a prediction with its date: it cannot be changed afterwards without a trace."""
    from clinamen.cli._guard import run_quietly

    def work() -> int:
        from clinamen.cli._story_predict import seal_prediction

        return seal_prediction(text, until=until, chance=chance, song=song, store=store)

    raise typer.Exit(run_quietly(work))


def predictions(
    due: Annotated[bool, typer.Option("--due", help="Those whose day has come.")] = False,
    song: _Song = None,
    store: Store = None,
    json: Json = False,
) -> None:
    """Your predictions, those that are due first coming first."""
    from clinamen.cli._guard import run_quietly

    def work() -> int:
        from clinamen.cli._story_predict import list_predictions

        return list_predictions(store, song=song, only_due=due, as_json=json)

    raise typer.Exit(run_quietly(work))


def outcome(
    prediction: Annotated[
        str, typer.Argument(metavar="ID", help="How its id begins (clinamen story predictions).")
    ],
    came_true: Annotated[str, typer.Argument(metavar="yes|no", help="Whether it came true.")],
    note: Annotated[str, typer.Option(help="What you want to remember of it.")] = "",
    correct: Annotated[
        bool, typer.Option("--correct", help="The outcome recorded before was wrong.")
    ] = False,
    store: Store = None,
) -> None:
    """Record how a prediction came out."""
    from clinamen.cli._guard import run_quietly

    def work() -> int:
        from clinamen.cli._story_predict import tell_outcome

        return tell_outcome(prediction, came_true, note=note, corrects=correct, store=store)

    raise typer.Exit(run_quietly(work))


def score(
    plot: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Draw the calibration plot: .svg or .png."),
    ] = None,
    song: _Song = None,
    force: Force = False,
    store: Store = None,
    json: Json = False,
) -> None:
    """How well your predictions came out: Brier score, its parts, and calibration."""
    from clinamen.cli._guard import run_quietly

    def work() -> int:
        from clinamen.cli._story_predict import show_score

        return show_score(store, song=song, plot=plot, force=force, as_json=json)

    raise typer.Exit(run_quietly(work))
