"""Files for songs that were made: named by a pattern, and nothing that exists is lost."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from clinamen.errors import MissingError, ParameterError
from clinamen.operations.text import clean

if TYPE_CHECKING:
    from clinamen.domains.music.notes import Song

__all__ = ["SongFiles", "check_free", "write_songs", "written_words"]

NAME, NUMBER = "{name}", "{n}"


@dataclass(frozen=True)
class SongFiles:
    """Where songs that were made are written.

    Parameters
    ----------
    pattern
        A path; ``{name}`` is the song file's name without extension, ``{n}`` the rank.
    source
        The song's file.
    overwrite
        Whether files that exist may be replaced; the source never is.
    """

    pattern: str
    source: str
    overwrite: bool = False

    @classmethod
    def parse(cls, value: str, source: str, *, overwrite: bool = False) -> SongFiles:
        """What the user gave: a folder, a file, or a pattern.

        A folder stands for ``{name}-{n}`` in it. Without an extension, that of the source is
        taken if we write it, else ``.mid``.

        Raises
        ------
        ParameterError
            If the extension is none that we write.
        """
        from clinamen.io.files import CHORD_SHEETS, WRITABLE

        if value == "-":
            raise ParameterError("--out must name a folder or files, not -")
        if value.endswith(("/", os.sep)) or os.path.isdir(value):
            value = os.path.join(value, f"{NAME}-{NUMBER}")
        suffix = Path(value).suffix.lower()
        holds_notes = [each for each in WRITABLE if each not in CHORD_SHEETS]
        if not suffix:
            own = Path(source).suffix.lower()
            value += own if own in holds_notes else ".mid"
        elif suffix not in holds_notes:
            raise ParameterError(
                f"--out must name a folder or end in {', '.join(holds_notes)}, not {value!r}"
            )
        return cls(value, source, overwrite)

    def paths(self, n: int) -> list[Path]:
        """Files for ranks 1 to `n`; a pattern without ``{n}`` holds the best alone."""
        stem = "stdin" if self.source == "-" else Path(self.source).stem
        ranks = range(1, n + 1 if NUMBER in self.pattern else 2)
        return [Path(self.pattern.replace(NAME, stem).replace(NUMBER, str(rank))) for rank in ranks]

    def check(self, n: int) -> None:
        """Before anything is made or written: nothing that exists is lost.

        Raises
        ------
        ParameterError
            If a file exists and may not be replaced, or is the source.
        """
        check_free(self.paths(n), self.source, overwrite=self.overwrite)

    def write(self, songs: Sequence[Song]) -> list[Path]:
        """Write songs in the order of their ranks; folders are made as needed.

        Raises
        ------
        ParameterError
            As `check`.
        MissingError, UnsupportedError
            If a file cannot be written, or its format cannot hold the song.
        """
        self.check(len(songs))
        paths = self.paths(len(songs))
        write_songs(songs, paths)
        return paths


def written_words(paths: Sequence[Path], n: int) -> Iterator[str]:
    """Which files were written of so many songs, and how to have those that were not."""
    for path in paths:
        yield f"wrote {clean(path)}"
    if 0 < len(paths) < n:
        path = paths[0]
        all_of_them = path.with_name(f"{path.stem}-{NUMBER}{path.suffix}")
        yield (
            f"{n - len(paths)} more not written: -o {clean(path.with_suffix(''))}/ or "
            f"-o {clean(all_of_them)} writes all"
        )


def check_free(paths: Iterable[Path], source: str, *, overwrite: bool) -> None:
    """Nothing that exists is lost when files are written; the source never is.

    Raises
    ------
    ParameterError
        As `SongFiles.check`.
    """
    for path in paths:
        if not path.exists():
            continue
        if os.path.exists(source) and path.samefile(source):
            raise ParameterError(f"{path}: --out would overwrite the song itself")
        if not overwrite:
            raise ParameterError(f"{path}: exists already and may not be replaced (--force)")


def write_songs(songs: Sequence[Song], paths: Sequence[Path]) -> None:
    """Write songs to files, as many as there are of both; folders are made as needed.

    Raises
    ------
    MissingError, UnsupportedError
        As `SongFiles.write`.
    """
    from clinamen.io.files import write_song

    for path, song in zip(paths, songs, strict=False):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise MissingError(f"{path}: cannot be written ({error.strerror})") from None
        write_song(song, path)
