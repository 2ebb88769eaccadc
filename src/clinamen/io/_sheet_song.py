"""Song sheets (ChordPro) as songs, and songs as sheets."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction

from clinamen.domains.music.chords import Chord, LyricLine, LyricSection, LyricSheet
from clinamen.domains.music.notes import (
    ChordSymbol,
    Key,
    KeyChange,
    Melody,
    Meter,
    MeterChange,
    Section,
    Song,
    TempoChange,
    Words,
)
from clinamen.errors import FormatError, UnsupportedError
from clinamen.io._chart_song import refuse_track
from clinamen.io.chordpro import read_chordpro, write_chordpro
from clinamen.texts import Message

__all__ = ["MAX_SHEET_CHORDS", "read_sheet", "sheet_of", "song_of_sheet", "write_sheet"]

MAX_SHEET_CHORDS = 100_000
"""Most chords of a sheet that is made a song."""

_KINDS = ("verse", "chorus", "bridge")
_WORDLESS = ("tab", "grid", "abc", "ly", "svg", "textblock")
_BARS_PER_LINE = 4
_BRACKETS = str.maketrans("[]{}\n\r", "()()  ")
_NO_TIMES = Message("file.no_times")


def read_sheet(data: bytes, *, source: str = "", track: int | str | None = None) -> Song:
    """A ChordPro file as a song without a melody; see `song_of_sheet`.

    Raises
    ------
    FormatError
        As `clinamen.io.chordpro.read_chordpro`.
    UnsupportedError
        If it has no chords.
    MissingError
        If a part is asked for: a sheet has none.
    """
    refuse_track(track, source)
    sheet = read_chordpro(data, source=source)
    song = song_of_sheet(sheet)
    if not song.chords:
        raise UnsupportedError("the song sheet has no chords", source=source or None)
    return song.replace(source=source, source_format="chordpro")


def write_sheet(song: Song) -> bytes:
    """Words and chords of a song as a ChordPro file; see `sheet_of`.

    Raises
    ------
    UnsupportedError
        If the song has no chords.
    """
    if not song.harmony:
        raise UnsupportedError("the song has no chords", source=song.source or None)
    return write_chordpro(sheet_of(song))


def song_of_sheet(sheet: LyricSheet) -> Song:
    """A song in which each chord lasts one bar, since a sheet does not say how long.

    Words before the first chord of a line stand one beat before it. A line without chords
    has a bar too. The metre is 4/4 where the sheet has none.
    """
    meter = sheet.meter or Meter(4, 4)
    layout = _Layout(meter)
    for section in sheet.sections:
        layout.add(section)
    keys = (KeyChange(Fraction(0), sheet.key),) if sheet.key else ()
    tempo = sheet.quarters_per_minute
    pickup = layout.pickup
    melody = Melody(
        (),
        keys=keys,
        meters=(MeterChange(Fraction(0), meter),),
        pickup_quarters=pickup,
        end_quarters=layout.now + pickup,
        meter_source="file" if sheet.meter else "assumed",
    )
    return Song(
        melody,
        title=sheet.title,
        composer=sheet.composer or sheet.artist,
        chords=tuple(replace(c, onset_quarters=c.onset_quarters + pickup) for c in layout.chords),
        sections=tuple(
            replace(s, onset_quarters=s.onset_quarters + pickup) for s in layout.sections
        ),
        words=tuple(replace(w, onset_quarters=w.onset_quarters + pickup) for w in layout.words),
        tempos=(TempoChange(Fraction(0), float(tempo)),) if tempo else (),
        notices=(_NO_TIMES,),
    )


@dataclass
class _Layout:
    """Bars dealt out to chords; times before 0 are the pickup's."""

    meter: Meter
    now: Fraction = Fraction(0)
    chords: list[ChordSymbol] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    words: list[Words] = field(default_factory=list)

    @property
    def pickup(self) -> Fraction:
        return max((-each.onset_quarters for each in self.words[:1]), default=Fraction(0))

    def add(self, section: LyricSection) -> None:
        label = section.label or section.kind.replace("_", " ").capitalize()
        first = section.lines[0].pieces[:1] if section.lines else ()
        begins_early = any(chord is None for chord, _ in first) and _has_chords(section.lines[0])
        start = self.now - self.meter.beat_quarters if begins_early else self.now
        self.sections.append(Section(start, label))
        for line in section.lines:
            self._line(line)

    def _line(self, line: LyricLine) -> None:
        is_first = True
        for chord, text in line.pieces:
            onset = self.now
            if chord is not None:
                self.chords.append(ChordSymbol(onset, str(chord)))
                if len(self.chords) > MAX_SHEET_CHORDS:
                    raise FormatError(f"a sheet has at most {MAX_SHEET_CHORDS:,} chords")
            elif _has_chords(line):
                onset -= self.meter.beat_quarters
            if text or is_first:
                self.words.append(Words(onset, text, starts_line=is_first))
            is_first = False
            if chord is not None or not _has_chords(line):
                self.now += self.meter.bar_quarters


def _has_chords(line: LyricLine) -> bool:
    return any(chord is not None for chord, _ in line.pieces)


def sheet_of(song: Song) -> LyricSheet:
    """Chords over the words of a song, or over nothing where it has none.

    Lines are phrases, or four bars where there are no words. A key, a metre and a tempo are
    written where the song's own file had them.
    """
    melody = song.melody
    tempo = song.tempos[0].quarters_per_minute if song.tempos else 0.0
    is_usual = tempo == round(tempo, 4) and 0 < tempo < 10_000
    return LyricSheet(
        tuple(_Sheet(song).sections()),
        title=_plain(song.title),
        composer=_plain(song.composer),
        key=_key_of(melody),
        meter=melody.meters[0].meter if melody.meter_source in ("file", "given") else None,
        quarters_per_minute=Fraction(str(round(tempo, 4))) if is_usual else None,
    )


def _key_of(melody: Melody) -> Key | None:
    if not melody.keys or melody.key_source not in ("file", "given"):
        return None
    key = melody.keys[0].key
    return key if key.mode in ("major", "minor") else None


def _plain(text: str) -> str:
    return " ".join(text.translate(_BRACKETS).split())


_Pieces = list[tuple[Chord | None, str]]


class _Sheet:
    """Puts sections, lines, chords and words of a song in order."""

    def __init__(self, song: Song):
        self._song = song
        self._done: list[LyricSection] = []
        self._kind = self._label = ""
        self._lines: list[LyricLine] = []
        self._pieces: _Pieces = []

    def sections(self) -> list[LyricSection]:
        """All of them."""
        song = self._song
        words = list(song.words) or list(_sung(song.melody)) or list(_empty_lines(song))
        # At one time: the section, the new line, the chord, the words.
        events: list[tuple[Fraction, int, Section | Words | Chord]] = []
        events += [(each.onset_quarters, 0, each) for each in song.sections]
        events += [(each.onset_quarters, 2, each.chord) for each in song.harmony]
        for each in words:
            if each.starts_line:
                events.append((each.onset_quarters, 1, replace(each, text="")))
            if each.text:
                text = each.text.translate(_BRACKETS)
                events.append((each.onset_quarters, 3, replace(each, text=text)))
        for _, order, event in sorted(events, key=lambda event: event[:2]):
            if isinstance(event, Section):
                self._close_section(event.label)
            elif isinstance(event, Chord):
                self._pieces.append((event, ""))
            elif order == 1:
                self._close_line()
            else:
                self._sing(event.text)
        self._close_section("")
        return self._done

    def _sing(self, text: str) -> None:
        chord, before = self._pieces.pop() if self._pieces else (None, "")
        # A line that began with # would be a comment.
        is_start = not self._pieces and chord is None and not before
        self._pieces.append((chord, before + (text.lstrip("#") if is_start else text)))

    def _close_line(self) -> None:
        if any(chord is not None or words.strip() for chord, words in self._pieces):
            if self._pieces[0] == (None, ""):
                del self._pieces[0]
            self._lines.append(LyricLine(tuple(self._pieces)))
        self._pieces = []

    def _close_section(self, next_label: str) -> None:
        self._close_line()
        if self._lines or self._kind:
            self._done.append(LyricSection(self._kind, self._label, tuple(self._lines)))
        self._kind, self._label = _kind_of(_plain(next_label))
        self._lines = []


def _kind_of(label: str) -> tuple[str, str]:
    """ChordPro's kind of section, and the label if that does not say it."""
    label = label.replace('"', "'").replace("label='", "label ")
    word = label.split()[0].casefold() if label else ""
    if label == word.capitalize() and re.fullmatch("[a-z]{3,}", word) and word not in _WORDLESS:
        return word, ""
    return (word if word in _KINDS else "part" if label else ""), label


def _sung(melody: Melody) -> Iterator[Words]:
    """Syllables of the notes, a phrase a line."""
    if not any(note.lyric for note in melody.notes):
        return
    starts = {0, *melody.phrase_starts}
    end_before = Fraction(0)
    for index, note in enumerate(melody.notes):
        lyric = note.lyric or ""
        if index in starts:
            bar = melody.bar_onsets[bisect_right(melody.bar_onsets, note.onset_quarters) - 1]
            # The chord of a bar in which only the first note comes late is this line's.
            yield Words(max(bar, end_before), "", starts_line=True)
        if lyric:
            gap = "" if lyric.endswith("-") and len(lyric) > 1 else " "
            yield Words(note.onset_quarters, lyric.removeprefix("-").removesuffix("-") + gap)
        end_before = note.end_quarters


def _empty_lines(song: Song) -> Iterator[Words]:
    bars = song.melody.bar_onsets[bool(song.melody.pickup_quarters) :]
    for bar in bars[::_BARS_PER_LINE]:
        yield Words(bar, "", starts_line=True)
