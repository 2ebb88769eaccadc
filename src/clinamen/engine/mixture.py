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
from clinamen.engine.symbols import NO_SYMBOL
from clinamen.errors import ParameterError

__all__ = ["ExpertView", "Mixture", "MixtureOptions", "MixtureState"]

FloatArray = npt.NDArray[np.float64]
Progress = Callable[[int, int], None]
_Arrays = tuple[npt.NDArray[np.int32], npt.NDArray[np.int32], npt.NDArray[np.float32]]
_Scratch = tuple[
    FloatArray, FloatArray, FloatArray, npt.NDArray[np.int64], npt.NDArray[np.int64], FloatArray
]


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
    """

    smoothing: float = 0.05
    rate: float = 0.02
    fine_rate: float = 0.1
    spread: float = 300.0
    first_weight: float = 0.01
    n_passes: int = 4
    seed: int = 0

    def __post_init__(self) -> None:
        numbers = (self.smoothing, self.rate, self.spread, self.fine_rate, self.first_weight)
        if not np.isfinite(numbers).all():
            raise ParameterError(f"options of a mixture must be finite numbers, not {numbers}")
        if min(self.smoothing, self.rate, self.spread) <= 0 or self.fine_rate < 0:
            raise ParameterError("smoothing, rate and spread must be above 0, fine_rate 0 or more")
        if self.n_passes < 0:
            raise ParameterError(f"n_passes must be 0 or more, not {self.n_passes}")


@dataclass(frozen=True, slots=True)
class ExpertView:
    """One sequence as the experts see it.

    Parameters
    ----------
    codes
        Code of each expert's context at each event, shape ``(T, E)`` int64; `NO_CONTEXT`
        where it has none.
    symbols
        What came, in each frame, shape ``(T, F)`` int32.
    images
        Symbol of each candidate in each frame, shape ``(R, F, A)`` int32.
    image_index
        Row of `images` for each event, shape ``(T,)``.
    came
        Candidate that came, shape ``(T,)`` int64; -1 where nothing came yet.
    classes
        Class of the moment in each group, shape ``(T, G)`` int64, each counting from 0.
    n_symbols
        Symbols of all frames are below this number, which is at most `LARGEST_ALPHABET`.

    Raises
    ------
    ParameterError
        If shapes do not fit together, or a number points outside its range: the kernels
        would write where they must not.
    """

    codes: npt.NDArray[np.int64]
    symbols: npt.NDArray[np.int32]
    images: npt.NDArray[np.int32]
    image_index: npt.NDArray[np.int64]
    came: npt.NDArray[np.int64]
    classes: npt.NDArray[np.int64]
    n_symbols: int

    def __post_init__(self) -> None:
        n_events, (n_images, n_frames, n_alphabet) = len(self.came), self.images.shape
        shapes = {
            "codes": (n_events, *self.codes.shape[1:2]),
            "symbols": (n_events, n_frames),
            "image_index": (n_events,),
            "classes": (n_events, *self.classes.shape[1:2]),
        }
        for name, shape in shapes.items():
            found = getattr(self, name).shape
            if found != shape:
                raise ParameterError(f"{name} of a view must be of shape {shape}, not {found}")
        if self.n_symbols > kernels.LARGEST_ALPHABET:
            raise ParameterError(
                f"a view has at most {kernels.LARGEST_ALPHABET} symbols, not {self.n_symbols}"
            )
        _check_range("symbols", self.symbols, NO_SYMBOL, self.n_symbols)
        _check_range("images", self.images, NO_SYMBOL, self.n_symbols)
        _check_range("image_index", self.image_index, 0, n_images)
        _check_range("came", self.came, -1, n_alphabet)


def _check_range(name: str, values: npt.NDArray[np.signedinteger], low: int, end: int) -> None:
    """Values must lie from `low` to before `end`."""
    if values.size and not (low <= values.min() and values.max() < end):
        raise ParameterError(
            f"{name} of a view must lie from {low} to {end - 1}, "
            f"not from {values.min()} to {values.max()}"
        )


class _Store:
    """Counts of what followed which context; grows as needed."""

    def __init__(self, n_slots: int = 1024, n_cells: int = 1024) -> None:
        self.keys = np.zeros(n_slots, dtype=np.int64)
        self.places = np.full(n_slots, -1, dtype=np.int32)
        self.contexts = np.zeros((n_slots // 2, kernels.CONTEXT_FIELDS), dtype=np.int32)
        self.counts = np.empty(n_cells, dtype=np.int32)
        self.votes = np.empty(n_cells, dtype=np.float32)
        self.head = np.zeros(2, dtype=np.int64)

    @property
    def arrays(self) -> _Arrays:
        """Contexts, counts and votes, as the kernels take them."""
        return self.contexts, self.counts, self.votes

    def find(self, codes: npt.NDArray[np.int64]) -> npt.NDArray[np.int32]:
        """Number of each context, -1 where it is unknown."""
        found = np.empty(codes.shape, dtype=np.int32)
        kernels.find_contexts(self.keys, self.places, codes, found)
        return found

    def add(self, codes: npt.NDArray[np.int64]) -> npt.NDArray[np.int32]:
        """Number of each context, new ones made."""
        found = np.empty(codes.shape, dtype=np.int32)
        while not kernels.add_contexts(
            self.keys, self.places, self.contexts, self.head, codes, found
        ):
            self._grow()
        return found

    def _grow(self) -> None:
        size = 2 * len(self.keys)
        keys, places = np.zeros(size, dtype=np.int64), np.full(size, -1, dtype=np.int32)
        kernels.move_keys(self.keys, self.places, keys, places)
        contexts = np.zeros((size // 2, kernels.CONTEXT_FIELDS), dtype=np.int32)
        contexts[: len(self.contexts)] = self.contexts
        self.keys, self.places, self.contexts = keys, places, contexts

    def reserve(self, n_experts: int) -> None:
        """Make room for the cells of some events more."""
        used, step = int(self.head[1]), n_experts * kernels.LARGEST_ALPHABET
        if used + step > len(self.counts):
            size = used + 2 * step + used // 2
            counts, votes = np.empty(size, dtype=np.int32), np.empty(size, dtype=np.float32)
            counts[:used], votes[:used] = self.counts[:used], self.votes[:used]
            self.counts, self.votes = counts, votes

    def count(
        self,
        found: npt.NDArray[np.int32],
        frames: npt.NDArray[np.int64],
        symbols: npt.NDArray[np.int32],
        step: int,
        strength: FloatArray,
    ) -> None:
        """Add `step` to what followed the contexts of a sequence."""
        done = 0
        while done < len(found):
            self.reserve(len(frames))
            done = kernels.count_melody(
                self.arrays, self.head, found, frames, symbols, step, strength, done
            )

    def copy(self) -> _Store:
        other = _Store.__new__(_Store)
        other.keys, other.places = self.keys.copy(), self.places.copy()
        other.contexts, other.head = self.contexts.copy(), self.head.copy()
        other.counts, other.votes = self.counts.copy(), self.votes.copy()
        return other


class _SongStore:
    """Counts of one sequence that is known as a whole; used again for the next one."""

    def __init__(self) -> None:
        self._table = _Store()

    def start(self, codes: npt.NDArray[np.int64], n_experts: int) -> npt.NDArray[np.int32]:
        """Begin a sequence; number of each context, -1 for those that it meets only once."""
        table = self._table
        n_slots = 1 << (2 * codes.size).bit_length()
        if len(table.keys) < n_slots:
            table.keys = np.zeros(n_slots, dtype=np.int64)
            table.places = np.empty(n_slots, dtype=np.int32)
        found = np.empty(codes.shape, dtype=np.int32)
        places = table.places[:n_slots]
        places[:] = -1
        n_contexts = kernels.number_repeated(table.keys[:n_slots], places, codes, found)
        if len(table.contexts) < n_contexts:
            table.contexts = np.empty((2 * n_contexts, kernels.CONTEXT_FIELDS), dtype=np.int32)
        table.contexts[:n_contexts] = 0
        table.head[:] = n_contexts, 0
        table.reserve(n_experts)
        return found

    @property
    def store(self) -> _Store:
        """Where the sequence is counted."""
        return self._table


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
        offsets = kernels.FIRST_CLASS + np.cumsum([0, *self.n_classes])
        self._offsets = offsets[:-1].astype(np.int64)
        self.weights = np.zeros((int(offsets[-1]), 2 * len(self.frames)))
        self.weights[0] = self.options.first_weight
        self.long_term = _Store()
        self.n_symbols = 1
        counts = np.arange(65536)
        self._strength = np.log1p(counts / self.options.smoothing)

    @property
    def n_experts(self) -> int:
        """Experts; each takes part with its long-term and its short-term counts."""
        return len(self.frames)

    def count(self, views: Sequence[ExpertView]) -> None:
        """Add sequences to the long-term counts."""
        for view in views:
            self._check(view)
            self._count(self.long_term.add(view.codes), view, 1)

    def _count(self, found: npt.NDArray[np.int32], view: ExpertView, step: int) -> None:
        self.n_symbols = max(self.n_symbols, view.n_symbols)
        self.long_term.count(found, self.frames, view.symbols, step, self._strength)

    def learn_weights(
        self, views: Sequence[ExpertView], *, progress: Progress | None = None
    ) -> list[float]:
        """Learn the weights on sequences that are in the long-term counts.

        Each is predicted with its own counts taken out. The same views, options and counts
        give the same weights.

        Returns
        -------
        list of float
            Bits per event in each pass, before each event's own step.
        """
        options = self.options
        rng = np.random.default_rng(options.seed)
        spread = np.full_like(self.weights, options.spread)
        song = _SongStore()
        costs = []
        n_done = 0
        for number in range(options.n_passes):
            rate = options.rate * 0.5**number
            bits = n_events = 0.0
            for place in rng.permutation(len(views)):
                view = views[place]
                rows = self._left_out(view, song, spread, rate)
                (heard,) = np.nonzero(view.came >= 0)
                bits -= float(np.log2(rows[heard, view.came[heard]]).sum())
                n_events += len(heard)
                n_done += 1
                if progress is not None:
                    progress(n_done, options.n_passes * len(views))
            costs.append(bits / max(n_events, 1))
        return costs

    def _left_out(
        self, view: ExpertView, song: _SongStore, spread: FloatArray, rate: float
    ) -> FloatArray:
        self._check(view)
        found = self.long_term.find(view.codes)
        self._count(found, view, -1)
        rates = np.array([rate, rate * self.options.fine_rate])
        rows = self._run(view, found, song, spread, rates)
        self._count(found, view, 1)
        return rows

    def predict(self, view: ExpertView, *, learn: bool = False) -> FloatArray:
        """Distribution before every event, shape ``(T, A)``; rows sum to 1, none holds a 0.

        Parameters
        ----------
        learn
            Add the sequence to the long-term counts afterwards (LTM+, BOTH+).
        """
        self._check(view)
        found = self.long_term.find(view.codes)
        rows = self._run(view, found, _SongStore(), np.empty((0, 0)), np.zeros(2))
        if learn:
            self.count([view])
        return rows

    def _check(self, view: ExpertView) -> None:
        """Refuse what was made for other experts."""
        if view.codes.shape[1] != self.n_experts or view.images.shape[1] <= self.frames.max():
            raise ParameterError(
                f"a view of {view.codes.shape[1]} experts and {view.images.shape[1]} frames does "
                f"not fit {self.n_experts} experts and {self.frames.max() + 1} frames"
            )
        if view.classes.shape[1] != len(self.n_classes):
            raise ParameterError(
                f"a view of {view.classes.shape[1]} groups of classes does not fit "
                f"{len(self.n_classes)}"
            )
        for group, n_classes in enumerate(self.n_classes):
            _check_range("classes", view.classes[:, group], 0, n_classes)

    def _run(
        self,
        view: ExpertView,
        found: npt.NDArray[np.int32],
        song: _SongStore,
        spread: FloatArray,
        rates: FloatArray,
    ) -> FloatArray:
        out = np.empty((len(view.came), view.images.shape[2]))
        short_found = song.start(view.codes, self.n_experts)
        scratch = self._scratch(view.images.shape[1:], view.n_symbols)
        done = 0
        while done < len(view.came):
            song.store.reserve(self.n_experts)
            done = kernels.run_melody(
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
                view.classes + self._offsets,
                self.weights,
                spread,
                self._strength,
                scratch,
                rates,
                done,
                out,
            )
        return out

    def _scratch(self, shape: tuple[int, ...], n_symbols: int) -> _Scratch:
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


class MixtureState:
    """Event-by-event prediction by a mixture: predict, observe, copy.

    Gives bit for bit what `Mixture.predict` gives for a whole sequence. A state owns its
    short-term counts only and shares the mixture's long-term counts and weights, so a copy
    is cheap.
    """

    def __init__(self, mixture: Mixture) -> None:
        self._mixture = mixture
        self._short_term = _Store(1024)

    def predict(
        self,
        codes: npt.NDArray[np.int64],
        image: npt.NDArray[np.int32],
        classes: npt.NDArray[np.int64],
        n_symbols: int,
    ) -> FloatArray:
        """Distribution now, shape ``(A,)``.

        Parameters
        ----------
        codes, image, classes
            As in `ExpertView`, for one event: shapes ``(E,)``, ``(F, A)``, ``(G,)``.
        n_symbols
            Symbols are below this number.
        """
        mixture = self._mixture
        out = np.empty(image.shape[1])
        kernels.predict_event(
            mixture.long_term.arrays,
            self._short_term.arrays,
            mixture.long_term.find(codes[None, :])[0],
            self._short_term.find(codes[None, :])[0],
            mixture.frames,
            image,
            classes + mixture._offsets,
            mixture.weights,
            mixture._scratch(image.shape, n_symbols),
            out,
        )
        return out

    def observe(self, codes: npt.NDArray[np.int64], symbols: npt.NDArray[np.int32]) -> None:
        """Learn what came: its contexts' codes, shape ``(E,)``, and symbols, shape ``(F,)``."""
        store = self._short_term
        found = store.add(codes[None, :])
        mixture = self._mixture
        store.count(found, mixture.frames, symbols[None, :], 1, mixture._strength)

    def copy(self) -> MixtureState:
        """An independent state at the same place."""
        other = MixtureState.__new__(MixtureState)
        other._mixture = self._mixture
        other._short_term = self._short_term.copy()
        return other
