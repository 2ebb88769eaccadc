"""`clinamen compose`: melodies on a terminal, as JSON, and as files."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from dataclasses import dataclass
from typing import Any

from rich.text import Text

from clinamen.cli._keep import keep
from clinamen.cli._render import block_mark, print_table, say
from clinamen.io._source import read_bytes
from clinamen.operations._compose_music import music_of_bars
from clinamen.operations.compose import Anytime, ComposeRequest, Composition
from clinamen.operations.compose_export import composition_record
from clinamen.operations.song_files import SongFiles
from clinamen.operations.story.recording import plain_request
from clinamen.operations.text import a_count, clean, text_bar

__all__ = ["ComposeOptions", "compose_files"]

_BAR_WIDTH = 12
_MOST_LINES = 64
_ALL_BUT_ONE = 0.995
_HEADS = (
    ("bar", "right"),
    ("asked", "right"),
    ("heard", "right"),
    ("bits a note", "left"),
    ("melody", "left"),
)


@dataclass(frozen=True, slots=True)
class ComposeOptions:
    """What the user asked for beside the melody itself."""

    n: int
    seconds: float | None
    out: str | None
    force: bool
    json: bool


def compose_files(request: ComposeRequest, options: ComposeOptions) -> int:
    """Compose, show, and write where that is asked for."""
    source = request.fill or request.begin or request.like or "composed.mid"
    files = None
    if options.out is not None:
        files = SongFiles.parse(options.out, source, overwrite=options.force)
        files.check(options.n)
    work = Anytime(request, n=options.n, seconds=options.seconds)
    try:
        work.run()
    except KeyboardInterrupt:
        if not work.has_found:
            sys.stderr.write("clinamen: stopped before there was a melody; nothing was written\n")
            raise
        sys.stderr.write("clinamen: stopped; this is the best so far\n")
    found = work.found()
    for number, each in enumerate(found, start=1):
        if options.json:
            record = composition_record(each, number)
            sys.stdout.write(json.dumps(record, allow_nan=False) + "\n")
        else:
            _show(each)
    if files is not None:
        told = sys.stderr if options.json else sys.stdout
        paths = files.write([each.song for each in found])
        for path in paths:
            told.write(f"wrote {clean(path)}\n")
        settings = {**_asked(request), "n": options.n, "seconds": options.seconds}
        keep("compose", paths, _source(request), settings, listener=request.listener)
    return 0


def _asked(request: ComposeRequest) -> dict[str, Any]:
    """What the story keeps of a request: of files their names, for folders say too much, and of
    those that are in no story of it, their hashes."""
    asked = plain_request(request, without=("listener", "song"))
    files: dict[str, Any] = {}
    for name in ("like", "begin", "fill", "curve"):
        path = str(asked.get(name, ""))
        if name in ("like", "curve") and os.path.isfile(path):
            sha256 = hashlib.sha256(read_bytes(path)).hexdigest()
            files[name] = {"file": os.path.basename(path), "sha256": sha256}
        if name in files or (path and name in ("begin", "fill")):
            asked[name] = os.path.basename(path)
    return {"request": asked, "files": files} if files else {"request": asked}


def _source(request: ComposeRequest) -> str | None:
    """The song that is gone on with or filled; one it is like is another song."""
    if request.begin is None or os.path.exists(request.begin):
        return request.begin or request.fill
    return request.begin.rpartition(":")[0]


def _show(made: Composition) -> None:
    melody = made.song.melody
    say(Text(clean(made.song.title), style="bold"))
    n_notes = int(made.written.sum())
    facts = f"{a_count(n_notes, 'note')} written, {melody.meters[0].meter}"
    key = melody.keys[0].key if melody.keys else None
    say(f"{facts}, {key}" if key else facts)
    for notice in made.notices:
        say(f"Note: {clean(notice)}")
    say("")
    _show_bars(made)
    if made.breaks:
        say("")
        say(Text("At the breaks", style="bold"))
        for sentence in made.breaks:
            say(f"  {clean(sentence)}")
    if made.originality is not None:
        line = made.originality.line
        say(Text(f"{clean(line[:1].upper() + line[1:])}.", style="dim"))
    say("")


def _show_bars(made: Composition) -> None:
    """The curve and what came, bar by bar, with the notes."""
    music = music_of_bars(made.song.melody)
    bars = [each for each in made.bars if each.is_written][:_MOST_LINES]
    most = max([each.heard or 0.0 for each in bars] + [each.asked for each in bars] + [1.0])
    rows = []
    for each in bars:
        heard = each.heard or 0.0
        drawn = text_bar(heard / most, _BAR_WIDTH, block=block_mark()).ljust(_BAR_WIDTH)
        place = min(round(each.asked / most * _BAR_WIDTH), _BAR_WIDTH - 1)
        drawn = drawn[:place] + "|" + drawn[place + 1 :]
        shown = "" if each.heard is None else f"{heard:.1f}"
        cells = [str(each.bar), f"{each.asked:.1f}", shown, drawn, clean(music[each.bar - 1])]
        rows.append(([Text(cell) for cell in cells], False))
    print_table(_HEADS, rows)
    what = {"joint": "onset and pitch", "pitch": "pitch", "onset": "onset"}[made.target]
    named = zip(
        ("of notes", "of bars"), (made.correlation, made.bar_correlation), made.most, strict=True
    )
    agrees = [
        f"{name} {value:.2f}{_at_most(most)}" for name, value, most in named if value is not None
    ]
    told = f"; rank correlation with the curve {', '.join(agrees)}" if agrees else ""
    together = " together" if made.target == "joint" else ""
    say(f"Bits of {what}{together}; | is the curve{told}")
    say("Lengths are parts of a whole note, and hold for the notes after them in a bar")


def _at_most(most: float | None) -> str:
    """What a correlation could be at best, where ties in the curve bound it."""
    return "" if most is None or most >= _ALL_BUT_ONE else f" (at best {most:.2f})"
