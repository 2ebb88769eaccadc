"""Every error Clinamen raises on purpose.

One root, so that a caller can catch all of them; `ParameterError` and
`FormatError` are also `ValueError`, so that code written for the standard
library keeps working. A message says what was required, what came, and where.
"""

from __future__ import annotations

__all__ = [
    "AmbiguousError",
    "AttestationError",
    "ClinamenError",
    "ConflictError",
    "ConstraintError",
    "FormatError",
    "MissingError",
    "ParameterError",
    "UnsupportedError",
]


class ClinamenError(Exception):
    """Root of all errors raised on purpose."""


class ParameterError(ClinamenError, ValueError):
    """An argument is not what the operation requires."""


class ConstraintError(ParameterError):
    """What is wanted of a result cannot be had.

    Parameters
    ----------
    constraint
        The one that cannot hold, as the user gave it: ``"range C4-E4"``, ``"strength 12"``.
    reason
        Why it cannot.
    nearest
        The nearest that can: ``"C4-G4"``, ``"6.3 bits"``; empty where there is none.
    """

    def __init__(self, constraint: str, reason: str, *, nearest: str = ""):
        self.constraint = constraint
        self.reason = reason
        self.nearest = nearest
        rest = f"; the nearest that can: {nearest}" if nearest else ""
        super().__init__(f"{constraint} cannot hold: {reason}{rest}")


class FormatError(ClinamenError, ValueError):
    """A file or text is malformed.

    Parameters
    ----------
    message
        What was required and what came.
    source
        Name of the file as the user gave it, or None for text in memory.
    place
        Where in the source: ``"byte 120"``, ``"line 7"``, ``"bar 3"``.
    column
        Place in a line or a symbol, from 1, or None where columns say nothing.
    """

    def __init__(
        self,
        message: str,
        *,
        source: str | None = None,
        place: str | None = None,
        column: int | None = None,
    ):
        self.message = message
        self.source = source
        self.place = place
        self.column = column
        at_column = f"column {column}" if column is not None else None
        where = ", ".join(part for part in (source, place, at_column) if part)
        super().__init__(f"{where}: {message}" if where else message)


class UnsupportedError(FormatError):
    """The file is well formed, but holds nothing this verb can work on."""


class AmbiguousError(FormatError):
    """The input can be read in more than one way and the caller must choose."""


class AttestationError(FormatError):
    """A signature or time-stamp is damaged, or does not vouch for what it is held against."""


class MissingError(ClinamenError, LookupError):
    """A named thing (file, listener, viewpoint, track) does not exist or cannot be read."""


class ConflictError(ClinamenError):
    """What was to be changed is no longer, or not yet, in the state that the change needs."""
