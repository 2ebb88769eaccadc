"""What an expedition is about, opened: the song, the passage, the listener, and what is left of
earlier drafts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from clinamen.domains.music.editing import notes_in_ticks
from clinamen.errors import ClinamenError, FormatError, MissingError, UnsupportedError
from clinamen.ledger import DRAFT, ProjectStore
from clinamen.ledger.expeditions import Expedition
from clinamen.operations.edit import Draft, locked_places
from clinamen.operations.fish._generators import LeftDraft, Material
from clinamen.operations.fish._judging import Judge, chords_in_ticks
from clinamen.operations.fish.passage import passage_of
from clinamen.operations.fish.wish import parse_wish
from clinamen.operations.listeners import load_listener
from clinamen.operations.story.path import Path

if TYPE_CHECKING:
    from clinamen.domains.music.fingerprints import Fingerprints
    from clinamen.domains.music.listener import Listener
    from clinamen.domains.music.notes import Song

__all__ = ["Water", "checked_song", "open_water", "options_of_expedition"]

_MOST_DRAFTS = 40
"""Earlier drafts that are tried again, the newest ones."""

_CHOSEN = ("keep", "branch")
"""Steps that take what they use: it was not left."""


@dataclass(frozen=True, eq=False)
class Water:
    """What is fished in.

    Parameters
    ----------
    song
        As it was when the expedition began.
    draft
        The same with what is locked.
    material
        For the generators.
    listener_name
        Name or path; None for the default one.
    """

    song: Song
    draft: Draft
    material: Material
    listener_name: str | None

    @property
    def judge(self) -> Judge:
        """Of ideas."""
        return self.material.judge


def options_of_expedition(expedition: Expedition) -> dict[str, Any]:
    """The options of an expedition.

    Raises
    ------
    FormatError
        If they are damaged.
    """
    try:
        options = json.loads(expedition.options)
    except ValueError as error:
        raise FormatError(f"no options of an expedition: {error}") from None
    if not isinstance(options, dict) or not isinstance(options.get("source"), str):
        raise FormatError("no options of an expedition")
    return options


def checked_song(song: Song) -> None:
    """See that there is something to fish in.

    Raises
    ------
    UnsupportedError
        If not.
    """
    if len(song.melody.notes) < 2:
        raise UnsupportedError("a song to fish in has two notes or more", source=song.source)


def open_water(
    store: ProjectStore, expedition: Expedition, *, listener: Listener | None = None
) -> Water:
    """Open what an expedition is about.

    Raises
    ------
    ClinamenError
        If the song or the listener cannot be read, or the wish names what is not there.
    """
    options = options_of_expedition(expedition)
    path = Path(store, expedition.project)
    source = options["source"]
    song = path.song(source)
    checked_song(song)
    draft = path.draft(source)
    locks = list(options.get("locks", []))
    if path.entity(source).kind == DRAFT:
        locks += locked_places(song, draft)
    name = options.get("listener")
    listener = load_listener(name) if listener is None else listener
    wish = parse_wish(expedition.wish)
    judge = Judge(song, listener, passage_of(song, wish, _part(options)), wish, locks)
    drafts = _left_drafts(path, source, judge)
    return Water(song, draft, Material(judge, _index(name), drafts), name)


def _part(options: Mapping[str, Any]) -> tuple[int, int] | None:
    """The part of a long passage that was chosen when the expedition began."""
    part = options.get("part")
    if part is None:
        return None
    try:
        low, high = (int(bar) for bar in part)
    except (TypeError, ValueError) as error:
        raise FormatError(f"no options of an expedition: {error}") from None
    return low, high


def _index(listener_name: str | None) -> Fingerprints | None:
    from clinamen.operations.fingerprints import load_fingerprints

    try:
        return load_fingerprints(listener_name)
    except MissingError:
        return None


def _left_drafts(path: Path, source: str, judge: Judge) -> tuple[LeftDraft, ...]:
    """Notes and chords of what the maker tried or was offered and did not go on with."""
    chosen = {source, path.head}
    offered: list[str] = []
    for step in path.steps:
        # Of finds it is learnt what became of them.
        if step.kind != "fish":
            offered += [*step.generated, *(digest for digest, _ in step.states)]
        if step.kind in _CHOSEN:
            chosen.update(step.used)
    found: list[LeftDraft] = []
    for digest in reversed(list(dict.fromkeys(offered))):
        if digest in chosen or len(found) >= _MOST_DRAFTS:
            continue
        # A picture or a sealed file may be in a story too.
        with suppress(ClinamenError):
            song = path.song(digest)
            notes = notes_in_ticks(song.melody)
            inside = [note for note in notes if judge.passage.holds(note[0])]
            if inside and inside != [n for n in judge.notes if judge.passage.holds(n[0])]:
                found.append((notes, chords_in_ticks(song)))
    return tuple(found)
