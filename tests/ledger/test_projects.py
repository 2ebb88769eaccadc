"""Laws of the project store: nothing is lost, undo and redo lead where they came from."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinamen.errors import (
    ConflictError,
    FormatError,
    MissingError,
    ParameterError,
    UnsupportedError,
)
from clinamen.ledger import Project, ProjectStore
from clinamen.ledger._schema import MIGRATIONS, migrate
from clinamen.ledger.tasks import MAX_TASKS


def begun(store: ProjectStore, document: str = "0") -> Project:
    return store.create("A song", "song.abc", b"X:1", options="{}", document=document)


def test_a_project_begins_with_its_source_and_first_document() -> None:
    store = ProjectStore(None)
    project = begun(store, "first")
    assert project.revision.document == "first"
    assert project.revision.parent is None
    assert (project.can_undo, project.can_redo) == (False, False)
    assert store.source(project.id) == b"X:1"
    assert store.project(project.id) == project


@dataclass
class Oracle:
    """Undo and redo as two stacks, and every document that ever was."""

    past: list[str] = field(default_factory=list)
    here: str = "0"
    future: list[str] = field(default_factory=list)

    def do(self, action: str, number: int) -> bool:
        if action == "commit":
            if str(number) != self.here:
                self.past, self.here, self.future = [*self.past, self.here], str(number), []
            return True
        source, target = (self.past, self.future) if action == "undo" else (self.future, self.past)
        if not source:
            return False
        target.append(self.here)
        self.here = source.pop()
        return True


STEPS = st.lists(
    st.tuples(st.sampled_from(["commit", "commit", "undo", "redo"]), st.integers(0, 5)),
    max_size=40,
)


def take(store: ProjectStore, project: Project, action: str, number: int) -> Project:
    base = project.revision.id
    if action == "commit":
        return store.commit(project.id, str(number), base=base, action="set")
    return getattr(store, action)(project.id, base=base)  # type: ignore[no-any-return]


@settings(deadline=None)
@given(STEPS)
def test_undo_and_redo_are_two_stacks(steps: list[tuple[str, int]]) -> None:
    store, oracle = ProjectStore(None), Oracle()
    project = begun(store)
    for action, number in steps:
        if oracle.do(action, number):
            project = take(store, project, action, number)
        else:
            with pytest.raises(ConflictError, match=f"nothing to {action}"):
                take(store, project, action, number)
        assert project.revision.document == oracle.here
        assert (project.can_undo, project.can_redo) == (bool(oracle.past), bool(oracle.future))
        assert store.project(project.id) == project


@settings(deadline=None, max_examples=15)
@given(STEPS)
def test_a_reload_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int]]
) -> None:
    path = tmp_path_factory.mktemp("store") / "projects.db"
    store, oracle = ProjectStore(path), Oracle()
    project = begun(store)
    for action, number in steps:
        if oracle.do(action, number):
            project = take(store, project, action, number)
        store.close()
        store = ProjectStore(path)
        assert store.project(project.id) == project
    store.close()


def test_states_left_by_undo_are_kept() -> None:
    store = ProjectStore(None)
    project = begun(store)
    left = store.commit(project.id, "left", base=project.revision.id, action="set")
    project = store.undo(project.id, base=left.revision.id)
    store.commit(project.id, "other", base=project.revision.id, action="set")
    assert store.revision(project.id, left.revision.id).document == "left"


@pytest.mark.parametrize("action", ["commit", "undo", "redo"])
def test_a_change_of_what_has_changed_is_refused(action: str) -> None:
    store = ProjectStore(None)
    project = begun(store)
    later = store.commit(project.id, "1", base=project.revision.id, action="set")
    with pytest.raises(ConflictError, match="changed meanwhile"):
        take(store, project, action, 2)
    assert store.project(project.id) == later


def test_a_version_comes_back_as_a_new_revision() -> None:
    store = ProjectStore(None)
    first = begun(store, "first")
    named = store.name_version(first.id, " chorus ", revision=first.revision.id)
    assert [version.name for version in named.versions] == ["chorus"]
    second = store.commit(first.id, "second", base=first.revision.id, action="set")
    restored = store.restore(first.id, "chorus", base=second.revision.id)
    assert restored.revision.document == "first"
    assert restored.revision.parent == second.revision.id
    assert store.undo(first.id, base=restored.revision.id).revision.document == "second"


def test_a_name_means_one_revision() -> None:
    store = ProjectStore(None)
    first = begun(store)
    store.name_version(first.id, "v", revision=first.revision.id)
    store.name_version(first.id, "v", revision=first.revision.id)
    second = store.commit(first.id, "1", base=first.revision.id, action="set")
    with pytest.raises(ConflictError, match="already"):
        store.name_version(first.id, "v", revision=second.revision.id)
    with pytest.raises(ParameterError):
        store.name_version(first.id, "  ", revision=second.revision.id)
    with pytest.raises(MissingError, match="no version"):
        store.restore(first.id, "w", base=second.revision.id)


def test_revisions_of_another_project_are_not_found() -> None:
    store = ProjectStore(None)
    mine, other = begun(store), begun(store)
    with pytest.raises(MissingError):
        store.revision(mine.id, other.revision.id)
    with pytest.raises(MissingError):
        store.name_version(mine.id, "v", revision=other.revision.id)


def test_the_last_changed_is_listed_first() -> None:
    times = iter(datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=n) for n in range(100))
    store = ProjectStore(None, clock=lambda: next(times))
    first, second = begun(store), begun(store)
    assert [each.id for each in store.projects()] == [second.id, first.id]
    store.commit(first.id, "1", base=first.revision.id, action="set")
    assert [each.id for each in store.projects()] == [first.id, second.id]


def test_a_deleted_project_is_gone_with_all_it_had(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    store = ProjectStore(path)
    project = begun(store)
    store.name_version(project.id, "v", revision=project.revision.id)
    store.delete(project.id)
    with pytest.raises(MissingError, match="no project"):
        store.project(project.id)
    store.close()
    database = sqlite3.connect(path)
    for table in ("project", "revision", "version"):
        assert database.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
    database.close()


def test_a_snapshot_leaves_the_file_alone(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    store = ProjectStore(path)
    project = begun(store)
    copy = ProjectStore.snapshot(path)
    copy.commit(project.id, "changed", base=project.revision.id, action="set")
    assert store.project(project.id) == project
    assert ProjectStore.snapshot(tmp_path / "none.db").projects() == ()
    assert not (tmp_path / "none.db").exists()
    store.close()


def test_the_folder_is_for_its_owner_alone(tmp_path: Path) -> None:
    ProjectStore(tmp_path / "new" / "p.db").close()
    assert (tmp_path / "new").stat().st_mode & 0o077 == 0


def test_what_is_no_project_file_is_refused(tmp_path: Path) -> None:
    text = tmp_path / "text.db"
    text.write_bytes(b"no database at all, and long enough to be looked at" * 30)
    with pytest.raises(FormatError, match=r"text\.db: damaged, or no file of projects"):
        ProjectStore(text)
    foreign = tmp_path / "foreign.db"
    database = sqlite3.connect(foreign)
    database.execute("CREATE TABLE project (id)")
    database.close()
    with pytest.raises(FormatError, match="not one of Clinamen's"):
        ProjectStore(foreign)
    with pytest.raises(MissingError, match="cannot be"):
        ProjectStore(tmp_path)


def test_a_newer_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    ProjectStore(path).close()
    database = sqlite3.connect(path)
    database.execute("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(UnsupportedError, match="newer Clinamen"):
        ProjectStore(path)


def test_a_migration_is_done_wholly_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    store = ProjectStore(path)
    project = begun(store)
    store.close()
    database = sqlite3.connect(path, isolation_level=None)
    broken = (*MIGRATIONS, ("ALTER TABLE project ADD COLUMN note TEXT", "no statement"))
    with pytest.raises(sqlite3.OperationalError):
        migrate(database, "p.db", broken)
    names = [row[1] for row in database.execute("PRAGMA table_info (project)")]
    assert "note" not in names
    migrate(database, "p.db", (*MIGRATIONS, broken[-1][:1]))
    version = database.execute("PRAGMA user_version").fetchone()
    assert version == (len(MIGRATIONS) + 1,)
    assert database.execute("SELECT id, note FROM project").fetchall() == [(project.id, None)]
    database.close()


def test_a_file_of_the_first_format_gains_tasks(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        migrate(database, "p.db", MIGRATIONS[:1])
    store = ProjectStore(path)
    project = begun(store)
    task = store.tasks.add(project.id, project.revision.id, "sculpt", "{}")
    store.close()
    again = ProjectStore(path)
    assert again.tasks.of(project.id) == (task,)
    again.close()


@settings(deadline=None)
@given(STEPS, st.data())
def test_every_state_is_in_the_history_and_can_be_taken_up(
    steps: list[tuple[str, int]], data: st.DataObject
) -> None:
    store = ProjectStore(None)
    project = begun(store)
    seen = {project.revision.id: project.revision.document}
    for action, number in steps:
        base = project.revision.id
        try:
            if action == "commit":
                project = store.commit(project.id, str(number), base=base, action="edited")
            else:
                project = getattr(store, action)(project.id, base=base)
        except ConflictError:
            continue
        seen[project.revision.id] = project.revision.document
    states = store.history(project.id)
    assert [state.id for state in states] == sorted(seen, reverse=True)
    assert all(state.parent is None or state.parent in seen for state in states)
    wanted = data.draw(st.sampled_from(sorted(seen)))
    before = project.revision
    taken = store.take_up(project.id, wanted, base=before.id)
    assert taken.revision.document == seen[wanted]
    if taken.revision.document != before.document:
        undone = store.undo(project.id, base=taken.revision.id)
        assert undone.revision == before
    with pytest.raises(ConflictError):
        store.take_up(project.id, wanted, base=before.id + 10_000)
    with pytest.raises(MissingError):
        store.take_up(project.id, 99_999, base=store.project(project.id).revision.id)


def test_the_name_of_a_version_stands_in_the_history() -> None:
    store = ProjectStore(None)
    project = begun(store)
    first = project.revision.id
    project = store.commit(project.id, "1", base=first, action="moved")
    store.name_version(project.id, "the old one", revision=first)
    assert [(state.name, state.action) for state in store.history(project.id)] == [
        ("", "moved"),
        ("the old one", "opened"),
    ]
    assert len(store.history(project.id, most=1)) == 1
    with pytest.raises(MissingError):
        store.history("none")


def test_tasks_are_remembered_the_last_ones_of_each_project() -> None:
    store = ProjectStore(None)
    one, other = begun(store), begun(store)
    kept = store.tasks.add(other.id, other.revision.id, "compose", '{"seed":1}')
    for number in range(MAX_TASKS + 5):
        store.tasks.add(one.id, one.revision.id, "swerve", str(number))
    assert [task.request for task in store.tasks.of(one.id)] == [
        str(number) for number in range(5, MAX_TASKS + 5)
    ]
    assert store.tasks.of(other.id) == (kept,) == (store.tasks.task(kept.id),)
    with pytest.raises(MissingError):
        store.tasks.add(one.id, other.revision.id, "swerve", "{}")
    store.tasks.forget(kept.id)
    store.tasks.forget(kept.id)
    with pytest.raises(MissingError):
        store.tasks.task(kept.id)
    store.delete(one.id)
    assert store.tasks.of(one.id) == ()
