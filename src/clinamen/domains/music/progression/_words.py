"""Degrees, steps, chords and their tones in words; the moment that is put into words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clinamen.domains.music.notes import Key
from clinamen.domains.music.progression.columns import ChordColumns
from clinamen.domains.music.progression.events import QUALITIES

__all__ = ["ABOVE", "BASSES", "FAMILY_NAMES", "HIGHER", "MAJOR", "ORDINALS", "WENT", "ChordMoment",
           "degree_of", "kind_words", "listed", "quality_name"]  # fmt: skip

MAJOR = Key(0)

ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")

HIGHER = (
    "on the same root", "a semitone higher", "a whole tone higher", "a minor third higher",
    "a major third higher", "a fourth higher", "a tritone away", "a fifth higher",
    "a major third lower", "a minor third lower", "a whole tone lower", "a semitone lower",
)  # fmt: skip
WENT = (
    "stayed", "went up a semitone", "went up a whole tone", "went up a minor third",
    "went up a major third", "went up a fourth", "went a tritone away", "went up a fifth",
    "went down a major third", "went down a minor third", "went down a whole tone",
    "went down a semitone",
)  # fmt: skip
ABOVE = (
    "root", "minor second", "second", "minor third", "third", "fourth", "tritone", "fifth",
    "minor sixth", "sixth", "seventh", "major seventh",
)  # fmt: skip

FAMILY_NAMES = ("a major chord", "a minor chord", "a dominant chord", "a diminished chord",
                 "a chord without a third", "no chord")  # fmt: skip

_QUALITY_NAMES: Mapping[str, str] = {
    "maj": "a major triad", "min": "a minor triad", "dim": "a diminished triad",
    "aug": "an augmented triad", "sus2": "a chord with suspended second",
    "sus4": "a chord with suspended fourth", "5": "a bare fifth", "6": "a major sixth chord",
    "min6": "a minor sixth chord", "7": "a dominant seventh", "maj7": "a major seventh chord",
    "min7": "a minor seventh chord", "minmaj7": "a minor chord with major seventh",
    "hdim7": "a half-diminished seventh", "dim7": "a diminished seventh",
    "7b5": "a dominant seventh with flat fifth", "aug7": "an augmented seventh",
    "maj7b5": "a major seventh chord with flat fifth",
    "augmaj7": "an augmented major seventh chord",
    "7sus2": "a seventh chord with suspended second",
    "7sus4": "a seventh chord with suspended fourth", "other": "a chord of another kind",
    "unknown": "a chord that cannot be read",
}  # fmt: skip

_TONES: Mapping[str, str] = {
    "1": "root", "b9": "flat ninth", "9": "ninth", "b3": "raised ninth", "3": "third",
    "11": "eleventh", "b5": "raised eleventh", "5": "fifth", "#5": "flat thirteenth",
    "13": "thirteenth", "b7": "seventh", "7": "major seventh",
}  # fmt: skip
BASSES: Mapping[str, str] = {
    "b2": "flat second", "2": "second", "b3": "minor third", "3": "third", "4": "fourth",
    "b5": "flat fifth", "5": "fifth", "b6": "minor sixth", "6": "sixth", "b7": "seventh",
    "7": "major seventh",
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class ChordMoment:
    """A chord of a song that is explained.

    Parameters
    ----------
    columns
        The progression.
    event
        Index of the chord.
    names
        Names of all roots by qualities, as in `chord_labels`.
    symbols
        The song's chord symbols, length ``T``.
    kinds
        Names of the kinds that the detail was predicted among.
    key
        In force at the chord, None where none is known.
    """

    columns: ChordColumns
    event: int
    names: Sequence[str]
    symbols: Sequence[str]
    kinds: Sequence[str] = ()
    key: Key | None = None

    def name(self, event: int) -> str:
        """Root and quality of a chord of the song: ``Am7``."""
        return self.names[int(self.columns.symbol[event])]

    def value(self, column: str) -> int:
        """Of one of the events' columns, at this chord."""
        return int(getattr(self.columns.events, column)[self.event])


def degree_of(above_tonic: int, key: Key) -> str:
    """Degree of a key by semitones above its tonic, in words.

    Examples
    --------
    >>> degree_of(7, Key(0)), degree_of(3, Key(0)), degree_of(3, Key(0, "minor"))
    ('fifth degree', 'flat third degree', 'third degree')
    """
    scale = key.scale
    if above_tonic in scale:
        return f"{ORDINALS[scale.index(above_tonic)]} degree"
    is_flat = above_tonic + 1 in scale and (above_tonic != 6 or above_tonic - 1 not in scale)
    if is_flat and (above_tonic - 1 not in scale or above_tonic not in (4, 9, 11)):
        return f"flat {ORDINALS[scale.index(above_tonic + 1)]} degree"
    return f"raised {ORDINALS[scale.index(above_tonic - 1)]} degree"


def kind_words(label: str) -> str:
    """What a kind has besides root and quality: ``an added ninth``, ``the third in the bass``.

    "" for a kind that has nothing besides.

    Examples
    --------
    >>> kind_words("7(b9)/3"), kind_words("maj")
    ('an added flat ninth and the third in the bass', '')
    """
    match = re.fullmatch(r"[^(/]*(?:\(([^)]*)\))?(?:/(.*))?", label)
    changes, bass = match.groups("") if match else ("", "")
    tones = changes.split(",") if changes else []
    said = [f"an added {_TONES[tone]}" for tone in tones if tone in _TONES]
    said += [f"no {_TONES[tone[2:]]}" for tone in tones if tone[:2] == "no"]
    said += [f"the {BASSES[bass]} in the bass"] if bass in BASSES else []
    return listed(said)


def quality_name(quality: int) -> str:
    return "no chord" if quality < 0 else _QUALITY_NAMES[QUALITIES[quality]]


def listed(items: Sequence[str]) -> str:
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"
