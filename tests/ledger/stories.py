"""Stories to be tried on."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from clinamen.errors import FormatError
from clinamen.ledger import (
    Activity,
    Agent,
    Attestation,
    Content,
    Entity,
    Entry,
    Project,
    ProjectStore,
)
from clinamen.ledger.verifying import Shown

MAKER = Agent("person", "Lan")
PROGRAM = Agent("program", "clinamen", version="9")


def sign(statement: bytes) -> bytes:
    """Stands for a signature: who changes a story here cannot make it."""
    return hashlib.sha256(b"a secret" + statement).digest()


def check(data: bytes, statement: bytes) -> Shown:
    """What `sign` made, or not."""
    if data != sign(statement):
        raise FormatError("not the signature of this")
    return Shown("signed")


CHECKERS = {"ed25519": check}


@dataclass(frozen=True)
class Told:
    """A story as plain values."""

    project: str
    entries: tuple[Entry, ...]
    entities: tuple[Entity, ...]
    attestations: tuple[Attestation, ...]


def begun(path: object = None, *, document: str = "first") -> tuple[ProjectStore, Project]:
    """A store with a song."""
    store = ProjectStore(path, by=(MAKER, PROGRAM))  # type: ignore[arg-type]
    song = store.create("A song", "song.abc", b"X:1", options="{}", document=document)
    return store, song


def lived(steps: Sequence[int] = (0, 1, 2, 3, 4, 5, 6, 0)) -> tuple[ProjectStore, str]:
    """A store with a song that has seen many things."""
    store, song = begun()
    for number, step in enumerate(steps):
        base = song.revision.id
        if step == 0:
            song = store.commit(song.id, f"draft {number}", base=base, action="moved")
        elif step == 1:
            swerve = Activity("swerve", {"at": "2.1", "seed": 0.5}, used=(song.revision.draft,))
            drafts = [Content("draft", f"variant {number} {k}".encode()) for k in range(3)]
            _, made = store.story.append(song.id, swerve, drafts)
            store.story.append(song.id, Activity("reject", used=made[1:]))
            kept = Activity("keep", used=made[:1])
            song = store.commit(
                song.id, f"variant {number} 0", base=base, action="kept", activity=kept
            )
        elif step == 2 and song.can_undo:
            song = store.undo(song.id, base=base)
        elif step == 3 and song.can_redo:
            song = store.redo(song.id, base=base)
        elif step == 4:
            song = store.name_version(song.id, f"version {number}", revision=base)
        elif step == 5:
            first = min(state.id for state in store.history(song.id))
            song = store.take_up(song.id, first, base=base)
        elif step == 6:
            out = Content("file song.mid", b"MThd\xff\x00" + bytes([number % 256]))
            store.story.append(song.id, Activity("export", {"format": "mid"}), [out])
    return store, song.id


def told(store: ProjectStore, project: str, *, is_signed: bool = True) -> Told:
    """The story of a song, signed at its end."""
    if is_signed:
        head = store.story.head(project)
        store.story.attest(project, Attestation(head.seq, "ed25519", sign(head.statement())))
    return Told(
        project,
        store.story.entries(project),
        tuple(store.story.entities(project)),
        store.story.attestations(project),
    )
