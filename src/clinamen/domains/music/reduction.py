"""How much each note holds up its tune, and the tune without some of its notes."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from clinamen.domains.music.events import (
    TICKS_PER_QUARTER,
    IntArray,
    MelodyEvents,
    Moment,
    melody_events,
)
from clinamen.domains.music.notes import Key, Melody, Note, Song
from clinamen.domains.music.viewpoints import VIEWPOINTS

__all__ = [
    "NoteWeight",
    "accents",
    "metrical_levels",
    "note_weights",
    "phrase_ends",
    "phrase_starts",
    "with_notes_left",
]

FloatArray = npt.NDArray[np.float64]

# Bits, set by reasoning on one scale with the listener's and looked over once on development
# sets (bench/bench_sculpt.py --develop); to halve or double one moves the area there by .01.
_PER_LEVEL, _MOST_LEVELS = 3.0, 4
_PER_DOUBLE_LENGTH, _MOST_DOUBLINGS = 1.0, 2.0
_PER_HALF_LOUDNESS, _MOST_QUIET = 8.0, 1.0
_PER_HALF_SOUNDING, _MOST_CLIPPED = 6.0, 2.0
_CHORD_TONE = 1.0
_PHRASE_START = 3.0
_EXTREME = 1.0
_STRUCK_AFTER = 4.0

_HELD_BARS = 1
"""A note is held on for as much as a bar, unless it was longer to begin with."""


@dataclass(frozen=True, slots=True)
class NoteWeight:
    """What speaks for a note apart from the listener, in bits; the sum is `total`.

    Parameters
    ----------
    place
        0 on a bar line, 3 bits less for each metrical level below it, 12 at most.
    length
        1 bit for each time that it is twice as long as the take's median note, or half.
    touch
        8 bits less for a note half as loud as the median, 6 for one that sounds for half of
        what notes of this take do until the next one: struck by mistake, or in passing.
    tone
        1 bit for a tone of the chord that sounds, or of the tonic triad where none is known.
    phrase
        3 bits for the first note of a phrase.
    contour
        1 bit for the highest and for the lowest note of a phrase.
    """

    place: float
    length: float
    touch: float
    tone: float
    phrase: float
    contour: float

    @property
    def total(self) -> float:
        """The sum of all."""
        return float(sum(getattr(self, each.name) for each in fields(self)))


def note_weights(song: Song) -> tuple[NoteWeight, ...]:
    """Structural weight of each note of a song.

    Notes
    -----
    Source: what counts is what theories of reduction name (Lerdahl and Jackendoff 1983, *A
    generative theory of tonal music*: metrical position, length, stability in the key, phrase
    boundaries, the extremes of the line); to add it up in bits is ours.
    """
    events = melody_events(song.melody)
    n_notes = len(events)
    columns = (
        -_PER_LEVEL * np.minimum(metrical_levels(events), _MOST_LEVELS),
        _PER_DOUBLE_LENGTH * _lengths(events),
        -_quietness(song.melody.notes) - _clipping(song.melody, events),
        _CHORD_TONE * _chord_tones(song),
        _PHRASE_START * np.isin(np.arange(n_notes), phrase_starts(song.melody)),
        _EXTREME * _extremes(song.melody),
    )
    return tuple(NoteWeight(*map(float, row)) for row in zip(*columns, strict=True))


def metrical_levels(events: MelodyEvents) -> IntArray:
    """Levels below the bar line of each note's place, shape ``(T,)``.

    0 on a bar line, 1 at half a bar of an even number of beats, then beats, parts of beats
    (three in compound metres) and their halves; 8 at most.
    """
    bar = np.maximum(np.searchsorted(events.bar_onset, events.onset, side="right") - 1, 0)
    rows = zip(*_in_bar(events), events.beat_length[bar], strict=True)
    return np.array([_level(int(at), int(length), int(beat)) for at, length, beat in rows])


def _in_bar(events: MelodyEvents) -> tuple[IntArray, IntArray]:
    """Ticks of each note after its bar line, and of its bar, shapes ``(T,)``."""
    moment = Moment.actual(events)
    at, length = (VIEWPOINTS[n].formula(moment)[:, 0] for n in ("position_in_bar", "bar_length"))
    return at, length


def _level(position: int, bar: int, beat: int) -> int:
    level = 0
    for step in _steps(bar, beat):
        if position % step == 0:
            return level
        level += 1
    return level


def _steps(bar: int, beat: int) -> Iterator[int]:
    """Spans of the metre in ticks, longest first."""
    yield bar
    n_beats = bar // beat
    # Bars of two beats are halved by their beats.
    if n_beats % 2 == 0 and n_beats > 2:
        yield bar // 2
    step = beat
    yield step
    for _ in range(8 - 3):
        # Only a dotted beat, which has three parts, does not divide a whole note.
        has_three = step == beat and 4 * TICKS_PER_QUARTER % beat != 0
        step = max(step // (3 if has_three else 2), 1)
        yield step


def _lengths(events: MelodyEvents) -> FloatArray:
    """Doublings of the median length, shape ``(T,)``."""
    ratio = np.log2(np.maximum(events.duration, 1) / max(float(np.median(events.duration)), 1.0))
    return np.clip(ratio, -_MOST_DOUBLINGS, _MOST_DOUBLINGS)


def _quietness(notes: tuple[Note, ...]) -> FloatArray:
    """Bits for being softer than the others, 0 where loudness is not known."""
    known = [note.velocity for note in notes if note.velocity]
    if not known:
        return np.zeros(len(notes))
    median = float(np.median(known))
    ratio = np.array([np.log2(median / (note.velocity or median)) for note in notes])
    return np.asarray(_PER_HALF_LOUDNESS * np.clip(ratio, 0, _MOST_QUIET))


def _clipping(melody: Melody, events: MelodyEvents) -> FloatArray:
    """Bits for sounding for less of the time to the next note than others do."""
    gap = np.diff(events.onset, append=events.onset[-1] + events.duration[-1])
    shorter = np.log2(np.maximum(gap, 1) / np.maximum(events.duration, 1))
    ends = np.append(np.asarray(phrase_starts(melody)[1:], dtype=np.int64), len(gap)) - 1
    inside = np.setdiff1d(np.arange(len(gap)), ends)
    usual = float(np.median(shorter[inside])) if len(inside) else 0.0
    # A rest after a phrase is breath.
    shorter[ends] = usual
    return _PER_HALF_SOUNDING * np.clip(shorter - usual, 0, _MOST_CLIPPED)


def _chord_tones(song: Song) -> npt.NDArray[np.bool_]:
    """Whether each note is a tone of its chord, or of the tonic triad."""
    onsets = [span.onset_quarters for span in song.harmony]
    found = []
    for note in song.melody.notes:
        place = bisect_right(onsets, note.onset_quarters) - 1
        tones = song.harmony[place].chord.pitch_classes if place >= 0 else frozenset()
        key = song.melody.key_at(note.onset_quarters)
        found.append(note.pitch % 12 in (tones or _triad(key)))
    return np.array(found, dtype=np.bool_)


def _triad(key: Key | None) -> frozenset[int]:
    if key is None:
        return frozenset()
    return frozenset((key.tonic_pitch_class + key.scale[degree]) % 12 for degree in (0, 2, 4))


def _extremes(melody: Melody) -> npt.NDArray[np.int64]:
    """1 for the first highest and the first lowest note of each phrase."""
    pitch = np.array([note.pitch for note in melody.notes])
    found = np.zeros(len(pitch), dtype=np.int64)
    for start, end in _phrases(melody):
        if np.ptp(pitch[start:end]):
            found[start + pitch[start:end].argmax()] = 1
            found[start + pitch[start:end].argmin()] = 1
    return found


def phrase_starts(melody: Melody) -> tuple[int, ...]:
    """First notes of the phrases; the whole is one where none are known."""
    return melody.phrase_starts or ((0,) if melody.notes else ())


def _phrases(melody: Melody) -> list[tuple[int, int]]:
    starts = phrase_starts(melody)
    return list(zip(starts, [*starts[1:], len(melody.notes)], strict=True))


def phrase_ends(melody: Melody, worth: Sequence[float]) -> frozenset[int]:
    """The notes on which the phrases come to rest.

    That is the last note of a phrase; or the one before it, if it begins less than a bar
    earlier and is worth at least 4 bits more: then the last one is but struck after it.

    Parameters
    ----------
    worth
        Of each note, in bits.
    """
    found = []
    for start, end in _phrases(melody):
        last = end - 1
        if last > start and worth[last - 1] >= worth[last] + _STRUCK_AFTER:
            onset = melody.notes[last - 1].onset_quarters
            near = melody.notes[last].onset_quarters - onset
            last -= near < melody.meter_at(onset).bar_quarters
        found.append(last)
    return frozenset(found)


def accents(song: Song) -> FloatArray:
    """How clearly each note is meant, 0 to 1, shape ``(T,)``.

    1 for a note on a bar line that lasts at least as long until the next one as the median
    does and is no softer; half that at half a bar (or a beat in bars of one level less), nothing
    below; in proportion where it is shorter or softer.
    """
    events = melody_events(song.melody)
    place = np.clip(1 - metrical_levels(events) / 2, 0, 1)
    gap = np.diff(events.onset, append=events.onset[-1] + events.duration[-1]).astype(float)
    length = np.minimum(gap / max(float(np.median(gap)), 1.0), 1.0)
    touch = 1 - (_quietness(song.melody.notes) + _clipping(song.melody, events)) / (
        _PER_HALF_LOUDNESS
    )
    return np.asarray(place * length * np.clip(touch, 0, 1))


def with_notes_left(song: Song, left: Collection[int], *, hold: bool = True) -> Song:
    """A song of which only some notes are left, each with its onset and pitch.

    Parameters
    ----------
    left
        Indices of the notes that stay, at least one.
    hold
        A note before removed ones sounds on through their time: not through a rest, not into
        another phrase, and for a bar at most, or its own length. Else all keep their lengths.

    A phrase begins with the first note that is left of it. Words go with their notes.
    """
    melody = song.melody
    kept = sorted(set(left))
    if len(kept) == len(melody.notes):
        return song
    notes = tuple(
        _held(melody, here, until) if hold else melody.notes[here]
        for here, until in zip(kept, [*kept[1:], len(melody.notes)], strict=True)
    )
    starts = melody.phrase_starts
    places = (_first_at(kept, start) for start in starts)
    begins = tuple(sorted({place for place in places if place < len(kept)}))
    return song.replace(
        melody=melody.replace(
            notes=notes,
            # A phrase of which nothing is left would begin with the next one's first note.
            phrase_starts=(0, *begins[1:]) if begins else (),
        )
    )


def _first_at(kept: list[int], start: int) -> int:
    return int(np.searchsorted(kept, start))


def _held(melody: Melody, here: int, until: int) -> Note:
    """A note with the time of the removed notes right behind it, up to note `until`."""
    note = melody.notes[here]
    stop = until
    later = [start for start in melody.phrase_starts if start > here]
    if later:
        stop = min(stop, later[0])
    end = note.end_quarters
    for removed in melody.notes[here + 1 : stop]:
        if removed.onset_quarters - end > _SHORTEST_REST:
            break
        end = removed.end_quarters
    bar = melody.meter_at(note.onset_quarters).bar_quarters
    longest = max(_HELD_BARS * bar, note.duration_quarters)
    duration = min(end - note.onset_quarters, longest)
    if duration <= note.duration_quarters:
        return note
    return replace(note, duration_quarters=duration, tied=())


_SHORTEST_REST = Fraction(1, 8)
"""Quarters between two notes that are a rest; less is how a player parts them."""
