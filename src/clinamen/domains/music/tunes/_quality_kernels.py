"""Compiled terms of a tune's quality, for many tunes laid end to end.

Dimensions: ``N`` notes of all tunes, ``B`` tunes, ``V`` bars, ``P`` phrases, ``C`` chords. Times
are ticks. No kernel allocates; none raises.
"""

from __future__ import annotations

import math
from typing import Any

from clinamen.domains.music.tunes._measure_kernels import median, place
from clinamen.engine._kernels import kernel


@kernel
def steadiness(bits: Any, gap: Any, first: int, end: int, scratch: Any) -> float:
    """How alike the notes of a tune are in what they cost beyond what was expected, 0 to 1.

    ``gap`` (N,): information content less entropy. What a tune costs on average widens the
    scale: where more is at stake, more varies.
    """
    usual = median(gap, first, end, -1, scratch)
    mean = 0.0
    for note in range(first, end):
        mean += bits[note] / (end - first)
    total = 0.0
    for note in range(first, end):
        total += math.exp(-abs(gap[note] - usual) / (2.0 + mean / 2))
    return total / (end - first)


@kernel
def following(bits: Any, gap: Any, first: int, end: int) -> float:
    """Correlation of information content with entropy; 0 below 0 or where one is constant."""
    count = end - first
    own = 0.0
    asked = 0.0
    for note in range(first, end):
        own += bits[note] / count
        asked += (bits[note] - gap[note]) / count
    both = 0.0
    one = 0.0
    other = 0.0
    for note in range(first, end):
        a = bits[note] - own
        b = bits[note] - gap[note] - asked
        both += a * b
        one += a * a
        other += b * b
    if both <= 0:
        return 0.0
    return min(both / math.sqrt(one * other), 1.0)


@kernel
def homecoming(bits: Any, peak: int, end: int, home: float, patience: int) -> float:
    """1 where the note after a peak is home again, less for each note later, 0 for never."""
    for late in range(patience):
        note = peak + 1 + late
        if note >= end:
            return 0.0
        if bits[note] <= home:
            return 1.0 - late / patience
    return 0.0


@kernel
def home(
    bits: Any,
    onset: Any,
    first: int,
    end: int,
    phrases: Any,
    near: float,
    patience: int,
    scratch: Any,
) -> float:
    """How soon the peaks of phrases come home, and how much the last note is home, 0 to 1."""
    if end == first:
        return 0.0
    total = 0.0
    count = 0
    begin = first
    phrase = 0
    while begin < end:
        phrase = place(phrases, onset[begin], phrase)
        stop = begin + 1
        while stop < end and (phrase + 1 >= len(phrases) or onset[stop] < phrases[phrase + 1]):
            stop += 1
        peak = begin
        for note in range(begin, stop):
            if bits[note] > bits[peak]:
                peak = note
        usual = median(bits, begin, stop, peak, scratch)
        total += homecoming(bits, peak, end, usual + near, patience)
        count += 1
        if stop == end:
            usual = median(bits, begin, stop, -1, scratch)
            total += math.exp(-max(bits[end - 1] - usual - near, 0.0) / 2)
            count += 1
        begin = stop
    return total / count


@kernel
def share_sounding(columns: Any, first: int, end: int, bars: Any, stop: int) -> float:
    """Share of the bars before ``stop`` in which something sounds."""
    count = 0
    note = first
    for bar in range(len(bars)):
        line = bars[bar + 1] if bar + 1 < len(bars) else stop
        while note < end and columns[0, note] + columns[1, note] <= bars[bar]:
            note += 1
        count += note < end and columns[0, note] < line
    return count / len(bars)


@kernel
def evenness(onset: Any, first: int, end: int, stop: int, longest: int) -> float:
    """1 where no time without an onset is longer than ``longest``, less beyond it.

    The cube, so that quality, a cube root, halves where the wait is twice as long as it may be.
    Before the first note and from the last one to ``stop`` count as well.
    """
    wait = longest
    last = 0
    for note in range(first, end):
        wait = max(wait, onset[note] - last)
        last = onset[note]
    share = longest / max(wait, stop - last)
    return share * share * share


@kernel
def rub(
    columns: Any, first: int, end: int, chords: Any, chord_end: Any, strain: Any, least: int
) -> float:
    """Share of the time of a tune in which a note of some length rubs against a chord.

    ``chords``, ``chord_end`` (C,); ``strain`` (C, 12). Shorter than ``least``, notes may pass.
    """
    total = 0
    rubbing = 0.0
    chord = 0
    for note in range(first, end):
        begin = columns[0, note]
        stop = begin + columns[1, note]
        total += stop - begin
        while chord < len(chords) and chord_end[chord] <= begin:
            chord += 1
        under = chord
        while under < len(chords) and chords[under] < stop:
            lasts = min(stop, chord_end[under]) - max(begin, chords[under])
            if lasts >= least:
                rubbing += lasts * strain[under, columns[2, note] % 12]
            under += 1
    return rubbing / max(total, 1)


@kernel
def keeping(pitch: Any, first: int, end: int, allowed: Any, may_end: Any, leap: int) -> float:
    """Share of pitches allowed, times share of leaps allowed, half of it for another ending.

    ``allowed`` (128,), ``may_end`` (12,).
    """
    if end == first:
        return 0.0
    kept = 0
    small = 0
    for note in range(first, end):
        kept += allowed[pitch[note]]
        if note > first:
            small += abs(pitch[note] - pitch[note - 1]) <= leap
    found = kept / (end - first)
    if end - first > 1:
        found *= small / (end - first - 1)
    return found if may_end[pitch[end - 1] % 12] else found / 2


@kernel
def judge_all(
    columns: Any,
    ends: Any,
    bits: Any,
    gap: Any,
    phrases: Any,
    bars: Any,
    stop: int,
    chords: Any,
    chord_end: Any,
    strain: Any,
    least: int,
    allowed: Any,
    may_end: Any,
    leap: int,
    longest: int,
    near: float,
    patience: int,
    scratch: Any,
    out: Any,
) -> None:
    """The three terms of all tunes into ``out`` (B, 3); see `quality.Judging`.

    ``columns`` (3, N), ``ends`` (B,), ``bits`` and ``gap`` (N,); ``scratch`` (N,).
    """
    first = 0
    for tune in range(len(ends)):
        end = ends[tune]
        out[tune, 0] = 0.0
        if end > first:
            steady = steadiness(bits, gap, first, end, scratch)
            out[tune, 0] = (steady + following(bits, gap, first, end)) / 2
        out[tune, 1] = home(bits, columns[0], first, end, phrases, near, patience, scratch)
        kept = keeping(columns[2], first, end, allowed, may_end, leap)
        kept *= share_sounding(columns, first, end, bars, stop)
        kept *= evenness(columns[0], first, end, stop, longest)
        out[tune, 2] = kept * (1.0 - rub(columns, first, end, chords, chord_end, strain, least))
        first = end
