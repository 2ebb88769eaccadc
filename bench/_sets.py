"""Named sets of melodies: chorales and folk songs of the corpus that comes with music21.

The Essen collection is read by our own ABC reader, tune by tune. Its files name the tonic of
every tune and call every key major; a line of a file is a phrase. Nothing of it is part of
the project.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from _common import CHORALES
from clinamen.domains.music.events import MelodyEvents, melody_events
from clinamen.domains.music.notes import Melody, Note
from clinamen.errors import ClinamenError
from clinamen.io.jsonl import read_melodies

FULL = frozenset({"onset", "phrase", "key"})
LEFT_OUT = ("test", "variant", "fink")
"""Files of the collection that repeat tunes of others, and one that viewpoints were chosen on."""


@dataclass(frozen=True)
class MelodySet:
    """Melodies to be predicted, and what may be known about them."""

    name: str
    melodies: tuple[Melody, ...]
    known: frozenset[str]
    unreadable: int = 0

    @property
    def events(self) -> list[MelodyEvents]:
        return [melody_events(melody) for melody in self.melodies]

    @property
    def n_notes(self) -> int:
        return sum(len(melody.notes) for melody in self.melodies)


def corpus_folder() -> Path:
    """Found without importing music21, which takes seconds."""
    from importlib.util import find_spec

    spec = find_spec("music21")
    if spec is None or spec.origin is None:
        raise SystemExit("this set needs the corpus of the PyPI package music21")
    return Path(spec.origin).parent / "corpus"


def chorales() -> MelodySet:
    """Sopranos of BWV 253 to 438, by our MusicXML reader. Phrases end at fermatas."""
    from clinamen.io.files import read_song

    folder = corpus_folder() / "bach"
    songs = [read_song(str(folder / f"bwv{number}.mxl"), track=0) for number in CHORALES]
    return MelodySet("chorales", tuple(song.melody for song in songs), FULL)


def chorales_pitch() -> MelodySet:
    """The same with nothing left but the sequence of pitches."""
    bare = tuple(pitch_sequence(melody) for melody in chorales().melodies)
    return MelodySet("chorales-pitch", bare, frozenset())


def pitch_sequence(melody: Melody) -> Melody:
    """Pitches alone: every note a quarter long, no key, no phrases."""
    pitches = [note.pitch for note in melody.notes]
    return Melody(tuple(Note(Fraction(at), Fraction(1), pitch) for at, pitch in enumerate(pitches)))


def essen(name: str, files: str, origin: str = "") -> MelodySet:
    """Tunes of the files whose names match, whose origin (the field O) has the word."""
    found: list[Melody] = []
    unreadable = 0
    for block in _essen_blocks(files):
        field = re.search(r"(?m)^O:(.*)$", block)
        if origin and (field is None or origin not in field[1]):
            continue
        melody = _tune(block)
        if melody is None:
            unreadable += 1
        else:
            found.append(melody)
    return MelodySet(name, tuple(found), FULL, unreadable)


def _essen_blocks(files: str) -> Iterator[str]:
    for path in sorted((corpus_folder() / "essenFolksong").glob("*.abc")):
        if re.fullmatch(files, path.stem) and not path.stem.startswith(LEFT_OUT):
            yield from re.split(r"(?m)^(?=X:)", path.read_text(encoding="latin-1"))[1:]


def _tune(block: str) -> Melody | None:
    from clinamen.io.abc import read_abc

    try:
        return read_abc(block.encode("utf-8")).melody
    except ClinamenError:
        return None


SETS: dict[str, Callable[[], MelodySet]] = {
    "chorales": chorales,
    "chorales-pitch": chorales_pitch,
    "kinder": lambda: essen("kinder", "kinder0"),
    "han": lambda: essen("han", "han1"),
    "luxembourg": lambda: essen("luxembourg", "lux"),
    "lorraine": lambda: essen("lorraine", "lot"),
    "yugoslavia": lambda: essen("yugoslavia", ".*", "Jugoslawien"),
    "switzerland": lambda: essen("switzerland", ".*", "Schweiz"),
    "austria": lambda: essen("austria", ".*", "Oesterreich"),
}
"""Whole volumes of the collection, or all tunes of all volumes from one country."""


def load(which: str) -> MelodySet:
    """A set by name, or one from a file of JSON lines."""
    if which in SETS:
        return SETS[which]()
    melodies = tuple(read_melodies(which))
    known = {"onset"}
    known |= {"phrase"} if any(melody.phrase_starts for melody in melodies) else set()
    known |= {"key"} if any(melody.keys for melody in melodies) else set()
    return MelodySet(Path(which).stem, melodies, frozenset(known))


def tunes(melodies: Sequence[Melody]) -> list[tuple[tuple[int, ...], tuple[Fraction, ...]]]:
    """A label a melody, equal for the same tune: intervals and rhythm, in whatever key."""
    return [_tune_label(melody.notes) for melody in melodies]


def _tune_label(notes: Sequence[Note]) -> tuple[tuple[int, ...], tuple[Fraction, ...]]:
    first = notes[0]
    intervals = tuple(note.pitch - first.pitch for note in notes)
    return intervals, tuple(note.onset_quarters - first.onset_quarters for note in notes)
