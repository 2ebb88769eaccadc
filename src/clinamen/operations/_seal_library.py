"""The library that seals and reads seals, kept from the network unless a stamp is wanted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from clinamen.errors import FormatError, MissingError, UnsupportedError
from clinamen.operations._seal_certificate import Credentials
from clinamen.operations._seal_manifest import Manifest

__all__ = ["library", "read_report", "sign"]

_HOW = 'pip install "clinamen[seal]"'
_OFFLINE = {
    "verify": {
        "remote_manifest_fetch": False,
        "ocsp_fetch": False,
        "verify_after_sign": False,  # it is read back as a whole afterwards
        "verify_trust": True,
    },
    "core": {"allowed_network_hosts": []},
    "builder": {"thumbnail": {"enabled": False}},
}


def library() -> Any:
    """c2pa-python.

    Raises
    ------
    MissingError
        If it is not installed, or does not run here.
    """
    try:
        import c2pa
    except ImportError:
        raise MissingError(f"content credentials need the extra seal: {_HOW}") from None
    except (OSError, RuntimeError) as error:
        raise MissingError(f"c2pa-python does not run on this machine ({error})") from None
    return c2pa


def sign(
    manifest: Manifest,
    credentials: Credentials,
    media_type: str,
    source: IO[bytes],
    target: IO[bytes] | None,
    *,
    tsa: str | None = None,
) -> bytes:
    """Sign a manifest over a file; returns the credential.

    Parameters
    ----------
    target
        Where the file with its credential goes; None to leave it as it is.
    tsa
        Address of an authority that stamps the time, or None.

    Raises
    ------
    FormatError
        If the file cannot be sealed.
    MissingError
        If the authority cannot be reached.
    """
    c2pa = library()
    with _translated(c2pa, tsa), c2pa.Context.from_dict(_OFFLINE) as context:
        info = c2pa.C2paSignerInfo(
            credentials.algorithm.encode(),
            credentials.chain.encode(),
            credentials.key.encode(),
            tsa.encode() if tsa else None,
        )
        with (
            c2pa.Signer.from_info(info) as signer,
            c2pa.Builder(manifest.definition, context) as builder,
        ):
            for ingredient in manifest.ingredients:
                its_type, stream = ingredient.opened(source, media_type)
                builder.add_ingredient(ingredient.definition, its_type, stream)
            source.seek(0)
            if target is None:
                builder.set_no_embed()
            made: bytes = builder.sign(signer, media_type, source, target or _Nowhere())
            return made


def read_report(
    path: Path, media_type: str, sidecar: bytes | None, trust: str | None
) -> dict[str, Any] | None:
    """What the library says of a file and its credential; None if there is no credential.

    Raises
    ------
    FormatError
        If the credential is broken.
    """
    c2pa = library()
    settings = _OFFLINE | ({"trust": {"user_anchors": trust}} if trust else {})
    with (
        path.open("rb") as file,
        _translated(c2pa, None),
        c2pa.Context.from_dict(settings) as context,
    ):
        reader = c2pa.Reader.try_create(media_type, file, sidecar, context=context)
        if reader is None:
            return None
        with reader:
            report: dict[str, Any] = json.loads(reader.json())
            return report


class _Nowhere:
    """A file that keeps nothing: the copy of a file that stays as it is."""

    def __init__(self) -> None:
        self._at = self._end = 0

    def read(self, n_bytes: int = -1) -> bytes:
        return b""

    def write(self, data: bytes) -> int:
        self._at += len(data)
        self._end = max(self._end, self._at)
        return len(data)

    def seek(self, offset: int, whence: int = 0) -> int:
        self._at = offset + (0, self._at, self._end)[whence]
        return self._at

    def tell(self) -> int:
        return self._at

    def flush(self) -> None:
        pass


@contextmanager
def _translated(c2pa: Any, tsa: str | None) -> Iterator[None]:
    """Errors of the library as ours."""
    try:
        yield
    except c2pa.C2paError as error:
        words = " ".join(str(error).split())
        if words.startswith("Remote"):
            place = words.rpartition(" ")[2]
            raise UnsupportedError(
                f"its credential is kept elsewhere ({place}), and nothing is fetched"
            ) from None
        if tsa and isinstance(error, c2pa.C2paError.Signature):
            raise MissingError(f"{tsa}: no time-stamp came from there ({words})") from None
        if isinstance(error, c2pa.C2paError.NotSupported):
            raise UnsupportedError(f"cannot carry a credential ({words})") from None
        raise FormatError(f"the credential or its file is broken ({words})") from None
