"""What a command did, kept in the story of its song without work for the maker.

A song is known by the bytes of its file: what a command wrote is found again when the next one
reads it, so that a path over many files is one story.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clinamen.errors import ParameterError, UnsupportedError
from clinamen.ledger import Activity, Agent, Content, Entry, Project, ProjectStore, file_kind
from clinamen.operations.edit import draft_of
from clinamen.operations.text import clean
from clinamen.texts import LANGUAGES, Message

if TYPE_CHECKING:
    from clinamen.domains.music.notes import Song

__all__ = [
    "MAX_NOTE",
    "Given",
    "Reading",
    "add_note",
    "begin_project",
    "in_all_languages",
    "new_project",
    "options_of",
    "plain_request",
    "record_files",
    "source_song",
]

MAX_NOTE = 5_000
"""Longest note of a maker, in characters."""

Reading = Mapping[str, Any]
"""Options of `clinamen.io.files.read_song` that were given."""


@dataclass(frozen=True)
class Given:
    """A song file that a command read."""

    name: str
    data: bytes
    reading: Reading

    @property
    def was_told(self) -> dict[str, Any]:
        """Options that were given, as plain values."""
        return {name: _plain(each) for name, each in self.reading.items() if each is not None}


def options_of(name: str, reading: Reading | None) -> str:
    """How the source of a project is to be read, as the store keeps it."""
    return json.dumps({"name": name, **(reading or {})}, sort_keys=True, default=str)


def begin_project(
    store: ProjectStore,
    data: bytes,
    name: str,
    reading: Reading | None = None,
    *,
    activity: Activity | None = None,
    beside: Sequence[Content] = (),
) -> Project:
    """Begin a project from the bytes of a file, or go on with the one that began so.

    Raises
    ------
    FormatError, MissingError, ParameterError, UnsupportedError
        As `new_project`.
    """
    found = store.find(data, options_of(name, reading))
    if found is not None:
        return store.project(found)
    return new_project(store, data, name, reading, activity=activity, beside=beside)


def new_project(
    store: ProjectStore,
    data: bytes,
    name: str,
    reading: Reading | None = None,
    *,
    title: str | None = None,
    activity: Activity | None = None,
    beside: Sequence[Content] = (),
) -> Project:
    """Begin a project from the bytes of a file, even where one began so.

    Parameters
    ----------
    title
        That of the song, or the file's name, if not given.

    Raises
    ------
    FormatError, MissingError, ParameterError
        As `clinamen.io.files.read_song`.
    UnsupportedError
        If there are no notes in it.
    """
    from clinamen.io.files import song_from_bytes

    song = song_from_bytes(data, name, **(reading or {}))
    if not song.melody.notes:
        raise UnsupportedError("there are no notes to edit in it", source=name)
    return store.create(
        (clean(song.title) or name) if title is None else title,
        name,
        data,
        options=options_of(name, reading),
        document=draft_of(song).to_json(),
        activity=activity,
        beside=beside,
    )


def source_song(store: ProjectStore, project: str) -> Song:
    """The song of a project as it was read from its source.

    Raises
    ------
    FormatError, MissingError, ParameterError
        As `clinamen.io.files.read_song`.
    """
    from clinamen.io.files import song_from_bytes

    options = json.loads(store.project(project).options)
    name = options.pop("name")
    return song_from_bytes(store.source(project), name, **options)


def plain_request(request: Any, *, without: Sequence[str] = ()) -> dict[str, Any]:
    """What was asked for, as plain values; what was left at its default is left out, but the
    seed is there always."""
    plain: dict[str, Any] = {}
    for each in dataclasses.fields(request):
        value = getattr(request, each.name)
        if each.name not in without and (value != each.default or each.name == "seed"):
            plain[each.name] = _plain(value)
    return plain


def in_all_languages(text: str) -> dict[str, str]:
    """A text in every language it can be said in, as the story keeps it: what is said so today
    may be said otherwise by a later Clinamen, or not at all."""
    if isinstance(text, Message):
        return {each: clean(text.said(each)) for each in LANGUAGES}
    return {LANGUAGES[0]: clean(text)}


def _plain(value: Any) -> Any:
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return str(value)


def record_files(
    store: ProjectStore,
    kind: str,
    written: Sequence[Path],
    *,
    given: Given | None,
    settings: Mapping[str, Any],
    agents: Sequence[Agent] = (),
    begins: bool = True,
) -> str:
    """Add what a command did to the story of its song, which begins now if it is not known.

    Parameters
    ----------
    kind
        The activity: ``swerve``, ``compose``, ``sculpt``, ``export``.
    written
        Files it wrote.
    given
        The song it worked on; None where it made one from nothing.
    begins
        Whether a story may begin with this.

    Returns
    -------
    str
        The project; "" where there is none and none begins.
    """
    files = [Content(file_kind(path.name), path.read_bytes()) for path in written]
    if given is None:
        activity, name = Activity(kind, settings, tuple(agents)), written[0].name
        return begin_project(store, files[0].data, name, activity=activity, beside=files[1:]).id
    if not begins and store.story.find(given.data) is None:
        return ""
    project, used = _known(store, given)
    if given.was_told:
        settings = {**settings, "reading": given.was_told}
    store.story.append(project, Activity(kind, settings, tuple(agents), used=(used,)), files)
    return project


def _known(store: ProjectStore, given: Given) -> tuple[str, str]:
    """Project of a file, begun now if there is none, and the digest of the file in it."""
    known = store.story.find(given.data)
    if known is None:
        begin_project(store, given.data, given.name, given.was_told)
        known = store.story.find(given.data)
    assert known is not None  # A project keeps the file that it begins with.
    return known


def add_note(store: ProjectStore, project: str, text: str, *, used: Sequence[str] = ()) -> Entry:
    """What a maker has to say, at this point of a story.

    Parameters
    ----------
    used
        Drafts or files that it is about.

    Raises
    ------
    ParameterError
        If it is empty or too long.
    """
    text = text.strip()
    if not 0 < len(text) <= MAX_NOTE:
        raise ParameterError(f"a note has 1 to {MAX_NOTE:,} characters")
    return store.story.append(project, Activity("note", {"text": text}, used=tuple(used)))[0]
