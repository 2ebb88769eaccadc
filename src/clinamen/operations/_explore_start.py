"""Where an exploration begins: a song, or a find of an atlas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clinamen.errors import MissingError, ParameterError, UnsupportedError
from clinamen.operations.story.recording import Given

if TYPE_CHECKING:
    from clinamen.domains.music.constraints import Bounds
    from clinamen.domains.music.notes import Song
    from clinamen.operations._worth import FloatArray

__all__ = ["ExploreStart", "start_of"]


@dataclass(frozen=True, eq=False)
class ExploreStart:
    """A tune to begin with.

    Parameters
    ----------
    song
        It, in its bars, key and chords.
    title
        What to call it.
    mine
        Measures of what the maker has made, shape ``(P, M)``, as the atlas keeps them; None
        for a song, which tells of no other.
    is_mine
        Whether it is a song of the maker's, and no find of an atlas.
    bounds
        Which pitches new notes may have; None for the usual ones.
    given
        The song that the story tells of: it, or that of the atlas; None where there is none.
    told
        Where in an atlas it is from, for the story.
    """

    song: Song
    title: str
    mine: FloatArray | None
    is_mine: bool
    bounds: Bounds | None
    given: Given | None
    told: Mapping[str, Any]


def start_of(
    file: str,
    *,
    cell: str | None = None,
    best: int | None = None,
    axes: tuple[str | None, str | None] = (None, None),
    reading: Mapping[str, Any] | None = None,
) -> ExploreStart:
    """A song, or a find of an atlas: that of a cell, or one of those most worth going to.

    Parameters
    ----------
    cell
        Of the map: ``4,7``, or ``surprise=3.1,density=1.2``.
    best
        1 is the place most worth going to; the default where no cell is named.
    axes
        Measures along which the map is drawn; None for its own.
    reading
        How to read a song.

    Raises
    ------
    ParameterError
        If a cell is named and the file is a song, or there is no such cell.
    MissingError
        If there is no such file, or nothing has been found there.
    FormatError
        If the file cannot be read.
    """
    from clinamen.io._source import read_bytes
    from clinamen.io.atlas_file import is_atlas
    from clinamen.io.files import song_from_bytes

    data = read_bytes(file)
    if is_atlas(data):
        return _of_atlas(data, file, cell, best, axes)
    if cell is not None or best is not None:
        raise ParameterError(f"{file}: it is a song; --cell and --best are for an atlas")
    song = song_from_bytes(data, file, **(reading or {}))
    if len(song.melody.notes) < 2:
        raise UnsupportedError("there is no melody to go deep in", source=file)
    # What came by standard input has no story.
    given = None if file == "-" else Given(Path(file).name, data, reading or {})
    return ExploreStart(song, song.title or file, None, True, None, given, {})


def _of_atlas(
    data: bytes,
    file: str,
    cell: str | None,
    best: int | None,
    axes: tuple[str | None, str | None],
) -> ExploreStart:
    from clinamen.operations.atlas._atlas import atlas_of
    from clinamen.operations.atlas.hearing import song_of
    from clinamen.operations.atlas.map import map_of
    from clinamen.operations.atlas.story import given_of

    atlas = atlas_of(data, source=file)
    seen = map_of(atlas, *axes)
    if cell is not None:
        place = seen.place(cell)
    else:
        worth_going, wanted = seen.worth_going, best or 1
        if not 1 <= wanted <= len(worth_going):
            raise MissingError(f"{file}: {len(worth_going)} places are worth going to")
        place = worth_going[wanted - 1]
    if place.find is None:
        raise MissingError(f"{file}: nothing has been found in cell {place.name}")
    tune = place.find.elite.solution
    if len(tune) < 2:
        raise UnsupportedError(f"the tune of cell {place.name} has fewer than two notes")
    title = f"cell {place.name}"
    return ExploreStart(
        song_of(atlas.plan, tune, title), title, atlas.mine.measures, False, atlas.plan.bounds,
        given_of(atlas.plan), {"cell": place.name},
    )  # fmt: skip
