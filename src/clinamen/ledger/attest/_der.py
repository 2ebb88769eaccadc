"""As much of DER as the library for time-stamps leaves to us.

`rfc3161-client` wants the certificates in a token in DER's order, which CMS does not ask for and
OpenSSL's authority does not keep; and it does not read which certificate a token was signed for.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

__all__ = ["names_certificate", "with_sorted_certificates"]

_OCTETS, _FIRST = 0x04, 0xA0
_SIGNING_CERTIFICATE = bytes.fromhex("2a864886f70d010910020c")
_SIGNING_CERTIFICATE_V2 = bytes.fromhex("2a864886f70d010910022f")
_HASHES = {
    bytes.fromhex("608648016503040201"): "sha256",
    bytes.fromhex("608648016503040202"): "sha384",
    bytes.fromhex("608648016503040203"): "sha512",
}


@dataclass(frozen=True)
class _Item:
    """A tag and the places where the item begins, its content begins, and both end."""

    tag: int
    at: int
    start: int
    end: int


def with_sorted_certificates(answer: bytes) -> bytes:
    """An answer with the certificates of its token in DER's order; nobody signed their order.

    Raises
    ------
    ValueError
        If there is no token in it, or it is not DER as far as this reads.
    """
    signed_data = _items(answer, _inside(answer, _all(answer), 0, 1, 1, 0))
    (certificates,) = (each for each in signed_data if each.tag == _FIRST)
    parts = sorted(answer[each.at : each.end] for each in _items(answer, certificates))
    return answer[: certificates.start] + b"".join(parts) + answer[certificates.end :]


def names_certificate(token: bytes, certificate: bytes) -> bool:
    """Whether the signer of a token signed that this was its certificate.

    RFC 3161 (2.4.2) and RFC 5816 have an authority sign the hash of its own certificate, so
    that a certificate made later for the same key cannot take its place.

    Parameters
    ----------
    token
        CMS SignedData with one signer, DER, of which the signature was checked.
    certificate
        DER.

    Raises
    ------
    ValueError
        If the token is not DER as far as this reads.
    """
    signed_data = _items(token, _inside(token, _all(token), 0, 1, 0))
    (signer,) = _items(token, signed_data[-1])
    (attributes,) = (each for each in _items(token, signer) if each.tag == _FIRST)
    for attribute in _items(token, attributes):
        kind, values = _items(token, attribute)
        name = token[kind.start : kind.end]
        if name in (_SIGNING_CERTIFICATE, _SIGNING_CERTIFICATE_V2):
            named = _items(token, _inside(token, values, 0, 0, 0))
            algorithm = "sha1" if name == _SIGNING_CERTIFICATE else _algorithm(token, named[0])
            digest, *_ = (token[each.start : each.end] for each in named if each.tag == _OCTETS)
            return hashlib.new(algorithm, certificate).digest() == digest
    return False


def _algorithm(token: bytes, first: _Item) -> str:
    if first.tag == _OCTETS:
        return "sha256"  # left out, since it is the default
    identifier = _inside(token, first, 0)
    name = token[identifier.start : identifier.end]
    if name not in _HASHES:
        raise ValueError("a hash that is not known")
    return _HASHES[name]


def _all(content: bytes) -> _Item:
    return _Item(0, 0, 0, len(content))


def _inside(content: bytes, item: _Item, *path: int) -> _Item:
    """An item of an item: the numbers say which one each time."""
    for number in path:
        found = _items(content, item)
        if number >= len(found):
            raise ValueError("something is missing")
        item = found[number]
    return item


def _items(content: bytes, within: _Item) -> list[_Item]:
    """What stands side by side in an item: at least one."""
    found, at = [], within.start
    while at < within.end:
        head = content[at : at + 2]
        if len(head) < 2:
            raise ValueError("cut off")
        start, length = at + 2, head[1]
        if length & 0x80:
            start += length & 0x7F
            length = int.from_bytes(content[at + 2 : start], "big")
        if start + length > within.end:
            raise ValueError("cut off")
        found.append(_Item(head[0], at, start, start + length))
        at = start + length
    if not found:
        raise ValueError("nothing there")
    return found
