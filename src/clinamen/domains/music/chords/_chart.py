"""Chords in time, and chords over words."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from clinamen.domains.music.chords._chord import Chord
from clinamen.domains.music.notes import (
    Key,
    Meter,
    MeterChange,
    Section,
    regular_bar_onsets,
)
from clinamen.errors import ParameterError

__all__ = ["Chart", "LyricLine", "LyricSection", "LyricSheet", "TimedChord"]


@dataclass(frozen=True, slots=True)
class TimedChord:
    """`chord` sounds from `onset_quarters` on, until the next one."""

    onset_quarters: Fraction
    chord: Chord


@dataclass(frozen=True)
class Chart:
    """A progression of chords in bars.

    Parameters
    ----------
    chords
        In order of onset, no two at once. A chord that is struck again stands again.
    meters
        Changes in order, each at a bar line, the first at 0. Left out, 4/4.
    sections
        In order of onset, each at a bar line.
    end_quarters
        End of the last bar.

    Raises
    ------
    ParameterError
        If something is out of order, after the end, or not at a bar line where it must be.
    """

    chords: tuple[TimedChord, ...]
    end_quarters: Fraction
    meters: tuple[MeterChange, ...] = (MeterChange(Fraction(0), Meter(4, 4)),)
    sections: tuple[Section, ...] = ()

    def __post_init__(self) -> None:
        if not self.meters or self.meters[0].onset_quarters != 0:
            raise ParameterError("a chart has a metre from onset 0 on")
        onsets = [chord.onset_quarters for chord in self.chords]
        if any(not 0 <= onset < self.end_quarters for onset in onsets) or any(
            here >= after for here, after in pairwise(onsets)
        ):
            raise ParameterError("chords must follow each other, from 0 to before the end")
        bars = {*self.bar_onsets, self.end_quarters}
        fixed = [change.onset_quarters for change in self.meters]
        fixed += [section.onset_quarters for section in self.sections]
        last = self.bar_onsets[-1] + self.meters[-1].meter.bar_quarters
        if not bars >= set(fixed) or last != self.end_quarters:
            raise ParameterError("metres, sections and the end of a chart stand at bar lines")

    @property
    def bar_onsets(self) -> tuple[Fraction, ...]:
        """Onset of every bar."""
        return regular_bar_onsets(self.meters, Fraction(0), self.end_quarters)


@dataclass(frozen=True, slots=True)
class LyricLine:
    """One line of words with the chords over them.

    Parameters
    ----------
    pieces
        Each a chord and the words from it to the next one. Only the first may have None.
    """

    pieces: tuple[tuple[Chord | None, str], ...]


@dataclass(frozen=True, slots=True)
class LyricSection:
    """Lines that belong together.

    Parameters
    ----------
    kind
        ``verse``, ``chorus``, ``bridge`` or whatever the file says; empty where it says nothing.
    label
        What is printed over it, such as ``Verse 1``; may be empty.
    lines
        In order.
    """

    kind: str
    label: str
    lines: tuple[LyricLine, ...]


@dataclass(frozen=True, slots=True)
class LyricSheet:
    """Words and chords of a song, without times.

    Parameters
    ----------
    sections
        In the order in which they are sung: a chorus that is called again stands again.
    title, artist, composer
        Empty where the file does not say.
    key, meter, quarters_per_minute
        None where the file does not say.
    """

    sections: tuple[LyricSection, ...]
    title: str = ""
    artist: str = ""
    composer: str = ""
    key: Key | None = None
    meter: Meter | None = None
    quarters_per_minute: Fraction | None = None
