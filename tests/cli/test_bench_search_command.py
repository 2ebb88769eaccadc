"""`clinamen bench search`: what it shows, and what becomes of what cannot be measured."""

from __future__ import annotations

import json
from typing import Any

import pytest

from clinamen.bench import search
from clinamen.bench._search_part import Asked, PartFigures, Table, Target, Telling


def found(asked: Asked, telling: Telling = None) -> PartFigures:
    return PartFigures(
        "methods",
        {"n_seeds": asked.size.n_seeds, "seed": asked.seed, "song": asked.song},
        [Target("ahead", 0.25, 0.0), Target("quick", 1.0, 2.0)],
        ("so much was tried",),
        Table(("method", "coverage"), (("[atlas]", "7 %"),)),
    )


def lost(asked: Asked, telling: Telling = None) -> PartFigures:
    return PartFigures("speed", {"n_lost": 1}, is_sound=False)


@pytest.fixture
def parts(monkeypatch: pytest.MonkeyPatch) -> None:
    here = {"methods": f"{__name__}:found", "speed": f"{__name__}:lost"}
    monkeypatch.setattr(search, "PARTS", here)


def test_figures_are_shown_beside_their_targets(run: Any, parts: None) -> None:
    ran = run("bench", "search", "--part", "methods")
    assert ran.code == 0
    lines = [" ".join(line.split()) for line in ran.out.splitlines()]
    assert "so much was tried" in lines
    assert "[atlas] 7 %" in lines
    assert "ahead 0.250 >= 0 reached" in lines
    assert "quick 1.000 >= 2 missed" in lines


def test_json_holds_every_part_with_targets_and_machine(run: Any, parts: None) -> None:
    ran = run("bench", "search", "--json", "--quick", "--seed", "7", "--song", "a.abc")
    assert ran.code == 1, "something was lost"
    plain = json.loads(ran.out)
    assert plain["methods"] == {"n_seeds": 3, "seed": 7, "song": "a.abc"}
    assert plain["speed"] == {"n_lost": 1}
    assert [target["is_met"] for target in plain["targets"]] == [True, False]
    assert plain["machine"]["clinamen"]


@pytest.mark.parametrize(
    ("words", "told"),
    [(["--part", "nothing"], "parts are"), (["--seed", "-1"], "from 0 on")],
)
def test_what_cannot_be_measured_is_told_in_a_line(run: Any, words: list[str], told: str) -> None:
    ran = run("bench", "search", *words)
    assert ran.code == 2
    assert told in ran.err
