"""The shipped listener profile for harmony."""

from __future__ import annotations

import os
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clinamen.domains.music.progression.profile import HarmonyProfile

__all__ = ["load_harmony"]

_SHIPPED = "people"


def load_harmony(path: str | os.PathLike[str] | None = None) -> HarmonyProfile:
    """The shipped listener profile for harmony, or one from a file.

    It agrees with how surprised people say they are by a chord; `Listener` predicts chords
    better.

    Raises
    ------
    MissingError
        If there is no such file.
    FormatError
        If the file is damaged, or is no profile of harmony.

    Examples
    --------
    >>> from clinamen.domains.music.chords import parse_chord
    >>> profile = load_harmony()
    >>> chords = [parse_chord(symbol) for symbol in ("C", "F", "G", "C", "F", "Ab")]
    >>> bits = profile.information_content(chords)
    >>> bool(bits[5] > bits[4])
    True
    """
    from clinamen.io._source import read_bytes
    from clinamen.io.harmony_file import read_harmony

    if path is not None:
        return read_harmony(read_bytes(path), source=os.fspath(path))
    shipped = resources.files("clinamen.listeners") / f"{_SHIPPED}.harmony"
    return read_harmony(shipped.read_bytes(), source=_SHIPPED)
