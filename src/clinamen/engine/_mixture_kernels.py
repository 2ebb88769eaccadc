"""Compiled kernels of the learned mixture: codes of contexts, and stores that count.

Dimensions: ``T`` events, ``E`` experts, ``F`` frames, ``S`` slots of a store (a power of two),
``N`` contexts, ``L`` cells.

A store counts what followed each context:

- ``keys`` (S,) int64 and ``places`` (S,) int32: open addressing from a context's code to
  its number; place -1 is free
- ``contexts`` (N, 6) int32: how often seen, distinct continuations now, first cell, lowest
  symbol, width, confidence class
- ``counts`` (L,) int32: how often each symbol followed; a context's cells are one block over
  the symbols from its lowest to its highest, which moves to the end when it gets wider
- ``votes`` (L,) float32: strength of each count, kept beside it for speed
- ``head`` (2,) int64: contexts used, cells used

Blocks are dense, so that an expert's votes are added as one short vector.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from clinamen.engine._kernels import NO_SYMBOL, kernel

SEEN, DISTINCT, FIRST, LOW, WIDTH, CLASS = range(6)
CONTEXT_FIELDS = 6
N_CONTEXTS, N_CELLS = range(2)

NO_CONTEXT = 0
"""Code of a context in which an expert has nothing to say."""

CODE_BITS = 38
"""Bits of a code below the number of its expert. Of 100,000 contexts of an expert two share
a code by accident with a chance of 1 in 50; more bits would be larger on disk."""

N_CONFIDENCES = 32
"""Confidence classes: eight of how often a context was seen, by four of how many ways."""

LARGEST_ALPHABET = 512
"""Most symbols of a frame; one event may need so many new cells for each expert."""

FREE = -1
"""Place of a slot that holds no context."""


@kernel
def hash_step(code: int, value: int) -> int:
    """Mix one more value into a code; 63 bits, so that it stays a positive number."""
    mixed = (code ^ (value + 0x2545F491)) & 0x7FFFFFFF
    high = (code >> 31) & 0x7FFFFFFF
    # Products of 31 by 31 bits do not overflow.
    low = (mixed * 0x4F1BBCDD + high) & 0x3FFFFFFFFFFFFFFF
    top = ((low >> 29) ^ high ^ (value >> 31)) & 0x7FFFFFFF
    turned = (top * 0x5851F42D + mixed) & 0x3FFFFFFFFFFFFFFF
    return int((turned ^ (low << 17)) & 0x3FFFFFFFFFFFFFFF)


@kernel
def _look_at(values: Any, undefined: int, index: Any, lag: int, codes: Any, known: Any) -> None:
    """Mix values into codes, all (T,); ``known`` gets 0 where there is none.

    A loop without branches, so that several events are done at once.
    """
    for event in range(len(values)):
        codes[event] = hash_step(codes[event], values[event])
        known[event] &= np.int64(values[event] != undefined) & np.int64(index[event] >= lag)


@kernel
def lagged_codes(
    components: Any, index: Any, undefined: int, terms: Any, starts: Any, scratch: Any, out: Any
) -> None:
    """Code of every expert's context at every event: its number from 1, and a hash.

    Sequences lie end to end. ``components`` (C, T) int64; ``index`` (T,) number of each event
    in its own sequence; expert ``e`` looks at ``terms[starts[e]:starts[e + 1]]``, ``(K, 2)``
    components and how many events earlier; ``scratch`` (2, some) int64, so many events are
    done together; ``out`` (T, E) gets `NO_CONTEXT` where one of them is `undefined`, or the
    sequence has no event so much earlier.
    """
    n_events, n_together = components.shape[1], scratch.shape[1]
    for first in range(0, n_events, n_together):
        last = min(first + n_together, n_events)
        codes, known = scratch[0, : last - first], scratch[1, : last - first]
        for expert in range(len(starts) - 1):
            codes[:] = hash_step(expert + 1, 0x1234567)
            known[:] = 1
            for term in range(starts[expert], starts[expert + 1]):
                values, lag = components[terms[term, 0]], terms[term, 1]
                begin = min(max(first, lag), last)
                known[: begin - first] = 0
                _look_at(
                    values[begin - lag : last - lag], undefined, index[begin:last], lag,
                    codes[begin - first :], known[begin - first :],
                )  # fmt: skip
            for event in range(len(codes)):
                code = ((expert + 1) << CODE_BITS) | (codes[event] & ((1 << CODE_BITS) - 1))
                seen = known[event] != 0 and codes[event] != NO_CONTEXT
                out[first + event, expert] = code if seen else NO_CONTEXT


@kernel
def _find(keys: Any, places: Any, code: int) -> int:
    """Slot that holds a code, or the free one where it belongs."""
    mask = len(keys) - 1
    slot = (code ^ (code >> 23)) & mask
    while places[slot] != FREE and keys[slot] != code:
        slot = (slot + 1) & mask
    return int(slot)


@kernel
def find_contexts(keys: Any, places: Any, codes: Any, out: Any) -> None:
    """Number of each context, -1 where it is not in the store: ``codes``, ``out`` (T, E)."""
    for event in range(codes.shape[0]):
        for expert in range(codes.shape[1]):
            code = codes[event, expert]
            out[event, expert] = -1
            if code != NO_CONTEXT:
                out[event, expert] = places[_find(keys, places, code)]


@kernel
def add_contexts(keys: Any, places: Any, contexts: Any, head: Any, codes: Any, out: Any) -> bool:
    """Like `find_contexts`, making those that are missing; False if the table is too full."""
    for event in range(codes.shape[0]):
        if 2 * (head[N_CONTEXTS] + codes.shape[1]) > len(keys):
            return False
        for expert in range(codes.shape[1]):
            code = codes[event, expert]
            out[event, expert] = -1
            if code == NO_CONTEXT:
                continue
            slot = _find(keys, places, code)
            if places[slot] < 0:
                place = head[N_CONTEXTS]
                head[N_CONTEXTS] = place + 1
                keys[slot] = code
                places[slot] = place
                contexts[place, :] = 0
            out[event, expert] = places[slot]
    return True


@kernel
def move_keys(old_keys: Any, old_places: Any, keys: Any, places: Any) -> None:
    """Fill a larger table from a smaller one."""
    for slot in range(len(old_keys)):
        if old_places[slot] >= 0:
            found = _find(keys, places, old_keys[slot])
            keys[found] = old_keys[slot]
            places[found] = old_places[slot]


@kernel
def reach(contexts: Any, place: int, symbol: int) -> None:
    """Widen the range of a context that has no cells yet."""
    low, width = contexts[place, LOW], contexts[place, WIDTH]
    new_low = symbol if width == 0 else min(low, symbol)
    contexts[place, WIDTH] = (symbol if width == 0 else max(low + width - 1, symbol)) + 1 - new_low
    contexts[place, LOW] = new_low


@kernel
def _cover(
    contexts: Any, counts: Any, votes: Any, head: Any, place: int, lowest: int, highest: int
) -> None:
    """Make a context's block reach over some symbols; a wider one moves to the end."""
    low, width, first = contexts[place, LOW], contexts[place, WIDTH], contexts[place, FIRST]
    if width > 0 and low <= lowest and highest < low + width:
        return
    reach(contexts, place, lowest)
    reach(contexts, place, highest)
    new_low, new_width, target = contexts[place, LOW], contexts[place, WIDTH], head[N_CELLS]
    for step in range(new_width):
        counts[target + step] = 0
        votes[target + step] = 0.0
    for step in range(width):
        counts[target + low - new_low + step] = counts[first + step]
        votes[target + low - new_low + step] = votes[first + step]
    contexts[place, FIRST] = target
    head[N_CELLS] = target + new_width


def _often(seen: int) -> int:
    """Class of how often: up to 1, 2, 4, 8, 17, 35, 71, or more often."""
    bounds = (1, 2, 4, 8, 17, 35, 71)
    return sum(seen > bound for bound in bounds)


_OFTEN = np.array([4 * _often(seen) for seen in range(73)], dtype=np.int32)
_MANY = np.array([0, 0, 1, 2, 2, 3], dtype=np.int32)


@kernel
def confidence_class(seen: int, distinct: int) -> int:
    """Class of how often a context was seen and how many continuations it had."""
    return int(_OFTEN[min(seen, 72)] + _MANY[min(distinct, 5)])


@kernel
def _strength(count: int, scale: float, table: Any) -> float:
    """log(1 + count scale): from ``table`` for small counts."""
    if count < len(table):
        return float(table[count])
    return float(np.log1p(count * scale))


@kernel
def add_count(
    store: Any, head: Any, place: int, symbol: int, step: int, unit: int, scale: float, table: Any
) -> None:
    """Add `step` to one count; ``unit`` is what one sighting adds."""
    contexts, counts, votes = store
    _cover(contexts, counts, votes, head, place, symbol, symbol)
    cell = contexts[place, FIRST] + symbol - contexts[place, LOW]
    before = counts[cell]
    counts[cell] = before + step
    votes[cell] = _strength(before + step, scale, table)
    contexts[place, SEEN] += step
    if before == 0:
        contexts[place, DISTINCT] += 1
    elif before + step == 0:
        contexts[place, DISTINCT] -= 1
    contexts[place, CLASS] = confidence_class(
        (contexts[place, SEEN] + unit - 1) // unit, contexts[place, DISTINCT]
    )


@kernel
def count_event(
    store: Any, head: Any, found: Any, frames: Any, symbols: Any, step: int, strength: Any
) -> None:
    """Add `step` to what each context was followed by.

    ``store`` is (contexts, counts, votes); ``strength`` is what one sighting adds, the factor
    of counts, and a table of log(1 + count factor); ``found`` (E,) contexts of the event or
    -1, ``frames`` (E,), ``symbols`` (F,). A negative step must undo an earlier adding. There
    is room for `LARGEST_ALPHABET` more cells an expert.
    """
    unit, scale, table = strength
    for expert in range(len(found)):
        place = found[expert]
        symbol = symbols[frames[expert]]
        if place < 0 or symbol == NO_SYMBOL:
            continue
        add_count(store, head, place, symbol, step, unit, scale, table)


@kernel
def count_melody(
    store: Any, head: Any, found: Any, frames: Any, symbols: Any, step: int, strength: Any,
    first: int,
) -> int:  # fmt: skip
    """`count_event` over a sequence from event `first`: ``found`` (T, E), ``symbols`` (T, F).

    Returns the event before which there is too little room for cells, or T.
    """
    for event in range(first, len(found)):
        if step > 0 and head[N_CELLS] + len(frames) * LARGEST_ALPHABET > len(store[1]):
            return event
        count_event(store, head, found[event], frames, symbols[event], step, strength)
    return len(found)


@kernel
def add_rows(
    store: Any, head: Any, places: Any, n_links: Any, symbols: Any, counts: Any, strength: Any,
    first: int,
) -> int:  # fmt: skip
    """Add counts from context ``first`` on: ``places``, ``n_links`` (N,) contexts and how many
    pairs of ``symbols``, rising, and ``counts`` belong to each, all in one row.

    Returns the context before which there is too little room for cells, or N.
    """
    contexts, cells, votes = store
    unit, scale, table = strength
    link = 0
    for row in range(first):
        link += n_links[row]
    for row in range(first, len(places)):
        if head[N_CELLS] + LARGEST_ALPHABET > len(cells):
            return row
        if n_links[row] > 0:
            last = link + n_links[row] - 1
            _cover(contexts, cells, votes, head, places[row], symbols[link], symbols[last])
        for _ in range(n_links[row]):
            add_count(store, head, places[row], symbols[link], counts[link], unit, scale, table)
            link += 1
    return len(places)


@kernel
def fade(store: Any, n_contexts: int, factor: float, strength: Any) -> None:
    """Multiply all counts by a factor, to the nearest whole number."""
    contexts, counts, votes = store
    unit, scale, table = strength
    for place in range(n_contexts):
        seen, distinct = 0, 0
        first = contexts[place, FIRST]
        for cell in range(first, first + contexts[place, WIDTH]):
            count = int(np.rint(counts[cell] * factor))
            counts[cell] = count
            votes[cell] = _strength(count, scale, table)
            seen += count
            distinct += count > 0
        contexts[place, SEEN] = seen
        contexts[place, DISTINCT] = distinct
        contexts[place, CLASS] = confidence_class((seen + unit - 1) // unit, distinct)


@kernel
def links_of(
    contexts: Any, counts: Any, chosen: Any, n_links: Any, symbols: Any, links: Any
) -> None:
    """What followed ``chosen`` (N,) contexts, without the zeros: the inverse of `add_rows`."""
    link = 0
    for row in range(len(chosen)):
        place = chosen[row]
        first, low = contexts[place, FIRST], contexts[place, LOW]
        begin = link
        for step in range(contexts[place, WIDTH]):
            if counts[first + step] > 0:
                symbols[link] = low + step
                links[link] = counts[first + step]
                link += 1
        n_links[row] = link - begin


@kernel
def number_repeated(keys: Any, places: Any, codes: Any, out: Any) -> int:
    """Number the contexts that a sequence meets more than once: ``codes``, ``out`` (T, E).

    Others get -1: what never comes back never votes. ``keys`` and ``places`` are free and
    have room. Returns how many there are.
    """
    seen_once, n_repeated = -2, 0
    for event in range(codes.shape[0]):
        for expert in range(codes.shape[1]):
            code = codes[event, expert]
            slot = -1
            if code != NO_CONTEXT:
                slot = _find(keys, places, code)
                if places[slot] == FREE:
                    keys[slot] = code
                    places[slot] = seen_once
                elif places[slot] == seen_once:
                    places[slot] = n_repeated
                    n_repeated += 1
            out[event, expert] = slot
    for event in range(codes.shape[0]):
        for expert in range(codes.shape[1]):
            slot = out[event, expert]
            if slot >= 0:
                out[event, expert] = max(places[slot], -1)
    return n_repeated
