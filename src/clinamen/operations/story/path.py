"""The path of one song: its steps in order, and the song at each of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from clinamen.errors import AmbiguousError, ClinamenError, FormatError, MissingError
from clinamen.ledger import DRAFT, Agent, Entity, Entry, ProjectStore
from clinamen.operations.edit import Draft, draft_of, edited_song
from clinamen.operations.story.recording import source_song
from clinamen.operations.text import clean

if TYPE_CHECKING:
    from clinamen.domains.music.notes import Song

__all__ = ["PROPOSING", "Path", "Step", "find_project", "step_of", "steps_of"]

PROPOSING = ("swerve", "compose", "sculpt", "fish", "atlas", "explore", "rules")
"""Activities in which the program proposes music."""


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of the story in the terms of a song.

    Parameters
    ----------
    seq
        Number of the entry, from 1.
    at
        Time in UTC, ISO 8601; "" where the entry is hidden, as all that follows.
    kind
        The activity: ``import``, ``edit``, ``swerve``, ``keep``, ...
    agents
        Who did it: person, program, listener.
    used, generated
        Digests of the drafts and files that went in and came out.
    head
        Digest of the draft that is the song from now on; None where the song stays.
    before
        Digest of the draft that was the song before; None for the first.
    settings
        With what it was done.
    action
        Of an edit, in a word or two: ``moved``.
    names
        Versions that were named: name and digest.
    states
        Drafts that were the song for a while, each with the one it was made from or None.
    """

    seq: int
    at: str
    kind: str
    agents: tuple[Agent, ...]
    used: tuple[str, ...]
    generated: tuple[str, ...]
    head: str | None
    before: str | None
    settings: Mapping[str, Any]
    action: str
    names: tuple[tuple[str, str], ...]
    states: tuple[tuple[str, str | None], ...] = ()

    @property
    def is_hidden(self) -> bool:
        """Whether nothing is known of it but that it was."""
        return not self.kind

    def agent(self, kind: str) -> Agent | None:
        """The first agent of a kind."""
        return next((agent for agent in self.agents if agent.kind == kind), None)


def step_of(entry: Entry, before: str | None = None) -> Step:
    """An entry as a step.

    Raises
    ------
    FormatError
        If it says something that no entry says.
    """
    try:
        says = entry.says
        revisions = says.get("revisions", [])
        return Step(
            seq=entry.seq,
            at=str(says.get("at", "")),
            kind=str(says.get("activity", "")),
            agents=tuple(Agent(**agent) for agent in says.get("agents", [])),
            used=tuple(says.get("used", [])),
            generated=tuple(says.get("generated", [])),
            head=says.get("head"),
            before=before,
            settings=says.get("settings", {}),
            action=str(revisions[-1]["action"]) if revisions else "",
            names=tuple((str(name), str(digest)) for name, digest in says.get("names", [])),
            states=tuple((str(each["draft"]), each.get("of")) for each in revisions),
        )
    except (TypeError, KeyError, ValueError, IndexError, RecursionError) as error:
        raise FormatError(f"no entry of a story ({error})", place=f"entry {entry.seq}") from None


def steps_of(entries: Iterable[Entry]) -> tuple[Step, ...]:
    """Entries as steps, the first first.

    Raises
    ------
    FormatError
        As `step_of`.
    """
    made: list[Step] = []
    here: str | None = None
    for entry in entries:
        step = step_of(entry, here)
        here = step.head or here
        made.append(step)
    return tuple(made)


class Path:
    """A project with its steps and its songs.

    Parameters
    ----------
    store, project
        The store and the id of the project in it.
    """

    def __init__(self, store: ProjectStore, project: str) -> None:
        self.store = store
        self.project = store.project(project)
        self._songs: dict[str, Song] = {}

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """All steps, the first first."""
        return steps_of(self.store.story.entries(self.project.id))

    @cached_property
    def makers_of(self) -> dict[str, Step]:
        """By digest, the step that generated it first."""
        found: dict[str, Step] = {}
        for step in self.steps:
            for digest in step.generated:
                found.setdefault(digest, step)
        return found

    @cached_property
    def turns(self) -> dict[str, Step]:
        """By digest of a draft, the step with which it became the song first."""
        found: dict[str, Step] = {}
        for step in self.steps:
            if step.head is not None:
                found.setdefault(step.head, step)
        return found

    def way_to(self, digest: str | None = None) -> tuple[Step, ...]:
        """The steps that led to a draft or a file, the first first: no undone or left ones.

        Parameters
        ----------
        digest
            The song as it is now if not given.
        """
        way: list[Step] = []
        here: str | None = digest or self.head
        seen: set[int] = set()
        while here is not None:
            step = self.turns.get(here) or self.makers_of.get(here)
            if step is None or step.seq in seen:
                break
            seen.add(step.seq)
            way.append(step)
            here = step.before if step.head is not None else next(iter(step.used), None)
        return tuple(reversed(way))

    @property
    def title(self) -> str:
        """Of the song."""
        return self.project.title

    @property
    def head(self) -> str:
        """Digest of the draft that is the song now."""
        return self.project.revision.draft

    def entity(self, digest: str) -> Entity:
        """A draft or a file."""
        return self.store.story.entity(self.project.id, digest)

    @cached_property
    def first_song(self) -> Song:
        """The song as it was read from its source."""
        return source_song(self.store, self.project.id)

    def song(self, digest: str | None = None) -> Song:
        """The song as a draft or a file has it; as it is now if none is named.

        Raises
        ------
        ClinamenError
            If it cannot be read.
        """
        digest = digest or self.head
        if digest not in self._songs:
            self._songs[digest] = self._read(self.entity(digest))
        return self._songs[digest]

    def _read(self, entity: Entity) -> Song:
        from clinamen.io.files import song_from_bytes

        if entity.kind == DRAFT:
            return edited_song(self.first_song, _draft(entity))
        if not entity.kind.startswith("file "):
            raise FormatError(f"no song but {entity.kind}", place=f"draft {entity.digest[:12]}")
        return song_from_bytes(entity.data, entity.kind.removeprefix("file "))

    def is_song(self, digest: str) -> bool:
        """Whether it is a draft, or a file that holds a melody."""
        try:
            return bool(self.song(digest).melody.notes)
        except ClinamenError:
            return False

    def draft(self, digest: str) -> Draft:
        """Notes and chords of a draft or a file."""
        entity = self.entity(digest)
        if entity.kind == DRAFT:
            return _draft(entity)
        return draft_of(self.song(digest))


def _draft(entity: Entity) -> Draft:
    try:
        return Draft.from_json(entity.data.decode("utf-8"))
    except UnicodeDecodeError:
        raise FormatError("not a draft", place=f"draft {entity.digest[:12]}") from None


def find_project(store: ProjectStore, wanted: str) -> tuple[str, str | None]:
    """The project a user means, and the file in it where one was named.

    Parameters
    ----------
    wanted
        A song file that the story knows by its bytes; else the title of a project, or how its id
        begins.

    Returns
    -------
    tuple
        Id of the project; digest of the file, or None.

    Raises
    ------
    MissingError
        If there is none.
    AmbiguousError
        If there are several.
    """
    import os

    from clinamen.io._source import read_bytes

    if os.path.isfile(wanted):
        known = store.story.find(read_bytes(wanted))
        if known is not None:
            return known
    projects = store.projects()
    found = [each for each in projects if each.title.casefold() == wanted.casefold()]
    found = found or [
        each for each in projects if len(wanted) >= 4 and each.id.startswith(wanted.lower())
    ]
    if len(found) > 1:
        ids = ", ".join(f"{each.id[:8]} ({each.changed_at[:10]})" for each in found)
        raise AmbiguousError(f"several songs are called so; say which: {ids}", source=clean(wanted))
    if found:
        return found[0].id, None
    if os.path.basename(wanted) != wanted or os.path.splitext(wanted)[1] or os.path.isdir(wanted):
        if not os.path.exists(wanted):
            raise MissingError(f"{clean(wanted)}: no such file, and no song is called so")
        if os.path.isdir(wanted):
            raise MissingError(f"{clean(wanted)}: a folder; name a song file, a title or an id")
    if os.path.isfile(wanted) and wanted.endswith(".story"):
        raise MissingError(
            f"{clean(wanted)}: a story that was handed on, not one of this computer; clinamen "
            "story log and verify read it"
        )
    where = "this file" if os.path.isfile(wanted) else "a song of this name"
    raise MissingError(
        f"{clean(wanted)}: no story is known of {where}; a story begins when a song is opened in "
        "the studio, or when swerve, compose or sculpt write a file"
    )
