"""`clinamen story`: the path over many files is one story, told, verified and run again."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from clinamen.cli import main
from clinamen.io.files import read_song
from clinamen.ledger import ProjectStore

EXAMPLES = Path(__file__).parents[2] / "examples"


def quietly(*arguments: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert not ended.value.code, arguments


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which a song was broken, broken again, sculpted and converted, another
    composed and gone on with; with the shipped listener."""
    folder = tmp_path_factory.mktemp("walked")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("CLINAMEN_HOME", str(folder / "home"))
        shutil.copy(EXAMPLES / "harbour_light.musicxml", folder / "song.musicxml")
        quietly("story", "me", "Lan")
        quietly("swerve", "song.musicxml", "--at", "6.1", "-n", "3", "--out", "./")
        again = ("--at", "3.1", "--kind", "pitch", "-n", "2", "--lock", "1-2", "--key", "F major")
        quietly("swerve", "song-2.musicxml", *again, "--out", "./{name}-{n}.abc")
        quietly("sculpt", "song-2.musicxml", "--level", "50", "--out", "less.mid")
        quietly("convert", "song-2-1.abc", "out.mid")
        quietly("compose", "--bars", "4", "-n", "2", "--out", "made-{n}.mid")
        quietly("compose", "--begin", "made-1.mid:2", "--bars", "4", "--out", "on.mid")
        quietly("convert", "song.musicxml", "elsewhere.abc")
    return folder


@pytest.fixture
def home(walked: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same folder with a store of its own, so that tests do not see each other."""
    monkeypatch.setenv("CLINAMEN_HOME", str(tmp_path))
    monkeypatch.chdir(walked)
    with closing(sqlite3.connect(walked / "home" / "projects.db")) as database:
        database.execute("VACUUM INTO ?", (str(tmp_path / "projects.db"),))
    return tmp_path


def log_of(run: Callable[..., Any], song: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run("story", "log", song, "--json").out.splitlines()]


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


def blamed(run: Callable[..., Any], song: str, *options: str) -> list[dict[str, Any]]:
    return [
        json.loads(line)
        for line in run("story", "blame", song, "--json", *options).out.splitlines()
    ]


def test_blame_follows_a_path_over_files(run: Any, home: Path) -> None:
    found = blamed(run, "out.mid")
    assert {each["entry"] for each in found} == {1, 2, 3}
    variants = [read_song(name) for name in ("song.musicxml", "song-2.musicxml", "out.mid")]
    first, broken, last = ({(n.onset_quarters, n.pitch) for n in v.melody.notes} for v in variants)
    for each in found:
        if each["kind"] == "note":
            place = (Fraction(each["onset_ticks"], 10080), each["pitch"])
            known = 1 if place in first & broken & last else 2 if place in broken else 3
            assert each["entry"] >= known, each
            assert (each["how"], each["activity"]) == (
                ("file", "import") if each["entry"] == 1 else ("asked", "swerve")
            )
            assert bool(each["reason"]) == (each["entry"] > 1)
    assert len([each for each in found if each["kind"] == "note"]) == len(variants[2].melody.notes)
    assert {each["entry"] for each in blamed(run, "song-2.musicxml")} == {1, 2}
    assert {each["entry"] for each in blamed(run, "song.musicxml")} == {1}
    assert {each["entry"] for each in blamed(run, "on.mid")} == {1, 2}
    assert 4 in {each["entry"] for each in blamed(run, "less.mid")}


def test_blame_of_a_place_and_of_bars_is_a_part_of_all(run: Any, home: Path) -> None:
    everything = blamed(run, "out.mid")
    for bar in (3, 6):
        part = blamed(run, "out.mid", "--bars", f"{bar}-{bar + 1}")
        assert part == [e for e in everything if bar <= float(e["place"].split(".")[0]) <= bar + 1]
    note, chord = blamed(run, "out.mid", "--at", "6.1")
    assert (note["kind"], chord["kind"]) == ("note", "chord")
    assert note in everything
    assert chord in everything


def test_blame_is_told_in_rows_and_counts_of_notes(run: Any, home: Path) -> None:
    english = run("story", "blame", "song-2.musicxml").out
    assert "Harbour Light, as in song-2.musicxml" in english
    assert "Clinamen, asked by Lan" in english
    n_made = sum(e["how"] == "asked" for e in blamed(run, "song-2.musicxml"))
    assert f"Clinamen, asked by Lan: {n_made} notes" in english
    assert "%" not in english
    assert "Lan giữ" not in run("story", "blame", "song.musicxml", "--language", "vi").out
    assert (
        "có sẵn trong song.musicxml"
        in run("story", "blame", "song.musicxml", "--language", "vi").out
    )
    japanese = run("story", "blame", "song-2.musicxml", "--language", "ja").out
    assert "LanがClinamenに作らせたもの" in japanese


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--at", "99.1"), "there is no bar 99"),
        (("--at", "x"), "a place is a bar and a beat"),
        (("--bars", "0-99"), "the song has bars 1 to 16"),
        (("--bars", "5-3"), "the first bar comes before the last"),
        (("--bars", "x"), "--bars is a bar or bars such as 5-8, not 'x'"),
        (("--at", "1.1", "--bars", "1"), "give one of them"),
        (("--language", "la"), "language must be one of en, vi, ja"),
    ],
)
def test_what_blame_cannot_show_is_one_line(
    run: Any, home: Path, options: tuple[str, ...], said: str
) -> None:
    ran = run("story", "blame", "song.musicxml", *options)
    assert ran.code == 2
    assert said in ran.err
    assert len(ran.err.splitlines()) == 1


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


def change_settings(home: Path, old: bytes, new: bytes) -> None:
    """Rewrite an entry and everything after it, as someone without a key can."""
    from clinamen.ledger.chain import GENESIS, commitment_of, entry_hash

    with closing(sqlite3.connect(home / "projects.db")) as database:
        rows = database.execute("SELECT project, seq, salt, payload FROM entry ORDER BY seq")
        heads: dict[str, str] = {}
        for project, seq, salt, payload in rows.fetchall():
            changed = payload.replace(old, new)
            bound = commitment_of(salt, changed)
            hashed = entry_hash(project, seq, heads.get(project, GENESIS), bound)
            heads[project] = hashed
            database.execute(
                "UPDATE entry SET payload = ?, commitment = ?, hash = ? "
                "WHERE project = ? AND seq = ?",
                (changed, bound, hashed, project, seq),
            )
        database.commit()


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


def test_a_story_that_was_handed_on_is_read_where_nothing_else_is_known(
    run: Any, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed = str(tmp_path / "handed.story")
    run("story", "export", "song.musicxml", "--hide", "2", "--out", handed)
    own = run("story", "log", "song.musicxml").out.splitlines()
    monkeypatch.setenv("CLINAMEN_HOME", str(tmp_path / "stranger"))
    lines = run("story", "log", handed).out.splitlines()
    assert lines[2].split() == ["2", "kept", "back"]
    assert [*lines[1:2], *lines[3:-1]] == [*own[1:2], *own[3:]]
    assert "clinamen story verify" in lines[-1]
    assert not (tmp_path / "stranger").exists()
    records = [json.loads(line) for line in run("story", "log", handed, "--json").out.splitlines()]
    assert set(records[1]) == {"seq", "hash"}
    ran = run("story", "blame", handed)
    assert (ran.code, "clinamen story log and verify read it" in ran.err) == (2, True)
    (tmp_path / "handed.story").write_bytes(b"{}")
    assert run("story", "log", handed).code == 2


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


def test_no_key_is_made_for_a_song_that_is_not_there(run: Any, home: Path) -> None:
    assert run("story", "sign", "Nowhere").code == 2
    assert not (home / "signing-key.pem").exists()
    assert str(home / "signing-key.pem") in run("story", "sign", "song.musicxml").out


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


def test_who_wants_a_signed_story_is_told_that_it_is_not(run: Any, home: Path) -> None:
    ran = run("story", "verify", "song.musicxml", "--require", "signed")
    assert (ran.code, "its end has no signature" in ran.out) == (1, True)
    assert run("story", "verify", "song.musicxml", "--require", "sealed").code == 2


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


def test_a_signed_story_is_sound_until_it_is_written_anew(run: Any, home: Path) -> None:
    ran = run("story", "sign", "song.musicxml")
    assert ran.code == 0
    fingerprint = ran.out.partition("with the key ")[2].splitlines()[0].strip(" .")
    assert (home / "signing-key.pem").stat().st_mode & 0o077 == 0
    signed = ("story", "verify", "song.musicxml", "--require", "signed")
    ran = run(*signed, "--key", fingerprint)
    assert ran.code == 0
    assert f"up to entry 6: signed with the key {fingerprint}" in ran.out
    assert "Any key was taken" not in ran.out
    assert "Any key was taken" in run(*signed).out
    assert run(*signed, "--key", "AAAA-AAAA-AAAA-AAAA-AAAA").code == 1
    again = run("story", "sign", "song.musicxml")
    assert "A key was made" not in again.out
    assert fingerprint in again.out
    run("story", "note", "song.musicxml", "later")
    assert run(*signed).code == 1
    assert (
        "Nobody vouches for what stands after entry 6 here"
        in run("story", "verify", "song.musicxml").out
    )
    change_settings(home, b'"at":"3.1"', b'"at":"5.1"')
    ran = run("story", "verify", "song.musicxml")
    assert (ran.code, "does not hold" in ran.out) == (1, True)


def test_a_stamp_needs_to_know_who_gives_it(run: Any, home: Path) -> None:
    for options in (
        (),
        ("--authority", "https://tsa.example.org", "--calendar", "https://c.example.org"),
        ("--authority", "https://tsa.example.org"),
        ("--authority", "https://tsa.example.org", "--roots", "none.pem"),
    ):
        ran = run("story", "stamp", "song.musicxml", *options)
        assert (ran.code, len(ran.err.splitlines())) == (2, 1), options
    assert run("story", "upgrade", "song.musicxml", "--calendar", "https://c.example.org").code == 2


def test_a_story_is_stamped_by_an_authority_on_this_machine(
    run: Any, home: Path, tmp_path: Path
) -> None:
    pytest.importorskip("rfc3161_client", reason="time-stamps need the extra `stamp`")
    from cryptography.hazmat.primitives.serialization import Encoding
    from tests.ledger.attest.serving import serving

    from clinamen.bench._authority import Authority

    authority = Authority.make()
    pem = tmp_path / "roots.pem"
    pem.write_bytes(authority.root.certificate.public_bytes(Encoding.PEM))
    with serving(lambda method, path, body: (200, authority.answer(body), {})) as address:
        stamp = ("story", "stamp", "song.musicxml", "--authority", address)
        assert run(*stamp, "--roots", str(pem)).code == 0
        assert run(*stamp).code == 0, "the roots are remembered"
    ran = run("story", "verify", "song.musicxml", "--require", "stamped")
    assert ran.code == 0
    assert "says CN=Test authority" in ran.out
    (home / "stamp-roots.pem").unlink()
    ran = run("story", "verify", "song.musicxml")
    assert (ran.code, "to be checked with the authority's roots" in ran.out) == (0, True)
    assert run("story", "verify", "song.musicxml", "--require", "stamped").code == 1


def test_a_story_awaits_its_block(run: Any, home: Path) -> None:
    pytest.importorskip("opentimestamps", reason="time-stamps need the extra `stamp`")
    from tests.ledger.attest.calendar import Calendar
    from tests.ledger.attest.serving import serving

    one = Calendar()
    with serving(one.reply) as one.address:
        assert run("story", "stamp", "song.musicxml", "--calendar", one.address).code == 0
        upgrade = ("story", "upgrade", "song.musicxml", "--calendar", one.address)
        assert "There is no news yet." in run(*upgrade).out
        assert "pending" in run("story", "verify", "song.musicxml").out
        one.found(900_000)
        assert "There is news." in run(*upgrade).out
    ran = run("story", "verify", "song.musicxml")
    assert (ran.code, "needs the header of a block to tell: 900000" in ran.out) == (0, True)
    assert run("story", "verify", "song.musicxml", "--block", "x:00").code == 2
    assert run("story", "verify", "song.musicxml", "--block", "900000:00").code == 2


def test_a_seal_tells_of_the_story_and_is_told_there(run: Any, home: Path, tmp_path: Path) -> None:
    pytest.importorskip("c2pa", reason="left out: needs the extra seal", exc_type=ImportError)
    for name in ("song-2-1.abc", "made-1.mid"):
        shutil.copy(name, tmp_path)
    ran = run("story", "seal", str(tmp_path / "song-2-1.abc"))
    assert ran.code == 0
    checked = run("story", "check", str(tmp_path / "song-2-1.abc"))
    assert checked.code == 0
    assert "accepted: Clinamen proposed 2 ways to break the pattern at 3.1" in checked.out
    assert "maker     Lan" in checked.out
    last = log_of(run, "song.musicxml")[-1]
    assert (last["activity"], last["settings"]["file"]) == ("seal", "song-2-1.abc.c2pa")
    made = str(tmp_path / "made-1.mid")
    ran = run("story", "seal", made, "--source", "digitalCreation")
    assert (ran.code, "knows how it came to be" in ran.err) == (2, True)
    assert run("story", "seal", made).code == 0
    assert "created   Clinamen composed" in run("story", "check", made).out
    (tmp_path / "other.txt").write_text("words", encoding="utf-8")
    assert run("story", "seal", str(tmp_path / "other.txt"), "--song", "Harbour Light").code == 0
    assert log_of(run, "song.musicxml")[-1]["settings"]["file"] == "other.txt.c2pa"
