"""The verb `viewpoints`: every way of looking at a note that a model can use."""

from __future__ import annotations

from dataclasses import dataclass

from clinamen.domains.music.viewpoints import VIEWPOINTS

__all__ = ["ViewpointSummary", "list_viewpoints"]


@dataclass(frozen=True, slots=True)
class ViewpointSummary:
    """Name, IDyOM's name, what it reads of the note itself, and its meaning in one line."""

    name: str
    idyom_name: str
    reads: tuple[str, ...]
    meaning: str


def list_viewpoints() -> tuple[ViewpointSummary, ...]:
    """All basic viewpoints, in the order of the library."""
    return tuple(
        ViewpointSummary(each.name, each.idyom_name, tuple(sorted(each.reads)), each.meaning)
        for each in VIEWPOINTS.values()
    )
