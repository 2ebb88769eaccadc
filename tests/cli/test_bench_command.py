"""`clinamen bench`: what it prints, and what becomes of bad sets."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

TUNE = {"notes": [[0, 1, 60], [1, 1, 62], [2, 2, 64]]}
OTHER = {"notes": [[0, 1, 64], [1, 2, 62], [3, 1, 60], [4, 1, 67]], "key": "C", "phrases": [0, 3]}
RATED = TUNE | {"id": "made/1", "ratings": [{"midi": m, "mean": m % 5} for m in range(60, 70)]}


@pytest.fixture
def sets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, rows in (
        ("two", [TUNE, OTHER]),
        ("three", [TUNE, OTHER, OTHER]),
        ("one", [TUNE]),
        ("rated", [RATED]),
    ):
        text = "".join(json.dumps(row) + "\n" for row in rows)
        (tmp_path / f"{name}.jsonl").write_text(text, encoding="utf-8")
    (tmp_path / "broken.jsonl").write_text(json.dumps(TUNE) + "\n{", encoding="utf-8")
    return tmp_path


def test_json_has_one_line_a_set_and_bad_sets_do_not_keep_the_others(run: Any, sets: Path) -> None:
    words = ["bench", "prediction", "--json", "--seeds", "1", "--known", "key, phrase"]
    for name in ("two", "broken", "one", "three"):
        words += ["--set", f"{name}.jsonl"]
    ran = run(*words)
    assert ran.code == 2
    found = [json.loads(line) for line in ran.out.splitlines()]
    assert [(each["set"], each["n_melodies"]) for each in found] == [("two", 2), ("three", 3)]
    assert found[0]["known"] == ["key", "phrase"]
    assert found[0]["mixture"]["n_events"] == found[0]["classic"]["n_events"] == 7
    broken, one = ran.err.splitlines()
    assert broken.startswith("clinamen: broken.jsonl, line 2: not JSON")
    assert one.startswith("clinamen: one.jsonl: there is one melody only")


def test_the_table_says_what_was_done(run: Any, sets: Path) -> None:
    ran = run(
        "bench", "prediction", "--set", "three.jsonl", "--folds", "2", "--seeds", "2", "--grouped",
        "--known", "none", "--viewpoints", "cpint",
    )  # fmt: skip
    assert (ran.code, ran.err) == (0, "")
    head, protocol, columns, mixture, classic, both, share, *_ = ran.out.splitlines()
    assert head == "three: 3 melodies (2 different tunes), 11 notes"
    assert protocol == (
        "pitch; known: earlier pitches only; 2 folds, 2 seeds, copies of a tune together "
        "(with as many folds as tunes, seeds do nothing)"
    )
    assert columns.split("  ")[0] == "bits per note"
    assert "predicting (notes/s)" in columns
    assert mixture.startswith("learned mixture  ")
    assert classic.startswith("classic, LTM+  ")
    assert both.startswith("classic, BOTH+  ")
    assert both.endswith("  given")
    assert " ± " in mixture
    assert share.startswith("the mixture needs ")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--folds", "1"), "2 folds or more"),
        (("--seeds", "0"), "1 seed or more"),
        (("--known", "colour"), "not colour"),
        (("--target", "colour"), "not 'colour'"),
        (("--viewpoints", "bioi"), "says nothing about pitch"),
        (("--set", "choralez"), "no set is called 'choralez'"),
    ],
)
def test_a_wrong_word_is_one_line_and_exit_2(
    run: Any, sets: Path, words: tuple[str, ...], message: str
) -> None:
    ran = run("bench", "prediction", *words, *(() if "--set" in words else ("--set", "two.jsonl")))
    assert (ran.code, ran.out) == (2, "")
    assert len(ran.err.splitlines()) == 1
    assert message in ran.err


def test_without_music21_the_named_sets_are_refused_once(
    run: Any, sets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clinamen.bench._corpora.find_spec", lambda name: None)
    ran = run("bench", "prediction")
    assert ran.code == 2
    assert len(ran.err.splitlines()) == 1
    assert 'pip install "clinamen[bench]"' in ran.err


def test_listeners_as_text_and_as_json(run: Any, sets: Path) -> None:
    text = run("bench", "listeners", "--set", "rated.jsonl")
    assert text.code == 0
    for name in ("profile: shipped", "compression: shipped"):
        assert name in text.out
    assert text.out.count("made, 1 context, 10 ratings: explained variance 0.") == 2
    ran = run("bench", "listeners", "--set", "rated.jsonl", "--set", "two.jsonl", "--json")
    assert ran.code == 2
    assert "clinamen: two.jsonl, line 1: a line needs ratings" in ran.err
    (found,) = map(json.loads, ran.out.splitlines())
    assert found["file"] == "rated.jsonl"
    assert found["profile"][0]["n_values"] == found["compression"][0]["n_values"] == 10


def test_the_sets_that_the_profile_was_chosen_with_are_named(run: Any, sets: Path) -> None:
    row = RATED | {"id": "schellenberg1996/1"}
    (sets / "seen.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    said = "the profile was chosen with schellenberg1996 in view"
    assert said in run("bench", "listeners", "--set", "seen.jsonl").out
    assert "in view" not in run("bench", "listeners", "--set", "rated.jsonl").out


@pytest.mark.parametrize(
    ("target", "known"), [("joint", "earlier notes only"), ("pitch", "earlier pitches only")]
)
def test_what_is_read_where_nothing_else_is_known(
    run: Any, sets: Path, target: str, known: str
) -> None:
    words = ("--set", "two.jsonl", "--known", "none", "--target", target, "--seeds", "1")
    ran = run("bench", "prediction", *words)
    assert f"\n{target}; known: {known}; 2 folds, 1 seed\n" in ran.out


def test_help_says_when_to_use_which(run: Any) -> None:
    ran = run("bench", "--help")
    assert ran.code == 0
    assert "bits per note" in ran.out
    assert "hears like people" in " ".join(ran.out.split())
