"""A night of fishing at speed: how much memory it takes, and how far its database grows."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from importlib import resources
from pathlib import Path

from clinamen.bench._apart import Progress, Telling, run_apart
from clinamen.bench._fish_clock import NightClock, Office
from clinamen.bench._machine import peak_rss_mib
from clinamen.ledger import ProjectStore
from clinamen.operations.fish._surfacing import NIGHT_SECONDS
from clinamen.operations.fish.fishing import FishRequest, begin_fishing
from clinamen.operations.fish.view import fish_view
from clinamen.operations.fish.working import work_on

__all__ = ["Night", "fish_night", "write_song"]

SONG = "harbour_light.musicxml"
WISH = "a bridge that breaks home"

_BUSY = (0.25, 0.3)
"""Shares of the night between which somebody uses the computer."""

_OFTEN = 60.0
"""Seconds of the night between two looks at the database."""


@dataclass(frozen=True)
class Night:
    """What a night of fishing took.

    Parameters
    ----------
    hours
        At work, as the clock of the night had it; waits left out.
    n_steps, n_ideas, n_finds
        Turns of generators, what they proposed, and what surfaced.
    n_waits
        How often the search found the computer in use, and waited.
    peak_rss_mib
        Most memory of the process; None where no one tells.
    database_bytes
        Largest size of the database with what SQLite keeps beside it.
    halfway_bytes
        The same in the first half of the night: what is bounded grows little in the second.
    seconds
        That it took in truth; rests took none.
    """

    hours: float
    n_steps: int
    n_ideas: int
    n_finds: int
    n_waits: int
    peak_rss_mib: float | None
    database_bytes: int
    halfway_bytes: int
    seconds: float


def fish_night(hours: float, telling: Telling | None = None) -> Night:
    """Fish for so many hours in a process of its own, rests skipped."""

    def progress(done: int, total: int) -> None:
        if telling is not None:
            telling("fishing through the night", done, total)

    return run_apart(partial(_fished, hours), progress)


def write_song(folder: Path) -> Path:
    """The song that is fished, as a file."""
    data = (resources.files("clinamen.studio") / "examples" / SONG).read_bytes()
    path = folder / SONG
    path.write_bytes(data)
    return path


class _WatchedClock(NightClock):
    """Looks at the database now and then, as the night goes by."""

    def __init__(self, look: Callable[[float], None]) -> None:
        super().__init__()
        self._look, self._next = look, 0.0

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        if self.seconds() >= self._next:
            self._look(self.seconds())
            self._next = self.seconds() + _OFTEN


def _fished(hours: float, progress: Progress) -> Night:
    with tempfile.TemporaryDirectory() as name:
        folder, begun = Path(name), time.monotonic()
        sizes: list[tuple[float, int]] = []

        def look(seconds: float) -> None:
            sizes.append((seconds, _size(folder)))
            progress(int(min(seconds, hours * 3600)), int(hours * 3600))

        clock = _WatchedClock(look)
        office = Office(clock, *(share * hours * 3600 for share in _BUSY))
        with closing(ProjectStore(folder / "projects.db", clock=clock.now)) as store:
            request = FishRequest(
                str(write_song(folder)), WISH, nights=hours * 3600 / NIGHT_SECONDS
            )
            expedition = begin_fishing(store, request).expedition
            work_on(store, expedition.id, clock=clock, machine=office)
            view = fish_view(store, store.expeditions.expedition(expedition.id))
            look(clock.seconds())
        whole = sizes[-1][0]
        return Night(
            hours=view.fished_seconds / 3600,
            n_steps=sum(each.n_turns for each in view.tried),
            n_ideas=view.n_ideas,
            n_finds=view.n_surfaced,
            n_waits=office.n_waits,
            peak_rss_mib=peak_rss_mib(),
            database_bytes=max(size for _, size in sizes),
            halfway_bytes=max(size for at, size in sizes if at <= whole / 2),
            seconds=time.monotonic() - begun,
        )


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.glob("projects.db*"))
