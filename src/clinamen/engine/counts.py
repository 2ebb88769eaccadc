"""Counts of what followed what: the context trie behind PPM and PPM*."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from clinamen.engine import _kernels, _row_kernels
from clinamen.errors import ParameterError

__all__ = ["LONGEST_CONTEXT", "ContextTrie"]

LONGEST_CONTEXT = 255
"""Longest context kept where no order bound is given.

PPM* is defined without a bound; a listener whose longest repeat is longer than 255 notes
is served from the 255 last ones. The bound keeps a two-hour loop from growing with the
square of its length.
"""


class ContextTrie:
    """Counts of continuations for every context seen, up to a longest one.

    Holds, for every context (string of symbols) and every symbol that came after it, how
    often it came (full count) and in how many distinct longer contexts it was new (fresh
    count, for update exclusion). Strings that came once are kept as a place in the text and
    made explicit when they come again.

    Parameters
    ----------
    longest_context
        Longest context for which continuations are kept.

    Source: original data structure; the counts are those of Cleary & Teahan 1997
    (PPM*) and Moffat 1990 (update exclusion).
    """

    def __init__(self, longest_context: int = LONGEST_CONTEXT) -> None:
        if longest_context < 0:
            raise ParameterError(f"the longest context must be 0 or more, not {longest_context}")
        self.nodes = np.empty((64, _kernels.NODE_FIELDS), dtype=np.int32)
        self.text = np.empty(64, dtype=np.int32)
        self.active = np.zeros(longest_context + 1, dtype=np.int32)
        self.head = np.zeros(_kernels.HEAD_FIELDS, dtype=np.int64)
        self.clear()

    def clear(self) -> None:
        """Forget everything."""
        self.nodes[0] = (-1, 0, 0, -1, -1, -1)
        self.head[:] = (1, 0, 0, 0)
        self.active[0] = 0

    def start(self) -> None:
        """Begin a sequence: the context is empty.

        Nothing follows the last symbol of a sequence that was not ended (`end`).
        """
        self.reserve()
        _kernels.trie_start(self.text, self.active, self.head)

    def observe(self, symbol: int) -> None:
        """Count a symbol in every context that ends here, and move on."""
        self.reserve()
        _kernels.trie_observe(self.nodes, self.text, self.active, self.head, symbol)

    def walk(self, symbol: int) -> None:
        """Move on past a symbol without counting it.

        One sequence is either observed or walked, not both.
        """
        self.reserve()
        _kernels.trie_walk(self.nodes, self.text, self.active, self.head, symbol)

    def end(self) -> None:
        """Count the end of the sequence as a continuation, and start anew."""
        self.observe(_kernels.END)
        self.start()

    def end_known(self) -> None:
        """Count the end in contexts that are known, without new text; start anew."""
        self.reserve()
        _kernels.trie_end_known(self.nodes, self.active, self.head)
        self.start()

    def reserve(self) -> None:
        """Make room for one more event in any state."""
        if self.head[0] + 2 * len(self.active) > len(self.nodes):
            self.nodes = _enlarged(self.nodes, int(self.head[0]) + 2 * len(self.active))
        if self.head[1] + 2 > len(self.text):
            self.text = _enlarged(self.text, int(self.head[1]) + 2)

    @property
    def n_nodes(self) -> int:
        """Nodes in use, the empty context included."""
        return int(self.head[0])

    @property
    def n_symbols(self) -> int:
        """One more than the largest symbol observed."""
        return int(self.head[3])

    @property
    def depth(self) -> int:
        """Length of the longest context that is active."""
        return int(self.head[2])

    def continuations(self, context: Sequence[int]) -> Mapping[int, int]:
        """Full count of every symbol that came after a context (`END` included).

        Empty when the context never came, came only at the very end of what was seen, or is
        longer than the longest context kept.
        """
        if len(context) >= len(self.active):
            return {}
        node = self._find(context)
        if node < 0:
            return {}
        _kernels._expand(self.nodes, self.text, self.head, node)
        found: dict[int, int] = {}
        child = self.nodes[node, 3]
        while child >= 0:
            found[int(self.nodes[child, 0])] = int(self.nodes[child, 1])
            child = self.nodes[child, 4]
        return found

    def _find(self, context: Sequence[int]) -> int:
        node = 0
        for symbol in context:
            self.reserve()
            _kernels._expand(self.nodes, self.text, self.head, node)
            node = int(_kernels._find_child(self.nodes, node, symbol))
            if node < 0:
                break
        return node

    def to_rows(self) -> npt.NDArray[np.int32]:
        """The counts as a table, shape ``(n_nodes - 1, 4)``, in a canonical order.

        Columns: length of the string, its last symbol, full count, fresh count; a string's
        continuations follow it, by rising symbol. What a string seen only once went on to
        is left out: a table holds statistics, not the sequences.
        """
        rows = np.empty((self.n_nodes, 4), dtype=np.int32)
        stack = np.empty((self.n_nodes, 2), dtype=np.int32)
        used = _row_kernels.flatten(self.nodes, rows, stack)
        return rows[:used].copy()

    @classmethod
    def from_rows(cls, rows: npt.NDArray[np.int32], longest_context: int) -> ContextTrie:
        """A trie with the counts of a table made by `to_rows`.

        Raises
        ------
        ParameterError
            If the table is not one that `to_rows` can have made.
        """
        trie = cls(longest_context)
        trie.nodes = _enlarged(trie.nodes, len(rows) + 1)
        path = np.zeros(longest_context + 2, dtype=np.int32)
        done = _row_kernels.rebuild(rows, path, trie.nodes, trie.head)
        if done < len(rows):
            raise ParameterError(f"row {done + 1} of a table of counts is not possible there")
        return trie

    def copy(self) -> ContextTrie:
        """An independent trie with the same counts and the same place in the sequence."""
        other = ContextTrie.__new__(ContextTrie)
        other.nodes = self.nodes[: self.n_nodes].copy()
        other.text = self.text[: int(self.head[1])].copy()
        other.active, other.head = self.active.copy(), self.head.copy()
        return other


def _enlarged(array: npt.NDArray[np.int32], needed: int) -> npt.NDArray[np.int32]:
    larger = np.empty((max(needed, len(array) * 3 // 2), *array.shape[1:]), dtype=array.dtype)
    larger[: len(array)] = array
    return larger
