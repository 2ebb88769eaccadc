"""Notes and rests of a melody, cut where ABC must cut them: at bar lines and changes."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor

from clinamen.domains.music.beams import Sign, beam_groups, n_flags, offsets_in_meter
from clinamen.domains.music.notes import (
    ChordSymbol,
    Key,
    KeyChange,
    Melody,
    Meter,
    MeterChange,
    Note,
    Section,
    Song,
)

__all__ = ["Piece", "pieces_of"]

_TUPLETS = {3: 2, 5: 4, 7: 4, 9: 8, 11: 8, 13: 8, 15: 8}
_MAX_TUPLET = 24


@dataclass
class Piece:
    """A note, rest or tied part of a note that is written as one symbol."""

    onset: Fraction
    length: Fraction
    note: Note | None
    is_tied_in: bool = False
    is_tied_on: bool = False
    starts_phrase: bool = False
    changes: list[Key | Meter | float] = field(default_factory=list)
    signs: list[ChordSymbol | Section] = field(default_factory=list)
    inner_signs: list[ChordSymbol | Section] = field(default_factory=list)
    tuplet_start: str = ""
    tuplet_factor: Fraction = Fraction(1)
    is_beamed_on: bool = False
    """Whether a beam leads here from the piece before."""

    @property
    def end(self) -> Fraction:
        return self.onset + self.length

    @property
    def written_length(self) -> Fraction:
        """The length before the tuplet shortens it."""
        return self.length / self.tuplet_factor


def pieces_of(song: Song) -> list[Piece]:
    """Everything a melody sounds or rests, in order and without gaps."""
    melody = song.melody
    cuts = _cuts(melody)
    signs: list[ChordSymbol | Section] = [*song.sections, *song.chords]
    sign_onsets = {sign.onset_quarters for sign in signs}
    tempo_onsets = {tempo.onset_quarters for tempo in song.tempos}
    rest_cuts = sorted({*cuts, *sign_onsets, *tempo_onsets})
    pieces: list[Piece] = []
    now = Fraction(0)
    for index, note in enumerate(melody.notes):
        pieces += _rests(now, note.onset_quarters, rest_cuts, melody.bar_onsets)
        first = len(pieces)
        pieces += _note_pieces(note, cuts)
        pieces[first].starts_phrase = index > 0 and index in melody.phrase_starts
        now = note.end_quarters
    pieces += _rests(now, melody.end_quarters, rest_cuts, melody.bar_onsets)
    _attach_changes(pieces, song)
    _attach_signs(pieces, signs)
    _group_tuplets(pieces, set(melody.bar_onsets))
    _beam(pieces, melody)
    return pieces


def _beam(pieces: Sequence[Piece], melody: Melody) -> None:
    onsets = [piece.onset for piece in pieces]
    bars = [*melody.bar_onsets, melody.end_quarters]
    for (start, end), offset in zip(pairwise(bars), offsets_in_meter(melody), strict=True):
        in_bar = pieces[bisect_left(onsets, start) : bisect_left(onsets, end)]
        signs = [_sign(piece, offset - start) for piece in in_bar]
        for group in beam_groups(signs, melody.meter_at(start)):
            for place in group[1:]:
                in_bar[place].is_beamed_on = True


def _sign(piece: Piece, shift: Fraction) -> Sign:
    flags = n_flags(piece.written_length) if piece.note is not None else 0
    is_within = piece.tuplet_factor != 1 and not piece.tuplet_start
    return Sign(piece.onset + shift, piece.length, flags, is_within)


def _cuts(melody: Melody) -> list[Fraction]:
    changes: list[KeyChange | MeterChange] = [*melody.keys, *melody.meters]
    return sorted({*melody.bar_onsets, *(change.onset_quarters for change in changes)})


def _rests(
    start: Fraction, end: Fraction, cuts: list[Fraction], bars: tuple[Fraction, ...]
) -> Iterator[Piece]:
    for onset, length in _cut(start, end, cuts):
        inner = _beats_within(onset, onset + length, bars)
        yield from (Piece(at, part, None) for at, part in _cut(onset, onset + length, inner))


def _beats_within(start: Fraction, end: Fraction, bars: tuple[Fraction, ...]) -> list[Fraction]:
    """Where to cut a rest that does not fit binary values: at its first and last quarter.

    What is left over then stands with the tuplet it belongs to.
    """
    if _odd_part((end - start).denominator) == 1:
        return []
    bar = bars[bisect_right(bars, start) - 1]
    return sorted({bar + ceil(start - bar), bar + floor(end - bar)})


def _cut(
    start: Fraction, end: Fraction, cuts: list[Fraction]
) -> Iterator[tuple[Fraction, Fraction]]:
    place = bisect_right(cuts, start)
    while start < end:
        stop = min(cuts[place], end) if place < len(cuts) else end
        yield start, stop - start
        start = stop
        place += 1


def _note_pieces(note: Note, cuts: list[Fraction]) -> list[Piece]:
    spans: list[tuple[Fraction, Fraction]] = []
    now = note.onset_quarters
    for part in note.tied or (note.duration_quarters,):
        spans += _cut(now, now + part, cuts)
        now += part
    last = len(spans) - 1
    return [
        Piece(onset, length, note, is_tied_in=place > 0, is_tied_on=place < last)
        for place, (onset, length) in enumerate(spans)
    ]


def _attach_changes(pieces: list[Piece], song: Song) -> None:
    """Changes after the start, each at the first piece from its time on."""
    melody = song.melody
    onsets = [piece.onset for piece in pieces]
    changes: list[tuple[Fraction, Key | Meter | float]] = []
    changes += [(change.onset_quarters, change.meter) for change in melody.meters[1:]]
    changes += [(change.onset_quarters, change.key) for change in melody.keys[1:]]
    changes += [(t.onset_quarters, t.quarters_per_minute) for t in song.tempos]
    if song.tempos and song.tempos[0].onset_quarters == 0:
        changes.remove((Fraction(0), song.tempos[0].quarters_per_minute))
    for onset, change in changes:
        place = bisect_right(onsets, onset)
        if place and onsets[place - 1] == onset:
            place -= 1
        if place < len(pieces):
            pieces[place].changes.append(change)


def _attach_signs(pieces: list[Piece], signs: Iterable[ChordSymbol | Section]) -> None:
    onsets = [piece.onset for piece in pieces]
    for sign in sorted(signs, key=lambda sign: sign.onset_quarters):
        place = bisect_right(onsets, sign.onset_quarters) - 1
        if place < 0 or sign.onset_quarters >= pieces[place].end:
            continue
        piece = pieces[place]
        is_at_start = piece.onset == sign.onset_quarters
        (piece.signs if is_at_start else piece.inner_signs).append(sign)


def _group_tuplets(pieces: list[Piece], bar_onsets: set[Fraction]) -> None:
    place = 0
    while place < len(pieces):
        group = _tuplet_from(pieces, place, bar_onsets)
        if group is None:
            place += 1
            continue
        p, n_pieces = group
        q = _TUPLETS[p]
        is_plain = p == n_pieces == 3
        pieces[place].tuplet_start = "(3" if is_plain else f"({p}:{q}:{n_pieces}"
        for piece in pieces[place : place + n_pieces]:
            piece.tuplet_factor = Fraction(q, p)
        place += n_pieces


def _tuplet_from(
    pieces: list[Piece], first: int, bar_onsets: set[Fraction]
) -> tuple[int, int] | None:
    """Kind and size of the tuplet that begins at a piece, if one does and closes in its bar."""
    p = _odd_part(pieces[first].length.denominator)
    if p not in _TUPLETS:
        return None
    total = Fraction(0)
    for place in range(first, min(first + _MAX_TUPLET, len(pieces))):
        piece = pieces[place]
        is_broken = piece.onset in bar_onsets or piece.starts_phrase or piece.changes
        if place > first and is_broken:
            return None
        if not _is_one_value(piece.length * p / _TUPLETS[p]):
            return None
        total += piece.length
        if _odd_part(total.denominator) == 1:
            return p, place - first + 1
    return None


def _is_one_value(length: Fraction) -> bool:
    """Whether a single note sign, with up to two dots, has this length."""
    return _odd_part(length.denominator) == 1 and _odd_part(length.numerator) in (1, 3, 7)


def _odd_part(number: int) -> int:
    return number // (number & -number)
