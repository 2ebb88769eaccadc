"""Small changes of a few notes of a passage."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from clinamen.domains.music.constraints import Bounds
from clinamen.domains.music.editing import NoteTicks
from clinamen.domains.music.events import TICKS_PER_QUARTER
from clinamen.operations.fish._ideas import spliced

__all__ = ["mutated"]

_MOST_CHANGES = 3
_STEPS = (-5, -4, -3, -2, -1, 1, 2, 3, 4, 5, 7, -7)
_HALF_BEAT = TICKS_PER_QUARTER // 2


def mutated(
    notes: Sequence[NoteTicks],
    bars: Sequence[tuple[int, int]],
    bounds: Bounds,
    rng: np.random.Generator,
) -> tuple[NoteTicks, ...]:
    """A song with one to three small changes in some of its bars.

    Parameters
    ----------
    bars
        Begin and end of each bar that may change, in ticks.
    bounds
        That new pitches keep to.
    """
    found = list(notes)
    for _ in range(int(rng.integers(1, _MOST_CHANGES + 1))):
        inside = [i for i, note in enumerate(found) if bars[0][0] <= note[0] < bars[-1][1]]
        if inside:
            change = _CHANGES[int(rng.integers(len(_CHANGES)))]
            change(found, int(rng.choice(inside)), inside, bounds, rng)
    # What was moved out of the bars is not theirs any more.
    return spliced(notes, found, bars[0][0], bars[-1][1])


def _repitch(
    notes: list[NoteTicks], at: int, inside: list[int], bounds: Bounds, rng: np.random.Generator
) -> None:
    """Another pitch."""
    onset, duration, pitch = notes[at]
    other = pitch + int(rng.choice(_STEPS))
    if bounds.allows(other):
        notes[at] = (onset, duration, other)


def _lift(
    notes: list[NoteTicks], at: int, inside: list[int], bounds: Bounds, rng: np.random.Generator
) -> None:
    """The notes from one on, up to five, all higher or lower."""
    run = [each for each in inside if at <= each < at + int(rng.integers(2, 6))]
    step = int(rng.choice(_STEPS))
    if all(bounds.allows(notes[each][2] + step) for each in run):
        for each in run:
            onset, duration, pitch = notes[each]
            notes[each] = (onset, duration, pitch + step)


def _delay(
    notes: list[NoteTicks], at: int, inside: list[int], bounds: Bounds, rng: np.random.Generator
) -> None:
    """Half a beat later; the note before lasts until then, or there is a rest."""
    onset, duration, pitch = notes[at]
    if duration <= _HALF_BEAT:
        return
    notes[at] = (onset + _HALF_BEAT, duration - _HALF_BEAT, pitch)
    if at - 1 in inside and rng.random() < 0.5:
        begun, _, before = notes[at - 1]
        notes[at - 1] = (begun, onset + _HALF_BEAT - begun, before)


def _split(
    notes: list[NoteTicks], at: int, inside: list[int], bounds: Bounds, rng: np.random.Generator
) -> None:
    """Two notes for one, the second on another pitch."""
    onset, duration, pitch = notes[at]
    other = pitch + int(rng.choice(_STEPS))
    if duration >= 2 * _HALF_BEAT and bounds.allows(other):
        half = duration // 2
        notes[at : at + 1] = [(onset, half, pitch), (onset + half, duration - half, other)]


def _join(
    notes: list[NoteTicks], at: int, inside: list[int], bounds: Bounds, rng: np.random.Generator
) -> None:
    """One note for two."""
    if at + 1 in inside:
        onset, _, pitch = notes[at]
        end = notes[at + 1][0] + notes[at + 1][1]
        notes[at : at + 2] = [(onset, end - onset, pitch)]


def _hush(
    notes: list[NoteTicks], at: int, inside: list[int], bounds: Bounds, rng: np.random.Generator
) -> None:
    """A rest where a note was."""
    if len(inside) > 1:
        del notes[at]


_CHANGES = (_repitch, _repitch, _lift, _delay, _split, _join, _hush)
