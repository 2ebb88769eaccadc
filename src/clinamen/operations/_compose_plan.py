"""Which bars of a melody are written, which are given, and which come back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from clinamen.domains.music.editing import NoteTicks
from clinamen.errors import ConstraintError, FormatError
from clinamen.operations._compose_frame import Frame, Span
from clinamen.operations.text import a_count

__all__ = ["Copy", "Plan", "form_plan", "parse_form"]

_LETTER = re.compile(r"([A-Za-z])('*)")
_MOST_SECTIONS = 64


@dataclass(frozen=True, slots=True)
class Copy:
    """A stretch that comes back: notes from `source` on stand again from `start` on."""

    source: int
    start: int
    length: int

    def of(self, notes: Sequence[NoteTicks]) -> tuple[NoteTicks, ...]:
        """The notes as they come back."""
        end, shift = self.source + self.length, self.start - self.source
        return tuple(
            (onset + shift, min(lasts, end - onset), pitch)
            for onset, lasts, pitch in notes
            if self.source <= onset < end
        )

    def covers(self, onset: int) -> bool:
        """Whether a time is in the stretch that comes back."""
        return self.start <= onset < self.start + self.length


@dataclass(frozen=True)
class Plan:
    """What is written where.

    Parameters
    ----------
    frame
        What the notes stand in.
    given
        Notes that stay exactly as they are.
    spans
        Stretches that are written, in order.
    copies
        Stretches that come back, in order.
    """

    frame: Frame
    spans: tuple[Span, ...]
    given: tuple[NoteTicks, ...] = ()
    copies: tuple[Copy, ...] = ()

    def writes(self, onset: int) -> bool:
        """Whether notes that begin at a time are written."""
        return any(start <= onset < end for start, end in self.spans)

    def bars(self) -> list[int]:
        """Indices of bars in which something is written."""
        lines = self.frame.lines
        return [
            bar
            for bar, (start, end) in enumerate(pairwise(lines))
            if any(begin < end and start < stop for begin, stop in self.spans)
        ]

    def whole(self, written: Sequence[NoteTicks]) -> tuple[NoteTicks, ...]:
        """Written notes with those that are given and those that come back.

        A written note lasts to the next one, or to a breath before it.
        """
        notes = sorted([*self.given, *written])
        for copy in self.copies:
            notes = [note for note in notes if not copy.covers(note[0])] + list(copy.of(notes))
        notes.sort()
        fixed = set(self.given)
        lasting = []
        for place, note in enumerate(notes):
            following = notes[place + 1][0] if place + 1 < len(notes) else self.frame.end
            if note not in fixed:
                note = (note[0], self.frame.duration(note[0], following), note[2])
            lasting.append(note)
        return tuple(lasting)

    def written(self, notes: Sequence[NoteTicks]) -> tuple[NoteTicks, ...]:
        """The written ones of all notes."""
        fixed = set(self.given)
        return tuple(note for note in notes if note not in fixed and self.writes(note[0]))


def parse_form(text: str, n_bars: int) -> list[tuple[str, int]]:
    """Letters of sections with the number of their strokes, from a form such as ``AABA``.

    Raises
    ------
    FormatError
        If it is none, with the column.
    ConstraintError
        If the bars cannot be divided among the sections.
    """
    found: list[tuple[str, int]] = []
    place = 0
    while place < len(text):
        if text[place] in " -":
            place += 1
            continue
        match = _LETTER.match(text, place)
        if match is None:
            raise FormatError(
                f"a form is letters such as AABA or AA'BA', not {text[:40]!r}",
                source="--form",
                column=place + 1,
            )
        found.append((match[1].upper(), len(match[2])))
        place = match.end()
    if not 1 <= len(found) <= _MOST_SECTIONS:
        raise FormatError(
            f"a form has 1 to {_MOST_SECTIONS} sections, not {len(found)}", source="--form"
        )
    if n_bars % len(found):
        below, above = n_bars // len(found) * len(found), -(-n_bars // len(found)) * len(found)
        nearest = f"{below} or {above} bars" if below else f"{above} bars"
        raise ConstraintError(
            f"form {text.strip()}",
            f"{a_count(n_bars, 'bar')} cannot be divided into {len(found)} sections",
            nearest=nearest,
        )
    return found


def form_plan(frame: Frame, sections: Sequence[tuple[str, int]], begin: int) -> Plan:
    """The plan of a melody whose sections come back; with a stroke, their last bars differ.

    Parameters
    ----------
    begin
        Where the first note may begin.
    """
    each = frame.n_bars // len(sections)
    changed = max(each // 4, 1) if each > 1 else 0
    first: dict[tuple[str, int] | str, int] = {}
    spans: list[Span] = []
    copies: list[Copy] = []
    for number, (letter, strokes) in enumerate(sections):
        bar, end = number * each, (number + 1) * each
        start, stop = frame.lines[bar], frame.lines[end]
        source = first.get((letter, strokes), first.get(letter))
        if source is None:
            spans.append((begin if bar == 0 else start, stop))
        else:
            same = (letter, strokes) in first
            cut = stop if same else frame.lines[end - changed]
            copies.append(Copy(frame.lines[source], start, cut - start))
            if not same:
                spans.append((cut, stop))
        first.setdefault((letter, strokes), bar)
        first.setdefault(letter, bar)
    return Plan(frame, tuple(spans), copies=tuple(copies))
