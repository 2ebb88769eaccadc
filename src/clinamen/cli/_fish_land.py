"""`clinamen fish land`: what has surfaced, kept or let go."""

from __future__ import annotations

import json
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.text import Text

from clinamen.cli._render import say
from clinamen.errors import MissingError, ParameterError
from clinamen.ledger.expeditions import SURFACED
from clinamen.operations.fish.fishing import project_of
from clinamen.operations.fish.landing import keep_find, reject_find, write_find
from clinamen.operations.fish.view import FindView, by_words, finds_view, in_words, typed_name
from clinamen.operations.story.home import open_store
from clinamen.operations.text import clean, percent
from clinamen.texts import Message
from clinamen.texts import say as told

if TYPE_CHECKING:
    from clinamen.ledger import ProjectStore

__all__ = ["LandOptions", "land_finds"]


@dataclass(frozen=True, slots=True)
class LandOptions:
    """The options as typed."""

    keep: bool
    reject: bool
    out: str | None
    force: bool
    store: str | None
    language: str
    json: bool


def land_finds(song: str, number: int | None, options: LandOptions) -> int:
    """Show the finds of a song, or do something with one."""
    told("fish.anything", options.language)  # A language that is not there is refused first.
    if options.keep and options.reject:
        raise ParameterError("a find is kept or rejected, not both")
    does = options.keep or options.reject or options.out is not None
    if does and number is None:
        raise ParameterError("say which find, by its number: clinamen fish land SONG N --keep")
    path = None if options.store is None else Path(options.store)
    with closing(open_store(path)) as store:
        project = project_of(store, song)
        if number is not None and does:
            return _do(store, project, number, options)
        return _show(store, project, number, options)


def _do(store: ProjectStore, project: str, number: int, options: LandOptions) -> int:
    if options.out is not None:
        file = Path(options.out)
        write_find(store, project, number, file, overwrite=options.force)
        sys.stdout.write(f"wrote {clean(file)}\n")
    if options.keep:
        keep_find(store, project, number)
        say(told("fish.kept", options.language, number=number))
    if options.reject:
        reject_find(store, project, number)
        say(told("fish.rejected", options.language, number=number))
    return 0


def _show(store: ProjectStore, project: str, number: int | None, options: LandOptions) -> int:
    views = finds_view(store, project)
    if number is not None:
        views = tuple(view for view in views if view.find.number == number)
        if not views:
            raise MissingError(f"there is no find {number} of this song")
    if options.json:
        for view in views:
            sys.stdout.write(json.dumps(_record(view), ensure_ascii=False, allow_nan=False) + "\n")
    else:
        title = clean(store.project(project).title)
        _print(views, title, typed_name(store, project), options.language)
    if number is None:
        store.expeditions.look(project)
    return 0


def _print(views: tuple[FindView, ...], title: str, song: str, language: str) -> None:
    say(Text(title, "bold"))
    if not views:
        say(told("fish.no_finds", language, title=title))
        return
    for view in views:
        facts, number = view.facts, view.find.number
        change = in_words(facts.change, language)
        head = told("fish.find", language, number=number, change=change)
        say(Text(f"{head} [{_status(view, language)}]", "bold" if view.is_new else ""))
        say(f"   {in_words(facts.reason, language)}")
        say(f"   {_figures(view, language)}")
    if any(view.find.status == SURFACED for view in views):
        say(told("fish.how_to_land", language, song=song))


def _figures(view: FindView, language: str) -> str:
    facts = view.facts
    values = {name: percent(getattr(facts, name)) for name in ("quality", "liking", "novelty")}
    by = by_words(facts.by)
    if not view.wish:  # Nothing was asked, so nothing can fit it.
        return told("fish.figures_unasked", language, by=by, **values)
    return told("fish.figures", language, by=by, fit=percent(facts.fit), **values)


def _status(view: FindView, language: str) -> str:
    if view.find.status != SURFACED:
        return told(f"fish.status_{view.find.status}", language)
    at = view.find.surfaced_at[:16].replace("T", " ")
    name = "new" if view.is_new else "surfaced"
    return Message(f"fish.status_{name}", at=f"{at} UTC").said(language)


def _record(view: FindView) -> dict[str, Any]:
    find, facts = view.find, view.facts
    return {
        "number": find.number,
        "status": find.status,
        "is_new": view.is_new,
        "surfaced_at": find.surfaced_at,
        "wish": view.wish,
        "by": facts.by,
        "bars": list(facts.bars),
        "change": dict(facts.change),
        "reason": dict(facts.reason),
        "worth": facts.worth,
        "novelty": facts.novelty,
        "quality": facts.quality,
        "fit": facts.fit,
        "sense": facts.sense,
        "liking": facts.liking,
        "contrast": facts.contrast,
        "draft": find.draft,
    }
