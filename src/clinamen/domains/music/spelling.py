"""Names of pitches: which letter and accidental a key gives to a MIDI number."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Container, Sequence
from dataclasses import replace

from clinamen.domains.music.notes import Key, Melody, fifths_name
from clinamen.errors import ParameterError
from clinamen.texts import Message

__all__ = ["key_words", "note_name", "pitch_name", "scale_degree", "spell", "spelled"]

_LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}

# Twelve neighbours on the line of fifths give each pitch class one name. Counted from
# the major tonic of the signature they begin with its minor third (E flat in C major,
# so that G sharp is the last), or in minor one fifth later (D sharp is the last).
_LOWEST_MAJOR, _LOWEST_MINOR = -3, -2

# Places of the scale on the line of fifths, and how far a passing note may leave the
# window for the sake of the note it leads to.
_LOWEST_IN_SCALE, _HIGHEST_IN_SCALE = -1, 5
_LOWEST_PASSING, _HIGHEST_PASSING = -4, 9


def key_words(key: Key) -> Message:
    """A key in words: ``F# minor``."""
    return Message("theory.key", tonic=key.tonic_name, mode=Message(f"theory.mode_{key.mode}"))


def note_name(pitch: int, spelling: str) -> str:
    """A written name with its octave, middle C being C4.

    The octave is the written letter's: B sharp 3 sounds as C4, C flat 5 as B4.

    Raises
    ------
    ParameterError
        If `spelling` is not a name of this pitch.

    Examples
    --------
    >>> note_name(66, "F#"), note_name(60, "B#"), note_name(71, "Cb")
    ('F#4', 'B#3', 'Cb5')
    """
    if not re.fullmatch(r"[A-G](#*|b*)", spelling):
        raise ParameterError(f"a spelling is a letter A to G with # or b, not {spelling!r}")
    alter = spelling.count("#") - spelling.count("b")
    if (pitch - alter) % 12 != _LETTERS[spelling[0]]:
        raise ParameterError(f"{spelling} is no name of the pitch {pitch}")
    return f"{spelling}{(pitch - alter) // 12 - 1}"


def pitch_name(pitch: int, key: Key | None = None) -> str:
    """The usual name of a pitch in a key, with its octave; without a key as in C major.

    Examples
    --------
    >>> pitch_name(75, Key(-3)), pitch_name(75, Key(4)), pitch_name(63)
    ('Eb5', 'D#5', 'Eb4')
    """
    return note_name(pitch, fifths_name(_usual_fifths(pitch, key)))


def scale_degree(pitch: int, spelling: str, key: Key) -> tuple[int, int]:
    """Which degree of a key's own scale a written note is, and how far it is altered.

    The letter decides the degree, the scale of the key's mode what is unaltered: E flat
    is the third degree of C minor, and the third degree lowered by 1 in C major.

    Returns
    -------
    tuple of int
        Degree 1 to 7, and semitones above (positive) or below that degree of the scale.

    Examples
    --------
    >>> scale_degree(68, "G#", Key(-1)), scale_degree(71, "B", Key(-3, "minor"))
    ((2, 1), (7, 1))
    """
    place = ("CDEFGAB".index(spelling[0]) - "CDEFGAB".index(key.tonic_name[0])) % 7
    above_tonic = pitch - key.tonic_pitch_class
    return place + 1, (above_tonic - key.scale[place] + 6) % 12 - 6


def spell(
    pitches: Sequence[int],
    keys: Sequence[Key | None] | Key | None = None,
    *,
    bars: Sequence[int] | None = None,
    given: Sequence[str | None] | None = None,
) -> tuple[str, ...]:
    """Letter and accidental of each note of a melody, without octaves.

    A name is the usual one in the key, except that a note outside the scale which moves
    on by a semitone is written with another letter than the note it leads to: sharp
    before a rise, flat before a fall. Within a bar, a note outside the scale that leads
    nowhere has the name that the same black or white key has beside it.

    Parameters
    ----------
    pitches
        MIDI numbers in order.
    keys
        The key of each note, or one key for all; None where it is not known.
    bars
        The bar of each note; without, no note looks at others of its bar.
    given
        Names that stand as they are; None for a note that needs one.

    Raises
    ------
    ParameterError
        If there are not as many keys, bars or given names as pitches.

    Notes
    -----
    Source: nearness on the line of fifths and voice leading, Temperley 2001, *The
    cognition of basic musical structures*, chapter 5; here the key is given and the
    window fixed. ``docs/decisions/0005-key-and-phrase.md`` says how often it is right.

    Examples
    --------
    >>> spell([67, 68, 69, 68, 67], Key(0))
    ('G', 'G#', 'A', 'Ab', 'G')
    >>> spell([63, 64, 63, 60], Key(0)), spell([63, 64, 63, 60], Key(0), bars=[1, 1, 1, 1])
    (('D#', 'E', 'Eb', 'C'), ('D#', 'E', 'D#', 'C'))
    """
    if keys is None or isinstance(keys, Key):
        keys = [keys] * len(pitches)
    for what, others in (("keys", keys), ("bars", bars), ("given names", given)):
        if others is not None and len(others) != len(pitches):
            raise ParameterError(f"{len(pitches)} pitches need as many {what}, not {len(others)}")
    given = [None] * len(pitches) if given is None else given
    following = [*pitches[1:], *pitches[-1:]]
    fifths = [
        _leading_fifths(pitch, after - pitch, key)
        for pitch, after, key in zip(pitches, following, keys, strict=True)
    ]
    names = [name or fifths_name(each) for name, each in zip(given, fifths, strict=True)]
    if bars is None:
        return tuple(names)
    is_free = [
        name is None and _is_free(pitch, after - pitch, key)
        for name, pitch, after, key in zip(given, pitches, following, keys, strict=True)
    ]
    return _alike_in_bars(pitches, names, is_free, bars)


def spelled(melody: Melody, *, key: Key | None = None, kept: Container[int] = ()) -> Melody:
    """A melody whose notes have names, each bar being looked at as a whole (see `spell`).

    Parameters
    ----------
    key
        Of all notes; without, each is spelled in the key of its place.
    kept
        Places of notes that keep their name, or lack of one.
    """
    notes = melody.notes
    names = spell(
        [note.pitch for note in notes],
        key or [melody.key_at(note.onset_quarters) for note in notes],
        bars=[bisect_right(melody.bar_onsets, note.onset_quarters) for note in notes],
        given=[note.spelling if place in kept else None for place, note in enumerate(notes)],
    )
    named = (
        note if place in kept else replace(note, spelling=names[place])
        for place, note in enumerate(notes)
    )
    return melody.replace(notes=tuple(named))


def _is_free(pitch: int, step: int, key: Key | None) -> bool:
    """Whether a note is outside the scale and leads nowhere by a semitone."""
    place = _usual_fifths(pitch, key) - (0 if key is None else key.fifths)
    return abs(step) != 1 and not _LOWEST_IN_SCALE <= place <= _HIGHEST_IN_SCALE


def _alike_in_bars(
    pitches: Sequence[int], names: Sequence[str], is_free: Sequence[bool], bars: Sequence[int]
) -> tuple[str, ...]:
    """Names, where a free one is that of its key's other notes in the bar if they agree."""
    firm: dict[tuple[int, int], set[str]] = {}
    places = [(bar, pitch % 12) for bar, pitch in zip(bars, pitches, strict=True)]
    for place, name, may_change in zip(places, names, is_free, strict=True):
        if not may_change:
            firm.setdefault(place, set()).add(name)
    alike = []
    for place, name, may_change in zip(places, names, is_free, strict=True):
        others = firm.get(place, set())
        alike.append(next(iter(others)) if may_change and len(others) == 1 else name)
    return tuple(alike)


def _usual_fifths(pitch: int, key: Key | None) -> int:
    """Place of a pitch on the line of fifths, inside the window of the key."""
    signature = 0 if key is None else key.fifths
    is_minor = key is not None and key.mode in ("minor", "aeolian")
    lowest = signature + (_LOWEST_MINOR if is_minor else _LOWEST_MAJOR)
    return (pitch * 7 - lowest) % 12 + lowest


def _leading_fifths(pitch: int, step: int, key: Key | None) -> int:
    """The same, or its neighbour twelve fifths away if that leads on by another letter."""
    signature = 0 if key is None else key.fifths
    usual = _usual_fifths(pitch, key)
    place = usual - signature
    if step == 1 and place < _LOWEST_IN_SCALE and place + 12 <= _HIGHEST_PASSING:
        return usual + 12
    if step == -1 and place > _HIGHEST_IN_SCALE and place - 12 >= _LOWEST_PASSING:
        return usual - 12
    return usual
