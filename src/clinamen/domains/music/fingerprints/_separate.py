"""Several runs of a melody that come in tunes, no two of them with a note in common."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from clinamen.domains.music.editing import NoteTicks
from clinamen.domains.music.fingerprints._index import Fingerprints
from clinamen.domains.music.fingerprints._shared import SharedRun
from clinamen.domains.music.fingerprints._steps import RUN

__all__ = ["separate_runs"]


def separate_runs(
    index: Fingerprints, notes: Sequence[NoteTicks], *, n: int, least: int = RUN
) -> tuple[SharedRun, ...]:
    """The longest run that comes in a tune, then the longest in the notes that are left, and so on.

    Each is of another tune. So they are apart, and what is cut off by a longer one counts
    with what is left of it. Of several as long, the first in the melody.

    Parameters
    ----------
    n
        How many at most.
    least
        Shorter ones than this, in notes, are left out.

    Raises
    ------
    ParameterError
        If notes are not in order.
    """
    found: list[SharedRun] = []
    left = [(0, len(notes))]
    while len(found) < n:
        named = [run.tune for run in found]
        runs = [run for part in left if (run := _within(index, notes, part, named)) is not None]
        # Parts stand in their order, and of several as long `max` takes the first.
        best = max(runs, key=lambda run: run.n_notes, default=None)
        if best is None or best.n_notes < least:
            break
        found.append(best)
        left = [rest for part in left for rest in _without(part, best)]
    return tuple(found)


def _within(
    index: Fingerprints, notes: Sequence[NoteTicks], part: tuple[int, int], named: Collection[int]
) -> SharedRun | None:
    start, end = part
    run = index.longest_run(notes[start:end], ignore=named)
    return run and replace(run, first=run.first + start)


def _without(part: tuple[int, int], run: SharedRun) -> list[tuple[int, int]]:
    """What a part of the melody has before and after a run; all of it if it has not the run."""
    start, end = part
    first, after = run.first, run.first + run.n_notes
    if not start <= first < end:
        return [part]
    return [(start, first), (after, end)]
