"""The process itself: started in the background, killed, found dead, taken up again."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from tests.operations.fish.casting import SONG

from clinamen.ledger import ProjectStore
from clinamen.ledger.expeditions import PAUSED, RUNNING, Expedition, Holder
from clinamen.operations.fish import working
from clinamen.operations.fish.fishing import FishRequest, begin_fishing, running_alone
from clinamen.operations.fish.view import FISHING, INTERRUPTED, badge, fish_view
from clinamen.operations.fish.working import fish_on, is_worked_on, start_process, take_up
from clinamen.operations.story.home import HOME

SECONDS = 60.0


@pytest.fixture
def begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Expedition]:
    """A store on the disk with an expedition that goes on whatever the computer does."""
    monkeypatch.setenv(HOME, str(tmp_path))
    path = tmp_path / "p.db"
    request = FishRequest(str(SONG), "a bridge", always=True, listener="songs_quick")
    with closing(ProjectStore(path)) as store:
        return path, begin_fishing(store, request).expedition


def wait_until(is_so: Callable[[], bool]) -> None:
    begun = time.monotonic()
    while not is_so():
        assert time.monotonic() - begun < SECONDS
        time.sleep(0.05)


@pytest.mark.skipif(os.name == "nt", reason="kills by signals")
def test_a_process_that_is_killed_is_found_dead_and_another_goes_on(
    begun: tuple[Path, Expedition],
) -> None:
    path, expedition = begun
    with closing(ProjectStore(path)) as store:
        now = lambda: store.expeditions.expedition(expedition.id)  # noqa: E731
        assert fish_view(store, now()).state == INTERRUPTED
        first = start_process(expedition, path)
        try:
            wait_until(lambda: is_worked_on(store, now()))
            holder = now().holder
            assert holder is not None
            assert holder.pid == first.pid != os.getpid()
            assert os.getsid(first.pid) == first.pid  # Its terminal may be closed.
            assert fish_view(store, now()).state == FISHING
            assert badge(store) == {"n_unseen": 0, "n_running": 1}
            second = start_process(expedition, path)
            assert second.wait(SECONDS) == 2  # One is enough.
            os.kill(first.pid, signal.SIGKILL)
            first.wait(SECONDS)
            assert running_alone(store) == (now(),)
            first = start_process(expedition, path)
            wait_until(lambda: is_worked_on(store, now()))
            assert now().holder != holder
            store.expeditions.order(expedition.id, PAUSED)
            assert first.wait(SECONDS) == 0
            assert (now().state, now().holder) == (PAUSED, None)
        finally:
            first.kill()
            first.wait()


def test_what_cannot_be_opened_says_why(begun: tuple[Path, Expedition]) -> None:
    from clinamen.errors import MissingError

    path, expedition = begun
    with closing(ProjectStore(path)) as store:
        options = expedition.options.replace("songs_quick", "no_listener")
        with store.together():
            store._database.rows(
                "UPDATE expedition SET options = ? WHERE id = ?", options, expedition.id
            )
    with pytest.raises(MissingError, match="no_listener"):
        fish_on(expedition.id, path)
    with closing(ProjectStore(path)) as store:
        found = store.expeditions.expedition(expedition.id)
        assert (found.state, found.holder) == (RUNNING, None)
        view = fish_view(store, found)
        assert view.state == INTERRUPTED
        assert "no_listener" in view.trouble


def test_a_holder_of_another_computer_is_only_known_by_its_signs(
    begun: tuple[Path, Expedition],
) -> None:
    path, expedition = begun
    with closing(ProjectStore(path)) as store:
        gone = Holder("x", 2**22 + 1, "elsewhere")
        found = store.expeditions.claim(expedition.id, gone)
        assert is_worked_on(store, found)
        here = replace(gone, host=__import__("platform").node() or "localhost")
        found = store.expeditions.claim(expedition.id, here, is_gone=True)
        assert not is_worked_on(store, found)


def test_what_was_broken_off_is_taken_up_and_what_was_paused_is_not(
    begun: tuple[Path, Expedition], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, expedition = begun
    started: list[int] = []
    monkeypatch.setattr(working, "start_process", lambda each, _: started.append(each.id))
    take_up(path)
    assert started == [expedition.id]
    with closing(ProjectStore(path)) as store:
        store.expeditions.order(expedition.id, PAUSED)
    assert take_up(path) == ()
