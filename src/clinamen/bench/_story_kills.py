"""A writer of a story that is killed: is anything lost that it said was done?

A kill ends the process, not the machine: what the system had been given is still brought to the
disk. That a power cut loses nothing rests on SQLite's ``synchronous = FULL``.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from clinamen.bench._killed import lines_until_killed
from clinamen.errors import AttestationError
from clinamen.ledger import Activity, Attestation, Content, ProjectStore
from clinamen.ledger.verifying import Shown

__all__ = ["CHECKERS", "killed_writers", "lost", "write_on"]

LONGEST_SECONDS = 0.1


def _check(data: bytes, statement: bytes) -> Shown:
    if data != statement:
        raise AttestationError("of another statement")
    return Shown("the statement itself")


CHECKERS = {"ed25519": _check}
"""An attestation here is the statement itself."""


def write_on(path: Path) -> None:
    """Work on a song for good, and say what is done: the head of the story after each step."""
    store = ProjectStore(path)
    known = store.projects()
    song = (
        store.project(known[0].id)
        if known
        else store.create("t", "s", b"x", options="{}", document="0")
    )
    number = store.story.head(song.id).seq
    while True:
        number += 1
        filler = " ".join(str(number * k % 9973) for k in range(500))
        proposals = [Content("draft", f"{number} {k} {filler}".encode()) for k in range(3)]
        swerve = Activity("swerve", {"seed": number}, used=(song.revision.draft,))
        _, made = store.story.append(song.id, swerve, proposals)
        _say(store, song.id)
        kept = Activity("keep", {"of": "swerve"}, used=made[:1])
        document = proposals[0].data.decode()
        song = store.commit(song.id, document, base=song.revision.id, action="kept", activity=kept)
        _say(store, song.id)
        song = store.name_version(song.id, f"version {number}", revision=song.revision.id)
        song = store.undo(song.id, base=song.revision.id)
        song = store.redo(song.id, base=song.revision.id)
        head = store.story.head(song.id)
        store.story.attest(song.id, Attestation(head.seq, "ed25519", head.statement()))
        _say(store, song.id)


def _say(store: ProjectStore, project: str) -> None:
    n_attested = len(store.story.attestations(project))
    head = store.story.head(project)
    sys.stdout.write(json.dumps([head.seq, head.hash, n_attested]) + "\n")
    sys.stdout.flush()


def lost(path: Path, seconds: float) -> list[str]:
    """What is wrong after a writer was killed so long after its first word; empty if nothing is.

    The file may hold what earlier writers left.
    """
    program = "import sys; from pathlib import Path; "
    program += f"from {__name__} import write_on; write_on(Path(sys.argv[1]))"
    lines = lines_until_killed(program, str(path), seconds=seconds)
    return _wrong(path, [json.loads(line) for line in lines])


def _wrong(path: Path, said: list[tuple[int, str, int]]) -> list[str]:
    with closing(ProjectStore(path)) as store:
        (project,) = (each.id for each in store.projects())
        found = store.story.verify(project, checkers=CHECKERS)
        hashes = {entry.seq: entry.hash for entry in store.story.entries(project)}
        n_attested = len(store.story.attestations(project))
    wrong = [str(problem) for problem in found.problems]
    wrong += [f"entry {seq} is lost" for seq, hashed, _ in said if hashes.get(seq) != hashed]
    if said and n_attested < said[-1][2]:
        wrong.append("an attestation is lost")
    return wrong if said else [*wrong, "the writer said nothing"]


def killed_writers(
    folder: Path,
    n_kills: int,
    chance: random.Random,
    telling: Callable[[str, int, int], None] | None = None,
) -> list[str]:
    """What is wrong after so many kills; each writer goes on where the one before was killed."""
    wrong: list[str] = []
    for number in range(n_kills):
        if telling:
            telling("killing writers", number, n_kills)
        # Begun anew now and then, so that what is checked each time stays short.
        path = folder / f"killed {number // 25}.db"
        wrong += lost(path, chance.uniform(0, LONGEST_SECONDS))
    return wrong
