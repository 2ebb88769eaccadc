"""Whole sequences by the hundred, as a learned mixture expects them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from clinamen.engine import _mixture_whole as kernels
from clinamen.engine._mixture_store import Store
from clinamen.engine.mixture import Mixture
from clinamen.engine.mixture_view import ExpertView, check_fits, check_range
from clinamen.errors import ParameterError

__all__ = ["SequenceHearing"]

FloatArray = npt.NDArray[np.float64]
_Ends = npt.NDArray[np.int64]


class SequenceHearing:
    """Hears sequences that lie end to end, to the bit as `Mixture.predict` hears each alone.

    It works in room of its own, so that two of them may work at once, but not one twice. The
    mixture may learn between two calls.

    Parameters
    ----------
    mixture
        What was learnt.
    """

    def __init__(self, mixture: Mixture) -> None:
        self.mixture = mixture
        self._used = np.unique(mixture.frames)
        self._frames = np.searchsorted(self._used, mixture.frames)
        self._keys = np.empty(0, dtype=np.int64)
        self._places = np.empty(0, dtype=np.int32)
        self._short = Store()

    def measure(self, view: ExpertView, ends: _Ends) -> FloatArray:
        """Information content and entropy of every event, bits, shape ``(2, T)``.

        Parameters
        ----------
        view
            The sequences end to end; something came at every event.
        ends
            The event after the last one of each, shape ``(S,)``, rising.

        Raises
        ------
        ParameterError
            If the view was made for other experts, or `ends` does not fit it.
        """
        return self._run(view, ends, np.empty((1, view.images.shape[2])))

    def predict(self, view: ExpertView, ends: _Ends) -> FloatArray:
        """Distribution before every event, shape ``(T, A)``; the rest as for `measure`."""
        rows = np.empty((len(view.came), view.images.shape[2]))
        self._run(view, ends, rows)
        return rows

    def _run(self, view: ExpertView, ends: _Ends, rows: FloatArray) -> FloatArray:
        mixture = self.mixture
        check_fits(view, mixture.frames, mixture.n_classes)
        _check_ends(view, ends)
        measured = np.empty((2, len(view.came)))
        found, begun = self._numbered(view, ends)
        long_found = mixture.long_term.find(view.codes)
        # Frames that no expert predicts in would only be added up as zeros.
        images = np.ascontiguousarray(view.images[:, self._used])
        symbols = np.ascontiguousarray(view.symbols[:, self._used])
        classes = view.classes + mixture.offsets
        scratch = mixture.scratch(images.shape[1:], view.n_symbols)
        done = 0
        while done < len(view.came):
            self._short.reserve(mixture.n_experts)
            done = kernels.run_all(
                mixture.long_term.arrays,
                self._short.arrays,
                self._short.head,
                long_found,
                found,
                begun,
                self._frames,
                images,
                view.image_index,
                symbols,
                view.came,
                classes,
                mixture.weights,
                mixture.strength,
                scratch,
                done,
                rows,
                measured,
            )
        return measured

    def _numbered(
        self, view: ExpertView, ends: _Ends
    ) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int64]]:
        """Contexts that each sequence repeats, and how many those are at its first event."""
        n_events, n_experts = view.codes.shape
        longest = int(np.diff(ends, prepend=0).max(initial=0))
        n_slots = max(16, 1 << (2 * longest * n_experts).bit_length())
        if len(self._keys) < n_slots:
            self._keys = np.empty(n_slots, dtype=np.int64)
            self._places = np.empty(n_slots, dtype=np.int32)
        found = np.empty((n_events, n_experts), dtype=np.int32)
        begun = np.empty(n_events, dtype=np.int64)
        kernels.number_all(self._keys, self._places, view.codes, ends, found, begun)
        n_contexts = int(begun.max(initial=0)) + n_experts
        if len(self._short.contexts) < n_contexts:
            self._short.contexts = np.zeros(
                (2 * n_contexts, self._short.contexts.shape[1]), dtype=np.int32
            )
        self._short.head[:] = 0
        return found, begun


def _check_ends(view: ExpertView, ends: _Ends) -> None:
    """Refuse what the kernels would read beyond."""
    check_range("came", view.came, 0, view.images.shape[2])
    last = int(ends[-1]) if len(ends) else 0
    if last != len(view.came) or (len(ends) and (np.diff(ends, prepend=0) < 1).any()):
        raise ParameterError(
            f"sequences end to end must each hold an event, and the last one ends at "
            f"{len(view.came)}, not {last}"
        )
