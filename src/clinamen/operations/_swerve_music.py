"""What changes in a song, written on one line: before and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from clinamen.domains.music.notes import Melody, Note
from clinamen.domains.music.places import bar_and_beat
from clinamen.domains.music.spelling import note_name, pitch_name

if TYPE_CHECKING:
    from clinamen.domains.music.notes import Song

__all__ = ["MusicLine", "bars_shown", "length_sign", "music_of"]

_FACTORS = ((Fraction(1), ""), (Fraction(3, 2), "."), (Fraction(2, 3), "t"))
_SHORTEST = Fraction(1, 8)


@dataclass(frozen=True, slots=True)
class MusicLine:
    """Notes or chords that change, between their neighbours.

    Parameters
    ----------
    bars
        First and last bar of what is shown; the pickup is bar 0.
    before, after
        What is and what was, changed ones in brackets, bar lines as ``|``. Where lengths change
        every note has its own: ``A4(1/8)``, dotted ``1/4.``, in a triplet ``1/8t``. Chords are
        shown by whole bars; one that goes on over a bar line is named again after it.
    """

    bars: tuple[int, int]
    before: str
    after: str

    @property
    def line(self) -> str:
        """Such as ``bars 14-15: A4 [G4 F#4 | E4] D4 -> A4 [D4 E4 | F#4] D4``."""
        first, last = self.bars
        where = f"bars {first}-{last}" if last > first else f"bar {first}" if first else "pickup"
        return f"{where}: {self.before} -> {self.after}"


@dataclass(frozen=True, slots=True)
class _Event:
    """A note, rest or chord as it is shown."""

    onset: Fraction
    end: Fraction
    name: str


def music_of(source: Song, changed: Song) -> MusicLine:
    """What is other in a changed song: its notes, or its chords where the notes are the same.

    Examples
    --------
    >>> import clinamen
    >>> from clinamen.domains.music.editing import notes_in_ticks, with_notes
    >>> song = clinamen.read("examples/ode_to_joy.musicxml")
    >>> notes = list(notes_in_ticks(song.melody))
    >>> notes[4] = (*notes[4][:2], 64)
    >>> music_of(song, with_notes(song, notes)).line
    'bars 1-2: A4 | [A4] G4 -> A4 | [E4] G4'
    """
    if source.melody.notes == changed.melody.notes:
        return _chords_shown(source, changed)
    old, new = _notes(source.melody), _notes(changed.melody)
    has_lengths = [e.onset for e in old] != [e.onset for e in new] or [e.end for e in old] != [
        e.end for e in new
    ]
    if has_lengths:
        old, new = _with_rests(old), _with_rests(new)
    return _shown(source.melody, old, new, has_lengths=has_lengths)


def bars_shown(song: Song, first: int, last: int) -> str:
    """Notes and rests that begin in some bars, each with its length.

    Examples
    --------
    >>> import clinamen
    >>> bars_shown(clinamen.read("examples/ode_to_joy.musicxml"), 4, 5)
    'F#4(1/4.) E4(1/8) E4(1/2) | F#4(1/4) F#4(1/4) G4(1/4) A4(1/4)'
    """
    melody = song.melody
    shown = [
        event
        for event in _with_rests(_notes(melody))
        if first <= bar_and_beat(melody, event.onset)[0] <= last
    ]
    return _line(melody, shown, 0, 0, True)


def _notes(melody: Melody) -> list[_Event]:
    return [_Event(n.onset_quarters, n.end_quarters, _name(melody, n)) for n in melody.notes]


def _name(melody: Melody, note: Note) -> str:
    if note.spelling is not None:
        return note_name(note.pitch, note.spelling)
    return pitch_name(note.pitch, melody.key_at(note.onset_quarters))


def _chords_shown(source: Song, changed: Song) -> MusicLine:
    """The bars in which chords change, with one more where they change up to a bar line."""
    lines = [*source.melody.bar_onsets, source.melody.end_quarters]
    old, new = _cells(source, lines), _cells(changed, lines)
    odd = [cell for cells, others in ((old, new), (new, old))
           for cell in cells if _is_odd(cell, others)]  # fmt: skip
    start = min((cell.onset for cell in odd), default=lines[0])
    end = max((cell.end for cell in odd), default=lines[0])
    start = max([line for line in lines if line < start], default=start)
    end = min([line for line in lines if line > end], default=end)
    sides = []
    for cells, others in ((old, new), (new, old)):
        bars: dict[int, list[str]] = {}
        for cell in cells:
            if start <= cell.onset < end:
                bar = bar_and_beat(source.melody, cell.onset)[0]
                name = f"[{cell.name}]" if _is_odd(cell, others) else cell.name
                bars.setdefault(bar, []).append(name)
        sides.append(" | ".join(" ".join(names) for names in bars.values()))
    return MusicLine((min(bars), max(bars)), *sides)


def _cells(song: Song, lines: Sequence[Fraction]) -> list[_Event]:
    """Chords, cut at bar lines; the same twice in a bar is one."""
    cells: list[_Event] = []
    for span in song.harmony:
        cuts = [line for line in lines if span.onset_quarters < line < span.end_quarters]
        for onset, end in pairwise([span.onset_quarters, *cuts, span.end_quarters]):
            last = cells[-1] if cells else None
            if last and last.name == str(span.chord) and onset not in lines and last.end == onset:
                cells[-1] = _Event(last.onset, end, last.name)
            else:
                cells.append(_Event(onset, end, str(span.chord)))
    return cells


def _is_odd(cell: _Event, others: Sequence[_Event]) -> bool:
    """Whether in its time another chord sounds in the other song."""
    return any(
        other.name != cell.name and other.onset < cell.end and cell.onset < other.end
        for other in others
    )


def _with_rests(events: Sequence[_Event]) -> list[_Event]:
    found: list[_Event] = []
    for event in events:
        if found and found[-1].end < event.onset:
            found.append(_Event(found[-1].end, event.onset, "rest"))
        found.append(event)
    return found


def _shown(
    melody: Melody, old: Sequence[_Event], new: Sequence[_Event], *, has_lengths: bool
) -> MusicLine:
    first = 0
    while first < min(len(old), len(new)) and _same(old[first], new[first], has_lengths):
        first += 1
    last = 0
    most = min(len(old), len(new)) - first
    while last < most and _same(old[-1 - last], new[-1 - last], has_lengths):
        last += 1
    if first + last == min(len(old), len(new)) and first:
        first -= 1  # What a new note comes after is shown to be followed by it.
    begin = max(first - 1, 0)
    sides = []
    for events in (old, new):
        end = len(events) - last
        shown = events[begin : end + 1]
        sides.append(_line(melody, shown, first - begin, end - begin, has_lengths))
    onsets = [e.onset for events in (old, new) for e in events[begin : len(events) - last + 1]]
    bars = (bar_and_beat(melody, min(onsets))[0], bar_and_beat(melody, max(onsets))[0])
    return MusicLine(bars, *sides)


def _same(one: _Event, other: _Event, has_lengths: bool) -> bool:
    same_end = one.end == other.end or not has_lengths
    return one.onset == other.onset and one.name == other.name and same_end


def _line(melody: Melody, events: Sequence[_Event], first: int, end: int, has_lengths: bool) -> str:
    """Names, those from `first` to before `end` in brackets."""
    words: list[str] = []
    bar = None
    for place, event in enumerate(events):
        here = bar_and_beat(melody, event.onset)[0]
        if bar is not None and here != bar:
            words.append("|")
        bar = here
        name = event.name
        if has_lengths:
            name += f"({length_sign(event.end - event.onset)})"
        if place == first < end:
            name = f"[{name}"
        if place == end - 1 and first < end:
            name = f"{name}]"
        words.append(name)
    return " ".join(words)


def length_sign(quarters: Fraction) -> str:
    """A length as parts of a whole note.

    Examples
    --------
    >>> [length_sign(Fraction(*each)) for each in ((1, 2), (3, 2), (1, 3), (5, 2))]
    ['1/8', '1/4.', '1/8t', '1/2+1/8']
    """
    value = Fraction(8)
    while value >= _SHORTEST:
        for factor, mark in _FACTORS:
            if quarters == value * factor:
                return f"{Fraction(value, 4)}{mark}" if value < 4 else f"{value / 4}/1{mark}"
        if value < quarters and value < 8:
            return f"{length_sign(value)}+{length_sign(quarters - value)}"
        value /= 2
    return f"{float(quarters / 4):.3g}"
