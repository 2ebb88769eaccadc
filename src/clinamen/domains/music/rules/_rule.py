"""What every rule has: a name, a count of where it holds, and how much of it is enough."""

from __future__ import annotations

from typing import ClassVar, NamedTuple, Protocol

from clinamen.domains.music.rules._reading import Reading

__all__ = ["Count", "Rule"]


class Count(NamedTuple):
    """In how many cases of how many something holds."""

    n_for: int
    n_of: int

    @property
    def share(self) -> float:
        """From 0 to 1; 0 where there is no case."""
        return self.n_for / self.n_of if self.n_of else 0.0


class Rule(Protocol):
    """Something that a tune follows or does not.

    Attributes
    ----------
    kind
        What the rule is about, such as ``scale``.
    least
        Share of the cases from which on a tune follows it.
    """

    kind: ClassVar[str]
    least: ClassVar[float]

    def count(self, reading: Reading) -> Count:
        """The cases in which a tune follows it, and all of them."""
        ...

    def holds(self, reading: Reading) -> bool:
        """Whether a tune follows it."""
        return self.count(reading).share >= self.least
