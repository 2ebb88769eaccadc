"""Beams of written notes, as MusicXML tells them: level by level."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from clinamen.domains.music.beams import Sign, beam_groups
from clinamen.domains.music.notes import Meter
from clinamen.io._musicxml.durations import type_flags
from clinamen.io._musicxml.plan import Bar, Piece

__all__ = ["with_beams"]

_MOST_LEVELS = 8
"""Beams of a 1024th, and as many as MusicXML has numbers for."""


def with_beams(bar: Bar, meter: Meter, offset_quarters: Fraction) -> Bar:
    """A bar with its beams.

    Parameters
    ----------
    offset_quarters
        How far from a full bar's first beat the bar begins.
    """
    signs = [_sign(piece, offset_quarters - bar.onset_quarters) for piece in bar.pieces]
    pieces = list(bar.pieces)
    for group in beam_groups(signs, meter):
        marks = _marks([signs[place].n_flags for place in group])
        for place, own in zip(group, marks, strict=True):
            pieces[place] = replace(pieces[place], beams=own)
    return replace(bar, pieces=tuple(pieces))


def _sign(piece: Piece, shift: Fraction) -> Sign:
    flags = type_flags(piece.written.type_) if piece.note is not None else 0
    is_within = piece.written.actual != 1 and not piece.starts_tuplet
    onset, duration = piece.onset_quarters + shift, piece.written.quarters
    return Sign(onset, duration, min(flags, _MOST_LEVELS), is_within)


def _marks(flags: Sequence[int]) -> list[tuple[str, ...]]:
    """What is written for each beam of each note of a group, the outermost first."""
    return [tuple(_levels(flags, place)) for place in range(len(flags))]


def _levels(flags: Sequence[int], place: int) -> Iterator[str]:
    for level in range(1, flags[place] + 1):
        from_before = place > 0 and flags[place - 1] >= level
        goes_on = place + 1 < len(flags) and flags[place + 1] >= level
        if from_before:
            yield "continue" if goes_on else "end"
        elif goes_on:
            yield "begin"
        else:
            # A short beam of its own, towards the note it belongs with.
            yield "backward hook" if place > 0 else "forward hook"
