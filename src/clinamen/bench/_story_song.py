"""A story to be tried on: a song that has seen many things, signed and stamped at its end."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from clinamen.bench._authority import Authority
from clinamen.errors import ClinamenError
from clinamen.ledger import Activity, Agent, Attestation, Content, ProjectStore
from clinamen.ledger.attest import (
    Trust,
    accept_stamp,
    checkers,
    create_key,
    request_stamp,
    sign,
)
from clinamen.ledger.log_file import Log, read_log, write_log
from clinamen.ledger.verifying import Checker, verify_log

__all__ = ["REQUIRED", "Evidence", "log_bytes", "make_evidence", "signed", "stamped"]

REQUIRED = ("ed25519", "rfc3161")
"""The end must be attested so."""

_N_ROUNDS = 4


@dataclass(frozen=True)
class Evidence:
    """A story as a file, as the database it is kept in, and what a checker trusts.

    Parameters
    ----------
    image
        The bytes of the database, which holds another song too.
    trust
        By kind of attestation, with the key and the authority of the maker.
    """

    project: str
    log: Log
    file: bytes
    image: bytes
    trust: Mapping[str, Checker]
    authority: Authority

    def is_file_sound(self, data: bytes) -> bool:
        """Whether a `.story` file passes."""
        try:
            log = read_log(data, source="story")
        except ClinamenError:
            return False
        found = verify_log(
            log.project,
            log.entries,
            log.entities,
            log.attestations,
            checkers=self.trust,
            required=REQUIRED,
        )
        return found.is_sound

    def is_image_sound(self, image: bytes, folder: Path) -> bool:
        """Whether a database passes."""
        path = folder / "tried.db"
        path.write_bytes(image)
        try:
            store = ProjectStore.snapshot(path)
            return store.story.verify(self.project, checkers=self.trust, required=REQUIRED).is_sound
        except ClinamenError:
            return False


def make_evidence(folder: Path, chance: random.Random) -> Evidence:
    """A story with a key and an authority made for it."""
    key, authority = create_key(folder / "key.pem"), Authority.make()
    path = folder / "projects.db"
    store = ProjectStore(path, by=(Agent("person", "A maker"), Agent("program", "clinamen", "0")))
    project = _lived(store, chance)
    statement = store.story.head(project).statement()
    for kind, data in (
        ("ed25519", sign(key, statement)),
        ("rfc3161", stamped(authority, statement)),
    ):
        store.story.attest(project, Attestation(store.story.head(project).seq, kind, data))
    log = store.story.log(project)
    store.close()
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA journal_mode = DELETE")
    database.close()
    trust = Trust(fingerprint=key.signer.fingerprint, roots=(authority.root.certificate,))
    return Evidence(project, log, log_bytes(log), path.read_bytes(), checkers(trust), authority)


def signed(folder: Path, statement: bytes) -> bytes:
    """A signature by a key of somebody else."""
    path = folder / "other.pem"
    path.unlink(missing_ok=True)
    return sign(create_key(path), statement)


def stamped(authority: Authority, statement: bytes) -> bytes:
    """A stamp of an authority."""
    request = request_stamp(statement)
    answer, roots = authority.answer(request.content), [authority.root.certificate]
    return accept_stamp(answer, statement, roots, nonce=request.nonce)


def log_bytes(log: Log) -> bytes:
    """A story as a file."""
    return b"".join(write_log(log.project, log.entries, log.entities, log.attestations))


def _lived(store: ProjectStore, chance: random.Random) -> str:
    """A song that was edited, swerved, taken back, named and written out."""
    other = store.create("Another", "other.abc", b"X:2", options="{}", document="one")
    song = store.create("A song", "song.abc", b"X:1", options="{}", document=_draft(chance))
    for number in range(_N_ROUNDS):
        song = store.commit(song.id, _draft(chance), base=song.revision.id, action="pitch")
        proposals = [Content("draft", _draft(chance).encode()) for _ in range(3)]
        swerve = Activity("swerve", {"at": "6.1", "seed": number}, used=(song.revision.draft,))
        _, made = store.story.append(song.id, swerve, proposals)
        kept = Activity("keep", {"of": "swerve"}, used=made[:1])
        song = store.commit(
            song.id,
            proposals[0].data.decode(),
            base=song.revision.id,
            action="kept",
            activity=kept,
        )
        store.story.append(song.id, Activity("reject", {"of": "swerve"}, used=made[1:]))
        song = store.name_version(song.id, f"version {number}", revision=song.revision.id)
        other = store.commit(other.id, f"{number}", base=other.revision.id, action="pitch")
        song = store.undo(song.id, base=song.revision.id)
        song = store.redo(song.id, base=song.revision.id) if number % 2 else song
        midi = Content("file song.mid", b"MThd\xff" + chance.randbytes(200))
        store.story.append(song.id, Activity("export", {"format": "mid"}), [midi])
        store.story.append(song.id, Activity("note", {"text": "the second is the one"}))
    song = store.restore(song.id, "version 0", base=song.revision.id)
    return store.rename(song.id, "A song in the rain").id


def _draft(chance: random.Random) -> str:
    """Something that packs as drafts do: the same again and again."""
    notes = (f'{{"onset":"{beat}","pitch":{chance.randrange(55, 80)}}}' for beat in range(60))
    return "[" + ",".join(notes) + "]"
