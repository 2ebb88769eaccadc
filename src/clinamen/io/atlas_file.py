"""Atlases as files: a JSON header and compressed arrays, never pickle.

The layout is that of listener files (see `clinamen.io._stored`), with the first line
``clinamen atlas 1``. The same atlas always gives the same bytes. What is in a file is checked
before it is used: numbers of things, shapes, sizes, that figures are finite, and that notes
are tunes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt

from clinamen.domains.music.events import IntArray
from clinamen.domains.music.tunes.population import Population
from clinamen.domains.music.tunes.tune import Tune
from clinamen.io._stored import StoredArray, join, read_stored
from clinamen.io.measures_file import population_arrays, read_population

__all__ = ["AtlasAxis", "StoredAtlas", "is_atlas", "read_atlas", "write_atlas"]

MAGIC = b"clinamen atlas 1\n"
ANY_VERSION = b"clinamen atlas "

MAX_ELITES = 1_000_000
MAX_NOTES = 5_000_000
"""Of all elites together; no array of a file may be longer, and no song's file larger."""

MAX_CELLS = 10_000
"""Of one axis."""

MAX_NAMES, MAX_RUNS, MAX_DEPTH = 64, 10_000, 16
_MAX_TICK = 2**40

FloatArray = npt.NDArray[np.float64]
AtlasAxis = tuple[str, float, float, int]
"""Name of a measure, where its axis begins and ends, and into how many cells it is cut."""


@dataclass(frozen=True, eq=False)
class StoredAtlas:
    """All that the file of an atlas holds, as plain values.

    Parameters
    ----------
    plan
        What the atlas is of and how it is built: texts, numbers, lists and mappings.
    source
        Bytes of the song file that it is of; none where it is of no song.
    axes
        Of the grid.
    names
        Of all measures that elites keep.
    tunes
        Elites, in the order of their cells.
    objectives
        How good each is, shape ``(E,)``.
    measures
        What each is like, shape ``(E, len(names))``.
    origins
        Who made each.
    mine
        What the maker has made before.
    runs
        By seed, what has been done: plain values.
    """

    plan: Mapping[str, Any]
    source: bytes
    axes: tuple[AtlasAxis, ...]
    names: tuple[str, ...]
    tunes: tuple[Tune, ...]
    objectives: FloatArray
    measures: FloatArray
    origins: tuple[str, ...]
    mine: Population
    runs: Mapping[int, Mapping[str, Any]]


def write_atlas(atlas: StoredAtlas) -> bytes:
    """The file of an atlas."""
    made_by = sorted({*atlas.origins})
    header = {
        "plan": dict(atlas.plan),
        "axes": [list(axis) for axis in atlas.axes],
        "names": list(atlas.names),
        "origins": made_by,
        "runs": [{"seed": seed, **atlas.runs[seed]} for seed in sorted(atlas.runs)],
    }
    lengths = np.array([len(tune) for tune in atlas.tunes], dtype=np.int32)
    notes = np.concatenate([np.empty((3, 0), np.int64), *(t.columns for t in atlas.tunes)], axis=1)
    places = {name: place for place, name in enumerate(made_by)}
    arrays: dict[str, StoredArray] = {
        "source": np.frombuffer(atlas.source, dtype=np.uint8).astype(np.int32),
        "lengths": lengths,
        "onset": np.diff(notes[0], prepend=0),
        "duration": notes[1],
        "pitch": notes[2].astype(np.int32),
        "objectives": atlas.objectives,
        "measures": np.ascontiguousarray(atlas.measures.T),
        "origin": np.array([places[name] for name in atlas.origins], dtype=np.int32),
        **population_arrays("mine", atlas.mine),
    }
    return join(MAGIC, header, arrays)


def is_atlas(data: bytes) -> bool:
    """Whether a file says that it is an atlas, of whatever version."""
    return data.startswith(ANY_VERSION)


def read_atlas(data: bytes, *, source: str = "") -> StoredAtlas:
    """The atlas in a file.

    Raises
    ------
    FormatError
        If the file is no atlas, was made by another version, is damaged, or holds what no
        atlas can.
    """
    return read_stored(data, MAGIC, "atlas", source, _build)


def _build(header: Mapping[str, Any], arrays: Mapping[str, StoredArray]) -> StoredAtlas:
    _check_plain(header, MAX_DEPTH)
    # Before anything is unpacked: a small file may claim a large array.
    if any(prod(entry["shape"]) > MAX_NOTES for entry in header["arrays"]):
        raise ValueError("an array is longer than those of an atlas are")
    names = _names(header["names"])
    lengths = _shaped(arrays["lengths"], (None,), "iu")
    n = len(lengths)
    if n > MAX_ELITES or lengths.min(initial=0) < 0 or lengths.sum(dtype=np.int64) > MAX_NOTES:
        raise ValueError("there are more elites or notes than an atlas holds")
    objectives = _shaped(arrays["objectives"], (n,), "f")
    measures = _shaped(arrays["measures"], (len(names), n), "f").T
    if not (np.isfinite(objectives).all() and np.isfinite(measures).all()):
        raise ValueError("a measure is not finite")
    if objectives.min(initial=0.0) < 0:
        raise ValueError("an objective is below 0")
    made_by = _names(header["origins"])
    origin = _shaped(arrays["origin"], (n,), "iu")
    if n and not 0 <= origin.min() <= origin.max() < len(made_by):
        raise ValueError("an elite is of no origin")
    return StoredAtlas(
        dict(header["plan"]),
        _bytes(arrays["source"]),
        _axes(header["axes"], names),
        names,
        _tunes(arrays, lengths),
        objectives,
        np.ascontiguousarray(measures),
        tuple(made_by[place] for place in origin),
        read_population("mine", arrays, len(names)),
        _runs(header["runs"]),
    )


def _check_plain(value: Any, depth: int) -> None:
    """Refuse what nests too deep, and numbers that are none (JSON as Python reads it has them)."""
    if depth == 0:
        raise ValueError("the header nests too deep")
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            _check_plain(each, depth - 1)
    elif isinstance(value, float) and not np.isfinite(value):
        raise ValueError("a number in the header is not finite")


def _names(given: Any) -> tuple[str, ...]:
    if not isinstance(given, list) or not all(isinstance(name, str) for name in given):
        raise ValueError("names are texts")
    if len(given) > MAX_NAMES or len({*given}) < len(given):
        raise ValueError("there are too many names, or one comes twice")
    return tuple(given)


def _axes(given: Any, names: Sequence[str]) -> tuple[AtlasAxis, ...]:
    axes = []
    for name, low, high, n_cells in given:
        if name not in names or type(n_cells) is not int or not 1 <= n_cells <= MAX_CELLS:
            raise ValueError(f"no axis is cut so: {name!r}, {n_cells!r} cells")
        if not float(low) < float(high):
            raise ValueError(f"the axis {name!r} does not rise")
        axes.append((str(name), float(low), float(high), n_cells))
    if not 1 <= len(axes) <= len(names):
        raise ValueError("an atlas has an axis, and none that it does not measure")
    return tuple(axes)


def _runs(given: Any) -> dict[int, Mapping[str, Any]]:
    runs: dict[int, Mapping[str, Any]] = {}
    for run in given:
        seed, n_rounds = run["seed"], run["n_rounds"]
        if type(seed) is not int or type(n_rounds) is not int or min(seed, n_rounds) < 0:
            raise ValueError("a run has a seed and a number of rounds")
        runs[seed] = {name: value for name, value in run.items() if name != "seed"}
    if len(runs) > MAX_RUNS or len(runs) < len(given):
        raise ValueError("there are too many runs, or two of one seed")
    return runs


def _shaped(array: StoredArray, shape: tuple[int | None, ...], kinds: str) -> StoredArray:
    fits = len(shape) == array.ndim and all(
        wanted is None or wanted == size for wanted, size in zip(shape, array.shape, strict=True)
    )
    if not fits or array.dtype.kind not in kinds:
        raise ValueError("an array has another shape or kind than it should")
    return array


def _bytes(array: StoredArray) -> bytes:
    _shaped(array, (None,), "iu")
    if array.min(initial=0) < 0 or array.max(initial=0) > 255:
        raise ValueError("the song's file is made of no bytes")
    return array.astype(np.uint8).tobytes()


def _tunes(arrays: Mapping[str, StoredArray], lengths: IntArray) -> tuple[Tune, ...]:
    n_notes = int(lengths.sum(dtype=np.int64))
    steps, duration, pitch = (
        _shaped(arrays[name], (n_notes,), "iu").astype(np.int64)
        for name in ("onset", "duration", "pitch")
    )
    if n_notes and (abs(steps).max() > _MAX_TICK or duration.max() > _MAX_TICK):
        raise ValueError("a note lies beyond all songs")
    columns = np.stack([np.cumsum(steps), duration, pitch])
    if n_notes and not (columns[0].min() >= 0 and 0 <= pitch.min() <= pitch.max() <= 127):
        raise ValueError("a note begins before 0, or has no pitch that there is")
    cuts = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])
    return tuple(Tune(columns[:, start:end].copy()) for start, end in pairwise(cuts.tolist()))
