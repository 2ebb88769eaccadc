"""`clinamen story`: what is kept of the path of a song, on a terminal."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from rich.text import Text

from clinamen.cli._render import print_table, say
from clinamen.errors import MissingError
from clinamen.io._source import read_bytes
from clinamen.ledger import (
    Activity,
    Content,
    Entity,
    Entry,
    ProjectStore,
    ProjectSummary,
    file_kind,
)
from clinamen.ledger.log_file import Log, read_log
from clinamen.operations.story.home import default_store, maker, name_maker, open_store
from clinamen.operations.story.keeping import is_kept, keep_or_not
from clinamen.operations.story.path import Path as SongPath
from clinamen.operations.story.path import find_project, step_of, steps_of
from clinamen.operations.story.recording import add_note as record_note
from clinamen.operations.story.words import HasEntities, said
from clinamen.operations.text import clean
from clinamen.texts import Message
from clinamen.texts import say as told

__all__ = [
    "add_file",
    "add_note",
    "list_stories",
    "opened",
    "show_log",
    "switch_keeping",
    "tell_maker",
]


def opened(
    store: str | None, *, is_read: bool = False, is_evidence: bool = False
) -> closing[ProjectStore]:
    """The store a user means, to be closed.

    Parameters
    ----------
    is_read
        Whether it is only read: it is not made if it is not there, and need not be writable.
    is_evidence
        As well, a file that is named is looked at without a byte of it changing.

    Raises
    ------
    MissingError
        If one that is named is only read, and is not there.
    """
    path = default_store() if store is None else Path(store)
    is_copy = is_evidence and store is not None
    if is_read or is_evidence:
        if store is not None and not path.exists():
            raise MissingError(f"{clean(store)}: no such file")
        is_copy = is_copy or not all(os.access(each, os.W_OK) for each in (path, path.parent))
    return closing(open_store(path, is_copy=is_copy))


def list_stories(store: str | None, *, as_json: bool) -> int:
    """All songs with how long their paths are."""
    with opened(store, is_read=True) as kept:
        rows = []
        for each, n_entries, at in sorted(_ends(kept), key=lambda end: end[2], reverse=True):
            if as_json:
                record = {"id": each.id, "title": each.title, "file": each.source_name,
                          "changed_at": at, "n_entries": n_entries}  # fmt: skip
                sys.stdout.write(json.dumps(record) + "\n")
            cells = [each.id[:8], clean(each.title), clean(each.source_name), str(n_entries)]
            rows.append(([Text(cell) for cell in (*cells, _minute(at))], False))
        if not as_json:
            _show_songs(rows)
    return 0


def _ends(kept: ProjectStore) -> Iterator[tuple[ProjectSummary, int, str]]:
    """Every song with the number of its last entry and when that was made."""
    for each in kept.projects():
        n_entries = kept.story.head(each.id).seq
        try:
            (last,) = map(step_of, kept.story.entries(each.id, after=n_entries - 1))
        except ValueError:  # None yet, or a damaged one: the others are to be found all the same.
            yield each, n_entries, each.changed_at
        else:
            yield each, n_entries, last.at


def _show_songs(rows: list[tuple[list[Text], bool]]) -> None:
    if not rows:
        say("No story yet: one begins when a song is opened in the studio, or when swerve, compose")
        say("or sculpt write a file.")
        return
    heads = [("id", "left"), ("title", "left"), ("began with", "left"),
             ("entries", "right"), ("last changed (UTC)", "left")]  # fmt: skip
    print_table(heads, rows)


def _minute(at: str) -> str:
    return at[:16].replace("T", " ")


class _Handed:
    """The drafts and files of a story that was handed on, those that are in it."""

    def __init__(self, log: Log) -> None:
        self._known = {each.digest: each for each in log.entities}

    def entity(self, digest: str) -> Entity:
        """A draft or a file; of one that was kept back the digest alone is known."""
        return self._known.get(digest) or Entity(digest, b"", "", b"")


def show_log(song: str, store: str | None, *, language: str, as_json: bool) -> int:
    """Every entry in one line; of a song, or of a story in a file of its own."""
    told("story.hidden", language)  # A language that is not there is refused first.
    if song.endswith(".story") and os.path.isfile(song):
        log = read_log(read_bytes(song), source=song)
        _show_entries(log.entries, _Handed(log), song, language=language, as_json=as_json)
        if not as_json:
            say(f"Whether it is as it was written: clinamen story verify {clean(song)}")
        return 0
    with opened(store, is_read=True) as kept:
        path = SongPath(kept, find_project(kept, song)[0])
        entries = kept.story.entries(path.project.id)
        _show_entries(entries, path, path.title, language=language, as_json=as_json)
    return 0


def _show_entries(
    entries: Sequence[Entry], path: HasEntities, title: str, *, language: str, as_json: bool
) -> None:
    if as_json:
        for entry in entries:
            record = {"seq": entry.seq, "hash": entry.hash, **entry.says}
            sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n")
        return
    say(Text(told("story.log", language, title=clean(title), n=len(entries)), "bold"))
    for step in steps_of(entries):
        words = said(step, path)
        line = words.said(language) if isinstance(words, Message) else words
        say(f"{step.seq:>5}  {_minute(step.at):<16}  {line}")


def tell_maker(name: str | None, store: str | None) -> int:
    """Set or show the name of the maker."""
    with opened(store) as kept:
        if name is not None:
            name_maker(kept, name)
        known = maker(kept)
        say(f"Stories say: {clean(known)}." if known else "Stories do not say who you are.")
    return 0


def add_note(song: str, text: str, store: str | None) -> int:
    """A note into the path."""
    with opened(store) as kept:
        project, digest = find_project(kept, song)
        entry = record_note(kept, project, text, used=() if digest is None else (digest,))
        say(f"Entry {entry.seq} of {clean(kept.project(project).title)}.")
    return 0


def add_file(song: str, file: str, store: str | None) -> int:
    """A draft made elsewhere into the path."""
    from clinamen.io.files import song_from_bytes

    data, name = read_bytes(file), Path(file).name
    song_from_bytes(data, name)
    with opened(store) as kept:
        project, digest = find_project(kept, song)
        used = (digest or kept.project(project).revision.draft,)
        activity = Activity("add", {"file": name}, used=used)
        entry, _ = kept.story.append(project, activity, [Content(file_kind(name), data)])
        say(f"Entry {entry.seq} of {clean(kept.project(project).title)}.")
    return 0


def switch_keeping(wanted: str | None, store: str | None) -> int:
    """Whether commands keep what they write."""
    with opened(store) as kept:
        if wanted is not None:
            keep_or_not(kept, wanted)
        state = "is kept" if is_kept(kept) else "is not kept"
        say(f"The path of what swerve, compose, sculpt and convert write {state}.")
    return 0
