"""What can be done to a story: in its file, and in the tables it is kept in."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from clinamen.bench._authority import Authority
from clinamen.bench._story_forging import changed, cut, forged_in, signed_by_another
from clinamen.bench._story_song import Evidence, log_bytes
from clinamen.ledger.log_file import Log

__all__ = ["KINDS", "Bench", "corrupt"]

TABLES = ("entry", "entity", "attestation", "revision", "project", "version")
"""Those that hold a story and the song it tells of."""


@dataclass
class Bench:
    """What corruptions work on.

    Parameters
    ----------
    folder
        For what is made on the way.
    n_cells
        So many single cells were changed: each table and column has its turn.
    """

    evidence: Evidence
    folder: Path
    chance: random.Random
    other: Authority = field(default_factory=Authority.make)
    n_cells: int = 0


def corrupt(bench: Bench, kind: str) -> tuple[bool, str]:
    """Do a thing once; whether it was found, and what it was."""
    made, what = KINDS[kind](bench)
    is_file = kind.endswith("file")
    while made == (bench.evidence.file if is_file else bench.evidence.image):
        made, what = KINDS[kind](bench)  # Nothing was changed.
    if is_file:
        return not bench.evidence.is_file_sound(made), what
    return not bench.evidence.is_image_sound(made, bench.folder), what


def _bit_in_file(bench: Bench) -> tuple[bytes, str]:
    data = bytearray(bench.evidence.file)
    place, bit = bench.chance.randrange(len(data)), bench.chance.randrange(8)
    data[place] ^= 1 << bit
    return bytes(data), f"bit {bit} of byte {place}"


def _lines_deleted(bench: Bench) -> tuple[bytes, str]:
    lines = bench.evidence.file.splitlines(keepends=True)
    gone = set(bench.chance.sample(range(len(lines)), bench.chance.randint(1, 3)))
    left = [line for number, line in enumerate(lines) if number not in gone]
    return b"".join(left), f"lines {sorted(gone)} deleted"


def _lines_swapped(bench: Bench) -> tuple[bytes, str]:
    lines = bench.evidence.file.splitlines(keepends=True)
    one, other = bench.chance.sample(range(len(lines)), 2)
    lines[one], lines[other] = lines[other], lines[one]
    return b"".join(lines), f"lines {one} and {other} swapped"


def _line_doubled(bench: Bench) -> tuple[bytes, str]:
    lines = bench.evidence.file.splitlines(keepends=True)
    one, place = bench.chance.randrange(len(lines)), bench.chance.randrange(len(lines) + 1)
    return b"".join([*lines[:place], lines[one], *lines[place:]]), f"line {one} again at {place}"


def _file_cut(bench: Bench) -> tuple[bytes, str]:
    if bench.chance.random() < 0.3:
        n_left = bench.chance.randrange(len(bench.evidence.file))
        return bench.evidence.file[:n_left], f"cut off after {n_left} bytes"
    return _as_file(cut(bench.evidence, bench.chance))


def _as_file(made: tuple[Log, str]) -> tuple[bytes, str]:
    return log_bytes(made[0]), made[1]


@contextmanager
def _opened(bench: Bench) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as database:
        database.deserialize(bench.evidence.image)
        yield database


def _row(bench: Bench, database: sqlite3.Connection, table: str) -> int:
    name = "id" if table == "project" else "project"
    rows = database.execute(
        f"SELECT rowid FROM {table} WHERE {name} = ?", (bench.evidence.project,)
    ).fetchall()
    return int(bench.chance.choice(rows)[0])


def _columns(database: sqlite3.Connection) -> list[tuple[str, str]]:
    return [
        (table, str(row[1]))
        for table in TABLES
        for row in database.execute(f"PRAGMA table_info ({table})")
    ]


def _bit_in_table(bench: Bench) -> tuple[bytes, str]:
    """A bit of a cell; where nothing stands something does."""
    with _opened(bench) as database:
        columns = _columns(database)
        while True:
            table, column = columns[bench.n_cells % len(columns)]
            row = _row(bench, database, table)
            ((cell,),) = database.execute(f"SELECT {column} FROM {table} WHERE rowid = {row}")
            value, what = _flipped(cell, bench.chance)
            mark = "CAST(? AS TEXT)" if isinstance(cell, str) else "?"
            bench.n_cells += 1
            try:
                database.execute(
                    f"UPDATE {table} SET {column} = {mark} WHERE rowid = {row}", [value]
                )
            except sqlite3.IntegrityError:
                continue  # SQLite itself does not take it: another row has that number.
            return database.serialize(), f"{what} of {table}.{column}, row {row}"


def _flipped(cell: object, chance: random.Random) -> tuple[object, str]:
    if cell is None:
        return chance.randint(1, 20), "a number instead of nothing"
    if isinstance(cell, int):
        bit = chance.randrange(20)
        return cell ^ (1 << bit), f"bit {bit}"
    data = bytearray(cell.encode() if isinstance(cell, str) else bytes(cell))  # type: ignore[call-overload]
    place, bit = chance.randrange(len(data)), chance.randrange(8)
    data[place] ^= 1 << bit
    return bytes(data), f"bit {bit} of byte {place}"


def _rows_deleted(bench: Bench) -> tuple[bytes, str]:
    with _opened(bench) as database:
        table = bench.chance.choice(TABLES)
        row = _row(bench, database, table)
        database.execute(f"DELETE FROM {table} WHERE rowid = {row}")
        return database.serialize(), f"row {row} of {table} deleted"


def _cells_swapped(bench: Bench) -> tuple[bytes, str]:
    """The same column of two rows of a table; the number of an entry or a state among them."""
    with _opened(bench) as database:
        columns = [each for each in _columns(database) if each[0] != "project"]
        while True:
            table, column = bench.chance.choice(columns)
            one, other = (_row(bench, database, table) for _ in range(2))
            if one == other:
                continue
            cells = [
                database.execute(f"SELECT {column} FROM {table} WHERE rowid = {row}").fetchone()[0]
                for row in (one, other)
            ]
            if cells[0] != cells[1]:
                _swap(database, table, column, (one, other), cells)
                what = f"{table}.{column} of rows {one} and {other} swapped"
                return database.serialize(), what


def _swap(
    database: sqlite3.Connection,
    table: str,
    column: str,
    rows: tuple[int, int],
    cells: list[object],
) -> None:
    """By way of a third value, as two rows may not have the same."""
    one, other = rows
    if (table, column) == ("revision", "id"):  # The number is the row itself.
        for old, new in ((one, -1), (other, one), (-1, other)):
            database.execute(f"UPDATE revision SET id = {new} WHERE id = {old}")
        return
    spare: object = -1 if isinstance(cells[0], int) else "spare"
    for row, cell in ((one, spare), (other, cells[0]), (one, cells[1])):
        database.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = {row}", [cell])


def _row_doubled(bench: Bench) -> tuple[bytes, str]:
    """A row more, with the values of another and a key of its own."""
    with _opened(bench) as database:
        table = bench.chance.choice([each for each in TABLES if each != "project"])
        row = _row(bench, database, table)
        names = [str(each[1]) for each in database.execute(f"PRAGMA table_info ({table})")]
        new = {"seq": "(SELECT max(seq) + 1 FROM entry)", "digest": "hex(randomblob(32))"}
        new |= {"id": "NULL", "name": "name || ' again'"}
        if table == "attestation":
            new = {"seq": "seq - 1"}
        values = ", ".join(new.get(name, name) for name in names)
        database.execute(f"INSERT INTO {table} SELECT {values} FROM {table} WHERE rowid = {row}")
        return database.serialize(), f"row {row} of {table} again"


def _tables_cut(bench: Bench) -> tuple[bytes, str]:
    return _as_tables(bench, cut(bench.evidence, bench.chance))


def _as_tables(bench: Bench, made: tuple[Log, str]) -> tuple[bytes, str]:
    """A forged story in place of the one that was."""
    log, what = made
    with _opened(bench) as database:
        for table in ("entry", "entity", "attestation"):
            database.execute(f"DELETE FROM {table} WHERE project = ?", (log.project,))
        database.executemany(
            "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?)",
            [
                (
                    log.project,
                    each.seq,
                    each.salt or b"",
                    each.payload or b"",
                    each.commitment,
                    each.hash,
                )
                # Two entries of one number are not taken: a forged one stands for the other.
                for each in {each.seq: each for each in reversed(log.entries)}.values()
            ],
        )
        _put_back(bench, database, {each.digest for each in log.entities})
        database.executemany(
            "INSERT INTO attestation (project, seq, kind, data) VALUES (?, ?, ?, ?)",
            [(log.project, each.seq, each.kind, each.data) for each in log.attestations],
        )
        return database.serialize(), what


def _put_back(bench: Bench, database: sqlite3.Connection, digests: set[str]) -> None:
    with _opened(bench) as before:
        rows = before.execute("SELECT * FROM entity WHERE project = ?", (bench.evidence.project,))
        left = [row for row in rows if row[1] in digests]
    database.executemany("INSERT INTO entity VALUES (?, ?, ?, ?, ?, ?)", left)


def _another_key(bench: Bench) -> tuple[Log, str]:
    return signed_by_another(bench.evidence, bench.folder, bench.other, bench.chance)


_Work = Callable[[Bench], tuple[bytes, str]]

KINDS: dict[str, _Work] = {
    "bits changed, file": _bit_in_file,
    "lines deleted, file": _lines_deleted,
    "lines swapped, file": _lines_swapped,
    "lines doubled, file": _line_doubled,
    "end cut off, file": _file_cut,
    "entries forged in, file": lambda bench: _as_file(forged_in(bench.evidence, bench.chance)),
    "chained anew without the key, file": lambda bench: _as_file(
        changed(bench.evidence, bench.chance)
    ),
    "signed with another key, file": lambda bench: _as_file(_another_key(bench)),
    "bits changed, every column": _bit_in_table,
    "rows deleted, tables": _rows_deleted,
    "cells swapped, tables": _cells_swapped,
    "rows doubled, tables": _row_doubled,
    "end cut off, tables": _tables_cut,
    "entries forged in, tables": lambda bench: _as_tables(
        bench, forged_in(bench.evidence, bench.chance)
    ),
    "chained anew without the key, tables": lambda bench: _as_tables(
        bench, changed(bench.evidence, bench.chance)
    ),
    "signed with another key, tables": lambda bench: _as_tables(bench, _another_key(bench)),
}
"""What is done, by name; what ends in "file" is done to a `.story` file."""
