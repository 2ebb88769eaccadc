"""Listeners merged: counts add up, weights are averaged by how much each has heard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import reduce

import numpy as np
import numpy.typing as npt

from clinamen.domains.music.learned import Learned
from clinamen.domains.music.listener import Listener, LongTermMemory
from clinamen.domains.music.projection import Alphabets
from clinamen.engine.counts import ContextTrie
from clinamen.engine.symbols import END, SymbolTable
from clinamen.errors import ParameterError

__all__ = ["merge_listeners"]

_Counts = dict[tuple[int, ...], tuple[int, int]]
"""Full and fresh count of every string of symbols."""

_LINK = 31
"""Bits of the right symbol of a link (see `clinamen.engine._table_kernels.pair_values`)."""


def merge_listeners(listeners: Sequence[Listener], name: str) -> Listener:
    """One listener that has heard what several have heard.

    The counts of the learned mixture are those of a listener that learnt everything at
    once. Those of the classic model are too, but for strings of notes that came once in a
    part and were not carried on when it was saved. Weights are means, weighted by the notes
    heard, added in the order given.

    Raises
    ------
    ParameterError
        If they look at different things, or count differently.
    """
    first = listeners[0]
    for other in listeners[1:]:
        _check_alike(first, other)
    merged = Listener(
        name=name,
        viewpoints=dict(first.viewpoints),
        options=first.options,
        longest_context=first.longest_context,
        facts=_facts(listeners),
        alphabets=reduce(Alphabets.union, (each.alphabets for each in listeners)),
        n_melodies=sum(each.n_melodies for each in listeners),
        n_notes=sum(each.n_notes for each in listeners),
    )
    for key in sorted(first.memories):
        merged.memories[key] = _merged_memory(
            [each.memories[key] for each in listeners], first.longest_context
        )
    shares = np.array([each.n_notes for each in listeners], dtype=float)
    for target in sorted(first.learned):
        merged.learned[target] = _merged_learned(
            [each.learned[target] for each in listeners], shares
        )
    return merged


def _check_alike(one: Listener, other: Listener) -> None:
    pairs = f"{one.name} and {other.name} cannot be merged: "
    if dict(one.viewpoints) != dict(other.viewpoints) or set(one.memories) != set(other.memories):
        raise ParameterError(pairs + "their viewpoints differ")
    if one.options != other.options or one.longest_context != other.longest_context:
        raise ParameterError(pairs + "the options of their classic models differ")
    if set(one.learned) != set(other.learned):
        raise ParameterError(pairs + "they have learnt a mixture for different targets")
    for target, learned in one.learned.items():
        _check_mixtures(pairs, target, learned, other.learned[target])


def _check_mixtures(pairs: str, target: str, one: Learned, other: Learned) -> None:
    if one.lens.experts != other.lens.experts or one.lens.known != other.lens.known:
        raise ParameterError(f"{pairs}their experts on {target} differ")
    here, there = one.mixture.options, other.mixture.options
    if (here.unit == 1) != (there.unit == 1):
        raise ParameterError(
            "one of them forgets (--half-life), the other does not: they cannot be merged"
        )
    if (here.unit, here.smoothing) != (there.unit, there.smoothing):
        raise ParameterError(
            f"{pairs}one counts parts of 1/{here.unit} with smoothing {here.smoothing}, the "
            f"other of 1/{there.unit} with {there.smoothing}"
        )


def _facts(listeners: Sequence[Listener]) -> Mapping[str, object]:
    """The corpora of all, and what each was merged from."""
    corpora: list[object] = []
    for each in listeners:
        given = each.facts.get("corpora", ())
        corpora += given if isinstance(given, list | tuple) else ()
    merged = [{"name": each.name, "n_notes": each.n_notes} for each in listeners]
    return {"corpora": corpora, "merged": merged}


def _merged_learned(parts: Sequence[Learned], shares: npt.NDArray[np.float64]) -> Learned:
    lens = parts[0].lens
    mixture = lens.mixture(parts[0].mixture.options)
    for part in parts:
        mixture.add_rows(part.mixture.long_term.rows(), part.mixture.n_symbols)
    share = shares / shares.sum() if shares.any() else np.full(len(parts), 1 / len(parts))
    weights = np.zeros_like(mixture.weights)
    for part, weight in zip(parts, share, strict=True):
        weights += weight * part.mixture.weights
    mixture.weights[:] = weights
    return Learned(lens, mixture)


def _merged_memory(parts: Sequence[LongTermMemory], longest: int) -> LongTermMemory:
    tables, maps = _merged_tables([part.lens.tables for part in parts])
    total: _Counts = {}
    for part, numbers in zip(parts, maps, strict=True):
        total = _added(total, _strings(part.trie.to_rows(), numbers))
    lens = replace(parts[0].lens, tables=tables)
    return LongTermMemory(lens, ContextTrie.from_rows(_rows(total), longest))


def _merged_tables(
    given: Sequence[Sequence[SymbolTable]],
) -> tuple[list[SymbolTable], list[npt.NDArray[np.int64]]]:
    """Tables with the values of all, numbered by value; new numbers of each part's symbols.

    Each part has as many tables as basic viewpoints, and one for every further link, whose
    values are pairs of symbols of the link before and the next basic viewpoint.
    """
    n_basic = (len(given[0]) + 1) // 2
    merged: list[SymbolTable] = []
    maps: list[list[npt.NDArray[np.int64]]] = []
    for place in range(len(given[0])):
        values = [tables[place].values() for tables in given]
        if place >= n_basic:
            right = place - n_basic + 1
            left = 0 if place == n_basic else place - 1
            values = [
                (maps[left][part][each >> _LINK] << _LINK)
                + maps[right][part][each & ((1 << _LINK) - 1)]
                for part, each in enumerate(values)
            ]
        every = np.unique(np.concatenate(values))
        merged.append(SymbolTable(every.tolist()))
        maps.append([np.searchsorted(every, each) for each in values])
    return merged, maps[-1]


def _strings(rows: npt.NDArray[np.int32], numbers: npt.NDArray[np.int64]) -> _Counts:
    """Counts by string, in new numbers."""
    found: _Counts = {}
    path: list[int] = []
    for depth, symbol, count, fresh in rows.tolist():
        del path[depth - 1 :]
        path.append(symbol if symbol == END else int(numbers[symbol]))
        found[tuple(path)] = count, fresh
    return found


def _added(one: _Counts, other: _Counts) -> _Counts:
    """Counts of both.

    The fresh count is how many longer contexts a symbol was new in: a longer context that
    both know is one, not two.
    """
    total = dict(one)
    for string, (count, fresh) in other.items():
        before = total.get(string, (0, 0))
        total[string] = before[0] + count, before[1] + fresh
    for string in one.keys() & other.keys():
        shorter = string[1:]
        if shorter in total and shorter:
            count, fresh = total[shorter]
            total[shorter] = count, fresh - 1
    return total


def _rows(counts: _Counts) -> npt.NDArray[np.int32]:
    """As `ContextTrie.to_rows` would give them: continuations after their string."""
    table = np.empty((len(counts), 4), dtype=np.int32)
    for row, string in enumerate(sorted(counts)):
        table[row] = len(string), string[-1], *counts[string]
    return table
