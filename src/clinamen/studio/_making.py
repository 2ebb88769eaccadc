"""Endpoints of what is made: jobs, places to break, levels of a sculpture, and the history."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from clinamen.errors import ConflictError, MissingError, ParameterError
from clinamen.ledger import Activity, Task
from clinamen.operations.edit import Draft
from clinamen.studio._atlas import ATLAS
from clinamen.studio._hub import Hub
from clinamen.studio._jobs import ORDERS, Job, Jobs
from clinamen.studio._language import answered
from clinamen.studio._recorder import Recorder
from clinamen.studio._requests import json_object, number, one_of, queried, text
from clinamen.studio._studio import Studio
from clinamen.studio._tasks import KINDS, asked, recipe_of, settings_of, steps_of
from clinamen.studio._worker import Worker

if TYPE_CHECKING:
    from clinamen.domains.music.notes import Song

__all__ = ["Making"]


class Making:
    """Endpoints that look for something new in a song.

    Parameters
    ----------
    studio, hub
        As for `Api`.
    store, ears
        The threads of projects and of hearing.
    """

    def __init__(self, studio: Studio, hub: Hub, store: Worker, ears: Worker) -> None:
        self._studio = studio
        self._hub = hub
        self.recorder = Recorder(studio)
        self._jobs = Jobs(hub, self._done)
        self._telling: set[asyncio.Task[Any]] = set()
        self._store = store
        self._ears = ears
        # Looking for places takes seconds in a long song, and what was edited is heard meanwhile.
        self._ideas = Worker("ideas")

    def _done(self, job: Job) -> None:
        """What a job has found becomes part of the story, looked at or not."""
        telling = asyncio.create_task(self._tell(job))
        self._telling.add(telling)
        telling.add_done_callback(self._told)

    async def _tell(self, job: Job) -> None:
        await self._store.do(self.recorder.proposed, job)
        self._hub.send("story", {"project": job.project})

    def _told(self, telling: asyncio.Task[Any]) -> None:
        self._telling.discard(telling)
        # A project that was deleted meanwhile has no story.
        if not telling.cancelled() and not isinstance(telling.exception(), MissingError):
            telling.result()

    @property
    def routes(self) -> list[Route]:
        """Their addresses."""
        song = "/api/projects/{project}"
        return [
            Route(f"{song}/places", self.places),
            Route(f"{song}/level", self.level),
            Route(f"{song}/history", self.history),
            Route(f"{song}/states/{{revision}}", self.past),
            Route(f"{song}/jobs", self.jobs),
            *(
                Route(f"{song}/{kind}", partial(self.start, kind), methods=["POST"])
                for kind in KINDS
            ),
            Route("/api/jobs/{job}", self.job, methods=["GET", "DELETE"]),
            Route("/api/jobs/{job}/recipe", self.recipe),
            Route("/api/jobs/{job}/again", self.again, methods=["POST"]),
            Route("/api/jobs/{job}/{order}", self.order_job, methods=["POST"]),
        ]

    async def places(self, request: Request) -> Response:
        """Places where a break would tell, with their reasons."""
        project, revision = await self._revision(request)
        song = await self._store.do(self._studio.song, project, revision)
        locks = await self._store.do(self._studio.locks, project, revision)
        return answered(request, await self._ideas.do(self._studio.places_view, song, locks))

    async def level(self, request: Request) -> Response:
        """The song with only so many notes left."""
        project, revision = await self._revision(request)
        left = queried(request, "left")
        if left is None:
            raise ParameterError("left must be a whole number: of the notes that stay")
        song = await self._store.do(self._studio.song, project, revision)
        locks = await self._store.do(self._studio.locks, project, revision)
        return answered(request, await self._ears.do(self._studio.level_view, song, locks, left))

    async def history(self, request: Request) -> Response:
        """All states, those that were left too, the newest first."""
        project = request.path_params["project"]
        return answered(request, await self._store.do(self._studio.history_view, project))

    async def past(self, request: Request) -> Response:
        """The song as it was."""
        project = request.path_params["project"]
        revision = number({"revision": _whole(request.path_params["revision"])}, "revision")
        return answered(request, await self._store.do(self._studio.state_view, project, revision))

    async def _revision(self, request: Request) -> tuple[str, int]:
        project, revision = request.path_params["project"], queried(request, "revision")
        if revision is None:
            revision = (await self._store.do(self._studio.store.project, project)).revision.id
        return project, revision

    async def start(self, kind: str, request: Request) -> Response:
        """Begin a job."""
        data = await json_object(request)
        project, revision = request.path_params["project"], number(data, "base")
        return await self._begun(request, project, revision, kind, asked(kind, data))

    async def again(self, request: Request) -> Response:
        """Begin a job that was asked for before, with the same seed."""
        old = await self._store.do(self._studio.store.tasks.task, self._task(request))
        wanted = json.loads(old.request)
        response = await self._begun(request, old.project, old.revision, old.kind, wanted)
        await self._forget(old.id)
        return response

    async def _begun(
        self, request: Request, project: str, revision: int, kind: str, wanted: dict[str, Any]
    ) -> Response:
        self._jobs.check_room()
        self._check_alone(project, kind)
        # What cannot be understood is no task to remember.
        unnumbered = Task(0, project, revision, kind, json.dumps(wanted))
        steps = await self._store.do(partial(steps_of, self._studio, unnumbered, wanted))
        task = await self._store.do(
            self._studio.store.tasks.add, project, revision, kind, unnumbered.request
        )
        job = Job(task.id, project, revision, kind)
        job.request = wanted
        job.settings = await self._store.do(settings_of, self._studio, task, wanted)
        return answered(request, self._jobs.start(job, steps).view(), 202)

    def _check_alone(self, project: str, kind: str) -> None:
        """Two jobs that write one file would lose each other's work."""
        others = self._jobs.of_project(project)
        if kind == ATLAS and any(job.kind == ATLAS and job.is_working for job in others):
            raise ConflictError("a map of this song is being drawn already")

    async def jobs(self, request: Request) -> Response:
        """What is done for a project, was done lately, or was lost when the studio ended."""
        project = request.path_params["project"]
        found = {job.id: job for job in self._jobs.of_project(project)}
        tasks = await self._store.do(self._studio.store.tasks.of, project)
        views = [
            found[str(task.id)].view() if str(task.id) in found else _lost(task) for task in tasks
        ]
        return answered(request, [{**view, "result": None} for view in views])

    async def job(self, request: Request) -> Response:
        """A job and its best result so far, or away with it."""
        if request.method == "DELETE":
            await self._forget(self._task(request))
            return Response(status_code=204)
        return answered(request, self._jobs.job(request.path_params["job"]).view())

    async def recipe(self, request: Request) -> Response:
        """What has the same result on a saved file: a command, and Python."""
        task = await self._store.do(self._studio.store.tasks.task, self._task(request))
        asked, left = json.loads(task.request), queried(request, "left")
        recipe = await self._store.do(recipe_of, self._studio, task, asked, left)
        return answered(request, asdict(recipe))

    def song_of(self, job: str) -> tuple[Song, dict[str, Any]]:
        """The song that a job has found, so far, and what was asked.

        Raises
        ------
        MissingError
            If there is no such job, or it has found none.
        """
        found = self._jobs.job(job)
        if found.kind != "compose" or not found.songs:
            raise MissingError(f"the job {job} has made no song")
        found.is_kept = True
        return found.songs[0], found.settings

    def kept(self, proposal: Any, draft: Draft) -> Activity:
        """What keeping a proposal of a job is. For the store's thread.

        Raises
        ------
        ParameterError, MissingError
            If there is no such job, or it has not proposed that.
        """
        if not isinstance(proposal, dict):
            raise ParameterError("a proposal is an object: job, and of a sculpture what is left")
        job = self._jobs.job(text(proposal, "job"))
        return self.recorder.kept(job, draft, proposal.get("left"))

    async def order_job(self, request: Request) -> Response:
        """Hold a job, let it go on, or end it."""
        job = self._jobs.job(request.path_params["job"])
        job.tell(one_of(request.path_params["order"], "order", ORDERS))
        self._jobs.announce(job)
        return answered(request, {**job.view(), "result": None})

    def dismiss_of(self, project: str) -> None:
        """End all jobs of a project that is gone."""
        for job in self._jobs.of_project(project):
            self._jobs.dismiss(job.id)

    async def _forget(self, task: int) -> None:
        job = self._jobs.dismiss(str(task))
        await self._store.do(self._studio.store.tasks.forget, task)
        if job is not None:
            await self._store.do(self.recorder.left, job)
            self._hub.send("story", {"project": job.project})

    def _task(self, request: Request) -> int:
        return number({"job": _whole(request.path_params["job"])}, "job")


def _whole(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else text


def _lost(task: Task) -> dict[str, Any]:
    """A job of a studio that has ended since."""
    job = Job(task.id, task.project, task.revision, task.kind)
    job.request, job.state, job.is_working = json.loads(task.request), "lost", False
    return job.view()
