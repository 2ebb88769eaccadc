"""What the room of expeditions gives out."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "DECISIONS",
    "ENDED",
    "KEPT",
    "OPEN",
    "PAUSED",
    "REJECTED",
    "RUNNING",
    "STATES",
    "STOPPED",
    "SURFACED",
    "Expedition",
    "Find",
    "Holder",
]

RUNNING = "running"
"""State of an expedition that goes on."""

PAUSED = "paused"
"""State of one that waits for its maker."""

STOPPED = "stopped"
"""State of one that its maker ended."""

ENDED = "ended"
"""State of one whose time is over."""

STATES = (RUNNING, PAUSED, STOPPED, ENDED)
"""All that an expedition can be in."""

OPEN = (RUNNING, PAUSED)
"""States of those that can still go on."""

SURFACED = "surfaced"
"""Status of a find that nobody has decided on."""

KEPT = "kept"
"""Status of a find that its maker made the song."""

REJECTED = "rejected"
"""Status of one that its maker let go."""

DECISIONS = (KEPT, REJECTED)
"""What can become of a find that has surfaced."""


@dataclass(frozen=True, slots=True)
class Holder:
    """The process that works on an expedition.

    Parameters
    ----------
    token
        Another one for every process there ever was.
    pid, host
        Where to look whether it still lives.
    """

    token: str
    pid: int
    host: str

    def __str__(self) -> str:
        return f"{self.token} {self.pid} {self.host}"

    @classmethod
    def parse(cls, text: str) -> Holder | None:
        """What `str` gave; None for anything else, as for nobody."""
        token, _, rest = text.partition(" ")
        pid, _, host = rest.partition(" ")
        return cls(token, int(pid), host) if pid.isascii() and pid.isdecimal() else None


@dataclass(frozen=True, slots=True)
class Expedition:
    """A long search for something in a song.

    Parameters
    ----------
    wish
        What is looked for, in the maker's words.
    options, progress
        Any text: how to look, and how far it has come.
    state
        One of `STATES`.
    holder
        Who works on it, or worked on it last; None if nobody has begun, or it was let go.
    heard_at
        When its holder last gave a sign of life, in UTC, ISO 8601; "" if never.
    """

    id: int
    project: str
    wish: str
    options: str
    state: str
    progress: str
    begun_at: str
    holder: Holder | None
    heard_at: str

    @property
    def is_open(self) -> bool:
        """Whether it can still go on."""
        return self.state in OPEN


@dataclass(frozen=True, slots=True)
class Find:
    """Something that has surfaced.

    Parameters
    ----------
    number
        From 1 in its project; never given twice.
    expedition
        Where it was found; None where that is forgotten.
    draft
        Digest of what was found.
    data
        Any text: by whom, why, how good.
    surfaced_at, seen_at, decided_at
        Times in UTC, ISO 8601; "" where that has not happened.
    status
        ``surfaced``, ``kept`` or ``rejected``.
    """

    project: str
    number: int
    expedition: int | None
    draft: str
    data: str
    surfaced_at: str
    seen_at: str
    status: str
    decided_at: str
