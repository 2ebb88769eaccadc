"""Sounding notes of a part: tied notes merged, slurs spanned, phrases found."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from clinamen.domains.music.notes import Note
from clinamen.io._musicxml.score import WrittenNote
from clinamen.io._musicxml.timeline import Timeline

_MAX_FERMATA_PHRASE = 32
"""Notes a phrase may have on average where only fermatas mark phrases."""

__all__ = ["HeardPart", "hear_part", "phrase_starts"]

_MIN_SLURRED_NOTES = 4
"""Notes under a slur that may be a phrase; shorter slurs are articulation."""

_MIN_SLUR_COVER = Fraction(4, 5)
"""Share of the notes that such slurs must cover before they are taken for phrases."""


@dataclass
class _Tied:
    """A sounding note while its tied parts are put together."""

    onset: Fraction
    end: Fraction
    first: WrittenNote
    parts: list[Fraction]

    def note(self) -> Note:
        return Note(
            self.onset,
            self.end - self.onset,
            self.first.pitch,
            spelling=self.first.spelling,
            tied=tuple(self.parts) if len(self.parts) > 1 else (),
            lyric=self.first.marks.lyric,
            velocity=self.first.marks.velocity,
        )


@dataclass
class HeardPart:
    """The sounding notes of a part and the marks that may end phrases.

    Parameters
    ----------
    notes
        In order of onset.
    breaths, fermatas
        Onsets of notes that carry a breath mark or caesura, or a fermata.
    slurs
        First and last onset under each slur.
    """

    notes: list[Note] = field(default_factory=list)
    breaths: set[Fraction] = field(default_factory=set)
    fermatas: set[Fraction] = field(default_factory=set)
    slurs: list[tuple[Fraction, Fraction]] = field(default_factory=list)


def hear_part(written: Sequence[WrittenNote], timeline: Timeline) -> HeardPart:
    """Merge tied notes and give everything its time."""
    heard = HeardPart()
    merged: list[_Tied] = []
    open_ties = _OpenTies()
    open_slurs: dict[tuple[str, str], Fraction] = {}
    timed = [(timeline.onset(note.place), note) for note in written]
    for onset, note in sorted(timed, key=lambda pair: pair[0]):
        tied = open_ties.take(onset, note) if note.marks.tie_stop else None
        if tied is None:
            tied = _Tied(onset, onset + note.duration_quarters, note, [note.duration_quarters])
            merged.append(tied)
        else:
            _prolong(tied, note)
        if note.marks.tie_start:
            open_ties.add(tied)
        _collect_marks(heard, tied.onset, note, open_slurs)
    heard.notes = [tied.note() for tied in merged]
    return heard


class _OpenTies:
    """Notes whose tie waits for its end, found by pitch and time in constant time."""

    def __init__(self) -> None:
        self._waiting: dict[tuple[int, Fraction], dict[str, list[_Tied]]] = {}

    def add(self, tied: _Tied) -> None:
        voices = self._waiting.setdefault((tied.first.pitch, tied.end), {})
        voices.setdefault(tied.first.voice, []).append(tied)

    def take(self, onset: Fraction, note: WrittenNote) -> _Tied | None:
        """The note that this one prolongs: of its own voice if there is one."""
        voices = self._waiting.get((note.pitch, onset))
        if not voices:
            return None
        voice = note.voice if note.voice in voices else next(iter(voices))
        tied = voices[voice].pop()
        if not voices[voice]:
            del voices[voice]
        return tied


def _prolong(tied: _Tied, note: WrittenNote) -> None:
    tied.end += note.duration_quarters
    if note.marks.is_split:
        tied.parts[-1] += note.duration_quarters
    else:
        tied.parts.append(note.duration_quarters)


def _collect_marks(
    heard: HeardPart,
    onset: Fraction,
    note: WrittenNote,
    open_slurs: dict[tuple[str, str], Fraction],
) -> None:
    if note.marks.ends_phrase:
        heard.breaths.add(onset)
    if note.marks.fermata:
        heard.fermatas.add(onset)
    for number in note.marks.slur_stops:
        start = open_slurs.pop((note.voice, number), None)
        if start is not None and start < onset:
            heard.slurs.append((start, onset))
    for number in note.marks.slur_starts:
        open_slurs[note.voice, number] = onset


def phrase_starts(
    line: Sequence[Note], heard: HeardPart, other_ends: Sequence[Fraction]
) -> tuple[int, ...]:
    """Index of the first note of every phrase; empty when the file does not tell.

    A breath mark or caesura always ends a phrase, and so does a fermata, over a note, a
    rest or a barline; but a few fermatas in a long piece, or one at the very end, are
    pauses and tell nothing. Slurs mean one
    syllable where there are words, and articulation where they are short; only without
    any such mark and without lyrics are they taken for phrases, if at least two slurs of
    four or more notes cover four fifths of the line.

    Parameters
    ----------
    line
        The melody.
    heard
        The part it was taken from.
    other_ends
        Times of rests and barlines that carry a mark.
    """
    breaths = _ends_after(line, heard.breaths)
    pauses = _ends_after(line, heard.fermatas) | {_first_from(line, time) for time in other_ends}
    starts = {start for start in breaths | pauses if 0 < start < len(line)}
    if breaths or (starts and len(line) <= _MAX_FERMATA_PHRASE * (len(starts) + 1)):
        return (0, *sorted(starts))
    if any(note.lyric for note in line):
        return ()
    return _slurred_phrases(line, heard.slurs)


def _ends_after(line: Sequence[Note], onsets: set[Fraction]) -> set[int]:
    """Index after every note that starts at one of these times."""
    return {index + 1 for index, note in enumerate(line) if note.onset_quarters in onsets}


def _first_from(line: Sequence[Note], time: Fraction) -> int:
    return bisect_left(line, time, key=lambda note: note.onset_quarters)


def _slurred_phrases(
    line: Sequence[Note], slurs: Sequence[tuple[Fraction, Fraction]]
) -> tuple[int, ...]:
    index_at = {note.onset_quarters: index for index, note in enumerate(line)}
    spans: list[tuple[int, int]] = []
    for start, stop in sorted(slurs, key=lambda slur: (slur[0], -slur[1])):
        first, last = index_at.get(start), index_at.get(stop)
        if first is None or last is None or last - first + 1 < _MIN_SLURRED_NOTES:
            continue
        # A slur within a longer one is articulation.
        if not spans or last > spans[-1][1]:
            spans.append((first, last))
    covered = {index for first, last in spans for index in range(first, last + 1)}
    if len(spans) < 2 or len(covered) < _MIN_SLUR_COVER * len(line):
        return ()
    firsts = {first for first, _ in spans}
    # Where one slur ends on the note on which the next begins, that note begins a phrase.
    starts = {last if last in firsts else last + 1 for _, last in spans}
    return (0, *sorted(start for start in starts if 0 < start < len(line)))
