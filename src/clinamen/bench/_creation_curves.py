"""Target curves made at random, and how well bits follow one."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import numpy.typing as npt

from clinamen.domains.music.curve import CURVE_WORDS, Curve, bar_lines, curve_of_parts
from clinamen.domains.music.notes import Melody
from clinamen.engine.ranks import rank_correlation

__all__ = ["CURVE_KINDS", "random_curve", "spearman", "spearman_by_bar"]

FloatArray = npt.NDArray[np.float64]

CURVE_KINDS = ("two levels", "steps", "smooth")
"""Four parts, one or two of which break (as ``home home break home``); four or eight parts at
levels drawn from all words; and a line that wanders smoothly between the lowest and the
second highest level."""

_PARTS = (4, 8)
_KNOTS = 6


def random_curve(kind: str, frame: Melody, rng: np.random.Generator) -> Curve:
    """A curve of a kind, over the bars of a melody."""
    if kind == "smooth":
        return _smooth(frame, rng)
    if kind == "two levels":
        levels = [CURVE_WORDS["home"]] * 4
        for place in rng.choice(4, size=int(rng.integers(1, 3)), replace=False):
            levels[place] = CURVE_WORDS["break"]
    else:
        words = list(CURVE_WORDS.values())
        levels = []
        while len(set(levels)) < 2:
            levels = [float(each) for each in rng.choice(words, size=int(rng.choice(_PARTS)))]
    return curve_of_parts(list(levels), frame)


def _smooth(frame: Melody, rng: np.random.Generator) -> Curve:
    """Random heights at even distances, with half a cosine from one to the next."""
    bars = bar_lines(frame)
    low, high = CURVE_WORDS["home"], CURVE_WORDS["break"]
    heights = rng.uniform(low, high, size=_KNOTS)
    points = []
    for bar in bars:
        place = float((bar - bars[0]) / (bars[-1] - bars[0])) * (_KNOTS - 1)
        knot = min(int(place), _KNOTS - 2)
        share = (1 - np.cos(np.pi * (place - knot))) / 2
        points.append((bar, float((1 - share) * heights[knot] + share * heights[knot + 1])))
    return Curve(tuple(points))


def spearman(curve: Curve, onsets: list[Fraction], bits: FloatArray) -> float:
    """Rank correlation of what was asked with what came, over all notes but the first.

    Nothing was expected of when the first note begins. 0 where either never changes.
    """
    return rank_correlation(np.array(curve.at_all([float(each) for each in onsets[1:]])), bits[1:])


def spearman_by_bar(curve: Curve, frame: Melody, onsets: list[Fraction], bits: FloatArray) -> float:
    """The same of means over bars in which notes begin."""
    bars = bar_lines(frame)
    number = np.searchsorted([float(each) for each in bars], [float(o) for o in onsets], "right")
    asked, came = [], []
    for bar in np.unique(number[1:]):
        here = np.flatnonzero(number == bar)
        here = here[here > 0]
        asked.append(float(np.mean(curve.at_all([float(onsets[place]) for place in here]))))
        came.append(float(bits[here].mean()))
    return rank_correlation(np.array(asked), np.array(came))
