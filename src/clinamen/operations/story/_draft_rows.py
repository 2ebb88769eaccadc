"""What changed from one draft to the next, found without reading all of both."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import Any

from clinamen.errors import FormatError
from clinamen.operations.edit import Draft

__all__ = ["Change", "DraftRows", "Mark", "changed"]

# A path has thousands of drafts of thousands of notes, of which each differs from the one before
# in a few. Reading every draft takes a hundred times as long as comparing their bytes.

Mark = tuple[Any, ...]
"""What makes a note the same note: onset, duration, pitch; or a chord: onset, symbol."""

_BEGIN, _BETWEEN, _END = b'{"notes":[', b'],"chords":[', b"]}"
N_NOTE, N_CHORD = 3, 2


@dataclass(frozen=True, slots=True)
class DraftRows:
    """The rows of a draft, still as text: what stands in the brackets of its two lists."""

    notes: bytes = b""
    chords: bytes = b""

    @classmethod
    def of(cls, data: bytes) -> DraftRows:
        """The rows of a draft as `Draft.to_json` writes it, or of one written otherwise.

        Raises
        ------
        FormatError
            If it is no draft.
        """
        # A quotation mark within a text stands behind a backslash, so that what stands between
        # the lists stands nowhere else; the chords are the shorter one to look through.
        between = data.rfind(_BETWEEN)
        if between < 0 or not (data.startswith(_BEGIN) and data.endswith(_END)):
            data = Draft.from_json(data.decode("utf-8", "replace")).to_json().encode("utf-8")
            between = data.rfind(_BETWEEN)
        return cls(data[len(_BEGIN) : between], data[between + len(_BETWEEN) : -len(_END)])

    @property
    def note_marks(self) -> list[Mark]:
        """Of all notes."""
        return _marks(self.notes, N_NOTE)

    @property
    def chord_marks(self) -> list[Mark]:
        """Of all chords."""
        return _marks(self.chords, N_CHORD)


@dataclass(frozen=True, slots=True)
class Change:
    """What differs between two drafts, in notes or in chords.

    Parameters
    ----------
    removed, added
        What only the one before has, and what only the one after has.
    partners
        By what was added, what stood in its place of the list; empty where the lists are not
        equally long.
    """

    removed: tuple[Mark, ...]
    added: tuple[Mark, ...]
    partners: dict[Mark, Mark]


def changed(before: bytes, after: bytes, n: int) -> Change:
    """What changed between the rows of two drafts.

    Parameters
    ----------
    n
        So many values of a row make it what it is: `N_NOTE`, `N_CHORD`.

    Raises
    ------
    FormatError
        If there are other things than rows.
    """
    if before == after:
        return Change((), (), {})
    start, end = _span(before, after)
    old = _marks(before[start : len(before) - end], n)
    new = _marks(after[start : len(after) - end], n)
    removed, added = _without(old, new), _without(new, old)
    partners = dict(zip(new, old, strict=True)) if len(old) == len(new) else {}
    return Change(removed, added, partners)


def _without(rows: list[Mark], others: list[Mark]) -> tuple[Mark, ...]:
    """Rows less as many of each as there are others."""
    if not rows:
        return ()
    left = Counter(others)
    found = []
    for row in rows:
        if left[row]:
            left[row] -= 1
        else:
            found.append(row)
    return tuple(found)


def _marks(rows: bytes, n: int) -> list[Mark]:
    try:
        found = json.loads(f"[{rows.decode('utf-8')}]")
    except (ValueError, RecursionError):
        raise FormatError("a draft is damaged") from None
    marks = [tuple(row[:n]) for row in found if isinstance(row, list)]
    if len(marks) < len(found) or not all(_is_mark(mark, n) for mark in marks):
        raise FormatError("a draft is damaged")
    return marks


def _is_mark(mark: Mark, n: int) -> bool:
    last = int if n == N_NOTE else str
    return len(mark) == n and type(mark[-1]) is last and all(type(v) is int for v in mark[:-1])


def _span(before: bytes, after: bytes) -> tuple[int, int]:
    """How many bytes of whole rows are the same at the beginning, and at the end."""
    if b"\\" in before or b"\\" in after:
        # Where a text begins and ends could not be told by counting quotation marks.
        return 0, 0
    start = _row_start(before, _n_same(before, after))
    most = min(len(before), len(after)) - start
    return start, _row_end(before, _n_same_at_end(before, after, most))


def _n_same(before: bytes, after: bytes) -> int:
    low, high = 0, min(len(before), len(after))
    while low < high:
        middle = (low + high + 1) // 2
        if before[low:middle] == after[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _n_same_at_end(before: bytes, after: bytes, most: int) -> int:
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if before[-middle : len(before) - low] == after[-middle : len(after) - low]:
            low = middle
        else:
            high = middle - 1
    return low


def _row_start(rows: bytes, place: int) -> int:
    """Where the row begins that a place is in: a bracket that is in no text."""
    place = rows.rfind(b"[", 0, place + 1)
    while place > 0 and rows.count(b'"', 0, place) % 2:
        place = rows.rfind(b"[", 0, place)
    return max(place, 0)


def _row_end(rows: bytes, n_same: int) -> int:
    """Bytes from the first end of a row within the last so many."""
    first = len(rows) - n_same
    place = rows.find(b",[", first)
    while place >= 0 and rows.count(b'"', place) % 2:
        place = rows.find(b",[", place + 1)
    return 0 if place < 0 else len(rows) - place
