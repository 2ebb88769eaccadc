"""Work that takes its time: it goes on while the page is closed, and can be held or ended."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from clinamen.errors import ClinamenError, ConstraintError, MissingError
from clinamen.studio._errors import Refusal, without_options
from clinamen.studio._hub import Hub

if TYPE_CHECKING:
    from clinamen.domains.music.notes import Song

__all__ = ["MAX_RUNNING", "ORDERS", "Job", "Jobs", "Steps"]

ORDERS = ("pause", "resume", "cancel")
"""What a job can be told."""

MAX_RUNNING = 4
"""Most jobs at a time."""

_KEPT = 50

Steps = Callable[[], "Iterator[dict[str, Any] | tuple[Song, ...] | float]"]
"""Gives better and better results, songs that the next result tells of, and numbers: the share
that is done. Between two of them a job can be held or ended."""

# First words of what cannot be had, and what was chosen there.
_FIELDS = {
    "range": "range",
    "the scale": "scale",
    "the ending": "ending",
    "max-leap": "max_leap",
    "max-shared": "max_shared",
    "form": "form",
}


class Job:
    """One piece of work and its best result so far.

    Attributes
    ----------
    settings
        What was asked for, as the story tells it.
    songs
        What was found so far, the best first.
    seen
        The same, and all that was found before and is no longer among it.
    proposals
        The same, as the story names it, once it is told there.
    is_kept
        Whether one of them was kept.
    """

    def __init__(self, number: int, project: str, revision: int, kind: str) -> None:
        self.id = str(number)
        self.project, self.revision, self.kind = project, revision, kind
        self.request: dict[str, Any] = {}
        self.state = "running"
        self.share: float | None = None
        self.n_results = 0
        self.is_working = True
        self.result: dict[str, Any] | None = None
        self.settings: dict[str, Any] = {}
        self.songs: tuple[Song, ...] = ()
        self.seen: list[Song] = []
        self.proposals: tuple[str, ...] = ()
        self.is_kept = False
        self.error = self.field = ""
        self._may_go_on = threading.Event()
        self._may_go_on.set()
        self._is_cancelled = False

    def view(self) -> dict[str, Any]:
        """The job as the page shows it."""
        return {
            "id": self.id,
            "project": self.project,
            "revision": self.revision,
            "kind": self.kind,
            "request": self.request,
            "state": self.state,
            "share": self.share,
            "n_results": self.n_results,
            "result": self.result,
            "error": self.error,
            "field": self.field,
        }

    @property
    def is_over(self) -> bool:
        """Whether nothing more comes of it."""
        return self.state in ("done", "failed", "cancelled")

    def tell(self, order: str) -> None:
        """One of `ORDERS`; a job that is over stays as it is."""
        if self.is_over:
            return
        if order == "pause":
            self._may_go_on.clear()
            self.state = "paused"
            return
        self._is_cancelled = order == "cancel"
        self.state = "cancelled" if self._is_cancelled else "running"
        self._may_go_on.set()

    def run(self, steps: Steps, tell: Callable[[], None]) -> None:
        """Take all steps, telling after each."""
        try:
            for result in steps():
                if isinstance(result, float):
                    self.share = result
                elif isinstance(result, tuple):
                    self.songs = result
                    self.seen += result
                    continue
                else:
                    self.result = result
                    self.n_results += 1
                tell()
                self._may_go_on.wait()
                if self._is_cancelled:
                    return
            if not self._is_cancelled:
                self.state = "done"
        except ClinamenError as error:
            self.state, self.error, self.field = (
                "failed",
                without_options(error),
                self._chosen(error),
            )
        except BaseException:
            self.state, self.error = "failed", "this is a fault of Clinamen's; see the terminal"
            raise
        finally:
            self.is_working = False
            tell()

    def _chosen(self, error: ClinamenError) -> str:
        """What was chosen that cannot be had; "" where it is not one thing of the request."""
        told = error.constraint.removeprefix("--") if isinstance(error, ConstraintError) else ""
        fields = (field for words, field in _FIELDS.items() if told.startswith(words))
        return next((field for field in fields if field in self.request), "")


class Jobs:
    """All jobs of a studio, the last ones of those that are over. Lives in the event loop.

    Parameters
    ----------
    on_done
        Told of each job that has come to its end.
    """

    def __init__(self, hub: Hub, on_done: Callable[[Job], None] = lambda job: None) -> None:
        self._hub = hub
        self._on_done = on_done
        self._jobs: dict[str, Job] = {}

    def check_room(self) -> None:
        """See that another job may begin.

        Raises
        ------
        Refusal
            If there are too many.
        """
        if sum(job.is_working for job in self._jobs.values()) >= MAX_RUNNING:
            raise Refusal(
                503, "busy", f"at most {MAX_RUNNING} jobs can be under way; end one first"
            )

    def start(self, job: Job, steps: Steps) -> Job:
        """Begin a job in a thread of its own, which does not keep the program from ending.

        Raises
        ------
        Refusal
            As `check_room`.
        """
        self.check_room()
        self._forget_old()
        self._jobs[job.id] = job
        loop = asyncio.get_running_loop()

        def tell() -> None:
            # The loop is gone when the server has stopped meanwhile.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(self.announce, job)

        threading.Thread(target=job.run, args=(steps, tell), daemon=True).start()
        return job

    def announce(self, job: Job) -> None:
        """Tell all tabs how a job stands."""
        if job.id in self._jobs:
            news = {"state": job.state, "share": job.share, "n_results": job.n_results}
            self._hub.send("job", {"project": job.project, "id": job.id, **news})
            if job.state == "done":
                self._on_done(job)

    def _forget_old(self) -> None:
        over = [job.id for job in self._jobs.values() if job.is_over]
        for number in over[: max(len(over) - _KEPT, 0)]:
            del self._jobs[number]

    def job(self, number: str) -> Job:
        """A job by its id.

        Raises
        ------
        MissingError
            If there is none, or it was over long ago.
        """
        if number not in self._jobs:
            raise MissingError(f"there is no job {number!r}")
        return self._jobs[number]

    def dismiss(self, number: str) -> Job | None:
        """End a job and forget it; one that is not there is no harm."""
        job = self._jobs.pop(number, None)
        if job is not None:
            job.tell("cancel")
            self._hub.send("job", {"project": job.project, "id": job.id, "state": "gone"})
        return job

    def of_project(self, project: str) -> list[Job]:
        """Jobs of a project, the oldest first."""
        return [job for job in self._jobs.values() if job.project == project]
