"""`clinamen bench story`: what it prints, and its exit code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from clinamen.bench import story

SMALL = ("--n-corruptions", "32", "--kills", "0", "--entries", "1000")


@pytest.fixture(autouse=True)
def no_seal(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("rfc3161_client", reason="time-stamps need the extra `stamp`")
    monkeypatch.setattr(story, "seal_seconds", lambda folder, chance: None)


def test_figures_are_shown(run: Any, tmp_path: Path) -> None:
    ran = run("bench", "story", *SMALL, "--folder", str(tmp_path))
    assert (ran.code, ran.err) == (0, "")
    lines = [line.split() for line in ran.out.splitlines()]
    assert next(line for line in lines if line[0] == "all")[1:4] == ["32", "of", "32"]
    assert "false alarms over the untouched story: 0 of 2" in ran.out
    assert "append at 1,000 entries: median " in ran.out
    assert "seal" not in ran.out


def test_times_alone_can_be_had(run: Any, tmp_path: Path) -> None:
    ran = run("bench", "story", *SMALL, "--n-corruptions", "0", "--folder", str(tmp_path))
    assert (ran.code, ran.err) == (0, "")
    assert "changed at random" not in ran.out


def test_one_json_object(run: Any, tmp_path: Path) -> None:
    ran = run("bench", "story", "--json", *SMALL, "--folder", str(tmp_path))
    found = json.loads(ran.out)
    assert (found["bench"], found["n_corruptions"], found["seed"]) == ("story", 32, 1)
    assert found["corruptions"][-1]["kind"] == "all"
    assert "processor" in found["machine"]


def test_what_is_missed_is_told_and_is_no_success(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(story, "corrupt", lambda bench, kind: (False, "nobody saw it"))
    ran = run("bench", "story", *SMALL, "--folder", str(tmp_path))
    assert ran.code == 1
    assert "missed: bits changed, file: nobody saw it" in ran.out


def test_a_folder_that_is_not_there_is_one_line(run: Any, tmp_path: Path) -> None:
    ran = run("bench", "story", "--folder", str(tmp_path / "none"))
    assert (ran.code, len(ran.err.splitlines())) == (2, 1)
