"""Long-term and short-term models over several viewpoints, combined."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from clinamen.engine import _kernels
from clinamen.engine.counts import ContextTrie
from clinamen.engine.ppm import LTM_DEFAULTS, PPM, STM_DEFAULTS, PPMOptions, Projection
from clinamen.errors import ParameterError

__all__ = ["Memory", "ModelOptions", "State", "ViewpointModel"]

Memory = Literal["stm", "ltm", "ltm+", "both", "both+"]
"""Short-term only, long-term only, both; ``+``: the long-term model goes on learning."""

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class ModelOptions:
    """What is combined, and how.

    Parameters
    ----------
    memory
        ``stm``, ``ltm``, ``ltm+``, ``both`` or ``both+``.
    long_term, short_term
        Options of the two stores.
    combination
        ``geometric`` or ``arithmetic`` mean, weighted by entropy.
    viewpoint_bias, memory_bias
        A distribution weighs its relative entropy to the power of minus the bias: among
        viewpoints, then between long and short term.
    idyom
        Reproduce IDyOM 1.7.1 to the bit it prints, unnormalised rows included.
    """

    memory: Memory = "both+"
    long_term: PPMOptions = LTM_DEFAULTS
    short_term: PPMOptions = STM_DEFAULTS
    combination: Literal["geometric", "arithmetic"] = "geometric"
    viewpoint_bias: float = 2.0
    memory_bias: float = 7.0
    idyom: bool = False

    def __post_init__(self) -> None:
        if self.memory not in get_args(Memory):
            raise ParameterError(
                f"model must be one of {', '.join(get_args(Memory))}, not {self.memory!r}"
            )
        if self.combination not in ("geometric", "arithmetic"):
            raise ParameterError(
                f"combination must be geometric or arithmetic, not {self.combination!r}"
            )
        for bias in (self.viewpoint_bias, self.memory_bias):
            if not 0 <= bias < math.inf:
                raise ParameterError(f"a combination bias must be 0 or more, not {bias}")

    @property
    def uses_long_term(self) -> bool:
        """Whether a long-term store takes part."""
        return self.memory != "stm"

    @property
    def uses_short_term(self) -> bool:
        """Whether a short-term store takes part."""
        return self.memory in ("stm", "both", "both+")

    @property
    def keeps_learning(self) -> bool:
        """Whether the long-term store learns from what it predicts."""
        return self.memory.endswith("+")


class ViewpointModel:
    """A model of one target through several viewpoints.

    Parameters
    ----------
    n_viewpoints
        How many projections every call takes.
    options
        See `ModelOptions`.
    tries
        Long-term counts to go on from, one a viewpoint; new empty ones by default.

    Raises
    ------
    ParameterError
        If there is no viewpoint, or not one trie a viewpoint.
    """

    def __init__(
        self,
        n_viewpoints: int,
        options: ModelOptions | None = None,
        *,
        tries: Sequence[ContextTrie] = (),
    ) -> None:
        if n_viewpoints < 1:
            raise ParameterError("a model needs at least one viewpoint")
        self.n_viewpoints = n_viewpoints
        self.options = options if options is not None else ModelOptions()
        counts = list(tries) if tries else [ContextTrie() for _ in range(n_viewpoints)]
        _require_one_each(counts, n_viewpoints, "tries")
        self.long_term = [
            PPM(self.options.long_term, idyom=self.options.idyom, trie=trie) for trie in counts
        ]

    def learn(self, projections: Sequence[Projection]) -> None:
        """Count one sequence, seen through each viewpoint, in the long-term store."""
        _require_one_each(projections, self.n_viewpoints, "projections")
        for ppm, projection in zip(self.long_term, projections, strict=True):
            ppm.learn(projection)

    def predict(self, projections: Sequence[Projection]) -> FloatArray:
        """Distribution before every event of a sequence, shape ``(T, A)``.

        With a memory that keeps learning, the sequence stays learnt afterwards.
        """
        _require_one_each(projections, self.n_viewpoints, "projections")
        stores = []
        if self.options.uses_long_term:
            stores.append(self._run_long_term(projections))
        if self.options.uses_short_term:
            stores.append(self._run_short_term(projections))
        everywhere = np.ones(len(stores[0]), dtype=np.bool_)
        runs = [(rows, everywhere) for rows in stores]
        return self._combine(runs, self.options.memory_bias)

    def _run_long_term(self, projections: Sequence[Projection]) -> FloatArray:
        learn = self.options.keeps_learning
        runs = []
        for ppm, projection in zip(self.long_term, projections, strict=True):
            ppm.start()
            runs.append(ppm.run(projection, learn=learn))
            if learn:
                ppm.trie.end()
            else:
                ppm.trie.end_known()
        return self._combine(runs, self.options.viewpoint_bias)

    def _run_short_term(self, projections: Sequence[Projection]) -> FloatArray:
        runs = []
        for projection in projections:
            ppm = PPM(self.options.short_term, idyom=self.options.idyom)
            runs.append(ppm.run(projection, learn=True))
        return self._combine(runs, self.options.viewpoint_bias)

    def _combine(self, runs: Sequence[tuple[FloatArray, BoolArray]], bias: float) -> FloatArray:
        rows = np.stack([run[0] for run in runs], axis=1)
        defined = np.stack([run[1] for run in runs], axis=1)
        out = np.empty((rows.shape[0], rows.shape[2]))
        geometric = self.options.combination == "geometric"
        _kernels.combine_all(rows, defined, geometric, bias, self.options.idyom, out)
        return out

    def start(self, n_alphabet: int) -> State:
        """A state before the first event of a sequence, for event-by-event prediction."""
        return State(self, n_alphabet)


class State:
    """Event-by-event prediction: predict, observe, copy.

    Gives bit for bit what `ViewpointModel.predict` gives for a whole sequence. The state
    owns its short-term store and a copy of the model's long-term store: whatever happens
    to it leaves the model as it was.
    """

    def __init__(self, model: ViewpointModel, n_alphabet: int) -> None:
        options = model.options
        self._model = model
        self._n_alphabet = n_alphabet
        self._long_term = [ppm.copy() for ppm in model.long_term] if options.uses_long_term else []
        for ppm in self._long_term:
            ppm.start()
        self._short_term = [
            PPM(options.short_term, idyom=options.idyom)
            for _ in range(model.n_viewpoints if options.uses_short_term else 0)
        ]

    def predict(self, images: Sequence[npt.NDArray[np.int32]]) -> FloatArray:
        """Distribution now, shape ``(A,)``; `images` as in `PPM.predict`, one a viewpoint."""
        _require_one_each(images, self._model.n_viewpoints, "images")
        stores = [
            self._combined([ppm.predict(image, self._n_alphabet) for ppm, image in pairs])
            for pairs in (
                list(zip(self._long_term, images, strict=False)),
                list(zip(self._short_term, images, strict=False)),
            )
            if pairs
        ]
        return self._mean(stores, self._model.options.memory_bias)

    def _combined(self, rows: list[FloatArray]) -> FloatArray:
        return self._mean(rows, self._model.options.viewpoint_bias)

    def _mean(self, rows: list[FloatArray], bias: float) -> FloatArray:
        n_alphabet = self._n_alphabet
        options = self._model.options
        defined = np.array([len(row) > 0 for row in rows])
        flat = np.full(n_alphabet, 1.0 / n_alphabet)
        table = np.stack([row if len(row) else flat for row in rows])
        out = np.empty(n_alphabet)
        geometric = options.combination == "geometric"
        _kernels.combine_rows(table, defined, geometric, bias, options.idyom, out)
        return out

    def observe(self, symbols: Sequence[int]) -> None:
        """Move on past an event: its symbol through each viewpoint."""
        _require_one_each(symbols, self._model.n_viewpoints, "symbols")
        for ppm, symbol in zip(self._long_term, symbols, strict=False):
            if self._model.options.keeps_learning:
                ppm.observe(symbol)
            else:
                ppm.walk(symbol)
        for ppm, symbol in zip(self._short_term, symbols, strict=False):
            ppm.observe(symbol)

    def copy(self) -> State:
        """An independent state at the same place."""
        other = State.__new__(State)
        other._model = self._model
        other._n_alphabet = self._n_alphabet
        other._long_term = [ppm.copy() for ppm in self._long_term]
        other._short_term = [ppm.copy() for ppm in self._short_term]
        return other


def _require_one_each(given: Sequence[object], n_viewpoints: int, name: str) -> None:
    if len(given) != n_viewpoints:
        raise ParameterError(
            f"{name} must be one for each of {n_viewpoints} viewpoints, not {len(given)}"
        )
