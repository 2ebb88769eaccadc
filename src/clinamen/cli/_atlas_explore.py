"""`clinamen atlas explore`: a line that goes deep, on a terminal, as JSON, and as files."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.text import Text

from clinamen.cli._arguments import Known
from clinamen.cli._keep import keep_given
from clinamen.cli._patience import Patience
from clinamen.cli._render import print_table, say
from clinamen.errors import ParameterError
from clinamen.operations._explore_start import ExploreStart, start_of
from clinamen.operations._explore_words import (
    awaited_words,
    move_words,
    music_lines,
    step_place,
    unheard_words,
)
from clinamen.operations._worth_words import worth_words
from clinamen.operations.atlas._mine import made_before
from clinamen.operations.explore import Exploration, ExploreRequest, Step, explore
from clinamen.operations.explore_export import exploration_record
from clinamen.operations.listeners import load_listener
from clinamen.operations.song_files import SongFiles, written_words
from clinamen.operations.story.recording import in_all_languages, plain_request
from clinamen.operations.text import clean, one_in

if TYPE_CHECKING:
    from clinamen.operations._explore_line import Taken

__all__ = ["ExploreOptions", "explore_file"]


@dataclass(frozen=True)
class ExploreOptions:
    """What the user asked for beside the exploration itself."""

    cell: str | None
    best: int | None
    axes: tuple[str | None, str | None]
    json: bool
    out: str | None
    force: bool
    listener: str | None
    facts: Known


def explore_file(file: str, request: ExploreRequest, options: ExploreOptions) -> int:
    """Go deep from a find of an atlas, or from a song."""
    if options.cell is not None and options.best is not None:
        raise ParameterError("--cell and --best exclude each other")
    files = None
    if options.out is not None:
        files = SongFiles.parse(options.out, file, overwrite=options.force)
        files.check(request.n)
    start = start_of(
        file, cell=options.cell, best=options.best, axes=options.axes, reading=options.facts
    )
    listener = load_listener(options.listener)
    found = _explored(start, request, options, listener)
    if options.json:
        record = exploration_record(found, file=file)
        sys.stdout.write(json.dumps(record, allow_nan=False) + "\n")
    else:
        _show(start, found)
    if files is not None:
        told = sys.stderr if options.json else sys.stdout
        paths = files.write(found.songs)
        for line in written_words(paths, len(found.songs)):
            told.write(f"{line}\n")
        settings = {
            "request": plain_request(request),
            "start": start.told,
            "reasons": [in_all_languages(unheard_words(found))],
        }
        if start.given is not None:
            keep_given("explore", paths, start.given, settings, listener=options.listener)
    return 0


def _explored(
    start: ExploreStart, request: ExploreRequest, options: ExploreOptions, listener: object
) -> Exploration:
    from clinamen.domains.music.listener import Listener
    from clinamen.operations.listeners import quick_ears

    assert isinstance(listener, Listener)
    patience = Patience()

    def tell(taken: Taken, n_left: int) -> None:
        chance = one_in(taken.move.chance)
        patience.tell(f"biting: a move held {chance}, {taken.n_visits} visits; {n_left:,} left")

    with patience.waiting("going deep"):
        quick = quick_ears(options.listener, listener)
        return explore(
            start.song,
            request,
            listener=listener,
            quick=quick,
            mine=made_before(quick) if start.mine is None else start.mine,
            is_mine=start.is_mine,
            bounds=start.bounds,
            watch=tell,
            stop=patience.is_over,
        )


_COLUMNS = (
    ("place", "left"),
    ("move", "left"),
    ("chance", "right"),
    ("visits", "right"),
    ("best behind", "right"),
    ("awaited", "left"),
)


_MOST_ROWS = 12
"""Moves that a person takes in; of a longer line, the ones least awaited are shown."""


def _chance(step: Step) -> float:
    """Of a move, as the full listener held it."""
    return step.move.chance if step.bits is None else 2.0**-step.bits


def _least_awaited(found: Exploration) -> list[Step]:
    """In the order of the line; the unheard-of move is always among them."""
    rarest = sorted(found.steps, key=lambda step: (step is not found.unheard, _chance(step)))
    shown = {id(step) for step in rarest[:_MOST_ROWS]}
    return [step for step in found.steps if id(step) in shown]


def _show(start: ExploreStart, found: Exploration) -> None:
    say(Text(f"{clean(start.title)}: {found.n_visits:,} visits deep", style="bold"))
    for notice in found.source.notices:
        say(f"Note: {clean(notice)}")
    steps = _least_awaited(found)
    rows = []
    for step in steps:
        cells = [
            step_place(found, step),
            move_words(found, step.move, step.note),
            one_in(_chance(step)),
            f"{step.taken.n_visits}/{step.taken.of_visits}",
            f"{step.taken.value:.2f}",
            awaited_words(found, step),
        ]
        rows.append(([Text(clean(cell)) for cell in cells], step is found.unheard))
    print_table(_COLUMNS, rows)
    if len(steps) < len(found.steps):
        say(f"({len(steps)} of {len(found.steps)} moves: the least awaited; --json tells all.)")
    say("")
    say(clean(unheard_words(found)) or "Nothing unheard-of: each move was to be expected.")
    say("")
    for rank, (song, worth) in enumerate(zip(found.songs, found.worths, strict=True), start=1):
        say(Text(f"{rank:>2}. {worth_words(worth)}", style="bold"))
        for line in music_lines(found, song):
            say(f"    {clean(line)}")
    if len(found.songs) > 1:
        say("1 is where the line leads; the others are the best of what else was heard.")
    say(f"As it was: {worth_words(found.before)}.")
    if found.was_stopped:
        say("It was ended early.")
