"""Rhythm, melody and harmony as curves over the bars, their sum, and every chord with its bits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from clinamen.domains.music.sections import with_sections
from clinamen.engine._plot import FAINT, INK, dress
from clinamen.operations.text import clean

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from clinamen.operations.harmony_hearing import HarmonyHearing

__all__ = ["draw_harmony"]

# Colours after Okabe and Ito, which people who see colours differently tell apart; the dashes
# tell them apart without colour.
_CURVES = (
    ("rhythm", "#E69F00", (0, (1, 1.2))),
    ("melody", "#0072B2", (0, (5, 1.5))),
    ("harmony", "#009E73", "-"),
)
_MOST_LABELS, _MOST_TICKS = 48, 24


def draw_harmony(hearing: HarmonyHearing) -> Figure:
    """Curves above, in bits a bar; chords below, in bits a chord. Needs no display."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(16, 9), dpi=100, layout="constrained", facecolor="white")
    curves, chords = figure.subplots(2, 1, sharex=True, gridspec_kw={"height_ratios": [3, 2]})
    _draw_curves(curves, hearing)
    _draw_chords(chords, hearing)
    _mark_bars([curves, chords], hearing)
    _mark_sections(curves, hearing)
    title = clean(hearing.song.title) or clean(hearing.song.source) or "Untitled"
    figure.suptitle(title, x=0.01, ha="left", fontsize=18, fontweight="bold", parse_math=False)
    return figure


def _end(hearing: HarmonyHearing) -> float:
    columns = hearing.harmony.columns
    last = float(columns["onset_quarters"][-1] + columns["duration_quarters"][-1])
    return max(last, float(hearing.song.melody.end_quarters))


def _draw_curves(axes: Axes, hearing: HarmonyHearing) -> None:
    bars = hearing.bars
    x = np.append(bars.onset_quarters, _end(hearing))
    total = np.append(bars.total, bars.total[-1:])
    axes.fill_between(x, total, step="post", color=FAINT, alpha=0.5, zorder=1)
    axes.plot(x, total, drawstyle="steps-post", color=INK, linewidth=2.4, label="sum", zorder=2)
    for name, color, dashes in _CURVES:
        if hearing.melody is None:
            continue
        bits = getattr(bars, name)
        y = np.append(bits, bits[-1:])
        axes.plot(x, y, drawstyle="steps-post", color=color, linestyle=dashes, linewidth=2.4,
                  label=name, zorder=3)  # fmt: skip
    what = "rhythm, melody and harmony" if hearing.melody is not None else "the harmony"
    axes.set_title(f"How surprising were {what} of each bar?" if hearing.melody is not None
                   else f"How surprising was {what} of each bar?", loc="left", fontsize=15,
                   color=INK, pad=24)  # fmt: skip
    axes.set_ylabel("bits a bar", fontsize=13)
    axes.set_ylim(0, 1.08 * max(float(total.max()), 1.0))
    if hearing.melody is not None:
        axes.legend(
            loc="upper right", bbox_to_anchor=(1, 1.12), ncols=4, frameon=False, fontsize=12
        )
    dress(axes)


def _draw_chords(axes: Axes, hearing: HarmonyHearing) -> None:
    columns, bits = hearing.harmony.columns, hearing.harmony.information_content
    start = np.asarray(columns["onset_quarters"], dtype=np.float64)
    width = np.asarray(columns["duration_quarters"], dtype=np.float64)
    axes.bar(start, bits, width, align="edge", color=_CURVES[2][1], edgecolor="white", zorder=2,
             label="harmony")  # fmt: skip
    # Where there is no room for all names, the most surprising chords have theirs.
    n_named = len(bits) if len(bits) <= _MOST_LABELS else _MOST_LABELS // 2
    for event in np.argsort(-bits, kind="stable")[:n_named].tolist():
        middle = start[event] + width[event] / 2
        axes.annotate(clean(columns["symbol"][event]), (middle, bits[event]),
                      xytext=(0, 3), textcoords="offset points", ha="center", va="bottom",
                      rotation=90 if len(bits) > 20 else 0, fontsize=11, color=INK,
                      parse_math=False)  # fmt: skip
    axes.set_ylabel("bits a chord", fontsize=13)
    axes.set_ylim(0, 1.3 * max(float(bits.max()), 1.0))
    dress(axes)


def _mark_bars(both: list[Axes], hearing: HarmonyHearing) -> None:
    bars = hearing.bars
    stride = -(-len(bars) // _MOST_TICKS)
    shown = [n for n, bar in enumerate(bars.bar.tolist()) if stride == 1 or bar % stride == 0]
    places = bars.onset_quarters[shown]
    for axes in both:
        axes.vlines(bars.onset_quarters, 0, 1, transform=axes.get_xaxis_transform(), color=FAINT,
                    linewidth=0.8, zorder=0)  # fmt: skip
    both[-1].set_xticks(places, [str(bars.bar[n]) for n in shown])
    both[-1].set_xlabel("bar", fontsize=13)
    both[-1].set_xlim(bars.onset_quarters[0], _end(hearing))


def _mark_sections(axes: Axes, hearing: HarmonyHearing) -> None:
    """Names of sections above the curves, with a line where each begins."""
    sections = with_sections(hearing.song).sections
    if len(sections) < 2:
        return
    transform: Any = axes.get_xaxis_transform()
    for section in sections:
        onset = float(section.onset_quarters)
        axes.vlines(onset, 0, 1.04, transform=transform, color=INK, linewidth=1.2, clip_on=False)
        axes.text(onset, 1.015, f" {clean(section.label)}", transform=transform, fontsize=12,
                  color=INK, va="bottom", parse_math=False)  # fmt: skip
