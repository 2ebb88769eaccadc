"""The story of a song as the studio's endpoints tell it."""

from __future__ import annotations

from typing import Any

import pytest
from tests.studio.conftest import Opened, let_in, make_studio

from clinamen.ledger.log_file import read_log
from clinamen.operations.story.checking import check_file


@pytest.fixture
def opened() -> Opened:
    """A studio of this test's own."""
    return let_in(make_studio())


def draft_of(opened: Opened, *, up: int) -> dict[str, Any]:
    """The song with its first note so many semitones higher."""
    song = opened.get(opened.song()).json()["song"]
    notes = [list(row) for row in song["notes"]]
    notes[0][2] += up
    return {"notes": notes}


def change(opened: Opened, *, up: int = 1) -> None:
    base = opened.get(opened.song()).json()["revision"]
    body = {"base": base, "action": "pitch", "draft": draft_of(opened, up=up)}
    assert opened.post(opened.song("/draft"), body).status_code == 200


def told(opened: Opened, language: str = "en") -> Any:
    headers = {"Accept-Language": language}
    return opened.client.get(opened.song("/story"), headers=headers).json()


def test_a_story_is_told_in_the_language_of_the_page(opened: Opened) -> None:
    (passage,) = told(opened)["passages"]
    assert passage["said"] == "The maker opened harbour_light.musicxml"
    assert passage["kind"] == "step"
    for language, word in (("vi", "Người viết"), ("ja", "作り手")):
        assert told(opened, language)["passages"][0]["said"].startswith(word)
    assert opened.get("/api/projects/nobody/story").status_code == 404


def test_changes_by_hand_are_one_passage_that_holds_them_all(opened: Opened) -> None:
    for _ in range(3):
        change(opened)
    newest, first = told(opened)["passages"]
    assert (newest["kind"], newest["said"]) == (
        "hand",
        "The maker changed the song by hand, 3 times",
    )
    assert [step["seq"] for step in newest["steps"]] == [4, 3, 2]
    assert newest["at"] == newest["steps"][0]["at"]
    assert {step["said"] for step in newest["steps"]} == {"The maker changed pitches"}
    assert first["steps"][0]["seq"] == 1


def test_a_note_stands_in_the_story_as_it_was_written(opened: Opened) -> None:
    change(opened)
    text = "Bà ngoại hát câu này.\n<b>Mai</b> 歌詞"
    assert opened.post(opened.song("/story/notes"), {"text": f" {text} "}).json() == {"entry": 3}
    newest = told(opened)["passages"][0]
    assert newest["said"] == "The maker noted: Bà ngoại hát câu này. <b>Mai</b> 歌詞"
    entry = opened.studio.store.story.entries(opened.first)[-1]
    assert entry.says["settings"] == {"text": text}


@pytest.mark.parametrize("text", ["", "  \n", "x" * 5_001, 7, None, ["x"]])
def test_what_is_no_note_is_refused(opened: Opened, text: object) -> None:
    answer = opened.post(opened.song("/story/notes"), {"text": text})
    assert (answer.status_code, answer.json()["error"]["field"]) == (422, "text")
    assert told(opened)["n_entries"] == 1


def test_the_maker_is_named_from_then_on_and_may_be_nobody(opened: Opened) -> None:
    assert opened.get("/api/state").json()["maker"] == ""
    assert opened.post("/api/maker", {"name": "  Lan "}).json() == {"maker": "Lan"}
    assert opened.get("/api/state").json()["maker"] == "Lan"
    change(opened)
    assert told(opened)["passages"][0]["said"] == "Lan changed pitches"
    # Two people do not make one run.
    assert opened.post("/api/maker", {"name": ""}).json() == {"maker": ""}
    change(opened)
    said = [passage["said"] for passage in told(opened)["passages"]]
    assert said[:2] == ["The maker changed pitches", "Lan changed pitches"]


@pytest.mark.parametrize("name", ["x" * 201, "a\nb", 7, None])
def test_what_is_no_name_is_refused(opened: Opened, name: object) -> None:
    answer = opened.post("/api/maker", {"name": name})
    assert (answer.status_code, answer.json()["error"]["field"]) == (422, "name")


def test_a_long_story_is_told_in_parts_that_join(opened: Opened) -> None:
    for number in range(130):
        opened.post(opened.song("/story/notes"), {"text": f"note {number}"})
    whole, before = [], None
    while True:
        path = "/story" if before is None else f"/story?before={before}"
        part = opened.get(opened.song(path)).json()
        whole += part["passages"]
        before = part["before"]
        if before is None:
            break
    assert [passage["steps"][0]["seq"] for passage in whole] == list(range(131, 0, -1))


def test_a_story_is_checked_and_what_was_changed_is_found(opened: Opened) -> None:
    change(opened)
    check = opened.get(opened.song("/story/check")).json()
    head = opened.studio.store.story.head(opened.first)
    assert check == {
        "is_sound": True, "n_entries": 2, "problems": [], "signed": 0, "stamped": 0,
        "head": head.hash,
    }  # fmt: skip
    rows = opened.studio.store._database.rows
    changed = "cast(replace(payload, 'pitch', 'peach') AS BLOB)"
    rows(f"UPDATE entry SET payload = {changed} WHERE seq = 2")
    check = opened.get(opened.song("/story/check")).json()
    assert not check["is_sound"]
    assert any("entry 2" in problem for problem in check["problems"])


def test_a_signature_is_told_with_how_far_it_goes(
    opened: Opened, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    from clinamen.operations.story.attesting import own_key, sign_story

    monkeypatch.setenv("CLINAMEN_HOME", str(tmp_path))
    change(opened)
    key, _ = own_key()
    sign_story(opened.studio.store, opened.first, key)
    change(opened)
    check = opened.get(opened.song("/story/check")).json()
    assert (check["is_sound"], check["signed"], check["n_entries"]) == (True, 2, 3)


def test_the_file_of_a_story_is_the_story(opened: Opened) -> None:
    change(opened)
    answer = opened.get(opened.song("/story/file"))
    assert answer.headers["content-disposition"].startswith(
        'attachment; filename="Harbour_Light.story"'
    )
    log, found = check_file(answer.content, source="Harbour_Light.story", checkers={})
    assert found.is_sound
    assert log == read_log(answer.content, source="again")
    assert log.entries == opened.studio.store.story.entries(opened.first)


def test_a_studio_to_look_at_tells_the_story_and_takes_no_note() -> None:
    opened = let_in(make_studio(readonly=True))
    for path in ("/story", "/story/check", "/story/file"):
        assert opened.get(opened.song(path)).status_code == 200
    refused = [
        opened.post(opened.song("/story/notes"), {"text": "mine"}),
        opened.post("/api/maker", {"name": "Mallory"}),
        opened.post(opened.song("/title"), {"title": "Mine"}),
    ]
    assert {answer.json()["error"]["code"] for answer in refused} == {"readonly"}
    assert opened.get("/api/state").json()["maker"] == ""
    assert told(opened)["n_entries"] == 1
