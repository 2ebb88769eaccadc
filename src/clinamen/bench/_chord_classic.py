"""The classic model of the field on chords: PPM, long and short term, from several references."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from clinamen.bench._decay import reference_of, symbols_of
from clinamen.domains.music.progression.events import N_QUALITIES, HarmonyEvents
from clinamen.domains.music.progression.experts import N_CHORDS
from clinamen.engine.measures import measure
from clinamen.engine.model import ViewpointModel
from clinamen.engine.ppm import Projection

__all__ = ["ClassicModel"]


def _images() -> npt.NDArray[np.int32]:
    """Symbol of every root and quality, and of no chord, counted from each of 12 references."""
    roots = (np.arange(12) - np.arange(12)[:, None]) % 12
    symbols = roots[:, :, None] * N_QUALITIES + np.arange(N_QUALITIES)
    nothing = np.full((12, 1), N_CHORDS - 1)
    return np.concatenate([symbols.reshape(12, -1), nothing], axis=1).astype(np.int32)


_IMAGES = _images()


class ClassicModel:
    """BOTH+ with the options of the field, one viewpoint for each kind of symbols.

    Parameters
    ----------
    viewpoints
        Out of `SYMBOLS`.
    """

    def __init__(self, viewpoints: Sequence[str]) -> None:
        self.viewpoints = tuple(viewpoints)
        self._model = ViewpointModel(len(self.viewpoints))

    def learn(self, events: HarmonyEvents) -> None:
        """Add a song to long-term memory."""
        self._model.learn(self._projections(events))

    def bits(self, events: HarmonyEvents) -> npt.NDArray[np.float64]:
        """Information content of every chord of a song, which is learnt by that."""
        rows = self._model.predict(self._projections(events))
        return measure(rows, np.array(symbols_of(events, "absolute")))[0]

    def _projections(self, events: HarmonyEvents) -> list[Projection]:
        return [
            Projection(
                symbols=np.array(symbols_of(events, which), dtype=np.int32),
                images=_IMAGES,
                image_index=reference_of(events, which),
                n_alphabet=N_CHORDS,
                n_symbols=N_CHORDS,
            )
            for which in self.viewpoints
        ]
