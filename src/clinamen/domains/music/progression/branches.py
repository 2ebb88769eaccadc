"""Many ways a progression could go, heard at once.

All share their times, key and melody, and chords up to a first one that differs: what is the
same for all is looked at once. The figures are those of `LearnedChords.hear`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from clinamen.domains.music.chords import Chord
from clinamen.domains.music.events import IntArray
from clinamen.domains.music.notes import ChordSymbol, Key, Song
from clinamen.domains.music.progression.columns import ChordColumns
from clinamen.domains.music.progression.events import (
    NOWHERE,
    QUALITIES,
    HarmonyEvents,
    detail_of,
    function_number,
    harmony_events,
    tones_of,
)
from clinamen.domains.music.progression.learned import LearnedChords
from clinamen.engine.mixture import Mixture
from clinamen.engine.mixture_view import ExpertView
from clinamen.errors import ParameterError

__all__ = ["BranchBits", "ChordBranches", "Vocabulary"]

FloatArray = npt.NDArray[np.float64]

_SHARED = ("onset", "duration", "tonic", "mode", "bar", "place", "bar_length", "beat_length",
           "melody", "section")  # fmt: skip
_OWN = ("root", "quality", "detail", "tones")


class Vocabulary:
    """Chords by number, as the columns of `HarmonyEvents` have them.

    Parameters
    ----------
    chords
        Without doubles, in order of their numbers.
    """

    def __init__(self, chords: Iterable[Chord]) -> None:
        self.chords = tuple(dict.fromkeys(chords))
        self._numbers = {chord: number for number, chord in enumerate(self.chords)}
        roots = [NOWHERE if c.root_pitch_class is None else c.root_pitch_class for c in self.chords]
        qualities = [QUALITIES.index(c.quality) if c.root else NOWHERE for c in self.chords]
        self.columns: dict[str, IntArray] = {
            "root": np.array(roots, dtype=np.int64),
            "quality": np.array(qualities, dtype=np.int64),
            "detail": np.array([detail_of(c) for c in self.chords], dtype=np.int64),
            "tones": np.array([tones_of(c) for c in self.chords], dtype=np.int64),
        }
        self._functions: dict[Key | None, IntArray] = {}

    def __len__(self) -> int:
        return len(self.chords)

    def number(self, chord: Chord) -> int:
        """Number of a chord.

        Raises
        ------
        ParameterError
            If it is not among them.
        """
        if chord not in self._numbers:
            raise ParameterError(f"{chord} is not among the chords to choose from")
        return self._numbers[chord]

    def functions(self, key: Key | None) -> IntArray:
        """What each does in a key (see `function_number`), shape ``(V,)``."""
        if key not in self._functions:
            numbers = [function_number(chord, key) for chord in self.chords]
            self._functions[key] = np.array(numbers, dtype=np.int64)
        return self._functions[key]

    def alike(self, one: IntArray, other: IntArray) -> npt.NDArray[np.bool_]:
        """Whether chords are one for a listener: spelling apart."""
        same = [self.columns[name][one] == self.columns[name][other] for name in _OWN[:3]]
        found: npt.NDArray[np.bool_] = same[0] & same[1] & same[2]
        return found


@dataclass(frozen=True, eq=False)
class BranchBits:
    """Bits of the chords of several branches; shapes ``(B, N)``, `N` chords from the first on.

    Parameters
    ----------
    chord, detail
        Of root and quality, and of the rest.
    """

    chord: FloatArray
    detail: FloatArray

    @property
    def total(self) -> FloatArray:
        """Of the whole chord, the sum of both."""
        return np.asarray(self.chord + self.detail)


class ChordBranches:
    """Many progressions over the times, key and melody of one song, heard at once.

    Parameters
    ----------
    learned
        Whose expectation it is.
    song
        Its key, metre, melody, sections and end.
    onsets
        When the chords begin, in quarters, rising, all before the end of the song.
    vocabulary
        Chords to choose from.

    Raises
    ------
    ParameterError
        If there are no onsets, or they do not rise, or lie outside the song.
    """

    def __init__(
        self,
        learned: LearnedChords,
        song: Song,
        onsets: Sequence[Fraction],
        vocabulary: Vocabulary,
    ) -> None:
        self.vocabulary = vocabulary
        self._learned = learned
        self.onsets = tuple(onsets)
        self._frame = _frame_of(song, self.onsets)
        self.keys = tuple(song.melody.key_at(onset) for onset in self.onsets)

    def __len__(self) -> int:
        return len(self.onsets)

    def bits(self, branches: IntArray, first: int = 0, last: int | None = None) -> BranchBits:
        """Bits of each chord of each branch, to the bit what hearing the song gives.

        Parameters
        ----------
        branches
            Numbers of chords in the vocabulary, shape ``(B, T)``; no chord may be the one
            before it, since a chord that goes on is no new one.
        first, last
            Chords that are counted; all branches are the same before `first`. With `last`
            chords from there on are not looked at, and may lack.
        """
        columns = self._columns(branches[:, :last])
        chord, detail = self._learned.chord_lens, self._learned.detail_lens
        head = self._head(branches, first)
        view, kinds = (
            chord.view(columns, first=first),
            detail.view(columns, self._learned.table, first=first),
        )
        before = None if head is None else chord.view(head)
        shared = None if head is None else detail.view(head, self._learned.table).view
        rows = _rows(self._learned.chords, view, before, len(branches))
        kind_rows = kinds.among_open(
            _rows(self._learned.details, kinds.view, shared, len(branches))
        )
        at = np.arange(len(rows))
        shape = (len(branches), -1)
        extra = kinds.extra_bits - np.log2(kind_rows[at, kinds.view.came])
        return BranchBits(
            -np.log2(rows[at, view.came]).reshape(shape) + 0.0, extra.reshape(shape) + 0.0
        )

    def chances(self, branches: IntArray) -> FloatArray:
        """What is expected after each branch, shape ``(B, N_CHORDS)``: roots by qualities, and
        no chord.

        Parameters
        ----------
        branches
            Numbers of the chords so far, shape ``(B, T)``, fewer than there are onsets.
        """
        open_end = np.zeros((len(branches), 1), dtype=np.int64)
        lines = np.concatenate([branches, open_end], axis=1)
        first = _n_shared(branches)
        view = self._learned.chord_lens.view(self._columns(lines), following=True, first=first)
        head = self._head(lines, first)
        before = None if head is None else self._learned.chord_lens.view(head)
        return _last_rows(self._learned.chords, view, before, len(lines))

    def last_bits(self, branches: IntArray) -> BranchBits:
        """Bits of the last chord of each branch; shapes ``(B, 1)``. See `bits`."""
        first = _n_shared(branches[:, :-1])
        columns, head = self._columns(branches), self._head(branches, first)
        chord, detail = self._learned.chord_lens, self._learned.detail_lens
        view = chord.view(columns, first=first)
        kinds = detail.view(columns, self._learned.table, first=first)
        before = None if head is None else chord.view(head)
        shared = None if head is None else detail.view(head, self._learned.table).view
        rows = _last_rows(self._learned.chords, view, before, len(branches))
        last = _last(len(view.came), len(branches))
        voted = _last_rows(self._learned.details, kinds.view, shared, len(branches))
        kept = np.where(kinds.is_open[last], voted, 0.0)
        kept /= kept.sum(axis=1, keepdims=True)
        at = np.arange(len(branches))
        extra = kinds.extra_bits[last] - np.log2(kept[at, kinds.view.came[last]])
        chord_bits = -np.log2(rows[at, view.came[last]])
        return BranchBits(chord_bits[:, None] + 0.0, extra[:, None] + 0.0)

    def chances_at(self, branch: IntArray, place: int) -> FloatArray:
        """What is expected at one place of a branch, shape ``(N_CHORDS,)``."""
        return np.asarray(self.chances(branch[None, :place])[0])

    def _head(self, branches: IntArray, first: int) -> ChordColumns | None:
        return self._columns(branches[:1, :first]) if first else None

    def _columns(self, branches: IntArray) -> ChordColumns:
        """Branches as experts look at them; of one alone without the axis of branches."""
        n_chords = branches.shape[1]
        chosen = branches[0] if len(branches) == 1 else branches
        own = {name: self.vocabulary.columns[name][chosen] for name in _OWN}
        function = np.empty(chosen.shape, dtype=np.int64)
        for key in set(self.keys[:n_chords]):
            here = np.flatnonzero([each == key for each in self.keys[:n_chords]])
            function[..., here] = self.vocabulary.functions(key)[chosen[..., here]]
        shared = {name: getattr(self._frame, name)[:n_chords] for name in _SHARED}
        return ChordColumns(replace(self._frame, **shared, **own, function=function))


def _rows(
    mixture: Mixture, view: ExpertView, shared: ExpertView | None, n_branches: int
) -> FloatArray:
    """Distribution before every chord of branches that lie end to end in a view."""
    at = np.arange(len(view.came))
    n_chords = max(len(at) // n_branches, 1)
    past = None if shared is None else mixture.past(shared)
    return mixture.predict_rows(view, at, at - at % n_chords, past)


def _last(n_events: int, n_branches: int) -> IntArray:
    """The last event of each of so many branches that lie end to end."""
    n_chords = n_events // n_branches
    return np.arange(n_chords - 1, n_events, n_chords)


def _last_rows(
    mixture: Mixture, view: ExpertView, shared: ExpertView | None, n_branches: int
) -> FloatArray:
    """Distribution before the last chord of each branch."""
    last = _last(len(view.came), n_branches)
    past = None if shared is None else mixture.past(shared)
    return mixture.predict_rows(view, last, last - len(view.came) // n_branches + 1, past)


def _n_shared(branches: IntArray) -> int:
    """How many chords all branches begin with."""
    differs = (branches != branches[:1]).any(axis=0)
    return int(differs.argmax()) if differs.any() else branches.shape[1]


def _frame_of(song: Song, onsets: Sequence[Fraction]) -> HarmonyEvents:
    """Columns of a song with chords at some times, whatever they are."""
    end = song.melody.end_quarters
    if not onsets or onsets[0] < 0 or onsets[-1] >= end:
        raise ParameterError(f"chords must begin within the song, from 0 to before {end} quarters")
    if any(after <= one for one, after in pairwise(onsets)):
        raise ParameterError("chords must begin one after the other")
    # Neighbours that are alike would be one chord.
    symbols = [ChordSymbol(onset, ("C", "D")[n % 2]) for n, onset in enumerate(onsets)]
    return harmony_events(song.replace(chords=tuple(symbols)))
