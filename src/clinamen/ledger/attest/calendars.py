"""Time-stamps of OpenTimestamps over a statement: in the Bitcoin chain, by way of calendars.

A calendar gathers digests and puts one hash over all of them into a Bitcoin block. The proof is
the path from the statement to that block, so that nobody's word is needed afterwards: the
statement is at least as old as the block. Until there is a block (hours), the proof is pending
and proves nothing. It says nothing of who made the statement.

Only a hash leaves the machine: of the statement's SHA-256 and 16 random bytes, so that a
calendar cannot even tell whether the same was stamped twice. It goes to the addresses that the
user names, and to no other that an answer may name. A finished proof is checked without a
network against a block header that the user gives. Whether that block is real is to be asked of
a Bitcoin node, or of two sites that do not depend on each other; its hash is given back for it.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from clinamen.errors import AttestationError, FormatError, MissingError, ParameterError
from clinamen.ledger.attest import _ots
from clinamen.ledger.attest._envelope import unwrap, wrap
from clinamen.ledger.attest._fetch import DEFAULT_SECONDS, check_address, fetch
from clinamen.ledger.attest.blocks import BlockHeader

__all__ = [
    "Anchor",
    "Gathered",
    "Proof",
    "check_proof",
    "ots_of",
    "read_proof",
    "submit",
    "upgrade",
]

_MAX_ANSWER_BYTES = 10_000
_MAX_CALENDARS = 10
_NONCE_BYTES = 16


@dataclass(frozen=True)
class Gathered:
    """What calendars gave.

    Parameters
    ----------
    data
        The attestation, for `check_proof`; as it was, where nothing new came.
    problems
        One line for each calendar that gave nothing, or that was not asked.
    """

    data: bytes
    problems: tuple[str, ...]


@dataclass(frozen=True)
class Proof:
    """What a proof claims; only a block header makes it more than a claim.

    Parameters
    ----------
    heights
        Of the blocks it leads to, ascending; none while it is pending.
    pending
        Addresses of the calendars that promised a block.
    """

    heights: tuple[int, ...]
    pending: tuple[str, ...]


@dataclass(frozen=True)
class Anchor:
    """A block that a statement is in.

    Parameters
    ----------
    at
        Time of the block (UTC): the statement was there by then.
    height
        Number of the block, as the user gave it.
    block_hash
        To be compared with what a Bitcoin node says of this height.
    """

    at: datetime
    height: int
    block_hash: str


def submit(
    statement: bytes, calendars: Sequence[str], *, seconds: float = DEFAULT_SECONDS
) -> Gathered:
    """Ask calendars to put a statement into a block; a hash is sent, nothing else of it.

    Parameters
    ----------
    statement
        What to stamp.
    calendars
        Their addresses, ``https://...`` (``http`` only on this machine).
    seconds
        Longest wait for each.

    Raises
    ------
    ParameterError
        If no calendar is named, or too many.
    ClinamenError
        If none of them answers: what the first one did.
    """
    named = _named(calendars)
    _ots.require()
    nonce = secrets.token_bytes(_NONCE_BYTES)
    seen = _ots.commitment(statement, nonce)
    proof: bytes | None = None
    problems: list[FormatError | MissingError] = []
    for calendar in named:
        try:
            answer = _asked(f"{calendar}/digest", seen, seconds)
            if answer is None:
                raise FormatError("answers with status 404", source=calendar)
            proof = (
                _ots.begun(statement, nonce, answer, calendar)
                if proof is None
                else _ots.added(proof, statement, seen, answer, calendar)
            )
        except (FormatError, MissingError) as error:
            problems.append(error)
    if proof is None:
        raise problems[0]
    return Gathered(wrap("opentimestamps", proof), tuple(map(str, problems)))


def upgrade(
    data: bytes, statement: bytes, calendars: Sequence[str], *, seconds: float = DEFAULT_SECONDS
) -> Gathered:
    """Ask calendars for the blocks that they promised; a hash is sent, nothing else.

    Parameters
    ----------
    data
        What `submit` or an earlier `upgrade` gave.
    statement
        What it is about.
    calendars
        Those to ask, as `read_proof` lists them; others that the proof names are left alone.
    seconds
        Longest wait for each.

    Raises
    ------
    AttestationError
        If the proof is damaged or of another statement.
    ParameterError
        If no calendar is named, or too many.
    """
    named = _named(calendars)
    proof = ots_of(data)
    problems = []
    for message, calendar in _ots.waiting(_ots.read(proof, statement)):
        host = calendar.rstrip("/")
        if host not in named:
            problems.append(f"{calendar}: not asked, since it was not named")
            continue
        try:
            answer = _asked(f"{host}/timestamp/{message.hex()}", None, seconds)
            if answer is None:
                problems.append(f"{calendar}: no block yet")
            else:
                proof = _ots.added(proof, statement, message, answer, calendar)
        except (FormatError, MissingError) as error:
            problems.append(str(error))
    return Gathered(wrap("opentimestamps", proof), tuple(problems))


def _named(calendars: Sequence[str]) -> tuple[str, ...]:
    """Addresses without what makes them differ in nothing, each a usable one."""
    named = tuple(dict.fromkeys(calendar.rstrip("/") for calendar in calendars))
    if not 0 < len(named) <= _MAX_CALENDARS:
        raise ParameterError(f"from 1 to {_MAX_CALENDARS} calendars can be named, not {len(named)}")
    for calendar in named:
        check_address(calendar)
    return named


def _asked(address: str, body: bytes | None, seconds: float) -> bytes | None:
    """A calendar's answer; None where it has nothing for us."""
    headers = {"Accept": "application/vnd.opentimestamps.v1"}
    if body is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    answer = fetch(address, body, headers, max_bytes=_MAX_ANSWER_BYTES, seconds=seconds)
    return answer.body if answer.status == 200 else None


def read_proof(data: bytes, statement: bytes) -> Proof:
    """What a proof claims about a statement. No network is used.

    Raises
    ------
    AttestationError
        If it is damaged or of another statement.
    """
    stamp = _ots.read(ots_of(data), statement)
    heights = {height for height, _ in _ots.blocks(stamp)}
    pending = dict.fromkeys(calendar for _, calendar in _ots.waiting(stamp))
    return Proof(tuple(sorted(heights)), tuple(pending))


def check_proof(data: bytes, statement: bytes, headers: Mapping[int, BlockHeader]) -> Anchor:
    """The earliest block that a statement is in, of those given. No network is used.

    Parameters
    ----------
    data
        What `submit` or `upgrade` gave.
    statement
        What it should be about.
    headers
        Of blocks, by their height, from where the user trusts; see `parse_header`.

    Raises
    ------
    AttestationError
        If the proof is damaged, of another statement, or leads to none of these blocks, or if
        one of these blocks is not what it claims.
    """
    stamp = _ots.read(ots_of(data), statement)
    anchors = []
    for height, root in _ots.blocks(stamp):
        if height not in headers:
            continue
        header = headers[height]
        if header.merkle_root != root:
            raise AttestationError(f"the proof does not lead to block {height}, as it claims")
        anchors.append(Anchor(header.at, height, header.block_hash))
    if not anchors:
        raise AttestationError(_unproved(read_proof(data, statement)))
    return min(anchors, key=lambda anchor: anchor.height)


def _unproved(proof: Proof) -> str:
    if not proof.heights:
        return "the proof is pending: it leads to no Bitcoin block yet"
    listed = ", ".join(map(str, proof.heights[:5]))
    return f"the header of a block is needed to check the proof: {listed}"


def ots_of(data: bytes) -> bytes:
    """The proof in an attestation, as other programs read it from a file ``.ots``."""
    return unwrap("opentimestamps", data)
