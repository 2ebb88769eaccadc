"""Where a mixture keeps what followed which context."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from clinamen.engine import _mixture_kernels as kernels
from clinamen.errors import ParameterError

__all__ = ["SharedPast", "SongStore", "Store", "StoreRows", "Strength"]

Strength = tuple[int, float, npt.NDArray[np.float64]]
"""What one sighting adds to a count, the factor of counts, and a table of
log(1 + count factor)."""

Arrays = tuple[npt.NDArray[np.int32], npt.NDArray[np.int32], npt.NDArray[np.float32]]


@dataclass(frozen=True, eq=False)
class StoreRows:
    """Counts as plain arrays, the same for the same counts in whatever order they came.

    Parameters
    ----------
    codes
        Contexts, rising, shape ``(N,)`` int64.
    n_links
        How many symbols followed each, shape ``(N,)`` int32.
    symbols, counts
        What followed and how often, context by context, symbols rising in each, shape
        ``(L,)`` int32.

    Raises
    ------
    ParameterError
        If they do not fit together, or hold what no store would give.
    """

    codes: npt.NDArray[np.int64]
    n_links: npt.NDArray[np.int32]
    symbols: npt.NDArray[np.int32]
    counts: npt.NDArray[np.int32]

    def __post_init__(self) -> None:
        if not len(self.codes) == len(self.n_links) or not len(self.symbols) == len(self.counts):
            raise ParameterError("rows of a store are of different lengths")
        if len(self.codes) and not (self.codes[0] > 0 and (np.diff(self.codes) > 0).all()):
            raise ParameterError("codes of a store must rise from above 0")
        if (len(self.codes) and self.n_links.min() < 0) or self.n_links.sum() != len(self.symbols):
            raise ParameterError("a store has as many symbols as its contexts say")
        if len(self.symbols):
            self._check_links()

    def _check_links(self) -> None:
        if self.symbols.min() < 0 or self.symbols.max() >= kernels.LARGEST_ALPHABET:
            raise ParameterError(f"symbols must lie from 0 to {kernels.LARGEST_ALPHABET - 1}")
        if self.counts.min() < 1 or self.counts.sum(dtype=np.int64) > 2**40:
            raise ParameterError("counts of a store must be above 0, and not too many")
        context = np.repeat(np.arange(len(self.n_links)), self.n_links)
        inside = np.diff(context) == 0
        if (np.diff(self.symbols)[inside] <= 0).any():
            raise ParameterError("symbols after a context must rise")


@dataclass(frozen=True, eq=False)
class Said:
    """How often contexts were seen, their classes of confidence, what followed them."""

    seen: npt.NDArray[np.int64]
    classes: npt.NDArray[np.int64]
    counts: npt.NDArray[np.int64]


class Store:
    """Counts of what followed which context; grows as needed."""

    def __init__(self) -> None:
        self._empty(1024, 1024)

    def _empty(self, n_slots: int, n_cells: int) -> None:
        self.keys = np.zeros(n_slots, dtype=np.int64)
        self.places = np.full(n_slots, -1, dtype=np.int32)
        self.contexts = np.zeros((n_slots // 2, kernels.CONTEXT_FIELDS), dtype=np.int32)
        self.counts = np.empty(n_cells, dtype=np.int32)
        self.votes = np.empty(n_cells, dtype=np.float32)
        self.head = np.zeros(2, dtype=np.int64)

    @property
    def arrays(self) -> Arrays:
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
        strength: Strength,
    ) -> None:
        """Add `step` to what followed the contexts of a sequence."""
        done = 0
        while done < len(found):
            self.reserve(len(frames))
            done = kernels.count_melody(
                self.arrays, self.head, found, frames, symbols, step, strength, done
            )

    def add_rows(self, rows: StoreRows, strength: Strength) -> None:
        """Add counts that `rows` gave, here or elsewhere."""
        if not self.head.any():
            self._make_room(rows)
        places = self.add(rows.codes[:, None])[:, 0]
        done = 0
        while done < len(places):
            self.reserve(1)
            done = kernels.add_rows(
                self.arrays, self.head, places, rows.n_links, rows.symbols, rows.counts, strength,
                done,
            )  # fmt: skip

    def _make_room(self, rows: StoreRows) -> None:
        """Sizes that need not grow while `rows` are added to an empty store."""
        n_slots = 1 << (2 * len(rows.codes) + 1).bit_length()
        last = np.cumsum(rows.n_links)
        first = (last - rows.n_links)[rows.n_links > 0]
        last = last[rows.n_links > 0] - 1
        n_cells = int((rows.symbols[last] - rows.symbols[first] + 1).sum())
        self._empty(max(n_slots, 1024), n_cells + kernels.LARGEST_ALPHABET + 1)

    def rows(self, fewest: int = 1) -> StoreRows:
        """All contexts seen at least so often, by code, with what followed them."""
        codes = self.keys[self.places >= 0]
        places = self.places[self.places >= 0]
        keep = self.contexts[places, 0] >= max(fewest, 1)
        order = np.argsort(codes[keep])
        chosen = places[keep][order]
        n_cells = int(self.contexts[chosen, 4].sum())
        n_links = np.empty(len(chosen), dtype=np.int32)
        symbols, counts = np.empty(n_cells, dtype=np.int32), np.empty(n_cells, dtype=np.int32)
        kernels.links_of(self.contexts, self.counts, chosen, n_links, symbols, counts)
        used = int(n_links.sum())
        return StoreRows(codes[keep][order], n_links, symbols[:used], counts[:used])

    def said(
        self,
        found: npt.NDArray[np.int32],
        frames: npt.NDArray[np.int64],
        image: npt.NDArray[np.int32],
    ) -> Said:
        """What the contexts of one event, shape ``(E,)``, were followed by.

        ``image`` (F, A) has the symbol of each candidate in each frame.
        """
        n_experts, n_candidates = len(found), image.shape[1]
        out = Said(
            np.zeros(n_experts, dtype=np.int64),
            np.zeros(n_experts, dtype=np.int64),
            np.zeros((n_experts, n_candidates), dtype=np.int64),
        )
        for expert in np.flatnonzero(found >= 0):
            seen, _, first, low, width, confidence = self.contexts[found[expert]].tolist()
            if seen == 0:
                continue
            out.seen[expert], out.classes[expert] = seen, confidence
            offset = image[frames[expert]].astype(np.int64) - low
            inside = (image[frames[expert]] >= 0) & (offset >= 0) & (offset < width)
            out.counts[expert, inside] = self.counts[first + offset[inside]]
        return out

    def fade(self, factor: float, strength: Strength) -> None:
        """Multiply all counts by a factor."""
        kernels.fade(self.arrays, int(self.head[0]), factor, strength)

    def copy(self) -> Store:
        other = Store.__new__(Store)
        other.keys, other.places = self.keys.copy(), self.places.copy()
        other.contexts, other.head = self.contexts.copy(), self.head.copy()
        other.counts, other.votes = self.counts.copy(), self.votes.copy()
        return other


class SongStore:
    """Counts of one sequence that is known as a whole; used again for the next one."""

    def __init__(self) -> None:
        self._table = Store()

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
    def store(self) -> Store:
        """Where the sequence is counted."""
        return self._table


class SharedPast:
    """Counts of the beginning that some sequences share, with room for what is their own.

    Parameters
    ----------
    n_experts
        Each has room for one context more, and its cells.
    codes, symbols, frames, strength
        What is counted, as for `Store.count`; nothing where they are missing.
    asked
        Codes of the only contexts that will be looked up; by default all may be.
    """

    def __init__(
        self,
        n_experts: int,
        codes: npt.NDArray[np.int64] | None = None,
        symbols: npt.NDArray[np.int32] | None = None,
        frames: npt.NDArray[np.int64] | None = None,
        strength: Strength | None = None,
        asked: npt.NDArray[np.int64] | None = None,
    ) -> None:
        self.store = Store()
        if (
            codes is not None
            and symbols is not None
            and frames is not None
            and strength is not None
        ):
            if asked is not None:
                self.store.add(asked)
            found = self.store.add(codes) if asked is None else self.store.find(codes)
            self.store.count(found, frames, symbols, strength[0], strength)
        self.store.reserve(n_experts)
        n_contexts = int(self.store.head[0]) + n_experts
        if len(self.store.contexts) < n_contexts:
            more = np.zeros((n_contexts, kernels.CONTEXT_FIELDS), dtype=np.int32)
            more[: len(self.store.contexts)] = self.store.contexts
            self.store.contexts = more
