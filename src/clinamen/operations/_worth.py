"""What a find is worth: how well it fits, times how new it is, for the maker and for everybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from clinamen.domains.music.tunes.evaluating import Evaluator
from clinamen.domains.music.tunes.measures import MEASURES
from clinamen.domains.music.tunes.population import novelty
from clinamen.io.measures_file import DIGITS

if TYPE_CHECKING:
    from clinamen.domains.music.constraints import Bounds
    from clinamen.domains.music.tunes.ear import Ear
    from clinamen.domains.music.tunes.tune import Tune

__all__ = ["FloatArray", "Judge", "Worth", "corpus_measures", "no_measures", "with_own"]

FloatArray = npt.NDArray[np.float64]


_FAR = 0.05
"""Distance at which half of novelty is there; the median of the corpus is 0.045."""


@dataclass(frozen=True, slots=True)
class Worth:
    """How a tune was judged.

    Parameters
    ----------
    quality
        How well it fits the listener and the constraints, 0 to 1; nothing about how good the
        music is.
    new_for_me, new_for_corpus
        How far its measures are from those of what the maker and others have made (see
        `clinamen.domains.music.tunes.population.novelty`); None where there is nobody to
        compare with.
    measures
        Its own, in the order of `MEASURES`.
    """

    quality: float
    new_for_me: float | None
    new_for_corpus: float | None
    measures: tuple[float, ...]

    @property
    def novelty(self) -> float:
        """Mean of the two that there are; 1 where there is nobody to compare with."""
        told = [each for each in (self.new_for_me, self.new_for_corpus) if each is not None]
        return min(sum(told) / len(told), 1.0) if told else 1.0

    @property
    def value(self) -> float:
        """Quality times novelty, 0 to 1; what people are told."""
        return min(max(self.quality * self.novelty, 0.0), 1.0)

    @property
    def pull(self) -> float:
        """Quality times novelty squashed, 0 to 1; what a search goes for.

        A distance d counts d / (d + 0.05), and half of it is there at about the distance that
        the corpus itself has: to be further away than anybody is worth little more than to be
        far, and never makes up for what does not fit.
        """
        told = [each for each in (self.new_for_me, self.new_for_corpus) if each is not None]
        squashed = [each / (each + _FAR) for each in told]
        new = sum(squashed) / len(squashed) if squashed else 1.0
        return min(max(self.quality * new, 0.0), 1.0)


class Judge:
    """Judges tunes over one frame, many at once.

    Parameters
    ----------
    ear
        Who hears them.
    bounds
        Which pitches they may have.
    mine, corpus
        Measures of what the maker and others have made, shapes ``(P, M)`` and ``(Q, M)``; may
        be empty.
    """

    def __init__(self, ear: Ear, bounds: Bounds, *, mine: FloatArray, corpus: FloatArray) -> None:
        self._evaluate = Evaluator(ear, bounds)
        self._mine, self._corpus = mine, corpus
        self._spans = np.array([measure.high - measure.low for measure in MEASURES])

    def __call__(self, tunes: Sequence[Tune]) -> list[Worth]:
        """The worth of each tune.

        Raises
        ------
        ParameterError
            If a note is not among what could come.
        """
        if not tunes:
            return []
        quality, measures = self._evaluate(tunes)
        for_me, for_all = self._new(measures, self._mine), self._new(measures, self._corpus)
        return [
            Worth(float(good), mine, theirs, tuple(map(float, row)))
            for good, mine, theirs, row in zip(quality, for_me, for_all, measures, strict=True)
        ]

    def _new(self, measures: FloatArray, others: FloatArray) -> list[float | None]:
        if not len(others):
            return [None] * len(measures)
        return [float(each) for each in novelty(measures, others, self._spans)]


def no_measures() -> FloatArray:
    """Measures of nobody's tunes."""
    return np.empty((0, len(MEASURES)))


def with_own(mine: FloatArray, own: FloatArray) -> FloatArray:
    """What the maker has made, and a song of theirs, shapes ``(P, M)`` and ``(1, M)``.

    One of their projects may hold that song, with measures as a file keeps them; it counts once.
    """
    others = mine[np.abs(mine - own).max(axis=1, initial=0.0) > 10.0**-DIGITS]
    return np.concatenate([others, own])


def corpus_measures() -> FloatArray:
    """What the listener's own tunes measure; nothing where the table is not installed."""
    from clinamen.errors import MissingError
    from clinamen.operations.atlas._corpus import corpus

    try:
        return corpus().population.measures
    except MissingError:
        return no_measures()
