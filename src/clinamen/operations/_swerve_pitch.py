"""Breaks of pitch: the rhythm stays, an unexpected note comes, and the line finds its way back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from clinamen.domains.music.constraints import Bounds
from clinamen.domains.music.editing import NoteTicks
from clinamen.domains.music.events import IntArray
from clinamen.domains.music.spelling import pitch_name
from clinamen.errors import ConstraintError
from clinamen.operations._swerve_aim import OutOfReach
from clinamen.operations._swerve_ground import (
    MOST_LEADING,
    STILL_SURE,
    Draft,
    Ground,
    Sketch,
    measured,
)
from clinamen.search import Path, beam_search

__all__ = ["pitch_drafts"]

FloatArray = npt.NDArray[np.float64]
Pitches = tuple[int, ...]

_STEPS = 3
"""Notes after the break that may change besides it."""

_WIDTH, _QUOTA, _CHILDREN = 60, 5, 5
"""Paths kept of each length, of each break among them, and grown from each path."""

_FEW, _LEADS = 4, 16
"""Below so many breaks, another note may lead to it, one of so many; two, if there is none."""

_CALM = 1.5
"""The way home stays so many bits below the break."""


def pitch_drafts(ground: Ground) -> list[Draft]:
    """Ways to break the pitch at a place, as heard.

    Raises
    ------
    ConstraintError
        If no pitch breaks by the asked amount within the bounds, or none of those that do
        leads back.
    """
    starts = _starts(ground)
    sketches: list[Sketch] = []
    beam = beam_search(
        starts,
        lambda paths: _grown(ground, paths),
        n_steps=_n_steps(ground),
        width=_WIDTH,
        idea=lambda way: way.pitches[ground.note - way.first],
        quota=_QUOTA,
    )
    for paths in beam:
        sketches.extend(_closed(ground, [path.state for path in paths]))
    if not sketches:
        raise _no_way_back(ground, [path.state.pitches[-1] for path in starts])
    return measured(ground, "pitch", sketches)


@dataclass(frozen=True, slots=True)
class _Way:
    """Pitches from a note on; `bits` of the break among them."""

    first: int
    pitches: Pitches
    bits: float

    @property
    def following(self) -> int:
        """Index of the note that comes next."""
        return self.first + len(self.pitches)


def _starts(ground: Ground) -> list[Path[_Way]]:
    """Ways up to the break, which is by the asked amount.

    Where the notes before leave few choices, another note may lead to the break; where they
    leave none, two may. After these the listener must still be sure.
    """
    nothing = _Way(ground.note, (), 0.0)
    (bits,) = _next_bits(ground, [nothing])
    starts = _breaks(ground, nothing, bits)
    most = float(bits.min()) - np.log2(STILL_SURE)
    for n_leading in range(1, MOST_LEADING + 1):
        is_needed = len(starts) < (_FEW if n_leading == 1 else 1)
        leads = _leads(ground, n_leading) if is_needed else []
        for lead, row in zip(leads, _next_bits(ground, leads), strict=True):
            if row.min() <= most:
                starts += _breaks(ground, lead, row)
    if not starts:
        raise _no_such_break(ground, bits - ground.median("pitch"))
    return starts


def _leads(ground: Ground, n_notes: int) -> list[_Way]:
    """Other notes in place of some before the place, the likeliest."""
    first = ground.note - n_notes
    onsets = [note[0] for note in ground.notes[max(first, 0) : ground.note]]
    if first < max(ground.phrase[0], 1) or any(map(ground.locks.covers, onsets)):
        return []
    row = -np.log2(np.maximum(ground.heard["pitch"].distribution[first], 1e-300))
    row[ground.heard["pitch"].alphabet == ground.notes[first][2]] = np.inf
    ways = list(_likely(ground, _Way(first, (), 0.0), row, _LEADS))
    for _ in range(n_notes - 1):
        tables = zip(ways, _next_bits(ground, ways), strict=True)
        ways = [longer for way, row in tables for longer in _likely(ground, way, row, _FEW)]
    return ways


def _likely(ground: Ground, way: _Way, bits: FloatArray, n: int) -> Iterable[_Way]:
    """A way that is to lead to the break with each of the likeliest notes that may follow."""
    alphabet = ground.from_before.alphabet("pitch")
    before = way.pitches[-1] if way.pitches else ground.notes[way.first - 1][2]
    allowed = ground.bounds.mask(alphabet, before)
    allowed &= bits <= ground.median("pitch") + ground.asked - _CALM
    cost = np.where(allowed, bits, np.inf)
    for place in np.argsort(cost, kind="stable")[: min(n, int(allowed.sum()))]:
        yield replace(way, pitches=(*way.pitches, int(alphabet[place])))


def _breaks(ground: Ground, lead: _Way, bits: FloatArray) -> list[Path[_Way]]:
    """A way with each pitch that breaks by the asked amount after it."""
    alphabet = ground.from_before.alphabet("pitch")
    contrasts = bits - ground.median("pitch")
    before = lead.pitches[-1] if lead.pitches else ground.notes[ground.note - 1][2]
    allowed = ground.bounds.mask(alphabet, before) & (alphabet != ground.notes[ground.note][2])
    return [
        Path(
            _Way(lead.first, (*lead.pitches, int(alphabet[place])), float(bits[place])),
            abs(float(contrasts[place]) - ground.asked),
        )
        for place in np.flatnonzero(allowed & ground.aim.holds(contrasts))
    ]


def _next_bits(ground: Ground, ways: Sequence[_Way]) -> FloatArray:
    """Information content of every pitch after each way, shape ``(B, A)``."""
    if not ways:
        return np.empty((0, 0))
    is_led = any(way.first < ground.note for way in ways)
    branches = ground.from_earlier if is_led else ground.from_before
    start = len(branches.beginning)
    endings = [(*ground.notes[start : way.first], *_as_notes(ground, way)) for way in ways]
    onsets = [ground.notes[way.following][0] for way in ways]
    with np.errstate(divide="ignore"):
        bits: FloatArray = -np.log2(branches.chances("pitch", endings, onsets))
    return bits


def _no_such_break(ground: Ground, contrasts: FloatArray) -> ConstraintError:
    """Which constraint leaves no pitch: the leap, or else the strength within the others."""
    bounds, alphabet = ground.bounds, ground.from_before.alphabet("pitch")
    before = ground.notes[ground.note - 1][2]
    other = (alphabet != ground.notes[ground.note][2]) & np.isfinite(contrasts)
    allowed = other & bounds.mask(alphabet, before)
    if not allowed.any():
        return _out_of_range(ground, alphabet[other])
    fits = other & ground.aim.holds(contrasts)
    far = alphabet[fits & bounds.mask(alphabet)]
    if len(far):
        return ConstraintError(
            f"max-leap {bounds.largest_leap}",
            f"the break of {ground.asked:g} bits is reached by wider leaps only",
            nearest=f"{int(np.abs(far - before).min())} semitones",
        )
    best = int(np.where(allowed, np.abs(contrasts - ground.asked), np.inf).argmin())
    reached = float(contrasts[best])
    where = bounds.range_name + (" and the scale" if bounds.pitch_classes else "")
    name = _name(ground, int(alphabet[best]))
    if _is_extreme(contrasts[allowed], reached):
        most = "most" if reached < ground.asked else "least"
        reason = (
            f"of all notes within {where}, {name} comes nearest here; {reached:.1f} bits is the "
            f"{most} that can be reached"
        )
    else:
        reason = f"no note within {where} breaks by so much here; {name} comes nearest"
    return OutOfReach(ground.aim.name, reason, reached, rather=_rather(ground, alphabet[fits]))


def _out_of_range(ground: Ground, others: IntArray) -> ConstraintError:
    """Where no other note of the range and scale lies within the largest leap."""
    bounds, before = ground.bounds, ground.notes[ground.note - 1][2]
    near = others[np.abs(others - before) <= bounds.largest_leap]
    scale = " with the scale" if bounds.pitch_classes else ""
    ends = [_name(ground, int(pitch)) for pitch in (near.min(), near.max())] if len(near) else []
    return ConstraintError(
        f"range {bounds.range_name}{scale}",
        f"no other note of it lies within {bounds.largest_leap} semitones, the largest leap, of "
        f"{_name(ground, before)} before",
        nearest="-".join(ends),
    )


def _rather(ground: Ground, fitting: IntArray) -> str:
    """A scale or a range that would have a note that breaks by as much as asked."""
    bounds, said = ground.bounds, ""
    in_range = [int(p) for p in fitting if bounds.lowest <= p <= bounds.highest]
    if bounds.pitch_classes is not None and in_range:
        said += f", or a scale with {' or '.join(_name(ground, p) for p in in_range[:3])}"
    before = ground.notes[ground.note - 1][2]
    wider = replace(bounds, lowest=0, highest=127)
    outside = [int(p) for p in fitting if wider.allows(int(p)) and wider.may_follow(before, int(p))]
    if outside:
        nearest = min(outside, key=lambda p: max(bounds.lowest - p, p - bounds.highest))
        grown = replace(
            bounds, lowest=min(bounds.lowest, nearest), highest=max(bounds.highest, nearest)
        )
        said += f", or the range {grown.range_name}"
    return said


def _is_extreme(contrasts: FloatArray, reached: float) -> bool:
    return reached in (float(contrasts.max()), float(contrasts.min()))


def _name(ground: Ground, pitch: int) -> str:
    return pitch_name(pitch, ground.song.melody.key_at(ground.beat_quarters[0]))


def _no_way_back(ground: Ground, breaks: Sequence[int]) -> ConstraintError:
    """Where breaks were found, and no line leads on from them."""
    bounds = ground.bounds
    if bounds.ending is not None and ground.note == len(ground.notes) - 1:
        return ConstraintError("the ending", "no note of it breaks by the asked amount here")
    reason = "no break leads back to the notes that stay"
    if ground.note == len(ground.notes) - 1:
        return ConstraintError(ground.aim.name, reason)
    kept = ground.notes[ground.note + 1][2]
    if not any(bounds.may_follow(pitch, kept) for pitch in bounds.pitches()):
        return _no_leap_back(ground, kept)
    leap = min(abs(pitch - kept) for pitch in breaks)
    return ConstraintError(f"max-leap {bounds.largest_leap}", reason, nearest=f"{leap} semitones")


def _no_leap_back(ground: Ground, kept: int) -> ConstraintError:
    """Where the range lies too far from the note that comes next and stays."""
    bounds, most = ground.bounds, ground.bounds.largest_leap or 0
    wider = (each for each in _towards(bounds, kept) if _leads_back(ground, each))
    nearest = next(wider, None)
    return ConstraintError(
        f"range {bounds.range_name}",
        f"from none of it a leap of {most} semitones leads back to {_name(ground, kept)}, which "
        "stays",
        nearest="" if nearest is None else nearest.range_name,
    )


def _towards(bounds: Bounds, pitch: int) -> Iterator[Bounds]:
    """Ranges that grow towards a pitch, from where a leap reaches it."""
    most = bounds.largest_leap or 0
    for nearer in range(most + 1):
        low, high = pitch + most - nearer, pitch - most + nearer
        yield replace(bounds, lowest=min(bounds.lowest, low), highest=max(bounds.highest, high))


def _leads_back(ground: Ground, bounds: Bounds) -> bool:
    """Whether there is a break within some bounds that leads back."""
    try:
        return bool(pitch_drafts(ground.within(bounds)))
    except ConstraintError:
        return False


def _n_steps(ground: Ground) -> int:
    """Notes after the break that may change: those of the phrase, up to one that is locked."""
    end = min(ground.note + 1 + _STEPS, ground.phrase[1], len(ground.notes))
    for index in range(ground.note + 1, end):
        if ground.locks.covers(ground.notes[index][0]):
            return index - ground.note - 1
    return end - ground.note - 1


def _grown(ground: Ground, paths: Sequence[Path[_Way]]) -> Iterable[Path[_Way]]:
    """Each way with the likeliest notes that may follow."""
    table = _next_bits(ground, [path.state for path in paths])
    alphabet = ground.from_before.alphabet("pitch")
    for path, row in zip(paths, table, strict=True):
        way = path.state
        allowed = ground.bounds.mask(alphabet, way.pitches[-1]) & (row <= way.bits - _CALM)
        cost = np.where(allowed, row, np.inf)
        for place in np.argsort(cost, kind="stable")[:_CHILDREN]:
            if np.isfinite(cost[place]):
                longer = replace(way, pitches=(*way.pitches, int(alphabet[place])))
                yield Path(longer, path.cost + float(cost[place]))


def _as_notes(ground: Ground, way: _Way) -> tuple[NoteTicks, ...]:
    """The rhythm of the song with other pitches."""
    kept = ground.notes[way.first : way.following]
    return tuple(
        (onset, lasts, pitch) for (onset, lasts, _), pitch in zip(kept, way.pitches, strict=True)
    )


def _closed(ground: Ground, ways: Sequence[_Way]) -> Iterable[Sketch]:
    """Ways that join what stays."""
    bounds = ground.bounds
    for way in ways:
        after = way.following
        if way.pitches[-1] == ground.notes[after - 1][2]:
            continue  # Its last note is none that changes: found with a note less.
        if after == len(ground.notes):
            fits = bounds.may_end_on(way.pitches[-1])
        else:
            fits = bounds.may_follow(way.pitches[-1], ground.notes[after][2])
        if fits:
            notes = (*ground.notes[: way.first], *_as_notes(ground, way), *ground.notes[after:])
            line = [note[2] for note in notes[way.first - 1 : after + 1]]
            step = notes[ground.note][2] - notes[ground.note - 1][2]
            idea = _idea(ground, step, notes[ground.note][2])
            n_leading = ground.note - way.first
            yield Sketch("pitch", notes, ground.note, after, idea, _hardness(line), n_leading)


def _idea(ground: Ground, step: int, pitch: int) -> str:
    """Direction, and degree on which the break lands."""
    key = ground.song.melody.key_at(ground.beat_quarters[0])
    tonic = key.tonic_pitch_class if key else 0
    return f"{'up' if step > 0 else 'down' if step < 0 else 'same'} {(pitch - tonic) % 12}"


_AWKWARD = {6: 0.5, 10: 0.5, 11: 1.0, 13: 1.5, 14: 1.0}
"""Leaps in semitones that are hard to sing, in points."""


def _hardness(line: Sequence[int]) -> float:
    """What is hard to sing: awkward and wide leaps, leaps that go on in one direction."""
    moves = [after - before for before, after in pairwise(line)]
    points = sum(_AWKWARD.get(abs(move), max(abs(move) - 12, 0) * 0.3) for move in moves)
    for one, two in pairwise(moves):
        if min(abs(one), abs(two)) > 4 and one * two > 0:
            points += 1.0
        elif abs(one) > 7 and abs(two) > 7:
            points += 0.5
    return points
