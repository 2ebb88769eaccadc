"""`clinamen sculpt` as typed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from clinamen.io.files import read_song

pytestmark = pytest.mark.usefixtures("trained")


def test_levels_are_shown(run: Any, songs: Path) -> None:
    ran = run("sculpt", "first.abc")
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert lines[0] == "The first tune"
    assert lines[1].startswith("14 notes, down to 1; phrase ends go last (")
    assert [line.split("%")[0].strip() for line in lines if "%" in line] == [
        *("100", "90", "80", "70", "60", "50", "40", "30", "20")
    ]


def test_a_level_is_written_in_the_format_named(run: Any, songs: Path) -> None:
    ran = run("sculpt", "first.abc", "--level", "60", "--out", "{name}_{level}.mid", "--why")
    assert "wrote first_60.mid" in ran.out
    take = read_song("first.abc").melody.notes
    left = read_song("first_60.mid").melody.notes
    assert len(left) == 9
    assert {(n.onset_quarters, n.pitch) for n in left} <= {
        (n.onset_quarters, n.pitch) for n in take
    }


def test_all_levels_go_to_a_folder_in_the_take_s_format(run: Any, songs: Path) -> None:
    ran = run("sculpt", "first.abc", "--all", "--out", "levels/", "--no-hold")
    assert ran.code == 0
    names = sorted(path.name for path in (songs / "levels").iterdir())
    assert names == sorted(f"first-{level}.abc" for level in range(20, 101, 10))
    whole, take = read_song("levels/first-100.abc"), read_song("first.abc")
    assert whole.melody.notes == take.melody.notes
    held = {n.onset_quarters: n.duration_quarters for n in take.melody.notes}
    for note in read_song("levels/first-50.abc").melody.notes:
        assert note.duration_quarters == held[note.onset_quarters]


def test_a_number_of_notes_and_its_reasons(run: Any, songs: Path) -> None:
    ran = run("sculpt", "first.abc", "--notes", "12", "--why")
    *steps, meaning = ran.out.split("bits saved")[1].splitlines()[1:]
    assert len(steps) == 2
    assert all("," in step for step in steps)
    assert meaning.startswith("Bits saved: what it takes to tell it, less what it holds up")
    record = json.loads(run("sculpt", "first.abc", "--notes", "12", "--json").out)
    for step, line in zip(record["order"], steps, strict=False):
        assert f" {-step['cost']:.1f} " in line


def test_what_exists_is_replaced_only_by_force(run: Any, songs: Path) -> None:
    ask = ("sculpt", "first.abc", "--level", "60", "--out", "new/{name}_{level}.abc")
    assert run(*ask).code == 0
    written = songs / "new" / "first_60.abc"
    written.write_text("mine", encoding="utf-8")
    ran = run(*ask)
    assert ran.code == 2
    assert "exists already and may not be replaced (--force)" in ran.err
    assert written.read_text(encoding="utf-8") == "mine"
    assert run(*ask, "--force").code == 0
    assert written.read_text(encoding="utf-8") != "mine"


def test_the_take_is_not_replaced_even_by_force(run: Any, songs: Path) -> None:
    before = (songs / "first.abc").read_bytes()
    ran = run("sculpt", "first.abc", "--level", "60", "--out", "first.abc", "--force")
    assert ran.code == 2
    assert (songs / "first.abc").read_bytes() == before


def test_json_is_one_object_and_notices_go_beside_it(run: Any, songs: Path) -> None:
    ran = run("sculpt", "first.abc", "--json", "--level", "40", "--out", "x.abc")
    record = json.loads(ran.out)
    assert record["schema"] == "clinamen.sculpt/1"
    assert len(record["order"]) == 13
    assert [row["n"] for row in record["levels"]] == [6]
    assert "wrote x.abc" in ran.err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--level", "50", "--all"), "--level, --notes and --all exclude each other"),
        (("--out", "x.mid"), "give --level, --notes or --all"),
        (("--all", "--out", "x.mid"), "names one file for 9 levels"),
        (("--level", "50", "--out", "first.abc"), "would overwrite the song itself"),
        (("--level", "50", "--out", "x.wav"), "songs are written as"),
        (("--level", "101"), "the nearest that can: level 100"),
        (("--level", "0"), "the nearest that can: level 1"),
        (("--notes", "0"), "at least one note stays"),
        (("--notes", "99"), "there are 14 notes"),
        (("--lock", "0-7"), "they hold all 14 notes"),
        (("--lock", "1-x"), "a lock is a bar"),
        (("--chords",), "no chords to sculpt"),
        (("--chords", "--notes", "3"), "with --chords give --level"),
    ],
)
def test_what_cannot_be_is_one_line(
    run: Any, songs: Path, options: tuple[str, ...], said: str
) -> None:
    before = (songs / "first.abc").read_bytes()
    ran = run("sculpt", "first.abc", *options)
    assert ran.code == 2
    assert said in ran.err
    assert ran.err.count("\n") == 1
    assert (songs / "first.abc").read_bytes() == before


@pytest.mark.parametrize("name", ["broken.mid", "empty.abc", "none.mid"])
def test_bad_files_are_one_line(run: Any, songs: Path, name: str) -> None:
    ran = run("sculpt", name)
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert name in ran.err
