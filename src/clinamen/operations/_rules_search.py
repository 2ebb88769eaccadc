"""Searching under broken rules: for each break a short search, the most promising ones longer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from clinamen.domains.music.constraints import Bounds, bounds_of
from clinamen.domains.music.editing import notes_in_ticks, with_notes
from clinamen.domains.music.rules import Break, Reading, Scale, layout_of, reading_of
from clinamen.domains.music.tunes.ear import Ear
from clinamen.domains.music.tunes.tune import Tune
from clinamen.domains.music.tunes.varying import Varying
from clinamen.errors import ClinamenError
from clinamen.operations._worth import Judge, Worth

if TYPE_CHECKING:
    from clinamen.domains.music.editing import NoteTicks
    from clinamen.domains.music.listener import Listener
    from clinamen.domains.music.notes import Song
    from clinamen.operations._worth import FloatArray

__all__ = ["KEPT", "Found", "Hunt", "kept_share"]

KEPT = 0.5
"""How much of the song a find still is, at least: see `kept_share`."""

_N_PARENTS, _N_CHILDREN = 8, 24
_LARGEST_LEAP = 12
_MOST_NUDGED = 3


@dataclass(frozen=True, eq=False)
class Found:
    """A tune, how far it is from what is wanted (0 is there), and what it is worth."""

    tune: Tune
    lack: float
    worth: Worth

    @property
    def rank(self) -> tuple[float, float, bytes]:
        """The least of several is the best."""
        return self.lack, -self.worth.pull, self.tune.key


@dataclass(eq=False)
class Hunt:
    """A search for songs that break the rules of one break and keep the others.

    Parameters
    ----------
    broken
        Which.
    listener
        Who listens.
    mine, corpus
        Measures of what the maker and others have made.
    n_evaluations
        Tunes heard so far.
    """

    broken: Break
    listener: Listener
    mine: FloatArray
    corpus: FloatArray
    n_evaluations: int = 0
    _pool: list[Found] = field(default_factory=list)

    def __post_init__(self) -> None:
        melody = self.broken.song.melody
        self._layout = layout_of(melody)
        self._start = Tune.of(notes_in_ticks(melody))
        bounds = _bounds(self.broken)
        ear = Ear(self.listener, self.broken.song)
        self._judge = Judge(ear, bounds, mine=self.mine, corpus=self.corpus)
        self._pitches = bounds.pitches()
        self._varying = Varying(ear, bounds, len(melody.bar_onsets) - self._layout.has_pickup)
        self._take([self._start])

    @property
    def best(self) -> Found | None:
        """The best tune that breaks what it should and nothing else; None where there is none."""
        first = min(self._pool, key=lambda each: each.rank, default=None)
        return first if first is not None and first.lack == 0 else None

    def go_on(self, n_evaluations: int, rng: np.random.Generator, stop: Callable[[], bool]) -> None:
        """Hear so many tunes more, or until it is time to stop."""
        goal = self.n_evaluations + n_evaluations
        while self.n_evaluations < goal and not stop():
            n_before = self.n_evaluations
            n_children = min(_N_CHILDREN, goal - n_before)
            parents = [each.tune for each in self._pool[:_N_PARENTS]]
            drawn = [parents[place] for place in rng.integers(len(parents), size=n_children)]
            n_wide = n_children // 3
            children = [self._nudged(tune, rng) for tune in drawn[n_wide:]]
            if n_wide:
                children += self._varying.vary(drawn[:n_wide], rng)
            self._take(children)
            # Where all children were heard before, time must go by all the same.
            self.n_evaluations = max(self.n_evaluations, n_before + 1)

    def song(self, tune: Tune) -> Song | None:
        """A tune as a song, if written as one it breaks and keeps what it should."""
        made = with_notes(self.broken.song, tune.notes)
        return made if self.broken.lacks(reading_of(made.melody)) == 0 else None

    def found(self) -> Iterator[tuple[Song, Found]]:
        """Songs that break what they should and nothing else, the best first."""
        for each in sorted(self._pool, key=lambda each: each.rank):
            if each.lack > 0:
                return
            made = self.song(each.tune)
            if made is not None:
                yield made, each

    def reading(self, tune: Tune) -> Reading:
        """A tune in the bars and phrases of this break."""
        return Reading(self._layout, tune.columns)

    def _take(self, tunes: Sequence[Tune]) -> None:
        """Hear tunes that are new and nearly there, and keep the best of all."""
        known = {each.tune.key for each in self._pool}
        new = {tune.key: tune for tune in tunes if tune.key not in known and len(tune)}
        self.n_evaluations += len(tunes)
        lacks = {key: self._lack(tune) for key, tune in new.items()}
        # A tune that is further off than all that are kept need not be heard.
        worst = self._pool[-1].lack if len(self._pool) >= 2 * _N_PARENTS else np.inf
        near = [tune for key, tune in new.items() if lacks[key] <= worst]
        try:
            worths = self._judge(near)
        except ClinamenError:
            return  # A rhythm that the listener cannot imagine: nobody could say what it is worth.
        self._pool += [
            Found(tune, lacks[tune.key], worth) for tune, worth in zip(near, worths, strict=True)
        ]
        self._pool.sort(key=lambda each: each.rank)
        del self._pool[2 * _N_PARENTS :]

    def _lack(self, tune: Tune) -> float:
        """How far a tune is from breaking what it should alone, and from still being the song."""
        missing = max(KEPT - kept_share(self._start, tune), 0.0)
        return self.broken.lacks(self.reading(tune)) + missing

    def _nudged(self, tune: Tune, rng: np.random.Generator) -> Tune:
        """A note or a few on other pitches near by; in phrases of one letter all alike."""
        notes = [*tune.notes]
        for _ in range(int(rng.integers(1, _MOST_NUDGED + 1))):
            place = int(rng.integers(len(notes)))
            onset, _, pitch = notes[place]
            weights = np.exp(-np.abs(np.array(self._pitches) - pitch) / 3.0)
            weights[[each == pitch for each in self._pitches]] = 0.0
            if not weights.sum():
                continue
            new = int(rng.choice(self._pitches, p=weights / weights.sum()))
            together = self._alike(onset) if rng.random() < 0.5 else {onset}
            notes = [_moved(note, pitch, new) if note[0] in together else note for note in notes]
        return Tune.of(notes)

    def _alike(self, onset: int) -> set[int]:
        """The same place of all phrases."""
        phrases = self._layout.phrases
        starts = [start for start in phrases[:-1] if start <= onset]
        within = onset - (starts[-1] if starts else 0)
        return {start + within for start in phrases[:-1]}


def _moved(note: NoteTicks, pitch: int, new: int) -> NoteTicks:
    return (*note[:2], new) if note[2] == pitch else note


def kept_share(before: Tune, after: Tune) -> float:
    """How much of a tune another one still is, 0 to 1.

    The mean of two shares of its notes: those that begin when one of the other begins, and
    those that have the same pitch as well.
    """
    if not len(before):
        return 1.0
    there = dict(zip(*after.columns[::2].tolist(), strict=True))
    own: list[tuple[int, int]] = [*zip(*before.columns[::2].tolist(), strict=True)]
    n_onsets: int = sum(onset in there for onset, _ in own)
    n_pitches: int = sum(there.get(onset) == pitch for onset, pitch in own)
    return (n_onsets + n_pitches) / (2 * len(before))


def _bounds(broken: Break) -> Bounds:
    """The range of the song that is begun with, and the scale that holds."""
    melody = broken.song.melody
    own = bounds_of(melody)
    scales = [rule for rule in (*broken.new, *broken.kept) if isinstance(rule, Scale)]
    pitches = [note.pitch for note in melody.notes]
    leaps = [abs(b - a) for a, b in pairwise(pitches)]
    return Bounds(
        own.lowest,
        own.highest,
        pitch_classes=scales[0].pitch_classes if scales else None,
        largest_leap=max([_LARGEST_LEAP, *leaps]),
    )
