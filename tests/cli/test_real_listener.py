"""The whole way with the shipped listener: a file on disk to table, report and picture."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="module")
def shipped() -> str:
    from clinamen.operations.listeners import DEFAULT_LISTENER

    return DEFAULT_LISTENER


def test_a_song_is_heard_with_the_default_listener(run: Any, songs: Path, shipped: str) -> None:
    ran = run("hear", "first.abc", "--html", "r.html", "--plot", "p.png")
    assert ran.code == 0
    assert f"listener: {shipped}" in ran.out
    assert (songs / "p.png").read_bytes().startswith(b"\x89PNG")
    report = (songs / "r.html").read_text(encoding="utf-8")
    remarks = re.findall(r"^  \d\. (.*)$", ran.out, flags=re.M)
    assert len(remarks) == 3
    for remark in remarks:
        assert remark.partition(": ")[0] in report


@pytest.mark.parametrize("target", ["pitch", "onset", "duration", "joint"])
def test_every_target_gives_a_whole_record(run: Any, songs: Path, target: str) -> None:
    ran = run("hear", "first.abc", "--json", "--target", target, "--html", "r.html")
    record = json.loads(ran.out)
    assert record["target"] == target
    bits = [note["information_content"] for note in record["notes"]]
    assert all(each > -1e-9 for each in bits)
    assert record["mean_information_content"] == pytest.approx(sum(bits) / len(bits))
    costliest = max(range(1, len(bits)), key=bits.__getitem__)
    assert record["most_surprising"][0]["note"] == costliest + 1


@pytest.mark.parametrize("model", ["stm", "ltm", "ltm+", "both", "both+"])
def test_every_model_hears(run: Any, songs: Path, model: str) -> None:
    record = json.loads(run("hear", "first.abc", "--json", "--model", model).out)
    assert record["settings"]["model"] == model


def test_a_new_listener_and_viewpoints_of_ones_own(run: Any, songs: Path) -> None:
    options = ("--listener", "new", "--viewpoints", "cpint,cpintfref linked")
    record = json.loads(run("hear", "first.abc", "--json", *options).out)
    assert record["settings"]["viewpoints"] == ["(cpint cpintfref)"]
    assert record["settings"]["model"] == "stm"


def test_an_unknown_listener_is_one_line(run: Any, songs: Path) -> None:
    ran = run("hear", "first.abc", "second.abc", "--listener", "nobody")
    assert ran.code == 2
    assert len(ran.err.splitlines()) == 1
    assert "no listener is called 'nobody'" in ran.err


def test_sentences_agree_with_the_numbers(run: Any, songs: Path) -> None:
    record = json.loads(run("hear", "first.abc", "--json").out)
    for remark in record["most_surprising"]:
        note = record["notes"][remark["note"] - 1]
        assert f"{note['name']} cost {note['information_content']:.1f} bits" in remark["sentence"]
        if "sure of" in remark["sentence"]:
            assert f"of {note['expected'][0]['value']} (" in remark["sentence"]


def test_the_help_names_the_viewpoints_of_the_shipped_listener(run: Any) -> None:
    from clinamen.operations.listeners import load_listener

    words = " ".join(run("hear", "--help").out.split())
    for text in load_listener().viewpoints.values():
        for viewpoint in text.split(", "):
            assert viewpoint in words.replace(" ", "")


def test_the_first_note_has_no_note_before_it(run: Any, songs: Path) -> None:
    tune = "X:1\nM:4/4\nL:1/4\nK:F\n=BcAG|F2C2|DEFG|A4|\n"
    (songs / "odd.abc").write_text(tune)
    ran = run("hear", "odd.abc", "--why", "1.1")
    assert "at the beginning of a tune" in ran.out
    assert "0 quarters after the note before" not in ran.out
