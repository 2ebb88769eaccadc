"""The path of a song: entries, the drafts they speak of, and what vouches for them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from clinamen.errors import MissingError
from clinamen.ledger._database import Database
from clinamen.ledger._journal import Journal
from clinamen.ledger._tables import check_tables
from clinamen.ledger._values import Activity, Attestation, Content, Entity, Entry, Head
from clinamen.ledger.log_file import Log
from clinamen.ledger.verifying import Checker, Problem, Verification, verify_log

__all__ = ["Story"]


class Story:
    """The stories of all projects of a store; see `ProjectStore.story`."""

    def __init__(self, database: Database, journal: Journal) -> None:
        self._database = database
        self._journal = journal

    def _check(self, project: str) -> None:
        if not self._database.rows("SELECT 1 FROM project WHERE id = ?", project):
            raise MissingError(f"there is no project {project!r}")

    def append(
        self, project: str, activity: Activity, generated: Sequence[Content] = ()
    ) -> tuple[Entry, tuple[str, ...]]:
        """Add an entry that leaves the song as it is: proposals, rejections, exports.

        Returns
        -------
        tuple
            The entry, and the digest of each content.

        Raises
        ------
        MissingError
            If there is no such project, or something that was used is not in its story.
        """
        with self._database.transaction():
            self._check(project)
            for digest in activity.used:
                if not self._journal.has(project, digest):
                    raise MissingError(f"the story has no draft {digest[:12]}")
            digests = tuple(self._journal.keep(project, content) for content in generated)
            return self._journal.write(project, activity, generated=digests), digests

    def head(self, project: str) -> Head:
        """The last entry of the story of a project."""
        with self._database.translated():
            self._check(project)
            return self._journal.head(project)

    def entries(self, project: str, *, after: int = 0) -> tuple[Entry, ...]:
        """The story of a project, the first entry first; or what follows an entry."""
        with self._database.translated():
            return tuple(self._journal.entries(project, after))

    def entities(self, project: str) -> Iterator[Entity]:
        """All drafts and files of the story of a project."""
        with self._database.translated():
            yield from self._journal.entities(project)

    def entity(self, project: str, digest: str) -> Entity:
        """A draft or a file of a story.

        Raises
        ------
        MissingError
            If there is none of this digest.
        """
        with self._database.translated():
            return self._journal.entity(project, digest)

    def find(self, data: bytes) -> tuple[str, str] | None:
        """Project and digest of a file of just these bytes; None where none is known."""
        return self.find_hash(hashlib.sha256(data).digest())

    def find_hash(self, sha256: bytes) -> tuple[str, str] | None:
        """As `find`, by the SHA-256 of the bytes."""
        with self._database.translated():
            return self._journal.find(sha256)

    def attest(self, project: str, attestation: Attestation) -> None:
        """Keep a signature or a time-stamp over the head."""
        with self._database.transaction():
            self._check(project)
            self._journal.attest(project, attestation)

    def log(self, project: str) -> Log:
        """The whole story of a project, as of one moment."""
        with self._database.reading():
            return Log(
                project,
                self.entries(project),
                tuple(self.entities(project)),
                self.attestations(project),
            )

    def attestations(self, project: str) -> tuple[Attestation, ...]:
        """All signatures and time-stamps of a project."""
        with self._database.translated():
            return self._journal.attestations(project)

    def verify(
        self,
        project: str,
        *,
        checkers: Mapping[str, Checker] | None = None,
        expected: Head | None = None,
        required: Iterable[str] = (),
    ) -> Verification:
        """Whether the story of a project, and the project itself, are as they were written.

        Parameters
        ----------
        checkers, expected, required
            As `verify_log`.
        """
        more: list[Problem] = []

        def contents() -> Iterator[Entity]:
            for entity, wrong in self._journal.tried(project):
                if wrong:
                    more.append(Problem(None, wrong))
                yield entity

        # All of one moment: what is added meanwhile would look like a forgery.
        with self._database.reading():
            entries = self.entries(project)
            found = verify_log(
                project,
                entries,
                contents(),
                self.attestations(project),
                checkers=checkers,
                expected=expected,
                required=required,
            )
            more += check_tables(self._database, project, entries)
        return replace(found, problems=(*found.problems, *more))
