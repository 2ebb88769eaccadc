"""The places where notes of a tune may begin, and tunes as what stands at each of them.

A *strip* has one number for each slot: the pitch of a note that begins there, `HOLD` where
what was goes on, `REST` where silence begins. Before the first note there is silence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from clinamen.domains.music.constraints import Bounds
from clinamen.domains.music.editing import notes_in_ticks
from clinamen.domains.music.events import TICKS_PER_QUARTER, IntArray, to_ticks
from clinamen.domains.music.notes import Melody
from clinamen.domains.music.tunes import _strip_kernels as kernels
from clinamen.domains.music.tunes._laid_out import cut, laid_out
from clinamen.domains.music.tunes.ear import Ear
from clinamen.domains.music.tunes.ground import Ground
from clinamen.domains.music.tunes.tune import Tune
from clinamen.errors import ConstraintError, ParameterError

__all__ = ["Slots", "slots_of"]

BoolArray = npt.NDArray[np.bool_]
StripArray = npt.NDArray[np.int16]

_LONGEST_BARS = 4
"""No note is further from the one before than so many of the longest bars."""

_DIVISIONS = (3, 4, 5, 6, 7, 8, 12)
_USUAL_SHARE = 0.03
"""A division of the quarter is the song's own if so many of its notes need it."""


@dataclass(frozen=True, eq=False)
class Slots:
    """Where notes may begin and which ones; ``S`` slots.

    Parameters
    ----------
    times
        Ticks, rising, shape ``(S,)``.
    end
        Where the last note has to end.
    bars
        The first slot of each bar, and ``S``; a pickup is a bar. Shape ``(V + 1,)``.
    beats
        The first slot of each felt beat, and ``S``; shape ``(H + 1,)``.
    unit
        Ticks of which all differences of times are multiples.
    interval
        By differences of times in units: index into the ear's alphabet of onsets, -1 where
        that cannot come.
    pitches
        Those that are allowed and can come, rising, shape ``(A,)``.
    near
        By MIDI number, the nearest of `pitches`, shape ``(128,)``.
    ladder
        By bar and rung: pitches of the key's scale among `pitches`, shape ``(V, R)``; beyond
        the last, 0.
    n_rungs
        Shape ``(V,)``.
    may_end
        Which of `pitches` may be the last, shape ``(A,)``.
    leap
        Semitones at most.
    """

    times: IntArray
    end: int
    bars: IntArray
    beats: IntArray
    unit: int
    interval: IntArray
    pitches: IntArray
    near: IntArray
    ladder: IntArray
    n_rungs: IntArray
    may_end: BoolArray
    leap: int

    def __len__(self) -> int:
        return len(self.times)

    @property
    def n_bars(self) -> int:
        """Bars, a pickup counted."""
        return len(self.bars) - 1

    @cached_property
    def times_and_end(self) -> IntArray:
        """Shape ``(S + 1,)``."""
        return np.append(self.times, self.end)

    @cached_property
    def place(self) -> IntArray:
        """How many slots of its bar come before each, shape ``(S,)``."""
        return np.arange(len(self)) - np.repeat(self.bars[:-1], np.diff(self.bars))

    def strips(self, tunes: Sequence[Tune]) -> StripArray:
        """Tunes as strips, shape ``(B, S)``; notes between slots move to the nearest."""
        columns, ends = laid_out(tunes)
        strips = np.empty((len(tunes), len(self)), dtype=np.int16)
        kernels.to_strips(columns, ends, self.times, strips)
        return strips

    def tunes(self, strips: StripArray) -> list[Tune]:
        """Strips as tunes."""
        ends = np.cumsum((strips >= 0).sum(axis=1))
        columns = np.empty((3, int(ends[-1]) if len(ends) else 0), dtype=np.int64)
        kernels.from_strips(strips, self.times_and_end, columns)
        return cut(columns, ends)

    def repair(self, strips: StripArray) -> None:
        """Make strips keep to all that is asked, where they do not; in place."""
        kernels.repair_all(
            strips,
            self.times,
            self.unit,
            self.interval,
            self.pitches,
            self.near,
            self.may_end,
            self.leap,
        )


def slots_of(ear: Ear, bounds: Bounds, n_bars: int | None = None) -> Slots:
    """Slots over the first bars of an ear's frame, at the divisions that its song has.

    Raises
    ------
    ParameterError
        If there is not a single bar.
    ConstraintError
        If no pitch is both allowed and among what could come.
    """
    melody = ear.frame if isinstance(ear.frame, Melody) else ear.frame.melody
    ground = Ground.of(ear.frame)
    lines = _lines(ground, melody, n_bars)
    ioi = ear.alphabet("onset")
    own = {note[0] for note in notes_in_ticks(melody)} | set(lines.tolist())
    times, bar = _times(ground, lines, _grids(melody), set(ioi.tolist()), own)
    unit = int(np.gcd.reduce(np.diff(times, append=lines[-1])))
    pitches = _pitches(ear, bounds)
    ladder, n_rungs = _ladders(ground, lines, pitches)
    bars = np.searchsorted(times, lines)
    return Slots(
        times=times,
        end=int(lines[-1]),
        bars=bars,
        beats=_beats(ground, times, bar),
        unit=unit,
        interval=_intervals(ioi, unit, int(np.diff(lines).max())),
        pitches=pitches,
        near=pitches[np.abs(pitches[None, :] - np.arange(128)[:, None]).argmin(axis=1)],
        ladder=ladder,
        n_rungs=n_rungs,
        may_end=np.array([bounds.may_end_on(int(pitch)) for pitch in pitches]),
        leap=bounds.largest_leap or 127,
    )


def _lines(ground: Ground, melody: Melody, n_bars: int | None) -> IntArray:
    """Bar lines in ticks, the first being 0, the last the end; a pickup is a bar, too."""
    has_pickup = melody.pickup_quarters > 0
    lines = ground.bar_onset
    if n_bars is None:
        n_bars = len(lines) - has_pickup
    if n_bars < 1:
        raise ParameterError(f"a tune has at least one bar, not {n_bars}")
    n_lines = n_bars + has_pickup + 1
    length = int(ground.levels[-1, 0])
    more = lines[-1] + length * np.arange(1, max(n_lines - len(lines) + 1, 2))
    lines = np.concatenate([lines, more])[:n_lines]
    end = to_ticks(melody.end_quarters)
    # The last bar may lack what the pickup has.
    if lines[-2] < end < lines[-1]:
        lines[-1] = end
    return lines


def _grids(melody: Melody) -> tuple[int, ...]:
    """Ticks of the divisions where notes may begin: eighths, and what else the song has."""
    usual = TICKS_PER_QUARTER // 2
    finest = min(TICKS_PER_QUARTER * 4 // change.meter.denominator for change in melody.meters)
    grids = [min(usual, finest)]
    onsets = np.array([note[0] for note in notes_in_ticks(melody)], dtype=np.int64)
    left = onsets % grids[0] > 0
    for division in _DIVISIONS:
        grid = TICKS_PER_QUARTER // division
        fits = left & (onsets % grid == 0)
        if fits.sum() >= max(_USUAL_SHARE * len(onsets), 1):
            grids.append(grid)
            left &= ~fits
    return tuple(grids)


def _times(
    ground: Ground, lines: IntArray, grids: Sequence[int], can_come: set[int], own: set[int]
) -> tuple[IntArray, IntArray]:
    """Times of slots, and the number of the frame's bar in which each lies."""
    found = []
    end = int(lines[-1])
    bounds = [*ground.bar_onset[ground.bar_onset < end], end]
    for bar, (start, stop) in enumerate(pairwise(bounds)):
        begin = int(ground.bar_begin[bar])
        inside = {time for grid in grids for time in range(begin, int(stop), grid)}
        inside |= {int(line) for line in lines if start <= line < stop}
        found += [(time, bar) for time in sorted(inside) if time >= start]
    times, bars = np.array(_apart(found, can_come, own), dtype=np.int64).T.copy()
    return times, bars


def _apart(
    places: Sequence[tuple[int, int]], can_come: set[int], own: set[int]
) -> list[tuple[int, int]]:
    """Places of which each can follow the one before; the song's own rather than others."""
    kept = list(places[:1])
    for place in places[1:]:
        if place[0] in own:
            while (
                len(kept) > 1 and kept[-1][0] not in own and place[0] - kept[-1][0] not in can_come
            ):
                kept.pop()
        if place[0] - kept[-1][0] in can_come:
            kept.append(place)
    return kept


def _beats(ground: Ground, times: IntArray, bar: IntArray) -> IntArray:
    """The first slot of each felt beat, and the number of slots."""
    beat = ground.levels[bar, ground.beat_level[bar]]
    number = (times - ground.bar_begin[bar]) // beat
    new = (np.diff(number, prepend=-1) != 0) | (np.diff(bar, prepend=-1) != 0)
    return np.append(np.flatnonzero(new), len(times))


def _pitches(ear: Ear, bounds: Bounds) -> IntArray:
    alphabet = ear.alphabet("pitch")
    pitches = alphabet[bounds.mask(alphabet)]
    if not len(pitches):
        raise ConstraintError(
            f"range {bounds.range_name}", "the listener has never heard a pitch of it"
        )
    if not any(bounds.may_end_on(int(pitch)) for pitch in pitches):
        raise ConstraintError("the ending", "the listener has never heard a pitch of it")
    return pitches


def _ladders(ground: Ground, lines: IntArray, pitches: IntArray) -> tuple[IntArray, IntArray]:
    """Pitches of the scale in each bar; all pitches where none is in it."""
    key = np.searchsorted(ground.key_onset, lines[:-1], side="right") - 1
    ladder = np.zeros((len(key), len(pitches)), dtype=np.int64)
    n_rungs = np.empty(len(key), dtype=np.int64)
    for bar, (tonic, seven) in enumerate(zip(ground.tonic[key], ground.ladder[key], strict=True)):
        rungs = pitches[seven[(pitches - tonic) % 12] > 0]
        rungs = rungs if len(rungs) > 1 else pitches
        ladder[bar, : len(rungs)] = rungs
        n_rungs[bar] = len(rungs)
    return ladder, n_rungs


def _intervals(ioi: IntArray, unit: int, longest_bar: int) -> IntArray:
    """Index of each interval that can come, by its length in units; -1 for the others."""
    table = np.full(_LONGEST_BARS * longest_bar // unit + 1, -1, dtype=np.int64)
    for index, ticks in enumerate(ioi.tolist()):
        if ticks > 0 and ticks % unit == 0 and ticks // unit < len(table):
            table[ticks // unit] = index
    return table
