"""`clinamen bench`: run, and show the figures."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from rich.text import Text

from clinamen.bench.listeners import (
    Agreement,
    ListenersRequest,
    ListenersResult,
    bench_listeners,
)
from clinamen.bench.prediction import (
    SET_NAMES,
    ModelFigures,
    PredictionRequest,
    PredictionResult,
    bench_prediction,
)
from clinamen.cli._guard import BAD_INPUT, report_error
from clinamen.cli._render import print_table, say
from clinamen.errors import ClinamenError
from clinamen.operations.text import a_count, clean

__all__ = [
    "PredictionOptions",
    "show_listeners_bench",
    "show_prediction",
    "waiting",
    "write_json",
]

Telling = Callable[[str, int, int], None]

SEEN_BY_PROFILE = ("cuddy_lunney1995", "schellenberg1996")
"""Ratings that the recipe of the shipped profile was chosen with."""

_MODELS = {
    "mixture": "learned mixture",
    "classic": "classic, LTM+",
    "classic_both": "classic, BOTH+",
}


@dataclass(frozen=True)
class PredictionOptions:
    """What was typed."""

    json: bool
    folds: int
    seeds: int
    known: str | None
    target: str
    viewpoints: str | None
    grouped: bool

    def request(self, which: str) -> PredictionRequest:
        """For one set."""
        return PredictionRequest(
            which,
            n_folds=self.folds,
            n_seeds=self.seeds,
            known=None if self.known is None else _names(self.known),
            target=self.target,
            viewpoints=self.viewpoints,
            grouped=self.grouped,
        )


def _names(typed: str) -> frozenset[str]:
    """``onset,key`` as names; ``none`` for nothing."""
    return frozenset(typed.replace(",", " ").split()) - {"none"}


def show_prediction(sets: Sequence[str], options: PredictionOptions) -> int:
    """Measure each set; a bad one is reported and the others are still done."""
    # What is typed wrong is wrong for every set: say it once.
    requests = [options.request(which) for which in sets or SET_NAMES]
    code = 0
    for request in requests:
        try:
            with waiting() as telling:
                found = bench_prediction(request, telling)
        except ClinamenError as error:
            report_error(error)
            code = BAD_INPUT
            if not sets:  # what one named set lacks they all lack
                break
            continue
        write_json(found.to_plain()) if options.json else _show_prediction(found)
    return code


def show_listeners_bench(sets: Sequence[str], as_json: bool) -> int:
    """Score by each file; a bad one is reported and the others are still done."""
    code = 0
    paths: Sequence[str | None] = sets or [None]
    for path in paths:
        try:
            with waiting() as telling:
                found = bench_listeners(ListenersRequest(path), telling)
        except ClinamenError as error:
            report_error(error)
            code = BAD_INPUT
            continue
        write_json(found.to_plain()) if as_json else _show_agreements(found)
    return code


def write_json(plain: dict[str, Any]) -> None:
    """One object a line."""
    sys.stdout.write(json.dumps(plain, default=list) + "\n")
    sys.stdout.flush()


@contextmanager
def waiting() -> Iterator[Telling | None]:
    """A bar on stderr, if that is a terminal; gone before anything is printed."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(
        *columns, console=console, transient=True, redirect_stdout=False, redirect_stderr=False
    ) as bar:
        task = bar.add_task("reading", total=None)

        def tell(what: str, done: int, total: int) -> None:
            bar.update(task, description=clean(what), completed=done, total=total)

        yield tell


def _show_prediction(found: PredictionResult) -> None:
    say(Text(_heading(found), style="bold"))
    say(Text(_protocol(found), style="dim"))
    heads = [("bits per note", "left"), ("over melodies", "right"), ("over notes", "right")]
    heads += [
        ("notes/s", "right"),
        ("predicting (notes/s)", "right"),
        ("MiB", "right"),
        ("", "left"),
    ]
    print_table(heads, [(_row(figures), False) for figures in found.models.values()])
    for figure in found.published:
        say(f"published: {figure.what}: {figure.value}")
    share = 100 * found.below_classic
    way = "fewer" if share >= 0 else "more"
    say(f"the mixture needs {abs(share):.1f} % {way} bits than the better classic model")
    say("")


def _heading(found: PredictionResult) -> str:
    counts = [a_count(found.n_melodies, "melody", "melodies"), a_count(found.n_events, "note")]
    if found.n_tunes < found.n_melodies:
        counts[0] += f" ({a_count(found.n_tunes, 'different tune')})"
    if found.n_unreadable:
        counts.append(f"{a_count(found.n_unreadable, 'melody', 'melodies')} not readable")
    return f"{clean(found.set)}: {', '.join(counts)}"


def _protocol(found: PredictionResult) -> str:
    # Without the onset pitches are predicted from pitches; all else is told from whole notes.
    earlier = "earlier pitches only" if found.target == "pitch" else "earlier notes only"
    known = ", ".join(found.known) or earlier
    grouped = ", copies of a tune together" if found.grouped else ""
    return (
        f"{found.target}; known: {known}; {a_count(found.n_folds, 'fold')}, "
        f"{a_count(len(found.seeds), 'seed')}{grouped}{_about_seeds(found)}"
    )


def _about_seeds(found: PredictionResult) -> str:
    """Where each melody is a fold of its own, there is one division only."""
    n_items = found.n_tunes if found.grouped else found.n_melodies
    if len(found.seeds) == 1 or found.n_folds < n_items:
        return ""
    items = "tunes" if found.grouped else "melodies"
    return f" (with as many folds as {items}, seeds do nothing)"


def _row(figures: ModelFigures) -> list[Text]:
    memory = "" if figures.peak_rss_mib is None else f"{figures.peak_rss_mib:.0f}"
    return [
        Text(_MODELS[figures.model]),
        Text(_with_spread(figures.bits_per_event_macro, figures.sd_macro)),
        Text(_with_spread(figures.bits_per_event_micro, figures.sd_micro)),
        Text(f"{figures.events_per_second:,.0f}"),
        Text(f"{figures.predicted_per_second:,.0f}"),
        Text(memory),
        Text(figures.chosen),
    ]


def _with_spread(mean: float, spread: float | None) -> str:
    return f"{mean:.3f}" if spread is None else f"{mean:.3f} ± {spread:.3f}"


def _show_agreements(found: ListenersResult) -> None:
    say(Text(clean(found.file), style="bold"))
    for name, agreements in found.agreements.items():
        say(f"{name}: {found.names[name]}")
        for line in _lines(agreements):
            say(f"  {line}")
    seen = [each.set for each in found.agreements["profile"] if each.set in SEEN_BY_PROFILE]
    if seen:
        say(
            f"the profile was chosen with {' and '.join(dict.fromkeys(seen))} in view, so its "
            "figures there are not out of sample (docs/decisions/0008)"
        )
    say("")


def _lines(agreements: Iterable[Agreement]) -> Iterator[str]:
    for each in agreements:
        about = f"{clean(each.set)}, {a_count(each.n_contexts, 'context')}"
        if each.bits_per_response is not None:
            yield (
                f"{about}: {each.bits_per_response:.3f} bits a response "
                f"(the responses themselves: {each.entropy_of_responses:.3f})"
            )
            continue
        values = a_count(each.n_values, "rating" if each.kind == "ratings" else "note")
        best = "" if each.published_best is None else f"; published best {each.published_best:.3f}"
        yield (
            f"{about}, {values}: explained variance {each.r_squared:.3f}, "
            f"r = {each.correlation:.3f}{best}"
        )
