"""A listener that hears many whole tunes over one frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from clinamen.domains.music.branches import Branches
from clinamen.domains.music.events import IntArray
from clinamen.domains.music.listener import Listener
from clinamen.domains.music.notes import Melody, Song
from clinamen.domains.music.tunes.tune import Tune

__all__ = ["Ear", "Heard"]

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Heard:
    """What a listener expected of a tune, note by note.

    Parameters
    ----------
    bits
        Information content of onset and pitch, shape ``(2, T)``; their sum is the joint one.
    entropy
        What was expected of both before they came, bits, shape ``(2, T)``.
    """

    bits: FloatArray
    entropy: FloatArray


class Ear:
    """Hears tunes by the hundred.

    Parameters
    ----------
    listener
        Who hears; it must have learnt mixtures for onset and pitch.
    frame
        Key, metre, bars and chords of all tunes; its notes are not heard.

    Raises
    ------
    MissingError
        If the listener has learnt no such mixtures.
    """

    def __init__(self, listener: Listener, frame: Melody | Song) -> None:
        self.listener, self.frame = listener, frame
        self._branches = Branches(listener, frame)

    def alphabet(self, target: str) -> IntArray:
        """What could come, rising, shape ``(A,)``: MIDI pitches, or ticks since the last onset.

        Parameters
        ----------
        target
            ``onset`` or ``pitch``.
        """
        return self._branches.alphabet(target)

    def chances(self, tunes: Sequence[Tune], target: str = "pitch") -> list[FloatArray]:
        """What was expected before each note of each tune, shapes ``(T, A)``.

        Raises
        ------
        ParameterError
            If the target is neither ``onset`` nor ``pitch``, or a note is not among what could
            come.
        """
        return self._branches.expected(target, [tune.notes for tune in tunes])

    def hear(self, tunes: Sequence[Tune]) -> list[Heard]:
        """What was expected of each tune; many at once cost little more than a few.

        Raises
        ------
        ParameterError
            If a note is not among what could come.
        """
        return [Heard(*each) for each in self._branches.hear([tune.notes for tune in tunes])]
