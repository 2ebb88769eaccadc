"""Tree search that goes deep where a prior says it may, and where it has paid."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar, cast

import numpy as np

from clinamen.errors import ParameterError

__all__ = ["Node", "TreeSettings", "puct"]

S = TypeVar("S")
M = TypeVar("M")

_NOISE_ALPHA = 10.0
"""Over the number of moves: the concentration of the noise, as AlphaZero chose it for each game."""


@dataclass(frozen=True, slots=True)
class TreeSettings:
    """How the tree is searched.

    Parameters
    ----------
    c
        Weight of the prior against what has been found: the greater, the broader the search.
    n_leaves
        States that are valued together, at most.
    noise
        Share of chance in the priors of the first move, so that seeds go different ways.

    Raises
    ------
    ParameterError
        If `c` is not above 0, there is no leaf, or `noise` is not from 0 to below 1.
    """

    c: float = 1.25
    n_leaves: int = 1
    noise: float = 0.0

    def __post_init__(self) -> None:
        if not (self.c > 0 and math.isfinite(self.c)):
            raise ParameterError(f"c is above 0 and finite, not {self.c}")
        if self.n_leaves < 1:
            raise ParameterError(f"one state or more is valued together, not {self.n_leaves}")
        if not 0 <= self.noise < 1:
            raise ParameterError(f"the share of noise is from 0 to below 1, not {self.noise}")


@dataclass(slots=True, eq=False)
class Node(Generic[S, M]):
    """A state that the search has come to, or may come to.

    Parameters
    ----------
    move
        What leads here from the parent; None of the root.
    prior
        How likely the move was held to be, among its siblings; they sum to 1.
    state
        None where nobody has been yet.
    n_visits
        How often the search came here or further.
    total
        Sum of the values found here and further on; `mean` divides it.
    best
        The greatest of these values; 0 where nobody has been.
    children
        One for each move, in the order of `expand`; empty at the end and where nobody has gone on.
    value
        Of the state itself; None where nobody has been.
    is_expanded, n_pending, weight
        The search's own: whether its moves are known, visits that have not come back, and the
        prior with its noise.
    """

    move: M | None = None
    prior: float = 1.0
    state: S | None = None
    n_visits: int = 0
    total: float = 0.0
    best: float = 0.0
    children: list[Node[S, M]] = field(default_factory=list)
    value: float | None = None
    is_expanded: bool = False
    n_pending: int = 0
    weight: float = 1.0

    @property
    def mean(self) -> float:
        """Of the values found here and further on; 0 where nobody has been."""
        return self.total / self.n_visits if self.n_visits else 0.0

    def line(self) -> list[Node[S, M]]:
        """From here the most visited way down, without this node itself.

        Of moves visited equally often that of the greatest mean comes first, then the prior.
        """
        found: list[Node[S, M]] = []
        node = self
        while visited := [child for child in node.children if child.n_visits]:
            node = max(visited, key=lambda child: (child.n_visits, child.mean, child.prior))
            found.append(node)
        return found

    def best_line(self) -> list[Node[S, M]]:
        """From here the way down to the greatest value that was found."""
        found: list[Node[S, M]] = []
        node = self
        while node.value is None or node.value < node.best:
            node = max(node.children, key=lambda child: child.best)
            found.append(node)
        return found


def puct(
    root: S,
    expand: Callable[[S], Sequence[tuple[M, float]]],
    step: Callable[[S, M], S],
    value: Callable[[Sequence[S]], Sequence[float]],
    *,
    n_visits: int,
    rng: np.random.Generator,
    settings: TreeSettings | None = None,
) -> Iterator[Node[S, M]]:
    """Search a tree, the prior first and what has paid more and more.

    It can be stopped at any time: what it yields is always the same root, as it is by then.

    Parameters
    ----------
    root
        State to begin at.
    expand
        Moves from a state with their priors, 0 or more; none at an end. Priors are divided by
        their sum, and are all alike where it is 0.
    step
        The state after a move; it may be refused by leaving the move out of `expand` only.
    value
        How good each state is, from 0 to 1; called with up to `settings.n_leaves` at once, and
        once only for each state of the tree.
    n_visits
        Of the root, with the first look at it.
    rng
        Of the noise; nothing else is left to chance.

    Yields
    ------
    Node
        The root, after each call of `value`.

    Raises
    ------
    ParameterError
        If `n_visits` is below 1, a prior is negative or not finite, or a value is not from 0
        to 1, or there are more or fewer values than states.

    Notes
    -----
    Source: PUCT, Rosin 2011, *Multi-armed bandits with episode context*, in the form of Silver
    et al. 2017, *Mastering the game of Go without human knowledge*: the child with the greatest
    Q + c P sqrt(N) / (1 + n) is next. Q is scaled to what the tree has seen, from its least
    value to its greatest (Schrittwieser et al. 2020, *Mastering Atari, Go, chess and shogi by
    planning with a learned model*), and is its parent's where nobody has been. One player
    only: nobody answers the moves. States valued together are kept apart by counting visits that
    have not come back as visits (Liu et al. 2020, *Watch the unobserved: a simple approach to
    parallelizing Monte Carlo tree search*).

    Examples
    --------
    >>> bits = ["0", "1"]
    >>> *_, top = puct(
    ...     "",
    ...     expand=lambda word: [(bit, 0.5) for bit in bits] if len(word) < 3 else [],
    ...     step=str.__add__,
    ...     value=lambda words: [word.count("1") / 3 for word in words],
    ...     n_visits=40,
    ...     rng=np.random.default_rng(1),
    ... )
    >>> [node.move for node in top.line()]
    ['1', '1', '1']
    """
    if n_visits < 1:
        raise ParameterError(f"a tree is visited once or more, not {n_visits} times")
    search = _Search(expand, step, value, settings or TreeSettings(), rng)
    top: Node[S, M] = Node(state=root)
    while top.n_visits < n_visits:
        search.visit(top, n_visits - top.n_visits)
        yield top


@dataclass(slots=True, eq=False)
class _Search(Generic[S, M]):
    """The callables of one search, and the range of values seen."""

    expand: Callable[[S], Sequence[tuple[M, float]]]
    step: Callable[[S, M], S]
    value: Callable[[Sequence[S]], Sequence[float]]
    settings: TreeSettings
    rng: np.random.Generator
    low: float = math.inf
    high: float = -math.inf

    def visit(self, top: Node[S, M], n_left: int) -> None:
        """Go down as often as states are valued together, and come back with the values."""
        paths: list[list[Node[S, M]]] = []
        for _ in range(min(self.settings.n_leaves, n_left)):
            path = self._descend(top)
            if path[-1].value is None and path[-1].n_pending:
                break  # it is on its way to be valued already
            for node in path:
                node.n_pending += 1
            paths.append(path)
        self._value([path[-1] for path in paths if path[-1].value is None])
        for path in paths:
            self._return(path)

    def _descend(self, top: Node[S, M]) -> list[Node[S, M]]:
        """From the root to a node without a value, or to an end."""
        path = [top]
        while path[-1].value is not None:
            node = path[-1]
            if not node.is_expanded:
                self._grow(node, is_top=node is top)
            if not node.children:
                break
            child = self._chosen(node)
            if child.state is None:
                child.state = self.step(_state(node), cast(M, child.move))
            path.append(child)
        return path

    def _grow(self, node: Node[S, M], *, is_top: bool) -> None:
        moves = self.expand(_state(node))
        priors = np.array([prior for _, prior in moves], dtype=np.float64)
        if not (np.isfinite(priors).all() and (priors >= 0).all()):
            raise ParameterError(f"priors are 0 or more and finite, not {priors.tolist()}")
        if len(priors):
            total = priors.sum()
            priors = priors / total if total else np.full(len(priors), 1 / len(priors))
        weights, noise = priors, self.settings.noise
        if is_top and noise and len(priors):
            drawn = self.rng.dirichlet(np.full(len(priors), _NOISE_ALPHA / len(priors)))
            weights = (1 - noise) * priors + noise * drawn
        node.children = [
            Node(move, prior, weight=weight)
            for (move, _), prior, weight in zip(
                moves, priors.tolist(), weights.tolist(), strict=True
            )
        ]
        node.is_expanded = True

    def _chosen(self, node: Node[S, M]) -> Node[S, M]:
        reach = self.settings.c * math.sqrt(node.n_visits + node.n_pending)
        own = self._scaled(node.mean)

        def score(child: Node[S, M]) -> float:
            n = child.n_visits + child.n_pending
            quality = self._scaled(child.mean) if child.n_visits else own
            return quality + reach * child.weight / (1 + n)

        return max(node.children, key=score)

    def _scaled(self, value: float) -> float:
        return (value - self.low) / (self.high - self.low) if self.high > self.low else 0.5

    def _value(self, nodes: Sequence[Node[S, M]]) -> None:
        if not nodes:
            return
        values = [float(value) for value in self.value([_state(node) for node in nodes])]
        if len(values) != len(nodes):
            raise ParameterError(f"{len(nodes)} states have {len(nodes)} values, not {len(values)}")
        for node, found in zip(nodes, values, strict=True):
            if not 0 <= found <= 1:
                raise ParameterError(f"a value is from 0 to 1, not {found}")
            node.value = found
            self.low, self.high = min(self.low, found), max(self.high, found)

    def _return(self, path: Sequence[Node[S, M]]) -> None:
        found = path[-1].value
        assert found is not None
        for node in path:
            node.n_pending -= 1
            node.n_visits += 1
            node.total += found
            node.best = max(node.best, found)


def _state(node: Node[S, M]) -> S:
    assert node.state is not None
    return node.state
