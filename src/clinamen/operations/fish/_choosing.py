"""Which bars of a long song are fished, where the wish leaves that open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clinamen.errors import ClinamenError
from clinamen.operations.fish.passage import Passage
from clinamen.operations.swerve import SwerveRequest, propose_places

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clinamen.domains.music.listener import Listener
    from clinamen.domains.music.notes import Song

__all__ = ["LONGEST_BARS", "chosen_bars"]

LONGEST_BARS = 16
"""Of a longer passage a part is fished, so that a find is a change that can be taken in."""

_BARS = 12
"""Bars of that part: four to be at home in, four with the break, four to come back."""

_GRID = 4
_PLACES = 24


def chosen_bars(
    song: Song, passage: Passage, listener: Listener, locks: Sequence[str], turn: int
) -> tuple[int, int]:
    """First and last bar of a part of a passage where a break would tell most.

    Parameters
    ----------
    song, passage
        A song, and those of its bars that may change.
    locks
        What must stay.
    turn
        0 takes the best part, 1 the next one, and so on, round and round.
    """
    first, last = max(passage.first_bar, 1), passage.last_bar
    try:
        request = SwerveRequest("1.1", n=_PLACES, locks=tuple(locks))
        found = [each.bar for each in propose_places(song, listener, request)]
    except ClinamenError:  # No note of it is free, say: any part is as good.
        found = []
    bars = [bar for bar in found if first <= bar <= last] or [*range(first, last + 1, _BARS)]
    starts = [_start(bar, first, last) for bar in bars]
    low = list(dict.fromkeys(starts))[turn % len(set(starts))]
    return low, min(low + _BARS - 1, last)


def _start(bar: int, first: int, last: int) -> int:
    """First bar of the part in whose second four bars a bar lies, as far as there are any."""
    line = first + (bar - first) // _GRID * _GRID
    return max(first, min(line - _GRID, last - _BARS + 1))
