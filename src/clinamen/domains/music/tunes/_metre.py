"""How strong each place of a bar is: levels of the metre, in ticks."""

from __future__ import annotations

import numpy as np

from clinamen.domains.music.events import TICKS_PER_QUARTER, IntArray, to_ticks
from clinamen.domains.music.notes import Meter

__all__ = ["MOST_LEVELS", "metre_levels"]

MOST_LEVELS = 12
"""Levels of a metre that are told apart, the bar being the first."""

_FINEST = TICKS_PER_QUARTER // 16
_PRIMES = (2, 3, 5, 7)


def metre_levels(meter: Meter) -> tuple[IntArray, int]:
    """Ticks from one place of a level to the next, for each level, strongest first.

    The bar is divided into felt beats by twos, then threes, fives and sevens; beats by twos,
    dotted ones first by three. A metre of some other prime number of beats has no level
    between bar and beat, as music does not agree on where 5/4 or 7/8 is divided.

    Returns
    -------
    ticks
        Shape ``(MOST_LEVELS,)``, 0 beyond the finest level, a 64th.
    beat
        Which of them is the felt beat.
    """
    bar, beat = to_ticks(meter.bar_quarters), to_ticks(meter.beat_quarters)
    levels = [bar]
    for factor in _factors(bar // beat):
        levels.append(levels[-1] // factor)
    levels = levels[: MOST_LEVELS // 2]
    n_beats = len(levels) - 1
    is_dotted = meter.beat_quarters.numerator % 3 == 0
    unit = beat // 3 if is_dotted else beat // 2
    while unit >= _FINEST and len(levels) < MOST_LEVELS:
        levels.append(unit)
        unit //= 2
    ticks = np.zeros(MOST_LEVELS, dtype=np.int64)
    ticks[: len(levels)] = levels
    return ticks, n_beats


def _factors(number: int) -> list[int]:
    """Small prime factors in order, and what is left as one."""
    found = []
    for prime in _PRIMES:
        while number % prime == 0 and number > 1:
            found.append(prime)
            number //= prime
    return [*found, number] if number > 1 else found
