"""Notation in the studio: safe, found again, and of the revision that was asked for."""

from __future__ import annotations

import re
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest
from tests.studio.conftest import ORIGIN, Opened, let_in, make_studio


@pytest.fixture(scope="module")
def drawn(opened: Opened) -> Any:
    return opened.get(opened.song("/notation"), params={"width": 12_000}).json()


def test_lines_are_as_wide_as_asked(opened: Opened, drawn: Any) -> None:
    assert {line["width"] for line in drawn["lines"]} == {12_000}
    narrow = opened.get(opened.song("/notation"), params={"width": 7_000}).json()
    assert len(narrow["lines"]) > len(drawn["lines"])


def test_a_strict_page_lets_it_in(drawn: Any) -> None:
    text = drawn["glyphs"] + "".join(line["svg"] for line in drawn["lines"])
    assert not re.search(r"<(script|style|image|foreignObject|a)\b| on\w+=| style=|url\(", text)
    ids = re.findall(r' id="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', text)) == set(ids)


def test_notes_are_those_of_the_song(opened: Opened, drawn: Any) -> None:
    columns = [
        int(each.get("data-note", "-1"))
        for line in drawn["lines"]
        for each in fromstring(line["svg"]).iter()
        if each.tag.endswith("rect") and not each.get("data-tied")
    ]
    assert [each for each in columns if each >= 0] == list(range(41))


def test_a_revision_has_its_own_score() -> None:
    own = let_in(make_studio())
    before = own.get(own.song("/notation")).json()
    view = own.get(own.song()).json()
    notes = [list(row) for row in view["song"]["notes"]]
    notes[5][2] += 1
    body = {"base": view["revision"], "draft": {"notes": notes}, "action": "pitch"}
    assert own.post(own.song("/draft"), body).status_code == 200
    assert own.get(own.song("/notation")).json() != before
    old = own.get(own.song("/notation"), params={"revision": view["revision"]})
    assert old.json() == before


def frames(sheet: Any) -> int:
    return sum(line["svg"].count('class="mark"') for line in sheet["lines"])


def test_a_draft_is_drawn_with_what_it_changes_and_not_kept() -> None:
    own = let_in(make_studio())
    view = own.get(own.song()).json()
    notes = [list(row) for row in view["song"]["notes"]]
    notes[5][2] += 1
    body = {"base": view["revision"], "draft": {"notes": notes}, "width": 12_000}
    drawn = own.post(own.song("/notation"), body).json()
    # The sixth note is in the second bar.
    assert (drawn["changed"], frames(drawn)) == ([2], 1)
    assert own.get(own.song()).json() == view
    # Kept, it is the same picture but for the frame.
    kept = own.post(own.song("/draft"), {**body, "action": "pitch"}).json()
    found = own.get(own.song("/notation"), params={"width": 12_000, "against": view["revision"]})
    assert found.json() == drawn
    plain = own.get(own.song("/notation"), params={"width": 12_000}).json()
    assert (plain["changed"], frames(plain)) == ([], 0)
    assert kept["revision"] != view["revision"]


@pytest.mark.parametrize(
    "wrong",
    [{"draft": None}, {"draft": {"notes": [[0, 0, 60]]}}, {"draft": {"notes": []}},
     {"width": "wide"}, {"base": -1}, {"base": 99}],
)  # fmt: skip
def test_a_draft_that_is_none_is_refused(opened: Opened, wrong: dict[str, Any]) -> None:
    view = opened.get(opened.song()).json()
    body = {"base": view["revision"], "draft": {"notes": view["song"]["notes"]}, **wrong}
    response = opened.post(opened.song("/notation"), body)
    assert response.status_code in (404, 422)
    assert response.json()["error"]["message"]


def test_what_cannot_be_drawn_is_said() -> None:
    own = let_in(make_studio())
    view = own.get(own.song()).json()
    own.post(own.song("/draft"), {"base": view["revision"], "draft": {"notes": []}})
    response = own.get(own.song("/notation"))
    assert (response.status_code, response.json()["error"]["code"]) == (422, "invalid")
    assert own.get(own.song("/notation"), params={"width": "wide"}).status_code == 422


def test_a_truncated_score_is_no_song() -> None:
    own = let_in(make_studio())
    data = own.get(own.song("/export/musicxml")).content
    headers = {"Origin": ORIGIN, "X-File-Name": "half.musicxml"}
    response = own.client.post("/api/files", content=data[: len(data) // 2], headers=headers)
    assert response.status_code == 422
    assert "truncated" in response.json()["error"]["message"]


@pytest.mark.parametrize(
    ("extension", "kind", "start"),
    [("svg", "image/svg+xml", b"<?xml"), ("png", "image/png", b"\x89PNG"),
     ("pdf", "application/pdf", b"%PDF-")],
)  # fmt: skip
def test_scores_are_exported(opened: Opened, extension: str, kind: str, start: bytes) -> None:
    response = opened.get(opened.song(f"/export/{extension}"))
    assert response.headers["content-type"].partition(";")[0] == kind
    assert response.content.startswith(start)
    assert f".{extension}" in response.headers["content-disposition"]
