"""Played times moved to written ones, and how far they moved.

A file whose onsets all lie on written positions stays exact. Otherwise every beat
gets the division that explains its onsets best: squared error against the price of a
finer grid.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor, log, sqrt

from clinamen.domains.music.notes import Quantisation

__all__ = ["DIVISIONS", "Snapped", "is_written", "quantise"]

Span = tuple[Fraction, Fraction]
"""Onset and end in quarters."""

_WRITTEN = frozenset({1, 2, 4, 8, 16, 32, 3, 6, 12, 24, 5, 10, 20, 7, 14, 9})
"""Denominators of onsets that notation writes: down to 128ths, and common tuplets."""

_WRITTEN_ENDS = frozenset({1, 2, 4, 8, 3, 6, 5, 7, 9})
"""Denominators of ends that stay besides those that onsets use: programs play a note a
little shorter than it is written (23/24, 15/16, 19/20 of it), and that is no rhythm."""

_MOSTLY = 0.9
"""From this share of written onsets on, only the others are moved (ornaments, slips)."""

DIVISIONS = {1: 0.30, 2: 0.30, 4: 0.24, 3: 0.10, 8: 0.03, 6: 0.03}
"""Divisions of a beat that a performance may be moved to, with their prior shares."""

_SPREADS = (0.015, 0.08)
"""Least and greatest spread of played onsets assumed, in quarters."""

_LOOSE = 0.83
"""From this share of the error of random onsets on, the beats are not believed. In
simulations players with a spread of 0.05 quarters stay below 0.81, and those who ignore
the file's beats above 0.84."""


@dataclass(frozen=True)
class Snapped:
    """Written times for played ones, in the order given.

    Parameters
    ----------
    spans
        Onsets and ends; no span is empty.
    quantisation
        None when no onset moved.
    n_ends_moved
        How many ends moved (with or without their onsets).
    is_loose
        The onsets lie hardly nearer to the grid than random ones would: the beats of
        the file are not those of the player.
    """

    spans: tuple[Span, ...]
    quantisation: Quantisation | None = None
    n_ends_moved: int = 0
    is_loose: bool = False


def is_written(quarters: Fraction, grid: int = 1) -> bool:
    """Whether notation has this time: on a common division, or on the file's own `grid`."""
    return quarters.denominator in _WRITTEN or grid % quarters.denominator == 0


def quantise(spans: Sequence[Span], *, grid: int = 1) -> Snapped:
    """Move played onsets and ends to written ones.

    Parameters
    ----------
    spans
        Onset and end of every note, the end later than the onset.
    grid
        Divisions of the quarter that the file itself claims to be written on; times on
        it are left alone.

    Source
    ------
    The price of a division is its description length: minus the log of its prior and
    the log of the positions it offers to each onset off the beat, as in Cemgil, Desain
    and Kappen (2000), *Rhythm quantization for transcription*; the priors are ours.
    """
    written = [is_written(onset, grid) for onset, _ in spans]
    if all(written):
        return _snap_ends(spans, grid)
    keep = sum(written) >= _MOSTLY * len(written)
    stays = [keep and on_grid for on_grid in written]
    divisions = _beat_divisions([float(onset) for onset, _ in spans])
    ends = _kept_ends(spans, stays, grid)
    moved: list[Span] = []
    for (onset, end), start_stays in zip(spans, stays, strict=True):
        start = onset if start_stays else _nearest(onset, divisions)
        is_kept = end in ends and end > start
        moved.append((start, end if is_kept else _snapped_end(start, end, divisions)))
    return _report(spans, moved, divisions, stays)


def _snap_ends(spans: Sequence[Span], grid: int) -> Snapped:
    """Onsets are written: leave them, and move only the ends that are not."""
    ends = _kept_ends(spans, [True] * len(spans), grid)
    if len(ends) == len({end for _, end in spans}):
        return Snapped(tuple(spans))
    divisions = _beat_divisions([float(onset) for onset, _ in spans])
    kept = [
        (start, end if end in ends else _snapped_end(start, end, divisions)) for start, end in spans
    ]
    n_moved = sum(old[1] != new[1] for old, new in zip(spans, kept, strict=True))
    return Snapped(tuple(kept), n_ends_moved=n_moved)


def _kept_ends(spans: Sequence[Span], stays: Sequence[bool], grid: int) -> set[Fraction]:
    """Ends on divisions that notation or the onsets of this very file use."""
    used = {onset.denominator for (onset, _), on_grid in zip(spans, stays, strict=True) if on_grid}
    if not used:
        return set()
    known = _WRITTEN_ENDS | used
    return {end for _, end in spans if end.denominator in known or grid % end.denominator == 0}


def _beat_divisions(onsets: Sequence[float]) -> dict[int, int]:
    """The division of every beat that holds an onset, with the spread learned on the way."""
    beats: dict[int, list[float]] = {}
    for onset in onsets:
        beats.setdefault(floor(onset), []).append(onset - floor(onset))
    spread = 0.04
    for _ in range(3):
        chosen = {beat: _best_division(places, spread) for beat, places in beats.items()}
        squares = [
            (place - round(place * chosen[beat]) / chosen[beat]) ** 2
            for beat, places in beats.items()
            for place in places
        ]
        spread = min(max(sqrt(sum(squares) / len(squares)), _SPREADS[0]), _SPREADS[1])
    return chosen


def _best_division(places: Sequence[float], spread: float) -> int:
    def price(division: int) -> float:
        total = -log(DIVISIONS[division])
        for place in places:
            step = round(place * division)
            total += (place - step / division) ** 2 / (2 * spread**2)
            if 0 < step < division:
                total += log(division)
        return total

    return min(DIVISIONS, key=price)


def _nearest(quarters: Fraction, divisions: dict[int, int]) -> Fraction:
    beat = floor(quarters)
    division = divisions.get(beat, 1)
    return beat + Fraction(round((quarters - beat) * division), division)


def _snapped_end(start: Fraction, end: Fraction, divisions: dict[int, int]) -> Fraction:
    """The end on the grid of its beat; never before a short step of the start's own grid."""
    beat = floor(end)
    division = max(divisions.get(beat, 4), 2)
    snapped = beat + Fraction(round((end - beat) * division), division)
    if snapped > start:
        return snapped
    step = start.denominator  # an onset that stayed need not be on its beat's division
    return start + Fraction(1, step * ceil(4 / step))


def _report(
    played: Sequence[Span],
    moved: Sequence[Span],
    divisions: dict[int, int],
    stayed: Sequence[bool],
) -> Snapped:
    errors = [abs(old[0] - new[0]) for old, new in zip(played, moved, strict=True)]
    tested = [onset for (onset, _), stays in zip(played, stayed, strict=True) if not stays]
    return Snapped(
        tuple(moved),
        Quantisation(
            tuple(sorted(set(divisions.values()))),
            float(sum(errors) / len(errors)),
            float(max(errors)),
        ),
        sum(old[1] != new[1] for old, new in zip(played, moved, strict=True)),
        min(_looseness(tested, 4), _looseness(tested, 3)) > _LOOSE,
    )


def _looseness(onsets: Sequence[Fraction], division: int) -> float:
    """Mean distance to an even grid, as a share of what random onsets would have."""
    places = [float(onset) * division for onset in onsets]
    return sum(abs(place - round(place)) for place in places) / len(places) / 0.25
