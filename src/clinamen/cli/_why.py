"""One note explained on a terminal, or as plain text in a pipe."""

from __future__ import annotations

from rich.text import Text

from clinamen.cli._render import print_table, say
from clinamen.operations.hear import HearResult
from clinamen.operations.reasons import Explanation
from clinamen.operations.text import a_count, clean, percent
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
    """What happened in words, then every regularity with its figures."""
    why = explained.why
    title = clean(result.song.title) or clean(result.song.source) or "Untitled"
    if heading is not None:
        say(Text(f"{clean(heading)}:", style="dim"))
    say(Text(f"{title}, note {explained.event + 1}", style="bold"))
    say(explained.sentences)
    say("")
    say(_balance(explained))
    say("")
    rows = [(_cells(each), False) for each in explained.regularities]
    print_table(_HEADS, rows)
    say(Text(_LEGEND, style="dim"))
    n_experts = a_count(len(why.reasons), "count")
    say(Text(f"{n_experts} in {a_count(len(rows), 'group')}: {why.bits:+.2f} bits.", style="dim"))


_LEGEND = (
    "bits: how far a group spoke for what was likeliest beside the note (+) or for the note (-); "
    "cases, expected, came: what its clearest count had met, and what followed there."
)


def _balance(explained: NoteWhy) -> str:
    why = explained.why
    what = "was expected" if why.bits >= 0 else "was the next likeliest"
    return (
        f"{explained.expected} {what} ({percent(why.probability_expected)}), "
        f"{explained.came} came ({percent(why.probability_came)})."
    )


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
        Text(clean(explanation.text)),
    ]
