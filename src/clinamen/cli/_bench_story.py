"""`clinamen bench story`: run, and show the figures."""

from __future__ import annotations

from rich.text import Text

from clinamen.bench.story import Corruptions, StoryFigures, StoryRequest, bench_story
from clinamen.cli._bench import waiting, write_json
from clinamen.cli._render import print_table, say
from clinamen.operations.text import a_count

__all__ = ["show_story_bench"]

_MISSED = 1


def show_story_bench(request: StoryRequest, as_json: bool) -> int:
    """What was found and missed; exit code 1 if anything was missed or lost."""
    with waiting() as telling:
        found = bench_story(request, telling)
    if as_json:
        write_json(found.to_plain())
    else:
        _show(found)
    is_whole = not (found.all.missed or found.n_false_alarms or found.after_kills)
    return 0 if is_whole else _MISSED


def _show(found: StoryFigures) -> None:
    heads = [("changed at random", "left"), ("found", "right"), ("95 % (Wilson)", "right")]
    rows = [(_row(each), each.kind == "all") for each in (*found.corruptions, found.all) if each.n]
    if rows:
        print_table([*heads], rows)
    for what in found.all.missed:
        say(f"missed: {what}")
    say(f"false alarms over the untouched story: {found.n_false_alarms} of 2")
    kills = a_count(found.request.n_kills, "writer")
    say(f"{kills} killed: {len(found.after_kills) or 'nothing'} lost or unsound")
    for what in found.after_kills:
        say(f"  {what}")
    for line in _time_lines(found):
        say(line)


def _row(each: Corruptions) -> list[Text]:
    low, high = each.interval
    shares = f"{100 * low:.2f} to {100 * high:.2f} %"
    return [Text(each.kind), Text(f"{each.n_found} of {each.n}"), Text(shares)]


def _time_lines(found: StoryFigures) -> list[str]:
    times, n = found.times, found.request.n_entries
    lines = [
        f"append at {n:,} entries: median {times['append_ms_median']:.2f} ms, 95 % below "
        f"{times['append_ms_p95']:.2f} ms (target 2 ms); {times['append_over_insert']:.1f} times "
        f"a bare row on the same disk ({times['insert_ms_median']:.2f} ms)",
        f"append {n:,} entries together: {times['fill_seconds']:.2f} s",
        f"read {n:,} entries: {times['read_seconds']:.2f} s; "
        f"verify them: {times['verify_seconds']:.2f} s (target 1 s)",
        f"an entry: {times['bytes_per_entry']:.0f} bytes in the database, "
        f"{times['file_bytes_per_entry']:.0f} in a .story file",
    ]
    if "seal_seconds" in times:
        lines.append(f"seal 3 minutes of WAV: {times['seal_seconds']:.2f} s (target 2 s)")
    return lines
