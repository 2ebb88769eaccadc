"""An expedition in a store in memory, with a clock that is moved by sleeping alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import clinamen
from clinamen.ledger import ProjectStore
from clinamen.ledger.expeditions import Expedition, Find, Holder
from clinamen.operations.fish import _fisher
from clinamen.operations.fish._finding import FindFacts
from clinamen.operations.fish._fisher import Fisher
from clinamen.operations.fish._generators import Generator, Material, generators
from clinamen.operations.fish._water import open_water
from clinamen.operations.fish.fishing import FishRequest, begin_fishing

SONG = Path("examples/harbour_light.musicxml").resolve()
ONE = Holder("one", 1, "nowhere")


QUICK = ("sculpt", "mutate", "combine", "drafts")
"""Generators whose turns take some milliseconds."""


class Clock:
    """Stands still but for sleep, and each sleep takes so many times as long as it should."""

    def __init__(self, stretch: float = 1.0) -> None:
        self.at, self.stretch = 0.0, stretch
        self.told: list[Callable[[], None]] = []

    def now(self) -> datetime:
        return datetime(2026, 1, 1, 22, tzinfo=UTC) + timedelta(seconds=self.at)

    def seconds(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += self.stretch * seconds
        for tell in self.told:
            tell()


@dataclass
class Machine:
    """Busy when told."""

    why: str = ""

    def why_wait(self) -> str:
        return self.why


@dataclass
class Cast:
    """An expedition, and all that works on it."""

    listener: clinamen.Listener
    clock: Clock = field(default_factory=Clock)
    machine: Machine = field(default_factory=Machine)
    path: Path | None = None
    wish: str = "a bridge that breaks home"
    minutes: float = 20.0
    rate: float = 3.0
    locks: tuple[str, ...] = ()
    song: str = str(SONG)
    names: tuple[str, ...] = QUICK
    found: list[tuple[Find, FindFacts]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.store = ProjectStore(self.path, clock=self.clock.now)
        request = FishRequest(
            self.song, self.wish, nights=self.minutes / 480, rate=self.rate, locks=self.locks
        )
        self.begun = begin_fishing(self.store, request)
        self.project = self.begun.expedition.project

    @property
    def expedition(self) -> Expedition:
        """As it is now."""
        return self.store.expeditions.expedition(self.begun.expedition.id)

    def fisher(self, holder: Holder = ONE) -> Fisher:
        """One that begins, or takes up what is there."""
        expedition = self.store.expeditions.claim(self.expedition.id, holder, is_gone=True)
        with patch.object(_fisher, "generators", self._some):
            return Fisher(
                self.store,
                expedition,
                holder,
                open_water(self.store, expedition, listener=self.listener),
                clock=self.clock,
                machine=self.machine,
                on_find=lambda find, facts: self.found.append((find, facts)),
            )

    def _some(self, material: Material) -> tuple[Generator, ...]:
        return tuple(each for each in generators(material) if each.name in self.names)
