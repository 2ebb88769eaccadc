"""Polyphony reduced to one voice: the highest note that is heard to begin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import groupby

from clinamen.domains.music.notes import Note

__all__ = ["cut_note", "is_polyphonic", "skyline"]


def skyline(notes: Sequence[Note]) -> tuple[tuple[Note, ...], int]:
    """One line out of many notes, and how many notes were cut or left out.

    Of the notes that begin together the highest is kept. A note is cut where a higher
    one, or one of its own pitch, begins. A lower note that begins under a sounding
    higher one is accompaniment, and left out, when the higher one covers at least half
    of it; otherwise the overlap is legato, and the higher note is cut there instead.
    No onset is ever moved.

    Parameters
    ----------
    notes
        In any order.

    Source
    ------
    The idea is the "all-mono" reduction of Uitdenbogerd and Zobel (1998), *Manipulation
    of music for melody matching*; the rule for covered notes is ours, since without it
    every bass note under a held melody note would become melody.
    """
    line: list[Note] = []
    n_changed = 0
    ordered = sorted(notes, key=lambda note: note.onset_quarters)
    for onset, group in groupby(ordered, key=lambda note: note.onset_quarters):
        together = list(group)
        top = max(together, key=lambda note: (note.pitch, note.duration_quarters))
        n_changed += len(together) - 1
        if not line or line[-1].end_quarters <= onset:
            line.append(top)
            continue
        n_changed += 1
        if _is_covered(top, line[-1]):
            continue
        line[-1] = cut_note(line[-1], onset)
        line.append(top)
    return tuple(line), n_changed


def is_polyphonic(notes: Sequence[Note]) -> bool:
    """Whether any two notes sound at once."""
    latest = Fraction(0)
    for note in sorted(notes, key=lambda note: note.onset_quarters):
        if note.onset_quarters < latest:
            return True
        latest = note.end_quarters
    return False


def cut_note(note: Note, end_quarters: Fraction) -> Note:
    """The note ended early; its tied parts are cut with it."""
    duration = end_quarters - note.onset_quarters
    parts: list[Fraction] = []
    left = duration
    for part in note.tied:
        parts.append(min(part, left))
        left -= parts[-1]
        if left == 0:
            break
    tied = tuple(parts) if len(parts) > 1 else ()
    return replace(note, duration_quarters=duration, tied=tied)


def _is_covered(note: Note, above: Note) -> bool:
    if note.pitch >= above.pitch:
        return False
    covered = min(above.end_quarters, note.end_quarters) - note.onset_quarters
    return 2 * covered >= note.duration_quarters
