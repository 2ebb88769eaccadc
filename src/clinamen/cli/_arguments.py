"""What the user typed: optional option values, globs, and names of files to write."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from clinamen.errors import MissingError, ParameterError

__all__ = [
    "Known",
    "OutputPattern",
    "as_limit",
    "as_track",
    "expand_files",
    "fill_optional_values",
    "known",
]

NAME = "{name}"
DEFAULT_HTML = f"{NAME}.html"


def fill_optional_values(arguments: Sequence[str]) -> list[str]:
    """Give ``--html`` its default value where the next word cannot be meant as one.

    ``hear --html song.abc`` must read song.abc, not write a report over it.

    Raises
    ------
    ParameterError
        If the next word is neither a page nor a folder nor a song: a folder that is not
        there yet, most likely.
    """
    filled: list[str] = []
    rest = list(arguments)
    for index, word in enumerate(rest):
        if word == "--":
            return filled + rest[index:]
        following = rest[index + 1] if index + 1 < len(rest) else ""
        if word == "--html" and _is_meant_as_folder(following):
            raise ParameterError(
                f"--html {following}: there is no such file or folder; did you mean "
                f"{following}/ or {following}.html?"
            )
        if word == "--html" and not _is_html_target(following):
            filled.append(f"--html={DEFAULT_HTML}")
        else:
            filled.append(word)
    return filled


def _is_html_target(word: str) -> bool:
    is_page = word.lower().endswith((".html", ".htm"))
    return is_page or _is_folder(word)


def _is_meant_as_folder(word: str) -> bool:
    is_plain = bool(word) and not word.startswith("-") and not glob.has_magic(word)
    is_song_or_pattern = bool(Path(word).suffix) or NAME in word or os.path.exists(word)
    return is_plain and not is_song_or_pattern and not _is_folder(word)


def _is_folder(word: str) -> bool:
    return word.endswith(("/", os.sep)) or (bool(word) and os.path.isdir(word))


def expand_files(words: Iterable[str]) -> list[str]:
    """Files in the order given; patterns with ``*``, ``?``, ``[]``, ``**`` are expanded.

    A folder stands for the music files in it, by their extension, not those in folders
    below. A file that exists is taken as it is, even if its name looks like a pattern;
    what matches nothing is kept, for the reader to report.
    """
    files: list[str] = []
    for word in words:
        if os.path.isdir(word):
            files.extend(_music_files(word) or [word])
        elif word == "-" or os.path.exists(word) or not glob.has_magic(word):
            files.append(word)
        else:
            files.extend(sorted(glob.glob(word, recursive=True)) or [word])
    return list(dict.fromkeys(files))


def _music_files(folder: str) -> list[str]:
    from clinamen.io.files import READABLE

    names: list[str] = []
    # A folder that may not be read is for the reader to report.
    with suppress(OSError):
        names = sorted(os.listdir(folder))
    # Names with a dot in front are what programs and systems leave beside files.
    return [
        os.path.join(folder, name)
        for name in names
        if not name.startswith(".") and Path(name).suffix.lower() in READABLE
    ]


class Known(TypedDict):
    """What the user knows about a song: which part is the melody, its key and metre."""

    track: int | str | None
    key: str | None
    meter: str | None
    pickup: str | None


def known(track: str | None, key: str | None, meter: str | None, pickup: str | None) -> Known:
    """The options that every reading command has, for its request."""
    return Known(track=as_track(track), key=key, meter=meter, pickup=pickup)


def as_track(word: str | None) -> int | str | None:
    """A part by its number if it is one, else by its name."""
    if word is None:
        return None
    return int(word) if word.isascii() and word.isdecimal() else word


def as_limit(word: str | None) -> int | None:
    """A limit on shared runs; 0 if there is to be none.

    Raises
    ------
    ParameterError
        If it is no whole number.
    """
    if word is None or word == "none":
        return None if word is None else 0
    if not (word.isascii() and word.isdecimal() and len(word) < 10):
        raise ParameterError(f"--max-shared is a number of notes, or none, not {word!r}")
    return int(word)


@dataclass(frozen=True)
class OutputPattern:
    """Where a file is written per song.

    Parameters
    ----------
    pattern
        A path in which ``{name}`` stands for the song file's name without extension.
    taken
        Names in use, so that ``a/song.mid`` and ``b/song.abc`` do not overwrite each
        other: the second becomes ``song-2``.
    """

    pattern: str
    option: str
    taken: set[str]

    @classmethod
    def parse(
        cls, option: str, value: str, n_files: int, extensions: Sequence[str]
    ) -> OutputPattern:
        """Check what the user gave.

        Raises
        ------
        ParameterError
            If the extension is none of `extensions`, or one name is to serve for
            several songs.
        """
        if _is_folder(value):
            value = os.path.join(value, f"{NAME}{extensions[0]}")
        if not value.lower().endswith(tuple(extensions)):
            names = " or ".join(extensions)
            raise ParameterError(f"{option} must name a folder or end in {names}, not {value!r}")
        if n_files > 1 and NAME not in value:
            raise ParameterError(
                f"{option} {value} names one file for {n_files} songs; "
                f"give a folder such as out/ or a pattern such as {NAME}{extensions[0]}"
            )
        return cls(value, option, set())

    @property
    def extension(self) -> str:
        """``svg``, ``png``, ``html``: in lower case, without the dot."""
        return Path(self.pattern).suffix.lower().lstrip(".")

    def path_for(self, file: str) -> Path:
        """The path to write for a song file."""
        stem = "stdin" if file == "-" else Path(file).stem
        name, count = stem, 1
        while name in self.taken:
            count += 1
            name = f"{stem}-{count}"
        self.taken.add(name)
        return Path(self.pattern.replace(NAME, name))

    def write(self, file: str, data: bytes) -> Path:
        """Write what belongs to a song file; folders are made as needed.

        Raises
        ------
        ParameterError
            If that would overwrite the song file itself.
        MissingError
            If it cannot be written.
        """
        path = self.path_for(file)
        try:
            if path.exists() and os.path.exists(file) and path.samefile(file):
                raise ParameterError(f"{path}: {self.option} would overwrite the song itself")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        except OSError as error:
            raise MissingError(f"{path}: cannot be written ({error.strerror})") from None
        return path
