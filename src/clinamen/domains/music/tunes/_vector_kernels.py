"""Compiled steps between vectors of numbers and strips, for searches over numbers.

A vector has, for each felt beat, a height and then for each beat a will to sound. Dimensions:
``B`` tunes, ``S`` slots, ``H`` beats, ``V`` bars, ``R`` rungs. No kernel allocates; none raises.
"""

from __future__ import annotations

from typing import Any

from clinamen.domains.music.tunes._strip_kernels import HOLD, REST
from clinamen.domains.music.tunes._vary_kernels import rung_of
from clinamen.engine._kernels import kernel

_STEPS = 4.0
"""Steps of the scale in a unit of height."""

_SILENT, _HELD, _TWO, _ALL = -1.5, -0.5, 0.75, 1.5
"""Will of a beat below which it is silent, goes on with what was, has one note; and from which
it has two, and one in each slot."""

_BETWEEN = 0.1
"""How wide, in steps, the zone is in which a height is a note between two of the scale."""


@kernel
def pitch_at(height: float, ladder: Any, n_rungs: int) -> int:
    """The pitch at a height; 0 is the middle of ``ladder`` (R,)."""
    step = n_rungs // 2 + height * _STEPS
    step = min(max(step, 0.0), n_rungs - 1.0)
    rung = int(step)
    over = step - rung
    if rung + 1 < n_rungs and abs(over - 0.5) < _BETWEEN / 2:
        return int(ladder[rung] + ladder[rung + 1]) // 2
    return int(ladder[rung + 1] if over >= 0.5 else ladder[rung])


@kernel
def n_onsets(will: float, n_slots: int) -> int:
    """How many notes begin in a beat; -1 for silence."""
    if will < _SILENT:
        return -1
    if will < _HELD:
        return 0
    if will < _TWO:
        return 1
    return n_slots if will >= _ALL else min(2, n_slots)


@kernel
def from_vectors(vectors: Any, beats: Any, bars: Any, ladder: Any, n_rungs: Any, out: Any) -> None:
    """Vectors (B, 2 H) as strips ``out`` (B, S); ``beats`` (H + 1,), ``bars`` (V + 1,)."""
    count = len(beats) - 1
    for tune in range(vectors.shape[0]):
        bar = 0
        for beat in range(count):
            start = beats[beat]
            length = beats[beat + 1] - start
            while bars[bar + 1] <= start:
                bar += 1
            here = vectors[tune, beat]
            there = vectors[tune, min(beat + 1, count - 1)]
            notes = n_onsets(vectors[tune, count + beat], length)
            for slot in range(length):
                out[tune, start + slot] = HOLD
            if notes < 0:
                out[tune, start] = REST
            for note in range(notes):
                slot = note * length // notes
                height = here + (there - here) * slot / length
                out[tune, start + slot] = pitch_at(height, ladder[bar], n_rungs[bar])


@kernel
def to_vector(strip: Any, beats: Any, bars: Any, ladder: Any, n_rungs: Any, out: Any) -> None:
    """A strip (S,) as a vector ``out`` (2 H,) that decodes to much the same."""
    count = len(beats) - 1
    bar = 0
    sounding = False
    height = 0.0
    for beat in range(count):
        while bars[bar + 1] <= beats[beat]:
            bar += 1
        notes = 0
        for slot in range(beats[beat], beats[beat + 1]):
            value = strip[slot]
            if value == REST:
                sounding = False
            elif value >= 0:
                if notes == 0:
                    rung = rung_of(value, ladder[bar], n_rungs[bar])
                    off = 0.5 if value > ladder[bar, rung] else 0.0
                    height = (rung + off - n_rungs[bar] // 2) / _STEPS
                sounding = True
                notes += 1
        out[beat] = height
        if notes == 0:
            out[count + beat] = -1.0 if sounding else -2.0
        else:
            out[count + beat] = 0.0 if notes == 1 else (1.1 if notes == 2 else 2.0)
