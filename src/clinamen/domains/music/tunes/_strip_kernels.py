"""Compiled steps between tunes and strips, and what makes strips keep to their bounds.

Dimensions: ``B`` tunes, ``S`` slots, ``N`` notes of all tunes, ``A`` pitches. A strip has a
pitch, `HOLD` or `REST` for each slot; see `_slots`. No kernel allocates; none raises.
"""

from __future__ import annotations

from typing import Any

from clinamen.engine._kernels import kernel

HOLD = -1
REST = -2


@kernel
def slot_near(times: Any, time: int) -> int:
    """The slot whose time (S,) is nearest, the earlier one of two."""
    low = 0
    high = len(times)
    while low < high:
        middle = (low + high) // 2
        if times[middle] < time:
            low = middle + 1
        else:
            high = middle
    if low == len(times) or (low > 0 and time - times[low - 1] <= times[low] - time):
        return low - 1
    return low


@kernel
def to_strips(columns: Any, ends: Any, times: Any, out: Any) -> None:
    """Tunes laid out, ``columns`` (3, N) and ``ends`` (B,), as strips ``out`` (B, S)."""
    n_slots = len(times)
    first = 0
    for tune in range(len(ends)):
        for slot in range(n_slots):
            out[tune, slot] = HOLD
        last = -1
        for note in range(first, ends[tune]):
            slot = slot_near(times, columns[0, note])
            if slot <= last:
                continue
            out[tune, slot] = columns[2, note]
            last = slot
            stop = columns[0, note] + columns[1, note]
            after = slot + 1
            while after < n_slots and times[after] < stop:
                after += 1
            if after < n_slots:
                out[tune, after] = REST
                last = after - 1
        first = ends[tune]


@kernel
def from_strips(strips: Any, times: Any, out: Any) -> None:
    """Strips (B, S) as notes ``out`` (3, N); ``times`` (S + 1,) with the end."""
    n_slots = strips.shape[1]
    note = 0
    for tune in range(strips.shape[0]):
        begin = -1
        for slot in range(n_slots):
            value = strips[tune, slot]
            if value == HOLD:
                continue
            if begin >= 0:
                out[1, note - 1] = times[slot] - times[begin]
            begin = -1
            if value >= 0:
                out[0, note] = times[slot]
                out[2, note] = value
                begin = slot
                note += 1
        if begin >= 0:
            out[1, note - 1] = times[n_slots] - times[begin]


@kernel
def can_come(times: Any, before: int, slot: int, unit: int, interval: Any) -> bool:
    """Whether a note at a slot may follow one at another."""
    steps = (times[slot] - times[before]) // unit
    return bool(steps < len(interval) and interval[steps] >= 0)


@kernel
def fill_gaps(strip: Any, times: Any, unit: int, interval: Any, usual: int) -> int:
    """Put notes where an interval could not come; returns the slot of the last note."""
    before = -1
    slot = 0
    while slot < len(times):
        if strip[slot] < 0:
            slot += 1
            continue
        if before >= 0 and not can_come(times, before, slot, unit, interval):
            # One slot after the other can always come.
            between = slot - 1
            while not can_come(times, before, between, unit, interval):
                between -= 1
            strip[between] = strip[before]
            before = between
            continue
        before = slot
        slot += 1
    if before < 0:
        strip[0] = usual
        return 0
    return before


@kernel
def nearest(pitches: Any, wanted: int, center: int, leap: int, usable: Any, ending: bool) -> int:
    """The pitch nearest to a wanted one within a leap of another; of those that may end."""
    best = center
    least = 1000
    for place in range(len(pitches)):
        pitch = pitches[place]
        if abs(pitch - center) > leap or (ending and not usable[place]):
            continue
        if abs(pitch - wanted) < least:
            best = pitch
            least = abs(pitch - wanted)
    return best


@kernel
def bound_pitches(strip: Any, last: int, pitches: Any, near: Any, may_end: Any, leap: int) -> None:
    """Move pitches to the nearest that are allowed, from the last note to the first."""
    wanted = strip[last]
    strip[last] = nearest(pitches, wanted, wanted, 1000, may_end, True)
    after = strip[last]
    for slot in range(last - 1, -1, -1):
        if strip[slot] < 0:
            continue
        pitch = near[strip[slot]]
        if abs(pitch - after) > leap:
            pitch = nearest(pitches, pitch, after, leap, may_end, False)
        strip[slot] = pitch
        after = pitch


@kernel
def tidy_rests(strip: Any) -> None:
    """Leave out rests where there is silence already."""
    silent = True
    for slot in range(len(strip)):
        if strip[slot] == REST:
            if silent:
                strip[slot] = HOLD
            silent = True
        elif strip[slot] >= 0:
            silent = False


@kernel
def repair_all(
    strips: Any,
    times: Any,
    unit: int,
    interval: Any,
    pitches: Any,
    near: Any,
    may_end: Any,
    leap: int,
) -> None:
    """Make strips (B, S) keep to all that is asked, where they do not.

    ``interval``: by length in units, below 0 where it cannot come; ``pitches`` and
    ``may_end`` (A,); ``near`` (128,).
    """
    for tune in range(strips.shape[0]):
        strip = strips[tune]
        last = fill_gaps(strip, times, unit, interval, pitches[len(pitches) // 2])
        bound_pitches(strip, last, pitches, near, may_end, leap)
        tidy_rests(strip)
