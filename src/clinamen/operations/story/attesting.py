"""Signatures and time-stamps over the end of a story."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from clinamen.errors import MissingError
from clinamen.ledger import Attestation, Head, ProjectStore
from clinamen.operations.story.home import data_folder

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

    from clinamen.ledger.attest.signing import SigningKey

__all__ = [
    "ROOTS_FILE",
    "known_roots",
    "own_key",
    "remember_roots",
    "sign_story",
    "stamp_story",
    "submit_story",
    "upgrade_story",
]

ROOTS_FILE = "stamp-roots.pem"
"""Name of the file, in the data folder, of authorities that stamps were had from."""


def own_key(path: Path | None = None, *, passphrase: str | None = None) -> tuple[SigningKey, bool]:
    """The maker's key, and whether it was made just now.

    Parameters
    ----------
    path
        Its file; by default that in the data folder, which is made if it is not there.

    Raises
    ------
    ClinamenError
        As `clinamen.ledger.attest.signing.load_key`.
    """
    from clinamen.ledger.attest.signing import KEY_FILE, create_key, load_key

    file = path or data_folder() / KEY_FILE
    if path is None and not file.exists():
        return create_key(file, passphrase=passphrase), True
    return load_key(file, passphrase=passphrase), False


def sign_story(store: ProjectStore, project: str, key: SigningKey) -> Head:
    """Sign the end of a story."""
    from clinamen.ledger.attest.signing import sign

    head = store.story.head(project)
    store.story.attest(project, Attestation(head.seq, "ed25519", sign(key, head.statement())))
    return head


def stamp_story(
    store: ProjectStore, project: str, authority: str, roots: Sequence[Certificate]
) -> Head:
    """Have the end of a story stamped by an authority; a hash is sent there, nothing else.

    Raises
    ------
    ClinamenError
        As `clinamen.ledger.attest.stamping.fetch_stamp`.
    """
    from clinamen.ledger.attest.stamping import fetch_stamp

    head = store.story.head(project)
    data = fetch_stamp(head.statement(), authority, roots)
    store.story.attest(project, Attestation(head.seq, "rfc3161", data))
    return head


def submit_story(
    store: ProjectStore, project: str, calendars: Sequence[str]
) -> tuple[Head, tuple[str, ...]]:
    """Ask calendars of OpenTimestamps for the end of a story; a hash is sent, nothing else.

    Returns
    -------
    tuple
        The head, and a line for each calendar that gave nothing.
    """
    from clinamen.ledger.attest.calendars import submit

    head = store.story.head(project)
    gathered = submit(head.statement(), calendars)
    store.story.attest(project, Attestation(head.seq, "opentimestamps", gathered.data))
    return head, gathered.problems


def upgrade_story(
    store: ProjectStore, project: str, calendars: Sequence[str]
) -> tuple[int, tuple[str, ...]]:
    """Ask calendars for the blocks that they promised.

    Returns
    -------
    tuple
        How many proofs there are more than before, and a line for each calendar without news.
    """
    from clinamen.ledger.attest.calendars import upgrade

    hashes = {entry.seq: entry.hash for entry in store.story.entries(project)}
    known = store.story.attestations(project)
    pending = [each for each in known if each.kind == "opentimestamps" and each.seq in hashes]
    if not pending:
        raise MissingError("there is no proof of OpenTimestamps that awaits a block")
    problems: list[str] = []
    news = 0
    for each in pending:
        statement = Head(project, each.seq, hashes[each.seq]).statement()
        gathered = upgrade(each.data, statement, calendars)
        problems += gathered.problems
        if gathered.data != each.data:
            store.story.attest(project, Attestation(each.seq, each.kind, gathered.data))
            news += 1
    return news, tuple(dict.fromkeys(problems))


def known_roots(path: Path | None = None) -> tuple[Certificate, ...]:
    """Certificates of authorities: of a file, else of those that stamps were had from."""
    from clinamen.ledger.attest.stamping import load_roots

    file = path or data_folder() / ROOTS_FILE
    if path is None and not file.exists():
        return ()
    try:
        return load_roots(file.read_bytes(), source=str(file))
    except OSError as error:
        raise MissingError(f"{file}: cannot be read ({error.strerror})") from None


def remember_roots(roots: Sequence[Certificate]) -> None:
    """Keep certificates for later checks."""
    from cryptography.hazmat.primitives.serialization import Encoding

    from clinamen.io._target import write_bytes

    every = dict.fromkeys((*known_roots(), *roots))
    folder = data_folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_bytes(folder / ROOTS_FILE, b"".join(each.public_bytes(Encoding.PEM) for each in every))
