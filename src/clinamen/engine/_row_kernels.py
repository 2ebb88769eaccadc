"""Compiled kernels that turn a context trie into a table of counts and back.

The arrays are those of `clinamen.engine._kernels`.
"""

from __future__ import annotations

from typing import Any

from clinamen.engine._kernels import (
    _CHILD,
    _COUNT,
    _FRESH,
    _N_SYMBOLS,
    _NEXT,
    _SYMBOL,
    END,
    _new_node,
    kernel,
)


@kernel
def flatten(nodes: Any, out: Any, stack: Any) -> int:
    """Write nodes below the empty context in preorder, children by rising symbol.

    ``out`` (N, 4): depth, symbol, count, fresh count; ``stack`` (N, 2). Returns rows used.
    """
    n_rows = 0
    n_stack = _push_children(nodes, 0, 1, stack, 0)
    while n_stack > 0:
        n_stack -= 1
        node = stack[n_stack, 0]
        depth = stack[n_stack, 1]
        out[n_rows, 0] = depth
        out[n_rows, 1] = nodes[node, _SYMBOL]
        out[n_rows, 2] = nodes[node, _COUNT]
        out[n_rows, 3] = nodes[node, _FRESH]
        n_rows += 1
        n_stack = _push_children(nodes, node, depth + 1, stack, n_stack)
    return n_rows


@kernel
def _push_children(nodes: Any, node: int, depth: int, stack: Any, n_stack: int) -> int:
    """Push a node's children so that the smallest symbol is popped first."""
    first = n_stack
    child = nodes[node, _CHILD]
    while child >= 0:
        place = n_stack
        while place > first and nodes[stack[place - 1, 0], _SYMBOL] < nodes[child, _SYMBOL]:
            stack[place, 0] = stack[place - 1, 0]
            stack[place, 1] = stack[place - 1, 1]
            place -= 1
        stack[place, 0] = child
        stack[place, 1] = depth
        n_stack += 1
        child = nodes[child, _NEXT]
    return n_stack


@kernel
def rebuild(rows: Any, path: Any, nodes: Any, head: Any) -> int:
    """Inverse of `flatten`; returns the first row that cannot be, or the number of rows.

    ``path`` (B + 2,) is scratch; ``nodes`` has room for one more node than ``rows``.
    """
    depth_before = 0
    path[0] = 0
    for row in range(len(rows)):
        depth = rows[row, 0]
        symbol = rows[row, 1]
        impossible = depth < 1 or depth > depth_before + 1 or depth >= len(path)
        if impossible or symbol < END or rows[row, 2] < 1 or rows[row, 3] < 1:
            return row
        if depth > 1 and nodes[path[depth - 1], _SYMBOL] == END:
            return row
        parent = path[depth - 1]
        older = nodes[parent, _CHILD]
        if older >= 0 and nodes[older, _SYMBOL] >= symbol:
            return row
        node = _new_node(nodes, head, parent, symbol, -1)
        nodes[node, _COUNT] = rows[row, 2]
        nodes[node, _FRESH] = rows[row, 3]
        head[_N_SYMBOLS] = max(head[_N_SYMBOLS], symbol + 1)
        path[depth] = node
        depth_before = depth
    return len(rows)
