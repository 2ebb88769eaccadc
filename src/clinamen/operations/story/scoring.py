"""How well a series of predictions with chances came out.

Sources: G. W. Brier, Monthly Weather Review 78 (1950), 1-3, in the form for two outcomes;
A. H. Murphy, Journal of Applied Meteorology 12 (1973), 595-600, for its three parts;
E. B. Wilson, Journal of the American Statistical Association 22 (1927), 209-212, for the
intervals of the plot.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from clinamen.errors import ParameterError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Band", "Score", "calibration_bytes", "score"]

_N_SAMPLES, _SEED, _LEVEL = 10_000, 1973, 0.95
_Z = 1.959964
_N_BANDS = 10
_BLUE = "#0b6e8f"


@dataclass(frozen=True, slots=True)
class Band:
    """Predictions of about the same chance.

    Parameters
    ----------
    chance
        Mean of what was said.
    share
        How many of them came true, 0 to 1.
    n
        How many there are.
    low, high
        95 % interval of the share (Wilson).
    """

    chance: float
    share: float
    n: int
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Score:
    """How well chances came out; `brier` is `reliability` - `resolution` + `uncertainty`.

    Parameters
    ----------
    n
        Predictions with a chance and an outcome.
    brier
        Mean squared distance of chance and outcome: 0 is perfect, 1 as wrong as can be, and who
        always says 0.5 has 0.25.
    low, high
        95 % interval of it: percentiles of 10,000 samples drawn from the series with
        replacement. None for fewer than two predictions.
    reliability
        How far what came true is from what was said, over predictions of the same chance; 0 is
        perfect.
    resolution
        How far predictions of different chances differ in how often they came true; more is
        better.
    uncertainty
        What the outcomes themselves leave open: their share times its rest.
    base_rate
        Share that came true.
    bands
        In tenths of chance, for the plot; empty tenths are left out.
    """

    n: int
    brier: float
    low: float | None
    high: float | None
    reliability: float
    resolution: float
    uncertainty: float
    base_rate: float
    bands: tuple[Band, ...]


def score(chances: Sequence[float], outcomes: Sequence[bool]) -> Score:
    """Score a series.

    Murphy's parts are taken over predictions of exactly the same chance, so that they add up
    without a rest. With few predictions of each chance reliability looks worse, and
    resolution better, than it is.

    Parameters
    ----------
    chances
        How likely each was said to be, 0 to 1.
    outcomes
        Whether each came true.

    Raises
    ------
    ParameterError
        If there are none, not as many of both, or a chance is none.
    """
    if not chances or len(chances) != len(outcomes):
        raise ParameterError(
            f"there must be as many chances as outcomes, and one at least, not {len(chances)} "
            f"and {len(outcomes)}"
        )
    said, came = np.asarray(chances, dtype=np.float64), np.asarray(outcomes, dtype=np.float64)
    if not ((said >= 0) & (said <= 1)).all():
        raise ParameterError("a chance is a number from 0 to 1")
    base_rate = float(came.mean())
    reliability = resolution = 0.0
    for chance in np.unique(said):
        same = came[said == chance]
        reliability += len(same) * (chance - same.mean()) ** 2 / len(said)
        resolution += len(same) * (same.mean() - base_rate) ** 2 / len(said)
    losses = (said - came) ** 2
    low, high = _interval(losses)
    return Score(
        n=len(said),
        brier=float(losses.mean()),
        low=low,
        high=high,
        reliability=float(reliability),
        resolution=float(resolution),
        uncertainty=base_rate * (1 - base_rate),
        base_rate=base_rate,
        bands=_bands(chances, outcomes),
    )


def _interval(losses: np.ndarray[tuple[int], np.dtype[np.float64]]) -> tuple[float | None, ...]:
    """Percentile bootstrap of the mean; the same series gives the same interval."""
    if len(losses) < 2:
        return None, None
    generator = np.random.default_rng(_SEED)
    # A sample at a time: a series of any length fits into memory.
    means = [generator.choice(losses, len(losses)).mean() for _ in range(_N_SAMPLES)]
    low, high = np.quantile(means, [(1 - _LEVEL) / 2, (1 + _LEVEL) / 2])
    return float(low), float(high)


def _bands(chances: Sequence[float], outcomes: Sequence[bool]) -> tuple[Band, ...]:
    grouped: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for chance, outcome in zip(chances, outcomes, strict=True):
        tenth = math.floor(chance * _N_BANDS)
        grouped[min(tenth, _N_BANDS - 1)].append((float(chance), bool(outcome)))
    return tuple(_band(grouped[tenth]) for tenth in sorted(grouped))


def _band(group: Sequence[tuple[float, bool]]) -> Band:
    n, n_true = len(group), sum(outcome for _, outcome in group)
    share = n_true / n
    middle = (share + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    half = _Z / (1 + _Z**2 / n) * math.sqrt(share * (1 - share) / n + _Z**2 / (4 * n * n))
    mean = math.fsum(chance for chance, _ in group) / n
    return Band(mean, share, n, max(middle - half, 0.0), min(middle + half, 1.0))


def calibration_bytes(scored: Score, plot_format: str) -> bytes:
    """The calibration plot: what was said against how often it came true, with counts.

    Raises
    ------
    ParameterError
        If `plot_format` is not svg or png.
    """
    from clinamen.engine._plot import check_plot_format, figure_bytes

    check_plot_format(plot_format)
    return figure_bytes(_figure(scored), plot_format)


def _figure(scored: Score) -> Figure:
    from matplotlib.figure import Figure

    from clinamen.engine._plot import FAINT, INK, dress

    figure = Figure(figsize=(7, 7), dpi=100, layout="constrained", facecolor="white")
    axes = figure.add_subplot()
    axes.plot([0, 1], [0, 1], color=FAINT, linewidth=1.5, zorder=1)
    for band in scored.bands:
        axes.plot([band.chance] * 2, [band.low, band.high], color=_BLUE, linewidth=1.5, zorder=2)
        axes.plot(band.chance, band.share, "o", color=_BLUE, markersize=8, zorder=3)
        is_right = band.chance > 0.9
        axes.annotate(
            str(band.n), (band.chance, band.share), textcoords="offset points",
            xytext=(-9 if is_right else 9, 5), ha="right" if is_right else "left", color=INK,
        )  # fmt: skip
    axes.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02), aspect="equal")
    axes.set_xlabel("chance that was said", color=INK)
    axes.set_ylabel("share that came true", color=INK)
    axes.set_title(f"{scored.n} predictions, Brier score {scored.brier:.3f}", loc="left", color=INK)
    axes.text(
        0, -0.13, "Bars: 95 % intervals (Wilson). Numbers: how many predictions.",
        transform=axes.transAxes, fontsize=9, color=INK,
    )  # fmt: skip
    dress(axes)
    return figure
