"""When a find may surface: rarely, and only when it beats all that surfaced lately."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Self

from clinamen.errors import FormatError, ParameterError

__all__ = ["APART", "DAY", "MOST_A_DAY", "NIGHT_SECONDS", "SEARCH", "Tide"]

NIGHT_SECONDS = 8 * 3600.0
"""Length of a night of fishing."""

MOST_A_DAY = 24
"""Highest rate: a find, not a feed."""

DAY = "day"
"""Why nothing may surface: the finds of a day have come."""

SEARCH = "search"
"""Why nothing may surface: a search shorter than a night has brought its share."""

APART = "apart"
"""Why nothing may surface: something has only just done so."""

_DAY = timedelta(days=1)
_DAY_SECONDS = 24 * 3600.0

_APART = 0.25
"""Share of the usual time between two finds that passes at least."""

LEAST_SCORE = 0.05
"""What scores less never surfaces, however long nothing else does."""

_REMEMBERED = MOST_A_DAY
"""No shorter search brings more, so that its finds can be counted."""


@dataclass(frozen=True, slots=True)
class Tide:
    """The bar that a find must beat, and when it may.

    The bar is the highest score that has surfaced, each halved for every usual time between
    two finds that has passed since. It begins at 1, which nothing reaches: so the first find
    too is waited for.

    Parameters
    ----------
    rate
        Finds a day at most; a night of eight hours can bring as many, less time its share.
    seconds
        How long is fished altogether.
    surfaced
        Seconds of fishing at which something surfaced, and its score; the last ones.
    """

    rate: float
    seconds: float
    surfaced: tuple[tuple[float, float], ...] = ()

    def __post_init__(self) -> None:
        if not 0 < self.rate <= MOST_A_DAY:
            raise ParameterError(
                f"the rate is above 0 and at most {MOST_A_DAY} finds a day, not {self.rate:g}"
            )
        if not 0 < self.seconds < float("inf"):
            raise ParameterError("the time to fish must be above 0")

    @property
    def usual_seconds(self) -> float:
        """Usual time between two finds: a night brings as many as a day does, and what is shorter
        than a night keeps its pace."""
        return min(max(self.seconds, NIGHT_SECONDS), _DAY_SECONDS) / self.rate

    @property
    def most_a_day(self) -> int:
        """Finds of a song in a day: the rate, and one at least."""
        return max(int(self.rate), 1)

    @property
    def n_most(self) -> int:
        """Finds of this search in a day: of less than a night, its share rounded up."""
        share = min(self.seconds / NIGHT_SECONDS, 1.0)
        return min(math.ceil(self.rate * share), self.most_a_day)

    def bar(self, at: float) -> float:
        """Score that a find must beat, so many seconds into the fishing."""
        past = (*self.surfaced, (0.0, 1.0))
        return max(score * self._sunk(at - then) for then, score in past)

    def _sunk(self, seconds: float) -> float:
        return float(0.5 ** (max(seconds, 0.0) / self.usual_seconds))

    def lets(self, score: float, at: float, now: datetime, surfaced_at: Sequence[datetime]) -> bool:
        """Whether something of a score may surface now.

        Parameters
        ----------
        surfaced_at
            When finds of this song surfaced, whatever expedition brought them.
        """
        is_enough = score > self.bar(at) and score >= LEAST_SCORE
        return is_enough and not self.held_by(at, now, surfaced_at)

    def held_by(self, at: float, now: datetime, surfaced_at: Sequence[datetime]) -> str:
        """Why nothing may surface now, however good: `DAY`, `SEARCH`, `APART`, or ""."""
        if not self.has_room(now, surfaced_at):
            return DAY
        if self.seconds < NIGHT_SECONDS and len(self.surfaced) >= self.n_most:
            return SEARCH
        if self.surfaced and at - self.surfaced[-1][0] < _APART * self.usual_seconds:
            return APART
        return ""

    def has_room(self, now: datetime, surfaced_at: Sequence[datetime]) -> bool:
        """Whether the last day has brought fewer than the rate allows, and at least one may."""
        return sum(now - each < _DAY for each in surfaced_at) < self.most_a_day

    def room_from(self, surfaced_at: Sequence[datetime]) -> datetime:
        """When there is room again, once a day has brought what it may."""
        return sorted(surfaced_at)[-self.most_a_day] + _DAY

    def after(self, score: float, at: float) -> Self:
        """The tide once something has surfaced."""
        return replace(self, surfaced=(*self.surfaced, (at, score))[-_REMEMBERED:])

    def plain(self) -> list[list[float]]:
        """What has surfaced, for the ledger."""
        return [list(each) for each in self.surfaced]

    @classmethod
    def of(cls, options: Mapping[str, Any], surfaced: Sequence[Sequence[float]] = ()) -> Self:
        """From options and what `plain` gave.

        Raises
        ------
        FormatError
            If it is something else.
        """
        try:
            past = tuple((float(at), float(score)) for at, score in surfaced)
            return cls(float(options["rate"]), float(options["seconds"]), past)
        except (KeyError, TypeError, ValueError) as error:
            raise FormatError(f"no options of a search: {error}") from None
