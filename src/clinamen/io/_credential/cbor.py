"""CBOR as a signature is written in it: definite lengths, each number in its shortest form.

Source
------
RFC 8949, sections 3 and 4.2.1. Floats and indefinite lengths are refused: a signature by our
writer has none, so a byte that turns something into one was changed.
"""

from __future__ import annotations

from clinamen.errors import FormatError

__all__ = ["decode"]

_DEEPEST = 16
_SIMPLE: dict[int, object] = {20: False, 21: True, 22: None}
_UINT, _NEGATIVE, _BYTES, _TEXT, _ARRAY, _MAP, _TAG, _OTHER = range(8)


def decode(data: bytes) -> object:
    """The one value that fills `data`; tags are left off.

    Raises
    ------
    FormatError
        If it is cut short, has bytes behind it, or is not written in the shortest form.
    """
    value, end = _value(data, 0, 0)
    if end != len(data):
        raise FormatError(f"{len(data) - end} bytes behind the value", place=f"byte {end}")
    return value


def _value(data: bytes, at: int, depth: int) -> tuple[object, int]:
    if depth > _DEEPEST:
        raise FormatError("nested too deeply", place=f"byte {at}")
    kind, number, at = _head(data, at)
    if kind == _UINT:
        return number, at
    if kind == _NEGATIVE:
        return -1 - number, at
    if kind in (_BYTES, _TEXT):
        return _string(data, at, number, is_text=kind == _TEXT)
    if kind == _ARRAY:
        return _array(data, at, number, depth)
    if kind == _MAP:
        return _map(data, at, number, depth)
    if kind == _TAG:
        return _value(data, at, depth + 1)
    if number in _SIMPLE:
        return _SIMPLE[number], at
    raise FormatError(f"an unexpected simple value {number}", place=f"byte {at - 1}")


def _head(data: bytes, at: int) -> tuple[int, int, int]:
    """Kind, number and the place behind them."""
    if at >= len(data):
        raise FormatError("cut short", place=f"byte {at}")
    kind, short = data[at] >> 5, data[at] & 31
    if short < 24:
        return kind, short, at + 1
    if short > 27 or kind == _OTHER:
        raise FormatError("an indefinite length or a float", place=f"byte {at}")
    n_bytes = 1 << (short - 24)
    number = int.from_bytes(data[at + 1 : at + 1 + n_bytes])
    if at + 1 + n_bytes > len(data):
        raise FormatError("cut short", place=f"byte {at}")
    if number < (24 if n_bytes == 1 else 1 << (4 * n_bytes)):
        raise FormatError("a number longer than it need be", place=f"byte {at}")
    return kind, number, at + 1 + n_bytes


def _string(data: bytes, at: int, length: int, *, is_text: bool) -> tuple[object, int]:
    end = at + length
    if end > len(data):
        raise FormatError("cut short", place=f"byte {at}")
    raw = data[at:end]
    try:
        return (raw.decode() if is_text else raw), end
    except UnicodeDecodeError:
        raise FormatError("text that is not UTF-8", place=f"byte {at}") from None


def _array(data: bytes, at: int, length: int, depth: int) -> tuple[object, int]:
    values = []
    for _ in range(length):
        value, at = _value(data, at, depth + 1)
        values.append(value)
    return values, at


def _map(data: bytes, at: int, length: int, depth: int) -> tuple[object, int]:
    pairs: dict[object, object] = {}
    for _ in range(length):
        key, at = _value(data, at, depth + 1)
        if not isinstance(key, int | str | bytes) or key in pairs:
            raise FormatError("a key that is no key, or is there twice", place=f"byte {at}")
        pairs[key], at = _value(data, at, depth + 1)
    return pairs, at
