"""Event-by-event prediction by a mixture."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from clinamen.engine.mixture import Mixture
from clinamen.engine.mixture_view import ExpertView

__all__ = ["MixtureState"]

_FIRST_ROOM = 16


class _History:
    """What came in a sequence; several states may share one as far as each has got."""

    def __init__(self, room: int, n_experts: int, n_frames: int) -> None:
        self.codes = np.empty((room, n_experts), dtype=np.int64)
        self.symbols = np.empty((room, n_frames), dtype=np.int32)
        self.used = 0

    def grown(self, length: int) -> _History:
        """A history of its own with the first events of this one, and room for more."""
        room = max(2 * length, _FIRST_ROOM)
        other = _History(room, self.codes.shape[1], self.symbols.shape[1])
        other.codes[:length], other.symbols[:length] = self.codes[:length], self.symbols[:length]
        other.used = length
        return other


class MixtureState:
    """Event-by-event prediction by a mixture: predict, observe, copy.

    Gives bit for bit what `Mixture.predict` gives for a whole sequence. A state shares the
    mixture's long-term counts and weights and, with the states it was copied from, the past
    of its sequence: a copy costs nothing until it goes its own way, and some kilobytes an
    event then.

    Examples
    --------
    See ``clinamen.domains.music.state``, which feeds it with notes.
    """

    def __init__(self, mixture: Mixture) -> None:
        self._mixture = mixture
        self._history = _History(_FIRST_ROOM, mixture.n_experts, int(mixture.frames.max()) + 1)
        self._length = 0

    def __len__(self) -> int:
        """Events observed."""
        return self._length

    def predict(self, view: ExpertView) -> npt.NDArray[np.float64]:
        """Distribution now, shape ``(A,)``.

        Parameters
        ----------
        view
            A sequence whose last event is the present moment; the others are not looked at.
        """
        last = np.array([len(view.came) - 1])
        codes, symbols = self._history.codes, self._history.symbols
        length = self._length
        row: npt.NDArray[np.float64] = self._mixture.predict_after(
            codes[:length], symbols[:length], view, last, last
        )[0]
        return row

    def observe(self, codes: npt.NDArray[np.int64], symbols: npt.NDArray[np.int32]) -> None:
        """Learn what came: its contexts' codes, shape ``(E,)``, and symbols, shape ``(F,)``."""
        history = self._history
        if history.used != self._length or self._length == len(history.codes):
            history = self._history = history.grown(self._length)
        history.codes[self._length] = codes
        history.symbols[self._length] = symbols[: history.symbols.shape[1]]
        self._length += 1
        history.used = self._length

    def copy(self) -> MixtureState:
        """An independent state at the same place."""
        other = MixtureState.__new__(MixtureState)
        other._mixture = self._mixture
        other._history, other._length = self._history, self._length
        return other
