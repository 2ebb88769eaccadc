"""How well the learned mixture predicts melodies: bits per note under resampling."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from clinamen.domains.music._cross_validation import CrossValidation
from clinamen.domains.music._given import FoldsGiven, Given, melody_set, some_folds
from clinamen.domains.music.experts import Expert, PitchExperts
from clinamen.domains.music.moments import KNOWABLE
from clinamen.engine.measures import measure
from clinamen.engine.mixture import ExpertView, MixtureOptions
from clinamen.errors import ParameterError

__all__ = ["cross_validate_mixture"]

FloatArray = npt.NDArray[np.float64]
Progress = Callable[[int, int], None]


def cross_validate_mixture(
    melodies: Iterable[Given],
    folds: FoldsGiven = 10,
    *,
    seed: int | None = None,
    known: Iterable[str] = KNOWABLE,
    experts: Sequence[Expert] | None = None,
    options: MixtureOptions | None = None,
    progress: Progress | None = None,
) -> CrossValidation:
    """Predict the pitches of every melody from the other folds, by the learned mixture.

    For each fold a new mixture counts all other melodies, learns its weights on them (each
    predicted with its own counts taken out), and predicts those of the fold, in the order of
    the data set, keeping each afterwards: BOTH+ in the field's terms.

    Parameters
    ----------
    melodies, folds, seed, progress
        As in `cross_validate`.
    known
        What is known besides the pitches, out of ``onset``, ``duration``, ``phrase``, ``key``;
        of the note itself and of all earlier ones. Empty: the pitch sequence alone.
    experts
        By default those of the project (`default_experts`).
    options
        How the weights are learned.

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
    given = melody_set(melodies, idyom=False)
    made = some_folds(folds, len(given.events), seed)
    lens = PitchExperts(experts, _some_knowable(known))
    if options is not None and not isinstance(options, MixtureOptions):
        raise ParameterError(f"options must be MixtureOptions, not {options!r}")
    alphabet = np.unique(np.concatenate([events.pitch for events in given.events]))
    views = [lens.view(events, alphabet) for events in given.events]
    chosen = options if options is not None else MixtureOptions()
    measured: dict[int, tuple[FloatArray, FloatArray]] = {}
    for train, test in made:
        for place, bits in _predict_fold(lens, chosen, views, train, test):
            measured[place] = bits
            if progress is not None:
                progress(len(measured), len(views))
    ordered = [measured[place] for place in range(len(views))]
    return CrossValidation(
        information_content=tuple(bits[0] for bits in ordered),
        entropy=tuple(bits[1] for bits in ordered),
        folds=made,
        target="pitch",
        viewpoints=(f"{len(lens.experts)} experts",),
        known=lens.known,
        n_alphabet=len(alphabet),
        options=chosen,
        melodies=given.events,
        names=given.names,
    )


def _some_knowable(given: Iterable[str]) -> frozenset[str]:
    names = None if isinstance(given, str) or not isinstance(given, Iterable) else list(given)
    if names is None or not all(isinstance(name, str) for name in names):
        raise ParameterError(f"known must be several names, such as {{'onset'}}, not {given!r}")
    return frozenset(names)


def _predict_fold(
    lens: PitchExperts,
    options: MixtureOptions,
    views: Sequence[ExpertView],
    train: Iterable[int],
    test: Iterable[int],
) -> Iterator[tuple[int, tuple[FloatArray, FloatArray]]]:
    mixture = lens.mixture(options)
    learnt = [views[place] for place in train]
    mixture.count(learnt)
    mixture.learn_weights(learnt)
    for place in test:
        view = views[place]
        rows = mixture.predict(view, learn=True)
        yield place, measure(rows, view.came)
