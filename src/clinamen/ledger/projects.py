"""Projects with every state they were ever in, in one SQLite file.

A project begins with a source (the bytes of a file, kept as they came) and a first document.
Every change adds a revision; none is ever overwritten. Undo and redo move along the revisions,
so that they have no limit and outlive the program. A change is on the disk when the method
that made it returns, whole or not at all.
"""

from __future__ import annotations

import secrets
import sqlite3
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from clinamen.errors import ConflictError, FormatError, MissingError, ParameterError
from clinamen.ledger._schema import migrate
from clinamen.ledger._values import Project, ProjectSummary, Revision, State, Task, Version

__all__ = ["MAX_NAME", "MAX_TASKS", "ProjectStore"]

MAX_NAME = 200
"""Longest title or name of a version, in characters."""

MAX_TASKS = 30
"""Most tasks that are remembered of a project."""

_BUSY_SECONDS = 5.0


def _now() -> datetime:
    return datetime.now(UTC)


class ProjectStore:
    """Projects in one file. Not for several threads at a time; several processes may.

    Parameters
    ----------
    path
        The file, made with its folder if it is not there; None for one in memory.
    clock
        Gives the time.

    Raises
    ------
    FormatError
        If the file is damaged or not ours; `UnsupportedError` if a newer Clinamen made it.
    MissingError
        If it cannot be opened or made.
    """

    def __init__(self, path: Path | None, *, clock: Callable[[], datetime] = _now) -> None:
        self._name = "projects in memory" if path is None else str(path)
        self._clock = clock
        with self._translated(self._name):
            if path is not None:
                _make_folder(path.parent)
            self._database = sqlite3.connect(
                ":memory:" if path is None else path,
                timeout=_BUSY_SECONDS,
                isolation_level=None,
                check_same_thread=False,
            )
            self._prepare()

    @classmethod
    def snapshot(cls, path: Path) -> ProjectStore:
        """A copy in memory of what a file holds, for looking without touching.

        A file that is not there is an empty one.
        """
        store = cls(None)
        if path.exists():
            with cls._translated(str(path)):
                source = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
                try:
                    source.backup(store._database)
                finally:
                    source.close()
                store._prepare()
        return store

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def _prepare(self) -> None:
        # Write-ahead log: readers never wait, and a kill leaves the last whole state. FULL
        # brings a change to the disk before it is called done, so that it outlives a power cut.
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = FULL")
        migrate(self._database, self._name)
        self._database.execute("PRAGMA foreign_keys = ON")

    @staticmethod
    @contextmanager
    def _translated(name: str) -> Iterator[None]:
        """SQLite's errors as ours."""
        try:
            yield
        except sqlite3.OperationalError as error:
            raise MissingError(f"{name}: cannot be used ({error})") from None
        except sqlite3.DatabaseError as error:
            raise FormatError(f"not a sound file of projects ({error})", source=name) from None

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._translated(self._name):
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._database.execute("COMMIT")
            except BaseException:
                self._database.execute("ROLLBACK")
                raise

    def _rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        return self._database.execute(query, values).fetchall()

    def create(
        self, title: str, source_name: str, source: bytes, *, options: str, document: str
    ) -> Project:
        """Begin a project.

        Parameters
        ----------
        title, source_name
            For lists.
        source
            Kept as it is; see `source`.
        options, document
            Any text.
        """
        project, now = secrets.token_hex(8), self._time()
        with self._transaction():
            self._rows(
                "INSERT INTO project VALUES (?, ?, ?, ?, ?, ?, ?, NULL)",
                *(project, title[:MAX_NAME], source_name[:MAX_NAME], source, options, now, now),
            )
            self._add(project, None, document, "opened")
        return self.project(project)

    def projects(self) -> tuple[ProjectSummary, ...]:
        """All of them, the one that was changed last first."""
        with self._translated(self._name):
            rows = self._rows(
                "SELECT id, title, source_name, made_at, changed_at FROM project "
                "ORDER BY changed_at DESC, id"
            )
        return tuple(ProjectSummary(*row) for row in rows)

    def find(self, source: bytes, options: str) -> str | None:
        """Id of the project that began so and was changed last, or None."""
        with self._translated(self._name):
            rows = self._rows(
                "SELECT id FROM project WHERE source = ? AND options = ? "
                "ORDER BY changed_at DESC LIMIT 1",
                source,
                options,
            )
        return str(rows[0][0]) if rows else None

    def project(self, project: str) -> Project:
        """A project as it is now.

        Raises
        ------
        MissingError
            If there is none of this id.
        """
        with self._translated(self._name):
            title, name, options, head = self._one(
                "SELECT title, source_name, options, head FROM project WHERE id = ?", project
            )
            revision, redo = self._revision(project, head)
            versions = self._rows(
                "SELECT name, revision, made_at FROM version WHERE project = ? "
                "ORDER BY made_at, name",
                project,
            )
        return Project(
            id=project,
            title=title,
            source_name=name,
            options=options,
            revision=revision,
            can_undo=revision.parent is not None,
            can_redo=redo is not None,
            versions=tuple(Version(*row) for row in versions),
        )

    def source(self, project: str) -> bytes:
        """The bytes a project began with."""
        with self._translated(self._name):
            return bytes(self._one("SELECT source FROM project WHERE id = ?", project)[0])

    def revision(self, project: str, revision: int) -> Revision:
        """A state of a project, present or past.

        Raises
        ------
        MissingError
            If the project has no such revision.
        """
        with self._translated(self._name):
            return self._revision(project, revision)[0]

    def commit(self, project: str, document: str, *, base: int, action: str) -> Project:
        """Add a state; one that is as the present one adds nothing.

        Parameters
        ----------
        base
            The revision it was made from.
        action
            What made it, in a word or two.

        Raises
        ------
        ConflictError
            If `base` is no longer the present revision: someone else was quicker.
        """
        with self._transaction():
            here, _ = self._head(project, base)
            if here.document != document:
                self._add(project, base, document, action)
        return self.project(project)

    def undo(self, project: str, *, base: int) -> Project:
        """Go back to the state that the present one was made from.

        Raises
        ------
        ConflictError
            As `commit`, or if this is the first state.
        """
        with self._transaction():
            here, _ = self._head(project, base)
            if here.parent is None:
                raise ConflictError("there is nothing to undo")
            self._rows("UPDATE revision SET redo = ? WHERE id = ?", here.id, here.parent)
            self._move_head(project, here.parent)
        return self.project(project)

    def redo(self, project: str, *, base: int) -> Project:
        """Go forward to the state that undo left last.

        Raises
        ------
        ConflictError
            As `commit`, or if nothing was undone from here.
        """
        with self._transaction():
            _, redo = self._head(project, base)
            if redo is None:
                raise ConflictError("there is nothing to redo")
            self._move_head(project, redo)
        return self.project(project)

    def name_version(self, project: str, name: str, *, revision: int) -> Project:
        """Give a revision a name by which `restore` finds it.

        Raises
        ------
        ParameterError
            If the name is empty or too long.
        ConflictError
            If another revision has that name already.
        """
        name = name.strip()
        if not 0 < len(name) <= MAX_NAME:
            raise ParameterError(f"the name of a version has 1 to {MAX_NAME} characters")
        with self._transaction():
            self._revision(project, revision)
            taken = self._rows(
                "SELECT revision FROM version WHERE project = ? AND name = ?", project, name
            )
            if taken and taken[0][0] != revision:
                raise ConflictError(f"there is a version named {name!r} already")
            if not taken:
                self._rows(
                    "INSERT INTO version VALUES (?, ?, ?, ?)", project, name, revision, self._time()
                )
        return self.project(project)

    def restore(self, project: str, name: str, *, base: int) -> Project:
        """Make a named state the present one, as a new revision: undo brings back what was.

        Raises
        ------
        MissingError
            If there is no version of this name.
        ConflictError
            As `commit`.
        """
        with self._transaction():
            here, _ = self._head(project, base)
            found = self._rows(
                "SELECT revision FROM version WHERE project = ? AND name = ?", project, name
            )
            if not found:
                raise MissingError(f"there is no version named {name!r}")
            document = self._revision(project, found[0][0])[0].document
            if document != here.document:
                self._add(project, base, document, "restored")
        return self.project(project)

    def history(self, project: str, *, most: int = 500) -> tuple[State, ...]:
        """Every state of a project, those that were undone or left too; the newest first.

        Parameters
        ----------
        most
            So many are given.
        """
        with self._translated(self._name):
            self._one("SELECT id FROM project WHERE id = ?", project)
            rows = self._rows(
                "SELECT id, parent, action, made_at, coalesce((SELECT min(name) FROM version "
                "WHERE project = revision.project AND revision = revision.id), '') "
                "FROM revision WHERE project = ? ORDER BY id DESC LIMIT ?",
                *(project, most),
            )
        return tuple(State(*row) for row in rows)

    def take_up(self, project: str, revision: int, *, base: int) -> Project:
        """Make any state the present one, as a new revision: undo brings back what was.

        Raises
        ------
        MissingError
            If the project has no such revision.
        ConflictError
            As `commit`.
        """
        with self._transaction():
            here, _ = self._head(project, base)
            document = self._revision(project, revision)[0].document
            if document != here.document:
                self._add(project, base, document, "restored")
        return self.project(project)

    def add_task(self, project: str, revision: int, kind: str, request: str) -> Task:
        """Remember what was asked; the oldest tasks are forgotten when there are many.

        Raises
        ------
        MissingError
            If there is no such revision.
        """
        with self._transaction():
            self._revision(project, revision)
            made = self._database.execute(
                "INSERT INTO task (project, revision, kind, request, made_at) "
                "VALUES (?, ?, ?, ?, ?)",
                (project, revision, kind, request, self._time()),
            )
            self._rows(
                "DELETE FROM task WHERE project = ? AND id NOT IN "
                "(SELECT id FROM task WHERE project = ? ORDER BY id DESC LIMIT ?)",
                *(project, project, MAX_TASKS),
            )
        return Task(cast("int", made.lastrowid), project, revision, kind, request)

    def tasks(self, project: str) -> tuple[Task, ...]:
        """Tasks of a project, the oldest first."""
        with self._translated(self._name):
            rows = self._rows(
                "SELECT id, project, revision, kind, request FROM task WHERE project = ? "
                "ORDER BY id",
                project,
            )
        return tuple(Task(*row) for row in rows)

    def task(self, task: int) -> Task:
        """A task by its id.

        Raises
        ------
        MissingError
            If there is none.
        """
        with self._translated(self._name):
            rows = self._rows(
                "SELECT id, project, revision, kind, request FROM task WHERE id = ?", task
            )
        if not rows:
            raise MissingError(f"there is no job '{task}'")
        return Task(*rows[0])

    def forget_task(self, task: int) -> None:
        """Remember a task no longer; one that is not there is no harm."""
        with self._transaction():
            self._rows("DELETE FROM task WHERE id = ?", task)

    def delete(self, project: str) -> None:
        """Remove a project with all its states."""
        with self._transaction():
            self._one("SELECT id FROM project WHERE id = ?", project)
            self._rows("DELETE FROM project WHERE id = ?", project)

    def _one(self, query: str, project: str) -> tuple[Any, ...]:
        rows = self._rows(query, project)
        if not rows:
            raise MissingError(f"there is no project {project!r}")
        return rows[0]

    def _head(self, project: str, base: int) -> tuple[Revision, int | None]:
        head = self._one("SELECT head FROM project WHERE id = ?", project)[0]
        if head != base:
            raise ConflictError(f"the song has changed meanwhile (revision {head}, not {base})")
        return self._revision(project, head)

    def _revision(self, project: str, revision: int) -> tuple[Revision, int | None]:
        rows = self._rows(
            "SELECT id, parent, action, document, made_at, redo FROM revision "
            "WHERE id = ? AND project = ?",
            revision,
            project,
        )
        if not rows:
            raise MissingError(f"there is no revision {revision} of project {project!r}")
        number, parent, action, document, made_at, redo = rows[0]
        text = zlib.decompress(document).decode("utf-8")
        return Revision(number, parent, action, text, made_at), redo

    def _add(self, project: str, parent: int | None, document: str, action: str) -> None:
        packed = zlib.compress(document.encode("utf-8"))
        made = self._database.execute(
            "INSERT INTO revision (project, parent, action, document, made_at) "
            "VALUES (?, ?, ?, ?, ?)",
            (project, parent, action, packed, self._time()),
        )
        self._move_head(project, cast("int", made.lastrowid))

    def _move_head(self, project: str, revision: int) -> None:
        self._rows(
            "UPDATE project SET head = ?, changed_at = ? WHERE id = ?",
            *(revision, self._time(), project),
        )

    def _time(self) -> str:
        return self._clock().isoformat(timespec="milliseconds")


def _make_folder(folder: Path) -> None:
    try:
        # For its owner alone: songs nobody has heard yet are in it.
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise MissingError(f"{folder}: cannot be made ({error.strerror})") from None
