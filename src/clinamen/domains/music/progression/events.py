"""The chords of a song as arrays, ready for experts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import get_args

import numpy as np

from clinamen.domains.music.chords import NO_CHORD, Chord, Quality
from clinamen.domains.music.events import MODE_CODES, IntArray, to_ticks
from clinamen.domains.music.harmony import ChordSpan
from clinamen.domains.music.notes import Key, Melody, Song
from clinamen.errors import ParameterError

__all__ = [
    "FAMILIES",
    "NOWHERE",
    "N_QUALITIES",
    "QUALITIES",
    "HarmonyEvents",
    "chord_changes",
    "function_number",
    "harmony_events",
    "untimed_events",
]  # fmt: skip

QUALITIES: tuple[str, ...] = tuple(q for q in get_args(Quality) if q != "none")
"""Qualities of a chord, in the order of their numbers."""

N_QUALITIES = len(QUALITIES)
"""How many qualities there are."""

_FAMILY_OF = {
    "min": 1, "min6": 1, "min7": 1, "minmaj7": 1,
    "7": 2, "7b5": 2, "aug7": 2, "7sus2": 2, "7sus4": 2,
    "dim": 3, "hdim7": 3, "dim7": 3,
    "sus2": 4, "sus4": 4, "5": 4, "other": 4, "unknown": 4,
}  # fmt: skip
FAMILIES: IntArray = np.array([_FAMILY_OF.get(quality, 0) for quality in QUALITIES])
"""Family of each quality: 0 major, 1 minor, 2 dominant, 3 diminished, 4 without a third."""

NOWHERE = -1
"""Root, quality or melody note where there is none."""


@dataclass(frozen=True)
class HarmonyEvents:
    """The chords of one song as columns; `T` chords, neighbours that are alike being one.

    Parameters
    ----------
    onset, duration
        Ticks, shape ``(T,)``.
    root
        Pitch class, `NOWHERE` for no chord, shape ``(T,)``.
    quality
        Index into `QUALITIES`, `NOWHERE` for no chord, shape ``(T,)``.
    detail
        What root and quality leave out, shape ``(T,)``: the tones above the root as 12 bits,
        and the bass in semitones above the root as 16 times as much per step (see `detail_of`).
    tones
        Sounding pitch classes as 12 bits, shape ``(T,)``.
    tonic, mode
        Of the key in force (-1 where none is known; 0 major, 9 minor), shape ``(T,)``.
    bar, place, bar_length, beat_length
        Number of the bar, and in ticks the place in it, its length, its beat, shape ``(T,)``;
        -1 where the metre is not known.
    melody
        Pitch class of the melody note that sounds when the chord begins, `NOWHERE` where none
        does, shape ``(T,)``.
    function
        What the chord does in the key (see `function_number`), -1 where no key is known, shape
        ``(T,)``; empty where nothing is known.
    section
        Ticks since the section of the song began, -1 where none has, shape ``(T,)``; empty
        where the song names none.
    """

    onset: IntArray
    duration: IntArray
    root: IntArray
    quality: IntArray
    detail: IntArray
    tones: IntArray
    tonic: IntArray
    mode: IntArray
    bar: IntArray
    place: IntArray
    bar_length: IntArray
    beat_length: IntArray
    melody: IntArray
    function: IntArray = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    section: IntArray = field(default_factory=lambda: np.empty(0, dtype=np.int64))

    def __repr__(self) -> str:
        return f"<HarmonyEvents: {len(self)} chords>"

    def __len__(self) -> int:
        return len(self.root)


def detail_of(chord: Chord) -> int:
    """A chord's tones and bass counted from its root, in one number; 0 for no chord."""
    root = chord.root_pitch_class
    if root is None:
        return 0
    above = {(tone - root) % 12 for tone in chord.pitch_classes}
    bass = ((chord.bass_pitch_class or 0) - root) % 12 if chord.bass else 0
    return sum(1 << step for step in above) + (bass << 12)


def tones_of(chord: Chord) -> int:
    """Sounding pitch classes as bits."""
    return sum(1 << tone for tone in chord.pitch_classes)


def untimed_events(chords: Sequence[Chord], *, merge: bool = True) -> HarmonyEvents:
    """A progression of which only the chords are known: no time, key or melody.

    Parameters
    ----------
    merge
        Whether neighbours that are alike become one, as in a song.

    Raises
    ------
    ParameterError
        If it is empty.
    """
    kept = _changes(chords)
    if not merge:
        kept = list(range(len(chords)))
    n_chords = len(kept)
    unknown = np.full(n_chords, -1)
    columns = _chord_columns([chords[place] for place in kept])
    step = np.arange(n_chords)
    return HarmonyEvents(
        onset=step, duration=np.ones(n_chords, dtype=np.int64), **columns,
        tonic=unknown, mode=unknown, bar=unknown, place=unknown, bar_length=unknown,
        beat_length=unknown, melody=unknown,
    )  # fmt: skip


def chord_changes(song: Song) -> tuple[ChordSpan, ...]:
    """The chords of a song, neighbours that are alike being one: rows of `harmony_events`.

    Symbols that cannot be read are passed over: the chord before them goes on.

    Raises
    ------
    ParameterError
        If the song has no chords that can be read.
    """
    harmony = [span for span in song.harmony if not is_unreadable(span.chord)]
    kept = _changes([each.chord for each in harmony])
    ends = [*(harmony[place].onset_quarters for place in kept[1:]), harmony[-1].end_quarters]
    return tuple(
        ChordSpan(harmony[place].onset_quarters, end - harmony[place].onset_quarters,
                  harmony[place].chord)
        for place, end in zip(kept, ends, strict=True)
    )  # fmt: skip


def is_unreadable(chord: Chord) -> bool:
    """Whether nothing is known of a chord, not even that there is none."""
    return chord.is_unknown and chord.root is None


def harmony_events(song: Song, *, following: bool = False) -> HarmonyEvents:
    """Columns of the chords of a song.

    Parameters
    ----------
    following
        With one row more, for what may come when the last chord ends; its root, quality and
        tones are those of no chord, and no melody is heard with it.

    Raises
    ------
    ParameterError
        If the song has no chords.
    """
    spans = chord_changes(song)
    melody = song.melody
    times = [span.onset_quarters for span in spans]
    tunes = _sounding(melody, np.array([to_ticks(each) for each in times]))
    chords = [span.chord for span in spans]
    if following:
        times.append(spans[-1].end_quarters)
        tunes = np.append(tunes, NOWHERE)
        chords.append(NO_CHORD)
    onset = np.array([to_ticks(each) for each in times])
    keys = [melody.key_at(each) for each in times]
    return HarmonyEvents(
        onset=onset,
        duration=np.diff(onset, append=max(to_ticks(spans[-1].end_quarters), int(onset[-1]))),
        **_chord_columns(chords),
        tonic=np.array([-1 if key is None else key.tonic_pitch_class for key in keys]),
        mode=np.array([-1 if key is None else _mode(key.scale) for key in keys]),
        **_metre_columns(melody, onset),
        melody=tunes,
        function=np.array([function_number(*each) for each in zip(chords, keys, strict=True)]),
        section=_since_section(song, onset),
    )


def function_number(chord: Chord, key: Key | None) -> int:
    """Function of a chord in a key: 0 none, 1 tonic, 2 subdominant, 3 to 9 dominant of the first
    to the seventh degree; -1 without a key.

    Source: `HarmonicFunction`.
    """
    if key is None:
        return -1
    function = chord.function(key)
    if function.family == "dominant":
        return 2 + (function.of or 1)
    return {"none": 0, "tonic": 1, "subdominant": 2}[function.family]


def _since_section(song: Song, onset: IntArray) -> IntArray:
    """Ticks since the last section began, -1 before the first; empty where there is none."""
    if not song.sections:
        return np.empty(0, dtype=np.int64)
    starts = np.sort([to_ticks(section.onset_quarters) for section in song.sections])
    last = np.searchsorted(starts, onset, side="right") - 1
    return np.where(last >= 0, onset - starts[np.maximum(last, 0)], -1)


def _metre_columns(melody: Melody, onset: IntArray) -> dict[str, IntArray]:
    bars = np.array([to_ticks(each) for each in melody.bar_onsets])
    bar = np.maximum(np.searchsorted(bars, onset, side="right") - 1, 0)
    meters = [melody.meter_at(melody.bar_onsets[each]) for each in bar]
    length = np.maximum([to_ticks(meter.bar_quarters) for meter in meters], 1)
    # A pickup is the end of a bar; beyond the last bar line bars go on regularly.
    pickup = to_ticks(melody.pickup_quarters)
    since = onset - bars[bar] + np.where((bar == 0) & (pickup > 0), length - pickup, 0)
    return {
        "bar": bar - (pickup > 0) + since // length,
        "place": since % length,
        "bar_length": length,
        "beat_length": np.maximum([to_ticks(meter.beat_quarters) for meter in meters], 1),
    }


def _mode(scale: Iterable[int]) -> int:
    return MODE_CODES["minor" if 3 in scale else "major"]


def _changes(chords: Sequence[Chord]) -> list[int]:
    """Places where a chord differs from the one before."""
    if not chords:
        raise ParameterError("a progression needs at least one chord")
    return [
        place
        for place, chord in enumerate(chords)
        if place == 0 or not _alike(chord, chords[place - 1])
    ]


def _alike(one: Chord, other: Chord) -> bool:
    return (one.root_pitch_class, one.quality, detail_of(one)) == (
        other.root_pitch_class, other.quality, detail_of(other),
    )  # fmt: skip


def _chord_columns(chords: Sequence[Chord]) -> dict[str, IntArray]:
    roots = [NOWHERE if c.root_pitch_class is None else c.root_pitch_class for c in chords]
    numbers = {quality: number for number, quality in enumerate(QUALITIES)}
    return {
        "root": np.array(roots, dtype=np.int64),
        "quality": np.array([numbers.get(c.quality, NOWHERE) for c in chords], dtype=np.int64),
        "detail": np.array([detail_of(c) for c in chords], dtype=np.int64),
        "tones": np.array([tones_of(c) for c in chords], dtype=np.int64),
    }


def _sounding(melody: Melody, onset: IntArray) -> IntArray:
    """Pitch class of the note that sounds at each time."""
    if not melody.notes:
        return np.full(len(onset), NOWHERE)
    starts = np.array([to_ticks(note.onset_quarters) for note in melody.notes])
    ends = np.array([to_ticks(note.end_quarters) for note in melody.notes])
    pitch = np.array([note.pitch for note in melody.notes])
    note = np.searchsorted(starts, onset, side="right") - 1
    sounds = (note >= 0) & (ends[note] > onset)
    found: IntArray = np.where(sounds, pitch[note] % 12, NOWHERE)
    return found
