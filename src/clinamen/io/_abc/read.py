"""An ABC tune's lines, read into voices."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction

from clinamen.domains.music.notes import ChordSymbol, Provenance, Section, TempoChange
from clinamen.errors import FormatError
from clinamen.io._abc import fields
from clinamen.io._abc.lyrics import sing
from clinamen.io._abc.text import Line, Tune, plain_text
from clinamen.io._abc.tokens import LexicalError, length_of, tokens, tuplet_of
from clinamen.io._abc.voice import AbcVoice, Header, Pitch, Sound
from clinamen.io._part import check_time

__all__ = ["MAX_BARS", "MAX_BAR_RESTS", "MAX_NOTES", "MAX_VOICES", "TuneReader"]

MAX_NOTES = 200_000
"""Most notes in one tune."""
MAX_BARS = 200_000
"""Most bar lines in one tune; one sign can stand for thousands of bars of rest."""
MAX_VOICES = 128
"""Most voices in one tune."""
MAX_BAR_RESTS = 10_000
"""Most bars in one multi-bar rest."""

_ALTERS = {"^^": 2, "^": 1, "=": 0, "_": -1, "__": -2}
_GUESSED: tuple[Provenance, ...] = ("estimated", "assumed")
_BREATHS = {"breath", "shortphrase", "mediumphrase", "longphrase"}
_GRACE_NOTE = re.compile("[A-Ga-g]")
Token = re.Match[str]


@dataclass
class TuneReader:
    """Reads one tune, line by line; `voices` and the counts are the result."""

    tune: Tune
    file_header: list[Line]
    source: str
    header: Header = field(default_factory=Header)
    voices: dict[str, AbcVoice] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    shifts: dict[str, int] = field(default_factory=dict)
    titles: list[str] = field(default_factory=list)
    composers: list[str] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    line_breaks: str | None = None
    n_graces: int = 0
    n_repeats: int = 0
    n_macros: int = 0
    n_notes: int = 0
    n_bars: int = 0
    n_more_verses: int = 0
    header_tempo: str | None = None
    sources: dict[str, Provenance] = field(default_factory=dict)
    _voice: AbcVoice | None = None
    _in_body: bool = False
    _is_continued: bool = False
    _place: str = ""
    _pending: list[str] = field(default_factory=list)
    _chord: list[tuple[Pitch, Fraction]] | None = None
    _chord_ties: list[Pitch] = field(default_factory=list)
    _recent: list[tuple[Pitch, Sound]] = field(default_factory=list)

    def read(self) -> None:
        """Read every line.

        Raises
        ------
        FormatError
            At the first thing that is not ABC.
        """
        for line in [*self.file_header, *self.tune.lines]:
            self._place = f"line {line.number}"
            if line.field:
                self._field(line.field, line.text, line.number)
            elif self._in_body:
                self._music_line(line)

    def _fail(self, message: str, column: int | None = None) -> FormatError:
        place = self._place if column is None else f"{self._place}, column {column + 1}"
        return FormatError(message, source=self.source, place=place)

    def voice(self) -> AbcVoice:
        """The current voice; a tune without ``V:`` has one."""
        if self._voice is None:
            self._voice = self._start_voice("")
        return self._voice

    def _start_voice(self, name: str) -> AbcVoice:
        if name not in self.voices:
            if len(self.voices) >= MAX_VOICES:
                raise self._fail(f"more than {MAX_VOICES} voices")
            unit = self.header.unit or fields.default_unit(self.header.meter)
            voice = AbcVoice(self.names.get(name, name), self.header, unit)
            voice.octaves += self.shifts.get(name, 0)
            if self.header_tempo is not None:
                self._tempo(voice, self.header_tempo)
            self.voices[name] = voice
        return self.voices[name]

    def _field(self, letter: str, text: str, number: int) -> None:
        handler = _FIELDS.get(letter)
        if handler is None:
            return
        try:
            handler(self, text)
        except fields.FieldError as error:
            raise FormatError(str(error), source=self.source, place=f"line {number}") from None

    def _title(self, text: str) -> None:
        if not self._in_body:
            self.titles.append(plain_text(text))

    def _composer(self, text: str) -> None:
        if text.strip():
            self.composers.append(plain_text(text))

    def _key(self, text: str) -> None:
        key = fields.parse_key(text)
        shift = fields.octave_shift(text)
        if self._voice is not None:
            if key is not None:
                self._voice.set_key(key)
        else:
            self.header.key = key or self.header.key
            self.header.octaves = shift
        self._in_body = True

    def _meter(self, text: str) -> None:
        meter = fields.parse_meter(text)
        if self._voice is not None:
            self._voice.set_meter(meter)
        else:
            self.header.meter = meter

    def _unit(self, text: str) -> None:
        unit = fields.parse_unit(text)
        if self._voice is not None:
            self._voice.unit = unit
        else:
            self.header.unit = unit

    def _tempo_field(self, text: str) -> None:
        if self._voice is not None:
            self._tempo(self._voice, text)
        else:
            self.header_tempo = text

    def _tempo(self, voice: AbcVoice, text: str) -> None:
        rate = fields.parse_tempo(text, voice.unit)
        if rate is not None:
            voice.tempos.append(TempoChange(voice.now, rate))

    def _voice_field(self, text: str) -> None:
        words = text.strip().split(None, 1)
        if not words:
            raise fields.FieldError("a V: field must name a voice")
        name, rest = words[0], words[1] if len(words) > 1 else ""
        label = re.search(r'\b(?:name|nm)="([^"]*)"', rest)
        if label and label[1].strip():
            self.names[name] = plain_text(label[1])
        if rest:
            self.shifts[name] = fields.octave_shift(rest)
        if self._in_body:
            self._voice = self._start_voice(name)
            self._voice.start_line()

    def _part(self, text: str) -> None:
        """In the header the order of the parts, below it the name of one that begins."""
        if not self._in_body:
            self.n_repeats += len(re.findall("[A-Z]", text)) > 1
            return
        section = Section(self._voice.now if self._voice else Fraction(0), plain_text(text))
        # A tune in voices may name its parts in each of them.
        if section.label and section not in self.sections:
            self.sections.append(section)

    def _instruction(self, text: str) -> None:
        name, _, value = text.strip().partition(" ")
        if name == "linebreak":
            self.line_breaks = value.strip()
        if name == "clinamen-sources":
            self.sources |= {
                fact: source
                for fact in ("key", "phrase")
                for source in _GUESSED
                if f"{fact}={source}" in value.split()
            }
        if name == "propagate-accidentals" and value.strip() in ("not", "octave", "pitch"):
            self.header.propagation = value.strip()

    def _macro(self, text: str) -> None:
        self.n_macros += 1

    def _words(self, text: str) -> None:
        if not self._in_body or self._voice is None:
            return
        if self._voice.has_lyrics:
            self.n_more_verses += 1
            return
        sing(self._voice, text)

    def _music_line(self, line: Line) -> None:
        text = line.text.rstrip()
        if self._voice is not None and not self._is_continued:
            self._voice.start_line()
        self._is_continued = text.endswith("\\")
        try:
            for token in tokens(text):
                self._token(token)
            if self._chord is not None:
                raise LexicalError("a chord is not closed by ]", len(text))
        except LexicalError as error:
            raise self._fail(error.message, error.column + line.column) from None
        voice = self.voice()
        check_time(voice.now, source=self.source, place=self._place)
        if not self._is_continued and (self.line_breaks is None or "<EOL>" in self.line_breaks):
            voice.end_line()

    def _token(self, token: Token) -> None:
        kind = token.lastgroup or ""
        if self._chord is not None and kind not in _CHORD_TOKENS:
            raise LexicalError(f"{token[0][:20]!r} cannot stand in a chord", token.start())
        handler = _TOKENS.get(kind)
        if handler is not None:
            handler(self, token)

    def _inline_field(self, token: Token) -> None:
        letter, text = token[0][1], token[0][3:-1]
        handler = _INLINE.get(letter)
        if handler is not None:
            try:
                handler(self, text)
            except fields.FieldError as error:
                raise LexicalError(str(error), token.start()) from None

    def _note(self, token: Token) -> None:
        letter, marks = token["letter"], token["octave"]
        octave = 4 + letter.islower() + marks.count("'") - marks.count(",")
        accidental = _ALTERS[token["accidental"]] if token["accidental"] else None
        pitch = Pitch(letter.upper(), octave + self.voice().octaves, accidental)
        length = length_of(token["length"], token.start())
        if self._chord is not None:
            self._chord.append((pitch, length))
        else:
            self._play([(pitch, length)], token)

    def _play(self, pitches: list[tuple[Pitch, Fraction]], token: Token) -> None:
        voice = self.voice()
        self.n_notes += len(pitches)
        if self.n_notes > MAX_NOTES:
            raise LexicalError(f"more than {MAX_NOTES} notes", token.start())
        sounds = voice.play(pitches)
        if not all(0 <= sound.pitch <= 127 for sound in sounds):
            raise LexicalError(f"{token[0][:20]!r} is outside MIDI's range", token.start())
        self._recent = [(pitch, sound) for (pitch, _), sound in zip(pitches, sounds, strict=True)]
        for mark in self._pending:
            (voice.breaths if mark == "breath" else voice.fermatas).append(sounds[0])
        self._pending.clear()
        check_time(voice.now, source=self.source, place=self._place)

    def _rest(self, token: Token) -> None:
        voice = self.voice()
        length = length_of(token["rest_length"], token.start())
        self._recent = []
        self._pending.clear()
        if token[0][0] in "ZX":
            self._bar_rest(voice, length, token)
        else:
            voice.rest(length)
        check_time(voice.now, source=self.source, place=self._place)

    def _bar_rest(self, voice: AbcVoice, n_bars: Fraction, token: Token) -> None:
        if n_bars.denominator > 1 or n_bars > MAX_BAR_RESTS:
            raise LexicalError(f"not a rest of whole bars: {token[0]!r}", token.start())
        bar = voice.meter.bar_quarters if voice.meter else Fraction(4)
        self._count_bars(int(n_bars), token)
        for index in range(int(n_bars)):
            if index:
                voice.bar_line(is_plain=True)
            voice.rest(bar / voice.unit)

    def _bar(self, token: Token) -> None:
        text = token[0].lstrip(".")
        mark = text.rstrip("0123456789,.-")
        self.n_repeats += ":" in mark or mark != text
        self._count_bars(1, token)
        self.voice().bar_line(is_plain=mark == "|")

    def _count_bars(self, n_bars: int, token: Token) -> None:
        self.n_bars += n_bars
        if self.n_bars > MAX_BARS:
            raise LexicalError(f"more than {MAX_BARS} bars", token.start())

    def _ending(self, token: Token) -> None:
        self.n_repeats += 1

    def _text(self, token: Token) -> None:
        words = token[0][1:-1]
        symbol = plain_text(words)
        if symbol and words[0] not in "^_<>@":
            voice = self.voice()
            voice.chords.append(ChordSymbol(voice.now, symbol))

    def _broken(self, token: Token) -> None:
        if len(token[0]) > 3:
            raise LexicalError(f"not a broken rhythm: {token[0][:20]!r}", token.start())
        self.voice().break_rhythm(token[0])

    def _tie(self, token: Token) -> None:
        if self._chord is not None:
            self._chord_ties.extend(pitch for pitch, _ in self._chord[-1:])
            return
        for pitch, sound in self._recent:
            self.voice().tie(pitch, sound)

    def _tuplet(self, token: Token) -> None:
        voice = self.voice()
        voice.start_tuplet(*tuplet_of(token[0], voice.meter, token.start()))

    def _grace(self, token: Token) -> None:
        self.n_graces += len(_GRACE_NOTE.findall(token[0]))

    def _open_chord(self, token: Token) -> None:
        if self._chord is not None:
            raise LexicalError("a chord begins inside a chord", token.start())
        self._chord, self._chord_ties = [], []

    def _close_chord(self, token: Token) -> None:
        if not self._chord:
            self._chord = None
            return
        length = length_of(token["chord_length"], token.start())
        pitches = [(pitch, own * length) for pitch, own in self._chord]
        self._chord = None
        self._play(pitches, token)
        for pitch, sound in self._recent:
            if pitch in self._chord_ties:
                self.voice().tie(pitch, sound)

    def _decoration(self, token: Token) -> None:
        name = token[0][1:-1]
        if token[0][0] == "+" and re.fullmatch("[A-Ga-g]+", name):
            raise LexicalError("chords between + signs are no longer ABC; use [ ]", token.start())
        if name in _BREATHS:
            self._pending.append("breath")
        elif name in ("fermata", "invertedfermata"):
            self._pending.append("fermata")

    def _shorthand(self, token: Token) -> None:
        if token[0] == "H":
            self._pending.append("fermata")

    def _overlay(self, token: Token) -> None:
        self._recent = []
        self.voice().overlay()

    def _line_break(self, token: Token) -> None:
        allowed = "$" if self.line_breaks is None else self.line_breaks
        if token[0] in allowed.split():
            self.voice().end_line()


_Handler = Callable[[TuneReader, str], None]
_FIELDS: dict[str, _Handler] = {
    "T": TuneReader._title,
    "C": TuneReader._composer,
    "K": TuneReader._key,
    "M": TuneReader._meter,
    "L": TuneReader._unit,
    "Q": TuneReader._tempo_field,
    "V": TuneReader._voice_field,
    "P": TuneReader._part,
    "I": TuneReader._instruction,
    "m": TuneReader._macro,
    "w": TuneReader._words,
}
_INLINE = {letter: _FIELDS[letter] for letter in "KMLPQVI"}
_CHORD_TOKENS = {
    "note", "tie", "close", "text", "decoration", "shorthand", "slur", "open", "reserved", "grace"
}  # fmt: skip
_TOKENS: dict[str, Callable[[TuneReader, Token], None]] = {
    "field": TuneReader._inline_field,
    "note": TuneReader._note,
    "rest": TuneReader._rest,
    "bar": TuneReader._bar,
    "ending": TuneReader._ending,
    "text": TuneReader._text,
    "broken": TuneReader._broken,
    "tie": TuneReader._tie,
    "tuplet": TuneReader._tuplet,
    "grace": TuneReader._grace,
    "open": TuneReader._open_chord,
    "close": TuneReader._close_chord,
    "decoration": TuneReader._decoration,
    "shorthand": TuneReader._shorthand,
    "overlay": TuneReader._overlay,
    "linebreak": TuneReader._line_break,
}
