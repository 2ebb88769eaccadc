"""Projects with every state they were ever in, in one SQLite file.

A project begins with a source (the bytes of a file, kept as they came) and a first document.
Every change adds a revision; none is ever overwritten. Undo and redo move along the revisions,
so that they have no limit and outlive the program. A change is on the disk when the method
that made it returns, whole or not at all.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from clinamen.errors import ConflictError, FormatError, MissingError, ParameterError
from clinamen.ledger._database import Database
from clinamen.ledger._journal import Journal
from clinamen.ledger._tables import place_of
from clinamen.ledger._values import (
    DRAFT,
    MAX_NAME,
    Activity,
    Agent,
    Content,
    Project,
    ProjectSummary,
    Revision,
    State,
    Version,
    file_kind,
)
from clinamen.ledger.expeditions import Expeditions
from clinamen.ledger.story import Story
from clinamen.ledger.tasks import Tasks

__all__ = ["ProjectStore"]


def _now() -> datetime:
    return datetime.now(UTC)


class ProjectStore:
    """Projects in one file. Not for several threads at a time; several processes may.

    Every change of a project adds an entry to its story, in the same transaction.

    Parameters
    ----------
    path
        The file, made with its folder if it is not there; None for one in memory.
    clock
        Gives the time.
    by
        Agents that every entry names: the maker, the program.

    Raises
    ------
    FormatError
        If the file is damaged or not ours; `UnsupportedError` if a newer Clinamen made it.
    MissingError
        If it cannot be opened or made.
    """

    def __init__(
        self,
        path: Path | None,
        *,
        clock: Callable[[], datetime] = _now,
        by: Sequence[Agent] = (),
    ) -> None:
        self._database = Database(path)
        self._journal = Journal(self._database, tuple(by), clock)
        self.story = Story(self._database, self._journal)
        self.tasks = Tasks(self._database, self._journal)
        self.expeditions = Expeditions(self._database, self._journal)

    def is_by(self, *agents: Agent) -> None:
        """From now on every entry names these."""
        self._journal.by = agents

    @classmethod
    def snapshot(cls, path: Path, *, by: Sequence[Agent] = ()) -> ProjectStore:
        """A copy in memory of what a file holds, for looking without touching.

        A file that is not there is an empty one.
        """
        store = cls(None, by=by)
        if path.exists():
            store._database.fill_from(path)
        return store

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    @contextmanager
    def together(self) -> Iterator[None]:
        """All changes within, or none of them, brought to the disk at once."""
        with self._database.transaction():
            yield

    def create(
        self,
        title: str,
        source_name: str,
        source: bytes,
        *,
        options: str,
        document: str,
        activity: Activity | None = None,
        beside: Sequence[Content] = (),
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
        activity
            How it began; an import of the source if not given.
        beside
            What it generated beside the source.
        """
        project, now = secrets.token_hex(8), self._journal.time()
        activity = activity or Activity("import", {"file": source_name[:MAX_NAME]})
        with self._database.transaction():
            self._database.rows(
                "INSERT INTO project (id, title, source_name, options, made_at, changed_at) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                *(project, title[:MAX_NAME], source_name[:MAX_NAME], options, now, now),
            )
            digest = self._journal.keep(project, Content(file_kind(source_name), source))
            self._database.rows(
                "UPDATE project SET source_digest = ? WHERE id = ?", digest, project
            )
            others = [self._journal.keep(project, each) for each in beside]
            more = {
                "title": title[:MAX_NAME],
                "source": digest,
                "options": options,
                "made_at": now,
            }
            self._add(
                project, None, document, "opened", activity, generated=(digest, *others), more=more
            )
        return self.project(project)

    def projects(self) -> tuple[ProjectSummary, ...]:
        """All of them, the one that was changed last first."""
        with self._database.translated():
            rows = self._database.rows(
                "SELECT id, title, source_name, made_at, changed_at FROM project "
                "ORDER BY changed_at DESC, id"
            )
        return tuple(ProjectSummary(*row) for row in rows)

    def find(self, source: bytes, options: str) -> str | None:
        """Id of the project that began so and was changed last, or None."""
        with self._database.translated():
            rows = self._database.rows(
                "SELECT project.id FROM project JOIN entity ON entity.project = project.id "
                "AND entity.digest = project.source_digest WHERE sha256 = ? AND options = ? "
                "ORDER BY changed_at DESC LIMIT 1",
                hashlib.sha256(source).digest(),
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
        with self._database.translated():
            title, name, options, head = self._one(
                "SELECT title, source_name, options, head FROM project WHERE id = ?", project
            )
            revision, redo = self._revision(project, head)
            versions = self._database.rows(
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
        with self._database.translated():
            digest = self._one("SELECT source_digest FROM project WHERE id = ?", project)[0]
            return self._journal.entity(project, digest).data

    def revision(self, project: str, revision: int) -> Revision:
        """A state of a project, present or past.

        Raises
        ------
        MissingError
            If the project has no such revision.
        """
        with self._database.translated():
            return self._revision(project, revision)[0]

    def commit(
        self,
        project: str,
        document: str,
        *,
        base: int,
        action: str,
        activity: Activity | None = None,
    ) -> Project:
        """Add a state; one that is as the present one adds nothing.

        Parameters
        ----------
        base
            The revision it was made from.
        action
            What made it, in a word or two.
        activity
            What made it, for the story; an edit by hand if not given.

        Raises
        ------
        ConflictError
            If `base` is no longer the present revision: someone else was quicker.
        """
        with self._database.transaction():
            here, _ = self._head(project, base)
            if here.document != document:
                self._add(project, here, document, action, activity or Activity("edit"))
        return self.project(project)

    def undo(self, project: str, *, base: int) -> Project:
        """Go back to the state that the present one was made from.

        Raises
        ------
        ConflictError
            As `commit`, or if this is the first state.
        """
        with self._database.transaction():
            here, _ = self._head(project, base)
            if here.parent is None:
                raise ConflictError("there is nothing to undo")
            self._database.rows("UPDATE revision SET redo = ? WHERE id = ?", here.id, here.parent)
            self._step(project, here, here.parent, "undo")
        return self.project(project)

    def redo(self, project: str, *, base: int) -> Project:
        """Go forward to the state that undo left last.

        Raises
        ------
        ConflictError
            As `commit`, or if nothing was undone from here.
        """
        with self._database.transaction():
            here, redo = self._head(project, base)
            if redo is None:
                raise ConflictError("there is nothing to redo")
            self._step(project, here, redo, "redo")
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
        with self._database.transaction():
            found, _ = self._revision(project, revision)
            taken = self._database.rows(
                "SELECT revision FROM version WHERE project = ? AND name = ?", project, name
            )
            if taken and taken[0][0] != revision:
                raise ConflictError(f"there is a version named {name!r} already")
            if not taken:
                at = self._journal.time()
                self._database.rows(
                    "INSERT INTO version VALUES (?, ?, ?, ?)", project, name, revision, at
                )
                state = [*place_of(self._database, revision), at]
                more = {"names": [[name, found.draft]], "states": [state]}
                self._journal.write(project, Activity("name"), used=(found.draft,), more=more)
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
        with self._database.transaction():
            here, _ = self._head(project, base)
            found = self._database.rows(
                "SELECT revision FROM version WHERE project = ? AND name = ?", project, name
            )
            if not found:
                raise MissingError(f"there is no version named {name!r}")
            old = self._revision(project, found[0][0])[0]
            self._branch(project, here, old, {"version": name})
        return self.project(project)

    def history(self, project: str, *, most: int = 500) -> tuple[State, ...]:
        """Every state of a project, those that were undone or left too; the newest first.

        Parameters
        ----------
        most
            So many are given.
        """
        with self._database.translated():
            self._one("SELECT id FROM project WHERE id = ?", project)
            rows = self._database.rows(
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
        with self._database.transaction():
            here, _ = self._head(project, base)
            self._branch(project, here, self._revision(project, revision)[0], {})
        return self.project(project)

    def rename(self, project: str, title: str) -> Project:
        """Give a project another title.

        Raises
        ------
        ParameterError
            If it is empty or too long.
        """
        title = title.strip()
        if not 0 < len(title) <= MAX_NAME:
            raise ParameterError(f"a title has 1 to {MAX_NAME} characters")
        with self._database.transaction():
            if self._one("SELECT title FROM project WHERE id = ?", project)[0] != title:
                at = self._journal.time()
                self._database.rows(
                    "UPDATE project SET title = ?, changed_at = ? WHERE id = ?", title, at, project
                )
                activity = Activity("retitle", {"title": title})
                self._journal.write(project, activity, more={"title": title}, at=at)
        return self.project(project)

    def delete(self, project: str) -> None:
        """Remove a project with all its states."""
        with self._database.transaction():
            self._one("SELECT id FROM project WHERE id = ?", project)
            self._database.rows("DELETE FROM project WHERE id = ?", project)

    def setting(self, name: str, default: str = "") -> str:
        """What is kept under a name for all projects."""
        with self._database.translated():
            rows = self._database.rows("SELECT value FROM setting WHERE name = ?", name)
        return str(rows[0][0]) if rows else default

    def set_setting(self, name: str, value: str) -> None:
        """Keep something under a name for all projects."""
        with self._database.transaction():
            self._database.rows("INSERT OR REPLACE INTO setting VALUES (?, ?)", name, value)

    def _one(self, query: str, project: str) -> tuple[Any, ...]:
        rows = self._database.rows(query, project)
        if not rows:
            raise MissingError(f"there is no project {project!r}")
        return rows[0]

    def _head(self, project: str, base: int) -> tuple[Revision, int | None]:
        head = self._one("SELECT head FROM project WHERE id = ?", project)[0]
        if head != base:
            raise ConflictError(f"the song has changed meanwhile (revision {head}, not {base})")
        return self._revision(project, head)

    def _revision(self, project: str, revision: int) -> tuple[Revision, int | None]:
        rows = self._database.rows(
            "SELECT id, parent, action, draft, made_at, entry, redo FROM revision "
            "WHERE id = ? AND project = ?",
            revision,
            project,
        )
        if not rows:
            raise MissingError(f"there is no revision {revision} of project {project!r}")
        number, parent, action, draft, made_at, entry, redo = rows[0]
        try:
            text = self._journal.entity(project, draft).data.decode("utf-8")
        except (MissingError, UnicodeDecodeError):
            raise FormatError("a draft is damaged", source=self._database.name) from None
        return Revision(number, parent, action, text, made_at, draft, entry), redo

    def _branch(
        self, project: str, here: Revision, old: Revision, settings: dict[str, Any]
    ) -> None:
        if old.document != here.document:
            # Two states may have the same notes, and not the same past.
            of_state = {**settings, "entry": old.entry}
            activity = Activity("branch", of_state, used=(old.draft,))
            self._add(project, here, old.document, "restored", activity)

    def _step(self, project: str, here: Revision, there: int, kind: str) -> None:
        """Go to a state there was."""
        draft, at = self._revision(project, there)[0].draft, self._journal.time()
        more = {"head": draft}
        self._journal.write(project, Activity(kind), used=(here.draft,), more=more, at=at)
        self._move_head(project, there, at)

    def _add(
        self,
        project: str,
        parent: Revision | None,
        document: str,
        action: str,
        activity: Activity,
        *,
        generated: Sequence[str] = (),
        more: dict[str, Any] | None = None,
    ) -> None:
        """Add a state, and the entry that says how it came to be."""
        draft = self._journal.keep(project, Content(DRAFT, document.encode("utf-8")))
        before = () if parent is None else (parent.draft,)
        at = self._journal.time()
        made = {"action": action, "at": at, "draft": draft, "of": before[0] if before else None}
        entry = self._journal.write(
            project,
            activity,
            used=before,
            generated=(*generated, draft),
            more={"revisions": [made], "head": draft, **(more or {})},
            at=at,
        )
        number = self._database.insert(
            "INSERT INTO revision (project, parent, action, draft, made_at, entry) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            *(project, None if parent is None else parent.id, action, draft, at, entry.seq),
        )
        self._move_head(project, number, at)

    def _move_head(self, project: str, revision: int, at: str) -> None:
        self._database.rows(
            "UPDATE project SET head = ?, changed_at = ? WHERE id = ?",
            *(revision, at, project),
        )
