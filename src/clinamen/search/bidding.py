"""Several makers of ideas bid for the next turn: Thompson sampling over what they have brought."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from clinamen.errors import ParameterError

__all__ = ["Bids", "Record"]

_FADING = 0.99
"""What a turn still counts after the next one, of whichever maker: what bit an hour ago may bite
no more, and who brought nothing then may now."""

_TURNS_EACH = 5
"""Turns that everyone has before any bid counts: two failures say little."""


@dataclass(frozen=True, slots=True)
class Record:
    """What a maker has brought.

    Parameters
    ----------
    n_turns, n_ideas, n_held
        How often it was its turn, how many ideas it had, and how many of them were worth
        holding on to.
    gains, losses
        Turns that brought something worth holding, and those that did not; older ones fade.
    """

    n_turns: int = 0
    n_ideas: int = 0
    n_held: int = 0
    gains: float = 0.0
    losses: float = 0.0

    def faded(self) -> Record:
        """The record after a turn of anyone."""
        return replace(self, gains=_FADING * self.gains, losses=_FADING * self.losses)

    def after(self, n_ideas: int, n_held: int) -> Record:
        """The record after a turn of its own."""
        return replace(
            self,
            n_turns=self.n_turns + 1,
            n_ideas=self.n_ideas + n_ideas,
            n_held=self.n_held + n_held,
            gains=self.gains + (n_held > 0),
            losses=self.losses + (n_held == 0),
        )


class Bids:
    """Whose turn is next.

    Every maker has a chance of bringing something worth holding, of which its record tells;
    one value of each chance is drawn from what is believed of it (a beta distribution, from a
    flat one on), and the highest has the turn. Records fade, so that who brings much has many
    turns, and who has had none for long is tried again. Source: Thompson (1933); fading as in
    Raj and Kalyani (2017).

    Parameters
    ----------
    names
        Of the makers, in a fixed order.
    records
        What is known of them.

    Raises
    ------
    ParameterError
        If there are none, or two of a name.

    Examples
    --------
    >>> bids = Bids(["swerve", "compose"])
    >>> bids.tell("swerve", n_ideas=3, n_held=1)
    >>> bids.records["swerve"].n_held
    1
    """

    def __init__(self, names: Iterable[str], records: Mapping[str, Record] | None = None) -> None:
        self.names = tuple(names)
        if not self.names or len(set(self.names)) < len(self.names):
            raise ParameterError("at least one maker must bid, each under a name of its own")
        known = records or {}
        self.records = {name: known.get(name, Record()) for name in self.names}

    def ask(self, rng: np.random.Generator, among: Iterable[str] | None = None) -> str:
        """Who is next.

        Parameters
        ----------
        among
            Those that can have a turn now; all by default.
        """
        names = self.names if among is None else tuple(among)
        if not names:
            raise ParameterError("nobody can have the next turn")
        rarest = min(names, key=lambda name: self.records[name].n_turns)
        if self.records[rarest].n_turns < _TURNS_EACH:
            return rarest
        records = [self.records[name] for name in names]
        drawn = rng.beta([1 + r.gains for r in records], [1 + r.losses for r in records])
        return names[int(np.argmax(drawn))]

    def tell(self, name: str, *, n_ideas: int, n_held: int) -> None:
        """What a turn has brought."""
        self.records = {each: record.faded() for each, record in self.records.items()}
        self.records[name] = self.records[name].after(n_ideas, n_held)
