"""A SQLite file of ours: opened, kept up to date, changed wholly or not at all."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from clinamen.errors import FormatError, MissingError
from clinamen.ledger._schema import format_of, migrate

__all__ = ["Database"]

_BUSY_SECONDS = 5.0


class Database:
    """A connection. Not for several threads at a time; several processes may have the file.

    Parameters
    ----------
    path
        The file, made with its folder if it is not there; None for one in memory.

    Raises
    ------
    FormatError
        If the file is damaged or not ours; `UnsupportedError` if a newer Clinamen made it.
    MissingError
        If it cannot be opened or made.
    """

    def __init__(self, path: Path | None) -> None:
        self.name = "projects in memory" if path is None else str(path)
        with self.translated():
            if path is not None:
                _make_folder(path.parent)
            self._connection = sqlite3.connect(
                ":memory:" if path is None else path,
                timeout=_BUSY_SECONDS,
                isolation_level=None,
                check_same_thread=False,
            )
            try:
                self._prepare()
            except BaseException:
                self._connection.close()
                raise

    def fill_from(self, path: Path) -> None:
        """Take in what a file holds, which stays as it is."""
        self.name = str(path)
        with self.translated():
            try:
                self._copy(path, "mode=ro")
            except sqlite3.OperationalError:
                # In a folder that cannot be written SQLite has no place for its notes about
                # readers; where nobody is writing none are needed.
                if path.with_name(f"{path.name}-wal").exists():
                    raise
                self._copy(path, "immutable=1")
            self._prepare()

    def _copy(self, path: Path, how: str) -> None:
        source = sqlite3.connect(f"{path.resolve().as_uri()}?{how}", uri=True)
        try:
            source.backup(self._connection)
        finally:
            source.close()

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def _prepare(self) -> None:
        format_of(self._connection, self.name)  # Before anything is changed in someone else's.
        # Write-ahead log: readers never wait, and a kill leaves the last whole state. FULL
        # brings a change to the disk before it is called done, so that it outlives a power cut.
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        # What others wrote into the file calls nothing that could do harm.
        self._connection.execute("PRAGMA trusted_schema = OFF")
        migrate(self._connection, self.name)
        self._connection.execute("PRAGMA foreign_keys = ON")

    @contextmanager
    def translated(self) -> Iterator[None]:
        """SQLite's errors as ours."""
        try:
            yield
        except sqlite3.OperationalError as error:
            raise MissingError(f"{self.name}: cannot be used ({error})") from None
        except sqlite3.DatabaseError as error:
            raise FormatError(
                f"damaged, or no file of projects ({error})", source=self.name
            ) from None

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is written within, or nothing of it; one within another is part of it."""
        begin, end, undo = ("BEGIN IMMEDIATE", "COMMIT", "ROLLBACK")
        if self._connection.in_transaction:
            # So that whoever catches the error of a part goes on without half of it.
            begin, end, undo = "SAVEPOINT part", "RELEASE part", "ROLLBACK TO part; RELEASE part"
        with self._between(begin, end, undo):
            yield

    @contextmanager
    def reading(self) -> Iterator[None]:
        """All that is read within is of one moment, whatever others write meanwhile."""
        if self._connection.in_transaction:
            yield
            return
        with self._between("BEGIN", "COMMIT", "ROLLBACK"):
            yield

    @contextmanager
    def _between(self, begin: str, end: str, undo: str) -> Iterator[None]:
        with self.translated():
            self._connection.execute(begin)
            try:
                yield
                self._connection.execute(end)
            except BaseException:
                # A full disk may have ended it already.
                if self._connection.in_transaction:
                    for statement in undo.split("; "):
                        self._connection.execute(statement)
                raise

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """What a statement gives."""
        return self._connection.execute(query, values).fetchall()

    def each(self, query: str, *values: object) -> Iterator[tuple[Any, ...]]:
        """What a statement gives, one after the other."""
        # Not `yield from`: who stops early would have it close the cursor of a closed file.
        for row in self._connection.execute(query, values):  # noqa: UP028
            yield row

    def insert(self, statement: str, *values: object) -> int:
        """Number of the row that a statement adds."""
        made = self._connection.execute(statement, values).lastrowid
        assert made is not None
        return made


def _make_folder(folder: Path) -> None:
    try:
        # For its owner alone: songs nobody has heard yet are in it.
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise MissingError(f"{folder}: cannot be made ({error.strerror})") from None
