"""Three plain ways to break the pitch at a place, with as much time as the search had.

The note at the place and the three after it get other pitches in the range of the song; rhythm
and all other notes stay. Of what was drawn, the best by the generator's own ear is kept: a peak
that comes home, as near as can be to the contrast that was asked for.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
import numpy.typing as npt

from clinamen.bench._creation_baselines import (
    BASELINES,
    Draw,
    least_probable,
    processor_seconds,
)
from clinamen.bench._creation_ears import Ear
from clinamen.bench._creation_statistics import Estimate, difference, estimate
from clinamen.bench._creation_summary import figures_of, is_good
from clinamen.bench._creation_swerves import Asked, Swerved, measured
from clinamen.domains.music.branches import Branches
from clinamen.domains.music.breaks import Break, measure_break
from clinamen.domains.music.editing import NoteTicks, notes_in_ticks, with_notes
from clinamen.domains.music.listener import Listener
from clinamen.domains.music.notes import Song
from clinamen.domains.music.places import beat_span
from clinamen.errors import MissingError
from clinamen.operations.variant import Variant

__all__ = ["SEARCH", "PlainFigures", "plain_figures", "plain_swerve"]

SEARCH = "swerve"
"""Name of the product's own method."""

FloatArray = npt.NDArray[np.float64]

N_NEW = 4
"""Notes that get another pitch."""

N_AT_ONCE = 32


def plain_swerve(
    name: str,
    listener: Listener,
    asked: Asked,
    song: Song,
    seconds: float,
    rng: np.random.Generator,
) -> Variant:
    """The best break of pitch that one of `BASELINES` finds in the time, drawing at least once.

    Raises
    ------
    MissingError
        If no note begins at the place.
    """
    task = _Task(listener, song, asked)
    draw = BASELINES[name]
    started = processor_seconds()
    best = max(task.drawn(draw, rng), key=task.merit)
    # There is one least probable note, however often it is looked for.
    while draw is not least_probable and processor_seconds() - started < seconds:
        best = max(best, *task.drawn(draw, rng), key=task.merit)
    return task.variant(*best)


_Drawn = tuple[tuple[NoteTicks, ...], Break]


@dataclass(eq=False)
class _Task:
    """A place in a song, and what the generator hears before it."""

    listener: Listener
    song: Song
    asked: Asked

    def merit(self, drawn: _Drawn) -> tuple[bool, float]:
        """A peak that comes home first, then what is nearest to what was asked."""
        found = drawn[1]
        is_good = found.is_peak and found.home_after is not None
        return is_good, -abs(found.contrast - self.asked.bits)

    @cached_property
    def notes(self) -> tuple[NoteTicks, ...]:
        return notes_in_ticks(self.song.melody)

    @cached_property
    def note(self) -> int:
        onsets = [note.onset_quarters for note in self.song.melody.notes]
        place = bisect_right(onsets, self.asked.onset_quarters) - 1
        if place < 1 or onsets[place] != self.asked.onset_quarters:
            raise MissingError("no note begins at the place")
        return place

    @cached_property
    def end(self) -> int:
        """First note of the next phrase, or the end."""
        starts = self.song.melody.phrase_starts
        after = bisect_right(starts, self.note)
        return starts[after] if after < len(starts) else len(self.notes)

    @cached_property
    def branches(self) -> Branches:
        return Branches(self.listener, self.song, self.notes[: self.note])

    @cached_property
    def before(self) -> FloatArray:
        """Bits of the notes before the place, which no change after them can touch."""
        heard = self.listener.hear(self.song, target="pitch", model="mixture")
        return heard.information_content[: self.note]

    @cached_property
    def beat(self) -> tuple[float, float]:
        start, end = beat_span(self.song.melody, self.asked.onset_quarters)
        return float(start), float(end)

    @cached_property
    def onsets(self) -> list[float]:
        return [float(note.onset_quarters) for note in self.song.melody.notes]

    def drawn(self, draw: Draw, rng: np.random.Generator) -> list[_Drawn]:
        """Other pitches for some notes, with the rest of the phrase, and the break they make."""
        endings = self._endings(draw, rng)
        bits = self.branches.bits(endings, targets=("pitch",))
        return [(each, self._heard(row[0])) for each, row in zip(endings, bits, strict=True)]

    def _endings(self, draw: Draw, rng: np.random.Generator) -> list[tuple[NoteTicks, ...]]:
        is_least = draw is least_probable
        n_new = 1 if is_least else min(N_NEW, len(self.notes) - self.note)
        alphabet = self.branches.alphabet("pitch")
        pitches = [pitch for _, _, pitch in self.notes]
        in_range = (alphabet >= min(pitches)) & (alphabet <= max(pitches))
        drawn: list[list[NoteTicks]] = [[] for _ in range(1 if is_least else N_AT_ONCE)]
        for step in range(n_new):
            onset, duration, _ = self.notes[self.note + step]
            chances = self.branches.chances("pitch", drawn, [onset] * len(drawn))
            levels = np.full(len(drawn), float(step == 0))
            picked = draw(np.where(in_range, chances, 0.0), "pitch", levels, rng)
            for ending, place in zip(drawn, picked, strict=True):
                ending.append((onset, duration, int(alphabet[place])))
        rest = self.notes[self.note + n_new : self.end]
        return [(*ending, *rest) for ending in drawn]

    def _heard(self, bits: FloatArray) -> Break:
        """The break by the generator's ear."""
        bits = np.concatenate([self.before, bits])
        starts = [start for start in self.song.melody.phrase_starts if start < len(bits)]
        return measure_break(bits, self.onsets[: len(bits)], starts, self.note, self.beat)

    def variant(self, ending: Sequence[NoteTicks], found: Break) -> Variant:
        """The whole song with an ending in it."""
        whole = (*self.notes[: self.note], *ending, *self.notes[self.note + len(ending) :])
        changed = [at for at, (one, other) in enumerate(zip(whole, self.notes, strict=True))
                   if one != other]  # fmt: skip
        return Variant(
            song=with_notes(self.song, whole), kind="pitch", bar=self.asked.place[0],
            beat=self.asked.place[1], note=self.note,
            span_quarters=(self.asked.onset_quarters, Fraction(0)), bits=found.bits,
            median=found.median, contrast=found.contrast, is_peak=found.is_peak,
            home_after=found.home_after, joint_bits=found.bits, changed=tuple(changed),
            reason="", idea="", score=0.0, rank=1,
        )  # fmt: skip


@dataclass(frozen=True)
class PlainFigures:
    """How one method broke the pitch at the same places.

    Parameters
    ----------
    method
        `SEARCH`, or one of `BASELINES`.
    n
        Places.
    peak, home, error
        As in `SwerveFigures`: by ear, by ear, by the generator.
    good
        Share that is the peak by the judge, home again by the judge, and within 0.75 bits of
        what was asked by the generator.
    ahead
        `good` of the search minus that of this method, place by place.
    """

    method: str
    n: int
    peak: Mapping[str, Estimate]
    home: Mapping[str, Estimate]
    error: Estimate
    good: Estimate
    ahead: Estimate


def plain_figures(
    songs: Sequence[Song],
    listener: Listener,
    ears: Sequence[Ear],
    best: Sequence[Swerved],
    seconds: Mapping[Asked, float],
    seed: int,
) -> tuple[PlainFigures, ...]:
    """The search and the plain methods at the places of some first-ranked variants."""
    if not best:
        return ()
    rows = {SEARCH: list(best)}
    for place, name in enumerate(BASELINES):
        rows[name] = []
        for number, row in enumerate(best):
            rng = np.random.default_rng([seed, place, number])
            song, asked = songs[row.asked.song], row.asked
            variant = plain_swerve(name, listener, asked, song, seconds[asked], rng)
            rows[name].append(measured(asked, song, variant, ears))
    return tuple(_figures(name, some, rows[SEARCH]) for name, some in rows.items())


def _figures(name: str, rows: Sequence[Swerved], best: Sequence[Swerved]) -> PlainFigures:
    songs = [row.asked.song for row in rows]
    found = figures_of(name, rows)
    return PlainFigures(
        method=name,
        n=len(rows),
        peak=found.peak,
        home=found.home,
        error=found.error,
        good=estimate([float(is_good(row)) for row in rows], songs),
        ahead=difference(
            [float(is_good(row)) for row in best], [float(is_good(row)) for row in rows], songs
        ),
    )
