"""Seal a song: a C2PA content credential that says how it was made, and breaks if it is changed.

The credential goes into the file where the format has a place for it and the library can
write there (wav, mp3, flac, svg, a stored zip; pdf where c2pa 0.91.3 runs), and beside the
others as ``song.mid.c2pa``. It says what was done and with what; what was rejected is told
only in an assertion of our own, because readers take any mention of a machine among the
actions for a generated song.

Without a time-stamp a credential stops being valid when its certificate expires.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO
from urllib.parse import urlsplit

from clinamen.errors import FormatError, MissingError, ParameterError
from clinamen.io._credential import close_bundle, write_bundle
from clinamen.io._target import replacing, write_bytes
from clinamen.operations._seal_certificate import (
    Credentials,
    given_credentials,
    own_credentials,
)
from clinamen.operations._seal_facts import (
    ACTIONS,
    SOURCES,
    AcceptedProposal,
    SealAction,
    SealFacts,
    check_facts,
)
from clinamen.operations._seal_formats import SIDECAR, SealFormat, format_of, sidecar_of
from clinamen.operations._seal_library import library, sign
from clinamen.operations._seal_manifest import Manifest, manifest_of
from clinamen.operations.seal_reading import SealReading, has_seal, read_seal, read_sealed
from clinamen.operations.story.home import data_folder

__all__ = [
    "ACTIONS",
    "SOURCES",
    "AcceptedProposal",
    "SealAction",
    "SealFacts",
    "SealReading",
    "SealRequest",
    "Sealed",
    "read_seal",
    "seal",
]

SELF_SIGNED_SENTENCE = (
    "Signed with a key made on this machine: it shows that nothing was changed since and that "
    "the same key signed, not who holds the key. Readers will call the signer unknown."
)
OWN_CERTIFICATE_SENTENCE = (
    "Signed with the certificate given: it says of the signer what its authority has checked; "
    "readers that do not know that authority will call the signer unknown."
)


@dataclass(frozen=True, kw_only=True)
class SealRequest:
    """What to seal, with what to say.

    Parameters
    ----------
    file
        A file, or a folder that becomes a bundle.
    out
        Where the sealed file, or the credential beside it, goes; by default
        ``song.sealed.wav``, ``song.mid.c2pa``.
    title
        By default the name of the file.
    by
        The maker's name, as the maker gives it; nobody checks it.
    facts
        How it was made.
    certificate, key
        PEM files with a chain and its key; without them, one made on this machine.
    folder
        Where that one is kept; None for the user's data folder.
    tsa
        http or https address of an authority that stamps the time. It gets a hash of the
        signature and no more. Without an address nothing is sent anywhere.
    force
        Whether `out` may be replaced.
    """

    file: str
    out: str | None = None
    title: str | None = None
    by: str | None = None
    facts: SealFacts = field(default_factory=SealFacts)
    certificate: str | None = None
    key: str | None = None
    folder: Path | None = None
    tsa: str | None = None
    force: bool = False


@dataclass(frozen=True, kw_only=True)
class Sealed:
    """A seal that was made and read back.

    Parameters
    ----------
    path
        What was written: the sealed file, or the credential beside it.
    is_embedded
        Whether the credential is in the file.
    holds_until
        When the certificate expires, and with it the seal, unless it is stamped.
    is_stamped
        Whether an authority stamped the time.
    is_self_signed
        Whether the key was made on this machine.
    proves
        What the signature shows and what it does not, in a sentence.
    reading
        The seal as a reader finds it.
    """

    path: str
    is_embedded: bool
    holds_until: datetime
    is_stamped: bool
    is_self_signed: bool
    proves: str
    reading: SealReading

    @property
    def holds(self) -> str:
        """Till when the seal holds, in a sentence."""
        until = f"{self.holds_until:%Y-%m-%d}"
        if self.is_stamped:
            return (
                f"The time is stamped: the seal holds after {until}, when the certificate "
                "expires, for readers that know the authority of the stamp."
            )
        return (
            f"The seal holds until {until}, when the certificate expires; with a time-stamp "
            "(--tsa) it would hold longer."
        )


def seal(request: SealRequest) -> Sealed:
    """Seal a file and read the seal back; the file itself is left as it is.

    Raises
    ------
    MissingError
        If the extra ``seal`` is not installed, a file is missing or cannot be written, or the
        authority for the time cannot be reached.
    ParameterError
        If a fact is not in the words of the standard, or the target is there already.
    FormatError
        If the file cannot be sealed, or the certificate not be used.
    """
    library()
    check_facts(request.facts)
    _check_tsa(request.tsa)
    # A folder given as "." has a name only in full.
    source = Path(request.file) if Path(request.file).name else Path(request.file).absolute()
    kind = format_of(source)
    target = _target(request, source, kind)
    work = _Work(
        source=source,
        kind=kind,
        target=target,
        manifest=manifest_of(
            request.facts,
            title=request.title or source.name,
            maker=request.by,
            parent=source.name if _is_opened(request.facts, source, kind) else None,
        ),
        credentials=_credentials(request),
        tsa=request.tsa,
    )
    try:
        reading = work.embed() if kind.is_embedded else work.write_beside()
    except FormatError as error:
        raise type(error)(error.message, source=request.file) from None
    return _sealed(work, reading)


@dataclass(frozen=True)
class _Work:
    """A seal in the making."""

    source: Path
    kind: SealFormat
    target: Path
    manifest: Manifest
    credentials: Credentials
    tsa: str | None

    def embed(self) -> SealReading:
        """Write the file anew with its credential, and keep it if that reads back."""
        with replacing(self.target) as part, self._opened() as file:
            with part.open("w+b") as written:
                self._sign(file, written)
                if self.kind.is_bundle:
                    close_bundle(written)
            reading = read_sealed(part, self.kind, None)
            return self._checked(reading, str(self.target), "")

    def write_beside(self) -> SealReading:
        """Write the credential as a file of its own."""
        with self._opened() as file:
            store = self._sign(file, None)
        reading = read_sealed(self.source, self.kind, store)
        reading = self._checked(reading, str(self.source), str(self.target))
        write_bytes(self.target, store)
        return reading

    def _sign(self, file: IO[bytes], written: IO[bytes] | None) -> bytes:
        return sign(
            self.manifest, self.credentials, self.kind.media_type, file, written, tsa=self.tsa
        )

    @contextmanager
    def _opened(self) -> Iterator[IO[bytes]]:
        """The file, or the bundle that is made of it."""
        if not self.kind.is_bundle:
            try:
                file = self.source.open("rb")
            except OSError as error:
                raise MissingError(f"{self.source}: cannot be read ({error.strerror})") from None
            with file:
                yield file
            return
        with TemporaryFile() as bundle:
            write_bundle(self.source, bundle)
            bundle.seek(0)
            yield bundle

    def _checked(self, reading: SealReading, file: str, sidecar: str) -> SealReading:
        if not reading.is_valid:
            raise FormatError(f"the seal does not read back: {'; '.join(reading.problems)}")
        return replace(reading, file=file, sidecar=sidecar)


def _sealed(work: _Work, reading: SealReading) -> Sealed:
    own = work.credentials.is_self_signed
    return Sealed(
        path=str(work.target),
        is_embedded=work.kind.is_embedded,
        holds_until=work.credentials.holds_until,
        is_stamped=reading.stamped_at is not None,
        is_self_signed=own,
        proves=SELF_SIGNED_SENTENCE if own else OWN_CERTIFICATE_SENTENCE,
        reading=reading,
    )


def _target(request: SealRequest, source: Path, kind: SealFormat) -> Path:
    if request.out is not None:
        target = Path(request.out)
        if not kind.is_embedded and target.suffix != SIDECAR:
            raise ParameterError(
                f"{source.name} cannot hold its credential; --out must end in {SIDECAR}, "
                f"not {request.out!r}"
            )
    elif not kind.is_embedded:
        target = sidecar_of(source)
    else:
        suffix = ".zip" if kind.is_bundle else source.suffix
        stem = source.name if source.is_dir() else source.stem
        target = source.with_name(f"{stem}.sealed{suffix}")
    if target.exists() and not request.force:
        raise ParameterError(f"{target} is there already; --force replaces it")
    return target


def _credentials(request: SealRequest) -> Credentials:
    if (request.certificate is None) != (request.key is None):
        raise ParameterError("a certificate and its key belong together: give both or none")
    if request.certificate is not None and request.key is not None:
        return given_credentials(request.certificate, request.key)
    return own_credentials(request.folder or data_folder())


def _is_opened(facts: SealFacts, source: Path, kind: SealFormat) -> bool:
    """Whether the file was there before; if it was created it must not carry a past."""
    if not facts.actions or facts.actions[0].kind != "created":
        return True
    if kind.is_embedded and not kind.is_bundle and has_seal(source, kind):
        raise ParameterError(
            f"{source} carries a content credential already: it was opened, not created"
        )
    return False


def _check_tsa(address: str | None) -> None:
    if address is None:
        return
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ParameterError(f"an authority for the time has an http address, not {address!r}")
