"""The tables of a project file, and how an older file becomes a newer one."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from clinamen.errors import FormatError, UnsupportedError

__all__ = ["APPLICATION_ID", "MIGRATIONS", "migrate"]

APPLICATION_ID = 0x436C694E
"""Marks a SQLite file as ours ("CliN")."""

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE project (
            id TEXT PRIMARY KEY,
            title TEXT NOT NULL,
            source_name TEXT NOT NULL,
            source BLOB NOT NULL,
            options TEXT NOT NULL,
            made_at TEXT NOT NULL,
            changed_at TEXT NOT NULL,
            head INTEGER REFERENCES revision (id) DEFERRABLE INITIALLY DEFERRED
        )""",
        """CREATE TABLE revision (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            project TEXT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
            parent INTEGER REFERENCES revision (id) DEFERRABLE INITIALLY DEFERRED,
            redo INTEGER REFERENCES revision (id) DEFERRABLE INITIALLY DEFERRED,
            action TEXT NOT NULL,
            document BLOB NOT NULL,
            made_at TEXT NOT NULL
        )""",
        "CREATE INDEX revision_of_project ON revision (project)",
        """CREATE TABLE version (
            project TEXT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
            name TEXT NOT NULL,
            revision INTEGER NOT NULL REFERENCES revision (id) DEFERRABLE INITIALLY DEFERRED,
            made_at TEXT NOT NULL,
            PRIMARY KEY (project, name)
        )""",
    ),
    (
        """CREATE TABLE task (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            project TEXT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
            revision INTEGER NOT NULL,
            kind TEXT NOT NULL,
            request TEXT NOT NULL,
            made_at TEXT NOT NULL
        )""",
        "CREATE INDEX task_of_project ON task (project)",
    ),
)
"""Statements that lead from each format of the file to the next; never changed once released."""


def migrate(
    database: sqlite3.Connection,
    source: str,
    migrations: Sequence[Sequence[str]] = MIGRATIONS,
) -> None:
    """Bring a file to the newest format: all of it or none.

    Raises
    ------
    FormatError
        If the file is someone else's.
    UnsupportedError
        If a newer Clinamen made it.
    """
    database.execute("BEGIN IMMEDIATE")
    try:
        version = _version(database, source)
        if version > len(migrations):
            raise UnsupportedError(
                f"made by a newer Clinamen (format {version}; this one knows {len(migrations)})",
                source=source,
            )
        for statement in (each for step in migrations[version:] for each in step):
            database.execute(statement)
        database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        database.execute(f"PRAGMA user_version = {len(migrations)}")
        database.execute("COMMIT")
    except BaseException:
        database.execute("ROLLBACK")
        raise


def _version(database: sqlite3.Connection, source: str) -> int:
    application = int(database.execute("PRAGMA application_id").fetchone()[0])
    n_tables = int(database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])
    if application != APPLICATION_ID and n_tables:
        raise FormatError("a SQLite file, but not one of Clinamen's projects", source=source)
    return int(database.execute("PRAGMA user_version").fetchone()[0])
