"""What jobs propose, what is kept of it and what is let go, is in the story."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from tests.operations.small_listener import small_listener
from tests.studio.conftest import Opened, let_in, make_studio

from clinamen.domains.music.editing import notes_in_ticks, with_notes
from clinamen.domains.music.notes import Song
from clinamen.ledger import ProjectStore, Task
from clinamen.operations.edit import draft_of
from clinamen.operations.listeners import load_listener
from clinamen.operations.story.path import Path
from clinamen.operations.story.replay import Replayer
from clinamen.studio._hub import Hub
from clinamen.studio._jobs import Job
from clinamen.studio._making import Making
from clinamen.studio._recorder import Recorder
from clinamen.studio._studio import EXAMPLES, Studio, example_bytes
from clinamen.studio._tasks import asked, settings_of, steps_of
from clinamen.studio._worker import Worker


@pytest.fixture
def own() -> Opened:
    return let_in(make_studio())


def story(own: Opened) -> list[dict[str, Any]]:
    return [entry.says for entry in own.studio.store.story.entries(own.first)]


def revision(own: Opened) -> int:
    found: int = own.get(own.song()).json()["revision"]
    return found


def done(own: Opened, kind: str, **request: Any) -> dict[str, Any]:
    """A job at its end."""
    body = {"base": revision(own), **request}
    job = own.post(own.song(f"/{kind}"), body).json()["id"]
    for _ in range(600):
        found: dict[str, Any] = own.get(f"/api/jobs/{job}").json()
        if found["state"] == "done":
            return found
        assert found["state"] == "running", found["error"]
        time.sleep(0.05)
    raise AssertionError("the job takes too long")


def rows(song: dict[str, Any]) -> list[list[int]]:
    return [note[:3] for note in song["notes"]]


def keep(own: Opened, song: dict[str, Any], proposal: Any) -> Any:
    chords = [[chord["onset"], chord["symbol"]] for chord in song["chords"]]
    draft = {"notes": rows(song), "chords": chords}
    body = {"base": revision(own), "draft": draft, "action": "swerve", "proposal": proposal}
    return own.post(own.song("/draft"), body)


def dismiss(own: Opened, job: str) -> None:
    headers = {"Sec-Fetch-Site": "same-origin", "Origin": "http://127.0.0.1:8377"}
    assert own.client.request("DELETE", f"/api/jobs/{job}", headers=headers).status_code == 204


def test_proposals_what_is_kept_of_them_and_undo(own: Opened) -> None:
    job = done(own, "swerve", note=21, seed=3)
    variants = job["result"]["variants"]
    kept = keep(own, variants[1]["song"], {"job": job["id"]})
    assert kept.status_code == 200
    dismiss(own, job["id"])
    own.post(own.song("/undo"), {"base": revision(own)})
    _, swerve, keeping, undo = story(own)
    assert swerve["settings"]["request"] == {
        "at": "22",
        "strength": "bold",
        "seed": 3,
    }
    assert len(swerve["generated"]) == len(variants) > 1
    assert [agent["kind"] for agent in swerve["agents"]][-1] == "listener"
    assert (keeping["activity"], keeping["settings"]) == ("keep", {"of": "swerve"})
    assert keeping["used"] == [swerve["used"][0], swerve["generated"][1]]
    # Kept as it was proposed, it is the proposal.
    assert keeping["head"] == swerve["generated"][1]
    assert undo["head"] == swerve["used"][0]
    assert own.studio.store.story.verify(own.first).is_sound


def test_what_a_job_found_is_in_the_story_though_nobody_looked() -> None:
    studio = Studio(ProjectStore(None), small_listener)
    project = studio.open_song(example_bytes(EXAMPLES[0]), EXAMPLES[0])
    songs = (studio.song(project.id, project.revision.id),)

    async def work() -> None:
        making = Making(studio, Hub(), Worker("store"), Worker("ears"))
        job = Job(1, project.id, project.revision.id, "swerve")
        making._jobs.start(job, lambda: iter([songs, {"variants": []}]))
        while not (job.proposals or job.state == "failed"):
            await asyncio.sleep(0.01)

    asyncio.run(asyncio.wait_for(work(), 20))
    entries = studio.store.story.entries(project.id)
    assert [entry.says["activity"] for entry in entries] == ["import", "swerve"]


def test_what_is_let_go_is_rejected_once_it_was_there(own: Opened) -> None:
    job = done(own, "swerve", note=21)
    dismiss(own, job["id"])
    _, swerve, reject = story(own)
    assert (reject["activity"], reject["settings"]) == ("reject", {"of": "swerve"})
    assert reject["used"] == swerve["generated"]


def test_a_sculpted_level_is_proposed_when_it_is_kept(own: Opened) -> None:
    job = done(own, "sculpt")
    level = own.get(own.song("/level?left=20")).json()
    assert keep(own, level, {"job": job["id"], "left": 20}).status_code == 200
    _, sculpt, keeping = story(own)
    assert sculpt["settings"]["left"] == [20]
    assert keeping["used"][1] == sculpt["generated"][0]
    assert keeping["settings"] == {"of": "sculpt"}


@pytest.mark.parametrize(
    "proposal",
    [
        7,
        {},
        {"job": "99"},
    ],
)
def test_what_is_no_proposal_cannot_be_kept(own: Opened, proposal: Any) -> None:
    job = done(own, "swerve", note=21)
    before = revision(own)
    song = job["result"]["variants"][0]["song"]
    assert keep(own, song, proposal).status_code in (404, 422)
    assert revision(own) == before


def test_what_was_not_proposed_cannot_be_kept_as_if_it_were(own: Opened) -> None:
    job = done(own, "swerve", note=21)
    song = job["result"]["variants"][0]["song"]
    song["notes"][0][2] += 1
    assert keep(own, song, {"job": job["id"]}).status_code == 404
    sculpt = done(own, "sculpt")
    for left in (0, 10_000, "3", True, None):
        assert keep(own, song, {"job": sculpt["id"], "left": left}).status_code == 422


def test_what_is_kept_before_the_end_says_so() -> None:
    studio = Studio(ProjectStore(None), small_listener)
    project = studio.open_song(example_bytes(EXAMPLES[0]), EXAMPLES[0])
    song = studio.song(project.id, project.revision.id)
    higher = with_notes(
        song, [(on, off, pitch + 1) for on, off, pitch in notes_in_ticks(song.melody)]
    )
    job = Job(1, project.id, project.revision.id, "compose")
    job.songs, job.seen = (higher,), [song, higher]
    recorder = Recorder(studio)
    first = recorder.kept(job, draft_of(song), None)
    second = recorder.kept(job, draft_of(higher), None)
    entries = [entry.says for entry in studio.store.story.entries(project.id)][1:]
    assert [entry["settings"] for entry in entries] == [{"stopped": True}] * 2
    assert first.used == tuple(entries[1]["generated"])
    assert second.used == tuple(entries[0]["generated"])


def test_an_export_is_in_the_story_and_the_song_is_known_by_it(own: Opened) -> None:
    data = own.get(own.song("/export/mid")).content
    own.get(own.song("/export/wav"))
    _, midi, wave = story(own)
    assert midi["settings"] == {"file": "Harbour_Light.mid"}
    assert own.studio.store.story.find(data) == (own.first, midi["generated"][0])
    assert (wave["generated"], len(wave["settings"]["sha256"])) == ([], 64)


@pytest.fixture(scope="module")
def real() -> Studio:
    return Studio(ProjectStore(None), load_listener)


def test_a_new_song_begins_with_what_it_was_asked_for(real: Studio) -> None:
    own = let_in(make_studio(studio=real))
    n_before = len(story(own))
    job = done(own, "compose", mode="new", bits=[2, 4, 3, 2], seed=1, like=False)
    begun = own.post("/api/projects", {"job": job["id"], "title": "Rain"}).json()
    (entry,) = [each.says for each in own.studio.store.story.entries(begun["id"])]
    assert entry["activity"] == "compose"
    assert entry["settings"]["title"] == "Rain"
    assert entry["settings"]["request"]["curve"] == "2.00 4.00 3.00 2.00"
    dismiss(own, job["id"])
    assert len(story(own)) == n_before, "what became a song is not rejected"
    (replayed,) = Replayer(Path(real.store, begun["id"])).replays()
    assert (replayed.outcome, replayed.why) == ("same", "")


def run_again(studio: Studio, kind: str, request: dict[str, Any]) -> tuple[Recorder, Job, str]:
    """A job done here and now."""
    project = studio.open_song(example_bytes(EXAMPLES[0]), EXAMPLES[0])
    wanted = asked(kind, request)
    task = Task(1, project.id, project.revision.id, kind, "")
    job = Job(1, project.id, project.revision.id, kind)
    job.request, job.settings = wanted, settings_of(studio, task, wanted)
    job.run(steps_of(studio, task, wanted), lambda: None)
    assert job.state == "done", job.error
    return Recorder(studio), job, project.id


def song_of(studio: Studio, project: str) -> Song:
    return studio.song(project, studio.store.project(project).revision.id)


@pytest.mark.parametrize(
    ("kind", "request_"),
    [
        ("swerve", {"note": 21, "kind": "any", "seed": 2}),
        ("compose", {"mode": "fill", "bits": [2, 5], "first_bar": 3, "seed": 1}),
        ("compose", {"mode": "continue", "bits": [2, 5], "seed": 1}),
        ("sculpt", {}),
    ],
)
def test_what_the_studio_recorded_gives_the_same_again(
    real: Studio, kind: str, request_: dict[str, Any]
) -> None:
    recorder, job, project = run_again(real, kind, request_)
    if kind == "sculpt":
        recorder.kept(job, draft_of(song_of(real, project)), 12)
    else:
        assert recorder.proposed(job) == recorder.proposed(job)
    path = Path(real.store, project)
    step = path.steps[-1]
    assert step.kind == kind
    found = Replayer(path).replay(step)
    assert (found.outcome, found.why) == ("same", "")
