"""How near a melody comes to the curve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log2

import numpy as np
import numpy.typing as npt

from clinamen.domains.music.branches import Branches
from clinamen.domains.music.editing import NoteTicks
from clinamen.engine.ranks import rank_correlation
from clinamen.operations._compose_frame import Frame
from clinamen.operations._compose_recall import recall_costs

__all__ = [
    "Score",
    "bar_off",
    "note_costs",
    "rhythm_cost",
    "score_of",
    "scores_of",
    "shape_cost",
]

FloatArray = npt.NDArray[np.float64]

_BAR_WEIGHT = 1.0
_DENSITY_WEIGHT = 1.0
_EVEN = 0.7
_EMPTY = 4.0
_MOVING = 3
"""Different pitches of a bar that has so many notes."""

_STILL = 0.6
_SAID_AGAIN = 0.8
_RANK_WEIGHT = 8.0
_BELOW = 0.7
"""A bar that costs too little weighs so much of one that costs too much."""


@dataclass(frozen=True, eq=False)
class Score:
    """A melody against the curve.

    Parameters
    ----------
    cost
        Lower is better: how far notes, and bars on average, are from the curve, in bits.
    bits
        Information content of each note, as the curve counts it, shape ``(T,)``.
    bar_costs
        The share of each bar in the cost, shape ``(n_bars,)``.
    """

    cost: float
    bits: FloatArray
    bar_costs: FloatArray


def note_costs(bits: FloatArray | float, target: FloatArray | float) -> FloatArray:
    """How bad it is that notes cost some bits where the curve asks for others.

    Notes of a song are unlike each other: where little is asked on average, most cost next to
    nothing and some cost more. Only from a certain distance on is one out of place; and where
    much is asked, too little is what is wrong.
    """
    goal = np.asarray(target, dtype=np.float64)
    off = np.asarray(bits, dtype=np.float64) - goal
    below = np.maximum(-off - 0.4, 0) * np.clip(goal / 4, 0.3, 1.0)
    above = np.maximum(off - np.clip(1.2 - goal / 5, 0.3, 1.0), 0)
    return below + above


def bar_off(mean: FloatArray | float) -> FloatArray:
    """How bad it is that the notes of a bar are so far from the curve on average."""
    off = np.asarray(mean, dtype=np.float64)
    return np.where(off < 0, -_BELOW * off, off)


def rhythm_cost(frame: Frame, onsets: Sequence[int] | npt.NDArray[np.int64]) -> float:
    """What the rhythm of a bar costs by itself: too many or too few notes, all of one length."""
    n_notes, usual = len(onsets), frame.n_notes_bar
    cost = _DENSITY_WEIGHT * abs(log2((n_notes + 0.5) / (usual + 0.5)))
    is_even = n_notes > usual and len(set(np.diff(onsets).tolist())) == 1
    return cost + (_EVEN if is_even else 0.0) + (_EMPTY if not n_notes else 0.0)


def shape_cost(pitches: Sequence[int], before: Sequence[int]) -> float:
    """What it costs that a bar hardly moves, or only says again what the one before it said."""
    if len(pitches) < _MOVING:
        return 0.0
    n_missing = max(_MOVING - len(set(pitches)), 0)
    return _STILL * n_missing + (_SAID_AGAIN if tuple(pitches) == tuple(before) else 0.0)


def scores_of(
    branches: Branches, frame: Frame, melodies: Sequence[Sequence[NoteTicks]]
) -> list[Score]:
    """Scores of whole melodies, heard at once."""
    heard = branches.bits(melodies, targets=frame.targets)
    return [
        score_of(frame, melody, bits.sum(axis=0))
        for melody, bits in zip(melodies, heard, strict=True)
    ]


def score_of(frame: Frame, notes: Sequence[NoteTicks], bits: FloatArray) -> Score:
    """The score of a melody whose bits are known."""
    goals = frame.targets_of(notes)
    costs = note_costs(bits, goals)
    bars = np.array([frame.bar_of(onset) for onset, _, _ in notes])
    n_notes = np.bincount(bars, minlength=frame.n_bars)
    mean = np.bincount(bars, bits - goals, frame.n_bars) / np.maximum(n_notes, 1)
    each = np.bincount(bars, costs, frame.n_bars) / np.maximum(n_notes, 1)
    bar_costs: FloatArray = each + _BAR_WEIGHT * bar_off(mean)
    bar_costs += np.array(recall_costs(frame, notes))
    before: tuple[int, ...] = ()
    for bar in range(frame.n_bars):
        here = [notes[int(place)] for place in np.flatnonzero(bars == bar)]
        pitches = tuple(pitch for _, _, pitch in here)
        bar_costs[bar] += rhythm_cost(frame, [onset for onset, _, _ in here])
        bar_costs[bar] += shape_cost(pitches, before)
        bar_costs[bar] += sum(frame.rub(note) for note in here)
        before = pitches
    if frame.scored_bars is not None:
        bar_costs[[bar for bar in range(frame.n_bars) if bar not in frame.scored_bars]] = 0.0
    told = scored(frame, notes)
    unlike = 0.0
    if len(set(goals[told])) > 1:
        unlike = 1 - rank_correlation(bits[told], goals[told])
    return Score(float(bar_costs.mean()) + _RANK_WEIGHT * unlike, bits, bar_costs)


def scored(frame: Frame, notes: Sequence[NoteTicks]) -> npt.NDArray[np.bool_]:
    """Which notes are to follow the curve, shape ``(T,)``.

    The first note of all is not: nothing was expected of when it begins.
    """
    bars = frame.scored_bars
    told = np.array([bars is None or frame.bar_of(onset) in bars for onset, _, _ in notes])
    told[:1] = False
    return told
