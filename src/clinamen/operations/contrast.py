"""How much the sections of a song differ in how surprising they are."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from clinamen.domains.music.notes import Melody, Provenance, Section, Song
from clinamen.domains.music.sections import with_sections
from clinamen.operations.text import clean

if TYPE_CHECKING:
    from clinamen.engine.expectation import Expectation

__all__ = [
    "SECTION_HEADS",
    "SectionContrast",
    "SectionSurprise",
    "contrast_words",
    "section_contrast",
    "section_record",
    "section_rows",
]

SECTION_HEADS = ("section", "bars", "notes", "mean bits", "against the one before")
"""What the columns of `section_rows` are called."""

# Onsets of events are floats, those of sections exact.
_ROUNDING = 1e-6


@dataclass(frozen=True, slots=True)
class SectionSurprise:
    """One section, and how surprising it is.

    Parameters
    ----------
    label
        As the source has it, or a letter; empty where there is neither.
    onset_quarters
        Where it begins.
    first_bar, last_bar
        Counted from 1; a pickup counts with bar 1.
    n_events
        Notes (or chords) that begin in it.
    mean
        Information content, bits an event; None where nothing begins in the section, or the
        listener thought something in it impossible.
    change
        `mean` less that of the section before; None for the first, or if either is None.
    """

    label: str
    onset_quarters: Fraction
    first_bar: int
    last_bar: int
    n_events: int
    mean: float | None
    change: float | None


@dataclass(frozen=True, slots=True)
class SectionContrast:
    """The sections of a song, two or more, and the contrast between them.

    Parameters
    ----------
    sections
        In order, without gaps.
    source
        Whether the file marks them or we estimated them.
    spread
        The song's contrast, bits: standard deviation of the sections' means (see
        `section_contrast`); None where fewer than two sections have one.
    """

    sections: tuple[SectionSurprise, ...]
    source: Provenance
    spread: float | None


def section_contrast(song: Song, expectation: Expectation) -> SectionContrast | None:
    """Mean information content of every section, and how much the means differ.

    The contrast of a song with sections of means m_1 ... m_K is their standard deviation,
    sqrt(sum over k of (m_k - m)^2 / K) with m the mean of the m_k: 0 where all sections
    surprise alike. Every section counts once each time it is heard, however long it is.

    Parameters
    ----------
    song
        Its own sections count; where it has none they are found by repetition
        (`clinamen.domains.music.sections`).
    expectation
        Of the song's melody, or of anything else with the column ``onset_quarters``.

    Returns
    -------
    SectionContrast or None
        None for a song of one section.

    Notes
    -----
    Source: that sections may differ in their mean surprise, and that it matters, is from
    Miles, Rosen & Grzywacz 2017, doi 10.3389/fnhum.2017.00263: in the McGill Billboard corpus,
    sections of songs in the top quartile of the charts varied more in their mean surprise
    than those of songs in the bottom quartile. Departures: they measured chords, from how
    common each is whatever came before, and compared groups of songs; we measure what a
    listener expects after what came before, here of the melody. The formula is ours, since
    only their abstract was at hand. No claim about how well a song does follows from it.
    """
    marked = with_sections(song)
    sections = _from_the_start(marked.sections)
    if len(sections) < 2 or "onset_quarters" not in expectation.columns:
        return None
    groups = _by_section(sections, expectation)
    means = [_mean(bits) for bits in groups]
    changes = [None, *(_less(after, before) for before, after in pairwise(means))]
    bars = _bars(sections, song.melody)
    found = tuple(
        SectionSurprise(section.label, section.onset_quarters, *place, len(bits), mean, change)
        for section, place, bits, mean, change in zip(
            sections, bars, groups, means, changes, strict=True
        )
    )
    return SectionContrast(found, marked.section_source, _spread(means))


def _from_the_start(sections: Sequence[Section]) -> list[Section]:
    """Sections in order, one at each place; what is before the first mark has no name."""
    by_onset = {section.onset_quarters: section for section in sections}
    if by_onset and min(by_onset) > 0:
        by_onset[Fraction(0)] = Section(Fraction(0), "")
    return [by_onset[onset] for onset in sorted(by_onset)]


def _by_section(sections: Sequence[Section], expectation: Expectation) -> list[list[float]]:
    starts = [float(section.onset_quarters) - _ROUNDING for section in sections]
    groups: list[list[float]] = [[] for _ in sections]
    onsets = expectation.columns["onset_quarters"]
    for onset, bits in zip(onsets, expectation.information_content.tolist(), strict=True):
        groups[max(bisect_right(starts, float(onset)) - 1, 0)].append(bits)
    return groups


def _mean(bits: Sequence[float]) -> float | None:
    mean = float(np.mean(bits)) if bits else math.inf
    return mean if math.isfinite(mean) else None


def _less(after: float | None, before: float | None) -> float | None:
    return None if after is None or before is None else after - before


def _spread(means: Sequence[float | None]) -> float | None:
    known = [mean for mean in means if mean is not None]
    return float(np.std(known)) if len(known) > 1 else None


def _bars(sections: Sequence[Section], melody: Melody) -> list[tuple[int, int]]:
    """First and last bar of each section."""
    onsets = melody.bar_onsets
    is_pickup = melody.pickup_quarters > 0
    starts = [section.onset_quarters for section in sections]
    first = [bisect_right(onsets, onset) - is_pickup for onset in starts]
    last = [*(bisect_left(onsets, onset) - is_pickup for onset in starts[1:])]
    last.append(len(onsets) - is_pickup)
    return [(max(a, 1), max(a, b, 1)) for a, b in zip(first, last, strict=True)]


def section_rows(contrast: SectionContrast) -> list[tuple[str, ...]]:
    """The sections as a table for people; a cell without an answer is empty."""
    return [
        (
            clean(section.label) or str(number),
            _span(section),
            f"{section.n_events:,}",
            "" if section.mean is None else f"{abs(section.mean):.2f}",
            "" if section.change is None else f"{section.change:+.2f}",
        )
        for number, section in enumerate(contrast.sections, start=1)
    ]


def _span(section: SectionSurprise) -> str:
    if section.first_bar == section.last_bar:
        return f"{section.first_bar:,}"
    return f"{section.first_bar:,} to {section.last_bar:,}"


def contrast_words(contrast: SectionContrast) -> str:
    """The contrast in a sentence; empty where it is not known."""
    if contrast.spread is None:
        return ""
    return f"Contrast, the standard deviation of these means: {contrast.spread:.2f} bits."


def section_record(contrast: SectionContrast | None) -> dict[str, Any]:
    """The sections as plain values; nothing but empty ones for a song of one section."""
    if contrast is None:
        return {"sections": [], "section_source": None, "section_contrast": None}
    sections = [
        {
            "label": section.label,
            "onset_quarters": float(section.onset_quarters),
            "first_bar": section.first_bar,
            "last_bar": section.last_bar,
            "n_notes": section.n_events,
            "mean_information_content": section.mean,
            "change": section.change,
        }
        for section in contrast.sections
    ]
    return {
        "sections": sections,
        "section_source": contrast.source,
        "section_contrast": contrast.spread,
    }
