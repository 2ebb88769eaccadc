"""Humdrum syntax: lines of tab-separated columns, and how columns split and join."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

from clinamen.errors import FormatError

__all__ = ["MAX_COLUMNS", "Column", "Row", "Spines"]

MAX_COLUMNS = 512
"""Most columns at once; every split (``*^``) could otherwise double them."""


@dataclass(eq=False, slots=True)
class Column:
    """One column of the moment.

    Parameters
    ----------
    spine
        Number of the spine it belongs to, counted from the left of the file; a split
        keeps it.
    kind
        The exclusive interpretation, such as ``"**kern"``.
    end
        When its last note or rest ends, in quarters.
    """

    spine: int
    kind: str
    end: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True)
class Row:
    """One line: each column with its token."""

    number: int
    cells: tuple[tuple[Column, str], ...]


@dataclass
class Spines:
    """Follows the columns through a file.

    After `rows` is exhausted, `records` has the reference records (``!!!OTL: ...``),
    `is_ended` tells whether every spine was closed by ``*-``, and `n_segments` how many
    pieces the file holds, of which the first is read.
    """

    text: str
    source: str
    n_spines: int = 0
    is_ended: bool = False
    n_segments: int = 0

    def __post_init__(self) -> None:
        self.records: dict[str, str] = {}
        self._columns: list[Column] = []

    def rows(self) -> Iterator[Row]:
        """Interpretations, bar lines and data of the first piece.

        Raises
        ------
        FormatError
            If a line has not as many columns as are open, or columns are joined that
            do not stand side by side.
        """
        for number, line in enumerate(self.text.splitlines(), start=1):
            if not line.strip() or line.startswith("!"):
                self._record(line)
                continue
            cells = line.rstrip("\r\n").split("\t")
            if self.is_ended:
                self.n_segments += line.startswith("**")
                continue
            if not self._columns:
                self._start(cells, number)
            if len(cells) != len(self._columns):
                raise self._fail(
                    f"{len(cells)} columns where {len(self._columns)} spines are open", number
                )
            yield Row(number, tuple(zip(self._columns, cells, strict=True)))
            if line.startswith("*"):
                self._columns = self._after(cells, number)
                self.is_ended = not self._columns

    def _fail(self, message: str, number: int, column: int | None = None) -> FormatError:
        place = f"line {number}" if column is None else f"line {number}, spine {column + 1}"
        return FormatError(message, source=self.source, place=place)

    def _record(self, line: str) -> None:
        if line.startswith("!!!") and ":" in line and self.n_segments <= 1:
            name, _, value = line[3:].partition(":")
            self.records.setdefault(name.strip(), value.strip())

    def _start(self, cells: list[str], number: int) -> None:
        if not all(cell.startswith("**") for cell in cells):
            raise self._fail("a Humdrum file begins with ** interpretations", number)
        self.n_segments = 1
        if len(cells) > MAX_COLUMNS:
            raise self._fail(f"more than {MAX_COLUMNS} columns", number)
        self._columns = [Column(place, cell) for place, cell in enumerate(cells)]
        self.n_spines = len(cells)

    def _after(self, cells: list[str], number: int) -> list[Column]:
        """The columns below a line of interpretations."""
        columns: list[Column] = []
        for column, token, place in zip(self._columns, cells, range(len(cells)), strict=True):
            if token == "*-":
                continue
            columns.append(column)
            if token == "*^":
                columns.append(Column(column.spine, column.kind, column.end))
            elif token == "*+":
                columns.append(Column(self.n_spines, ""))
                self.n_spines += 1
            elif token.startswith("**"):
                column.kind = token
            elif not token.startswith("*"):
                raise self._fail(f"{token[:20]!r} among interpretations", number, place)
        if "*v" in cells or "*x" in cells:
            columns = self._rearranged(columns, cells, number)
        if len(columns) > MAX_COLUMNS:
            raise self._fail(f"more than {MAX_COLUMNS} columns", number)
        return columns

    def _rearranged(self, columns: list[Column], cells: list[str], number: int) -> list[Column]:
        """Joins and exchanges, after splits have added their columns."""
        kept = [cell for cell in cells if cell != "*-"]
        tokens = [t for cell in kept for t in ([cell, "*"] if cell in ("*^", "*+") else [cell])]
        pairs = list(zip(columns, tokens, strict=True))
        exchanged = [place for place, (_, token) in enumerate(pairs) if token == "*x"]
        if len(exchanged) == 2:
            first, second = exchanged
            pairs[first], pairs[second] = pairs[second], pairs[first]
        elif exchanged:
            raise self._fail("*x must stand in exactly two columns", number)
        joined: list[Column] = []
        for is_join, run in groupby(pairs, key=lambda pair: pair[1] == "*v"):
            found = [column for column, _ in run]
            joined += self._join(found, number) if is_join else found
        return joined

    def _join(self, run: list[Column], number: int) -> list[Column]:
        """Neighbouring columns marked ``*v``: those of one spine become one again."""
        groups = [list(group) for _, group in groupby(run, key=lambda column: column.spine)]
        if len(run) > 1 and all(len(group) == 1 for group in groups):
            groups = [run]
        if any(len(group) == 1 for group in groups):
            raise self._fail("*v must stand in neighbouring columns", number)
        for group in groups:
            group[0].end = max(column.end for column in group)
        return [group[0] for group in groups]
