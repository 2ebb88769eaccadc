"""Levels of what is sculpted: shares in per cent, and how many things are left at each."""

from __future__ import annotations

from abc import ABC, abstractmethod
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING, ClassVar

from clinamen.errors import ConstraintError
from clinamen.operations.text import a_count

if TYPE_CHECKING:
    from clinamen.domains.music.notes import Song

__all__ = ["Level", "Levels"]

Level = float | Fraction
"""A share in per cent."""


class Levels(ABC):
    """Things of which some can go; those that build on it say how many."""

    noun: ClassVar[str]
    nouns: ClassVar[str]
    target: ClassVar[str]

    @property
    @abstractmethod
    def n_total(self) -> int:
        """Things to begin with."""

    @property
    @abstractmethod
    def n_least(self) -> int:
        """Fewest that can be left."""

    @property
    @abstractmethod
    def n_locked(self) -> int:
        """Things that must stay."""

    @abstractmethod
    def song_of(self, n_left: int, *, hold: bool = True) -> Song:
        """The song with so many things left."""

    def song_at(self, level: Level, *, hold: bool = True) -> Song:
        """The song at a level in per cent; at 100 itself, unchanged.

        Parameters
        ----------
        hold
            Whether notes sound on through the time of removed ones (see `with_notes_left`);
            chords always do.

        Raises
        ------
        ConstraintError
            As `n_at`.
        """
        return self.song_of(self.n_at(level), hold=hold)

    def n_at(self, level: Level) -> int:
        """How many are left at a level in per cent, rounded up; a decimal counts as written.

        Raises
        ------
        ConstraintError
            If the level is not within 0 to 100, or more things must stay.
        """
        if not 0 <= level <= 100:
            nearest = "level 100" if level > 100 else self._least_level()
            raise ConstraintError(
                f"level {float(level):g}", "it must be a percentage", nearest=nearest
            )
        # As a binary fraction 70.1 is a little more, and would leave one more of a thousand.
        exact = level if isinstance(level, Fraction) else Fraction(repr(float(level)))
        n_left = ceil(exact * self.n_total / 100)
        if n_left < self.n_least:
            raise ConstraintError(
                f"level {float(level):g}", self._least_reason(), nearest=self._least_level()
            )
        return n_left

    def check_number(self, n_left: int) -> int:
        """A number of things that can be left, as it is.

        Raises
        ------
        ConstraintError
            If there are fewer, or more must stay.
        """
        asked = f"{n_left} {self.nouns}"
        if n_left > self.n_total:
            reason = f"there are {a_count(self.n_total, self.noun, self.nouns)}"
            raise ConstraintError(asked, reason, nearest=str(self.n_total))
        if n_left < self.n_least:
            raise ConstraintError(asked, self._least_reason(), nearest=str(self.n_least))
        return n_left

    def _least_level(self) -> str:
        """The lowest level, in as few digits as tell it, and what it leaves."""
        too_low = Fraction(100 * (self.n_least - 1), self.n_total)
        for unit in (1, 10, 100):
            level = Fraction(floor(too_low * unit) + 1, unit)
            if ceil(level * self.n_total / 100) == self.n_least:
                break
        left = f"{self.n_least} of {a_count(self.n_total, self.noun, self.nouns)}"
        return f"level {float(level):g}, which leaves {left}"

    def _least_reason(self) -> str:
        if self.n_locked:
            return f"{self.n_least} of {self.n_total} {self.nouns} stay, with what is locked"
        return f"at least one {self.noun} stays"
