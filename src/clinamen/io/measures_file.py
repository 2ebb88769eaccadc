"""Populations as files: titles and measures of many tunes, and none of their notes.

The layout is that of listener files (see `clinamen.io._stored`), with the first line
``clinamen measures 1``. The same population always gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from clinamen.domains.music.tunes.population import Population
from clinamen.io._stored import StoredArray, join, read_stored

__all__ = [
    "MeasureTable",
    "population_arrays",
    "read_measures",
    "read_population",
    "write_measures",
]

FloatArray = npt.NDArray[np.float64]

MAGIC = b"clinamen measures 1\n"

DIGITS = 4
"""Decimals of a measure that are kept."""

MAX_TUNES = 1_000_000
_SCALE = 10**DIGITS
_BETWEEN_NAMES = "\n"


@dataclass(frozen=True, eq=False)
class MeasureTable:
    """A population, with what its measures are called and where it is from.

    Parameters
    ----------
    names
        Of the columns.
    population
        The tunes.
    novelty
        How far each tune is from the others (see `clinamen.domains.music.tunes.population`),
        shape ``(N,)``.
    facts
        Corpora with their rights and hashes, and who heard them.
    """

    names: tuple[str, ...]
    population: Population
    novelty: FloatArray
    facts: Mapping[str, Any]


def write_measures(table: MeasureTable) -> bytes:
    """The file of a population; measures are rounded to `DIGITS` decimals."""
    header = {"facts": dict(table.facts), "names": list(table.names)}
    arrays = population_arrays("tunes", table.population)
    arrays["novelty"] = np.rint(table.novelty * _SCALE).astype(np.int32)
    return join(MAGIC, header, arrays)


def read_measures(data: bytes, *, source: str = "") -> MeasureTable:
    """The population in a file.

    Raises
    ------
    FormatError
        If the file holds no measures, was made by another version, or is damaged.
    """
    return read_stored(data, MAGIC, "measures", source, _build)


def _build(header: Mapping[str, Any], arrays: Mapping[str, StoredArray]) -> MeasureTable:
    names = tuple(str(name) for name in header["names"])
    population = read_population("tunes", arrays, len(names))
    novelty = arrays["novelty"].astype(np.float64) / _SCALE
    if novelty.shape != (len(population),):
        raise ValueError("it does not tell of each tune how new it is")
    return MeasureTable(names, population, novelty, dict(header["facts"]))


def population_arrays(prefix: str, population: Population) -> dict[str, StoredArray]:
    """Titles, groups and measures as arrays."""
    groups = sorted({*population.groups})
    places = {group: place for place, group in enumerate(groups)}
    return {
        f"{prefix}/titles": letters(population.titles),
        f"{prefix}/groups": letters(groups),
        f"{prefix}/group": np.array([places[each] for each in population.groups], dtype=np.int32),
        # Column by column: neighbours in a column are alike, those in a row are not.
        f"{prefix}/measures": np.rint(population.measures.T * _SCALE).astype(np.int32),
    }


def read_population(prefix: str, arrays: Mapping[str, StoredArray], n_measures: int) -> Population:
    """The population that `population_arrays` made.

    Raises
    ------
    ValueError
        If numbers of things do not agree.
    """
    columns = arrays[f"{prefix}/measures"]
    if columns.ndim != 2 or columns.shape[0] != n_measures or columns.shape[1] > MAX_TUNES:
        raise ValueError("measures have another shape than they should")
    n_tunes = columns.shape[1]
    group = arrays[f"{prefix}/group"]
    groups = words(arrays[f"{prefix}/groups"])
    if group.shape != (n_tunes,) or (n_tunes and not 0 <= group.min() <= group.max() < len(groups)):
        raise ValueError("a tune is of no group")
    titles = words(arrays[f"{prefix}/titles"])
    return Population(
        titles if n_tunes else (),
        tuple(groups[place] for place in group),
        columns.T.astype(np.float64) / _SCALE,
    )


def letters(names: Sequence[str]) -> StoredArray:
    """Names as the numbers of their UTF-8 bytes; a line break within one becomes a space."""
    text = _BETWEEN_NAMES.join(name.replace(_BETWEEN_NAMES, " ") for name in names)
    return np.frombuffer(text.encode("utf-8", errors="replace"), dtype=np.uint8).astype(np.int32)


def words(found: StoredArray) -> tuple[str, ...]:
    """Names that `letters` made into an array.

    Raises
    ------
    ValueError
        If they are no text.
    """
    if found.ndim != 1 or found.min(initial=0) < 0 or found.max(initial=0) > 255:
        raise ValueError("a name is no text")
    return tuple(found.astype(np.uint8).tobytes().decode("utf-8").split(_BETWEEN_NAMES))
