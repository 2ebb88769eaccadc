"""A night that goes by while work takes the time it takes, and rests take none."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from clinamen.operations.fish.machine import BUSY

__all__ = ["Idle", "NightClock", "Office"]

_EVENING = datetime(2026, 1, 1, 22, tzinfo=UTC)


class NightClock:
    """Time goes by at work as it does, and at once where one sleeps.

    Parameters
    ----------
    days_faster
        How much faster the calendar goes than seconds do.
    """

    def __init__(self, days_faster: float = 1.0, begun: datetime = _EVENING) -> None:
        self._begun_at, self._begun = begun, time.monotonic()
        self._slept, self._faster = 0.0, days_faster

    def now(self) -> datetime:
        """Time of day, in UTC."""
        return self._begun_at + timedelta(seconds=self.seconds() * self._faster)

    def seconds(self) -> float:
        """Seconds since the beginning."""
        return time.monotonic() - self._begun + self._slept

    def sleep(self, seconds: float) -> None:
        """Skip some time."""
        self._slept += seconds


class Idle:
    """A computer with nothing else to do."""

    def why_wait(self) -> str:
        """Nothing speaks against working."""
        return ""


class Office:
    """A computer that others use for a while.

    Parameters
    ----------
    clock
        Whose time counts.
    busy_from, busy_until
        In seconds.
    """

    def __init__(self, clock: NightClock, busy_from: float, busy_until: float) -> None:
        self._clock, self._from, self._until = clock, busy_from, busy_until
        self.n_waits = 0

    def why_wait(self) -> str:
        """Whether somebody uses it now."""
        is_busy = self._from <= self._clock.seconds() < self._until
        self.n_waits += is_busy
        return BUSY if is_busy else ""
