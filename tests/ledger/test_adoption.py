"""Projects from before the ledger: adopted wholly or left as they are."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import zlib
from contextlib import closing
from pathlib import Path

import pytest

from clinamen.errors import MissingError
from clinamen.ledger import ProjectStore, _adoption
from clinamen.ledger._schema import MIGRATIONS, migrate


def old_file(path: Path) -> None:
    """A project of the second format: a source, three states of which one was undone."""
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        migrate(database, "p.db", MIGRATIONS[:2])
        database.execute(
            "INSERT INTO project VALUES ('p', 'T', 's.abc', ?, '{}', 't0', 't3', 2)", (b"X:1",)
        )
        rows = [(1, None, 3, "opened", "a"), (2, 1, None, "moved", "b"), (3, 1, None, "cut", "a b")]
        for number, parent, redo, action, document in rows:
            packed = zlib.compress(document.encode())
            database.execute(
                "INSERT INTO revision VALUES (?, 'p', ?, ?, ?, ?, ?)",
                (number, parent, redo, action, packed, f"t{number}"),
            )
        database.execute("INSERT INTO version VALUES ('p', 'mine', 3, 't3')")


def test_a_project_from_before_the_ledger_is_adopted(tmp_path: Path) -> None:
    old_file(tmp_path / "p.db")
    store = ProjectStore(tmp_path / "p.db")
    project = store.project("p")
    assert (project.revision.document, project.revision.action) == ("b", "moved")
    assert (project.can_undo, store.source("p")) == (True, b"X:1")
    assert [state.action for state in store.history("p")] == ["cut", "moved", "opened"]
    assert store.revision("p", 3).document == "a b"
    assert store.find(b"X:1", "{}") == "p"
    (entry,) = store.story.entries("p")
    assert entry.says["activity"] == "adopt"
    assert [made["action"] for made in entry.says["revisions"]] == ["opened", "moved", "cut"]
    found = store.story.verify("p")
    assert [str(problem) for problem in found.problems] == []
    store.commit("p", "c", base=2, action="moved")
    assert store.story.verify("p").is_sound
    store.close()


def long_file(path: Path, n_revisions: int) -> None:
    """A project of the second format with many states, each as long as a draft of a song."""
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        migrate(database, "p.db", MIGRATIONS[:2])
        database.execute("BEGIN")
        database.execute(
            "INSERT INTO project VALUES ('p', 'T', 's.abc', ?, '{}', 't', 't', ?)",
            (b"X:1", n_revisions),
        )
        for number in range(1, n_revisions + 1):
            document = "[" + ",".join(f"{number * k % 97}" for k in range(500)) + "]"
            database.execute(
                "INSERT INTO revision VALUES (?, 'p', ?, NULL, 'moved', ?, 't')",
                (number, number - 1 or None, zlib.compress(document.encode())),
            )
        database.execute("COMMIT")


def content_of(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as database:
        return list(database.iterdump())


def test_a_long_project_is_adopted_and_sound(tmp_path: Path) -> None:
    long_file(tmp_path / "p.db", 1_000)
    with closing(ProjectStore(tmp_path / "p.db")) as store:
        assert store.story.verify("p").is_sound
        assert len(store.history("p", most=2_000)) == 1_000
        assert store.undo("p", base=1_000).revision.id == 999
        assert store.story.verify("p").is_sound


ADOPTED = {
    "UPDATE revision SET parent = 3 WHERE id = 3": "tells of a state",
    "UPDATE revision SET redo = 2 WHERE id = 1": "tells of a state",
    "UPDATE version SET revision = 1": "names of versions",
    "UPDATE version SET made_at = 't2'": "names of versions",
    "UPDATE project SET head = 3": "present state",
    "UPDATE project SET changed_at = 't9'": "the changed time",
}


@pytest.mark.parametrize("statement", list(ADOPTED))
def test_what_was_adopted_is_bound(tmp_path: Path, statement: str) -> None:
    old_file(tmp_path / "p.db")
    with closing(ProjectStore(tmp_path / "p.db")) as store:
        store._database.rows(statement)
        found = store.story.verify("p")
        assert any(ADOPTED[statement] in str(problem) for problem in found.problems)


def test_a_failure_in_the_middle_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "p.db"
    long_file(path, 30)
    before, kept = content_of(path), _adoption._keep
    count = iter(range(100))

    def fail(*given: object) -> str:
        if next(count) == 15:
            raise sqlite3.OperationalError("database or disk is full")
        return kept(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(_adoption, "_keep", fail)
    with pytest.raises(MissingError, match="disk is full"):
        ProjectStore(path)
    assert content_of(path) == before
    monkeypatch.undo()
    with closing(ProjectStore(path)) as store:
        assert store.story.verify("p").is_sound


DYING = """
import os, sys
from pathlib import Path
from clinamen.ledger import ProjectStore, _adoption

kept, count = _adoption._keep, iter(range(100))

def die(*given):
    if next(count) == 15:
        os.abort()
    return kept(*given)

_adoption._keep = die
ProjectStore(Path(sys.argv[1]))
"""


def test_a_process_that_dies_in_the_middle_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    long_file(path, 30)
    before = content_of(path)
    died = subprocess.run(
        [sys.executable, "-c", DYING, str(path)], check=False, env=os.environ, capture_output=True
    )
    assert died.returncode != 0
    assert content_of(path) == before
    with closing(ProjectStore(path)) as store:
        assert store.story.verify("p").is_sound
