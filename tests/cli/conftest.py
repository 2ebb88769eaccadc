"""Songs on disk, a stand-in listener, and the command line in this process."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.cli.walks import walk

from clinamen.cli import main
from clinamen.domains.music.notes import Song
from clinamen.engine.expectation import Expectation

TUNE = """X:1
T:The {name} tune
M:3/4
L:1/4
K:G
D|G2 B|B2 A|G2 E|D2 D|G2 B|B2 A|d3|
"""


class FlatListener:
    """Expects every semitone alike, with the columns that a real listener gives."""

    def hear(
        self, song: Song, *, model: str | None, viewpoints: str | None, target: str
    ) -> Expectation:
        from clinamen.domains.music._columns import IDYOM_COLUMNS, event_columns, value_labels
        from clinamen.domains.music.events import melody_events

        events = melody_events(song.melody)
        alphabet = np.arange(60, 76)
        share = np.full((len(events), 16), 1 / 16)
        bits = np.full(len(events), 4.0)
        return Expectation(
            target,
            bits,
            bits,
            alphabet,
            value_labels("pitch", alphabet, song.melody),
            events.pitch - 60,
            share,
            share[0],
            event_columns(song.melody, events),
            idyom_columns=IDYOM_COLUMNS,
            settings={"listener": "flat", "model": model or "stm", "viewpoints": []},
        )


@dataclass
class Ran:
    """What a command came to."""

    code: int
    out: str
    err: str


@pytest.fixture
def songs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in with two tunes, one broken file, and one empty one."""
    monkeypatch.chdir(tmp_path)
    for name in ("first", "second"):
        (tmp_path / f"{name}.abc").write_text(TUNE.format(name=name), encoding="utf-8")
    (tmp_path / "broken.mid").write_bytes(b"MThd\x00\x00\x00\x06\x00\x01")
    (tmp_path / "empty.abc").touch()
    return tmp_path


@pytest.fixture
def flat(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every listener is the stand-in."""
    listener: Any = FlatListener()
    monkeypatch.setattr("clinamen.operations.listeners.load_listener", lambda name: listener)


@pytest.fixture
def trained(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every listener is a small one with a learned mixture."""
    from tests.operations.small_listener import small_listener

    monkeypatch.setattr(
        "clinamen.operations.listeners.load_listener", lambda name: small_listener()
    )


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Run a command."""

    def run_command(*arguments: str) -> Ran:
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        out, err = capsys.readouterr()
        return Ran(int(ended.value.code or 0), out, err)

    return run_command


@pytest.fixture(scope="session")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which songs were broken, sculpted, converted and composed; made once."""
    folder = tmp_path_factory.mktemp("walked")
    walk(folder)
    return folder


@pytest.fixture
def home(walked: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same folder with a store of its own, so that tests do not see each other."""
    monkeypatch.setenv("CLINAMEN_HOME", str(tmp_path))
    monkeypatch.chdir(walked)
    with closing(sqlite3.connect(walked / "home" / "projects.db")) as database:
        database.execute("VACUUM INTO ?", (str(tmp_path / "projects.db"),))
    return tmp_path
