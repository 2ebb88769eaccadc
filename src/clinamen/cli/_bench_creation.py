"""`clinamen bench creation`: run, and show the figures beside the targets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rich.text import Text

from clinamen.bench._creation_ears import CLASSIC, GENERATOR, JUDGE
from clinamen.bench._creation_limits import LimitFigures
from clinamen.bench._creation_plain_swerves import PlainFigures
from clinamen.bench._creation_statistics import Estimate, Target
from clinamen.bench._creation_summary import SwerveFigures
from clinamen.bench._creation_times import TimeFigures
from clinamen.bench.creation import (
    ComposePart,
    CreationRequest,
    CreationResult,
    SwervePart,
    bench_creation,
)
from clinamen.cli._bench import waiting, write_json
from clinamen.cli._render import print_table, say
from clinamen.operations.text import a_count, clean

__all__ = ["show_creation_bench", "show_targets"]

EARS = (GENERATOR, JUDGE, CLASSIC)


def show_creation_bench(request: CreationRequest, as_json: bool) -> int:
    """Measure, and show; what falls short of its target is shown as that, and is no error."""
    with waiting() as telling:
        found = bench_creation(request, telling)
    if as_json:
        write_json(found.to_plain())
        return 0
    _show_cast(found)
    if found.swerve is not None:
        _show_swerves(found.swerve)
    if found.compose is not None:
        _show_compositions(found.compose)
    if found.limit:
        _show_limits(found.limit)
    if found.times:
        _show_times(found.times)
    show_targets(found.targets)
    return 0


def _show_cast(found: CreationResult) -> None:
    facts = found.facts
    say(Text(f"generator: {clean(facts['generator'])}"))
    say(Text(f"judge: {clean(facts['judge'])}; the classic model hears with its memory"))
    say(Text(f"songs: {a_count(found.n_songs, 'song')} of {clean(facts['songs'])}"))
    common = facts["common_corpora"]
    if isinstance(common, Iterable) and (names := ", ".join(map(clean, common))):
        say(Text(f"Generator and judge have learnt the same corpora: {names}.", style="bold"))
    say("")


def _show_swerves(part: SwervePart) -> None:
    refused = ", ".join(f"{name} {n}" for name, n in part.refused.items())
    say(Text(f"swerves: {part.n_variants} variants at {part.n_asked - part.n_refused} of "
             f"{part.n_asked} places", style="bold"))  # fmt: skip
    if refused:
        say(Text(f"could not be had: {refused}", style="dim"))
    heads = [("generator / judge / classic", "left"), ("n", "right"),
             ("largest of the phrase", "right"), ("home in 4 notes", "right"),
             ("contrast, median bits", "right"),
             ("2.5 bits or more", "right"), ("off what was asked, bits", "right"),
             ("within 0.75", "right"), ("in the beat", "right")]  # fmt: skip
    print_table(heads, [(_swerve_row(each), False) for each in part.figures])
    for what, n in list(part.misses.items())[:8]:
        say(Text(f"more surprising to the judge than the break, {n} times: {what}", style="dim"))
    if part.plain:
        say("")
        _show_plain(part.plain)
    say("")


def _swerve_row(each: SwerveFigures) -> list[Text]:
    medians = " / ".join(f"{each.median_contrast[ear]:.1f}" for ear in EARS
                         if ear in each.median_contrast)  # fmt: skip
    return [
        Text(each.name),
        Text(str(each.n)),
        Text(_three(each.peak)),
        Text(_three(each.home)),
        Text(medians),
        Text(_three(each.above_bold)),
        Text(_interval(each.error)),
        Text(f"{each.within.mean:.3f}"),
        Text(f"{each.in_beat.mean:.2f}"),
    ]


def _three(by_ear: Mapping[str, Estimate]) -> str:
    return " / ".join(f"{by_ear[ear].mean:.3f}" for ear in EARS if ear in by_ear)


def _interval(found: Estimate) -> str:
    return f"{found.mean:.3f} ({found.low:.3f} to {found.high:.3f})"


def _show_plain(figures: Iterable[PlainFigures]) -> None:
    say("breaks of pitch at the same places, with as much processor time")
    heads = [("", "left"), ("n", "right"), ("largest of the phrase", "right"),
             ("home in 4 notes", "right"), ("off what was asked", "right"),
             ("all three, by the judge", "right"), ("swerve is ahead by", "right")]  # fmt: skip
    rows = [
        [each.method, str(each.n), _three(each.peak), _three(each.home), _interval(each.error),
         _interval(each.good), "" if not place else _interval(each.ahead)]
        for place, each in enumerate(figures)
    ]  # fmt: skip
    print_table(heads, [([Text(cell) for cell in row], False) for row in rows])


def _show_compositions(part: ComposePart) -> None:
    refused = f"; {part.n_refused} could not be composed" if part.n_refused else ""
    say(Text(f"compositions along {a_count(part.n_asked, 'curve')}: rank correlation with the "
             f"curve{refused}", style="bold"))  # fmt: skip
    heads = [("generator / judge / classic", "left"), ("curves", "left"), ("n", "right"),
             ("by note", "right"), ("by bar", "right"), ("bits off", "right"),
             ("compose is ahead by, judge", "right"),
             ("notes", "right"), ("seconds", "right"), ("drawn", "right")]  # fmt: skip
    rows = []
    for each in part.figures:
        ahead = _interval(each.ahead[JUDGE]) if JUDGE in each.ahead else ""
        drawn = f"{each.n_drawn:.0f}" if each.n_drawn else ""
        rows.append([each.method, each.kind, str(each.n), _three(each.by_note),
                     _three(each.by_bar), _three(each.off), ahead, f"{each.n_notes:.0f}",
                     f"{each.seconds:.2f}", drawn])  # fmt: skip
    print_table(heads, [([Text(cell) for cell in row], False) for row in rows])
    say("")


def _show_limits(figures: Iterable[LimitFigures]) -> None:
    for each in figures:
        tunes = (
            "" if each.n_exceeding_tunes is None
            else f", {each.n_exceeding_tunes} with the tunes themselves"
        )  # fmt: skip
        say(
            f"{each.what} that may share {each.limit} notes: {each.n_exceeding} of {each.n} share "
            f"more with the index{tunes}; without the limit {each.n_free_exceeding} of "
            f"{each.n_free} do"
        )
    say("")


def _show_times(figures: Iterable[TimeFigures]) -> None:
    heads = [("one core", "left"), ("to be ready", "right"), ("cold: first", "right"),
             ("all", "right"), ("warm: first", "right"), ("all", "right"),
             ("MiB", "right")]  # fmt: skip
    rows = []
    for each in figures:
        seconds = (each.start_seconds, each.cold_first, each.cold_all, each.first, each.all)
        memory = "" if each.peak_rss_mib is None else f"{each.peak_rss_mib:.0f}"
        rows.append([each.what, *(f"{value:.2f} s" for value in seconds), memory])
    print_table(heads, [([Text(cell) for cell in row], False) for row in rows])
    say("")


def show_targets(targets: Iterable[Target]) -> None:
    """What was found beside what was to be reached."""
    words = {True: "reached", False: "missed", None: "not measured"}
    heads = [("", "left"), ("found", "right"), ("target", "right"), ("", "left")]
    rows = []
    for each in targets:
        found = "" if each.found is None else f"{each.found:.3f}"
        sign = ">=" if each.at_least else "<="
        rows.append(([Text(each.what), Text(found), Text(f"{sign} {each.wanted:g}"),
                      Text(words[each.is_met])], each.is_met is False))  # fmt: skip
    print_table(heads, rows)
