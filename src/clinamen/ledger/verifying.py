"""Whether a story is as it was written: any entry changed, removed, put elsewhere, cut off.

The chain alone finds what was changed by someone who did not hash it anew. Someone who did, or
who cut off the end, is found by a signed or stamped head; a story that was forged as a whole,
with a key of its own, only by who kept a head (or the key) elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from clinamen.errors import ClinamenError
from clinamen.ledger._values import Attestation, Entity, Entry, Head
from clinamen.ledger.chain import GENESIS, entry_hash

__all__ = ["Attested", "Checker", "Problem", "Shown", "Verification", "verify_chain", "verify_log"]

_NAMES = {
    "ed25519": "signature",
    "rfc3161": "time-stamp",
    "opentimestamps": "OpenTimestamps proof",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """What an attestation shows.

    Parameters
    ----------
    words
        For people.
    is_proof
        Whether it proves that; else it is a claim that awaits something: a block, a root.
    """

    words: str
    is_proof: bool = True


Checker = Callable[[bytes, bytes], Shown]
"""Takes the data of an attestation and the statement it should be about; says what it shows, or
raises a `ClinamenError`."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is not as it was written.

    Parameters
    ----------
    seq
        Number of the entry; None where it is not of one entry.
    """

    seq: int | None
    what: str

    def __str__(self) -> str:
        return self.what if self.seq is None else f"entry {self.seq}: {self.what}"


@dataclass(frozen=True, slots=True)
class Attested:
    """A signature or a time-stamp that holds, or awaits what it is to be checked with."""

    seq: int
    kind: str
    words: str
    is_proof: bool


@dataclass(frozen=True, slots=True)
class Verification:
    """What was found.

    Parameters
    ----------
    problems
        None where all is as it was written, as far as can be seen.
    head
        The last entry.
    attested
        Signatures and time-stamps that hold.
    """

    problems: tuple[Problem, ...]
    n_entries: int
    n_hidden: int
    head: Head
    attested: tuple[Attested, ...]

    @property
    def is_sound(self) -> bool:
        """Whether nothing was found."""
        return not self.problems

    @property
    def attested_seq(self) -> int:
        """Up to which entry the story is signed or stamped; 0 if not at all."""
        return max((each.seq for each in self.attested if each.is_proof), default=0)


def verify_log(
    project: str,
    entries: Iterable[Entry],
    entities: Iterable[Entity],
    attestations: Iterable[Attestation] = (),
    *,
    checkers: Mapping[str, Checker] | None = None,
    expected: Head | None = None,
    required: Iterable[str] = (),
) -> Verification:
    """Check a story against itself, its attestations, and a head that was kept elsewhere.

    Parameters
    ----------
    checkers
        By kind of attestation; one of a kind that is not there is a problem.
    expected
        A head that the story had once.
    required
        Kinds of attestation that the last entry must have; "rfc3161 or opentimestamps" where
        either will do.
    """
    chain = tuple(entries)
    problems = verify_chain(project, chain)
    problems += _check_entities(chain, entities)
    hashes = {entry.seq: entry.hash for entry in chain}
    attested: list[Attested] = []
    for each in attestations:
        found = _attested(project, hashes, each, checkers or {})
        if isinstance(found, Problem):
            problems.append(found)
        else:
            attested.append(found)
    if expected is not None:
        problems += _check_expected(project, hashes, expected)
    head = Head(project, chain[-1].seq, chain[-1].hash) if chain else Head(project, 0, GENESIS)
    for kind in required:
        proofs = [each for each in attested if each.is_proof and each.seq == head.seq]
        if not any(each.kind in kind.split(" or ") for each in proofs):
            problems.append(Problem(None, f"its end has no {_name(kind)}"))
    n_hidden = sum(entry.is_hidden for entry in chain)
    return Verification(tuple(problems), len(chain), n_hidden, head, tuple(attested))


def verify_chain(project: str, entries: Iterable[Entry]) -> list[Problem]:
    """What is wrong with the entries themselves, the first first."""
    problems: list[Problem] = []
    previous, awaited = GENESIS, 1
    for entry in entries:
        if entry.seq != awaited:
            problems.append(Problem(entry.seq, _out_of_order(entry.seq, awaited)))
        if not entry.is_bound:
            problems.append(Problem(entry.seq, "what it says was changed"))
        elif not entry.is_plain:
            problems.append(Problem(entry.seq, "not written as Clinamen writes it"))
        if entry_hash(project, entry.seq, previous, entry.commitment) != entry.hash:
            problems.append(Problem(entry.seq, "does not follow from the entry before"))
        previous, awaited = entry.hash, entry.seq + 1
    if awaited == 1:
        problems.append(Problem(None, "there is no entry at all"))
    return problems


def _out_of_order(seq: int, awaited: int) -> str:
    if seq > awaited:
        gone = f"entry {awaited}" if seq == awaited + 1 else f"entries {awaited} to {seq - 1}"
        return f"{gone} should come before it and cannot be found"
    return f"stands where entry {awaited} should be"


def _check_entities(entries: Iterable[Entry], entities: Iterable[Entity]) -> list[Problem]:
    """Drafts and files: each as it was, none missing, none that no entry speaks of."""
    problems: list[Problem] = []
    named: dict[str, int] = {}
    is_any_hidden = False
    used: list[tuple[int, str]] = []
    for entry in entries:
        is_any_hidden = is_any_hidden or entry.is_hidden
        for digest in _digests(entry, "generated"):
            named.setdefault(digest, entry.seq)
        used += [(entry.seq, digest) for digest in _digests(entry, "used")]
    there: set[str] = set()
    for entity in entities:
        there.add(entity.digest)
        seq = named.get(entity.digest)
        if not entity.is_bound:
            problems.append(Problem(seq, f"draft {entity.digest[:12]} was changed"))
        if seq is None:
            problems.append(Problem(None, f"no entry speaks of draft {entity.digest[:12]}"))
    for digest, seq in named.items():
        if digest not in there:
            problems.append(Problem(seq, f"draft {digest[:12]} cannot be found"))
    # What a hidden entry generated has no name here.
    for seq, digest in used:
        if not is_any_hidden and named.get(digest, seq + 1) > seq:
            problems.append(Problem(seq, f"used draft {digest[:12]} before it was there"))
    return problems


def _digests(entry: Entry, role: str) -> list[str]:
    try:
        found = entry.says.get(role, [])
    except (ValueError, TypeError, RecursionError):
        return []  # What it says was changed: the chain has told.
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []


def _name(kind: str) -> str:
    """What people call kinds of attestation: "rfc3161 or opentimestamps"."""
    return " or ".join(_NAMES.get(each, each) for each in kind.split(" or "))


def _attested(
    project: str,
    hashes: Mapping[int, str],
    attestation: Attestation,
    checkers: Mapping[str, Checker],
) -> Attested | Problem:
    seq, kind = attestation.seq, attestation.kind
    if seq not in hashes:
        return Problem(seq, f"is attested ({kind}) and cannot be found: the end was cut off")
    if kind not in checkers:
        return Problem(seq, f"attested in a way that cannot be checked here ({kind})")
    try:
        shown = checkers[kind](attestation.data, Head(project, seq, hashes[seq]).statement())
    except ClinamenError as error:
        return Problem(seq, f"the {_name(kind)} does not hold: {error}")
    return Attested(seq, kind, shown.words, shown.is_proof)


def _check_expected(project: str, hashes: Mapping[int, str], expected: Head) -> list[Problem]:
    if expected.project != project:
        return [Problem(None, f"this is the story of another song than {expected.project}")]
    if expected.seq not in hashes:
        return [Problem(expected.seq, "was there once and cannot be found: the end was cut off")]
    if hashes[expected.seq] != expected.hash:
        return [Problem(expected.seq, "was another one once: the story was written anew")]
    return []
