"""`clinamen fish`: begun, looked after, paused and resumed on a terminal."""

from __future__ import annotations

import json
import sys
import time
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from clinamen.cli._render import say
from clinamen.errors import ConflictError, ParameterError
from clinamen.ledger.expeditions import PAUSED, RUNNING, STOPPED, Expedition
from clinamen.operations.fish.fishing import (
    FishRequest,
    begin_fishing,
    check_open,
    latest,
    order_fishing,
    project_of,
    running_alone,
)
from clinamen.operations.fish.view import (
    WAITING,
    FishView,
    by_words,
    fish_view,
    fish_views,
    in_words,
)
from clinamen.operations.fish.working import is_worked_on, log_file, start_process, work_on
from clinamen.operations.story.home import open_store
from clinamen.operations.text import clean
from clinamen.texts import Message
from clinamen.texts import say as told

if TYPE_CHECKING:
    import subprocess

    from clinamen.ledger import ProjectStore

__all__ = ["begin", "order", "resume_songs", "show_status"]

_BEGIN_SECONDS, _LOOK_SECONDS = 20.0, 0.1


def _path(store: str | None) -> Path | None:
    return None if store is None else Path(store)


def begin(request: FishRequest, store: str | None, *, foreground: bool, language: str) -> int:
    """Begin to fish, here or in the background."""
    told("fish.anything", language)  # A language that is not there is refused first.
    with closing(open_store(_path(store))) as kept:
        begun = begin_fishing(kept, request)
        title = clean(kept.project(begun.expedition.project).title)
        _tell(Message("fish.begun", title=title, place=begun.passage.why), language)
        what = begun.wish.words()
        _tell(Message("fish.understood", what=what) if what else Message("fish.anything"), language)
        if begun.wish.unknown:
            words = ", ".join(map(clean, begun.wish.unknown))
            _tell(Message("fish.unknown", words=words), language)
        if foreground:
            return _fish_here(kept, begun.expedition, language)
        _start(kept, begun.expedition, store)
    _tell(Message("fish.in_background"), language)
    return 0


def _tell(message: str, language: str) -> None:
    say(message.said(language) if isinstance(message, Message) else message)


def _start(store: ProjectStore, expedition: Expedition, path: str | None) -> None:
    """Start the process, and see that it begins."""
    process = start_process(expedition, _path(path))
    begun = time.monotonic()
    while time.monotonic() - begun < _BEGIN_SECONDS:
        if is_worked_on(store, store.expeditions.expedition(expedition.id)):
            return
        if process.poll() is not None:
            raise _not_started(process)
        time.sleep(_LOOK_SECONDS)


def _not_started(process: subprocess.Popen[bytes]) -> ConflictError:
    return ConflictError(
        f"the search did not begin (exit code {process.returncode}); why is in {log_file()}"
    )


def _fish_here(store: ProjectStore, expedition: Expedition, language: str) -> int:
    try:
        work_on(
            store,
            expedition.id,
            on_find=lambda find, facts: _tell(
                told(
                    "fish.find",
                    language,
                    number=find.number,
                    change=in_words(facts.change, language),
                ),
                language,
            ),
        )
    except KeyboardInterrupt:
        store.expeditions.order(expedition.id, PAUSED)
        title = clean(store.project(expedition.project).title)
        _tell(Message("fish.paused", title=title), language)
        return 0
    _show(fish_view(store, store.expeditions.expedition(expedition.id)), language)
    return 0


def show_status(song: str | None, store: str | None, *, language: str, as_json: bool) -> int:
    """How one search stands, or all of them."""
    told("fish.anything", language)
    with closing(open_store(_path(store))) as kept:
        if song is None:
            views = fish_views(kept)
        else:
            views = (fish_view(kept, latest(kept, project_of(kept, song))),)
    if as_json:
        for view in views:
            record = {**asdict(view), "n_ideas": view.n_ideas}
            sys.stdout.write(json.dumps(record, ensure_ascii=False, allow_nan=False) + "\n")
        return 0
    if not views:
        _tell(Message("fish.no_songs"), language)
    for number, view in enumerate(views):
        if number:
            say("")
        _show(view, language)
    return 0


def _show(view: FishView, language: str) -> None:
    named = {"song": view.typed} if view.state == PAUSED else {}
    say(Text(f"{view.title}: {told(_state_key(view), language, **named)}", "bold"))
    if view.wish:
        say(told("fish.wish", language, wish=view.wish))
    understood = in_words(view.understood, language)
    if understood:
        say(told("fish.understood", language, what=understood))
    say(f"{in_words(view.place, language)}.")
    if view.trouble:
        say(told("fish.trouble", language, why=view.trouble))
    say(_time(view, language))
    _show_tried(view, language)
    _show_biting(view, language)
    if view.n_unseen:
        say(told("fish.n_unseen", language, n=view.n_unseen, song=view.typed))
    elif view.n_surfaced:
        say(told("fish.n_seen", language, n=view.n_surfaced, song=view.typed))


def _time(view: FishView, language: str) -> str:
    """How long was fished: in minutes where it is less than an hour in all."""
    whole = view.seconds / 60
    done = min(view.fished_seconds / 60, whole)  # The last step may end a little later.
    if whole < 60:
        return told("fish.time_minutes", language, minutes=done, all=whole, rate=view.rate)
    return told("fish.time", language, hours=done / 60, all=whole / 60, rate=view.rate)


def _state_key(view: FishView) -> str:
    return f"fish.state_{view.state}" + (f"_{view.why_waiting}" if view.state == WAITING else "")


def _show_tried(view: FishView, language: str) -> None:
    if not view.n_ideas:
        say(told("fish.tried_nothing", language))
        return
    say(told("fish.tried", language, n=view.n_ideas))
    for each in view.tried:
        if each.n_turns:
            name = Message(f"fish.by_{each.by}").said(language)
            say(f"  {each.n_ideas:>8,}  {name}")


def _show_biting(view: FishView, language: str) -> None:
    found = view.biting
    if found is not None:
        values = {"change": in_words(found.change, language), "by": by_words(found.by)}
        if found.next_at:
            values["at"] = f"{found.next_at[:16].replace('T', ' ')} UTC"
        say(told(f"fish.biting_{found.how_near}", language, **values))
    elif view.state not in (STOPPED, "ended"):
        say(told("fish.biting_nothing", language))


def order(song: str, state: str, store: str | None, language: str) -> int:
    """Let a search wait or end."""
    with closing(open_store(_path(store))) as kept:
        expedition = order_fishing(kept, song, state)
        title = clean(kept.project(expedition.project).title)
    _tell(Message("fish.paused" if state == PAUSED else "fish.stopped", title=title), language)
    return 0


def resume_songs(song: str | None, store: str | None, *, foreground: bool, language: str) -> int:
    """Go on with one search; or with all that wait for that or were broken off."""
    if foreground and song is None:
        raise ParameterError("--foreground goes on with one song: name it")
    with closing(open_store(_path(store))) as kept:
        if song is None:
            paused = [each for each in kept.expeditions.open() if each.state == PAUSED]
            wanted = [*running_alone(kept), *paused]
        else:
            found = latest(kept, project_of(kept, song))
            check_open(found)
            if found.state != PAUSED and is_worked_on(kept, found):
                raise ConflictError("this song is being fished already")
            wanted = [found]
        for each in wanted:
            title = clean(kept.project(each.project).title)
            going = kept.expeditions.order(each.id, RUNNING)
            _tell(Message("fish.resumed", title=title), language)
            if foreground:
                return _fish_here(kept, going, language)
            _start(kept, going, store)
        if not wanted:
            _tell(Message("fish.nothing_to_resume"), language)
    return 0
