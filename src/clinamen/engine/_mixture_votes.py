"""Compiled kernels of the learned mixture: prediction, and learning of weights.

Dimensions: ``T`` events, ``E`` experts, ``F`` frames, ``G`` groups of classes, ``A`` target
alphabet, ``W`` symbols of a frame, ``N`` events to be predicted. Stores are those of
`_mixture_kernels`.

An expert's votes are added to the scores of its frame's symbols; the scores of the frames are
brought together for each candidate at the end.

Weights are (1 + `N_CONFIDENCES` + classes, 2 E): a row for all moments, one for each
confidence class, one for each class of the moment; long-term experts first in each row.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from clinamen.engine._kernels import NO_SYMBOL, kernel
from clinamen.engine._mixture_kernels import (
    CLASS,
    FIRST,
    LARGEST_ALPHABET,
    LOW,
    N_CELLS,
    N_CONFIDENCES,
    N_CONTEXTS,
    NO_CONTEXT,
    SEEN,
    WIDTH,
    add_count,
    count_event,
    reach,
)

FIRST_CLASS = 1 + N_CONFIDENCES
"""First row of the weights that is about the moment."""


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
        if place < 0 or contexts[place, SEEN] == 0:
            continue
        row = first_row + expert
        first = contexts[place, FIRST]
        picked[n_picked, 0] = frames[expert] * n_symbols + contexts[place, LOW]
        picked[n_picked, 1] = first
        picked[n_picked, 2] = contexts[place, WIDTH]
        picked[n_picked, 3] = expert
        power[n_picked] = base[row] + weights[1 + contexts[place, CLASS], row]
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
        confidence = 1 + contexts[found[expert], CLASS]
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
        if short_head[N_CELLS] + n_experts * LARGEST_ALPHABET > len(short_term[1]):
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
def _begin_own(contexts: Any, past: int, place: int) -> None:
    """A context of a sequence's own begins as it was in the past, or empty."""
    for field in range(contexts.shape[1]):
        contexts[place, field] = contexts[past, field] if past >= 0 else 0


@kernel
def _room_for_own(store: Any, past: int, place: int, first_cell: int) -> int:
    """Give a context of a sequence's own its block, with the counts of the past.

    Returns where the next block begins.
    """
    contexts, counts, votes = store
    low, width = contexts[place, LOW], contexts[place, WIDTH]
    for cell in range(first_cell, first_cell + width):
        counts[cell] = 0
        votes[cell] = 0.0
    contexts[place, FIRST] = first_cell
    if past >= 0:
        source, target = contexts[past, FIRST], first_cell + contexts[past, LOW] - low
        for step in range(contexts[past, WIDTH]):
            counts[target + step] = counts[source + step]
            votes[target + step] = votes[source + step]
    return int(first_cell + width)


@kernel
def _count_own(
    store: Any, head: Any, past: Any, matches: Any, n_matches: int, symbols: Any, frames: Any,
    strength: Any, found: Any,
) -> None:  # fmt: skip
    """Count what followed at the matches, beside a past that stays: ``found`` (E,) contexts.

    ``past`` (E,) are contexts of the past or -1. Those that are met again become contexts
    ``head[0] + e``. First how wide their blocks get, so that each has its place at once; there
    is room for `LARGEST_ALPHABET` cells each.
    """
    contexts = store[0]
    unit, scale, table = strength
    for expert in range(len(frames)):
        found[expert] = past[expert]
    for match in range(n_matches):
        expert = matches[match, 1]
        place = head[N_CONTEXTS] + expert
        symbol = symbols[matches[match, 0], frames[expert]]
        if symbol == NO_SYMBOL:
            continue
        if found[expert] != place:
            _begin_own(contexts, past[expert], place)
            found[expert] = place
        reach(contexts, place, symbol)
    cell = head[N_CELLS]
    for expert in range(len(frames)):
        place = head[N_CONTEXTS] + expert
        if found[expert] == place:
            cell = _room_for_own(store, past[expert], place, cell)
    for match in range(n_matches):
        expert = matches[match, 1]
        symbol = symbols[matches[match, 0], frames[expert]]
        if symbol != NO_SYMBOL:
            place = head[N_CONTEXTS] + expert
            add_count(store, head, place, symbol, unit, unit, scale, table)


@kernel
def predict_rows(
    long_term: Any, short_term: Any, head: Any, codes: Any, symbols: Any, rows: Any, firsts: Any,
    long_found: Any, past: Any, frames: Any, images: Any, image_index: Any, classes: Any,
    weights: Any, strength: Any, matches: Any, found: Any, scratch: Any, out: Any,
) -> None:  # fmt: skip
    """Distributions at some events of sequences that share a past: ``out`` (N, A).

    ``short_term`` has counted the past, and has room for a context and `LARGEST_ALPHABET`
    cells more for each expert; ``head`` says where. ``codes`` (T, E) and ``symbols`` (T, F)
    hold the rest of all sequences end to end. Event ``rows[n]`` is predicted from the past and
    from the events of its own sequence, which are ``firsts[n]`` and those after it;
    ``long_found`` and ``past`` (N, E) are its contexts, ``image_index`` (N,) and ``classes``
    (N, G) its own. ``matches`` has room for all events of one sequence, ``found`` is (E,).
    """
    for row in range(len(rows)):
        event = rows[row]
        n_matches = _repeats(codes, firsts[row], event, codes[event], matches, 0)
        _count_own(
            short_term, head, past[row], matches, n_matches, symbols, frames, strength, found
        )
        predict_event(
            long_term, short_term, long_found[row], found, frames, images[image_index[row]],
            classes[row], weights, scratch, out[row],
        )  # fmt: skip
