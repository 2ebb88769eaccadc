"""Information content and entropy over time, drawn with matplotlib.

Knows no domain: it draws what columns it finds. With ``pitch`` there is a piano roll;
with ``onset_quarters`` the axis is time, otherwise the number of the event; with ``bar``
and ``beat`` bars are marked.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from clinamen.errors import ParameterError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from clinamen.engine.expectation import Expectation

__all__ = [
    "FAINT",
    "INK",
    "PLOT_FORMATS",
    "check_plot_format",
    "color_limit",
    "draw_expectation",
    "dress",
    "figure_bytes",
]

FloatArray = npt.NDArray[np.float64]

PLOT_FORMATS = ("svg", "png")
"""Formats a picture can be written in."""

INK = "#2b2a33"
FAINT = "#d9d6cf"
_ENTROPY = "#0b6e8f"
_MAX_TICKS = 24
_DENSE = 600
MIN_COLOR_LIMIT = 6
_MAX_PITCH_LABELS = 16


def color_limit(information_content: FloatArray) -> int:
    """Whole bits at which the colour scale ends: the 98th percentile, at least
    `MIN_COLOR_LIMIT`.

    A single outlier must not make everything else look expected.
    """
    finite = information_content[np.isfinite(information_content)]
    top = float(np.quantile(finite, 0.98)) if len(finite) else 0.0
    return max(MIN_COLOR_LIMIT, int(np.ceil(top)))


def draw_expectation(expectation: Expectation) -> Figure:
    """Piano roll coloured by information content, and the two curves on the same axis.

    Needs no display and no pyplot state.
    """
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    # With less padding a title stands at the very edge of the picture, or over it.
    layout = ConstrainedLayoutEngine(h_pad=0.12)
    figure = Figure(figsize=(16, 9), dpi=100, layout=layout, facecolor="white")
    time = _time_axis(expectation)
    colors = _Colors.of(expectation.information_content)
    if "pitch" in expectation.columns:
        roll, curves = figure.subplots(
            2, 1, sharex=True, gridspec_kw={"height_ratios": [3, 2], "hspace": 0.04}
        )
        _draw_roll(roll, expectation, time, colors)
        axes = [roll, curves]
    else:
        curves = figure.subplots(1, 1)
        axes = [curves]
    _draw_curves(curves, expectation, time, colors)
    _mark_time(axes, expectation, time)
    _add_color_scale(figure, axes, colors)
    return figure


def check_plot_format(plot_format: str) -> None:
    """Nothing, if a picture can be written so.

    Raises
    ------
    ParameterError
        If `plot_format` is not one of `PLOT_FORMATS`.
    """
    if plot_format not in PLOT_FORMATS:
        raise ParameterError(f"a plot is written as svg or png, not {plot_format!r}")


def figure_bytes(figure: Figure, file_format: str) -> bytes:
    """A figure as SVG or PNG: the same figure gives the same bytes."""
    import matplotlib

    buffer = io.BytesIO()
    metadata = {"Date": None, "Creator": None} if file_format == "svg" else {"Software": None}
    with matplotlib.rc_context({"svg.hashsalt": "clinamen", "svg.fonttype": "none"}):
        figure.savefig(buffer, format=file_format, metadata=metadata)
    return buffer.getvalue()


@dataclass(frozen=True)
class _Time:
    """Start and end of every event on the x axis, shapes ``(T,)``; `next` closes gaps."""

    start: FloatArray
    end: FloatArray
    next_start: FloatArray
    label: str


def _time_axis(expectation: Expectation) -> _Time:
    columns = expectation.columns
    n_events = len(expectation)
    if "onset_quarters" in columns:
        start = np.asarray(columns["onset_quarters"], dtype=np.float64)
        label = "time (quarter notes)"
    else:
        start = np.arange(1, n_events + 1, dtype=np.float64)
        label = "event"
    if "duration_quarters" in columns and "onset_quarters" in columns:
        end = start + np.asarray(columns["duration_quarters"], dtype=np.float64)
    else:
        step = float(np.median(np.diff(start))) if n_events > 1 else 1.0
        end = np.append(start[1:], start[-1:] + step)
    next_start = np.append(start[1:], end[-1:])
    return _Time(start, end, next_start, label)


@dataclass(frozen=True)
class _Colors:
    """The colour scale: light is expected, dark is surprising, in equal steps to the eye."""

    values: FloatArray
    limit: int
    is_clipped: bool
    colormap: Any

    @classmethod
    def of(cls, information_content: FloatArray) -> _Colors:
        import matplotlib
        from matplotlib.colors import ListedColormap

        limit = color_limit(information_content)
        values = np.minimum(np.nan_to_num(information_content, posinf=limit), limit)
        # Without its ends, magma keeps clear of white paper and of the black of the ink.
        colormap = ListedColormap(matplotlib.colormaps["magma"](np.linspace(0.92, 0.12, 256)))
        return cls(values, limit, bool((information_content > limit).any()), colormap)


def _boxes(time: _Time, bottom: FloatArray, top: FloatArray) -> FloatArray:
    """Corners of a rectangle per event, shape ``(T, 4, 2)``."""
    x = np.stack([time.start, time.end, time.end, time.start], axis=1)
    y = np.stack([bottom, bottom, top, top], axis=1)
    return np.stack([x, y], axis=2)


def _add_boxes(axes: Axes, corners: FloatArray, colors: _Colors) -> None:
    from matplotlib.collections import PolyCollection

    is_dense = len(corners) > _DENSE
    boxes = PolyCollection(
        list(corners),
        array=colors.values,
        cmap=colors.colormap,
        edgecolors=INK if not is_dense else "face",
        linewidths=0.6 if not is_dense else 1.0,
        zorder=2,
    )
    boxes.set_clim(0, colors.limit)
    axes.add_collection(boxes)


def _draw_roll(axes: Axes, expectation: Expectation, time: _Time, colors: _Colors) -> None:
    pitch = np.asarray(expectation.columns["pitch"], dtype=np.float64)
    _add_boxes(axes, _boxes(time, pitch - 0.42, pitch + 0.42), colors)
    axes.set_ylim(pitch.min() - 2, pitch.max() + 2)
    places, names = _pitch_labels(expectation)
    axes.set_yticks(places, names)
    axes.set_ylabel("pitch", fontsize=13)
    dress(axes)


def _pitch_labels(expectation: Expectation) -> tuple[list[int], list[str]]:
    """Pitches that occur, with their names; thinned from the bottom when there are many."""
    pitches = [int(pitch) for pitch in expectation.columns["pitch"]]
    names: Sequence[Any] = expectation.columns.get("name", pitches)
    named = dict(zip(pitches, (str(name) for name in names), strict=True))
    places = sorted(named)
    stride = -(-len(places) // _MAX_PITCH_LABELS)
    return places[::stride], [named[place] for place in places[::stride]]


def _draw_curves(axes: Axes, expectation: Expectation, time: _Time, colors: _Colors) -> None:
    bits = np.nan_to_num(expectation.information_content, posinf=colors.limit)
    _add_boxes(axes, _boxes(time, np.zeros_like(bits), bits), colors)
    x = np.append(time.start, time.next_start[-1:])
    entropy = np.append(expectation.entropy, expectation.entropy[-1:])
    width = 2.0 if len(bits) <= _DENSE else 0.7
    axes.plot(x, entropy, drawstyle="steps-post", color="white", linewidth=2 * width, zorder=3)
    axes.plot(
        x,
        entropy,
        drawstyle="steps-post",
        color=_ENTROPY,
        linewidth=width,
        zorder=4,
        label="entropy: how open the moment was",
    )
    axes.set_ylim(0, 1.08 * max(float(bits.max()), float(expectation.entropy.max()), 1.0))
    axes.set_ylabel("bits", fontsize=13)
    axes.bar([0], [0], color=colors.colormap(0.6), label="information content: how surprising")
    axes.legend(loc="upper left", bbox_to_anchor=(0, -0.16), ncols=2, frameon=False)
    dress(axes)


def dress(axes: Axes) -> None:
    """Two lines around the picture, and faint ones across it."""
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(INK)
    axes.tick_params(colors=INK, labelsize=12)
    axes.grid(axis="y", color=FAINT, linewidth=0.8, zorder=0)
    axes.set_axisbelow(True)


def _mark_time(axes: list[Axes], expectation: Expectation, time: _Time) -> None:
    bottom = axes[-1]
    span = max(float(time.end.max() - time.start.min()), 1e-9)
    bottom.set_xlim(time.start.min() - 0.01 * span, time.end.max() + 0.01 * span)
    places, bars = _bar_starts(expectation, time)
    label = time.label
    if len(places) > 1:
        bottom.set_xticks(places, [str(bar) for bar in bars])
        for each in axes:
            each.vlines(places, 0, 1, transform=each.get_xaxis_transform(), color=FAINT, zorder=0)
        label = "bar"
    bottom.set_xlabel(label, fontsize=13)
    axes[0].set_title(_title(expectation), loc="left", fontsize=15, color=INK, pad=12)


def _title(expectation: Expectation) -> str:
    n_events = len(expectation)
    what = "event" if expectation.target == "joint" else expectation.target
    what = "note" if what == "event" and "pitch" in expectation.columns else what
    noun = "note" if "pitch" in expectation.columns else "event"
    events = f"{n_events:,} {noun if n_events == 1 else noun + 's'}"
    # 0.0 is added so that a certain event costs 0.00 bits, not -0.00.
    mean = expectation.mean_information_content + 0.0
    return f"How surprising was each {what}?  On average {mean:.2f} bits ({events})"


def _bar_starts(expectation: Expectation, time: _Time) -> tuple[list[float], list[int]]:
    """Bar starts that the columns prove, thinned to round bar numbers.

    An event on the first beat proves its bar's start, and so do two events on different
    beats of one bar, which tell how long a beat is.
    """
    columns = expectation.columns
    if "bar" not in columns or "beat" not in columns:
        return [], []
    first: dict[int, tuple[float, float]] = {}
    starts: dict[int, float] = {}
    for bar, beat, onset in zip(columns["bar"], columns["beat"], time.start, strict=True):
        before, begun = first.setdefault(int(bar), (float(beat), float(onset)))
        if bar < 1 or bar in starts:
            continue
        if beat == 1:
            starts[int(bar)] = float(onset)
        elif beat > before:
            starts[int(bar)] = begun - (before - 1) * (float(onset) - begun) / (beat - before)
    stride = _round_stride(max(starts, default=1) // _MAX_TICKS)
    kept = {bar: start for bar, start in starts.items() if stride == 1 or bar % stride == 0}
    return list(kept.values()), list(kept)


def _round_stride(at_least: int) -> int:
    """The first of 1, 2, 5, 10, 20, 50, ... that is more than a number, or 1 for 0."""
    if at_least < 1:
        return 1
    scale = 1
    while True:
        for step in (1, 2, 5):
            if step * scale > at_least:
                return step * scale
        scale *= 10


def _add_color_scale(figure: Figure, axes: list[Axes], colors: _Colors) -> None:
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Normalize

    mappable = ScalarMappable(Normalize(0, colors.limit), colors.colormap)
    bar = figure.colorbar(
        mappable,
        ax=axes,
        extend="max" if colors.is_clipped else "neither",
        pad=0.01,
        fraction=0.03,
        aspect=40,
    )
    bar.set_label("information content (bits): pale was expected, dark surprised", fontsize=13)
    bar.ax.tick_params(labelsize=12, colors=INK)
