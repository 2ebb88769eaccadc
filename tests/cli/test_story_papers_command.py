"""`clinamen story papers`: from a file of a song to a paper."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from clinamen.operations.story.home import open_store
from clinamen.operations.story.papers import KINDS
from clinamen.operations.story.recording import begin_project

TUNE = b"X:1\nT:Harbour\nM:4/4\nL:1/4\nK:C\nC D E F|G A B c|\n"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CLINAMEN_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "song.abc").write_bytes(TUNE)
    with closing(open_store()) as store:
        begin_project(store, TUNE, "song.abc")
    return tmp_path


@pytest.mark.parametrize("kind", KINDS)
def test_a_paper_is_printed_or_written(run: Any, home: Path, kind: str) -> None:
    ran = run("story", "papers", "Harbour", "--kind", kind, "--by", "Lan")
    assert ran.code == 0, ran.err
    assert "**Draft to check. Not legal advice.**" in ran.out
    assert "Lan" in ran.out
    again = run("story", "papers", "song.abc", "--kind", kind, "--by", "Lan", "--out", "p.md")
    assert again.out == "wrote p.md: a draft to check, no legal advice\n"
    assert (home / "p.md").read_text("utf-8") == ran.out
    assert (
        "exists already" in run("story", "papers", "song.abc", "--kind", kind, "--out", "p.md").err
    )


def test_all_that_is_told_stands_on_the_sheet(run: Any, home: Path) -> None:
    told = ("--writer", "Lan:60", "--writer", "Bo:40", "--iswc", "T0345246801",
            "--isrc", "sea122600001")  # fmt: skip
    ran = run("story", "papers", "Harbour", "--kind", "split", *told, "--out", "p.json")
    assert ran.code == 0, ran.err
    text = json.dumps(json.loads((home / "p.json").read_text("utf-8")))
    for word in ("60 %", "40 %", "100 %", "T-034.524.680-1", "SE-A12-26-00001"):
        assert word in text


def test_other_languages(run: Any, home: Path) -> None:
    out = run("story", "papers", "Harbour", "--kind", "stim", "--language", "vi").out
    assert "Bản nháp cần kiểm tra" in out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--kind", "will"), "--kind must be one of"),
        (("--kind", "split", "--writer", "Lan:60", "--writer", "Bo:30"), "sum to 100, not 90"),
        (("--kind", "split", "--iswc", "T-034.524.680-2"), "its check digit would be 1"),
        (("--kind", "split", "--isrc", "nothing"), "an ISRC is written"),
        (("--kind", "split", "--out", "p.docx"), "--out must end in"),
        (("--kind", "stim", "--out", "p.xml"), "is written as"),
        (("--kind", "stim", "--language", "sv"), "language must be one of"),
    ],
)
def test_faults_are_one_line(run: Any, home: Path, arguments: tuple[str, ...], told: str) -> None:
    ran = run("story", "papers", "Harbour", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert told in ran.err
    assert ran.err.count("\n") == 1
