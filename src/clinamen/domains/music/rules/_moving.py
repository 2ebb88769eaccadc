"""A song whose time is cut into pieces, each stretched and put somewhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import TypeVar

from clinamen.domains.music.notes import (
    ChordSymbol,
    KeyChange,
    Meter,
    MeterChange,
    Note,
    Section,
    Song,
)

__all__ = ["Piece", "Pitches", "moved", "with_pitches"]

C = TypeVar("C", ChordSymbol, Section)
Pitches = Callable[[int], int]
"""What a pitch becomes."""


@dataclass(frozen=True)
class Piece:
    """A stretch of a song in its new place, in quarters.

    Parameters
    ----------
    start, end
        In the song as it is.
    new_start, new_end
        In the new one; a piece begins where the one before it ends.
    pitches
        What becomes of its pitches.
    """

    start: Fraction
    end: Fraction
    new_start: Fraction
    new_end: Fraction
    pitches: Pitches | None = None

    def place(self, time: Fraction) -> Fraction:
        """Where a time within the piece goes."""
        if self.end == self.start:
            return self.new_start
        stretch = (self.new_end - self.new_start) / (self.end - self.start)
        return self.new_start + (time - self.start) * stretch


def moved(song: Song, pieces: Sequence[Piece], meter: Meter) -> Song:
    """A song in regular bars of one metre, made of pieces of another.

    Notes and chords go with the piece in which they begin; a note lasts on through the pieces
    behind that belong together as they did before, and else ends with its own. Words go with
    their notes where the pieces are all there once and in order; elsewhere they are left out.
    """
    melody = song.melody
    keeps_words = all(a.end == b.start for a, b in pairwise(pieces))
    notes: list[Note] = []
    starts: list[int] = []
    for index, piece in enumerate(pieces):
        for place, note in enumerate(melody.notes):
            if not piece.start <= note.onset_quarters < piece.end:
                continue
            if place in melody.phrase_starts:
                starts.append(len(notes))
            notes.append(_note(note, pieces, index, keeps_words))
    line = melody.replace(
        notes=tuple(notes),
        keys=tuple(KeyChange(Fraction(0), each.key) for each in melody.keys[:1]),
        meters=(MeterChange(Fraction(0), meter),),
        bar_onsets=(),
        end_quarters=pieces[-1].new_end,
        phrase_starts=tuple(sorted({0, *starts})) if starts and notes else (),
    )
    return song.replace(
        melody=line,
        chords=_placed(song.chords, pieces),
        sections=_placed(song.sections, pieces),
        words=(),
        tempos=song.tempos[:1],
    )


def _note(note: Note, pieces: Sequence[Piece], index: int, keeps_words: bool) -> Note:
    piece = pieces[index]
    onset = piece.place(note.onset_quarters)
    while (
        note.end_quarters > piece.end
        and index + 1 < len(pieces)
        and pieces[index + 1].start == piece.end
    ):
        index += 1
        piece = pieces[index]
    end = piece.place(min(note.end_quarters, piece.end))
    own = pieces[index].pitches
    pitch = own(note.pitch) if own else note.pitch
    return replace(
        note,
        onset_quarters=onset,
        duration_quarters=end - onset,
        pitch=pitch,
        spelling=note.spelling if pitch == note.pitch else None,
        tied=(),
        lyric=note.lyric if keeps_words else None,
    )


def _placed(changes: tuple[C, ...], pieces: Sequence[Piece]) -> tuple[C, ...]:
    """Chords or sections where their pieces went."""
    return tuple(
        replace(each, onset_quarters=piece.place(each.onset_quarters))
        for piece in pieces
        for each in changes
        if piece.start <= each.onset_quarters < piece.end
    )


def with_pitches(song: Song, change: Pitches) -> Song:
    """The same song with other pitches."""
    melody = song.melody
    pitches = [change(note.pitch) for note in melody.notes]
    notes = [
        note if note.pitch == pitch else replace(note, pitch=pitch, spelling=None)
        for note, pitch in zip(melody.notes, pitches, strict=True)
    ]
    return song.replace(melody=melody.replace(notes=tuple(notes)))
