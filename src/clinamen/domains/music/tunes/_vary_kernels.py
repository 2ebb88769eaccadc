"""Compiled changes to strips: how a child differs from its parent.

Dimensions: ``B`` children, ``S`` slots, ``V`` bars, ``R`` rungs of a scale, ``A`` pitches, ``I``
intervals, ``N`` notes of parents, ``U`` numbers drawn for a child. No kernel allocates; none
raises.

``luck`` (U + 1,) holds numbers from 0 to 1 and, last, how many were used.
"""

from __future__ import annotations

from typing import Any

from clinamen.domains.music.tunes._strip_kernels import HOLD, REST
from clinamen.engine._kernels import kernel

PITCHES, NUDGE, ALTER, RHYTHM, COPY, SEQUENCE, INVERT, SWAP, ANEW, MOVE = range(10)
N_WAYS = 10

_REST_STAYS = 0.5
_NEW_REST = 0.05


@kernel
def draw(luck: Any) -> float:
    """The next number; after the last one the first again."""
    used = int(luck[-1])
    luck[-1] = (used + 1) % (len(luck) - 1)
    return float(luck[used])


@kernel
def below(luck: Any, end: int) -> int:
    """A whole number from 0 to ``end - 1``."""
    return min(int(draw(luck) * end), end - 1)


@kernel
def weighted(row: Any, power: float, luck: Any) -> int:
    """A column of ``row`` (A,) drawn by its chances to some power."""
    total = 0.0
    for column in range(len(row)):
        total += row[column] ** power
    left = draw(luck) * total
    for column in range(len(row)):
        left -= row[column] ** power
        if left < 0:
            return column
    return len(row) - 1


@kernel
def new_pitch(slot: int, pitches: Any, rows: Any, at: Any, power: float, luck: Any) -> int:
    """A pitch from what was expected about there, or any where nothing is known.

    ``rows`` (N, A): chances before each note of the parent; ``at`` (S,): the row of the first
    note at or after each slot, -1 where nothing is known.
    """
    if at[slot] < 0:
        return int(pitches[below(luck, len(pitches))])
    return int(pitches[weighted(rows[at[slot]], power, luck)])


@kernel
def rung_of(pitch: int, ladder: Any, n_rungs: int) -> int:
    """The highest rung of ``ladder`` (R,) at or below a pitch, or the lowest."""
    low = 0
    high = n_rungs
    while high - low > 1:
        middle = (low + high) // 2
        if ladder[middle] <= pitch:
            low = middle
        else:
            high = middle
    return low


@kernel
def climbed(pitch: int, steps: int, ladder: Any, n_rungs: int) -> int:
    """A pitch moved by steps of the scale; an altered one stays altered."""
    rung = rung_of(pitch, ladder, n_rungs)
    there = min(max(rung + steps, 0), n_rungs - 1)
    return int(min(max(ladder[there] + pitch - ladder[rung], 0), 127))


@kernel
def next_slot(
    before: int,
    start: int,
    stop: int,
    times: Any,
    unit: int,
    column: Any,
    rows: Any,
    at: Any,
    power: float,
    luck: Any,
) -> int:
    """Where the next note begins after one, at ``start`` or later; ``stop`` for not before it.

    ``column``: by intervals in units, which column of ``rows`` (N, I) has its chances.
    """
    if before < 0 or before + 1 >= len(at) or at[before + 1] < 0:
        return start + below(luck, min(4, stop - start))
    row = rows[at[before + 1]]
    furthest = min(2 * stop - start, len(times))
    total = 0.0
    for slot in range(start, furthest):
        steps = (times[slot] - times[before]) // unit
        if steps < len(column) and column[steps] >= 0:
            total += row[column[steps]] ** power
    left = draw(luck) * total
    for slot in range(start, stop):
        steps = (times[slot] - times[before]) // unit
        if steps < len(column) and column[steps] >= 0:
            left -= row[column[steps]] ** power
            if left < 0:
                return slot
    return stop


@kernel
def clear(strip: Any, start: int, stop: int, luck: Any) -> None:
    """Take the notes out of some slots; rests may stay."""
    for slot in range(start, stop):
        if strip[slot] != REST or draw(luck) >= _REST_STAYS:
            strip[slot] = HOLD


@kernel
def write_anew(
    strip: Any,
    start: int,
    stop: int,
    times: Any,
    unit: int,
    pitches: Any,
    column: Any,
    pitch_rows: Any,
    onset_rows: Any,
    pitch_at: Any,
    onset_at: Any,
    power: float,
    luck: Any,
) -> None:
    """Write the notes of some slots anew: from what was expected there, or any."""
    if start == stop:
        return
    clear(strip, start, stop, luck)
    if onset_at[start] < 0:
        thick = 0.1 + 0.8 * draw(luck)
        for slot in range(start, stop):
            if draw(luck) < thick:
                strip[slot] = new_pitch(slot, pitches, pitch_rows, pitch_at, power, luck)
            elif draw(luck) < _NEW_REST:
                strip[slot] = REST
        return
    before = start - 1
    while before >= 0 and strip[before] < 0:
        before -= 1
    slot = start
    while slot < stop:
        slot = next_slot(before, slot, stop, times, unit, column, onset_rows, onset_at, power, luck)
        if slot >= stop:
            break
        strip[slot] = new_pitch(slot, pitches, pitch_rows, pitch_at, power, luck)
        before = slot
        slot += 1
    if draw(luck) < _NEW_REST:
        strip[start + below(luck, stop - start)] = REST


@kernel
def some_note(strip: Any, luck: Any) -> int:
    """The slot of a note drawn at random, or -1."""
    count = 0
    for slot in range(len(strip)):
        count += strip[slot] >= 0
    if count == 0:
        return -1
    left = below(luck, count)
    for slot in range(len(strip)):
        if strip[slot] >= 0:
            if left == 0:
                return slot
            left -= 1
    return -1


@kernel
def bar_of(slot: int, bars: Any) -> int:
    """The bar that a slot is in; ``bars`` (V + 1,)."""
    bar = 0
    while bars[bar + 1] <= slot:
        bar += 1
    return bar


@kernel
def change_notes(
    way: int,
    strip: Any,
    bars: Any,
    ladder: Any,
    n_rungs: Any,
    pitches: Any,
    rows: Any,
    at: Any,
    power: float,
    luck: Any,
) -> None:
    """Other pitches for a few notes: drawn anew, some steps further, or a semitone off."""
    more = True
    while more:
        slot = some_note(strip, luck)
        if slot < 0:
            return
        if way == PITCHES:
            strip[slot] = new_pitch(slot, pitches, rows, at, power, luck)
        elif way == NUDGE:
            bar = bar_of(slot, bars)
            steps = (1 + below(luck, 2)) * (2 * below(luck, 2) - 1)
            strip[slot] = climbed(strip[slot], steps, ladder[bar], n_rungs[bar])
        else:
            strip[slot] = min(max(strip[slot] + 2 * below(luck, 2) - 1, 0), 127)
        more = draw(luck) < 0.6


@kernel
def change_rhythm(
    strip: Any, bars: Any, pitches: Any, rows: Any, at: Any, power: float, luck: Any
) -> None:
    """Split, merge or shift a note, or let it end before, somewhere in a bar."""
    bar = below(luck, len(bars) - 1)
    start = bars[bar]
    stop = bars[bar + 1]
    # A bar of odd length may have no slot of its own.
    more = stop > start
    while more:
        slot = start + below(luck, stop - start)
        kind = below(luck, 4)
        if strip[slot] < 0:
            if kind == 0 and strip[slot] == HOLD:
                strip[slot] = REST
            elif kind == 1 and strip[slot] == REST:
                strip[slot] = HOLD
            else:
                strip[slot] = new_pitch(slot, pitches, rows, at, power, luck)
        elif kind < 2:
            strip[slot] = HOLD
        else:
            other = slot + 2 * (kind % 2) - 1
            if 0 <= other < len(strip) and strip[other] < 0:
                strip[other] = strip[slot]
                strip[slot] = HOLD
        more = draw(luck) < 0.5


@kernel
def copy_bar(
    strip: Any, source: int, target: int, steps: int, bars: Any, ladder: Any, n_rungs: Any
) -> None:
    """Put a bar in another one's place, moved by steps of the scale there."""
    length = bars[source + 1] - bars[source]
    if length != bars[target + 1] - bars[target]:
        return
    for place in range(length):
        value = strip[bars[source] + place]
        if value >= 0 and steps != 0:
            value = climbed(value, steps, ladder[target], n_rungs[target])
        strip[bars[target] + place] = value


@kernel
def some_steps(luck: Any) -> int:
    """Up or down by one to four steps, small ones more often."""
    steps = 1 + min(below(luck, 4), below(luck, 4))
    return steps if draw(luck) < 0.5 else -steps


@kernel
def change_bars(way: int, strip: Any, bars: Any, ladder: Any, n_rungs: Any, luck: Any) -> None:
    """Copy, sequence or swap bars, or turn one upside down."""
    count = len(bars) - 1
    one = below(luck, count)
    if way == INVERT:
        turn(strip, bars[one], bars[one + 1], ladder[one], n_rungs[one])
    elif count > 1 and way == SEQUENCE:
        one = min(one, count - 2)
        copy_bar(strip, one, one + 1, some_steps(luck), bars, ladder, n_rungs)
    elif count > 1:
        other = (one + 1 + below(luck, count - 1)) % count
        if way == SWAP:
            swap(strip, bars[one], bars[other], bars[one + 1] - bars[one], bars, other)
            return
        steps = some_steps(luck) if draw(luck) < 0.4 else 0
        # Two bars that follow each other, often, as phrases come back whole.
        length = 1 if draw(luck) < 0.5 else 1 + below(luck, 4)
        for bar in range(length):
            if max(one, other) + bar < count:
                copy_bar(strip, one + bar, other + bar, steps, bars, ladder, n_rungs)


@kernel
def swap(strip: Any, one: int, other: int, length: int, bars: Any, bar: int) -> None:
    """Let two bars of one length change places."""
    if bars[bar + 1] - bars[bar] != length:
        return
    for place in range(length):
        kept = strip[one + place]
        strip[one + place] = strip[other + place]
        strip[other + place] = kept


@kernel
def turn(strip: Any, start: int, stop: int, ladder: Any, n_rungs: int) -> None:
    """Turn some slots upside down about their first note, by steps of the scale."""
    axis = -1
    for slot in range(start, stop):
        if strip[slot] >= 0:
            rung = rung_of(strip[slot], ladder, n_rungs)
            if axis < 0:
                axis = rung
            strip[slot] = ladder[min(max(2 * axis - rung, 0), n_rungs - 1)]


@kernel
def move(strip: Any, bars: Any, ladder: Any, n_rungs: Any, luck: Any) -> None:
    """Move some bars up or down, by steps or an octave."""
    count = len(bars) - 1
    first = below(luck, count)
    last = first + below(luck, count - first)
    steps = some_steps(luck)
    if draw(luck) < 0.2:
        steps = 7 if steps > 0 else -7
    for bar in range(first, last + 1):
        for slot in range(bars[bar], bars[bar + 1]):
            if strip[slot] >= 0:
                strip[slot] = climbed(strip[slot], steps, ladder[bar], n_rungs[bar])


@kernel
def vary_all(
    strips: Any,
    ways: Any,
    bars: Any,
    ladder: Any,
    n_rungs: Any,
    times: Any,
    unit: int,
    pitches: Any,
    column: Any,
    pitch_rows: Any,
    onset_rows: Any,
    pitch_at: Any,
    onset_at: Any,
    power: Any,
    luck: Any,
) -> None:
    """Change strips (B, S) by ``ways`` (B, W), -1 for none.

    ``pitch_at`` and ``onset_at`` (B, S), ``power`` (B,), ``luck`` (B, U + 1).
    """
    for child in range(strips.shape[0]):
        strip = strips[child]
        own = luck[child]
        for way in ways[child]:
            if way < 0:
                continue
            if way <= ALTER:
                change_notes(
                    way,
                    strip,
                    bars,
                    ladder,
                    n_rungs,
                    pitches,
                    pitch_rows,
                    pitch_at[child],
                    power[child],
                    own,
                )
            elif way == RHYTHM:
                change_rhythm(strip, bars, pitches, pitch_rows, pitch_at[child], power[child], own)
            elif way == ANEW:
                bar = below(own, len(bars) - 1)
                write_anew(
                    strip,
                    bars[bar],
                    bars[bar + 1],
                    times,
                    unit,
                    pitches,
                    column,
                    pitch_rows,
                    onset_rows,
                    pitch_at[child],
                    onset_at[child],
                    power[child],
                    own,
                )
            elif way == MOVE:
                move(strip, bars, ladder, n_rungs, own)
            else:
                change_bars(way, strip, bars, ladder, n_rungs, own)


@kernel
def rows_at(strips: Any, first: Any, out: Any) -> None:
    """The row of the first note at or after each slot, or else of the last one.

    ``strips`` (B, S) of parents, ``first`` (B,): where their rows begin, -1 where there are
    none; ``out`` (B, S).
    """
    for child in range(strips.shape[0]):
        note = 0
        for slot in range(strips.shape[1]):
            note += strips[child, slot] >= 0
        last = note - 1
        for slot in range(strips.shape[1] - 1, -1, -1):
            note -= strips[child, slot] >= 0
            row = first[child] + min(note, last)
            out[child, slot] = row if first[child] >= 0 and last >= 0 else -1
