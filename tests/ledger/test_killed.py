"""A process that is killed while it writes loses nothing that it was told is done."""

from __future__ import annotations

import os
import random
import sqlite3
from pathlib import Path

from clinamen.bench._killed import lines_until_killed
from clinamen.bench._story_kills import _wrong, killed_writers
from clinamen.ledger import ProjectStore, Revision

N_KILLS = int(os.environ.get("CLINAMEN_N_KILLS", "12"))
"""For a longer run: ``CLINAMEN_N_KILLS=500 pytest tests/ledger/test_killed.py``."""

WRITER = """
import sys
from pathlib import Path
from clinamen.ledger import ProjectStore

store = ProjectStore(Path(sys.argv[1]))
found = store.projects()
project = store.project(found[0].id) if found else store.create(
    "t", "s", b"x", options="{}", document="0")
while True:
    number = int(project.revision.document.split()[0]) + 1
    filler = " ".join(str(number * k % 9973) for k in range(2000))
    project = store.commit(
        project.id, f"{number} {filler}", base=project.revision.id, action="set")
    if number % 5 == 0:
        project = store.redo(project.id, base=store.undo(
            project.id, base=project.revision.id).revision.id)
    print(number, flush=True)
"""


def last_acknowledged(path: Path, delay: float) -> int:
    """What a writer said was done before it was killed, `delay` seconds after its first word."""
    return max(int(line) for line in lines_until_killed(WRITER, str(path), seconds=delay))


def number_of(revision: Revision) -> int:
    return int(revision.document.split()[0])


def test_the_story_of_a_killed_writer_is_sound_and_has_all_that_was_said(tmp_path: Path) -> None:
    """Proposals, what was kept, names, undo and redo, attestations."""
    assert killed_writers(tmp_path, N_KILLS, random.Random(7)) == []


def test_what_is_lost_is_told(tmp_path: Path) -> None:
    """The check of the test above: a writer that says more than it has done."""
    path = tmp_path / "p.db"
    store = ProjectStore(path)
    store.create("t", "s", b"x", options="{}", document="0")
    store.close()
    assert _wrong(path, [(2, "ab" * 32, 1)]) == ["entry 2 is lost", "an attestation is lost"]


def test_a_killed_writer_loses_nothing_and_corrupts_nothing(tmp_path: Path) -> None:
    path = tmp_path / "projects.db"
    chance = random.Random(6)
    for _ in range(N_KILLS):
        acknowledged = last_acknowledged(path, chance.uniform(0, 0.08))
        database = sqlite3.connect(path)
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        database.close()
        store = ProjectStore(path)
        (project,) = (store.project(each.id) for each in store.projects())
        assert number_of(project.revision) >= acknowledged
        for number in range(2, project.revision.id + 1):
            revision = store.revision(project.id, number)
            assert revision.parent is not None
            before = store.revision(project.id, revision.parent)
            assert number_of(revision) == number_of(before) + 1
        store.close()
