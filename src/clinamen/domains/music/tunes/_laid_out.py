"""Many tunes as one array, for kernels that go through all of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from clinamen.domains.music.events import IntArray
from clinamen.domains.music.tunes.tune import Tune

__all__ = ["cut", "laid_out"]


def laid_out(tunes: Sequence[Tune]) -> tuple[IntArray, IntArray]:
    """Tunes end to end.

    Returns
    -------
    columns
        Onset, duration (ticks) and pitch of all notes, shape ``(3, N)``.
    ends
        Where each tune ends in them, shape ``(B,)``.
    """
    if not tunes:
        return np.empty((3, 0), dtype=np.int64), np.empty(0, dtype=np.int64)
    ends = np.cumsum(np.array([len(tune) for tune in tunes], dtype=np.int64))
    return np.concatenate([tune.columns for tune in tunes], axis=1), ends


def cut(columns: IntArray, ends: IntArray) -> list[Tune]:
    """Tunes that are laid out, each by itself: the inverse of `laid_out`.

    Raises
    ------
    ParameterError
        If notes of a tune do not rise, overlap, or do not last.
    """
    return Tune.apart(columns, ends)
