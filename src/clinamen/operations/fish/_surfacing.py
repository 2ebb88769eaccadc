"""When a find may surface: rarely, and only when it beats all that surfaced lately."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Self

from clinamen.errors import FormatError, ParameterError

__all__ = ["MOST_A_DAY", "NIGHT_SECONDS", "Tide"]

NIGHT_SECONDS = 8 * 3600.0
"""Length of a night of fishing."""

MOST_A_DAY = 24
"""Highest rate: a find, not a feed."""

_DAY = timedelta(days=1)
_DAY_SECONDS = 24 * 3600.0

_APART = 0.25
"""Share of the usual time between two finds that passes at least."""

LEAST_SCORE = 0.05
"""What scores less never surfaces, however long nothing else does."""

_REMEMBERED = 20


@dataclass(frozen=True, slots=True)
class Tide:
    """The bar that a find must beat, and when it may.

    The bar is the highest score that has surfaced, each halved for every usual time between
    two finds that has passed since. It begins at 1, which nothing reaches: so the first find
    too is waited for.

    Parameters
    ----------
    rate
        Finds a day at most.
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
        """Usual time between two finds; in a short search as many come as in a day."""
        return min(self.seconds, _DAY_SECONDS) / self.rate

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
        return (
            score > self.bar(at)
            and self._is_apart(at)
            and self.has_room(now, surfaced_at)
            and score >= LEAST_SCORE
        )

    def _is_apart(self, at: float) -> bool:
        return not self.surfaced or at - self.surfaced[-1][0] >= _APART * self.usual_seconds

    def has_room(self, now: datetime, surfaced_at: Sequence[datetime]) -> bool:
        """Whether the last day has brought fewer than the rate allows, and at least one may."""
        return sum(now - each < _DAY for each in surfaced_at) < max(int(self.rate), 1)

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
