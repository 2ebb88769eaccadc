"""A map as plain values, for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clinamen.domains.music.tunes.measures import MEASURES

if TYPE_CHECKING:
    from clinamen.operations.atlas._atlas import Atlas
    from clinamen.operations.atlas.map import AtlasMap, Find, Place

__all__ = ["atlas_record", "map_record", "place_record"]

SCHEMA = "clinamen.atlas/1"


def atlas_record(atlas: Atlas) -> dict[str, Any]:
    """What an atlas is of, and how far it has come."""
    archive, best = atlas.archive, atlas.archive.best
    return {
        "schema": SCHEMA,
        **atlas.plan.plain(),
        "axes": [
            {"measure": axis.name, "low": axis.low, "high": axis.high, "cells": axis.n_cells}
            for axis in atlas.plan.axes
        ],
        "evaluations": atlas.n_evaluations,
        "runs": {str(seed): atlas.runs[seed].plain() for seed in sorted(atlas.runs)},
        "elites": len(archive),
        "cells": archive.n_cells,
        "coverage": archive.coverage,
        "qd_score": archive.qd_score,
        "best": None if best is None else best.objective,
        "mine": len(atlas.mine),
    }


def map_record(atlas_map: AtlasMap) -> dict[str, Any]:
    """The atlas along two measures: every cell in which somebody has been."""
    return {
        **atlas_record(atlas_map.atlas),
        "x": atlas_map.x.name,
        "y": atlas_map.y.name,
        "corpus": len(atlas_map.corpus),
        "map_cells": [place_record(atlas_map, place) for place in atlas_map.places.values()],
    }


def place_record(atlas_map: AtlasMap, place: Place) -> dict[str, Any]:
    """One cell."""
    return {
        "cell": place.name,
        "x": list(atlas_map.span("x", place.cell[0])),
        "y": list(atlas_map.span("y", place.cell[1])),
        "corpus": place.n_corpus,
        "corpus_titles": list(place.corpus_titles),
        "mine": place.n_mine,
        "my_titles": list(place.my_titles),
        "rank": place.rank,
        "find": None if place.find is None else _find_record(place.find),
    }


def _find_record(find: Find) -> dict[str, Any]:
    values = zip(MEASURES, find.elite.measures, strict=True)
    return {
        "quality": find.elite.objective,
        "origin": find.elite.origin,
        "measures": {measure.name: value for measure, value in values},
        "new_for_me": find.new_for_me,
        "new_for_corpus": find.new_for_corpus,
        "rarer_than": find.rarer_than,
        "worth": find.worth,
        "notes": [list(note) for note in find.elite.solution.notes],
    }
