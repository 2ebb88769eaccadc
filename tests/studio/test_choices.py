"""What one can ask for: choices, new songs, locked chords, and recipes that give the same."""

from __future__ import annotations

import re
import shlex
import time
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from tests.operations.small_listener import small_listener
from tests.studio.conftest import Opened, let_in, make_studio

import clinamen
from clinamen.cli import main
from clinamen.domains.music.editing import notes_in_ticks
from clinamen.domains.music.fingerprints import Fingerprints
from clinamen.ledger import ProjectStore
from clinamen.operations.fingerprints import IndexKept
from clinamen.studio._export import disposition, file_stem
from clinamen.studio._studio import EXAMPLES, Studio

FORM = {"mode": "new", "bits": [2.0, 5.0]}


@cache
def studio() -> Opened:
    """With the ears that the program comes with."""
    return let_in(make_studio(studio=Studio(ProjectStore(None), clinamen.load_listener)))


def own_song(opened: Opened, name: str = EXAMPLES[0]) -> str:
    """Address of a project of this test's own."""
    project = opened.studio.begin_song(
        clinamen.read(Path("examples") / name), f"A Song {time.monotonic_ns()}", {}
    )
    return f"/api/projects/{project.id}"


def asked(opened: Opened, song: str, verb: str, /, **body: Any) -> Any:
    base = opened.get(song).json()["revision"]
    return opened.post(f"{song}/{verb}", {"base": base, **body})


def made(opened: Opened, song: str, verb: str, /, **body: Any) -> Any:
    """A job that has ended."""
    begun = asked(opened, song, verb, **body)
    assert begun.status_code == 202, begun.text
    job, until = begun.json(), time.monotonic() + 120
    while job["state"] == "running" and time.monotonic() < until:
        time.sleep(0.01)
        job = opened.get(f"/api/jobs/{job['id']}").json()
    return job


def rows(song: Any) -> list[list[int]]:
    return [row[:3] for row in song["notes"]]


def in_file(path: Path) -> list[list[int]]:
    return [list(row) for row in notes_in_ticks(clinamen.read(path).melody)]


def locked(opened: Opened, song: str, *, notes: tuple[int, ...], chords: tuple[int, ...]) -> None:
    view = opened.get(song).json()
    draft = {
        "notes": [[*row, place in notes] for place, row in enumerate(view["song"]["notes"])],
        "chords": [
            [each["onset"], each["symbol"], place in chords]
            for place, each in enumerate(view["song"]["chords"])
        ],
    }
    body = {"base": view["revision"], "action": "lock", "draft": draft}
    view = opened.post(f"{song}/draft", body).json()
    assert (view["locked"], view["locked_chords"]) == (list(notes), list(chords))


@pytest.mark.parametrize(
    ("kind", "choices", "field", "said"),
    [
        ("swerve", {"range": "high"}, "range", "a range is two pitches, such as C4-G5"),
        ("swerve", {"scale": "H major"}, "scale", "a scale is one of"),
        ("swerve", {"scale": "G major", "range": "C9-C4"}, "range", "MIDI|lower one"),
        ("swerve", {"max_leap": 0}, "max_leap", "from 1 to 127"),
        ("swerve", {"max_leap": "wide"}, "max_leap", "whole number"),
        ("swerve", {"max_shared": 1}, "max_shared", "the nearest limit that can be kept is 3"),
        ("swerve", {"max_shared": 2.5}, "max_shared", "whole number"),
        ("swerve", {"n": 0}, "n", "from 1 to 24"),
        ("swerve", {"n": 25}, "n", "from 1 to 24"),
        ("swerve", {"seed": -1}, "seed", "whole number from 0"),
        ("swerve", {"range": 7}, "range", "must be a text"),
        ("swerve", {"kind": "words"}, "", "kind must be one of"),
        ("compose", {**FORM, "form": "ABABABA"}, "form", "cannot be divided into 7 sections"),
        ("compose", {**FORM, "form": "?"}, "form", "form"),
        ("compose", {**FORM, "key": "H major", "scale": "key"}, "key", "key"),
        ("compose", {**FORM, "meter": "4/5"}, "meter", "4/5"),
        ("compose", {**FORM, "range": "C4-D4"}, "range", "a melody needs"),
        ("compose", {**FORM, "ending": "9"}, "ending", "a note of a scale"),
        ("compose", {**FORM, "chords": "yes"}, "chords", "true or false"),
        ("compose", {**FORM, "like": 1}, "like", "true or false"),
        ("compose", {**FORM, "max_shared": 2}, "max_shared", "3 notes or more"),
        ("compose", {**FORM, "mode": "fill", "form": "AB"}, "form", "leave out --form"),
        ("compose", {**FORM, "bits": [99], "form": "?"}, "", "16 bits"),
    ],
)  # fmt: skip
def test_a_wrong_choice_is_told_in_one_line_by_its_field(
    opened: Opened, kind: str, choices: dict[str, Any], field: str, said: str
) -> None:
    body = {"note": 20, **choices} if kind == "swerve" else choices
    answer = asked(opened, opened.song(), kind, **body)
    assert answer.status_code == 422, answer.text
    error = answer.json()["error"]
    assert (error["code"], error.get("field", "")) == ("invalid", field)
    assert re.search(said, error["message"])
    assert "\n" not in error["message"]
    assert opened.get(opened.song("/jobs")).json() == []


def test_what_is_chosen_holds_and_is_remembered() -> None:
    opened = studio()
    song = own_song(opened)
    choices = {"range": "G4-D5", "scale": "key", "max_leap": 7, "n": 3, "max_shared": 9}
    job = made(opened, song, "swerve", note=21, kind="pitch", strength=4, **choices, ending="")
    assert job["state"] == "done", job["error"]
    assert job["request"] == {
        "note": 21, "strength": 4.0, "kind": "pitch", "seed": 0, **choices,
    }  # fmt: skip
    variants = job["result"]["variants"]
    assert 1 <= len(variants) <= 3
    before = rows(opened.get(song).json()["song"])
    for each in variants:
        new = [row for row in rows(each["song"]) if row not in before]
        assert new
        assert all(
            67 <= pitch <= 74 and pitch % 12 in {5, 7, 9, 10, 0, 2, 3, 4} for *_, pitch in new
        )


def test_what_cannot_be_had_is_told_by_its_field() -> None:
    opened = studio()
    job = made(opened, own_song(opened), "swerve", note=21, kind="pitch", strength=9, max_leap=1)
    assert (job["state"], job["field"]) in {("failed", "max_leap"), ("failed", "")}
    assert job["error"]
    narrow = made(
        opened, own_song(opened), "compose", mode="fill", first_bar=5, bits=[3.0], range="C2-G2"
    )
    assert (narrow["state"], narrow["field"]) == ("failed", "range")


def test_a_new_song_is_a_project_of_its_own() -> None:
    opened = studio()
    song = own_song(opened)
    before = opened.get(song).json()
    choices = {"key": "E minor", "meter": "3/4", "form": "AB", "like": False, "chords": True}
    job = made(opened, song, "compose", **FORM, **choices, range="E4-E5", seed=4)
    assert job["state"] == "done", job["error"]
    body = {"job": job["id"], "title": 'Rain: "on" {slate}'}
    answer = opened.post("/api/projects", body)
    assert answer.status_code == 201
    view = answer.json()
    assert view["id"] != before["id"]
    assert view["title"] == body["title"]
    assert rows(view["song"]) == rows(job["result"]["song"])
    assert [each["symbol"] for each in view["song"]["chords"]]
    assert view["song"]["chords"] == job["result"]["song"]["chords"]
    assert (view["song"]["keys"][0]["name"], view["song"]["meters"][0]["name"]) == (
        "E minor",
        "3/4",
    )
    assert all(64 <= pitch <= 76 for *_, pitch in rows(view["song"]))
    assert opened.get(song).json() == before
    saved = opened.get(f"/api/projects/{view['id']}/export/musicxml")
    assert 'filename="Rain_on_slate.musicxml"' in saved.headers["content-disposition"]
    assert b"Rain: &quot;on&quot; {slate}" in saved.content or b'Rain: "on"' in saved.content
    # Another of the same is another project.
    assert opened.post("/api/projects", body).json()["id"] != view["id"]
    for wrong in ({"job": "99", "title": "x"}, {"job": "x", "title": "x"}):
        assert opened.post("/api/projects", wrong).status_code == 404
    assert opened.post("/api/projects", {"job": job["id"]}).status_code == 422
    swerve = made(opened, song, "swerve", note=21)
    assert opened.post("/api/projects", {"job": swerve["id"], "title": "x"}).status_code == 404


@pytest.mark.parametrize(
    ("title", "stem"),
    [("Ode (to joy)!", "Ode_(to_joy)"), ("--out", "out"), ("...", "song"), ("Sương\t*", "Sương"),
     ("a/b\\c{n}$HOME`x`", "a_b_c_n_HOME_x")],
)  # fmt: skip
def test_a_file_is_named_after_its_title(title: str, stem: str) -> None:
    assert file_stem(title) == stem
    assert disposition(title, "mid").startswith("attachment; ")


def recipe(opened: Opened, song: str, job: Any, folder: Path, query: str = "") -> Any:
    """What is copied, the song saved where it says."""
    found = opened.get(f"/api/jobs/{job['id']}/recipe{query}").json()
    if found["file"]:
        answer = opened.get(f"{song}/export/musicxml")
        assert f'filename="{found["file"]}"' in answer.headers["content-disposition"]
        (folder / found["file"]).write_bytes(answer.content)
    return found


def followed(found: Any, folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Files that a recipe writes: the command the same as Python."""
    before = set(folder.iterdir())
    monkeypatch.chdir(folder)
    exec(compile(found["python"], "copied.py", "exec"), {})
    files = sorted(set(folder.iterdir()) - before)
    by_python = [file.read_bytes() for file in files]
    for file in files:
        file.unlink()
    program, *words = shlex.split(found["command"])
    assert program == "clinamen"
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 0
    assert sorted(set(folder.iterdir()) - before) == files
    assert [file.read_bytes() for file in files] == by_python
    return files


@pytest.mark.parametrize(("name", "kind"), [(EXAMPLES[0], "any"), (EXAMPLES[2], "pitch")])
def test_a_copied_break_gives_the_same_variants(
    name: str, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = studio()
    song = own_song(opened, name)
    n_chords = len(opened.get(song).json()["song"]["chords"])
    locked(opened, song, notes=(10,), chords=(2,) if n_chords else ())
    choices = {"scale": "chromatic", "max_leap": 14, "n": 3, "seed": 3, "kind": kind}
    job = made(opened, song, "swerve", note=21, strength="bold", **choices)
    assert job["state"] == "done", job["error"]
    found = recipe(opened, song, job, tmp_path)
    files = followed(found, tmp_path, monkeypatch)
    variants = job["result"]["variants"]
    assert [in_file(file) for file in files] == [rows(each["song"]) for each in variants]
    chords = [[each.symbol for each in clinamen.read(file).chords] for file in files]
    assert chords == [[each["symbol"] for each in v["song"]["chords"]] for v in variants]


@pytest.mark.parametrize(
    "body",
    [
        {"mode": "fill", "first_bar": 6, "bits": [5.5], "chords": True},
        {"mode": "continue", "bits": [4], "range": "C4-C6"},
        {"mode": "new", "bits": [4], "max_shared": 12},
        {"mode": "new", "bits": [2], "like": False, "key": "D major", "meter": "3/4",
         "scale": "D pentatonic", "ending": "1,5", "chords": True},
    ],
    ids=["fill", "continue", "like", "new"],
)  # fmt: skip
def test_a_copied_composition_gives_the_same_song(
    body: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = studio()
    song = own_song(opened)
    if body["mode"] == "fill":
        locked(opened, song, notes=(10, 13), chords=(5,))
    job = made(opened, song, "compose", **body, seed=5)
    assert job["state"] == "done", job["error"]
    found = recipe(opened, song, job, tmp_path)
    assert bool(found["file"]) == body.get("like", True)
    (file,) = followed(found, tmp_path, monkeypatch)
    result = job["result"]["song"]
    assert in_file(file) == rows(result)
    symbols = [each.symbol for each in clinamen.read(file).chords]
    assert symbols == [each["symbol"] for each in result["chords"]]
    if body["mode"] == "fill":
        assert symbols[5] == opened.get(song).json()["song"]["chords"][5]["symbol"]


def test_a_copied_sculpture_gives_the_same_level(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = studio()
    song = own_song(opened)
    locked(opened, song, notes=(3, 30), chords=(1,))
    job = made(opened, song, "sculpt")
    level = opened.get(f"{song}/level", params={"left": 25}).json()
    found = recipe(opened, song, job, tmp_path, "?left=25")
    (file,) = followed(found, tmp_path, monkeypatch)
    assert in_file(file) == rows(level)
    assert "notes:" in found["command"]


def test_ears_of_ones_own_are_compared_with_what_they_have_heard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = str(tmp_path / "my ears.listener")
    clinamen.save_listener(small_listener(), path)
    mine = clinamen.read("examples/harbour_light.musicxml").replace(title="Mine")
    IndexKept(Fingerprints.of([mine])).save(path)
    studio = Studio(ProjectStore(None), lambda: clinamen.load_listener(path), listener_name=path)
    opened = let_in(make_studio(studio=studio))
    song = own_song(opened)
    job = made(opened, song, "swerve", note=21, strength="gentle", n=2)
    assert job["state"] == "done", job["error"]
    assert not any("known tunes" in notice for notice in job["result"]["notices"])
    composed = made(opened, song, "compose", mode="fill", first_bar=5, bits=[3.0])
    told = [each["originality"] for each in (composed["result"], *job["result"]["variants"])]
    # The index of these ears has one tune; by its name alone none would be found.
    assert all("no corpus to compare with" not in each for each in told), told
    found = recipe(opened, song, job, tmp_path)
    assert f'--listener "{path}"' in found["command"]
    files = followed(found, tmp_path, monkeypatch)
    assert [in_file(file) for file in files] == [
        rows(each["song"]) for each in job["result"]["variants"]
    ]


def test_ears_without_an_index_keep_no_limit(tmp_path: Path) -> None:
    path = str(tmp_path / "deaf.listener")
    clinamen.save_listener(small_listener(), path)
    studio = Studio(ProjectStore(None), lambda: clinamen.load_listener(path), listener_name=path)
    opened = let_in(make_studio(studio=studio))
    fill = {"mode": "fill", "first_bar": 5, "bits": [3.0]}
    job = made(opened, opened.song(), "compose", **fill, max_shared=9)
    assert job["state"] == "failed"
    assert "no index" in job["error"]
    swerve = made(opened, opened.song(), "swerve", note=21, strength="gentle", n=1)
    assert any("has no index of fingerprints" in each for each in swerve["result"]["notices"])
