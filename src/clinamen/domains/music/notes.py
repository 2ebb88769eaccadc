"""Values of written music: note, key, metre, melody, song.

All times are exact: `fractions.Fraction` counts of quarter notes from the first
token of the piece (rests count, so a melody may begin after onset 0).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from clinamen.errors import ParameterError

if TYPE_CHECKING:
    from clinamen.domains.music.harmony import ChordSpan
    from clinamen.domains.music.listener import Listener
    from clinamen.notebook import SongView

__all__ = [
    "MAX_BARS",
    "ChordSymbol",
    "Key",
    "KeyChange",
    "Melody",
    "Meter",
    "MeterChange",
    "Note",
    "PartSummary",
    "Provenance",
    "Quantisation",
    "Section",
    "Song",
    "TempoChange",
    "Words",
]

Provenance = Literal["file", "estimated", "assumed", "given"]
"""Where a fact comes from: the file says so, we estimated it, a default stands in, or the
user gave it. A given fact is the file's own once it is written."""

MAX_BARS = 1_000_000
"""Most bars that are laid out for a melody; an end far off would otherwise fill memory."""

# Fifths of the tonic above the major tonic with the same signature.
_MODE_FIFTHS = {
    "major": 0,
    "ionian": 0,
    "mixolydian": 1,
    "dorian": 2,
    "minor": 3,
    "aeolian": 3,
    "phrygian": 4,
    "locrian": 5,
    "lydian": -1,
}
_MODE_SCALES = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "ionian": (0, 2, 4, 5, 7, 9, 11),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "aeolian": (0, 2, 3, 5, 7, 8, 10),
    "locrian": (0, 1, 3, 5, 6, 8, 10),
}


@dataclass(frozen=True, slots=True)
class Note:
    """One sounding note of a melody; tied notes are merged into one.

    Parameters
    ----------
    onset_quarters
        Start, in quarter notes from the start of the piece.
    duration_quarters
        Sounding length, more than 0.
    pitch
        MIDI number, 0 to 127 (60 is middle C).
    spelling
        Written letter and accidental without octave (``"F#"``, ``"Bb"``, ``"E"``), or
        None when the source does not say (MIDI).
    tied
        Written lengths of the tied parts in order; empty for an untied note.
        Their sum is `duration_quarters`.
    lyric
        Syllable sung on the note, with its hyphens, or None.
    velocity
        MIDI velocity 1 to 127, or None when the source has none.
    """

    onset_quarters: Fraction
    duration_quarters: Fraction
    pitch: int
    spelling: str | None = None
    tied: tuple[Fraction, ...] = ()
    lyric: str | None = None
    velocity: int | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.pitch <= 127:
            raise ParameterError(f"pitch must be a MIDI number 0 to 127, not {self.pitch}")
        if self.duration_quarters <= 0:
            raise ParameterError(f"a note must last longer than 0, not {self.duration_quarters}")
        if self.onset_quarters < 0:
            raise ParameterError(f"a note cannot start before 0, not at {self.onset_quarters}")
        if self.tied and sum(self.tied) != self.duration_quarters:
            raise ParameterError(
                f"the tied parts {self.tied} do not sum to the duration {self.duration_quarters}"
            )

    @property
    def end_quarters(self) -> Fraction:
        """Onset plus duration."""
        return self.onset_quarters + self.duration_quarters


@dataclass(frozen=True, slots=True)
class Key:
    """A key signature with its mode.

    Parameters
    ----------
    fifths
        Sharps (positive) or flats (negative) of the signature, -7 to 7.
    mode
        ``major``, ``minor``, or a church mode (``dorian``, ``mixolydian``, ...).
    """

    fifths: int
    mode: str = "major"

    def __post_init__(self) -> None:
        if not -7 <= self.fifths <= 7:
            raise ParameterError(f"a key signature has -7 to 7 fifths, not {self.fifths}")
        if self.mode not in _MODE_FIFTHS:
            raise ParameterError(f"unknown mode {self.mode!r}; known: {', '.join(_MODE_FIFTHS)}")

    @property
    def tonic_fifths(self) -> int:
        """Position of the tonic on the line of fifths, C being 0."""
        return self.fifths + _MODE_FIFTHS[self.mode]

    @property
    def tonic_pitch_class(self) -> int:
        """Pitch class of the tonic, C being 0."""
        return self.tonic_fifths * 7 % 12

    @property
    def tonic_name(self) -> str:
        """Letter and accidental of the tonic, such as ``"F#"`` or ``"Bb"``."""
        return fifths_name(self.tonic_fifths)

    @property
    def scale(self) -> tuple[int, ...]:
        """Semitones of the mode's seven degrees above the tonic."""
        return _MODE_SCALES[self.mode]

    def __str__(self) -> str:
        return f"{self.tonic_name} {self.mode}"


def fifths_name(fifths: int) -> str:
    """Letter and accidentals of a place on the line of fifths (C is 0, G is 1, F is -1)."""
    letter = "FCGDAEB"[(fifths + 1) % 7]
    alter = (fifths + 1) // 7
    return letter + ("#" * alter if alter >= 0 else "b" * -alter)


@dataclass(frozen=True, slots=True)
class Meter:
    """A time signature."""

    numerator: int
    denominator: int

    def __post_init__(self) -> None:
        powers_of_two = self.denominator > 0 and self.denominator & (self.denominator - 1) == 0
        if self.numerator < 1 or not powers_of_two:
            raise ParameterError(f"not a time signature: {self.numerator}/{self.denominator}")

    @property
    def bar_quarters(self) -> Fraction:
        """Length of a full bar in quarter notes."""
        return Fraction(4 * self.numerator, self.denominator)

    @property
    def beat_quarters(self) -> Fraction:
        """Length of a felt beat: a dotted one in compound metres (6/8, 9/8, 12/8)."""
        compound = self.numerator > 3 and self.numerator % 3 == 0 and self.denominator >= 8
        return Fraction(12 if compound else 4, self.denominator)

    def __str__(self) -> str:
        return f"{self.numerator}/{self.denominator}"


@dataclass(frozen=True, slots=True)
class KeyChange:
    """`key` holds from `onset_quarters` on."""

    onset_quarters: Fraction
    key: Key


@dataclass(frozen=True, slots=True)
class MeterChange:
    """`meter` holds from `onset_quarters` on."""

    onset_quarters: Fraction
    meter: Meter


@dataclass(frozen=True, slots=True)
class TempoChange:
    """`quarters_per_minute` holds from `onset_quarters` on."""

    onset_quarters: Fraction
    quarters_per_minute: float


@dataclass(frozen=True, slots=True)
class ChordSymbol:
    """A chord symbol as written in the source, such as ``"Am7"``; it may be no chord at all.

    `Song.harmony` has what the symbols mean.
    """

    onset_quarters: Fraction
    symbol: str


@dataclass(frozen=True, slots=True)
class Section:
    """A named stretch of a song begins at `onset_quarters` and lasts to the next one.

    The label is as the source has it (``"Verse 1"``, ``"B"``), and empty where the source
    shows that something begins and does not name it.
    """

    onset_quarters: Fraction
    label: str


@dataclass(frozen=True, slots=True)
class Words:
    """Words that begin at `onset_quarters`, in a song that has no notes to sing them on.

    Parameters
    ----------
    onset_quarters
        About when: song sheets say only over which chord.
    text
        With its spaces.
    starts_line
        Whether a new line of the song text begins here.
    """

    onset_quarters: Fraction
    text: str
    starts_line: bool = False


@dataclass(frozen=True)
class Melody:
    """A single line of notes with its key, metre, bars and phrases.

    Parameters
    ----------
    notes
        In order of onset; a note ends before or where the next begins.
    keys, meters
        Changes in order; the first one is at onset 0. `keys` may be empty when no key
        is known (see `clinamen.domains.music.key`).
    bar_onsets
        Onset of every bar, the first one 0. When `pickup_quarters` is more than 0, the
        bar at 0 is the pickup and the second entry is the first full bar.
    pickup_quarters
        Length of the incomplete bar at the start, 0 if there is none.
    end_quarters
        End of the piece, rests included; not before the last note's end.
    phrase_starts
        Index of the first note of every phrase; the first entry is 0. Empty when no
        phrases are known.
    key_source, meter_source, phrase_source
        Whether the file said so, we estimated it, a default stands in, or the user gave it.
    """

    notes: tuple[Note, ...]
    keys: tuple[KeyChange, ...] = ()
    meters: tuple[MeterChange, ...] = ()
    bar_onsets: tuple[Fraction, ...] = ()
    pickup_quarters: Fraction = Fraction(0)
    end_quarters: Fraction = Fraction(0)
    phrase_starts: tuple[int, ...] = ()
    key_source: Provenance = "file"
    meter_source: Provenance = "file"
    phrase_source: Provenance = "file"

    def __post_init__(self) -> None:
        _check_order(self.notes)
        last_end = self.notes[-1].end_quarters if self.notes else Fraction(0)
        if self.end_quarters < last_end:
            object.__setattr__(self, "end_quarters", last_end)
        if not self.meters:
            object.__setattr__(self, "meters", (MeterChange(Fraction(0), Meter(4, 4)),))
            object.__setattr__(self, "meter_source", "assumed")
        if self.meters[0].onset_quarters != 0 or (self.keys and self.keys[0].onset_quarters != 0):
            raise ParameterError("the first key and the first metre must hold from onset 0")
        if self.pickup_quarters < 0 or self.pickup_quarters >= self.meters[0].meter.bar_quarters:
            raise ParameterError(
                f"a pickup must be shorter than the bar, not {self.pickup_quarters} quarters"
            )
        if not self.bar_onsets:
            object.__setattr__(
                self,
                "bar_onsets",
                regular_bar_onsets(self.meters, self.pickup_quarters, self.end_quarters),
            )
        if self.phrase_starts:
            starts = self.phrase_starts
            rising = all(a < b for a, b in pairwise(starts))
            if starts[0] != 0 or not rising:
                raise ParameterError(f"phrase starts must rise from 0, not {starts}")
            if starts[-1] >= len(self.notes):
                raise ParameterError(
                    f"phrase starts lie beyond the notes: one is at note {starts[-1]} (counted "
                    f"from 0), and there are {len(self.notes)} notes"
                )

    def key_at(self, onset_quarters: Fraction) -> Key | None:
        """The key in force at a time, or None when no key is known."""
        index = bisect_right(self.keys, onset_quarters, key=_onset_of_change)
        return self.keys[index - 1].key if index else None

    def meter_at(self, onset_quarters: Fraction) -> Meter:
        """The metre in force at a time."""
        index = bisect_right(self.meters, onset_quarters, key=_onset_of_change)
        return self.meters[max(index, 1) - 1].meter

    def replace(self, **changes: object) -> Melody:
        """A copy with some fields changed (see `dataclasses.replace`)."""
        return replace(self, **changes)  # type: ignore[arg-type]


def _onset_of_change(change: KeyChange | MeterChange) -> Fraction:
    return change.onset_quarters


def _check_order(notes: tuple[Note, ...]) -> None:
    for index, (here, after) in enumerate(pairwise(notes)):
        if after.onset_quarters < here.end_quarters:
            raise ParameterError(
                f"note {index + 2} starts at {after.onset_quarters}, before note {index + 1} "
                f"ends at {here.end_quarters}; a melody has one note at a time"
            )


def regular_bar_onsets(
    meters: Iterable[MeterChange], pickup_quarters: Fraction, end_quarters: Fraction
) -> tuple[Fraction, ...]:
    """Bar onsets that follow from time signatures and a pickup alone.

    A time signature change inside a bar starts a new bar there.

    Raises
    ------
    ParameterError
        If that makes more than `MAX_BARS` bars.
    """
    changes = list(meters)
    shortest = min(change.meter.bar_quarters for change in changes)
    if end_quarters / shortest > MAX_BARS:
        raise ParameterError(f"a piece has at most {MAX_BARS:,} bars; this would have more")
    onsets = [Fraction(0)]
    for index, change in enumerate(changes):
        is_last = index + 1 == len(changes)
        stop = end_quarters if is_last else min(changes[index + 1].onset_quarters, end_quarters)
        onset = change.onset_quarters
        if index == 0 and pickup_quarters > 0:
            onset = pickup_quarters
        while onset < stop:
            if onset > onsets[-1]:
                onsets.append(onset)
            onset += change.meter.bar_quarters
    return tuple(onsets)


@dataclass(frozen=True, slots=True)
class Quantisation:
    """How far a performance was moved to reach the grid.

    Parameters
    ----------
    grid
        Divisions of the quarter note that were allowed, such as ``(4, 3)``.
    mean_error_quarters, max_error_quarters
        Distance between played and written onset.
    """

    grid: tuple[int, ...]
    mean_error_quarters: float
    max_error_quarters: float


@dataclass(frozen=True, slots=True)
class PartSummary:
    """What a part (track, voice, spine) of the source file holds."""

    index: int
    name: str
    n_notes: int
    lowest_pitch: int | None
    highest_pitch: int | None
    is_percussion: bool = False
    is_polyphonic: bool = False


@dataclass(frozen=True)
class Song:
    """One piece as read from a file: its melody and what stands around it.

    Parameters
    ----------
    melody
        The line that is heard. Without notes in a song of chords alone; its keys, metres,
        bars and end still hold.
    title, composer
        As in the source; empty when it does not say.
    chords
        Chord symbols as written, in order.
    sections
        Named stretches, in order.
    section_source
        Where the sections come from.
    words
        Words of a song without notes; where there are notes, they have the words.
    tempos
        Tempo changes; empty when the source has none.
    parts
        All parts of the source; `part_index` is the one the melody was taken from,
        or None when it was taken from all of them (skyline).
    notices
        Sentences about what reading changed or left out, for the user.
    quantisation
        Set when onsets were moved to a grid.
    source, source_format
        File name as given, and ``midi``, ``musicxml``, ``abc``, ``kern``, ``chordpro``,
        ``chart`` or ``jsonl``.
    """

    melody: Melody
    title: str = ""
    composer: str = ""
    chords: tuple[ChordSymbol, ...] = ()
    sections: tuple[Section, ...] = ()
    section_source: Provenance = "file"
    words: tuple[Words, ...] = ()
    tempos: tuple[TempoChange, ...] = ()
    parts: tuple[PartSummary, ...] = ()
    part_index: int | None = None
    notices: tuple[str, ...] = ()
    quantisation: Quantisation | None = None
    source: str = ""
    source_format: str = ""

    @cached_property
    def harmony(self) -> tuple[ChordSpan, ...]:
        """What the chord symbols mean, and how long each chord lasts (see `harmony_of`)."""
        # Chords are spelled in keys, which this module has.
        from clinamen.domains.music.harmony import harmony_of

        return harmony_of(self.chords, self.melody)

    def replace(self, **changes: object) -> Song:
        """A copy with some fields changed (see `dataclasses.replace`)."""
        return replace(self, **changes)  # type: ignore[arg-type]

    def show(self, *, listener: Listener | None = None, explain_all: bool = False) -> SongView:
        """Show the song in a notebook, to look at and listen to (see `clinamen.show`)."""
        from clinamen.notebook import show

        return show(self, listener=listener, explain_all=explain_all)
