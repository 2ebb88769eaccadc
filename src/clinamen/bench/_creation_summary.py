"""From variants that were heard to figures with intervals, and from these to targets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from clinamen.bench._creation_ears import CLASSIC, GENERATOR, JUDGE
from clinamen.bench._creation_statistics import Estimate, Target, estimate
from clinamen.bench._creation_swerves import Refused, Swerved

__all__ = [
    "BOLD_BITS",
    "TOLERANCE_BITS",
    "Cut",
    "SwerveFigures",
    "cuts",
    "figures_of",
    "is_good",
    "reasons_of_misses",
    "refusals",
    "swerve_targets",
]

TOLERANCE_BITS = 0.75
BOLD_BITS = 2.5
EARS = (GENERATOR, JUDGE, CLASSIC)


@dataclass(frozen=True)
class SwerveFigures:
    """How some variants came out.

    Parameters
    ----------
    name
        Which variants.
    n, n_songs
        How many, of how many songs.
    peak, home
        By ear: share whose largest information content of the phrase falls in the chosen beat;
        share that is back within 1 bit of the phrase's median in 4 notes.
    peak_joint
        As `peak`, of onset and pitch together.
    contrast, median_contrast, above_bold
        By ear: mean and median of the contrast, and share with at least `BOLD_BITS`.
    error, within
        By the generator: mean distance of the contrast from what was asked, and share within
        `TOLERANCE_BITS`.
    in_beat
        Share whose break begins in the chosen beat.
    """

    name: str
    n: int
    n_songs: int
    peak: Mapping[str, Estimate]
    peak_joint: Mapping[str, Estimate]
    home: Mapping[str, Estimate]
    contrast: Mapping[str, Estimate]
    median_contrast: Mapping[str, float]
    above_bold: Mapping[str, Estimate]
    error: Estimate
    within: Estimate
    in_beat: Estimate


Cut = tuple[str, Callable[[Swerved], bool]]


def cuts(rows: Sequence[Swerved]) -> list[SwerveFigures]:
    """Figures of all variants, of the first-ranked, and by place, kind and strength."""
    parts: list[Cut] = [("all", lambda row: True), ("ranked first", lambda row: row.rank == 1)]
    parts += [(f"places {each}", _has("chosen", each)) for each in ("at random", "proposed")]
    parts += [(f"asked: {each}", _has("kind", each)) for each in _values(rows, "kind")]
    parts += [(f"kind {kind}", _is_kind(kind)) for kind in sorted({row.kind for row in rows})]
    parts += [(each, _has("strength", each)) for each in _values(rows, "strength")]
    chosen = [(name, [row for row in rows if holds(row)]) for name, holds in parts]
    return [figures_of(name, some) for name, some in chosen if some]


def _values(rows: Sequence[Swerved], what: str) -> list[str]:
    return list(dict.fromkeys(str(getattr(row.asked, what)) for row in rows))


def _has(what: str, value: str) -> Callable[[Swerved], bool]:
    return lambda row: getattr(row.asked, what) == value


def _is_kind(kind: str) -> Callable[[Swerved], bool]:
    return lambda row: row.kind == kind


def is_good(row: Swerved) -> bool:
    """The peak of its phrase and soon home by the judge, by the generator as strong as asked."""
    judged = row.breaks.get(JUDGE, row.breaks[GENERATOR])
    return judged.is_peak and judged.home_after is not None and _error(row) <= TOLERANCE_BITS


def figures_of(name: str, rows: Sequence[Swerved]) -> SwerveFigures:
    """Figures of some variants, of which there is at least one."""

    def by_ear(value: Callable[[Swerved, str], float]) -> dict[str, Estimate]:
        found = {}
        for ear in EARS:
            heard = [row for row in rows if ear in row.breaks]
            if heard:
                songs = [row.asked.song for row in heard]
                found[ear] = estimate([float(value(row, ear)) for row in heard], songs)
        return found

    def contrasts(ear: str) -> list[float]:
        return [row.breaks[ear].contrast for row in rows if ear in row.breaks]

    return SwerveFigures(
        name=name,
        n=len(rows),
        n_songs=len({row.asked.song for row in rows}),
        peak=by_ear(lambda row, ear: row.breaks[ear].is_peak),
        peak_joint=by_ear(lambda row, ear: row.joint[ear].is_peak),
        home=by_ear(lambda row, ear: row.breaks[ear].home_after is not None),
        contrast=by_ear(lambda row, ear: row.breaks[ear].contrast),
        median_contrast={ear: float(np.median(contrasts(ear))) for ear in EARS if contrasts(ear)},
        above_bold=by_ear(lambda row, ear: row.breaks[ear].contrast >= BOLD_BITS),
        error=_estimate(rows, _error),
        within=_estimate(rows, lambda row: _error(row) <= TOLERANCE_BITS),
        in_beat=_estimate(rows, lambda row: row.in_beat),
    )


def _error(row: Swerved) -> float:
    return abs(row.breaks[GENERATOR].contrast - row.asked.bits)


def _estimate(rows: Sequence[Swerved], value: Callable[[Swerved], float]) -> Estimate:
    return estimate([float(value(row)) for row in rows], [row.asked.song for row in rows])


def swerve_targets(figures: Sequence[SwerveFigures]) -> list[Target]:
    """What the figures should have been."""
    by_name = {each.name: each for each in figures}
    everything, bold = by_name.get("all"), by_name.get("bold")

    def mean(found: Estimate | None) -> float | None:
        return None if found is None else found.mean

    def of(figure: SwerveFigures | None, what: str, ear: str) -> float | None:
        return None if figure is None else mean(getattr(figure, what).get(ear))

    return [
        Target("largest of the phrase in the beat, judge", of(everything, "peak", JUDGE), 0.90),
        Target("largest of the phrase in the beat, generator",
               of(everything, "peak", GENERATOR), 0.98),
        Target("contrast within 0.75 bits of what was asked, share, generator",
               None if everything is None else mean(everything.within), 1.0),
        Target("contrast error, mean bits, generator",
               None if everything is None else mean(everything.error), TOLERANCE_BITS, False),
        Target("contrast of bold, median bits, judge",
               None if bold is None else bold.median_contrast.get(JUDGE), BOLD_BITS),
        Target("home in 4 notes, generator", of(everything, "home", GENERATOR), 0.90),
        Target("home in 4 notes, judge", of(everything, "home", JUDGE), 0.90),
    ]  # fmt: skip


def reasons_of_misses(rows: Sequence[Swerved]) -> dict[str, int]:
    """Which notes are more surprising to the judge than the break, the commonest first."""
    return dict(Counter(_miss(row) for row in rows if row.outdone is not None).most_common())


def _miss(row: Swerved) -> str:
    assert row.outdone is not None
    steps = row.outdone.steps
    where = (
        f"{abs(steps)} after" if 0 < steps <= 4 else "more than 4 after" if steps > 0 else "before"
    )
    parts = [f"{row.kind} {row.asked.strength}", f"a note {where}"]
    parts += ["first of the phrase"] if row.outdone.starts_phrase else []
    parts += ["new" if row.outdone.is_new else "as in the source"]
    return ", ".join(parts)


def refusals(refused: Sequence[Refused]) -> dict[str, int]:
    """How often each kind and strength could not be had."""
    return dict(
        Counter(f"{each.asked.kind} {each.asked.strength}" for each in refused).most_common()
    )
