"""What listeners and profiles are: what they have heard, expect, and under which rights."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clinamen.domains.music.projection import TARGETS
from clinamen.errors import MissingError
from clinamen.operations.fingerprints import load_fingerprints
from clinamen.operations.harmony import load_harmony
from clinamen.operations.listeners import (
    DEFAULT_PROFILE,
    listener_names,
    load_listener,
    load_profile,
)

if TYPE_CHECKING:
    from clinamen.domains.music.listener import Listener
    from clinamen.domains.music.profile import ListenerProfile
    from clinamen.domains.music.progression.profile import HarmonyProfile

__all__ = ["ListenerSummary", "list_listeners", "summarise_listener"]

_PROFILE_START = b"clinamen profile "
_HARMONY_START = b"clinamen harmony "

MOST_FILES = 3
"""Names of files that are told of what was learnt."""


@dataclass(frozen=True, slots=True)
class ListenerSummary:
    """What a listener is and what it has heard.

    Parameters
    ----------
    name
        Under which it is loaded; of a file, the name in it.
    kind
        ``listener`` (for `hear`), ``profile`` (for people's ratings, from Python) or
        ``profile of harmony`` (for people's surprise at chords, from Python).
    n_melodies, n_notes, n_chords
        What it has heard.
    targets
        What it expects.
    looks_at
        Its viewpoints or experts, as text by target.
    corpora
        One line a corpus: what it is, and its rights.
    n_indexed
        Melodies in its index of fingerprints, 0 if it has none.
    """

    name: str
    kind: str
    n_melodies: int
    n_notes: int
    n_chords: int
    targets: tuple[str, ...]
    looks_at: Mapping[str, str]
    corpora: tuple[str, ...]
    n_indexed: int = 0


def list_listeners() -> tuple[ListenerSummary, ...]:
    """The shipped listeners and profiles, the new listener last."""
    found = [_of_listener(name) for name in listener_names()]
    profiles = (_of_profile(load_profile()), _of_harmony(load_harmony()))
    return (*found[:-1], *profiles, found[-1])


def summarise_listener(name: str | os.PathLike[str]) -> tuple[ListenerSummary, ...]:
    """What a listener or profile is, by name or from a file; two where both profiles are meant.

    Raises
    ------
    MissingError
        If there is none.
    FormatError
        If the file is damaged, or is neither listener nor profile.
    """
    if name == DEFAULT_PROFILE and not os.path.exists(name):
        return _of_profile(load_profile()), _of_harmony(load_harmony())
    start = _start_of(name)
    if start.startswith(_HARMONY_START):
        return (_of_harmony(load_harmony(name)),)
    if start.startswith(_PROFILE_START):
        return (_of_profile(load_profile(name)),)
    return (_of_listener(name),)


def _start_of(name: str | os.PathLike[str]) -> bytes:
    from clinamen.io._source import read_bytes

    return read_bytes(name)[:64] if os.path.isfile(name) and name not in listener_names() else b""


def _of_listener(name: str | os.PathLike[str]) -> ListenerSummary:
    listener = load_listener(name)
    known = {*listener.viewpoints, *listener.learned}
    harmony = ("harmony",) if listener.harmony else ()
    return ListenerSummary(
        name=str(name) if name in listener_names() else listener.name,
        kind="listener",
        n_melodies=listener.n_melodies,
        n_notes=listener.n_notes,
        n_chords=0,
        targets=(*(target for target in TARGETS if target in known), *harmony),
        looks_at=_looks_at(listener),
        corpora=_corpora(listener.facts),
        n_indexed=_n_indexed(name),
    )


def _n_indexed(name: str | os.PathLike[str]) -> int:
    try:
        return len(load_fingerprints(name).tunes)
    except MissingError:
        return 0


def _of_profile(profile: ListenerProfile) -> ListenerSummary:
    return ListenerSummary(
        name=profile.name,
        kind="profile",
        n_melodies=profile.n_melodies,
        n_notes=profile.n_notes,
        n_chords=0,
        targets=("pitch",),
        looks_at={"pitch": "six experts (docs/decisions/0008)"},
        corpora=_corpora(profile.facts),
    )


def _of_harmony(profile: HarmonyProfile) -> ListenerSummary:
    corpora = _records(profile.facts)
    n_songs, n_chords = (_total(corpora, noun) for noun in ("n_songs", "n_chords"))
    return ListenerSummary(
        name=profile.name,
        kind="profile of harmony",
        n_melodies=n_songs,
        n_notes=0,
        n_chords=n_chords,
        targets=("harmony",),
        looks_at={"harmony": "the learned mixture on chords alone, one for each corpus"},
        corpora=_corpora(profile.facts),
    )


def _looks_at(listener: Listener) -> dict[str, str]:
    """By target, whether there is a learned mixture, and the classic model's viewpoints."""
    mixed = dict.fromkeys(listener.learned, "learned mixture; classic model: ")
    return {
        target: mixed.get(target, "") + viewpoints
        for target, viewpoints in listener.viewpoints.items()
    }


def _records(facts: Mapping[str, object], kind: str = "corpora") -> list[Mapping[str, object]]:
    given = facts.get(kind, ())
    corpora = given if isinstance(given, (list, tuple)) else ()
    return [each for each in corpora if isinstance(each, Mapping)]


def _total(corpora: list[Mapping[str, object]], name: str) -> int:
    return sum(value for each in corpora if isinstance(value := each.get(name, 0), int))


def _corpora(facts: Mapping[str, object]) -> tuple[str, ...]:
    """A line a corpus, those of chords last; the same one is told once."""
    corpora = [*_records(facts), *_records(facts, "chords")]
    return tuple(dict.fromkeys(_line(each) for each in corpora))


def _line(corpus: Mapping[str, object]) -> str:
    what = str(corpus.get("what", ""))
    # What was learnt without a word about rights bears its bare name.
    rights = "; rights not stated" if what == corpus.get("corpus") else ""
    given = corpus.get("files", ())
    files = [str(name) for name in given] if isinstance(given, (list, tuple)) else []
    if not files:
        return what + rights
    n_files = max(_total([corpus], "n_files"), len(files))
    more = f" and {n_files - MOST_FILES} more" if n_files > MOST_FILES else ""
    return f"{what}: {', '.join(files[:MOST_FILES])}{more}{rights}"
