"""What the page can do: see, hear, ask why, change, undo, name, export."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from tests.studio.conftest import ORIGIN, Opened, let_in, make_studio

from clinamen.io.files import song_from_bytes
from clinamen.operations.edit import draft_of
from clinamen.studio._studio import EXAMPLES


def project(opened: Opened) -> Any:
    return opened.get(opened.song()).json()


def draft(view: Any) -> dict[str, Any]:
    chords = [[chord["onset"], chord["symbol"]] for chord in view["song"]["chords"]]
    return {"notes": view["song"]["notes"], "chords": chords}


def changed(view: Any, note: int = 5, steps: int = 1) -> dict[str, Any]:
    body = draft(view)
    body["notes"] = [list(row) for row in body["notes"]]
    body["notes"][note][2] += steps
    return {"base": view["revision"], "draft": body, "action": "moved"}


@pytest.fixture
def own() -> Opened:
    """A studio that no other test changes."""
    return let_in(make_studio())


def test_a_song_is_seen(opened: Opened) -> None:
    view = project(opened)
    assert view["title"] == "Harbour Light"
    song = view["song"]
    assert len(song["notes"]) == 41
    assert song["notes"][0] == [0, 10080, 69, ""]
    assert song["chords"][3]["symbol"] == "C7"
    assert song["chords"][3]["tones"] == [0, 4, 7, 10]
    assert song["bars"][1] == 4 * 10080
    assert (view["can_undo"], view["can_redo"]) == (False, False)


def test_a_song_is_heard(opened: Opened) -> None:
    heard = opened.get(opened.song("/hearing")).json()
    for curve in ("melody", "rhythm"):
        assert len(heard[curve]["bits"]) == len(heard[curve]["entropy"]) == 41
        assert min(heard[curve]["bits"]) >= 0
    assert heard["harmony"] is None  # the small listener has learnt no chords
    assert heard["names"][0] == "A4"


def test_why(opened: Opened) -> None:
    heard = opened.get(opened.song("/hearing")).json()
    why = opened.get(opened.song("/why"), params={"note": 6}).json()
    bits = {part["target"]: part["bits"] for part in why["parts"]}
    assert bits["pitch"] == heard["melody"]["bits"][6]
    assert bits["onset"] == heard["rhythm"]["bits"][6]
    assert why["parts"][0]["reasons"]
    assert why["parts"][0]["sentence"].startswith("D4 cost ")
    assert opened.get(opened.song("/why"), params={"note": 41}).status_code == 404
    assert opened.get(opened.song("/why"), params={"chord": 0}).status_code == 404
    assert opened.get(opened.song("/why"), params={"note": "one"}).status_code == 422


def test_an_edit_changes_the_curves_and_undo_brings_them_back(own: Opened) -> None:
    before, heard = project(own), own.get(own.song("/hearing")).json()
    after = own.post(own.song("/draft"), changed(before)).json()
    assert after["song"]["notes"][5][2] == before["song"]["notes"][5][2] + 1
    assert after["can_undo"]
    assert own.get(own.song("/hearing")).json()["melody"] != heard["melody"]
    old = own.get(own.song("/hearing"), params={"revision": before["revision"]}).json()
    assert old == heard
    undone = own.post(own.song("/undo"), {"base": after["revision"]}).json()
    assert undone["song"] == before["song"]
    assert own.get(own.song("/hearing")).json() == heard
    assert own.post(own.song("/redo"), {"base": undone["revision"]}).json() == after


def test_chords_that_are_not_spoken_of_stay(own: Opened) -> None:
    before = project(own)
    body = {"base": before["revision"], "draft": {"notes": before["song"]["notes"][:9]}}
    assert own.post(own.song("/draft"), body).json()["song"]["chords"] == before["song"]["chords"]


def test_who_comes_late_is_told(own: Opened) -> None:
    body = changed(project(own))
    assert own.post(own.song("/draft"), body).status_code == 200
    late = own.post(own.song("/draft"), {**body, "draft": changed(project(own), 2)["draft"]})
    assert (late.status_code, late.json()["error"]["code"]) == (409, "conflict")


def test_a_draft_that_is_no_song_changes_nothing(own: Opened) -> None:
    before = project(own)
    for notes in ([[0, 10, 60], [5, 10, 60]], [[0, 0, 60]], [[0, 1, 200]], "x", [[0, 1]]):
        body = {"base": before["revision"], "draft": {"notes": notes}}
        response = own.post(own.song("/draft"), body)
        assert (response.status_code, response.json()["error"]["code"]) == (422, "invalid")
    assert project(own) == before


def test_a_named_version_comes_back(own: Opened) -> None:
    before = project(own)
    own.post(own.song("/versions"), {"base": before["revision"], "name": "first try"})
    after = own.post(own.song("/draft"), changed(before)).json()
    assert [version["name"] for version in after["versions"]] == ["first try"]
    restored = own.post(own.song("/restore"), {"base": after["revision"], "name": "first try"})
    assert restored.json()["song"] == before["song"]


def test_a_song_without_notes_is_still_a_song(own: Opened) -> None:
    before = project(own)
    empty = own.post(own.song("/draft"), {"base": before["revision"], "draft": {"notes": []}})
    assert empty.status_code == 200
    heard = own.get(own.song("/hearing")).json()
    assert heard["melody"] is None
    assert own.get(own.song("/export/csv")).status_code == 422


def test_the_same_example_is_the_same_project(own: Opened) -> None:
    again = own.post("/api/projects", {"example": EXAMPLES[0]})
    assert (again.status_code, again.json()["id"]) == (201, own.first)
    other = own.post("/api/projects", {"example": EXAMPLES[1]}).json()
    assert other["title"] == "Ode to Joy"
    assert {each["id"] for each in own.get("/api/projects").json()} == {own.first, other["id"]}
    assert own.post("/api/projects", {"example": "../x"}).status_code == 404


def send(own: Opened, data: bytes, name: str) -> Any:
    headers = {"Origin": ORIGIN, "X-File-Name": name}
    return own.client.post("/api/files", content=data, headers=headers)


def test_a_file_is_opened(own: Opened) -> None:
    data = b"X:1\nT:Mine\nM:3/4\nL:1/4\nK:G\nGAB|d3|\n"
    view = send(own, data, "C%3A%5Csongs%5Cm%C3%ADne.abc").json()
    assert view["title"] == "Mine"
    assert own.get("/api/projects").json()[0]["file"] == "míne.abc"
    for name, data in (("x.mid", b"MThd"), ("x.abc", b""), ("x.png", b"\x89PNG"), ("", b"X:1")):
        assert send(own, data, name).status_code == 422


def test_a_deleted_project_is_gone(own: Opened) -> None:
    headers = {"Origin": ORIGIN}
    assert own.client.delete(own.song(), headers=headers).status_code == 204
    assert own.get(own.song()).status_code == 404


@pytest.mark.parametrize("extension", ["mid", "musicxml", "abc"])
def test_what_is_exported_comes_back_the_same(own: Opened, extension: str) -> None:
    view = own.post(own.song("/draft"), changed(project(own), 7, 3)).json()
    response = own.get(own.song(f"/export/{extension}"))
    assert f'filename="Harbour_Light.{extension}"' in response.headers["content-disposition"]
    song = song_from_bytes(response.content, f"x.{extension}", 0 if extension == "mid" else None)
    rows = json.loads(draft_of(song).to_json())
    assert rows["notes"] == [row[:3] for row in view["song"]["notes"]]
    assert rows["chords"] == draft(view)["chords"]


def test_what_was_heard_is_exported(own: Opened) -> None:
    heard = own.get(own.song("/hearing")).json()
    rows = list(csv.DictReader(io.StringIO(own.get(own.song("/export/csv")).text)))
    assert [float(row["pitch_information_content"]) for row in rows] == heard["melody"]["bits"]
    record = own.get(own.song("/export/json")).json()
    assert [row["onset_entropy"] for row in record["notes"]] == heard["rhythm"]["entropy"]
    wav = own.get(own.song("/export/wav"))
    assert (wav.headers["content-type"], wav.content[8:12]) == ("audio/wav", b"WAVE")
    assert own.get(own.song("/export/html")).text.startswith("<!doctype html>")
    assert own.get(own.song("/export/exe")).status_code == 404


def test_a_title_cannot_leave_its_header(own: Opened) -> None:
    data = 'X:1\nT:a"; x=\t../ö/\\b\r\nM:3/4\nL:1/4\nK:G\nGAB|d3|\n'.encode()
    view = send(own, data, "t.abc").json()
    header = own.get(f"/api/projects/{view['id']}/export/abc").headers["content-disposition"]
    assert header.startswith("attachment; filename=")
    assert "/" not in header
    assert header.count('"') == 2


def test_what_is_not_there_is_said_in_json(opened: Opened) -> None:
    for path in ("/api/projects/none", "/api/projects/none/hearing", "/api/nothing"):
        response = opened.get(path)
        assert response.status_code == 404
        assert set(response.json()["error"]) == {"code", "message"}
    assert opened.post(opened.song("/undo"), {"base": "1"}).status_code == 422
    assert opened.post(opened.song("/undo"), [1]).status_code == 422


def test_what_came_has_one_name_among_what_was_expected(own: Opened) -> None:
    """Not "quarter" and "a quarter", each with the same chance, in one table."""
    for note in range(8):
        for part in own.get(own.song(f"/why?note={note}")).json()["parts"]:
            name, chance = part["came"]
            listed = dict(part["choices"])
            if name in listed:
                assert listed[name] == pytest.approx(chance)
            else:
                assert chance <= min(listed.values())


def test_a_song_is_given_another_title(opened: Opened) -> None:
    before = opened.get(opened.song()).json()["title"]
    renamed = opened.post(opened.song("/title"), {"title": "Rain\x07 on slate"})
    assert (renamed.status_code, renamed.json()["title"]) == (200, "Rain on slate")
    listed = opened.get("/api/projects").json()
    assert {each["id"]: each["title"] for each in listed}[opened.first] == "Rain on slate"
    assert opened.post(opened.song("/title"), {"title": " "}).status_code == 422
    assert opened.post(opened.song("/title"), {"title": 7}).status_code == 422
    opened.post(opened.song("/title"), {"title": before})


def test_predictions_are_no_song_to_open() -> None:
    from clinamen.operations.story.predictions import predict

    opened = let_in(make_studio())
    predict(opened.studio.store, "It rains", until="2999-01-01")
    assert [each["id"] for each in opened.get("/api/projects").json()] == [opened.first]
