"""Bundles: many files in one stored zip, with a content credential among them.

A stored zip is written anew from a folder or from another zip, so that every byte of it is
known. The library that seals it appends the credential and leaves the old directory in the
middle, where nobody reads it and nothing covers it; it is emptied here, and checked with the
headers that are not covered either.

Source
------
PKWARE APPNOTE 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16; C2PA 2.2, section on ZIP.
"""

from __future__ import annotations

import os
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from mmap import mmap
from pathlib import Path
from typing import IO

from clinamen.errors import FormatError, MissingError, UnsupportedError

__all__ = ["CREDENTIAL_NAME", "check_bundle", "close_bundle", "write_bundle"]

CREDENTIAL_NAME = "META-INF/content_credential.c2pa"
MOST_BYTES = 2**31 - 2**20  # zip without its 64-bit forms
MOST_FILES = 10_000
_OWN = {b"META-INF/", CREDENTIAL_NAME.encode()}
_LOCAL, _ENTRY, _END = b"PK\3\4", b"PK\1\2", b"PK\5\6"
_TIME = (1980, 1, 1, 0, 0, 0)


def write_bundle(source: str | os.PathLike[str], target: IO[bytes]) -> int:
    """Write a folder, or the files of a zip, as a stored zip; returns how many files.

    Names are in order and times left off, so that the same files make the same bundle.

    Raises
    ------
    FormatError
        If the zip is damaged, locked, or too large, or a name in it leads outside.
    UnsupportedError
        If there is no file in it, or it already holds a content credential.
    MissingError
        If something cannot be read.
    """
    names: set[str] = set()
    n_bytes = 0
    try:
        with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED, allowZip64=False) as bundle:
            for name, opened in _files(Path(source)):
                with opened as stream:
                    _check_name(name, names, source)
                    with bundle.open(zipfile.ZipInfo(name, _TIME), "w") as entry:
                        n_bytes = _copy(stream, entry, n_bytes, source)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise FormatError(f"the zip cannot be read ({error})", source=str(source)) from None
    except zipfile.LargeZipFile:
        raise FormatError("too large for a bundle: 2 GiB at most", source=str(source)) from None
    except OSError as error:
        raise MissingError(f"{source}: cannot be read ({error.strerror or error})") from None
    if not names:
        raise UnsupportedError("no file in it", source=str(source))
    return len(names)


def _files(source: Path) -> Iterator[tuple[str, IO[bytes]]]:
    if source.is_dir():
        found = (path for path in source.rglob("*") if path.is_file())
        paths = {path.relative_to(source).as_posix(): path for path in found}
        # Names with a dot in front are what programs and systems leave beside files.
        for name in sorted(name for name in paths if "/." not in f"/{name}"):
            yield name, paths[name].open("rb")
        return
    with zipfile.ZipFile(source) as packed:
        for info in sorted(packed.infolist(), key=lambda each: each.filename):
            if not info.is_dir():
                yield info.filename, packed.open(info)


def _check_name(name: str, names: set[str], source: str | os.PathLike[str]) -> None:
    if name == CREDENTIAL_NAME:
        raise UnsupportedError(
            "already sealed; seal the bundle it was made from", source=str(source)
        )
    if name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/"):
        raise FormatError(f"{name!r} leads outside of the bundle", source=str(source))
    if name in names:
        raise FormatError(f"{name!r} is in it twice", source=str(source))
    if len(names) >= MOST_FILES:
        raise FormatError(f"more than {MOST_FILES} files", source=str(source))
    names.add(name)


def _copy(source: IO[bytes], entry: IO[bytes], done: int, name: str | os.PathLike[str]) -> int:
    """Bytes so far, counted as they come: what a zip says of its sizes may be a lie."""
    while block := source.read(1 << 20):
        done += len(block)
        if done > MOST_BYTES:
            raise FormatError("too large for a bundle: 2 GiB at most", source=str(name))
        entry.write(block)
    return done


@dataclass(frozen=True)
class _Entry:
    """One line of a directory, raw, and where its file begins."""

    raw: bytes
    name: bytes
    offset: int

    @property
    def is_own(self) -> bool:
        """Whether it came with the credential."""
        return self.name in _OWN

    @property
    def n_bytes(self) -> int:
        """Length of the file that is stored."""
        return int.from_bytes(self.raw[20:24], "little")

    @property
    def local(self) -> bytes:
        """The header before the file, as it must be if it says the same."""
        return _LOCAL + self.raw[6:30] + b"\0\0" + self.name

    @property
    def end(self) -> int:
        """Place behind the stored file."""
        return self.offset + len(self.local) + self.n_bytes


def close_bundle(file: IO[bytes]) -> None:
    """Empty the directory that was left in the middle of a sealed bundle."""
    file.seek(0)
    data = file.read()
    start, end = _gap(_directory(data))
    file.seek(start)
    file.write(bytes(end - start))
    file.seek(0)


def check_bundle(data: bytes | mmap) -> None:
    """Check what the credential of a bundle does not cover.

    Raises
    ------
    FormatError
        If a header says otherwise than the directory, or the gap is not empty.
    """
    entries = _directory(data)
    for entry in entries:
        # The others' headers are covered.
        if not entry.is_own:
            continue
        if data[entry.offset : entry.offset + len(entry.local)] != entry.local:
            raise FormatError("a header in the bundle was changed")
    start, end = _gap(entries)
    if data[start:end].strip(b"\0"):
        raise FormatError("the gap in the bundle is not empty")


def _gap(entries: list[_Entry]) -> tuple[int, int]:
    """Between the last file and the credential."""
    own = [each.offset for each in entries if each.is_own]
    others = [each.end for each in entries if not each.is_own]
    if not own or not others:
        raise FormatError("a bundle without its credential")
    return max(others), min(own)


def _directory(data: bytes | mmap) -> list[_Entry]:
    end = data[-22:]
    if len(end) < 22 or end[:4] != _END:
        raise FormatError("a bundle that does not end as one")
    n_entries, length, at = struct.unpack("<HII", end[10:20])
    if at + length + 22 != len(data):
        raise FormatError("a bundle whose directory is not at its end")
    entries = []
    for _ in range(n_entries):
        head = data[at : at + 46]
        if len(head) < 46 or head[:4] != _ENTRY or head[30:34] != bytes(4):
            raise FormatError("a directory line of the bundle was changed")
        n_name = int.from_bytes(head[28:30], "little")
        name = data[at + 46 : at + 46 + n_name]
        entries.append(_Entry(head, name, int.from_bytes(head[42:46], "little")))
        at += 46 + n_name
    return entries
