"""Composing, sculpting, places, the history, and jobs that outlive a page and a studio."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.studio.conftest import ORIGIN, Opened, let_in, make_studio
from tests.studio.running import Start, running_studio

from clinamen.operations.compose_target import compose_request
from clinamen.studio._jobs import MAX_RUNNING
from clinamen.studio._studio import EXAMPLES, example_bytes

GIVEN = ("swerve", "compose", "sculpt")


def the_song(client: httpx.Client) -> tuple[str, Any]:
    song = f"/api/projects/{client.get('/api/state').json()['first']}"
    return song, client.get(song).json()


def finished(client: httpx.Client, job: Any) -> Any:
    until = time.monotonic() + 90
    while job["state"] == "running" and time.monotonic() < until:
        time.sleep(0.02)
        job = client.get(f"/api/jobs/{job['id']}").json()
    return job


def rows(song: Any) -> list[list[int]]:
    return [row[:3] for row in song["notes"]]


def test_bars_are_composed_and_all_else_stays(start: Start) -> None:
    with start().client() as client:
        song, view = the_song(client)
        body = {"base": view["revision"], "mode": "fill", "first_bar": 5, "bits": [2, 5], "seed": 3}
        job = finished(client, client.post(f"{song}/compose", json=body).json())
        assert (job["state"], job["share"]) == ("done", 1.0)
        made = job["result"]
        span = view["song"]["bars"][4], view["song"]["bars"][6]
        outside = [row for row in rows(view["song"]) if not span[0] <= row[0] < span[1]]
        assert [row for row in rows(made["song"]) if not span[0] <= row[0] < span[1]] == outside
        assert rows(made["song"]) != rows(view["song"])
        assert made["song"]["chords"] == view["song"]["chords"]
        written = [bar for bar in made["bars"] if bar["written"]]
        assert [(bar["bar"], bar["asked"]) for bar in written] == [(5, 2.0), (6, 5.0)]
        again = finished(client, client.post(f"/api/jobs/{job['id']}/again", json={}).json())
        assert again["id"] != job["id"]
        assert again["result"] == made
        assert [each["id"] for each in client.get(f"{song}/jobs").json()] == [again["id"]]


def test_a_song_is_gone_on_with_and_another_is_made(start: Start) -> None:
    with start().client() as client:
        song, view = the_song(client)
        body = {"base": view["revision"], "bits": [2.0, 3.0, 2.0]}
        on = finished(
            client, client.post(f"{song}/compose", json={**body, "mode": "continue"}).json()
        )
        notes = rows(on["result"]["song"])
        assert notes[:40] == rows(view["song"])[:40]
        assert notes[-1][0] >= view["song"]["end"]
        assert len(on["result"]["song"]["bars"]) == len(view["song"]["bars"]) + 3
        new = finished(client, client.post(f"{song}/compose", json={**body, "mode": "new"}).json())
        assert len(new["result"]["song"]["bars"]) == 3
        assert new["result"]["song"]["keys"] == view["song"]["keys"]


def test_what_cannot_be_composed_is_no_job(start: Start) -> None:
    with start().client() as client:
        song, view = the_song(client)
        good = {"base": view["revision"], "mode": "fill", "first_bar": 1, "bits": [2]}
        for wrong in (
            {"mode": "eat"},
            {"bits": []},
            {"bits": [99]},
            {"bits": ["a"]},
            {"bits": [True]},
            {"bits": "2 2"},
            {"bits": [2] * 129},
            {"first_bar": 17},
            {"first_bar": 0},
            {"seed": -1},
        ):
            answer = client.post(f"{song}/compose", json={**good, **wrong})
            assert (answer.status_code, answer.json()["error"]["code"]) == (422, "invalid"), wrong
        late = client.post(f"{song}/compose", json={**good, "base": 999})
        assert late.status_code == 404
        assert client.get(f"{song}/jobs").json() == []


def test_every_level_of_a_sculpture_can_be_had_and_undone(start: Start) -> None:
    with start().client() as client:
        song, view = the_song(client)
        locked = [[*row, index == 40] for index, row in enumerate(view["song"]["notes"])]
        draft = {"base": view["revision"], "action": "lock", "draft": {"notes": locked}}
        view = client.post(f"{song}/draft", json=draft).json()
        job = client.post(f"{song}/sculpt", json={"base": view["revision"]}).json()
        made = finished(client, job)["result"]
        assert made["n_total"] == 41
        removed = [each["note"] for each in made["removals"]]
        assert 40 not in removed
        assert len(set(removed)) == len(removed)
        assert all(each["reason"] for each in made["removals"])
        for left in (41, 30, 9, 30, 41):
            level = client.get(f"{song}/level", params={"left": left}).json()
            kept = [index for index in range(41) if index not in removed[: 41 - left]]
            starts = [view["song"]["notes"][index][0] for index in kept]
            assert [row[0] for row in level["notes"]] == starts
        assert level == view["song"]
        assert client.get(f"{song}/level", params={"left": 0}).status_code == 422
        assert client.get(f"{song}/level").status_code == 422


def test_places_are_proposed_with_a_reason(opened: Opened) -> None:
    places = opened.get(opened.song("/places")).json()
    assert isinstance(places, list)
    for place in places:
        assert set(place) == {"note", "awaited", "reason"}


def test_left_states_are_seen_and_taken_up(own: Opened) -> None:
    first = own.get(own.song()).json()
    notes = first["song"]["notes"]
    body = {"base": first["revision"], "draft": {"notes": notes[:9]}, "action": "delete"}
    left = own.post(own.song("/draft"), body).json()
    back = own.post(own.song("/undo"), {"base": left["revision"]}).json()
    body = {"base": back["revision"], "draft": {"notes": notes[:5]}, "action": "delete"}
    here = own.post(own.song("/draft"), body).json()
    history = own.get(own.song("/history")).json()
    assert history["here"] == here["revision"]
    assert [state["is_left"] for state in history["states"]] == [False, True, False]
    assert own.get(own.song(f"/states/{left['revision']}")).json() == left["song"]
    named = {"base": here["revision"], "revision": left["revision"], "name": "nine notes"}
    assert own.post(own.song("/versions"), named).status_code == 200
    asked = {"base": here["revision"], "revision": left["revision"]}
    taken = own.post(own.song("/take"), asked).json()
    assert taken["song"] == left["song"]
    undone = own.post(own.song("/undo"), {"base": taken["revision"]}).json()
    assert undone["song"] == here["song"]
    names = [state["name"] for state in own.get(own.song("/history")).json()["states"]]
    assert names.count("nine notes") == 1
    assert own.get(own.song("/states/99")).status_code == 404
    assert own.get(own.song("/states/x")).status_code == 422


@pytest.fixture
def own() -> Opened:
    return let_in(make_studio())


def test_what_changes_something_is_refused_where_one_may_only_look() -> None:
    looking = let_in(make_studio(readonly=True))
    base = looking.get(looking.song()).json()["revision"]
    tries = [(looking.song(f"/{kind}"), {"base": base, "note": 5}) for kind in GIVEN]
    tries += [(looking.song("/take"), {"base": base, "revision": base})]
    tries += [("/api/jobs/1/again", {}), ("/api/jobs/1/cancel", {})]
    for path, body in tries:
        answer = looking.post(path, body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "readonly"), path
    gone = looking.client.delete("/api/jobs/1", headers={"Origin": ORIGIN})
    assert gone.status_code == 403
    for path in ("/history", "/jobs", "/places", f"/states/{base}"):
        assert looking.get(looking.song(path)).status_code == 200


def test_no_more_jobs_than_a_machine_can_bear(start: Start) -> None:
    with start().client() as client:
        song, view = the_song(client)
        body = {"base": view["revision"], "mode": "continue", "bits": [3] * 60}
        jobs = []
        for _ in range(MAX_RUNNING):
            jobs.append(client.post(f"{song}/compose", json=body).json())
            held = client.post(f"/api/jobs/{jobs[-1]['id']}/pause", json={}).json()
            assert held["state"] == "paused"
        refused = client.post(f"{song}/compose", json=body)
        assert (refused.status_code, refused.json()["error"]["code"]) == (503, "busy")
        assert client.delete(f"/api/jobs/{jobs[0]['id']}").status_code == 204
        assert client.get(f"/api/jobs/{jobs[0]['id']}").status_code == 404
        assert len(client.get(f"{song}/jobs").json()) == MAX_RUNNING - 1


def test_a_stopped_job_keeps_its_best(start: Start) -> None:
    with start().client() as client:
        song, view = the_song(client)
        body = {"base": view["revision"], "mode": "continue", "bits": [3] * 40}
        job = client.post(f"{song}/compose", json=body).json()
        until = time.monotonic() + 60
        while not job["n_results"] and time.monotonic() < until:
            time.sleep(0.02)
            job = client.get(f"/api/jobs/{job['id']}").json()
        client.post(f"/api/jobs/{job['id']}/cancel", json={})
        stopped = client.get(f"/api/jobs/{job['id']}").json()
        assert stopped["state"] == "cancelled"
        assert stopped["share"] is None or stopped["share"] < 1
        assert stopped["result"]["song"]["notes"]


def test_a_job_that_was_lost_with_the_studio_can_be_begun_anew(tmp_path: Path) -> None:
    store = str(tmp_path / "p.db")
    body = {"mode": "fill", "first_bar": 3, "bits": [4.0], "seed": 7}
    with running_studio("--projects", store) as running, running.client() as client:
        song, view = the_song(client)
        asked = {**body, "base": view["revision"]}
        first = finished(client, client.post(f"{song}/compose", json=asked).json())
    with running_studio("--projects", store) as running, running.client() as client:
        (lost,) = client.get(f"{song}/jobs").json()
        assert (lost["state"], lost["id"], lost["n_results"]) == ("lost", first["id"], 0)
        assert lost["request"] == body
        again = finished(client, client.post(f"/api/jobs/{lost['id']}/again", json={}).json())
        assert again["result"] == first["result"]
        assert client.post("/api/jobs/99/again", json={}).status_code == 404


def test_a_target_names_the_bars_of_the_song() -> None:
    from clinamen.io.files import song_from_bytes

    song = song_from_bytes(example_bytes(EXAMPLES[0]), EXAMPLES[0])
    on = compose_request(song, "continue", [2.0] * 4, seed=2)
    assert (on.bars, on.begin, on.seed) == (20, "song", 2)
    assert compose_request(song, "new", [2.0] * 4).bars == 4


def test_results_are_said_in_the_language_of_who_looks(start: Start) -> None:
    with start().client() as client:
        song, view = the_song(client)
        body = {
            "base": view["revision"],
            "note": 20,
            "strength": "bold",
            "kind": "pitch",
            "seed": 0,
        }
        job = finished(client, client.post(f"{song}/swerve", json=body).json())
        english = job["result"]["variants"][0]["reason"]
        for wish, language in (("vi-VN,vi;q=0.9", "vi"), ("fr,ja;q=0.5", "ja"), ("fr", "en")):
            answer = client.get(f"/api/jobs/{job['id']}", headers={"Accept-Language": wish})
            assert answer.headers["content-language"] == language
            said = answer.json()["result"]["variants"][0]["reason"]
            assert (said == english) == (language == "en")
            why = client.get(f"{song}/why?note=6", headers={"Accept-Language": wish}).json()
            assert why["parts"][0]["came"][1] == pytest.approx(0.0, abs=1.0)
            assert ("listener" in why["parts"][0]["sentence"]) == (language == "en")
