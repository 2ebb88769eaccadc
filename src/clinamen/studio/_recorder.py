"""What jobs propose, and what becomes of it, kept in the story of the song."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from clinamen.errors import MissingError, ParameterError
from clinamen.ledger import DRAFT, Activity, Content, Project, file_kind
from clinamen.operations.edit import Draft, draft_of
from clinamen.operations.story.home import listener_agent
from clinamen.operations.story.recording import in_all_languages
from clinamen.studio._jobs import Job
from clinamen.studio._studio import Studio

if TYPE_CHECKING:
    from clinamen.domains.music.notes import Song

__all__ = ["Recorder"]

_KEPT_FILES = ("mid", "musicxml", "abc")
"""Exports by whose bytes a song is known again."""


class Recorder:
    """Writes entries that no endpoint of the song itself writes. Lives in the store's thread."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio

    @property
    def _story(self) -> Any:
        return self._studio.store.story

    def proposed(self, job: Job) -> tuple[str, ...]:
        """Digests of what a job has found, which is in the story from now on."""
        if not job.proposals and job.songs:
            # What was not waited for cannot be had again by running it.
            settings = job.settings if job.state == "done" else {**job.settings, "stopped": True}
            job.proposals = self._propose(job, {**settings, **_reasons(job)}, job.songs)
        return job.proposals

    def _propose(
        self, job: Job, settings: dict[str, Any], songs: Sequence[Song]
    ) -> tuple[str, ...]:
        contents = [Content(DRAFT, draft_of(song).to_json().encode("utf-8")) for song in songs]
        used = self._studio.store.revision(job.project, job.revision).draft
        agents = (listener_agent(self._studio.listener_name),)
        activity = Activity(job.kind, settings, agents, used=(used,))
        digests: tuple[str, ...] = self._story.append(job.project, activity, contents)[1]
        return digests

    def kept(self, job: Job, draft: Draft, left: Any) -> Activity:
        """What keeping a proposal of a job is, and that it was proposed.

        Parameters
        ----------
        draft
            What is kept; which of the proposals it is, its notes and chords say.
        left
            Of a sculpture: how many notes are left.

        Raises
        ------
        ParameterError, MissingError
            If the job has not proposed it.
        """
        if job.kind == "sculpt":
            (digest,) = self._sculpted(job, left)
        else:
            digest = self._chosen(job, _music(draft))
        job.is_kept = True
        return Activity("keep", {"of": job.kind}, used=(digest,))

    def _chosen(self, job: Job, music: object) -> str:
        for song, digest in zip(job.songs, self.proposed(job), strict=False):
            if _music(draft_of(song)) == music:
                return digest
        # A job that goes on may have found better since the page showed this one.
        for song in job.seen:
            if _music(draft_of(song)) == music:
                return self._propose(job, {**job.settings, "stopped": True}, [song])[0]
        raise MissingError(f"the job {job.id} has not proposed this")

    def _sculpted(self, job: Job, left: Any) -> tuple[str, ...]:
        song = self._studio.song(job.project, job.revision)
        locks = self._studio.locks(job.project, job.revision)
        if type(left) is not int or not 0 < left <= len(song.melody.notes):
            raise ParameterError(f"left must be a number of notes, not {left!r}")
        settings = {"left": [left], "hold": True, "request": {"lock": list(locks)}}
        sculpted = self._studio.sculpture(song, locks).song_of(left)
        return self._propose(job, settings, [sculpted])

    def left(self, job: Job) -> None:
        """A job whose proposals were looked at and let go."""
        digests = () if job.is_kept else self.proposed(job)
        if digests:
            self._story.append(job.project, Activity("reject", {"of": job.kind}, used=digests))

    def exported(self, project: Project, revision: int, extension: str, data: bytes) -> None:
        """A file that was written; songs are known by it when they come back."""
        from clinamen.studio._export import file_stem

        name = f"{file_stem(project.title)}.{extension}"
        settings: dict[str, Any] = {"file": name}
        contents = []
        if extension in _KEPT_FILES:
            contents.append(Content(file_kind(name), data))
        else:
            settings["sha256"] = hashlib.sha256(data).hexdigest()
        used = self._studio.store.revision(project.id, revision).draft
        self._story.append(project.id, Activity("export", settings, used=(used,)), contents)


def _reasons(job: Job) -> dict[str, Any]:
    """What was said of each break that a job has found, to be told with its notes."""
    variants = (job.result or {}).get("variants", ())
    if len(variants) != len(job.songs) or not variants:
        return {}
    return {"reasons": [in_all_languages(each["reason"]) for each in variants]}


def _music(draft: Draft) -> object:
    """Notes and chords alone: words and locks are the maker's."""
    notes = tuple((each.onset_ticks, each.duration_ticks, each.pitch) for each in draft.notes)
    return notes, tuple((each.onset_ticks, each.symbol) for each in draft.chords)
