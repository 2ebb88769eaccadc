"""Listener profiles as files: a JSON header and compressed arrays, never pickle.

The layout is that of listener files, with the first line ``clinamen profile 2``. The same
profile always gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from clinamen.domains.music.profile import EXPERTS, ListenerProfile, ProfileOptions
from clinamen.io._stored import (
    StoredArray,
    join,
    memory_arrays,
    read_memory,
    read_stored,
)

__all__ = ["read_profile", "write_profile"]

MAGIC = b"clinamen profile 2\n"


def write_profile(profile: ListenerProfile) -> bytes:
    """The file of a profile.

    Strings of notes that came only once are not carried on: the file holds statistics.
    """
    arrays: dict[str, StoredArray] = {}
    for place, expert in enumerate(EXPERTS):
        arrays.update(memory_arrays(f"memory/{place}", profile.memories[expert.viewpoint]))
    header = {
        "name": profile.name,
        "options": asdict(profile.options),
        "facts": dict(profile.facts),
        "n_melodies": profile.n_melodies,
        "n_notes": profile.n_notes,
        "experts": [expert._asdict() for expert in EXPERTS],
    }
    return join(MAGIC, header, arrays)


def read_profile(data: bytes, *, source: str = "") -> ListenerProfile:
    """The profile in a file.

    Raises
    ------
    FormatError
        If the file is no profile, was made by another version, or is damaged.
    """
    return read_stored(data, MAGIC, "profile", source, _build)


def _build(header: Mapping[str, Any], arrays: Mapping[str, StoredArray]) -> ListenerProfile:
    if header["experts"] != [expert._asdict() for expert in EXPERTS]:
        raise ValueError("its experts are not those of this version")
    memories = {
        expert.viewpoint: read_memory(
            {"viewpoint": expert.viewpoint, "target": "pitch"},
            f"memory/{place}",
            arrays,
            expert.longest_context,
        )
        for place, expert in enumerate(EXPERTS)
    }
    return ListenerProfile(
        name=str(header["name"]),
        options=ProfileOptions(**header["options"]),
        facts=dict(header["facts"]),
        memories=memories,
        n_melodies=int(header["n_melodies"]),
        n_notes=int(header["n_notes"]),
    )
