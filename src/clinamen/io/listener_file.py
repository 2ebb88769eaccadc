"""Trained listeners as files: a JSON header and compressed arrays, never pickle.

Layout: the line ``clinamen listener 2``; a line with the header's length in bytes and the
SHA-256 of all that follows the line; the header (JSON, UTF-8); then each array in the
header's order, compressed (see `clinamen.io._stored`). The same listener always gives the
same bytes. What belongs to a target is unpacked when it is first used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from functools import partial
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from clinamen.domains.music.learned import Learned
from clinamen.domains.music.listener import Listener, LongTermMemory
from clinamen.domains.music.progression.learned import LearnedChords
from clinamen.domains.music.projection import Alphabets
from clinamen.domains.music.viewpoints import parse_viewpoints
from clinamen.engine.model import ModelOptions
from clinamen.engine.ppm import PPMOptions
from clinamen.io._learned import learned_arrays, read_learned
from clinamen.io._learned_chords import learned_chords_arrays, read_learned_chords
from clinamen.io._stored import (
    MAX_ARRAY_BYTES,
    MAX_HEADER_BYTES,
    Lazily,
    StoredArray,
    holding_together,
    join,
    memory_arrays,
    read_memory,
    read_stored,
)

__all__ = [
    "MAX_ARRAY_BYTES",
    "MAX_HEADER_BYTES",
    "is_listener",
    "read_listener",
    "write_listener",
]

_Built = TypeVar("_Built")

MAGIC = b"clinamen listener 2\n"
ANY_VERSION = b"clinamen listener "


def write_listener(listener: Listener, *, fewest: int = 1) -> bytes:
    """The file of a listener.

    Strings of notes that came only once are not carried on by the classic model: the file
    holds statistics.

    Parameters
    ----------
    fewest
        Contexts of the learned mixture that were seen less often are left out.
    """
    arrays: dict[str, StoredArray] = {
        f"alphabet/{name}": getattr(listener.alphabets, name)
        for name in ("onset", "pitch", "duration")
    }
    memories: list[dict[str, str]] = []
    for (target, _), memory in listener.memories.items():
        prefix = f"memory/{len(memories)}"
        memories.append({"target": target, "viewpoint": memory.lens.viewpoint.idyom_name})
        arrays.update(memory_arrays(prefix, memory))
    mixtures: dict[str, list[dict[str, Any]]] = {"learned": [], "with_chords": []}
    for what, entries in mixtures.items():
        for each in getattr(listener, what).values():
            entry, found = learned_arrays(f"{what}/{len(entries)}", each, fewest)
            entries.append(entry)
            arrays.update(found)
    harmony: list[dict[str, Any]] = []
    for heard in listener.harmony.values():
        entry, found = learned_chords_arrays(f"harmony/{len(harmony)}", heard, fewest)
        harmony.append(entry)
        arrays.update(found)
    header = {
        "name": listener.name,
        "viewpoints": dict(listener.viewpoints),
        "options": asdict(listener.options),
        "longest_context": listener.longest_context,
        "facts": dict(listener.facts),
        "n_melodies": listener.n_melodies,
        "n_notes": listener.n_notes,
        "memories": memories,
        **mixtures,
        "harmony": harmony,
    }
    return join(MAGIC, header, arrays)


def is_listener(data: bytes) -> bool:
    """Whether a file says that it is a listener, of whatever version."""
    return data.startswith(ANY_VERSION)


def read_listener(data: bytes, *, source: str = "") -> Listener:
    """The listener in a file.

    Raises
    ------
    FormatError
        If the file is no listener, was made by a later version, or is damaged.
    """
    return read_stored(data, MAGIC, "listener", source, partial(_build, source))


def _build(source: str, header: Mapping[str, Any], arrays: Mapping[str, StoredArray]) -> Listener:
    longest = int(header["longest_context"])
    memories: dict[tuple[str, str], Callable[[], LongTermMemory]] = {}
    for place, entry in enumerate(header["memories"]):
        (viewpoint,) = parse_viewpoints(str(entry["viewpoint"]))
        make = partial(read_memory, entry, f"memory/{place}", arrays, longest)
        memories[str(entry["target"]), viewpoint.name] = _safely(make, source)
    harmony: dict[str, Callable[[], LearnedChords]] = {}
    for place, entry in enumerate(header.get("harmony", ())):
        make_chords = partial(read_learned_chords, entry, f"harmony/{place}", arrays)
        harmony[" ".join(sorted(map(str, entry["known"])))] = _safely(make_chords, source)
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
        memories=Lazily(memories),
        learned=_mixtures("learned", header["learned"], arrays, source),
        # Files made before there were any with chords lack them.
        with_chords=_mixtures("with_chords", header.get("with_chords", ()), arrays, source),
        harmony=Lazily(harmony),
        n_melodies=int(header["n_melodies"]),
        n_notes=int(header["n_notes"]),
    )


def _mixtures(
    what: str, entries: Iterable[Mapping[str, Any]], arrays: Mapping[str, StoredArray], source: str
) -> Lazily[str, Learned]:
    """Learned mixtures by target."""
    makers: dict[str, Callable[[], Learned]] = {}
    for place, entry in enumerate(entries):
        if str(entry["target"]) in makers:
            raise ValueError("a target is learnt twice")
        make = partial(read_learned, entry, f"{what}/{place}", arrays)
        makers[str(entry["target"])] = _safely(make, source)
    return Lazily(makers)


def _safely(make: Callable[[], _Built], source: str) -> Callable[[], _Built]:
    """The same, with a clear error for a file that is not what it says."""

    def made() -> _Built:
        with holding_together("listener", source):
            return make()

    return made


def _sorted(values: StoredArray) -> npt.NDArray[np.int64]:
    return np.unique(values).astype(np.int64)


def _options(values: Mapping[str, Any]) -> ModelOptions:
    settings = dict(values)
    for store in ("long_term", "short_term"):
        settings[store] = PPMOptions(**settings[store])
    return ModelOptions(**settings)
