"""What else goes on on this computer."""

from __future__ import annotations

from collections import namedtuple
from types import SimpleNamespace
from typing import Any

import pytest

from clinamen.operations.fish._notifying import notify
from clinamen.operations.fish.machine import BATTERY, BUSY, SystemClock, SystemMachine

Times = namedtuple("Times", "user system idle iowait")


class FakePsutil:
    """Times of the processors and of the process, and a battery."""

    def __init__(self) -> None:
        self.times, self.own = Times(0.0, 0.0, 0.0, 0.0), (0.0, 0.0)
        self.battery: Any = None

    def cpu_times(self) -> Times:
        return self.times

    def sensors_battery(self) -> Any:
        if isinstance(self.battery, Exception):
            raise self.battery
        return self.battery


def a_machine(monkeypatch: pytest.MonkeyPatch) -> tuple[SystemMachine, FakePsutil]:
    fake, machine = FakePsutil(), SystemMachine()
    monkeypatch.setattr(machine, "_psutil", fake)
    own = SimpleNamespace(cpu_times=lambda: SimpleNamespace(user=fake.own[0], system=fake.own[1]))
    monkeypatch.setattr(machine, "_own", own)
    machine._before = machine._times()
    return machine, fake


@pytest.mark.parametrize(
    ("others", "own", "idle", "why"),
    [
        (90, 0, 10, BUSY),
        (40, 0, 60, ""),
        (10, 85, 5, ""),  # Its own work is no reason to wait.
        (0, 0, 0, ""),
    ],
)
def test_busy_is_what_others_do(
    others: float, own: float, idle: float, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine, fake = a_machine(monkeypatch)
    fake.times, fake.own = Times(others + own, 0.0, idle / 2, idle / 2), (own, 0.0)
    assert machine.why_wait() == why


def test_busy_is_what_was_done_since_last_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    machine, fake = a_machine(monkeypatch)
    fake.times = Times(90.0, 0.0, 10.0, 0.0)
    assert machine.why_wait() == BUSY
    fake.times = Times(100.0, 0.0, 100.0, 0.0)
    assert machine.why_wait() == ""


@pytest.mark.parametrize(
    ("battery", "why"),
    [
        (SimpleNamespace(power_plugged=False), BATTERY),
        (SimpleNamespace(power_plugged=True), ""),
        (SimpleNamespace(power_plugged=None), ""),
        (None, ""),
        (OSError("no sensor"), ""),
    ],
)
def test_on_battery_it_waits(battery: object, why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    machine, fake = a_machine(monkeypatch)
    fake.battery = battery
    assert machine.why_wait() == why


def test_the_real_ones_answer() -> None:
    assert SystemMachine().why_wait() in ("", BUSY, BATTERY)
    clock = SystemClock()
    begun = clock.seconds()
    clock.sleep(0.0)
    assert clock.seconds() >= begun
    assert clock.now().tzinfo is not None


def test_a_desktop_that_cannot_be_told_is_no_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: "/nowhere/notify-send")
    notify("a song; rm -rf", "$(a find)")
    monkeypatch.setattr("shutil.which", lambda name: None)
    notify("a song", "a find")
