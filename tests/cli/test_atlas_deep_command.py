"""`clinamen atlas explore` and `clinamen atlas rules` as typed."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.operations.atlas.small_atlas import built, listener_file

from clinamen.io.files import read_song
from clinamen.operations.story.home import open_store
from clinamen.operations.story.recording import begin_project


@pytest.fixture
def small(songs: Path) -> Path:
    """The folder of songs with a small listener and a small atlas."""
    (songs / "small.listener").write_bytes(listener_file())
    (songs / "my.atlas").write_bytes(built())
    (songs / "ode.musicxml").write_bytes((EXAMPLES / "ode_to_joy.musicxml").read_bytes())
    return songs


EXAMPLES = Path(__file__).parents[2] / "examples"
EXPLORE = ("atlas", "explore", "--visits", "60", "--listener", "small.listener")
RULES = ("atlas", "rules", "--evaluations", "200", "--listener", "small.listener")


def test_a_song_is_explored_and_written(run: Any, small: Path) -> None:
    ran = run(*EXPLORE, "first.abc", "--bars", "3-4", "-o", "{name}-{n}.abc")
    assert ran.code == 0, ran.err
    assert "60 visits deep" in ran.out
    assert "As it was: worth " in ran.out
    assert "wrote first-1.abc" in ran.out
    before, after = (read_song(small / name).melody for name in ("first.abc", "first-1.abc"))
    assert after.keys[0].key == before.keys[0].key
    assert len(after.bar_onsets) == len(before.bar_onsets)
    refused = run(*EXPLORE, "first.abc", "-o", "{name}-{n}.abc")
    assert (refused.code, "first-1.abc: exists already" in refused.err) == (2, True)


def test_of_a_long_line_some_bars_and_moves_are_shown(
    run: Any, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clinamen.cli._atlas_explore._MOST_ROWS", 2)
    monkeypatch.setattr("clinamen.operations._explore_words._MOST_BARS", 1)
    ran = run(*EXPLORE, "ode.musicxml", "--visits", "500", "--n", "1")
    assert ran.code == 0, ran.err
    lines = ran.out.splitlines()
    (told,) = (place for place, line in enumerate(lines) if line.startswith("    bars "))
    assert "change; of these, bars " in lines[told]
    were, are = lines[told + 1 : told + 3]
    assert (were.startswith("    were: "), are.startswith("    are: ")) == (True, True)
    assert "|" not in were + are
    (rows,) = (place for place, line in enumerate(lines) if "the least awaited; --json" in line)
    assert lines[rows].startswith("(2 of ")
    assert lines[rows - 3].startswith("place")


def test_a_cell_of_an_atlas_is_explored(run: Any, small: Path) -> None:
    shown = json.loads(run("atlas", "show", "my.atlas", "--json").out)
    cell = next(
        each["cell"]
        for each in shown["map_cells"]
        if each["find"] and len(each["find"].get("notes", "12")) > 1
    )
    ran = run(*EXPLORE, "my.atlas", "--cell", cell, "--json")
    assert ran.code == 0, ran.err
    record = json.loads(ran.out)
    assert record["schema"] == "clinamen.explore/1"
    assert record["visits"] == 60
    # A find of an atlas is nothing that the maker has made.
    assert record["before"]["new_for_me"] is None
    again = json.loads(run(*EXPLORE, "my.atlas", "--cell", cell, "--json").out)
    assert again == record


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("first.abc", "--cell", "1,1"), "it is a song; --cell and --best are for an atlas"),
        (("first.abc", "--best", "1"), "it is a song; --cell and --best are for an atlas"),
        (("my.atlas", "--best", "1000"), "places are worth going to"),
        (("my.atlas", "--cell", "1,1", "--best", "1"), "--cell and --best exclude each other"),
        (("my.atlas", "--cell", "99,1"), "cell 99,1: the map has"),
        (("first.abc", "--bars", "99"), "there is no bar 99"),
        (("first.abc", "--seconds", "0"), "seconds must be above 0"),
    ],
)
def test_what_cannot_be_explored(run: Any, small: Path, words: Any, said: str) -> None:
    ran = run(*EXPLORE, *words)
    assert ran.code == 2
    assert said in ran.err
    assert ran.err.count("\n") == 1


def test_rules_are_told_and_broken(run: Any, small: Path) -> None:
    ran = run(*RULES, "first.abc", "--rules", "scale,cadence", "-o", "beyond/")
    assert ran.code == 0, ran.err
    lines = ran.out.splitlines()
    assert lines[0].endswith(": the rules it follows")
    assert any(line.startswith("the metre") and "3/4" in line for line in lines)
    assert any(line.startswith(" 1. ") for line in lines)
    written = [*(small / "beyond").iterdir()]
    assert len(written) > 1
    assert "more not written" not in ran.out
    first = run(*RULES, "first.abc", "--rules", "scale,cadence", "-o", "best")
    assert first.out.splitlines()[-2:] == [
        "wrote best.abc",
        f"{len(written) - 1} more not written: -o best/ or -o best-{{n}}.abc writes all",
    ]
    assert all(read_song(path).melody.notes for path in written)
    record = json.loads(run(*RULES, "first.abc", "--rules", "cadence", "--json").out)
    assert record["schema"] == "clinamen.rules/1"
    assert {tuple(find["broken"]) for find in record["finds"]} <= {("cadence",)}


def test_rules_that_are_none(run: Any, small: Path) -> None:
    ran = run(*RULES, "first.abc", "--rules", "colour")
    assert (ran.code, "rules are scale, metre, plan, viewpoint" in ran.err) == (2, True)


def test_both_are_told_of_in_the_story(
    run: Any, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLINAMEN_HOME", str(small / "home"))
    assert run(*EXPLORE, "first.abc", "-o", "deep.abc").code == 0
    assert run(*RULES, "first.abc", "--rules", "cadence", "-o", "beyond.abc").code == 0
    told = run("story", "log", "first.abc").out
    assert "Clinamen went deep and proposed 1 melody" in told
    assert "Clinamen broke a rule of the song and proposed 1 melody" in told
    # The song is in the store now, and is still the only one of theirs.
    assert json.loads(run(*EXPLORE, "first.abc", "--json").out)["before"]["new_for_me"] == 0


def test_what_is_in_the_store_is_not_new_for_its_user(
    run: Any, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLINAMEN_HOME", str(small / "home"))
    with closing(open_store()) as store:
        begin_project(store, (EXAMPLES / "sakura.abc").read_bytes(), "sakura.abc")
    words = [(*EXPLORE, "first.abc", "--json"), (*RULES, "first.abc", "--rules", "peak", "--json")]
    found = [json.loads(run(*each).out) for each in words]
    monkeypatch.setenv("CLINAMEN_STORY", "off")
    alone = [json.loads(run(*each).out) for each in words]
    assert found[0]["before"]["new_for_me"] > 0 == alone[0]["before"]["new_for_me"]
    assert found[1]["finds"][0]["worth"] != alone[1]["finds"][0]["worth"]
