"""Viewpoints of the classic model, all chosen on other music than is scored."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["System", "classic_system"]

CHOSEN_ON_HYMNS = (
    "cpitch*cpintfref cpitch*posinbar cpint*cpintfref cpint*bioi cpintfref*bioi"
    " cpintfip*posinbar cpintfip*inscale"
)
"""Found on 150 hymns without phrase marks (bench/README.md)."""

CHOSEN_ON_FOLK_SONGS = (
    "cpitch*cpintfref cpitch*posinbar cpint*cpintfref cpint*bioi cpint*posinbar cpint*liph"
    " cpintfref*cpintfip cpintfref*cpintfiph cpintfip*liph"
)
"""Found on every fourth tune of the volume *fink* of the Essen collection, which is scored
nowhere: for sets with phrase marks."""

PITCHES_ONLY = "cpitch cpitch*cpintfip cpint*cpintfip cpint-size*cpcint"
"""Found on the same hymns, for melodies of which neither key nor timing is known."""

ONSETS = (
    "bioi*fib bioi*position_in_phrase bioi-ratio*metaccent posinbar*liph"
    " posinbar*position_in_phrase metaccent*liph bioi*posinbar"
)
"""For inter-onset intervals: found on the same tunes of *fink*, and, for sets without phrase
marks, the viewpoint that won there among those that need none."""

DURATIONS = "dur*posinbar dur*metaccent dur-ratio*liph"
"""For durations, found on the same tunes of *fink*."""

_NEEDS = {
    **dict.fromkeys(("cpintfref", "inscale"), "key"),
    **dict.fromkeys(("cpintfiph", "fiph", "liph", "position_in_phrase"), "phrase"),
    **dict.fromkeys(("bioi", "bioi-ratio", "posinbar", "metaccent", "fib"), "onset"),
}


class System(NamedTuple):
    """Viewpoints, as text by target, and where they are from."""

    viewpoints: dict[str, str]
    chosen: str


def classic_system(known: frozenset[str], target: str) -> System:
    """Strong viewpoints that look at nothing but what is known.

    Where everything is known they are used as they were found. Otherwise those that need
    what is missing are left out and, for pitch, those for pitches alone come in.
    """
    # A model that predicts when notes come has heard when they came so far.
    if target == "onset":
        return System({"onset": _usable(ONSETS, known | {"onset"})}, "chosen on folk songs")
    if target == "duration":
        return System({"duration": _usable(DURATIONS, known) or "dur"}, "chosen on folk songs")
    if target == "joint":
        pitch = classic_system(known | {"onset"}, "pitch")
        return System(classic_system(known, "onset").viewpoints | pitch.viewpoints, pitch.chosen)
    where, text = ("folk songs", CHOSEN_ON_FOLK_SONGS)
    if "phrase" not in known:
        where, text = ("hymns", CHOSEN_ON_HYMNS)
    if {"key", "onset"} <= known:
        return System({"pitch": text}, f"chosen on {where}")
    usable = _usable(text, known)
    if not usable:
        return System({"pitch": PITCHES_ONLY}, "chosen on hymns, pitches only")
    both = " ".join(dict.fromkeys([*usable.split(), *PITCHES_ONLY.split()]))
    return System({"pitch": both}, f"chosen on {where}, without those that need what is not known")


def _usable(viewpoints: str, known: frozenset[str]) -> str:
    return " ".join(
        viewpoint
        for viewpoint in viewpoints.split()
        if {_NEEDS[part] for part in viewpoint.split("*") if part in _NEEDS} <= known
    )
