"""Laws of long searches: one holder, checkpoints that are whole, finds that are never lost."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinamen.errors import ConflictError, MissingError, ParameterError
from clinamen.ledger import Activity, Content, ProjectStore
from clinamen.ledger._schema import MIGRATIONS, migrate
from clinamen.ledger.expeditions import (
    KEPT,
    MAX_EXPEDITIONS,
    MAX_FINDS,
    MAX_IDEAS,
    MAX_TEXT,
    PAUSED,
    REJECTED,
    RUNNING,
    STALE,
    STOPPED,
    Expedition,
    Holder,
)

ONE, TWO = Holder("one", 1, "here"), Holder("two", 2, "there with spaces")


class Clock:
    def __init__(self) -> None:
        self.at = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def later(self, time: timedelta) -> None:
        self.at += time


def begun(
    path: Path | None = None, clock: Callable[[], datetime] | None = None
) -> tuple[ProjectStore, Expedition]:
    store = ProjectStore(path, clock=clock or Clock())
    project = store.create("A song", "song.abc", b"X:1", options="{}", document="0")
    return store, store.expeditions.begin(project.id, "a wish", "{}")


def surfaced(store: ProjectStore, expedition: Expedition, document: str) -> int:
    with store.together():
        content = Content("draft", document.encode())
        _, (digest,) = store.story.append(expedition.project, Activity("fish"), [content])
        return store.expeditions.surface(expedition.id, ONE, digest, "{}").number


def test_an_expedition_is_as_it_was_begun() -> None:
    store, expedition = begun()
    assert (expedition.wish, expedition.options, expedition.progress) == ("a wish", "{}", "")
    assert (expedition.state, expedition.holder, expedition.is_open) == (RUNNING, None, True)
    assert store.expeditions.of(expedition.project) == (expedition,)
    assert store.expeditions.open() == (expedition,)


def test_a_song_is_fished_once_at_a_time() -> None:
    store, expedition = begun()
    with pytest.raises(ConflictError, match="being fished already"):
        store.expeditions.begin(expedition.project, "another", "{}")
    store.expeditions.order(expedition.id, STOPPED)
    assert store.expeditions.begin(expedition.project, "another", "{}").id > expedition.id
    with pytest.raises(ConflictError, match="is over"):
        store.expeditions.order(expedition.id, RUNNING)


def test_what_is_not_there_is_said() -> None:
    store, expedition = begun()
    with pytest.raises(MissingError, match="no project 'x'"):
        store.expeditions.begin("x", "", "{}")
    with pytest.raises(MissingError, match="no expedition 9"):
        store.expeditions.expedition(9)
    with pytest.raises(MissingError, match="no find 1 of this song"):
        store.expeditions.find(expedition.project, 1)
    with pytest.raises(ParameterError, match="a state is one of"):
        store.expeditions.order(expedition.id, "asleep")


def test_a_checkpoint_is_what_is_found_again(tmp_path: Path) -> None:
    store, expedition = begun(tmp_path / "p.db")
    store.expeditions.claim(expedition.id, ONE)
    store.expeditions.save(expedition.id, ONE, "far", added={"a": "1", "b": "2"})
    store.expeditions.save(expedition.id, ONE, "farther", added={"a": "3"}, dropped=["b"])
    store.close()
    with closing(ProjectStore(tmp_path / "p.db")) as again:
        found = again.expeditions.expedition(expedition.id)
        assert (found.progress, found.holder) == ("farther", ONE)
        assert again.expeditions.ideas(expedition.id) == {"a": "3"}


def test_a_checkpoint_that_cannot_be_kept_leaves_the_one_before() -> None:
    store, expedition = begun()
    store.expeditions.claim(expedition.id, ONE)
    store.expeditions.save(expedition.id, ONE, "far", added={"a": "1"})
    many = {str(number): "x" for number in range(MAX_IDEAS)}
    with pytest.raises(ParameterError, match="at most 500 ideas"):
        store.expeditions.save(expedition.id, ONE, "too far", added=many)
    with pytest.raises(ParameterError, match="characters"):
        store.expeditions.save(expedition.id, ONE, "x" * (MAX_TEXT + 1))
    assert store.expeditions.expedition(expedition.id).progress == "far"
    assert store.expeditions.ideas(expedition.id) == {"a": "1"}


def test_a_holder_that_gives_no_sign_of_life_is_taken_over_and_told() -> None:
    clock = Clock()
    store, expedition = begun(clock=clock)
    store.expeditions.claim(expedition.id, ONE)
    clock.later(STALE - timedelta(seconds=1))
    with pytest.raises(ConflictError, match="another process fishes"):
        store.expeditions.claim(expedition.id, TWO)
    clock.later(timedelta(seconds=1))
    assert store.expeditions.claim(expedition.id, TWO).holder == TWO
    with pytest.raises(ConflictError, match="taken this expedition over"):
        store.expeditions.save(expedition.id, ONE, "late")
    with pytest.raises(ConflictError, match="taken this expedition over"):
        store.expeditions.surface(expedition.id, ONE, "d", "{}")
    store.expeditions.release(expedition.id, ONE)  # Of another's it changes nothing.
    assert store.expeditions.expedition(expedition.id).holder == TWO


def test_a_holder_known_to_be_dead_is_not_waited_for() -> None:
    store, expedition = begun()
    store.expeditions.claim(expedition.id, ONE)
    assert store.expeditions.claim(expedition.id, TWO, is_gone=True).holder == TWO


def test_a_clock_set_back_does_not_keep_a_dead_holder_alive() -> None:
    clock = Clock()
    store, expedition = begun(clock=clock)
    store.expeditions.claim(expedition.id, ONE)
    clock.later(-timedelta(days=1))
    assert store.expeditions.claim(expedition.id, TWO).holder == TWO


def test_what_waits_is_not_claimed() -> None:
    store, expedition = begun()
    store.expeditions.order(expedition.id, PAUSED)
    with pytest.raises(ConflictError, match="not running"):
        store.expeditions.claim(expedition.id, ONE)


DOES = st.tuples(st.sampled_from(("claim", "save", "release", "wait")), st.sampled_from((ONE, TWO)))


@settings(deadline=None, max_examples=60)
@given(st.lists(DOES, max_size=25))
def test_two_never_write(does: list[tuple[str, Holder]]) -> None:
    """Against an oracle: who claimed last while the other was silent for a minute, or gone."""
    clock = Clock()
    store, expedition = begun(clock=clock)
    holds: Holder | None = None
    heard = clock.at
    for number, (what, who) in enumerate(does):
        if what == "wait":
            clock.later(timedelta(seconds=35))
        elif what == "release":
            store.expeditions.release(expedition.id, who)
            holds = None if holds == who else holds
        else:
            may = who == holds
            if what == "claim":
                may = may or holds is None or clock.at - heard >= STALE
            try:
                if what == "claim":
                    store.expeditions.claim(expedition.id, who)
                else:
                    store.expeditions.save(expedition.id, who, str(number))
            except ConflictError:
                assert not may
            else:
                assert may
                holds, heard = who, clock.at
    store.close()


def test_a_find_is_looked_at_and_decided() -> None:
    store, expedition = begun()
    store.expeditions.claim(expedition.id, ONE)
    project = expedition.project
    assert [surfaced(store, expedition, each) for each in "abc"] == [1, 2, 3]
    assert store.expeditions.n_unseen() == {project: 3}
    store.expeditions.look(project)
    assert store.expeditions.n_unseen() == {}
    assert store.expeditions.decided_at(project) == ""
    assert store.expeditions.decide(project, 2, REJECTED).status == REJECTED
    assert store.expeditions.decided_at(project)
    with pytest.raises(ConflictError, match="rejected already"):
        store.expeditions.decide(project, 2, REJECTED)
    assert store.expeditions.decide(project, 2, KEPT).status == KEPT  # One may think again.
    with pytest.raises(ParameterError, match="kept or rejected"):
        store.expeditions.decide(project, 2, "eaten")


def test_what_surfaced_before_is_that_find() -> None:
    store, expedition = begun()
    store.expeditions.claim(expedition.id, ONE)
    assert surfaced(store, expedition, "a") == surfaced(store, expedition, "a") == 1


def test_numbers_of_finds_are_never_given_twice_and_the_oldest_are_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("clinamen.ledger.expeditions.MAX_FINDS", 3)
    store, expedition = begun()
    store.expeditions.claim(expedition.id, ONE)
    numbers = [surfaced(store, expedition, str(number)) for number in range(5)]
    assert numbers == [1, 2, 3, 4, 5]
    assert [each.number for each in store.expeditions.finds(expedition.project)] == [3, 4, 5]
    assert MAX_FINDS > 3


def test_old_expeditions_are_forgotten_but_not_what_surfaced_in_them() -> None:
    store, expedition = begun()
    store.expeditions.claim(expedition.id, ONE)
    surfaced(store, expedition, "a")
    for _ in range(MAX_EXPEDITIONS):
        store.expeditions.order(store.expeditions.open()[0].id, STOPPED)
        store.expeditions.begin(expedition.project, "again", "{}")
    kept = store.expeditions.of(expedition.project)
    assert len(kept) == MAX_EXPEDITIONS
    assert expedition.id not in {each.id for each in kept}
    (find,) = store.expeditions.finds(expedition.project)
    assert find.expedition is None


def test_ideas_go_with_the_end_and_all_with_the_project() -> None:
    store, expedition = begun()
    store.expeditions.claim(expedition.id, ONE)
    store.expeditions.save(expedition.id, ONE, "far", added={"a": "1"})
    surfaced(store, expedition, "a")
    store.expeditions.order(expedition.id, STOPPED)
    assert store.expeditions.ideas(expedition.id) == {}
    assert store.expeditions.save(expedition.id, ONE, "end", added={"b": "2"}).state == STOPPED
    assert store.expeditions.ideas(expedition.id) == {}  # Nor do they come back.
    store.delete(expedition.project)
    assert store.expeditions.of(expedition.project) == ()
    assert store.expeditions.finds(expedition.project) == ()


def test_a_file_from_before_there_were_expeditions_can_have_some(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        migrate(database, "p.db", MIGRATIONS[:4])
    with closing(ProjectStore(path)) as store:
        project = store.create("t", "s", b"x", options="{}", document="0")
        assert store.expeditions.begin(project.id, "", "{}").is_open


@pytest.mark.parametrize("text", ["", "token", "token x host", "token ² host"])
def test_what_is_no_holder_is_nobody(text: str) -> None:
    assert Holder.parse(text) is None


def test_a_holder_is_read_as_it_was_written() -> None:
    assert [Holder.parse(str(each)) for each in (ONE, TWO)] == [ONE, TWO]
