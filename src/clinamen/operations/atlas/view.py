"""A map as plain data for a screen, with its sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clinamen.domains.music.tunes.measures import MEASURES
from clinamen.operations.atlas._words import (
    cell_words,
    find_words,
    lead_words,
    measure_name,
    novelty_words,
    title_of,
    unit_name,
    who_words,
)
from clinamen.operations.atlas.page import song_title
from clinamen.operations.song_view import song_view

if TYPE_CHECKING:
    from clinamen.operations.atlas.hearing import HeardFind
    from clinamen.operations.atlas.map import AtlasMap, Find, Place

__all__ = ["find_view", "map_view"]


def map_view(atlas_map: AtlasMap) -> dict[str, Any]:
    """The whole map: axes, who has been in each cell, and what is empty and worth going."""
    return {
        "title": title_of(atlas_map),
        "lead": list(lead_words(atlas_map)),
        "n_evaluations": atlas_map.atlas.n_evaluations,
        "n_finds": len(atlas_map.atlas.archive),
        "measures": [
            {"name": each.name, "said": measure_name(each.name), "unit": unit_name(each)}
            for each in MEASURES
        ],
        "x": {"name": atlas_map.x.name, "edges": [float(each) for each in atlas_map.x.edges]},
        "y": {"name": atlas_map.y.name, "edges": [float(each) for each in atlas_map.y.edges]},
        "cells": [_cell(atlas_map, place) for place in atlas_map.places.values()],
    }


def _cell(atlas_map: AtlasMap, place: Place) -> dict[str, Any]:
    return {
        "x": place.cell[0],
        "y": place.cell[1],
        "n_corpus": place.n_corpus,
        "n_mine": place.n_mine,
        "rank": place.rank,
        "where": cell_words(atlas_map, place),
        "who": list(who_words(place)),
        "find": None if place.find is None else _find(place.find),
    }


def _find(find: Find) -> dict[str, Any]:
    return {
        "quality": find.elite.objective,
        "worth": find.worth,
        "new_for_me": find.new_for_me,
        "new_for_corpus": find.new_for_corpus,
        "measures": list(find.elite.measures),
        "told": [find_words(find), *novelty_words(find)],
    }


def find_view(atlas_map: AtlasMap, place: Place, heard: HeardFind) -> dict[str, Any]:
    """A find as a song, as the full listener heard it."""
    assert place.find is not None
    return {
        "title": song_title(atlas_map, place),
        "quality": place.find.elite.objective,
        "song": song_view(heard.song),
        "bits": heard.mean,
        "peak": heard.peak,
    }
