"""Many ways a melody could go on, heard at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

from clinamen.domains.music._in_bars import bars_and_keys, in_bars
from clinamen.domains.music.editing import NoteTicks, notes_in_ticks
from clinamen.domains.music.events import IntArray, MelodyEvents
from clinamen.domains.music.listener import Listener
from clinamen.domains.music.notes import Melody, Song
from clinamen.domains.music.projection import Alphabets, widened
from clinamen.domains.music.song_events import chord_columns, with_chords
from clinamen.engine.mixture import SharedPast
from clinamen.errors import MissingError, ParameterError

__all__ = ["Branches"]

FloatArray = npt.NDArray[np.float64]
_JOINT = ("onset", "pitch")


class Branches:
    """Many ways a melody could go on from a shared beginning, heard at once.

    All figures are to the bit those of `Listener.hear` with the learned mixture for a song of
    the same notes, bars, keys and chords, over the same alphabets. Hearing hundreds of endings
    together takes little longer than hearing a few.

    Parameters
    ----------
    listener
        Who hears.
    frame
        Key, metre, bars and chords, up to its end; after its last bar, bars go on regularly.
        Its notes are not heard; they are among what could come.
    beginning
        Notes that all branches share.

    Raises
    ------
    MissingError
        If the listener has learnt no mixture for onset and pitch.
    ParameterError
        If notes of the beginning do not rise.

    Examples
    --------
    >>> import clinamen
    >>> from clinamen.domains.music.editing import notes_in_ticks
    >>> song = clinamen.read("examples/ode_to_joy.musicxml")
    >>> notes = notes_in_ticks(song.melody)
    >>> branches = Branches(clinamen.load_listener(), song, notes[:10])
    >>> chances = branches.chances("pitch", [()], onsets=[notes[10][0]])
    >>> chances.shape == (1, len(branches.alphabet("pitch")))
    True
    """

    def __init__(
        self, listener: Listener, frame: Melody | Song, beginning: Sequence[NoteTicks] = ()
    ) -> None:
        melody = frame if isinstance(frame, Melody) else frame.melody
        chords = chord_columns(frame)
        self._learned = {target: listener.best(target, bool(chords)) for target in _JOINT}
        self._bars = with_chords(bars_and_keys(melody, melody.end_quarters), chords)
        self._alphabets = _alphabets(listener, melody, beginning)
        self._beginning = tuple(beginning)
        self._check_order(self._beginning)

    @property
    def beginning(self) -> tuple[NoteTicks, ...]:
        """Notes that all branches share."""
        return self._beginning

    def alphabet(self, target: str) -> IntArray:
        """What could come, rising, shape ``(A,)``: MIDI pitches, or ticks since the last onset."""
        return self._alphabets.of_target(target)

    def grown(self, notes: Iterable[NoteTicks]) -> Branches:
        """Branches whose shared beginning is longer by some notes."""
        other = Branches.__new__(Branches)
        other._learned, other._bars, other._alphabets = self._learned, self._bars, self._alphabets
        other._beginning = (*self._beginning, *notes)
        other._check_order(other._beginning)
        return other

    def chances(
        self,
        target: str,
        endings: Sequence[Sequence[NoteTicks]],
        onsets: Sequence[int] | None = None,
    ) -> FloatArray:
        """Distribution of what comes after each ending, shape ``(B, A)``.

        Parameters
        ----------
        target
            ``onset`` (ticks since the last onset) or ``pitch``.
        endings
            Notes after the shared beginning, ``B`` times; they may be of any lengths.
        onsets
            For the pitch, when the next note begins after each ending, in ticks.

        Raises
        ------
        ParameterError
            If the target is neither, onsets are missing or do not rise, or something is not
            in the alphabets.
        """
        self._check_target(target)
        if target == "pitch" and (onsets is None or len(onsets) != len(endings)):
            raise ParameterError("to predict pitches, say when the next note of each ending begins")
        whole = [
            (*ending, self._open_note(target, ending, None if onsets is None else onsets[place]))
            for place, ending in enumerate(endings)
        ]
        rows = [np.array([len(ending)]) for ending in endings]
        found = [table for table, _ in self._predicted(target, whole, rows)]
        return np.concatenate(found) if found else np.empty((0, len(self.alphabet(target))))

    def bits(
        self,
        endings: Sequence[Sequence[NoteTicks]],
        *,
        targets: Sequence[str] = _JOINT,
        first: int | Sequence[int] = 0,
    ) -> list[FloatArray]:
        """Information content of the notes of each ending.

        Parameters
        ----------
        endings
            Notes after the shared beginning; they may be of any lengths.
        targets
            Out of ``onset`` and ``pitch``; the sum of both is the joint information content.
        first
            Notes of each ending before this one are not told about; one number for all, or one
            for each.

        Returns
        -------
        list of ndarray
            Of each ending, bits of shape ``(len(targets), len(ending) - first)``.

        Raises
        ------
        ParameterError
            If a target is neither, onsets do not rise, or a note is not in the alphabets.
        """
        for target in targets:
            self._check_target(target)
        firsts = [first] * len(endings) if isinstance(first, int) else first
        rows = [
            np.arange(min(start, len(ending)), len(ending))
            for start, ending in zip(firsts, endings, strict=True)
        ]
        cuts = np.cumsum([len(each) for each in rows])[:-1]
        parts = [np.split(self._bits(target, endings, rows), cuts) for target in targets]
        return [np.stack(each) for each in zip(*parts, strict=True)]

    def _bits(
        self, target: str, endings: Sequence[Sequence[NoteTicks]], rows: Sequence[IntArray]
    ) -> FloatArray:
        """Information content of some notes of each ending, one after the other."""
        found = [
            -np.log2(table[np.arange(len(came)), came])
            for table, came in self._predicted(target, endings, rows)
        ]
        return np.concatenate([np.empty(0), *found])

    def _predicted(
        self, target: str, endings: Sequence[Sequence[NoteTicks]], rows: Sequence[IntArray]
    ) -> Iterable[tuple[FloatArray, IntArray]]:
        """Distributions at some notes of each ending, and what came there, batch by batch."""
        lens, mixture = self._learned[target].lens, self._learned[target].mixture
        past = self._past.get(target)
        some = [place for place, ending in enumerate(endings) if len(ending)]
        melodies = self._melodies([endings[place] for place in some])
        done = 0
        for view, ends in lens.views_after(len(self._beginning), melodies, self.alphabet(target)):
            starts = np.concatenate([[0], ends[:-1]])
            chosen = [rows[place] for place in some[done : done + len(ends)]]
            wanted = np.concatenate(
                [start + each for start, each in zip(starts, chosen, strict=True)]
            )
            firsts = np.repeat(starts, [len(each) for each in chosen])
            done += len(ends)
            yield mixture.predict_rows(view, wanted, firsts, past), view.came[wanted]

    @cached_property
    def _past(self) -> dict[str, SharedPast]:
        """What the beginning has taught, by target."""
        if not self._beginning:
            return {}
        (events,) = self._melodies([()])
        return {
            target: learned.mixture.past(learned.lens.view(events, self.alphabet(target)))
            for target, learned in self._learned.items()
        }

    @cached_property
    def _began(self) -> IntArray:
        """The beginning as columns, shape ``(3, L)``."""
        return _columns(self._beginning)

    def _melodies(self, endings: Sequence[Sequence[NoteTicks]]) -> list[MelodyEvents]:
        """The beginning with each ending, in the bars and keys of the frame."""
        found = []
        for ending in endings:
            notes = np.concatenate([self._began, _columns(ending)], axis=1)
            self._check_rising(notes[0], len(self._beginning))
            found.append(in_bars(self._bars, *notes))
        return found

    def _open_note(self, target: str, ending: Sequence[NoteTicks], onset: int | None) -> NoteTicks:
        """A note of which the target is not known: any value will do."""
        last = (*self._beginning[-1:], *ending)[-1:]
        before = last[0][0] if last else 0
        if onset is None or target == "onset":
            onset = before + (int(self.alphabet("onset")[0]) if last else 0)
        return onset, int(self._alphabets.duration[0]), int(self.alphabet("pitch")[0])

    def _check_target(self, target: str) -> None:
        if target not in _JOINT:
            raise ParameterError(f"target must be {' or '.join(_JOINT)}, not {target!r}")

    def _check_order(self, notes: Sequence[NoteTicks]) -> None:
        self._check_rising(_columns(notes)[0], 0)

    def _check_rising(self, onset: IntArray, first: int) -> None:
        falls = np.flatnonzero(np.diff(onset) < 0)
        if len(falls):
            note = int(falls[0]) + 2
            raise ParameterError(f"note {note} of a branch begins before note {note - 1}")


def _columns(notes: Sequence[NoteTicks]) -> IntArray:
    return np.array(notes, dtype=np.int64).reshape(-1, 3).T


def _alphabets(listener: Listener, melody: Melody, beginning: Sequence[NoteTicks]) -> Alphabets:
    """What could come: all that the listener has heard, and what is in frame and beginning."""
    found = listener.alphabets
    for notes in (notes_in_ticks(melody), tuple(beginning)):
        if notes:
            onset, duration, pitch = _columns(notes)
            found = found.union(
                Alphabets(np.unique(np.diff(onset, prepend=onset[:1])), pitch, duration)
            )
    if not len(found.pitch):
        raise MissingError(f"{listener.name} has learnt nothing that could come")
    return widened(found)
