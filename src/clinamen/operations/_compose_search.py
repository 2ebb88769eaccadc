"""Compose by writing a melody once and then rewriting its worst bars."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from clinamen.domains.music.branches import Branches
from clinamen.domains.music.editing import NoteTicks, with_notes
from clinamen.domains.music.fingerprints import RunLimit
from clinamen.domains.music.listener import Listener
from clinamen.domains.music.notes import Song
from clinamen.errors import ConstraintError
from clinamen.operations._compose_frame import Span
from clinamen.operations._compose_plan import Plan
from clinamen.operations._compose_score import Score, score_of, scores_of
from clinamen.operations._compose_theme import rhythm_theme
from clinamen.operations._compose_writer import Breadth, Guide, Writer
from clinamen.search.improving import improving

__all__ = ["Draft", "NoWayError", "composed"]

Notes = tuple[NoteTicks, ...]

_FIRST = Breadth(width=4, onsets=3, pitches=2)
_WIDE = Breadth(width=12, onsets=6, pitches=5, noise=0.5)
_REWRITING = Breadth(width=6, onsets=4, pitches=3)
_TOLD = 4
"""Ways to rewrite a stretch that are heard as a whole."""

_TWO_BARS = 0.4
"""How often two bars are rewritten together."""


@dataclass(frozen=True, eq=False)
class Draft:
    """A whole melody and its score."""

    notes: Notes
    score: Score


class _Composer:
    """Writes and rewrites one melody."""

    def __init__(
        self,
        plan: Plan,
        listener: Listener,
        rng: np.random.Generator,
        limit: RunLimit | None,
        guide: Guide | None,
    ) -> None:
        self._plan, self._rng, self._limit = plan, rng, limit
        frame = replace(plan.frame, song=_with_given(plan))
        if not plan.given and frame.n_bars > 2:
            frame = replace(frame, theme=rhythm_theme(listener, frame, rng, guide))
        self._writer = Writer(listener, frame, rng, limit=limit, guide=guide)
        self._frame = frame
        # How often each bar was rewritten in vain since there is this draft.
        self._best: Draft | None = None
        self._n_tried = np.zeros(frame.n_bars)

    @property
    def _heard(self) -> Branches:
        return self._writer.heard

    def first(self) -> Draft:
        """A melody written from left to right, span by span."""
        written: Notes = ()
        for span in self._plan.spans:
            written = (*written, *self._first_of(span, written))
        notes = self._plan.whole(written)
        return Draft(notes, scores_of(self._heard, self._frame, [notes])[0])

    def _first_of(self, span: Span, written: Notes) -> Notes:
        right = tuple(note for note in self._plan.given if note[0] >= span[1])
        left = self._left(self._plan.whole(written), span)
        for breadth in (_FIRST, _WIDE, replace(_WIDE, width=30, onsets=10, pitches=12)):
            found = self._writer.write(
                left, span, right, breadth=breadth, accept=lambda new: self._fits(written, new)
            )
            if found:
                return found[0]
        raise NoWayError(span)

    def _fits(self, written: Notes, new: Notes) -> bool:
        return self._keeps(self._plan.whole((*written, *new)))

    def _left(self, notes: Notes, span: Span) -> Notes:
        """The notes before a span, none of them sounding into it."""
        before = [note for note in notes if note[0] < span[0]]
        if before:
            onset, lasts, pitch = before[-1]
            before[-1] = (onset, min(lasts, span[0] - onset), pitch)
        return tuple(before)

    def _keeps(self, notes: Notes) -> bool:
        """Whether all that is written keeps to the limits, where it comes back too."""
        bounds, given = self._frame.bounds, set(self._plan.given)
        for before, here in pairwise(notes):
            both_given = before in given and here in given
            if not both_given and not bounds.may_follow(before[2], here[2]):
                return False
        if self._limit is None:
            return True
        new = [place for place, note in enumerate(notes) if note not in given]
        return not self._limit.exceeded(notes, span=new)

    def rewritten(self, draft: Draft, _: int) -> Draft | None:
        """The best of several ways to write a bar or two anew, the worst ones likeliest."""
        if draft is not self._best:
            self._best, self._n_tried = draft, np.zeros(self._frame.n_bars)
        span = self._worst(draft.score)
        left = self._left(draft.notes, span)
        right = tuple(note for note in draft.notes if note[0] >= span[1])
        others = tuple(
            note for note in self._plan.written(draft.notes) if not span[0] <= note[0] < span[1]
        )
        found = self._writer.write(
            left, span, right, breadth=_REWRITING, accept=lambda new: self._fits(others, new)
        )[:_TOLD]
        if not found:
            return None
        wholes = [self._plan.whole((*others, *new)) for new in found]
        return min(self._scored(wholes, left, draft), key=lambda each: each.score.cost)

    def _scored(self, wholes: Sequence[Notes], left: Notes, draft: Draft) -> list[Draft]:
        """Whole melodies that share their beginning with one that has been heard.

        The bits of a note do not depend on how long the note itself lasts, so those of all
        notes before the change stand.
        """
        n_left = len(left)
        shared = max(n_left - 1, 0)
        before = wholes[0][:shared]
        assert all(whole[:shared] == before for whole in wholes)
        heard = self._heard.grown(before).bits(
            [whole[shared:] for whole in wholes], targets=self._frame.targets
        )
        known = draft.score.bits[:shared]
        return [
            Draft(whole, score_of(self._frame, whole, np.append(known, bits.sum(axis=0))))
            for whole, bits in zip(wholes, heard, strict=True)
        ]

    def _worst(self, score: Score) -> Span:
        """A stretch of one or two bars within what is written, less likely where it was tried."""
        lines = self._frame.lines
        spans = [
            (max(start, lines[bar] if bar else start), min(end, lines[bar + 1]))
            for bar in self._plan.bars()
            for start, end in self._plan.spans
            if start < lines[bar + 1] and lines[bar] < end
        ]
        bars = [self._frame.bar_of(end - 1) for _, end in spans]
        chances = ((score.bar_costs[bars] + 0.05) / (1 + self._n_tried[bars])) ** 2
        chosen = int(self._rng.choice(len(spans), p=chances / chances.sum()))
        start, end = spans[chosen]
        follows = chosen + 1 < len(spans) and spans[chosen + 1][0] == end
        if follows and self._rng.random() < _TWO_BARS:
            end = spans[chosen + 1][1]
            self._n_tried[bars[chosen + 1]] += 1
        self._n_tried[bars[chosen]] += 1
        return start, end


class NoWayError(ConstraintError):
    """Nothing can be written in a span."""

    def __init__(self, span: Span) -> None:
        super().__init__("all that is asked", "no melody keeps to it")
        self.span = span


def _with_given(plan: Plan) -> Song:
    """The frame's song with the given notes: their values are among what could come."""
    return with_notes(plan.frame.song, plan.given)


def composed(
    plan: Plan,
    listener: Listener,
    *,
    seed: int,
    limit: RunLimit | None = None,
    guide: Guide | None = None,
    n_steps: int | None = None,
) -> Iterator[Draft]:
    """A melody, and after each step the best so far."""
    composer = _Composer(plan, listener, np.random.default_rng(seed), limit, guide)
    yield from improving(
        composer.first(),
        composer.rewritten,
        lambda draft: draft.score.cost,
        n_steps=n_steps,
    )
