"""Progressions as plain text: ``| Am7 | F . G . | % | N.C. |``.

A line holds bars between bar lines. In a bar

- chords alone share it evenly: one, two or four of them in 4/4, never three;
- with dots (or slashes) every chord and every dot is a beat of the metre's unit, and a dot
  holds what sounds; beats that are missing at the end hold too. More of them than the bar has
  beats divide the bar evenly;
- ``%`` alone repeats the bar before.

``3/4`` before the first bar line of a line is the metre from there on. A line ``[Verse]``
begins a section. Lines that begin with ``#`` are passed over. All bar lines (``||``, ``|:``,
``|]``) mean the same: repeats are not played twice.

Source: original, after the way progressions are typed in mails and forums.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from math import lcm

from clinamen.domains.music.chords import (
    Chart,
    Chord,
    Style,
    TimedChord,
    parse_chord,
)
from clinamen.domains.music.notes import Key, Meter, MeterChange, Section
from clinamen.errors import AmbiguousError, FormatError, ParameterError, UnsupportedError

__all__ = [
    "MAX_CHART_BARS",
    "MAX_SLOTS",
    "format_chart",
    "parse_chart",
    "read_chordtext",
    "write_chordtext",
]

MAX_CHART_BARS = 10_000
"""Most bars of a progression."""

MAX_SLOTS = 192
"""Most chords and dots of a bar."""

_BAR_LINE = re.compile(r"\[?:?\|+[:\]]?")
_METER = re.compile(r"\s*([0-9]{1,3})/([0-9]{1,3})\s*")
_SECTION = re.compile(r"\s*\[([^\[\]|]+)\]\s*")
_WORD = re.compile(r"\S+")
_HOLDS = (".", "/")


def read_chordtext(
    data: bytes, *, source: str = "", style: Style | None = None, key: Key | None = None
) -> Chart:
    """The progression of a text file; see `parse_chart`."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FormatError("not UTF-8 text", source=source or None) from None
    return parse_chart(text, source=source, style=style, key=key)


def write_chordtext(chart: Chart, *, style: Style = "standard", key: Key | None = None) -> bytes:
    """A progression as a text file; see `format_chart`."""
    return format_chart(chart, style=style, key=key).encode()


def parse_chart(
    text: str, *, source: str = "", style: Style | None = None, key: Key | None = None
) -> Chart:
    """A progression from text.

    Parameters
    ----------
    text
        As the module describes.
    source
        Its name, for messages.
    style, key
        As for `parse_chord`.

    Raises
    ------
    FormatError
        If the text is no progression; the message has line and column.

    Examples
    --------
    >>> chart = parse_chart("| Am7 | F . G . | % |")
    >>> [(str(each.onset_quarters), str(each.chord)) for each in chart.chords]
    [('0', 'Am7'), ('4', 'F'), ('6', 'G'), ('8', 'F'), ('10', 'G')]
    """
    reader = _Reader(source, style, key)
    for number, line in enumerate(text.splitlines(), start=1):
        reader.read_line(line, number)
    return reader.finish()


@dataclass
class _Reader:
    source: str
    style: Style | None
    key: Key | None
    now: Fraction = Fraction(0)
    n_bars: int = 0
    meters: list[MeterChange] = field(default_factory=list)
    chords: list[TimedChord] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    _last_bar: tuple[Fraction, list[TimedChord]] | None = None
    _line: int = 0

    def read_line(self, line: str, number: int) -> None:
        self._line = number
        bare = line.strip()
        section = _SECTION.fullmatch(line)
        if section is not None:
            self.sections.append(Section(self.now, section[1].strip()))
        elif bare and not bare.startswith("#"):
            self._read_bars(line)

    def finish(self) -> Chart:
        if not self.n_bars:
            message = "no bars: write chords between bar lines, as in | C | G7 |"
            raise FormatError(message, source=self.source or None)
        # A metre after the last bar holds for nothing.
        meters = [change for change in self.meters if change.onset_quarters < self.now]
        return Chart(tuple(self.chords), self.now, tuple(meters), tuple(self.sections))

    def fail(self, message: str, index: int, kind: type[FormatError] = FormatError) -> FormatError:
        place = f"line {self._line}"
        return kind(message, source=self.source or None, place=place, column=index + 1)

    def _read_bars(self, line: str) -> None:
        start, n_read = 0, 0
        for bar_line in _BAR_LINE.finditer(line):
            head = line[start : bar_line.start()]
            if n_read == 0 and _METER.fullmatch(head):
                self._read_meter(head, start)
            elif head.strip():
                self._read_bar(line, start, bar_line.start())
            elif n_read:
                raise self.fail("an empty bar: write %, N.C. or a dot", bar_line.start())
            start, n_read = bar_line.end(), n_read + 1
        if n_read == 0:
            indent = len(line) - len(line.lstrip())
            raise self.fail("bar lines are needed, as in | C | G7 |", indent)
        if line[start:].strip():
            self._read_bar(line, start, len(line))

    def _read_meter(self, text: str, index: int) -> None:
        match = _METER.fullmatch(text)
        assert match is not None
        try:
            meter = Meter(int(match[1]), int(match[2]))
        except ParameterError as error:
            raise self.fail(str(error), index + match.start(1)) from None
        if self.meters and self.meters[-1].onset_quarters == self.now:
            self.meters.pop()
        if not self.meters or self.meters[-1].meter != meter:
            self.meters.append(MeterChange(self.now, meter))

    def _read_bar(self, line: str, start: int, end: int) -> None:
        if not self.meters:
            self.meters.append(MeterChange(Fraction(0), Meter(4, 4)))
        meter = self.meters[-1].meter
        words = list(_WORD.finditer(line, start, end))
        self.n_bars += 1
        if self.n_bars > MAX_CHART_BARS:
            raise self.fail(f"a progression has at most {MAX_CHART_BARS:,} bars", start)
        if len(words) > MAX_SLOTS:
            raise self.fail(f"a bar has at most {MAX_SLOTS} chords and dots", start)
        found = self._repeated(words, meter) if words[0][0] == "%" else self._filled(words, meter)
        self.chords += found
        self._last_bar = (self.now, found)
        self.now += meter.bar_quarters

    def _repeated(self, words: list[re.Match[str]], meter: Meter) -> list[TimedChord]:
        if len(words) > 1:
            raise self.fail("% stands alone in its bar", words[1].start())
        if self._last_bar is None:
            raise self.fail("% repeats the bar before, and there is none", words[0].start())
        onset, chords = self._last_bar
        moved = [TimedChord(each.onset_quarters - onset + self.now, each.chord) for each in chords]
        if moved and moved[-1].onset_quarters >= self.now + meter.bar_quarters:
            raise self.fail("the bar before is longer than this one", words[0].start())
        return moved

    def _filled(self, words: list[re.Match[str]], meter: Meter) -> list[TimedChord]:
        length = self._slot(words, meter)
        found = []
        for place, word in enumerate(words):
            if word[0] not in _HOLDS:
                found.append(TimedChord(self.now + place * length, self._chord(word)))
            elif not self.chords and not found:
                raise self.fail("there is no chord yet to hold", word.start())
        return found

    def _slot(self, words: list[re.Match[str]], meter: Meter) -> Fraction:
        """Quarters that each chord and dot of a bar stands for."""
        count, beats = len(words), meter.numerator
        if any(word[0] in _HOLDS for word in words):
            return meter.bar_quarters / max(count, beats)
        if beats % count and count % beats:
            message = f"{count} chords do not share {beats} beats evenly: hold them with dots"
            raise self.fail(message, words[0].start(), AmbiguousError)
        return meter.bar_quarters / count

    def _chord(self, word: re.Match[str]) -> Chord:
        previous = self.chords[-1].chord if self.chords else None
        try:
            return parse_chord(word[0], style=self.style, key=self.key, previous=previous)
        except FormatError as error:
            column = word.start() + (error.column or 1)
            raise self.fail(error.message, column - 1, type(error)) from None


def format_chart(chart: Chart, *, style: Style = "standard", key: Key | None = None) -> str:
    """A progression as text that `parse_chart` reads as the same one.

    Four bars stand in a line; a change of metre and a section begin one.

    Parameters
    ----------
    chart
        What is written.
    style, key
        As for `Chord.write`.

    Raises
    ------
    UnsupportedError
        If a bar would need more than 192 chords and dots, a section's name has brackets or
        bars, or a chord has no symbol in the style.
    ParameterError
        If the first bar begins without a chord.

    Examples
    --------
    >>> print(format_chart(parse_chart("3/4 | C | F . G | %"), style="realbook"), end="")
    3/4 | C | F . G | F . G |
    """
    if not chart.chords or chart.chords[0].onset_quarters != 0:
        raise ParameterError("a progression begins with a chord, or with N.C.")
    meters = {change.onset_quarters: change.meter for change in chart.meters}
    sections: dict[Fraction, list[str]] = {}
    for section in chart.sections:
        sections.setdefault(section.onset_quarters, []).append(_section_line(section.label))
    lines: list[str] = []
    n_in_line = 0
    meter = chart.meters[0].meter
    for start, timed in _bars(chart, style, key):
        if n_in_line in (0, 4) or start in meters or start in sections:
            lines += sections.get(start, [])
            meter = meters.get(start, meter)
            lines.append(f"{meter} |" if start in meters else "|")
            n_in_line = 0
        lines[-1] += f" {_bar_text(timed, meter)} |"
        n_in_line += 1
    return "\n".join([*lines, *sections.get(chart.end_quarters, []), ""])


_Timed = list[tuple[Fraction, str]]  # onset in the bar, symbol


def _bars(chart: Chart, style: Style, key: Key | None) -> Iterator[tuple[Fraction, _Timed]]:
    """Onset of each bar and what begins in it."""
    bars = [*chart.bar_onsets, chart.end_quarters]
    place = 0
    for start, end in pairwise(bars):
        timed: _Timed = []
        while place < len(chart.chords) and chart.chords[place].onset_quarters < end:
            each = chart.chords[place]
            timed.append((each.onset_quarters - start, each.chord.write(style, key=key)))
            place += 1
        yield start, timed


def _section_line(name: str) -> str:
    line = f"[{name}]"
    match = _SECTION.fullmatch(line)
    if match is None or match[1].strip() != name or len(line.splitlines()) != 1:
        raise UnsupportedError(f"a section cannot be called {name!r} in a text")
    return line


def _bar_text(timed: _Timed, meter: Meter) -> str:
    if not timed:
        return "."
    count, beats = len(timed), meter.numerator
    even = meter.bar_quarters / count
    is_shared = beats % count == 0 or count % beats == 0
    if is_shared and all(onset == place * even for place, (onset, _) in enumerate(timed)):
        return " ".join(text for _, text in timed)
    n_slots = lcm(beats, *((onset / meter.bar_quarters).denominator for onset, _ in timed))
    if n_slots > MAX_SLOTS:
        raise UnsupportedError(f"a bar would need {n_slots} chords and dots")
    words = ["."] * n_slots
    for onset, text in timed:
        words[int(onset / meter.bar_quarters * n_slots)] = text
    return " ".join(words)
