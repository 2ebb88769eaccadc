"""What a model gave for the notes of a melody, as an `Expectation`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from clinamen.domains.music._columns import IDYOM_COLUMNS, value_labels
from clinamen.domains.music.events import IntArray
from clinamen.domains.music.notes import Melody
from clinamen.engine.expectation import Expectation
from clinamen.engine.measures import measure
from clinamen.engine.why import Why

__all__ = ["note_expectation"]


def note_expectation(
    melody: Melody,
    target: str,
    alphabet: IntArray,
    table: npt.NDArray[np.float64],
    symbols: IntArray,
    *,
    columns: Mapping[str, Sequence[Any]],
    settings: Mapping[str, Any],
    explain: Callable[[int], Why] | None = None,
) -> Expectation:
    """Expectation of every note, and after the last.

    Parameters
    ----------
    table
        Distribution before each note and after the last, shape ``(T + 1, A)``.
    symbols
        Index into the alphabet of what came, shape ``(T,)``.
    """
    rows, following = table[:-1], table[-1]
    information_content, entropy = measure(rows, symbols)
    return Expectation(
        target=target,
        information_content=information_content,
        entropy=entropy,
        alphabet=alphabet,
        labels=value_labels(target, alphabet, melody),
        symbols=symbols,
        distribution=rows,
        # A duration follows from an onset and a pitch that are not there yet.
        next_distribution=following if target != "duration" else np.empty(0),
        columns=columns,
        idyom_columns=IDYOM_COLUMNS,
        settings=settings,
        explain=explain,
    )
