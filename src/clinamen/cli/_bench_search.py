"""`clinamen bench search`: run, and show the figures beside the targets."""

from __future__ import annotations

from rich.text import Text

from clinamen.bench._search_part import PartFigures
from clinamen.bench.search import SearchFigures, SearchRequest, bench_search
from clinamen.cli._bench import waiting, write_json
from clinamen.cli._bench_creation import show_targets
from clinamen.cli._render import print_table, say

__all__ = ["show_search_bench"]

_LOST = 1


def show_search_bench(request: SearchRequest, as_json: bool) -> int:
    """Measure, and show; exit code 1 only if something was lost."""
    with waiting() as telling:
        found = bench_search(request, telling)
    if as_json:
        write_json(found.to_plain())
    else:
        _show(found)
    return 0 if all(part.is_sound for part in found.parts) else _LOST


def _show(found: SearchFigures) -> None:
    for part in found.parts:
        _show_part(part)
    targets = [target for part in found.parts for target in part.targets]
    if targets:
        show_targets(targets)


def _show_part(part: PartFigures) -> None:
    for number, line in enumerate(part.lines):
        say(Text(line, style="bold" if number == 0 else "dim"))
    if part.table is not None:
        first, *others = part.table.heads
        heads = [(first, "left"), *((head, "right") for head in others)]
        rows = [([Text(cell) for cell in row], False) for row in part.table.rows]
        print_table(heads, rows)
    say("")
