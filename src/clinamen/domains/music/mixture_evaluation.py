"""How well the learned mixture predicts melodies: bits per note under resampling."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from clinamen.domains.music._cross_validation import CrossValidation
from clinamen.domains.music._given import (
    JOINT,
    FoldsGiven,
    Given,
    MelodySet,
    joint_entropy,
    melody_set,
    some_folds,
    target_named,
)
from clinamen.domains.music.experts import Expert, Experts, usually_known
from clinamen.domains.music.projection import Alphabets
from clinamen.engine.measures import measure
from clinamen.engine.mixture import ExpertView, MixtureOptions
from clinamen.engine.resampling import Folds
from clinamen.errors import ParameterError

__all__ = ["cross_validate_mixture"]

FloatArray = npt.NDArray[np.float64]
Progress = Callable[[int, int], None]


def cross_validate_mixture(
    melodies: Iterable[Given],
    folds: FoldsGiven = 10,
    *,
    seed: int | None = None,
    target: str | Sequence[str] = "pitch",
    known: Iterable[str] | None = None,
    experts: Sequence[Expert] | None = None,
    options: MixtureOptions | None = None,
    progress: Progress | None = None,
) -> CrossValidation:
    """Predict every melody from the other folds, by the learned mixture.

    For each fold a new mixture counts all other melodies, learns its weights on them (each
    predicted with its own counts taken out), and predicts those of the fold, in the order of
    the data set, keeping each afterwards: BOTH+ in the field's terms.

    Parameters
    ----------
    melodies, folds, seed, target
        As in `cross_validate`.
    known
        What is known, out of `KNOWABLE`; by default what is known by convention, key and
        phrases (see `usually_known`). For ``joint``: a part of key, phrase and chords;
        pitches know their onset besides.
    experts
        By default those of the project (`default_experts`). For ``joint``, those of both
        targets.
    options
        How the weights are learned.
    progress
        Called after each melody with how many were predicted, and of how many; for
        ``joint`` every melody is predicted twice.

    Raises
    ------
    ParameterError
        If an argument is of the wrong kind, or no expert does with what is known.

    Examples
    --------
    >>> import clinamen
    >>> names = ["sakura.abc", "frere_jacques.krn", "ode_to_joy.musicxml"]
    >>> songs = [clinamen.read(f"examples/{name}") for name in names]
    >>> cross_validate_mixture(songs, folds=3).n_notes
    144
    """
    name = target_named(target)
    given = melody_set(melodies, idyom=False)
    if options is not None and not isinstance(options, MixtureOptions):
        raise ParameterError(f"options must be MixtureOptions, not {options!r}")
    chosen = options if options is not None else MixtureOptions()
    job = _Job(given, some_folds(folds, len(given.events), seed), chosen)
    facts = None if known is None else _some_knowable(known)
    if name == "joint":
        return job.joint_result(_joint_lenses(experts, facts), progress)
    return job.result(Experts(name, experts, facts), progress)


def _some_knowable(given: Iterable[str]) -> frozenset[str]:
    names = None if isinstance(given, str) or not isinstance(given, Iterable) else list(given)
    if names is None or not all(isinstance(name, str) for name in names):
        raise ParameterError(f"known must be several names, such as {{'onset'}}, not {given!r}")
    return frozenset(names)


def _joint_lenses(
    experts: Sequence[Expert] | None, known: frozenset[str] | None
) -> tuple[Experts, Experts]:
    """Experts on the onset, and on the pitch given the onset."""
    facts = usually_known("onset") if known is None else known
    shares = {
        target: None
        if experts is None
        else [each for each in experts if getattr(each, "target", target) == target]
        for target in JOINT
    }
    onset = Experts("onset", shares["onset"], facts)
    return onset, Experts("pitch", shares["pitch"], facts | {"onset"})


@dataclass(frozen=True)
class _Job:
    """What does not depend on the target."""

    given: MelodySet
    folds: Folds
    options: MixtureOptions

    def result(self, lens: Experts, progress: Progress | None) -> CrossValidation:
        """Figures for one target."""
        events = self.given.events
        alphabet = Alphabets.of(events).of_target(lens.target)
        views = list(lens.views(events, alphabet))
        measured: dict[int, tuple[FloatArray, FloatArray]] = {}
        for train, test in self.folds:
            for place, bits in self._predict_fold(lens, views, train, test):
                measured[place] = bits
                if progress is not None:
                    progress(len(measured), len(views))
        return self._stated(
            [measured[place] for place in range(len(views))],
            target=lens.target,
            viewpoints=(f"{len(lens.experts)} experts",),
            known=lens.known,
            n_alphabet=len(alphabet),
        )

    def _predict_fold(
        self, lens: Experts, views: Sequence[ExpertView], train: Iterable[int], test: Iterable[int]
    ) -> Iterator[tuple[int, tuple[FloatArray, FloatArray]]]:
        mixture = lens.mixture(self.options)
        learnt = [views[place] for place in train]
        mixture.count(learnt)
        mixture.learn_weights(learnt)
        for place in test:
            view = views[place]
            rows = mixture.predict(view, learn=True)
            yield place, measure(rows, view.came)

    def joint_result(
        self, lenses: tuple[Experts, Experts], progress: Progress | None
    ) -> CrossValidation:
        """Figures for the time of a note and then its pitch."""
        parts = {}
        for place, lens in enumerate(lenses):
            told = None if progress is None else _shifted(progress, place, len(lenses))
            parts[lens.target] = self.result(lens, told)
        onset, pitch = parts["onset"], parts["pitch"]
        both = zip(onset.information_content, pitch.information_content, strict=True)
        entropies = zip(onset.entropy, pitch.entropy, strict=True)
        bits = [
            (one + other, joint_entropy(h_one, h_other, 1.0, 1.0))
            for (one, other), (h_one, h_other) in zip(both, entropies, strict=True)
        ]
        return self._stated(
            bits,
            target="joint",
            viewpoints=(*onset.viewpoints, *pitch.viewpoints),
            known=onset.known,
            n_alphabet=onset.n_alphabet * pitch.n_alphabet,
            parts=parts,
        )

    def _stated(self, bits: Sequence[tuple[FloatArray, FloatArray]], **of: Any) -> CrossValidation:
        return CrossValidation(
            information_content=tuple(each[0] for each in bits),
            entropy=tuple(each[1] for each in bits),
            folds=self.folds,
            options=self.options,
            melodies=self.given.events,
            names=self.given.names,
            **of,
        )


def _shifted(progress: Progress, place: int, n_parts: int) -> Progress:
    return lambda done, total: progress(place * total + done, n_parts * total)
