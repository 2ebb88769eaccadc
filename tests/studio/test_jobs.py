"""Long work: it goes on by itself, can be held and ended, and tells how it failed."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from tests.studio.running import Start

from clinamen.errors import MissingError, ParameterError
from clinamen.studio._hub import Hub
from clinamen.studio._jobs import Job, Jobs


def begun() -> Job:
    return Job(1, "song", 7, "swerve")


def test_a_job_keeps_its_best_result() -> None:
    job, seen = begun(), []
    job.run(lambda: iter([{"n": 1}, {"n": 2}]), lambda: seen.append((job.state, job.result)))
    assert seen == [("running", {"n": 1}), ("running", {"n": 2}), ("done", {"n": 2})]


def test_a_job_says_why_it_failed() -> None:
    def steps() -> Iterator[dict[str, Any]]:
        yield {"n": 1}
        raise ParameterError("nothing comes before it")

    job = begun()
    job.run(steps, lambda: None)
    assert (job.state, job.error, job.result) == ("failed", "nothing comes before it", {"n": 1})


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (
            "gentle cannot hold: G4 outdoes it; the nearest that can: 6.1 bits, "
            "or breaks that may be outdone (--outdone)",
            "gentle cannot hold: G4 outdoes it; the nearest that can: 6.1 bits",
        ),
        (
            "gentle cannot hold: G4 outdoes it; the nearest that can: breaks that may be "
            "outdone (--outdone)",
            "gentle cannot hold: G4 outdoes it",
        ),
        ("song.mid: may not be replaced (--force)", "song.mid: may not be replaced"),
        ("--form: a form has 1 to 16 sections", "form: a form has 1 to 16 sections"),
        ("a dash -- and a well-known-word stay", "a dash -- and a well-known-word stay"),
    ],
)
def test_a_job_that_failed_names_no_option_of_a_command(said: str, shown: str) -> None:
    def steps() -> Iterator[dict[str, Any]]:
        raise ParameterError(said)
        yield {}

    job = begun()
    job.run(steps, lambda: None)
    assert job.error == shown


def test_a_fault_of_ours_is_no_silence() -> None:
    def steps() -> Iterator[dict[str, Any]]:
        yield {}
        raise ZeroDivisionError

    job = begun()
    with pytest.raises(ZeroDivisionError):
        job.run(steps, lambda: None)
    assert job.state == "failed"


def test_a_job_is_held_goes_on_and_is_ended() -> None:
    job, taken, told = begun(), [], threading.Semaphore(0)

    def steps() -> Iterator[dict[str, Any]]:
        for number in range(100):
            taken.append(number)
            yield {"n": number}

    job.tell("pause")
    thread = threading.Thread(target=job.run, args=(steps, told.release))
    thread.start()
    assert told.acquire(timeout=20)
    assert (job.state, taken) == ("paused", [0])
    job.tell("resume")
    assert told.acquire(timeout=20)
    job.tell("cancel")
    thread.join(20)
    assert job.state == "cancelled" or len(taken) == 100
    job.tell("resume")
    assert job.is_over


def test_old_jobs_are_forgotten_and_running_ones_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clinamen.studio._jobs._KEPT", 2)

    async def work() -> None:
        jobs = Jobs(Hub())
        held = jobs.start(Job(1, "a", 1, "swerve"), lambda: iter([{}]))
        while not held.is_over:
            await asyncio.sleep(0.001)
        held.state = "paused"
        for number in range(2, 7):
            job = jobs.start(Job(number, "b", 1, "swerve"), lambda: iter([]))
            while not job.is_over:
                await asyncio.sleep(0.001)
        assert [each.id for each in jobs.of_project("b")] == ["4", "5", "6"]
        assert jobs.job("1") is held
        with pytest.raises(MissingError, match="no job"):
            jobs.job("2")

    asyncio.run(work())


def test_a_swerve_is_found_and_kept(start: Start) -> None:
    with start().client() as client:
        first = client.get("/api/state").json()["first"]
        song = f"/api/projects/{first}"
        view = client.get(song).json()
        body = {"base": view["revision"], "note": 22, "strength": "bold"}
        asked = client.post(f"{song}/swerve", json=body)
        assert asked.status_code == 202
        job = asked.json()
        until = time.monotonic() + 60
        while job["state"] == "running" and time.monotonic() < until:
            time.sleep(0.02)
            job = client.get(f"/api/jobs/{job['id']}").json()
        assert job["state"] == "done"
        variants = job["result"]["variants"]
        assert len(variants) > 1
        assert all(each["reason"] for each in variants)
        assert [each["id"] for each in client.get(f"{song}/jobs").json()] == [job["id"]]
        rows = variants[0]["song"]["notes"]
        assert [row[:3] for row in rows] != [row[:3] for row in view["song"]["notes"]]
        draft = {"base": view["revision"], "draft": {"notes": rows}, "action": "swerve"}
        assert client.post(f"{song}/draft", json=draft).json()["song"]["notes"] == rows
        for wrong in ({"note": 0}, {"note": 99}, {"strength": "wild"}, {"kind": "taste"}):
            answer = client.post(f"{song}/swerve", json={**body, **wrong})
            told = answer.json()
            while answer.status_code == 202 and told["state"] == "running":
                time.sleep(0.02)
                told = client.get(f"/api/jobs/{told['id']}").json()
            assert told["error"]
        assert client.post(f"/api/jobs/{job['id']}/pause", json={}).json()["state"] == "done"
        assert client.post(f"/api/jobs/{job['id']}/eat", json={}).status_code == 422
        assert client.get("/api/jobs/99").status_code == 404


def test_locked_notes_stay(start: Start) -> None:
    with start().client() as client:
        first = client.get("/api/state").json()["first"]
        song = f"/api/projects/{first}"
        view = client.get(song).json()
        rows = [[*row, index in (20, 21)] for index, row in enumerate(view["song"]["notes"])]
        body = {"base": view["revision"], "draft": {"notes": rows}, "action": "lock"}
        view = client.post(f"{song}/draft", json=body).json()
        assert view["locked"] == [20, 21]
        asked = {"base": view["revision"], "note": 22, "strength": "bold"}
        job = client.post(f"{song}/swerve", json=asked).json()
        until = time.monotonic() + 60
        while job["state"] == "running" and time.monotonic() < until:
            time.sleep(0.02)
            job = client.get(f"/api/jobs/{job['id']}").json()
        kept = [row[:3] for row in view["song"]["notes"][20:22]]
        assert job["result"]["variants"]
        for variant in job["result"]["variants"]:
            notes = [row[:3] for row in variant["song"]["notes"]]
            assert all(row in notes for row in kept)
