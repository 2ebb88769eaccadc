"""Predictions on a terminal: sealed, listed, come out, scored."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from clinamen.cli._render import say
from clinamen.cli._story import opened
from clinamen.engine._plot import PLOT_FORMATS
from clinamen.errors import MissingError, ParameterError
from clinamen.ledger import ProjectStore
from clinamen.operations.song_files import check_free
from clinamen.operations.story.path import find_project
from clinamen.operations.story.predictions import (
    Prediction,
    predict,
    predictions,
    record_outcome,
    today,
)
from clinamen.operations.story.scoring import Score, calibration_bytes, score
from clinamen.operations.text import a_count, clean

__all__ = [
    "list_predictions",
    "seal_prediction",
    "show_score",
    "tell_outcome",
]


def seal_prediction(
    text: str, *, until: str, chance: float | None, song: str | None, store: str | None
) -> int:
    """Seal a prediction, and tell how to come back to it."""
    with opened(store) as kept:
        project = None if song is None else find_project(kept, song)[0]
        made = predict(kept, text, until=until, chance=chance, project=project)
    title = clean(made.title)
    say(f"{made.short_id}: sealed as entry {made.seq} of {title}, until {made.until}.")
    say("The date is that of this computer's clock; clinamen story stamp has it vouched for.")
    return 0


def _project(kept: ProjectStore, song: str | None) -> str | None:
    return None if song is None else find_project(kept, song)[0]


def list_predictions(store: str | None, *, song: str | None, only_due: bool, as_json: bool) -> int:
    """One prediction after the other."""
    with opened(store, is_read=True) as kept:
        found = predictions(kept, _project(kept, song))
    day = today()
    found = [each for each in found if each.is_due(day) or not only_due]
    for each in found:
        if as_json:
            record = dataclasses.asdict(each) | {"is_due": each.is_due(day)}
            sys.stdout.write(json.dumps(record, default=str, ensure_ascii=False) + "\n")
        else:
            _show(each)
    if not found and not as_json:
        say("Nothing is due." if only_due else "No predictions yet: clinamen story predict.")
    return 0


def _show(each: Prediction) -> None:
    chance = "no chance given" if each.chance is None else f"chance {each.chance:g}"
    say(f"{each.short_id}  {clean(each.text)}")
    say(f"          made {each.made_at[:10]}, until {each.until}; {chance}; {_state(each)}")
    if each.note:
        say(f"          {clean(each.note)}")


def _state(each: Prediction) -> str:
    if each.outcome is None:
        return "due" if each.is_due(today()) else "open"
    return f"{'came true' if each.outcome else 'did not come true'} ({each.outcome_at[:10]})"


def tell_outcome(
    prediction: str, came_true: str, *, note: str, corrects: bool, store: str | None
) -> int:
    """Record an outcome."""
    with opened(store) as kept:
        found = record_outcome(kept, prediction, came_true, note=note, corrects=corrects)
    say(f"{found.short_id}: {_state(found)}. {clean(found.text)}")
    return 0


def show_score(
    store: str | None, *, song: str | None, plot: str | None, force: bool, as_json: bool
) -> int:
    """Score what came out."""
    plot_format = "" if plot is None else Path(plot).suffix.lower().removeprefix(".")
    if plot is not None and plot_format not in PLOT_FORMATS:
        raise ParameterError(f"--plot must end in .svg or .png, not {plot!r}")
    with opened(store, is_read=True) as kept:
        found = predictions(kept, _project(kept, song))
    scored = [each for each in found if each.chance is not None and each.outcome is not None]
    if not scored:
        raise MissingError(
            "nothing to score yet: there is no prediction that has a chance and an outcome"
        )
    result = score([each.chance or 0.0 for each in scored], [bool(each.outcome) for each in scored])
    if plot is not None:
        _draw(result, plot, plot_format, force=force)
    if as_json:
        sys.stdout.write(json.dumps(dataclasses.asdict(result)) + "\n")
    else:
        _show_score(result, found)
    return 0


def _draw(result: Score, plot: str, plot_format: str, *, force: bool) -> None:
    from clinamen.io._target import write_bytes

    check_free([Path(plot)], "", overwrite=force)
    write_bytes(plot, calibration_bytes(result, plot_format))


def _show_score(result: Score, found: Sequence[Prediction]) -> None:
    interval = (
        "" if result.low is None else f" (95 % interval {result.low:.3f} to {result.high:.3f})"
    )
    say(f"Brier score {result.brier:.3f}{interval} over {a_count(result.n, 'prediction')}.")
    say("0 is perfect, 1 as wrong as can be; who always says 0.5 has 0.25.")
    say(
        f"  = reliability {result.reliability:.3f} - resolution {result.resolution:.3f} "
        f"+ uncertainty {result.uncertainty:.3f}"
    )
    say("")
    say("  said   came true   of")
    for band in result.bands:
        interval = f"95 % interval {band.low:.2f} to {band.high:.2f}"
        say(f"  {band.chance:4.2f}   {band.share:9.2f}   {band.n:<4} {interval}")
    n_open = sum(each.outcome is None for each in found)
    n_plain = sum(each.chance is None and each.outcome is not None for each in found)
    left = [f"{n_open} open"] * bool(n_open) + [f"{n_plain} without a chance"] * bool(n_plain)
    if left:
        say("")
        say(f"Not scored: {', '.join(left)}.")
