"""The styles of spelling by name."""

from __future__ import annotations

from typing import Literal, get_args

from clinamen.domains.music.notes import Key
from clinamen.errors import ParameterError

__all__ = ["NO_CHORD_TEXTS", "STYLES", "UNKNOWN_TEXTS", "Style", "check_style"]

Style = Literal["standard", "realbook", "ireal", "chordpro", "harte", "nashville", "roman"]
"""``standard`` (``Cm7b5``), ``realbook`` (``Cø7``), ``ireal`` (``Ch7``), ``chordpro`` (no
parentheses), ``harte`` (``C:hdim7``), ``nashville`` (``2-7``), ``roman`` (``ii7``)."""

STYLES: tuple[Style, ...] = get_args(Style)
"""All styles."""

NO_CHORD_TEXTS: dict[Style, str] = {"ireal": "n", "harte": "N"}
"""How styles write that there is no chord, where it is not ``N.C.``."""

UNKNOWN_TEXTS: dict[Style, str] = {"harte": "X"}
"""How styles write a chord that is not known, where it is not a question mark."""


def check_style(style: Style, key: Key | None) -> None:
    """Refuse a style that does not exist, or one of numbers without a key.

    Raises
    ------
    ParameterError
        In either case.
    """
    if style not in STYLES:
        raise ParameterError(f"style must be one of {', '.join(STYLES)}, not {style!r}")
    if style in ("nashville", "roman") and key is None:
        raise ParameterError(f"the style {style} counts from a tonic: give a key")
