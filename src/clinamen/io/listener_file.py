"""Trained listeners as files: a JSON header and compressed arrays, never pickle.

Layout: the line ``clinamen listener 1``; a line with the header's length in bytes and the
SHA-256 of all that follows the line; the header (JSON, UTF-8); then each array in the
header's order, compressed with zlib. The same listener always gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
import numpy.typing as npt

from clinamen.domains.music.listener import Listener
from clinamen.domains.music.projection import Alphabets
from clinamen.engine.model import ModelOptions
from clinamen.engine.ppm import PPMOptions
from clinamen.io._stored import (
    MAX_ARRAY_BYTES,
    MAX_HEADER_BYTES,
    IntegerArray,
    join,
    memory_arrays,
    read_memory,
    read_stored,
)

__all__ = ["MAX_ARRAY_BYTES", "MAX_HEADER_BYTES", "read_listener", "write_listener"]

MAGIC = b"clinamen listener 1\n"


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
        prefix = f"memory/{len(memories)}"
        memories.append({"target": target, "viewpoint": memory.lens.viewpoint.idyom_name})
        arrays.update(memory_arrays(prefix, memory))
    header = {
        "name": listener.name,
        "viewpoints": dict(listener.viewpoints),
        "options": asdict(listener.options),
        "longest_context": listener.longest_context,
        "facts": dict(listener.facts),
        "n_melodies": listener.n_melodies,
        "n_notes": listener.n_notes,
        "memories": memories,
    }
    return join(MAGIC, header, arrays)


def read_listener(data: bytes, *, source: str = "") -> Listener:
    """The listener in a file.

    Raises
    ------
    FormatError
        If the file is no listener, was made by a later version, or is damaged.
    """
    return read_stored(data, MAGIC, "listener", source, _build)


def _build(header: Mapping[str, Any], arrays: Mapping[str, IntegerArray]) -> Listener:
    longest = int(header["longest_context"])
    memories = {}
    for place, entry in enumerate(header["memories"]):
        memory = read_memory(entry, f"memory/{place}", arrays, longest)
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


def _options(values: Mapping[str, Any]) -> ModelOptions:
    settings = dict(values)
    for store in ("long_term", "short_term"):
        settings[store] = PPMOptions(**settings[store])
    return ModelOptions(**settings)
