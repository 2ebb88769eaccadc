"""Humdrum **kern.

Source: Huron (1999), *Music research using Humdrum: a user's guide*, and the **kern
representation reference. Our departures: repeats are not unfolded and grace notes are
left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction
from html import unescape

from clinamen.domains.music.notes import ChordSymbol, Key, PartSummary, Section, Song, TempoChange
from clinamen.errors import FormatError, UnsupportedError
from clinamen.io._abc.text import decode_text
from clinamen.io._kern.parts import KernPart
from clinamen.io._kern.spines import Column, Row, Spines
from clinamen.io._kern.tokens import TokenError, key_of, meter_of, notes_of, signature_fifths
from clinamen.io._part import BarLine, WrittenPart, check_time, pick_part
from clinamen.texts import Message

__all__ = ["MAX_NOTES", "read_kern"]

MAX_NOTES = 500_000
"""Most notes in one file, all parts together."""

_TEXTS = ("**text", "**silbe", "**lyrics")
_HARMONIES = ("**mxhm", "**harte")
_TEMPO = re.compile(r"\*MM(\d{1,4}(?:\.\d{1,6})?)")
_TOP_VOICE = re.compile(r"sopran|soprn|cantus|canto|\*icant|superius|discant")
_VOICE = re.compile(r"voice|vox|vocal|singer|melod|gesang|stimme|canto")


def read_kern(data: bytes, *, source: str = "", track: int | str | None = None) -> Song:
    """The melody of one spine of a Humdrum file.

    Phrases are the spine's curly braces, or where it has none, its fermatas.

    Parameters
    ----------
    data
        The whole file.
    source
        Its name, for messages.
    track
        Which **kern spine: its place among them (from 0, left to right) or its
        instrument name. Without it: the soprano or cantus, else a spine named as a
        voice, else the rightmost spine with notes, since **kern writes the lowest part
        first.

    Raises
    ------
    FormatError
        If the text is not Humdrum; the message has line and spine.
    UnsupportedError
        If there is no **kern spine, or it has no notes.
    MissingError
        If there is no such spine.
    """
    text = decode_text(data, source=source)
    reader = _Reader(Spines(text, source), source)
    reader.read()
    parts = list(reader.parts.values())
    if not parts:
        raise UnsupportedError("no **kern spine", source=source)
    written = [part.written(parts, reader.end) for part in parts]
    summaries = tuple(part.summary(index) for index, part in enumerate(written))
    place = _choose(parts, summaries, track, source)
    return _song(reader, written[place], parts[place], summaries, place)


def _choose(
    parts: list[KernPart], summaries: tuple[PartSummary, ...], track: int | str | None, source: str
) -> int:
    if track is not None:
        place = pick_part(summaries, track, source=source, what="spine")
        if not parts[place].sounds:
            raise UnsupportedError(f"spine {place} has no notes", source=source)
        return place
    sounding = [index for index, part in enumerate(parts) if part.sounds]
    if not sounding:
        raise UnsupportedError("the file has no notes", source=source)
    for pattern in (_TOP_VOICE, _VOICE):
        named = [i for i in sounding if any(pattern.search(code) for code in parts[i].codes)]
        if named:
            return named[-1]
    return sounding[-1]


@dataclass
class _Reader:
    """Goes down the rows with a common clock for all spines."""

    spines: Spines
    source: str
    parts: dict[int, KernPart] = field(default_factory=dict)
    chords: list[ChordSymbol] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    tempos: list[TempoChange] = field(default_factory=list)
    end: Fraction = Fraction(0)
    has_repeats: bool = False
    _n_notes: int = 0
    _now: Fraction = Fraction(0)
    _sung: dict[int, int] = field(default_factory=dict)

    def read(self) -> None:
        """Read every row.

        Raises
        ------
        FormatError
            At the first row that is not Humdrum.
        """
        for row in self.spines.rows():
            first = row.cells[0][1]
            if first.startswith("*"):
                self._interpretations(row)
            elif first.startswith("="):
                self._bar_line(row)
            else:
                self._data(row)
        if not self.spines.n_segments:
            raise FormatError("not a Humdrum file: it has no ** line", source=self.source)
        self.end = max((part.end for part in self.parts.values()), default=Fraction(0))

    def _fail(self, message: str, row: Row, place: int) -> FormatError:
        where = f"line {row.number}, spine {place + 1}"
        return FormatError(message, source=self.source, place=where)

    def _interpretations(self, row: Row) -> None:
        nearest: int | None = None
        for column, token in row.cells:
            if token == "**kern":
                self.parts.setdefault(column.spine, KernPart())
                nearest = column.spine
            elif token in _TEXTS and nearest is not None:
                # The first text spine right of a **kern spine has its words.
                if nearest not in self._sung.values():
                    self._sung[column.spine] = nearest
            elif token.startswith("*>"):
                self._section(token[2:])
            if column.kind == "**kern" and column.spine in self.parts:
                self._interpret(self.parts[column.spine], token)

    def _section(self, label: str) -> None:
        """A label stands in every spine; in brackets, the order of the labels."""
        section = Section(self._now, label)
        if "[" in label:
            self.has_repeats = True
        elif label and section not in self.sections[-1:]:
            self.sections.append(section)

    def _interpret(self, part: KernPart, token: str) -> None:
        if token in ("*", "*^", "*v", "*-"):
            return
        fifths = signature_fifths(token)
        if fifths is not None:
            part.signatures.append((self._now, Key(fifths)))
        elif (key := key_of(token)) is not None:
            part.keys.append((self._now, key))
        elif (meter := meter_of(token)) is not None:
            # A mensuration sign beside a time signature says nothing new.
            if token.startswith("*M") or not any(at == self._now for at, _ in part.meters):
                part.meters.append((self._now, meter))
        elif tempo := _TEMPO.fullmatch(token):
            self._tempo(float(tempo[1]))
        elif token.startswith("*I"):
            part.name_from(token)

    def _tempo(self, quarters_per_minute: float) -> None:
        change = TempoChange(self._now, quarters_per_minute)
        if quarters_per_minute > 0 and change not in self.tempos[-1:]:
            self.tempos.append(change)

    def _bar_line(self, row: Row) -> None:
        for column, token in row.cells:
            if column.kind == "**kern":
                kind = token.strip("=0123456789abcdefghijklmnopqrstuvwxyz;")
                line = BarLine(self._now, kind in ("", "-") and not token.startswith("=="))
                if part := self.parts.get(column.spine):
                    part.bar_lines.append(line)
                self.has_repeats = self.has_repeats or ":" in kind

    def _data(self, row: Row) -> None:
        for part in self.parts.values():
            part.started.clear()
        moved = False
        for place, (column, token) in enumerate(row.cells):
            if column.kind in ("**kern", "**recip") and token != ".":
                moved = self._play(row, place, column, token) or moved
        for column, token in row.cells:
            if column.kind in _HARMONIES and token.strip() not in (".", ""):
                self.chords.append(ChordSymbol(self._now, token.strip()))
            elif column.spine in self._sung and token not in (".", "|", "_", ""):
                self.parts[self._sung[column.spine]].sing(unescape(token))
        if moved:
            self._advance(row)

    def _play(self, row: Row, place: int, column: Column, token: str) -> bool:
        """A token with notes or rests; True when it takes time."""
        try:
            notes = notes_of(token if column.kind == "**kern" else f"{token}r")
        except TokenError as error:
            raise self._fail(str(error), row, place) from None
        length = max((note.length for note in notes), default=Fraction(0))
        if length and column.end > self._now:
            raise self._fail(
                f"{token[:20]!r} begins before the note above it in its spine has ended", row, place
            )
        self._n_notes += len(notes)
        if self._n_notes > MAX_NOTES:
            raise self._fail(f"more than {MAX_NOTES} notes", row, place)
        if part := self.parts.get(column.spine):
            part.play(token, notes, self._now)
        if length:
            column.end = self._now + length
        return bool(length)

    def _advance(self, row: Row) -> None:
        """The clock goes to where the first of the sounding notes and rests ends."""
        self._now = min(column.end for column, _ in row.cells if column.end > self._now)
        check_time(self._now, source=self.source, place=f"line {row.number}")


def _song(
    reader: _Reader,
    written: WrittenPart,
    part: KernPart,
    summaries: tuple[PartSummary, ...],
    place: int,
) -> Song:
    melody, n_changed = written.melody()
    records = reader.spines.records
    return Song(
        melody,
        title=_record(records, "OTL"),
        composer=_record(records, "COM"),
        chords=tuple(reader.chords),
        sections=tuple(reader.sections),
        tempos=tuple(reader.tempos),
        parts=summaries,
        part_index=place,
        notices=tuple(_notices(reader, written, part, n_changed)),
        source=reader.source,
        source_format="kern",
    )


def _record(records: dict[str, str], name: str) -> str:
    """A reference record, also one that names its language (``OTL@@DE``)."""
    found = records.get(name) or next(
        (v for k, v in records.items() if k.startswith(name + "@")), ""
    )
    return " ".join(unescape(found).split())


def _notices(reader: _Reader, written: WrittenPart, part: KernPart, n_changed: int) -> list[str]:
    spines = reader.spines
    counted = [
        (n_changed, "file.kern_polyphonic"),
        (part.n_graces, "file.graces"),
        (part.n_loose_ties, "file.kern_ties"),
        (spines.n_segments if spines.n_segments > 1 else 0, "file.kern_pieces"),
    ]
    said = [
        (written.key_source != "file", "file.kern_mode"),
        (reader.has_repeats, "file.read_once"),
        (not spines.is_ended, "file.kern_open"),
    ]
    found = [Message(key, count=count) for count, key in counted[:3] if count]
    found += [Message(key) for is_so, key in said if is_so]
    return [*found, *(Message(key, count=count) for count, key in counted[3:] if count)]
