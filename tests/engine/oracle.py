"""PPM in plain Python: dictionaries keyed by whole contexts, nothing shared with the package.

Slow and short on purpose. It counts every context of every length directly, so it needs no
trie, no lazy nodes and no bookkeeping of active contexts: what the engine must agree with.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

Symbol = Hashable
Row = dict[Symbol, float]

END = "the end of a sequence"


@dataclass(frozen=True)
class Settings:
    """Options of PPM by plain names; `bound` None is PPM*."""

    escape: str = "c"
    bound: int | None = None
    update_exclusion: bool = False
    interpolated: bool = True
    exclusion: bool = True


LONG_TERM = Settings()
SHORT_TERM = Settings(escape="x", update_exclusion=True)


@dataclass
class Counts:
    """What followed each context; `longest` is the longest context kept, None for all."""

    longest: int | None = None
    full: dict[tuple[Symbol, ...], dict[Symbol, int]] = field(default_factory=dict)
    fresh: dict[tuple[Symbol, ...], dict[Symbol, int]] = field(default_factory=dict)
    past: list[Symbol] = field(default_factory=list)

    def start(self) -> None:
        self.past = []

    def contexts(self) -> list[tuple[Symbol, ...]]:
        """Every context that ends here, longest first."""
        n = len(self.past)
        longest = n if self.longest is None else min(n, self.longest)
        return [tuple(self.past[n - length :]) for length in range(longest, -1, -1)]

    def count(self, symbol: Symbol) -> None:
        new_so_far = True
        for context in self.contexts():
            full = self.full.setdefault(context, {})
            fresh = self.fresh.setdefault(context, {})
            # Update exclusion: the first context that knows the symbol still counts it, the
            # shorter ones do not.
            if new_so_far:
                fresh[symbol] = fresh.get(symbol, 0) + 1
                new_so_far = symbol not in full
            full[symbol] = full.get(symbol, 0) + 1

    def observe(self, symbol: Symbol) -> None:
        self.count(symbol)
        self.past.append(symbol)

    def walk(self, symbol: Symbol) -> None:
        self.past.append(symbol)

    def end(self) -> None:
        self.count(END)
        self.start()

    def end_known(self) -> None:
        """Rule 2: contexts that the store has see the end of a test melody too."""
        for context in self.contexts():
            if context in self.full:
                self.full[context][END] = self.full[context].get(END, 0) + 1
        self.start()


def selected_contexts(counts: Counts, bound: int | None) -> tuple[list[tuple[Symbol, ...]], bool]:
    """Contexts used, longest first, and whether a longer one was passed over."""
    known = [context for context in counts.contexts() if context in counts.full]
    if bound is not None:
        used = [context for context in known if len(context) <= bound]
        return used, len(used) < len(known)
    # Rule 1: the end counts as a continuation, and the empty context is never deterministic.
    for context in reversed(known):
        if context and len(counts.full[context]) == 1:
            used = [other for other in known if len(other) <= len(context)]
            return used, len(used) < len(known)
    return known, False


def levels(
    counts: Counts, symbols: Iterable[Symbol], settings: Settings
) -> list[dict[Symbol, int]]:
    """Counts of the image's symbols in every context used, longest first."""
    contexts, shortened = selected_contexts(counts, settings.bound)
    alphabet = set(symbols)
    found = []
    for index, context in enumerate(contexts):
        # Rule 5: full counts at the selected order where selection shortened the context.
        full = not settings.update_exclusion or (shortened and index == 0)
        table = (counts.full if full else counts.fresh)[context]
        found.append({symbol: n for symbol, n in table.items() if symbol in alphabet})
    return found


DISCOUNT = {"a": 0.0, "b": 1.0, "c": 0.0, "d": 0.5, "x": 0.0}


def escape_count(level: Mapping[Symbol, int], escape: str) -> float:
    if escape == "a":
        return 1.0
    if escape == "x":
        return 1.0 + sum(n == 1 for n in level.values())
    return len(level) * (0.5 if escape == "d" else 1.0)


def ppm(counts: Counts, symbols: Iterable[Symbol], settings: Settings) -> Row:
    """Unnormalised probabilities of the distinct symbols of an image."""
    alphabet = list(dict.fromkeys(symbols))
    row = dict.fromkeys(alphabet, 0.0)
    discount = DISCOUNT[settings.escape]
    left = 1.0
    longer: set[Symbol] = set()
    table = levels(counts, alphabet, settings)
    for level in table:
        # Rule 8: symbols of the longer context leave the state count, not the escape count.
        total = sum(
            n - discount
            for symbol, n in level.items()
            if not (settings.exclusion and symbol in longer)
        )
        escapes = escape_count(level, settings.escape)
        if total > 0:
            for symbol, n in level.items():
                if settings.interpolated or symbol not in longer:
                    row[symbol] += left * (n - discount) / (total + escapes)
            left *= escapes / (total + escapes)
        longer |= set(level)
    # Rule 5: order -1, for all symbols when mixing, else for those without mass. Escape B
    # leaves a symbol seen once without mass of its own: it gets this share.
    share = left / (len(alphabet) + 1 - (len(table[-1]) if table else 0))
    for symbol in alphabet:
        if settings.interpolated or row[symbol] == 0.0:
            row[symbol] += share
    return row


def single(value: float) -> float:
    """The nearest single-precision number."""
    return float(struct.unpack("f", struct.pack("f", value))[0])


def normalise(row: Sequence[float], idyom: bool) -> list[float]:
    total = math.fsum(row)
    # Rule 4, in single precision, where 1 - 1e-8 is 1.
    if idyom and single(0.999) < single(total) < 1.0:
        return list(row)
    return [value / total for value in row]


def predict(
    counts: Counts,
    image: Sequence[Symbol],
    n_alphabet: int,
    settings: Settings,
    *,
    idyom: bool = False,
) -> list[float] | None:
    """Distribution over the target alphabet; None where a candidate (None) is undefined.

    `image` holds the symbols of the first member of the alphabet, then of the second, ...
    """
    if None in image:
        return None
    row = ppm(counts, image, settings)
    symbols = list(row)
    mass = dict(zip(symbols, normalise([row[s] for s in symbols], idyom), strict=True))
    sharers = {symbol: sum(other == symbol for other in image) for symbol in symbols}
    width = len(image) // n_alphabet
    out = [
        sum(mass[s] / sharers[s] for s in image[start : start + width])
        for start in range(0, len(image), width)
    ]
    return normalise(out, idyom)


def entropy(row: Iterable[float]) -> float:
    return -sum(p * math.log2(p) for p in row if p > 0)


def combine(
    rows: Sequence[Sequence[float] | None],
    n_alphabet: int,
    bias: float,
    *,
    geometric: bool = True,
    idyom: bool = False,
) -> list[float]:
    """Mean of the defined rows, each weighing its relative entropy to the power -bias."""
    defined = [row for row in rows if row is not None]
    if not defined:
        return [1.0 / n_alphabet] * n_alphabet
    if len(defined) == 1:
        return list(defined[0])
    relative = [entropy(row) / math.log2(max(n_alphabet, 2)) for row in defined]
    raw = [max(r, 1e-12) ** -bias for r in relative]
    weights = [w / sum(raw) for w in raw]
    columns = list(zip(*defined, strict=True))
    if geometric:
        mean = [math.prod(p**w for p, w in zip(c, weights, strict=True)) for c in columns]
    else:
        mean = [sum(p * w for p, w in zip(c, weights, strict=True)) for c in columns]
    return normalise(mean, idyom)
