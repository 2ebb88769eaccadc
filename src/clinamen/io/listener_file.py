"""Trained listeners as files: a JSON header and compressed arrays, never pickle.

Layout: the line ``clinamen listener 1``; a line with the header's length in bytes and the
SHA-256 of all that follows the line; the header (JSON, UTF-8); then each array in the
header's order, compressed with zlib. The same listener always gives the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
import numpy.typing as npt

from clinamen.domains.music.listener import Listener, LongTermMemory
from clinamen.domains.music.projection import Alphabets, Lens
from clinamen.domains.music.viewpoints import parse_viewpoints
from clinamen.engine.counts import ContextTrie
from clinamen.engine.model import ModelOptions
from clinamen.engine.ppm import PPMOptions
from clinamen.engine.symbols import SymbolTable
from clinamen.errors import ClinamenError, FormatError

__all__ = ["MAX_ARRAY_BYTES", "MAX_HEADER_BYTES", "read_listener", "write_listener"]

MAGIC = b"clinamen listener 1\n"
MAX_HEADER_BYTES = 2**20
"""Longest header read."""

MAX_ARRAY_BYTES = 2**29
"""Largest single array after decompression."""

IntegerArray = npt.NDArray[np.integer[Any]]

_DTYPES: Mapping[str, np.dtype[Any]] = {"<i4": np.dtype("<i4"), "<i8": np.dtype("<i8")}


def write_listener(listener: Listener) -> bytes:
    """The file of a listener.

    Strings of notes that came only once are not carried on: the file holds statistics.
    """
    arrays: dict[str, IntegerArray] = {
        f"alphabet/{name}": getattr(listener.alphabets, name)
        for name in ("onset", "pitch", "duration")
    }
    memories: list[dict[str, str]] = []
    for (target, _), memory in listener.memories.items():
        place = len(memories)
        memories.append({"target": target, "viewpoint": memory.lens.viewpoint.idyom_name})
        arrays[f"memory/{place}/rows"] = memory.trie.to_rows().T
        for index, table in enumerate(memory.lens.tables):
            arrays[f"memory/{place}/table/{index}"] = table.values()
    packed = [_pack(name, array) for name, array in arrays.items()]
    body = b"".join(data for _, data in packed)
    header = {
        "name": listener.name,
        "viewpoints": dict(listener.viewpoints),
        "options": asdict(listener.options),
        "longest_context": listener.longest_context,
        "facts": dict(listener.facts),
        "n_melodies": listener.n_melodies,
        "n_notes": listener.n_notes,
        "memories": memories,
        "arrays": [entry for entry, _ in packed],
    }
    text = json.dumps(header, ensure_ascii=False, sort_keys=True, indent=1).encode()
    digest = hashlib.sha256(text + body).hexdigest()
    return MAGIC + f"{len(text)} {digest}\n".encode() + text + body


def _pack(name: str, array: IntegerArray) -> tuple[dict[str, Any], bytes]:
    kind = "<i4" if array.dtype == np.int32 else "<i8"
    data = zlib.compress(np.ascontiguousarray(array, dtype=_DTYPES[kind]).tobytes(), 9)
    return {"name": name, "dtype": kind, "shape": list(array.shape), "bytes": len(data)}, data


def read_listener(data: bytes, *, source: str = "") -> Listener:
    """The listener in a file.

    Raises
    ------
    FormatError
        If the file is no listener, was made by a later version, or is damaged.
    """
    header, body = _split(data, source)
    try:
        return _build(header, _unpack_all(header["arrays"], body, source))
    except FormatError:
        raise
    except (ClinamenError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise FormatError(
            f"the listener file does not hold together: {error}", source=source
        ) from None


def _split(data: bytes, source: str) -> tuple[dict[str, Any], bytes]:
    if not data.startswith(MAGIC):
        raise FormatError(
            f"not a listener file of this version (it should begin {MAGIC.decode().strip()!r})",
            source=source,
            place="byte 1",
        )
    line, _, rest = data[len(MAGIC) :].partition(b"\n")
    digits, _, digest = line.partition(b" ")
    if hashlib.sha256(rest).hexdigest().encode() != digest:
        raise FormatError("the listener file is damaged: its hash does not match", source=source)
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


def _unpack_all(
    entries: list[Mapping[str, Any]], body: bytes, source: str
) -> dict[str, IntegerArray]:
    arrays = {}
    offset = 0
    for entry in entries:
        length = int(entry["bytes"])
        arrays[str(entry["name"])] = _unpack(entry, body[offset : offset + length], source)
        offset += length
    return arrays


def _unpack(entry: Mapping[str, Any], data: bytes, source: str) -> IntegerArray:
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
    array: IntegerArray = np.frombuffer(raw, dtype=dtype).reshape(shape)
    return array


def _build(header: Mapping[str, Any], arrays: Mapping[str, IntegerArray]) -> Listener:
    longest = int(header["longest_context"])
    memories = {}
    for place, entry in enumerate(header["memories"]):
        memory = _memory(entry, f"memory/{place}", arrays, longest)
        memories[memory.lens.target, memory.lens.viewpoint.name] = memory
    pitch = arrays["alphabet/pitch"]
    if len(pitch) and not (pitch.min() >= 0 and pitch.max() <= 127):
        raise ValueError("a pitch is not a MIDI number")
    return Listener(
        name=str(header["name"]),
        viewpoints={str(key): str(value) for key, value in header["viewpoints"].items()},
        options=_options(header["options"]),
        longest_context=longest,
        facts=dict(header["facts"]),
        alphabets=Alphabets(
            onset=_sorted(arrays["alphabet/onset"]),
            pitch=_sorted(pitch),
            duration=_sorted(arrays["alphabet/duration"]),
        ),
        memories=memories,
        n_melodies=int(header["n_melodies"]),
        n_notes=int(header["n_notes"]),
    )


def _sorted(values: IntegerArray) -> npt.NDArray[np.int64]:
    return np.unique(values).astype(np.int64)


def _memory(
    entry: Mapping[str, Any], prefix: str, arrays: Mapping[str, IntegerArray], longest: int
) -> LongTermMemory:
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


def _options(values: Mapping[str, Any]) -> ModelOptions:
    settings = dict(values)
    for store in ("long_term", "short_term"):
        settings[store] = PPMOptions(**settings[store])
    return ModelOptions(**settings)
