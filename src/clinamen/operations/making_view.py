"""What the studio shows of places, compositions and sculptures, as plain data for a screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from clinamen.operations.export import plain
from clinamen.operations.sculpt_export import steps_of
from clinamen.operations.song_view import song_view
from clinamen.operations.text import clean

if TYPE_CHECKING:
    from clinamen.operations.compose import Composition
    from clinamen.operations.sculpt import Sculpture
    from clinamen.operations.swerve import PlaceProposal

__all__ = ["composition_view", "places_view", "sculpture_view"]


def places_view(places: Sequence[PlaceProposal]) -> list[dict[str, Any]]:
    """Places where a break would tell, the best first."""
    return [
        {"note": place.note, "awaited": clean(place.awaited), "reason": clean(place.reason)}
        for place in places
    ]


def composition_view(made: Composition) -> dict[str, Any]:
    """A melody with what was asked and what came, bar by bar."""
    original = made.originality
    view: dict[str, Any] = plain(
        {
            "seed": made.seed,
            "n_steps": made.n_steps,
            "correlation": made.correlation,
            "bars": [
                {
                    "bar": each.bar,
                    "asked": each.asked,
                    "heard": each.heard,
                    "written": each.is_written,
                }
                for each in made.bars
            ],
            "breaks": [clean(sentence) for sentence in made.breaks],
            "notices": [clean(notice) for notice in made.notices],
            "originality": "" if original is None else original.line,
            "song": song_view(made.song),
        }
    )
    return view


def sculpture_view(sculpture: Sculpture) -> dict[str, Any]:
    """The order in which notes go, first to go first, each with its reason."""
    view: dict[str, Any] = plain(
        {
            "n_total": sculpture.n_total,
            "n_least": sculpture.n_least,
            "removals": [
                {
                    "note": step.number - 1,
                    "place": step.place,
                    "name": step.name,
                    "cost": step.cost,
                    "reason": clean(step.reason),
                }
                for step in steps_of(sculpture)
            ],
        }
    )
    return view
