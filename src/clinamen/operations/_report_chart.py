"""The report's picture as inline SVG: piano roll, information content, entropy.

Colours are classes ``c0`` (expected) to ``c11`` (surprising); the style sheet gives them
values for light, dark and paper.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import escape
from typing import Any

import numpy as np

from clinamen.engine.expectation import Expectation
from clinamen.operations.hear import HearResult
from clinamen.operations.reasons import Explainer
from clinamen.operations.text import clean, decimal
from clinamen.operations.words import expected_words, place_words

__all__ = ["AXIS_WIDTH", "N_COLORS", "chart_svg", "color_class", "legend_svg"]

N_COLORS = 12
AXIS_WIDTH = 64
_MARGIN_RIGHT = 24
_MIN_WIDTH, _MAX_WIDTH = 1070, 60_000
_NOTE_WIDTH = 12.0
_ROLL_TOP, _ROW_MIN, _ROW_MAX = 44, 7.0, 16.0
_ROLL_TARGET = 260.0
_LYRIC_ROWS, _LYRIC_HEIGHT, _LETTER_WIDTH = 5, 15.0, 6.7
_GAP, _CURVE_HEIGHT, _FOOT = 30, 150, 34
_DENSE = 1500
_EXPLAINED = 600


@dataclass(frozen=True)
class _Layout:
    """Where things are, in pixels."""

    start: float
    scale: float
    width: float
    low: int
    high: int
    row: float
    lyric_height: float
    top_bits: int
    color_limit: int

    def x(self, quarters: float) -> float:
        return AXIS_WIDTH + (quarters - self.start) * self.scale

    def y(self, pitch: float) -> float:
        """Middle of a pitch's row."""
        return _ROLL_TOP + (self.high - pitch + 0.5) * self.row

    @property
    def roll_bottom(self) -> float:
        return _ROLL_TOP + (self.high - self.low + 1) * self.row

    @property
    def curve_top(self) -> float:
        return self.roll_bottom + self.lyric_height + _GAP

    @property
    def curve_bottom(self) -> float:
        return self.curve_top + _CURVE_HEIGHT

    @property
    def height(self) -> float:
        return self.curve_bottom + _FOOT

    def y_bits(self, bits: float) -> float:
        return self.curve_bottom - min(bits, self.top_bits) / self.top_bits * _CURVE_HEIGHT


def color_class(bits: float, limit: int) -> str:
    """Class of a colour for a number of bits on a scale from 0 to `limit`."""
    step = int(min(max(bits, 0.0), limit) / limit * N_COLORS)
    return f"c{min(step, N_COLORS - 1)}"


def chart_svg(result: HearResult, limit: int) -> tuple[str, str]:
    """The picture, and its axis once more for the side that stays in view.

    Parameters
    ----------
    limit
        Bits at which the colour scale ends.
    """
    layout = _layout(result, limit)
    axis = "".join(_axis(result, layout))
    label = "Piano roll coloured by information content, with information content and entropy below"
    is_dense = " dense" if len(result.expectation) > _DENSE else ""
    picture = (
        f'<svg class="plot{is_dense}" role="img" aria-label="{label}" '
        f'width="{layout.width:.0f}" height="{layout.height:.0f}" '
        f'viewBox="0 0 {layout.width:.0f} {layout.height:.0f}">'
        f"{''.join(_body(result, layout))}{axis}</svg>"
    )
    side = (
        f'<svg class="sticky-axis" aria-hidden="true" width="{AXIS_WIDTH}" '
        f'height="{layout.height:.0f}" viewBox="0 0 {AXIS_WIDTH} {layout.height:.0f}">'
        f'<rect class="back" width="{AXIS_WIDTH}" height="{layout.height:.0f}"/>{axis}</svg>'
    )
    return picture, side


def legend_svg() -> str:
    """The colour scale as a strip."""
    boxes = "".join(
        f'<rect class="c{step}" x="{step * 12}" width="12" height="12"/>'
        for step in range(N_COLORS)
    )
    return f'<svg width="{N_COLORS * 12}" height="12" aria-hidden="true">{boxes}</svg>'


def _layout(result: HearResult, limit: int) -> _Layout:
    columns, expectation = result.expectation.columns, result.expectation
    onsets = np.asarray(columns["onset_quarters"], dtype=np.float64)
    durations = np.asarray(columns["duration_quarters"], dtype=np.float64)
    pitches = np.asarray(columns["pitch"], dtype=np.int64)
    start = min(0.0, float(onsets.min()))
    end = max(float((onsets + durations).max()), float(result.song.melody.end_quarters))
    span = max(end - start, 0.25)
    # Wide enough for a typical short note to be pointed at, unless that breaks bounds.
    wished = span * _NOTE_WIDTH / max(float(np.quantile(durations, 0.25)), 1 / 16)
    inner = min(max(wished, _MIN_WIDTH - AXIS_WIDTH - _MARGIN_RIGHT), _MAX_WIDTH)
    low, high = int(pitches.min()) - 1, int(pitches.max()) + 1
    peak = max(_finite_max(expectation.information_content), _finite_max(expectation.entropy))
    layout = _Layout(
        start=start,
        scale=inner / span,
        width=inner + AXIS_WIDTH + _MARGIN_RIGHT,
        low=low,
        high=high,
        row=min(max(_ROLL_TARGET / (high - low + 1), _ROW_MIN), _ROW_MAX),
        lyric_height=0.0,
        top_bits=max(2, int(np.ceil(peak))),
        color_limit=limit,
    )
    n_rows = max((row + 1 for row in _lyric_rows(result, layout).values()), default=0)
    return replace(layout, lyric_height=n_rows * _LYRIC_HEIGHT)


def _finite_max(values: Any) -> float:
    finite = values[np.isfinite(values)]
    return float(finite.max()) if len(finite) else 0.0


def _axis(result: HearResult, layout: _Layout) -> Iterator[str]:
    """Pitch names and bits at the left edge."""
    right = AXIS_WIDTH - 10
    for pitch, name in _pitch_labels(result, layout):
        yield (
            f'<text x="{right}" y="{layout.y(pitch) + 4:.1f}" text-anchor="end">'
            f"{escape(name)}</text>"
        )
    for bits in _bit_ticks(layout.top_bits):
        y = layout.y_bits(bits) + 4
        unit = " bits" if bits == _bit_ticks(layout.top_bits)[-1] else ""
        yield f'<text x="{right}" y="{y:.1f}" text-anchor="end">{bits}{unit}</text>'


def _pitch_labels(result: HearResult, layout: _Layout) -> list[tuple[int, str]]:
    """Names of the pitches that occur, as many as fit without touching."""
    columns = result.expectation.columns
    names = {
        int(pitch): clean(name)
        for pitch, name in zip(columns["pitch"], columns["name"], strict=True)
    }
    labels: list[tuple[int, str]] = []
    for pitch in sorted(names):
        if not labels or (pitch - labels[-1][0]) * layout.row >= 13:
            labels.append((pitch, names[pitch]))
    return labels


def _bit_ticks(top: int) -> list[int]:
    step = next((s for s in (1, 2, 5, 10, 20, 50) if top / s <= 5), 100)
    return list(range(0, top + 1, step))


def _body(result: HearResult, layout: _Layout) -> Iterator[str]:
    right = layout.width - _MARGIN_RIGHT
    for pitch, _ in _pitch_labels(result, layout):
        y = layout.y(pitch)
        yield f'<path class="grid" d="M{AXIS_WIDTH} {y:.1f}H{right:.1f}"/>'
    for bits in _bit_ticks(layout.top_bits):
        y = layout.y_bits(bits)
        yield f'<path class="grid" d="M{AXIS_WIDTH} {y:.1f}H{right:.1f}"/>'
    yield from _bars(result, layout)
    yield from _phrases(result, layout)
    yield from _notes(result, layout)
    yield from _lyrics(result, layout)
    yield _entropy(result.expectation, layout)
    yield from _badges(result, layout)


def _bars(result: HearResult, layout: _Layout) -> Iterator[str]:
    melody = result.song.melody
    first = 0 if melody.pickup_quarters > 0 else 1
    free_from = 0.0
    for number, onset in enumerate(melody.bar_onsets, start=first):
        x = layout.x(float(onset))
        yield f'<path class="barline" d="M{x:.1f} {_ROLL_TOP - 6}V{layout.curve_bottom:.1f}"/>'
        if number > 0 and x >= free_from:
            text = f"bar {number}" if number == 1 else f"{number}"
            free_from = x + len(text) * _LETTER_WIDTH + 14
            y = layout.curve_bottom + 18
            yield f'<text x="{x:.1f}" y="{y:.1f}">{text}</text>'


def _phrases(result: HearResult, layout: _Layout) -> Iterator[str]:
    """An arc over every phrase, as a slur."""
    melody = result.song.melody
    starts = list(melody.phrase_starts)
    ends = [*starts[1:], len(melody.notes)][: len(starts)]
    for start, stop in zip(starts, ends, strict=True):
        x = layout.x(float(melody.notes[start].onset_quarters)) + 3
        end = layout.x(float(melody.notes[stop - 1].end_quarters)) - 3
        rise = min(9.0, (end - x) / 4)
        y = _ROLL_TOP - 12
        yield (
            f'<path class="phrase" d="M{x:.1f} {y}C{x + rise:.1f} {y - rise:.1f} '
            f'{end - rise:.1f} {y - rise:.1f} {end:.1f} {y}"/>'
        )


def _notes(result: HearResult, layout: _Layout) -> Iterator[str]:
    columns = result.expectation.columns
    explainer = Explainer(result.expectation, result.song.melody)
    is_short = len(result.expectation) <= _EXPLAINED
    for event in range(len(result.expectation)):
        x = layout.x(float(columns["onset_quarters"][event]))
        width = max(float(columns["duration_quarters"][event]) * layout.scale - 0.75, 1.0)
        # Reasons for every note of a long song would take longer than anybody points at them.
        reason = explainer.sentence(event) if is_short else ""
        hover = f"{_hover(result.expectation, event)}. {reason}".rstrip(". ") + "."
        yield "".join(_note(result, layout, event, (x, width), hover))


def _note(
    result: HearResult, layout: _Layout, event: int, span: tuple[float, float], hover: str
) -> Iterator[str]:
    """A note and its column below; both light up together, and say the same on hover."""
    x, width = span
    bits = _shown_bits(result.expectation, event, layout)
    color = color_class(bits, layout.color_limit)
    y = layout.y(float(result.expectation.columns["pitch"][event])) - layout.row * 0.44
    top = layout.y_bits(bits)
    where = f'x="{x:.2f}" width="{width:.2f}"'
    yield f'<g class="n"><title>{escape(hover)}</title>'
    full = layout.curve_bottom - _ROLL_TOP
    yield f'<rect class="hit" {where} y="{_ROLL_TOP}" height="{full:.1f}"/>'
    yield f'<rect class="{color}" {where} y="{y:.1f}" height="{layout.row * 0.88:.1f}" rx="2"/>'
    yield (
        f'<rect class="{color}" {where} y="{top:.1f}" '
        f'height="{max(layout.curve_bottom - top, 0.5):.1f}"/></g>'
    )


def _lyrics(result: HearResult, layout: _Layout) -> Iterator[str]:
    """Syllables under their notes, on further rows where the first has no room."""
    columns = result.expectation.columns
    for event, row in _lyric_rows(result, layout).items():
        x = layout.x(float(columns["onset_quarters"][event]))
        y = layout.roll_bottom + _LYRIC_HEIGHT * (row + 1)
        text = clean(columns["lyric"][event])
        yield f'<text class="lyric" x="{x:.1f}" y="{y:.1f}">{escape(text)}</text>'


def _lyric_rows(result: HearResult, layout: _Layout) -> dict[int, int]:
    """The row of every syllable that has room, by event.

    The most surprising notes are served first; of the others, one that fits on no row is
    left out here and stands in the table.
    """
    columns = result.expectation.columns
    lyrics = [clean(lyric) for lyric in columns.get("lyric", ())]
    marked = {remark.event for remark in result.remarks}
    order = sorted(range(len(lyrics)), key=lambda event: (event not in marked, event))
    taken: list[list[tuple[float, float]]] = [[] for _ in range(_LYRIC_ROWS)]
    rows: dict[int, int] = {}
    for event in order:
        start = layout.x(float(columns["onset_quarters"][event]))
        end = start + len(lyrics[event]) * _LETTER_WIDTH + 4
        row = next((row for row, spans in enumerate(taken) if _is_free(spans, start, end)), None)
        if lyrics[event] and row is not None:
            insort(taken[row], (start, end))
            rows[event] = row
    return rows


def _is_free(spans: list[tuple[float, float]], start: float, end: float) -> bool:
    """True if nothing in a row of spans in order touches the one asked for."""
    place = bisect_left(spans, (start, end))
    is_free_before = place == 0 or spans[place - 1][1] <= start
    return is_free_before and (place == len(spans) or spans[place][0] >= end)


def _shown_bits(expectation: Expectation, event: int, layout: _Layout) -> float:
    bits = float(expectation.information_content[event])
    return bits if np.isfinite(bits) else float(layout.top_bits)


def _hover(expectation: Expectation, event: int) -> str:
    name = clean(expectation.columns["name"][event])
    bits, entropy = expectation.information_content[event], expectation.entropy[event]
    return (
        f"{name}, {place_words(expectation.columns, event).lower()}: {decimal(abs(bits))} bits, "
        f"entropy {decimal(entropy)}. Expected: {expected_words(expectation, event)}"
    )


def _entropy(expectation: Expectation, layout: _Layout) -> str:
    columns = expectation.columns
    last = float(columns["onset_quarters"][-1]) + float(columns["duration_quarters"][-1])
    path: list[str] = []
    for onset, bits in zip(columns["onset_quarters"], expectation.entropy, strict=True):
        x, y = layout.x(float(onset)), layout.y_bits(float(bits))
        path.append(f"H{x:.1f}V{y:.1f}" if path else f"M{x:.1f} {y:.1f}")
    path.append(f"H{layout.x(last):.1f}")
    line = "".join(path)
    return f'<path class="entropy-halo" d="{line}"/><path class="entropy" d="{line}"/>'


def _badges(result: HearResult, layout: _Layout) -> Iterator[str]:
    """Numbers of the most surprising notes, above their notes."""
    columns = result.expectation.columns
    for rank, remark in enumerate(result.remarks, start=1):
        onset = float(columns["onset_quarters"][remark.event])
        duration = float(columns["duration_quarters"][remark.event])
        x = layout.x(onset + duration / 2)
        y = layout.y(float(columns["pitch"][remark.event])) - layout.row / 2 - 12
        yield (
            f'<g class="badge" aria-hidden="true"><circle cx="{x:.1f}" cy="{y:.1f}" r="9.5"/>'
            f'<text x="{x:.1f}" y="{y + 4.2:.1f}" text-anchor="middle">{rank}</text></g>'
        )
