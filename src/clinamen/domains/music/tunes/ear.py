"""A listener that hears many whole tunes over one frame."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from clinamen.domains.music._in_bars import bars_and_keys
from clinamen.domains.music.branches import what_could_come
from clinamen.domains.music.events import IntArray
from clinamen.domains.music.frames import Images
from clinamen.domains.music.listener import Listener
from clinamen.domains.music.notes import Melody, Song
from clinamen.domains.music.song_events import chord_columns, with_chords
from clinamen.domains.music.tunes._columns import TuneColumns
from clinamen.domains.music.tunes.tune import Tune
from clinamen.engine.mixture import ExpertView
from clinamen.engine.mixture_whole import SequenceHearing
from clinamen.errors import ParameterError

__all__ = ["Ear", "Heard"]

FloatArray = npt.NDArray[np.float64]
_TARGETS = ("onset", "pitch")

_MOST_NOTES = 4096
"""Notes that are heard together: their columns stay in the processor's cache."""


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

    All figures are to the bit those of `Listener.hear` with the learned mixture for a song of
    the same notes, bars, keys and chords, over the same alphabets. An ear works in room of its
    own: two may hear at once, but not one twice.

    Parameters
    ----------
    listener
        Who hears; it must have learnt mixtures for onset and pitch. ``songs_quick`` hears some
        times as many tunes a second as ``songs``.
    frame
        Key, metre, bars and chords of all tunes; after its last bar, bars go on regularly. Its
        notes are not heard; they are among what could come.

    Raises
    ------
    MissingError
        If the listener has learnt no such mixtures.

    Examples
    --------
    >>> import clinamen
    >>> from clinamen.domains.music.editing import notes_in_ticks
    >>> song = clinamen.read("examples/ode_to_joy.musicxml")
    >>> ear = Ear(clinamen.load_listener("songs_quick"), song)
    >>> (heard,) = ear.hear([Tune.of(notes_in_ticks(song.melody))])
    >>> heard.bits.shape
    (2, 62)
    """

    def __init__(self, listener: Listener, frame: Melody | Song) -> None:
        self.listener, self.frame = listener, frame
        melody = frame if isinstance(frame, Melody) else frame.melody
        chords = chord_columns(frame)
        learned = {target: listener.best(target, bool(chords)) for target in _TARGETS}
        self._bars = with_chords(bars_and_keys(melody, melody.end_quarters), chords)
        self._alphabets = what_could_come(listener, melody)
        self._lenses = {target: each.lens for target, each in learned.items()}
        self._images = {target: Images(self.alphabet(target)) for target in _TARGETS}
        self._hearing = {target: SequenceHearing(each.mixture) for target, each in learned.items()}

    def alphabet(self, target: str) -> IntArray:
        """What could come, rising, shape ``(A,)``: MIDI pitches, or ticks since the last onset.

        Parameters
        ----------
        target
            ``onset`` or ``pitch``.
        """
        return self._alphabets.of_target(target)

    def hear(self, tunes: Sequence[Tune]) -> list[Heard]:
        """What was expected of each tune; many at once cost less, each, than one.

        Raises
        ------
        ParameterError
            If a note is not among what could come, or begins before the first bar.
        """
        found = self._each(tunes, self._measured, np.empty((2, 2, 0)))
        return [Heard(each[0], each[1]) for each in found]

    def chances(self, tunes: Sequence[Tune], target: str = "pitch") -> list[FloatArray]:
        """What was expected before each note of each tune, shapes ``(T, A)``.

        Of the pitch, when its onset is known; costs less than hearing.

        Raises
        ------
        ParameterError
            If the target is neither ``onset`` nor ``pitch``, or for what `hear` raises it.
        """
        if target not in _TARGETS:
            raise ParameterError(f"target must be {' or '.join(_TARGETS)}, not {target!r}")

        def expected(columns: TuneColumns) -> FloatArray:
            view, ends = self._seen(target, columns)
            return self._hearing[target].predict(view, ends).T

        nothing = np.empty((len(self.alphabet(target)), 0))
        return [each.T for each in self._each(tunes, expected, nothing)]

    def _measured(self, columns: TuneColumns) -> FloatArray:
        """Bits and entropies of onset and pitch, shape ``(2, 2, T)``."""
        found = [self._hearing[target].measure(*self._seen(target, columns)) for target in _TARGETS]
        return np.stack(found, axis=1)

    def _seen(self, target: str, columns: TuneColumns) -> tuple[ExpertView, IntArray]:
        return self._lenses[target].view_after(0, columns, self._images[target])

    def _each(
        self,
        tunes: Sequence[Tune],
        work: Callable[[TuneColumns], FloatArray],
        nothing: FloatArray,
    ) -> list[FloatArray]:
        """What some work on columns, whose result ends in an axis of notes, gives a tune."""
        found = [nothing] * len(tunes)
        for places in _batches(tunes):
            columns = TuneColumns(self._bars, [tunes[place] for place in places])
            if not columns.are_apart:
                raise ParameterError("the notes of a tune must begin at 0 or later, and not by far")
            together, begin = work(columns), 0
            for place, end in zip(places, columns.ends.tolist(), strict=True):
                found[place] = together[..., begin:end]
                begin = end
        return found


def _batches(tunes: Sequence[Tune]) -> Iterator[list[int]]:
    """Places of tunes that have notes, as many together as are worth it."""
    batch: list[int] = []
    n_notes = 0
    for place, tune in enumerate(tunes):
        if batch and n_notes + len(tune) > _MOST_NOTES:
            yield batch
            batch, n_notes = [], 0
        if len(tune):
            batch.append(place)
            n_notes += len(tune)
    if batch:
        yield batch
