"""A small atlas: four bars, a listener of four tunes, rounds of a moment."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Any

from tests.operations.small_listener import small_listener

from clinamen.io.listener_file import write_listener
from clinamen.operations.atlas._atlas import Atlas, atlas_bytes, atlas_of
from clinamen.operations.atlas._plan import Plan, axes_of
from clinamen.operations.atlas._shard import Context
from clinamen.operations.atlas.building import search_round


@cache
def listener_file() -> bytes:
    """The small listener."""
    return write_listener(small_listener())


def a_plan(**changes: Any) -> Plan:
    """What a small atlas is of."""
    values: dict[str, Any] = {
        "n_bars": 4,
        "key": "F major",
        "listener": "small.listener",
        "listener_hash": hashlib.sha256(listener_file()).hexdigest(),
        "n_shards": 3,
        "shard_size": 40,
        **changes,
    }
    axes = values.pop("axes", None) or axes_of(("surprise", "range"), 6)
    return Plan(axes, **values)


def context_of(plan: Plan) -> Context:
    return Context(plan, listener_file())


def an_atlas(
    seed: int = 0, n_rounds: int = 2, *, run: Any = None, plan: Plan | None = None
) -> Atlas:
    """Built with a seed."""
    atlas = Atlas.begun(a_plan())
    for _ in range(n_rounds):
        search_round(atlas, context_of(atlas.plan), seed, run)
    return atlas


@cache
def built(seed: int = 0, n_rounds: int = 2) -> bytes:
    """The file of `an_atlas`, made once."""
    return atlas_bytes(an_atlas(seed, n_rounds))


def opened(seed: int = 0, n_rounds: int = 2) -> Atlas:
    """`an_atlas` from its file."""
    return atlas_of(built(seed, n_rounds))
