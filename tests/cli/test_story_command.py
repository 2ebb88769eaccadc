"""`clinamen story`: the path over many files is one story, told, added to and handed on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.cli.walks import EXAMPLES, log_of

from clinamen.ledger import ProjectStore


def test_a_path_over_many_files_is_one_story(run: Any, home: Path) -> None:
    kinds = [entry["activity"] for entry in log_of(run, "out.mid")]
    assert kinds == ["import", "swerve", "swerve", "sculpt", "export", "export"]
    for name in ("song.musicxml", "song-3.musicxml", "song-2-2.abc", "less.mid", "elsewhere.abc"):
        assert log_of(run, name) == log_of(run, "out.mid"), name
    assert [entry["activity"] for entry in log_of(run, "on.mid")] == ["compose", "compose"]
    assert log_of(run, "made-2.mid") == log_of(run, "on.mid")


def test_each_step_used_what_the_one_before_made(run: Any, home: Path) -> None:
    first, swerve, again, sculpt, export, _ = log_of(run, "out.mid")
    assert swerve["used"] == first["generated"][:1]
    assert again["used"] == sculpt["used"] == [swerve["generated"][1]]
    assert export["used"] == [again["generated"][0]]


def test_an_entry_names_who_and_with_what(run: Any, home: Path) -> None:
    again = log_of(run, "song.musicxml")[2]
    reasons = again["settings"].pop("reasons")
    assert len(reasons) == len(again["generated"])
    assert again["settings"] == {
        "request": {"at": "3.1", "kind": "pitch", "n": 2, "locks": ["1-2"], "seed": 0},
        "reading": {"key": "F major"},
    }
    person, program, listener = again["agents"]
    assert person == {"kind": "person", "name": "Lan"}
    assert (program["kind"], program["name"]) == ("program", "clinamen")
    assert (listener["name"], len(listener["sha256"])) == ("songs", 64)


@pytest.mark.parametrize(
    "command",
    [
        ("log", "Harbour Light"),
        ("list",),
        ("head", "Harbour Light"),
        ("blame", "Harbour Light"),
        ("tell", "Harbour Light"),
        ("prov", "Harbour Light"),
        ("papers", "Harbour Light", "--kind", "credits"),
        ("predictions",),
        ("verify", "Harbour Light"),
    ],
)
def test_what_only_reads_makes_no_store(
    run: Any, home: Path, tmp_path: Path, command: tuple[str, ...]
) -> None:
    ran = run("story", *command, "--store", str(tmp_path / "not" / "there.db"))
    assert ran.code == 2
    assert "there.db: no such file" in ran.err
    assert not (tmp_path / "not").exists()


def test_a_store_that_cannot_be_written_can_be_read(
    run: Any, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = run("story", "log", "song.musicxml").out
    # The superuser may write everywhere: what would fail for others is not even tried.
    monkeypatch.setattr("clinamen.cli._story.os.access", lambda path, mode: False)
    monkeypatch.setattr(
        "clinamen.cli._story.open_store",
        lambda path, *, is_copy: ProjectStore.snapshot(path) if is_copy else pytest.fail("opened"),
    )
    assert run("story", "log", "song.musicxml").out == told
    assert run("story", "verify", "song.musicxml").code == 0


def test_a_story_that_was_handed_on_is_read_where_nothing_else_is_known(
    run: Any, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed = str(tmp_path / "handed.story")
    run("story", "export", "song.musicxml", "--hide", "2", "--out", handed)
    own = run("story", "log", "song.musicxml").out.splitlines()
    monkeypatch.setenv("CLINAMEN_HOME", str(tmp_path / "stranger"))
    lines = run("story", "log", handed).out.splitlines()
    assert lines[2].split() == ["2", "Kept", "back"]
    assert [*lines[1:2], *lines[3:-1]] == [*own[1:2], *own[3:]]
    assert "clinamen story verify" in lines[-1]
    assert not (tmp_path / "stranger").exists()
    records = [json.loads(line) for line in run("story", "log", handed, "--json").out.splitlines()]
    assert set(records[1]) == {"seq", "hash"}
    ran = run("story", "blame", handed)
    assert (ran.code, "clinamen story log and verify read it" in ran.err) == (2, True)
    (tmp_path / "handed.story").write_bytes(b"{}")
    assert run("story", "log", handed).code == 2


def test_the_log_tells_in_three_languages(run: Any, home: Path) -> None:
    english = run("story", "log", "song.musicxml").out
    assert "Lan opened song.musicxml" in english
    assert "Clinamen proposed 3 ways to break the pattern at 6.1" in english
    assert "Clinamen sculpted it to 1 level" in english
    vietnamese = run("story", "log", "song.musicxml", "--language", "vi").out
    assert "Lan mở song.musicxml" in vietnamese
    assert (
        "Lanがsong.musicxmlを開いた" in run("story", "log", "song.musicxml", "--language", "ja").out
    )
    for language, heading in (("vi", "Harbour Light: 6 mục"), ("ja", "Harbour Light：6件")):
        ran = run("story", "log", "song.musicxml", "--language", language)
        assert ran.out.splitlines()[0] == heading
    ran = run("story", "log", "song.musicxml", "--language", "la")
    assert (ran.code, ran.out) == (2, "")


def test_lines_begin_with_a_capital_but_a_name_stays_as_it_was_given(run: Any, home: Path) -> None:
    for name, note in (("", "once"), ("k. d.", "twice")):
        run("story", "me", name)
        run("story", "note", "song.musicxml", note)
    for language, someone in (("en", "The maker noted"), ("vi", "Người viết ghi")):
        told = run("story", "log", "song.musicxml", "--language", language).out.splitlines()[-2:]
        assert someone in told[0]
        assert "k. d. " in told[1]


def test_the_list_begins_with_the_song_whose_story_went_on_last(run: Any, home: Path) -> None:
    listed = [json.loads(line) for line in run("story", "list", "--json").out.splitlines()]
    last = listed[-1]["id"]
    assert len(listed) > 1
    run("story", "note", last, "Not forgotten.")
    first = json.loads(run("story", "list", "--json").out.splitlines()[0])
    assert first["id"] == last
    assert first["changed_at"] == log_of(run, last)[-1]["at"]


def test_notes_and_files_made_elsewhere_are_added(run: Any, home: Path, tmp_path: Path) -> None:
    run("story", "note", "song-2.musicxml", "the bridge is better")
    text = (EXAMPLES / "sakura.abc").read_text("utf-8")
    (tmp_path / "mine.abc").write_text(text + "% by hand\n", encoding="utf-8")
    run("story", "add", "song-2.musicxml", str(tmp_path / "mine.abc"))
    note, added = log_of(run, "song.musicxml")[-2:]
    swerve = log_of(run, "song.musicxml")[1]
    assert note["settings"] == {"text": "the bridge is better"}
    assert note["used"] == added["used"] == [swerve["generated"][1]]
    assert log_of(run, str(tmp_path / "mine.abc")) == log_of(run, "song.musicxml")
    assert run("story", "note", "song.musicxml", "  ").code == 2
    assert run("story", "add", "song.musicxml", "none.abc").code == 2


def test_a_story_is_handed_on_with_entries_kept_back(run: Any, home: Path, tmp_path: Path) -> None:
    out = tmp_path / "song.story"
    assert run("story", "export", "song.musicxml", "--out", str(out), "--hide", "3").code == 0
    data = out.read_bytes()
    assert b'"at":"3.1"' not in data
    ran = run("story", "verify", str(out))
    assert ran.code == 0
    assert "6 entries, 1 kept back: nothing was changed" in ran.out
    (tmp_path / "bad.story").write_bytes(data.replace(b"Lan", b"Lam", 1))
    ran = run("story", "verify", str(tmp_path / "bad.story"))
    assert ran.code == 1
    assert "entry 1: what it says was changed" in ran.out
    again = run("story", "export", "song.musicxml", "--out", str(out))
    assert (again.code, "exists already" in again.err) == (2, True)
    assert run("story", "export", "song.musicxml", "--out", "x.txt").code == 2
    assert run("story", "export", "song.musicxml", "--out", "x.story", "--hide", "99").code == 2
    assert run("story", "verify", str(out), "--replay").code == 2


def test_songs_are_found_by_file_title_and_id(run: Any, home: Path) -> None:
    listed = [json.loads(line) for line in run("story", "list", "--json").out.splitlines()]
    song = next(each for each in listed if each["title"] == "Harbour Light")
    for wanted in ("harbour light", song["id"], song["id"][:6]):
        assert log_of(run, wanted) == log_of(run, "song.musicxml")
    ran = run("story", "log", "nobody's song")
    assert (ran.code, len(ran.err.splitlines())) == (2, 1)
    assert "a story begins when" in ran.err


def test_two_songs_of_one_title_are_told_apart(run: Any, home: Path, tmp_path: Path) -> None:
    text = (EXAMPLES / "harbour_light.musicxml").read_text("utf-8")
    (tmp_path / "b.musicxml").write_text(text + "\n", encoding="utf-8")
    run("swerve", str(tmp_path / "b.musicxml"), "--at", "6.1", "-n", "1", "--out", str(tmp_path))
    ran = run("story", "log", "Harbour Light")
    assert (ran.code, "several songs are called so" in ran.err) == (2, True)
    assert log_of(run, str(tmp_path / "b.musicxml"))[0]["activity"] == "import"


def test_nothing_is_kept_where_it_is_switched_off(
    run: Any, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = run("story", "list").out
    once = ("compose", "--bars", "2", "--seed", "9")
    assert run("story", "keep", "off").code == 0
    assert run(*once, "--out", str(tmp_path / "a.mid")).err == ""
    run("story", "keep", "on")
    with monkeypatch.context() as patch:
        patch.setenv("CLINAMEN_STORY", "off")
        assert run(*once, "--out", str(tmp_path / "b.mid")).err == ""
    assert run("story", "list").out == before
    assert run(*once, "--out", str(tmp_path / "c.mid")).err == "", "it was told with the first"
    monkeypatch.setenv("CLINAMEN_HOME", str(tmp_path / "new"))
    ran = run(*once, "--out", str(tmp_path / "d.mid"))
    assert "the path of what is made is kept on this computer: clinamen story log" in ran.err
    assert run("story", "keep", "maybe").code == 2


def test_a_store_that_cannot_be_used_takes_nothing_from_the_work(
    run: Any, home: Path, tmp_path: Path
) -> None:
    (home / "projects.db").write_bytes(b"this is no database" * 100)
    ran = run("compose", "--bars", "2", "--out", str(tmp_path / "a.mid"))
    assert (ran.code, (tmp_path / "a.mid").exists()) == (0, True)
    assert "the story was not kept" in ran.err
    assert len(ran.err.splitlines()) == 1


def test_converting_a_library_makes_no_songs(run: Any, home: Path, tmp_path: Path) -> None:
    before = run("story", "list").out
    run("convert", str(EXAMPLES / "sakura.abc"), str(tmp_path / "s.mid"))
    assert run("story", "list").out == before


def test_a_name_of_the_maker_is_printable_and_not_endless(run: Any, home: Path) -> None:
    assert run("story", "me").out == "Stories say: Lan.\n"
    assert run("story", "me", "x" * 201).code == 2
    assert run("story", "me", "a\x1b[31m").code == 2
    assert run("story", "me", "").out == "Stories do not say who you are.\n"
