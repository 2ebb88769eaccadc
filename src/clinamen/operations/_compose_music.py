"""A melody bar by bar, as lines of names and lengths."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from clinamen.domains.music.curve import bar_lines
from clinamen.domains.music.spelling import note_name, pitch_name
from clinamen.operations._swerve_music import length_sign

if TYPE_CHECKING:
    from clinamen.domains.music.notes import Melody, Note

__all__ = ["music_of_bars"]

_REST = "rest"


def music_of_bars(melody: Melody) -> list[str]:
    """Each full bar as it is written: names, lengths as parts of a whole note, rests.

    A length holds for the notes after it in its bar, and what sounds across a bar line is tied
    by ``~``. A pickup stands before the first bar and a ``|``.

    Examples
    --------
    >>> import clinamen
    >>> music_of_bars(clinamen.read("examples/ode_to_joy.musicxml").melody)[3]
    'F#4(1/4.) E4(1/8) E4(1/2)'
    """
    lines = bar_lines(melody)
    bars: list[list[tuple[str, str]]] = [[] for _ in lines]
    for start, end, name in _pieces(melody, lines[-1]):
        inside = [start, *(line for line in lines if start < line < end), end]
        tie = "" if name == _REST else "~"
        for here, there in pairwise(inside):
            begins = "" if here == start else tie
            goes_on = "" if there == end else tie
            bar = min(bisect_right(lines, here), len(lines) - 1)
            bars[bar].append((begins + name + goes_on, length_sign(there - here)))
    pickup, *full = (_line(bar) for bar in bars)
    return [f"{pickup} | {full[0]}", *full[1:]] if pickup else full


def _pieces(melody: Melody, end: Fraction) -> Iterator[tuple[Fraction, Fraction, str]]:
    """Notes, and rests between and after them: from when to when, and the name."""
    last = Fraction(0)
    for note, after in zip(melody.notes, [*melody.notes[1:], None], strict=True):
        if last < note.onset_quarters:
            yield last, note.onset_quarters, _REST
        last = note.end_quarters if after is None else min(note.end_quarters, after.onset_quarters)
        yield note.onset_quarters, last, _name(melody, note)
    if last < end:
        yield last, end, _REST


def _name(melody: Melody, note: Note) -> str:
    if note.spelling is not None:
        return note_name(note.pitch, note.spelling)
    return pitch_name(note.pitch, melody.key_at(note.onset_quarters))


def _line(pieces: Sequence[tuple[str, str]]) -> str:
    words, last = [], ""
    for name, length in pieces:
        words.append(name if length == last else f"{name}({length})")
        last = length
    return " ".join(words)
