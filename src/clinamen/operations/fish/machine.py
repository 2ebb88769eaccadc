"""The clock and the machine a search lives by; passed in, so that a night can be simulated."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from datetime import UTC, datetime
from typing import Protocol

__all__ = ["BATTERY", "BUSY", "Clock", "Machine", "SystemClock", "SystemMachine", "be_modest"]

BATTERY = "battery"
"""Why nothing is tried: the machine has no other power."""

BUSY = "busy"
"""Why nothing is tried: others need the machine."""

_BUSY_SHARE = 0.75
"""A machine whose other work keeps this share of its processors busy is left alone."""

_NICE = 15


class Clock(Protocol):
    """Time."""

    def now(self) -> datetime:
        """Time of day, in UTC."""

    def seconds(self) -> float:
        """Seconds since some moment; never falls."""

    def sleep(self, seconds: float) -> None:
        """Let time go by."""


class Machine(Protocol):
    """What else goes on."""

    def why_wait(self) -> str:
        """`BATTERY`, `BUSY`, or "" where nothing speaks against working."""


class SystemClock:
    """That of this computer."""

    def now(self) -> datetime:
        """Time of day, in UTC."""
        return datetime.now(UTC)

    def seconds(self) -> float:
        """Seconds since some moment; never falls."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Let time go by."""
        time.sleep(seconds)


class SystemMachine:
    """This computer, as psutil sees it.

    Parameters
    ----------
    busy_share
        Of its processors that others may keep busy.
    """

    def __init__(self, busy_share: float = _BUSY_SHARE) -> None:
        import psutil

        self._psutil = psutil
        self._busy_share = busy_share
        self._own = psutil.Process()
        self._before = self._times()

    def _times(self) -> tuple[float, float, float]:
        """Seconds since some moment: of all processors together, idle ones, and our own."""
        times = self._psutil.cpu_times()
        own = self._own.cpu_times()
        # Some systems count waiting for disks as idle time of its own.
        idle = times.idle + getattr(times, "iowait", 0.0)
        # Time of guests is in that of users already.
        guests = getattr(times, "guest", 0.0) + getattr(times, "guest_nice", 0.0)
        return sum(times) - guests, idle, own.user + own.system

    def why_wait(self) -> str:
        """`BATTERY`, `BUSY`, or ""; busy is what others did since this was asked last."""
        if self._is_on_battery():
            return BATTERY
        before, now = self._before, self._times()
        total, idle, own = (b - a for a, b in zip(before, now, strict=True))
        if total <= 0:
            return ""
        self._before = now
        return BUSY if (total - idle - own) / total > self._busy_share else ""

    def _is_on_battery(self) -> bool:
        sensor = getattr(self._psutil, "sensors_battery", None)
        if sensor is None:
            return False
        try:
            battery = sensor()
        except (OSError, RuntimeError, ValueError):
            return False  # No sensor that can be read says nothing.
        return battery is not None and battery.power_plugged is False


def be_modest() -> None:
    """Let everything else on this computer go first."""
    import psutil

    with suppress(psutil.Error, OSError):
        if os.name == "nt":
            psutil.Process().nice(psutil.IDLE_PRIORITY_CLASS)
        else:
            psutil.Process().nice(_NICE)
