"""A full disk, a file that cannot be written: one clear error, and all that was stays."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

import pytest
from tests.ledger.stories import begun

from clinamen.errors import MissingError
from clinamen.ledger import Activity, Content, ProjectStore


def test_a_full_disk_is_one_clear_error_and_leaves_the_story_whole(tmp_path: Path) -> None:
    store, song = begun(tmp_path / "p.db")
    n_pages = store._database.rows("PRAGMA page_count")[0][0]
    store._database.rows(f"PRAGMA max_page_count = {n_pages + 2}")
    large = [Content("draft", os.urandom(100_000))]
    for _ in range(2):
        with pytest.raises(MissingError, match=r"p\.db: cannot be used .*disk is full"):
            store.story.append(song.id, Activity("swerve"), large)

    def together() -> None:
        with store.together():
            store.story.append(song.id, Activity("note"))
            store.story.append(song.id, Activity("swerve"), large)

    with pytest.raises(MissingError, match="disk is full"):
        together()
    store._database.rows("PRAGMA max_page_count = 100000")
    assert len(store.story.entries(song.id)) == 1
    store.story.append(song.id, Activity("swerve"), large)
    assert store.story.verify(song.id).is_sound
    store.close()


def test_what_cannot_be_written_is_one_clear_error_and_can_be_read(tmp_path: Path) -> None:
    store, song = begun(tmp_path / "p.db")
    store._database.rows("PRAGMA query_only = ON")
    with pytest.raises(MissingError, match="readonly"):
        store.story.append(song.id, Activity("note"))
    assert store.story.verify(song.id).n_entries == 1
    store.close()


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write")
def test_a_file_for_reading_alone_is_one_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "p.db"
    store, _ = begun(path)
    store.close()
    path.chmod(0o400)
    path.parent.chmod(0o500)
    try:
        with pytest.raises(MissingError), closing(ProjectStore(path)) as again:
            again.create("t", "s", b"x", options="{}", document="0")
        with closing(ProjectStore.snapshot(path)) as copy:
            assert len(copy.projects()) == 1
    finally:
        path.parent.chmod(0o700)
