"""A song as the text of a MusicXML 4.0 score with one part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import lcm
from xml.sax.saxutils import escape

from clinamen.domains.music.beams import offsets_in_meter
from clinamen.domains.music.notes import Key, Melody, Meter, Note, Provenance, Song
from clinamen.domains.music.spelling import spelled
from clinamen.errors import UnsupportedError
from clinamen.io._musicxml.accidentals import Accidentals
from clinamen.io._musicxml.beaming import with_beams
from clinamen.io._musicxml.durations import split_notated
from clinamen.io._musicxml.harmony import symbol_lines
from clinamen.io._musicxml.notations import ESTIMATED_FIELD, SPLIT_MARK
from clinamen.io._musicxml.pitches import is_name_of, pitch_octave
from clinamen.io._musicxml.plan import Bar, Piece, plan_bars

__all__ = ["MAX_DIVISIONS", "score_text"]

MAX_DIVISIONS = 10**9
"""Finest division of the quarter written; readers hold it in 32 bits."""

_HEAD = """<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD MusicXML 4.0 Partwise//EN" \
"http://www.musicxml.org/dtds/partwise.dtd">
"""
# Characters that XML 1.0 does not allow at all.
_ILLEGAL = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF], None) | dict.fromkeys(
    range(0xD800, 0xE000), None
)


def score_text(song: Song, *, note_ids: bool = False) -> str:
    """The whole document.

    Parameters
    ----------
    note_ids
        Give notes the ids ``n0``, ``n1``, ...; in one that is written as several tied ones
        the first has it, and the others ``n0-1``, ``n0-2``, ...
    """
    lines = ['<score-partwise version="4.0">', *_header(song), '<part id="P1">']
    lines += _PartWriter(song, note_ids=note_ids).part_lines()
    lines += ["</part>", "</score-partwise>", ""]
    return _HEAD + "\n".join(lines).translate(_ILLEGAL)


def _header(song: Song) -> Iterator[str]:
    if song.title:
        yield f"<work><work-title>{escape(song.title)}</work-title></work>"
    yield "<identification>"
    if song.composer:
        yield f'<creator type="composer">{escape(song.composer)}</creator>'
    yield "<encoding><software>Clinamen</software></encoding>"
    estimated = " ".join(name for name, source in _provenance(song) if source == "estimated")
    if estimated:
        field = f'<miscellaneous-field name="{ESTIMATED_FIELD}">{estimated}</miscellaneous-field>'
        yield f"<miscellaneous>{field}</miscellaneous>"
    yield "</identification>"
    yield '<part-list><score-part id="P1">'
    yield f"<part-name>{escape(_part_name(song))}</part-name>"
    yield "</score-part></part-list>"


def _provenance(song: Song) -> list[tuple[str, Provenance]]:
    melody = song.melody
    facts = [("key", melody.key_source), ("meter", melody.meter_source)]
    return [*facts, ("phrases", melody.phrase_source)]


def _part_name(song: Song) -> str:
    if song.part_index is not None and song.part_index < len(song.parts):
        return song.parts[song.part_index].name or "Melody"
    return "Melody"


@dataclass(frozen=True, slots=True)
class _Event:
    """What is written between notes: a change of key and metre, a section, a tempo, a chord."""

    onset_quarters: Fraction
    key: Key | None = None
    meter: Meter | None = None
    section: str | None = None
    tempo: float | None = None
    chord: str | None = None


def _events(song: Song) -> list[_Event]:
    """In order of time; at one time first signatures, then section, tempo, chords."""
    melody = song.melody
    keys = {change.onset_quarters: change.key for change in melody.keys}
    meters = {change.onset_quarters: change.meter for change in melody.meters}
    if melody.meter_source == "assumed":
        meters = {}
    events = [
        _Event(onset, key=keys.get(onset), meter=meters.get(onset))
        for onset in sorted({Fraction(0), *keys, *meters})
        if onset <= melody.end_quarters
    ]
    events += [_Event(each.onset_quarters, section=each.label) for each in song.sections]
    events += [
        _Event(change.onset_quarters, tempo=change.quarters_per_minute) for change in song.tempos
    ]
    events += [_Event(chord.onset_quarters, chord=chord.symbol) for chord in song.chords]
    return sorted(events, key=lambda event: event.onset_quarters)


def _divisions(song: Song, events: Sequence[_Event]) -> int:
    melody = song.melody
    times = [melody.end_quarters, *melody.bar_onsets]
    for note in melody.notes:
        times += [note.onset_quarters, note.duration_quarters, *note.tied]
    times += [event.onset_quarters for event in events]
    divisions = lcm(*{time.denominator for time in times})
    if divisions > MAX_DIVISIONS:
        raise UnsupportedError(
            "the times have no common division of the quarter that MusicXML readers could "
            f"hold ({divisions}); quantise the song first"
        )
    return divisions


class _PartWriter:
    """Lines of the part, bar after bar."""

    def __init__(self, song: Song, *, note_ids: bool):
        # A name that is none of the pitch is as good as no name.
        is_named = [is_name_of(note.spelling or "", note.pitch) for note in song.melody.notes]
        kept = {place for place, is_right in enumerate(is_named) if is_right}
        self._melody = spelled(song.melody, kept=kept)
        self._has_ids = note_ids
        self._n_pieces = 0
        self._events = _events(song)
        self._next_event = 0
        bars = _beamed(self._melody, plan_bars(self._melody))
        self._bars = bars
        # Tuplets within a split length may need finer divisions than the song itself.
        pieces = {piece.written.quarters.denominator for bar in bars for piece in bar.pieces}
        self._divisions = lcm(_divisions(song, self._events), *pieces)
        self._phrase_ends = _phrase_ends(song.melody)
        self._accidentals = Accidentals()

    def part_lines(self) -> Iterator[str]:
        """All measures."""
        number = 0 if self._melody.pickup_quarters else 1
        for index, bar in enumerate(self._bars):
            yield f'<measure number="{number + index}"{self._implicit(index)}>'
            yield from self._bar_lines(bar, is_last=index == len(self._bars) - 1)
            yield "</measure>"

    def _implicit(self, index: int) -> str:
        if index:
            return ""
        return f' implicit="{"yes" if self._melody.pickup_quarters else "no"}"'

    def _bar_lines(self, bar: Bar, *, is_last: bool) -> Iterator[str]:
        self._accidentals.start_bar()
        for piece in bar.pieces:
            for event in self._events_before(piece.end_quarters):
                yield from self._event_lines(event, piece.onset_quarters)
            yield from self._note_lines(piece)
        if is_last:
            for event in self._events[self._next_event :]:
                yield from self._event_lines(event, bar.end_quarters)
            yield '<barline location="right"><bar-style>light-heavy</bar-style></barline>'

    def _events_before(self, time: Fraction) -> Iterator[_Event]:
        while self._next_event < len(self._events):
            event = self._events[self._next_event]
            if event.onset_quarters >= time:
                return
            self._next_event += 1
            yield event

    def _event_lines(self, event: _Event, now: Fraction) -> Iterator[str]:
        offset = int((event.onset_quarters - now) * self._divisions)
        if event.chord is not None:
            key = self._melody.key_at(event.onset_quarters)
            yield from symbol_lines(event.chord, key, offset)
        elif event.section is not None:
            yield from _section_lines(event.section, offset)
        elif event.tempo is not None:
            beat = self._melody.meter_at(event.onset_quarters).beat_quarters
            yield from _tempo_lines(event.tempo, beat, offset)
        else:
            lines = self._attribute_lines(event)
            if offset and lines:
                # Attributes have no offset of their own.
                lines = [
                    f"<forward><duration>{offset}</duration></forward>",
                    *lines,
                    f"<backup><duration>{offset}</duration></backup>",
                ]
            yield from lines

    def _attribute_lines(self, event: _Event) -> list[str]:
        is_first = event.onset_quarters == 0
        lines = [f"<divisions>{self._divisions}</divisions>"] if is_first else []
        if event.key is not None:
            says_mode = self._melody.key_source != "assumed"
            mode = f"<mode>{event.key.mode}</mode>" if says_mode else ""
            self._accidentals.set_key(event.key)
            lines.append(f"<key><fifths>{event.key.fifths}</fifths>{mode}</key>")
        if event.meter is not None:
            beats = f"<beats>{event.meter.numerator}</beats>"
            lines.append(f"<time>{beats}<beat-type>{event.meter.denominator}</beat-type></time>")
        if is_first:
            lines.append(_clef(self._melody.notes))
        return ["<attributes>", *lines, "</attributes>"] if lines else []

    def _note_lines(self, piece: Piece) -> Iterator[str]:
        note = piece.note
        duration = f"<duration>{int(piece.written.quarters * self._divisions)}</duration>"
        if note is None:
            rest = '<rest measure="yes"/>' if piece.is_whole_bar else "<rest/>"
            yield f"<note>{rest}{duration}<voice>1</voice>"
            yield from _sign_lines(piece, "")
            yield from _notation_lines(_tuplet_marks(piece))
            yield "</note>"
            return
        pitch, accidental = self._pitch(note)
        yield f"<note{self._id(piece)}{_dynamics(note)}>{pitch}{duration}"
        if not piece.is_first:
            yield '<tie type="stop"/>'
        if not piece.is_last:
            yield '<tie type="start"/>'
        yield "<voice>1</voice>"
        # A tie carries the accidental over.
        yield from _sign_lines(piece, accidental if piece.is_first else "")
        ends_phrase = piece.is_last and piece.index in self._phrase_ends
        yield from _notation_lines([*_tie_marks(piece), *_tuplet_marks(piece)], ends_phrase)
        if piece.is_first and note.lyric:
            yield _lyric_line(note.lyric)
        yield "</note>"

    def _id(self, piece: Piece) -> str:
        if not self._has_ids:
            return ""
        self._n_pieces = 0 if piece.is_first else self._n_pieces + 1
        suffix = f"-{self._n_pieces}" if self._n_pieces else ""
        return f' id="n{piece.index}{suffix}"'

    def _pitch(self, note: Note) -> tuple[str, str]:
        """The pitch element, and the name of the accidental to print."""
        name = note.spelling
        assert name is not None  # all were named at first
        alter = name.count("#") - name[1:].count("b")
        altered = f"<alter>{alter}</alter>" if alter else ""
        octave = pitch_octave(note.pitch, name)
        element = f"<pitch><step>{name[0]}</step>{altered}<octave>{octave}</octave></pitch>"
        return element, self._accidentals.sign(name[0], alter, octave)


def _beamed(melody: Melody, bars: Sequence[Bar]) -> list[Bar]:
    offsets = dict(zip(melody.bar_onsets, offsets_in_meter(melody), strict=True))
    return [
        with_beams(
            bar, melody.meter_at(bar.onset_quarters), offsets.get(bar.onset_quarters, Fraction(0))
        )
        for bar in bars
    ]


def _phrase_ends(melody: Melody) -> set[int]:
    """Notes that get a breath mark: the last of every phrase but the last one.

    A song that is one phrase gets its mark at the end, or nothing would say so.
    """
    if len(melody.phrase_starts) == 1:
        return {len(melody.notes) - 1}
    return {start - 1 for start in melody.phrase_starts[1:]}


def _clef(notes: Sequence[Note]) -> str:
    mean = sum(note.pitch for note in notes) / len(notes) if notes else 60
    sign, line = ("G", 2) if mean >= 57 else ("F", 4)
    return f"<clef><sign>{sign}</sign><line>{line}</line></clef>"


def _section_lines(label: str, offset: int) -> list[str]:
    if not label:
        return []
    lines = [f"<direction-type><rehearsal>{escape(label)}</rehearsal></direction-type>"]
    if offset:
        lines.append(f'<offset sound="yes">{offset}</offset>')
    return ['<direction placement="above">', *lines, "</direction>"]


def _tempo_lines(tempo: float, beat_quarters: Fraction, offset: int) -> list[str]:
    """A mark that counts felt beats; what is played has the number of quarters, exactly."""
    text = format(Decimal(repr(float(tempo))), "f")
    (beat,) = split_notated(Fraction(0), beat_quarters)
    if not beat.type_:
        (beat,) = split_notated(Fraction(0), Fraction(1))
    unit = f"<beat-unit>{beat.type_}</beat-unit>" + "<beat-unit-dot/>" * beat.n_dots
    rate = f"<per-minute>{tempo / float(beat.quarters):.1f}".removesuffix(".0") + "</per-minute>"
    lines = [f"<direction-type><metronome>{unit}{rate}</metronome></direction-type>"]
    if offset:
        lines.append(f'<offset sound="yes">{offset}</offset>')
    return ['<direction placement="above">', *lines, f'<sound tempo="{text}"/>', "</direction>"]


def _sign_lines(piece: Piece, accidental: str) -> Iterator[str]:
    written = piece.written
    if written.type_:
        yield f"<type>{written.type_}</type>" + "<dot/>" * written.n_dots
    if accidental:
        yield f"<accidental>{accidental}</accidental>"
    if written.actual != 1:
        yield (
            f"<time-modification><actual-notes>{written.actual}</actual-notes>"
            f"<normal-notes>{written.normal}</normal-notes></time-modification>"
        )
    for level, mark in enumerate(piece.beams, start=1):
        yield f'<beam number="{level}">{mark}</beam>'


def _tie_marks(piece: Piece) -> Iterator[str]:
    if not piece.is_first:
        yield '<tied type="stop"/>'
    if not piece.is_last:
        yield '<tied type="start"/>'
    if piece.is_split:
        yield f'<other-notation type="single" print-object="no">{SPLIT_MARK}</other-notation>'


def _tuplet_marks(piece: Piece) -> Iterator[str]:
    if piece.starts_tuplet:
        yield '<tuplet type="start"/>'
    if piece.stops_tuplet:
        yield '<tuplet type="stop"/>'


def _notation_lines(marks: Iterator[str] | list[str], ends_phrase: bool = False) -> Iterator[str]:
    content = [*marks]
    if ends_phrase:
        content.append("<articulations><breath-mark/></articulations>")
    if content:
        yield f"<notations>{''.join(content)}</notations>"


def _dynamics(note: Note) -> str:
    if note.velocity is None:
        return ""
    return f' dynamics="{note.velocity * 100 / 90:.2f}"'


def _lyric_line(lyric: str) -> str:
    text = lyric
    continues, goes_on = text.startswith("-"), text.endswith("-")
    text = text.removeprefix("-").removesuffix("-")
    if not text:
        continues = goes_on = False
        text = lyric
    syllabic = {(True, True): "middle", (True, False): "end", (False, True): "begin"}.get(
        (continues, goes_on), "single"
    )
    return f'<lyric number="1"><syllabic>{syllabic}</syllabic><text>{escape(text)}</text></lyric>'
