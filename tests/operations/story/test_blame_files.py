"""Origins of notes over files, in projects from before the story, and as they are shown."""

from __future__ import annotations

import json
import sqlite3
import zlib
from contextlib import closing
from typing import Any

import pytest
from tests.ledger.stories import MAKER, PROGRAM
from tests.operations.story.blamed import BEAT, TUNE, begin, commit, text, with_pitch

from clinamen.errors import FormatError
from clinamen.ledger import Activity, Agent, Content, Project, ProjectStore
from clinamen.ledger._schema import MIGRATIONS, migrate
from clinamen.operations.edit import EditedNote
from clinamen.operations.story.blame import blame
from clinamen.operations.story.blame_rows import origin_rows, origins_view, totals, who
from clinamen.operations.story.path import Path
from clinamen.operations.story.recording import begin_project

TUNE_FILE = b"X:1\nT:Tune\nM:4/4\nL:1/4\nK:C\nC D E F|G F E D|\n"


def opened(data: bytes = TUNE_FILE) -> tuple[ProjectStore, Project]:
    store = ProjectStore(None, by=(MAKER, PROGRAM))
    return store, begin_project(store, data, "tune.abc")


def write(store: ProjectStore, song: str, kind: str, used: str, data: bytes, **more: Any) -> str:
    """A file that was written from another; its digest."""
    activity = Activity(kind, more, used=(used,))
    _, made = store.story.append(song, activity, [Content("file next.abc", data)])
    return made[0]


def test_a_draft_from_elsewhere_brings_only_what_is_new_in_it() -> None:
    store, song = opened()
    song = commit(store, song, [*TUNE[:7], [7 * BEAT, BEAT, 59]], "pitch")
    data = TUNE_FILE.replace(b"C D E F", b"C D E A").replace(b"E D|", b"E B,|")
    added = write(store, song.id, "add", song.revision.draft, data, file="next.abc")
    found = blame(Path(store, song.id), added)
    assert [each.step.seq for each in found] == [1, 1, 1, 3, 1, 1, 1, 2]
    assert found[3].how == "file"
    assert found[3].instead == (EditedNote(3 * BEAT, BEAT, 65),)


def test_a_path_through_files_is_followed_and_the_first_of_its_makers_named() -> None:
    store, song = opened()
    source = store.story.entries(song.id)[0].says["generated"][0]
    first = TUNE_FILE.replace(b"C D E F", b"C D E A")
    second = first.replace(b"G F E D", b"G F E E")
    one = write(store, song.id, "swerve", source, first)
    two = write(store, song.id, "swerve", one, second)
    # Made anew, it is the same file, and comes from where it came from first.
    write(store, song.id, "swerve", two, first)
    seqs = [each.step.seq for each in blame(Path(store, song.id), two)]
    assert seqs == [1, 1, 1, 2, 1, 1, 1, 3]
    assert [each.step.seq for each in blame(Path(store, song.id), one)][3] == 2
    assert {each.step.seq for each in blame(Path(store, song.id), source)} == {1}


def test_a_file_that_was_read_otherwise_is_compared_as_it_was_read() -> None:
    # Two parts: the second has other notes, and what is made of it differs from it in one.
    data = b"X:1\nT:Two\nM:4/4\nL:1/4\nK:C\nV:1\nc d e f|\nV:2\nC D E F|\n"
    store, song = opened(data)
    source = store.story.entries(song.id)[0].says["generated"][0]
    made = TUNE_FILE.replace(b"C D E F|G F E D", b"C D E A")
    digest = write(store, song.id, "swerve", source, made, reading={"track": 1})
    found = blame(Path(store, song.id), digest)
    assert [each.step.seq for each in found] == [1, 1, 1, 2]
    assert {each.of for each in found[:3]}.isdisjoint(
        each.of for each in blame(Path(store, song.id))
    )
    bad = write(store, song.id, "swerve", source, made + b"%", reading={"no": "2"})
    with pytest.raises(FormatError):
        blame(Path(store, song.id), bad)


def test_states_from_before_the_story_are_told_as_far_as_they_were_kept(tmp_path: Any) -> None:
    path = tmp_path / "p.db"
    states = [TUNE, with_pitch(66), [*with_pitch(66)[:7], [7 * BEAT, BEAT, 50]], with_pitch(50)]
    parents, actions = (None, 1, 2, 1), ("opened", "pitch", "pitch", "pitch")
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        migrate(database, "p.db", MIGRATIONS[:2])
        row = ("INSERT INTO project VALUES ('p', 'T', 's.abc', ?, '{}', 't0', 't3', 3)", (b"X:1",))
        database.execute(*row)
        for number, notes in enumerate(states, start=1):
            packed = zlib.compress(text(notes, []).encode())
            database.execute(
                "INSERT INTO revision VALUES (?, 'p', ?, NULL, ?, ?, ?)",
                (number, parents[number - 1], actions[number - 1], packed, f"t{number}"),
            )
    with closing(ProjectStore(path, by=(MAKER, PROGRAM))) as store:
        found = blame(Path(store, "p"))
        assert [(each.how, each.step.at) for each in found] == [
            ("before", "t2"),
            *[("file", "t1")] * 6,
            ("before", "t3"),
        ]
        assert found[0].instead == (EditedNote(0, BEAT, 60),)
        assert {each.step.seq for each in found} == {1}
        song = store.undo("p", base=3)
        assert [each.step.at for each in blame(Path(store, "p"))] == ["t2", *["t1"] * 7]
        store.take_up("p", 4, base=song.revision.id)
        assert [each.step.at for each in blame(Path(store, "p"))] == ["t4", *["t1"] * 7]
        assert len(origin_rows(blame(Path(store, "p")))) == 2


def test_rows_join_what_came_together_and_counts_are_of_notes() -> None:
    store, song = begin(TUNE, [[0, "C"], [4 * BEAT, "G"]])
    document = text([*TUNE[:2], [2 * BEAT, BEAT, 70], [3 * BEAT, BEAT, 71], *TUNE[4:]], [[0, "C"]])
    store.commit(song.id, document, base=song.revision.id, action="pitch")
    found = blame(Path(store, song.id))
    rows = origin_rows(found)
    assert [len(row.origins) for row in rows] == [2, 2, 4, 1]
    assert [each for row in rows for each in row.origins] == list(found)
    assert rows[1].instead == tuple(EditedNote(*row) for row in TUNE[2:4])
    assert dict(totals(found)) == {"came with song.abc": 6, "Lan": 2}


def test_names_of_strangers_are_one_clean_line() -> None:
    store = ProjectStore(None, by=(Agent("person", "L\x1b[31man\n\u202e"), PROGRAM))
    song = store.create("A", "s\x1b]0;x.abc", b"X:1", options="{}", document=text(TUNE, []))
    commit(store, song, with_pitch(66), "pitch")
    found = blame(Path(store, song.id))
    for words in (*map(who, found), json.dumps(origins_view(found), ensure_ascii=False)):
        assert words.isprintable()
        assert "\u202e" not in words
