"""Every change of a project is in its story, and the story tells all of it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.ledger.stories import MAKER, PROGRAM, begun, lived

from clinamen.errors import ConflictError, FormatError, MissingError, ParameterError
from clinamen.ledger import Activity, Agent, Attestation, Content, ProjectStore

STEPS = st.lists(st.integers(0, 6), max_size=20)


@settings(deadline=None, max_examples=60)
@given(STEPS)
def test_the_story_of_any_path_is_sound(steps: list[int]) -> None:
    store, project = lived(steps)
    found = store.story.verify(project)
    assert found.problems == ()
    assert found.n_entries == store.story.head(project).seq


@settings(deadline=None, max_examples=60)
@given(STEPS)
def test_the_last_head_told_is_the_present_state(steps: list[int]) -> None:
    store, project = lived(steps)
    heads = [entry.says["head"] for entry in store.story.entries(project) if "head" in entry.says]
    here = store.project(project).revision
    assert heads[-1] == here.draft
    assert store.story.entity(project, here.draft).data.decode() == here.document


def test_an_entry_says_who_what_and_of_what() -> None:
    store, song = begun()
    second = store.commit(song.id, "second", base=song.revision.id, action="moved")
    first, entry = store.story.entries(song.id)
    assert (first.says["activity"], first.says["settings"]) == ("import", {"file": "song.abc"})
    assert [store.story.entity(song.id, each).kind for each in first.says["generated"]] == [
        "file song.abc",
        "draft",
    ]
    assert entry.says["activity"] == "edit"
    assert entry.says["agents"] == [MAKER.plain(), PROGRAM.plain()]
    assert entry.says["used"] == [song.revision.draft]
    assert entry.says["generated"] == [second.revision.draft]
    assert entry.says["at"] >= first.says["at"]


def test_nothing_is_told_of_what_did_not_happen() -> None:
    store, song = begun()
    store.commit(song.id, "first", base=song.revision.id, action="moved")
    with pytest.raises(ConflictError):
        store.undo(song.id, base=song.revision.id)
    with pytest.raises(ConflictError):
        store.commit(song.id, "other", base=999, action="moved")
    assert len(store.story.entries(song.id)) == 1


def test_a_new_title_is_told_once() -> None:
    store, song = begun()
    assert store.rename(song.id, "  Rain ").title == "Rain"
    store.rename(song.id, "Rain")
    for wrong in ("", "  ", "x" * 201):
        with pytest.raises(ParameterError, match="1 to 200"):
            store.rename(song.id, wrong)
    assert [entry.says["activity"] for entry in store.story.entries(song.id)] == [
        "import",
        "retitle",
    ]
    assert store.story.verify(song.id).is_sound


def test_what_was_used_must_be_in_the_story() -> None:
    store, song = begun()
    with pytest.raises(MissingError, match="no draft"):
        store.story.append(song.id, Activity("keep", used=("0" * 64,)))
    with pytest.raises(MissingError, match="no project"):
        store.story.append("none", Activity("note", {"text": "x"}))
    assert len(store.story.entries(song.id)) == 1


def test_the_same_content_is_kept_once_and_under_another_name_elsewhere() -> None:
    store, song = begun()
    other = store.create("B", "song.abc", b"X:1", options="{}", document="first")
    store.story.append(song.id, Activity("swerve"), [Content("draft", b"first")])
    drafts = [each for each in store.story.entities(song.id) if each.kind == "draft"]
    assert [each.digest for each in drafts] == [song.revision.draft]
    # Salted: that two people have the same draft cannot be seen from its name.
    assert other.revision.draft != song.revision.draft


def test_a_file_is_known_by_its_bytes() -> None:
    store, song = begun()
    out = Content("file song.mid", b"MThd")
    _, (digest,) = store.story.append(song.id, Activity("export"), [out])
    assert store.story.find(b"MThd") == (song.id, digest)
    assert store.story.find(b"first") is None, "a draft is no file"
    assert store.story.find(b"MThe") is None


def test_changes_together_are_all_there_or_none() -> None:
    store, song = begun()

    def fail() -> None:
        with store.together():
            store.story.append(song.id, Activity("note", {"text": "a"}))
            store.commit(song.id, "second", base=song.revision.id, action="moved")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert len(store.story.entries(song.id)) == 1
    assert store.project(song.id) == song
    with store.together():
        store.story.append(song.id, Activity("note", {"text": "a"}))
        store.commit(song.id, "second", base=song.revision.id, action="moved")
    assert len(store.story.entries(song.id)) == 3


def test_a_part_that_failed_leaves_nothing_where_the_rest_goes_on() -> None:
    store, song = begun()
    with store.together():
        draft = Content("draft", b"of nobody")
        with pytest.raises(ParameterError, match="cannot keep this"):
            store.story.append(song.id, Activity("swerve", {"seed": float("nan")}), [draft])
        store.story.append(song.id, Activity("note", {"text": "a"}))
    assert len(store.story.entries(song.id)) == 2
    assert store.story.verify(song.id).is_sound


@pytest.mark.parametrize("settings", [{"x": float("nan")}, {"x": "\udc80"}, {"x": {9: 1, 10: 1}}])
def test_what_could_not_be_read_again_is_refused(settings: dict[str, object]) -> None:
    store, song = begun()
    with pytest.raises(ParameterError, match="cannot keep this"):
        store.story.append(song.id, Activity("note", settings))
    assert len(store.story.entries(song.id)) == 1


def test_the_same_attestation_is_kept_once() -> None:
    store, song = begun()
    for _ in range(2):
        store.story.attest(song.id, Attestation(1, "ed25519", b"x"))
    assert len(store.story.attestations(song.id)) == 1


def test_a_file_of_somebody_else_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "foreign.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE song (id)")
    before = path.read_bytes()
    with pytest.raises(FormatError, match="not one of Clinamen's"):
        ProjectStore(path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_settings_are_kept_for_all_projects(tmp_path: Path) -> None:
    store = ProjectStore(tmp_path / "p.db", by=(Agent("person", ""),))
    assert store.setting("maker", "nobody") == "nobody"
    store.set_setting("maker", "Lan")
    store.set_setting("maker", "Minh")
    store.close()
    again = ProjectStore(tmp_path / "p.db")
    assert again.setting("maker") == "Minh"
    again.close()


def test_a_deleted_project_takes_its_story_along(tmp_path: Path) -> None:
    store, song = begun(tmp_path / "p.db")
    store.delete(song.id)
    assert store.story.find(b"X:1") is None
    store.close()
    with closing(sqlite3.connect(tmp_path / "p.db")) as database:
        for table in ("entry", "entity", "attestation"):
            assert database.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
