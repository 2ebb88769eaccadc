"""A heard song on a terminal, or as plain text in a pipe."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from clinamen.operations.contrast import (
    SECTION_HEADS,
    contrast_words,
    section_contrast,
    section_rows,
)
from clinamen.operations.hear import HearResult
from clinamen.operations.summary import lead_sentence, settings_facts
from clinamen.operations.text import clean, decimal, percent, text_bar
from clinamen.operations.words import expected_words

if TYPE_CHECKING:
    from rich.console import RenderableType

    from clinamen.domains.music.notes import Song
    from clinamen.operations.describe import Fact

__all__ = [
    "block_mark",
    "print_choices",
    "print_table",
    "say",
    "show_heading",
    "show_hearing",
    "tell_notices",
]

BAR_WIDTH = 12
_PIPE_WIDTH = 10_000
_NARROW = 96

Cell = Callable[[HearResult, int], Text]


def show_hearing(result: HearResult, heading: str | None = None) -> None:
    """Summary, every note, what is expected next, and the most surprising notes."""
    show_heading(result.song, lead_sentence(result), settings_facts(result), heading)
    _print_notes(result)
    _print_words(result)


def show_heading(song: Song, lead: str, settings: Sequence[Fact], heading: str | None) -> None:
    """Which file it is, where there are several; title, summary, settings and notices."""
    if heading is not None:
        say(Text(f"{clean(heading)}:", style="dim"))
    say(Text(clean(song.title) or clean(song.source) or "Untitled", style="bold"))
    say(lead)
    say(Text("; ".join(f"{fact.label}: {fact.value}" for fact in settings), style="dim"))
    for notice in song.notices:
        say(f"Note: {clean(notice)}")
    say("")


def tell_notices(song: Song, file: str | None) -> None:
    """Data for programs has no place for notices: they go beside it, one a line."""
    sys.stdout.flush()
    about = "" if file is None else f"{clean(file)}: "
    for notice in song.notices:
        sys.stderr.write(f"clinamen: note: {about}{clean(notice)}\n")


def _print_words(result: HearResult) -> None:
    say("")
    if result.continuation.sentence:
        say(Text("Most expected continuation", style="bold"))
        say(f"  {result.continuation.sentence}")
        for target, choices in result.continuation.expected.items():
            if len(result.continuation.expected) > 1:
                say(f"  {target}:")
            print_choices(choices)
        say("")
    _print_sections(result)
    one = len(result.remarks) == 1
    say(Text("Most surprising note" if one else "Most surprising notes", style="bold"))
    for rank, remark in enumerate(result.remarks, start=1):
        say(f"  {rank}. {remark.sentence}")
    say("")


def _print_sections(result: HearResult) -> None:
    contrast = section_contrast(result.song, result.expectation)
    if contrast is None:
        return
    estimated = " (estimated)" if contrast.source == "estimated" else ""
    say(Text(f"Sections{estimated}", style="bold"))
    heads = [(head, "left" if head == "section" else "right") for head in SECTION_HEADS]
    print_table(heads, [([Text(cell) for cell in row], False) for row in section_rows(contrast)])
    if sentence := contrast_words(contrast):
        say(f"  {sentence}")
    say("")


def print_choices(choices: Sequence[tuple[str, float]]) -> None:
    """Names, chances and bars in columns that line up, however long a name is."""
    names = [clean(name) for name, _ in choices]
    width = max(6, *(cell_len(name) for name in names))
    for name, (_, probability) in zip(names, choices, strict=True):
        bar = text_bar(probability, BAR_WIDTH, block=block_mark())
        gap = " " * (width - cell_len(name))
        say(f"  {name}{gap} {percent(probability):>9}  {bar}".rstrip())


def _print_notes(result: HearResult) -> None:
    columns = [column for column in _COLUMNS if _says_something(result, column[1])]
    surprising = {remark.event for remark in result.remarks}
    rows = [
        ([cell(result, event) for _, _, _, cell in columns], event in surprising)
        for event in range(len(result.expectation))
    ]
    heads = [(label, justify) for label, _, justify, _ in columns]
    print_table(heads, rows)


def _says_something(result: HearResult, name: str) -> bool:
    if name not in ("bar", "beat", "degree", "lyric", "name"):
        return True
    return any(str(value) for value in result.expectation.columns.get(name, ()))


def _column(name: str) -> Cell:
    return lambda result, event: Text(clean(result.expectation.columns[name][event]))


def _beat(result: HearResult, event: int) -> Text:
    return Text(decimal(result.expectation.columns["beat"][event]))


def _number(result: HearResult, event: int) -> Text:
    return Text(str(event + 1))


def _bits(result: HearResult, event: int) -> Text:
    return Text(f"{abs(result.expectation.information_content[event]):.2f}")


_BAR_BITS = 12
"""A mark is one bit in every song; bars end at twelve."""


def _bar(result: HearResult, event: int) -> Text:
    share = result.share_of_scale(event)
    style = "magenta" if share > 2 / 3 else "yellow" if share > 1 / 3 else "cyan"
    bits = float(result.expectation.information_content[event])
    return Text(text_bar(min(bits / _BAR_BITS, 1.0), _BAR_BITS, block=block_mark()), style=style)


def _entropy(result: HearResult, event: int) -> Text:
    return Text(f"{abs(result.expectation.entropy[event]):.2f}")


def _expected(result: HearResult, event: int) -> Text:
    is_narrow = sys.stdout.isatty() and Console().width < _NARROW
    return Text(expected_words(result.expectation, event, 1 if is_narrow else 3))


_COLUMNS: tuple[tuple[str, str, str, Cell], ...] = (
    ("note", "note", "right", _number),
    ("bar", "bar", "right", _column("bar")),
    ("beat", "beat", "right", _beat),
    ("pitch", "name", "left", _column("name")),
    ("degree", "degree", "left", _column("degree")),
    ("word", "lyric", "left", _column("lyric")),
    ("bits", "bits", "right", _bits),
    ("", "scale", "left", _bar),
    ("entropy", "entropy", "right", _entropy),
    ("expected", "expected", "left", _expected),
)


def print_table(
    heads: Sequence[tuple[str, str]], rows: Sequence[tuple[Sequence[Text], bool]]
) -> None:
    """A table; rows marked true stand out on a terminal."""
    on_terminal = sys.stdout.isatty()
    table = Table(
        box=box.SIMPLE_HEAD if on_terminal else None,
        pad_edge=False,
        padding=(0, 1 if on_terminal else 2, 0, 0),
        show_edge=False,
        header_style="bold" if on_terminal else "",
    )
    for index, (label, justify) in enumerate(heads):
        table.add_column(
            label,
            justify=justify,  # type: ignore[arg-type]
            no_wrap=index < len(heads) - 1,
            # On a narrow terminal only the last column gives way: never a number.
            min_width=None if index == len(heads) - 1 else _widest(label, rows, index),
        )
    for cells, stands_out in rows:
        table.add_row(*cells, style="bold" if stands_out else "")
    say(table)


def _widest(label: str, rows: Sequence[tuple[Sequence[Text], bool]], index: int) -> int:
    return max(len(label), *(cells[index].cell_len for cells, _ in rows))


def say(content: RenderableType) -> None:
    """Print on standard output: in colour on a terminal, plain and uncut in a pipe.

    A line that is too long for the terminal goes on below its first word, not below its number.
    """
    if sys.stdout.isatty():
        console = Console(highlight=False, markup=False, emoji=False)
        if isinstance(content, str):
            content = Text(content)
        console.print(_hung(content, console) if isinstance(content, Text) else content)
        return
    buffer = io.StringIO()
    console = Console(
        file=buffer,
        width=_PIPE_WIDTH,
        color_system=None,
        highlight=False,
        markup=False,
        emoji=False,
    )
    console.print(content)
    lines = buffer.getvalue().splitlines()
    sys.stdout.write("".join(f"{line.rstrip()}\n" for line in lines))


_LABEL = re.compile(r" *(\d+\. |(Why|Note): )?")
_LEAST_COLUMNS = 20


def _hung(text: Text, console: Console) -> Text:
    """One line with its further ones indented as far as its number or label reaches."""
    label = _LABEL.match(text.plain)
    indent = label.end() if label else 0
    room = console.width - indent
    if "\n" in text.plain or text.cell_len <= console.width or room < _LEAST_COLUMNS:
        return text
    lines = text[indent:].wrap(console, room)
    for line in lines:
        line.rstrip()
    return Text("\n" + " " * indent).join([text[:indent] + lines[0], *lines[1:]])


def block_mark() -> str:
    """What bars are made of: a full block on a terminal, ``#`` in a pipe."""
    return "\N{FULL BLOCK}" if sys.stdout.isatty() else "#"
