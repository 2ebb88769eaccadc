"""`clinamen bench harmony`: what it prints, and what becomes of bad sets."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.bench.test_harmony import ROWS, SONGS, written


def test_each_set_has_its_line_and_bad_ones_do_not_keep_the_others(
    run: Any, tmp_path: Path
) -> None:
    rated, songs = written(tmp_path / "r.jsonl", ROWS), written(tmp_path / "s.jsonl", SONGS)
    broken = written(tmp_path / "b.jsonl", [ROWS[0], {}])
    ran = run("bench", "harmony", "--json", "--folds", "2", "--set", rated, "--set", broken,
              "--set", songs)  # fmt: skip
    assert ran.code == 2
    assert [json.loads(line)["kind"] for line in ran.out.splitlines()] == ["ratings", "songs"]
    (error,) = ran.err.splitlines()
    assert error.startswith("clinamen: ")
    assert "b.jsonl, line 2: chords must be a list" in error


def test_figures_are_shown(run: Any, tmp_path: Path) -> None:
    rated, songs = written(tmp_path / "r.jsonl", ROWS), written(tmp_path / "s.jsonl", SONGS)
    ran = run("bench", "harmony", "--set", rated, "--set", songs, "--folds", "2")
    assert (ran.code, ran.err) == (0, "")
    lines = [line for line in ran.out.splitlines() if line]
    assert lines[0] == "r.jsonl: 4 rated sequences"
    assert lines[1].startswith("shipped profile of harmony 'people': r = 0.")
    assert lines[2].startswith("published, HVR: r = ")
    assert lines[3] == "s.jsonl: 5 songs, 29 chords"
    assert any(line.startswith("mixture, chords, key, timing, melody  ") for line in lines)
    assert any(line.startswith("PPM with decay (") for line in lines)
    assert any(line.startswith("classic, BOTH+, key  ") for line in lines)
    assert lines[-1].startswith("fewer bits of the mixture, knowing the same: ")


def test_a_set_must_be_given(run: Any) -> None:
    ran = run("bench", "harmony")
    assert ran.code == 2
    assert "--set" in ran.err
