"""`clinamen hear --harmony`: chords, and three curves with their sum."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from clinamen.cli._arguments import OutputPattern
from clinamen.cli._guard import BAD_INPUT, report_error
from clinamen.cli._progress import Waiting
from clinamen.cli._render import (
    block_mark,
    print_choices,
    print_table,
    say,
    show_heading,
    tell_notices,
)
from clinamen.errors import ClinamenError, ParameterError
from clinamen.operations.harmony_export import harmony_plot_bytes, harmony_record
from clinamen.operations.harmony_hearing import HarmonyHearing, hear_harmony
from clinamen.operations.harmony_summary import (
    harmony_lead,
    harmony_settings,
    moment_sentence,
)
from clinamen.operations.hear import open_listener
from clinamen.operations.text import clean, decimal, percent, text_bar

if TYPE_CHECKING:
    from clinamen.cli._hear_options import HearOptions

__all__ = ["hear_harmony_files"]

_HEADS = (
    ("bar", "right"),
    ("beat", "right"),
    ("chord", "left"),
    ("in the key", "left"),
    ("bits", "right"),
    ("", "left"),
    ("entropy", "right"),
    ("expected", "left"),
)
_BAR_BITS, _SUM_WIDTH = 12, 24


def hear_harmony_files(files: Sequence[str], options: HearOptions) -> int:
    """Hear the harmony of all files; a bad one is reported and the others are still done.

    Raises
    ------
    ParameterError
        If other options ask for what belongs to melodies.
    """
    _check(options)
    plot = None
    if options.plot is not None:
        plot = OutputPattern.parse("--plot", options.plot, len(files), (".svg", ".png"))
    listener = open_listener(options.request(files[0]))
    waiting, code = Waiting(len(files)), 0
    for file in files:
        try:
            with waiting.hearing(file):
                hearing = hear_harmony(options.request(file), listener=listener)
            if options.json:
                record = harmony_record(hearing, file=file)
                sys.stdout.write(json.dumps(record, allow_nan=False) + "\n")
                tell_notices(hearing.song, file if len(files) > 1 else None)
            else:
                _show(hearing, file if len(files) > 1 else None)
            if plot is not None:
                told = sys.stderr if options.json else sys.stdout
                data = harmony_plot_bytes(hearing, plot.extension)
                told.write(f"wrote {plot.write(file, data)}\n")
        except ClinamenError as error:
            report_error(error, file)
            code = BAD_INPUT
    return code


def _check(options: HearOptions) -> None:
    given = {
        "--csv": options.csv,
        "--html": options.html,
        "--why": options.why,
        "--pleasure": options.pleasure,
        "--idyom": options.idyom,
        "--model": options.model,
        "--viewpoints": options.viewpoints,
        "--target": options.target != "pitch",
    }
    wrong = next((name for name, value in given.items() if value), None)
    if wrong is not None:
        raise ParameterError(f"--harmony goes with --json and --plot, not with {wrong}")


def _show(hearing: HarmonyHearing, heading: str | None) -> None:
    show_heading(hearing.song, harmony_lead(hearing), harmony_settings(hearing), heading)
    _show_chords(hearing)
    say("")
    _show_bars(hearing)
    say("")
    _show_words(hearing)


def _show_chords(hearing: HarmonyHearing) -> None:
    harmony, columns = hearing.harmony, hearing.harmony.columns
    chord = harmony.parts["chord"]
    surprising = {remark.event for remark in hearing.remarks}
    rows = []
    for event in range(len(harmony)):
        bits = abs(float(harmony.information_content[event]))
        expected = ", ".join(f"{clean(n)} {percent(p)}" for n, p in chord.expected_at(event, 3))
        cells = [str(columns["bar"][event]), decimal(columns["beat"][event]),
                 clean(columns["symbol"][event]), hearing.numerals[event], f"{bits:.2f}",
                 text_bar(min(bits / _BAR_BITS, 1.0), _BAR_BITS, block=block_mark()),
                 f"{abs(float(harmony.entropy[event])):.2f}", expected]  # fmt: skip
        rows.append(([Text(cell) for cell in cells], event in surprising))
    heads = list(_HEADS)
    if not any(hearing.numerals):
        del heads[3]
        rows = [([*cells[:3], *cells[4:]], bold) for cells, bold in rows]
    print_table(heads, rows)


def _show_bars(hearing: HarmonyHearing) -> None:
    """Bits of each bar; the longest bar of # is the highest sum."""
    bars = hearing.bars
    has_melody = hearing.melody is not None
    names = ["rhythm", "melody", "harmony"] if has_melody else ["harmony"]
    top = max(float(bars.total.max()), 1e-9)
    rows = []
    for place, bar in enumerate(bars.bar.tolist()):
        figures = [abs(float(getattr(bars, name)[place])) for name in names]
        total = abs(float(bars.total[place]))
        cells = [str(bar), *(f"{bits:.2f}" for bits in figures)]
        cells += [f"{total:.2f}"] if has_melody else []
        cells.append(text_bar(total / top, _SUM_WIDTH, block=block_mark()))
        rows.append(([Text(cell) for cell in cells], place in hearing.moments))
    say(Text("Bits by bar", style="bold"))
    heads = [(name, "right") for name in ["bar", *names, *(["sum"] if has_melody else [])]]
    print_table([*heads, ("", "left")], rows)


def _show_words(hearing: HarmonyHearing) -> None:
    say(Text("Most expected next chord", style="bold"))
    print_choices(hearing.following)
    say("")
    if hearing.melody is not None:
        say(Text("Most surprising bars", style="bold"))
        for rank, place in enumerate(hearing.moments, start=1):
            say(f"  {rank}. {moment_sentence(hearing, place)}")
        say("")
    one = len(hearing.remarks) == 1
    say(Text("Most surprising chord" if one else "Most surprising chords", style="bold"))
    for rank, remark in enumerate(hearing.remarks, start=1):
        say(f"  {rank}. {remark.sentence}")
    say("")
