"""Endpoints of the story of a song: in words, as a file, and what its maker notes in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from clinamen.errors import ParameterError
from clinamen.operations.story.checking import NAMES, check_project, story_bytes
from clinamen.operations.story.home import maker, name_maker
from clinamen.operations.story.passages import story_view
from clinamen.operations.story.path import Path
from clinamen.operations.story.recording import add_note
from clinamen.operations.text import clean
from clinamen.studio._export import disposition
from clinamen.studio._hub import Hub
from clinamen.studio._language import answered
from clinamen.studio._requests import invalid, json_object, queried
from clinamen.studio._studio import Studio
from clinamen.studio._worker import Worker

if TYPE_CHECKING:
    from clinamen.ledger.verifying import Verification

__all__ = ["Stories"]

_MOST_PASSAGES = 100
_MOST_PROBLEMS = 20


class Stories:
    """Endpoints of the path of a song.

    Parameters
    ----------
    studio, hub
        As for `Api`.
    store
        The thread of projects.
    """

    def __init__(self, studio: Studio, hub: Hub, store: Worker) -> None:
        self._studio = studio
        self._hub = hub
        self._store = store

    @property
    def routes(self) -> list[Route]:
        """Their addresses."""
        story = "/api/projects/{project}/story"
        return [
            Route(story, self.story),
            Route(f"{story}/check", self.check),
            Route(f"{story}/file", self.file),
            Route(f"{story}/notes", self.note, methods=["POST"]),
            Route("/api/maker", self.name_maker, methods=["POST"]),
        ]

    async def story(self, request: Request) -> Response:
        """What happened, in words, the newest first."""
        project, before = request.path_params["project"], queried(request, "before")
        return answered(request, await self._store.do(self._told, project, before))

    def _told(self, project: str, before: int | None) -> dict[str, object]:
        return story_view(Path(self._studio.store, project), most=_MOST_PASSAGES, before=before)

    async def check(self, request: Request) -> Response:
        """Whether the story is as it was written."""
        return JSONResponse(await self._store.do(self._checked, request.path_params["project"]))

    def _checked(self, project: str) -> dict[str, Any]:
        from clinamen.ledger.attest.checking import Trust, checkers
        from clinamen.operations.story.attesting import known_roots

        trust = Trust(roots=known_roots())
        return _check_view(check_project(self._studio.store, project, checkers=checkers(trust)))

    async def file(self, request: Request) -> Response:
        """The whole story in a file of its own."""
        project = await self._store.do(self._studio.store.project, request.path_params["project"])
        data = await self._store.do(story_bytes, self._studio.store, project.id)
        headers = {"Content-Disposition": disposition(project.title, "story")}
        return Response(data, media_type="application/octet-stream", headers=headers)

    async def note(self, request: Request) -> Response:
        """Something that the maker has to say."""
        text = (await json_object(request)).get("text")
        if not isinstance(text, str):
            raise invalid("text", "a note is a text")
        project = request.path_params["project"]
        try:
            entry = await self._store.do(add_note, self._studio.store, project, text)
        except ParameterError as error:
            raise invalid("text", clean(error)) from None
        self._hub.send("story", {"project": project})
        return JSONResponse({"entry": entry.seq}, 201)

    async def name_maker(self, request: Request) -> Response:
        """Who the maker is, in all stories from now on."""
        name = (await json_object(request)).get("name")
        if not isinstance(name, str):
            raise invalid("name", "a name is a text")
        try:
            await self._store.do(name_maker, self._studio.store, name)
        except ParameterError as error:
            raise invalid("name", clean(error)) from None
        return JSONResponse({"maker": await self._store.do(maker, self._studio.store)})


def _check_view(found: Verification) -> dict[str, Any]:
    def attested(kinds: tuple[str, ...]) -> int:
        proofs = (each for each in found.attested if each.is_proof and each.kind in kinds)
        return max((each.seq for each in proofs), default=0)

    return {
        "is_sound": found.is_sound,
        "n_entries": found.n_entries,
        "problems": [clean(each) for each in found.problems[:_MOST_PROBLEMS]],
        **{name: attested(kinds) for name, kinds in NAMES.items()},
        "head": found.head.hash,
    }
