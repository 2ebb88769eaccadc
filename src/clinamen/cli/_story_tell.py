"""`clinamen story tell`: what could be told, and the page of what is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rich.text import Text

from clinamen.cli._render import print_table, say
from clinamen.cli._story import opened
from clinamen.errors import ParameterError
from clinamen.operations.song_files import check_free
from clinamen.operations.story.path import Path as SongPath
from clinamen.operations.story.path import find_project
from clinamen.operations.story.telling import (
    FORMATS,
    Chapter,
    Chapters,
    Choice,
    Telling,
    TellRequest,
    choose,
    heading_of,
    tell,
)
from clinamen.operations.text import clean
from clinamen.texts import Message
from clinamen.texts import say as said

__all__ = ["TellOptions", "tell_story"]

_STORY = ".story"


@dataclass(frozen=True, slots=True)
class TellOptions:
    """The options as typed."""

    request: TellRequest
    out: str | None
    listener: str | None
    force: bool
    store: str | None


def tell_story(song: str, options: TellOptions) -> int:
    """Write the page and the chain; without ``--out`` list what could be told."""
    out = None if options.out is None else _target(options.out, force=options.force)
    with opened(options.store, is_read=True) as kept:
        project, digest = find_project(kept, song)
        chapters = Chapters(SongPath(kept, project), digest)
        choice = choose(chapters, options.request.show, options.request.hide)
        if out is None:
            _list(chapters, choice, options.request.language)
            return 0
        telling = _telling(chapters, options, out)
    _write(out, telling, force=options.force)
    return 0


def _target(out: str, *, force: bool) -> Path:
    path = Path(out)
    if path.suffix.lower() not in (f".{each}" for each in FORMATS):
        raise ParameterError(f"--out must end in .html or .md, not {out!r}")
    check_free([path], "", overwrite=force)
    return path


def _telling(chapters: Chapters, options: TellOptions, out: Path) -> Telling:
    from clinamen.operations.listeners import load_listener

    request = replace(
        options.request, form=out.suffix.lower()[1:], beside=clean(out.with_suffix(_STORY).name)
    )
    return tell(chapters, request, listener=load_listener(options.listener))


def _write(out: Path, telling: Telling, *, force: bool) -> None:
    from clinamen.io._source import read_bytes
    from clinamen.io._target import write_bytes

    beside = out.with_suffix(_STORY)
    # One chain may stand beside two pages, HTML and Markdown, that tell the same.
    if not beside.is_file() or read_bytes(str(beside)) != telling.log:
        check_free([beside], "", overwrite=force)
    write_bytes(out, telling.page.encode("utf-8"))
    write_bytes(beside, telling.log)
    say(f"wrote {clean(out)} and {clean(beside)}")
    if not telling.choice.shown:
        say("It tells the title, how many entries there are and the last hash, nothing else.")
        say("What could be told: the same command without --out. Choose with --show.")
    _say_hidden(telling.choice.also_hidden)
    if not telling.is_sound:
        say("The story is not as it was written: see clinamen story verify.")


def _say_hidden(numbers: Sequence[int]) -> None:
    if numbers:
        names = ", ".join(str(each) if each else "now" for each in numbers)
        say(f"Kept back too, for they hold a draft that is to be hidden: {names}.")


def _list(chapters: Chapters, choice: Choice, language: str) -> None:
    say(Text(said("tell.list", language, title=clean(chapters.path.title)), "bold"))
    rows = [(_row(each, chapters, choice, language), False) for each in chapters.all]
    mark = said("tell.list.yes", language) if choice.tells_now else ""
    gives = _gives(chapters, chapters.now_needs(), language)
    now = ["now", "", said("tell.now", language), gives, mark]
    rows.append(([Text(cell) for cell in now], False))
    names = ("number", "when", "what", "gives", "told")
    print_table(
        [
            (said(f"tell.list.{name}", language), "right" if name == "number" else "left")
            for name in names
        ],
        rows,
    )
    _say_hidden(choice.also_hidden)
    say(said("tell.list.choose", language))
    say(said("tell.list.write", language))


def _row(chapter: Chapter, chapters: Chapters, choice: Choice, language: str) -> list[Text]:
    words = heading_of(chapter, chapters.path)
    told = words.said(language) if isinstance(words, Message) else words
    if chapter.kind == "note":
        told += f": {clean(chapter.first.settings.get('text', ''))[:60]}"
    at = chapter.first.at[:16].replace("T", " ")
    cells = [str(chapter.number), at, told, _gives(chapters, chapter.needs, language)]
    mark = said("tell.list.yes", language) if chapter in choice.chapters else ""
    return [Text(cell) for cell in (*cells, mark)]


def _gives(chapters: Chapters, seqs: Sequence[int], language: str) -> str:
    """What of the ledger can be read by who is told it."""
    steps = chapters.path.steps
    n_drafts = len({digest for seq in seqs for digest in steps[seq - 1].generated})
    entries = said("tell.list.entries", language, n=len(seqs), numbers=_ranges(seqs))
    drafts = said("tell.list.drafts", language, n=n_drafts)
    return f"{entries}, {drafts}" if n_drafts else entries


def _ranges(seqs: Sequence[int]) -> str:
    runs: list[list[int]] = []
    for seq in seqs:
        if runs and seq == runs[-1][1] + 1:
            runs[-1][1] = seq
        else:
            runs.append([seq, seq])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)
