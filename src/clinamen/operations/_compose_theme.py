"""The rhythm with which phrases of a new melody begin."""

from __future__ import annotations

import numpy as np

from clinamen.domains.music.branches import Branches
from clinamen.domains.music.editing import NoteTicks
from clinamen.domains.music.listener import Listener
from clinamen.operations._compose_frame import Frame
from clinamen.operations._compose_score import rhythm_cost
from clinamen.operations._compose_writer import Guide

__all__ = ["rhythm_theme"]

_N_TRIED = 24
_N_BARS = 2
_NOISE = 0.25


def rhythm_theme(
    listener: Listener, frame: Frame, rng: np.random.Generator, guide: Guide | None = None
) -> tuple[tuple[int, ...], ...]:
    """The rhythm of two bars, as the listener would have them begin.

    Beginnings are drawn at random as the listener expects them, or who has heard the guide;
    one with about as many notes as are wanted, not all of one length, is chosen.

    Returns
    -------
    tuple
        Of each bar, ticks after the bar line.
    """
    drawn = _Drawn(listener, frame, rng, guide)
    bars = [drawn.rhythm(notes) for notes in drawn.beginnings()]
    costs = [
        sum(rhythm_cost(frame, places) for places in each) + rng.gumbel(0, _NOISE) for each in bars
    ]
    return bars[int(np.argmin(costs))]


class _Drawn:
    def __init__(
        self,
        listener: Listener,
        frame: Frame,
        rng: np.random.Generator,
        guide: Guide | None,
    ) -> None:
        self._frame, self._rng, self._guide = frame, rng, guide
        self._branches = Branches(listener, frame.song)
        self._end = frame.lines[_N_BARS]

    def rhythm(self, notes: tuple[NoteTicks, ...]) -> tuple[tuple[int, ...], ...]:
        lines = self._frame.lines
        return tuple(
            tuple(onset - lines[bar] for onset, _, _ in notes if self._frame.bar_of(onset) == bar)
            for bar in range(_N_BARS)
        )

    def beginnings(self) -> list[tuple[NoteTicks, ...]]:
        """Two bars each, drawn note by note, all at once."""
        going: list[tuple[NoteTicks, ...]] = [()] * _N_TRIED
        done: list[tuple[NoteTicks, ...]] = []
        onsets = [0] * _N_TRIED
        while going:
            going = self._with_pitches(going, onsets)
            following = self._onsets(going)
            done += [
                notes for notes, onset in zip(going, following, strict=True) if onset >= self._end
            ]
            pairs = [
                (notes, onset)
                for notes, onset in zip(going, following, strict=True)
                if onset < self._end
            ]
            going, onsets = [notes for notes, _ in pairs], [onset for _, onset in pairs]
        return done

    def _onsets(self, endings: list[tuple[NoteTicks, ...]]) -> list[int]:
        heard = self._guide or self._branches
        chances = (
            heard.onset_chances(endings)
            if isinstance(heard, Guide)
            else heard.chances("onset", endings)
        )
        intervals = self._branches.alphabet("onset")
        found = []
        for notes, row in zip(endings, chances, strict=True):
            onsets = notes[-1][0] + intervals
            fits = [
                onset > notes[-1][0] and (onset >= self._end or self._frame.may_begin(int(onset)))
                for onset in onsets
            ]
            weights = np.where(fits, row, 0.0)
            total = weights.sum()
            chosen = self._rng.choice(len(onsets), p=weights / total) if total > 0 else -1
            found.append(int(onsets[chosen]) if total > 0 else self._end)
        return found

    def _with_pitches(
        self, endings: list[tuple[NoteTicks, ...]], onsets: list[int]
    ) -> list[tuple[NoteTicks, ...]]:
        heard = self._guide or self._branches
        chances = (
            heard.pitch_chances(endings, onsets)
            if isinstance(heard, Guide)
            else heard.chances("pitch", endings, onsets)
        )
        pitches = self._branches.alphabet("pitch")
        allowed = self._frame.bounds.mask(pitches)
        found = []
        for notes, onset, row in zip(endings, onsets, chances, strict=True):
            weights = np.where(allowed, row, 0.0)
            pitch = int(self._rng.choice(pitches, p=weights / weights.sum()))
            found.append((*notes, (onset, self._frame.grid, pitch)))
        return found
