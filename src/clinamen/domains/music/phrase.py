"""Segment a melody into phrases where its source marks none."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from clinamen.domains.music.events import (
    TICKS_PER_QUARTER,
    IntArray,
    MelodyEvents,
    Moment,
    melody_events,
)
from clinamen.domains.music.notes import Melody
from clinamen.domains.music.viewpoints import VIEWPOINTS

__all__ = ["segment_phrases"]

FloatArray = npt.NDArray[np.float64]

# Weights in bits, chosen once by bench/bench_phrase.py; the optimum is flat.
_LEAST_GAP = -1.0
_REST = 2.0
_OCTAVE_LEAP = 1.0
_BOUNDARY = 0.75
_USUAL_NOTES = 9.0
_USUAL_BARS, _BARS_WEIGHT = 1.25, 0.5
_OTHER_PLACE_IN_BAR = 1.5

# Rounding to ticks can leave a tick between two notes of an odd tuplet: no rest.
_SHORTEST_REST = TICKS_PER_QUARTER // 16

_SHORTEST, _LONGEST = 2, 40
"""Notes in a phrase; a shorter melody is one phrase, whatever its length."""


def segment_phrases(melody: Melody) -> tuple[int, ...]:
    """Indices of the first notes of the phrases of a melody; the first one is 0.

    Looks for the division that scores best as a whole. A boundary gains by a long time
    since the previous onset, a rest, and a leap; a phrase loses by an unusual number of
    notes or of bars, and by starting at another place in the bar than the phrase before.
    Phrases have 2 to 40 notes. Marks in the melody itself are not looked at.

    Returns
    -------
    tuple of int
        Rising; empty for a melody without notes.

    Notes
    -----
    Source: the idea of one optimum over gap, length and metrical parallelism is that of
    the Grouper in Temperley 2001, *The cognition of basic musical structures*, chapter
    3. Departures: the score is a plain sum, time since onset enters as its logarithm,
    leaps and the length in bars count too. For how often it agrees with phrases in print
    see ``docs/decisions/0005-key-and-phrase.md``.
    """
    n_notes = len(melody.notes)
    if n_notes < 2 * _SHORTEST:
        return (0,) if n_notes else ()
    events = melody_events(melody)
    return _best_starts(_phrase_scores(events), n_notes)


def _gap_scores(events: MelodyEvents) -> FloatArray:
    """What a boundary before each note gains, shape ``(T,)``; the first entry is unused."""
    ioi = np.diff(events.onset)
    rest = ioi - events.duration[:-1]
    rest = np.where(rest >= _SHORTEST_REST, rest, 0)
    gap = np.log2(np.maximum((ioi + rest) / max(ioi.mean(), 1.0), 2.0**_LEAST_GAP))
    leap = np.minimum(np.abs(np.diff(events.pitch)), 12) / 12
    return np.append(0.0, gap + _REST * (rest > 0) + _OCTAVE_LEAP * leap - _BOUNDARY)


def _phrase_scores(events: MelodyEvents) -> FloatArray:
    """Score of each possible phrase, shape ``(T, W)``.

    Entry ``[j, w]`` is the phrase of ``w + 2`` notes whose last one is note ``j``, with
    the boundary after it. It has no meaning where it would start before the melody.
    """
    n_notes = len(events)
    index = np.arange(n_notes)
    n_inside = np.arange(_SHORTEST, _LONGEST + 1)
    start = index[:, None] - n_inside[None, :] + 1
    first = np.maximum(start, 0)
    after = np.minimum(index + 1, n_notes - 1)
    scores = -(np.log2(n_inside / _USUAL_NOTES)[None, :] ** 2)
    moment = Moment.actual(events)
    place, bar = (
        VIEWPOINTS[name].formula(moment)[:, 0] for name in ("position_in_bar", "bar_length")
    )
    bars = (events.onset[after][:, None] - events.onset[first]) / bar[first]
    scores = scores - _BARS_WEIGHT * np.log2(np.maximum(bars, 1e-3) / _USUAL_BARS) ** 2
    boundary = _gap_scores(events)[after][:, None] - _OTHER_PLACE_IN_BAR * (
        place[after][:, None] != place[first]
    )
    has_boundary = index[:, None] < n_notes - 1
    result: FloatArray = scores + np.where(has_boundary, boundary, 0.0)
    return result


def _best_starts(scores: FloatArray, n_notes: int) -> tuple[int, ...]:
    """First notes of the phrases whose scores sum to most (dynamic programming)."""
    # best[k + W]: the most that phrases ending just before note k can score. W entries
    # of minus infinity stand before: no phrase starts earlier than the melody.
    width = scores.shape[1] + _SHORTEST - 1
    best = np.full(n_notes + 1 + width, -np.inf)
    best[width] = 0.0
    length = np.zeros(n_notes + 1, dtype=np.int64)
    for end in range(_SHORTEST, n_notes + 1):
        before = best[end : end + width - _SHORTEST + 1][::-1]
        totals = before + scores[end - 1]
        choice = int(totals.argmax())
        best[end + width] = totals[choice]
        length[end] = choice + _SHORTEST
    return _trace(length, n_notes)


def _trace(length: IntArray, n_notes: int) -> tuple[int, ...]:
    starts, end = [], n_notes
    while end > 0:
        end -= int(length[end])
        starts.append(end)
    return tuple(reversed(starts))
