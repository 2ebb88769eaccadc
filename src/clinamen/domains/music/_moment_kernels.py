"""Loops behind the components that look back by bars, over notes of melodies laid end to end.

`T` is the number of notes; all arrays are int64. Nothing is checked here: the components pass
columns that belong together.
"""

from __future__ import annotations

from typing import Any

from clinamen.engine._kernels import kernel
from clinamen.engine._mixture_kernels import hash_step

__all__ = ["best_keys", "number_rows", "rhythms_there", "runs", "seen_there"]


@kernel
def seen_there(
    note: Any, time: Any, onset: Any, values: Any, limit: Any, undefined: int, out: Any
) -> None:
    """Twice the value of a note, plus 1 if it began right then: all ``(T,)``.

    `undefined` where ``note`` is -1, not before ``limit``, or without a value.
    """
    for place in range(len(note)):
        there = note[place]
        out[place] = undefined
        if 0 <= there < limit[place] and values[there] != undefined:
            out[place] = 2 * values[there] + (onset[there] == time[place])


@kernel
def rhythms_there(
    last: Any, first: Any, bar: Any, n_bars: int, rhythm: Any, undefined: int, out: Any
) -> None:
    """Rhythm (T,) at the last note of the bar ``n_bars`` ago, 0 if nothing began in it.

    ``last`` is the last note of any melody not after that bar, ``first`` the melody's own.
    """
    for place in range(len(last)):
        there = bar[place] - n_bars
        note = max(last[place], first[place])
        if there < 0:
            out[place] = undefined
        else:
            out[place] = rhythm[note] if bar[note] == there else 0


@kernel
def runs(
    note: Any, time: Any, onset: Any, index: Any, values: Any, longest: int, out: Any
) -> None:  # fmt: skip
    """How many steps up to each note were those there, in rhythm and in ``values``, all (T,)."""
    length, began, before = 0, False, -1
    for place in range(len(note)):
        if index[place] == 0:
            length, began, before = 0, False, -1
        there = note[place]
        begins = there >= 0 and onset[there] == time[place]
        goes_on = begins and began and there - before == 1 and values[there] == values[place]
        length = length + 1 if goes_on else 0
        out[place] = min(length, longest)
        began, before = begins, there


@kernel
def number_rows(rows: Any, slots: Any, firsts: Any, out: Any) -> int:
    """Number rows ``(T, K)`` by first appearance, the same for the same; how many differ.

    ``slots`` a power of two, more than T, all -1; ``firsts`` (T,) gets where each of those
    that differ came first, ``out`` (T,) the numbers.
    """
    n_rows, mask = 0, len(slots) - 1
    for place in range(len(rows)):
        mixed = 1
        for value in rows[place]:
            mixed = hash_step(mixed, value)
        slot = mixed & mask
        while slots[slot] >= 0:
            same, other = True, firsts[slots[slot]]
            for column in range(rows.shape[1]):
                same &= rows[place, column] == rows[other, column]
            if same:
                break
            slot = (slot + 1) & mask
        if slots[slot] < 0:
            slots[slot] = n_rows
            firsts[n_rows] = place
            n_rows += 1
        out[place] = slots[slot]
    return n_rows


@kernel
def best_keys(
    pitch: Any, first: Any, fit: Any, undefined: int, scores: Any, out: Any
) -> None:  # fmt: skip
    """The key that fits the notes before each note best; the first of those that tie.

    ``fit`` (12, K) of pitch classes to keys, whole numbers; ``scores`` (K,) is room to work in.
    """
    for place in range(len(pitch)):
        if first[place] == place:
            scores[:] = 0
            out[place] = undefined
        else:
            best = 0
            for key in range(1, len(scores)):
                if scores[key] > scores[best]:
                    best = key
            out[place] = best
        for key in range(len(scores)):
            scores[key] += fit[pitch[place] % 12, key]
