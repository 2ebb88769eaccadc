"""A search that is killed while it works: is anything lost that had surfaced?

As in `clinamen.bench._story_kills`, a kill ends the process, not the machine.
"""

from __future__ import annotations

import json
import random
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from clinamen.bench._fish_clock import Idle, NightClock
from clinamen.bench._fish_night import WISH, write_song
from clinamen.bench._killed import lines_until_killed
from clinamen.ledger import ProjectStore
from clinamen.ledger.expeditions import Expedition, Find
from clinamen.operations.fish._ideas import Idea
from clinamen.operations.fish.fishing import FishRequest, begin_fishing
from clinamen.operations.fish.landing import keep_find, reject_find
from clinamen.operations.fish.view import finds_view, fish_view
from clinamen.operations.fish.working import work_on

__all__ = ["fish_for_good", "killed_fishers", "lost_finds"]

LONGEST_SECONDS = 2.0

_RATE, _REST = 24.0, 30.0
"""Highest rate, and rests that many times as long: something surfaces every few steps, so that
kills fall on it."""

_DAYS_FASTER = 60.0
"""The calendar runs, so that the most a day may bring is no limit."""

_ON_ONE_FILE = 10
"""Kills of searches that go on in the same database."""


class _TalkingClock(NightClock):
    """Says after every step how far the disk has it."""

    def __init__(self, begun: datetime, tell: Callable[[], None]) -> None:
        super().__init__(_DAYS_FASTER, begun)
        self._tell = tell

    def sleep(self, seconds: float) -> None:
        super().sleep(_REST * seconds)
        self._tell()


def fish_for_good(folder: Path) -> None:
    """Fish in a song without end, keep and reject what surfaces, and say what is done."""
    begun = datetime.fromisoformat((folder / "time").read_text())
    clock: NightClock = NightClock(_DAYS_FASTER, begun)
    store = ProjectStore(folder / "projects.db", clock=lambda: clock.now())
    while True:
        expedition = _open(store, folder)

        def tell(number: int = expedition.id) -> None:
            found = store.expeditions.expedition(number)
            _say("saved", number, json.loads(found.progress or "{}").get("n_steps", 0))

        def on_find(find: Find, _: object, project: str = expedition.project) -> None:
            _say("find", find.number, find.draft)
            if find.number % 3 == 1:
                keep_find(store, project, find.number)
                _say("kept", find.number, find.draft)
            elif find.number % 3 == 2:
                reject_find(store, project, find.number)
                _say("rejected", find.number, find.draft)

        clock = _TalkingClock(clock.now(), tell)
        work_on(store, expedition.id, clock=clock, machine=Idle(), on_find=on_find)


def _open(store: ProjectStore, folder: Path) -> Expedition:
    going = store.expeditions.open()
    if going:
        return going[0]
    song = folder / "song.musicxml"
    return begin_fishing(store, FishRequest(str(song), WISH, rate=_RATE)).expedition


def _say(*what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def lost_finds(folder: Path, seconds: float) -> list[str]:
    """What is wrong after a search was killed so long after its first word; empty if nothing is.

    The folder may hold what earlier ones left.
    """
    program = "import sys; from pathlib import Path; "
    program += f"from {__name__} import fish_for_good; fish_for_good(Path(sys.argv[1]))"
    lines = lines_until_killed(program, str(folder), seconds=seconds)
    return wrong_in(folder / "projects.db", [json.loads(line) for line in lines])


def wrong_in(path: Path, said: list[list[Any]]) -> list[str]:
    """What of that which was said to be done is not on the disk, or not sound."""
    with closing(sqlite3.connect(path)) as database:
        wrong = [
            f"the database is damaged: {row[0]}"
            for row in database.execute("PRAGMA integrity_check")
            if row[0] != "ok"
        ]
        wrong += [
            f"a row of {row[0]} leads nowhere"
            for row in database.execute("PRAGMA foreign_key_check")
        ]
    with closing(ProjectStore(path)) as store:
        (project,) = (each.id for each in store.projects())
        wrong += [str(problem) for problem in store.story.verify(project).problems]
        wrong += _differing(store, project)
        wrong += _lost(store, project, said)
    return wrong if said else [*wrong, "the search said nothing"]


def _differing(store: ProjectStore, project: str) -> list[str]:
    """Finds and the entries that tell of them, held against each other; and all that can be
    read read."""
    told = [
        entry.says["generated"][0]
        for entry in store.story.entries(project)
        if entry.says["activity"] == "fish"
    ]
    kept = [view.find.draft for view in finds_view(store, project)]
    wrong = [] if told == kept else ["finds and the story differ"]
    for expedition in store.expeditions.of(project):
        fish_view(store, expedition)
        for text in store.expeditions.ideas(expedition.id).values():
            Idea.from_json(text)
    return wrong


def _lost(store: ProjectStore, project: str, said: list[list[Any]]) -> list[str]:
    finds = {find.number: find for find in store.expeditions.finds(project)}
    steps = {
        each.id: json.loads(each.progress or "{}").get("n_steps", 0)
        for each in store.expeditions.of(project)
    }
    wrong = []
    for what, number, value in said:
        if what == "saved":
            # Old expeditions are forgotten on purpose.
            if steps.get(number, value) < value:
                wrong.append(f"step {value} of expedition {number} is lost")
            continue
        find = finds.get(number)
        if find is None or find.draft != value:
            wrong.append(f"find {number} is lost")
        elif what != "find" and find.status != what:
            wrong.append(f"find {number} is not {what}")
    return wrong


def killed_fishers(
    folder: Path,
    n_kills: int,
    chance: random.Random,
    telling: Callable[[str, int, int], None] | None = None,
) -> list[str]:
    """What is wrong after so many kills; each search goes on where the one before was killed."""
    wrong: list[str] = []
    for number in range(n_kills):
        if telling is not None:
            telling("killing searches", number, n_kills)
        place = folder / f"killed {number // _ON_ONE_FILE}"
        _prepare(place, number)
        wrong += lost_finds(place, chance.uniform(0, LONGEST_SECONDS))
    return wrong


def _prepare(place: Path, number: int) -> None:
    """The song, and the day: each process begins later than the one before ended."""
    if not place.exists():
        place.mkdir()
        write_song(place).rename(place / "song.musicxml")
    day = 1 + number % _ON_ONE_FILE
    (place / "time").write_text(f"20{10 + day:02d}-01-01T00:00:00+00:00")
