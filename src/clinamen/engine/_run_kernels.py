"""Compiled kernels that find runs which come in two sequences.

Dimensions: ``Q`` symbols asked about, ``G`` distinct symbols of a corpus, ``P`` places in it.
"""

from __future__ import annotations

from typing import Any

from clinamen.engine._kernels import kernel


@kernel
def longest_in_corpus(
    symbols: Any, first: Any, places: Any, owner: Any, skipped: Any, lengths: Any, ends: Any,
    work: Any,
) -> None:  # fmt: skip
    """The longest run that ends at each symbol and comes in a corpus as well.

    ``symbols`` (Q,): numbers below G, or -1 for one that the corpus has not. ``places``
    (P,): where each symbol stands, those of symbol g from ``first[g]`` to ``first[g + 1]``,
    rising; ``first`` (G + 1,). ``owner``: whose each place is; ``skipped``: by owner, whether
    its places are passed over. Places of two owners never follow on each other. Writes
    ``lengths`` (Q,), 0 where there is none, and ``ends`` (Q,): the place of the last symbol
    of such a run, the first there is. ``work`` (2, 2, M): M is the most places of a symbol.
    """
    n_before = 0
    before = 0
    for at in range(len(symbols)):
        lengths[at] = 0
        ends[at] = -1
        now = 1 - before
        n_now = 0
        old = 0
        symbol = symbols[at]
        if symbol >= 0:
            for index in range(first[symbol], first[symbol + 1]):
                place = places[index]
                if skipped[owner[place]]:
                    continue
                while old < n_before and work[before, 0, old] < place - 1:
                    old += 1
                length = 1
                if old < n_before and work[before, 0, old] == place - 1:
                    length = work[before, 1, old] + 1
                work[now, 0, n_now] = place
                work[now, 1, n_now] = length
                n_now += 1
                if length > lengths[at]:
                    lengths[at] = length
                    ends[at] = place
        before = now
        n_before = n_now


@kernel
def longest_in_other(
    one: Any, one_ratio: Any, other: Any, other_ratio: Any, lengths: Any, ends: Any, row: Any
) -> None:
    """The longest run of steps that ends at each step and comes in another sequence as well.

    Of the first step of a run only the symbol counts, of the later ones the ratio to the
    step before as well. ``one`` (Q,), ``other`` (P,): symbols; ``one_ratio`` (Q, 2),
    ``other_ratio`` (P, 2): the ratios in lowest terms. Writes ``lengths`` (Q,) and ``ends``
    (Q,) as `longest_in_corpus`. ``row`` (P + 1,) holds zeros.
    """
    for at in range(len(one)):
        lengths[at] = 0
        ends[at] = -1
        # From the right, so that the row still has the step before.
        for place in range(len(other) - 1, -1, -1):
            length = 0
            if one[at] == other[place]:
                length = 1
                if (
                    one_ratio[at, 0] == other_ratio[place, 0]
                    and one_ratio[at, 1] == other_ratio[place, 1]
                ):
                    length = row[place] + 1
            row[place + 1] = length
            if length > 0 and length >= lengths[at]:
                lengths[at] = length
                ends[at] = place
