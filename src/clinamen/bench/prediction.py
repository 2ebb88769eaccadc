"""Bits per note under the protocol of the field: the learned mixture and the classic model.

The melodies of a set are divided into folds, each predicted by a model that learnt the
others; the alphabet is all values of the set; the first note counts. The mean over melodies
is the field's figure, the mean over notes stands beside it. Both are means over several
random divisions, given with their standard deviation.

The classic model has viewpoints that were chosen on other music than they are scored on.
Every model is measured in a process of its own, so that its memory and its seconds are its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from clinamen.bench._apart import Progress, Telling, run_apart
from clinamen.bench._classic import classic_system
from clinamen.bench._corpora import NAMED_SETS
from clinamen.bench._job import Job
from clinamen.bench._machine import machine
from clinamen.bench._measure import Measured, measure
from clinamen.bench._published import BITS_PER_NOTE, Figure
from clinamen.bench._sets import MelodySet, load_set
from clinamen.engine.resampling import Folds, kfold
from clinamen.errors import ParameterError

__all__ = [
    "KNOWABLE",
    "KNOWN_BY_DEFAULT",
    "SET_NAMES",
    "TARGETS",
    "ModelFigures",
    "PredictionRequest",
    "PredictionResult",
    "bench_prediction",
]

SET_NAMES = tuple(NAMED_SETS)
"""Sets that are read from the corpus of music21."""

KNOWABLE: Mapping[str, tuple[str, ...]] = {
    "pitch": ("onset", "duration", "key", "phrase", "chords"),
    "onset": ("key", "phrase", "chords"),
    "duration": ("onset", "pitch", "key", "phrase"),
    "joint": ("key", "phrase", "chords"),
}
"""What may be known when a target is predicted: of the note itself when it begins, its pitch and
how long it lasts; of the melody the key, where phrases begin and end, and the chords. Only the
mixture looks at chords."""

KNOWN_BY_DEFAULT: Mapping[str, tuple[str, ...]] = {
    "pitch": ("onset", "key", "phrase"),
    "onset": ("key", "phrase"),
    "duration": ("onset", "pitch", "key", "phrase"),
    "joint": ("key", "phrase"),
}
"""What is known where nothing else is asked for and the set has it: as published figures are."""

TARGETS = tuple(KNOWABLE)
"""What can be predicted; ``joint`` is the onset and then the pitch."""

MODELS = ("mixture", "classic", "classic_both")
"""The learned mixture; the classic model as LTM+, the field's protocol; and as BOTH+."""


@dataclass(frozen=True)
class PredictionRequest:
    """What shall be measured.

    Parameters
    ----------
    set
        One of `SET_NAMES`, or a file in the format of `clinamen.io.jsonl`.
    n_folds
        As many as there are melodies, or tunes, where these are fewer.
    n_seeds
        Random divisions into folds; their seeds are 1, 2, ...
    known
        Of `KNOWABLE`, what the models may look at besides earlier notes; what the set does not
        tell is left out. Without the onset, pitches are predicted from the sequence of pitches
        alone. `KNOWN_BY_DEFAULT` if None.
    target
        One of `TARGETS`.
    viewpoints
        Of the classic model, as text; strong ones that fit what is known if None.
    grouped
        Melodies that are the same tune, in whatever key, stay in one fold.
    apart
        Measure each model in a new process. A script that does so must start under
        ``if __name__ == "__main__"``. Otherwise its memory is that of this process.

    Raises
    ------
    ParameterError
        If a number is too small, or a name is not among those.
    """

    set: str
    n_folds: int = 10
    n_seeds: int = 3
    known: frozenset[str] | None = None
    target: str = "pitch"
    viewpoints: str | None = None
    grouped: bool = False
    apart: bool = True

    def __post_init__(self) -> None:
        if self.n_folds < 2:
            raise ParameterError(f"there must be 2 folds or more, not {self.n_folds}")
        if self.n_seeds < 1:
            raise ParameterError(f"there must be 1 seed or more, not {self.n_seeds}")
        if self.target not in TARGETS:
            raise ParameterError(f"target must be {', '.join(TARGETS)}, not {self.target!r}")
        knowable = KNOWABLE[self.target]
        strange = ", ".join(sorted((self.known or frozenset()) - set(knowable)))
        if strange:
            raise ParameterError(
                f"what may be known of a {self.target} is {', '.join(knowable)}, not {strange}"
            )


@dataclass(frozen=True)
class ModelFigures:
    """How well and how fast a model predicted a set.

    Parameters
    ----------
    model
        One of ``mixture``, ``classic`` (LTM+), ``classic_both`` (BOTH+).
    set, n_melodies, n_events
        What was predicted.
    bits_per_event_macro, bits_per_event_micro
        Mean over melodies, every melody counting alike; mean over notes. Both are means over
        seeds.
    sd_macro, sd_micro
        Their standard deviation over seeds, None for a single seed.
    by_seed
        The two means for every seed.
    seconds, events_per_second
        One division into folds: each time a model is made, learns and predicts. So every
        note is learnt nine times for one prediction, where there are ten folds.
    predicted_per_second
        Notes a second of prediction alone, by a model that has counted all melodies.
    peak_rss_mib
        Of the process; None where the system does not tell.
    viewpoints, chosen
        Of the classic model by target, and where they are from; empty for the mixture.
    """

    model: str
    set: str
    n_melodies: int
    n_events: int
    bits_per_event_macro: float
    bits_per_event_micro: float
    sd_macro: float | None
    sd_micro: float | None
    by_seed: tuple[Mapping[str, float], ...]
    seconds: float
    events_per_second: float
    predicted_per_second: float
    peak_rss_mib: float | None
    viewpoints: Mapping[str, str] = field(default_factory=dict)
    chosen: str = ""


@dataclass(frozen=True)
class PredictionResult:
    """Figures of all models on one set, and how they were got.

    Parameters
    ----------
    set, n_melodies, n_events
        What was predicted.
    n_tunes
        Different tunes among the melodies: same intervals and rhythm are the same tune.
    n_with
        In how many melodies ``key``, ``meter``, ``phrase`` and ``chords`` are marked.
    n_unreadable
        Melodies of a named set that were left out.
    known
        What the models could look at besides earlier notes.
    target, n_folds, seeds, grouped
        The protocol.
    models
        Figures by model, as in `ModelFigures`.
    published
        Figures of others on nearly the same set.
    """

    set: str
    n_melodies: int
    n_events: int
    n_tunes: int
    n_with: Mapping[str, int]
    n_unreadable: int
    known: tuple[str, ...]
    target: str
    n_folds: int
    seeds: tuple[int, ...]
    grouped: bool
    models: Mapping[str, ModelFigures]
    published: tuple[Figure, ...]

    @property
    def below_classic(self) -> float:
        """Share of bits that the mixture needs less than the better classic model."""
        mixture, *classic = (figures.bits_per_event_macro for figures in self.models.values())
        return 1 - mixture / min(classic)

    def to_plain(self) -> dict[str, Any]:
        """Everything as plain values, the models under their names."""
        plain = {name: value for name, value in vars(self).items() if name != "models"}
        plain["published"] = [figure._asdict() for figure in self.published]
        models = {name: dict(vars(figures)) for name, figures in self.models.items()}
        return plain | models | {"below_classic": self.below_classic, "machine": machine()}


def bench_prediction(
    request: PredictionRequest, telling: Telling | None = None
) -> PredictionResult:
    """Measure the mixture and the classic model on one set.

    Parameters
    ----------
    request
        What and how.
    telling
        Is told about progress.

    Raises
    ------
    MissingError
        If there is no such set or file, or music21 is not there for a named one.
    FormatError
        At the first line of a file that is not a melody.
    ParameterError
        If the set has a single melody (or a single tune, when grouped), or the viewpoints
        do not fit the target.

    Examples
    --------
    >>> import json, pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "two.jsonl"
    >>> notes = [[0, 1, 60], [1, 1, 62], [2, 1, 64]]
    >>> _ = path.write_text(2 * (json.dumps({"notes": notes}) + chr(10)))
    >>> found = bench_prediction(PredictionRequest(str(path), n_seeds=1, apart=False))
    >>> found.models["mixture"].n_events, found.n_folds, found.known
    (6, 2, ('onset',))
    """
    given = load_set(request.set)
    divisions = _divisions(given, request)
    known = _known(given, request)
    models = {}
    for name, job, chosen in _jobs(request, known):
        progress = _progress(f"{given.name}: {name}", telling)
        work = partial(measure, job, given.melodies, divisions)
        measured = run_apart(work, progress) if request.apart else work(progress)
        models[name] = _figures(name, given, job, chosen, measured)
    return PredictionResult(
        set=given.name,
        n_melodies=len(given.melodies),
        n_events=given.n_notes,
        n_tunes=len(set(given.tunes)),
        n_with=given.n_with,
        n_unreadable=given.n_unreadable,
        known=tuple(sorted(known)),
        target=request.target,
        n_folds=len(divisions[0]),
        seeds=tuple(range(1, request.n_seeds + 1)),
        grouped=request.grouped,
        models=models,
        published=_published(request, given, known),
    )


def _progress(what: str, telling: Telling | None) -> Progress:
    return partial(telling, what) if telling is not None else lambda _done, _total: None


def _known(given: MelodySet, request: PredictionRequest) -> frozenset[str]:
    if request.target != "pitch" and "onset" not in given.known:
        raise ParameterError(f"{request.set} has pitches only: its target must be pitch")
    wanted = KNOWN_BY_DEFAULT[request.target] if request.known is None else request.known
    return (given.known | {"pitch"}) & frozenset(wanted)


def _divisions(given: MelodySet, request: PredictionRequest) -> tuple[Folds, ...]:
    labels = given.tunes if request.grouped else None
    n_items = len(set(labels)) if labels is not None else len(given.melodies)
    if n_items < 2:
        what = "melody" if len(given.melodies) < 2 else "tune"
        raise ParameterError(
            f"{request.set}: there is one {what} only; to be predicted by a model that learnt "
            "the others, there must be 2 or more"
        )
    n_folds = min(request.n_folds, n_items)
    return tuple(
        kfold(len(given.melodies), n_folds, np.random.default_rng(seed), groups=labels, seed=seed)
        for seed in range(1, request.n_seeds + 1)
    )


def _jobs(request: PredictionRequest, known: frozenset[str]) -> Iterable[tuple[str, Job, str]]:
    target = request.target
    viewpoints: str | Mapping[str, str]
    if request.viewpoints is None:
        viewpoints, chosen = classic_system(known, target)
    else:
        viewpoints, chosen = request.viewpoints, "given"
    yield "mixture", Job("mixture", "both+", {}, known, target), ""
    yield "classic", Job("classic", "ltm+", viewpoints, known, target), chosen
    yield "classic_both", Job("classic", "both+", viewpoints, known, target), chosen


def _figures(
    name: str, given: MelodySet, job: Job, chosen: str, measured: Measured
) -> ModelFigures:
    seconds = float(np.mean(measured.seconds))
    return ModelFigures(
        model=name,
        set=given.name,
        n_melodies=len(given.melodies),
        n_events=given.n_notes,
        bits_per_event_macro=float(np.mean(measured.macro)),
        bits_per_event_micro=float(np.mean(measured.micro)),
        sd_macro=_spread(measured.macro),
        sd_micro=_spread(measured.micro),
        by_seed=tuple(
            {"seed": seed, "macro": macro, "micro": micro}
            for seed, (macro, micro) in enumerate(
                zip(measured.macro, measured.micro, strict=True), start=1
            )
        ),
        seconds=seconds,
        events_per_second=given.n_notes / seconds,
        predicted_per_second=measured.predicted_per_second,
        peak_rss_mib=measured.peak_rss_mib,
        viewpoints=(
            {job.target: job.viewpoints} if isinstance(job.viewpoints, str) else job.viewpoints
        ),
        chosen=chosen,
    )


def _spread(values: tuple[float, ...]) -> float | None:
    return float(np.std(values, ddof=1)) if len(values) > 1 else None


def _published(
    request: PredictionRequest, given: MelodySet, known: frozenset[str]
) -> tuple[Figure, ...]:
    """Of the same protocol only: with less known, or another target, nothing compares."""
    as_there = request.target == "pitch" and known == given.known & set(KNOWN_BY_DEFAULT["pitch"])
    return BITS_PER_NOTE.get(request.set, ()) if as_there else ()
