"""One written part (voice, spine) on its way to a melody: shared by the text formats."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from typing import TypeVar

from clinamen.domains.music.notes import (
    Key,
    KeyChange,
    Melody,
    Meter,
    MeterChange,
    Note,
    PartSummary,
    Provenance,
)
from clinamen.errors import AmbiguousError, FormatError, MissingError
from clinamen.io._skyline import is_polyphonic, skyline

__all__ = ["MAX_DENOMINATOR", "MAX_QUARTERS", "BarLine", "WrittenPart", "check_time", "pick_part"]

MAX_QUARTERS = 10**6
"""Longest piece read, in quarter notes (over a hundred hours at a moderate tempo)."""

MAX_DENOMINATOR = 10**12
"""Finest common division of the quarter note; without a bound, a hostile file with many
odd note lengths makes exact arithmetic slower with every note."""

_COMMON_TIME = Meter(4, 4)
_T = TypeVar("_T")


def check_time(quarters: Fraction, *, source: str, place: str) -> None:
    """Refuse a time that no real piece reaches.

    Raises
    ------
    FormatError
        If it is past `MAX_QUARTERS` or finer than `MAX_DENOMINATOR`.
    """
    if quarters > MAX_QUARTERS:
        raise FormatError(
            f"the music lasts longer than {MAX_QUARTERS} quarter notes", source=source, place=place
        )
    if quarters.denominator > MAX_DENOMINATOR:
        raise FormatError(
            "the note lengths share no common division a musician could count",
            source=source,
            place=place,
        )


@dataclass(frozen=True, slots=True)
class BarLine:
    """A bar line; `is_plain` when it is a single thin one, not a double bar or a repeat."""

    onset_quarters: Fraction
    is_plain: bool


@dataclass
class WrittenPart:
    """What a file says about one part, before reduction to one line.

    `phrase_times` are moments at which a phrase ends or begins: the next note starts a
    phrase. `phrases_are_explicit` says that the file marks phrases on purpose, so that
    a piece without any inner boundary is one phrase rather than unmarked.
    """

    name: str = ""
    notes: list[Note] = field(default_factory=list)
    keys: list[tuple[Fraction, Key]] = field(default_factory=list)
    key_source: Provenance = "file"
    meters: list[tuple[Fraction, Meter]] = field(default_factory=list)
    bar_lines: list[BarLine] = field(default_factory=list)
    phrase_times: list[Fraction] = field(default_factory=list)
    phrases_are_explicit: bool = False
    end_quarters: Fraction = Fraction(0)

    def summary(self, index: int) -> PartSummary:
        """Its line in a list of parts."""
        pitches = [note.pitch for note in self.notes]
        return PartSummary(
            index=index,
            name=self.name,
            n_notes=len(self.notes),
            lowest_pitch=min(pitches, default=None),
            highest_pitch=max(pitches, default=None),
            is_polyphonic=is_polyphonic(self.notes),
        )

    def melody(self) -> tuple[Melody, int]:
        """The part as one line, and how many notes were cut or left out for that."""
        notes, n_changed = skyline(self.notes)
        meters = _changes(self.meters, _COMMON_TIME)
        bars = self._bar_onsets(meters)
        melody = Melody(
            notes,
            keys=tuple(KeyChange(at, key) for at, key in _changes(self.keys, None)),
            meters=tuple(MeterChange(at, meter) for at, meter in meters),
            bar_onsets=bars,
            pickup_quarters=self._pickup(bars, meters[0][1] if meters else None),
            end_quarters=self.end_quarters,
            phrase_starts=self._phrase_starts(notes),
            key_source=self.key_source,
        )
        return melody, n_changed

    def _bar_onsets(self, meters: list[tuple[Fraction, Meter]]) -> tuple[Fraction, ...]:
        """Bar lines as bars.

        A double bar or repeat sign that cuts one bar in two (a section that begins with
        a pickup) does not start a bar: the two pieces make one bar together.
        """
        lines: dict[Fraction, bool] = {}
        for line in self.bar_lines:
            at = line.onset_quarters
            lines[at] = lines.get(at, True) and line.is_plain
        inner = sorted(at for at in lines if 0 < at < self.end_quarters)
        if not lines:
            return ()
        onsets = [Fraction(0)]
        for at, after in pairwise([*inner, self.end_quarters]):
            is_cut = not lines[at] and after - onsets[-1] == _at(meters, onsets[-1]).bar_quarters
            if not is_cut:
                onsets.append(at)
        return tuple(onsets)

    def _pickup(self, bars: tuple[Fraction, ...], meter: Meter | None) -> Fraction:
        """Length of the first bar when it is shorter than its metre wants, else 0."""
        if len(bars) > 1:
            first = bars[1]
        elif any(line.is_plain and line.onset_quarters > 0 for line in self.bar_lines):
            first = self.end_quarters
        else:
            return Fraction(0)
        if meter is None:
            # Without a time signature only otherwise regular bars make a short one a pickup.
            full = _COMMON_TIME.bar_quarters
            inner = pairwise(bars[1:])
            if any(after - here != full for here, after in inner):
                return Fraction(0)
            return first if first < full else Fraction(0)
        return first if first < meter.bar_quarters else Fraction(0)

    def _phrase_starts(self, notes: tuple[Note, ...]) -> tuple[int, ...]:
        if not notes:
            return ()
        starts = {0}
        index = 0
        for time in sorted(self.phrase_times):
            while index < len(notes) and notes[index].onset_quarters < time:
                index += 1
            if index < len(notes):
                starts.add(index)
        if len(starts) == 1 and not self.phrases_are_explicit:
            return ()
        return tuple(sorted(starts))


def _changes(changes: list[tuple[Fraction, _T]], before: _T | None) -> list[tuple[Fraction, _T]]:
    """Changes in order, the last word at each time, the first one at 0.

    Before a first change that comes late stands `before`, or else the change itself.
    """
    latest = dict(changes)
    ordered = sorted(latest.items(), key=lambda change: change[0])
    if ordered and ordered[0][0] > 0:
        ordered.insert(0, (Fraction(0), ordered[0][1] if before is None else before))
    return ordered


def _at(meters: list[tuple[Fraction, Meter]], time: Fraction) -> Meter:
    place = bisect_right(meters, time, key=lambda change: change[0])
    return meters[place - 1][1] if place else _COMMON_TIME


def pick_part(parts: Sequence[PartSummary], track: int | str, *, source: str, what: str) -> int:
    """Position in `parts` of the one a caller asked for.

    Parameters
    ----------
    track
        Its index, or its name or the beginning of it, upper or lower case alike.
    what
        What to call a part in an error: ``"voice"``, ``"tune"``.

    Raises
    ------
    MissingError
        If there is none; the message lists what there is.
    AmbiguousError
        If more than one name begins like this.
    """
    wanted = str(track).strip().casefold()
    names = [part.name.casefold() for part in parts]
    by_name = [] if isinstance(track, int) else [i for i, n in enumerate(names) if n == wanted]
    by_index = [i for i, part in enumerate(parts) if str(part.index) == wanted]
    by_prefix = [i for i, n in enumerate(names) if wanted and n.startswith(wanted)]
    if found := by_name or by_index:
        return found[0]
    if isinstance(track, int) or not by_prefix:
        prefix = f"{source}: " if source else ""
        raise MissingError(f"{prefix}no {what} {track!r}; there is {_listing(parts)}")
    if len(by_prefix) > 1:
        few = _listing([parts[i] for i in by_prefix])
        raise AmbiguousError(f"{what} {track!r} may be any of {few}", source=source)
    return by_prefix[0]


def _listing(parts: Sequence[PartSummary], limit: int = 12) -> str:
    shown = ", ".join(f"{part.index} ({part.name or 'no name'})" for part in parts[:limit])
    more = len(parts) - limit
    return f"{shown} and {more} more" if more > 0 else shown
