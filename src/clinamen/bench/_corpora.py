"""Named sets: chorales and folk songs of the corpus that comes with music21.

Nothing of it is part of the project. The chorales are read by our own MusicXML reader, the
Essen collection by our own ABC reader, tune by tune. Its files name the tonic of every tune
and call every key major; a line of a file is a phrase.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from clinamen.domains.music.notes import Melody, Note
from clinamen.errors import ClinamenError, MissingError

__all__ = ["CHORALES", "NAMED_SETS", "NamedSet", "chorales", "corpus_folder", "essen"]

CHORALES = range(253, 439)
"""BWV numbers of the chorales; the sopranos of all 186 that music21 brings."""

LEFT_OUT = ("test", "variant", "fink")
"""Files of the collection that repeat tunes of others, and one that viewpoints were chosen on."""


@dataclass(frozen=True)
class NamedSet:
    """Melodies of a named set, and how many more could not be read."""

    melodies: tuple[Melody, ...]
    n_unreadable: int = 0


def corpus_folder() -> Path:
    """The corpus of the installed music21, found without importing it, which takes seconds.

    Raises
    ------
    MissingError
        If music21 is not installed.
    """
    spec = find_spec("music21")
    if spec is None or spec.origin is None:
        raise MissingError(
            "named sets are read from the corpus of music21, which is not installed: "
            'pip install "clinamen[bench]" (in a checkout: pip install ".[bench]"), or give '
            "melodies of your own as FILE.jsonl"
        )
    return Path(spec.origin).parent / "corpus"


def chorales() -> NamedSet:
    """Sopranos of BWV 253 to 438. Phrases end at fermatas."""
    from clinamen.io.files import read_song

    folder = corpus_folder() / "bach"
    songs = [read_song(str(folder / f"bwv{number}.mxl"), track=0) for number in CHORALES]
    return NamedSet(tuple(song.melody for song in songs))


def _chorales_pitch() -> NamedSet:
    """The same with nothing left but the sequence of pitches."""
    return NamedSet(tuple(_pitches_alone(melody) for melody in chorales().melodies))


def _pitches_alone(melody: Melody) -> Melody:
    """Every note a quarter long, no key, no phrases."""
    pitches = [note.pitch for note in melody.notes]
    return Melody(tuple(Note(Fraction(at), Fraction(1), pitch) for at, pitch in enumerate(pitches)))


def essen(files: str, origin: str = "") -> NamedSet:
    """Tunes of the files whose names match, whose origin (the field O) has the word."""
    found: list[Melody] = []
    n_unreadable = 0
    for block in _essen_blocks(files):
        field = re.search(r"(?m)^O:(.*)$", block)
        if origin and (field is None or origin not in field[1]):
            continue
        melody = _tune(block)
        if melody is None:
            n_unreadable += 1
        else:
            found.append(melody)
    return NamedSet(tuple(found), n_unreadable)


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


NAMED_SETS: dict[str, Callable[[], NamedSet]] = {
    "chorales": chorales,
    "chorales-pitch": _chorales_pitch,
    "kinder": partial(essen, "kinder0"),
    "han": partial(essen, "han1"),
    "luxembourg": partial(essen, "lux"),
    "lorraine": partial(essen, "lot"),
    "yugoslavia": partial(essen, ".*", "Jugoslawien"),
    "switzerland": partial(essen, ".*", "Schweiz"),
    "austria": partial(essen, ".*", "Oesterreich"),
}
"""Whole volumes of the collection, or all tunes of all volumes from one country."""
