"""The reader of ChordPro files: lines to sections, facts and chords over words."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from clinamen.domains.music.chords import (
    Chord,
    LyricLine,
    LyricSection,
    LyricSheet,
    PitchName,
    parse_chord,
)
from clinamen.domains.music.notes import Key, Meter
from clinamen.errors import FormatError, ParameterError

__all__ = ["MAX_SHEET_LINES", "read_chordpro"]

MAX_SHEET_LINES = 20_000
"""Most lines of words in a sheet; a chorus called again counts again."""

_DIRECTIVE = re.compile(
    r"\s*\{\s*(?P<name>[A-Za-z_0-9]+)(?:-[^\s:}]*)?(?:\s*:|(?=[\s}]))(?P<value>[^}]*)\}\s*"
)
_LABEL = re.compile(r"""label=(?P<quote>["'])(?P<label>.*)(?P=quote)""")
_KEY = re.compile(r"(?P<letter>[A-G])(?P<accidental>[#b♯♭]?) ?(?P<minor>m|min|minor|-)?")
_TIME = re.compile(r"([0-9]{1,3})/([0-9]{1,3})")
_TEMPO = re.compile(r"[0-9]{1,4}(?:\.[0-9]{1,4})?")
_TRANSPOSE = re.compile(r"[+-]?[0-9]{1,3}")
_SHORT = {
    "t": "title", "soc": "start_of_chorus", "eoc": "end_of_chorus", "sov": "start_of_verse",
    "eov": "end_of_verse", "sob": "start_of_bridge", "eob": "end_of_bridge",
    "sot": "start_of_tab", "eot": "end_of_tab", "sog": "start_of_grid", "eog": "end_of_grid",
    "ns": "new_song",
}  # fmt: skip
_TEXTS = ("title", "artist", "composer")
_WORDLESS = ("tab", "grid", "abc", "ly", "svg", "textblock")


def read_chordpro(data: bytes, *, source: str = "") -> LyricSheet:
    """The first song of a ChordPro file.

    Raises
    ------
    FormatError
        If a bracket or section is not closed, or a chord or a fact cannot be understood; the
        message has line and column.

    Examples
    --------
    >>> sheet = read_chordpro(b"{key: G}\\n{soc}\\n[G]Lo, how a [Em7]rose\\n{eoc}\\n")
    >>> sheet.sections[0].kind, [str(chord) for chord, _ in sheet.sections[0].lines[0].pieces]
    ('chorus', ['G', 'Em7'])
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FormatError("not UTF-8 text", source=source or None) from None
    reader = _Reader(source)
    for number, line in enumerate(text.split("\n"), start=1):
        if not reader.read_line(line.removesuffix("\r"), number):
            break
    return reader.finish()


@dataclass
class _Reader:
    source: str
    facts: dict[str, str] = field(default_factory=dict)
    key: Key | None = None
    meter: Meter | None = None
    tempo: Fraction | None = None
    sections: list[LyricSection] = field(default_factory=list)
    _kind: str = ""
    _label: str = ""
    _opened: int = 0
    _lines: list[LyricLine] = field(default_factory=list)
    _transpose: int = 0
    _n_lines: int = 0
    _key_now: Key | None = None
    _number: int = 0

    def read_line(self, line: str, number: int) -> bool:
        """Read a line; whether the song goes on."""
        self._number = number
        directive = _DIRECTIVE.fullmatch(line)
        if line.startswith("#"):
            return True
        if directive is not None:
            return self._directive(directive)
        if self._kind in _WORDLESS:
            return True
        if line.lstrip().startswith("{"):
            message = "a directive is {name} or {name: value}, alone in its line"
            raise self.fail(message, line.index("{"))
        if line.strip():
            self._add(self._pieces(line))
        elif not self._kind:
            self._close()
        return True

    def finish(self) -> LyricSheet:
        if self._kind:
            self._number = self._opened
            raise self.fail(f"start_of_{self._kind} is never ended", 0)
        self._close()
        return LyricSheet(
            tuple(self.sections),
            self.facts.get("title", ""),
            self.facts.get("artist", ""),
            self.facts.get("composer", ""),
            self.key,
            self.meter,
            self.tempo,
        )

    def fail(self, message: str, index: int, kind: type[FormatError] = FormatError) -> FormatError:
        place = f"line {self._number}"
        return kind(message, source=self.source or None, place=place, column=index + 1)

    def _add(self, pieces: list[tuple[Chord | None, str]]) -> None:
        if pieces:
            self._count(1)
            self._lines.append(LyricLine(tuple(pieces)))

    def _count(self, n_lines: int) -> None:
        self._n_lines += n_lines
        if self._n_lines > MAX_SHEET_LINES:
            raise self.fail(f"a sheet has at most {MAX_SHEET_LINES:,} lines", 0)

    def _close(self) -> None:
        if self._lines or self._kind not in ("", *_WORDLESS):
            self.sections.append(LyricSection(self._kind, self._label, tuple(self._lines)))
        self._kind, self._label, self._lines = "", "", []

    def _directive(self, match: re.Match[str]) -> bool:
        name, value = match["name"].lower(), match["value"].strip()
        name = _SHORT.get(name, name)
        index = match.start("value") + len(match["value"]) - len(match["value"].lstrip())
        if name == "meta":
            name, _, value = (part.strip() for part in value.partition(" "))
            index = match.string.rindex(value) if value else index
            if name not in (*_TEXTS, *_FACTS):
                return True
        if name.startswith("start_of_"):
            self._open(name.removeprefix("start_of_"), value, match.start("name"))
        elif name.startswith("end_of_"):
            self._end(name.removeprefix("end_of_"), match.start("name"))
        elif name == "chorus":
            self._recall()
        elif name in _TEXTS:
            self.facts.setdefault(name, value)
        elif name in _FACTS:
            _FACTS[name](self, value, index)
        return name != "new_song" or not (self.sections or self._lines)

    def _open(self, kind: str, value: str, index: int) -> None:
        if self._kind:
            raise self.fail(f"start_of_{self._kind} in line {self._opened} is not ended", index)
        if not kind:
            raise self.fail("start_of_ needs the name of a section", index)
        self._close()
        label = _LABEL.search(value)
        self._label = label["label"] if label else value
        self._kind, self._opened = kind, self._number

    def _end(self, kind: str, index: int) -> None:
        if kind != self._kind:
            raise self.fail(f"end_of_{kind} without its start", index)
        self._close()

    def _recall(self) -> None:
        if self._kind:
            return
        self._close()
        chorus = next((each for each in reversed(self.sections) if each.kind == "chorus"), None)
        if chorus is not None:
            # An empty chorus counts too: calls alone must not fill memory.
            self._count(max(len(chorus.lines), 1))
            self.sections.append(chorus)

    def _read_key(self, value: str, index: int) -> None:
        match = _KEY.fullmatch(value)
        if match is None:
            raise self.fail('a key is written like "G" or "F#m"', index)
        alter = {"#": 1, "♯": 1, "b": -1, "♭": -1, "": 0}[match["accidental"]]
        mode = "minor" if match["minor"] else "major"
        fifths = PitchName(match["letter"], alter).fifths - Key(0, mode).tonic_fifths
        if not -7 <= fifths <= 7:
            raise self.fail("a key has at most seven sharps or flats", index)
        # The first key is the song's; chords in numbers count from the latest.
        self._key_now = Key(fifths, mode)
        self.key = self.key or self._key_now

    def _read_time(self, value: str, index: int) -> None:
        match = _TIME.fullmatch(value)
        try:
            if match is None:
                raise ParameterError('a time is written like "3/4"')
            meter = Meter(int(match[1]), int(match[2]))
        except ParameterError as error:
            raise self.fail(str(error), index) from None
        self.meter = self.meter or meter

    def _read_tempo(self, value: str, index: int) -> None:
        if not _TEMPO.fullmatch(value) or not Fraction(value):
            raise self.fail("a tempo is a number of quarters a minute", index)
        self.tempo = self.tempo or Fraction(value)

    def _read_transpose(self, value: str, index: int) -> None:
        if value and not _TRANSPOSE.fullmatch(value):
            raise self.fail("transpose takes a number of semitones", index)
        self._transpose = int(value or 0)

    def _pieces(self, line: str) -> list[tuple[Chord | None, str]]:
        pieces: list[tuple[Chord | None, str]] = []
        place = 0
        chord: Chord | None = None
        while True:
            start = line.find("[", place)
            words = line[place:] if start < 0 else line[place:start]
            wrong = next((sign for sign in "]{}" if sign in words), None)
            if wrong is not None:
                raise self.fail(f"{wrong!r} cannot stand in words", place + words.index(wrong))
            if chord is None and pieces:  # after an annotation
                pieces[-1] = (pieces[-1][0], pieces[-1][1] + words)
            elif words or chord is not None:
                pieces.append((chord, words))
            if start < 0:
                return pieces
            end = line.find("]", start)
            if end < 0:
                raise self.fail("a chord is not closed by ]", start)
            chord, place = self._chord(line[start + 1 : end], start + 1), end + 1

    def _chord(self, text: str, index: int) -> Chord | None:
        if text.startswith("*"):
            return None
        try:
            return parse_chord(text, key=self._key_now).transpose(self._transpose)
        except FormatError as error:
            raise self.fail(error.message, index + (error.column or 1) - 1, type(error)) from None


_FACTS: Mapping[str, Callable[[_Reader, str, int], None]] = {
    "key": _Reader._read_key,
    "time": _Reader._read_time,
    "tempo": _Reader._read_tempo,
    "transpose": _Reader._read_transpose,
}
