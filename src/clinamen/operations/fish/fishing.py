"""The verb `fish`: a long search that is begun, waits, goes on, and ends."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from clinamen.domains.music.constraints import parse_locks
from clinamen.errors import ConflictError, MissingError, ParameterError
from clinamen.ledger import ProjectStore
from clinamen.ledger.expeditions import PAUSED, RUNNING, STOPPED, Expedition
from clinamen.operations.edit import draft_of
from clinamen.operations.fish._surfacing import MOST_A_DAY, NIGHT_SECONDS, Tide
from clinamen.operations.fish._water import checked_song
from clinamen.operations.fish.passage import Passage, passage_of
from clinamen.operations.fish.wish import Wish, parse_wish
from clinamen.operations.story.path import Path, find_project
from clinamen.operations.story.recording import begin_project, in_all_languages

if TYPE_CHECKING:
    from clinamen.domains.music.notes import Song

__all__ = ["MOST_A_DAY", "Begun", "FishRequest", "begin_fishing", "order_fishing", "running_alone"]


@dataclass(frozen=True)
class FishRequest:
    """What to fish for, and how patiently.

    Parameters
    ----------
    song
        A song file, the title of a song, or how its id begins.
    wish
        In the maker's words; "" for anything.
    nights
        How long is fished: eight hours each, waits left out.
    rate
        Finds a day at most.
    seed
        Another one fishes otherwise.
    locks
        Bars and places that must stay.
    listener
        Name of a shipped listener, or path of one; None for the default one.
    always
        Also on battery, and while the computer is busy.
    notify
        Whether a find is told on the desktop.
    reading
        Options of `clinamen.io.files.read_song` for a file.
    """

    song: str
    wish: str = ""
    nights: float = 1.0
    rate: float = 3.0
    seed: int = 0
    locks: tuple[str, ...] = ()
    listener: str | None = None
    always: bool = False
    notify: bool = False
    reading: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Begun:
    """An expedition that has begun, and what was understood of the wish."""

    expedition: Expedition
    wish: Wish
    passage: Passage


def begin_fishing(store: ProjectStore, request: FishRequest) -> Begun:
    """Begin an expedition; nobody works on it yet.

    Raises
    ------
    ParameterError, MissingError, UnsupportedError, FormatError
        If something cannot be understood or read.
    ConflictError
        If this song is being fished already.
    """
    wish = parse_wish(request.wish)
    if request.seed < 0:
        raise ParameterError(f"a seed is a whole number from 0 on, not {request.seed}")
    options = {"rate": request.rate, "seconds": request.nights * NIGHT_SECONDS}
    Tide(options["rate"], options["seconds"])  # Refuses a rate or a time that cannot be.
    project, source = _source(store, request)
    song = Path(store, project).song(source)
    checked_song(song)
    parse_locks(request.locks, song.melody)
    turn = request.seed + len(store.expeditions.of(project))
    passage, part = _passage(song, wish, request, turn)
    told = {
        **options,
        "seed": request.seed,
        "locks": list(request.locks),
        "listener": _whole_path(request.listener),
        "always": request.always,
        "notify": request.notify,
        "source": source,
        "part": part,
        "place": in_all_languages(passage.why),
        "understood": in_all_languages(wish.words()),
        "unknown": list(wish.unknown),
    }
    found = store.expeditions.begin(project, wish.text, json.dumps(told, ensure_ascii=False))
    return Begun(found, wish, passage)


def _passage(
    song: Song, wish: Wish, request: FishRequest, turn: int
) -> tuple[Passage, tuple[int, int] | None]:
    """Where is fished; and, of what would be too long, the part that was chosen. One search
    after the other takes another one."""
    from clinamen.operations.fish._choosing import LONGEST_BARS, chosen_bars
    from clinamen.operations.listeners import load_listener

    passage = passage_of(song, wish)
    is_long = passage.last_bar - max(passage.first_bar, 1) >= LONGEST_BARS
    is_open = wish.bars is None and is_long
    if request.listener is None and not is_open:
        return passage, None
    listener = load_listener(request.listener)  # One that is not there is refused.
    if not is_open:
        return passage, None
    part = chosen_bars(song, passage, listener, request.locks, turn)
    return passage_of(song, wish, part), part


def _whole_path(listener: str | None) -> str | None:
    """The process works in another folder."""
    is_file = listener is not None and os.path.exists(listener)
    return os.path.abspath(listener) if is_file and listener is not None else listener


def _source(store: ProjectStore, request: FishRequest) -> tuple[str, str]:
    """The project that is fished, and the digest of what is fished in: the song as it is now,
    or the file that was named where that is another one."""
    if os.path.isfile(request.song):
        from clinamen.io._source import read_bytes

        data, name = read_bytes(request.song), os.path.basename(request.song)
        known = store.story.find(data)
        reading = {key: value for key, value in request.reading.items() if value is not None}
        if known is None or reading:
            project = begin_project(store, data, name, reading)
            return project.id, project.revision.draft
        project_id, digest = known
        path = Path(store, project_id)
        is_now = _music(path.song(digest)) == _music(path.song())
        return project_id, path.head if is_now else digest
    project_id, _ = find_project(store, request.song)
    return project_id, store.project(project_id).revision.draft


def _music(song: Song) -> object:
    draft = draft_of(song)
    notes = tuple((each.onset_ticks, each.duration_ticks, each.pitch) for each in draft.notes)
    return notes, tuple((each.onset_ticks, each.symbol) for each in draft.chords)


def project_of(store: ProjectStore, song: str) -> str:
    """The project that a user means.

    Raises
    ------
    MissingError, AmbiguousError
        As `find_project`.
    """
    return find_project(store, song)[0]


def order_fishing(store: ProjectStore, song: str, state: str) -> Expedition:
    """Let the expedition of a song wait, go on, or end.

    Raises
    ------
    MissingError
        If there is no such song, or nothing was ever fished in it.
    ConflictError
        If its expedition is over.
    """
    expedition = latest(store, project_of(store, song))
    check_open(expedition)
    assert state in (RUNNING, PAUSED, STOPPED)
    return store.expeditions.order(expedition.id, state)


def check_open(expedition: Expedition) -> None:
    """Refuse an expedition that is over.

    Raises
    ------
    ConflictError
        If it is.
    """
    if not expedition.is_open:
        raise ConflictError(
            "this song is not being fished any more: clinamen fish SONG begins anew"
        )


def latest(store: ProjectStore, project: str) -> Expedition:
    """The newest expedition of a project.

    Raises
    ------
    MissingError
        If there is none.
    """
    found = store.expeditions.of(project)
    if not found:
        title = store.project(project).title
        raise MissingError(f"nothing was ever fished in {title}: clinamen fish SONG --wish ...")
    return found[0]


def running_alone(store: ProjectStore) -> tuple[Expedition, ...]:
    """Expeditions that are to go on and that nobody works on: after a kill, or a restart."""
    from clinamen.operations.fish.working import is_worked_on

    return tuple(
        each
        for each in store.expeditions.open()
        if each.state == RUNNING and not is_worked_on(store, each)
    )
