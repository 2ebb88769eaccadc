"""The boxes that hold a content credential, down to the bytes that no signature covers.

The signature of a credential covers the claim, the claim covers the assertions, and one
assertion covers the file. Left open are the boxes' own lengths, kinds and switches, and the
padding beside the signature: about a thousand bytes, in which a changed one goes unnoticed
by the library that reads the credential (c2pa 0.91, found by changing each). Nothing that a
credential says stands there. Yet a changed byte is a changed byte: here they are held
against what the standard and our writer put there.

Source
------
C2PA Technical Specification 2.2, section 11 (boxes) and 13 (signature); ISO 19566-5 (JUMBF).
"""

from __future__ import annotations

import base64
import re
import struct
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from mmap import mmap

from clinamen.errors import FormatError, UnsupportedError
from clinamen.io._credential.cbor import decode

__all__ = ["Frame", "find_store", "read_frame"]

_KIND_TAIL = bytes.fromhex("00110010800000aa00389b71")
_STORE_KIND = b"c2pa" + _KIND_TAIL
_KIND_AT = 16  # behind length and name of two boxes
_IN_SVG = re.compile(rb"<c2pa:manifest[^>]*>([^<]*)</c2pa:manifest>")
_KINDS = {
    "c2pa": b"c2pa",
    "c2pa.assertions": b"c2as",
    "c2pa.claim.v2": b"c2cl",
    "c2pa.signature": b"c2cs",
}
_PARTS = [label for label in _KINDS if label != "c2pa"]
_MANIFEST_KIND = b"c2ma"
_NAMED, _NAMED_AND_SALTED = 0x03, 0x13
_SALT = struct.pack(">I4s", 24, b"c2sh")
_SIGN1 = b"\xd2"  # the tag of a signature by one, RFC 9052
_CHAIN = 33  # x5chain, RFC 9360
_PADS = ("pad", "pad2")
_STAMPS = ("sigTst", "sigTst2")


@dataclass(frozen=True)
class Frame:
    """What the frame of a credential tells.

    Parameters
    ----------
    certificates
        The chain of the signer, DER, its own first.
    is_stamped
        Whether a time-stamp stands beside the signature.
    """

    certificates: tuple[bytes, ...]
    is_stamped: bool


def find_store(data: bytes | mmap) -> bytes:
    """The credential in the bytes of a file.

    Raises
    ------
    UnsupportedError
        If there is none, or its frame is broken.
    """
    for drawn in _IN_SVG.findall(data):
        store = _from_text(drawn)
        if _begins_store(store, 0):
            return store
    found = -1
    while (found := data.find(_STORE_KIND, found + 1)) >= 0:
        start = found - _KIND_AT
        if start >= 0 and _begins_store(data, start):
            end = start + int.from_bytes(data[start : start + 4])
            if end <= len(data):
                return bytes(data[start:end])
    raise UnsupportedError("no content credential whose frame is whole")


def read_frame(store: bytes, ours: Collection[str] = ()) -> Frame:
    """Check the frame of the newest credential in a store.

    Parameters
    ----------
    ours
        Names of earlier ones in it to check as well: those that our writer made. How others
        frame theirs is for them to know.

    Raises
    ------
    FormatError
        If anything in it is not as the standard and our writer have it.
    """
    boxes = list(_boxes(store))
    if len(boxes) != 1 or boxes[0][0] != b"jumb":
        raise FormatError("a credential is one box")
    label, children = _superbox(boxes[0][1])
    manifests = list(children)
    if label != "c2pa" or not manifests:
        raise FormatError("a credential begins with c2pa")
    if any(name != b"jumb" for name, _ in manifests):
        raise FormatError("a credential holds manifests alone")
    for _, earlier in manifests[:-1]:
        if _superbox(earlier)[0] in ours:
            _manifest(earlier)
    return _manifest(manifests[-1][1])


def _begins_store(data: bytes | mmap, at: int) -> bool:
    names = data[at + 4 : at + 8], data[at + 12 : at + 16]
    return names == (b"jumb", b"jumd") and data[at + _KIND_AT : at + 32] == _STORE_KIND


def _from_text(drawn: bytes) -> bytes:
    """Base64 with no letter that could as well be another."""
    plain = drawn.strip()
    try:
        store = base64.b64decode(plain, validate=True)
    except ValueError:
        return b""
    return store if base64.b64encode(store) == plain else b""


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Name and content of boxes that together fill `data`."""
    at = 0
    while at < len(data):
        if at + 8 > len(data):
            raise FormatError("a box is cut short")
        length = int.from_bytes(data[at : at + 4])
        if length < 8 or at + length > len(data):
            raise FormatError(f"a box of {length} bytes where {len(data) - at} are left")
        yield data[at + 4 : at + 8], data[at + 8 : at + length]
        at += length


def _superbox(body: bytes) -> tuple[str, Iterator[tuple[bytes, bytes]]]:
    """Label of a box of boxes, its kind checked, and what it holds."""
    children = _boxes(body)
    name, described = next(children, (b"", b""))
    if name != b"jumd" or len(described) < 18:
        raise FormatError("a box without a description")
    kind, switches = described[:16], described[16]
    raw_label, end, rest = described[17:].partition(b"\0")
    label = raw_label.decode("utf-8", errors="replace")
    expected = _MANIFEST_KIND if label.startswith("urn:") else _KINDS.get(label)
    if expected is not None and kind != expected + _KIND_TAIL:
        raise FormatError(f"{label}: its kind was changed")
    is_plain = switches == _NAMED and not rest
    is_salted = switches == _NAMED_AND_SALTED and len(rest) == 24 and rest.startswith(_SALT)
    if not end or not (is_plain or is_salted):
        raise FormatError(f"{label}: its description was changed")
    return label, children


def _manifest(body: bytes) -> Frame:
    label, children = _superbox(body)
    if not label.startswith("urn:"):
        raise FormatError("a manifest whose name was changed")
    parts: dict[str, list[tuple[bytes, bytes]]] = {}
    for name, inner in children:
        if name != b"jumb":
            raise FormatError("a manifest holds boxes of boxes")
        part, contents = _superbox(inner)
        parts[part] = list(contents)
    if list(parts) != _PARTS:
        raise FormatError("a part of the manifest was renamed")
    for name, assertion in parts["c2pa.assertions"]:
        if name != b"jumb":
            raise FormatError("assertions are boxes of boxes")
        list(_superbox(assertion)[1])
    return _signature(parts["c2pa.signature"])


def _signature(contents: list[tuple[bytes, bytes]]) -> Frame:
    """The chain and the stamp of a signature whose padding is empty."""
    if len(contents) != 1 or contents[0][0] != b"cbor" or contents[0][1][:1] != _SIGN1:
        raise FormatError("a signature is one value")
    parts = decode(contents[0][1])
    match parts:
        case [bytes() as protected, dict() as beside, None, bytes()]:
            pass
        case _:
            raise FormatError("a signature has four parts")
    if not set(beside) <= {*_PADS, *_STAMPS}:
        raise FormatError("something stands beside the signature that was not put there")
    for pad in _PADS:
        padding = beside.get(pad, b"")
        if not isinstance(padding, bytes) or padding.strip(b"\0"):
            raise FormatError("the padding of the signature was changed")
    return Frame(_chain(protected), any(stamp in beside for stamp in _STAMPS))


def _chain(protected: bytes) -> tuple[bytes, ...]:
    head = decode(protected)
    chain = head.get(_CHAIN) if isinstance(head, dict) else None
    found = [chain] if isinstance(chain, bytes) else chain
    if not isinstance(found, list) or not all(isinstance(each, bytes) for each in found):
        raise FormatError("a signature without its certificates")
    return tuple(found)
