"""A reading by a published finding, on a terminal or as plain text in a pipe."""

from __future__ import annotations

from rich.text import Text

from clinamen.cli._render import print_table, say
from clinamen.operations.hear import HearResult
from clinamen.operations.pleasure import (
    PLEASURE_LIMITS,
    PLEASURE_TITLE,
    PleasureReading,
    pleasure_conclusion,
    pleasure_reading,
    pleasure_sentence,
)
from clinamen.operations.text import clean, decimal

__all__ = ["show_pleasure"]

N_MOMENTS = 5
N_CHOICES = 3

_PLACE = (("note", "right"), ("bar", "right"), ("beat", "right"), ("came", "left"))
_MOMENTS = (
    *_PLACE,
    ("entropy (bits)", "right"),
    ("cost (bits)", "right"),
    ("a deviation of surprise adds (deviations of rating)", "right"),
)
_CHOICES = (
    *_PLACE,
    ("cost (bits)", "right"),
    ("reads higher", "left"),
    ("would cost (bits)", "right"),
    ("by (deviations of rating)", "right"),
)


def show_pleasure(result: HearResult) -> None:
    """Where a break would please by this finding, and which choices would read higher."""
    reading = pleasure_reading(result.expectation)
    say(Text(PLEASURE_TITLE, style="bold"))
    if conclusion := pleasure_conclusion(reading):
        say(f"  {conclusion}")
    say(Text(f"  {PLEASURE_LIMITS}", style="dim"))
    say(f"  {pleasure_sentence(reading)}")
    if not reading.cannot_tell:
        _show_moments(result, reading)
        _show_choices(result, reading)
    say("")


def _show_moments(result: HearResult, reading: PleasureReading) -> None:
    pleases = bool(reading.breaks)
    say(f"  Where a break would {'please more' if pleases else 'take away least'}:")
    expectation = result.expectation
    rows = [
        [
            *_place(result, event),
            f"{abs(expectation.entropy[event]):.2f}",
            f"{abs(expectation.information_content[event]):.2f}",
            f"{reading.slope[event]:+.2f}",
        ]
        for event in (reading.breaks or reading.unbroken())[:N_MOMENTS]
    ]
    print_table(_MOMENTS, [([Text(cell) for cell in row], False) for row in rows])


def _show_choices(result: HearResult, reading: PleasureReading) -> None:
    choices = reading.by_gain()[:N_CHOICES]
    if not choices:
        return
    say("  Where something else would read highest above what came:")
    bits = result.expectation.information_content
    rows = [
        [
            *_place(result, choice.event),
            f"{abs(bits[choice.event]):.2f}",
            clean(choice.label),
            f"{abs(choice.information_content):.2f}",
            f"{choice.gain:+.2f}",
        ]
        for choice in choices
    ]
    print_table(_CHOICES, [([Text(cell) for cell in row], False) for row in rows])


def _place(result: HearResult, event: int) -> list[str]:
    columns = result.expectation.columns
    bar, name = (str(columns[each][event]) if each in columns else "" for each in ("bar", "name"))
    beat = decimal(columns["beat"][event]) if "beat" in columns else ""
    return [str(event + 1), bar, beat, clean(name)]
