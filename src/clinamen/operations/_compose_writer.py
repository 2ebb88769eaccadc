"""Writes the notes of a stretch of time, so that they follow the curve: a beam along time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import sqrt

import numpy as np
import numpy.typing as npt

from clinamen.domains.music.branches import Branches
from clinamen.domains.music.editing import NoteTicks
from clinamen.domains.music.fingerprints import RunLimit
from clinamen.domains.music.listener import Listener
from clinamen.operations._compose_frame import Frame, Span
from clinamen.operations._compose_recall import Recall, recalled
from clinamen.operations._compose_score import bar_off, note_costs, rhythm_cost, shape_cost

__all__ = ["Accept", "Breadth", "Guide", "Writer"]

FloatArray = npt.NDArray[np.float64]
Accept = Callable[[tuple[NoteTicks, ...]], bool]
"""Whether the notes of a stretch may be the whole stretch."""

_BAR_WEIGHT = 1.0
_DULL = 1.0
"""Bits that the same pitch costs a third time in a row."""
_BAR_NOTES = 24
"""Notes of a bar at most, for bars to be compared."""

_HEARD_AFTER = 4
"""So many notes after the stretch are heard with it."""


@dataclass(frozen=True, slots=True)
class Breadth:
    """How much is tried.

    Parameters
    ----------
    width
        Drafts kept at each place in time.
    onsets, pitches
        Ways to go on that are tried of each draft: when, and then what.
    noise
        Of the costs, in bits, so that not always the same is written.
    """

    width: int = 6
    onsets: int = 4
    pitches: int = 3
    noise: float = 0.25


@dataclass(frozen=True, slots=True)
class _Draft:
    """Notes so far after the shared ones, and what they cost.

    Parameters
    ----------
    pending
        Cost a beat of the last note, of which it is not known yet how long it lasts.
    in_bar, off_in_bar
        Notes in the current bar, and their bits beyond those asked for.
    """

    notes: tuple[NoteTicks, ...] = ()
    cost: float = 0.0
    pending: float = 0.0
    in_bar: int = 0
    off_in_bar: float = 0.0


class Guide:
    """What one expects who has heard another song first.

    Parameters
    ----------
    branches
        What comes after that song.
    shift
        Ticks from the beginning of that song to where the new one begins.
    """

    def __init__(self, branches: Branches, shift: int) -> None:
        self._branches, self._shift = branches, shift

    def grown(self, notes: Sequence[NoteTicks]) -> Guide:
        """A guide who has heard some notes more."""
        return Guide(self._branches.grown(self._later(notes)), self._shift)

    def onset_chances(self, endings: Sequence[Sequence[NoteTicks]]) -> FloatArray:
        """As `Branches.chances`."""
        return self._branches.chances("onset", [self._later(each) for each in endings])

    def pitch_chances(
        self, endings: Sequence[Sequence[NoteTicks]], onsets: Sequence[int]
    ) -> FloatArray:
        """As `Branches.chances`."""
        later = [onset + self._shift for onset in onsets]
        return self._branches.chances("pitch", [self._later(each) for each in endings], later)

    def _later(self, notes: Sequence[NoteTicks]) -> tuple[NoteTicks, ...]:
        return tuple((onset + self._shift, lasts, pitch) for onset, lasts, pitch in notes)


class Writer:
    """Writes stretches of a melody.

    Parameters
    ----------
    listener
        Whose expectation the curve is about.
    frame
        What the notes stand in.
    rng
        Source of chance.
    limit
        On runs shared with other tunes.
    guide
        A song that was heard before: notes are drawn as one expects them who knows it.
    """

    def __init__(
        self,
        listener: Listener,
        frame: Frame,
        rng: np.random.Generator,
        *,
        limit: RunLimit | None = None,
        guide: Guide | None = None,
    ) -> None:
        self._frame, self._rng = frame, rng
        self._limit, self._guide = limit, guide
        self._masks: dict[int | None, npt.NDArray[np.bool_]] = {}
        self._heard = Branches(listener, frame.song)
        self._intervals = self._heard.alphabet("onset")
        self._pitches = self._heard.alphabet("pitch")

    @property
    def heard(self) -> Branches:
        """Branches from the beginning."""
        return self._heard

    def mask(self, before: int | None) -> npt.NDArray[np.bool_]:
        """Which pitches may come after one, shape ``(A,)``."""
        if before not in self._masks:
            self._masks[before] = self._frame.bounds.mask(self._pitches, before)
        return self._masks[before]

    def write(
        self,
        left: Sequence[NoteTicks],
        span: Span,
        right: Sequence[NoteTicks] = (),
        *,
        breadth: Breadth | None = None,
        accept: Accept | None = None,
    ) -> list[tuple[NoteTicks, ...]]:
        """Notes that begin in a span, in several ways, the best first; none if there is no way.

        Parameters
        ----------
        left, right
            Notes before and after the span. The last of `left` must end where the span begins
            or earlier.
        accept
            Refuses what does not fit elsewhere: where it comes back, for instance.
        """
        stretch = _Stretch(self, left, span, right, breadth or Breadth(), accept)
        return stretch.written()


class _Stretch:
    """One stretch being written."""

    def __init__(
        self,
        writer: Writer,
        left: Sequence[NoteTicks],
        span: Span,
        right: Sequence[NoteTicks],
        breadth: Breadth,
        accept: Accept | None,
    ) -> None:
        self._accept = accept
        self._writer, self._frame, self._rng = writer, writer._frame, writer._rng
        self._span, self._right, self._breadth = span, tuple(right), breadth
        self._left = tuple(left)
        self._shared = self._left
        self._heard_left = self._branches = writer.heard.grown(self._left)
        self._guide = writer._guide.grown(self._left) if writer._guide else None
        self._waiting: dict[int, list[_Draft]] = defaultdict(list)
        self._done: list[_Draft] = []
        self._recalls: dict[int, Recall] = {}
        self._bar_lines = [line for line in self._frame.lines if span[0] < line < span[1]]

    def written(self) -> list[tuple[NoteTicks, ...]]:
        self._grow([_Draft(self._left[:0])])
        while self._waiting:
            slot = min(self._waiting)
            self._settle(slot)
            drafts = self._best(self._waiting.pop(slot, []))
            self._finish(drafts)
            self._grow(drafts)
        done = sorted(self._with_right(self._done), key=lambda draft: draft.cost)
        return [draft.notes for draft in done]

    def _best(self, drafts: list[_Draft]) -> list[_Draft]:
        """The cheapest drafts, with some chance; of the same notes only one."""
        if len(drafts) <= self._breadth.width:
            return drafts
        noise = self._rng.gumbel(0, self._breadth.noise, len(drafts))
        costs = np.array([draft.cost + draft.pending for draft in drafts]) - noise
        return [drafts[place] for place in np.argsort(costs)[: self._breadth.width]]

    def _settle(self, slot: int) -> None:
        """At each bar line, what the best draft had a bar ago is settled, and heard by all."""
        if not self._bar_lines or slot < self._bar_lines[0]:
            return
        line = self._bar_lines.pop(0)
        everyone = [draft for drafts in self._waiting.values() for draft in drafts]
        best = min(everyone, key=lambda draft: (draft.cost + draft.pending) / max(slot, 1))
        bar = self._frame.bar_of(line)
        before = self._frame.lines[max(bar - 1, 0)]
        settled = tuple(note for note in best.notes[:-1] if note[0] < before)
        if not settled:
            return
        n_settled = len(settled)
        for place, drafts in list(self._waiting.items()):
            kept = [
                replace(draft, notes=draft.notes[n_settled:])
                for draft in drafts
                if draft.notes[:n_settled] == settled and len(draft.notes) > n_settled
            ]
            if kept:
                self._waiting[place] = kept
            else:
                del self._waiting[place]
        self._shared = (*self._shared, *settled)
        self._branches = self._branches.grown(settled)
        self._guide = self._guide.grown(settled) if self._guide else None

    # -- one step ahead -------------------------------------------------------------------

    def _grow(self, drafts: list[_Draft]) -> None:
        """Each draft goes on in several ways."""
        if not drafts:
            return
        begun = self._begun(drafts)
        if not begun:
            return
        endings = [draft.notes for draft, _, _ in begun]
        onsets = [onset for _, onset, _ in begun]
        chances = self._branches.chances("pitch", endings, onsets)
        guided = self._guide.pitch_chances(endings, onsets) if self._guide else chances
        for (draft, onset, onset_bits), row, wished in zip(begun, chances, guided, strict=True):
            self._add_pitches(draft, onset, onset_bits, row, wished)

    def _begun(self, drafts: list[_Draft]) -> list[tuple[_Draft, int, float]]:
        """Drafts with the onset of their next note, and the bits that it costs."""
        if not self._shared and not drafts[0].notes:
            return [(drafts[0], self._span[0], 0.0)]
        endings = [draft.notes for draft in drafts]
        chances = self._branches.chances("onset", endings)
        guided = self._guide.onset_chances(endings) if self._guide else chances
        found = []
        for draft, row, wished in zip(drafts, chances, guided, strict=True):
            for onset, bits in self._next_onsets(self._last(draft), row, wished):
                found.append((self._until(draft, onset), onset, bits))
        return found

    def _last(self, draft: _Draft) -> NoteTicks:
        return draft.notes[-1] if draft.notes else self._shared[-1]

    def _next_onsets(
        self, last: NoteTicks, chances: FloatArray, wished: FloatArray
    ) -> list[tuple[int, float]]:
        """When the next note could begin, and how many bits that costs; some of all."""
        frame, intervals = self._frame, self._writer._intervals
        low = max(self._span[0], last[0] + 1)
        first, end = np.searchsorted(frame.slots, [low, self._span[1]])
        slots = frame.slots[first:end]
        # No bar stays empty, unless there is no other way.
        latest = frame.lines[min(frame.bar_of(last[0]) + 2, frame.n_bars)]
        slots = slots[: max(int(np.searchsorted(slots, latest)), 1)]
        places = np.minimum(np.searchsorted(intervals, slots - last[0]), len(intervals) - 1)
        known = intervals[places] == slots - last[0]
        slots, places = slots[known], places[known]
        if not len(slots):
            return []
        goals = frame.slot_targets[first : first + len(known)][known]
        bits = -np.log2(np.maximum(chances[places], 1e-12))
        left_out = np.array([self._left_out(last[0], int(slot)) for slot in slots])
        # Where little is asked, rhythms are drawn as they are expected; where much is, a third
        # of it may be rhythm.
        drawn = 0.7 * np.log2(np.maximum(wished[places], 1e-12))
        drawn *= np.clip(1.8 / np.maximum(goals, 0.1), 0.15, 1.0)
        wish = drawn - 3 * left_out
        wish -= 0.6 * np.abs(bits - goals / 3) * np.clip(goals / 3 - 1, 0, 1)
        wish -= 1.5 * np.maximum(bits - np.maximum(goals, 0.7), 0)
        wish += self._rng.gumbel(0, 0.8, len(slots))
        chosen = np.argsort(-wish)[: self._breadth.onsets]
        return [(int(slots[index]), float(bits[index])) for index in chosen]

    def _recall(self, bar: int) -> Recall:
        """What a bar is to sound like; earlier bars are settled by the time it is written."""
        if bar not in self._recalls:
            self._recalls[bar] = recalled(self._frame, bar, self._shared)
        return self._recalls[bar]

    def _left_out(self, last: int, onset: int) -> float:
        """What it costs to begin a note at a time, for the rhythm that is to come back."""
        bar = self._frame.bar_of(onset)
        start = self._frame.lines[bar]
        recall = self._recall(bar)
        cost = recall.skipped(last - start, onset - start)
        return cost + (recall.cost(onset - start, -1) if not recall.with_pitch else 0.0)

    def _until(self, draft: _Draft, following: int) -> _Draft:
        """A draft whose last note is followed by one that begins at a time."""
        if not draft.notes:
            return draft
        onset, _, pitch = draft.notes[-1]
        lasts = self._frame.duration(onset, following)
        beats = (following - onset) / self._frame.beat
        cost = draft.cost + draft.pending * sqrt(beats) + self._frame.rub((onset, lasts, pitch))
        here, there = self._frame.bar_of(onset), self._frame.bar_of(min(following, self._span[1]))
        in_bar, off_in_bar = draft.in_bar, draft.off_in_bar
        if there > here or following >= self._span[1]:
            cost += self._bar_cost(draft) * (there - here or 1)
            in_bar, off_in_bar = 0, 0.0
        notes = (*draft.notes[:-1], (onset, lasts, pitch))
        return _Draft(notes, cost, 0.0, in_bar, off_in_bar)

    def _bar_cost(self, draft: _Draft) -> float:
        """What a bar that is over costs as a whole."""
        known = (*self._shared[-_BAR_NOTES:], *draft.notes)
        here = known[len(known) - draft.in_bar :]
        bar = self._frame.bar_of(here[0][0]) - 1 if here else -1
        before = [note[2] for note in known[: -draft.in_bar] if self._frame.bar_of(note[0]) == bar]
        own = rhythm_cost(self._frame, [onset for onset, _, _ in here])
        own += shape_cost([pitch for _, _, pitch in here], before)
        usual = self._frame.n_notes_bar
        mean = float(bar_off(draft.off_in_bar / max(draft.in_bar, 1)))
        return (own + _BAR_WEIGHT * mean) * sqrt(usual)

    def _add_pitches(
        self,
        draft: _Draft,
        onset: int,
        onset_bits: float,
        chances: FloatArray,
        wished: FloatArray,
    ) -> None:
        frame, pitches = self._frame, self._writer._pitches
        last = draft.notes[-1:] or self._shared[-1:]
        mask = self._writer.mask(last[0][2] if last else None)
        bits = -np.log2(np.maximum(chances, 1e-12))
        heard = bits * ("pitch" in frame.targets) + onset_bits * ("onset" in frame.targets)
        goal = frame.target(onset)
        costs = note_costs(heard, goal) + self._dull(last, draft)(pitches)
        # A break in rhythm and pitch at once is one for every listener.
        costs = costs + 0.2 * abs(onset_bits - goal / 3) * min(max(goal / 3 - 1, 0.0), 1.0)
        bar = frame.bar_of(onset)
        recall, start = self._recall(bar), frame.lines[bar]
        if recall.pitch_at:
            costs += np.array([recall.cost(onset - start, int(pitch)) for pitch in pitches])
        if last:
            costs += recall.skipped(last[0][0] - start, onset - start)
        # Where little is asked, notes are drawn as the listener expects them; where much is,
        # as the curve asks for them.
        drawn = 0.7 * np.log2(np.maximum(wished, 1e-12))
        wish = drawn * np.clip(2.5 / max(goal, 0.1), 0.1, 1.0) - 2 * costs
        wish -= 0.5 * np.abs(heard - goal) * np.clip(goal / 4, 0, 1)
        wish += self._rng.gumbel(0, 1, len(costs))
        if self._writer._limit is not None:
            mask = mask & ~self._exceeds(draft, onset)
        wish = np.where(mask, wish, -np.inf)
        for place in np.argsort(-wish)[: self._breadth.pitches]:
            if not mask[place]:
                break
            notes = (*draft.notes, (onset, frame.grid, int(pitches[place])))
            off = draft.off_in_bar + float(heard[place]) - goal
            self._waiting[onset].append(
                _Draft(notes, draft.cost, float(costs[place]), draft.in_bar + 1, off)
            )

    def _exceeds(self, draft: _Draft, onset: int) -> npt.NDArray[np.bool_]:
        """Pitches with which a run would be too long that other tunes have."""
        limit, pitches = self._writer._limit, self._writer._pitches
        assert limit is not None
        so_far = (*self._shared[-limit.limit :], *draft.notes)
        return limit.exceeded_by_next(so_far, np.full(len(pitches), onset), pitches)

    def _dull(
        self, last: Sequence[NoteTicks], draft: _Draft
    ) -> Callable[[npt.NDArray[np.int64]], FloatArray]:
        """What the same pitch a third time costs."""
        before = (*self._shared[-2:], *draft.notes)[-2:]
        if len(before) < 2 or before[0][2] != before[1][2]:
            return lambda pitches: np.zeros(len(pitches))
        return lambda pitches: np.where(pitches == before[1][2], _DULL, 0.0)

    # -- the end --------------------------------------------------------------------------

    def _finish(self, drafts: list[_Draft]) -> None:
        """Drafts that may be the whole stretch."""
        end = self._span[1]
        bar = self._frame.lines[self._frame.bar_of(end - 1)]
        following = self._right[0][0] if self._right else end
        for draft in drafts:
            onset, _, pitch = draft.notes[-1]
            # Not even a bar before notes that come after stays empty.
            if onset < min(bar, end - self._frame.beat):
                continue
            if end in self._frame.closings and not self._may_close(onset, pitch):
                continue
            if self._right and not self._frame.bounds.may_follow(pitch, self._right[0][2]):
                continue
            whole = self._until(draft, min(following, self._frame.cut_after(onset)))
            # All notes of the stretch: more of them may be settled before it is over.
            notes = (*self._shared[len(self._left) :], *whole.notes)
            if self._accept is None or self._accept(notes):
                self._done.append(replace(whole, notes=notes))

    def _may_close(self, onset: int, pitch: int) -> bool:
        frame = self._frame
        if not frame.bounds.may_end_on(pitch):
            return False
        if frame.is_open:
            return True
        on_beat = (onset - frame.lines[frame.bar_of(onset)]) % frame.beat == 0
        return on_beat and self._span[1] - onset >= frame.breath

    def _with_right(self, drafts: list[_Draft]) -> list[_Draft]:
        """Drafts with what the notes after the stretch cost."""
        if not self._right or not drafts:
            return drafts
        after = self._right[:_HEARD_AFTER]
        drafts = sorted(drafts, key=lambda draft: draft.cost)[: 4 * self._breadth.width]
        goals = self._frame.targets_of(after)
        heard = self._heard_left.bits(
            [(*draft.notes, *after) for draft in drafts], targets=self._frame.targets
        )
        return [
            replace(
                draft,
                cost=draft.cost + float(note_costs(bits.sum(axis=0)[-len(after) :], goals).sum()),
            )
            for draft, bits in zip(drafts, heard, strict=True)
        ]
