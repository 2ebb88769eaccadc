"""Many ways a melody could go on, heard at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

from clinamen.domains.music._in_bars import bars_and_keys, in_bars
from clinamen.domains.music._moment_columns import Columns
from clinamen.domains.music.editing import NoteTicks, notes_in_ticks
from clinamen.domains.music.events import IntArray, MelodyEvents
from clinamen.domains.music.experts import together
from clinamen.domains.music.frames import Images
from clinamen.domains.music.listener import Listener
from clinamen.domains.music.notes import Melody, Song
from clinamen.domains.music.projection import Alphabets, widened
from clinamen.domains.music.song_events import chord_columns, with_chords
from clinamen.engine.mixture import ExpertView, SharedPast
from clinamen.errors import MissingError, ParameterError

__all__ = ["Branches", "what_could_come"]

FloatArray = npt.NDArray[np.float64]
_JOINT = ("onset", "pitch")
_NOTHING = np.empty(0, dtype=np.int64)


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
        self._alphabets = what_could_come(listener, melody, beginning)
        self._beginning = tuple(beginning)
        self._before: dict[str, ExpertView] = {}
        self._past: dict[str, SharedPast] = {}
        self._images = {target: Images(self.alphabet(target)) for target in _JOINT}
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
        return self._changed(beginning=(*self._beginning, *notes))

    def expecting(self, *, onset: Iterable[int]) -> Branches:
        """Branches in which more times between onsets could come, in ticks."""
        more = Alphabets(np.array([*onset], dtype=np.int64), _NOTHING, _NOTHING)
        return self._changed(alphabets=self._alphabets.union(more))

    def _changed(
        self,
        *,
        beginning: tuple[NoteTicks, ...] | None = None,
        alphabets: Alphabets | None = None,
    ) -> Branches:
        other = Branches.__new__(Branches)
        other._learned, other._bars = self._learned, self._bars
        other._alphabets, other._images = self._alphabets, self._images
        if alphabets is not None:
            other._alphabets = alphabets
            other._images = {target: Images(other.alphabet(target)) for target in _JOINT}
        other._beginning = self._beginning if beginning is None else beginning
        other._before, other._past = {}, {}
        if beginning is not None:
            other._check_order(beginning)
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
        found = [table for _, table, _ in self._predicted([target], whole, rows)]
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
        found: dict[str, list[FloatArray]] = {target: [np.empty(0)] for target in targets}
        for target, table, came in self._predicted(list(found), endings, rows):
            found[target].append(-np.log2(table[np.arange(len(came)), came]))
        parts = [np.split(np.concatenate(found[target]), cuts) for target in targets]
        return [np.stack(each) for each in zip(*parts, strict=True)]

    def _predicted(
        self,
        targets: Sequence[str],
        endings: Sequence[Sequence[NoteTicks]],
        rows: Sequence[IntArray],
    ) -> Iterator[tuple[str, FloatArray, IntArray]]:
        """Distributions at some notes of each ending, and what came there, batch by batch."""
        some = [place for place, ending in enumerate(endings) if len(ending)]
        melodies = self._melodies([endings[place] for place in some])
        largest = max((self.alphabet(target) for target in targets), key=len, default=None)
        done = 0
        # All targets look at the same columns.
        for columns in together(melodies, largest):
            chosen = [rows[place] for place in some[done : done + len(columns.ends)]]
            done += len(columns.ends)
            for target in targets:
                yield target, *self._of_columns(target, columns, chosen)

    def _of_columns(
        self, target: str, columns: Columns, rows: Sequence[IntArray]
    ) -> tuple[FloatArray, IntArray]:
        """Distributions at some notes after the beginning of each melody, and what came."""
        view, ends, before = self._views(target, columns)
        starts = np.concatenate([[0], ends[:-1]])
        wanted = np.concatenate([start + each for start, each in zip(starts, rows, strict=True)])
        firsts = np.repeat(starts, [len(each) for each in rows])
        mixture = self._learned[target].mixture
        past = mixture.past(before, view.codes[wanted]) if before else self._past[target]
        return mixture.predict_rows(view, wanted, firsts, past), view.came[wanted]

    def _views(
        self, target: str, columns: Columns
    ) -> tuple[ExpertView, IntArray, ExpertView | None]:
        """What comes after the beginning, where each ending ends, and at first the beginning.

        Many beginnings are asked about once: all that they teach is counted the second time.
        """
        learned, images, begin = self._learned[target], self._images[target], len(self._beginning)
        if not begin or target in self._before:
            if target not in self._past:
                self._past[target] = learned.mixture.past(self._before.get(target))
            return *learned.lens.view_after(begin, columns, images), None
        self._before[target], view, ends = learned.lens.views_apart(begin, columns, images)
        return view, ends, self._before[target]

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


def what_could_come(
    listener: Listener, melody: Melody, beginning: Sequence[NoteTicks] = ()
) -> Alphabets:
    """What could come: all that the listener has heard, and what is in frame and beginning.

    Raises
    ------
    MissingError
        If that is nothing.
    """
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
