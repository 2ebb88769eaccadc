"""`clinamen compose`: what is shown, written, and refused."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from clinamen.io.files import read_song
from clinamen.operations import compose as module
from clinamen.operations._compose_music import music_of_bars

pytestmark = pytest.mark.slow_without_jit

SHORT = ("--bars", "4", "--steps", "1", "--curve", "home open")


def bars_shown(text: str) -> list[str]:
    return re.findall(r"^ *(\d+) +\d+\.\d ", text, flags=re.M)


def test_it_is_shown_bar_by_bar_and_written(run: Any, songs: Path) -> None:
    ran = run("compose", *SHORT, "--out", "made.mid", "--metre", "3/4", "--key", "G")
    assert ran.code == 0
    assert "Melody in G major, seed 0" in ran.out
    assert read_song("made.mid").composer == "clinamen, listener songs, seed 0"
    assert "3/4, G major" in ran.out
    assert bars_shown(ran.out) == list("1234")
    for line, music in zip(
        re.findall(r"^ *\d+ +\d+\.\d .*", ran.out, flags=re.M),
        music_of_bars(read_song("made.mid").melody),
        strict=True,
    ):
        assert line.endswith(f"  {music}")
    assert "wrote made.mid" in ran.out
    heard = run("info", "made.mid")
    assert heard.code == 0
    assert "3/4" in heard.out


def test_json_has_a_line_a_melody_and_files_have_numbers(run: Any, songs: Path) -> None:
    ran = run("compose", *SHORT, "--json", "--n", "2", "--out", "many/{name}-{n}.abc")
    records = [json.loads(line) for line in ran.out.splitlines()]
    assert [(each["rank"], each["seed"]) for each in records] == [(1, 0), (2, 1)]
    assert len(records[0]["bars"]) == 4
    assert all(bar["music"] for bar in records[0]["bars"])
    shared = records[0]["shared"]
    assert shared is None or shared["line"] == records[0]["originality"]
    note = records[0]["notes"][-1]
    assert note["bits"] >= 0
    assert note["written"] is True
    assert len(list((songs / "many").iterdir())) == 2
    assert "wrote" in ran.err


def test_files_are_not_lost(run: Any, songs: Path) -> None:
    before = (songs / "first.abc").read_bytes()
    ran = run("compose", *SHORT, "--out", "first.abc")
    assert ran.code == 2
    assert "--force" in ran.err
    assert (songs / "first.abc").read_bytes() == before


def test_a_gap_of_a_song_is_filled(run: Any, songs: Path) -> None:
    ran = run("compose", "--fill", "first.abc", "--from", "3", "--to", "4", "--steps", "1")
    assert ran.code == 0
    assert bars_shown(ran.out) == ["3", "4"]


def test_stopping_keeps_the_best_so_far(
    run: Any, songs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drafts = module._drafts

    def broken(*args: Any, **kwargs: Any) -> Any:
        yield next(drafts(*args, **kwargs))
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "_drafts", broken)
    ran = run("compose", *SHORT, "--out", "made.mid")
    assert ran.code == 0
    assert "this is the best so far" in ran.err
    assert (songs / "made.mid").exists()


def test_stopping_before_the_first_answer_is_told_in_a_line(
    run: Any, songs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: Any, **kwargs: Any) -> Any:
        raise KeyboardInterrupt
        yield

    monkeypatch.setattr(module, "_drafts", broken)
    ran = run("compose", *SHORT)
    assert (ran.code, ran.out) == (130, "")
    assert ran.err == "clinamen: stopped before there was a melody; nothing was written\n"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--curve", "home brek"), "line 1, column 6: no level is called 'brek'"),
        (("--bars", "0"), "1 bar or more"),
        (("--out", "made.xyz"), "made.xyz"),
        (("--like", "empty.abc"), "empty.abc"),
    ],
)
def test_what_is_wrong_is_one_line(
    run: Any, songs: Path, words: tuple[str, ...], told: str
) -> None:
    ran = run("compose", *words)
    assert ran.code == 2
    assert told in ran.err
    assert len(ran.err.splitlines()) == 1
