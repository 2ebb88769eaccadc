"""How well viewpoints predict melodies: bits per note under resampling."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from clinamen.domains.music.events import MelodyEvents
from clinamen.domains.music.projection import KNOWN, Alphabets, Lens, inter_onset_intervals
from clinamen.domains.music.viewpoints import AnyViewpoint, Linked, Viewpoint, parse_viewpoints
from clinamen.engine import _kernels
from clinamen.engine.model import ModelOptions, ViewpointModel
from clinamen.engine.resampling import Folds
from clinamen.engine.selection import (
    Selection,
    backward_selection,
    forward_selection,
    hill_climb,
    stepwise_selection,
)
from clinamen.errors import ParameterError

__all__ = [
    "CrossValidation",
    "SelectionMethod",
    "cross_validate",
    "link_candidates",
    "select_viewpoints",
]

FloatArray = npt.NDArray[np.float64]
Viewpoints = str | Sequence[AnyViewpoint]
SelectionMethod = Literal["forward", "backward", "stepwise", "hill_climb"]
"""How `select_viewpoints` walks through the sets of viewpoints."""

_METHODS = {
    "forward": forward_selection,
    "backward": backward_selection,
    "stepwise": stepwise_selection,
    "hill_climb": hill_climb,
}


@dataclass(frozen=True, eq=False)
class CrossValidation:
    """Bits of every note, each predicted by a model that had not heard its fold.

    Parameters
    ----------
    information_content, entropy
        Bits of each note, one array of shape ``(T,)`` a melody, in the order given. The
        first note is scored like any other.
    folds
        Which melodies were predicted together.
    target
        ``pitch``, ``onset`` or ``duration``.
    viewpoints
        IDyOM's names of the viewpoints.
    known
        Attributes of the current note that were taken as known.
    n_alphabet
        Members of the target alphabet.
    options
        Memory, escape methods and combination.
    """

    information_content: tuple[FloatArray, ...]
    entropy: tuple[FloatArray, ...]
    folds: Folds
    target: str
    viewpoints: tuple[str, ...]
    known: frozenset[str]
    n_alphabet: int
    options: ModelOptions

    @property
    def n_notes(self) -> int:
        """Notes scored."""
        return sum(map(len, self.information_content))

    @property
    def bits_per_melody(self) -> FloatArray:
        """Mean information content of each melody, shape ``(n_melodies,)``."""
        return np.array([bits.mean() for bits in self.information_content])

    @property
    def mean_over_melodies(self) -> float:
        """Bits per note, every melody counting alike: the field's figure."""
        return float(self.bits_per_melody.mean())

    @property
    def mean_over_notes(self) -> float:
        """Bits per note, every note counting alike."""
        return float(np.concatenate(self.information_content).mean())

    @property
    def mean_entropy(self) -> float:
        """Mean entropy over melodies, in bits."""
        return float(np.mean([bits.mean() for bits in self.entropy]))

    def to_plain(self) -> dict[str, Any]:
        """Figures and everything that is needed to get them again, as plain values."""
        return {
            "n_melodies": len(self.information_content),
            "n_notes": self.n_notes,
            "mean_over_melodies": self.mean_over_melodies,
            "mean_over_notes": self.mean_over_notes,
            "mean_entropy": self.mean_entropy,
            "target": self.target,
            "viewpoints": list(self.viewpoints),
            "known": sorted(self.known),
            "n_alphabet": self.n_alphabet,
            "options": asdict(self.options),
            "folds": self.folds.to_plain(),
        }


def cross_validate(
    melodies: Sequence[MelodyEvents],
    viewpoints: Viewpoints,
    *,
    folds: Folds,
    target: str = "pitch",
    options: ModelOptions | None = None,
    alphabets: Alphabets | None = None,
    known: frozenset[str] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> CrossValidation:
    """Predict every melody from the other folds.

    For each fold a new model learns all other melodies and then predicts those of the
    fold, in the order of the data set; with ``ltm+`` and ``both+`` it keeps what it learns
    on the way, until the fold ends. One melody at a time is turned into symbols, so memory
    holds the counts of one fold and little else.

    Parameters
    ----------
    melodies
        Columns of each melody, none empty.
    viewpoints
        As text (see `parse_viewpoints`) or viewpoints; each must read the target.
    folds
        A partition of the melodies (see `clinamen.engine.resampling`).
    target
        ``pitch``, ``onset`` (inter-onset interval) or ``duration``.
    options
        Model; ``both+`` with the field's defaults if None.
    alphabets
        Values that can occur; by default all that do occur in `melodies`, test folds
        included, as is the field's custom.
    known
        Attributes of the current note taken as known; `KNOWN` by default: for pitch, its
        onset.
    progress
        Called after each melody with how many were predicted, and of how many.

    Raises
    ------
    ParameterError
        If the folds are of another number of melodies, a viewpoint says nothing about the
        target, or a value is not in its alphabet.

    Source: Pearce 2005, chapter 6 (resampling, LTM+ over test sets); DESIGN, "Protocol for
    bits per note".
    """
    if folds.n_items != len(melodies):
        raise ParameterError(f"folds of {folds.n_items} items do not fit {len(melodies)} melodies")
    run = _Run(
        melodies,
        _viewpoints(viewpoints),
        target,
        options if options is not None else ModelOptions(),
        alphabets if alphabets is not None else Alphabets.of(melodies),
        known,
    )
    measured: dict[int, tuple[FloatArray, FloatArray]] = {}
    for train, test in folds:
        for melody, bits in run.predict_fold(train, test):
            measured[melody] = bits
            if progress is not None:
                progress(len(measured), len(melodies))
    ordered = [measured[melody] for melody in range(len(melodies))]
    return CrossValidation(
        information_content=tuple(bits[0] for bits in ordered),
        entropy=tuple(bits[1] for bits in ordered),
        folds=folds,
        target=target,
        viewpoints=tuple(viewpoint.idyom_name for viewpoint in run.viewpoints),
        known=KNOWN[target] if known is None else known,
        n_alphabet=len(run.alphabet),
        options=run.options,
    )


@dataclass(frozen=True)
class _Run:
    """What stays the same from fold to fold."""

    melodies: Sequence[MelodyEvents]
    viewpoints: tuple[AnyViewpoint, ...]
    target: str
    options: ModelOptions
    alphabets: Alphabets
    known: frozenset[str] | None

    @property
    def alphabet(self) -> npt.NDArray[np.int64]:
        return self.alphabets.of_target(self.target)

    def predict_fold(
        self, train: Sequence[int], test: Sequence[int]
    ) -> Iterator[tuple[int, tuple[FloatArray, FloatArray]]]:
        """Information content and entropy of each test melody, by its number."""
        lenses = [Lens(viewpoint, self.target, self.known) for viewpoint in self.viewpoints]
        model = ViewpointModel(len(lenses), self.options)
        for melody in train if self.options.uses_long_term else ():
            model.learn([lens.sequence(self.melodies[melody]) for lens in lenses])
        for melody in test:
            events = self.melodies[melody]
            rows = model.predict([lens.project(events, self.alphabets) for lens in lenses])
            yield melody, self._measure(rows, melody)

    def _measure(self, rows: FloatArray, melody: int) -> tuple[FloatArray, FloatArray]:
        values = _values(self.melodies[melody], self.target)
        symbols = np.searchsorted(self.alphabet, values)
        found = self.alphabet[np.minimum(symbols, len(self.alphabet) - 1)]
        if not np.array_equal(found, values):
            missing = values[found != values][0]
            raise ParameterError(
                f"melody {melody} has the {self.target} {missing}, not in the alphabet"
            )
        bits = np.empty(len(values)), np.empty(len(values))
        _kernels.measure(rows, symbols, *bits)
        return bits


def _values(events: MelodyEvents, target: str) -> npt.NDArray[np.int64]:
    if target == "onset":
        return inter_onset_intervals(events)
    values: npt.NDArray[np.int64] = getattr(events, target)
    return values


def link_candidates(
    viewpoints: Viewpoints, *, target: str = "pitch", max_parts: int = 2
) -> tuple[AnyViewpoint, ...]:
    """Viewpoints and all links of up to `max_parts` of them that can predict a target.

    A viewpoint that does not read the target (position in bar, for pitch) takes part in
    links only.

    Examples
    --------
    >>> [v.idyom_name for v in link_candidates("cpint posinbar")]
    ['cpint', '(cpint posinbar)']
    """
    given = _viewpoints(viewpoints)
    basic: list[Viewpoint] = []
    for viewpoint in given:
        parts = viewpoint.parts if isinstance(viewpoint, Linked) else (viewpoint,)
        basic.extend(part for part in parts if part not in basic)
    made: list[AnyViewpoint] = list(basic)
    for size in range(2, max_parts + 1):
        made.extend(Linked(parts) for parts in combinations(basic, size))
    made.extend(viewpoint for viewpoint in given if viewpoint not in made)
    return tuple(viewpoint for viewpoint in made if target in viewpoint.reads)


def select_viewpoints(
    melodies: Sequence[MelodyEvents],
    candidates: Viewpoints,
    *,
    folds: Folds,
    target: str = "pitch",
    options: ModelOptions | None = None,
    method: SelectionMethod = "hill_climb",
    max_parts: int = 1,
    start: Viewpoints | None = None,
    min_improvement: float = 0.0,
    progress: Callable[[int, tuple[AnyViewpoint, ...], float], None] | None = None,
) -> Selection[AnyViewpoint]:
    """Choose the viewpoints that together predict melodies in the fewest bits per note.

    The score is `CrossValidation.mean_over_melodies`. Figures of the chosen set on the
    same melodies are optimistic: confirm them on others.

    Parameters
    ----------
    melodies, folds, target, options
        As in `cross_validate`.
    candidates
        Viewpoints to choose from, as text or viewpoints.
    method
        ``forward``, ``backward``, ``stepwise`` or ``hill_climb`` (see
        `clinamen.engine.selection`).
    max_parts
        Add links of up to this many of the candidates' basic viewpoints.
    start
        Viewpoints to begin with; none by default, all for ``backward``.
    min_improvement
        Bits per note that a change must win.
    progress
        Called after every evaluation: how many, the set, its bits per note.

    Raises
    ------
    ParameterError
        If the method is unknown, or no candidate can predict the target.
    """
    if method not in _METHODS:
        raise ParameterError(f"method must be {', '.join(_METHODS)}, not {method!r}")
    made = link_candidates(candidates, target=target, max_parts=max_parts)
    if not made:
        raise ParameterError(f"no candidate says anything about {target}")
    alphabets = Alphabets.of(melodies)

    def bits_per_note(chosen: tuple[AnyViewpoint, ...]) -> float:
        return cross_validate(
            melodies, chosen, folds=folds, target=target, options=options, alphabets=alphabets
        ).mean_over_melodies

    everything_or_nothing = made if method == "backward" else ()
    return _METHODS[method](
        made,
        bits_per_note,
        start=everything_or_nothing if start is None else _viewpoints(start),
        min_improvement=min_improvement,
        progress=progress,
    )


def _viewpoints(given: Viewpoints) -> tuple[AnyViewpoint, ...]:
    return parse_viewpoints(given) if isinstance(given, str) else tuple(given)
