"""A folder in which commands walked a path, and what is known and changed of its story."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from clinamen.cli import main

EXAMPLES = Path(__file__).parents[2] / "examples"


def quietly(*arguments: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert not ended.value.code, arguments


def walk(folder: Path) -> None:
    """A folder in which a song was broken, broken again, sculpted and converted, another
    composed and gone on with; with the shipped listener."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("CLINAMEN_HOME", str(folder / "home"))
        shutil.copy(EXAMPLES / "harbour_light.musicxml", folder / "song.musicxml")
        quietly("story", "me", "Lan")
        quietly("swerve", "song.musicxml", "--at", "6.1", "-n", "3", "--out", "./")
        again = ("--at", "3.1", "--kind", "pitch", "-n", "2", "--lock", "1-2", "--key", "F major")
        quietly("swerve", "song-2.musicxml", *again, "--out", "./{name}-{n}.abc")
        quietly("sculpt", "song-2.musicxml", "--level", "50", "--out", "less.mid")
        quietly("convert", "song-2-1.abc", "out.mid")
        quietly("compose", "--bars", "4", "-n", "2", "--out", "made-{n}.mid")
        quietly("compose", "--begin", "made-1.mid:2", "--bars", "4", "--out", "on.mid")
        quietly("convert", "song.musicxml", "elsewhere.abc")


def log_of(run: Callable[..., Any], song: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run("story", "log", song, "--json").out.splitlines()]


def change_settings(home: Path, old: bytes, new: bytes) -> None:
    """Rewrite an entry and everything after it, as someone without a key can."""
    from clinamen.ledger.chain import GENESIS, commitment_of, entry_hash

    with closing(sqlite3.connect(home / "projects.db")) as database:
        rows = database.execute("SELECT project, seq, salt, payload FROM entry ORDER BY seq")
        heads: dict[str, str] = {}
        for project, seq, salt, payload in rows.fetchall():
            changed = payload.replace(old, new)
            bound = commitment_of(salt, changed)
            hashed = entry_hash(project, seq, heads.get(project, GENESIS), bound)
            heads[project] = hashed
            database.execute(
                "UPDATE entry SET payload = ?, commitment = ?, hash = ? "
                "WHERE project = ? AND seq = ?",
                (changed, bound, hashed, project, seq),
            )
        database.commit()
