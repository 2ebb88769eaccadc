"""A still picture of a heard song, for where no notebook runs: one SVG, on white."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

__all__ = ["picture"]

# Pale was expected, dark was not: the scale of the studio and of the report.
_COLORS = (
    "#fed89a", "#feb67c", "#fd9467", "#f7705c", "#e85362", "#cd4071",
    "#ae347b", "#912b81", "#732081", "#56147d", "#38106c", "#1a1042",
)  # fmt: skip
_BITS_AT_FULL_COLOR = 8
_INK, _SOFT, _LINE, _BAND = "#24222b", "#5f5b66", "#e4dfd5", "#0b6e8f"
_LEFT, _TOP, _ROW, _LANE, _GAP = 70, 58, 7, 54, 18
_QUARTER, _LEAST_WIDTH, _MOST_WIDTH = 30.0, 400.0, 20_000.0
_LANES = {"melody": "Melody", "rhythm": "Rhythm", "harmony": "Harmony"}

_Box = tuple[float, float, float, float]


def picture(title: str, song: dict[str, Any], hearing: dict[str, Any]) -> str:
    """A song and its curves as SVG that needs no style and no script.

    Parameters
    ----------
    title
        Shown above, and read by screen readers; without control characters.
    song, hearing
        As `song_view` and `hearing_view` make them. All their text is escaped.
    """
    quarters = max(song["end"] / song["ticks_per_quarter"], 1)
    inner = min(max(quarters * _QUARTER, _LEAST_WIDTH), _MOST_WIDTH)
    scale = inner / (quarters * song["ticks_per_quarter"])
    pitches = [note[2] for note in song["notes"]] or [60]
    highest, lowest = max(pitches) + 1, min(pitches) - 1
    bottom = _TOP + (highest - lowest + 1) * _ROW
    words = bottom + 14
    parts = [*_texts(title, song, scale, words), *_notes(song, hearing, scale, highest)]
    top = words + _GAP
    for name, label in _LANES.items():
        if hearing.get(name) is not None:
            parts += _lane(label, *_events(name, song, hearing), scale, top)
            parts.append(_path(f"M{_LEFT} {top + _LANE:.1f}h{inner:.0f}", stroke=_SOFT))
            top += _LANE + _GAP
    bars = [_path(f"M{_LEFT + bar * scale:.1f} 44V{top - _GAP:.1f}") for bar in song["bars"]]
    width, height = inner + _LEFT + 16, top
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" role="img" '
        f'aria-label="{escape(title)}: piano roll coloured by surprise, with its curves">'
        f'<rect width="{width:.0f}" height="{height:.0f}" fill="#ffffff"/>'
        f"{''.join(bars)}{''.join(parts)}</svg>"
    )


def _texts(title: str, song: dict[str, Any], scale: float, words: float) -> Iterator[str]:
    yield _text(8, 20, title, size=15, weight=600)
    for chord in song["chords"]:
        yield _text(_LEFT + chord["onset"] * scale + 2, 40, chord["symbol"], weight=600)
    for onset, _, _, lyric in song["notes"]:
        if lyric:
            yield _text(_LEFT + onset * scale, words, lyric)


def _notes(
    song: dict[str, Any], hearing: dict[str, Any], scale: float, highest: int
) -> Iterator[str]:
    bits = hearing["melody"]["bits"] if hearing["melody"] else []
    for (onset, duration, pitch, _), cost in zip(song["notes"], bits, strict=False):
        top = _TOP + (highest - pitch) * _ROW
        box = (_LEFT + onset * scale, top, max(duration * scale - 1, 2.0), _ROW - 1.0)
        yield _rect(box, cost, ' stroke="#57525f" stroke-width="0.75" rx="2"')


def _events(
    name: str, song: dict[str, Any], hearing: dict[str, Any]
) -> tuple[list[tuple[int, int]], list[float | None], list[float | None]]:
    """Onset and duration of what a curve is of, its bits and its entropy."""
    curve = hearing[name]
    if name == "harmony":
        spans = list(zip(curve["onsets"], curve["durations"], strict=True))
    else:
        spans = [(note[0], note[1]) for note in song["notes"]]
    return spans, curve["bits"], curve["entropy"]


def _lane(
    label: str,
    spans: Sequence[tuple[int, int]],
    bits: Sequence[float | None],
    entropy: Sequence[float | None],
    scale: float,
    top: float,
) -> Iterator[str]:
    limit = max([4.0, *(each for each in (*bits, *entropy) if each is not None)])
    bottom = top + _LANE
    yield _text(8, top + 12, label, weight=600)
    yield _text(8, top + 28, f"0 to {limit:.0f} bits", fill=_SOFT, size=10)
    line = ""
    for (onset, duration), cost, openness in zip(spans, bits, entropy, strict=True):
        left = _LEFT + onset * scale
        # Without a figure it was impossible to this listener: as high as there is.
        height = _LANE * (1 if cost is None else cost / limit)
        yield _rect((left, bottom - height, max(duration * scale - 2, 1.5), height), cost)
        y = bottom - _LANE * (1 if openness is None else openness / limit)
        line += f"M{left:.1f} {y:.1f}h{max(duration * scale, 1.5):.1f}"
    yield _path(line, stroke=_BAND, width=1.5)


def _color(bits: float | None) -> str:
    share = 1.0 if bits is None else min(max(bits / _BITS_AT_FULL_COLOR, 0.0), 1.0)
    return _COLORS[min(int(share * len(_COLORS)), len(_COLORS) - 1)]


def _rect(box: _Box, bits: float | None, more: str = "") -> str:
    x, y, width, height = box
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" '
        f'fill="{_color(bits)}"{more}/>'
    )


def _path(d: str, *, stroke: str = _LINE, width: float = 1) -> str:
    return f'<path d="{d}" fill="none" stroke="{stroke}" stroke-width="{width}"/>'


def _text(
    x: float, y: float, text: str, *, size: int = 12, weight: int = 400, fill: str = _INK
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-family="sans-serif" font-size="{size}" '
        f'font-weight="{weight}" fill="{fill}">{escape(text)}</text>'
    )
