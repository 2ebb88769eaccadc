"""The part of a melody that is new: only runs that touch it are laid to its account."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from clinamen.domains.music.editing import NoteTicks
from clinamen.domains.music.events import IntArray
from clinamen.errors import ParameterError

__all__ = ["AnySpan", "BoolArray", "Span", "changes", "new_steps"]

BoolArray = npt.NDArray[np.bool_]
"""Array of truth values."""


@dataclass(frozen=True, slots=True)
class Span:
    """What is new in a melody.

    Parameters
    ----------
    steps
        Numbers of the new steps; step `i` leads from note `i` to the next, counted from 0.
    n_notes
        How many notes are new; where a note was taken out, the step over the gap is new and
        no note is.
    """

    steps: frozenset[int]
    n_notes: int


AnySpan = Span | Iterable[int]
"""What is new: a `Span`, or the numbers of the new notes, counted from 0."""


def changes(notes: Sequence[NoteTicks], source: Sequence[NoteTicks]) -> Span:
    """What is new in `notes` against the song they were made from.

    A note is new if the source has none of its onset and pitch; a step is new if its two
    notes do not follow on each other in the source.

    Examples
    --------
    >>> song = [(0, 10, 60), (10, 10, 62), (20, 10, 64), (30, 10, 65)]
    >>> changes([(0, 10, 60), (20, 10, 64), (30, 10, 65)], song)
    Span(steps=frozenset({0}), n_notes=0)
    """
    told = [(onset, pitch) for onset, _, pitch in notes]
    known = [(onset, pitch) for onset, _, pitch in source]
    pairs = set(pairwise(known))
    steps = frozenset(at for at, pair in enumerate(pairwise(told)) if pair not in pairs)
    return Span(steps, len(set(told) - set(known)))


def new_steps(span: AnySpan | None, n_notes: int) -> BoolArray | None:
    """By step of a melody of `n_notes`, whether it is new; None where all count.

    Raises
    ------
    ParameterError
        If the melody has no such note or step.
    """
    if span is None:
        return None
    n_steps = max(n_notes - 1, 0)
    # One step more at each end, so that every note has a step before and after it.
    new = np.zeros(n_steps + 2, dtype=bool)
    if isinstance(span, Span):
        steps = _places(span.steps, "step", n_steps)
        new[steps + 1] = True
    else:
        # Whatever run has the note and another one has the step to it or the step from it.
        at = _places(span, "note", n_notes)
        new[at] = new[at + 1] = True
    return new[1:-1]


def _places(given: Iterable[int], noun: str, n_places: int) -> IntArray:
    places = np.array(sorted(given), dtype=np.int64)
    if len(places) and not (places[0] >= 0 and places[-1] < n_places):
        wrong = places[0] if places[0] < 0 else places[-1]
        raise ParameterError(f"there is no {noun} {wrong}: there are {n_places}, counted from 0")
    return places
