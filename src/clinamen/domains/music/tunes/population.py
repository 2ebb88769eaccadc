"""Tunes that somebody made, known by what they measure alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from clinamen.errors import ParameterError

__all__ = ["NEAREST", "Population", "novelty"]

FloatArray = npt.NDArray[np.float64]

NEAREST = 5
"""So many neighbours are asked how new a tune is; fewer where there are not as many."""

_AT_ONCE = 256
"""Tunes whose distances are worked out together, so that memory stays small."""


@dataclass(frozen=True, eq=False)
class Population:
    """Some tunes: who they are, and where they lie.

    Parameters
    ----------
    titles
        One for each tune; may be empty.
    groups
        Where each is from, such as the name of its corpus or file.
    measures
        Shape ``(N, M)``, in the order of the measures that the map has.

    Raises
    ------
    ParameterError
        If there are not as many of each, or a measure is not finite.
    """

    titles: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    measures: FloatArray = field(default_factory=lambda: np.empty((0, 0)))

    def __post_init__(self) -> None:
        measures = np.asarray(self.measures, dtype=np.float64)
        if measures.ndim != 2 or not len(self.titles) == len(self.groups) == len(measures):
            raise ParameterError("each tune of a population has a title, a group and measures")
        if not np.isfinite(measures).all():
            raise ParameterError("a tune of a population measures what is no number")
        measures.setflags(write=False)
        object.__setattr__(self, "measures", measures)

    def __len__(self) -> int:
        return len(self.titles)

    def joined(self, other: Population) -> Population:
        """Both, each tune once, in an order of their own: it does not matter which comes first."""
        rows = {*self._rows(), *other._rows()}
        return Population.of(rows, max(self.measures.shape[1], other.measures.shape[1]))

    def renewed(self, other: Population) -> Population:
        """Both; where the other one has tunes of a title and group, those of before give way.

        A song that was measured again after it was changed is one song, not two.
        """
        again = {(title, group) for title, group, _ in other._rows()}
        kept = [row for row in self._rows() if row[:2] not in again]
        return Population.of({*kept, *other._rows()}, self.measures.shape[1])

    @classmethod
    def of(cls, rows: Iterable[tuple[str, str, tuple[float, ...]]], n_measures: int) -> Population:
        """Of titles, groups and measures, put in order."""
        ordered = sorted(rows)
        return cls(
            tuple(title for title, _, _ in ordered),
            tuple(group for _, group, _ in ordered),
            np.array([each for _, _, each in ordered]).reshape(-1, n_measures),
        )

    def _rows(self) -> list[tuple[str, str, tuple[float, ...]]]:
        return list(zip(self.titles, self.groups, map(tuple, self.measures.tolist()), strict=True))


def novelty(
    measures: FloatArray, others: FloatArray, spans: FloatArray, *, nearest: int = NEAREST
) -> FloatArray:
    """How far each tune is from what others have made, shape ``(N,)``.

    The mean distance to the nearest few of them. The distance of two tunes is the root mean
    square of how far they differ in each measure, in lengths of its axis: 1 is as far as if
    they lay at opposite ends of the map in all of them.

    Parameters
    ----------
    measures, others
        Shapes ``(N, M)`` and ``(P, M)``.
    spans
        Length of the axis of each measure, shape ``(M,)``, above 0.
    nearest
        Neighbours that count.

    Raises
    ------
    ParameterError
        If there is nobody to compare with.

    Notes
    -----
    Source: the novelty metric of Lehman & Stanley 2011, *Abandoning objectives: evolution
    through the search for novelty alone*.

    Examples
    --------
    >>> novelty(np.array([[3.0]]), np.array([[1.0], [2.0]]), np.array([10.0])).round(2)
    array([0.15])
    """
    if not len(others):
        raise ParameterError("new for whom: there is no tune to compare with")
    k = min(nearest, len(others))
    there = others / spans
    found = [np.empty(0)]
    for start in range(0, len(measures), _AT_ONCE):
        here = measures[start : start + _AT_ONCE] / spans
        gaps = np.stack([((each - there) ** 2).mean(axis=1) for each in here])
        found.append(np.sqrt(np.partition(gaps, k - 1, axis=1)[:, :k]).mean(axis=1))
    return np.concatenate(found)
