"""Compiled kernels of the learned mixture: count stores, prediction, weights.

Dimensions: ``T`` events, ``E`` experts, ``F`` frames, ``G`` groups of classes, ``A`` target
alphabet, ``W`` symbols of a frame, ``S`` slots of a store (a power of two), ``N`` contexts,
``L`` cells.

A store counts what followed each context:

- ``keys`` (S,) int64 and ``places`` (S,) int32: open addressing from a context's code to
  its number; place -1 is free
- ``contexts`` (N, 6) int32: how often seen, distinct continuations now, first cell, lowest
  symbol, width, confidence class
- ``counts`` (L,) int32: how often each symbol followed; a context's cells are one block over
  the symbols from its lowest to its highest, which moves to the end when it gets wider
- ``votes`` (L,) float32: strength of each count, kept beside it for speed
- ``head`` (2,) int64: contexts used, cells used

Blocks are dense, so that an expert's votes are added as one short vector to the scores of
its frame's symbols; the scores of the frames are brought together for each candidate at the
end.

Weights are (1 + `N_CONFIDENCES` + classes, 2 E): a row for all moments, one for each
confidence class, one for each class of the moment; long-term experts first in each row.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from clinamen.engine._kernels import NO_SYMBOL, kernel

_SEEN, _DISTINCT, _FIRST, _LOW, _WIDTH, _CLASS = range(6)
CONTEXT_FIELDS = 6
_N_CONTEXTS, _N_CELLS = range(2)

NO_CONTEXT = 0
"""Code of a context in which an expert has nothing to say."""

CODE_BITS = 38
"""Bits of a code below the number of its expert. Of 100,000 contexts of an expert two share
a code by accident with a chance of 1 in 50; more bits would be larger on disk."""

N_CONFIDENCES = 32
"""Confidence classes: eight of how often a context was seen, by four of how many ways."""

FIRST_CLASS = 1 + N_CONFIDENCES
"""First row of the weights that is about the moment."""

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
        if 2 * (head[_N_CONTEXTS] + codes.shape[1]) > len(keys):
            return False
        for expert in range(codes.shape[1]):
            code = codes[event, expert]
            out[event, expert] = -1
            if code == NO_CONTEXT:
                continue
            slot = _find(keys, places, code)
            if places[slot] < 0:
                place = head[_N_CONTEXTS]
                head[_N_CONTEXTS] = place + 1
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
def _reach(contexts: Any, place: int, symbol: int) -> None:
    """Widen the range of a context that has no cells yet."""
    low, width = contexts[place, _LOW], contexts[place, _WIDTH]
    new_low = symbol if width == 0 else min(low, symbol)
    contexts[place, _WIDTH] = (symbol if width == 0 else max(low + width - 1, symbol)) + 1 - new_low
    contexts[place, _LOW] = new_low


@kernel
def _cover(
    contexts: Any, counts: Any, votes: Any, head: Any, place: int, lowest: int, highest: int
) -> None:
    """Make a context's block reach over some symbols; a wider one moves to the end."""
    low, width, first = contexts[place, _LOW], contexts[place, _WIDTH], contexts[place, _FIRST]
    if width > 0 and low <= lowest and highest < low + width:
        return
    _reach(contexts, place, lowest)
    _reach(contexts, place, highest)
    new_low, new_width, target = contexts[place, _LOW], contexts[place, _WIDTH], head[_N_CELLS]
    for step in range(new_width):
        counts[target + step] = 0
        votes[target + step] = 0.0
    for step in range(width):
        counts[target + low - new_low + step] = counts[first + step]
        votes[target + low - new_low + step] = votes[first + step]
    contexts[place, _FIRST] = target
    head[_N_CELLS] = target + new_width


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
def _add_count(
    store: Any, head: Any, place: int, symbol: int, step: int, unit: int, scale: float, table: Any
) -> None:
    """Add `step` to one count; ``unit`` is what one sighting adds."""
    contexts, counts, votes = store
    _cover(contexts, counts, votes, head, place, symbol, symbol)
    cell = contexts[place, _FIRST] + symbol - contexts[place, _LOW]
    before = counts[cell]
    counts[cell] = before + step
    votes[cell] = _strength(before + step, scale, table)
    contexts[place, _SEEN] += step
    if before == 0:
        contexts[place, _DISTINCT] += 1
    elif before + step == 0:
        contexts[place, _DISTINCT] -= 1
    contexts[place, _CLASS] = confidence_class(
        (contexts[place, _SEEN] + unit - 1) // unit, contexts[place, _DISTINCT]
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
        _add_count(store, head, place, symbol, step, unit, scale, table)


@kernel
def count_melody(
    store: Any, head: Any, found: Any, frames: Any, symbols: Any, step: int, strength: Any,
    first: int,
) -> int:  # fmt: skip
    """`count_event` over a sequence from event `first`: ``found`` (T, E), ``symbols`` (T, F).

    Returns the event before which there is too little room for cells, or T.
    """
    for event in range(first, len(found)):
        if step > 0 and head[_N_CELLS] + len(frames) * LARGEST_ALPHABET > len(store[1]):
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
        if head[_N_CELLS] + LARGEST_ALPHABET > len(cells):
            return row
        if n_links[row] > 0:
            last = link + n_links[row] - 1
            _cover(contexts, cells, votes, head, places[row], symbols[link], symbols[last])
        for _ in range(n_links[row]):
            _add_count(store, head, places[row], symbols[link], counts[link], unit, scale, table)
            link += 1
    return len(places)


@kernel
def fade(store: Any, n_contexts: int, factor: float, strength: Any) -> None:
    """Multiply all counts by a factor, to the nearest whole number."""
    contexts, counts, votes = store
    unit, scale, table = strength
    for place in range(n_contexts):
        seen, distinct = 0, 0
        first = contexts[place, _FIRST]
        for cell in range(first, first + contexts[place, _WIDTH]):
            count = int(np.rint(counts[cell] * factor))
            counts[cell] = count
            votes[cell] = _strength(count, scale, table)
            seen += count
            distinct += count > 0
        contexts[place, _SEEN] = seen
        contexts[place, _DISTINCT] = distinct
        contexts[place, _CLASS] = confidence_class((seen + unit - 1) // unit, distinct)


@kernel
def links_of(
    contexts: Any, counts: Any, chosen: Any, n_links: Any, symbols: Any, links: Any
) -> None:
    """What followed ``chosen`` (N,) contexts, without the zeros: the inverse of `add_rows`."""
    link = 0
    for row in range(len(chosen)):
        place = chosen[row]
        first, low = contexts[place, _FIRST], contexts[place, _LOW]
        begin = link
        for step in range(contexts[place, _WIDTH]):
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


@kernel
def recall(
    codes: Any, symbols: Any, length: int, now: Any, frames: Any, store: Any, head: Any,
    strength: Any,
) -> None:  # fmt: skip
    """Count what followed the present contexts in the first events of a sequence.

    ``codes`` (T, E), ``symbols`` (T, F), ``now`` (E,); context ``e`` of ``store``, all zeros
    before, becomes that of expert ``e``. There is room for `LARGEST_ALPHABET` cells each.
    """
    contexts, counts, votes = store
    unit, scale, table = strength
    for event in range(length):
        for expert in range(len(now)):
            symbol = symbols[event, frames[expert]]
            if codes[event, expert] != now[expert] or symbol == NO_SYMBOL:
                continue
            if now[expert] != NO_CONTEXT:
                _reach(contexts, expert, symbol)
    for expert in range(len(now)):
        width = contexts[expert, _WIDTH]
        contexts[expert, _FIRST] = head[_N_CELLS]
        for cell in range(head[_N_CELLS], head[_N_CELLS] + width):
            counts[cell] = 0
            votes[cell] = 0.0
        head[_N_CELLS] += width
    for event in range(length):
        for expert in range(len(now)):
            symbol = symbols[event, frames[expert]]
            if codes[event, expert] != now[expert] or symbol == NO_SYMBOL:
                continue
            if now[expert] != NO_CONTEXT:
                _add_count(store, head, expert, symbol, unit, unit, scale, table)


@kernel
def _moment_weights(weights: Any, classes: Any, base: Any) -> None:
    """What is the same for all confidences: ``base`` (2 E,)."""
    for row in range(len(base)):
        base[row] = weights[0, row]
    for group in range(len(classes)):
        for row in range(len(base)):
            base[row] += weights[classes[group], row]


@kernel
def pick_experts(
    store: Any, found: Any, frames: Any, weights: Any, base: Any, first_row: int, n_symbols: int,
    picked: Any, power: Any,
) -> int:  # fmt: skip
    """The experts that have something to say.

    ``picked`` (E + 1, 4): where their votes go (a place in scores laid out frame by frame,
    ``n_symbols`` each), first cell, width, expert; ``power`` (E,) their weights. A pass of
    its own, since its look-ups do not wait for each other: contexts and their cells come from
    far away in memory, and so they come together.
    """
    contexts, votes = store[0], store[2]
    n_picked, touched = 0, 0.0
    for expert in range(len(found)):
        place = found[expert]
        if place < 0 or contexts[place, _SEEN] == 0:
            continue
        row = first_row + expert
        first = contexts[place, _FIRST]
        picked[n_picked, 0] = frames[expert] * n_symbols + contexts[place, _LOW]
        picked[n_picked, 1] = first
        picked[n_picked, 2] = contexts[place, _WIDTH]
        picked[n_picked, 3] = expert
        power[n_picked] = base[row] + weights[1 + contexts[place, _CLASS], row]
        touched += votes[first]
        n_picked += 1
    picked[len(found), 0] = int(touched)  # keeps the compiler from dropping the look-ups
    return n_picked


@kernel
def _add_votes(votes: Any, picked: Any, power: Any, n_picked: int, scores: Any) -> None:
    """Add weighted votes to the scores of symbols: ``scores`` (F W,)."""
    for place in range(n_picked):
        # Unsigned indices spare a test for negative ones.
        target, first = np.uint64(picked[place, 0]), np.uint64(picked[place, 1])
        weight = power[place]
        for step in range(np.uint64(picked[place, 2])):
            scores[target + step] += weight * votes[first + step]


@kernel
def _gather(images: Any, n_symbols: int, scores: Any, out: Any) -> None:
    """Scores of candidates from scores of symbols: ``images`` (F, A), ``out`` (A,)."""
    out[:] = 0.0
    for frame in range(images.shape[0]):
        for candidate in range(images.shape[1]):
            symbol = images[frame, candidate]
            if symbol != NO_SYMBOL:
                out[candidate] += scores[frame * n_symbols + symbol]


@kernel
def _spread_out(images: Any, n_symbols: int, values: Any, scores: Any) -> None:
    """The other way round: a symbol gets the sum over its candidates."""
    scores[:] = 0.0
    for frame in range(images.shape[0]):
        for candidate in range(images.shape[1]):
            symbol = images[frame, candidate]
            if symbol != NO_SYMBOL:
                scores[frame * n_symbols + symbol] += values[candidate]


@kernel
def _softmax(scores: Any, out: Any) -> None:
    """Scores to probabilities; none is smaller than e^-60 times the largest."""
    largest = scores[0]
    for candidate in range(len(out)):
        largest = max(largest, scores[candidate])
    total = 0.0
    for candidate in range(len(out)):
        out[candidate] = np.exp(max(scores[candidate] - largest, -60.0))
        total += out[candidate]
    for candidate in range(len(out)):
        out[candidate] /= total


@kernel
def predict_event(
    long_term: Any, short_term: Any, long_found: Any, short_found: Any, frames: Any, images: Any,
    classes: Any, weights: Any, scratch: Any, out: Any,
) -> None:  # fmt: skip
    """Distribution over the alphabet at one event: ``out`` (A,).

    ``long_term`` and ``short_term`` are (contexts, counts, votes); ``images`` (F, A);
    ``classes`` (G,) rows of the weights; ``scratch`` is scores (F W,), values (A,), base
    (2 E,), n_picked (2,), and picked (2, E + 1, 4) with power (2, E), which say afterwards
    who voted.
    """
    scores, values, base, n_picked, picked, power = scratch
    n_symbols = len(scores) // images.shape[0]
    _moment_weights(weights, classes, base)
    scores[:] = 0.0
    n_picked[0] = pick_experts(
        long_term, long_found, frames, weights, base, 0, n_symbols, picked[0], power[0]
    )
    n_picked[1] = pick_experts(
        short_term, short_found, frames, weights, base, len(frames), n_symbols, picked[1], power[1]
    )
    _add_votes(long_term[2], picked[0], power[0], n_picked[0], scores)
    _add_votes(short_term[2], picked[1], power[1], n_picked[1], scores)
    _gather(images, n_symbols, scores, values)
    _softmax(values, out)


@kernel
def _learn_weight(
    weights: Any, spread: Any, row: int, column: int, gradient: float, rate: float
) -> None:
    """One step of AdaGrad (Duchi, Hazan and Singer 2011)."""
    spread[row, column] += gradient * gradient
    weights[row, column] += rate * gradient / np.sqrt(spread[row, column])


@kernel
def _agreement(votes: Any, errors: Any, first: Any, target: Any, width: Any) -> float:
    """Sum of votes times errors over a block; four sums, so that none waits for the last."""
    one, two, three, four = 0.0, 0.0, 0.0, 0.0
    step = 0
    while step + 4 <= width:
        one += votes[first + step] * errors[target + step]
        two += votes[first + step + 1] * errors[target + step + 1]
        three += votes[first + step + 2] * errors[target + step + 2]
        four += votes[first + step + 3] * errors[target + step + 3]
        step += 4
    while step < width:
        one += votes[first + step] * errors[target + step]
        step += 1
    return (one + two) + (three + four)


@kernel
def _learn_store(
    store: Any, found: Any, picked: Any, n_picked: int, weights: Any, spread: Any, first_row: int,
    classes: Any, errors: Any, rates: Any,
) -> None:  # fmt: skip
    """Move the weights of one store's experts along the gradient of the log-likelihood.

    ``errors`` (F W,): 1 for the symbols of what came, less the probability they had.
    """
    contexts, votes = store[0], store[2]
    for place in range(n_picked):
        expert = picked[place, 3]
        gradient = _agreement(
            votes, errors, np.uint64(picked[place, 1]), np.uint64(picked[place, 0]),
            np.uint64(picked[place, 2]),
        )  # fmt: skip
        column = first_row + expert
        confidence = 1 + contexts[found[expert], _CLASS]
        _learn_weight(weights, spread, 0, column, gradient, rates[0])
        _learn_weight(weights, spread, confidence, column, gradient, rates[1])
        for group in range(len(classes)):
            _learn_weight(weights, spread, classes[group], column, gradient, rates[1])


@kernel
def run_melody(
    long_term: Any, short_term: Any, short_head: Any, long_found: Any, short_found: Any,
    frames: Any, images: Any, image_index: Any, symbols: Any, came: Any, classes: Any,
    weights: Any, spread: Any, strength: Any, scratch: Any, rates: Any, first: int, out: Any,
) -> int:  # fmt: skip
    """Predict every event of a sequence, then learn it in the short-term store.

    ``long_found``, ``short_found`` (T, E); ``images`` (R, F, A) and ``image_index`` (T,);
    ``symbols`` (T, F); ``came`` (T,) candidate that came, or -1; ``classes`` (T, G);
    ``out`` (T, A). With ``rates`` (2,) above 0 the weights learn too. Returns the event
    before which the short-term store needs more room for cells, or T.
    """
    n_experts = len(frames)
    scores, values, _, n_picked, picked, _ = scratch
    for event in range(first, len(came)):
        if short_head[_N_CELLS] + n_experts * LARGEST_ALPHABET > len(short_term[1]):
            return event
        image = images[image_index[event]]
        predict_event(
            long_term, short_term, long_found[event], short_found[event], frames, image,
            classes[event], weights, scratch, out[event],
        )  # fmt: skip
        if came[event] < 0:
            continue
        if rates[0] > 0.0:
            for candidate in range(out.shape[1]):
                values[candidate] = -out[event, candidate]
            values[came[event]] += 1.0
            _spread_out(image, len(scores) // image.shape[0], values, scores)
            _learn_store(
                long_term, long_found[event], picked[0], n_picked[0], weights, spread, 0,
                classes[event], scores, rates,
            )  # fmt: skip
            _learn_store(
                short_term, short_found[event], picked[1], n_picked[1], weights, spread, n_experts,
                classes[event], scores, rates,
            )  # fmt: skip
        count_event(
            short_term,
            short_head,
            short_found[event],
            frames,
            symbols[event],
            strength[0],
            strength,
        )
    return len(came)


@kernel
def _repeats(codes: Any, first: int, last: int, now: Any, matches: Any, n_matches: int) -> int:
    """Where the present contexts were met before: ``matches`` (M, 2) gets events and experts."""
    for event in range(first, last):
        for expert in range(len(now)):
            if codes[event, expert] == now[expert] and now[expert] != NO_CONTEXT:
                matches[n_matches, 0] = event
                matches[n_matches, 1] = expert
                n_matches += 1
    return n_matches


@kernel
def _recall_matches(
    matches: Any, n_shared: int, n_matches: int, shared: Any, own: Any, frames: Any, store: Any,
    head: Any, strength: Any,
) -> None:  # fmt: skip
    """Count what followed at the matches, of which the first `n_shared` are in ``shared``.

    As `recall`: first how wide the blocks get, so that each has its place at once. ``head`` (2,)
    is zero.
    """
    contexts, counts, votes = store
    unit, scale, table = strength
    for match in range(n_matches):
        symbols = shared if match < n_shared else own
        expert = matches[match, 1]
        symbol = symbols[matches[match, 0], frames[expert]]
        if symbol != NO_SYMBOL:
            _reach(contexts, expert, symbol)
    for expert in range(len(frames)):
        contexts[expert, _FIRST] = head[_N_CELLS]
        for cell in range(head[_N_CELLS], head[_N_CELLS] + contexts[expert, _WIDTH]):
            counts[cell] = 0
            votes[cell] = 0.0
        head[_N_CELLS] += contexts[expert, _WIDTH]
    for match in range(n_matches):
        symbols = shared if match < n_shared else own
        expert = matches[match, 1]
        symbol = symbols[matches[match, 0], frames[expert]]
        if symbol != NO_SYMBOL:
            _add_count(store, head, expert, symbol, unit, unit, scale, table)


@kernel
def predict_rows(
    long_term: Any, shared_codes: Any, shared_symbols: Any, codes: Any, symbols: Any, rows: Any,
    firsts: Any, found: Any, frames: Any, images: Any, image_index: Any, classes: Any,
    weights: Any, strength: Any, store: Any, head: Any, own: Any, matches: Any, scratch: Any,
    out: Any,
) -> None:  # fmt: skip
    """Distributions at some events of sequences that share a beginning: ``out`` (N, A).

    ``shared_codes`` (L, E) and ``shared_symbols`` (L, F) are the beginning; of each sequence
    ``codes`` (T, E) and ``symbols`` (T, F) hold the rest, end to end. Event ``rows[n]`` is
    predicted from the beginning and from its own sequence's events, which are ``firsts[n]``
    and those after it; ``found`` (N, E) are its long-term contexts, ``image_index`` (N,) and
    ``classes`` (N, G) its own. ``store`` has a context an expert, ``own`` (E,) being their
    numbers, and ``matches`` room for all events of one sequence.
    """
    for row in range(len(rows)):
        event = rows[row]
        store[0][:] = 0
        head[:] = 0
        n_shared = _repeats(shared_codes, 0, len(shared_codes), codes[event], matches, 0)
        n_matches = _repeats(codes, firsts[row], event, codes[event], matches, n_shared)
        _recall_matches(
            matches, n_shared, n_matches, shared_symbols, symbols, frames, store, head, strength
        )
        predict_event(
            long_term, store, found[row], own, frames, images[image_index[row]],
            classes[row], weights, scratch, out[row],
        )  # fmt: skip
