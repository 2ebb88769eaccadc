"""Which chords a song may be given, and how its chords fall into phrases."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from fractions import Fraction

from clinamen.domains.music.chords import Chord, Degree, Quality, parse_chord
from clinamen.domains.music.notes import Key, Song
from clinamen.domains.music.places import bar_and_beat
from clinamen.domains.music.progression.events import QUALITIES
from clinamen.domains.music.progression.naming import chord_on

__all__ = ["chord_phrases", "palette", "qualities_of"]

PLAIN: tuple[Quality, ...] = ("maj", "min", "7", "dim", "aug", "sus4", "dim7")
RICH: tuple[Quality, ...] = ("maj7", "min7", "7", "6", "min6", "hdim7", "dim7", "aug7", "7sus4")
_NINTHS = {"maj7": "maj9", "min7": "m9"}
_TO_INVERT = ("maj", "min", "7")
_TRIADS = ("maj", "min")
_SEVENTHS = ("maj7", "min7", "6", "min6", "hdim7", "minmaj7")
_ENOUGH = 0.15
"""Share of chords from which on a song is rich in sevenths, or has triads among them."""

_PHRASE_BARS = 4
_FEWEST_CHORDS = 3


def qualities_of(chords: Sequence[Chord]) -> tuple[Quality, ...]:
    """Qualities in keeping with some chords: those they have, and others as rich."""
    rooted = [chord for chord in chords if chord.root is not None]
    n_rich = sum(chord.quality in _SEVENTHS for chord in rooted)
    n_plain = sum(chord.quality in _TRIADS for chord in rooted)
    wanted: set[Quality] = {chord.quality for chord in rooted} - {"other", "unknown"}
    if not rooted or n_plain > _ENOUGH * len(rooted):
        wanted |= set(PLAIN)
    if rooted and n_rich > _ENOUGH * len(rooted):
        wanted |= set(RICH)
    return tuple(sorted(wanted or PLAIN, key=QUALITIES.index))


def palette(chords: Sequence[Chord], key: Key | None, *, colours: bool = True) -> tuple[Chord, ...]:
    """Chords on all twelve roots in the qualities of `qualities_of`, spelled as a key has them.

    Parameters
    ----------
    colours
        With inversions, and ninths as rich as the chords are.
    """
    qualities = qualities_of(chords)
    numbers = [QUALITIES.index(quality) for quality in qualities]
    found = [chord_on(root, number, key) for root in range(12) for number in numbers]
    if not colours:
        return tuple(found)
    ninths = [n for quality, n in _NINTHS.items() if quality in qualities]
    ninths += ["add9"] if "maj" in qualities else []
    found += [parse_chord(f"C{n}").transpose(root, key=key) for n in ninths for root in range(12)]
    return (*found, *(each for chord in found for each in _inversions(chord)))


def _inversions(chord: Chord) -> list[Chord]:
    """A plain chord with its third and with its fifth in the bass."""
    if chord.quality not in _TO_INVERT or chord.root is None or len(chord.degrees) > 4:
        return []
    return [
        Chord(chord.root, chord.degrees, chord.root.above(degree.number, degree.alter))
        for degree in chord.degrees
        if degree.number in (3, 5) and Degree(9) not in chord.degrees
    ]


def chord_phrases(song: Song, onsets: Sequence[Fraction]) -> tuple[int, ...]:
    """Index of the first chord of every phrase; the first one is 0.

    The melody's phrases, or else four bars each, from the first chord on. A phrase of fewer
    than three chords is one with the next.
    """
    melody = song.melody
    if melody.phrase_starts:
        starts = [melody.notes[place].onset_quarters for place in melody.phrase_starts]
        # A chord that begins with the bar of a phrase's upbeat belongs to the phrase.
        numbers = [bisect_right(starts, onset) for onset in onsets]
    else:
        first = bar_and_beat(melody, onsets[0])[0]
        numbers = [(bar_and_beat(melody, each)[0] - first) // _PHRASE_BARS for each in onsets]
    found = [0]
    for place in range(1, len(onsets)):
        is_new = numbers[place] != numbers[place - 1]
        if is_new and place - found[-1] >= _FEWEST_CHORDS:
            found.append(place)
    if len(found) > 1 and len(onsets) - found[-1] < _FEWEST_CHORDS:
        found.pop()
    return tuple(found)
