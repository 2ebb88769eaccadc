"""`clinamen swerve` with the shipped listener."""

from __future__ import annotations

import json
import re
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

import clinamen

SONG = Path("examples/harbour_light.musicxml").resolve()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in with one song."""
    (tmp_path / "song.musicxml").write_bytes(SONG.read_bytes())
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_variants_are_listed_with_figures_reason_and_originality(run: Any, folder: Path) -> None:
    ran = run("swerve", "song.musicxml", "--at", "10.1", "--kind", "pitch", "-n", "2")
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert lines[0] == "Harbour Light: a break at bar 10, beat 1"
    assert lines[1] == "Most wait for the fourth degree here (Bb4, 72 %)."
    assert any(line.startswith(" 1. pitch, +") and "home after" in line for line in lines)
    assert any(line.startswith(" 2. ") for line in lines)
    assert sum(bool(re.search("[Ss]hare[ds]? (no )?run|run shared", line)) for line in lines) == 2
    assert (
        sum(bool(re.match(r"    bars? \d.*: .*\[.*\].* -> .*\[.*\]", line)) for line in lines) == 2
    )
    assert "Most wait" not in "\n".join(lines[2:])


def test_json_has_one_object_a_line_with_whole_numbers(run: Any, folder: Path) -> None:
    ran = run("swerve", "song.musicxml", "--at", "10.1", "-n", "4", "--json")
    records = [json.loads(line) for line in ran.out.splitlines()]
    assert [each["rank"] for each in records] == [1, 2, 3, 4]
    for each in records:
        assert each["schema"] == "clinamen.swerve/1"
        assert each["contrast"] == each["bits"] - each["median"]
        assert (each["bar"], each["beat"]) == (10, 1.0)
        assert bool(each["chords"]) == (each["kind"] == "harmony")
        assert each["reason"]
        assert (each["shared"] is None) == (each["originality"] is None)
        if each["shared"] is not None:
            assert each["shared"]["line"] == each["originality"]
            assert each["shared"]["corpus"]["n_notes"] >= 4
            assert each["shared"]["corpus"]["title"]
        assert abs(each["contrast"] - each["asked"]) <= 0.75
        assert each["music"]["bars"][0] <= 10 <= each["music"]["bars"][1]
        assert each["music"]["before"] != each["music"]["after"]


def test_without_a_place_places_are_proposed_and_nothing_is_written(run: Any, folder: Path) -> None:
    ran = run("swerve", "song.musicxml", "-n", "3", "--out", "new/")
    assert ran.code == 0
    assert "place" in ran.out.splitlines()[2]
    assert "Break one with --at 6.1." in ran.out
    assert "Nothing was written" in ran.out
    assert not (folder / "new").exists()
    ran = run("swerve", "song.musicxml", "-n", "3", "--json")
    records = [json.loads(line) for line in ran.out.splitlines()]
    assert [each["schema"] for each in records] == ["clinamen.swerve-places/1"] * 3
    assert (records[0]["bar"], records[0]["beat"]) == (6, 1.0)


@pytest.mark.parametrize(
    ("out", "names"),
    [
        ("new/", ["new/song-1.musicxml", "new/song-2.musicxml"]),
        ("{name}.{n}.mid", ["song.1.mid", "song.2.mid"]),
        ("best.abc", ["best.abc"]),
        ("v{n}", ["v1.musicxml", "v2.musicxml"]),
    ],
)
def test_variants_are_written_where_out_says(
    run: Any, folder: Path, out: str, names: list[str]
) -> None:
    arguments = ("swerve", "song.musicxml", "--at", "10.1", "--kind", "pitch", "-n", "2")
    ran = run(*arguments, "--out", out, "--json")
    assert ran.code == 0, ran.err
    # Once in a folder of data, it is also said that the path of what is written is kept.
    told = [line for line in ran.err.splitlines() if "clinamen story" not in line]
    assert told == [f"wrote {name}" for name in names]
    changed = [json.loads(line)["changed"] for line in ran.out.splitlines()]
    for name, notes in zip(names, changed, strict=False):
        written = clinamen.read(folder / name).melody.notes
        for note in notes:
            assert written[note["note"] - 1].pitch == note["pitch"]
    assert len(list(folder.rglob("*.*"))) == 1 + len(names)


def test_nothing_that_exists_is_lost(run: Any, folder: Path) -> None:
    arguments = ("swerve", "song.musicxml", "--at", "10.1", "--kind", "pitch", "-n", "2")
    (folder / "song-2.mid").write_bytes(b"mine")
    ran = run(*arguments, "--out", "{name}-{n}.mid")
    assert (ran.code, ran.out) == (2, "")
    assert "song-2.mid: exists already" in ran.err
    assert (folder / "song-2.mid").read_bytes() == b"mine"
    assert not (folder / "song-1.mid").exists()
    assert run(*arguments, "--out", "{name}-{n}.mid", "--force").code == 0
    assert (folder / "song-2.mid").read_bytes() != b"mine"
    ran = run(*arguments, "--out", "song.musicxml", "--force")
    assert ran.code == 2
    assert "overwrite the song itself" in ran.err
    assert (folder / "song.musicxml").read_bytes() == SONG.read_bytes()


def test_a_listener_without_an_index_says_so(run: Any, folder: Path) -> None:
    shipped = resources.files("clinamen.listeners") / "songs.listener"
    (folder / "mine.listener").write_bytes(shipped.read_bytes())
    command = ("swerve", "song.musicxml", "--at", "10.1", "--kind", "pitch", "-n", "2")
    ran = run(*command, "--listener", "mine.listener", "--max-shared", "5")
    assert ran.code == 2
    assert "mine.listener: has no index of fingerprints (mine.fingerprints)" in ran.err
    ran = run(*command, "--listener", "mine.listener")
    assert ran.code == 0
    assert ran.out.count("mine.listener: has no index of fingerprints") == 1
    assert not re.search("[Ss]hare[ds]? (no )?run|run shared", ran.out)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--at", "99.1"), "there is no bar 99; the song has bars 1 to 16"),
        (("--at", "10.1", "--strength", "40"), "strength 40 bits cannot hold"),
        (("--at", "10.1", "--range", "G5-C4"), "nearest that can: C4-G5"),
        (("--at", "10.1", "--lock", "9-12"), "the lock on 10.1 cannot hold"),
        (("--at", "10.1", "--out", "x.pdf"), "--out must name a folder or end in"),
        (("--at", "10.1", "--out", "-"), "--out must name a folder"),
        (("--at", "10.1", "--kind", "pitch", "--out", "song.musicxml/x.mid"), "cannot be written"),
        (("--at", "10.1", "--listener", "nobody"), "no listener is called 'nobody'"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    run: Any, folder: Path, options: tuple[str, ...], message: str
) -> None:
    ran = run("swerve", "song.musicxml", *options)
    assert ran.code == 2
    assert message in ran.err
    assert len(ran.err.splitlines()) == 1
