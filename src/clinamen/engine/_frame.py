"""Tables under IDyOM's column names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from clinamen.errors import ParameterError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["idyom_frame", "in_ticks", "refuse_timebase"]


def idyom_frame(
    frame: pd.DataFrame,
    names: Mapping[str, str],
    *,
    timebase: int | None,
    first: Mapping[str, Any],
) -> pd.DataFrame:
    """A table with IDyOM's names, its times in ticks if a base is given.

    Parameters
    ----------
    names
        Our column name to IDyOM's; the others stay.
    timebase
        Ticks in a whole note; None leaves quarters.
    first
        Columns to put first, each of one value.
    """
    if timebase is not None:
        for column in [name for name in frame if str(name).endswith("_quarters")]:
            frame[column] = in_ticks(frame[column].to_numpy(dtype=np.float64), timebase)
    frame = frame.rename(columns=dict(names))
    for place, (name, value) in enumerate(first.items()):
        frame.insert(place, name, value)
    return frame


def in_ticks(quarters: npt.NDArray[np.float64], timebase: int) -> npt.NDArray[Any]:
    """Times in ticks of a whole note's part: whole numbers if all of them are, else floats."""
    if isinstance(timebase, bool) or not isinstance(timebase, int) or timebase < 1:
        raise ParameterError(f"timebase must be a number of ticks in a whole note, not {timebase}")
    ticks = np.round(quarters * timebase / 4, 6)
    whole = ticks.astype(np.int64)
    return whole if np.array_equal(whole, ticks) else ticks


def refuse_timebase(timebase: int | None) -> None:
    """Our own columns name their unit, so they are not counted in another.

    Raises
    ------
    ParameterError
        If there is a timebase.
    """
    if timebase is not None:
        raise ParameterError("a timebase goes with idyom=True; our own times are in quarters")
