"""Where a training stands, as a file: weights and sums of every target, never pickle.

Layout as that of a listener's file (see `clinamen.io._stored`), with the first line
``clinamen lessons 1``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from clinamen.domains.music.training import Lesson
from clinamen.errors import FormatError
from clinamen.io._stored import StoredArray, join, read_stored

__all__ = ["read_lessons", "write_lessons"]

MAGIC = b"clinamen lessons 1\n"


def write_lessons(lessons: Sequence[Lesson], key: str) -> bytes:
    """The file of some lessons.

    Parameters
    ----------
    key
        Tells one training from another (see `read_lessons`).
    """
    told = [
        {"target": each.target, "n_done": each.n_done, "costs": list(each.costs)}
        for each in lessons
    ]
    arrays: dict[str, StoredArray] = {}
    for place, each in enumerate(lessons):
        arrays[f"{place}/weights"] = each.weights
        arrays[f"{place}/spread"] = each.spread
    return join(MAGIC, {"key": key, "lessons": told}, arrays)


def read_lessons(
    data: bytes, begun: Sequence[Lesson], key: str, *, source: str = ""
) -> list[Lesson] | None:
    """The lessons in a file; None if it belongs to another training.

    Parameters
    ----------
    begun
        The first lessons of this training.

    Raises
    ------
    FormatError
        If the file is not of this kind, or damaged.
    """
    return read_stored(data, MAGIC, "lessons", source, partial(_build, begun, key, source))


def _build(
    begun: Sequence[Lesson],
    key: str,
    source: str,
    header: Mapping[str, Any],
    arrays: Mapping[str, StoredArray],
) -> list[Lesson] | None:
    if header["key"] != key:
        return None
    told = header["lessons"]
    if [str(each["target"]) for each in told] != [lesson.target for lesson in begun]:
        raise FormatError("the lessons are on other targets", source=source)
    return [
        _lesson(first, entry, arrays[f"{place}/weights"], arrays[f"{place}/spread"])
        for place, (first, entry) in enumerate(zip(begun, told, strict=True))
    ]


def _lesson(
    first: Lesson, entry: Mapping[str, Any], weights: StoredArray, spread: StoredArray
) -> Lesson:
    costs = tuple(float(cost) for cost in entry["costs"])
    if weights.shape != first.weights.shape or spread.shape != first.spread.shape:
        raise ValueError("weights of another shape")
    if not (np.isfinite(weights).all() and np.isfinite(spread).all() and (spread > 0).all()):
        raise ValueError("weights that are no numbers")
    if len(costs) != int(entry["n_done"]):
        raise ValueError("a pass has no cost")
    return Lesson(first.target, len(costs), weights, spread, costs)
