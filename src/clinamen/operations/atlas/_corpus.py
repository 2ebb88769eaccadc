"""The shipped table of what the listener's own tunes measure: what everyone has done."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

from clinamen.errors import MissingError
from clinamen.io.measures_file import MeasureTable, read_measures

__all__ = ["corpus"]

_FILE = "songs.measures"


@lru_cache(1)
def corpus() -> MeasureTable:
    """Titles and measures of the tunes that the shipped listener was trained on.

    Each was heard with its own counts and those of its variants taken out
    (``tools/measure_corpora.py``).

    Raises
    ------
    MissingError
        If this installation has no such table.
    """
    file = resources.files("clinamen.listeners") / _FILE
    if not file.is_file():
        raise MissingError(f"{_FILE} is not installed; tools/measure_corpora.py makes it")
    return read_measures(file.read_bytes(), source=_FILE)
