"""Compiled kernels: the context trie, PPM prediction, combination, measures.

Dimensions: ``T`` events, ``A`` target alphabet, ``D`` values of what is not known about
the current event, ``M`` models, ``N`` nodes, ``K`` distinct symbols of one image.

A trie is four arrays that its owner may replace by larger ones between calls:

- ``nodes`` (N, 6) int32: symbol, count, fresh count, first child, next sibling, position
- ``text``  (L,)   int32: everything observed, each sequence followed by `END`, or by
  `NO_SYMBOL` if it was left without an end
- ``active``(B+1,) int32: node of the longest repeated suffixes of the text, by length
- ``head``  (4,)   int64: nodes used, text used, length of the longest active suffix,
  one more than the largest symbol observed

Node 0 is the empty context. A node stands for a string; its children are what came
after it. A string seen once has no children yet: ``position`` says where in the text it
went on, and one child is made when the string comes a second time. So the trie grows
with what repeats, not with the square of the length.

No kernel allocates; none raises.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
from numba import njit

_SYMBOL, _COUNT, _FRESH, _CHILD, _NEXT, _POSITION = range(6)
_N_NODES, _N_TEXT, _DEPTH, _N_SYMBOLS = range(4)
NODE_FIELDS = 6
HEAD_FIELDS = 4

END = -1
"""End of a sequence: a continuation like any other, but outside every alphabet."""

NO_SYMBOL = -2
"""In symbols and images: the viewpoint is undefined here."""

ESCAPE_A, ESCAPE_B, ESCAPE_C, ESCAPE_D, ESCAPE_X = range(5)

FROZEN, LEARNING = 0, 1

_SMALLEST_MASS = 1e-200
"""Least mass that order -1 shares out.

Without exclusion every order keeps mass back, and the product of the escapes of some 170
orders is less than a float can hold: what breaks a long loop would have probability 0.
"""

_LARGEST_LOG_WEIGHT = 460.0
"""Cap on the logarithm of a model's weight: a bias of 32 on a row that is nearly certain
would be infinite."""

_Function = TypeVar("_Function", bound=Callable[..., Any])


def kernel(function: _Function) -> _Function:
    """Compile at first use and keep the result on disk; typed as the plain function.

    No kernel allocates, so Numba need not count references (``_nrt=False``): counting them
    at every call from kernel to kernel took a quarter of the time.

    Where neither the package's folder nor the user's can be written (containers, read-only
    installations), every process compiles anew: some seconds. A folder that all users share,
    such as ``/tmp``, is not used of our own accord, for a cache is code that gets run;
    ``NUMBA_CACHE_DIR`` names one that can be trusted.
    """
    try:
        compiled = njit(cache=True, nogil=True, _nrt=False)(function)
    except RuntimeError as error:
        if "cannot cache" not in str(error):
            raise
        compiled = njit(nogil=True, _nrt=False)(function)
    return cast(_Function, compiled)


@kernel
def _new_node(nodes: Any, head: Any, parent: int, symbol: int, position: int) -> int:
    """Add a child seen once, first in its parent's list; position -1: nothing follows."""
    node = head[_N_NODES]
    head[_N_NODES] = node + 1
    nodes[node, _SYMBOL] = symbol
    nodes[node, _COUNT] = 1
    nodes[node, _FRESH] = 1
    nodes[node, _CHILD] = -1
    nodes[node, _NEXT] = nodes[parent, _CHILD]
    nodes[node, _POSITION] = position
    nodes[parent, _CHILD] = node
    return int(node)


@kernel
def _find_child(nodes: Any, parent: int, symbol: int) -> int:
    node = nodes[parent, _CHILD]
    while node >= 0 and nodes[node, _SYMBOL] != symbol:
        node = nodes[node, _NEXT]
    return int(node)


@kernel
def _expand(nodes: Any, text: Any, head: Any, node: int) -> None:
    """Make the one continuation of a string seen once explicit."""
    position = nodes[node, _POSITION]
    if position < 0 or position >= head[_N_TEXT]:
        return
    symbol = text[position]
    if symbol == NO_SYMBOL:
        return
    nodes[node, _POSITION] = -1
    _new_node(nodes, head, node, symbol, -1 if symbol == END else position + 1)


@kernel
def trie_start(text: Any, active: Any, head: Any) -> None:
    """Begin a sequence at the empty context; nothing follows one that was not ended."""
    if head[_N_TEXT] > 0 and text[head[_N_TEXT] - 1] >= 0:
        text[head[_N_TEXT]] = NO_SYMBOL
        head[_N_TEXT] += 1
    active[0] = 0
    head[_DEPTH] = 0


@kernel
def trie_observe(nodes: Any, text: Any, active: Any, head: Any, symbol: int) -> None:
    """Count a symbol in every context that ends here, and move on.

    Longest context first, in place: ``active[k + 1]`` was used before it is replaced.
    The fresh count (update exclusion) goes up in the longest context that knew the
    symbol and stays in all shorter ones.
    """
    text[head[_N_TEXT]] = symbol
    head[_N_TEXT] += 1
    head[_N_SYMBOLS] = max(head[_N_SYMBOLS], symbol + 1)
    position = -1 if symbol == END else head[_N_TEXT]
    longest = len(active) - 1
    depth = 0
    for length in range(head[_DEPTH], -1, -1):
        child = _find_child(nodes, active[length], symbol)
        if child < 0:
            _new_node(nodes, head, active[length], symbol, position)
            continue
        nodes[child, _COUNT] += 1
        if depth == 0:
            nodes[child, _FRESH] += 1
            depth = length + 1
        if length < longest:
            _expand(nodes, text, head, child)
            active[length + 1] = child
    head[_DEPTH] = min(depth, longest)


@kernel
def trie_walk(nodes: Any, text: Any, active: Any, head: Any, symbol: int) -> None:
    """Move on without counting: the contexts that end in this symbol become active."""
    longest = len(active) - 1
    depth = 0
    for length in range(min(head[_DEPTH], longest - 1), -1, -1):
        child = _find_child(nodes, active[length], symbol)
        if child < 0:
            continue
        depth = max(depth, length + 1)
        _expand(nodes, text, head, child)
        active[length + 1] = child
    head[_DEPTH] = depth


@kernel
def trie_end_known(nodes: Any, active: Any, head: Any) -> None:
    """Count the end of a sequence in the active contexts only."""
    for length in range(head[_DEPTH], -1, -1):
        child = _find_child(nodes, active[length], END)
        if child < 0:
            _new_node(nodes, head, active[length], END, -1)
        else:
            nodes[child, _COUNT] += 1


@kernel
def _select_order(nodes: Any, active: Any, depth: int, order_bound: int) -> int:
    """Order to begin at: the bound, or (PPM*) the shortest deterministic context."""
    if order_bound >= 0:
        return min(depth, order_bound)
    for order in range(1, depth + 1):
        child = nodes[active[order], _CHILD]
        if child >= 0 and nodes[child, _NEXT] < 0:
            return order
    return depth


@kernel
def _context_totals(
    nodes: Any, node: int, field: int, slot: Any, seen: Any, options: Any
) -> tuple[float, float]:
    """State count (without excluded symbols) and escape count of one context."""
    escape, exclusion = options[0], options[4]
    shift = -1.0 if escape == ESCAPE_B else -0.5 if escape == ESCAPE_D else 0.0
    total = 0.0
    n_types = 0
    n_once = 0
    child = nodes[node, _CHILD]
    while child >= 0:
        symbol = nodes[child, _SYMBOL]
        if symbol >= 0 and slot[symbol] >= 0:
            n_types += 1
            if nodes[child, field] == 1:
                n_once += 1
            if not (exclusion and seen[slot[symbol]]):
                total += nodes[child, field] + shift
        child = nodes[child, _NEXT]
    if escape == ESCAPE_A:
        return total, 1.0
    if escape == ESCAPE_X:
        return total, 1.0 + n_once
    if escape == ESCAPE_D:
        return total, n_types / 2.0
    return total, float(n_types)


@kernel
def _add_context(
    nodes: Any, node: int, field: int, slot: Any, seen: Any, options: Any, scale: float, out: Any
) -> float:
    """Add one order's share to `out`, mark its symbols as seen, return the mass left."""
    escape, interpolated = options[0], options[3]
    shift = -1.0 if escape == ESCAPE_B else -0.5 if escape == ESCAPE_D else 0.0
    total, escapes = _context_totals(nodes, node, field, slot, seen, options)
    child = nodes[node, _CHILD]
    while child >= 0:
        symbol = nodes[child, _SYMBOL]
        if symbol >= 0 and slot[symbol] >= 0:
            place = slot[symbol]
            if total > 0.0 and (interpolated or not seen[place]):
                out[place] += scale * (nodes[child, field] + shift) / (total + escapes)
            seen[place] = True
        child = nodes[child, _NEXT]
    if total > 0.0:
        return float(scale * escapes / (total + escapes))
    return scale


@kernel
def ppm_predict(
    nodes: Any,
    active: Any,
    head: Any,
    slot: Any,
    n_distinct: int,
    options: Any,
    seen: Any,
    out: Any,
) -> None:
    """Probability of each of the `n_distinct` symbols of an image, not yet normalised.

    `slot` maps a symbol to its place in `out` or -1; `options` is escape, order bound
    (-1: PPM*), update exclusion, interpolated, exclusion, IDyOM's normalisation.
    """
    depth = head[_DEPTH]
    while depth > 0 and nodes[active[depth], _CHILD] < 0:
        depth -= 1  # only ever came last in sequences without an end
    selected = _select_order(nodes, active, depth, options[1])
    out[:n_distinct] = 0.0
    seen[:n_distinct] = False
    scale = 1.0
    for order in range(selected, -1, -1):
        # The order that state selection or the bound chose below the longest match uses
        # full counts (docs/reference/conformance.md, "Counts").
        full = not options[2] or (order == selected and selected < depth)
        field = _COUNT if full else _FRESH
        scale = _add_context(nodes, active[order], field, slot, seen, options, scale, out)
    n_seen = 0
    for place in range(n_distinct):
        n_seen += seen[place]
    share = max(scale, _SMALLEST_MASS) / (n_distinct + 1 - n_seen)
    for place in range(n_distinct):
        if options[3] or out[place] == 0.0:
            out[place] += share


@kernel
def normalise(row: Any, idyom: bool) -> None:
    """Make a row sum to 1; IDyOM leaves it when its single-precision sum is near enough."""
    total = 0.0
    for value in row:
        total += value
    single = np.float32(total)
    if idyom and np.float32(0.999) < single < np.float32(1.0):
        return
    for index in range(len(row)):
        row[index] /= total


@kernel
def _mark_image(image: Any, slot: Any, place: Any, size: Any) -> int:
    """Number the distinct symbols of an image in order; -1 if a candidate is undefined.

    Writes ``slot`` (symbol to place), ``place`` (candidate to place) and ``size`` (how
    many candidates share a place).
    """
    n_distinct = 0
    for index in range(len(image)):
        symbol = image[index]
        if symbol == NO_SYMBOL:
            _clear_image(image[:index], slot)
            return -1
        if slot[symbol] < 0:
            slot[symbol] = n_distinct
            size[n_distinct] = 0
            n_distinct += 1
        place[index] = slot[symbol]
        size[slot[symbol]] += 1
    return n_distinct


@kernel
def _clear_image(image: Any, slot: Any) -> None:
    for symbol in image:
        slot[symbol] = -1


@kernel
def predict_target(
    nodes: Any, active: Any, head: Any, image: Any, options: Any, scratch: Any, out: Any
) -> bool:
    """Distribution over the target alphabet at one event; False where undefined.

    ``image`` (A * D,) symbols of each candidate; a symbol's mass is shared evenly by the
    candidates that have it; ``out`` (A,).
    """
    slot, place, size, seen, mass = scratch
    n_distinct = _mark_image(image, slot, place, size)
    if n_distinct < 0:
        return False
    ppm_predict(nodes, active, head, slot, n_distinct, options, seen, mass)
    normalise(mass[:n_distinct], options[5] != 0)
    _clear_image(image, slot)
    width = len(image) // len(out)
    for target in range(len(out)):
        total = 0.0
        for other in range(width):
            index = place[target * width + other]
            total += mass[index] / size[index]
        out[target] = total
    normalise(out, options[5] != 0)
    return True


@kernel
def ppm_run(
    nodes: Any,
    text: Any,
    active: Any,
    head: Any,
    symbols: Any,
    images: Any,
    image_index: Any,
    options: Any,
    mode: int,
    first: int,
    scratch: Any,
    out: Any,
    defined: Any,
) -> int:
    """Predict, then observe (or walk), event by event from `first`.

    ``symbols`` (T,), ``images`` (T or 1, A * D), ``image_index`` (T,) row of each event,
    ``out`` (T, A), ``defined`` (T,). Returns the event before which the trie is too small
    to go on, or T.
    """
    n_events = len(symbols)
    for event in range(first, n_events):
        if head[_N_NODES] + 2 * len(active) > len(nodes) or head[_N_TEXT] + 2 > len(text):
            return event
        if out.shape[0] > 0:
            row = images[image_index[event]]
            defined[event] = predict_target(nodes, active, head, row, options, scratch, out[event])
        if symbols[event] == NO_SYMBOL:
            continue
        if mode == LEARNING:
            trie_observe(nodes, text, active, head, symbols[event])
        else:
            trie_walk(nodes, text, active, head, symbols[event])
    return n_events


@kernel
def row_entropy(row: Any) -> float:
    """Entropy in bits of one distribution."""
    total = 0.0
    for value in row:
        if value > 0.0:
            total -= value * np.log2(value)
    return total


@kernel
def combine_rows(
    rows: Any, defined: Any, geometric: bool, bias: float, idyom: bool, out: Any
) -> None:
    """Entropy-weighted mean of distributions at one event; flat where none is defined.

    ``rows`` (M, A), ``defined`` (M,), ``out`` (A,). Weight of a model: its entropy relative
    to the flat distribution, to the power of minus `bias`.
    """
    n_symbols = len(out)
    n_defined = 0
    last = -1
    for model in range(len(defined)):
        if defined[model]:
            n_defined += 1
            last = model
    if n_defined <= 1:
        for index in range(n_symbols):
            out[index] = rows[last, index] if n_defined else 1.0 / n_symbols
        return
    widest = np.log2(n_symbols) if n_symbols > 1 else 1.0
    out[:] = 0.0
    total = 0.0
    for model in range(len(defined)):
        if not defined[model]:
            continue
        relative = max(row_entropy(rows[model]) / widest, 1e-12)
        weight = np.exp(min(-bias * np.log(relative), _LARGEST_LOG_WEIGHT))
        total += weight
        for index in range(n_symbols):
            value = rows[model, index]
            out[index] += weight * (np.log(value) if geometric else value)
    for index in range(n_symbols):
        out[index] = np.exp(out[index] / total) if geometric else out[index] / total
    normalise(out, idyom)


@kernel
def combine_all(
    rows: Any, defined: Any, geometric: bool, bias: float, idyom: bool, out: Any
) -> None:
    """`combine_rows` at every event: ``rows`` (T, M, A), ``defined`` (T, M), ``out`` (T, A)."""
    for event in range(len(out)):
        combine_rows(rows[event], defined[event], geometric, bias, idyom, out[event])


@kernel
def measure(rows: Any, symbols: Any, information_content: Any, entropy: Any) -> None:
    """Bits of the symbol that came, and entropy of each row: ``rows`` (T, A), rest (T,)."""
    for event in range(len(symbols)):
        information_content[event] = -np.log2(rows[event, symbols[event]])
        entropy[event] = row_entropy(rows[event])
