"""From what is asked of a composition to what is given, what is written, and its limits."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from clinamen.domains.music.constraints import (
    Bounds,
    Locks,
    bounds_of,
    parse_ending,
    parse_locks,
    parse_range,
    parse_scale,
)
from clinamen.domains.music.curve import Curve, bar_lines, parse_curve
from clinamen.domains.music.curve_file import parse_curve_file
from clinamen.domains.music.editing import NoteTicks, notes_in_ticks
from clinamen.domains.music.events import TICKS_PER_QUARTER, to_ticks
from clinamen.domains.music.notes import Key, KeyChange, Melody, Meter, MeterChange, Song
from clinamen.domains.music.spelling import pitch_name
from clinamen.errors import ConstraintError, MissingError, ParameterError
from clinamen.operations._compose_frame import PHRASE_BARS, Frame, Span
from clinamen.operations._compose_plan import Plan, form_plan, parse_form
from clinamen.texts import Message

if TYPE_CHECKING:
    from clinamen.operations._compose_request import ComposeRequest

__all__ = ["MOST_BARS", "Setup", "set_up", "without"]

MOST_BARS = 256
_DEFAULT_BARS = 16
_OPEN_BITS = 3.2
_OUTSIDE_BITS = 2.0
"""Asked of the notes that come right after what is written."""

_FEWEST_PITCHES = 3
_NARROWEST = 4
_LARGEST_LEAP = 12
_LIKE_BARS = 32
"""So many bars of the song to be like are heard."""


@dataclass(frozen=True, eq=False)
class Setup:
    """All that a composition is made from.

    Parameters
    ----------
    plan
        What is written where.
    base
        The song that written notes are put into.
    like
        The song that was heard before, and ticks from its beginning to that of the new one.
    source
        The song of which something is given.
    notices
        What the user should know.
    """

    plan: Plan
    base: Song
    like: tuple[Song, int] | None = None
    source: Song | None = None
    notices: tuple[str, ...] = ()


def set_up(request: ComposeRequest) -> Setup:
    """Read what a request names, and lay out bars, curve and limits.

    Raises
    ------
    ParameterError, MissingError, FormatError
        If something of it cannot be had.
    """
    if request.fill is not None:
        return _filling(request)
    if request.begin is not None:
        return _continuing(request)
    return _new(request)


# -- a new melody --------------------------------------------------------------------------


def _new(request: ComposeRequest) -> Setup:
    like = _read(request, request.like) if request.like is not None else None
    n_bars = _checked_bars(_DEFAULT_BARS if request.bars is None else request.bars)
    song = _empty_song(request, like, n_bars)
    frame = _frame(request, song, like, _curve(request, song.melody))
    sections = parse_form("A" if request.form is None else request.form, n_bars)
    plan = _closed(form_plan(frame, sections, frame.begin))
    heard, notices = _heard_before(request, like, song)
    return Setup(plan, song, heard, None, (*notices, *_crowded(request, n_bars)))


def _checked_bars(n_bars: int) -> int:
    if n_bars < 1:
        raise ParameterError(f"a melody has 1 bar or more, not {n_bars}")
    if n_bars > MOST_BARS:
        raise ConstraintError(
            f"{n_bars:,} bars", "so long a melody is not composed", nearest=f"{MOST_BARS} bars"
        )
    return n_bars


def _empty_song(request: ComposeRequest, like: Song | None, n_bars: int) -> Song:
    from clinamen.io._corrections import Corrections

    given = Corrections.parse(key=request.key, meter=request.meter, pickup=request.pickup)
    own = like.melody if like is not None else None
    key = given.key or (own.key_at(Fraction(0)) if own else None) or Key(0)
    meter = given.meter or (own.meters[0].meter if own else Meter(4, 4))
    pickup = given.pickup_quarters
    if pickup is None:
        pickup = own.pickup_quarters if own and not given.meter else Fraction(0)
    song = empty_song(key, meter, pickup, n_bars)
    return song if like is None else song.replace(tempos=like.tempos[:1])


def empty_song(key: Key, meter: Meter, pickup: Fraction, n_bars: int) -> Song:
    """Bars without notes."""
    melody = Melody(
        (),
        keys=(KeyChange(Fraction(0), key),),
        meters=(MeterChange(Fraction(0), meter),),
        pickup_quarters=pickup,
        end_quarters=pickup + n_bars * meter.bar_quarters,
        key_source="given",
        meter_source="given",
    )
    return Song(melody)


def _heard_before(
    request: ComposeRequest, like: Song | None, song: Song
) -> tuple[tuple[Song, int] | None, tuple[str, ...]]:
    """The song to be like, in the new one's key, and where the new one begins after it."""
    if like is None:
        return None, ()
    if like.melody.meters[0].meter != song.melody.meters[0].meter:
        return None, (Message("compose.other_metre"),)
    beginning = first_bars(like, _LIKE_BARS)
    key, new_key = beginning.melody.key_at(Fraction(0)), song.melody.key_at(Fraction(0))
    if key is not None and new_key is not None and key != new_key:
        beginning = _transposed(beginning, key, new_key)
    lines = bar_lines(beginning.melody)
    end = lines[-1]
    if song.melody.pickup_quarters:
        end += song.melody.meters[0].meter.bar_quarters - song.melody.pickup_quarters
    return (beginning, to_ticks(end)), ()


def _transposed(song: Song, key: Key, new: Key) -> Song:
    step = (new.tonic_pitch_class - key.tonic_pitch_class + 6) % 12 - 6
    notes = tuple(
        replace(note, pitch=min(max(note.pitch + step, 0), 127), spelling=None)
        for note in song.melody.notes
    )
    keys = (KeyChange(Fraction(0), new),)
    return song.replace(melody=song.melody.replace(notes=notes, keys=keys), chords=())


# -- going on from a beginning -------------------------------------------------------------


def _continuing(request: ComposeRequest) -> Setup:
    path, n_given = _path_and_bars(request.begin or "")
    source = _read(request, path)
    available = len(bar_lines(source.melody)) - 1
    n_given = available if n_given is None else n_given
    if not 1 <= n_given <= available:
        raise ParameterError(
            f"--begin: {path} has {available} bars; bars to begin with are 1 to {available}, "
            f"not {n_given}"
        )
    n_bars = request.bars if request.bars is not None else max(_DEFAULT_BARS, 2 * n_given)
    n_bars = _checked_bars(n_bars)
    if n_bars <= n_given:
        raise ConstraintError(
            f"{n_bars} bars",
            f"the beginning has {n_given} already",
            nearest=f"{n_given + 1} bars",
        )
    start = first_bars(source, n_given)
    given = notes_in_ticks(start.melody)
    song = longer(start, n_bars)
    lines = bar_lines(song.melody)
    curve = _curve(request, song.melody, (lines[n_given], lines[-1]))
    frame = _frame(request, song.replace(melody=_without_notes(song.melody)), start, curve)
    spans = _less(((frame.lines[n_given], frame.end),), given, Locks())
    plan = form_plan(
        frame, parse_form("A" if request.form is None else request.form, n_bars), frame.begin
    )
    if request.form is not None:
        spans = _common(plan.spans, spans)
        copies = tuple(copy for copy in plan.copies if copy.start >= frame.lines[n_given])
        if len(copies) < len(plan.copies):
            raise ConstraintError(
                f"form {request.form}",
                f"a section that comes back begins within the {n_given} bars given",
                nearest="a beginning of one section at most",
            )
        plan = replace(plan, copies=copies)
    plan = replace(plan, spans=spans, given=given)
    scored = frozenset(range(n_given, frame.n_bars))
    notices = _crowded(request, n_bars - n_given)
    if len(given) < 3:
        notices = (Message("compose.short_beginning", count=len(given)), *notices)
    plan = _closed(replace(plan, frame=replace(frame, scored_bars=scored)))
    return Setup(plan, song, None, source, notices)


def _path_and_bars(text: str) -> tuple[str, int | None]:
    """A file, and how many of its bars: ``song.abc:4``."""
    match = re.fullmatch(r"(.+):(\d{1,6})", text)
    if match is None or os.path.exists(text):
        return text, None
    return match[1], int(match[2])


def first_bars(song: Song, n_bars: int) -> Song:
    """A song up to a bar line."""
    melody = song.melody
    lines = bar_lines(melody)
    if n_bars >= len(lines) - 1:
        return song
    end = lines[n_bars]
    notes = tuple(
        note
        if note.end_quarters <= end
        else replace(note, duration_quarters=end - note.onset_quarters, tied=())
        for note in melody.notes
        if note.onset_quarters < end
    )
    cut = melody.replace(
        notes=notes,
        keys=tuple(each for each in melody.keys if each.onset_quarters < end),
        meters=tuple(each for each in melody.meters if each.onset_quarters < end),
        bar_onsets=tuple(onset for onset in melody.bar_onsets if onset < end),
        end_quarters=end,
        phrase_starts=tuple(start for start in melody.phrase_starts if start < len(notes)),
    )
    return song.replace(
        melody=cut,
        chords=tuple(each for each in song.chords if each.onset_quarters < end),
        sections=tuple(each for each in song.sections if each.onset_quarters < end),
    )


def longer(song: Song, n_bars: int) -> Song:
    """A song with more empty bars at its end."""
    melody = song.melody
    lines = bar_lines(melody)
    length = melody.meter_at(lines[-2]).bar_quarters
    more = [lines[-1] + length * number for number in range(n_bars - len(lines) + 1)]
    melody = melody.replace(
        bar_onsets=(*melody.bar_onsets, *more), end_quarters=lines[-1] + length * len(more)
    )
    return song.replace(melody=melody, words=(), parts=(), part_index=None)


# -- filling a gap -------------------------------------------------------------------------


def _filling(request: ComposeRequest) -> Setup:
    if request.form is not None or request.bars is not None or request.like is not None:
        raise ParameterError("--fill keeps a song's own bars: leave out --form, --bars and --like")
    source = _read(request, request.fill or "")
    lines = bar_lines(source.melody)
    n_bars = _checked_bars(len(lines) - 1)
    first, last = _bars_to_fill(request, n_bars)
    locks = parse_locks(request.locks, source.melody)
    span = (to_ticks(lines[first - 1]), to_ticks(lines[last]))
    notes = notes_in_ticks(source.melody)
    given = tuple(n for n in notes if not span[0] <= n[0] < span[1] or locks.covers(n[0]))
    spans = _less((span,), given, locks)
    if not spans:
        raise ConstraintError(
            f"bars {first}-{last}", "all of them are locked or sounded over: nothing is open"
        )
    where = (lines[first - 1], lines[last])
    curve = _curve(request, source.melody, where)
    song = source.replace(melody=_without_notes(source.melody))
    frame = _frame(request, song, source, curve)
    frame = replace(frame, scored_bars=frozenset(range(first - 1, last)))
    plan = Plan(frame, spans, given)
    if last == n_bars:
        plan = _closed(plan)
    return Setup(plan, source, None, source, _crowded(request, last - first + 1))


def _bars_to_fill(request: ComposeRequest, n_bars: int) -> tuple[int, int]:
    first, last = request.first_bar, request.last_bar
    if first is None or last is None:
        raise ParameterError("--fill needs --from and --to: the first and the last bar to write")
    if first > last:
        raise ParameterError(f"--from {first} is after --to {last}")
    for option, bar in (("--from", first), ("--to", last)):
        if not 1 <= bar <= n_bars:
            raise MissingError(f"{option}: there is no bar {bar}; the song has bars 1 to {n_bars}")
    return first, last


def _less(spans: Sequence[Span], given: Sequence[NoteTicks], locks: Locks) -> tuple[Span, ...]:
    """Spans without what is locked, and without where a given note sounds into them."""
    found = []
    for a, b in without(spans, locks):
        sounding = [onset + lasts for onset, lasts, _ in given if onset < a]
        begin = max([a, *sounding])
        if begin < b:
            found.append((begin, b))
    return tuple(found)


def without(spans: Sequence[Span], locks: Locks) -> list[Span]:
    """Spans without what is locked."""
    found = list(spans)
    for start, end in locks.spans:
        parts = [[(a, min(b, start)), (max(a, end), b)] for a, b in found]
        found = [(a, b) for pair in parts for a, b in pair if a < b]
    return found


def _common(one: Sequence[Span], other: Sequence[Span]) -> tuple[Span, ...]:
    both = [(max(a, c), min(b, d)) for a, b in one for c, d in other]
    return tuple(sorted((a, b) for a, b in both if a < b))


# -- what all have -------------------------------------------------------------------------


def _read(request: ComposeRequest, path: str | None) -> Song:
    song = request.song
    if song is None:
        from clinamen.io.files import read_song

        song = read_song(path or "", request.track, key=None, meter=None, pickup=None)
    if not song.melody.notes:
        raise ParameterError(f"{path}: has no melody")
    return song


def _without_notes(melody: Melody) -> Melody:
    return melody.replace(notes=(), phrase_starts=())


def _curve(
    request: ComposeRequest,
    melody: Melody,
    where: tuple[Fraction, Fraction] | None = None,
) -> Curve:
    """The curve; words divide what is written, places in a file are those of the song."""
    text = request.curve
    if isinstance(text, Curve):
        return text
    part = melody
    if where is not None:
        start, end = where
        lines = [line for line in bar_lines(melody) if start <= line < end]
        meter = melody.meter_at(start)
        part = Melody(
            (),
            meters=(MeterChange(Fraction(0), meter),),
            bar_onsets=tuple(line - start for line in lines),
            end_quarters=end - start,
        )
    if os.path.isfile(text):
        from clinamen.io._source import read_bytes

        curve = parse_curve_file(_decoded(read_bytes(text), text), melody, source=text)
        return curve
    if os.path.splitext(text)[1].lower() in (".csv", ".json", ".txt"):
        raise MissingError(f"{text}: there is no such file")
    curve = parse_curve(text, part)
    if where is None:
        return curve
    start, end = where
    points = tuple((place + start, bits) for place, bits in curve.points)
    return Curve(
        ((Fraction(0), _OUTSIDE_BITS), (start, _OUTSIDE_BITS), *points, (end, _OUTSIDE_BITS))
    )


def _crowded(request: ComposeRequest, n_bars: int) -> tuple[str, ...]:
    """A sentence if the words of a curve are more than the bars that are written."""
    text = request.curve
    if isinstance(text, Curve) or os.path.isfile(text):
        return ()
    points = parse_curve(text, Melody(())).points
    n_parts = len(points) // 2
    if n_parts <= n_bars or len({bits for _, bits in points}) == 1:
        return ()
    return (Message("compose.crowded", parts=n_parts, n=n_bars),)


def _decoded(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ParameterError(f"{name}: a curve is text in UTF-8") from None


def _frame(request: ComposeRequest, song: Song, like: Song | None, curve: Curve) -> Frame:
    key = song.melody.key_at(Fraction(0))
    frame = Frame(song, curve, _bounds(request, key, like, curve, song.melody.end_quarters))
    meter = song.melody.meters[0].meter
    grid = min(TICKS_PER_QUARTER // 2, to_ticks(Fraction(4, meter.denominator)))
    if like is not None:
        grid = _grid_of(like.melody, grid)
    return replace(
        frame,
        targets=("onset", "pitch") if request.target == "joint" else (request.target,),
        grid=grid,
        phrase_bars=PHRASE_BARS if frame.n_bars >= PHRASE_BARS else max(frame.n_bars, 1),
        is_open=request.ending is None and curve.at(song.melody.end_quarters - 1) > _OPEN_BITS,
        n_notes_bar=_density(like.melody) if like is not None else _usual_density(meter),
    )


def _bounds(
    request: ComposeRequest, key: Key | None, like: Song | None, curve: Curve, end: Fraction
) -> Bounds:
    if request.range is not None:
        low, high = parse_range(request.range)
    elif like is not None:
        own = bounds_of(like.melody)
        low, high = own.lowest, own.highest
    else:
        tonic = 60 + ((key.tonic_pitch_class if key else 0) + 5) % 12 - 5
        low, high = tonic - 5, tonic + 14
    scale = parse_scale(request.scale, key) if request.scale is not None else None
    leap = _LARGEST_LEAP if request.max_leap is None else request.max_leap
    bounds = Bounds(low, high, scale, leap)
    if high - low < _NARROWEST or len(bounds.pitches()) < _FEWEST_PITCHES:
        raise ConstraintError(
            f"range {bounds.range_name}",
            f"a melody needs {_NARROWEST} semitones or more, and {_FEWEST_PITCHES} notes of the "
            "scale in them",
            nearest=f"{pitch_name(low)}-{pitch_name(min(high + 4, 127))}",
        )
    if request.ending is not None:
        return replace(bounds, ending=parse_ending(request.ending, key))
    if key is None or curve.at(end - 1) > _OPEN_BITS:
        return bounds
    classes = {pitch % 12 for pitch in bounds.pitches()}
    stable = [(key.tonic_pitch_class + key.scale[degree]) % 12 for degree in (0, 4, 2)]
    ending = next((each for each in stable if each in classes), None)
    return bounds if ending is None else replace(bounds, ending=frozenset({ending}))


def _grid_of(melody: Melody, usual: int) -> int:
    """A half of the usual grid, where a song often begins notes there."""
    onsets = np.array([to_ticks(note.onset_quarters) for note in melody.notes])
    return usual // 2 if np.mean(onsets % usual != 0) > 0.05 else usual


def _density(melody: Melody) -> float:
    return max(len(melody.notes) / max(len(bar_lines(melody)) - 1, 1), 1.0)


def _usual_density(meter: Meter) -> float:
    n_beats = meter.bar_quarters / meter.beat_quarters
    return float(n_beats) * (1.15 if meter.beat_quarters == Fraction(1) else 2.0)


def _closed(plan: Plan) -> Plan:
    """The plan with the ends at which the melody comes to rest."""
    frame, end = plan.frame, plan.frame.end
    closings = {end}
    for copy in reversed(plan.copies):
        # What the song ends with ends so wherever it stands.
        if copy.start + copy.length in closings:
            closings.add(copy.source + copy.length)
    ends = {copy.start for copy in plan.copies} | {c.source for c in plan.copies}
    ends |= {copy.source + copy.length for copy in plan.copies} | {end}
    ends |= {copy.start + copy.length for copy in plan.copies}
    ends -= {frame.begin, frame.lines[0]}
    frame = replace(frame, closings=frozenset(closings), section_ends=tuple(sorted(ends)))
    return replace(plan, frame=frame)
