"""Charts as songs, and songs as charts."""

from __future__ import annotations

from bisect import bisect_left
from fractions import Fraction
from itertools import pairwise

from clinamen.domains.music.chords import NO_CHORD, Chart, TimedChord
from clinamen.domains.music.notes import (
    ChordSymbol,
    Melody,
    Meter,
    MeterChange,
    Section,
    Song,
)
from clinamen.errors import MissingError, ParameterError, UnsupportedError
from clinamen.io.chordtext import read_chordtext, write_chordtext
from clinamen.texts import Message

__all__ = ["chart_of", "read_chart", "refuse_track", "write_chart"]

_UNPRINTABLE = str.maketrans(dict.fromkeys("[]|", " "))


def read_chart(data: bytes, *, source: str = "", track: int | str | None = None) -> Song:
    """A progression in plain text as a song without a melody.

    A comment in the first line is its title.

    Raises
    ------
    FormatError
        As `clinamen.io.chordtext.parse_chart`.
    MissingError
        If a part is asked for: a chart has none.
    """
    refuse_track(track, source)
    chart = read_chordtext(data, source=source)
    return Song(
        Melody((), meters=chart.meters, end_quarters=chart.end_quarters),
        chords=tuple(ChordSymbol(each.onset_quarters, str(each.chord)) for each in chart.chords),
        sections=chart.sections,
        title=_title(data),
        notices=_notices(data),
        source=source,
        source_format="chart",
    )


def _title(data: bytes) -> str:
    """What a comment in the first line says; "" where there is none."""
    lines = data.decode("utf-8-sig", errors="replace").lstrip().splitlines()
    first = lines[0] if lines else ""
    return " ".join(first[1:].translate(_UNPRINTABLE).split()) if first.startswith("#") else ""


def _notices(data: bytes) -> tuple[str, ...]:
    if b"|:" in data or b":|" in data:
        return (Message("file.chart_repeats"),)
    return ()


def refuse_track(track: int | str | None, source: str) -> None:
    """Say that a file of chords has no parts, if one is asked for."""
    if track is not None:
        where = f"{source}: " if source else ""
        raise MissingError(f"{where}no part {track!r}: the file holds chords and no parts")


def write_chart(song: Song) -> bytes:
    """The chords of a song as a progression in plain text; see `chart_of`.

    The title is a comment in the first line. Melody, words, key and tempo are left out.

    Raises
    ------
    UnsupportedError
        If the song has no chords, or a bar's length is no metre.
    """
    head = f"# {' '.join(song.title.split())}\n" if song.title.strip() else ""
    return head.encode() + write_chordtext(chart_of(song))


def chart_of(song: Song) -> Chart:
    """The harmony of a song in bars.

    A pickup without chords is left out. A bar that is longer or shorter than its metre says
    has a metre of its own, and the last one is filled up. Sections begin at the bar line
    nearest to them.

    Raises
    ------
    UnsupportedError
        If there are no chords, or a bar's length is no metre.
    """
    if not song.harmony:
        raise UnsupportedError("the song has no chords", source=song.source or None)
    melody = song.melody
    bars = list(melody.bar_onsets)
    if melody.pickup_quarters and song.harmony[0].onset_quarters >= melody.pickup_quarters:
        bars = bars[1:]
    start = bars[0]
    ends = _ends(melody, bars)
    meters: list[MeterChange] = []
    for onset, end in zip(bars, ends, strict=True):
        meter = _meter_of(end - onset, melody.meter_at(onset))
        if not meters or meters[-1].meter != meter:
            meters.append(MeterChange(onset - start, meter))
    chords = [TimedChord(span.onset_quarters - start, span.chord) for span in song.harmony]
    if chords[0].onset_quarters > 0:
        chords.insert(0, TimedChord(Fraction(0), NO_CHORD))
    lines = [bar - start for bar in bars]
    sections = tuple(_at_bar_line(each, start, lines) for each in song.sections if each.label)
    try:
        return Chart(
            tuple(chords),
            ends[-1] - start,
            tuple(meters),
            tuple(section for section in sections if section.label),
        )
    except ParameterError as error:
        raise UnsupportedError(str(error), source=song.source or None) from None


def _ends(melody: Melody, bars: list[Fraction]) -> list[Fraction]:
    """The end of every bar; a last one that breaks off is filled up."""
    ends = [after for _, after in pairwise(bars)]
    full = bars[-1] + melody.meter_at(bars[-1]).bar_quarters
    return [*ends, max(full, melody.end_quarters)]


def _meter_of(length: Fraction, usual: Meter) -> Meter:
    if length == usual.bar_quarters:
        return usual
    for denominator in (4, 8, 16, 32, 64):
        beats = length * denominator / 4
        if beats.denominator == 1 and beats < 1000:
            return Meter(int(beats), denominator)
    raise UnsupportedError(f"a bar of {length} quarters is no metre that a chart can name")


def _at_bar_line(section: Section, start: Fraction, lines: list[Fraction]) -> Section:
    onset = section.onset_quarters - start
    place = bisect_left(lines, onset)
    near = min(lines[max(place - 1, 0) : place + 1], key=lambda line: abs(line - onset))
    return Section(near, " ".join(section.label.translate(_UNPRINTABLE).split()))
