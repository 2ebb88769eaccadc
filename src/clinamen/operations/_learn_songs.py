"""Songs to learn from: files, folders, books of tunes and corpora, with a record of them."""

from __future__ import annotations

import glob
import hashlib
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from clinamen.domains.music._given import melody_of_song
from clinamen.domains.music.notes import Song
from clinamen.errors import ClinamenError, FormatError, UnsupportedError

if TYPE_CHECKING:
    from clinamen.domains.music.notes import Melody

__all__ = ["MOST_NAMES", "Material", "Reading", "Telling", "gather", "music_files"]

MOST_ERRORS = 3
"""Bad tunes or lines of one file that are told one by one."""

MOST_NAMES = 1000
"""Names of files that are put on record."""

Telling = Callable[[ClinamenError, str], None]
"""Is told what is wrong, and in which file."""

Reading = Callable[[int, int], None]
"""Is told how many of how many files are read."""


@dataclass(frozen=True, eq=False)
class Material:
    """What was read.

    Parameters
    ----------
    songs
        In the order given.
    corpora
        One record a corpus, and one for all other songs: what it is, hash, size.
    """

    songs: tuple[Song, ...]
    corpora: tuple[Mapping[str, object], ...]

    @property
    def melodies(self) -> tuple[Melody, ...]:
        """Of the songs, in their order."""
        return tuple(song.melody for song in self.songs)


def music_files(words: Iterable[str | os.PathLike[str]]) -> list[str]:
    """Files, with folders replaced by the music and the corpora in them, at any depth.

    Patterns with ``*``, ``?``, ``[]``, ``**`` become the files that match; what matches
    nothing is kept, for the reader to report.
    """
    files: list[str] = []
    for word in words:
        name = os.fspath(word)
        if os.path.isdir(name):
            files.extend(_below(name) or [name])
        elif glob.has_magic(name) and not os.path.exists(name):
            files.extend(sorted(glob.glob(name, recursive=True)) or [name])
        else:
            files.append(name)
    return list(dict.fromkeys(files))


def _below(folder: str) -> list[str]:
    from clinamen.io.files import CORPORA, READABLE

    found: list[str] = []
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        # Names with a dot in front are what programs and systems leave beside files.
        found.extend(
            os.path.join(place, name)
            for name in sorted(names)
            if not name.startswith(".") and Path(name).suffix.lower() in {*READABLE, *CORPORA}
        )
    return found


class _Record:
    """What is known of some songs, for the listener's file."""

    def __init__(self, corpus: str, rights: str) -> None:
        self.about = {"corpus": corpus, "what": f"{corpus} ({rights})" if rights else corpus}
        self.names: list[str] = []
        self.digest = hashlib.sha256()
        self.melodies: list[Melody] = []

    def told(self) -> dict[str, object]:
        """As plain values; names of files without their folders."""
        told: dict[str, object] = {
            **self.about,
            "sha256": self.digest.hexdigest(),
            "n_melodies": len(self.melodies),
            "n_notes": sum(len(melody.notes) for melody in self.melodies),
        }
        if self.names:
            told |= {"n_files": len(self.names), "files": self.names[:MOST_NAMES]}
        return told


def gather(
    given: Sequence[Song | Melody | str | os.PathLike[str]],
    rights: str,
    tell: Telling,
    reading: Reading = lambda done, total: None,
) -> Material:
    """Read all songs; what is bad is told, and the rest is taken.

    Parameters
    ----------
    given
        Songs, melodies, or files (see `music_files` for folders).
    rights
        What to put on record about them; may be empty.
    """
    from clinamen.io.files import CORPORA

    songs = _Record("songs", rights)
    corpora: list[_Record] = []
    read: list[Song] = []
    for done, each in enumerate(given):
        reading(done, len(given))
        record = songs
        if isinstance(each, (str, os.PathLike)) and Path(each).suffix.lower() in CORPORA:
            record = _Record(Path(each).stem, rights)
            corpora.append(record)
        read += _take(each, record, tell)
    reading(len(given), len(given))
    told = tuple(record.told() for record in (songs, *corpora) if record.melodies)
    return Material(tuple(read), told)


def _take(
    given: Song | Melody | str | os.PathLike[str], record: _Record, tell: Telling
) -> list[Song]:
    """The songs of one file, or the one given, put on record."""
    if isinstance(given, (str, os.PathLike)):
        found = _read(os.fspath(given), record, tell)
    else:
        melody = melody_of_song(given)
        found = [given if isinstance(given, Song) else Song(melody)]
        notes = [(n.onset_quarters, n.duration_quarters, n.pitch) for n in melody.notes]
        record.digest.update(repr(notes).encode())
    record.melodies += [song.melody for song in found]
    return found


def _read(name: str, record: _Record, tell: Telling) -> list[Song]:
    from clinamen.io._source import read_bytes
    from clinamen.io.files import songs_of

    found: list[Song] = []
    wrong: list[FormatError] = []
    try:
        data = read_bytes(name)
        for song in songs_of(data, name):
            if isinstance(song, FormatError):
                wrong.append(song)
            elif not song.melody.notes:
                wrong.append(UnsupportedError("there is no melody to learn from", source=name))
            else:
                found.append(song)
    except ClinamenError as error:
        tell(error, name)
    for each in wrong[:MOST_ERRORS]:
        tell(each, name)
    if len(wrong) > MOST_ERRORS:
        tell(FormatError(f"{len(wrong) - MOST_ERRORS} more like these", source=name), name)
    if found:
        record.digest.update(hashlib.sha256(data).digest())
        if record.about["corpus"] == "songs":
            record.names.append(Path(name).name)
    return found
