"""What a melody that is made must keep to: range, scale, leaps, ending, locked places."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from clinamen.domains.music.editing import NoteTicks
from clinamen.domains.music.events import TICKS_PER_QUARTER, IntArray, to_ticks
from clinamen.domains.music.notes import Key, Melody, Song
from clinamen.domains.music.places import bar_and_beat, beat_span, onset_of, parse_place
from clinamen.domains.music.spelling import pitch_name
from clinamen.errors import ConstraintError, ParameterError

__all__ = [
    "SCALES",
    "Bounds",
    "Locks",
    "bounds_of",
    "parse_chord_locks",
    "parse_ending",
    "parse_locks",
    "parse_pitch",
    "parse_range",
    "parse_scale",
]

BoolArray = npt.NDArray[np.bool_]

SCALES: dict[str, tuple[int, ...]] = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "harmonic minor": (0, 2, 3, 5, 7, 8, 11),
    # Up and down.
    "melodic minor": (0, 2, 3, 5, 7, 8, 9, 10, 11),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "locrian": (0, 1, 3, 5, 6, 8, 10),
    "pentatonic": (0, 2, 4, 7, 9),
    "minor pentatonic": (0, 3, 5, 7, 10),
    "blues": (0, 3, 5, 6, 7, 10),
    "whole tone": (0, 2, 4, 6, 8, 10),
    "chromatic": tuple(range(12)),
}
"""Semitones above the tonic, by name."""

_LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_PITCH = re.compile(r"([A-Ga-g])(#{0,2}|b{0,2})(-?\d{1,2})?", re.ASCII)
_SONG_RANGE_MARGIN, _LEAST_RANGE = 2, 12
_NOTES, _CHORDS = "notes", "chords"
_AT_ONCE = Fraction(1, 48)
"""Quarters by which a chord may begin after the place that names it: names are rounded."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Which pitches may follow each other.

    Parameters
    ----------
    lowest, highest
        MIDI numbers.
    pitch_classes
        Those allowed (C is 0); None for all twelve.
    largest_leap
        Semitones between neighbours at most; None for any.
    ending
        Pitch classes that the last note may have; None for any.

    Raises
    ------
    ConstraintError
        If no pitch meets them.
    """

    lowest: int = 0
    highest: int = 127
    pitch_classes: frozenset[int] | None = None
    largest_leap: int | None = None
    ending: frozenset[int] | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.lowest <= self.highest <= 127:
            raise ConstraintError(
                f"range {self.lowest} to {self.highest}",
                "it must rise, within MIDI numbers 0 to 127",
            )
        if self.largest_leap is not None and self.largest_leap < 1:
            raise ConstraintError(
                f"max-leap {self.largest_leap}",
                "a line that may not move is no line",
                nearest="1 semitone",
            )
        if not self.pitches():
            raise ConstraintError(
                f"range {self.range_name}",
                "no note of the scale lies in it",
                nearest=self._nearest_range(),
            )
        if self.ending is not None and not any(map(self.may_end_on, self.pitches())):
            raise ConstraintError(
                "the ending",
                f"no note of that name is in the scale and in {self.range_name}",
                nearest="a note of " + ", ".join(pitch_name(p) for p in self.pitches()[:12]),
            )

    @property
    def range_name(self) -> str:
        """Such as ``C4-G5``."""
        return f"{pitch_name(self.lowest)}-{pitch_name(self.highest)}"

    def _nearest_range(self) -> str:
        """The range grown by semitones until a note of the scale is in it."""
        assert self.pitch_classes
        for wider in range(1, 12):
            for pitch in (self.lowest - wider, self.highest + wider):
                if 0 <= pitch <= 127 and pitch % 12 in self.pitch_classes:
                    low, high = min(pitch, self.lowest), max(pitch, self.highest)
                    return f"{pitch_name(low)}-{pitch_name(high)}"
        return ""

    def allows(self, pitch: int) -> bool:
        """Whether a pitch is in range and scale."""
        in_range = self.lowest <= pitch <= self.highest
        return in_range and (self.pitch_classes is None or pitch % 12 in self.pitch_classes)

    def may_end_on(self, pitch: int) -> bool:
        """Whether the last note may have a pitch."""
        return self.ending is None or pitch % 12 in self.ending

    def may_follow(self, before: int, pitch: int) -> bool:
        """Whether the step from one pitch to the next is small enough."""
        return self.largest_leap is None or abs(pitch - before) <= self.largest_leap

    def pitches(self) -> tuple[int, ...]:
        """All that are allowed, lowest first."""
        return tuple(filter(self.allows, range(self.lowest, self.highest + 1)))

    def mask(self, alphabet: IntArray, before: int | None = None) -> BoolArray:
        """Which members of an alphabet of pitches may come, shape ``(A,)``; after `before`, if
        it is given."""
        allowed = np.array([self.allows(int(pitch)) for pitch in alphabet], dtype=np.bool_)
        if before is not None and self.largest_leap is not None:
            allowed &= np.abs(alphabet - before) <= self.largest_leap
        return allowed

    def keeps(self, pitches: Sequence[int]) -> bool:
        """Whether a whole line keeps to all of them, its ending too."""
        return (
            all(map(self.allows, pitches))
            and all(self.may_follow(a, b) for a, b in pairwise(pitches))
            and (not pitches or self.may_end_on(pitches[-1]))
        )


def bounds_of(melody: Melody, *, margin: int = _SONG_RANGE_MARGIN) -> Bounds:
    """A melody's own range, widened by some semitones on either side; nothing else is bound.

    It is an octave at least.
    """
    pitches = [note.pitch for note in melody.notes] or [60, 72]
    lowest, highest = min(pitches) - margin, max(pitches) + margin
    short = max(_LEAST_RANGE - (highest - lowest), 0)
    lowest, highest = lowest - short // 2, highest + (short + 1) // 2
    return Bounds(max(lowest, 0), min(highest, 127))


def parse_pitch(text: str) -> int:
    """MIDI number of a name such as ``C4``, ``F#5``, ``Bb3``, or of a number.

    Raises
    ------
    ParameterError
        If it is neither, or out of range.

    Examples
    --------
    >>> parse_pitch("C4"), parse_pitch("Bb3"), parse_pitch("61")
    (60, 58, 61)
    """
    text = text.strip()
    if text.isascii() and text.isdecimal() and int(text) <= 127:
        return int(text)
    match = _PITCH.fullmatch(text)
    if match is None or match[3] is None:
        raise ParameterError(f"a pitch is a name with its octave, such as C4 or F#5, not {text!r}")
    pitch = _pitch_class(match[1], match[2]) + 12 * (int(match[3]) + 1)
    if not 0 <= pitch <= 127:
        raise ParameterError(f"{text} is out of the range of MIDI, C-1 to G9")
    return pitch


def _pitch_class(letter: str, accidentals: str) -> int:
    """Pitch class, below 0 or above 11 where an accidental crosses the octave."""
    return _LETTERS[letter.upper()] + accidentals.count("#") - accidentals.count("b")


def parse_range(text: str) -> tuple[int, int]:
    """Lowest and highest pitch of a text such as ``C4-G5``.

    Raises
    ------
    ParameterError
        If it is no range.
    """
    # A minus sign may also belong to an octave: C-1-G9.
    match = re.fullmatch(r"\s*(.+?)\s*(?:-|\.\.|–)\s*([A-Ga-g].*|\d+)\s*", text)
    if match is None:
        raise ParameterError(f"a range is two pitches, such as C4-G5, not {text!r}")
    lowest, highest = parse_pitch(match[1]), parse_pitch(match[2])
    if lowest > highest:
        raise ConstraintError(
            f"range {text.strip()}",
            "its first pitch must be the lower one",
            nearest=f"{match[2]}-{match[1]}",
        )
    return lowest, highest


def parse_scale(text: str, key: Key | None = None) -> frozenset[int]:
    """Pitch classes of a scale.

    Parameters
    ----------
    text
        A tonic with a name in `SCALES` (``"G major"``), a name alone, which then stands on the
        tonic of `key`, ``"key"`` for the scale of `key`, or pitch classes: ``"C,D,E,G,A"``.

    Raises
    ------
    ParameterError
        If it is no such thing, or needs a key and none is known.

    Examples
    --------
    >>> sorted(parse_scale("A minor pentatonic"))
    [0, 2, 4, 7, 9]
    """
    words = text.strip()
    if "," in words:
        return frozenset(_class_named(each) for each in words.split(","))
    tonic, _, name = words.partition(" ")
    match = _PITCH.fullmatch(tonic)
    if match and not match[3] and name.strip().lower() in SCALES:
        steps, root = SCALES[name.strip().lower()], _pitch_class(match[1], match[2])
        return frozenset((root + step) % 12 for step in steps)
    named = words.lower()
    if named not in SCALES and named != "key":
        raise ParameterError(
            f"a scale is one of {', '.join(SCALES)}, with or without a tonic (G major), key, or "
            f"a list of notes (C,D,E,G,A), not {text!r}"
        )
    if key is None:
        raise ParameterError(f"the scale {words} needs a tonic, as no key is known: C {words}")
    steps = SCALES[named] if named != "key" else _key_steps(key)
    return frozenset((key.tonic_pitch_class + step) % 12 for step in steps)


def _key_steps(key: Key) -> tuple[int, ...]:
    """The key's scale; in minor with the raised sixth and seventh, as songs have them."""
    return SCALES["melodic minor"] if key.mode in ("minor", "aeolian") else key.scale


def _class_named(text: str) -> int:
    match = _PITCH.fullmatch(text.strip())
    if match is None or match[3] is not None:
        raise ParameterError(f"a note of a scale is a letter, such as F#, not {text.strip()!r}")
    return _pitch_class(match[1], match[2]) % 12


def parse_ending(text: str, key: Key | None = None) -> frozenset[int]:
    """Pitch classes on which a line may end: note names, or degrees of a key: ``"1"``, ``"1,5"``.

    Raises
    ------
    ParameterError
        If it is no such thing, or needs a key and none is known.
    """
    found = set()
    for word in (each.strip() for each in text.split(",")):
        if word in ("1", "2", "3", "4", "5", "6", "7"):
            if key is None:
                raise ParameterError(f"to end on degree {word} needs a key, and none is known")
            found.add((key.tonic_pitch_class + key.scale[int(word) - 1]) % 12)
        else:
            found.add(_class_named(word))
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class Locks:
    """Stretches of time in which nothing may change.

    Parameters
    ----------
    spans
        Begin and end of each in ticks, in order, without overlaps.
    """

    spans: tuple[tuple[int, int], ...] = ()

    def covers(self, onset: int) -> bool:
        """Whether a time in ticks is locked."""
        return any(start <= onset < end for start, end in self.spans)

    def keeps(self, before: Sequence[NoteTicks], after: Sequence[NoteTicks]) -> bool:
        """Whether the notes that begin in locked places are the same, and no others begin."""
        return self.locked(before) == self.locked(after)

    def locked(self, notes: Iterable[NoteTicks]) -> list[NoteTicks]:
        """The notes that begin in a locked place."""
        return [note for note in notes if self.covers(note[0])]


def parse_locks(texts: Iterable[str], melody: Melody) -> Locks:
    """Locked bars and places of texts such as ``"1-4,12.1"``.

    A number is a bar, ``1-4`` the bars from the first to the last of them, ``12.1`` the beat,
    ``12.3-13.2`` all from the first beat to the end of the last. ``notes:12.1`` locks the notes
    alone; ``chords:12.1`` locks chords (see `parse_chord_locks`), and none of the notes.

    Raises
    ------
    ParameterError
        If a text is no such thing.
    MissingError
        If the song has no such place.
    """
    spans = [
        _lock_span(word, melody) for what, word in _lock_words(texts, melody) if what != _CHORDS
    ]
    return _merged(spans)


def parse_chord_locks(texts: Iterable[str], song: Song) -> Locks:
    """Stretches of a song in which no chord may change, of the same texts.

    Where notes and chords are locked, that is the stretch itself. ``chords:12.1`` locks the
    chord that begins there, or else sounds there, as long as it lasts; ``chords:9-12`` all that
    sound in these bars, whole.

    Raises
    ------
    ParameterError, MissingError
        As `parse_locks`.

    Examples
    --------
    >>> import clinamen
    >>> song = clinamen.read("examples/harbour_light.musicxml")
    >>> parse_chord_locks(["chords:2.3"], song) == parse_chord_locks(["2"], song)
    True
    """
    spans = []
    for what, word in _lock_words(texts, song.melody):
        if what == _CHORDS:
            spans += _chords_in(word, song)
        elif what != _NOTES:
            spans.append(_lock_span(word, song.melody))
    return _merged(spans)


def _lock_words(texts: Iterable[str], melody: Melody) -> list[tuple[str, str]]:
    """What each lock holds ("" is everything) and where, all of them understood."""
    found = []
    for word in (each.strip() for text in texts for each in text.split(",") if each.strip()):
        what, colon, where = word.rpartition(":")
        if colon and what not in (_NOTES, _CHORDS):
            raise ParameterError(f"a lock holds {_NOTES}: or {_CHORDS}:, not {word!r}")
        # Also what is for others to obey must be a place.
        _lock_span(where, melody)
        found.append((what, where))
    return found


def _chords_in(word: str, song: Song) -> list[tuple[Fraction, Fraction]]:
    """Chords that a lock names, whole."""
    first, _, last = word.partition("-")
    start, _ = _moment(first, song.melody)
    _, end = _moment(last or first, song.melody)
    return [
        (span.onset_quarters, span.end_quarters)
        for span in song.harmony
        if span.onset_quarters < end and start < span.end_quarters
    ]


def _moment(word: str, melody: Melody) -> tuple[Fraction, Fraction]:
    """A bar; or the time of a place, whatever else may be in its beat."""
    if "." not in word:
        return _place_span(word, melody)
    at = onset_of(melody, parse_place(word)) + _AT_ONCE
    return at, at + Fraction(1, TICKS_PER_QUARTER)


def _merged(spans: Iterable[tuple[Fraction, Fraction]]) -> Locks:
    merged: list[tuple[int, int]] = []
    for start, end in sorted((to_ticks(start), to_ticks(end)) for start, end in spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return Locks(tuple(merged))


def _lock_span(word: str, melody: Melody) -> tuple[Fraction, Fraction]:
    first, dash, last = word.partition("-")
    if dash and not (first and last):
        raise ParameterError(f"a lock is a bar, bars such as 1-4, or a place as 12.1, not {word!r}")
    start, end = _place_span(first, melody)
    if dash:
        begins, end = _place_span(last, melody)
        if begins < start:
            raise ParameterError(f"the lock {word} ends before it begins")
    return start, end


def _place_span(word: str, melody: Melody) -> tuple[Fraction, Fraction]:
    """Begin and end of a bar, or of the beat of a place."""
    if "." in word:
        return beat_span(melody, onset_of(melody, parse_place(word)))
    if not (word.isascii() and word.isdecimal()):
        raise ParameterError(f"a lock is a bar, bars such as 1-4, or a place as 12.1, not {word!r}")
    # The first bar that sounds may be a pickup that lacks its first beats.
    first = bar_and_beat(melody, Fraction(0))
    place = first if int(word) == first[0] else (int(word), Fraction(1))
    start = onset_of(melody, place)
    index = bisect_left(melody.bar_onsets, start) + 1
    if index < len(melody.bar_onsets):
        return start, melody.bar_onsets[index]
    meter = melody.meter_at(start)
    return start, max(melody.end_quarters, start + meter.bar_quarters)
