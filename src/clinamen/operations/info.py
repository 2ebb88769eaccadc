"""The verb `info`: what a file holds."""

from __future__ import annotations

import os
from dataclasses import dataclass

from clinamen.domains.music.notes import Song
from clinamen.errors import UnsupportedError
from clinamen.operations.describe import Fact, part_words, song_facts
from clinamen.operations.text import clean

__all__ = ["InfoRequest", "InfoResult", "info"]


@dataclass(frozen=True, slots=True)
class InfoRequest:
    """A file, or ``"-"`` for standard input, and what the user knows about it.

    Parameters
    ----------
    track, key, meter, pickup
        As `clinamen.io.files.read_song`.
    """

    path: str
    track: int | str | None = None
    key: str | None = None
    meter: str | None = None
    pickup: str | None = None


@dataclass(frozen=True)
class InfoResult:
    """What a file holds.

    Parameters
    ----------
    song
        As read.
    facts
        Labelled lines with their provenance.
    parts
        A line per part; the one that the melody was taken from is marked.
    notices
        What reading changed or left out.
    """

    song: Song
    facts: tuple[Fact, ...]
    parts: tuple[str, ...]
    notices: tuple[str, ...]


def info(request: InfoRequest) -> InfoResult:
    """Read a file and say what is in it.

    Raises
    ------
    MissingError
        If the file or track does not exist.
    FormatError
        If the file is malformed; `UnsupportedError` if it holds no melody.
    """
    from clinamen.io.files import read_song

    _refuse_listener(request.path)
    song = read_song(
        request.path,
        request.track,
        key=request.key,
        meter=request.meter,
        pickup=request.pickup,
    )
    notices = tuple(clean(notice) for notice in song.notices)
    return InfoResult(song, song_facts(song), _parts(song), notices)


def _refuse_listener(path: str) -> None:
    """A listener is no song, but there is a command that says what it holds."""
    from clinamen.io._source import read_bytes
    from clinamen.io.listener_file import is_listener

    if os.path.isfile(path) and is_listener(read_bytes(path)):
        raise UnsupportedError(f"a listener: see clinamen listeners {path}", source=path)


def _parts(song: Song) -> tuple[str, ...]:
    lines = []
    for part in song.parts:
        name = clean(part.name)
        label = f'{part.index} "{name}"' if name else f"{part.index}"
        chosen = " (melody)" if part.index == song.part_index else ""
        lines.append(f"{label}: {part_words(part)}{chosen}")
    return tuple(lines)
