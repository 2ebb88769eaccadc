"""`clinamen atlas` as typed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.operations.atlas.small_atlas import built, listener_file

from clinamen.io.files import read_song
from clinamen.operations.atlas import building


@pytest.fixture
def small(songs: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of songs with a small listener; rounds are cut small."""
    (songs / "small.listener").write_bytes(listener_file())
    monkeypatch.setattr(building, "N_SHARDS", 3)
    monkeypatch.setattr(building, "shard_size", lambda n_bars: 40)
    return songs


BUILD = (
    *("atlas", "build", "--bars", "4", "--key", "F major", "--measures", "surprise, range"),
    *("--cells", "6", "--evaluations", "240", "--listener", "small.listener"),
)


def test_an_atlas_is_built_and_gone_on_with(run: Any, small: Path) -> None:
    ran = run(*BUILD, "-o", "my.atlas")
    assert ran.code == 0
    assert ran.out.startswith("heard 240 tunes; the atlas holds ")
    assert "wrote my.atlas" in ran.out
    assert (small / "my.atlas").read_bytes() == built()
    again = run(*BUILD, "-o", "my.atlas", "--json")
    record = json.loads(again.out)
    assert (record["evaluations"], record["runs"]["0"]["n_rounds"]) == (240, 2)


def test_a_map_is_shown_in_letters(run: Any, small: Path) -> None:
    (small / "my.atlas").write_bytes(built())
    ran = run("atlas", "show", "my.atlas", "--x", "range", "--y", "contrast", "--cells", "8")
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert lines[0] == "4 bars in F major, 4/4"
    assert "from left to right: range (semitones)" in lines
    rows = [line for line in lines if " | " in line]
    assert len(rows) == 8
    letters = {mark[0] for row in rows for mark in row.split(" | ")[1].split()}
    assert letters <= {".", "c", "m", "b"}
    assert any("o" in row.split(" | ")[1] for row in rows)


def test_page_and_picture_are_written(run: Any, small: Path) -> None:
    (small / "my.atlas").write_bytes(built())
    ran = run("atlas", "show", "my.atlas", "--html", "--svg", "map.svg", "--listener",
              "small.listener", "--language", "vi")  # fmt: skip
    assert ran.out.splitlines() == ["wrote map.svg", "wrote my.html"]
    assert '<html lang="vi">' in (small / "my.html").read_text("utf-8")
    assert (small / "map.svg").read_text("utf-8").startswith("<svg ")
    for option, name in (("--svg", "map.svg"), ("--html", "my.html")):
        again = run("atlas", "show", "my.atlas", option, name)
        assert (again.code, f"{name}: exists already" in again.err) == (2, True)
    forced = run("atlas", "show", "my.atlas", "--svg", "map.svg", "--force")
    assert (forced.code, forced.out) == (0, "wrote map.svg\n")


def a_cell(run: Any) -> str:
    record = json.loads(run("atlas", "show", "my.atlas", "--json").out)
    return next(each["cell"] for each in record["map_cells"] if each["find"])


def test_a_cell_is_told_and_its_find_written(run: Any, small: Path) -> None:
    (small / "my.atlas").write_bytes(built())
    cell, name = a_cell(run), "find.musicxml"
    show = ("atlas", "show", "my.atlas", "--cell", cell, "-o", name)
    ran = run(*show, "--listener", "small.listener")
    assert ran.code == 0, ran.err
    assert ran.out.startswith(f"Cell {cell}\n")
    assert "Fits the listener and the constraints: " in ran.out
    record = json.loads(run("atlas", "show", "my.atlas", "--cell", cell, "--json").out)
    notes = read_song(small / name).melody.notes
    assert [note.pitch for note in notes] == [pitch for _, _, pitch in record["find"]["notes"]]
    again = run(*show)
    assert (again.code, "--force" in again.err) == (2, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("show", "none.atlas"), "none.atlas: no such file"),
        (("show", "first.abc"), "not an atlas file"),
        (("show", "my.atlas", "-o", "x.mid"), "say which with --cell"),
        (("show", "my.atlas", "--cell", "99,1"), "12 columns and 12 rows"),
        (("show", "my.atlas", "--x", "beauty"), "two of surprise"),
        (("show", "my.atlas", "--language", "la"), "en, vi, ja"),
        (("show", "my.atlas", "--cells", "1"), "2 to 100"),
        (("show", "my.atlas", "--svg", "x.png"), "must name a folder or end in .svg"),
        (("build", "--evaluations", "9", "--minutes", "1"), "exclude each other"),
        (("build", "--measures", "beauty"), "measures are some of surprise"),
    ],
)
def test_what_is_wrong_is_one_line(
    run: Any, small: Path, words: tuple[str, ...], said: str
) -> None:
    (small / "my.atlas").write_bytes(built())
    ran = run("atlas", *words)
    assert ran.code == 2
    assert said in ran.err
    assert ran.err.count("\n") == 1
    assert ran.out == ""


def test_a_find_begins_a_story_and_a_build_is_told_of_where_there_is_one(
    run: Any, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLINAMEN_HOME", str(small / "home"))
    song = (*BUILD[:4], "first.abc", *BUILD[6:], "-o", "song.atlas")
    assert run(*song).code == 0
    assert not (small / "home").exists()  # A song without a story gets none by this.
    cell = json.loads(run("atlas", "show", "song.atlas", "--json").out)["map_cells"]
    name = next(each["cell"] for each in cell if each["find"])
    told = run("atlas", "show", "song.atlas", "--cell", name, "-o", "find.abc",
               "--listener", "small.listener")  # fmt: skip
    assert told.code == 0, told.err
    log = run("story", "log", "find.abc").out
    assert f"Clinamen wrote the melody that it found in cell {name} of an atlas" in log
    assert run(*song[:-1], "other.atlas").code == 0
    assert "Clinamen mapped" in run("story", "log", "first.abc").out
