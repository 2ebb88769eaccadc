"""A line about predictions that are due, before any command of `clinamen story`."""

from __future__ import annotations

import sys
from contextlib import closing

from clinamen.errors import ClinamenError
from clinamen.operations.story.home import default_store, open_store

__all__ = ["remind"]


def remind() -> None:
    """One line on stderr, once a day, if a prediction is due."""
    path = default_store()
    if not path.exists():
        return
    from clinamen.operations.story.predictions import reminder

    try:
        with closing(open_store(path)) as store:
            line = reminder(store)
    except ClinamenError:
        return  # Who asked for something else hears of it where it matters.
    if line:
        sys.stderr.write(f"clinamen: {line}\n")
