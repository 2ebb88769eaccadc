"""What chord some sounding notes are."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from clinamen.domains.music.chords._chord import Chord
from clinamen.domains.music.chords._names import Degree, PitchName
from clinamen.domains.music.chords._suffix import DegreeSet, degrees_of_suffix
from clinamen.domains.music.notes import Key

__all__ = ["TEMPLATES", "recognise_chord"]

TEMPLATES = (
    "", "m", "7", "m7", "maj7", "dim", "aug", "sus4", "sus2", "m7b5", "dim7", "6", "m6",
    "7sus4", "m(maj7)", "9", "m9", "maj9", "(add9)", "m(add9)", "m7(add11)", "7b9", "7#5", "7b5",
    "7#9", "6/9", "m6/9", "maj7#5", "maj7#11", "7#11", "7b13", "13", "m11", "9sus4", "13sus4",
    "maj13", "11", "9#5", "7(b9,b13)", "7(#9,b13)", "13b9", "13#11", "9#11", "maj9#11", "m13",
)  # fmt: skip
"""Suffixes that are looked for, the usual ones first."""

# What a reading costs. A template costs its place in the list; so that the root is rather in the
# bass than not, and that no reading that fits is left for one that does not, the rest costs more
# than that. A ninth in the bass is as strange as a tone of no chord: C/D, not C(add9)/D.
_INVERTED = 12.0
_STRANGE_BASS = float(len(TEMPLATES) + 1)
_NO_FIFTH = _STRANGE_BASS + 5
_WRONG_TONE = 200.0


def recognise_chord(
    pitches: Iterable[int], *, key: Key | None = None, max_wrong: int = 0
) -> Chord | None:
    """The chord that notes make which sound together.

    Of several readings (``C6`` or ``Am7/C``) one with its root in the bass is preferred, then
    the more usual chord. A seventh chord may lack its fifth, and the bass may be no tone of
    the chord.

    Parameters
    ----------
    pitches
        MIDI numbers; the lowest is the bass.
    key
        How roots are spelled; without one as in C major.
    max_wrong
        How many tones of the nearest chord may be missing, or sound besides it.

    Returns
    -------
    Chord or None
        None for fewer than three pitch classes (a bare fifth is one chord or another), and
        where no chord in the list is near.

    Notes
    -----
    Source: original; the list has the qualities of docs/reference/chord-symbols.md.

    Examples
    --------
    >>> [str(recognise_chord(notes)) for notes in ([52, 60, 67], [57, 60, 64, 67], [50, 53, 59])]
    ['C/E', 'Am7', 'Bdim/D']
    """
    found = sorted(pitches)
    classes = frozenset(pitch % 12 for pitch in found)
    if len(classes) < 3:
        return None
    return _nearest(classes, found[0] % 12, key.fifths if key else 0, max_wrong)


@lru_cache(maxsize=4096)
def _nearest(classes: frozenset[int], bass: int, fifths: int, max_wrong: int) -> Chord | None:
    limit = _WRONG_TONE * (max_wrong + 1)
    readings = [
        (_cost(rank, degrees, root, classes, bass), degrees, root)
        for rank, degrees in enumerate(_template_degrees())
        for root in sorted(classes)
    ]
    cost, degrees, root = min(readings, key=lambda reading: reading[0])
    if cost >= limit:
        return None
    name = _spelled(root, fifths, is_leading=Degree(3, -1) in degrees and Degree(5, -1) in degrees)
    low = None
    if bass != root:
        tone = _tone_at(bass, degrees, root)
        low = name.above(tone.number, tone.alter) if tone else _spelled(bass, fifths)
    missing = _missing(degrees, root, classes)
    kept = [degree for degree in degrees if not (missing and degree.number == 5)]
    return Chord(name, tuple(kept), low)


def _tone_at(pitch_class: int, degrees: DegreeSet, root: int) -> Degree | None:
    found = (d for d in sorted(degrees) if (root + d.semitones) % 12 == pitch_class)
    return next(found, None)


@lru_cache(maxsize=1)
def _template_degrees() -> tuple[DegreeSet, ...]:
    return tuple(degrees_of_suffix(suffix) for suffix in TEMPLATES)


def _missing(degrees: DegreeSet, root: int, classes: frozenset[int]) -> frozenset[int]:
    return frozenset((root + degree.semitones) % 12 for degree in degrees) - classes


def _cost(rank: int, degrees: DegreeSet, root: int, classes: frozenset[int], bass: int) -> float:
    tones = {(root + degree.semitones) % 12 for degree in degrees}
    missing, extra = tones - classes, classes - tones
    cost = float(rank)
    if bass != root:
        tone = _tone_at(bass, degrees, root)
        cost += _INVERTED if tone and tone.number <= 7 else _STRANGE_BASS
        extra -= {bass}
    fifth = (root + 7) % 12
    # Of a chord without a seventh there would be too little left: D E F is no Dm(add9).
    if fifth in missing and any(degree.number == 7 for degree in degrees):
        cost += _NO_FIFTH
        missing.discard(fifth)
    return cost + _WRONG_TONE * (len(missing) + len(extra))


def _spelled(pitch_class: int, fifths: int, *, is_leading: bool = False) -> PitchName:
    """The name on the line of fifths that lies in the key or next to it.

    Diminished chords lead upwards, so that their roots are rather raised than lowered.
    """
    lowest = fifths - (3 if is_leading else 5)
    return PitchName.at_fifths(lowest + (pitch_class * 7 - lowest) % 12)
