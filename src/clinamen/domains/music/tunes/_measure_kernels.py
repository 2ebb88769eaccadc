"""Compiled measures of many tunes laid end to end.

Dimensions: ``N`` notes of all tunes, ``B`` tunes, ``V`` bars, ``L`` levels of a metre, ``K``
keys, ``P`` phrases, ``C`` chords. Times are ticks. No kernel allocates; none raises.
"""

from __future__ import annotations

from typing import Any

from clinamen.engine._kernels import kernel

FIGURE = 3
"""Intervals of a figure that may return: four notes."""


@kernel
def place(times: Any, time: int, at: int) -> int:
    """The last of rising ``times`` (V,) at or before a time, looked for from ``at`` on."""
    while at + 1 < len(times) and times[at + 1] <= time:
        at += 1
    return at


@kernel
def median(values: Any, first: int, end: int, without: int, scratch: Any) -> float:
    """Median of some of ``values`` (N,), one of them left out; 0 of nothing.

    ``scratch`` (N,) is written to.
    """
    count = 0
    for note in range(first, end):
        if note == without:
            continue
        value = values[note]
        spot = count
        while spot > 0 and scratch[spot - 1] > value:
            scratch[spot] = scratch[spot - 1]
            spot -= 1
        scratch[spot] = value
        count += 1
    if count == 0:
        return 0.0
    half = count // 2
    if count % 2:
        return float(scratch[half])
    return (float(scratch[half - 1]) + float(scratch[half])) / 2


@kernel
def contrast(bits: Any, onset: Any, first: int, end: int, phrases: Any, scratch: Any) -> float:
    """How far the strongest surprise of a tune stands above the median of its phrase."""
    best = 0.0
    begin = first
    phrase = 0
    while begin < end:
        phrase = place(phrases, onset[begin], phrase)
        stop = begin + 1
        while stop < end and (phrase + 1 >= len(phrases) or onset[stop] < phrases[phrase + 1]):
            stop += 1
        peak = -1
        # Nothing was expected before the first note of all.
        for note in range(max(begin, first + 1), stop):
            if peak < 0 or bits[note] > bits[peak]:
                peak = note
        if peak >= 0 and stop - begin > 1:
            best = max(best, bits[peak] - median(bits, begin, stop, peak, scratch))
        begin = stop
    return best


@kernel
def repetition(onset: Any, step: Any, first: int, end: int) -> float:
    """Share of the figures of a tune that came before in it, of those that could have.

    ``step`` (N,): pitches as steps of a ladder, so that a figure is the same at any height.
    """
    count = end - first - FIGURE
    if count < 2:
        return 0.0
    returned = 0
    for late in range(first + 1, first + count):
        for early in range(first, late):
            same = True
            for note in range(FIGURE):
                a = early + note
                b = late + note
                if (
                    step[a + 1] - step[a] != step[b + 1] - step[b]
                    or onset[a + 1] - onset[a] != onset[b + 1] - onset[b]
                ):
                    same = False
                    break
            if same:
                returned += 1
                break
    return returned / (count - 1)


@kernel
def n_factors(number: int) -> int:
    """How many primes make up a number, sevens and below apart, the rest as one."""
    count = 0
    for prime in (2, 3, 5, 7):
        while number % prime == 0:
            number //= prime
            count += 1
    return count + (number > 1)


@kernel
def level_of(within: int, levels: Any, bar: int, beat: int) -> int:
    """Which level of its metre a place in a bar belongs to: 0 the bar line."""
    for level in range(levels.shape[1]):
        unit = levels[bar, level]
        if unit == 0:
            break
        if within % unit == 0:
            return level
    unit = levels[bar, beat]
    common = unit
    rest = within % unit
    while rest > 0:
        common, rest = rest, common % rest
    return beat + n_factors(unit // common)


@kernel
def syncope(begin: int, stop: int, bar: int, bars: Any, begins: Any, levels: Any, beat: Any) -> int:
    """By how many levels a note is outdone by the strongest place before the next note.

    ``bar`` is the last bar line at or before ``begin``; ``bars``, ``begins``, ``beat`` (V,).
    """
    length = levels[bar, 0]
    within = begin - begins[bar]
    is_last = bar + 1 == len(bars)
    if is_last:
        within %= length
    own = level_of(within, levels, bar, beat[bar])
    line = begin - within + length if is_last else bars[bar + 1]
    if line < stop:
        return own
    for level in range(1, min(own, levels.shape[1])):
        unit = levels[bar, level]
        if unit == 0:
            break
        if (within // unit + 1) * unit < within + stop - begin:
            return own - level
    return 0


@kernel
def syncopation(
    onset: Any, duration: Any, first: int, end: int, bars: Any, begins: Any, levels: Any, beat: Any
) -> float:
    """Levels by which notes are outdone, per note."""
    total = 0
    bar = 0
    for note in range(first, end):
        bar = place(bars, onset[note], bar)
        stop = onset[note + 1] if note + 1 < end else onset[note] + duration[note]
        total += syncope(onset[note], stop, bar, bars, begins, levels, beat)
    return total / max(end - first, 1)


@kernel
def fifths(above: int) -> int:
    """Place of a pitch class on the line of fifths from the tonic, -5 to 6."""
    return (above * 7 + 5) % 12 - 5


@kernel
def time_in_key(
    columns: Any, first: int, end: int, keys: Any, tonic: Any, in_key: Any, out: Any
) -> None:
    """Add up where a melody is on the line of fifths, in ticks.

    ``out`` (4,): time outside the key, time of all, its place times its time, and time on the
    tritone, which is left out of the place. Notes without a key count for nothing.
    """
    key = 0
    for note in range(first, end):
        key = place(keys, columns[0, note], key)
        if tonic[key] < 0:
            continue
        above = (columns[2, note] - tonic[key]) % 12
        lasts = columns[1, note]
        out[1] += lasts
        if not in_key[key, above]:
            out[0] += lasts
        if above == 6:
            out[3] += lasts
        else:
            out[2] += lasts * fifths(above)


@kernel
def brightness(total: float, weighted: float, tritone: float) -> float:
    """Mean place on the line of fifths; a tritone stands at the end where the rest is.

    The fourth raised is 6 fifths above the tonic, the fifth lowered 6 below: it is heard as
    the one among bright notes and as the other among dark ones. Between major (2 on average)
    and minor (-1) lies 1/2.
    """
    if total <= 0:
        return 0.0
    others = total - tritone
    is_bright = others <= 0 or 2 * weighted >= others
    return (weighted + (6 if is_bright else -6) * tritone) / total


@kernel
def measure_all(
    columns: Any,
    ends: Any,
    bits: Any,
    step: Any,
    bars: Any,
    begins: Any,
    levels: Any,
    beat: Any,
    keys: Any,
    tonic: Any,
    in_key: Any,
    phrases: Any,
    harmony: Any,
    quarter: int,
    scratch: Any,
    sums: Any,
    out: Any,
) -> None:
    """The eight measures of all tunes into ``out`` (B, 8); see `measures.MEASURES`.

    ``columns`` (3, N), ``ends`` (B,), ``bits`` and ``step`` (N,), ``harmony`` (3,): of the
    chords, time, place times time, time on the tritone; ``scratch`` (N,), ``sums`` (4,).
    """
    first = 0
    for tune in range(len(ends)):
        end = ends[tune]
        count = end - first
        out[tune, :] = 0.0
        if count > 0:
            lowest = columns[2, first]
            highest = lowest
            total = 0.0
            for note in range(first, end):
                total += bits[note]
                lowest = min(lowest, columns[2, note])
                highest = max(highest, columns[2, note])
            lasts = columns[0, end - 1] + columns[1, end - 1] - columns[0, first]
            out[tune, 0] = total / count
            out[tune, 1] = contrast(bits, columns[0], first, end, phrases, scratch)
            out[tune, 2] = highest - lowest
            out[tune, 3] = count * quarter / lasts
            out[tune, 4] = repetition(columns[0], step, first, end)
            out[tune, 5] = syncopation(
                columns[0], columns[1], first, end, bars, begins, levels, beat
            )
        sums[:] = 0.0
        time_in_key(columns, first, end, keys, tonic, in_key, sums)
        if sums[1] > 0:
            out[tune, 6] = sums[0] / sums[1]
        out[tune, 7] = brightness(sums[1] + harmony[0], sums[2] + harmony[1], sums[3] + harmony[2])
        first = end
