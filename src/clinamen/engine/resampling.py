"""Folds: which items are predicted together, each by a model that learnt all the others."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from clinamen.errors import ParameterError

__all__ = ["Folds", "explicit_folds", "interleaved_folds", "kfold"]

Indices = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Folds:
    """A partition of items into test sets, and how it was made.

    Iterating gives ``(train, test)`` pairs of item indices, both rising: a model that goes
    on learning meets the test items in the order of the data set.

    Parameters
    ----------
    n_items
        How many items there are; they are called 0 to ``n_items - 1``.
    test
        Items of each fold. Every item is in exactly one, no fold is empty, and there are
        at least two, so that something is left to learn from.
    method
        ``random``, ``interleaved`` or ``explicit``.
    seed
        What the random generator was made from, if the caller says so.
    grouped
        Whether items of one group were kept in one fold.

    Raises
    ------
    ParameterError
        If `test` is no such partition.
    """

    n_items: int
    test: tuple[Indices, ...]
    method: str = "explicit"
    seed: int | None = None
    grouped: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "test", tuple(tuple(sorted(fold)) for fold in self.test))
        if len(self.test) < 2 or not all(self.test):
            raise ParameterError("folds must be at least two, none of them empty")
        found = sorted(item for fold in self.test for item in fold)
        if found != list(range(self.n_items)):
            raise ParameterError(
                f"folds must hold each item from 0 to {self.n_items - 1} exactly once"
            )

    def __repr__(self) -> str:
        seed = "" if self.seed is None else f" (seed {self.seed})"
        return f"<Folds: {len(self)} {self.method}{seed}, of {self.n_items} items>"

    def __len__(self) -> int:
        return len(self.test)

    def __iter__(self) -> Iterator[tuple[Indices, Indices]]:
        for test in self.test:
            held_out = set(test)
            yield tuple(item for item in range(self.n_items) if item not in held_out), test

    def to_plain(self) -> dict[str, Any]:
        """Values for a file of settings; `from_plain` reads them back."""
        return {
            "n_items": self.n_items,
            "method": self.method,
            "seed": self.seed,
            "grouped": self.grouped,
            "test": [list(fold) for fold in self.test],
        }

    @classmethod
    def from_plain(cls, values: Mapping[str, Any]) -> Folds:
        """Folds as `to_plain` states them.

        Raises
        ------
        ParameterError
            If something is missing, unknown or of the wrong kind, or is no partition.
        """
        known = {"n_items", "method", "seed", "grouped", "test"}
        if set(values) != known:
            wrong = ", ".join(sorted(set(values) ^ known))
            raise ParameterError(f"folds need exactly {', '.join(sorted(known))}; see {wrong}")
        try:
            test = tuple(tuple(int(item) for item in fold) for fold in values["test"])
            n_items = int(values["n_items"])
        except (TypeError, ValueError) as error:
            raise ParameterError(f"folds must be lists of item numbers: {error}") from None
        return cls(n_items, test, str(values["method"]), values["seed"], bool(values["grouped"]))


def kfold(
    n_items: int,
    n_folds: int,
    rng: np.random.Generator,
    *,
    groups: Sequence[Hashable] | None = None,
    seed: int | None = None,
) -> Folds:
    """Random folds, the same for the same state of the generator.

    Parameters
    ----------
    n_items, n_folds
        Sizes differ by one at most when nothing is grouped.
    rng
        Source of chance.
    groups
        One label an item; items with equal labels stay together (the same tune under
        other words, say). The largest groups are dealt out first, each to the fold that
        is smallest so far.
    seed
        What `rng` was made from, only to be stated in the result.

    Raises
    ------
    ParameterError
        If there are fewer than two folds or fewer groups than folds.

    Examples
    --------
    >>> kfold(5, 2, np.random.default_rng(1)).test
    ((1, 3, 4), (0, 2))
    """
    members = _members(n_items, n_folds, groups)
    shuffled = [members[place] for place in rng.permutation(len(members))]
    shuffled.sort(key=len, reverse=True)  # stable: equal sizes keep their random order
    return _dealt(n_items, shuffled, n_folds, _smallest, "random", seed, groups is not None)


def interleaved_folds(
    n_items: int, n_folds: int, *, groups: Sequence[Hashable] | None = None
) -> Folds:
    """Item (or group, in order of first appearance) number i goes to fold i modulo k.

    No chance, so no seed to keep; neighbours in a corpus, often alike, come apart.

    Examples
    --------
    >>> interleaved_folds(5, 2).test
    ((0, 2, 4), (1, 3))
    """
    members = _members(n_items, n_folds, groups)
    return _dealt(n_items, members, n_folds, _in_turn, "interleaved", None, groups is not None)


def explicit_folds(test: Iterable[Iterable[int]]) -> Folds:
    """Folds that someone else has chosen, such as those of a published experiment."""
    folds = tuple(tuple(fold) for fold in test)
    return Folds(sum(map(len, folds)), folds)


def _members(n_items: int, n_folds: int, groups: Sequence[Hashable] | None) -> list[list[int]]:
    """Items of each group, groups in order of first appearance."""
    labels: Sequence[Hashable] = range(n_items) if groups is None else groups
    if len(labels) != n_items:
        raise ParameterError(f"groups must label each of {n_items} items, not {len(labels)}")
    by_label: dict[Hashable, list[int]] = {}
    for item, label in enumerate(labels):
        by_label.setdefault(label, []).append(item)
    if not 2 <= n_folds <= len(by_label):
        what = "items" if groups is None else "groups"
        raise ParameterError(
            f"the number of folds must be from 2 to the {len(by_label)} {what}, not {n_folds}"
        )
    return list(by_label.values())


def _smallest(_turn: int, folds: Sequence[Sequence[int]]) -> int:
    return min(range(len(folds)), key=lambda fold: len(folds[fold]))


def _in_turn(turn: int, folds: Sequence[Sequence[int]]) -> int:
    return turn % len(folds)


def _dealt(
    n_items: int,
    members: Sequence[Sequence[int]],
    n_folds: int,
    choose: Callable[[int, Sequence[Sequence[int]]], int],
    method: str,
    seed: int | None,
    grouped: bool,
) -> Folds:
    folds: list[list[int]] = [[] for _ in range(n_folds)]
    for turn, items in enumerate(members):
        folds[choose(turn, folds)].extend(items)
    return Folds(n_items, tuple(tuple(fold) for fold in folds), method, seed, grouped)
