"""Going deep, move by move: a tree search before each, and the move that led furthest is taken."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from clinamen.domains.music.tunes.rewriting import Move, Rewriting, Written
from clinamen.search.tree import Node, TreeSettings, puct

if TYPE_CHECKING:
    from clinamen.domains.music.tunes.tune import Tune
    from clinamen.operations._worth import Judge

__all__ = ["Line", "Taken", "go_deep"]

_C = 1.5
_N_LEAVES = 16
_NOISE = 0.1

_COURAGE = 0.5
"""Power to which chances are raised before they lead the search. With 1 it would look for ever
where everybody has looked; with 0 the listener would have no say."""

_N_PASSES = 4

_FEWEST = 32
"""Visits before a move is taken, where there are as many left."""

_MOST = 8_000
"""Visits before a move is taken, at most: a tree grows by some hundred moves at each."""

_MOST_KNOWN, _MOST_HEARD = 50_000, 256
"""Values that are looked up again, and the best tunes that are kept: memory has an end."""

_N_OTHERS = 3


@dataclass(frozen=True, eq=False)
class Taken:
    """A move that was taken.

    Parameters
    ----------
    move
        Which, with the listener's chance of it.
    rank
        How many moves at its place were held likelier, and one.
    n_moves
        Moves that there were.
    n_visits, of_visits
        How often the search went to it, and to all of them.
    value
        The best that was found behind it: what the search goes for, see `Worth.pull`.
    is_most_visited
        Whether the search went to no other one more often.
    others
        Other moves with their visits and the best behind them, the most visited first.
    """

    move: Move
    rank: int
    n_moves: int
    n_visits: int
    of_visits: int
    value: float
    is_most_visited: bool
    others: tuple[tuple[Move, int, float], ...]


@dataclass(eq=False)
class Line:
    """What has been found so far.

    Parameters
    ----------
    tune
        With all moves that were taken.
    taken
        They.
    best
        The best tunes that were heard, with what the search goes for, the best first.
    pulls
        The same for tunes by their keys, as far as they are remembered.
    n_visits, n_heard
        Visits of trees, and tunes that were heard for them.
    was_stopped
        Whether it ended early.
    """

    tune: Tune
    taken: list[Taken] = field(default_factory=list)
    best: list[tuple[float, Tune]] = field(default_factory=list)
    pulls: dict[bytes, float] = field(default_factory=dict)
    n_visits: int = 0
    n_heard: int = 0
    was_stopped: bool = False

    def hear(self, tunes: Sequence[Tune], judge: Judge) -> list[float]:
        """What a search goes for in each tune, 0 to 1; each is heard once while it is known."""
        new = {tune.key: tune for tune in tunes if tune.key not in self.pulls}
        if len(self.pulls) > _MOST_KNOWN:
            self.pulls = {tune.key: self.pulls[tune.key] for tune in tunes if tune.key not in new}
        for tune, worth in zip(new.values(), judge([*new.values()]), strict=True):
            self.pulls[tune.key] = worth.pull
            self.best.append((worth.pull, tune))
        self.n_heard += len(new)
        if len(self.best) > 2 * _MOST_HEARD:
            self.sort()
        return [self.pulls[tune.key] for tune in tunes]

    def sort(self) -> None:
        """The best first, and no more than are kept."""
        first: dict[bytes, tuple[float, Tune]] = {
            tune.key: (pull, tune) for pull, tune in self.best
        }
        self.best = sorted(first.values(), key=lambda each: (-each[0], each[1].key))[:_MOST_HEARD]


def go_deep(
    begin: Callable[[Tune], Rewriting],
    tune: Tune,
    judge: Judge,
    *,
    n_visits: int,
    rng: np.random.Generator,
    watch: Callable[[Taken, int], None],
    stop: Callable[[], bool],
) -> Line:
    """Write a stretch anew from left to right, several times.

    What is behind a place is at first the tune as it was, and in each pass after that the best
    tune heard so far: a move is judged by what could follow it, not by what once did. The
    visits are shared among passes, and in each among the moves that are to come, by how many
    notes are left; a tree has 8,000 at most, and what would be more is not spent. A stop ends
    the line where it is; the tune then goes on as it was before the pass.

    Parameters
    ----------
    begin
        The stretch to be written, with a tune behind it.
    tune
        As it was.
    """
    line, rewriting = Line(tune), begin(tune)
    for left in range(_N_PASSES, 0, -1):
        goal = line.n_visits + (n_visits - line.n_visits) // left
        _pass(rewriting, judge, line, goal, rng, watch, stop)
        line.sort()
        if line.was_stopped or left == 1:
            break
        rewriting = begin(next(each for _, each in line.best if _is_written(each, rewriting)))
    return line


def _is_written(tune: Tune, rewriting: Rewriting) -> bool:
    """Whether a tune has notes in the stretch: another pass needs some to go by."""
    start, end = rewriting.span
    onset = tune.columns[0, 1:]
    return bool(((start <= onset) & (onset < end)).any())


def _pass(
    rewriting: Rewriting,
    judge: Judge,
    line: Line,
    goal: int,
    rng: np.random.Generator,
    watch: Callable[[Taken, int], None],
    stop: Callable[[], bool],
) -> None:
    """Write the stretch once, until so many visits have been made in all."""
    state = rewriting.start()
    line.tune, line.taken = rewriting.tune, []
    while line.n_visits < goal and not line.was_stopped:
        left = goal - line.n_visits
        n_here = min(max(left // rewriting.n_left(state), _FEWEST), left, _MOST)
        top = _searched(rewriting, judge, line, state, n_here, rng, stop)
        visited = [child for child in top.children if child.n_visits]
        if not visited:
            return
        # Nobody answers: the move is taken behind which the best was found.
        best = max(visited, key=lambda child: (child.best, child.n_visits, child.prior))
        assert best.state is not None
        line.taken.append(_taken(top, best, visited))
        state = best.state
        line.tune = rewriting.tune_of(state)
        watch(line.taken[-1], goal - line.n_visits)


def _searched(
    rewriting: Rewriting,
    judge: Judge,
    line: Line,
    state: Written,
    n_visits: int,
    rng: np.random.Generator,
    stop: Callable[[], bool],
) -> Node[Written, Move]:
    """The tree from a state, after so many visits or a stop."""
    settings = TreeSettings(c=_C, n_leaves=_N_LEAVES, noise=_NOISE)

    def expand(here: Written) -> list[tuple[Move, float]]:
        return [(move, move.chance**_COURAGE) for move in rewriting.moves(here)]

    def value(states: Sequence[Written]) -> list[float]:
        return line.hear([rewriting.tune_of(each) for each in states], judge)

    top: Node[Written, Move] = Node(state=state)
    for found in puct(
        state, expand, rewriting.after, value, n_visits=n_visits, rng=rng, settings=settings
    ):
        top = found
        if stop():
            line.was_stopped = True
            break
    line.n_visits += max(top.n_visits, 1)
    return top


def _taken(
    top: Node[Written, Move],
    best: Node[Written, Move],
    visited: Sequence[Node[Written, Move]],
) -> Taken:
    moves = [child.move for child in top.children if child.move is not None]
    assert best.move is not None
    rank = 1 + sum(move.chance > best.move.chance for move in moves)
    others = sorted(visited, key=lambda child: (-child.n_visits, -child.mean, -child.prior))
    told = tuple(
        (child.move, child.n_visits, child.best)
        for child in others
        if child is not best and child.move is not None
    )
    n_all = sum(child.n_visits for child in visited)
    return Taken(
        move=best.move,
        rank=rank,
        n_moves=len(moves),
        n_visits=best.n_visits,
        of_visits=n_all,
        value=best.best,
        is_most_visited=best.n_visits == max(child.n_visits for child in visited),
        others=told[:_N_OTHERS],
    )
