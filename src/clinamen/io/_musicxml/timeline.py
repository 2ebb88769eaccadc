"""Where measures start: one clock for all parts of a score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from clinamen.domains.music.notes import Meter, MeterChange
from clinamen.io._musicxml.numbers import Reporter
from clinamen.io._musicxml.score import MAX_DENOMINATOR, MAX_QUARTERS, PartReader, Place
from clinamen.io._musicxml.tree import Element

__all__ = ["Timeline", "build_timeline"]


@dataclass(frozen=True)
class Timeline:
    """Start of every measure, and the bars that they make up.

    Parameters
    ----------
    starts
        Onset of every measure.
    end_quarters
        End of the last one.
    meters
        Changes of metre; the first at onset 0. Empty when the file has none.
    bar_onsets, pickup_quarters
        As in `clinamen.domains.music.notes.Melody`.
    """

    starts: tuple[Fraction, ...]
    end_quarters: Fraction
    meters: tuple[MeterChange, ...]
    bar_onsets: tuple[Fraction, ...]
    pickup_quarters: Fraction

    def onset(self, place: Place) -> Fraction:
        """A place in a measure as a time of the piece."""
        return self.starts[place.measure] + place.quarters


def build_timeline(
    parts: Sequence[PartReader],
    chosen: PartReader,
    measures: Sequence[Element],
    reporter: Reporter,
) -> Timeline:
    """Lay the measures end to end.

    A measure lasts as long as its longest part; where it is unnumbered (a pickup or half
    a bar), as its longest part with notes, since resting parts often hold a full bar's
    rest there. One without any content lasts as long as the metre says.

    Parameters
    ----------
    parts
        All parts, read.
    chosen
        The one whose time signatures count; another's are used if it has none.
    measures
        Elements that carry the measures' numbers.
    """
    written = next((part.meters for part in (chosen, *parts) if part.meters), [])
    starts: list[Fraction] = []
    lengths: list[Fraction] = []
    bars: list[Fraction] = []
    now = Fraction(0)
    longest = _longest(parts, measures)
    meters_in_force = _meter_by_measure(written, len(measures))
    for index, measure in enumerate(measures):
        full = meters_in_force[index].bar_quarters
        length = longest[index] or full
        if index == 0 or not _continues_bar(measure, lengths[-1] + length, full):
            bars.append(now)
        starts.append(now)
        lengths.append(length)
        now += length
        if now > MAX_QUARTERS:
            raise reporter.fail(f"the piece lasts more than {MAX_QUARTERS} quarters", measure)
        if now.denominator > MAX_DENOMINATOR:
            raise reporter.fail("times are finer than can be told apart", measure)
    meters = _meter_changes(written, starts)
    pickup = _pickup(measures[0], [*bars, now], meters)
    return Timeline(tuple(starts), now, meters, tuple(bars), pickup)


def _longest(parts: Sequence[PartReader], measures: Sequence[Element]) -> list[Fraction]:
    lengths = [Fraction(0)] * len(measures)
    sounding = [Fraction(0)] * len(measures)
    for part in parts:
        for index, length in enumerate(part.measure_quarters):
            lengths[index] = max(lengths[index], length)
            if index not in part.silent_measures:
                sounding[index] = max(sounding[index], length)
    return [
        sounds if sounds and measure.get("implicit") == "yes" else longest
        for measure, longest, sounds in zip(measures, lengths, sounding, strict=True)
    ]


def _meter_by_measure(written: Sequence[tuple[Place, Meter]], n_measures: int) -> list[Meter]:
    """The metre at the end of every measure."""
    last = {place.measure: meter for place, meter in written}
    now = written[0][1] if written else Meter(4, 4)
    in_force = []
    for index in range(n_measures):
        now = last.get(index, now)
        in_force.append(now)
    return in_force


def _meter_changes(
    written: Sequence[tuple[Place, Meter]], starts: Sequence[Fraction]
) -> tuple[MeterChange, ...]:
    changes: dict[Fraction, Meter] = {}
    for place, meter in written:
        onset = starts[place.measure] + place.quarters
        # The first time signature also holds for what stands before it.
        changes[onset if changes else Fraction(0)] = meter
    return tuple(MeterChange(onset, changes[onset]) for onset in sorted(changes))


def _continues_bar(measure: Element, quarters_together: Fraction, full: Fraction) -> bool:
    """Whether an unnumbered measure is the second half of the bar before it."""
    return measure.get("implicit") == "yes" and quarters_together <= full


def _pickup(first: Element, lines: Sequence[Fraction], meters: Sequence[MeterChange]) -> Fraction:
    """Length of a first bar that is shorter than the metre, 4/4 if there is none.

    Many programs number a pickup 1 and say nothing; `implicit="no"` is taken at its word.
    A piece of a single short bar is a pickup only if the file says so.
    """
    length = lines[1]
    is_marked = first.get("number") == "0" or first.get("implicit") == "yes"
    full = meters[0].meter.bar_quarters if meters else Meter(4, 4).bar_quarters
    looks_like = bool(meters) and len(lines) > 2 and first.get("implicit") != "no"
    return length if (is_marked or looks_like) and length < full else Fraction(0)
