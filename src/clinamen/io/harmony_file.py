"""Listener profiles for harmony as files: a JSON header and compressed arrays, never pickle.

The layout is that of listener files, with the first line ``clinamen harmony 1``. The same
profile always gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clinamen.domains.music.progression.profile import HarmonyProfile
from clinamen.io._learned_chords import learned_chords_arrays, read_learned_chords
from clinamen.io._stored import StoredArray, join, read_stored

__all__ = ["read_harmony", "write_harmony"]

MAGIC = b"clinamen harmony 1\n"


def write_harmony(profile: HarmonyProfile, fewest: int = 1) -> bytes:
    """The file of a profile.

    Parameters
    ----------
    fewest
        Contexts seen less often are left out.
    """
    entries: list[dict[str, Any]] = []
    arrays: dict[str, StoredArray] = {}
    for place, member in enumerate(profile.members):
        entry, counts = learned_chords_arrays(f"member/{place}", member, fewest)
        entries.append(entry)
        arrays |= counts
    header = {"name": profile.name, "facts": dict(profile.facts), "members": entries}
    return join(MAGIC, header, arrays)


def read_harmony(data: bytes, *, source: str = "") -> HarmonyProfile:
    """The profile in a file.

    Raises
    ------
    FormatError
        If the file is no profile of harmony, was made by another version, or is damaged.
    """
    return read_stored(data, MAGIC, "harmony", source, _build)


def _build(header: Mapping[str, Any], arrays: Mapping[str, StoredArray]) -> HarmonyProfile:
    members = tuple(
        read_learned_chords(entry, f"member/{place}", arrays)
        for place, entry in enumerate(header["members"])
    )
    return HarmonyProfile(members, name=str(header["name"]), facts=dict(header["facts"]))
