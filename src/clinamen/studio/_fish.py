"""Endpoints of fishing: a long search is cast, looked after, and what has surfaced is landed."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from clinamen.errors import ConflictError, ParameterError
from clinamen.ledger import Project
from clinamen.ledger.expeditions import PAUSED, RUNNING, STOPPED, Expedition
from clinamen.operations.text import clean
from clinamen.studio._fish_view import find_json, fish_json
from clinamen.studio._hub import Hub
from clinamen.studio._language import answered, language_of
from clinamen.studio._requests import invalid, json_object, number, one_of
from clinamen.studio._studio import Studio
from clinamen.studio._worker import Worker

if TYPE_CHECKING:
    import subprocess

__all__ = ["MOST_NIGHTS", "Fishing"]

MOST_NIGHTS = 30
"""Longest search that the page asks for."""

_ORDERS = {"pause": PAUSED, "resume": RUNNING, "stop": STOPPED}
_MOST_FINDS = 100
_WATCH_SECONDS = 4.0
_BEGIN_SECONDS, _LOOK_SECONDS = 20.0, 0.1

_Told = Callable[[Request, Project, int], Awaitable[Response]]


class Fishing:
    """Endpoints of long searches. Another process does them; this one looks what has changed.

    Parameters
    ----------
    studio, hub
        As for `Api`.
    store
        The thread of projects.
    told
        Answers with a project that has changed, and tells the other tabs.
    """

    def __init__(self, studio: Studio, hub: Hub, store: Worker, told: _Told) -> None:
        self._studio = studio
        self._hub = hub
        self._store = store
        self._told = told
        self._known: dict[str, object] | None = None
        self._watching: asyncio.Task[None] | None = None
        # Held until they have ended, so that none is left behind as a zombie.
        self._processes: list[subprocess.Popen[bytes]] = []

    @property
    def routes(self) -> list[Route]:
        """Their addresses."""
        fish = "/api/projects/{project}/fish"
        return [
            Route("/api/fish", self.all_fish),
            Route(fish, self.fish),
            Route(fish, self.cast, methods=["POST"]),
            Route(f"{fish}/seen", self.look, methods=["POST"]),
            Route(f"{fish}/finds/{{number}}", self.find),
            Route(f"{fish}/finds/{{number}}/keep", self.keep, methods=["POST"]),
            Route(f"{fish}/finds/{{number}}/reject", self.reject, methods=["POST"]),
            Route(f"{fish}/{{order}}", self.order, methods=["POST"]),
        ]

    async def all_fish(self, request: Request) -> Response:
        """Songs that are fished or have finds that nobody has looked at."""
        return answered(request, await self._store.do(self._all_fish))

    def _all_fish(self) -> list[dict[str, Any]]:
        from clinamen.operations.fish.view import fish_views

        return [
            {"id": each.project, "title": each.title, "state": each.state,
             "n_unseen": each.n_unseen, "tells": each.tells}
            for each in fish_views(self._studio.store)
        ]  # fmt: skip

    async def fish(self, request: Request) -> Response:
        """How the newest search in a song stands, and what has surfaced in it."""
        project, language = request.path_params["project"], language_of(request)
        return answered(request, await self._store.do(self._fish, project, language))

    def _fish(self, project: str, language: str) -> dict[str, Any]:
        from clinamen.operations.fish.view import finds_view, fish_view

        store = self._studio.store
        expeditions = store.expeditions.of(store.project(project).id)
        view = fish_view(store, expeditions[0]) if expeditions else None
        finds = finds_view(store, project)[-_MOST_FINDS:]
        return {
            "search": None if view is None else fish_json(view, language),
            "finds": [find_json(each, language) for each in reversed(finds)],
        }

    async def cast(self, request: Request) -> Response:
        """Begin to fish in a song as it is now."""
        data = await json_object(request)
        if self._studio.store_file is None:
            raise ConflictError("these projects are in no file, so that no search can outlive them")
        project = request.path_params["project"]
        begun = await self._store.do(self._begin, project, data)
        await self._start(begun)
        await self._announce()
        return await self._stands(request, 201)

    def _begin(self, project: str, data: dict[str, Any]) -> Expedition:
        from clinamen.operations.fish.fishing import FishRequest, begin_fishing
        from clinamen.operations.fish.wish import parse_wish

        studio = self._studio
        wish = data.get("wish", "")
        if not isinstance(wish, str):
            raise invalid("wish", "a wish is a text")
        try:
            parse_wish(wish)
        except ParameterError as error:
            raise invalid("wish", clean(error)) from None
        request = FishRequest(
            song=project,
            wish=wish,
            nights=_real(data, "nights", 1.0, MOST_NIGHTS),
            rate=_real(data, "rate", 3.0, _most_a_day()),
            seed=number({"seed": 0, **data}, "seed"),
            locks=studio.locks(project, studio.store.project(project).revision.id),
            listener=studio.listener_name,
            always=_switch(data, "always"),
            notify=_switch(data, "notify"),
        )
        return begin_fishing(studio.store, request).expedition

    async def _start(self, expedition: Expedition) -> None:
        """Start the process, and see that it begins."""
        from clinamen.operations.fish.working import start_process

        process = await self._store.do(start_process, expedition, self._studio.store_file)
        self._processes.append(process)
        for _ in range(int(_BEGIN_SECONDS / _LOOK_SECONDS)):
            if await self._store.do(self._is_begun, expedition.id):
                return
            _check_alive(process)
            await asyncio.sleep(_LOOK_SECONDS)

    def _is_begun(self, expedition: int) -> bool:
        from clinamen.operations.fish.working import is_worked_on

        store = self._studio.store
        return is_worked_on(store, store.expeditions.expedition(expedition))

    async def order(self, request: Request) -> Response:
        """Let a search wait, go on, or end."""
        order = one_of(request.path_params["order"], "order", tuple(_ORDERS))
        ordered = await self._store.do(self._order, request.path_params["project"], order)
        if ordered is not None:
            await self._start(ordered)
        await self._announce()
        return await self._stands(request, 200)

    def _order(self, project: str, order: str) -> Expedition | None:
        """The expedition if a process has to be started for it."""
        from clinamen.operations.fish.fishing import order_fishing
        from clinamen.operations.fish.working import is_worked_on

        store = self._studio.store
        ordered = order_fishing(store, project, _ORDERS[order])
        needs_process = order == "resume" and not is_worked_on(store, ordered)
        if needs_process and self._studio.store_file is None:
            raise ConflictError("these projects are in no file, so that no search can outlive them")
        return ordered if needs_process else None

    async def look(self, request: Request) -> Response:
        """All that has surfaced in a song has been looked at."""
        await self._store.do(self._studio.store.expeditions.look, request.path_params["project"])
        await self._announce()
        return Response(status_code=204)

    async def find(self, request: Request) -> Response:
        """The song as it would be if a find were kept."""
        project = request.path_params["project"]
        return answered(request, await self._store.do(self._find, project, _number(request)))

    def _find(self, project: str, number: int) -> dict[str, Any]:
        from clinamen.operations.fish.landing import kept_draft
        from clinamen.operations.song_view import song_view

        draft = kept_draft(self._studio.store, project, number)
        return song_view(self._studio.drafted(project, draft))

    async def keep(self, request: Request) -> Response:
        """Make a find the song; it teaches what is liked."""
        from clinamen.operations.fish.landing import keep_find

        await json_object(request)
        arguments = self._studio.store, request.path_params["project"], _number(request)
        kept = await self._store.do(keep_find, *arguments)
        await self._announce()
        return await self._told(request, kept, 200)

    async def reject(self, request: Request) -> Response:
        """Let a find go; it teaches what is not liked."""
        from clinamen.operations.fish.landing import reject_find

        await json_object(request)
        project = request.path_params["project"]
        await self._store.do(reject_find, self._studio.store, project, _number(request))
        self._hub.send("story", {"project": project})
        await self._announce()
        return await self._stands(request, 200)

    async def _stands(self, request: Request, status: int) -> Response:
        project, language = request.path_params["project"], language_of(request)
        return answered(request, await self._store.do(self._fish, project, language), status)

    # -- news -------------------------------------------------------------------------------

    def watch(self) -> None:
        """Tell the tabs what other processes do, as long as there are any."""
        if self._watching is None or self._watching.done():
            self._watching = asyncio.create_task(self._watch())

    async def _watch(self) -> None:
        await asyncio.sleep(_LOOK_SECONDS)  # The tab that asked for it opens meanwhile.
        while self._hub.has_tabs:
            self._processes = [each for each in self._processes if each.poll() is None]
            await self._announce()
            await asyncio.sleep(_WATCH_SECONDS)

    async def _announce(self) -> None:
        """Tell the tabs of which songs there is something new."""
        before, now = self._known, await self._store.do(self._standing)
        self._known = now
        if before is None:
            return
        for project in sorted(before.keys() | now.keys()):
            if before.get(project) != now.get(project):
                self._hub.send("fish", {"project": project})

    def _standing(self) -> dict[str, object]:
        """What would look otherwise if it changed, by project."""
        from clinamen.operations.fish.working import is_worked_on

        expeditions = self._studio.store.expeditions
        unseen = expeditions.n_unseen()
        found: dict[str, object] = dict(unseen)
        for each in expeditions.open():
            is_at_work = is_worked_on(self._studio.store, each)
            found[each.project] = (
                each.id, each.state, each.progress, is_at_work, unseen.get(each.project, 0)
            )  # fmt: skip
        return found


def _check_alive(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        from clinamen.operations.fish.working import log_file

        raise ConflictError(f"the search did not begin; why is in {log_file().name}")


def _most_a_day() -> int:
    from clinamen.operations.fish.fishing import MOST_A_DAY

    return MOST_A_DAY


def _number(request: Request) -> int:
    told = request.path_params["number"]
    is_number = told.isascii() and told.isdecimal() and len(told) < 10
    return number({"number": int(told) if is_number else told}, "number")


def _real(data: dict[str, Any], name: str, usual: float, most: float) -> float:
    value = data.get(name, usual)
    if type(value) not in (int, float) or not math.isfinite(value) or not 0 < value <= most:
        raise invalid(name, f"{name} must be a number above 0 and at most {most:g}, not {value!r}")
    return float(value)


def _switch(data: dict[str, Any], name: str) -> bool:
    value = data.get(name, False)
    if type(value) is not bool:
        raise invalid(name, f"{name} must be true or false, not {value!r}")
    return value
