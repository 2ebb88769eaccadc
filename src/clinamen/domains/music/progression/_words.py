"""Degrees, steps, chords and their tones in words; the moment that is put into words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from clinamen.domains.music.notes import Key
from clinamen.domains.music.progression.columns import ChordColumns
from clinamen.domains.music.progression.events import QUALITIES
from clinamen.texts import Message, joined

__all__ = ["BASSES", "MAJOR", "N_ORDINALS", "ChordMoment", "above_words", "bass_words", "degree_of",
           "family_name", "higher_words", "kind_words", "nth", "quality_name",
           "went_words"]  # fmt: skip

MAJOR = Key(0)

N_ORDINALS = 8
"""Numbers that are said as ordinals."""

_TONES = ("1", "b9", "9", "b3", "3", "11", "b5", "5", "#5", "13", "b7", "7")
BASSES = ("b2", "2", "b3", "3", "4", "b5", "5", "b6", "6", "b7", "7")
"""Tones that a bass can have besides the root, from a semitone above it on."""


def nth(index: int) -> Message:
    """``third`` for 2; below `N_ORDINALS`."""
    return Message(f"number.nth_{index + 1}")


def higher_words(semitones: int) -> Message:
    """A root against the one before, 0 to 11 semitones above it: ``a fifth higher``."""
    return Message(f"chord.higher_{semitones}")


def went_words(semitones: int) -> Message:
    """How a root went on, 0 to 11 semitones up: ``went up a fifth``."""
    return Message(f"chord.went_{semitones}")


def above_words(semitones: int) -> Message:
    """A tone so many semitones above a root, 0 to 11: ``fifth``."""
    return Message(f"chord.above_{semitones}")


def family_name(family: int) -> Message:
    """One of the families of `progression.events`, the last being no chord."""
    return Message(f"chord.family_{family}")


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


def degree_of(above_tonic: int, key: Key) -> Message:
    """Degree of a key by semitones above its tonic, in words.

    Examples
    --------
    >>> degree_of(7, Key(0)), degree_of(3, Key(0)), degree_of(3, Key(0, "minor"))
    ('fifth degree', 'flat third degree', 'third degree')
    """
    scale = key.scale
    if above_tonic in scale:
        return Message("chord.degree", nth=nth(scale.index(above_tonic)))
    is_flat = above_tonic + 1 in scale and (above_tonic != 6 or above_tonic - 1 not in scale)
    if is_flat and (above_tonic - 1 not in scale or above_tonic not in (4, 9, 11)):
        return Message("chord.degree_flat", nth=nth(scale.index(above_tonic + 1)))
    return Message("chord.degree_raised", nth=nth(scale.index(above_tonic - 1)))


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
    said = [Message("chord.added", tone=_tone(tone)) for tone in tones if tone in _TONES]
    said += [Message("chord.lacks", tone=_tone(tone[2:])) for tone in tones if tone[:2] == "no"]
    if bass in BASSES:
        said.append(bass_words(bass))
    return joined(said, "and")


def _tone(tone: str) -> Message:
    return Message(f"chord.tone_{tone}")


def bass_words(tone: str) -> Message:
    """One of `BASSES`: ``the third in the bass``."""
    return Message("chord.in_bass", tone=Message(f"chord.bass_{tone}"))


def quality_name(quality: int) -> Message:
    """One of `QUALITIES` by its index, below 0 for no chord: ``a minor triad``."""
    if quality < 0:
        return Message("chord.none")
    return Message(f"chord.quality_{QUALITIES[quality]}")
