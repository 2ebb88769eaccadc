"""`clinamen bench harmony`: run, and show the figures."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from clinamen.bench.harmony import (
    HarmonyRequest,
    PredictedChords,
    PredictedSongs,
    RatedSequences,
    bench_harmony,
)
from clinamen.cli._bench import waiting, write_json
from clinamen.cli._guard import BAD_INPUT, report_error
from clinamen.cli._render import print_table, say
from clinamen.errors import ClinamenError
from clinamen.operations.text import a_count, clean

__all__ = ["show_harmony_bench"]


def show_harmony_bench(sets: Sequence[str], as_json: bool, n_folds: int) -> int:
    """Score by each file; a bad one is reported and the others are still done."""
    requests = [HarmonyRequest(path, n_folds=n_folds) for path in sets]
    code = 0
    for request in requests:
        try:
            with waiting() as telling:
                found = bench_harmony(request, telling)
        except ClinamenError as error:
            report_error(error)
            code = BAD_INPUT
            continue
        if as_json:
            write_json(found.to_plain())
        elif isinstance(found, RatedSequences):
            _show_ratings(found)
        else:
            _show_songs(found)
    return code


def _show_ratings(found: RatedSequences) -> None:
    say(Text(f"{clean(found.file)}: {a_count(found.n_sequences, 'rated sequence')}", style="bold"))
    low, high = found.interval
    draws = f"95 % of draws {low:.3f} to {high:.3f}"
    say(f"{clean(found.listener)}: r = {found.pearson:.3f} ({draws}), ranks {found.spearman:.3f}")
    for name, theirs in found.published.items():
        share = f"below ours in {100 * theirs['draws_below']:.0f} % of draws"
        ranks = f"ranks {theirs['spearman']:.3f}"
        say(f"published, {name}: r = {theirs['pearson']:.3f} ({share}), {ranks}")
    say("")


def _show_songs(found: PredictedSongs) -> None:
    counts = f"{a_count(found.n_songs, 'song')}, {a_count(found.n_chords, 'chord')}"
    say(Text(f"{clean(found.file)}: {counts}", style="bold"))
    say(Text(f"{a_count(found.n_folds, 'fold')}, a title's songs together", style="dim"))
    heads = [("bits per chord: root and quality", "left"), ("over songs", "right")]
    heads += [("over chords", "right"), ("other tones, bass", "right")]
    options = found.decay_options
    title = (
        f"PPM with decay ({options['symbols']}, order {options['order']}, "
        f"escape {options['escape']}, fresh {options['fresh']:g}, "
        f"half-life {options['half_life']:g})"
    )
    rows = [(_row("mixture, chords" + _more(each), each), False) for each in found.models]
    rows += [(_row(title, found.decay), False)]
    rows += [(_row("classic, BOTH+" + _more(found.classic), found.classic), False)]
    print_table(heads, rows)
    decay, classic = 100 * found.below_decay, 100 * found.below_classic
    say(
        f"fewer bits of the mixture, knowing the same: {decay:.1f} % than PPM with decay, "
        f"{classic:.1f} % than the classic model"
    )
    say("")


def _more(figures: PredictedChords) -> str:
    return "".join(f", {fact}" for fact in figures.known)


def _row(title: str, figures: PredictedChords) -> list[Text]:
    detail = "" if figures.detail_macro is None else f"{figures.detail_macro:.3f}"
    return [
        Text(title),
        Text(f"{figures.bits_per_chord_macro:.3f}"),
        Text(f"{figures.bits_per_chord_micro:.3f}"),
        Text(detail),
    ]
