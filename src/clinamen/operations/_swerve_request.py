"""What is asked of a swerve, and what comes of it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from clinamen.domains.music.constraints import (
    Bounds,
    bounds_of,
    parse_ending,
    parse_range,
    parse_scale,
)
from clinamen.domains.music.places import (
    Place,
    bar_and_beat,
    beat_span,
    onset_of,
    parse_place,
    place_at,
    place_name,
)
from clinamen.errors import MissingError, ParameterError
from clinamen.operations._swerve_aim import STRENGTHS
from clinamen.operations.variant import KINDS, Variant

if TYPE_CHECKING:
    from clinamen.domains.music.notes import Melody, Song

__all__ = [
    "ANY",
    "SwerveRequest",
    "SwerveResult",
    "bounds_for",
    "for_song",
    "is_bound",
    "note_at",
    "onset_at",
    "strength_bits",
]

ANY = "any"
"""All kinds, the best of each."""

_OCTAVE = 12


@dataclass(frozen=True, slots=True)
class SwerveRequest:
    """Where to break the pattern, how far, and what must hold.

    Parameters
    ----------
    at
        Bar and beat, such as ``"12.3"``, or the number of a note, such as ``27``.
    strength
        Bits, which a break keeps to within 0.75; or a name in `STRENGTHS`, whose bits are a
        wish: where they cannot be had, it is the nearest that the word can still mean (see
        `ZONES`). None is what is nearest to bold and can be had.
    kind
        One of `variant.KINDS`, or `ANY`.
    n
        Variants at most.
    locks
        Bars and places that must stay, such as ``"1-4,12.1"``; ``"chords:9"`` are chords alone.
    range, scale, ending
        Of new notes; see `parse_range`, `parse_scale`, `parse_ending`. The range is by default
        the song's own, two semitones wider on either side. The ending is that of the last note
        of the song, where it is changed.
    max_leap
        In semitones; by default an octave, or the song's own largest leap.
    max_shared
        Longest run, in notes, that the new part may share with a tune the listener has learnt.
    outdone
        Also breaks that another note of the phrase outdoes.
    seed
        Other seeds give other variants of about the same worth; the same gives the same.

    Raises
    ------
    ParameterError
        If strength or kind is none of these, or a number is out of range.
    """

    at: str | int | float
    strength: str | float | None = None
    kind: str = ANY
    n: int = 8
    locks: tuple[str, ...] = ()
    range: str | None = None
    scale: str | None = None
    ending: str | None = None
    max_leap: int | None = None
    max_shared: int | None = None
    outdone: bool = False
    seed: int = 0

    def __post_init__(self) -> None:
        if self.strength is not None:
            strength_bits(self.strength)
        if self.kind not in (*KINDS, ANY):
            raise ParameterError(
                f"kind must be one of {', '.join(KINDS)} or {ANY}, not {self.kind!r}"
            )
        if self.n < 1:
            raise ParameterError(f"at least 1 variant must be asked for, not {self.n}")
        if self.seed < 0:
            raise ParameterError(f"a seed is a whole number from 0 on, not {self.seed}")


@dataclass(frozen=True)
class SwerveResult:
    """Ways to break the pattern at a place.

    Parameters
    ----------
    song
        As it was.
    place
        Bar and beat.
    awaited
        What the listener waited for there, in words.
    because
        Why, in words; empty where no single regularity shows clearly.
    variants
        Best first.
    notices
        What to know about them: that the listener was not sure here, that there are fewer than
        asked for, ...
    """

    song: Song
    place: Place
    awaited: str
    because: str
    variants: tuple[Variant, ...]
    notices: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"<SwerveResult at {place_name(self.place)}: {len(self.variants)} variants>"


def strength_bits(strength: str | float) -> float:
    """A strength as contrast in bits.

    Raises
    ------
    ParameterError
        If it is no name in `STRENGTHS`, and no number above 0.

    Examples
    --------
    >>> strength_bits("bold"), strength_bits("3.5"), strength_bits(4)
    (5.0, 3.5, 4.0)
    """
    if isinstance(strength, str) and strength in STRENGTHS:
        return STRENGTHS[strength]
    try:
        bits = float(strength)
    except ValueError:
        bits = math.nan
    if not 0 < bits < math.inf:
        raise ParameterError(
            f"strength must be {', '.join(STRENGTHS)} or bits above 0, not {strength!r}"
        )
    return bits


def for_song(request: SwerveRequest, song: Song) -> SwerveRequest:
    """What any kind means for a song: harmony, where it has chords and no line to break."""
    is_of_chords = bool(song.chords) and len(song.melody.notes) < 2
    return replace(request, kind="harmony") if request.kind == ANY and is_of_chords else request


def is_bound(request: SwerveRequest) -> bool:
    """Whether it says which pitches there may be."""
    given = (request.range, request.scale, request.ending, request.max_leap)
    return any(each is not None for each in given)


def bounds_for(melody: Melody, onset: Fraction, request: SwerveRequest) -> Bounds:
    """What new notes keep to, at a time in the song.

    Raises
    ------
    ParameterError
        If a constraint cannot be understood, or they allow no note.
    """
    own, key = bounds_of(melody), melody.key_at(onset)
    lowest, highest = own.lowest, own.highest
    if request.range is not None:
        lowest, highest = parse_range(request.range)
    leaps = [abs(b.pitch - a.pitch) for a, b in zip(melody.notes, melody.notes[1:], strict=False)]
    return Bounds(
        lowest=lowest,
        highest=highest,
        pitch_classes=None if request.scale is None else parse_scale(request.scale, key),
        largest_leap=max([_OCTAVE, *leaps]) if request.max_leap is None else request.max_leap,
        ending=None if request.ending is None else parse_ending(request.ending, key),
    )


def onset_at(melody: Melody, at: str | int | float) -> Fraction:
    """When a place begins: a bar and beat, or the number of a note.

    Raises
    ------
    ParameterError
        If the text is neither.
    MissingError
        If the song has no such place.
    """
    number = str(at).strip()
    if not (number.isascii() and number.isdecimal()):
        return onset_of(melody, parse_place(number))
    if not 1 <= int(number) <= len(melody.notes):
        raise MissingError(f"there is no note {number}; there are 1 to {len(melody.notes)}")
    return melody.notes[int(number) - 1].onset_quarters


def note_at(melody: Melody, at: str | int | float) -> int:
    """The first note that begins at a place, or after it in its beat.

    Raises
    ------
    ParameterError
        If it is the first note of the song, or all there is.
    MissingError
        If no note begins in the beat.
    """
    if len(melody.notes) < 2:
        raise ParameterError(
            "a song of fewer than two notes has no pattern: a break needs a note before it"
        )
    onset = onset_at(melody, at)
    _, end = beat_span(melody, onset)
    inside = [i for i, note in enumerate(melody.notes) if onset <= note.onset_quarters < end]
    if not inside:
        raise _no_note_at(melody, onset)
    if inside[0] == 0:
        first = place_at(melody, melody.notes[1].onset_quarters)
        raise ParameterError(
            f"nothing is awaited before the first note; the first place to break is {first}"
        )
    return inside[0]


def _no_note_at(melody: Melody, onset: Fraction) -> MissingError:
    bar, _ = bar_and_beat(melody, onset)
    places = [bar_and_beat(melody, note.onset_quarters) for note in melody.notes]
    here = ", ".join(place_name(place) for place in places if place[0] == bar)
    there = f"notes begin at {here}" if here else f"no note begins in bar {bar}"
    return MissingError(f"no note begins in the beat at {place_at(melody, onset)}; {there}")
