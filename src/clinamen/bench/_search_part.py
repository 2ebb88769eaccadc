"""What every part of `clinamen bench search` is asked, and what it answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from clinamen.bench._creation_statistics import Target

__all__ = ["SIZES", "Asked", "PartFigures", "Size", "Table", "Target", "Telling"]

Telling = Callable[[str, int, int], None] | None
"""Is told what is being done, how much of it was done, and of how much."""


@dataclass(frozen=True)
class Size:
    """How much is measured.

    Parameters
    ----------
    n_seeds
        Runs of each method.
    n_rounds
        Of an atlas; every method hears as many tunes.
    n_speed_rounds
        Rounds that are timed.
    n_agreeing
        Tunes that are heard by two listeners.
    hours
        Of fishing that are simulated.
    n_kills
        Searches that are killed.
    """

    n_seeds: int
    n_rounds: int
    n_speed_rounds: int
    n_agreeing: int
    hours: float
    n_kills: int


SIZES: Mapping[str, Size] = {
    "quick": Size(3, 4, 8, 200, 0.5, 10),
    "usual": Size(10, 16, 32, 1000, 8, 200),
    "full": Size(20, 200, 64, 4000, 24, 1000),
}
"""By name."""


@dataclass(frozen=True)
class Asked:
    """What a part is to measure.

    Parameters
    ----------
    size
        How much.
    song
        A file that gives key, metre, bars and range; None for sixteen bars in C major.
    seed
        The first one; the others follow.
    folder
        On the disk that is measured; None for where the system puts what is temporary.
    """

    size: Size
    song: str | None = None
    seed: int = 1
    folder: str | None = None


@dataclass(frozen=True)
class Table:
    """Figures to be shown.

    Parameters
    ----------
    heads
        Of the columns; the first is set flush left.
    rows
        As many cells as heads in each.
    """

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class PartFigures:
    """What a part has measured.

    Parameters
    ----------
    name
        Of the part.
    facts
        All of it as plain values, for JSON.
    targets
        What was to be reached, with what was.
    lines
        What it was measured on, and what belongs to no table.
    table
        For people.
    is_sound
        False where something was lost or wrong, whatever the targets say.
    """

    name: str
    facts: Mapping[str, Any]
    targets: Sequence[Target] = ()
    lines: tuple[str, ...] = ()
    table: Table | None = None
    is_sound: bool = True
