"""The learned mixture: many small experts, combined log-linearly with learned weights.

An expert is a context (what it looks at) and a frame (what it predicts: an interval, a
scale degree, ...). It counts what followed its context, in the long-term store and in this
sequence's own short-term store. All experts vote for the candidates::

    p(x) ~ exp( sum_i w_i(confidence, moment) * log(1 + c_i(x) / a) )

where ``c_i(x)`` is how often expert ``i`` saw candidate ``x`` follow its present context. The
weight of an expert is the sum of one of its own, one for the class of its confidence (how
often the context was seen, in how many ways it went on) and one for each class of the
moment. Weights are learned by stochastic gradient, each training sequence being predicted
with its own counts taken out, so that they see the store as a new sequence will see it.

Source: original; log-linear pooling after Genest & Zidek 1986, its online use as in Mattern
2012 (*Mixing strategies in data compression*), AdaGrad of Duchi, Hazan & Singer 2011.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from clinamen.engine import _mixture_kernels as kernels
from clinamen.engine import _mixture_votes as voting
from clinamen.engine._mixture_store import SharedPast, SongStore, Store, StoreRows, Strength
from clinamen.engine.mixture_view import ExpertView, check_fits, check_range
from clinamen.errors import ParameterError

__all__ = [
    "LARGEST_UNIT",
    "ExpertView",
    "Mixture",
    "MixtureOptions",
    "SharedPast",
    "StoreRows",
    "Votes",
]

LARGEST_UNIT = 1024
"""Finest division of a sighting."""

FloatArray = npt.NDArray[np.float64]
Progress = Callable[[int, int], None]
_Found = npt.NDArray[np.int32]
_Scratch = tuple[
    FloatArray, FloatArray, FloatArray, npt.NDArray[np.int64], npt.NDArray[np.int64], FloatArray
]
_TABLE_SIZE = 4096


@dataclass(frozen=True, slots=True)
class MixtureOptions:
    """How the weights are learned.

    Parameters
    ----------
    smoothing
        The ``a`` in ``log(1 + c / a)``: the smaller, the more a first sighting counts.
    rate, fine_rate
        Step of AdaGrad for an expert's own weight and, as a share of it, for the weights of
        its classes.
    spread
        Where AdaGrad's sums of squares begin; large values make early steps small.
    first_weight
        Every expert's own weight before learning.
    n_passes
        Passes over the training sequences; the rate is halved after each.
    seed
        Of the order in which sequences are seen.
    unit
        What one sighting adds to a count. Above 1, sightings may count for parts of one
        (see `Mixture.count`) and counts may fade.
    """

    smoothing: float = 0.02
    rate: float = 0.02
    fine_rate: float = 0.1
    spread: float = 300.0
    first_weight: float = 0.01
    n_passes: int = 4
    seed: int = 0
    unit: int = 1

    def __post_init__(self) -> None:
        numbers = (self.smoothing, self.rate, self.spread, self.fine_rate, self.first_weight)
        if not np.isfinite(numbers).all():
            raise ParameterError(f"options of a mixture must be finite numbers, not {numbers}")
        if min(self.smoothing, self.rate, self.spread) <= 0 or self.fine_rate < 0:
            raise ParameterError("smoothing, rate and spread must be above 0, fine_rate 0 or more")
        if self.n_passes < 0:
            raise ParameterError(f"n_passes must be 0 or more, not {self.n_passes}")
        if not 1 <= self.unit <= LARGEST_UNIT:
            raise ParameterError(f"unit must be 1 to {LARGEST_UNIT}, not {self.unit}")


@dataclass(frozen=True, eq=False)
class Votes:
    """What every expert said about every candidate at one event.

    Row 0 is about long-term, row 1 about short-term counts.

    Parameters
    ----------
    weights
        Of each expert at this moment, shape ``(2, E)``.
    seen
        How often it saw its context, in sightings, shape ``(2, E)``; 0 where it was silent.
    counts
        How often each candidate followed there, in sightings, shape ``(2, E, A)``.
    scores
        Nats that each added to each candidate: weight times log(1 + count / smoothing),
        shape ``(2, E, A)``. Their sum over experts, exponentiated and scaled to 1, is the
        prediction.
    """

    weights: FloatArray
    seen: FloatArray
    counts: FloatArray
    scores: FloatArray


class Mixture:
    """Experts with their long-term counts and the weights they vote with.

    Parameters
    ----------
    frames
        Frame of each expert, shape ``(E,)``.
    n_classes
        How many classes each group of the moment has.
    options
        See `MixtureOptions`.
    """

    def __init__(
        self,
        frames: Sequence[int],
        n_classes: Sequence[int] = (),
        options: MixtureOptions | None = None,
    ) -> None:
        if not len(frames):
            raise ParameterError("a mixture needs at least one expert")
        self.options = options if options is not None else MixtureOptions()
        self.frames = np.asarray(frames, dtype=np.int64)
        self.n_classes = tuple(n_classes)
        if self.frames.min() < 0 or min(self.n_classes, default=1) < 1:
            raise ParameterError("frames count from 0, and a group has at least one class")
        offsets = voting.FIRST_CLASS + np.cumsum([0, *self.n_classes])
        self.offsets = offsets[:-1].astype(np.int64)
        self.weights = np.zeros((int(offsets[-1]), 2 * len(self.frames)))
        self.weights[0] = self.options.first_weight
        self.long_term = Store()
        self.n_symbols = 1
        unit = self.options.unit
        scale = 1 / (unit * self.options.smoothing)
        self.strength: Strength = (unit, scale, np.log1p(np.arange(_TABLE_SIZE) * scale))

    @property
    def n_experts(self) -> int:
        """Experts; each takes part with its long-term and its short-term counts."""
        return len(self.frames)

    def count(self, views: Sequence[ExpertView], steps: Sequence[int] | None = None) -> None:
        """Add sequences to the long-term counts.

        Parameters
        ----------
        steps
            What a sighting adds, sequence by sequence; a whole one (`MixtureOptions.unit`) by
            default.
        """
        for view, step in zip(views, self._steps(views, steps), strict=True):
            check_fits(view, self.frames, self.n_classes)
            self._count(self.long_term.add(view.codes), view, step)

    def _steps(self, views: Sequence[ExpertView], steps: Sequence[int] | None) -> Sequence[int]:
        return [self.options.unit] * len(views) if steps is None else steps

    def _count(self, found: _Found, view: ExpertView, step: int) -> None:
        self.n_symbols = max(self.n_symbols, view.n_symbols)
        self.long_term.count(found, self.frames, view.symbols, step, self.strength)

    def fade(self, factor: float) -> None:
        """Multiply all long-term counts by a factor from 0 to 1: old memories pale."""
        if not 0 <= factor <= 1:
            raise ParameterError(f"counts fade by a factor from 0 to 1, not {factor}")
        self.long_term.fade(factor, self.strength)

    def add_rows(self, rows: StoreRows, n_symbols: int) -> None:
        """Add counts made elsewhere, of symbols below `n_symbols`.

        Raises
        ------
        ParameterError
            If a context is of no expert here, or a symbol out of range.
        """
        if len(rows.codes) and rows.codes[-1] >> kernels.CODE_BITS > self.n_experts:
            raise ParameterError("counts of more experts than there are")
        if len(rows.symbols) and rows.symbols.max() >= n_symbols:
            raise ParameterError(f"a symbol is counted that is not below {n_symbols}")
        self.n_symbols = max(self.n_symbols, n_symbols)
        self.long_term.add_rows(rows, self.strength)

    def learn_weights(
        self,
        views: Sequence[ExpertView],
        *,
        groups: Sequence[object] | None = None,
        steps: Sequence[int] | None = None,
        progress: Progress | None = None,
    ) -> list[float]:
        """Learn the weights on sequences that are in the long-term counts.

        Each is predicted with its own counts taken out. The same views, options and counts
        give the same weights.

        Parameters
        ----------
        groups
            A label a sequence: those of one group (variants of a tune) are taken out together.
        steps
            As they were counted with.

        Returns
        -------
        list of float
            Bits per event in each pass, before each event's own step.
        """
        options = self.options
        rng = np.random.default_rng(options.seed)
        spread = np.full_like(self.weights, options.spread)
        chosen = self._steps(views, steps)
        costs = []
        for number in range(options.n_passes):
            before = number * len(views)
            total = options.n_passes * len(views)

            def report(done: int, before: int = before, total: int = total) -> None:
                if progress is not None:
                    progress(before + done, total)

            cost = self.learn_pass(
                _shuffled(_grouped(views, chosen, groups), rng),
                spread,
                options.rate * 0.5**number,
                report,
            )
            costs.append(cost)
        return costs

    def learn_pass(
        self,
        groups: Sequence[Sequence[tuple[ExpertView, int]]],
        spread: FloatArray,
        rate: float,
        report: Callable[[int], None] = lambda done: None,
    ) -> float:
        """One pass of `learn_weights` over groups of sequences, in the order given.

        Parameters
        ----------
        groups
            Sequences with their steps.
        spread
            AdaGrad's sums of squares, of the weights' shape; carried on.
        rate
            Of this pass.
        report
            Is told how many sequences are done.

        Returns
        -------
        float
            Bits per event.
        """
        song = SongStore()
        bits, n_events, n_done = 0.0, 0, 0
        for group in groups:
            found = [self._taken_out(view, step) for view, step in group]
            for (view, _), places in zip(group, found, strict=True):
                rates = np.array([rate, rate * self.options.fine_rate])
                rows = self._run(view, places, song, spread, rates)
                (heard,) = np.nonzero(view.came >= 0)
                bits -= float(np.log2(rows[heard, view.came[heard]]).sum())
                n_events += len(heard)
            for (view, step), places in zip(group, found, strict=True):
                self._count(places, view, step)
            n_done += len(group)
            report(n_done)
        return bits / max(n_events, 1)

    def _taken_out(self, view: ExpertView, step: int) -> _Found:
        check_fits(view, self.frames, self.n_classes)
        found = self.long_term.find(view.codes)
        self._count(found, view, -step)
        return found

    def predict(self, view: ExpertView, *, learn: bool = False) -> FloatArray:
        """Distribution before every event, shape ``(T, A)``; rows sum to 1, none holds a 0.

        Parameters
        ----------
        learn
            Add the sequence to the long-term counts afterwards (LTM+, BOTH+).
        """
        check_fits(view, self.frames, self.n_classes)
        found = self.long_term.find(view.codes)
        rows = self._run(view, found, SongStore(), np.empty((0, 0)), np.zeros(2))
        if learn:
            self.count([view])
        return rows

    def past(
        self, view: ExpertView | None = None, asked: npt.NDArray[np.int64] | None = None
    ) -> SharedPast:
        """What sequences have met that all begin with this one; None for no beginning.

        Parameters
        ----------
        asked
            Codes of the events that will be predicted from it, shape ``(N, E)``: the rest is
            not counted, which takes half the time. By default any events may be.
        """
        if view is None:
            return SharedPast(self.n_experts)
        check_fits(view, self.frames, self.n_classes)
        return SharedPast(
            self.n_experts, view.codes, view.symbols, self.frames, self.strength, asked
        )

    def predict_rows(
        self,
        view: ExpertView,
        rows: npt.NDArray[np.int64],
        firsts: npt.NDArray[np.int64],
        past: SharedPast | None = None,
    ) -> FloatArray:
        """Distributions at some events of sequences that share a past, shape ``(N, A)``.

        To the bit what `predict` gives for each sequence as a whole.

        Parameters
        ----------
        view
            The sequences end to end, without the beginning that they share.
        rows
            Events to be predicted, shape ``(N,)``.
        firsts
            The first event of the sequence of each, shape ``(N,)``.
        past
            Of the beginning (see `past`); None where there is none.
        """
        check_fits(view, self.frames, self.n_classes)
        check_range("rows", rows, 0, max(len(view.came), 1))
        check_range("firsts", firsts, 0, max(len(view.came), 1))
        shared = self.past() if past is None else past
        longest = int((rows - firsts).max(initial=0))
        codes = view.codes[rows]
        out = np.empty((len(rows), view.images.shape[2]))
        voting.predict_rows(
            self.long_term.arrays,
            shared.store.arrays,
            shared.store.head,
            view.codes,
            view.symbols,
            rows,
            firsts,
            self.long_term.find(codes),
            shared.store.find(codes),
            self.frames,
            view.images,
            view.image_index[rows],
            view.classes[rows] + self.offsets,
            self.weights,
            self.strength,
            np.empty((longest * self.n_experts + 1, 2), dtype=np.int32),
            np.empty(self.n_experts, dtype=np.int32),
            self.scratch(view.images.shape[1:], view.n_symbols),
            out,
        )
        return out

    def _run(
        self,
        view: ExpertView,
        found: _Found,
        song: SongStore,
        spread: FloatArray,
        rates: FloatArray,
    ) -> FloatArray:
        out = np.empty((len(view.came), view.images.shape[2]))
        short_found = song.start(view.codes, self.n_experts)
        scratch = self.scratch(view.images.shape[1:], view.n_symbols)
        done = 0
        while done < len(view.came):
            song.store.reserve(self.n_experts)
            done = voting.run_melody(
                self.long_term.arrays,
                song.store.arrays,
                song.store.head,
                found,
                short_found,
                self.frames,
                view.images,
                view.image_index,
                view.symbols,
                view.came,
                view.classes + self.offsets,
                self.weights,
                spread,
                self.strength,
                scratch,
                rates,
                done,
                out,
            )
        return out

    def votes(self, view: ExpertView, event: int) -> Votes:
        """What every expert said at one event of a sequence."""
        check_fits(view, self.frames, self.n_classes)
        song = SongStore()
        short_found = song.start(view.codes, self.n_experts)
        song.store.count(
            short_found[:event], self.frames, view.symbols[:event], self.options.unit, self.strength
        )
        long_found = self.long_term.find(view.codes[event : event + 1])[0]
        image = view.images[view.image_index[event]]
        rows = self.weights[0].copy()
        for row in view.classes[event] + self.offsets:
            rows += self.weights[row]
        said = [
            store.said(found, self.frames, image)
            for store, found in ((self.long_term, long_found), (song.store, short_found[event]))
        ]
        classes = np.stack([each.classes for each in said])
        experts = np.arange(2 * self.n_experts).reshape(2, -1)
        weights = rows[experts] + self.weights[1 + classes, experts]
        unit = self.options.unit
        seen, counts = np.stack([s.seen for s in said]), np.stack([s.counts for s in said])
        votes = np.log1p(counts * self.strength[1]).astype(np.float32)
        return Votes(weights, seen / unit, counts / unit, weights[:, :, None] * votes)

    def scratch(self, shape: tuple[int, ...], n_symbols: int) -> _Scratch:
        """Room that the kernels work in, for images of shape ``(F, A)``."""
        n_frames, n_alphabet = shape
        n_experts = self.n_experts
        return (
            np.empty(n_frames * max(n_symbols, self.n_symbols)),
            np.empty(n_alphabet),
            np.empty(2 * n_experts),
            np.empty(2, dtype=np.int64),
            np.empty((2, n_experts + 1, 4), dtype=np.int64),
            np.empty((2, n_experts)),
        )

    def copy(self) -> Mixture:
        """An independent mixture in the same state."""
        other = Mixture(self.frames.tolist(), self.n_classes, self.options)
        other.weights = self.weights.copy()
        other.long_term = self.long_term.copy()
        other.n_symbols = self.n_symbols
        return other


def _grouped(
    views: Sequence[ExpertView], steps: Sequence[int], groups: Sequence[object] | None
) -> list[list[tuple[ExpertView, int]]]:
    """Sequences of one group together, in order of first appearance."""
    found: dict[object, list[tuple[ExpertView, int]]] = {}
    for place, each in enumerate(zip(views, steps, strict=True)):
        found.setdefault(place if groups is None else groups[place], []).append(each)
    return list(found.values())


def _shuffled(
    groups: list[list[tuple[ExpertView, int]]], rng: np.random.Generator
) -> list[list[tuple[ExpertView, int]]]:
    return [groups[place] for place in rng.permutation(len(groups))]
