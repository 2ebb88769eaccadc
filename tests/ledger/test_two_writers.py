"""Several processes with one project: each entry is chained once, who looks sees one moment."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from pathlib import Path

from clinamen.ledger import Activity, Content, ProjectStore

N_EACH = 60

WRITER = """
import sys
from pathlib import Path
from clinamen.ledger import Activity, Content, ProjectStore

store = ProjectStore(Path(sys.argv[1]))
project = sys.argv[2]
for number in range(int(sys.argv[4])):
    words = f"{sys.argv[3]} {number}"
    draft = Content("draft", words.encode())
    store.story.append(project, Activity("note", {"text": words}), [draft])
"""


def test_two_writers_lose_nothing_and_nobody_sees_half(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    store = ProjectStore(path)
    song = store.create("t", "s", b"x", options="{}", document="0")
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(path), song.id, name, str(N_EACH)])
        for name in ("one", "two")
    ]
    seen: set[int] = set()
    while any(writer.poll() is None for writer in writers):
        found = store.story.verify(song.id)
        assert found.problems == ()
        log = store.story.log(song.id)
        named = {digest for entry in log.entries for digest in entry.says["generated"]}
        assert named == {entity.digest for entity in log.entities}
        seen.add(found.n_entries)
    assert [writer.wait() for writer in writers] == [0, 0]
    assert len(seen) > 2, "they wrote while it was looked at"
    notes = [entry.says["settings"]["text"] for entry in store.story.entries(song.id)[1:]]
    for name in ("one", "two"):
        assert [note for note in notes if note.startswith(name)] == [
            f"{name} {number}" for number in range(N_EACH)
        ]
    assert len(notes) == 2 * N_EACH
    store.close()


def test_what_is_read_is_of_one_moment(tmp_path: Path) -> None:
    """What somebody else adds between two looks is not seen before the end."""
    path = tmp_path / "p.db"
    with closing(ProjectStore(path)) as store, closing(ProjectStore(path)) as other:
        song = store.create("t", "s", b"x", options="{}", document="0")
        with store._database.reading():
            assert len(store.story.entries(song.id)) == 1
            other.story.append(song.id, Activity("note"), [Content("draft", b"new")])
            assert len(store.story.entries(song.id)) == 1
            assert store.story.verify(song.id).is_sound
        assert len(store.story.entries(song.id)) == 2
