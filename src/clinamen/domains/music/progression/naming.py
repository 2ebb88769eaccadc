"""Names of chords and kinds, for people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from clinamen.domains.music.chords import Chord, Degree, PitchName, parse_chord
from clinamen.domains.music.events import IntArray
from clinamen.domains.music.notes import Key
from clinamen.domains.music.progression.events import QUALITIES

__all__ = ["NO_CHORD_LABEL", "UNKNOWN_LABEL", "chord_labels", "chord_on", "kind_labels",
           "spelled_labels"]  # fmt: skip

_SUFFIXES = {
    "maj": "", "min": "m", "dim": "dim", "aug": "aug", "sus2": "sus2", "sus4": "sus4", "5": "5",
    "6": "6", "min6": "m6", "7": "7", "maj7": "maj7", "min7": "m7", "minmaj7": "m(maj7)",
    "hdim7": "m7b5", "dim7": "dim7", "7b5": "7b5", "aug7": "7#5", "maj7b5": "maj7b5",
    "augmaj7": "maj7#5", "7sus2": "7sus2", "7sus4": "7sus4",
}  # fmt: skip
_TONES = ("1", "b9", "9", "b3", "3", "11", "b5", "5", "#5", "13", "b7", "7")
_BASSES = ("1", "b2", "2", "b3", "3", "4", "b5", "5", "b6", "6", "b7", "7")
NO_CHORD_LABEL = "N.C."
"""Name of no chord."""

UNKNOWN_LABEL = "another kind"
"""Name of the candidate that stands for all kinds that are in no table."""


@lru_cache(maxsize=1)
def _on_c() -> tuple[Chord, ...]:
    """A chord on C of every quality."""
    root = PitchName("C")
    special = {
        "other": Chord(root, (Degree(1),)),
        "unknown": Chord(root, is_unknown=True),
    }
    return tuple(special.get(q) or parse_chord("C" + _SUFFIXES[q]) for q in QUALITIES)


def chord_on(root: int, quality: int, key: Key | None) -> Chord:
    """A root (pitch class) with a quality by number, spelled as a key has it."""
    chord = _on_c()[quality]
    return chord.transpose(root, key=key) if root or key is not None else chord


@lru_cache(maxsize=32)
def chord_labels(key: Key | None) -> tuple[str, ...]:
    """Names of all roots by qualities, and of no chord, spelled as a key has them."""
    names = [str(chord_on(root, q, key)) for root in range(12) for q in range(len(QUALITIES))]
    return (*names, NO_CHORD_LABEL)


def spelled_labels(labels: Sequence[str], chords: Iterable[Chord]) -> tuple[str, ...]:
    """Names as by `chord_labels`, those of chords that a song has with the roots it writes.

    Examples
    --------
    >>> names = spelled_labels(chord_labels(Key(-3)), [parse_chord("Em7/D")])
    >>> "Em7" in names, "Fbm7" in names
    (True, False)
    """
    named = list(labels)
    for chord in reversed(list(chords)):
        if chord.root is None or chord.root_pitch_class is None:
            continue
        place = chord.root_pitch_class * len(QUALITIES) + QUALITIES.index(chord.quality)
        named[place] = str(chord.root) + labels[place].lstrip("ABCDEFG").lstrip("#b")
    return tuple(named)


def kind_labels(quality: IntArray, detail: IntArray) -> tuple[str, ...]:
    """Names of kinds, such as ``7(b9)/3``: quality, tones besides and without, bass."""
    return tuple(_kind_label(int(q), int(d)) for q, d in zip(quality, detail, strict=True))


def _kind_label(quality: int, detail: int) -> str:
    if quality < 0:
        return NO_CHORD_LABEL if quality == -1 else UNKNOWN_LABEL
    bass = detail >> 12
    tones = {step for step in range(12) if detail >> step & 1}
    plain = set(_on_c()[quality].pitch_classes)
    besides = [_TONES[step] for step in sorted(tones - plain - {bass})]
    without = ["no" + _TONES[step] for step in sorted(plain - tones)]
    changes = f"({','.join(besides + without)})" if besides or without else ""
    return QUALITIES[quality] + changes + (f"/{_BASSES[bass]}" if bass else "")
