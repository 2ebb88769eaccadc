"""Prediction by partial match (PPM and PPM*), the field's classic model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from clinamen.engine import _kernels
from clinamen.engine.counts import LONGEST_CONTEXT, ContextTrie
from clinamen.errors import ParameterError

__all__ = ["LTM_DEFAULTS", "PPM", "STM_DEFAULTS", "Escape", "PPMOptions", "Projection"]

Escape = Literal["a", "b", "c", "d", "x"]
"""Escape methods; see `PPMOptions`."""


@dataclass(frozen=True, slots=True)
class PPMOptions:
    """How counts become probabilities.

    Parameters
    ----------
    escape
        Method that reserves mass for symbols not seen in a context: ``a``, ``b``, ``c``
        (Moffat 1990), ``d`` (Howard 1993) or ``x`` (here the AX of Moffat, Neal & Witten:
        one plus the number of symbols seen exactly once).
    order_bound
        Longest context used, or None for PPM*: the shortest deterministic context, else
        the longest that matches (Cleary & Teahan 1997).
    update_exclusion
        Use fresh counts: a symbol counts in a shorter context only when it was new in the
        next longer one.
    interpolated
        Mix all orders (Bunton 1997); otherwise back off to a shorter context only for
        symbols not seen in the longer one.
    exclusion
        Leave symbols of longer contexts out of a shorter context's total.
    """

    escape: Escape = "c"
    order_bound: int | None = None
    update_exclusion: bool = False
    interpolated: bool = True
    exclusion: bool = True

    def __post_init__(self) -> None:
        if self.escape not in get_args(Escape):
            raise ParameterError(f"escape must be one of a b c d x, not {self.escape!r}")
        if self.order_bound is not None and self.order_bound < 0:
            raise ParameterError(f"order_bound must be 0 or more, not {self.order_bound}")

    def as_array(self, *, idyom: bool) -> npt.NDArray[np.int64]:
        """The numbers that the kernels take."""
        bound = -1 if self.order_bound is None else self.order_bound
        flags = (self.update_exclusion, self.interpolated, self.exclusion, idyom)
        return np.array(["abcdx".index(self.escape), bound, *flags], dtype=np.int64)


LTM_DEFAULTS = PPMOptions()
"""IDyOM 1.7.1's long-term model: escape C, full counts, no bound, interpolated."""

STM_DEFAULTS = PPMOptions(escape="x", update_exclusion=True)
"""IDyOM 1.7.1's short-term model: escape X, update exclusion, no bound, interpolated."""


@dataclass(frozen=True, slots=True)
class Projection:
    """One sequence seen through one viewpoint, as symbols.

    Parameters
    ----------
    symbols
        What came, shape ``(T,)`` int32; `NO_SYMBOL` where the viewpoint is undefined.
    images
        Symbol of each candidate for the target, shape ``(R, A * D)`` int32: ``A`` members
        of the target alphabet, each with ``D`` values of what is not known about the event.
    image_index
        Row of `images` for each event, shape ``(T,)``.
    n_alphabet
        Members of the target alphabet, ``A``.
    n_symbols
        Symbols are below this number.
    """

    symbols: npt.NDArray[np.int32]
    images: npt.NDArray[np.int32]
    image_index: npt.NDArray[np.int64]
    n_alphabet: int
    n_symbols: int


class PPM:
    """Counts and options together: a predictor over one viewpoint's symbols.

    Parameters
    ----------
    options
        How counts become probabilities.
    idyom
        Leave distributions unnormalised where IDyOM does (docs/reference/conformance.md,
        "Normalisation"); otherwise every distribution sums to 1.
    trie
        Counts to go on from; a new empty trie by default.
    """

    def __init__(
        self, options: PPMOptions, *, idyom: bool = False, trie: ContextTrie | None = None
    ) -> None:
        self.options = options
        self.idyom = idyom
        self.trie = trie if trie is not None else ContextTrie(LONGEST_CONTEXT)
        self._options = options.as_array(idyom=idyom)
        self._slot = np.full(64, -1, dtype=np.int32)

    def start(self) -> None:
        """Begin a sequence."""
        self.trie.start()

    def predict(self, image: npt.NDArray[np.int32], n_alphabet: int) -> npt.NDArray[np.float64]:
        """Distribution over the target alphabet now.

        Parameters
        ----------
        image
            Symbol of each candidate, shape ``(A * D,)``.
        n_alphabet
            ``A``.

        Returns
        -------
        numpy.ndarray
            Shape ``(A,)``; empty where the image holds an undefined candidate.
        """
        out = np.empty(n_alphabet)
        trie = self.trie
        scratch = self._scratch(len(image), int(image.max(initial=0)) + 1)
        defined = _kernels.predict_target(
            trie.nodes, trie.active, trie.head, image, self._options, scratch, out
        )
        return out if defined else np.empty(0)

    def observe(self, symbol: int) -> None:
        """Learn a symbol and move on; `NO_SYMBOL` is passed over."""
        if symbol != _kernels.NO_SYMBOL:
            self.trie.observe(symbol)

    def walk(self, symbol: int) -> None:
        """Move on without learning; `NO_SYMBOL` is passed over."""
        if symbol != _kernels.NO_SYMBOL:
            self.trie.walk(symbol)

    def run(
        self, projection: Projection, *, learn: bool
    ) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
        """Predict every event of a sequence in turn, each from what came before it.

        The same arithmetic as `predict` and `observe` event by event, in one call.

        Returns
        -------
        distribution
            Shape ``(T, A)``; rows of undefined events are not to be used.
        defined
            Shape ``(T,)``: whether the viewpoint is defined there.
        """
        out = np.empty((len(projection.symbols), projection.n_alphabet))
        defined = np.zeros(len(projection.symbols), dtype=np.bool_)
        self._run(projection, learn, out, defined)
        return out, defined

    def learn(self, projection: Projection) -> None:
        """Count a whole sequence, its end included, without predicting it."""
        self.start()
        self._run(projection, True, np.empty((0, 1)), np.empty(0, dtype=np.bool_))
        self.trie.end()

    def _run(
        self,
        projection: Projection,
        learn: bool,
        out: npt.NDArray[np.float64],
        defined: npt.NDArray[np.bool_],
    ) -> None:
        mode = _kernels.LEARNING if learn else _kernels.FROZEN
        scratch = self._scratch(projection.images.shape[1], projection.n_symbols)
        trie = self.trie
        done = 0
        while True:
            trie.reserve()
            done = _kernels.ppm_run(
                trie.nodes,
                trie.text,
                trie.active,
                trie.head,
                projection.symbols,
                projection.images,
                projection.image_index,
                self._options,
                mode,
                done,
                scratch,
                out,
                defined,
            )
            if done == len(projection.symbols):
                return

    def _scratch(self, width: int, n_symbols: int) -> tuple[npt.NDArray[np.generic], ...]:
        n_symbols = max(n_symbols, self.trie.n_symbols)  # the kernel looks both up in `slot`
        if n_symbols > len(self._slot):
            self._slot = np.full(2 * n_symbols, -1, dtype=np.int32)
        return (
            self._slot,
            np.empty(width, dtype=np.int32),
            np.empty(width, dtype=np.int32),
            np.empty(width, dtype=np.bool_),
            np.empty(width),
        )

    def copy(self) -> PPM:
        """An independent predictor in the same state."""
        return PPM(self.options, idyom=self.idyom, trie=self.trie.copy())
