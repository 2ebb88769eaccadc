"""What kind of change is made to a passage: the share of the changed time that is of each kind."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from clinamen.domains.music.editing import NoteTicks
from clinamen.operations.fish._ideas import ChordTicks

__all__ = ["Line", "kinds_of_change"]


@dataclass(frozen=True)
class Line:
    """A melody and its chords, asked for what sounds at a time.

    Parameters
    ----------
    notes, chords
        In the order of their onsets.
    """

    notes: Sequence[NoteTicks]
    chords: Sequence[ChordTicks]

    def times(self, first: int, end: int) -> set[int]:
        """When anything begins or is over between two times."""
        low = max(bisect_right(self.notes, first, key=_onset) - 1, 0)
        high = bisect_right(self.notes, end, key=_onset)
        bounds = {t for on, lasts, _ in self.notes[low:high] for t in (on, on + lasts)}
        bounds.update(on for on, _ in self.chords)
        return {time for time in bounds if first < time < end}

    def note_at(self, time: int) -> tuple[int, int] | None:
        """Onset and pitch of the note that sounds; None where none does."""
        place = bisect_right(self.notes, time, key=_onset) - 1
        if place < 0:
            return None
        onset, lasts, pitch = self.notes[place]
        return (onset, pitch) if time < onset + lasts else None

    def chord_at(self, time: int) -> str:
        """The chord that holds; "" before the first."""
        place = bisect_right(self.chords, time, key=_onset) - 1
        return self.chords[place][1] if place >= 0 else ""


def _onset(row: NoteTicks | ChordTicks) -> int:
    return row[0]


def kinds_of_change(old: Line, new: Line, first: int, end: int) -> dict[str, float]:
    """Of the time between two times in which anything is other than before, the share in which
    the pitch is another (``pitch``), no note or one of another onset sounds (``rhythm``), the
    chord is another (``harmony``), and nothing sounds where something did (``silence``).

    More than one can be so at a time. Of no change all are 0.
    """
    bounds = sorted({first, end} | old.times(first, end) | new.times(first, end))
    found = dict.fromkeys(("pitch", "rhythm", "harmony", "silence"), 0)
    changed = 0
    for time, after in pairwise(bounds):
        kinds = _kinds_at(old, new, time)
        changed += (after - time) * bool(kinds)
        for kind in kinds:
            found[kind] += after - time
    return {kind: ticks / changed if changed else 0.0 for kind, ticks in found.items()}


def _kinds_at(old: Line, new: Line, time: int) -> list[str]:
    was, now = old.note_at(time), new.note_at(time)
    kinds = []
    if was is not None and now is not None and was[1] != now[1]:
        kinds.append("pitch")
    if (was and was[0]) != (now and now[0]):
        kinds.append("rhythm")
    if old.chord_at(time) != new.chord_at(time):
        kinds.append("harmony")
    if was is not None and now is None:
        kinds.append("silence")
    return kinds
