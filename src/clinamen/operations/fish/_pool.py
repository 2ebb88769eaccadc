"""Ideas that are held: few, good and different from each other."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from clinamen.operations.fish._ideas import Idea, distance

__all__ = ["MOST_HELD", "Pool"]

MOST_HELD = 60
"""Ideas at most."""

_ALIKE = 0.12
"""Two ideas no further apart than this compete for one place."""


class Pool:
    """Ideas with their scores, at most `MOST_HELD`.

    Parameters
    ----------
    score
        Worth times novelty of an idea, as it is now.
    ideas
        To begin with.
    """

    def __init__(self, score: Callable[[Idea], float], ideas: Iterable[Idea] = ()) -> None:
        self._score = score
        self._held = {idea.key: idea for idea in ideas}
        self._scores = {key: score(idea) for key, idea in self._held.items()}
        self._before = set(self._held)

    def __len__(self) -> int:
        return len(self._held)

    @property
    def ideas(self) -> tuple[Idea, ...]:
        """All of them, the best first."""
        return tuple(self._held[key] for key in self._ranked())

    def _ranked(self) -> list[str]:
        return sorted(self._held, key=lambda key: (-self._scores[key], key))

    def best(self) -> tuple[Idea, float] | None:
        """The best idea and its score; None where none is held."""
        keys = self._ranked()
        return (self._held[keys[0]], self._scores[keys[0]]) if keys else None

    def offer(self, idea: Idea) -> bool:
        """Hold an idea if it beats the one that it is most like, or, being like none, the worst;
        whether it is held now."""
        if idea.key in self._held:
            return False
        score = self._score(idea)
        if score <= 0:
            return False
        rival = self._rival(idea)
        if rival is not None:
            if score <= self._scores[rival]:
                return False
            self._drop(rival)
        self._held[idea.key], self._scores[idea.key] = idea, score
        return True

    def _rival(self, idea: Idea) -> str | None:
        """Key of the idea whose place another one would take; None where there is room."""
        apart = {key: distance(idea, other) for key, other in self._held.items()}
        nearest = min(apart, key=lambda key: (apart[key], key), default=None)
        if nearest is not None and apart[nearest] <= _ALIKE:
            return nearest
        return self._ranked()[-1] if len(self._held) >= MOST_HELD else None

    def _drop(self, key: str) -> None:
        del self._held[key], self._scores[key]

    def judge_anew(self) -> None:
        """Scores are other ones: something has surfaced, or was kept or rejected."""
        self._scores = {key: self._score(idea) for key, idea in self._held.items()}
        for key in [key for key, score in self._scores.items() if score <= 0]:
            self._drop(key)

    def pick(self, rng: np.random.Generator) -> Idea:
        """An idea by chance, better ones more often: of rank r with weight 1 / (r + 1)."""
        keys = self._ranked()
        weights = 1.0 / np.arange(2, len(keys) + 2)
        return self._held[keys[int(rng.choice(len(keys), p=weights / weights.sum()))]]

    def changes(self) -> tuple[dict[str, str], tuple[str, ...]]:
        """Ideas that came since this was asked last, as text, and keys of those that went."""
        added = {key: idea.to_json() for key, idea in self._held.items() if key not in self._before}
        dropped = tuple(sorted(self._before - self._held.keys()))
        return added, dropped

    def saved(self) -> None:
        """What `changes` gave is on the disk."""
        self._before = set(self._held)
