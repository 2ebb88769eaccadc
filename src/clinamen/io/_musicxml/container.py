"""The zip container of compressed MusicXML (.mxl), held in memory and never extracted."""

from __future__ import annotations

import io
import zipfile
import zlib

from clinamen.errors import FormatError
from clinamen.io._musicxml.tree import parse_xml

__all__ = ["MAX_MEMBERS", "MAX_UNPACKED_BYTES", "is_zip", "pack", "unpack"]

MAX_UNPACKED_BYTES = 64 * 2**20
"""Largest score unpacked, by what the archive declares and by what really comes out."""

MAX_MEMBERS = 1000
"""Most files in an archive."""

_MIMETYPE = b"application/vnd.recordare.musicxml"
_SCORE_MEMBER = "score.musicxml"
_CONTAINER = f"""<?xml version="1.0" encoding="UTF-8"?>
<container>
  <rootfiles>
    <rootfile full-path="{_SCORE_MEMBER}" media-type="application/vnd.recordare.musicxml+xml"/>
  </rootfiles>
</container>
"""
# What zipfile raises on damaged archives; NotImplementedError is an unknown compression
# method, RuntimeError an encrypted member, OSError and EOFError a bad offset or end.
_ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    RuntimeError,
    OSError,
    EOFError,
    ValueError,
    KeyError,
)


def is_zip(data: bytes) -> bool:
    """Whether the bytes begin like a zip archive."""
    return data[:4] in (b"PK\x03\x04", b"PK\x05\x06")


def unpack(data: bytes, source: str) -> bytes:
    """The score inside a .mxl archive.

    Raises
    ------
    FormatError
        If it is no zip archive, is damaged, has no score, or is too large when unpacked.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if len(archive.infolist()) > MAX_MEMBERS:
                raise FormatError(
                    f"the archive holds more than {MAX_MEMBERS} files", source=source or None
                )
            return _read_member(archive, _score_member(archive, source), source)
    except FormatError:
        raise
    except _ZIP_ERRORS as error:
        raise FormatError(
            f"not a readable .mxl (zip) archive: {error}", source=source or None
        ) from None


def _score_member(archive: zipfile.ZipFile, source: str) -> zipfile.ZipInfo:
    members = {info.filename: info for info in archive.infolist()}
    container = members.get("META-INF/container.xml")
    if container is not None:
        named = _root_file(_read_member(archive, container, source), source)
        if named in members:
            return members[named]
    for name, info in members.items():
        is_score = name.lower().endswith((".xml", ".musicxml"))
        if is_score and not name.startswith(("META-INF/", "__MACOSX/")):
            return info
    raise FormatError("the .mxl archive holds no MusicXML file", source=source or None)


def _root_file(container: bytes, source: str) -> str:
    for element in parse_xml(container, f"{source} META-INF/container.xml".strip()).walk():
        if element.tag == "rootfile":
            return element.get("full-path")
    return ""


def _read_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, source: str) -> bytes:
    too_large = FormatError(
        f"{info.filename!r} is larger than {MAX_UNPACKED_BYTES // 2**20} MiB when unpacked",
        source=source or None,
    )
    if info.file_size > MAX_UNPACKED_BYTES:
        raise too_large
    with archive.open(info) as member:
        # The declared size may lie, so the real one is bounded too.
        content = member.read(MAX_UNPACKED_BYTES + 1)
    if len(content) > MAX_UNPACKED_BYTES:
        raise too_large
    return content


def pack(score: bytes) -> bytes:
    """A .mxl archive with this score; the same score always gives the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        # The specification wants the media type first and uncompressed.
        _add(archive, "mimetype", _MIMETYPE, zipfile.ZIP_STORED)
        _add(archive, "META-INF/container.xml", _CONTAINER.encode(), zipfile.ZIP_DEFLATED)
        _add(archive, _SCORE_MEMBER, score, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _add(archive: zipfile.ZipFile, name: str, content: bytes, compression: int) -> None:
    info = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    info.compress_type = compression
    info.external_attr = 0o644 << 16
    archive.writestr(info, content)
