"""`clinamen story tell`: what could be told is listed; what is chosen can be checked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.operations.story.tales import lived

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trained: None) -> Path:
    """A data folder with a song that was lived with."""
    monkeypatch.setenv("CLINAMEN_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    lived(tmp_path / "projects.db").store.close()
    return tmp_path


def test_without_a_file_the_chapters_are_listed_and_nothing_is_written(
    run: Any, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    ran = run("story", "tell", "Harbour Light", "--show", "1,3", "--hide", "4")
    assert ran.code == 0
    assert "entries 6, 8, 3 drafts or files" in ran.out
    assert "Kept back too, for they hold a draft that is to be hidden: 3." in ran.out
    assert [line.split()[0] for line in ran.out.splitlines() if line.rstrip().endswith("yes")] == [
        "1"
    ]
    assert "now" in ran.out
    assert [path.name for path in home.iterdir() if path.suffix != ".db"] == []
    there = run("story", "tell", "Harbour Light", "--language", "vi").out
    assert "Bài hát như hiện nay" in there


def test_what_is_chosen_is_told_and_can_be_checked(run: Any, home: Path) -> None:
    ran = run("story", "tell", "Harbour Light", "--show", "kept,notes", "--out", "a b.html")
    assert (ran.code, ran.out) == (0, "wrote a b.html and a b.story\n")
    page = (home / "a b.html").read_text("utf-8")
    assert "The bridge wants to fall." in page
    assert "clinamen story verify &#x27;a b.story&#x27;" in page
    ran = run("story", "verify", "a b.story")
    assert ran.code == 0
    assert "15 entries, 11 kept back: nothing was changed" in ran.out
    assert "Chorus" not in page + (home / "a b.story").read_text("utf-8")


def test_a_page_without_a_choice_tells_next_to_nothing(run: Any, home: Path) -> None:
    ran = run("story", "tell", "Harbour Light", "--out", "story.md")
    assert ran.code == 0
    assert "It tells the title, how many entries there are and the last hash" in ran.out
    text = (home / "story.md").read_text("utf-8")
    assert "None of them is told here." in text
    assert "Lan" not in text


def test_what_is_there_is_not_lost(run: Any, home: Path) -> None:
    (home / "a.story").write_bytes(b"mine")
    told = ("story", "tell", "Harbour Light", "--out", "a.md")
    ran = run(*told)
    assert (ran.code, "exists already" in ran.err) == (2, True)
    assert (home / "a.story").read_bytes() == b"mine"
    assert not (home / "a.md").exists()
    assert run(*told, "--force").code == 0
    assert run("story", "verify", "a.story").code == 0


def test_html_and_markdown_that_tell_the_same_share_a_chain(run: Any, home: Path) -> None:
    told = ("story", "tell", "Harbour Light", "--show", "all")
    assert run(*told, "--out", "both.html").code == 0
    assert run(*told, "--out", "both.md").code == 0
    (home / "both.md").unlink()
    ran = run(*told, "--hide", "1", "--out", "both.md")
    assert (ran.code, "both.story: exists already" in ran.err) == (2, True)
    assert not (home / "both.md").exists()


def test_what_cannot_be_told_is_one_line(run: Any, home: Path) -> None:
    for wrong, words in (
        (("--out", "a.pdf"), "must end in .html or .md"),
        (("--show", "everything"), "chapters are numbers and all, kept"),
        (("--show", "99"), "there are chapters 1 to 10, not 99"),
        (("--language", "la"), "language must be one of en, vi, ja"),
        (("--utc-offset", "Hanoi"), "a difference from UTC is as +07:00"),
    ):
        ran = run("story", "tell", "Harbour Light", *wrong)
        assert (ran.code, len(ran.err.splitlines())) == (2, 1)
        assert words in ran.err
    assert [path.name for path in home.iterdir() if path.suffix != ".db"] == []


def test_the_song_as_a_file_has_it_is_told(run: Any, home: Path) -> None:
    """A path over files: the song now is the file that is named."""
    song = home / "song.musicxml"
    song.write_bytes((EXAMPLES / "sakura.abc").read_bytes())
    song = song.rename(home / "song.abc")
    run("swerve", str(song), "--at", "3.1", "-n", "2", "--out", str(home))
    ran = run("story", "tell", str(home / "song-2.abc"), "--show", "now", "--out", "now.html")
    assert ran.code == 0
    page = (home / "now.html").read_text("utf-8")
    assert page.count("<figure") == 1
    # The proposals came in one entry, which is shown as a whole or not at all.
    assert "2 entries, 1 kept back" in run("story", "verify", "now.story").out
    ran = run("story", "tell", "song-2.abc", "--show", "now", "--hide", "2", "--out", "no.html")
    assert "Kept back too, for they hold a draft that is to be hidden: now." in ran.out
    assert "<figure" not in (home / "no.html").read_text("utf-8")


def test_the_file_that_all_began_with_stands_for_the_song(run: Any, home: Path) -> None:
    (home / "song.abc").write_bytes((EXAMPLES / "sakura.abc").read_bytes())
    run("swerve", "song.abc", "--at", "3.1", "-n", "1", "--out", "./other.abc")
    assert run("story", "tell", "song.abc", "--show", "all", "--out", "a.md").code == 0
    now = (home / "a.md").read_text("utf-8").partition("## The song as it is now")[2]
    assert now.startswith("\n\nThe same as draft 1.\n")
