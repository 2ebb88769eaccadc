"""The map: what everyone has done, what the maker has always done, what the search has found."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from clinamen.domains.music.tunes.measures import MEASURES, Measure
from clinamen.domains.music.tunes.population import Population, novelty
from clinamen.errors import MissingError, ParameterError
from clinamen.operations.atlas._corpus import corpus
from clinamen.search.archive import Axis

if TYPE_CHECKING:
    from clinamen.domains.music.tunes.tune import Tune
    from clinamen.operations.atlas._atlas import Atlas
    from clinamen.search.archive import Elite

__all__ = ["MAP_CELLS", "N_WORTH", "AtlasMap", "Find", "Place", "map_of"]

MAP_CELLS = 12
"""Cells of each axis of a map."""

N_WORTH = 9
"""So many places that are worth going are named."""

N_TITLES = 3
"""Titles that are told of a cell."""

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Find:
    """The best find of a cell.

    Parameters
    ----------
    elite
        The tune, its quality and measures.
    new_for_corpus, new_for_me
        How far it is from what others and the maker have made (see `novelty`); None where
        there is nobody to compare with.
    rarer_than
        Share of the corpus that is less far from the rest of it; None without a corpus.
    """

    elite: Elite[Tune]
    new_for_corpus: float | None
    new_for_me: float | None
    rarer_than: float | None

    @property
    def novelty(self) -> float:
        """Mean of the two that there are; 1 where there is nobody to compare with."""
        told = [each for each in (self.new_for_corpus, self.new_for_me) if each is not None]
        return float(np.mean(told)) if told else 1.0

    @property
    def worth(self) -> float:
        """Quality times novelty."""
        return self.elite.objective * self.novelty


@dataclass(frozen=True, slots=True)
class Place:
    """A cell of the map, with who has been there.

    Parameters
    ----------
    cell
        Column and row, from 0.
    n_corpus, n_mine
        Tunes of others, songs of the maker.
    corpus_titles, my_titles
        Some of them.
    find
        What the search has found there; None where it has found nothing.
    rank
        Where nobody but the search has been: which of all such places is worth going most,
        from 1; None for the others.
    """

    cell: tuple[int, int]
    n_corpus: int
    n_mine: int
    corpus_titles: tuple[str, ...]
    my_titles: tuple[str, ...]
    find: Find | None
    rank: int | None = None

    @property
    def name(self) -> str:
        """Column and row from 1, as commands take them: ``4,7``."""
        return f"{self.cell[0] + 1},{self.cell[1] + 1}"

    @property
    def is_untrodden(self) -> bool:
        """Whether nobody has been there but the search."""
        return self.find is not None and not (self.n_corpus or self.n_mine)


@dataclass(frozen=True, eq=False)
class AtlasMap:
    """An atlas seen along two measures.

    Parameters
    ----------
    atlas
        Of which.
    x, y
        The axes.
    places
        Cells in which somebody has been, by column and row.
    """

    atlas: Atlas
    x: Axis
    y: Axis
    places: Mapping[tuple[int, int], Place]

    @property
    def measures(self) -> tuple[Measure, Measure]:
        """What the axes measure."""
        known = {each.name: each for each in MEASURES}
        return known[self.x.name], known[self.y.name]

    @cached_property
    def worth_going(self) -> tuple[Place, ...]:
        """Places where nobody but the search has been, the one most worth going first."""
        ranked = [place for place in self.places.values() if place.rank is not None]
        return tuple(sorted(ranked, key=lambda place: place.rank or 0))

    @property
    def corpus(self) -> Population:
        """The tunes of others."""
        return corpus().population

    def span(self, which: str, place: int) -> tuple[float, float]:
        """Where a cell begins and ends along an axis, ``x`` or ``y``."""
        edges = (self.x if which == "x" else self.y).edges
        return edges[place], edges[place + 1]

    def place(self, text: str) -> Place:
        """A cell by column and row, ``4,7``, or by what it measures,
        ``surprise=3.1,density=1.2``.

        Raises
        ------
        ParameterError
            If the text means no cell.
        MissingError
            If nobody has been there.
        """
        cell = self.cell(text)
        found = self.places.get(cell)
        if found is None:
            raise MissingError(f"nobody has been in cell {cell[0] + 1},{cell[1] + 1}")
        return found

    def cell(self, text: str) -> tuple[int, int]:
        """Column and row, from 0, of a cell that is named as `place` takes it.

        Raises
        ------
        ParameterError
            If the text means no cell of this map.
        """
        numbers = re.fullmatch(r"\s*(\d{1,4})\s*,\s*(\d{1,4})\s*", text, re.ASCII)
        if numbers is not None:
            column, row = int(numbers[1]) - 1, int(numbers[2]) - 1
            if 0 <= column < self.x.n_cells and 0 <= row < self.y.n_cells:
                return column, row
            raise ParameterError(
                f"cell {text.strip()}: the map has {self.x.n_cells} columns and "
                f"{self.y.n_cells} rows"
            )
        values = _values(text)
        if {*values} != {self.x.name, self.y.name}:
            raise ParameterError(
                f"a cell is column,row, such as 4,7, or {self.x.name}=...,{self.y.name}=..., "
                f"not {text!r}"
            )
        x, y = (axis.places(np.array([values[axis.name]]))[0] for axis in (self.x, self.y))
        return int(x), int(y)


def _values(text: str) -> dict[str, float]:
    found = {}
    for part in text.split(","):
        name, _, value = part.partition("=")
        try:
            found[name.strip()] = float(value)
        except ValueError:
            return {}
    return {} if any(not np.isfinite(each) for each in found.values()) else found


def map_of(
    atlas: Atlas, x: str | None = None, y: str | None = None, *, n_cells: int = MAP_CELLS
) -> AtlasMap:
    """An atlas along two measures.

    Parameters
    ----------
    x, y
        Names of measures; by default the first two that the archive has as axes.

    Raises
    ------
    ParameterError
        If there is no such measure, or both are the same.
    """
    along = _axes(atlas, x, y, n_cells)
    columns = [atlas.archive.names.index(axis.name) for axis in along]
    theirs, mine = corpus().population, atlas.mine
    trodden = [_by_cell(each, along, columns) for each in (theirs, mine)]
    found = atlas.archive.projected(along)
    finds = dict(zip(found.cells, _finds(found.elites, theirs, mine), strict=True))
    places = {}
    for cell in sorted({*trodden[0], *trodden[1], *finds}):
        others, own = trodden[0].get(cell, []), trodden[1].get(cell, [])
        places[cell[0], cell[1]] = Place(
            (cell[0], cell[1]),
            len(others),
            len(own),
            _titles(theirs, others),
            _titles(mine, own),
            finds.get(cell),
        )
    return AtlasMap(atlas, *along, _ranked(places))


def _axes(atlas: Atlas, x: str | None, y: str | None, n_cells: int) -> tuple[Axis, Axis]:
    known = {measure.name: measure for measure in MEASURES}
    own = [axis.name for axis in atlas.plan.axes]
    order = [*own, *(name for name in known if name not in own)]
    x = x or next(name for name in order if name != y)
    y = y or next(name for name in order if name != x)
    strange = [name for name in (x, y) if name not in known]
    if strange or x == y:
        raise ParameterError(f"a map has two of {', '.join(known)} as its axes, not {x} and {y}")
    first, second = (Axis(name, known[name].low, known[name].high, n_cells) for name in (x, y))
    return first, second


def _by_cell(
    population: Population, along: Sequence[Axis], columns: Sequence[int]
) -> dict[tuple[int, ...], list[int]]:
    """Which tunes lie in each cell."""
    found: dict[tuple[int, ...], list[int]] = defaultdict(list)
    places = [
        axis.places(population.measures[:, column]).tolist()
        for axis, column in zip(along, columns, strict=True)
    ]
    for tune, cell in enumerate(zip(*places, strict=True)):
        found[cell].append(tune)
    return dict(found)


def _titles(population: Population, tunes: Sequence[int]) -> tuple[str, ...]:
    named = dict.fromkeys(population.titles[tune] for tune in tunes if population.titles[tune])
    return tuple(named)[:N_TITLES]


def _finds(elites: Sequence[Elite[Tune]], theirs: Population, mine: Population) -> list[Find]:
    measures = np.array([elite.measures for elite in elites]).reshape(-1, len(MEASURES))
    spans = np.array([measure.high - measure.low for measure in MEASURES])
    for_corpus = novelty(measures, theirs.measures, spans) if len(theirs) else None
    for_me = novelty(measures, mine.measures, spans) if len(mine) else None
    usual = corpus().novelty
    found = []
    for place, elite in enumerate(elites):
        far = None if for_corpus is None else float(for_corpus[place])
        own = None if for_me is None else float(for_me[place])
        rarer = None if far is None else float((usual < far).mean())
        found.append(Find(elite, far, own, rarer))
    return found


def _ranked(places: Mapping[tuple[int, int], Place]) -> dict[tuple[int, int], Place]:
    """With ranks where nobody but the search has been."""
    empty = [place for place in places.values() if place.is_untrodden and place.find is not None]
    empty.sort(key=lambda place: (-_worth(place), place.cell))
    ranks = {place.cell: rank for rank, place in enumerate(empty[:N_WORTH], start=1)}
    return {cell: replace(place, rank=ranks.get(cell)) for cell, place in places.items()}


def _worth(place: Place) -> float:
    return 0.0 if place.find is None else place.find.worth
