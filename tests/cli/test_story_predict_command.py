"""`clinamen story predict`, `predictions`, `outcome`, `score` and `prov`."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from clinamen.operations.story import predictions as sealed

LATER = "2999-01-01"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CLINAMEN_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def sealed_id(told: str) -> str:
    found = re.match(r"([0-9a-f]{8}): sealed as entry", told)
    assert found, told
    return found[1]


def test_a_prediction_is_sealed_listed_and_comes_out(run: Any, home: Path) -> None:
    one = sealed_id(run("story", "predict", "It rains", "--until", LATER, "--chance", "0.7").out)
    run("story", "predict", "Someone sings it", "--until", "2500-01-01")
    listed = run("story", "predictions").out
    assert listed.index("Someone sings it") < listed.index("It rains")
    assert "until 2999-01-01; chance 0.7; open" in listed
    assert "no chance given" in listed
    assert run("story", "predictions", "--due").out == "Nothing is due.\n"
    assert "came true" in run("story", "outcome", one, "yes", "--note", "All day.").out
    records = [json.loads(line) for line in run("story", "predictions", "--json").out.splitlines()]
    assert [each["outcome"] for each in records] == [None, True]
    assert records[1]["note"] == "All day."
    shown = run("story", "score").out
    assert "Brier score 0.090 over 1 prediction." in shown
    assert "Not scored: 1 open." in shown
    assert (
        "recorded that the prediction of entry 2 came true"
        in run("story", "log", "Predictions").out
    )
    assert run("story", "verify", "Predictions", "--replay").code == 0


def test_faults_are_one_line(run: Any, home: Path) -> None:
    for arguments in (
        ("predict", "x", "--until", "2001-01-01"),
        ("predict", "x", "--until", "tomorrow"),
        ("predict", "", "--until", LATER),
        ("predict", "x", "--until", LATER, "--chance", "70"),
        ("predict", "x", "--until", LATER, "--song", "Nowhere"),
        ("outcome", "abc", "yes"),
        ("score",),
        ("score", "--plot", "plot.pdf"),
    ):
        ran = run("story", *arguments)
        assert ran.code == 2, arguments
        assert ran.err.startswith("clinamen: ")
        assert ran.err.count("\n") == 1
        assert ran.out == ""
    assert run("story", "predictions").out.startswith("No predictions yet")


def test_a_series_is_scored_and_drawn(run: Any, home: Path) -> None:
    for chance, outcome in (("0.9", "yes"), ("0.9", "yes"), ("0.2", "no"), ("0.2", "yes")):
        told = run("story", "predict", "It rains", "--until", LATER, "--chance", chance).out
        run("story", "outcome", sealed_id(told), outcome)
    ran = run("story", "score", "--plot", "plot.svg", "--json")
    scored = json.loads(ran.out)
    assert scored["brier"] == pytest.approx((0.01 + 0.01 + 0.04 + 0.64) / 4)
    assert scored["low"] <= scored["brier"] <= scored["high"]
    assert [(band["chance"], band["share"], band["n"]) for band in scored["bands"]] == [
        (0.2, 0.5, 2), (0.9, 1.0, 2)
    ]  # fmt: skip
    assert (home / "plot.svg").read_bytes().startswith(b"<?xml")
    assert "exists already" in run("story", "score", "--plot", "plot.svg").err
    shown = run("story", "score", "--plot", "plot.svg", "--force").out
    assert "= reliability" in shown
    assert re.search(r"95 % interval 0\.\d+ to 0\.\d+", shown)


def test_any_command_of_the_story_says_once_a_day_what_is_due(
    run: Any, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    soon = date.today() + timedelta(days=2)
    run("story", "predict", "It rains", "--until", soon.isoformat())
    assert run("story", "list").err == ""
    monkeypatch.setattr(sealed, "today", lambda: soon)
    ran = run("story", "list", "--json")
    assert ran.err == "clinamen: 1 prediction is due: clinamen story predictions --due\n"
    assert json.loads(ran.out)["title"] == "Predictions"
    assert run("story", "list").err == ""


def test_nothing_is_made_by_looking_for_what_is_due(run: Any, home: Path) -> None:
    run("story", "check", "nothing.wav")
    assert not (home / "home").exists()


def test_a_path_is_written_as_provenance(run: Any, home: Path) -> None:
    from tests.operations.story.prov_json import faults

    run("story", "predict", "It rains", "--until", LATER)
    assert run("story", "prov", "Predictions", "--out", "p.json").out == "wrote p.json\n"
    written = (home / "p.json").read_text("utf-8")
    assert faults(json.loads(written)) == []
    assert run("story", "prov", "Predictions").out == written
    assert "exists already" in run("story", "prov", "Predictions", "--out", "p.json").err
    assert run("story", "prov", "Predictions", "--out", "p.json", "--force").code == 0
