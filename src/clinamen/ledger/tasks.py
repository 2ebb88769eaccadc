"""What was asked to be done with a state of a project, so that it can be asked again."""

from __future__ import annotations

from clinamen.errors import MissingError
from clinamen.ledger._database import Database
from clinamen.ledger._journal import Journal
from clinamen.ledger._values import Task

__all__ = ["MAX_TASKS", "Tasks"]

MAX_TASKS = 30
"""Most tasks that are remembered of a project."""


class Tasks:
    """The tasks of all projects of a store; see `ProjectStore.tasks`. No story tells of them."""

    def __init__(self, database: Database, journal: Journal) -> None:
        self._database = database
        self._journal = journal

    def add(self, project: str, revision: int, kind: str, request: str) -> Task:
        """Remember what was asked; the oldest tasks are forgotten when there are many.

        Raises
        ------
        MissingError
            If there is no such revision.
        """
        with self._database.transaction():
            known = "SELECT 1 FROM revision WHERE id = ? AND project = ?"
            if not self._database.rows(known, revision, project):
                raise MissingError(f"there is no revision {revision} of project {project!r}")
            number = self._database.insert(
                "INSERT INTO task (project, revision, kind, request, made_at) "
                "VALUES (?, ?, ?, ?, ?)",
                *(project, revision, kind, request, self._journal.time()),
            )
            self._database.rows(
                "DELETE FROM task WHERE project = ? AND id NOT IN "
                "(SELECT id FROM task WHERE project = ? ORDER BY id DESC LIMIT ?)",
                *(project, project, MAX_TASKS),
            )
        return Task(number, project, revision, kind, request)

    def of(self, project: str) -> tuple[Task, ...]:
        """Tasks of a project, the oldest first."""
        with self._database.translated():
            rows = self._database.rows(
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
        with self._database.translated():
            rows = self._database.rows(
                "SELECT id, project, revision, kind, request FROM task WHERE id = ?", task
            )
        if not rows:
            raise MissingError(f"there is no job '{task}'")
        return Task(*rows[0])

    def forget(self, task: int) -> None:
        """Remember a task no longer; one that is not there is no harm."""
        with self._database.transaction():
            self._database.rows("DELETE FROM task WHERE id = ?", task)
