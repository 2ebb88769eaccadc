"""How expeditions stand, as plain data for a terminal, a badge and a screen.

Nothing here speaks of a percentage: it tells what was tried, and what is biting.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from clinamen.errors import FormatError
from clinamen.ledger import ProjectStore
from clinamen.ledger.expeditions import PAUSED, RUNNING, Expedition, Find
from clinamen.operations.fish._finding import FindFacts
from clinamen.operations.fish._fisher import Progress
from clinamen.operations.fish._surfacing import DAY, Tide
from clinamen.operations.fish._water import options_of_expedition
from clinamen.operations.fish.working import is_worked_on
from clinamen.operations.text import clean
from clinamen.texts import LANGUAGES, Message

__all__ = [
    "FISHING",
    "INTERRUPTED",
    "WAITING",
    "Biting",
    "FindView",
    "FishView",
    "Tried",
    "badge",
    "finds_view",
    "fish_view",
    "fish_views",
    "in_words",
    "typed_name",
]

FISHING = "fishing"
"""A search is running, and somebody works on it."""

WAITING = "waiting"
"""It is running, and waits for the computer."""

INTERRUPTED = "interrupted"
"""It is running, but nobody works on it; it can be taken up."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What a generator has tried.

    Parameters
    ----------
    by
        Its name.
    n_turns, n_ideas, n_held
        See `clinamen.search.bidding.Record`.
    """

    by: str
    n_turns: int
    n_ideas: int
    n_held: int


@dataclass(frozen=True, slots=True)
class Biting:
    """What is nearest to surfacing.

    Parameters
    ----------
    by
        Name of the generator.
    change
        What it changes, in every language.
    score, bar
        Worth times novelty, and what it must beat.
    held_by
        Why nothing may surface now, however good (see `Tide.held_by`), or "".
    next_at
        From when on something may again, in UTC, ISO 8601, where the finds of a day have come;
        else "".
    """

    by: str
    change: Mapping[str, str]
    score: float
    bar: float
    held_by: str = ""
    next_at: str = ""

    @property
    def how_near(self) -> str:
        """``near``, ``half`` or ``far``: of the bar; where nothing may surface now, why:
        ``day``, ``search`` or ``apart``."""
        if self.held_by:
            return self.held_by
        share = self.score / self.bar if self.bar > 0 else 1.0
        return "near" if share > 0.85 else "half" if share > 0.5 else "far"


@dataclass(frozen=True, slots=True)
class FishView:
    """How an expedition stands.

    Parameters
    ----------
    typed
        As the song is named on a command line.
    state
        `FISHING`, `WAITING`, `INTERRUPTED`, ``paused``, ``stopped`` or ``ended``.
    why_waiting
        ``battery`` or ``busy`` where it waits.
    trouble
        Why nobody works on it, where that is known.
    place, understood
        What was understood of the wish, in every language.
    unknown
        Words of the wish that were not understood.
    tried
        By generator, in a fixed order.
    biting
        None while nothing is held.
    n_surfaced, n_unseen
        Finds of this song, all of them, and those nobody has looked at.
    fished_seconds, seconds
        Time at work, waits left out, and how much there is to be in all.
    tells
        Whether a find is told on the desktop.
    """

    id: int
    project: str
    title: str
    typed: str
    wish: str
    state: str
    why_waiting: str
    trouble: str
    place: Mapping[str, str]
    understood: Mapping[str, str]
    unknown: tuple[str, ...]
    tried: tuple[Tried, ...]
    biting: Biting | None
    n_surfaced: int
    n_unseen: int
    begun_at: str
    fished_seconds: float
    seconds: float
    rate: float
    tells: bool = False

    @property
    def n_ideas(self) -> int:
        """Ideas of all generators."""
        return sum(each.n_ideas for each in self.tried)


@dataclass(frozen=True, slots=True)
class FindView:
    """A find with what is told of it.

    Parameters
    ----------
    find
        As the ledger has it.
    facts
        By whom, what it changes, and why it surprises.
    wish
        What was wished for; "" where that is forgotten.
    """

    find: Find
    facts: FindFacts
    wish: str

    @property
    def is_new(self) -> bool:
        """Whether nobody has looked at it yet."""
        return not self.find.seen_at


def in_words(texts: Mapping[str, str], language: str = LANGUAGES[0]) -> str:
    """What is kept in every language, in one of them; English where that is all there is."""
    return texts.get(language) or texts.get(LANGUAGES[0], "")


def typed_name(store: ProjectStore, project: str) -> str:
    """How a song is named on a command line: by its title, in quotes where that is needed, or by
    its id where no shell would take the title or two songs have it."""
    title = store.project(project).title
    n_alike = sum(each.title.casefold() == title.casefold() for each in store.projects())
    if n_alike > 1 or not _TYPED.fullmatch(title):
        return project
    return title if title.isalnum() else f'"{title}"'


_TYPED = re.compile(r"\w[\w .,'()&+-]*\w|\w")
"""Titles that can stand in double quotes in the shells of Linux, macOS and Windows."""


def fish_view(store: ProjectStore, expedition: Expedition) -> FishView:
    """How one expedition stands."""
    now = store.expeditions.now()
    options = options_of_expedition(expedition)
    progress = Progress.from_json(expedition.progress)
    tide = Tide.of(options, progress.surfaced)
    finds = store.expeditions.finds(expedition.project)
    state = _state(store, expedition, progress)
    return FishView(
        id=expedition.id,
        project=expedition.project,
        title=clean(store.project(expedition.project).title),
        typed=typed_name(store, expedition.project),
        wish=clean(expedition.wish),
        state=state,
        why_waiting=progress.waiting if state == WAITING else "",
        trouble=clean(progress.trouble) if state == INTERRUPTED else "",
        place=dict(options.get("place", {})),
        understood=dict(options.get("understood", {})),
        unknown=tuple(clean(word) for word in options.get("unknown", ())),
        tried=_tried(progress),
        biting=_biting(progress, tide, finds, now) if expedition.is_open else None,
        n_surfaced=len(finds),
        n_unseen=sum(not find.seen_at for find in finds),
        begun_at=expedition.begun_at,
        fished_seconds=progress.fished_seconds,
        seconds=tide.seconds,
        rate=tide.rate,
        tells=bool(options.get("notify")),
    )


def _state(store: ProjectStore, expedition: Expedition, progress: Progress) -> str:
    if expedition.state != RUNNING:
        return expedition.state
    if not is_worked_on(store, expedition):
        return INTERRUPTED
    return WAITING if progress.waiting else FISHING


def _tried(progress: Progress) -> tuple[Tried, ...]:
    try:
        return tuple(
            Tried(name, int(each["n_turns"]), int(each["n_ideas"]), int(each["n_held"]))
            for name, each in progress.records.items()
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise FormatError(f"no progress of an expedition: {error}") from None


def _biting(progress: Progress, tide: Tide, finds: Sequence[Find], now: datetime) -> Biting | None:
    found = progress.biting
    if not found:
        return None
    surfaced_at = [datetime.fromisoformat(find.surfaced_at) for find in finds]
    held_by = tide.held_by(progress.fished_seconds, now, surfaced_at)
    next_at = tide.room_from(surfaced_at).isoformat() if held_by == DAY else ""
    try:
        return Biting(
            by=str(found["by"]),
            change={str(name): str(said) for name, said in found["change"].items()},
            score=float(found["score"]),
            bar=float(found["bar"]),
            held_by=held_by,
            next_at=next_at,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise FormatError(f"no progress of an expedition: {error}") from None


def fish_views(store: ProjectStore) -> tuple[FishView, ...]:
    """The newest expedition of every song in which one was begun, open ones first."""
    found = [store.expeditions.of(project.id) for project in store.projects()]
    views = [fish_view(store, each[0]) for each in found if each]
    return tuple(sorted(views, key=lambda view: view.state not in _OPEN))


_OPEN = (FISHING, WAITING, INTERRUPTED, PAUSED)


def badge(store: ProjectStore) -> dict[str, Any]:
    """What a badge shows: finds not yet looked at, in all songs, and how many are fished."""
    return {
        "n_unseen": sum(store.expeditions.n_unseen().values()),
        "n_running": sum(each.state == RUNNING for each in store.expeditions.open()),
    }


def finds_view(store: ProjectStore, project: str) -> tuple[FindView, ...]:
    """What has surfaced in a song, the first first."""
    wishes = {each.id: each.wish for each in store.expeditions.of(project)}
    return tuple(
        FindView(
            find,
            FindFacts.from_json(find.data),
            clean(wishes.get(find.expedition, "") if find.expedition is not None else ""),
        )
        for find in store.expeditions.finds(project)
    )


def by_words(by: str) -> str:
    """A generator as it is told."""
    return Message(f"fish.by_{by}")
