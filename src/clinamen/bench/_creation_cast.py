"""Who makes, who judges, and on which songs: nobody has learnt what another has."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from clinamen.bench._apart import Telling
from clinamen.bench._judge import (
    Division,
    divide,
    folk_songs,
    no_common_tune,
    same_corpora,
    songs_in,
    taught,
    without,
)
from clinamen.domains.music.editing import notes_in_ticks
from clinamen.domains.music.fingerprints import Fingerprints
from clinamen.domains.music.listener import Listener
from clinamen.domains.music.notes import Song
from clinamen.errors import MissingError, ParameterError
from clinamen.operations.listeners import DEFAULT_LISTENER, load_listener

__all__ = ["Cast", "Given", "cast_of"]

LONGEST_COMMON = 11
"""A song that shares a longer run of notes with what the shipped listener has learnt, or one as
long as half of it, is perhaps a tune that it knows, and is left out."""

MOST_NOTES = 120_000
"""Of a folder, each listener learns about so many notes: a minute or two."""


@dataclass(frozen=True)
class Given:
    """What the caller chose.

    Parameters
    ----------
    set
        File of songs to be swerved; by default songs that are left over.
    train
        Folder (or file) of songs that both listeners learn parts of; by default the generator
        is the shipped listener, and the judge learns folk songs.
    generator, judge
        Files of listeners to be taken as they are.
    """

    set: str | None = None
    train: str | None = None
    generator: str | None = None
    judge: str | None = None

    def __post_init__(self) -> None:
        if self.train is not None and (self.generator or self.judge):
            raise ParameterError("train makes both listeners: give no generator and no judge")


@dataclass(frozen=True, eq=False)
class Cast:
    """Listeners and songs.

    Parameters
    ----------
    generator, judge
        Who makes, and who judges.
    songs
        To be swerved.
    tunes
        All songs of the folder, where there is one; the shipped listener may have learnt them.
    index
        Runs of what the generator has learnt; None where there is no index.
    facts
        Who they are, in plain values.
    """

    generator: Listener
    judge: Listener
    songs: tuple[Song, ...]
    tunes: tuple[Song, ...]
    index: Fingerprints | None
    facts: Mapping[str, object] = field(default_factory=dict)


def cast_of(given: Given, telling: Telling | None = None) -> Cast:
    """Listeners and songs as they were asked for.

    Raises
    ------
    MissingError
        If a file does not exist, or music21 is needed and not installed.
    FormatError
        If a song or a listener cannot be read.
    ParameterError
        If there are too few songs to be divided, or a listener has learnt no mixture.
    """
    chosen = None if given.set is None else tuple(songs_in([given.set]))
    if given.train is not None:
        return _of_folder(given.train, chosen, telling)
    generator = load_listener(given.generator)
    index = _index(given.generator)
    if given.judge is not None and chosen is not None:
        division, n_alike = Division((), (), chosen), 0
    else:
        division, n_alike = _folk_division(index, chosen)
    judge = taught("judge", division.judge, telling) if given.judge is None else load_listener(
        given.judge
    )  # fmt: skip
    for listener in (generator, judge):
        _check(listener)
    return Cast(
        generator,
        judge,
        division.songs,
        (),
        index,
        {
            "generator": given.generator or DEFAULT_LISTENER,
            "judge": given.judge or _learnt_words("folk songs and chorales of music21", judge),
            "songs": given.set or "folk songs and chorales of music21, learnt by neither",
            "n_left_out_as_perhaps_known": n_alike,
            "common_corpora": same_corpora(generator, judge),
        },
    )


def _folk_division(
    index: Fingerprints | None, chosen: tuple[Song, ...] | None
) -> tuple[Division, int]:
    """What the judge learns, and songs; without what the generator may know."""
    songs = folk_songs()
    new = [song for song in songs if index is None or not _may_be_known(song, index)]
    division = divide(new, (0.0, 0.85))
    if chosen is not None:
        division = Division((), tuple(without(division.judge, chosen)), chosen)
    no_common_tune(division.judge, division.songs)
    return division, len(songs) - len(new)


def _may_be_known(song: Song, index: Fingerprints) -> bool:
    notes = notes_in_ticks(song.melody)
    run = index.longest_run(notes)
    return run is not None and (run.n_notes > LONGEST_COMMON or 2 * run.n_notes >= len(notes))


def _of_folder(folder: str, chosen: tuple[Song, ...] | None, telling: Telling | None) -> Cast:
    songs = songs_in([folder])
    division = divide(songs, (0.45, 0.45), most_notes=MOST_NOTES)
    if chosen is not None:
        learnt = [without(part, chosen) for part in (division.generator, division.judge)]
        division = Division(tuple(learnt[0]), tuple(learnt[1]), chosen)
    no_common_tune(division.generator, division.judge)
    no_common_tune((*division.generator, *division.judge), division.songs)
    generator = taught("generator", division.generator, telling)
    judge = taught("judge", division.judge, telling)
    name = os.path.basename(os.path.normpath(folder))
    return Cast(
        generator,
        judge,
        division.songs,
        tuple(songs),
        None,
        {
            "generator": _learnt_words(name, generator),
            "judge": _learnt_words(f"{name}, other tunes", judge),
            "songs": f"{name}, learnt by neither" if chosen is None else "as given",
            "n_left_out_as_perhaps_known": 0,
            "common_corpora": same_corpora(generator, judge),
        },
    )


def _learnt_words(what: str, listener: Listener) -> str:
    return f"{listener.n_melodies} of {what}, {listener.n_notes} notes"


def _index(listener: str | None) -> Fingerprints | None:
    from clinamen.operations.fingerprints import load_fingerprints

    try:
        return load_fingerprints(listener)
    except MissingError:
        return None


def _check(listener: Listener) -> None:
    missing = [target for target in ("onset", "pitch") if target not in listener.learned]
    if missing:
        raise ParameterError(f"{listener.name} has learnt no mixture for {' and '.join(missing)}")
