"""What an atlas has to do with the story of its song, if the song has one."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clinamen.errors import ClinamenError
from clinamen.ledger import Activity
from clinamen.operations.story.home import default_store, listener_agent, open_store
from clinamen.operations.story.keeping import ENVIRONMENT, is_kept, keep_files
from clinamen.operations.story.recording import Given, plain_request

if TYPE_CHECKING:
    from clinamen.operations.atlas._plan import Plan
    from clinamen.operations.atlas._request import AtlasRequest, AtlasResult
    from clinamen.operations.atlas.map import AtlasMap, Place

__all__ = ["ATLAS", "given_of", "keep_build", "keep_find"]

ATLAS = "atlas"
"""Kind of the activity."""

Telling = Callable[[str], None]


def keep_build(request: AtlasRequest, result: AtlasResult, tell: Telling) -> None:
    """Add a build to the story of its song; a song without a story gets none by this.

    The atlas itself is not kept there: it is large, and the same command makes it again.
    """
    plan = result.atlas.plan
    if os.environ.get(ENVIRONMENT, "").lower() == "off" or not plan.source:
        return
    if not default_store().exists():
        return
    without = ("output", "path", "listener", "jobs", "cluster", "mine", "merge")
    settings = {
        "request": plain_request(request, without=without),
        "evaluations": result.n_evaluations,
        "elites": len(result.atlas.archive),
    }
    try:
        with closing(open_store()) as store:
            known = store.story.find(plan.source) if is_kept(store) else None
            if known is None:
                return
            project, used = known
            agents = (listener_agent(request.listener or plan.listener),)
            store.story.append(project, Activity(ATLAS, settings, agents, used=(used,)))
    except (ClinamenError, OSError) as error:
        tell(f"the story was not kept: {error}")


def keep_find(atlas_map: AtlasMap, place: Place, written: Path, tell: Telling) -> None:
    """Add a find that was written to the story of the song it was found around."""
    plan = atlas_map.atlas.plan
    keep_files(
        ATLAS, [written], given=given_of(plan), settings=_settings(atlas_map, place),
        listener=plan.listener, tell=tell,
    )  # fmt: skip


def given_of(plan: Plan) -> Given | None:
    """The song of an atlas, as the story knows it; None of an atlas of empty bars."""
    return Given(plan.name, plan.source, dict(plan.reading)) if plan.source else None


def _settings(atlas_map: AtlasMap, place: Place) -> Mapping[str, Any]:
    assert place.find is not None
    return {
        "cell": {"x": atlas_map.x.name, "y": atlas_map.y.name, "place": place.name},
        "quality": place.find.elite.objective,
        "origin": place.find.elite.origin,
    }
