"""Breaks in time: a note comes early or late, is held through, is split, or does not come."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from clinamen.domains.music.editing import NoteTicks
from clinamen.domains.music.events import to_ticks
from clinamen.errors import ConstraintError
from clinamen.operations._swerve_aim import OutOfReach
from clinamen.operations._swerve_ground import STILL_SURE, Draft, Ground, Sketch, measured
from clinamen.search import Path, beam_search

__all__ = ["rhythm_drafts", "silence_drafts"]

FloatArray = npt.NDArray[np.float64]

_STEPS = 4
_WIDTH, _QUOTA, _CHILDREN = 60, 6, 5
"""Onsets after the break that may be new; paths kept, of each break, grown from each."""

_FEW, _LEADS = 6, 5
"""Below so many breaks, a note more may lead to it, one of so many."""

_CALM = 1.5
"""The way home stays so many bits below the break."""

_BEATS_BEFORE, _BEATS_AFTER, _SPAN_BEATS = 1, 2, 5
"""How early and how late the break may come, and how long all may take, in beats."""

_MOST_DROPPED = {"rhythm": 1, "silence": 2}
_MOST_ADDED = {"rhythm": 2, "silence": 0}
_ODD_GRID, _FINE_GRID = 2.5, 1.5
"""Points for onsets on divisions of the beat that the song does not have: in three, in four."""


@dataclass(frozen=True, slots=True)
class _Way:
    """New onsets from the place on.

    Parameters
    ----------
    keeps_note
        Whether the note of the place stays where it is and the next one breaks.
    onsets
        In ticks.
    lead
        How many of them lead to the break: 0, or 1 where a likely note comes in between.
    bits
        Of the break.
    """

    keeps_note: bool
    onsets: tuple[int, ...]
    lead: int = 0
    bits: float = 0.0

    @property
    def break_onset(self) -> int:
        """When the note begins that breaks."""
        return self.onsets[self.lead]


def rhythm_drafts(ground: Ground) -> list[Draft]:
    """Ways to break the rhythm at a place, as heard.

    Raises
    ------
    ConstraintError
        If no onset breaks by the asked amount, or none of those that do leads back.
    """
    return _drafts(ground, "rhythm", _rhythm_breaks(ground))


def silence_drafts(ground: Ground) -> list[Draft]:
    """Ways to leave out what is expected at a place, as heard.

    Raises
    ------
    ConstraintError
        If no silence breaks by the asked amount, or none of those that do leads back.
    """
    return _drafts(ground, "silence", _late_onsets(ground, keep_sounding=False))


def _drafts(ground: Ground, kind: str, candidates: Sequence[_Way]) -> list[Draft]:
    starts = _starts(ground, kind, candidates)
    sketches: dict[tuple[NoteTicks, ...], Sketch] = {}
    beam = beam_search(
        starts,
        lambda paths: _grown(ground, paths),
        n_steps=_STEPS,
        width=_WIDTH,
        idea=lambda way: (way.keeps_note, way.break_onset),
        quota=_QUOTA,
    )
    for paths in beam:
        for path in paths:
            for sketch in _closed(ground, kind, path.state):
                sketches.setdefault(sketch.notes, sketch)
    if not sketches:
        raise ConstraintError(
            ground.aim.name,
            f"no {kind} that breaks by so much leads back to the notes that stay",
        )
    return measured(ground, "onset", list(sketches.values()))


def _rhythm_breaks(ground: Ground) -> list[_Way]:
    """Onsets in place of that of the note, and new ones in its beat after it."""
    here = ground.notes[ground.note][0]
    earliest = max(
        ground.notes[ground.note - 1][0] + 1, ground.beat[0] - _BEATS_BEFORE * _beat(ground)
    )
    early = (
        []
        if ground.locks.covers(ground.notes[ground.note - 1][0])
        else [_Way(keeps_note=False, onsets=(onset,)) for onset in _grid(ground, earliest, here)]
    )
    after = [onset for onset, _, _ in ground.notes[ground.note + 1 : ground.note + 2]]
    # A dotted note where even ones were may push the next one out of the beat.
    latest = min(ground.beat[1] + _beat(ground), _limit(ground) + 1)
    inside = [
        _Way(keeps_note=True, onsets=(onset,))
        for onset in _grid(ground, here + 1, max(ground.beat[1], latest if after else 0))
        if onset not in after
    ]
    return early + _late_onsets(ground, keep_sounding=True) + inside


def _late_onsets(ground: Ground, *, keep_sounding: bool) -> list[_Way]:
    """Onsets after that of the note; the one before sounds on, or there is a rest."""
    here, before = ground.notes[ground.note][0], ground.notes[ground.note - 1]
    if keep_sounding and ground.locks.covers(before[0]):
        return []
    shortest = 1 if keep_sounding else _beat(ground) // 2
    latest = min(ground.beat[1] + _BEATS_AFTER * _beat(ground), _limit(ground) + 1)
    start = max(here + 1, before[0] + before[1] + shortest)
    return [_Way(keeps_note=False, onsets=(onset,)) for onset in _grid(ground, start, latest)]


def _starts(ground: Ground, kind: str, candidates: Sequence[_Way]) -> list[Path[_Way]]:
    """Those that break by the asked amount; where they are few, also after one note more, if
    the listener is still sure after it."""
    plain = [_Way(keeps_note=False, onsets=()), _Way(keeps_note=True, onsets=())]
    tables = dict(zip((False, True), _onset_bits(ground, plain), strict=True))
    found = [path for way in candidates for path in _costed(ground, way, tables[way.keeps_note])]
    fitting = _fitting(ground, found)
    if len(fitting) < _FEW:
        leads = [lead for way in plain for lead in _leads(ground, way, tables[way.keeps_note])]
        for lead, row in zip(leads, _onset_bits(ground, leads), strict=True):
            most = float(tables[lead.keeps_note].min()) - np.log2(STILL_SURE)
            for way in candidates if row.min() <= most else ():
                if way.keeps_note == lead.keeps_note and way.onsets[0] > lead.onsets[0]:
                    longer = replace(lead, onsets=(*lead.onsets, *way.onsets), lead=1)
                    found += _costed(ground, longer, row)
        fitting = _fitting(ground, found)
    if not fitting:
        median = ground.median("onset")
        raise _no_such_break(ground, kind, [path.state.bits - median for path in found])
    return fitting


def _fitting(ground: Ground, paths: Sequence[Path[_Way]]) -> list[Path[_Way]]:
    median = ground.median("onset")
    return [path for path in paths if ground.aim.holds(path.state.bits - median)]


def _costed(ground: Ground, way: _Way, row: FloatArray) -> Iterator[Path[_Way]]:
    """A way to the break with its bits and how far they miss what was asked, if it can be."""
    before = way.onsets[-2] if way.lead else ground.notes[ground.note - 1 + way.keeps_note][0]
    place = ground.place_of.get(way.break_onset - before)
    if place is not None and not ground.locks.covers(way.break_onset):
        bits = float(row[place])
        missed = abs(bits - ground.median("onset") - ground.asked)
        if np.isfinite(bits):
            yield Path(replace(way, bits=bits), missed)


def _leads(ground: Ground, way: _Way, row: FloatArray) -> list[_Way]:
    """Likely onsets between the note before and the break."""
    last = ground.notes[ground.note - 1 + way.keeps_note][0]
    if ground.locks.covers(last):
        return []
    end = ground.notes[ground.note][0] if not way.keeps_note else ground.beat[1]
    most = ground.asked + ground.median("onset") - _CALM
    place_of = ground.place_of
    choices = sorted(
        (float(row[place_of[onset - last]]), onset)
        for onset in _grid(ground, last + 1, end)
        if onset - last in place_of and not ground.locks.covers(onset)
    )
    return [replace(way, onsets=(onset,)) for bits, onset in choices[:_LEADS] if bits <= most]


def _no_such_break(ground: Ground, kind: str, contrasts: Sequence[float]) -> ConstraintError:
    if not contrasts:
        what = "is no other onset" if kind == "rhythm" else "is no room for a silence"
        return ConstraintError(
            ground.aim.name, f"there {what} here between the notes that stay or are locked"
        )
    nearest = min(contrasts, key=lambda each: abs(each - ground.asked))
    if nearest in (max(contrasts), min(contrasts)):
        which = "most" if nearest == max(contrasts) else "least"
        reason = f"by {kind}, {nearest:.1f} bits is the {which} that can be reached here"
    else:
        reason = f"nothing that can be done by {kind} breaks by so much here"
    return OutOfReach(ground.aim.name, reason, nearest)


def _beat(ground: Ground) -> int:
    """Ticks of the felt beat."""
    return to_ticks(ground.song.melody.meter_at(ground.beat_quarters[0]).beat_quarters)


def _is_compound(ground: Ground) -> bool:
    return ground.song.melody.meter_at(ground.beat_quarters[0]).beat_quarters % 1 == Fraction(1, 2)


def _grid(ground: Ground, start: int, stop: int) -> list[int]:
    """Onsets that can be written simply, from `start` to before `stop`, but not the place's."""
    beat, here = _beat(ground), ground.notes[ground.note][0]
    parts = (6,) if _is_compound(ground) else (4, 3)
    found = set()
    for part in parts:
        unit = beat // part
        if unit:
            first = -((ground.beat[0] - start) // unit)
            found |= {
                ground.beat[0] + n * unit for n in range(first, first + 1 + (stop - start) // unit)
            }
    return sorted(onset for onset in found if start <= onset < stop and onset != here)


def _limit(ground: Ground) -> int:
    """Where the song must be as it was again, at the latest: an onset, or its end."""
    after = ground.notes[ground.note + 1 :]
    end = ground.beat[0] + _SPAN_BEATS * _beat(ground)
    following = ground.phrase[1]
    if following < len(ground.notes):
        end = min(end, ground.notes[following][0])
    locked = [onset for onset, _, _ in after if ground.locks.covers(onset)]
    kept = [onset for onset, _, _ in after if onset <= min([end, *locked])]
    if kept:
        return kept[-1]
    if after:
        return after[0][0]
    last = ground.notes[-1]
    return last[0] + last[1]


def _onset_bits(ground: Ground, ways: Sequence[_Way]) -> FloatArray:
    """Information content of every next onset after each way, shape ``(B, A)``."""
    before = ground.notes[len(ground.from_earlier.beginning) : ground.note - 1]
    endings = [(*before, *_with_pitches(ground, way)) for way in ways]
    with np.errstate(divide="ignore"):
        bits: FloatArray = -np.log2(ground.from_earlier.chances("onset", endings))
    return bits


def _with_pitches(ground: Ground, way: _Way) -> tuple[NoteTicks, ...]:
    """From the note before the place on, with the pitches that are nearest in time."""
    kept = ground.notes[ground.note - 1 : ground.note + way.keeps_note]
    new = tuple((onset, 1, ground.notes[_nearest(ground, onset)][2]) for onset in way.onsets)
    return (*kept, *new)


def _nearest(ground: Ground, onset: int) -> int:
    """The note of the song, from the place on, that begins nearest to a time."""
    around = range(ground.note, len(ground.notes))
    return min(around, key=lambda index: abs(ground.notes[index][0] - onset))


def _grown(ground: Ground, paths: Sequence[Path[_Way]]) -> Iterator[Path[_Way]]:
    """Each way with the likeliest onsets that may follow."""
    table = _onset_bits(ground, [path.state for path in paths])
    place_of, limit = ground.place_of, _limit(ground)
    for path, row in zip(paths, table, strict=True):
        way = path.state
        choices = sorted(
            (float(row[place_of[onset - way.onsets[-1]]]), onset)
            for onset in _grid(ground, way.onsets[-1] + 1, limit)
            if onset - way.onsets[-1] in place_of and not ground.locks.covers(onset)
        )
        for bits, onset in choices[:_CHILDREN]:
            if bits <= way.bits - _CALM:
                yield Path(replace(way, onsets=(*way.onsets, onset)), path.cost + bits)


def _closed(ground: Ground, kind: str, way: _Way) -> Iterable[Sketch]:
    """A way joined to what stays, at every note where that can be."""
    first = ground.note + way.keeps_note
    place_of, last, limit = ground.place_of, way.onsets[-1], _limit(ground)
    for kept_from in range(first, len(ground.notes) + 1):
        n_old, n_new = kept_from - first, len(way.onsets)
        if kept_from == len(ground.notes):
            joins = limit >= last and limit > ground.notes[-1][0]
        else:
            onset = ground.notes[kept_from][0]
            joins = last < onset <= limit and onset - last in place_of
        fits = -_MOST_DROPPED[kind] <= n_new - n_old <= _MOST_ADDED[kind]
        if joins and fits:
            sketch = _joined(ground, kind, way, kept_from)
            if sketch is not None:
                yield sketch
    # The break may itself be a note that stays: what was before it has gone.
    if len(way.onsets) == 1 and not way.keeps_note:
        onsets = [note[0] for note in ground.notes]
        place = bisect_left(onsets, last)
        dropped = place - ground.note
        if place < len(onsets) and onsets[place] == last and 0 < dropped <= _MOST_DROPPED[kind]:
            yield _with_gap(ground, kind, place)


def _joined(ground: Ground, kind: str, way: _Way, kept_from: int) -> Sketch | None:
    """The whole song with new onsets up to a note that stays; None if nothing changes."""
    first = ground.note + way.keeps_note
    old = ground.notes[first:kept_from]
    pitches = (
        [note[2] for note in old]
        if len(old) == len(way.onsets)
        else [ground.notes[_nearest(ground, onset)][2] for onset in way.onsets]
    )
    if tuple(note[0] for note in old) == way.onsets:
        return None
    tail = ground.notes[kept_from:]
    end = tail[0][0] if tail else _limit(ground)
    ends = [*way.onsets[1:], end]
    if kind == "silence" and way.lead:
        ends[0] = ground.notes[ground.note][0]  # the rest begins where the note was awaited
    if old and old[-1][0] + old[-1][1] > way.onsets[-1]:
        ends[-1] = min(end, old[-1][0] + old[-1][1])
    new = [
        (onset, stop - onset, pitch)
        for onset, stop, pitch in zip(way.onsets, ends, pitches, strict=True)
    ]
    head = _head(ground, kind, way)
    if head is None:
        return None
    return Sketch(
        kind,
        (*head, *new, *tail),
        first + way.lead,
        len(head) + len(new),
        _idea(ground, way, len(new) - len(old)),
        _hardness(ground, way.onsets),
        way.lead,
    )


def _head(ground: Ground, kind: str, way: _Way) -> tuple[NoteTicks, ...] | None:
    """Notes before the break, the last of them as long as it may now be; None if too short."""
    kept = ground.notes[: ground.note + way.keeps_note]
    onset, lasts, pitch = kept[-1]
    after = ground.notes[len(kept)][0] if len(kept) < len(ground.notes) else None
    is_legato = after is not None and onset + lasts >= after - _beat(ground) // 8
    new_end = way.onsets[0]
    sounds_on = is_legato and (kind == "rhythm" or bool(way.lead))
    lasts = new_end - onset if sounds_on else min(lasts, new_end - onset)
    return (*kept[:-1], (onset, lasts, pitch)) if lasts > 0 else None


def _with_gap(ground: Ground, kind: str, place: int) -> Sketch:
    """The notes from the place to before another left out."""
    way = _Way(keeps_note=False, onsets=(ground.notes[place][0],))
    head = _head(ground, kind, way)
    assert head is not None  # the note before only grows
    idea = f"gap {place - ground.note}"
    return Sketch(kind, (*head, *ground.notes[place:]), ground.note, ground.note, idea)


def _idea(ground: Ground, way: _Way, n_added: int) -> str:
    """What happens, and how far the break lies from where a note was awaited, in beats."""
    awaited = ground.note + way.keeps_note
    if awaited == len(ground.notes):
        return "split"
    off = Fraction(way.break_onset - ground.notes[awaited][0], _beat(ground))
    what = "split" if n_added > 0 else "drop" if n_added < 0 else "early" if off < 0 else "late"
    return f"{'next ' if way.keeps_note else ''}{what} {off}"


def _hardness(ground: Ground, onsets: Sequence[int]) -> float:
    """What is hard to read: divisions of the beat that the song does not have."""
    beat, start = _beat(ground), ground.beat[0]
    usual = ground.divisions
    points = 0.0
    for onset in onsets:
        parts = Fraction(onset - start, beat).denominator
        if parts not in usual:
            points += _ODD_GRID if parts % 3 == 0 else _FINE_GRID if parts > 2 else 0.1
    return points
