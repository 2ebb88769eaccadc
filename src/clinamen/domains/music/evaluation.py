"""How well viewpoints predict melodies: bits per note under resampling."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from clinamen.domains.music._cross_validation import CrossValidation
from clinamen.domains.music._given import (
    JOINT,
    FoldsGiven,
    Given,
    Viewpoints,
    joint_entropy,
    melody_set,
    shared_viewpoints,
    some_folds,
    some_known,
    some_options,
    some_viewpoints,
    target_named,
)
from clinamen.domains.music.events import MelodyEvents
from clinamen.domains.music.projection import KNOWN, Alphabets, Lens, target_values
from clinamen.domains.music.viewpoints import AnyViewpoint, Linked, Viewpoint
from clinamen.engine.measures import measure
from clinamen.engine.model import ModelOptions, ViewpointModel
from clinamen.engine.resampling import Folds, explicit_folds, interleaved_folds, kfold
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
    "Folds",
    "FoldsGiven",
    "Given",
    "SelectionMethod",
    "Viewpoints",
    "cross_validate",
    "explicit_folds",
    "interleaved_folds",
    "kfold",
    "link_candidates",
    "select_viewpoints",
]

FloatArray = npt.NDArray[np.float64]
Measured = tuple[FloatArray, FloatArray, FloatArray]
"""Information content, entropy, sum of the row, each of shape ``(T,)``."""
Progress = Callable[[int, int], None]
SelectionMethod = Literal["forward", "backward", "stepwise", "hill_climb"]
"""How `select_viewpoints` walks through the sets of viewpoints."""

_METHODS = {
    "forward": forward_selection,
    "backward": backward_selection,
    "stepwise": stepwise_selection,
    "hill_climb": hill_climb,
}


def cross_validate(
    melodies: Iterable[Given],
    viewpoints: Viewpoints | Mapping[str, Viewpoints],
    *,
    folds: FoldsGiven = 10,
    seed: int | None = None,
    target: str | Sequence[str] = "pitch",
    options: ModelOptions | None = None,
    alphabets: Alphabets | None = None,
    known: Iterable[str] | None = None,
    progress: Progress | None = None,
) -> CrossValidation:
    """Predict every melody from the other folds.

    For each fold a new model learns all other melodies and then predicts those of the
    fold, in the order of the data set; with ``ltm+`` and ``both+`` it keeps what it learns
    on the way, until the fold ends. One melody at a time is turned into symbols, so memory
    holds the counts of one fold and little else.

    Parameters
    ----------
    melodies
        Songs, Melodies or MelodyEvents, none empty.
    viewpoints
        As text (see `parse_viewpoints`) or viewpoints; each must read the target. For
        ``joint``, those that read pitch predict pitch, the others the onset; or a mapping
        from target to viewpoints.
    folds
        How many; or a partition of the melodies (`Folds`, or lists of melody numbers from
        0). A number alone deals the melodies out in turn: number ``i`` (from 0) is in fold
        ``i`` modulo `folds`. No chance is in it, so it need not be reported with a seed.
    seed
        With a number of folds: a random division, the same for the same seed.
    target
        ``pitch``, ``onset`` (inter-onset interval), ``duration``, or ``joint``: the onset,
        then the pitch given the onset, by the chain rule. Also under IDyOM's names
        ``cpitch``, ``bioi``, ``dur`` and ``(cpitch bioi)``.
    options
        Model; ``both+`` with the field's defaults if None. With ``idyom=True`` modal
        melodies also get IDyOM's tonic (see `melody_events`), unless they are given as
        MelodyEvents.
    alphabets
        Values that can occur; by default all that do occur in `melodies`, test folds
        included, as is the field's custom.
    known
        Attributes of the current note taken as known; `KNOWN` by default: for pitch, its
        onset. Not to be chosen for ``joint``.
    progress
        Called after each melody with how many were predicted, and of how many; for
        ``joint`` every melody is predicted twice.

    Raises
    ------
    ParameterError
        If an argument is of the wrong kind, the folds are of another number of melodies, a
        viewpoint says nothing about the target, or a value is not in its alphabet.

    Examples
    --------
    >>> import clinamen
    >>> names = ["sakura.abc", "frere_jacques.krn", "ode_to_joy.musicxml"]
    >>> songs = [clinamen.read(f"examples/{name}") for name in names]
    >>> clinamen.cross_validate(songs, "cpint cpitch", folds=3).n_notes
    144

    Source: Pearce 2005, chapter 6 (resampling, LTM+ over test sets). What is scored and
    averaged is stated in ``docs/idyom-run.md``.
    """
    chosen = some_options(options, ModelOptions())
    name = target_named(target)
    given = melody_set(melodies, idyom=chosen.idyom)
    made = some_folds(folds, len(given.events), seed)
    job = _Job(
        given.events,
        given.names,
        made,
        chosen,
        alphabets if alphabets is not None else Alphabets.of(given.events),
    )
    if name != "joint":
        if isinstance(viewpoints, Mapping):
            viewpoints = shared_viewpoints(viewpoints).get(name, ())
        return job.result(name, some_viewpoints(viewpoints), some_known(known), progress)[0]
    if known is not None:
        raise ParameterError("what is known follows from the chain rule when the target is joint")
    return job.joint_result(shared_viewpoints(viewpoints), progress)


@dataclass(frozen=True)
class _Job:
    """What does not depend on the target."""

    melodies: tuple[MelodyEvents, ...]
    names: tuple[str, ...]
    folds: Folds
    options: ModelOptions
    alphabets: Alphabets

    def result(
        self,
        target: str,
        viewpoints: tuple[AnyViewpoint, ...],
        known: frozenset[str] | None,
        progress: Progress | None,
    ) -> tuple[CrossValidation, list[FloatArray]]:
        """Figures for one target, and the sums of all rows."""
        run = _Run(self.melodies, viewpoints, target, self.options, self.alphabets, known)
        measured: dict[int, Measured] = {}
        for train, test in self.folds:
            for melody, bits in run.predict_fold(train, test):
                measured[melody] = bits
                if progress is not None:
                    progress(len(measured), len(self.melodies))
        ordered = [measured[melody] for melody in range(len(self.melodies))]
        found = self._stated(
            [bits[:2] for bits in ordered],
            target=target,
            viewpoints=tuple(viewpoint.idyom_name for viewpoint in viewpoints),
            known=KNOWN[target] if known is None else known,
            n_alphabet=len(run.alphabet),
        )
        return found, [bits[2] for bits in ordered]

    def joint_result(
        self, viewpoints: Mapping[str, tuple[AnyViewpoint, ...]], progress: Progress | None
    ) -> CrossValidation:
        """Figures for the time of a note and then its pitch."""
        if set(viewpoints) != set(JOINT):
            raise ParameterError(
                f"joint needs viewpoints for {' and for '.join(JOINT)}; "
                f"there are some for {', '.join(viewpoints) or 'none'}"
            )
        found = {}
        for place, target in enumerate(JOINT):
            told = None if progress is None else _shifted(progress, place, len(JOINT))
            found[target] = self.result(target, viewpoints[target], None, told)
        (one, one_sums), (other, other_sums) = (found[target] for target in JOINT)
        bits = [
            (one_bits + other_bits, joint_entropy(one_entropy, other_entropy, p, q))
            for one_bits, other_bits, one_entropy, other_entropy, p, q in zip(
                one.information_content,
                other.information_content,
                one.entropy,
                other.entropy,
                one_sums,
                other_sums,
                strict=True,
            )
        ]
        return self._stated(
            bits,
            target="joint",
            viewpoints=(*one.viewpoints, *other.viewpoints),
            known=frozenset(),
            n_alphabet=one.n_alphabet * other.n_alphabet,
            parts={target: found[target][0] for target in JOINT},
        )

    def _stated(self, bits: Sequence[tuple[FloatArray, FloatArray]], **of: Any) -> CrossValidation:
        return CrossValidation(
            information_content=tuple(each[0] for each in bits),
            entropy=tuple(each[1] for each in bits),
            folds=self.folds,
            options=self.options,
            melodies=self.melodies,
            names=self.names,
            **of,
        )


def _shifted(progress: Progress, place: int, n_parts: int) -> Progress:
    return lambda done, total: progress(place * total + done, n_parts * total)


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
    ) -> Iterator[tuple[int, Measured]]:
        """Measures of each test melody, by its number."""
        lenses = [Lens(viewpoint, self.target, self.known) for viewpoint in self.viewpoints]
        model = ViewpointModel(len(lenses), self.options)
        for melody in train if self.options.uses_long_term else ():
            model.learn([lens.sequence(self.melodies[melody]) for lens in lenses])
        for melody in test:
            events = self.melodies[melody]
            rows = model.predict([lens.project(events, self.alphabets) for lens in lenses])
            yield melody, self._measure(rows, melody)

    def _measure(self, rows: FloatArray, melody: int) -> Measured:
        values = target_values(self.melodies[melody], self.target)
        symbols = np.searchsorted(self.alphabet, values)
        found = self.alphabet[np.minimum(symbols, len(self.alphabet) - 1)]
        if not np.array_equal(found, values):
            missing = values[found != values][0]
            raise ParameterError(
                f"melody {melody} has the {self.target} {missing}, not in the alphabet"
            )
        return *measure(rows, symbols), rows.sum(axis=1)


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
    given, target = some_viewpoints(viewpoints), target_named(target)
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
    melodies: Iterable[Given],
    candidates: Viewpoints,
    *,
    folds: FoldsGiven = 10,
    seed: int | None = None,
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
    melodies, folds, seed, target, options
        As in `cross_validate`; a joint target is chosen for part by part, since its bits
        are the sum of both.
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
        If the method is unknown, no candidate can predict the target, the target is
        joint, or an argument is of the wrong kind.
    """
    if method not in _METHODS:
        raise ParameterError(f"method must be {', '.join(_METHODS)}, not {method!r}")
    target = target_named(target)
    if target == "joint":
        raise ParameterError("viewpoints are selected for one target: onset, then pitch")
    made = link_candidates(candidates, target=target, max_parts=max_parts)
    if not made:
        raise ParameterError(f"no candidate says anything about {target}")
    chosen_options = some_options(options, ModelOptions())
    given = melody_set(melodies, idyom=chosen_options.idyom).events
    alphabets, partition = Alphabets.of(given), some_folds(folds, len(given), seed)

    def bits_per_note(chosen: tuple[AnyViewpoint, ...]) -> float:
        return cross_validate(
            given, chosen, folds=partition, target=target, options=options, alphabets=alphabets
        ).mean_over_melodies

    everything_or_nothing = made if method == "backward" else ()
    return _METHODS[method](
        made,
        bits_per_note,
        start=everything_or_nothing if start is None else some_viewpoints(start),
        min_improvement=min_improvement,
        progress=progress,
    )
