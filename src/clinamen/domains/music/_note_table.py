"""Every note of several melodies as a row of one table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from clinamen.domains.music._columns import IDYOM_COLUMNS
from clinamen.domains.music.events import TICKS_PER_QUARTER, MelodyEvents
from clinamen.engine._frame import idyom_frame, refuse_timebase

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["NoteTable", "note_table"]

_NAMES = {
    **IDYOM_COLUMNS,
    "dataset": "dataset.id",
    "melody": "melody.id",
    "melody_name": "melody.name",
}
_ORDER = ("dataset", "melody", "note", "melody_name")


@dataclass(frozen=True)
class NoteTable:
    """Columns by our names, each of one value a note."""

    columns: Mapping[str, Any]

    def plain(self, timebase: int | None) -> pd.DataFrame:
        """The table under our names."""
        import pandas as pd

        refuse_timebase(timebase)
        return pd.DataFrame(dict(self.columns))

    def renamed(self, timebase: int | None, dataset_id: int) -> pd.DataFrame:
        """The table under IDyOM's names, in IDyOM's order."""
        import pandas as pd

        frame = pd.DataFrame(dict(self.columns))
        frame["dataset"] = dataset_id
        frame = frame[[*_ORDER, *(name for name in frame if name not in _ORDER)]]
        return idyom_frame(frame, _NAMES, timebase=timebase, first={})


def note_table(
    melodies: Sequence[MelodyEvents],
    names: Sequence[str],
    folds: Mapping[int, int],
    bits: Mapping[str, Sequence[npt.NDArray[np.float64]]],
) -> NoteTable:
    """Who each note is and what it cost; melodies, notes and folds count from 1."""
    lengths = [len(events) for events in melodies]
    number = np.repeat(np.arange(len(melodies)), lengths).tolist()
    columns: dict[str, Any] = {
        "melody": [melody + 1 for melody in number],
        "melody_name": [names[melody] for melody in number],
        "note": np.concatenate([np.arange(length) + 1 for length in lengths]),
        "fold": [folds[melody] + 1 for melody in number],
        "onset_quarters": _joined([events.onset for events in melodies]) / TICKS_PER_QUARTER,
        "duration_quarters": _joined([events.duration for events in melodies]) / TICKS_PER_QUARTER,
        "pitch": _joined([events.pitch for events in melodies]),
    }
    columns |= {name: np.concatenate(list(values)) for name, values in bits.items()}
    columns["probability"] = np.exp2(-columns["information_content"])
    return NoteTable(columns)


def _joined(columns: Sequence[npt.NDArray[np.int64]]) -> npt.NDArray[np.int64]:
    return np.concatenate(list(columns))
