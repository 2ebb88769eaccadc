"""What could be told of a path: its entries in chapters.

Chapters never change their numbers as a story goes on: a new entry begins one, or goes into one
that is there. Who chose chapters by number yesterday tells the same ones today.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from clinamen.operations.story.path import PROPOSING, Path, Step

__all__ = ["SITTING", "Chapter", "Chapters", "time_of"]

SITTING = timedelta(hours=3)
"""Where nothing happened for so long, a new sitting begins."""

_HAND = ("edit", "undo", "redo")
_BEGINNINGS = ("import", "adopt")
_SAME = {"keep": "keep", "branch": "back", "name": "name", "note": "note", "add": "add"}


@dataclass(frozen=True, slots=True)
class Chapter:
    """Entries that are told together, or not at all.

    Parameters
    ----------
    number
        From 1.
    kind
        ``begin``, ``hand``, ``proposals``, ``keep``, ``back``, ``name``, ``note``, ``add`` or
        ``other``.
    steps
        Its entries.
    draft
        Digest of the song as it leaves it; None where it is not about a state of the song.
    proposals
        Digests of what was proposed in it.
    needs
        Numbers of all entries that telling it gives away: its own, and the one that its draft
        comes from.
    """

    number: int
    kind: str
    steps: tuple[Step, ...]
    draft: str | None
    proposals: tuple[str, ...]
    needs: tuple[int, ...]

    @property
    def seqs(self) -> tuple[int, ...]:
        """Numbers of its entries."""
        return tuple(step.seq for step in self.steps)

    @property
    def first(self) -> Step:
        """Its first entry."""
        return self.steps[0]

    @property
    def last(self) -> Step:
        """Its last entry."""
        return self.steps[-1]


def time_of(step: Step) -> datetime | None:
    """When it was; None where that is not to be read."""
    try:
        at = datetime.fromisoformat(step.at)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


@dataclass
class _Open:
    """A chapter that entries may still go into."""

    kind: str
    steps: list[Step] = field(default_factory=list)


class Chapters:
    """A path in chapters.

    Parameters
    ----------
    path
        Of the song.
    present
        Digest of the song as it is now: a file of its path. The head of the path if not given,
        or if it is the file that all began with.
    """

    def __init__(self, path: Path, present: str | None = None) -> None:
        self.path = path
        self._generating: dict[str, list[Step]] = {}
        for step in path.steps:
            for digest in step.generated:
                self._generating.setdefault(digest, []).append(step)
        begins = present is not None and self.as_read(present) != present
        self.present = path.head if present is None or begins else present
        opened = _grouped(path.steps)
        self.all = tuple(self._closed(number, each) for number, each in enumerate(opened, start=1))

    def origin(self, digest: str, seq: int | None = None) -> Step | None:
        """The entry that generated a draft, the last one up to an entry."""
        steps = self._generating.get(digest, [])
        place = len(steps) if seq is None else bisect_right(steps, seq, key=lambda each: each.seq)
        return steps[place - 1] if place else None

    def as_read(self, digest: str) -> str:
        """The draft that was read from a file, where a story began with it; else the same."""
        step = self.origin(digest)
        is_first = step is not None and step.head is not None and digest == step.generated[0]
        return step.head if step is not None and step.head and is_first else digest

    def way(self) -> frozenset[int]:
        """Numbers of the entries that the song as it is now comes from, one from the other."""
        found: set[int] = set()
        digest: str | None = self.present
        seq = len(self.path.steps)
        while digest is not None and (step := self.origin(digest, seq)) is not None:
            found.add(step.seq)
            seq = step.seq - 1
            if step.kind != "branch":  # What was gone back to is the same draft, made before.
                made_here = step.head == digest
                digest = step.before if made_here else next(iter(step.used), None)
        return frozenset(found)

    def now_needs(self) -> tuple[int, ...]:
        """Numbers of the entries that telling the song as it is now gives away."""
        step = self.origin(self.present)
        return () if step is None else (step.seq,)

    def _closed(self, number: int, opened: _Open) -> Chapter:
        steps = tuple(opened.steps)
        last = steps[-1]
        draft, proposals = _draft_of(opened.kind, last), _proposals_of(opened.kind, steps[0])
        needs = {step.seq for step in steps}
        origin = None if draft is None else self.origin(draft, last.seq)
        if origin is not None:
            needs.add(origin.seq)
        return Chapter(number, opened.kind, steps, draft, proposals, tuple(sorted(needs)))


def _grouped(steps: Sequence[Step]) -> list[_Open]:
    made: list[_Open] = []
    proposed: dict[str, _Open] = {}
    for step in steps:
        into = _goes_on(step, made, proposed)
        if into is None:
            into = _Open(_kind_of(step))
            made.append(into)
        into.steps.append(step)
        if into.kind == "proposals" and step.kind != "reject":
            proposed.update(dict.fromkeys(step.generated, into))
    return made


def _goes_on(step: Step, made: Sequence[_Open], proposed: dict[str, _Open]) -> _Open | None:
    """The chapter that an entry goes into; None where it begins one."""
    if step.kind == "reject":
        return next((proposed[digest] for digest in step.used if digest in proposed), None)
    if step.kind not in _HAND or not made or made[-1].kind != "hand":
        return None
    before, now = time_of(made[-1].steps[-1]), time_of(step)
    is_soon = before is not None and now is not None and now - before < SITTING
    return made[-1] if is_soon else None


def _kind_of(step: Step) -> str:
    if step.kind in _HAND:
        return "hand"
    is_first = step.before is None and step.head is not None
    if step.kind in _BEGINNINGS or is_first:
        return "begin"
    if step.kind in PROPOSING:
        return "proposals"
    return _SAME.get(step.kind, "other")


def _draft_of(kind: str, last: Step) -> str | None:
    if kind in ("begin", "hand", "keep", "back"):
        return last.head
    if kind == "name":
        return last.names[0][1] if last.names else None
    return next(iter(last.generated), None) if kind == "add" else None


def _proposals_of(kind: str, first: Step) -> tuple[str, ...]:
    """What was proposed. A story that begins with what was composed has its first draft last,
    which is the first of the files."""
    if kind == "begin" and first.kind in ("compose", "atlas"):
        return first.generated[1:-1]
    return first.generated if kind == "proposals" else ()
