"""A learned mixture in a listener's file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from clinamen.domains.music.experts import Experts, parse_experts
from clinamen.domains.music.learned import Learned
from clinamen.engine.mixture import Mixture, MixtureOptions, StoreRows
from clinamen.io._stored import StoredArray

__all__ = ["fill_mixture", "learned_arrays", "mixture_arrays", "read_learned"]


def learned_arrays(
    prefix: str, learned: Learned, fewest: int = 1
) -> tuple[dict[str, Any], dict[str, StoredArray]]:
    """What a mixture is, for the header, and its arrays.

    Parameters
    ----------
    fewest
        Contexts seen less often are left out; 1 leaves out none, not even where a sighting
        has faded to a part of one.

    Numbers that rise are stored as steps: the codes, and the symbols of each context.
    """
    entry, arrays = mixture_arrays(prefix, learned.mixture, fewest)
    entry |= {
        "target": learned.lens.target,
        "known": sorted(learned.lens.known),
        "experts": [str(expert) for expert in learned.lens.experts],
    }
    return entry, arrays


def mixture_arrays(
    prefix: str, mixture: Mixture, fewest: int
) -> tuple[dict[str, Any], dict[str, StoredArray]]:
    """Options, counts and weights of a mixture, without its experts: see `learned_arrays`."""
    unit = mixture.options.unit
    rows = mixture.long_term.rows(fewest * unit if fewest > 1 else 1)
    entry = {"options": asdict(mixture.options), "n_symbols": mixture.n_symbols}
    arrays: dict[str, StoredArray] = {
        f"{prefix}/codes": np.diff(rows.codes, prepend=np.zeros(1, dtype=np.int64)),
        f"{prefix}/n_links": rows.n_links,
        f"{prefix}/symbols": np.diff(rows.symbols, prepend=np.zeros(1, dtype=np.int32)),
        f"{prefix}/counts": rows.counts,
        f"{prefix}/weights": mixture.weights,
    }
    arrays[f"{prefix}/symbols"][_firsts(rows)] = rows.symbols[_firsts(rows)]
    return entry, arrays


def _firsts(rows: StoreRows) -> StoredArray:
    """Place of the first symbol of each context."""
    first: StoredArray = (np.cumsum(rows.n_links) - rows.n_links)[rows.n_links > 0]
    return first


def read_learned(
    entry: Mapping[str, Any], prefix: str, arrays: Mapping[str, StoredArray]
) -> Learned:
    """The inverse of `learned_arrays`."""
    experts = parse_experts("\n".join(str(line) for line in entry["experts"]))
    known = frozenset(str(name) for name in entry["known"])
    lens = Experts(str(entry["target"]), experts, known)
    if len(lens.experts) != len(experts):
        raise ValueError("an expert needs what is not known")
    mixture = lens.mixture(MixtureOptions(**entry["options"]))
    fill_mixture(mixture, entry, prefix, arrays)
    return Learned(lens, mixture)


def fill_mixture(
    mixture: Mixture, entry: Mapping[str, Any], prefix: str, arrays: Mapping[str, StoredArray]
) -> None:
    """Give a new mixture the counts and weights of `mixture_arrays`."""
    weights = arrays[f"{prefix}/weights"]
    if weights.shape != mixture.weights.shape or not np.isfinite(weights).all():
        raise ValueError("the weights do not fit the experts")
    mixture.weights[:] = weights
    n_links = arrays[f"{prefix}/n_links"].astype(np.int32)
    rows = StoreRows(
        np.cumsum(arrays[f"{prefix}/codes"], dtype=np.int64),
        n_links,
        _summed(arrays[f"{prefix}/symbols"], n_links),
        arrays[f"{prefix}/counts"].astype(np.int32),
    )
    mixture.add_rows(rows, int(entry["n_symbols"]))


def _summed(steps: StoredArray, n_links: StoredArray) -> StoredArray:
    """Symbols from their steps, which begin anew in each context."""
    if n_links.sum() != len(steps):
        raise ValueError("there are more or fewer symbols than the contexts say")
    total = np.cumsum(steps, dtype=np.int64)
    first = np.cumsum(n_links) - n_links
    before = np.concatenate([[0], total])[first]
    symbols: StoredArray = (total - np.repeat(before, n_links)).astype(np.int32)
    return symbols
