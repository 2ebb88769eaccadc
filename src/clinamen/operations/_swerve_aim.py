"""How strong a break is to be: an exact number of bits, or what a word can mean."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import overload

import numpy as np
import numpy.typing as npt

from clinamen.errors import ConstraintError

__all__ = ["STRENGTHS", "TOLERANCE_BITS", "ZONES", "Aim", "OutOfReach"]

STRENGTHS = {"gentle": 2.5, "bold": 5.0, "shocking": 8.0}
"""Contrasts in bits: at the break, above the median of the phrase before."""

ZONES = {"gentle": (1.5, 4.0), "bold": (4.0, 7.5), "shocking": (6.5, math.inf)}
"""Contrasts, in bits, that a word can still mean where its own cannot be had."""

TOLERANCE_BITS = 0.75
"""A break may miss the asked contrast by so many bits."""


class OutOfReach(ConstraintError):
    """No break is of the asked strength.

    Parameters
    ----------
    name
        What was asked, in words.
    reason
        Why, in words.
    reached
        The nearest contrast that can be had; below 0 if none.
    rather
        What else would help.
    """

    def __init__(self, name: str, reason: str, reached: float, *, rather: str = "") -> None:
        self.reached, self.rather = reached, rather
        nearest = f"{reached:.1f} bits{rather}" if reached > 0 else rather.removeprefix(", or ")
        super().__init__(name, reason, nearest=nearest)


@dataclass(frozen=True, slots=True)
class Aim:
    """Contrasts that a break may have.

    Parameters
    ----------
    bits
        The one that it should have.
    lowest, highest
        Those that it may have.
    name
        What was asked, as refusals say it.
    """

    bits: float
    lowest: float
    highest: float
    name: str

    @classmethod
    def at(cls, bits: float) -> Aim:
        """A number of bits, within the tolerance."""
        return cls(bits, bits - TOLERANCE_BITS, bits + TOLERANCE_BITS, f"strength {bits:g} bits")

    @classmethod
    def near(cls, word: str) -> Aim:
        """All that a word can mean."""
        lowest, highest = ZONES[word]
        until = f"to {highest:g} bits" if math.isfinite(highest) else "bits or more"
        return cls(STRENGTHS[word], lowest, highest, f"strength {word} ({lowest:g} {until})")

    @classmethod
    def above(cls, lowest: float, bits: float) -> Aim:
        """Anything above a contrast, `bits` if that can be."""
        return cls(bits, lowest, math.inf, f"strength {bits:g} bits")

    @property
    def is_wide(self) -> bool:
        """Whether it is no single contrast."""
        return self.highest - self.lowest > 2 * TOLERANCE_BITS

    @overload
    def holds(self, contrast: float) -> bool: ...
    @overload
    def holds(self, contrast: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]: ...
    def holds(self, contrast: float | npt.NDArray[np.float64]) -> bool | npt.NDArray[np.bool_]:
        """Whether a break of that contrast will do."""
        return (contrast >= self.lowest) & (contrast <= self.highest)
