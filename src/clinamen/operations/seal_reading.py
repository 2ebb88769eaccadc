"""Read a seal: whether it holds, who signed, and what it says.

The library reads and checks it; beside that the bytes are looked at which no signature
covers (`clinamen.io._credential`), so that one changed byte anywhere in a file sealed by
this program is found.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any

from clinamen.errors import FormatError, MissingError, UnsupportedError
from clinamen.io._credential import Frame, check_bundle, find_store, read_frame
from clinamen.operations._seal_facts import STORY_LABEL, source_of_address
from clinamen.operations._seal_formats import SIDECAR, SealFormat, format_of, sidecar_of
from clinamen.operations._seal_library import library, read_report
from clinamen.operations._seal_manifest import MAKER_LABEL, PROGRAM

__all__ = ["ReadAction", "SealReading", "has_seal", "read_seal", "read_sealed"]

_GENERATED = ("trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia", "algorithmicMedia")
_UNTRUSTED = "signingCredential.untrusted"
_STAMP_OK, _STAMP_KNOWN = "timeStamp.validated", "timeStamp.trusted"
_EXPIRED = "signingCredential.expired"
_PROBLEMS = {
    "assertion.dataHash.mismatch": "the file was changed after it was sealed",
    "assertion.collectionHash.mismatch": "the bundle was changed after it was sealed",
    "assertion.hashedURI.mismatch": "what the credential says was changed",
    "claimSignature.missing": "a signature that can be read is missing",
    "claimSignature.mismatch": "the signature does not fit what the credential says",
    _EXPIRED: "the certificate has expired, and no time-stamp that is known "
    "here shows that the seal was made before",
    "signingCredential.invalid": "the certificate is not one for sealing",
}


@dataclass(frozen=True, kw_only=True)
class ReadAction:
    """Something that was done, as a credential has it.

    Parameters
    ----------
    kind
        ``"created"``; with the name of its vocabulary where that is not C2PA's.
    source
        Kind of source: ``"digitalCreation"``; empty where none is told.
    what, at, program
        In words; when; with what. Empty where not told.
    is_vouched
        Whether the signer vouches for it.
    """

    kind: str
    source: str
    what: str
    at: str
    program: str
    is_vouched: bool


@dataclass(frozen=True, kw_only=True)
class SealReading:
    """A seal as it was found.

    Parameters
    ----------
    file, sidecar
        The file; the credential beside it, empty if it is within.
    is_valid
        Whether file and credential are as they were signed, and the signature counts today.
    is_trusted
        Whether the signer's certificate leads to one that was given as trusted.
    problems
        Why it is not valid, in sentences; empty if it is.
    program
        What wrote the credential: ``"Clinamen 0.1.0"``.
    title, maker
        As told; nobody has checked the maker's name. Empty where not told.
    signer, organisation
        Names in the certificate.
    expires_at
        When that expires, or None for seals of other programs.
    stamped_at
        The time that an authority stamped, ISO 8601, or None.
    is_stamp_trusted
        Whether that authority is known here.
    actions
        What was done.
    ingredients
        Titles of what went into it.
    story
        Our own assertion; empty where there is none.
    says_generated
        Whether a reader will find that a machine made the song or a part of it: by an action
        here, or in the credential of a file that went into it.
    """

    file: str
    sidecar: str = ""
    is_valid: bool = False
    is_trusted: bool = False
    problems: tuple[str, ...] = ()
    program: str = ""
    title: str = ""
    maker: str = ""
    signer: str = ""
    organisation: str = ""
    expires_at: datetime | None = None
    stamped_at: str | None = None
    is_stamp_trusted: bool = False
    actions: tuple[ReadAction, ...] = ()
    ingredients: tuple[str, ...] = ()
    story: Mapping[str, object] = field(default_factory=dict)
    says_generated: bool = False

    @property
    def is_ours(self) -> bool:
        """Whether this program wrote it; if so, every byte of file and credential is checked."""
        return _is_ours(self.program)


def read_seal(
    file: str | os.PathLike[str], *, credential: str | None = None, trust: str | None = None
) -> SealReading:
    """Read the seal of a file and check it; nothing is sent anywhere.

    Parameters
    ----------
    file
        The sealed file.
    credential
        Where the credential beside it is; by default ``song.mid.c2pa`` or ``song.c2pa``.
    trust
        PEM file with certificates of authorities, for signers and for time-stamps.

    Raises
    ------
    MissingError
        If the extra ``seal`` is not installed, or a file cannot be read.
    UnsupportedError
        If there is no credential.
    """
    library()
    path = Path(file)
    if path.is_dir():
        raise UnsupportedError("a folder; give the bundle", source=str(path))
    kind = format_of(path, for_reading=True)
    anchors = None if trust is None else _read(Path(trust)).decode("ascii", errors="replace")
    if credential is None and kind.is_embedded:
        within = _if_any(path, kind, None, anchors)
        if within is not None:
            return within
    beside = _beside(path, credential)
    if beside is None:
        raise UnsupportedError(
            f"no content credential in it, and no {sidecar_of(path).name} beside it",
            source=str(path),
        )
    store = _read(beside)
    found = _if_any(path, replace(kind, is_embedded=False), store, anchors)
    if found is None:
        raise FormatError("holds no content credential", source=str(beside))
    return replace(found, sidecar=str(beside))


def read_sealed(
    path: Path, kind: SealFormat, store: bytes | None, trust: str | None = None
) -> SealReading:
    """Read a file whose kind is known, with the credential beside it if that is not within.

    Raises
    ------
    UnsupportedError
        If there is no credential.
    """
    found = _if_any(path, kind, store, trust)
    if found is None:
        raise UnsupportedError("no content credential in it", source=str(path))
    return found


def has_seal(path: Path, kind: SealFormat) -> bool:
    """Whether a file carries a credential, be it whole or broken."""
    return _if_any(path, kind, None, None) is not None


def _if_any(
    path: Path, kind: SealFormat, store: bytes | None, trust: str | None
) -> SealReading | None:
    try:
        report = read_report(path, kind.media_type, store, trust)
    except UnsupportedError as error:
        raise UnsupportedError(error.message, source=str(path)) from None
    except FormatError as error:
        return SealReading(file=str(path), problems=(error.message,))
    if report is None:
        return None
    reading = _reading(str(path), report)
    if reading.problems not in ((), (_PROBLEMS[_EXPIRED],)) or not reading.is_ours:
        return reading
    try:
        frame = _frame(path, kind, store, _ours(report))
    except FormatError as error:
        problem = f"a byte that nothing signs was changed: {error.message}"
        return replace(reading, is_valid=False, problems=(*reading.problems, problem))
    return _with_frame(reading, frame)


def _frame(path: Path, kind: SealFormat, store: bytes | None, ours: set[str]) -> Frame:
    if store is not None:
        return read_frame(store, ours)
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as data:
        if kind.is_bundle:
            check_bundle(data)
        return read_frame(find_store(data), ours)


def _with_frame(reading: SealReading, frame: Frame) -> SealReading:
    from cryptography import x509

    try:
        chain = [x509.load_der_x509_certificate(each) for each in frame.certificates]
        reading = replace(reading, expires_at=min(each.not_valid_after_utc for each in chain))
    except (ValueError, x509.InvalidVersion):
        problem = "the certificate cannot be read"
        return replace(reading, is_valid=False, problems=(*reading.problems, problem))
    if frame.is_stamped and reading.stamped_at is None:
        problem = "the time-stamp was changed"
        return replace(reading, is_valid=False, problems=(*reading.problems, problem))
    return reading


def _reading(file: str, report: Mapping[str, Any]) -> SealReading:
    manifests = _table(report.get("manifests"))
    if str(report.get("active_manifest")) not in manifests:
        return SealReading(file=file, problems=("the credential is broken",))
    manifest = _table(manifests[str(report["active_manifest"])])
    codes = [each for each in _codes(report, "failure") if each != _UNTRUSTED]
    problems = tuple(dict.fromkeys(_PROBLEMS.get(each, each) for each in codes))
    state = report.get("validation_state")
    if state not in ("Valid", "Trusted") and not problems:
        problems = ("the credential is not valid",)
    signature = _table(manifest.get("signature_info"))
    good = _codes(report, "success")
    return SealReading(
        file=file,
        is_valid=not problems,
        is_trusted=state == "Trusted",
        problems=problems,
        program=_program(manifest),
        title=str(manifest.get("title") or ""),
        maker=_maker(manifest),
        signer=str(signature.get("common_name") or ""),
        organisation=str(signature.get("issuer") or ""),
        stamped_at=str(signature.get("time")) if _STAMP_OK in good else None,
        is_stamp_trusted=_STAMP_KNOWN in good,
        actions=tuple(_actions(manifest)),
        ingredients=tuple(
            str(each.get("title") or "") for each in _tables(manifest, "ingredients")
        ),
        story=_data(manifest, STORY_LABEL),
        says_generated=any(
            action.source in _GENERATED
            for each in manifests.values()
            for action in _actions(_table(each))
        ),
    )


def _table(value: object) -> dict[str, Any]:
    """A JSON object; what a stranger put in its place counts as empty."""
    return value if isinstance(value, dict) else {}


def _tables(table: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    value = table.get(key)
    return [_table(each) for each in value] if isinstance(value, list) else []


def _codes(report: Mapping[str, Any], outcome: str) -> list[str]:
    """Codes of an outcome, of the credential and of the changes to its ingredients."""
    results = _table(report.get("validation_results"))
    parts = [_table(results.get("activeManifest"))]
    parts += [_table(each.get("validationDeltas")) for each in _tables(results, "ingredientDeltas")]
    return [str(each.get("code")) for part in parts for each in _tables(part, outcome)]


def _ours(report: Mapping[str, Any]) -> set[str]:
    """Names of all credentials in the file that this program wrote."""
    manifests = _table(report.get("manifests"))
    return {name for name, each in manifests.items() if _is_ours(_program(_table(each)))}


def _is_ours(program: str) -> bool:
    return program.split()[:1] == [PROGRAM]


def _program(manifest: Mapping[str, Any]) -> str:
    return next((_agent(each) for each in _tables(manifest, "claim_generator_info")), "")


def _actions(manifest: Mapping[str, Any]) -> list[ReadAction]:
    return [
        ReadAction(
            kind=str(action.get("action") or "").removeprefix("c2pa."),
            source=source_of_address(str(action.get("digitalSourceType") or "")),
            what=str(action.get("description") or ""),
            at=str(action.get("when") or ""),
            program=_agent(action.get("softwareAgent")),
            is_vouched=bool(each.get("created")),
        )
        for each in _tables(manifest, "assertions")
        if str(each.get("label") or "").startswith("c2pa.actions")
        for action in _tables(_table(each.get("data")), "actions")
    ]


def _agent(agent: object) -> str:
    if isinstance(agent, dict):
        return " ".join(str(agent[key]) for key in ("name", "version") if agent.get(key))
    return str(agent or "")


def _data(manifest: Mapping[str, Any], label: str) -> dict[str, Any]:
    """Content of the first assertion of a kind."""
    assertions = _tables(manifest, "assertions")
    return next((_table(each.get("data")) for each in assertions if each.get("label") == label), {})


def _maker(manifest: Mapping[str, Any]) -> str:
    makers = _data(manifest, MAKER_LABEL).get("dc:creator")
    return ", ".join(map(str, makers)) if isinstance(makers, list) else str(makers or "")


def _beside(path: Path, given: str | None) -> Path | None:
    if given is not None:
        return Path(given)
    candidates = (sidecar_of(path), path.with_suffix(SIDECAR))
    return next((each for each in candidates if each.is_file()), None)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise MissingError(f"{path}: cannot be read ({error.strerror})") from None
