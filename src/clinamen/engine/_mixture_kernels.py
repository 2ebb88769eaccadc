"""Compiled kernels of the learned mixture: count stores, prediction, weights.

Dimensions: ``T`` events, ``E`` experts, ``F`` frames, ``G`` groups of classes, ``A`` target
alphabet, ``S`` slots of a store (a power of two), ``N`` contexts, ``L`` links.

A store counts what followed each context:

- ``keys`` (S,) int64 and ``places`` (S,) int32: open addressing from a context's code to
  its number; place -1 is free
- ``contexts`` (N, 6) int32: how often seen, distinct continuations now, first link, links
  in use, links in the block, confidence class
- ``links`` (L, 2) int32: symbol and count; a context's links are one block, which moves to
  the end with twice the room when it is full
- ``votes`` (L,) float32: strength of each link's count, kept beside it for speed
- ``head`` (2,) int64: contexts used, links used

Weights are (1 + `N_CONFIDENCES` + classes, 2 E): a row for all moments, one for each
confidence class, one for each class of the moment; long-term experts first in each row.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from clinamen.engine._kernels import NO_SYMBOL, kernel

_SEEN, _DISTINCT, _FIRST, _USED, _ROOM, _CLASS = range(6)
_SYMBOL, _COUNT = range(2)
CONTEXT_FIELDS, LINK_FIELDS = 6, 2
_N_CONTEXTS, _N_LINKS = range(2)

NO_CONTEXT = 0
"""Code of a context in which an expert has nothing to say."""

N_CONFIDENCES = 32
"""Confidence classes: eight of how often a context was seen, by four of how many ways."""

FIRST_CLASS = 1 + N_CONFIDENCES
"""First row of the weights that is about the moment."""

LINKS_PER_EXPERT = 600
"""Links that one event may need for each expert: a full block of all symbols, moved."""

LARGEST_ALPHABET = 512
"""Symbols that blocks of links have room for: a full block of 256 moves to one of 512, and
the next move would need more than `LINKS_PER_EXPERT`."""

_LARGEST_COUNT = 65535


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
def context_codes(components: Any, undefined: int, terms: Any, starts: Any, out: Any) -> None:
    """Code of every expert's context at every event.

    ``components`` (T, C) int64; expert ``e`` looks at columns
    ``terms[starts[e]:starts[e + 1]]``; ``out`` (T, E) gets `NO_CONTEXT` where one of them
    is `undefined`.
    """
    for event in range(len(components)):
        for expert in range(len(starts) - 1):
            code = hash_step(expert + 1, 0x1234567)
            for term in range(starts[expert], starts[expert + 1]):
                value = components[event, terms[term]]
                if value == undefined:
                    code = NO_CONTEXT
                    break
                code = hash_step(code, value)
            out[event, expert] = code


@kernel
def _find(keys: Any, places: Any, code: int) -> int:
    """Slot that holds a code, or the free one where it belongs."""
    mask = len(keys) - 1
    slot = (code ^ (code >> 23)) & mask
    while places[slot] >= 0 and keys[slot] != code:
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
                contexts[place, _SEEN] = 0
                contexts[place, _DISTINCT] = 0
                contexts[place, _FIRST] = 0
                contexts[place, _USED] = 0
                contexts[place, _ROOM] = 0
                contexts[place, _CLASS] = 0
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
def _find_link(contexts: Any, links: Any, place: int, symbol: int) -> Any:
    first = np.uint64(contexts[place, _FIRST])
    for link in range(first, first + np.uint64(contexts[place, _USED])):
        if links[link, _SYMBOL] == symbol:
            return np.int64(link)
    return np.int64(-1)


@kernel
def _new_link(contexts: Any, links: Any, votes: Any, head: Any, place: int, symbol: int) -> int:
    """Add a continuation never counted before, moving the block if it is full."""
    used = contexts[place, _USED]
    if used == contexts[place, _ROOM]:
        room = max(2 * used, 2)
        first = contexts[place, _FIRST]
        target = head[_N_LINKS]
        for step in range(used):
            links[target + step, _SYMBOL] = links[first + step, _SYMBOL]
            links[target + step, _COUNT] = links[first + step, _COUNT]
            votes[target + step] = votes[first + step]
        contexts[place, _FIRST] = target
        contexts[place, _ROOM] = room
        head[_N_LINKS] = target + room
    link = contexts[place, _FIRST] + used
    links[link, _SYMBOL] = symbol
    links[link, _COUNT] = 0
    votes[link] = 0.0
    contexts[place, _USED] = used + 1
    return int(link)


@kernel
def confidence_class(seen: int, distinct: int) -> int:
    """Class of how often a context was seen and how many continuations it had."""
    often = 0
    bound = 1
    while often < 7 and seen > bound:
        often += 1
        bound = 2 * bound + (1 if often > 3 else 0)
    many = 0 if distinct == 1 else 1 if distinct == 2 else 2 if distinct <= 4 else 3
    return often * 4 + many


@kernel
def count_event(
    store: Any, head: Any, found: Any, frames: Any, symbols: Any, step: int, strength: Any
) -> None:
    """Add `step` (1 or -1) to what each context was followed by.

    ``store`` is (contexts, links, votes); ``strength`` (counts,) of a count; ``found`` (E,)
    contexts of the event or -1, ``frames`` (E,), ``symbols`` (F,). Taking away must undo an
    earlier adding; there is room for `LINKS_PER_EXPERT` more links an expert.
    """
    contexts, links, votes = store
    for expert in range(len(found)):
        place = found[expert]
        symbol = symbols[frames[expert]]
        if place < 0 or symbol == NO_SYMBOL:
            continue
        link = _find_link(contexts, links, place, symbol)
        if link < 0:
            link = _new_link(contexts, links, votes, head, place, symbol)
        before = links[link, _COUNT]
        links[link, _COUNT] = before + step
        votes[link] = strength[min(before + step, _LARGEST_COUNT)]
        contexts[place, _SEEN] += step
        if before == 0:
            contexts[place, _DISTINCT] += 1
        elif before + step == 0:
            contexts[place, _DISTINCT] -= 1
        contexts[place, _CLASS] = confidence_class(
            contexts[place, _SEEN], contexts[place, _DISTINCT]
        )


@kernel
def _moment_weights(weights: Any, classes: Any, base: Any) -> None:
    """What is the same for all confidences: ``base`` (2 E,)."""
    for row in range(len(base)):
        base[row] = weights[0, row]
    for group in range(len(classes)):
        for row in range(len(base)):
            base[row] += weights[classes[group], row]


@kernel
def _mark_frames(images: Any, slots: Any) -> None:
    """``slots`` (F, symbols): candidate that has a symbol in each frame, for one event.

    Symbols that no candidate has keep the place after the last candidate.
    """
    for frame in range(images.shape[0]):
        for candidate in range(images.shape[1]):
            symbol = images[frame, candidate]
            if symbol != NO_SYMBOL:
                slots[frame, symbol] = candidate


@kernel
def _clear_frames(images: Any, slots: Any) -> None:
    nowhere = images.shape[1]
    for frame in range(images.shape[0]):
        for candidate in range(images.shape[1]):
            symbol = images[frame, candidate]
            if symbol != NO_SYMBOL:
                slots[frame, symbol] = nowhere


@kernel
def _pick_experts(
    store: Any, found: Any, frames: Any, weights: Any, base: Any, first_row: int, picked: Any
) -> int:
    """The experts that have something to say: ``picked`` (E, 4) frame, links, weight.

    A pass of its own, since its look-ups do not wait for each other: contexts and their
    first links come from far away in memory, and so they come together.
    """
    contexts, links, votes = store
    n_picked = 0
    touched = 0.0
    for expert in range(len(found)):
        place = found[expert]
        if place < 0 or contexts[place, _SEEN] == 0:
            continue
        row = first_row + expert
        first = contexts[place, _FIRST]
        picked[n_picked, 0] = frames[expert]
        picked[n_picked, 1] = first
        picked[n_picked, 2] = first + contexts[place, _USED]
        picked[n_picked, 3] = base[row] + weights[1 + contexts[place, _CLASS], row]
        touched += links[first, _SYMBOL] + votes[first]
        n_picked += 1
    picked[len(found), 0] = touched  # keeps the compiler from dropping the look-ups
    return n_picked


@kernel
def _add_store(
    store: Any,
    found: Any,
    frames: Any,
    slots: Any,
    weights: Any,
    base: Any,
    first_row: int,
    picked: Any,
    scores: Any,
) -> None:
    """Add the experts of one store to the candidates' scores at one event."""
    links, votes = store[1], store[2]
    n_picked = _pick_experts(store, found, frames, weights, base, first_row, picked)
    for place in range(n_picked):
        frame = np.uint64(picked[place, 0])
        weight = picked[place, 3]
        # Unsigned indices spare a test for negative ones, a third of the time here.
        for link in range(np.uint64(picked[place, 1]), np.uint64(picked[place, 2])):
            candidate = np.uint64(slots[frame, np.uint64(links[link, _SYMBOL])])
            scores[candidate] += weight * votes[link]


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
    long_term: Any,
    short_term: Any,
    long_found: Any,
    short_found: Any,
    frames: Any,
    images: Any,
    classes: Any,
    weights: Any,
    scratch: Any,
    out: Any,
) -> None:
    """Distribution over the alphabet at one event: ``out`` (A,).

    ``long_term`` and ``short_term`` are (contexts, links, votes); ``images`` (F, A);
    ``classes`` (G,) rows of the weights; ``scratch`` is slots (F, symbols), ``A`` before and
    after, scores (A + 1,), base (2 E,) and picked (E + 1, 4).
    """
    slots, scores, base, picked = scratch
    _mark_frames(images, slots)
    _moment_weights(weights, classes, base)
    scores[:] = 0.0
    _add_store(long_term, long_found, frames, slots, weights, base, 0, picked, scores)
    _add_store(short_term, short_found, frames, slots, weights, base, len(frames), picked, scores)
    _clear_frames(images, slots)
    _softmax(scores, out)


@kernel
def _learn_weight(
    weights: Any, spread: Any, row: int, column: int, gradient: float, rate: float
) -> None:
    """One step of AdaGrad (Duchi, Hazan and Singer 2011)."""
    spread[row, column] += gradient * gradient
    weights[row, column] += rate * gradient / np.sqrt(spread[row, column])


@kernel
def _learn_store(
    store: Any,
    found: Any,
    frames: Any,
    slots: Any,
    weights: Any,
    spread: Any,
    first_row: int,
    classes: Any,
    errors: Any,
    rates: Any,
) -> None:
    """Move the weights of one store's experts along the gradient of the log-likelihood.

    ``errors`` (A + 1,): 1 for what came, less the probability it had; 0 at the end.
    """
    contexts, links, votes = store
    for expert in range(len(found)):
        place = found[expert]
        if place < 0 or contexts[place, _SEEN] == 0:
            continue
        gradient = 0.0
        frame = np.uint64(frames[expert])
        first = np.uint64(contexts[place, _FIRST])
        for link in range(first, first + np.uint64(contexts[place, _USED])):
            gradient += votes[link] * errors[np.uint64(slots[frame, np.uint64(links[link, 0])])]
        column = first_row + expert
        _learn_weight(weights, spread, 0, column, gradient, rates[0])
        _learn_weight(weights, spread, 1 + contexts[place, _CLASS], column, gradient, rates[1])
        for group in range(len(classes)):
            _learn_weight(weights, spread, classes[group], column, gradient, rates[1])


@kernel
def run_melody(
    long_term: Any,
    short_term: Any,
    short_head: Any,
    long_found: Any,
    short_found: Any,
    frames: Any,
    images: Any,
    image_index: Any,
    symbols: Any,
    came: Any,
    classes: Any,
    weights: Any,
    spread: Any,
    strength: Any,
    scratch: Any,
    rates: Any,
    first: int,
    out: Any,
) -> int:
    """Predict every event of a sequence, then learn it in the short-term store.

    ``long_found``, ``short_found`` (T, E); ``images`` (R, F, A) and ``image_index`` (T,);
    ``symbols`` (T, F); ``came`` (T,) candidate that came, or -1; ``classes`` (T, G);
    ``out`` (T, A). With ``rates`` (2,) above 0 the weights learn too. Returns the event
    before which the short-term store needs more room for links, or T.
    """
    n_experts = len(frames)
    slots, scores, _, _ = scratch
    for event in range(first, len(came)):
        if short_head[_N_LINKS] + n_experts * LINKS_PER_EXPERT > len(short_term[1]):
            return event
        image = images[image_index[event]]
        predict_event(
            long_term, short_term, long_found[event], short_found[event], frames, image,
            classes[event], weights, scratch, out[event],
        )  # fmt: skip
        if came[event] < 0:
            continue
        if rates[0] > 0.0:
            _mark_frames(image, slots)
            for candidate in range(out.shape[1]):
                scores[candidate] = -out[event, candidate]
            scores[came[event]] += 1.0
            scores[out.shape[1]] = 0.0
            _learn_store(
                long_term, long_found[event], frames, slots, weights, spread, 0,
                classes[event], scores, rates,
            )  # fmt: skip
            _learn_store(
                short_term, short_found[event], frames, slots, weights, spread, n_experts,
                classes[event], scores, rates,
            )  # fmt: skip
            _clear_frames(image, slots)
        count_event(short_term, short_head, short_found[event], frames, symbols[event], 1, strength)
    return len(came)


@kernel
def count_melody(
    store: Any,
    head: Any,
    found: Any,
    frames: Any,
    symbols: Any,
    step: int,
    strength: Any,
    first: int,
) -> int:
    """`count_event` over a sequence from event `first`: ``found`` (T, E), ``symbols`` (T, F).

    Returns the event before which there is too little room for links, or T.
    """
    for event in range(first, len(found)):
        if step > 0 and head[_N_LINKS] + len(frames) * LINKS_PER_EXPERT > len(store[1]):
            return event
        count_event(store, head, found[event], frames, symbols[event], step, strength)
    return len(found)
