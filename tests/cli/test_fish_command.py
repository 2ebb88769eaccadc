"""`clinamen fish`, its process stood in for but where it is fished in the foreground."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.operations.fish.casting import QUICK, SONG, Clock, Machine

import clinamen
from clinamen.ledger import ProjectStore
from clinamen.ledger.expeditions import Expedition, Holder
from clinamen.operations.fish import _fisher
from clinamen.operations.fish._generators import generators
from clinamen.operations.fish.working import work_on

WISH = "a bridge that breaks home with more cowbell"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a song and a store of its own; nothing is started in the background."""
    (tmp_path / "song.musicxml").write_bytes(SONG.read_bytes())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CLINAMEN_HOME", str(tmp_path / "home"))
    started: list[int] = []

    def start(expedition: Expedition, path: Path | None) -> object:
        started.append(expedition.id)
        with closing(ProjectStore(path or tmp_path / "home" / "projects.db")) as store:
            store.expeditions.claim(expedition.id, Holder("t", 1, "nowhere"), is_gone=True)
        return None

    monkeypatch.setattr("clinamen.cli._fish.start_process", start)
    return tmp_path


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """What is fished in the foreground takes no time."""
    clock = Clock()

    def work(store: ProjectStore, expedition: int, **more: Any) -> str:
        listener = clinamen.load_listener("songs_quick")
        return work_on(store, expedition, clock=clock, machine=Machine(), listener=listener, **more)

    monkeypatch.setattr("clinamen.cli._fish.work_on", work)
    monkeypatch.setattr(
        _fisher,
        "generators",
        lambda material: tuple(each for each in generators(material) if each.name in QUICK),
    )
    return clock


def test_it_begins_with_the_song_and_says_what_it_understood(run: Any, folder: Path) -> None:
    ran = run("fish", "song.musicxml", "--wish", WISH)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines() == [
        "Fishing in Harbour Light: the bridge, looked for in bars 9 to 12: nothing in the song "
        "marks it.",
        "Looked for: away from home.",
        "Not understood: cowbell.",
        "It goes on in the background, after everything else: clinamen fish status",
    ]
    again = run("fish", "song.musicxml")
    assert again.code == 2
    assert again.err == "clinamen: this song is being fished already\n"


def test_it_is_looked_after(run: Any, folder: Path) -> None:
    nothing = run("fish", "status")
    assert nothing.out.startswith("Nothing is being fished: clinamen fish SONG --wish")
    run("fish", "song.musicxml", "--wish", WISH, "--rate", "2")
    status = run("fish", "status").out.splitlines()
    assert status[0] == "Harbour Light: fishing"
    assert "0 of 8 hours fished, waits left out; at most 2 finds a day" in status
    assert status[-1] == "Nothing is biting yet. Be patient."
    assert not any("%" in line for line in status)
    assert run("fish", "pause", "song.musicxml").out == "Harbour Light: paused. Nothing is lost.\n"
    assert run("fish", "status", "Harbour Light").out.startswith("Harbour Light: paused")
    assert run("fish", "resume").out == "Harbour Light: goes on.\n"
    assert run("fish", "resume", "song.musicxml").code == 2
    assert run("fish", "resume").out == "There is nothing to take up again.\n"
    stopped = run("fish", "stop", "Harbour Light")
    assert stopped.out == "Harbour Light: stopped. What has surfaced stays.\n"
    for word in ("pause", "resume"):
        ran = run("fish", word, "Harbour Light")
        assert (ran.code, "clinamen fish SONG begins anew" in ran.err) == (2, True)
    record = json.loads(run("fish", "status", "--json").out)
    assert (record["state"], record["unknown"], record["n_ideas"]) == ("stopped", ["cowbell"], 0)


def test_what_surfaced_is_landed(run: Any, folder: Path, at_once: Clock) -> None:
    ran = run("fish", "song.musicxml", "--wish", WISH, "--nights", "0.003", "--foreground")
    assert ran.code == 0
    assert "Harbour Light: its time is over" in ran.out
    assert "minutes fished, waits left out" in ran.out
    assert '1 find not looked at: clinamen fish land "Harbour Light"' in ran.out
    shown = run("fish", "land", "song.musicxml").out.splitlines()
    assert shown[0] == "Harbour Light"
    assert "[new, surfaced 2" in shown[1]
    assert "fits the listener and the constraints" in "\n".join(shown)
    assert "[surfaced 2" in run("fish", "land", "song.musicxml").out  # Looked at by now.
    for language, word in (("vi", "nổi lên"), ("ja", "浮上")):
        assert word in run("fish", "land", "song.musicxml", "--language", language).out
    kept = run("fish", "land", "song.musicxml", "1", "--keep", "-o", "kept.musicxml")
    assert kept.out.splitlines() == [
        "wrote kept.musicxml",
        "Find 1 is the song now; undo in the studio brings back what was.",
    ]
    assert clinamen.read("kept.musicxml").melody != clinamen.read("song.musicxml").melody
    record = json.loads(run("fish", "land", "song.musicxml", "1", "--json").out)
    assert (record["number"], record["status"], record["is_new"]) == (1, "kept", False)
    gone = run("fish", "land", "song.musicxml", "1", "--reject")
    assert gone.out == "Find 1 was let go; nothing like it is looked for.\n"


def test_no_find_is_held_against_a_wish_that_nobody_made(
    run: Any, folder: Path, at_once: Clock
) -> None:
    run("fish", "song.musicxml", "--nights", "0.003", "--foreground")
    shown = run("fish", "land", "song.musicxml").out
    assert "fits the listener and the constraints" in shown
    assert "the wish" not in shown


def test_a_song_from_nothing_and_the_computers_own_store_are_told_apart(
    run: Any, folder: Path
) -> None:
    ran = run("fish", "song.musicxml", "--store", "other.db")
    assert ran.code == 0
    assert run("fish", "status").out.startswith("Nothing is being fished")
    assert run("fish", "status", "--store", "other.db").out.startswith("Harbour Light: fishing")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("nowhere.mid",), "nowhere.mid: no such file"),
        (("song.musicxml", "--rate", "99"), "clinamen: the rate is above 0 and at most 24 finds"),
        (("song.musicxml", "--nights", "0"), "clinamen: the time to fish must be above 0"),
        (("song.musicxml", "--nights", "nan"), "the time to fish must be above 0"),
        (("song.musicxml", "--seed", "-1"), "a seed is a whole number from 0 on"),
        (("song.musicxml", "--wish", "bars 90-99"), "there are no bars 90 to 99"),
        (("song.musicxml", "--lock", "x"), "a lock is"),
        (("song.musicxml", "--listener", "nobody"), "no listener is called 'nobody'"),
        (("song.musicxml", "--language", "la"), "language must be"),
        (("land", "song.musicxml"), "no story is known of this file"),
        (("land", "song.musicxml", "--keep"), "say which find"),
        (("land", "song.musicxml", "1", "--keep", "--reject"), "not both"),
        (("resume", "--foreground"), "name it"),
        (("status", "song.musicxml"), "no story is known"),
    ],
)
def test_what_cannot_be_is_one_line(
    words: tuple[str, ...], message: str, run: Any, folder: Path
) -> None:
    ran = run("fish", *words)
    assert ran.code == 2
    assert ran.err.startswith("clinamen: ")
    assert ran.err.count("\n") == 1
    assert message in ran.err


def test_ctrl_c_in_the_foreground_is_a_pause(run: Any, folder: Path, at_once: Clock) -> None:
    def press() -> None:
        if at_once.at > 20:
            raise KeyboardInterrupt

    at_once.told.append(press)
    ran = run("fish", "song.musicxml", "--foreground")
    assert ran.code == 0
    assert ran.out.endswith("Harbour Light: paused. Nothing is lost.\n")
    status = run("fish", "status").out
    assert "paused" in status
    at_once.told.clear()
    assert run("fish", "resume").out == "Harbour Light: goes on.\n"
