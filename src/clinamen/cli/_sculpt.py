"""`clinamen sculpt`: levels of a take, shown or written."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from rich.text import Text

from clinamen.cli._keep import keep
from clinamen.cli._progress import Waiting
from clinamen.cli._render import print_table, say, tell_notices
from clinamen.errors import ParameterError
from clinamen.operations._sculpt_levels import Level
from clinamen.operations.sculpt import (
    ChordSculpture,
    SculptRequest,
    Sculpture,
    open_take,
    sculpt,
    sculpt_chords,
)
from clinamen.operations.sculpt_export import (
    LevelRow,
    Step,
    level_rows,
    levels_within,
    sculpt_record,
    steps_of,
)
from clinamen.operations.song_files import check_free, write_songs
from clinamen.operations.story.recording import plain_request
from clinamen.operations.text import a_count, clean

__all__ = ["SculptOptions", "sculpt_file"]

_NAME, _LEVEL = "{name}", "{level}"


@dataclass(frozen=True, slots=True)
class SculptOptions:
    """The options of `clinamen sculpt` as typed."""

    levels: tuple[float, ...]
    notes: int | None
    every: bool
    out: str | None
    hold: bool
    why: bool
    chords: bool
    json: bool
    force: bool


def sculpt_file(request: SculptRequest, options: SculptOptions) -> int:
    """Sculpt one take; show its levels, or write those asked for.

    Raises
    ------
    ClinamenError
        If the take, the options or the listener do not allow it.
    """
    from clinamen.operations.listeners import load_listener

    _check(options)
    song = open_take(request)
    listener = load_listener(request.listener)
    with Waiting(1).hearing(request.path):
        work = sculpt_chords if options.chords else sculpt
        sculpture: Sculpture | ChordSculpture = work(song, listener, lock=request.lock)
        levels = _levels(sculpture, options)
        rows = level_rows(sculpture, listener, levels, hold=options.hold)
    written = [] if options.out is None else _write(sculpture, rows, request.path, options)
    if options.json:
        record = sculpt_record(sculpture, rows, file=request.path)
        sys.stdout.write(json.dumps(record, allow_nan=False) + "\n")
        tell_notices(song, None)
    else:
        _show(sculpture, rows, options)
    told = sys.stderr if options.json else sys.stdout
    for path in written:
        told.write(f"wrote {path}\n")
    settings = {
        "request": plain_request(request, without=("path", "listener")),
        "left": [row.n_left for row in rows],
        "hold": options.hold,
        "chords": options.chords,
    }
    keep("sculpt", written, request.path, settings, listener=request.listener)
    return 0


def _check(options: SculptOptions) -> None:
    given = [bool(options.levels), options.notes is not None, options.every]
    if sum(given) > 1:
        raise ParameterError("--level, --notes and --all exclude each other")
    if options.out is not None and not any(given):
        raise ParameterError("--out needs to know which song: give --level, --notes or --all")
    if options.chords and options.notes is not None:
        raise ParameterError("--notes counts notes; with --chords give --level")


def _levels(sculpture: Sculpture | ChordSculpture, options: SculptOptions) -> list[Level]:
    if options.notes is not None:
        return [Fraction(100 * sculpture.check_number(options.notes), sculpture.n_total)]
    return list(options.levels) or levels_within(sculpture)


def _show(
    sculpture: Sculpture | ChordSculpture, rows: Sequence[LevelRow], options: SculptOptions
) -> None:
    song = sculpture.song
    say(Text(clean(song.title) or clean(song.source) or "Untitled", style="bold"))
    say(_lead(sculpture))
    for notice in song.notices:
        say(f"Note: {clean(notice)}")
    say("")
    heads = [("level", "right"), (sculpture.nouns, "right"), ("bits each", "right"),
             ("went last", "left"), ("because", "left")]  # fmt: skip
    print_table(heads, [(_cells(row), False) for row in rows])
    if options.why:
        say("")
        _show_steps(sculpture, min(row.n_left for row in rows))


def _lead(sculpture: Sculpture | ChordSculpture) -> str:
    total = a_count(sculpture.n_total, sculpture.noun, sculpture.nouns)
    text = f"{total}, down to {sculpture.n_least}"
    if sculpture.locked:
        text += f"; {sculpture.n_locked} locked"
    pillars = len(sculpture.protected)
    what = "phrase ends" if isinstance(sculpture, Sculpture) else "pillars"
    return f"{text}; {what} go last ({pillars})."


def _cells(row: LevelRow) -> list[Text]:
    last = row.last
    said = ("", "") if last is None else (f"{clean(last.name)} at {last.place}", last.reason)
    figures = (f"{row.level:.4g} %", str(row.n_left), f"{row.bits:.2f}", *said)
    return [Text(clean(figure)) for figure in figures]


def _show_steps(sculpture: Sculpture | ChordSculpture, n_left: int) -> None:
    heads = [("", "right"), ("at", "left"), ("", "left"), ("bits saved", "right"), ("why", "left")]
    gone = steps_of(sculpture)[: sculpture.n_total - n_left]
    rows = [
        [str(turn), step.place, clean(step.name), _saved(step), clean(step.reason)]
        for turn, step in enumerate(gone, start=1)
    ]
    if not rows:
        say("Nothing goes at this level.")
        return
    print_table(heads, [([Text(cell) for cell in row], False) for row in rows])
    say("Bits saved: what it takes to tell it, less what it holds up; below 0 its absence costs.")


def _saved(step: Step) -> str:
    """A colour has no bits of its own: it goes by the weight of its chord."""
    return "" if step.kind == "colour" else f"{-step.cost:.1f}"


def _write(
    sculpture: Sculpture | ChordSculpture,
    rows: Sequence[LevelRow],
    source: str,
    options: SculptOptions,
) -> list[Path]:
    paths = [_path(options.out or "", source, row.level) for row in rows]
    if len(set(paths)) < len(paths):
        raise ParameterError(
            f"--out {options.out} names one file for {len(paths)} levels; give a folder such as "
            f"out/ or a pattern such as {_NAME}-{_LEVEL}.mid"
        )
    check_free(paths, source, overwrite=options.force)
    write_songs([sculpture.song_of(row.n_left, hold=options.hold) for row in rows], paths)
    return paths


def _path(pattern: str, source: str, level: float) -> Path:
    """Where a level goes; a folder gets the take's name and format, if we write that."""
    from clinamen.io.files import WRITABLE

    stem = "stdin" if source == "-" else Path(source).stem
    if pattern.endswith(("/", os.sep)) or os.path.isdir(pattern):
        suffix = Path(source).suffix.lower()
        suffix = suffix if suffix in WRITABLE else ".mid"
        pattern = os.path.join(pattern, f"{_NAME}-{_LEVEL}{suffix}")
    return Path(pattern.replace(_NAME, stem).replace(_LEVEL, f"{level:.4g}"))
