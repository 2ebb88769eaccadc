"""Songs whose notes are blamed, and short ways to change them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.ledger.stories import MAKER, PROGRAM

from clinamen.ledger import Project, ProjectStore
from clinamen.operations.edit import Draft
from clinamen.operations.story.blame import NoteOrigin

Notes = list[list[Any]]

BEAT = 10080
TUNE = [[beat * BEAT, BEAT, pitch] for beat, pitch in enumerate((60, 62, 64, 65, 67, 65, 64, 62))]


def text(notes: Notes, chords: Notes) -> str:
    return Draft.from_plain({"notes": notes, "chords": chords}).to_json()


def begin(notes: Notes = TUNE, chords: Sequence[Any] = ()) -> tuple[ProjectStore, Project]:
    store = ProjectStore(None, by=(MAKER, PROGRAM))
    chords = [list(each) for each in chords]
    document = text(notes, chords)
    return store, store.create("A song", "song.abc", b"X:1", options="{}", document=document)


def commit(store: ProjectStore, song: Project, notes: Notes, action: str) -> Project:
    return store.commit(song.id, text(notes, []), base=song.revision.id, action=action)


def only(found: Sequence[NoteOrigin], onset: int) -> NoteOrigin:
    (origin,) = [each for each in found if each.of.onset_ticks == onset]
    return origin


def with_pitch(pitch: int) -> Notes:
    return [[*TUNE[0][:2], pitch], *TUNE[1:]]
