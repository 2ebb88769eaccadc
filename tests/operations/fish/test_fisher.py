"""A night at speed: it surfaces, waits, is killed and goes on; and what it learns."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
from tests.operations.fish.casting import ONE, Cast, Clock, Machine

import clinamen
from clinamen.errors import ConflictError, MissingError
from clinamen.ledger.expeditions import ENDED, PAUSED, RUNNING, STOPPED, Holder
from clinamen.operations.edit import Draft, draft_of
from clinamen.operations.fish._fisher import CHECKPOINT_SECONDS, PACE_SECONDS, Fisher, Progress
from clinamen.operations.fish._ideas import Idea
from clinamen.operations.fish.landing import keep_find, reject_find, song_of_find
from clinamen.operations.fish.machine import BATTERY
from clinamen.texts import LANGUAGES

ALL = ("swerve", "compose", "sculpt", "mutate", "combine", "drafts")


@pytest.fixture(scope="module")
def listener() -> clinamen.Listener:
    """The one that is quick."""
    return clinamen.load_listener("songs_quick")


@pytest.fixture(scope="module")
def night(listener: clinamen.Listener) -> Cast:
    """A minute with all generators, that is over; nothing is changed in it."""
    cast = Cast(listener, minutes=1, names=ALL)
    assert cast.fisher().run() == ENDED
    return cast


def stop_after(fisher: Fisher, n_steps: int, cast: Cast, state: str = PAUSED) -> None:
    """Work until so many steps are done in all."""

    def tell() -> None:
        if fisher.progress.n_steps >= n_steps and cast.expedition.state == RUNNING:
            cast.store.expeditions.order(cast.expedition.id, state)

    cast.clock.told.append(tell)
    assert fisher.run() == state
    cast.clock.told.remove(tell)


def long_cast(listener: clinamen.Listener, minutes: float = 480) -> Cast:
    """A step a minute, in which something surfaces every twenty minutes or so."""
    return Cast(listener, clock=Clock(stretch=60 / PACE_SECONDS), minutes=minutes, rate=24)


def test_a_minute_brings_one_find_with_its_reasons(night: Cast) -> None:
    finds = night.store.expeditions.finds(night.project)
    assert len(finds) == 1
    assert [find for find, _ in night.found] == list(finds)
    for _, facts in night.found:
        assert set(facts.bars) <= {9, 10, 11, 12}
        assert all(facts.reason[language] and facts.change[language] for language in LANGUAGES)
        for figure in (facts.worth, facts.novelty, facts.quality, facts.fit, facts.sense):
            assert 0 < figure <= 1
        assert facts.liking == 0.5  # Nothing was kept or rejected yet.


def test_a_find_is_the_song_but_for_its_passage(night: Cast, listener: clinamen.Listener) -> None:
    song = clinamen.read(night.song)
    start, end = song.melody.bar_onsets[8], song.melody.bar_onsets[12]
    for find, _ in night.found:
        made = song_of_find(night.store, night.project, find.number)
        assert made != song
        for one, other in ((song, made), (made, song)):
            outside = [n for n in one.melody.notes if not start <= n.onset_quarters < end]
            assert all(note in other.melody.notes for note in outside)


def test_every_find_has_its_entry_and_the_story_holds(night: Cast) -> None:
    told = [e.says for e in night.store.story.entries(night.project) if e.seq > 1]
    assert [says["generated"] for says in told] == [[find.draft] for find, _ in night.found]
    for says, (_, facts) in zip(told, night.found, strict=True):
        assert (says["activity"], says["settings"]["wish"]) == ("fish", night.wish)
        assert says["settings"]["reasons"] == [dict(facts.reason)]
        assert [agent["kind"] for agent in says["agents"]][-1] == "listener"
    assert night.store.story.verify(night.project).problems == ()


def test_time_is_counted_and_turns_are_told(night: Cast) -> None:
    progress = Progress.from_json(night.expedition.progress)
    assert progress.fished_seconds == pytest.approx(60, abs=PACE_SECONDS)
    assert progress.n_steps == 30
    assert sum(each["n_turns"] for each in progress.records.values()) == 30
    assert progress.records.keys() == set(ALL)
    assert all(each["n_turns"] for name, each in progress.records.items() if name != "drafts")
    assert night.expedition.holder is None
    assert night.store.expeditions.ideas(night.expedition.id) == {}


def test_a_search_that_was_killed_goes_on_as_if_it_had_not_been(
    listener: clinamen.Listener,
) -> None:
    """From a checkpoint on, the same turns bring the same ideas."""
    whole, cut = long_cast(listener, minutes=60), long_cast(listener, minutes=60)
    whole.fisher().run()
    stop_after(cut.fisher(), 17, cut)
    for n_steps in (40, 500):
        cut.store.expeditions.order(cut.expedition.id, RUNNING)
        fisher = cut.fisher(Holder(str(n_steps), 1, "nowhere"))
        if n_steps < 100:
            stop_after(fisher, n_steps, cut)
        else:
            fisher.run()
    first, second = (
        [store.story.entity(project, find.draft).data for find in store.expeditions.finds(project)]
        for store, project in ((whole.store, whole.project), (cut.store, cut.project))
    )
    assert first == second
    assert len(first) > 1
    records = [Progress.from_json(each.expedition.progress).records for each in (whole, cut)]
    assert records[0] == records[1]


def test_a_checkpoint_comes_every_ten_seconds_and_holds_the_ideas(
    listener: clinamen.Listener,
) -> None:
    cast = Cast(listener, minutes=1)
    fisher = cast.fisher()
    oldest = 0.0

    def tell() -> None:
        nonlocal oldest
        progress = Progress.from_json(cast.expedition.progress)
        oldest = max(oldest, fisher.progress.fished_seconds - progress.fished_seconds)

    cast.clock.told.append(tell)
    fisher.run()
    assert 0 < oldest <= CHECKPOINT_SECONDS


def test_what_is_held_is_kept_with_a_pause_and_dropped_with_the_end(
    listener: clinamen.Listener,
) -> None:
    cast = Cast(listener)
    fisher = cast.fisher()
    stop_after(fisher, 30, cast)
    kept = cast.store.expeditions.ideas(cast.expedition.id)
    assert kept == {idea.key: idea.to_json() for idea in fisher.pool.ideas}
    assert all(Idea.from_json(text).key == key for key, text in kept.items())
    cast.store.expeditions.order(cast.expedition.id, RUNNING)
    stop_after(cast.fisher(), 40, cast, STOPPED)
    assert cast.store.expeditions.ideas(cast.expedition.id) == {}


def test_a_busy_computer_is_left_alone(listener: clinamen.Listener) -> None:
    cast = Cast(listener, machine=Machine(BATTERY), minutes=1)
    fisher = cast.fisher()

    def tell() -> None:
        progress = Progress.from_json(cast.expedition.progress)
        if cast.clock.at < 300:
            assert (fisher.progress.n_steps, progress.waiting) == (0, BATTERY)
            assert cast.store.expeditions.is_fresh(cast.expedition)  # It waits, and lives.
        else:
            cast.machine.why = ""

    cast.clock.told.append(tell)
    assert fisher.run() == ENDED
    assert fisher.progress.fished_seconds == pytest.approx(60, abs=PACE_SECONDS)
    assert fisher.progress.n_steps == 30
    assert Progress.from_json(cast.expedition.progress).waiting == ""


def test_who_was_taken_over_ends(listener: clinamen.Listener) -> None:
    cast = Cast(listener)
    fisher = cast.fisher()
    cast.store.expeditions.claim(cast.expedition.id, Holder("two", 2, "x"), is_gone=True)
    with pytest.raises(ConflictError, match="taken this expedition over"):
        fisher.run()


def test_a_project_that_is_gone_ends_the_search(listener: clinamen.Listener) -> None:
    cast = Cast(listener)
    fisher = cast.fisher()
    fisher.step()
    cast.store.delete(cast.project)
    with pytest.raises(MissingError, match="no expedition"):
        fisher.run()


def test_what_cannot_be_kept_does_not_half_surface(
    listener: clinamen.Listener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The entry, the find and the progress are of one transaction."""
    cast = Cast(listener, path=tmp_path / "p.db")
    fisher = cast.fisher()
    for _ in range(20):
        fisher.step()
    fisher.progress.fished_seconds = 1e9  # The bar has sunk.
    real = cast.store.expeditions.save

    def full(*given: object, **more: object) -> None:
        raise MissingError("p.db: cannot be used (database or disk is full)")

    monkeypatch.setattr(cast.store.expeditions, "save", full)
    fisher.step()
    assert cast.store.expeditions.finds(cast.project) == ()
    assert len(cast.store.story.entries(cast.project)) == 1
    monkeypatch.setattr(cast.store.expeditions, "save", real)
    fisher.step()
    assert len(cast.store.expeditions.finds(cast.project)) == 1
    assert len(cast.store.story.entries(cast.project)) == 2
    cast.store.close()


def test_a_locked_database_is_waited_for(
    listener: clinamen.Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = Cast(listener, minutes=1)
    fisher, real, n_refused = cast.fisher(), cast.store.expeditions.save, 0

    def locked(*given: object, **more: object) -> object:
        nonlocal n_refused
        if 20 < cast.clock.at < 60:
            n_refused += 1
            raise MissingError("p.db: cannot be used (database is locked)")
        return real(*given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(cast.store.expeditions, "save", locked)
    assert fisher.run() == ENDED
    assert n_refused > 3


def test_a_disk_that_stays_full_ends_it(
    listener: clinamen.Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = Cast(listener, minutes=60)
    fisher = cast.fisher()

    def full(*given: object, **more: object) -> None:
        raise MissingError("p.db: cannot be used (database or disk is full)")

    monkeypatch.setattr(cast.store.expeditions, "save", full)
    with pytest.raises(MissingError, match="full"):
        fisher.run()
    assert 600 < cast.clock.at < 700


def test_rejecting_teaches_what_is_not_liked_and_keeping_what_is(
    listener: clinamen.Listener,
) -> None:
    cast = long_cast(listener)
    fisher = cast.fisher()
    stop_after(fisher, 60, cast)
    (first, facts), (second, others), *_ = cast.found
    idea = next(iter(fisher.pool.ideas))
    assert fisher.liked(idea) == 0.5
    reject_find(cast.store, cast.project, first.number)
    keep_find(cast.store, cast.project, second.number)
    cast.store.expeditions.order(cast.expedition.id, RUNNING)
    again = cast.fisher()
    chances = again.liking.chances([facts.features, others.features])  # type: ignore[arg-type]
    assert chances[0] < 0.5 < chances[1]
    assert again.liking.n_examples == 2


def test_what_is_decided_while_it_runs_is_learnt_at_once(listener: clinamen.Listener) -> None:
    cast = long_cast(listener, minutes=60)
    fisher = cast.fisher()

    def tell() -> None:
        for find in cast.store.expeditions.finds(cast.project):
            if find.status == "surfaced":
                reject_find(cast.store, cast.project, find.number)

    cast.clock.told.append(tell)
    fisher.run()
    assert fisher.liking.n_examples == len(cast.found) > 1


def test_locked_bars_and_notes_stay(listener: clinamen.Listener) -> None:
    cast = Cast(listener, wish="", minutes=1, locks=("1-13",))
    song = clinamen.read(cast.song)
    draft = draft_of(song)
    cast.fisher().run()
    assert cast.found
    for find, facts in cast.found:
        assert set(facts.bars) <= {14, 15, 16}
        made = draft_of(song_of_find(cast.store, cast.project, find.number))
        limit = 13 * 4 * 10080
        assert [n for n in made.notes if n.onset_ticks < limit] == [
            n for n in draft.notes if n.onset_ticks < limit
        ]


def test_what_the_maker_locked_in_the_song_stays_and_stays_locked(
    listener: clinamen.Listener, tmp_path: Path
) -> None:
    cast = Cast(listener)
    cast.store.expeditions.order(cast.expedition.id, STOPPED)
    base = cast.store.project(cast.project).revision
    plain = json.loads(base.document)
    at = next(i for i, note in enumerate(plain["notes"]) if note[0] >= 8 * 40320)
    plain["notes"][at] = [*plain["notes"][at][:3], "", True]
    cast.store.commit(cast.project, json.dumps(plain), base=base.id, action="lock")
    title = cast.store.project(cast.project).title
    from clinamen.operations.fish.fishing import FishRequest, begin_fishing

    cast.begun = begin_fishing(cast.store, FishRequest(title, cast.wish, nights=0.002))
    cast.fisher().run()
    assert cast.found
    for find, _ in cast.found:
        text = cast.store.story.entity(cast.project, find.draft).data.decode()
        locked = [note for note in Draft.from_json(text).notes if note.is_locked]
        assert [note.onset_ticks for note in locked] == [plain["notes"][at][0]]
        assert locked[0].pitch == plain["notes"][at][2]


def test_a_damaged_progress_is_told(listener: clinamen.Listener, tmp_path: Path) -> None:
    cast = Cast(listener, path=tmp_path / "p.db")
    cast.store.close()
    with sqlite3.connect(tmp_path / "p.db") as database:
        database.execute("UPDATE expedition SET progress = '{\"tides\": 3}'")
    database.close()
    from clinamen.errors import FormatError

    again = Cast.__new__(Cast)
    again.__dict__.update(cast.__dict__)
    again.store = type(cast.store)(tmp_path / "p.db", clock=cast.clock.now)
    with pytest.raises(FormatError, match="no progress"):
        again.fisher(ONE)
    again.store.close()
