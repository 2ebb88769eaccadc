"""PPM with decay, as a model to compare with: recent chords count more than old ones.

Source: Harrison, Bianco, Chait & Pearce 2020, *PPM-Decay: A computational model of auditory
prediction with memory decay* (PLoS Computational Biology 16). Of it we take the order bound, counts
that decay exponentially from a high weight while fresh to a lasting one, with time counted
in chords, and smoothing by interpolation of all orders. Written from the paper alone. Departures:
weight fades at once, without a buffer of its own, nothing is forgotten for good, and no
noise is added to what is remembered, all of which serve to model limits of memory; escape
C can be chosen besides A.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import product

import numpy as np
import numpy.typing as npt

from clinamen.domains.music.events import IntArray
from clinamen.domains.music.progression.columns import ChordColumns
from clinamen.domains.music.progression.events import N_QUALITIES, NOWHERE, HarmonyEvents
from clinamen.domains.music.progression.experts import N_CHORDS
from clinamen.domains.music.viewpoints import UNDEFINED

__all__ = ["SYMBOLS", "DecayModel", "DecayOptions", "choose_options", "reference_of", "symbols_of"]

SYMBOLS = ("absolute", "from_tonic", "from_first", "from_last")
"""What roots are counted from: C, the tonic, the first root, the root before."""

_Context = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DecayOptions:
    """How the model remembers.

    Parameters
    ----------
    symbols
        One of `SYMBOLS`.
    order
        Longest context, in chords.
    escape
        ``A`` or ``C``: the weight of shorter contexts, 1 or the number of different chords.
    fresh
        Weight of what just came; it fades to 1, which all has that was learnt before.
    half_life
        In chords.
    """

    symbols: str = "from_last"
    order: int = 3
    escape: str = "C"
    fresh: float = 4.0
    half_life: float = 16.0


def symbols_of(events: HarmonyEvents, which: str) -> list[int]:
    """Root and quality of every chord as a number below `N_CHORDS`."""
    root = (events.root - reference_of(events, which)) % 12
    symbols = root * N_QUALITIES + events.quality
    return [int(each) for each in np.where(events.root == NOWHERE, N_CHORDS - 1, symbols)]


def reference_of(events: HarmonyEvents, which: str) -> IntArray:
    """What roots are counted from, shape ``(T,)``: C where there is nothing else."""
    columns = ChordColumns(events)
    none = np.full(len(events), UNDEFINED)
    reference: IntArray = {
        "absolute": none,
        "from_tonic": columns.tonic,
        "from_first": columns.first,
        "from_last": columns.before,
    }[which]
    return np.where(reference == UNDEFINED, 0, reference)


class DecayModel:
    """Counts of chords after contexts of all orders."""

    def __init__(self, options: DecayOptions) -> None:
        self.options = options
        self._counts: dict[_Context, dict[int, int]] = {}

    def learn(self, symbols: Sequence[int]) -> None:
        """Add a song to what has been learnt for good."""
        for place, symbol in enumerate(symbols):
            for context in self._contexts(symbols, place):
                after = self._counts.setdefault(context, {})
                after[symbol] = after.get(symbol, 0) + 1

    def _contexts(self, symbols: Sequence[int], place: int) -> Iterator[_Context]:
        """Those before a place, the shortest first."""
        for order in range(min(self.options.order, place) + 1):
            yield tuple(symbols[place - order : place])

    def probabilities(self, symbols: Sequence[int]) -> Iterator[Callable[[int], float]]:
        """Before every chord of a song, what gives the probability of any symbol."""
        heard: dict[_Context, list[tuple[int, int]]] = {}
        for place, symbol in enumerate(symbols):
            contexts = list(self._contexts(symbols, place))
            votes = [self._votes(each, heard.get(each, []), place) for each in contexts]
            yield partial(self._probability, votes)
            for context in contexts:
                heard.setdefault(context, []).append((place, symbol))

    def _votes(
        self, context: _Context, heard: Sequence[tuple[int, int]], now: int
    ) -> dict[int, float]:
        """Weight of every symbol after a context: learnt before, and heard in this song."""
        votes: dict[int, float] = dict(self._counts.get(context, {}))
        fresh, half_life = self.options.fresh, self.options.half_life
        for place, symbol in heard:
            weight = 1 + (fresh - 1) * 0.5 ** ((now - place) / half_life)
            votes[symbol] = votes.get(symbol, 0.0) + weight
        return votes

    def _probability(self, votes: Sequence[dict[int, float]], symbol: int) -> float:
        probability = 1 / N_CHORDS
        for after in votes:
            if after:
                escape = 1 if self.options.escape == "A" else len(after)
                total = sum(after.values())
                probability = (after.get(symbol, 0.0) + escape * probability) / (total + escape)
        return probability

    def bits(self, symbols: Sequence[int]) -> npt.NDArray[np.float64]:
        """Information content of every chord of a song."""
        pairs = zip(self.probabilities(symbols), symbols, strict=True)
        return -np.log2([probability(symbol) for probability, symbol in pairs])


def choose_options(
    learnt: Sequence[HarmonyEvents], held_out: Sequence[HarmonyEvents]
) -> DecayOptions:
    """The options that predict some songs best from others.

    Symbols first, then order and escape, then the fading, then order and escape again.
    """
    has_key = any((events.tonic >= 0).any() for events in learnt)
    kinds = [which for which in SYMBOLS if which != "from_tonic" or has_key]
    sequences = {
        which: ([symbols_of(e, which) for e in learnt], [symbols_of(e, which) for e in held_out])
        for which in kinds
    }

    def cost(options: DecayOptions) -> float:
        model = DecayModel(options)
        train, test = sequences[options.symbols]
        for symbols in train:
            model.learn(symbols)
        return float(np.mean([model.bits(symbols).mean() for symbols in test]))

    memory = [{"order": o, "escape": e} for o, e in product((2, 3, 4, 6, 8), "AC")]
    fading = [
        {"fresh": f, "half_life": h}
        for f, h in product((1, 4, 16, 64, 256, 1024), (8, 32, 128, 512))
    ]
    best = DecayOptions()
    for choices in ([{"symbols": which} for which in kinds], memory, fading, memory):
        best = min((replace(best, **choice) for choice in choices), key=cost)
    return best
