"""Lessons come out the same in this process, in others, and on a Dask cluster; workers may die."""

from __future__ import annotations

import faulthandler
import gc
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from distributed import Client, LocalCluster

from clinamen.domains.music.events import melody_events
from clinamen.domains.music.training import (
    Course,
    Lesson,
    TrainingOptions,
    first_lessons,
    learn_lesson,
    opening_labels,
    train,
)
from clinamen.engine.mixture import MixtureOptions
from clinamen.errors import ClinamenError, MissingError
from clinamen.io.files import read_song
from clinamen.operations._runners import runner

EXAMPLES = Path(__file__).parents[2] / "examples"
TUNES = ("sakura.abc", "frere_jacques.krn", "greensleeves.abc")
TARGETS = ("onset", "pitch")


@pytest.fixture(autouse=True)
def _never_hangs() -> Iterator[None]:
    """A test that waits for a worker that never comes ends the run, saying where."""
    faulthandler.dump_traceback_later(240, exit=True)
    yield
    faulthandler.cancel_dump_traceback_later()


def a_course() -> Course:
    heard = [melody_events(read_song(str(EXAMPLES / name)).melody) for name in TUNES]
    options = TrainingOptions(TARGETS, MixtureOptions(n_passes=2, rate=0.1))
    return Course(tuple(heard), opening_labels(heard), options)


def outcome(run: Any, keep: Callable[[Any], None] = lambda lessons: None) -> dict[str, Any]:
    """All that a training comes to, as plain bytes."""
    course = a_course()
    learned = train(course, first_lessons(course), run=run, keep=keep)
    found = {}
    for target, each in learned.items():
        rows = each.mixture.long_term.rows()
        arrays = (each.mixture.weights, rows.codes, rows.n_links, rows.symbols, rows.counts)
        found[target] = [array.tobytes() for array in arrays]
    return found


@lru_cache(maxsize=1)
def in_order() -> dict[str, Any]:
    return outcome(None)


def test_several_processes_learn_the_same() -> None:
    kept: list[list[Lesson]] = []
    with runner(2, None) as run:
        assert run is not None
        assert outcome(run, kept.append) == in_order()
    assert len(kept) == 4  # two targets, two passes: each is kept when it is done
    assert sorted(lesson.n_done for lesson in kept[-1]) == [2, 2]


def learn_or_die(course: Course, lesson: Lesson) -> Lesson:
    """As `learn_lesson`; the first time in the second pass on pitch, its worker is killed."""
    die_once(lesson)
    return learn_lesson(course, lesson)


def die_once(lesson: Lesson) -> None:
    flag = Path(os.environ["CLINAMEN_TEST_FLAG"])
    if lesson.target == "pitch" and lesson.n_done == 1 and flag.exists():
        flag.unlink()
        os.kill(os.getpid(), signal.SIGKILL)


def die_always(course: Course, lesson: Lesson) -> Lesson:
    if os.getpid() != int(os.environ["CLINAMEN_TEST_PARENT"]):
        os.kill(os.getpid(), signal.SIGKILL)
    return lesson


def mortal(run: Any) -> Any:
    """A runner whose workers run `learn_or_die` instead of a lesson."""

    def run_mortal(work: Callable[..., Any], tasks: Any) -> Any:
        return run(learn_or_die if work is learn_lesson else work, tasks)

    return run_mortal


@pytest.fixture
def flag(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that stands as long as nobody has died."""
    path = tmp_path / "alive"
    path.touch()
    monkeypatch.setenv("CLINAMEN_TEST_FLAG", str(path))
    monkeypatch.setenv("CLINAMEN_TEST_PARENT", str(os.getpid()))
    return path


def test_a_process_that_is_killed_loses_nothing(flag: Path) -> None:
    with runner(2, None) as run:
        assert outcome(mortal(run)) == in_order()
    assert not flag.exists()


@pytest.mark.usefixtures("flag")
def test_where_every_process_dies_the_work_is_done_here() -> None:
    course = a_course()
    lessons = first_lessons(course)
    with runner(2, None) as run:
        assert run is not None
        done = list(run(die_always, [(course, each) for each in lessons]))
    assert [each.target for each in done] == [each.target for each in lessons]


def test_no_process_is_left_behind() -> None:
    with runner(2, None) as run:
        assert run is not None
        there = set(run(process_of, [(0, 0), (1, 1)]))
    assert os.getpid() not in there
    for process in there:
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)


def process_of(course: object, lesson: object) -> int:
    return os.getpid()


@pytest.fixture
def cluster(flag: Path) -> Iterator[str]:
    """Address of a Dask cluster of two processes, which is closed afterwards."""
    with LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        dashboard_address=":0",
        host="127.0.0.1",
    ) as local:
        yield local.scheduler_address


def test_a_cluster_learns_the_same(cluster: str) -> None:
    kept: list[list[Lesson]] = []
    with runner(1, cluster) as run:
        assert outcome(run, kept.append) == in_order()
    assert len(kept) == 4


def test_a_worker_of_a_cluster_that_is_killed_loses_nothing(cluster: str, flag: Path) -> None:
    with runner(1, cluster) as run:
        assert outcome(mortal(run)) == in_order()
    assert not flag.exists()


LONELY = """
import sys, time
from distributed import Client, LocalCluster
if __name__ == "__main__":
    with LocalCluster(n_workers=1, threads_per_worker=1, processes=False, protocol="tcp",
                      dashboard_address=":0", host="127.0.0.1") as cluster:
        print(cluster.scheduler_address, flush=True)
        sys.stdin.read()
"""


@pytest.fixture
def doomed(tmp_path: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A cluster in a process of its own."""
    script = tmp_path / "lonely.py"
    script.write_text(LONELY)
    with subprocess.Popen(
        [sys.executable, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip(), process
        process.kill()


def test_a_cluster_that_goes_away_is_one_clear_error(
    doomed: tuple[str, subprocess.Popen[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clinamen.operations._runners.SECONDS_TO_ANSWER", 2)
    address, process = doomed
    kept: list[list[Lesson]] = []

    def keep(lessons: list[Lesson]) -> None:
        kept.append(lessons)
        process.kill()
        process.wait()

    with pytest.raises(ClinamenError, match="is gone"), runner(1, address) as run:
        outcome(run, keep)
    assert kept  # what was done before is there to go on from


def test_no_cluster_at_an_address_is_one_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clinamen.operations._runners.SECONDS_TO_ANSWER", 1)
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))  # nobody listens there
        address = f"tcp://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(MissingError, match="no Dask scheduler answers"), runner(1, address):
            pass


@pytest.mark.parametrize("address", ["", "nonsense", "http://x:1", "tcp://"])
def test_what_is_no_address_is_one_clear_error(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No client is left that would close itself at a moment when the next one starts."""
    monkeypatch.setattr("clinamen.operations._runners.SECONDS_TO_ANSWER", 1)
    gc.collect()
    gc.disable()
    try:
        with pytest.raises(MissingError, match="no Dask scheduler answers"), runner(1, address):
            pass
        assert not [each for each in gc.get_objects() if isinstance(each, Client)]
    finally:
        gc.enable()


def test_a_worker_of_another_version_is_refused(
    doomed: tuple[str, subprocess.Popen[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clinamen.__version__", "9.9")
    with pytest.raises(ClinamenError, match=r"9\.9 is needed there"), runner(1, doomed[0]):
        pass


def test_what_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "joblib", None)
    with pytest.raises(MissingError, match=r"pip install 'clinamen\[cluster\]'"), runner(2, None):
        pass


ORPHANS = """
import os, sys, time
from clinamen.operations._runners import runner

def tell(course, lesson):
    print(os.getpid(), flush=True)
    time.sleep(60)

if __name__ == "__main__":
    with runner(2, None) as run:
        list(run(tell, [(0, 0), (1, 1)]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps the parent's number")
def test_processes_end_with_the_one_that_started_them(tmp_path: Path) -> None:
    script = tmp_path / "orphans.py"
    script.write_text(ORPHANS)
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True) as main:
        assert main.stdout is not None
        assert len({main.stdout.readline() for _ in range(2)}) == 2
        main.kill()
        # The pipe ends when the last process that holds it does.
        assert main.communicate(timeout=30)[0] == ""
