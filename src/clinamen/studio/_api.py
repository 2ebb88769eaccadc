"""Endpoints: each reads a request, calls one operation beside the event loop, and answers."""

from __future__ import annotations

import asyncio
import html
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import parse_qs

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

import clinamen
from clinamen.errors import ClinamenError
from clinamen.io.files import READABLE
from clinamen.ledger import Project
from clinamen.operations.story.home import maker
from clinamen.operations.story.predictions import songs
from clinamen.operations.text import clean
from clinamen.studio._atlas import Atlases
from clinamen.studio._errors import Refusal, clinamen_error, http_error, refused
from clinamen.studio._export import FORMATS, disposition, exported
from clinamen.studio._fish import Fishing
from clinamen.studio._gate import ENTRY, MAX_BODY, Keys
from clinamen.studio._hub import Hub
from clinamen.studio._language import answered
from clinamen.studio._making import Making
from clinamen.studio._notation import USUAL_WIDTH, notation_view
from clinamen.studio._requests import file_name, json_object, number, queried, text
from clinamen.studio._stories import Stories
from clinamen.studio._studio import EXAMPLES, Studio, example_bytes
from clinamen.studio._worker import Worker

__all__ = ["HANDLERS", "Api"]

HANDLERS = {ClinamenError: clinamen_error, HTTPException: http_error, Refusal: refused}
"""What answers when an endpoint raises."""

_WRONG_PASSWORD_SECONDS = 1.0

_Store = Callable[..., Project]


class Api:
    """The endpoints of one studio.

    Parameters
    ----------
    studio
        What they work on.
    hub
        Where news go.
    keys
        What turns into a cookie.
    first
        Id of the project that is shown where the address names none.
    readonly
        Whether the page should offer to change things; the gate is what refuses it.
    """

    def __init__(self, studio: Studio, hub: Hub, keys: Keys, *, first: str, readonly: bool) -> None:
        self._studio = studio
        self._hub = hub
        self._keys = keys
        self._first = first
        self._readonly = readonly
        self._store = Worker("projects")
        self._ears = Worker("ears")
        self._engravers = Worker("engravers")
        self._making = Making(studio, hub, self._store, self._ears)
        self._stories = Stories(studio, hub, self._store)
        self._atlases = Atlases(studio, self._store, self._ears, self._told)
        self._fishing = Fishing(studio, hub, self._store, self._told)

    @property
    def routes(self) -> list[Route]:
        """All addresses but those of the page's own files."""
        song = "/api/projects/{project}"
        return [
            Route(ENTRY, self.enter, methods=["GET", "POST"]),
            Route("/api/state", self.state),
            Route("/api/events", self.events),
            Route("/api/projects", self.projects, methods=["GET", "POST"]),
            Route("/api/files", self.open_file, methods=["POST"]),
            Route(song, self.project, methods=["GET", "DELETE"]),
            Route(f"{song}/hearing", self.hearing),
            Route(f"{song}/why", self.why),
            Route(f"{song}/blame", self.blame),
            Route(f"{song}/notation", self.notation),
            Route(f"{song}/notation", self.draft_notation, methods=["POST"]),
            Route(f"{song}/draft", self.commit, methods=["POST"]),
            Route(f"{song}/title", self.rename, methods=["POST"]),
            Route(f"{song}/undo", self.undo, methods=["POST"]),
            Route(f"{song}/redo", self.redo, methods=["POST"]),
            Route(f"{song}/versions", self.name_version, methods=["POST"]),
            Route(f"{song}/restore", self.restore, methods=["POST"]),
            Route(f"{song}/take", self.take_up, methods=["POST"]),
            Route(f"{song}/export/{{extension}}", self.export),
            *self._making.routes,
            *self._stories.routes,
            *self._fishing.routes,
            *self._atlases.routes,
        ]

    async def enter(self, request: Request) -> Response:
        """Turn the token or the password into a cookie."""
        if request.method == "POST":
            form = parse_qs((await request.body()).decode("utf-8", "replace"))
            given = form.get("password", [""])[0]
        else:
            given = request.query_params.get("token", "")
        if not self._keys.opens(given):
            return await self._door(given)
        # A page that leads on, not a redirect: a browser that came from elsewhere would not
        # send a strict cookie along with one.
        page = _page('<meta http-equiv="refresh" content="0;url=/">', "<p>Opening.</p>")
        response = HTMLResponse(page, headers={"Referrer-Policy": "no-referrer"})
        response.set_cookie(
            self._keys.cookie_name, self._keys.session, httponly=True, samesite="strict"
        )
        return response

    async def _door(self, given: str) -> Response:
        if given:
            # Guessing is slow.
            await asyncio.sleep(_WRONG_PASSWORD_SECONDS)
        if self._keys.password is None:
            raise Refusal(401, "locked", "open the address that the terminal shows")
        wrong = "<p role=alert>That was not the password.</p>" if given else ""
        form = (
            f'{wrong}<form method=post action="{ENTRY}"><p><label>Password '
            "<input name=password type=password autocomplete=current-password required autofocus>"
            "</label> <button>Open</button></p></form>"
        )
        return HTMLResponse(_page("", form), 401 if given else 200)

    async def state(self, request: Request) -> Response:
        """What the page needs to know before it shows anything."""
        return answered(
            request,
            {
                "version": clinamen.__version__,
                "readonly": self._readonly,
                "first": self._first,
                "examples": list(EXAMPLES),
                "readable": sorted(READABLE),
                "exports": list(FORMATS),
                "max_bytes": MAX_BODY,
                "maker": await self._store.do(maker, self._studio.store),
            },
        )

    async def events(self, request: Request) -> Response:
        """News, as long as the tab is open."""
        self._fishing.watch()
        return StreamingResponse(self._hub.open_tab(), media_type="text/event-stream")

    async def projects(self, request: Request) -> Response:
        """List projects, open an example, or begin one with what a job has made."""
        if request.method == "POST":
            data = await json_object(request)
            if "job" in data:
                title = clean(text(data, "title"))
                song, asked = self._making.song_of(text(data, "job"))
                begun = await self._store.do(self._studio.begin_song, song, title, asked)
                return await self._told(request, begun, 201)
            name = text(data, "example")
            return await self._opened(request, example_bytes(name), name)
        listed = await self._store.do(songs, self._studio.store)
        return answered(
            request,
            [
                {"id": each.id, "title": each.title, "file": each.source_name,
                 "changed_at": each.changed_at}
                for each in listed
            ]
        )  # fmt: skip

    async def open_file(self, request: Request) -> Response:
        """Begin a project with the file that is the body."""
        name = file_name(request)
        return await self._opened(request, await request.body(), name)

    async def _opened(self, request: Request, data: bytes, name: str) -> Response:
        project = await self._store.do(self._studio.open_song, data, name)
        return await self._told(request, project, 201)

    async def project(self, request: Request) -> Response:
        """A project as it is now, or away with it."""
        project = request.path_params["project"]
        if request.method == "DELETE":
            await self._store.do(self._studio.store.delete, project)
            self._making.dismiss_of(project)
            self._atlases.forget(project)
            tab = request.headers.get("x-tab", "")
            self._hub.send("gone", {"project": project, "tab": tab})
            return Response(status_code=204)
        found = await self._store.do(self._studio.store.project, project)
        return answered(request, await self._store.do(self._studio.view, found))

    async def hearing(self, request: Request) -> Response:
        """The curves of a revision."""
        song = await self._song(request)
        return answered(request, await self._ears.do(self._studio.hearing_view, song))

    async def why(self, request: Request) -> Response:
        """Why a note or a chord of a revision cost what it did."""
        song = await self._song(request)
        chord = queried(request, "chord")
        if chord is not None:
            return answered(request, await self._ears.do(self._studio.chord_view, song, chord))
        note = queried(request, "note") or 0
        return answered(request, await self._ears.do(self._studio.note_view, song, note))

    async def blame(self, request: Request) -> Response:
        """Who put each note of a revision here, when, instead of what."""
        project, revision = request.path_params["project"], queried(request, "revision")
        return JSONResponse(await self._store.do(self._studio.blame_view, project, revision))

    async def notation(self, request: Request) -> Response:
        """A revision as notation, with its curves."""
        song = await self._song(request)
        other, before = queried(request, "against"), None
        if other is not None:
            before = await self._store.do(self._studio.song, request.path_params["project"], other)
        return await self._engraved(song, queried(request, "width"), before)

    async def draft_notation(self, request: Request) -> Response:
        """A song that is not kept, as notation: what differs from a revision is marked."""
        data, project = await json_object(request), request.path_params["project"]
        base, width = number(data, "base"), number({"width": USUAL_WIDTH, **data}, "width")
        draft = partial(self._studio.drafted_song, project, data.get("draft"), base=base)
        song = await self._store.do(draft)
        before = await self._store.do(self._studio.song, project, base)
        return await self._engraved(song, width, before)

    async def _engraved(self, song: Any, width: int | None, before: Any) -> Response:
        heard = await self._ears.do(self._studio.hear, song)
        # Beside the ears: a long score must not keep an edit from being heard.
        return JSONResponse(
            await self._engravers.do(notation_view, song, heard, width or USUAL_WIDTH, before),
        )

    async def _song(self, request: Request) -> Any:
        project, revision = request.path_params["project"], queried(request, "revision")
        if revision is None:
            revision = (await self._store.do(self._studio.store.project, project)).revision.id
        return await self._store.do(self._studio.song, project, revision)

    async def commit(self, request: Request) -> Response:
        """Add a state."""
        data = await json_object(request)
        action = text(data, "action", "edited")

        def commit(project: str, *, base: int) -> Project:
            activity = None
            if data.get("proposal") is not None:
                draft = self._studio.draft(project, data.get("draft"), base)
                activity = self._making.kept(data["proposal"], draft)
            return self._studio.commit(
                project, data.get("draft"), base=base, action=action, activity=activity
            )

        return await self._changed(request, data, commit)

    async def rename(self, request: Request) -> Response:
        """Give a song another title."""
        title = clean(text(await json_object(request), "title"))
        project = request.path_params["project"]
        renamed = await self._store.do(self._studio.store.rename, project, title)
        return await self._told(request, renamed, 200)

    async def undo(self, request: Request) -> Response:
        """Go back."""
        return await self._changed(request, await json_object(request), self._studio.store.undo)

    async def redo(self, request: Request) -> Response:
        """Go forward."""
        return await self._changed(request, await json_object(request), self._studio.store.redo)

    async def restore(self, request: Request) -> Response:
        """Bring back a named version."""
        data = await json_object(request)
        name = text(data, "name")

        def restore(project: str, *, base: int) -> Project:
            return self._studio.store.restore(project, name, base=base)

        return await self._changed(request, data, restore)

    async def take_up(self, request: Request) -> Response:
        """Go on from any state there was."""
        data = await json_object(request)
        revision = number(data, "revision")

        def take_up(project: str, *, base: int) -> Project:
            return self._studio.store.take_up(project, revision, base=base)

        return await self._changed(request, data, take_up)

    async def name_version(self, request: Request) -> Response:
        """Give a state a name: the present one, or another there was."""
        data = await json_object(request)
        name, revision = (
            text(data, "name"),
            number({"revision": data.get("base"), **data}, "revision"),
        )

        def name_version(project: str, *, base: int) -> Project:
            del base
            return self._studio.store.name_version(project, name, revision=revision)

        return await self._changed(request, data, name_version)

    async def _changed(self, request: Request, data: dict[str, Any], change: _Store) -> Response:
        base = number(data, "base")
        work = partial(change, request.path_params["project"], base=base)
        return await self._told(request, await self._store.do(work), 200)

    async def _told(self, request: Request, project: Project, status: int) -> Response:
        """Answer with a project as it is now, and tell the other tabs."""
        view = await self._store.do(self._studio.view, project)
        tab = request.headers.get("x-tab", "")
        news = {"project": project.id, "revision": project.revision.id, "tab": tab}
        self._hub.send("project", news)
        return answered(request, view, status)

    async def export(self, request: Request) -> Response:
        """A file of the song, or of what was heard of it."""
        extension = request.path_params["extension"]
        project = await self._store.do(self._studio.store.project, request.path_params["project"])
        revision = queried(request, "revision") or project.revision.id
        song = await self._store.do(self._studio.song, project.id, revision)
        data, media_type = await self._ears.do(
            exported, song, project.title, extension, self._studio.hear
        )
        await self._store.do(self._making.recorder.exported, project, revision, extension, data)
        self._hub.send("story", {"project": project.id})
        headers = {"Content-Disposition": disposition(project.title, extension)}
        return Response(data, media_type=media_type, headers=headers)


def _page(head: str, body: str) -> str:
    title = html.escape("Clinamen")
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
        '<link rel="icon" href="data:,">'
        f"{head}<h1>{title}</h1>{body}</html>"
    )
