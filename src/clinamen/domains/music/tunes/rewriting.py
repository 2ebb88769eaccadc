"""A stretch of a tune written anew from left to right, one note after the other."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from math import gcd
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from clinamen.domains.music.branches import Branches
from clinamen.domains.music.constraints import Bounds
from clinamen.domains.music.editing import NoteTicks
from clinamen.domains.music.events import TICKS_PER_QUARTER, IntArray, to_ticks
from clinamen.domains.music.listener import Listener
from clinamen.domains.music.notes import Melody, Song
from clinamen.domains.music.tunes.tune import Tune
from clinamen.errors import ParameterError

__all__ = ["REST_SHARE", "Move", "Rewriting", "Written"]

FloatArray = npt.NDArray[np.float64]

REST_SHARE = 0.1
"""Of a wait that is long enough for a rest, so much is held to have one. The listener predicts
when notes begin and not when they end; this share is set, not learnt."""

_MOST_SAME = 3
"""Notes of one pitch in a row that any tune may have; more only where the tune had more."""

_FINEST = TICKS_PER_QUARTER // 4
_LEAST_REST = TICKS_PER_QUARTER // 2


class Move(NamedTuple):
    """What comes next.

    Parameters
    ----------
    onset
        When the next note begins, in ticks.
    pitch
        Its MIDI number; None where nothing more comes in the stretch, and `onset` is that of
        the first note behind it.
    rests
        Whether the note before ends early, so that there is a silence.
    chance
        How likely the listener held this, 0 to 1.
    """

    onset: int
    pitch: int | None
    rests: bool
    chance: float


@dataclass(frozen=True, slots=True)
class Written:
    """How far a stretch has been written.

    Parameters
    ----------
    notes
        Those that begin in the stretch.
    shortened
        Onsets of notes that end early.
    is_done
        Whether the stretch has come to its end.
    """

    notes: tuple[tuple[int, int], ...] = ()
    shortened: frozenset[int] = frozenset()
    is_done: bool = False


class Rewriting:
    """Writes the notes of a tune between two times anew.

    A state is what has been written so far; a move is the next note (when, and how high) or
    that no other comes before the stretch ends. Behind what is written the tune goes on as it
    was, so that every state is a whole tune.

    Parameters
    ----------
    listener
        Whose expectation moves have as their chance.
    frame
        Key, metre, bars and chords of the tune.
    tune
        It. Its first note stays, since nothing is awaited before it.
    bounds
        Which pitches new notes may have; neighbours outside the stretch keep to it as they can.
    span
        Ticks at which the stretch begins and ends.
    n_moves
        Moves of a state at most, the likeliest; the end of the stretch is among them wherever
        what is behind may follow.

    Raises
    ------
    ParameterError
        If no note of the tune begins in the stretch that could be another.
    """

    def __init__(
        self,
        listener: Listener,
        frame: Melody | Song,
        tune: Tune,
        *,
        bounds: Bounds,
        span: tuple[int, int],
        n_moves: int = 96,
    ) -> None:
        notes = tune.notes
        onsets = [note[0] for note in notes]
        first = max(bisect_left(onsets, span[0]), 1)
        last = bisect_left(onsets, span[1])
        if first >= last:
            raise ParameterError("no note begins in these bars that could be another one")
        self.tune, self.bounds, self.n_moves = tune, bounds, n_moves
        self._before, self._old, self.behind = notes[:first], notes[first:last], notes[last:]
        self.span, self.end = span, span[1]
        melody = frame if isinstance(frame, Melody) else frame.melody
        self._lines = [to_ticks(onset) for onset in melody.bar_onsets]
        self._last = max(to_ticks(melody.end_quarters), notes[-1][0] + notes[-1][1])
        self._branches = Branches(listener, frame, self._before)
        self._pitches = np.array(bounds.pitches(), dtype=np.int64)
        self._most_same = max(_runs([note[2] for note in notes]), _MOST_SAME)
        longest = int(np.diff([*self._lines, self._last]).max())
        self._bar = max(longest, TICKS_PER_QUARTER)

    @cached_property
    def step(self) -> int:
        """Ticks between places at which notes may begin: the tune's own finest, down to a 16th."""
        finest = 0
        for line, onset in zip(self._line_before(), self.tune.columns[0].tolist(), strict=True):
            finest = gcd(finest, onset - line)
        return max(finest, _FINEST) if finest else TICKS_PER_QUARTER

    def _line_before(self) -> list[int]:
        places = np.searchsorted(self._lines, self.tune.columns[0], side="right") - 1
        return [self._lines[max(place, 0)] for place in places]

    @property
    def n_notes(self) -> int:
        """Notes of the tune in the stretch as it was."""
        return len(self._old)

    def n_left(self, state: Written) -> int:
        """Moves that are likely still to come, the end being one: as many as the tune had notes
        from here on, or more where what is written goes faster."""
        if state.is_done:
            return 1
        begin = at = self._before[-1][0]
        if state.notes:
            at = state.notes[-1][0]
        old = sum(note[0] > at for note in self._old)
        pace = len(state.notes) * (self.end - at) // max(at - begin, 1)
        return 1 + max(old, pace)

    def start(self) -> Written:
        """Nothing is written yet."""
        return Written()

    def tune_of(self, state: Written) -> Tune:
        """The whole tune: what is before, what is written, and what was there behind it."""
        if not state.notes and not state.is_done:
            return self.tune
        at = state.notes[-1][0] if state.notes else self._before[-1][0]
        rest = () if state.is_done else tuple(note for note in self._old if note[0] > at)
        behind = (*rest, *self.behind)
        return Tune.of(self._joined(state, behind))

    def _joined(self, state: Written, behind: Sequence[NoteTicks]) -> list[NoteTicks]:
        """Notes before keep their length but where a new note or a silence ends them."""
        begins = [note[0] for note in state.notes] + [note[0] for note in behind[:1]]
        last, written = self._before[-1], []
        after = begins[0] if begins else self._last
        before = [*self._before[:-1], self._lasting(last[0], last[2], after, state, last[1])]
        for index, (onset, pitch) in enumerate(state.notes):
            after = begins[index + 1] if index + 1 < len(begins) else self._last
            written.append(self._lasting(onset, pitch, after, state, after - onset))
        return [*before, *written, *behind]

    def _lasting(self, onset: int, pitch: int, after: int, state: Written, usual: int) -> NoteTicks:
        """A note until the next one, a bar at most; half as long where there is a silence."""
        wait = after - onset
        if onset in state.shortened:
            return onset, max(wait // 2 // self.step * self.step, min(self.step, wait)), pitch
        return onset, max(min(usual, wait, self._bar), 1), pitch

    def after(self, state: Written, move: Move) -> Written:
        """The state after a move."""
        at = state.notes[-1][0] if state.notes else self._before[-1][0]
        shortened = state.shortened | {at} if move.rests else state.shortened
        if move.pitch is None:
            return Written(state.notes, shortened, True)
        return Written((*state.notes, (move.onset, move.pitch)), shortened, False)

    def moves(self, state: Written) -> list[Move]:
        """What may come next, each with its chance, the likeliest first."""
        if state.is_done:
            return []
        ending = self._ending(state)
        at = (*self._before, *ending)[-1]
        waits = self._branches.alphabet("onset")
        onsets = [onset for onset in self._places(at[0]) if onset - at[0] in {*waits.tolist()}]
        row = self._branches.chances("onset", [ending])[0]
        chance_of = dict(zip(waits.tolist(), row.tolist(), strict=True))
        beyond = self.behind[0][0] if self.behind else None
        asked = [*onsets, *([beyond] if beyond is not None else [])]
        tables = self._branches.chances("pitch", [ending] * len(asked), asked)
        run = [note[2] for note in (*self._before, *ending)][-self._most_same :]
        stuck = at[2] if len(run) == self._most_same and len({*run}) == 1 else None
        found: list[Move] = []
        for onset, table in zip(onsets, tables, strict=False):
            found += self._notes_at(onset, at, stuck, chance_of[onset - at[0]] * table)
        found.sort(key=lambda move: (-move.chance, move[:3]))
        if found and not self._may_end(at[2]):
            return found[: self.n_moves]
        return [*found[: self.n_moves - 1], self._end(at, chance_of, tables, beyond)]

    def _ending(self, state: Written) -> list[NoteTicks]:
        return self._joined(state, ())[len(self._before) :]

    def _places(self, at: int) -> list[int]:
        """When the next note may begin: within a bar and the stretch, on the steps of its bar."""
        index = max(bisect_left(self._lines, at + 1) - 1, 0)
        first = self._lines[index]
        first += ((at - first) // self.step + 1) * self.step
        last = min(self.end, max(at, self.span[0]) + self._bar + 1)
        return [onset for onset in range(first, last, self.step) if onset >= self.span[0]]

    def _notes_at(
        self, onset: int, before: NoteTicks, stuck: int | None, chances: FloatArray
    ) -> list[Move]:
        """Notes that may begin at a time; not one more where the line is stuck on a pitch."""
        alphabet: IntArray = self._branches.alphabet("pitch")
        leap = self.bounds.largest_leap
        rests = onset - before[0] >= 2 * _LEAST_REST
        moves = []
        for pitch in self._pitches.tolist():
            place = int(np.searchsorted(alphabet, pitch))
            known = place < len(alphabet) and alphabet[place] == pitch
            if not known or pitch == stuck or (leap is not None and abs(pitch - before[2]) > leap):
                continue
            chance = float(chances[place])
            if rests:
                moves.append(Move(onset, pitch, True, REST_SHARE * chance))
                chance *= 1 - REST_SHARE
            moves.append(Move(onset, pitch, False, chance))
        return moves

    def _may_end(self, pitch: int) -> bool:
        """Whether what comes behind may follow a pitch; at the tune's end, whether it may end."""
        if self.behind:
            return self.bounds.may_follow(pitch, self.behind[0][2])
        return self.bounds.may_end_on(pitch)

    def _end(
        self,
        at: NoteTicks,
        chance_of: dict[int, float],
        tables: FloatArray,
        beyond: int | None,
    ) -> Move:
        """That no other note comes in the stretch: as likely as the first one behind it."""
        if beyond is None:
            # No listener of notes knows that a song is over: what is left of chance for waits
            # beyond the end.
            chance = sum(share for wait, share in chance_of.items() if at[0] + wait >= self.end)
            return Move(self._last, None, False, chance)
        alphabet = self._branches.alphabet("pitch")
        place = int(np.searchsorted(alphabet, self.behind[0][2]))
        chance = chance_of.get(beyond - at[0], 0.0) * float(tables[-1][place])
        return Move(beyond, None, False, chance)


def _runs(pitches: Sequence[int]) -> int:
    """The longest run of one pitch."""
    return max((len([*run]) for _, run in groupby(pitches)), default=0)
