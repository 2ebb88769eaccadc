"""What files of trained counts share: a header in JSON and compressed arrays, never pickle.

Layout: a line that says what it is; a line with the header's length in bytes and the
SHA-256 of all that follows the line; the header (JSON, UTF-8); then each array in the
header's order, its bytes by significance (all first bytes, all second ones, ...), compressed
with zlib. The same content always gives the same bytes. Arrays are unpacked when they are
asked for.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt

from clinamen.domains.music.listener import LongTermMemory
from clinamen.domains.music.projection import Lens
from clinamen.domains.music.viewpoints import parse_viewpoints
from clinamen.engine.counts import ContextTrie
from clinamen.engine.symbols import SymbolTable
from clinamen.errors import ClinamenError, FormatError

MAX_HEADER_BYTES = 2**20
"""Longest header read."""

MAX_ARRAY_BYTES = 2**29
"""Largest single array after decompression."""

StoredArray = npt.NDArray[Any]
_Built = TypeVar("_Built")
_Key = TypeVar("_Key")

_DTYPES: Mapping[str, np.dtype[Any]] = {name: np.dtype(name) for name in ("<i4", "<i8", "<f8")}


def join(magic: bytes, header: Mapping[str, Any], arrays: Mapping[str, StoredArray]) -> bytes:
    """A file; the header gets a list of the arrays."""
    packed = [_pack(name, array) for name, array in arrays.items()]
    body = b"".join(data for _, data in packed)
    whole = {**header, "arrays": [entry for entry, _ in packed]}
    text = json.dumps(whole, ensure_ascii=False, sort_keys=True, indent=1).encode()
    digest = hashlib.sha256(text + body).hexdigest()
    return magic + f"{len(text)} {digest}\n".encode() + text + body


def memory_arrays(prefix: str, memory: LongTermMemory) -> dict[str, StoredArray]:
    """Counts and symbols of a memory; strings that came only once are not carried on."""
    tables = {
        f"{prefix}/table/{index}": table.values() for index, table in enumerate(memory.lens.tables)
    }
    return {f"{prefix}/rows": memory.trie.to_rows().T, **tables}


def _pack(name: str, array: StoredArray) -> tuple[dict[str, Any], bytes]:
    kind = "<f8" if array.dtype.kind == "f" else "<i4" if array.dtype == np.int32 else "<i8"
    flat = np.ascontiguousarray(array, dtype=_DTYPES[kind]).reshape(-1)
    planes = np.ascontiguousarray(flat.view(np.uint8).reshape(len(flat), flat.itemsize).T)
    data = zlib.compress(planes.tobytes(), 9)
    return {"name": name, "dtype": kind, "shape": list(array.shape), "bytes": len(data)}, data


def split(data: bytes, magic: bytes, what: str, source: str) -> tuple[dict[str, Any], bytes]:
    """Header and body of a file that begins with `magic`; `what` is its name for people."""
    if not data.startswith(magic):
        name, begin = f"a{'n' * (what[0] in 'aeiou')} {what}", magic.decode().strip()
        raise FormatError(
            f"not {name} file of this version (it should begin {begin!r})",
            source=source,
            place="byte 1",
        )
    line, _, rest = data[len(magic) :].partition(b"\n")
    digits, _, digest = line.partition(b" ")
    if hashlib.sha256(rest).hexdigest().encode() != digest:
        raise FormatError(f"the {what} file is damaged: its hash does not match", source=source)
    if not digits.isdigit() or len(digits) > 7 or int(digits) > MAX_HEADER_BYTES:
        raise FormatError("the header's length is not possible", source=source, place="line 2")
    length = int(digits)
    try:
        header = json.loads(rest[:length])
    except (ValueError, RecursionError):
        raise FormatError("the header is not JSON", source=source, place="line 3") from None
    if not isinstance(header, dict):
        raise FormatError("the header is not a JSON object", source=source, place="line 3")
    return header, rest[length:]


def read_stored(
    data: bytes,
    magic: bytes,
    what: str,
    source: str,
    build: Callable[[Mapping[str, Any], Mapping[str, StoredArray]], _Built],
) -> _Built:
    """What `build` makes of the header and the arrays of a file.

    Raises
    ------
    FormatError
        If the file is not of this kind or version, is damaged, or does not hold together.
    """
    header, body = split(data, magic, what, source)
    with holding_together(what, source):
        return build(header, StoredArrays(header["arrays"], body, source))


@contextmanager
def holding_together(what: str, source: str) -> Iterator[None]:
    """Turn what goes wrong while a file's content is put together into a `FormatError`."""
    try:
        yield
    except FormatError:
        raise
    except (
        ClinamenError, KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError,
    ) as error:  # fmt: skip
        raise FormatError(
            f"the {what} file does not hold together: {error}", source=source
        ) from None


class StoredArrays(Mapping[str, StoredArray]):
    """The arrays that a header lists, each unpacked when it is asked for."""

    def __init__(self, entries: list[Mapping[str, Any]], body: bytes, source: str) -> None:
        self._source = source
        self._packed: dict[str, tuple[Mapping[str, Any], bytes]] = {}
        offset = 0
        for entry in entries:
            length = int(entry["bytes"])
            if length < 0:
                raise ValueError("an array is shorter than nothing")
            self._packed[str(entry["name"])] = entry, body[offset : offset + length]
            offset += length

    def __getitem__(self, name: str) -> StoredArray:
        return _unpack(*self._packed[name], self._source)

    def __iter__(self) -> Iterator[str]:
        return iter(self._packed)

    def __len__(self) -> int:
        return len(self._packed)


class Lazily(MutableMapping[_Key, _Built], Generic[_Key, _Built]):
    """A mapping whose values are made when they are first asked for."""

    def __init__(self, makers: Mapping[_Key, Callable[[], _Built]]) -> None:
        self._makers = dict(makers)
        self._made: dict[_Key, _Built] = {}

    def __getitem__(self, key: _Key) -> _Built:
        if key not in self._made:
            self._made[key] = self._makers[key]()
        return self._made[key]

    def __setitem__(self, key: _Key, value: _Built) -> None:
        self._makers[key] = lambda: value
        self._made[key] = value

    def __delitem__(self, key: _Key) -> None:
        del self._makers[key]
        self._made.pop(key, None)

    def __contains__(self, key: object) -> bool:
        return key in self._makers

    def __iter__(self) -> Iterator[_Key]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)


def _unpack(entry: Mapping[str, Any], data: bytes, source: str) -> StoredArray:
    dtype = _DTYPES[entry["dtype"]]
    shape = tuple(int(size) for size in entry["shape"])
    n_bytes = dtype.itemsize
    for size in shape:
        n_bytes *= size
    if min(shape, default=0) < 0 or n_bytes > MAX_ARRAY_BYTES:
        raise FormatError(f"array {entry['name']} is too large", source=source)
    inflate = zlib.decompressobj()
    try:
        raw = inflate.decompress(data, n_bytes + 1)
    except zlib.error:
        raise FormatError(f"array {entry['name']} is damaged", source=source) from None
    if len(raw) != n_bytes:
        raise FormatError(f"array {entry['name']} has not the size it claims", source=source)
    planes = np.frombuffer(raw, dtype=np.uint8).reshape(dtype.itemsize, n_bytes // dtype.itemsize)
    return np.ascontiguousarray(planes.T).view(dtype).reshape(shape)


def read_memory(
    entry: Mapping[str, Any], prefix: str, arrays: Mapping[str, StoredArray], longest: int
) -> LongTermMemory:
    """A memory made of the arrays of `memory_arrays`."""
    (viewpoint,) = parse_viewpoints(str(entry["viewpoint"]))
    lens = Lens(viewpoint, str(entry["target"]))
    for index in range(len(lens.tables)):
        lens.tables[index] = SymbolTable(arrays[f"{prefix}/table/{index}"].tolist())
    rows = np.ascontiguousarray(arrays[f"{prefix}/rows"].T, dtype=np.int32)
    if rows.ndim != 2 or rows.shape[1] != 4:
        raise ValueError("a table of counts needs four columns")
    if len(rows) and rows[:, 1].max() >= len(lens.tables[-1]):
        raise ValueError("a symbol is counted that no table knows")
    return LongTermMemory(lens, ContextTrie.from_rows(rows, longest))
