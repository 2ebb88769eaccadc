"""Compiled kernels of the learned mixture: whole sequences by the hundred, end to end.

Dimensions and stores are those of `_mixture_kernels` and `_mixture_votes`; ``S`` sequences.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from clinamen.engine._kernels import kernel, row_entropy
from clinamen.engine._mixture_kernels import (
    FREE,
    LARGEST_ALPHABET,
    N_CELLS,
    N_CONTEXTS,
    count_event,
    number_repeated,
)
from clinamen.engine._mixture_votes import predict_event

GOES_ON = -1
"""In ``begun``: an event that is not the first of its sequence."""


@kernel
def number_all(keys: Any, places: Any, codes: Any, ends: Any, out: Any, begun: Any) -> None:
    """`number_repeated` for every sequence: ``codes``, ``out`` (T, E), ``ends`` (S,) rising.

    ``keys`` and ``places`` have two slots for every code of the longest sequence, and are a
    power of two long; ``begun`` (T,) gets how many contexts a sequence repeats at its first
    event, elsewhere `GOES_ON`.
    """
    begun[:] = GOES_ON
    begin = 0
    for sequence in range(len(ends)):
        end = ends[sequence]
        n_slots = 16
        while n_slots < 2 * (end - begin) * codes.shape[1]:
            n_slots *= 2
        free = places[:n_slots]
        free[:] = FREE
        begun[begin] = number_repeated(keys[:n_slots], free, codes[begin:end], out[begin:end])
        begin = end


@kernel
def run_all(
    long_term: Any, short_term: Any, head: Any, long_found: Any, short_found: Any, begun: Any,
    frames: Any, images: Any, image_index: Any, symbols: Any, came: Any, classes: Any,
    weights: Any, strength: Any, scratch: Any, first: int, rows: Any, measured: Any,
) -> int:  # fmt: skip
    """Predict every event of every sequence, each from its own short-term store.

    ``begun`` (T,) of `number_all`; ``rows`` (T, A) gets the distributions, or (1, A) the last
    one; ``measured`` (2, T) information content and entropy in bits. Returns the event before
    which the short-term store needs more room for cells, or T.
    """
    for event in range(first, len(came)):
        if begun[event] != GOES_ON:
            short_term[0][: begun[event]] = 0
            head[N_CONTEXTS] = begun[event]
            head[N_CELLS] = 0
        if head[N_CELLS] + len(frames) * LARGEST_ALPHABET > len(short_term[1]):
            return event
        row = rows[min(event, len(rows) - 1)]
        predict_event(
            long_term, short_term, long_found[event], short_found[event], frames,
            images[image_index[event]], classes[event], weights, scratch, row,
        )  # fmt: skip
        measured[0, event] = -np.log2(row[came[event]])
        measured[1, event] = row_entropy(row)
        count_event(
            short_term, head, short_found[event], frames, symbols[event], strength[0], strength
        )
    return len(came)
