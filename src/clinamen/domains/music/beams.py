"""Which notes stand under one beam: eighths and shorter of one beat.

The rule, by metre:

- Quarters and longer as beats (4/4, 3/4, 2/2): a beam for each quarter. Four eighths, and nothing
  else, in a half of 2/4, 4/4 or 2/2 stand under one.
- Compound metres (6/8, 9/8, 12/8), and 3/8: a beam for each group of three.
- Other metres in eighths or shorter: 5 is 3+2 and 8 is 3+3+2; the rest goes by twos, and an odd
  one ends with a three (7 is 2+2+3).

Rests, notes without flags and bar lines end a beam; a tie does not. A tuplet that is longer than
its beat is not cut.

*Source*: usual engraving practice, as Gould 2011, *Behind Bars*, tells of it; what is told there
of voices, of accompaniments and of subdivided beams is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from clinamen.domains.music.notes import Melody, Meter

__all__ = ["Sign", "beam_groups", "group_end", "n_flags", "offsets_in_meter"]

_EIGHTH = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Sign:
    """A written note or rest, as far as beams are concerned.

    Parameters
    ----------
    onset_quarters
        Its place in the metre: from the first beat of its bar, were the bar full.
    duration_quarters
        How long it sounds.
    n_flags
        Of its sign; 0 for a rest.
    is_within_tuplet
        Whether it belongs to a tuplet that began before it.
    """

    onset_quarters: Fraction
    duration_quarters: Fraction
    n_flags: int
    is_within_tuplet: bool = False


def n_flags(written_quarters: Fraction) -> int:
    """Flags of a note that is written so long (before a tuplet shortens it), dots included.

    Examples
    --------
    >>> [n_flags(Fraction(length)) for length in ("1", "3/4", "1/2", "3/8", "1/4")]
    [0, 1, 1, 2, 2]
    """
    flags = 0
    while written_quarters < 1:
        written_quarters *= 2
        flags += 1
    return flags


def group_end(onset_quarters: Fraction, meter: Meter) -> Fraction:
    """When the group that a beam stays in ends, for a time counted from a bar's first beat.

    Examples
    --------
    >>> [str(group_end(Fraction(eighth, 2), Meter(7, 8))) for eighth in (0, 1, 2, 4, 6)]
    ['1', '1', '2', '7/2', '7/2']
    """
    if meter.denominator <= 4:
        return Fraction(onset_quarters // 1 + 1)
    unit = Fraction(4, meter.denominator)
    within = onset_quarters % meter.bar_quarters
    return onset_quarters - within + unit * _units_until(int(within / unit), meter.numerator)


def _units_until(place: int, n_units: int) -> int:
    """Units of a bar until the end of the group that one of them is in."""
    if n_units % 3 == 0:
        return place // 3 * 3 + 3
    if n_units in (5, 8):
        return min(place // 3 * 3 + 3, n_units)
    end = place // 2 * 2 + 2
    # The three at the end of an odd number.
    return n_units if n_units % 2 and end > n_units - 3 else end


def _has_halves(meter: Meter) -> bool:
    """Whether four eighths make a half of the bar, or one of its beats."""
    return meter.denominator == 2 or (meter.denominator == 4 and meter.numerator in (2, 4))


def offsets_in_meter(melody: Melody) -> tuple[Fraction, ...]:
    """How far from a full bar's first beat each bar of a melody begins, in quarters.

    That is 0 but for a pickup, and for a bar that makes up what the one before it lacks, as at
    a repeat in the middle of a bar.
    """
    bars = [*melody.bar_onsets, melody.end_quarters]
    offsets = []
    lacks = melody.pickup_quarters
    for index, (start, end) in enumerate(pairwise(bars)):
        full = melody.meter_at(start).bar_quarters
        length = end - start
        if index == 0:
            offsets.append(full - lacks if lacks else Fraction(0))
            lacks = Fraction(0)
            continue
        completes = 0 < length == lacks < full
        offsets.append(full - length if completes else Fraction(0))
        lacks = Fraction(0) if completes else full - length
    return tuple(offsets)


def beam_groups(signs: Sequence[Sign], meter: Meter) -> tuple[range, ...]:
    """Notes of one bar that stand under one beam, as ranges of places in `signs`.

    Parameters
    ----------
    signs
        All of the bar, in order and without gaps.

    Returns
    -------
    tuple of range
        Each of two notes or more; notes in none have flags.

    Examples
    --------
    >>> def eighths(n):
    ...     return [Sign(Fraction(place, 2), Fraction(1, 2), 1) for place in range(n)]
    >>> [list(group) for group in beam_groups(eighths(6), Meter(6, 8))]
    [[0, 1, 2], [3, 4, 5]]
    """
    found = []
    for cell in _cells(signs, meter):
        start = cell.start
        for place in [*cell, cell.stop]:
            if place == cell.stop or not signs[place].n_flags:
                if place - start > 1:
                    found.append(range(start, place))
                start = place + 1
    return tuple(found)


def _cells(signs: Sequence[Sign], meter: Meter) -> Iterator[range]:
    """Places of the signs that begin in each beat, or in each half of a bar of eighths alone."""
    start = 0
    while start < len(signs):
        end = group_end(signs[start].onset_quarters, meter)
        stop = start
        while stop < len(signs) and signs[stop].onset_quarters < end:
            stop += 1
        is_first_of_half = _has_halves(meter) and end % 2 == 1
        if is_first_of_half and _are_eighths(signs[start : start + 4], end - 1):
            stop = start + 4
        while stop < len(signs) and signs[stop].is_within_tuplet:
            stop += 1
        yield range(start, stop)
        start = stop


def _are_eighths(signs: Sequence[Sign], start: Fraction) -> bool:
    """Whether four plain eighths stand from a time on."""
    onsets = [sign.onset_quarters for sign in signs]
    is_plain = all(sign.n_flags == 1 and sign.duration_quarters == _EIGHTH for sign in signs)
    return is_plain and onsets == [start + place * _EIGHTH for place in range(4)]
