"""A draft as a small picture: piano roll over columns, both coloured by surprise.

All of one colour is one path, so that many pictures make no large page.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from fractions import Fraction
from html import escape
from typing import TYPE_CHECKING

from clinamen.domains.music.events import TICKS_PER_QUARTER, to_ticks
from clinamen.io.wav import seconds_at
from clinamen.operations._report_chart import color_class
from clinamen.operations.story._tell_ears import Heard
from clinamen.operations.text import clean

if TYPE_CHECKING:
    from clinamen.domains.music.notes import Song

__all__ = ["BITS_AT_FULL_COLOR", "draft_svg", "play_data"]

BITS_AT_FULL_COLOR = 8
"""The same on every picture of a page, so that they can be compared."""

_SIDE, _TOP, _CHORDS, _GAP, _CURVE, _FOOT = 6, 6, 18, 10, 46, 6
_WIDTH, _LEAST, _MOST = 860.0, 5.0, 40.0
_ROLL, _LEAST_ROW, _MOST_ROW = 120.0, 3.0, 8.0
_LETTER = 7.5

_Row = tuple[int, int, int]


class _Frame:
    """Where things are, in pixels."""

    def __init__(self, heard: Heard) -> None:
        melody = heard.song.melody
        self.end = max(to_ticks(melody.end_quarters), 1)
        quarters = self.end / TICKS_PER_QUARTER
        self.scale = min(max(_WIDTH / quarters, _LEAST), _MOST) / TICKS_PER_QUARTER
        pitches = [pitch for _, _, pitch in heard.rows]
        self.high = max(pitches)
        n_rows = self.high - min(pitches) + 1
        self.row = min(max(_ROLL / n_rows, _LEAST_ROW), _MOST_ROW)
        self.roll_top = _TOP + (_CHORDS if heard.song.chords else 0)
        self.roll_bottom = self.roll_top + n_rows * self.row
        self.curve_bottom = self.roll_bottom + _GAP + _CURVE
        self.height = self.curve_bottom + _FOOT
        self.width = self.end * self.scale + 2 * _SIDE
        peak = max([bits for _, bits in heard.notes], default=0.0)
        self.top_bits = max(float(BITS_AT_FULL_COLOR), peak)

    def x(self, tick: float) -> float:
        return _SIDE + tick * self.scale

    def y(self, pitch: int) -> float:
        return self.roll_top + (self.high - pitch) * self.row


def draft_svg(heard: Heard, label: str, fresh: Iterable[_Row] = ()) -> str:
    """The picture of a draft.

    Parameters
    ----------
    label
        Read by screen readers.
    fresh
        Notes that get a frame.
    """
    frame = _Frame(heard)
    width, height = f"{frame.width:.0f}", f"{frame.height:.0f}"
    return (
        f'<svg class="roll" role="img" aria-label="{escape(label)}" width="{width}" '
        f'height="{height}" viewBox="0 0 {width} {height}">'
        f"{''.join(_parts(heard, frame, fresh))}"
        f'<path class="playhead" visibility="hidden" d="M0 0V{height}"/></svg>'
    )


def _parts(heard: Heard, frame: _Frame, fresh: Iterable[_Row]) -> Iterator[str]:
    lines = "".join(
        f"M{_n(frame.x(to_ticks(each)))} {frame.roll_top}V{_n(frame.curve_bottom)}"
        for each in heard.song.melody.bar_onsets
    )
    yield f'<path class="barline" d="{lines}"/>'
    yield from _chords(heard.song, frame)
    for color, boxes in sorted(_boxes(heard, frame).items()):
        yield f'<path class="b {color}" d="{"".join(boxes)}"/>'
    frames = "".join(_box(*_place(row, frame, 2)) for row in fresh)
    if frames:
        yield f'<path class="fresh" d="{frames}"/>'


def _boxes(heard: Heard, frame: _Frame) -> dict[str, list[str]]:
    boxes: dict[str, list[str]] = defaultdict(list)
    for row, (_, bits) in zip(heard.rows, heard.notes, strict=True):
        color = color_class(bits, BITS_AT_FULL_COLOR)
        x, y, width, height = _place(row, frame)
        boxes[color].append(_box(x, y, width, height))
        tall = max(min(bits / frame.top_bits, 1.0) * _CURVE, 0.5)
        boxes[color].append(_box(x, frame.curve_bottom - tall, width, tall))
    return boxes


def _place(row: _Row, frame: _Frame, around: float = 0.0) -> tuple[float, float, float, float]:
    onset, duration, pitch = row
    width = max(duration * frame.scale - 0.8, 1.0)
    return (
        frame.x(onset) - around,
        frame.y(pitch) - around,
        width + 2 * around,
        frame.row - 0.4 + 2 * around,
    )


def _box(x: float, y: float, width: float, height: float) -> str:
    return f"M{_n(x)} {_n(y)}h{_n(width)}v{_n(height)}h-{_n(width)}z"


def _n(value: float) -> str:
    """A number with at most one decimal."""
    text = f"{value:.1f}"
    return text.removesuffix(".0")


def _chords(song: Song, frame: _Frame) -> Iterator[str]:
    """Symbols over the roll, those that have room."""
    free_from = 0.0
    for chord in song.chords:
        x, symbol = frame.x(to_ticks(chord.onset_quarters)), clean(chord.symbol)
        if x >= free_from and symbol:
            free_from = x + len(symbol) * _LETTER + 8
            yield f'<text x="{_n(x)}" y="{_TOP + 10}">{escape(symbol)}</text>'


def play_data(heard: Heard) -> dict[str, str]:
    """What the player of a page takes, in thousandths of a second.

    Notes are ``onset duration pitch``; chords ``onset duration bass tones``, the bass -1 where
    there is none, the tones pitch classes with points between them.
    """
    song, frame = heard.song, _Frame(heard)
    notes = (
        f"{_ms(song, onset)} {_ms(song, onset + duration) - _ms(song, onset)} {pitch}"
        for onset, duration, pitch in heard.rows
    )
    return {
        "notes": ",".join(notes),
        "chords": ",".join(_played_chords(song)),
        "ms": str(_ms(song, frame.end)),
        "from": _n(frame.x(0)),
        "to": _n(frame.x(frame.end)),
    }


def _played_chords(song: Song) -> Iterator[str]:
    for span in song.harmony:
        first = to_ticks(span.onset_quarters)
        start, end = _ms(song, first), _ms(song, first + to_ticks(span.duration_quarters))
        bass = -1 if span.chord.bass_pitch_class is None else span.chord.bass_pitch_class
        tones = ".".join(str(each) for each in sorted(span.chord.pitch_classes))
        if tones and end > start:
            yield f"{start} {end - start} {bass} {tones}"


def _ms(song: Song, tick: int) -> int:
    return round(1000 * seconds_at(song.tempos, Fraction(tick, TICKS_PER_QUARTER)))
