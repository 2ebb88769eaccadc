"""`clinamen story verify`: what was changed is found, and what was recorded runs again."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.cli.walks import EXAMPLES, change_settings, log_of


def test_what_was_recorded_gives_the_same_again(run: Any, home: Path) -> None:
    for song, n in (("song.musicxml", 6), ("made-1.mid", 2)):
        ran = run("story", "verify", song, "--replay", "--json")
        replays = json.loads(ran.out)["replays"]
        assert [each["outcome"] for each in replays] == ["same"] * n, replays
        assert ran.code == 0


def test_a_melody_like_a_song_tells_which_without_its_folder_and_runs_again(
    run: Any, home: Path, walked: Path, tmp_path: Path
) -> None:
    like, elsewhere = walked / "song.musicxml", tmp_path / "stranger.abc"
    elsewhere.write_bytes((EXAMPLES / "sakura.abc").read_bytes())
    curve = tmp_path / "curve.csv"
    curve.write_text("1.1,2\n2.1,4\n")
    for name, *asked in (
        ("known.mid", "--like", str(like)),
        ("unknown.mid", "--like", str(elsewhere)),
        ("curved.mid", "--curve", str(curve)),
    ):
        ran = run("compose", *asked, "--bars", "2", "--out", str(tmp_path / name))
        assert ran.code == 0, ran.err
        entry = log_of(run, str(tmp_path / name))[0]
        assert str(tmp_path) not in json.dumps(entry)
        assert entry["settings"]["request"]["seed"] == 0
    known = log_of(run, str(tmp_path / "known.mid"))[0]["settings"]
    assert known["request"]["like"] == known["files"]["like"]["file"] == "song.musicxml"
    assert known["files"]["like"]["sha256"] == hashlib.sha256(like.read_bytes()).hexdigest()
    curve.unlink()
    for name, said in (
        ("known.mid", "1 same"),
        ("unknown.mid", "not run, it was made like a song that is in no story here"),
        ("curved.mid", "not run, its curve was in a file"),
    ):
        ran = run("story", "verify", str(tmp_path / name), "--replay")
        assert ran.code == 0
        assert said in ran.out


def test_a_replay_finds_what_a_chain_written_anew_hides(run: Any, home: Path) -> None:
    run("story", "head", "song.musicxml", "--out", str(home / "head.json"))
    change_settings(home, b'"at":"3.1"', b'"at":"5.1"')
    assert run("story", "verify", "song.musicxml").code == 0
    ran = run("story", "verify", "song.musicxml", "--replay")
    assert ran.code == 1
    assert "entry 3 (swerve): differs" in ran.out
    ran = run("story", "verify", "song.musicxml", "--head", str(home / "head.json"))
    assert ran.code == 1
    assert "was another one once" in ran.out


def test_what_cannot_be_run_here_is_told_and_is_no_fault(run: Any, home: Path) -> None:
    change_settings(home, b'"name":"songs","sha256":"', b'"name":"mine","sha256":"f')
    ran = run("story", "verify", "song.musicxml", "--replay")
    assert ran.code == 0
    assert "entry 2 (swerve): not run, the listener mine is not here" in ran.out


def test_a_changed_draft_is_found(run: Any, home: Path) -> None:
    with closing(sqlite3.connect(home / "projects.db")) as database:
        database.execute("UPDATE entity SET kind = 'file x.mid' WHERE kind = 'file less.mid'")
        database.commit()
    ran = run("story", "verify", "song.musicxml")
    assert ran.code == 1
    assert "entry 4: draft" in ran.out
    assert "was changed" in ran.out


def test_a_store_that_is_named_is_verified_without_a_byte_of_it_changing(
    run: Any, home: Path
) -> None:
    evidence = home / "evidence"
    evidence.mkdir()
    (evidence / "their.db").write_bytes((home / "projects.db").read_bytes())
    before = (evidence / "their.db").read_bytes()
    ran = run("story", "verify", "song.musicxml", "--store", str(evidence / "their.db"))
    assert ran.code == 0, ran.err
    assert (evidence / "their.db").read_bytes() == before
    assert [each.name for each in evidence.iterdir()] == ["their.db"]


def test_a_value_of_another_kind_is_found_and_named(run: Any, home: Path) -> None:
    with closing(sqlite3.connect(home / "projects.db")) as database:
        database.execute("UPDATE entry SET payload = CAST(payload AS TEXT) WHERE seq = 2")
        database.commit()
    ran = run("story", "verify", "song.musicxml")
    assert ran.code
    assert "entry 2 was changed" in ran.err
    assert len(ran.err.splitlines()) == 1


def test_an_entry_that_is_no_json_is_one_line_and_the_list_goes_on(run: Any, home: Path) -> None:
    before = run("story", "list").out
    with closing(sqlite3.connect(home / "projects.db")) as database:
        database.execute("UPDATE entry SET payload = ? WHERE seq IN (2, 6)", (b"not this",))
        database.commit()
    ran = run("story", "log", "song.musicxml")
    assert (ran.code, "entry 2: no entry of a story" in ran.err) == (2, True)
    assert len(ran.err.splitlines()) == 1
    assert len(run("story", "list").out.splitlines()) == len(before.splitlines())


def test_a_head_is_replaced_only_if_that_is_said(run: Any, home: Path, tmp_path: Path) -> None:
    out = ("head", "song.musicxml", "--out", str(tmp_path / "head.json"))
    assert run("story", *out).code == 0
    assert "(--force)" in run("story", *out).err
    assert run("story", *out, "--force").code == 0


@pytest.mark.parametrize(
    ("song", "said"),
    [("gone.story", "no such file, and no song is called so"), (".", "a folder; name a song file")],
)
def test_what_is_no_song_is_told_so(run: Any, home: Path, song: str, said: str) -> None:
    assert said in run("story", "verify", song).err
