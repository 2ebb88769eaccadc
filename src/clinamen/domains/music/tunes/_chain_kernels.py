"""Compiled chains: tunes made of nothing, each note by what usually follows the one before.

Dimensions: ``B`` tunes, ``S`` slots, ``A`` pitches, ``I`` intervals, ``W`` places in a bar, ``N``
notes. No kernel allocates; none raises.
"""

from __future__ import annotations

from typing import Any

from clinamen.domains.music.tunes._strip_kernels import HOLD
from clinamen.domains.music.tunes._vary_kernels import below, next_slot, weighted
from clinamen.engine._kernels import kernel


@kernel
def write_chain(
    strip: Any,
    place: Any,
    times: Any,
    unit: int,
    pitches: Any,
    column: Any,
    pitch_rows: Any,
    onset_rows: Any,
    at: Any,
    power: float,
    luck: Any,
) -> None:
    """Write a whole strip, each note by what usually follows the one before.

    ``pitch_rows`` (A + 1, A): by the column of the last pitch, the last row for the first note;
    ``onset_rows`` (W, I): by the ``place`` (S,) in its bar of the last slot; ``at`` (S,).
    """
    stop = len(strip)
    for slot in range(stop):
        strip[slot] = HOLD
        at[slot] = place[max(slot - 1, 0)]
    slot = below(luck, min(2, stop))
    row = len(pitches)
    while slot < stop:
        which = weighted(pitch_rows[row], power, luck)
        strip[slot] = pitches[which]
        row = which
        if slot + 1 == stop:
            break
        slot = next_slot(slot, slot + 1, stop, times, unit, column, onset_rows, at, power, luck)


@kernel
def add_up(
    strips: Any,
    place: Any,
    first: Any,
    pitch: Any,
    onset: Any,
    which: Any,
    pitch_rows: Any,
    onset_rows: Any,
) -> None:
    """Add what was expected in tunes to what usually follows; see `write_chain`.

    ``first`` (B,): the row of ``pitch`` (N, A) and ``onset`` (N, I) where each tune begins;
    ``which`` (128,): the column of a pitch.
    """
    for tune in range(strips.shape[0]):
        row = first[tune]
        last = -1
        for slot in range(strips.shape[1]):
            if strips[tune, slot] < 0:
                continue
            before = which[strips[tune, last]] if last >= 0 else pitch.shape[1]
            for column in range(pitch.shape[1]):
                pitch_rows[before, column] += pitch[row, column]
            if last >= 0:
                for column in range(onset.shape[1]):
                    onset_rows[place[last], column] += onset[row, column]
            last = slot
            row += 1


@kernel
def write_chains(
    strips: Any,
    place: Any,
    times: Any,
    unit: int,
    pitches: Any,
    column: Any,
    pitch_rows: Any,
    onset_rows: Any,
    at: Any,
    power: Any,
    luck: Any,
) -> None:
    """Write strips (B, S) from nothing; see `write_chain`."""
    for tune in range(strips.shape[0]):
        write_chain(
            strips[tune],
            place,
            times,
            unit,
            pitches,
            column,
            pitch_rows,
            onset_rows,
            at,
            power[tune],
            luck[tune],
        )
