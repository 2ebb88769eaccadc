"""Every change of a project is in its story, and the story tells all of it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.ledger.stories import MAKER, PROGRAM, begun, lived

from clinamen.errors import ConflictError, MissingError, ParameterError
from clinamen.ledger import Activity, Agent, Content, ProjectStore
from clinamen.ledger._schema import MIGRATIONS, migrate

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


def old_file(path: Path) -> None:
    """A project of the second format: a source, three states of which one was undone."""
    import zlib

    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        migrate(database, "p.db", MIGRATIONS[:2])
        database.execute(
            "INSERT INTO project VALUES ('p', 'T', 's.abc', ?, '{}', 't0', 't3', 2)", (b"X:1",)
        )
        rows = [(1, None, 3, "opened", "a"), (2, 1, None, "moved", "b"), (3, 1, None, "cut", "a b")]
        for number, parent, redo, action, document in rows:
            packed = zlib.compress(document.encode())
            database.execute(
                "INSERT INTO revision VALUES (?, 'p', ?, ?, ?, ?, ?)",
                (number, parent, redo, action, packed, f"t{number}"),
            )
        database.execute("INSERT INTO version VALUES ('p', 'mine', 3, 't3')")


def test_a_project_from_before_the_ledger_is_adopted(tmp_path: Path) -> None:
    old_file(tmp_path / "p.db")
    store = ProjectStore(tmp_path / "p.db")
    project = store.project("p")
    assert (project.revision.document, project.revision.action) == ("b", "moved")
    assert (project.can_undo, store.source("p")) == (True, b"X:1")
    assert [state.action for state in store.history("p")] == ["cut", "moved", "opened"]
    assert store.revision("p", 3).document == "a b"
    assert store.find(b"X:1", "{}") == "p"
    (entry,) = store.story.entries("p")
    assert entry.says["activity"] == "adopt"
    assert [made["action"] for made in entry.says["revisions"]] == ["opened", "moved", "cut"]
    found = store.story.verify("p")
    assert [str(problem) for problem in found.problems] == []
    store.commit("p", "c", base=2, action="moved")
    assert store.story.verify("p").is_sound
    store.close()
