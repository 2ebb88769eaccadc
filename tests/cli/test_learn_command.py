"""`clinamen learn` as people use it: killed, taken up again, told what is bad."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

QUICK = ("--passes", "1", "--weights", "new")

SLOW = """
import sys, time
from clinamen.cli import main
from clinamen.domains.music import training

learn_lesson = training.learn_lesson

def slow(course, lesson, progress=None):
    if lesson.n_done == 1:  # time to be killed in the second pass
        time.sleep(60)
    return learn_lesson(course, lesson, progress)

training.learn_lesson = slow
main(sys.argv[1:])
"""


def test_songs_are_learnt_and_heard_with(run: Any, songs: Path) -> None:
    ran = run("learn", "first.abc", "second.abc", "-o", "my.listener", *QUICK)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("learnt 2 songs, 28 notes, 1 different tune\n")
    for target in ("onset", "pitch", "duration"):
        assert f"  {target:<9}" in ran.out
    assert "wrote my.listener (" in ran.out
    heard = run("hear", "first.abc", "--listener", "my.listener")
    assert heard.code == 0
    assert "listener: my;" in heard.out


def test_a_bad_file_is_one_line_and_the_rest_is_learnt(run: Any, songs: Path) -> None:
    ran = run("learn", ".", "missing.mid", "-o", "my.listener", *QUICK)
    assert ran.code == 2
    lines = ran.err.splitlines()
    assert len(lines) == 3
    assert all(line.startswith("clinamen: ") for line in lines)
    for name in ("broken.mid", "empty.abc", "missing.mid"):
        assert sum(name in line for line in lines) == 1
    assert "learnt 2 songs" in ran.out
    assert "; 3 files left out, whole or in part (see above)\n" in ran.out
    assert (songs / "my.listener").exists()


def test_an_empty_folder_has_no_songs(run: Any, songs: Path) -> None:
    (songs / "nothing").mkdir()
    for arguments in (("hear", "nothing"), ("learn", "nothing", "-o", "my.listener", *QUICK)):
        ran = run(*arguments)
        assert ran.code == 2
        assert ran.err.startswith("clinamen: nothing: no songs in it\n")


def test_few_tunes_in_many_copies_are_told(run: Any, songs: Path) -> None:
    for copy in ("third", "fourth"):
        (songs / f"{copy}.abc").write_bytes((songs / "first.abc").read_bytes())
    names = ("first.abc", "second.abc", "third.abc", "fourth.abc")
    ran = run("learn", *names, "-o", "my.listener", *QUICK)
    assert "4 songs, 56 notes, 1 different tune: most are copies\n" in ran.out
    assert "flatter" in ran.out
    assert "copies" not in run("learn", *names[:2], "-o", "o.listener", *QUICK).out


def test_a_merge_that_is_stopped_says_so_in_a_line(
    run: Any, songs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(request: object, note: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("clinamen.cli._learn.merge_to_file", stopped)
    ran = run("learn", "--merge", "a", "b", "-o", "my.listener")
    assert ran.err == "clinamen: stopped; nothing was written\n"
    assert ran.code == 130


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("empty.abc",), "nothing to learn from"),
        (("first.abc", "--weights", "nobody"), "no listener is called 'nobody'"),
        (("first.abc", "--targets", "loudness"), "targets must be among"),
        (("first.abc", "--passes", "-1"), "n_passes must be 0 or more"),
        (("first.abc", "--jobs", "0"), "jobs must be 1 or more"),
        (("first.abc", "--fewest", "0"), "fewest must be 1 or more"),
        (("first.abc", "--merge"), "two listeners or more"),
        (("first.abc", "second.abc", "--merge"), "not a listener file"),
        (("a", "a", "--merge"), "a: the same listener was given twice"),
        (("first.abc", "--half-life", "0"), "--half-life must be above 0, not 0"),
        (("a", "b", "--merge", "--half-life", "3"), "--half-life has no place"),
    ],
)
def test_what_cannot_be_is_one_line(
    run: Any, songs: Path, arguments: tuple[str, ...], said: str
) -> None:
    ran = run("learn", *arguments, "-o", "my.listener")
    assert ran.code == 2
    assert said in ran.err.splitlines()[-1]
    assert not (songs / "my.listener").exists()


def test_an_output_that_is_there_stays_unless_forced(run: Any, songs: Path) -> None:
    (songs / "note.txt").write_text("do not lose me")
    ran = run("learn", "first.abc", "-o", "note.txt", "--force", *QUICK)
    assert (ran.code, "is no listener" in ran.err) == (2, True)
    assert (songs / "note.txt").read_text() == "do not lose me"
    assert run("learn", "first.abc", "-o", "my.listener", *QUICK).code == 0
    again = run("learn", "first.abc", "-o", "my.listener", *QUICK)
    assert (again.code, "(--force)" in again.err) == (2, True)
    assert run("learn", "first.abc", "-o", "my.listener", "--force", *QUICK).code == 0


def test_listeners_are_merged_and_added_to(run: Any, songs: Path) -> None:
    for name in ("first", "second"):
        assert run("learn", f"{name}.abc", "-o", f"{name}.listener", *QUICK).code == 0
    for order in (("first", "second"), ("second", "first")):
        files = [f"{name}.listener" for name in order]
        ran = run("learn", "--merge", *files, "-o", f"{order[0]}.both", "--name", "both")
        assert (ran.code, ran.err) == (0, "")
        assert "2 songs, 28 notes" in ran.out
    assert (songs / "first.both").read_bytes() == (songs / "second.both").read_bytes()
    ran = run("learn", "first.abc", "--add-to", "second.listener", "-o", "c", "--passes", "1")
    assert "it has now heard 2 songs, 28 notes" in ran.out


def test_a_note_is_given_where_a_listener_has_no_weights(
    run: Any, songs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from clinamen.domains.music.listener import Listener

    monkeypatch.setattr(
        "clinamen.operations.listeners.load_listener", lambda name=None: Listener("classic")
    )
    ran = run("learn", "first.abc", "-o", "my.listener", "--passes", "1")
    assert ran.code == 0
    assert ran.err.startswith("clinamen: note: classic has no weights for onset, pitch, duration")


@contextmanager
def learning(folder: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A process that learns slowly: it has done the first pass when this begins."""
    (folder / "slow.py").write_text(SLOW)
    part = folder / "my.listener.part"
    command = [sys.executable, "slow.py", "learn", *arguments, "-o", "my.listener"]
    with subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, text=True) as process:
        try:
            deadline = time.monotonic() + 120
            while not part.exists() and process.poll() is None and time.monotonic() < deadline:
                time.sleep(0.02)
            assert part.exists()
            yield process
        finally:
            process.kill()


ARGUMENTS = ("first.abc", "second.abc", "--targets", "pitch", "--passes", "2", "--weights", "new")


def test_a_process_that_is_killed_is_gone_on_with_to_the_same_bytes(run: Any, songs: Path) -> None:
    assert run("learn", *ARGUMENTS, "-o", "whole", "--name", "my").code == 0
    with learning(songs, *ARGUMENTS) as process:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    assert not (songs / "my.listener").exists()
    ran = run("learn", *ARGUMENTS, "-o", "my.listener")
    assert ran.code == 0
    assert "going on from my.listener.part (passes done: pitch 1)" in ran.err
    assert (songs / "my.listener").read_bytes() == (songs / "whole").read_bytes()
    assert not (songs / "my.listener.part").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_ctrl_c_says_how_to_go_on(songs: Path) -> None:
    with learning(songs, *ARGUMENTS) as process:
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err == (
        "clinamen: stopped; the same command goes on from my.listener.part, which can be "
        "deleted if that is not wanted\n"
    )


def test_help_says_what_each_listener_is_for(run: Any) -> None:
    ran = run("learn", "--help")
    text = " ".join(ran.out.split())
    assert "Add the songs to what this listener has heard" in text
    assert "Where weights begin" in text


class Terminal:
    """stderr that says it is a terminal."""

    def __init__(self) -> None:
        self.written: list[str] = []

    def write(self, text: str) -> int:
        self.written.append(text)
        return len(text)

    def flush(self) -> None: ...

    def isatty(self) -> bool:
        return True


def test_a_bar_shows_what_is_done_and_no_error_is_lost(
    run: Any, songs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    shown = Terminal()
    monkeypatch.setattr(sys, "stderr", shown)
    ran = run("learn", "first.abc", "broken.mid", "-o", "my.listener", *QUICK)
    text = "".join(shown.written)
    assert ran.code == 2
    assert "learning duration" in text
    assert "broken.mid" in text
