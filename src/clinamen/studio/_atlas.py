"""Endpoints of the map: where one has been, what is empty, and a find taken from it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from clinamen.errors import ConflictError, MissingError
from clinamen.ledger import DRAFT, Activity, Content, Project
from clinamen.operations.edit import Draft, draft_of, edited_song
from clinamen.operations.story.home import listener_agent
from clinamen.operations.text import clean
from clinamen.studio._language import answered
from clinamen.studio._requests import count, json_object, number, one_of, text
from clinamen.studio._studio import Studio
from clinamen.studio._worker import Worker

if TYPE_CHECKING:
    from clinamen.operations.atlas import Atlas, AtlasMap, Place

__all__ = ["ATLAS", "Atlases", "atlas_asked", "atlas_steps"]

ATLAS = "atlas"
"""Kind of the job."""

_LEAST, _USUAL, _MOST = 1_000, 10_000, 2_000_000
_N_MAPS, _N_HEARD = 8, 16

_Told = Callable[[Request, Project, int], Awaitable[Response]]


def atlas_asked(data: dict[str, Any]) -> dict[str, Any]:
    """What a body asks for: how many tunes more, or anew from the song as it is."""
    data = {"evaluations": _USUAL, **data}
    anew = data.get("anew", False)
    return {
        "evaluations": count(data, "evaluations", "the number of tunes", (_LEAST, _MOST)),
        "anew": anew is True,
    }


def atlas_file(studio: Studio, project: str) -> Path:
    """Where the atlas of a song is kept: beside the projects.

    Raises
    ------
    ConflictError
        If projects are in memory.
    """
    if studio.store_file is None:
        raise ConflictError("these projects are in no file, so that there is no place for an atlas")
    return studio.store_file.parent / f"{studio.store_file.stem}-atlases" / f"{project}.atlas"


def atlas_steps(studio: Studio, project: str, revision: int, request: dict[str, Any]) -> Any:
    """The steps of a job. Reads the store; what it returns does not."""
    from clinamen.io.files import song_bytes

    file = atlas_file(studio, project)
    song = studio.song(project, revision)
    data = song_bytes(song, "song.musicxml")
    return partial(_build, studio, file, data, request)


def _build(
    studio: Studio, file: Path, data: bytes, request: dict[str, Any]
) -> Iterator[dict[str, Any] | float]:
    """Round by round; the file is whole after each."""
    from clinamen.operations.atlas import AtlasRequest, building_steps, load_atlas

    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if request["anew"]:
        file.unlink(missing_ok=True)
    source = file.with_suffix(".musicxml")
    there = load_atlas(file) if file.exists() else None
    done = 0 if there is None or 0 not in there.runs else there.runs[0].n_rounds
    goal = done * (there.plan.round_size if there else 0) + request["evaluations"]
    path = None if there else str(source)
    asked = AtlasRequest(str(file), path, evaluations=goal)
    try:
        if there is None:
            source.write_bytes(data)
        for step in building_steps(asked, projects=studio.store_file, seconds_between=0.0):
            yield {"n_evaluations": step.atlas.n_evaluations, "n_finds": len(step.atlas.archive)}
            yield min(step.n_evaluations / request["evaluations"], 1.0)
    finally:
        source.unlink(missing_ok=True)


class Atlases:
    """Endpoints of maps.

    Parameters
    ----------
    studio, store, ears, told
        As for `Fishing`, and the thread of hearing.
    """

    def __init__(self, studio: Studio, store: Worker, ears: Worker, told: _Told) -> None:
        self._studio = studio
        self._store = store
        self._ears = ears
        self._told = told
        # Beside the ears: a map of thousands of finds takes a while.
        self._maps = Worker("maps")
        self._map = lru_cache(_N_MAPS)(_map_of)
        # What was listened to can be kept, though the search has found better there since.
        self._heard_of: dict[tuple[object, ...], tuple[AtlasMap, Place]] = {}

    @property
    def routes(self) -> list[Route]:
        """Their addresses."""
        atlas = "/api/projects/{project}/atlas"
        return [
            Route(atlas, self.atlas),
            Route(f"{atlas}/{{cell}}", self.find),
            Route(f"{atlas}/{{cell}}/keep", self.keep, methods=["POST"]),
            Route(f"{atlas}/{{cell}}/song", self.begin, methods=["POST"]),
        ]

    async def atlas(self, request: Request) -> Response:
        """The map of a song along two measures; null where there is none yet."""
        from clinamen.operations.atlas.view import map_view

        project = await self._store.do(self._studio.store.project, request.path_params["project"])
        file = self._file(project.id)
        if file is None:
            return answered(request, None)
        found = await self._seen(file, request.query_params)
        return answered(request, await self._maps.do(map_view, found))

    async def find(self, request: Request) -> Response:
        """The find of a cell, heard by the full listener."""
        found, place = await self._place(request, request.query_params)
        heard = await self._ears.do(self._heard, found, place)
        key = _key(request.path_params, {**request.query_params, "quality": heard["quality"]})
        self._heard_of.pop(key, None)
        self._heard_of[key] = found, place
        if len(self._heard_of) > _N_HEARD:
            del self._heard_of[next(iter(self._heard_of))]
        return answered(request, heard)

    def _heard(self, found: AtlasMap, place: Place) -> dict[str, Any]:
        from clinamen.operations.atlas import hear_find
        from clinamen.operations.atlas.page import song_title
        from clinamen.operations.atlas.view import find_view

        plan, tune = found.atlas.plan, place.find.elite.solution  # type: ignore[union-attr]
        heard = hear_find(plan, tune, song_title(found, place), self._studio.listener)
        return find_view(found, place, heard)

    async def keep(self, request: Request) -> Response:
        """Make the find of a cell the song."""
        data = await json_object(request)
        found, place = await self._place(request, data)
        base, project = number(data, "base"), request.path_params["project"]
        kept = await self._store.do(partial(self._keep, project, base, found, place))
        return await self._told(request, kept, 200)

    def _keep(self, project: str, base: int, found: AtlasMap, place: Place) -> Project:
        """What the program wrote is told as its, and that it was kept as the maker's deed."""
        studio = self._studio
        draft = _in_song(studio, project, base, self._song(found, place, ""))
        with studio.store.together():
            used = studio.store.revision(project, base).draft
            agents = (listener_agent(studio.listener_name),)
            activity = Activity(ATLAS, _settings(found, place), agents, used=(used,))
            content = Content(DRAFT, draft.to_json().encode("utf-8"))
            _, (digest,) = studio.store.story.append(project, activity, [content])
            keeping = Activity("keep", {"of": ATLAS}, used=(digest,))
            return studio.store.commit(
                project, draft.to_json(), base=base, action=ATLAS, activity=keeping
            )

    async def begin(self, request: Request) -> Response:
        """Begin a song with the find of a cell."""
        data = await json_object(request)
        found, place = await self._place(request, data)
        title = clean(text(data, "title"))
        song = self._song(found, place, title)
        asked = _settings(found, place)
        begun = await self._store.do(
            partial(self._studio.begin_song, song, title, asked, kind=ATLAS)
        )
        return await self._told(request, begun, 201)

    def _song(self, found: AtlasMap, place: Place, title: str) -> Any:
        from clinamen.operations.atlas import song_of

        return song_of(found.atlas.plan, place.find.elite.solution, title)  # type: ignore[union-attr]

    def _file(self, project: str) -> Path | None:
        if self._studio.store_file is None:
            return None
        file = atlas_file(self._studio, project)
        return file if file.exists() else None

    async def _seen(self, file: Path, asked: Any) -> AtlasMap:
        from clinamen.domains.music.tunes.measures import MEASURES

        names = tuple(each.name for each in MEASURES)
        x = one_of(str(asked.get("x", "surprise")), "x", names)
        y = one_of(str(asked.get("y", "density")), "y", names)
        found: AtlasMap = await self._maps.do(self._map, file, file.stat().st_mtime_ns, x, y)
        return found

    async def _place(self, request: Request, asked: Any) -> tuple[AtlasMap, Place]:
        known = self._heard_of.get(_key(request.path_params, asked))
        if known is not None:
            return known
        project = await self._store.do(self._studio.store.project, request.path_params["project"])
        file = self._file(project.id)
        if file is None:
            raise MissingError("there is no atlas of this song yet")
        found = await self._seen(file, asked)
        place = found.place(request.path_params["cell"])
        if place.find is None:
            raise MissingError(f"the search has found nothing in cell {place.name}")
        if asked.get("quality", place.find.elite.objective) != place.find.elite.objective:
            raise ConflictError("the search has found a better one there: look again")
        return found, place

    def forget(self, project: str) -> None:
        """With a song goes its atlas."""
        file = self._file(project)
        if file is not None:
            file.unlink(missing_ok=True)


def _key(path: dict[str, Any], asked: Any) -> tuple[object, ...]:
    """What tells a find that was listened to from others."""
    named = tuple(str(asked.get(name, "")) for name in ("x", "y", "quality"))
    return path["project"], path["cell"], *named


def _map_of(file: Path, changed_at: int, x: str, y: str) -> AtlasMap:
    from clinamen.operations.atlas import map_of

    return map_of(_atlas(file, changed_at), x, y)


@lru_cache(2)
def _atlas(file: Path, changed_at: int) -> Atlas:
    from clinamen.operations.atlas import load_atlas

    return load_atlas(file)


def _settings(found: AtlasMap, place: Place) -> dict[str, Any]:
    assert place.find is not None
    return {
        "cell": {"x": found.x.name, "y": found.y.name, "place": place.name},
        "quality": place.find.elite.objective,
        "origin": place.find.elite.origin,
    }


def _in_song(studio: Studio, project: str, base: int, song: Any) -> Draft:
    """The notes of a find, over the chords that the song has now.

    Raises
    ------
    ConflictError
        If a note that is locked would change.
    """
    found = draft_of(song)
    present = Draft.from_json(studio.store.revision(project, base).document)
    rows = {(each.onset_ticks, each.duration_ticks, each.pitch) for each in found.notes}
    locked = [each for each in present.notes if each.is_locked]
    if any((each.onset_ticks, each.duration_ticks, each.pitch) not in rows for each in locked):
        raise ConflictError("locked notes would change")
    kept = {(each.onset_ticks, each.duration_ticks, each.pitch): each for each in locked}
    notes = tuple(
        kept.get((each.onset_ticks, each.duration_ticks, each.pitch), each) for each in found.notes
    )
    draft = Draft(notes, present.chords)
    edited_song(studio.song(project, base), draft)  # What is no song is refused.
    return draft
