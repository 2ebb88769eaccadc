"""What the notes of a take tell a listener: bits with a note, less bits without it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import accumulate, pairwise
from math import ceil

import numpy as np

from clinamen.domains.music.branches import Branches
from clinamen.domains.music.editing import NoteTicks, notes_in_ticks
from clinamen.domains.music.events import TICKS_PER_QUARTER
from clinamen.domains.music.listener import Listener
from clinamen.domains.music.notes import Note, Song

__all__ = ["MEMORY", "REACH", "NotesTold"]

REACH = 4
"""Notes after a note whose bits count with its own: what follows is where a note helps, or
misleads. Chosen on the development set, where 2 to 8 did as well."""

MEMORY = 128
"""Notes before, which the listener remembers; in a shorter take all."""

_RUN = 12
"""Places heard in one go share a beginning, and are at most so far apart."""

_LAGS = 12
_LONGEST = 8 * TICKS_PER_QUARTER


class NotesTold:
    """How many bits notes take up in a take of which some notes are gone.

    Parameters
    ----------
    listener
        With a learned mixture.
    song
        The whole take; its key, metre, bars and chords hold throughout.
    """

    def __init__(self, listener: Listener, song: Song) -> None:
        self._listener, self._song = listener, song
        self._notes = notes_in_ticks(song.melody)
        self._intervals = _intervals([note[0] for note in self._notes])
        self._branches = self._heard()

    def bits(self, kept: Sequence[int], places: Sequence[int]) -> list[float]:
        """Bits that each of some notes takes up, its effect on the next `REACH` notes included.

        That is the joint information content of the note and of the `REACH` notes after it,
        less that of those notes in the take without it. It is below 0 where what follows is
        so much harder to expect without the note that to tell it saves bits.

        Parameters
        ----------
        kept
            Notes that are still there, rising.
        places
            Which of them, as places in `kept`, rising.
        """
        line = [self._notes[note] for note in kept]
        self._know(line, places)
        found: list[float] = []
        for run in _runs(places):
            found += self._run_bits(line, run)
        return found

    def _run_bits(self, line: list[NoteTicks], run: Sequence[int]) -> list[float]:
        begin = run[0]
        end = min(run[-1] + REACH + 1, len(line))
        branches = self._branches.grown(line[max(begin - MEMORY, 0) : begin])
        endings = [line[begin:end]]
        firsts = [0]
        for place in run:
            stop = min(place + REACH + 1, end)
            endings.append([*line[begin:place], *line[place + 1 : stop]])
            firsts.append(place - begin)
        rows = [np.asarray(each).sum(axis=0) for each in branches.bits(endings, first=firsts)]
        whole = rows[0]
        return [
            float(whole[place - begin : place - begin + REACH + 1].sum() - row.sum())
            for place, row in zip(run, rows[1:], strict=True)
        ]

    def _know(self, line: list[NoteTicks], places: Sequence[int]) -> None:
        """Take in intervals between onsets that come about by removing notes."""
        onsets = [note[0] for note in line]
        met = {after - here for here, after in pairwise(onsets)}
        met |= {
            onsets[place + 1] - onsets[place - 1] for place in places if 0 < place < len(line) - 1
        }
        new = met - self._intervals
        if new:
            self._intervals |= new
            self._branches = self._branches.expecting(onset=new)

    def _heard(self) -> Branches:
        """Nothing heard yet, with all that could come among what the take shows."""
        # The notes of a frame are not heard, they only say what could come: so the song is
        # followed by a note after each interval.
        melody = self._song.melody
        pitch, tick = melody.notes[0].pitch, Fraction(1, TICKS_PER_QUARTER)
        end = ceil(melody.end_quarters) * TICKS_PER_QUARTER
        shown = tuple(
            Note(Fraction(onset, TICKS_PER_QUARTER), tick, pitch)
            for onset in accumulate(sorted(self._intervals - {0}), initial=end)
        )
        frame = melody.replace(notes=(*melody.notes, *shown))
        return Branches(self._listener, self._song.replace(melody=frame))


def _intervals(onsets: Sequence[int]) -> set[int]:
    """Times between onsets that removing notes may bring about, but for rare long ones."""
    found = {0}
    for lag in range(1, _LAGS + 1):
        found |= {b - a for a, b in zip(onsets, onsets[lag:], strict=False) if b - a <= _LONGEST}
    return found | {after - here for here, after in pairwise(onsets)}


def _runs(places: Sequence[int]) -> Iterator[list[int]]:
    """Places in groups that are not spread over more than `_RUN`."""
    run: list[int] = []
    for place in places:
        if run and place - run[0] >= _RUN:
            yield run
            run = []
        run.append(place)
    if run:
        yield run
