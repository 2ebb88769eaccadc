"""What the maker has made before: songs of their projects and of files, measured."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from clinamen.domains.music.tunes.population import Population
from clinamen.errors import ClinamenError
from clinamen.io.measures_file import DIGITS
from clinamen.operations.text import clean

if TYPE_CHECKING:
    from clinamen.domains.music.listener import Listener
    from clinamen.domains.music.notes import Song
    from clinamen.operations._learn_songs import Telling
    from clinamen.operations._worth import FloatArray

__all__ = ["MINE", "made_before", "measured", "songs_of_files", "songs_of_projects"]

MINE = "mine"
"""The group of what the maker has made."""


def songs_of_projects(path: Path | None = None) -> Iterator[tuple[Song, str]]:
    """Songs of all projects as they are now, each with a name; none where stories are off.

    Parameters
    ----------
    path
        Their store; by default that of the user.

    What cannot be read is left out: it is nothing that this command could mend.
    """
    from clinamen.operations.edit import Draft, edited_song
    from clinamen.operations.story.home import default_store, open_store
    from clinamen.operations.story.keeping import ENVIRONMENT
    from clinamen.operations.story.recording import source_song

    is_off = os.environ.get(ENVIRONMENT, "").lower() == "off" and path is None
    path = path or default_store()
    if is_off or not path.exists():
        return
    with closing(open_store(path, is_copy=True)) as store:
        for summary in store.projects():
            try:
                project = store.project(summary.id)
                song = source_song(store, summary.id)
                yield edited_song(song, Draft.from_json(project.revision.document)), summary.title
            except ClinamenError:
                continue


def songs_of_files(files: Sequence[str], tell: Telling) -> Iterator[tuple[Song, str]]:
    """Songs of files and folders, each with a name; what is bad is told."""
    from clinamen.io._source import read_bytes
    from clinamen.io.files import songs_of
    from clinamen.operations._learn_songs import music_files

    for file in music_files(files):
        try:
            for song in songs_of(read_bytes(file), file):
                if isinstance(song, ClinamenError):
                    tell(song, file)
                else:
                    yield song, song.title or Path(file).name
        except ClinamenError as error:
            tell(error, file)


def made_before(listener: Listener) -> FloatArray:
    """Measures of the songs of all projects, shape ``(P, M)``, in the ears of a listener."""
    return measured(songs_of_projects(), listener).measures


def measured(songs: Iterable[tuple[Song, str]], listener: Listener) -> Population:
    """Where songs lie, each in its own key, metre and bars; those without notes are left out."""
    from clinamen.domains.music.editing import notes_in_ticks
    from clinamen.domains.music.tunes.ear import Ear
    from clinamen.domains.music.tunes.measures import MEASURES, measure_tunes
    from clinamen.domains.music.tunes.tune import Tune

    rows = []
    for song, title in songs:
        if not song.melody.notes:
            continue
        try:
            tune = Tune.of(notes_in_ticks(song.melody))
            heard = Ear(listener, song).hear([tune])
            (figures,) = measure_tunes(song, [tune], heard)
        except ClinamenError:
            continue  # Notes shorter than a tick, for instance: nobody could sing it.
        # As a file keeps them, so that a song that comes again is the same one.
        rows.append((clean(title), MINE, tuple(np.round(figures, DIGITS).tolist())))
    return Population.of({*rows}, len(MEASURES))
