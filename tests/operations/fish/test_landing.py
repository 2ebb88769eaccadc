"""What is kept becomes the song, and what the maker did meanwhile stays."""

from __future__ import annotations

import copy
import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.operations.fish.casting import ONE, SONG, Cast

import clinamen
from clinamen.errors import ConflictError, ParameterError
from clinamen.ledger import Activity, Content, ProjectStore, file_kind
from clinamen.ledger.expeditions import KEPT, REJECTED, STOPPED
from clinamen.operations.fish.fishing import FishRequest, begin_fishing, latest, order_fishing
from clinamen.operations.fish.landing import keep_find, reject_find, song_of_find, write_find
from clinamen.operations.fish.view import badge, finds_view, fish_view, fish_views, in_words
from clinamen.operations.story.blame import blame
from clinamen.operations.story.path import Path as SongPath
from clinamen.operations.story.words import said

BAR = 4 * 10080


@pytest.fixture(scope="module")
def fished(tmp_path_factory: pytest.TempPathFactory) -> Cast:
    """With a find in bars 9 to 12, on the disk."""
    path = tmp_path_factory.mktemp("fished") / "p.db"
    made = Cast(clinamen.load_listener("songs_quick"), minutes=1.5, path=path)
    made.fisher().run()
    made.store.close()
    assert made.found
    return made


@pytest.fixture
def cast(fished: Cast, tmp_path: Path) -> Iterator[Cast]:
    """The same, to be changed."""
    assert fished.path is not None
    copied = copy.copy(fished)
    shutil.copy(fished.path, tmp_path / "p.db")
    copied.store = ProjectStore(tmp_path / "p.db", clock=fished.clock.now)
    yield copied
    copied.store.close()


def rows(document: str) -> list[list[Any]]:
    notes: list[list[Any]] = json.loads(document)["notes"]
    return notes


def passage(notes: list[list[Any]], *, inside: bool) -> list[list[Any]]:
    return [note for note in notes if (8 * BAR <= note[0] < 12 * BAR) is inside]


def test_a_find_that_is_kept_is_the_song(cast: Cast) -> None:
    find, _ = cast.found[0]
    before = cast.store.project(cast.project)
    kept = keep_find(cast.store, cast.project, find.number)
    assert kept.revision.draft == find.draft
    assert cast.store.expeditions.find(cast.project, find.number).status == KEPT
    undone = cast.store.undo(cast.project, base=kept.revision.id)
    assert undone.revision.id == before.revision.id
    assert cast.store.story.verify(cast.project).problems == ()


def test_what_was_changed_elsewhere_meanwhile_stays(cast: Cast) -> None:
    find, _ = cast.found[0]
    base = cast.store.project(cast.project).revision
    plain = json.loads(base.document)
    plain["notes"][0][2] += 1
    plain["notes"][-1][3:] = ["la", True]
    edited = json.dumps(plain)
    cast.store.commit(cast.project, edited, base=base.id, action="pitch")
    kept = rows(keep_find(cast.store, cast.project, find.number).revision.document)
    found = rows(cast.store.story.entity(cast.project, find.draft).data.decode())
    assert passage(kept, inside=False) == passage(rows(edited), inside=False)
    assert passage(kept, inside=True) == passage(found, inside=True)


def test_to_keep_what_is_the_song_already_adds_no_state(cast: Cast) -> None:
    find, _ = cast.found[0]
    base = cast.store.project(cast.project).revision
    text = cast.store.story.entity(cast.project, find.draft).data.decode()
    own = cast.store.commit(cast.project, text, base=base.id, action="pitch")
    assert keep_find(cast.store, cast.project, find.number).revision.id == own.revision.id
    assert cast.store.story.entries(cast.project)[-1].says["activity"] == "keep"


def test_what_was_decided_is_not_decided_again(cast: Cast) -> None:
    find, _ = cast.found[0]
    n_entries = len(cast.store.story.entries(cast.project))
    reject_find(cast.store, cast.project, find.number)
    with pytest.raises(ConflictError, match="rejected already"):
        reject_find(cast.store, cast.project, find.number)
    assert len(cast.store.story.entries(cast.project)) == n_entries + 1
    keep_find(cast.store, cast.project, find.number)
    with pytest.raises(ConflictError, match="kept already"):
        keep_find(cast.store, cast.project, find.number)
    assert len(cast.store.story.entries(cast.project)) == n_entries + 2
    assert cast.store.expeditions.find(cast.project, find.number).status != REJECTED


def test_the_story_tells_of_it_and_who_made_which_note(cast: Cast) -> None:
    find, facts = cast.found[0]
    keep_find(cast.store, cast.project, find.number)
    path = SongPath(cast.store, cast.project)
    lines = [said(step, path) for step in path.steps]
    assert f"Clinamen fished for “{cast.wish}”, and a find surfaced" in lines
    assert lines[-1] == "The maker kept a find that Clinamen had fished for"
    origins = [each for each in blame(path) if each.how == "kept"]
    assert origins
    assert all(8 * BAR <= each.of.onset_ticks < 12 * BAR for each in origins)
    assert {each.reason["en"] for each in origins} == {facts.reason["en"]}


def test_a_find_is_written_and_known_by_its_bytes(cast: Cast, tmp_path: Path) -> None:
    find, _ = cast.found[0]
    file = tmp_path / "find.musicxml"
    write_find(cast.store, cast.project, find.number, file)
    read = clinamen.read(file)
    assert read.melody.notes == song_of_find(cast.store, cast.project, find.number).melody.notes
    known = cast.store.story.find(file.read_bytes())
    assert known is not None
    assert known[0] == cast.project
    with pytest.raises(ParameterError, match="exists already"):
        write_find(cast.store, cast.project, find.number, file)


def test_a_file_that_is_another_song_than_the_project_is_fished_itself(tmp_path: Path) -> None:
    """A variant that was written is fished as it is in the file, and kept whole."""
    cast = Cast(clinamen.load_listener("songs_quick"))
    cast.store.expeditions.order(cast.expedition.id, STOPPED)
    song = clinamen.read(SONG)
    first = song.melody.notes[0]
    variant = song.replace(
        melody=song.melody.replace(
            notes=(replace(first, pitch=first.pitch + 2, spelling=None), *song.melody.notes[1:])
        )
    )
    file = tmp_path / "variant.musicxml"
    from clinamen.operations.song_files import write_songs

    write_songs([variant], [file])
    content = Content(file_kind(file.name), file.read_bytes())
    cast.store.story.append(cast.project, Activity("export", {"file": file.name}), [content])
    cast.begun = begin_fishing(cast.store, FishRequest(str(file), cast.wish, nights=0.003))
    cast.fisher(ONE).run()
    assert cast.found
    kept = keep_find(cast.store, cast.project, cast.found[0][0].number)
    assert rows(kept.revision.document)[0][2] == first.pitch + 2


def test_how_it_stands_is_told_without_a_percentage(cast: Cast) -> None:
    (view,) = fish_views(cast.store)
    assert (view.state, view.biting, view.title) == ("ended", None, "Harbour Light")
    assert view.n_ideas == sum(each.n_ideas for each in view.tried) > 0
    assert in_words(view.place).startswith("the bridge, looked for in bars 9 to 12")
    assert badge(cast.store) == {"n_unseen": len(cast.found), "n_running": 0}
    assert all(
        each.is_new and each.wish == cast.wish for each in finds_view(cast.store, cast.project)
    )
    cast.store.expeditions.look(cast.project)
    assert not any(each.is_new for each in finds_view(cast.store, cast.project))
    with pytest.raises(ConflictError, match="begins anew"):
        order_fishing(cast.store, "Harbour Light", STOPPED)


def test_what_bites_is_told_while_it_goes_on() -> None:
    cast = Cast(clinamen.load_listener("songs_quick"), minutes=600)
    fisher = cast.fisher()
    cast.clock.told.append(
        lambda: fisher.progress.n_steps < 20 or cast.expedition.state != "running" or
        cast.store.expeditions.order(cast.expedition.id, "paused") is None
    )  # fmt: skip
    fisher.run()
    view = fish_view(cast.store, latest(cast.store, cast.project))
    best = fisher.pool.best()
    assert view.biting is not None
    assert best is not None
    assert (view.biting.by, view.biting.score) == (best[0].proposal.by, best[1])
    assert view.biting.how_near in ("near", "half", "far")
    assert 0 < view.biting.score < view.biting.bar <= 1


def test_once_the_finds_of_a_day_have_come_it_is_said_when_the_next_may() -> None:
    cast = Cast(clinamen.load_listener("songs_quick"), minutes=50_000, rate=1)
    fisher = cast.fisher()
    fisher.progress.fished_seconds = 1e6  # The bar has sunk.
    for _ in range(20):
        fisher.step()
    cast.store.expeditions.order(cast.expedition.id, "paused")
    fisher.run()
    ((find, _),) = cast.found
    biting = fish_view(cast.store, cast.expedition).biting
    assert biting is not None
    assert biting.how_near == biting.held_by == "day"
    gap = datetime.fromisoformat(biting.next_at) - datetime.fromisoformat(find.surfaced_at)
    assert gap == timedelta(days=1)
    cast.clock.at += 24 * 3600  # A search held for a day may bring something as it goes on.
    later = fish_view(cast.store, cast.expedition).biting
    assert later is not None
    assert later.how_near == "apart"
