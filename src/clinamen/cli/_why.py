"""One note explained on a terminal, or as plain text in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from clinamen.cli._render import print_table, say
from clinamen.operations.hear import HearResult
from clinamen.operations.reasons import Explanation
from clinamen.operations.text import a_count, clean, percents
from clinamen.operations.why import NoteWhy

__all__ = ["show_why"]

_HEADS = (
    ("bits", "right"),
    ("from", "left"),
    ("regularity", "left"),
    ("cases", "right"),
    ("expected", "right"),
    ("came", "right"),
    ("at its clearest", "left"),
)


def show_why(result: HearResult, explained: NoteWhy, heading: str | None = None) -> None:
    """What happened in words, then every regularity with its figures; of both parts if joint."""
    title = clean(result.song.title) or clean(result.song.source) or "Untitled"
    if heading is not None:
        say(Text(f"{clean(heading)}:", style="dim"))
    say(Text(f"{title}, note {explained.event + 1}", style="bold"))
    _show_part(explained)
    if explained.also is not None:
        say("")
        _show_part(explained.also)
    say(Text(_LEGEND, style="dim"))


def _show_part(explained: NoteWhy) -> None:
    why = explained.why
    say(explained.sentences)
    say("")
    say(_balance(explained))
    say("")
    _print_regularities([_cells(each) for each in explained.regularities])
    n_experts = a_count(len(why.reasons), "count")
    n_groups = a_count(len(explained.regularities), "group")
    say(Text(f"{n_experts} in {n_groups}: {why.bits:+.2f} bits.", style="dim"))


_LEGEND = (
    "bits: how far a group spoke for the likeliest other note (+) or for the note (-)\n"
    "cases, expected, came: what its clearest count had met, and what followed there"
)

_NARROW = 130
"""Below so many columns a sentence has no room beside its figures."""


def _is_narrow() -> bool:
    return sys.stdout.isatty() and Console().width < _NARROW


def _print_regularities(rows: Sequence[Sequence[Text]]) -> None:
    """A table; on a narrow terminal every sentence stands under its figures."""
    if not _is_narrow():
        print_table(_HEADS, [(row, False) for row in rows])
        return
    figures = [[Text(label, style="bold") for label, _ in _HEADS[:-1]]]
    figures += [list(row[:-1]) for row in rows]
    widths = [max(row[column].cell_len for row in figures) for column in range(len(_HEADS) - 1)]
    sentences = [Text(), *(row[-1] for row in rows)]
    for cells, sentence in zip(figures, sentences, strict=True):
        for cell, (_, side), width in zip(cells, _HEADS[:-1], widths, strict=True):
            cell.align("left" if side == "left" else "right", width)
        say(Text(" ").join(cells))
        if sentence:
            say(Padding(sentence, (0, 0, 0, widths[0] + 1)))


_UNCLEAR = "many small counts"
"""Said of a group where no single count shows clearly what it spoke for."""


def _balance(explained: NoteWhy) -> str:
    why = explained.why
    what = "was expected" if why.bits >= 0 else "was the next likeliest"
    expected = explained.expected[:1].upper() + explained.expected[1:]
    shares = percents(why.probability_expected, why.probability_came)
    return f"{expected} {what} ({shares[0]}), {explained.came} came ({shares[1]})."


def _cells(explanation: Explanation) -> list[Text]:
    evidence, bits = explanation.evidence, explanation.regularity.bits
    counts = ["", "", ""]
    if evidence is not None:
        reason = evidence.reason
        counts = [f"{n:,.0f}" for n in (reason.n_seen, reason.n_expected, reason.n_came)]
    style = "magenta" if bits > 0 else "cyan"
    return [
        Text(f"{bits:+.2f}", style=style),
        Text(explanation.memory),
        Text(explanation.name),
        *(Text(count) for count in counts),
        Text(clean(explanation.text) or _UNCLEAR),
    ]
