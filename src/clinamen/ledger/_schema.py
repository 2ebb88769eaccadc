"""The tables of a project file, and how an older file becomes a newer one."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence

from clinamen.errors import FormatError, UnsupportedError
from clinamen.ledger._adoption import adopt_projects, sum_contents

__all__ = ["APPLICATION_ID", "MIGRATIONS", "Step", "format_of", "migrate"]

APPLICATION_ID = 0x436C694E
"""Marks a SQLite file as ours ("CliN")."""

Step = str | Callable[[sqlite3.Connection], None]
"""A statement, or what does more than one can."""

MIGRATIONS: tuple[tuple[Step, ...], ...] = (
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
    (
        """CREATE TABLE entity (
            project TEXT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
            digest TEXT NOT NULL,
            salt BLOB NOT NULL,
            kind TEXT NOT NULL,
            data BLOB NOT NULL,
            sha256 BLOB NOT NULL,
            PRIMARY KEY (project, digest)
        )""",
        "CREATE INDEX entity_by_content ON entity (sha256)",
        """CREATE TABLE entry (
            project TEXT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
            seq INTEGER NOT NULL,
            salt BLOB NOT NULL,
            payload BLOB NOT NULL,
            commitment TEXT NOT NULL,
            hash TEXT NOT NULL,
            PRIMARY KEY (project, seq)
        )""",
        """CREATE TABLE attestation (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            project TEXT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
            seq INTEGER NOT NULL,
            kind TEXT NOT NULL,
            data BLOB NOT NULL
        )""",
        "CREATE INDEX attestation_of_project ON attestation (project)",
        "CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
        "ALTER TABLE project ADD COLUMN source_digest TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE revision ADD COLUMN draft TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE revision ADD COLUMN entry INTEGER NOT NULL DEFAULT 0",
        adopt_projects,
        "ALTER TABLE project DROP COLUMN source",
        "ALTER TABLE revision DROP COLUMN document",
    ),
    (
        sum_contents,
        # Neither a number that says nothing nor the same twice: what cannot be told cannot be
        # forged.
        """CREATE TABLE attested (
            project TEXT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
            seq INTEGER NOT NULL,
            kind TEXT NOT NULL,
            data BLOB NOT NULL,
            UNIQUE (project, seq, kind, data)
        )""",
        "INSERT OR IGNORE INTO attested SELECT project, seq, kind, data FROM attestation "
        "ORDER BY id",
        "DROP TABLE attestation",
        "ALTER TABLE attested RENAME TO attestation",
    ),
    (
        """CREATE TABLE expedition (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            project TEXT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
            wish TEXT NOT NULL,
            options TEXT NOT NULL,
            state TEXT NOT NULL,
            progress TEXT NOT NULL DEFAULT '',
            begun_at TEXT NOT NULL,
            holder TEXT NOT NULL DEFAULT '',
            heard_at TEXT NOT NULL DEFAULT ''
        )""",
        # A song is fished by one at a time.
        "CREATE UNIQUE INDEX open_expedition ON expedition (project) "
        "WHERE state IN ('running', 'paused')",
        "CREATE INDEX expedition_of_project ON expedition (project)",
        """CREATE TABLE idea (
            expedition INTEGER NOT NULL REFERENCES expedition (id) ON DELETE CASCADE,
            key TEXT NOT NULL,
            data TEXT NOT NULL,
            PRIMARY KEY (expedition, key)
        )""",
        """CREATE TABLE find (
            project TEXT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
            number INTEGER NOT NULL,
            expedition INTEGER REFERENCES expedition (id) ON DELETE SET NULL,
            draft TEXT NOT NULL,
            data TEXT NOT NULL,
            surfaced_at TEXT NOT NULL,
            seen_at TEXT NOT NULL DEFAULT '',
            status TEXT NOT NULL DEFAULT 'surfaced',
            decided_at TEXT NOT NULL DEFAULT '',
            PRIMARY KEY (project, number)
        )""",
        "CREATE INDEX find_of_expedition ON find (expedition)",
    ),
)
"""Steps that lead from each format of the file to the next; never changed once released."""


def migrate(
    database: sqlite3.Connection,
    source: str,
    migrations: Sequence[Sequence[Step]] = MIGRATIONS,
) -> None:
    """Bring a file to the newest format: all of it or none.

    Raises
    ------
    FormatError
        If the file is someone else's.
    UnsupportedError
        If a newer Clinamen made it.
    """
    if format_of(database, source) == len(migrations):
        return  # Nothing is written, so that looking does not wait for who writes.
    database.execute("BEGIN IMMEDIATE")
    try:
        version = format_of(database, source)
        if version > len(migrations):
            raise UnsupportedError(
                f"made by a newer Clinamen (format {version}; this one knows {len(migrations)})",
                source=source,
            )
        for step in (each for steps in migrations[version:] for each in steps):
            if isinstance(step, str):
                database.execute(step)
            else:
                step(database)
        database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        database.execute(f"PRAGMA user_version = {len(migrations)}")
        database.execute("COMMIT")
    except BaseException:
        database.execute("ROLLBACK")
        raise


def format_of(database: sqlite3.Connection, source: str) -> int:
    """Number of the format of a file, 0 of an empty one.

    Raises
    ------
    FormatError
        If the file is someone else's.
    """
    application = int(database.execute("PRAGMA application_id").fetchone()[0])
    n_tables = int(database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])
    if application != APPLICATION_ID and n_tables:
        raise FormatError("a SQLite file, but not one of Clinamen's projects", source=source)
    return int(database.execute("PRAGMA user_version").fetchone()[0])
