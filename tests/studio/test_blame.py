"""The studio answers who put a note here, of the song as it is and as it was."""

from __future__ import annotations

from typing import Any

import pytest
from tests.studio.conftest import Opened, let_in, make_studio

from clinamen.ledger import Activity, Content
from clinamen.operations.edit import Draft
from clinamen.operations.story.blame import blame
from clinamen.operations.story.blame_rows import origins_view
from clinamen.operations.story.path import Path


@pytest.fixture
def own() -> Opened:
    return let_in(make_studio())


def song(own: Opened) -> dict[str, Any]:
    found: dict[str, Any] = own.get(own.song()).json()
    return found


def asked(own: Opened, revision: int | None = None) -> dict[str, Any]:
    query = "" if revision is None else f"?revision={revision}"
    answer = own.get(own.song(f"/blame{query}"))
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def change(own: Opened, **more: Any) -> int:
    """The third note a semitone higher; the revision that this made."""
    before = song(own)
    notes = [note[:3] for note in before["song"]["notes"]]
    notes[2][2] += 1
    body = {"base": before["revision"], "action": "pitch", "draft": {"notes": notes}, **more}
    answer = own.post(own.song("/draft"), body)
    assert answer.status_code == 200
    return int(answer.json()["revision"])


def test_every_note_and_chord_has_an_origin(own: Opened) -> None:
    music, found = song(own)["song"], asked(own)
    assert len(found["notes"]) == len(music["notes"])
    assert len(found["chords"]) == len(music["chords"])
    assert found["notes"][0] == {"origin": 0, "instead": [], "was": None}
    (origin,) = found["origins"]
    assert (origin["how"], origin["entry"], origin["file"]) == ("file", 1, "harbour_light.musicxml")


def test_a_note_changed_by_hand_and_the_states_before_and_after(own: Opened) -> None:
    first = song(own)
    revision = change(own)
    found = asked(own)
    assert found["revision"] == revision
    changed = found["notes"][2]
    origin = found["origins"][changed["origin"]]
    assert (origin["how"], origin["action"], origin["entry"]) == ("hand", "pitch", 2)
    assert changed["instead"] == [first["song"]["notes"][2][:3]] == [changed["was"]]
    assert {note["origin"] for n, note in enumerate(found["notes"]) if n != 2} == {0}
    assert len(asked(own, first["revision"])["origins"]) == 1
    own.post(own.song("/undo"), {"base": revision})
    assert asked(own) == asked(own, first["revision"])
    assert asked(own, revision) == found


def test_it_says_what_the_story_says(own: Opened) -> None:
    store = own.studio.store
    state = store.project(own.first).revision
    draft = Draft.from_json(state.document).to_plain()
    draft["notes"][4][2] += 2
    draft["chords"][1][1] = "Bb"
    swerve = Activity(
        "swerve", {"reasons": [{"en": "\x1b[31mnot \u202eawaited"}]}, used=(state.draft,)
    )
    text = Draft.from_plain(draft).to_json()
    _, made = store.story.append(own.first, swerve, [Content("draft", text.encode())])
    keep = Activity("keep", {"of": "swerve"}, used=made)
    store.commit(own.first, text, base=state.id, action="swerve", activity=keep)
    found = asked(own)
    origin = found["origins"][found["notes"][4]["origin"]]
    assert (origin["how"], origin["program"], origin["proposed_entry"]) == ("kept", "Clinamen", 2)
    assert origin["proposed_at"] <= origin["at"]
    assert origin["reason"] == {"en": "[31mnot awaited"}
    assert found["chords"][1]["origin"] == found["notes"][4]["origin"]
    assert found["chords"][1]["instead"] == [[draft["chords"][1][0], "Dm"]]
    whole = origins_view(blame(Path(store, own.first)))
    assert {name: found[name] for name in whole} == whole


def test_what_is_not_there(own: Opened) -> None:
    assert own.get(own.song("/blame?revision=99999")).status_code == 404
    assert own.get(own.song("/blame?revision=x")).status_code == 422
    assert own.get("/api/projects/none/blame").status_code == 404
