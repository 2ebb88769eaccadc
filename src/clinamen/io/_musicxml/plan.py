"""A melody laid out for paper: bars of written notes and rests, with ties and tuplets."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from clinamen.domains.music.notes import Melody, Note
from clinamen.io._musicxml.durations import Written, split_notated

__all__ = ["Bar", "Piece", "plan_bars"]


@dataclass(frozen=True, slots=True)
class Piece:
    """One written note or rest.

    Parameters
    ----------
    onset_quarters
        Its start.
    written
        Its length and sign.
    note
        The note it is all or part of; None for a rest.
    index
        Place of that note in the melody.
    is_first, is_last
        Whether the note begins, and ends, here.
    is_split
        Whether only the layout, and not the song, ties it to the piece before.
    is_whole_bar
        A rest that fills a bar as long as the metre says.
    starts_tuplet, stops_tuplet
        Ends of a tuplet's bracket.
    beams
        What each of its beams does here, the outermost first; empty for a note with flags.
    """

    onset_quarters: Fraction
    written: Written
    note: Note | None = None
    index: int = -1
    is_first: bool = True
    is_last: bool = True
    is_split: bool = False
    is_whole_bar: bool = False
    starts_tuplet: bool = False
    stops_tuplet: bool = False
    beams: tuple[str, ...] = ()

    @property
    def end_quarters(self) -> Fraction:
        """Onset plus length."""
        return self.onset_quarters + self.written.quarters


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar and what is written in it."""

    onset_quarters: Fraction
    end_quarters: Fraction
    pieces: tuple[Piece, ...]


def plan_bars(melody: Melody) -> list[Bar]:
    """Every bar, filled with notes and rests without gaps."""
    end = melody.end_quarters
    lines = sorted({onset for onset in melody.bar_onsets if 0 <= onset < end} | {Fraction(0)})
    lines.append(end)
    pieces: dict[Fraction, list[Piece]] = {onset: [] for onset in lines}
    bar = 0
    for piece in _pieces(melody, lines):
        while piece.onset_quarters >= lines[bar + 1]:
            bar += 1
        pieces[lines[bar]].append(piece)
    return [
        Bar(start, stop, tuple(_bracket_tuplets(pieces[start]))) for start, stop in pairwise(lines)
    ]


def _pieces(melody: Melody, lines: Sequence[Fraction]) -> Iterator[Piece]:
    now = Fraction(0)
    for index, note in enumerate(melody.notes):
        yield from _rest_pieces(melody, now, note.onset_quarters, lines)
        yield from _note_pieces(index, note, lines)
        now = note.end_quarters
    yield from _rest_pieces(melody, now, melody.end_quarters, lines)


def _rest_pieces(
    melody: Melody, start: Fraction, stop: Fraction, lines: Sequence[Fraction]
) -> Iterator[Piece]:
    for onset, end in _within_bars(start, stop, lines):
        fills_bar = _is_line(onset, lines) and _is_line(end, lines)
        # Programs hear a whole-bar rest as long as the metre says, so a pickup has none.
        if fills_bar and end - onset == melody.meter_at(onset).bar_quarters:
            yield Piece(onset, Written(end - onset, ""), is_whole_bar=True)
            continue
        for written in split_notated(onset, end - onset):
            yield Piece(onset, written)
            onset += written.quarters


def _note_pieces(index: int, note: Note, lines: Sequence[Fraction]) -> list[Piece]:
    pieces: list[Piece] = []
    onset = note.onset_quarters
    for length in note.tied or (note.duration_quarters,):
        is_split = False
        for start, stop in _within_bars(onset, onset + length, lines):
            for written in split_notated(start, stop - start):
                pieces.append(Piece(start, written, note, index, is_split=is_split))
                start += written.quarters
                is_split = True
        onset += length
    last = len(pieces) - 1
    return [
        replace(piece, is_first=place == 0, is_last=place == last)
        for place, piece in enumerate(pieces)
    ]


def _within_bars(
    start: Fraction, stop: Fraction, lines: Sequence[Fraction]
) -> Iterator[tuple[Fraction, Fraction]]:
    """The stretch cut at the barlines."""
    first = bisect_right(lines, start)
    for line in lines[first:]:
        if start >= stop:
            return
        yield start, min(line, stop)
        start = min(line, stop)


def _bracket_tuplets(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Mark where tuplets begin and end: they end where a plain time is reached again."""
    filled = Fraction(0)
    for index, piece in enumerate(pieces):
        ratio = piece.written.actual
        if ratio == 1:
            yield piece
            continue
        starts = filled == 0
        filled += piece.written.quarters
        following = pieces[index + 1].written.actual if index + 1 < len(pieces) else 1
        stops = filled.denominator & (filled.denominator - 1) == 0 or following != ratio
        if stops:
            filled = Fraction(0)
        yield replace(piece, starts_tuplet=starts, stops_tuplet=stops)


def _is_line(time: Fraction, lines: Sequence[Fraction]) -> bool:
    return lines[bisect_right(lines, time) - 1] == time
