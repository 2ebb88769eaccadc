"""Long searches as the studio's endpoints begin, tell and land them."""

from __future__ import annotations

from typing import Any

import pytest
from tests.studio.conftest import Opened, let_in, make_studio
from tests.studio.running import Start
from tests.studio.surfacing import REASON, cast, surface

from clinamen.ledger.expeditions import PAUSED, REJECTED


@pytest.fixture
def opened() -> Opened:
    """A studio of this test's own, with a search and one find."""
    opened = let_in(make_studio())
    expedition = cast(opened.studio.store, opened.first)
    assert surface(opened.studio.store, opened.first, expedition, last_up=2) == 1
    return opened


def told(opened: Opened, language: str = "en") -> Any:
    headers = {"Accept-Language": language}
    return opened.client.get(opened.song("/fish"), headers=headers).json()


def last_pitch(song: Any) -> int:
    return int(song["notes"][-1][2])


def test_how_it_stands_is_told_in_the_language_of_the_page(opened: Opened) -> None:
    search = told(opened)["search"]
    assert search["wish"] == "a bridge that breaks home"
    assert search["state"] == "interrupted"  # Nobody works on it.
    assert search["understood"] == "away from home"
    for language in ("en", "vi", "ja"):
        (find,) = told(opened, language)["finds"]
        assert find["reason"] == f"{language}: {REASON}"
        assert (find["number"], find["status"], find["is_new"]) == (1, "surfaced", True)
    assert told(opened, "vi")["search"]["understood"] != search["understood"]


def test_a_song_that_was_never_fished_says_so() -> None:
    opened = let_in(make_studio())
    assert told(opened) == {"search": None, "finds": []}
    assert opened.get("/api/fish").json() == []
    assert opened.get("/api/projects/nobody/fish").status_code == 404
    assert opened.get(opened.song("/fish/finds/1")).status_code == 404


def test_what_was_looked_at_is_new_no_more(opened: Opened) -> None:
    (song,) = opened.get("/api/fish").json()
    assert (song["id"], song["n_unseen"]) == (opened.first, 1)
    assert opened.post(opened.song("/fish/seen"), {}).status_code == 204
    assert opened.get("/api/fish").json()[0]["n_unseen"] == 0
    assert not told(opened)["finds"][0]["is_new"]


def test_a_find_is_seen_as_it_would_be_kept_and_then_kept_so(opened: Opened) -> None:
    before = opened.get(opened.song()).json()
    notes = before["song"]["notes"]
    notes[0][2] -= 1  # Since it surfaced, the maker has changed the first bar.
    body = {"base": before["revision"], "action": "pitch", "draft": {"notes": notes}}
    assert opened.post(opened.song("/draft"), body).status_code == 200
    shown = opened.get(opened.song("/fish/finds/1")).json()
    kept = opened.post(opened.song("/fish/finds/1/keep"), {})
    assert kept.status_code == 200, kept.text
    for song in (shown, kept.json()["song"]):
        assert song["notes"][0][2] == notes[0][2]
        assert last_pitch(song) == last_pitch(before["song"]) + 2
    assert kept.json()["action"] == "fish"
    assert told(opened)["finds"][0]["status"] == "kept"
    assert opened.post(opened.song("/fish/finds/1/keep"), {}).status_code == 409


def test_a_find_that_is_let_go_leaves_the_song(opened: Opened) -> None:
    before = opened.get(opened.song()).json()
    answer = opened.post(opened.song("/fish/finds/1/reject"), {}).json()
    assert answer["finds"][0]["status"] == REJECTED
    assert opened.get(opened.song()).json() == before


def test_a_search_is_held_and_ended(opened: Opened) -> None:
    assert opened.post(opened.song("/fish/pause"), {}).json()["search"]["state"] == PAUSED
    # Where projects are in memory no other process can go on.
    assert opened.post(opened.song("/fish/resume"), {}).status_code == 409
    assert opened.post(opened.song("/fish/stop"), {}).json()["search"]["state"] == "stopped"
    assert opened.post(opened.song("/fish/pause"), {}).status_code == 409
    assert opened.post(opened.song("/fish/jump"), {}).status_code == 422


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"wish": 7}, "wish"),
    ({"wish": "a" * 501}, "wish"),
    ({"wish": "\x1b[31m"}, "wish"),
    ({"nights": 0}, "nights"),
    ({"nights": 31}, "nights"),
    ({"nights": True}, "nights"),
    ({"rate": 25}, "rate"),
    ({"rate": None}, "rate"),
    ({"always": 1}, "always"),
    ({"seed": -1}, "seed"),
]


def test_what_cannot_be_fished_is_no_search_and_names_the_field(start: Start) -> None:
    with start().client() as client:
        song = client.get("/api/state").json()["first"]
        for body, field in WRONG:
            answer = client.post(f"/api/projects/{song}/fish", json=body)
            assert (answer.status_code, answer.json()["error"]["field"]) == (422, field), body
        huge = '{"nights": 1e999}'
        headers = {"Content-Type": "application/json"}
        answer = client.post(f"/api/projects/{song}/fish", content=huge, headers=headers)
        assert answer.status_code == 422
        assert client.get("/api/fish").json() == []


def test_a_cast_search_is_at_work_in_a_process_of_its_own(start: Start) -> None:
    with start().client() as client:
        fish = f"/api/projects/{client.get('/api/state').json()['first']}/fish"
        asked = {"wish": "a bridge", "nights": 0.5, "always": True}
        answer = client.post(fish, json=asked)
        assert answer.status_code == 201, answer.text
        assert answer.json()["search"]["state"] == "fishing"
        assert client.post(fish, json=asked).status_code == 409
        assert client.post(f"{fish}/stop", json={}).json()["search"]["state"] == "stopped"


def test_nothing_is_cast_where_one_may_only_look() -> None:
    opened = let_in(make_studio(readonly=True))
    assert opened.get(opened.song("/fish")).status_code == 200
    for address in ("/fish", "/fish/pause", "/fish/seen", "/fish/finds/1/keep"):
        assert opened.post(opened.song(address), {}).status_code == 403
