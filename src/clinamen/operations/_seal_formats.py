"""Which files carry their credential within, and which have it beside them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from clinamen.errors import MissingError, UnsupportedError
from clinamen.operations._seal_library import library

__all__ = ["BUNDLE", "SIDECAR", "SealFormat", "format_of", "sidecar_of"]

SIDECAR = ".c2pa"
BUNDLE = "application/x-zip"
_UNREAD = "application/octet-stream"  # covered byte by byte, whatever it is
_EMBEDDED = {
    ".wav": "audio/wav",
    ".mp3": "audio/mpeg",
    ".flac": "audio/flac",
    ".pdf": "application/pdf",
    ".svg": "image/svg+xml",
    ".zip": BUNDLE,
}


@dataclass(frozen=True)
class SealFormat:
    """How a file is sealed.

    Parameters
    ----------
    media_type
        As the library knows it.
    is_embedded
        Whether the credential goes into the file.
    """

    media_type: str
    is_embedded: bool

    @property
    def is_bundle(self) -> bool:
        """Whether it is a zip."""
        return self.is_embedded and self.media_type == BUNDLE


def format_of(path: Path, *, for_reading: bool = False) -> SealFormat:
    """How this file is sealed, by its extension and what the installed library can do.

    Raises
    ------
    MissingError
        If there is no such file.
    UnsupportedError
        If it is empty, or itself a credential.
    """
    if path.is_dir():
        return SealFormat(BUNDLE, True)
    if not path.is_file():
        raise MissingError(f"{path}: no such file")
    if path.suffix.lower() == SIDECAR:
        raise UnsupportedError("itself a credential; give the file it belongs to", source=str(path))
    if not path.stat().st_size:
        raise UnsupportedError("an empty file has nothing to seal", source=str(path))
    suffix, c2pa = path.suffix.lower(), library()
    media_type = _EMBEDDED.get(suffix, _UNREAD)
    if for_reading:
        # Others seal more than we do; the library knows formats by their extensions as well.
        media_type = _EMBEDDED.get(suffix, suffix.removeprefix("."))
    able = c2pa.Reader if for_reading else c2pa.Builder
    # PDF is written by c2pa 0.91.3, not by 0.91.0, which is the newest on Windows.
    if media_type in able.get_supported_mime_types():
        return SealFormat(media_type, True)
    return SealFormat(_UNREAD, False)


def sidecar_of(path: Path) -> Path:
    """``song.mid.c2pa``: the whole name is kept, so that song.abc has one of its own."""
    return path.with_name(path.name + SIDECAR)
