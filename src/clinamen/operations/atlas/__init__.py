"""The verb `atlas`: a map of melodies that have been made, and of those that could be."""

from clinamen.operations.atlas._atlas import Atlas, Run, load_atlas, save_atlas
from clinamen.operations.atlas._plan import Plan
from clinamen.operations.atlas._request import AtlasRequest, AtlasResult, AtlasWatcher
from clinamen.operations.atlas.building import build_atlas, building_steps
from clinamen.operations.atlas.hearing import HeardFind, hear_find, song_of
from clinamen.operations.atlas.map import AtlasMap, Find, Place, map_of

__all__ = [
    "Atlas",
    "AtlasMap",
    "AtlasRequest",
    "AtlasResult",
    "AtlasWatcher",
    "Find",
    "HeardFind",
    "Place",
    "Plan",
    "Run",
    "build_atlas",
    "building_steps",
    "hear_find",
    "load_atlas",
    "map_of",
    "save_atlas",
    "song_of",
]
