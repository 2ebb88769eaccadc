"""Find the sections of a song in what comes back, where its source marks none."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from clinamen.domains.music._bar_likeness import BarLikeness, bar_likeness
from clinamen.domains.music.events import to_ticks
from clinamen.domains.music.notes import Section, Song

__all__ = ["MAX_SECTION_BARS", "MOST_BARS", "find_sections", "with_sections"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

MOST_BARS = 1024
"""Most bars that are compared with each other; a longer song is one section."""

MAX_SECTION_BARS = 16
"""Longest section that is found because it comes back."""

_LEAST_BARS = 4

# Costs in bars written out, set by reasoning on the forms AABA, ABAC and verse with
# refrain, not fitted: a section must save more than it costs to name it.
_SECTION = 2.0
_UNDER_EIGHT = 2.0
_NOT_BY_FOUR = 1.0
_ODD = 0.5

# Chosen on forms built from random phrases (bench/bench_sections.py), with other seeds.
_EVEN = 0.4
"""Likeness at which to say "as there, but" costs as much as to write a bar out."""


@dataclass(frozen=True, eq=False)
class _Piece:
    """Bars of a song as they are compared; `B` bars, a pickup being part of the first."""

    onsets: tuple[Fraction, ...]
    saving: FloatArray
    written: FloatArray


_ONE_SECTION = _Piece((Fraction(0),), np.zeros((1, 1)), np.zeros(1))
"""What is not to be divided, as if it were one bar."""


def find_sections(song: Song) -> tuple[Section, ...]:
    """Sections of a song by repetition of melody and chords; the first begins at 0.

    Marks in the song are not looked at. Sections begin at bar lines (a pickup to one still
    belongs to the bar before), follow each other without gaps, and have letters: two with
    the same letter are more alike than not. Where nothing comes back, the song is one
    section; so is a song of more than `MOST_BARS` bars, whatever comes back.

    Returns
    -------
    tuple of Section
        Rising; empty for a song without notes and chords.

    Notes
    -----
    Source: original, in the spirit of a minimum description length (Rissanen 1978) on the
    self-similarity matrix of bars (Foote 1999). The song is told section by section: a
    section is either written out, for one unit a bar, or told as another stretch of 4 to 16
    bars of the song, earlier or later, for what differs. To name a section costs 2 units
    more; one of fewer than 8 bars, or of a number that is no multiple of 4, costs more
    again. The cheapest account is found by dynamic programming, without a threshold. How
    often it agrees with marks in print: ``python bench/bench_sections.py``.

    Examples
    --------
    >>> from clinamen.domains.music.notes import ChordSymbol, Melody
    >>> verse, bridge = "C Am F G Em Am Dm G".split(), "Eb Bb Ab Db Gb B E A".split()
    >>> bars = list(enumerate(verse + verse + bridge + verse))
    >>> chords = tuple(ChordSymbol(Fraction(4 * bar), symbol) for bar, symbol in bars)
    >>> song = Song(Melody((), end_quarters=Fraction(128)), chords=chords)
    >>> [(int(each.onset_quarters), each.label) for each in find_sections(song)]
    [(0, 'A'), (32, 'A'), (64, 'B'), (96, 'A')]
    """
    piece = _piece_of(song)
    if piece is None:
        return ()
    starts = _cheapest(piece)
    labels = _letters(piece, starts)
    # What comes before the first full bar belongs to the first section.
    onsets = [Fraction(0), *(piece.onsets[start] for start in starts[1:])]
    return tuple(Section(onset, label) for onset, label in zip(onsets, labels, strict=True))


def with_sections(song: Song) -> Song:
    """The song with sections: its own, or else estimated ones (see `find_sections`)."""
    if song.sections:
        return song
    return song.replace(sections=find_sections(song), section_source="estimated")


def _piece_of(song: Song) -> _Piece | None:
    melody = song.melody
    if not (melody.notes or song.chords) or melody.end_quarters <= 0:
        return None
    bars = [onset for onset in melody.bar_onsets if onset < melody.end_quarters]
    if melody.pickup_quarters > 0 and len(bars) > 1:
        bars = bars[1:]
    if not 2 * _LEAST_BARS <= len(bars) <= MOST_BARS:
        return _ONE_SECTION
    last = bars[-1] + melody.meter_at(bars[-1]).bar_quarters
    ticks = [to_ticks(onset) for onset in [*bars, max(last, melody.end_quarters)]]
    # Bars closer together than a tick can only come from a damaged file.
    if any(after <= here for here, after in pairwise(ticks)):
        return _ONE_SECTION
    return _compared(tuple(bars), bar_likeness(song, ticks))


def _compared(bars: tuple[Fraction, ...], likeness: BarLikeness) -> _Piece:
    """What telling each bar as another one saves; below 0 where they differ too much."""
    written = likeness.sounds.astype(np.float64)
    saving = (likeness.alike.astype(np.float64) - _EVEN) / (1 - _EVEN)
    # Nothing is saved by telling a silent bar as another silent one.
    silent = written == 0
    saving = np.where(silent[:, None] & silent[None, :], 0.0, saving)
    return _Piece(bars, saving, written)


def _cheapest(piece: _Piece) -> list[int]:
    """First bars of the sections of the cheapest account, the first one 0."""
    n_bars = len(piece.onsets)
    saved = _most_saved(piece.saving)
    written = np.append(0.0, np.cumsum(piece.written))
    name = _naming(n_bars)
    cost = np.full(n_bars + 1, np.inf)
    cost[0] = 0.0
    start = np.zeros(n_bars + 1, dtype=np.int64)
    for end in range(1, n_bars + 1):
        first = np.arange(end)
        length = end - first
        totals = cost[:end] + name[length] + written[end] - written[:end]
        told = (length >= _LEAST_BARS) & (length <= MAX_SECTION_BARS)
        # One written-out section after another says no more than the two as one.
        totals[told] -= np.maximum(saved[length[told], first[told]], 0.0)
        start[end] = int(totals.argmin())
        cost[end] = totals[start[end]]
    return _trace(start, n_bars)


def _trace(start: IntArray, n_bars: int) -> list[int]:
    starts, end = [], n_bars
    while end > 0:
        end = int(start[end])
        starts.append(end)
    return starts[::-1]


def _naming(n_bars: int) -> FloatArray:
    """Cost of a section by its number of bars, shape ``(B + 1,)``."""
    length = np.arange(n_bars + 1)
    cost = np.full(n_bars + 1, _SECTION)
    cost += _UNDER_EIGHT * (length < 2 * _LEAST_BARS)
    cost += _NOT_BY_FOUR * (length % 4 > 0) + _ODD * (length % 2)
    return cost


def _most_saved(saving: FloatArray) -> FloatArray:
    """Most that is saved by telling a stretch as another one that it does not overlap.

    Returns
    -------
    ndarray
        Shape ``(17, B)``: by length and first bar; minus infinity where there is none.
    """
    n_bars = len(saving)
    most = np.full((MAX_SECTION_BARS + 1, n_bars), -np.inf)
    distance = np.abs(np.subtract.outer(np.arange(n_bars), np.arange(n_bars)))
    total = np.zeros_like(saving)
    for length in range(1, min(MAX_SECTION_BARS, n_bars) + 1):
        n_starts = n_bars - length + 1
        # total[i, s] is what bars i, i + 1, ... save when told as bars s, s + 1, ...
        total = total[:n_starts, :n_starts] + saving[length - 1 :, length - 1 :]
        if length >= _LEAST_BARS:
            apart = np.where(distance[:n_starts, :n_starts] >= length, total, -np.inf)
            most[length, :n_starts] = apart.max(axis=1)
    return most


def _letters(piece: _Piece, starts: list[int]) -> list[str]:
    """A letter for each section: that of the earlier one it is most like, or a new one."""
    ends = [*starts[1:], len(piece.onsets)]
    letters: list[int] = []
    for here, (start, end) in enumerate(zip(starts, ends, strict=True)):
        gains = [
            _alike(piece.saving, (starts[other], ends[other]), (start, end))
            for other in range(here)
        ]
        best = int(np.argmax(gains)) if gains else -1
        is_new = not gains or gains[best] <= 0
        letters.append(max(letters, default=-1) + 1 if is_new else letters[best])
    return [_letter(number) for number in letters]


def _alike(saving: FloatArray, one: tuple[int, int], other: tuple[int, int]) -> float:
    """Mean saving over two stretches side by side; bars that only one has count as unlike."""
    lengths = one[1] - one[0], other[1] - other[0]
    shared, longer = min(lengths), max(lengths)
    diagonal = np.diagonal(saving[one[0] : one[0] + shared, other[0] : other[0] + shared])
    return float(diagonal.sum() - (longer - shared)) / longer


def _letter(number: int) -> str:
    """``A`` to ``Z``, then ``AA``, ``AB`` and so on."""
    letters = ""
    number += 1
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
