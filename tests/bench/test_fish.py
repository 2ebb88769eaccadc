"""What the benchmarks of fishing measure, in small; and that their checks can fail."""

from __future__ import annotations

import random
from contextlib import closing
from pathlib import Path

from clinamen.bench._fish_kills import killed_fishers, wrong_in
from clinamen.bench._fish_night import fish_night
from clinamen.ledger import Activity, Content, ProjectStore
from clinamen.ledger.expeditions import Holder


def test_a_killed_search_loses_nothing_that_it_said_was_done(tmp_path: Path) -> None:
    assert killed_fishers(tmp_path, 1, random.Random(3)) == []


def test_what_is_lost_is_told(tmp_path: Path) -> None:
    """A search that says more than it has done, and one that half surfaces."""
    path = tmp_path / "p.db"
    with closing(ProjectStore(path)) as store:
        project = store.create("t", "s", b"x", options="{}", document="0").id
        holder = Holder("t", 1, "h")
        options = '{"rate": 3, "seconds": 60, "source": "x"}'
        expedition = store.expeditions.begin(project, "", options)
        store.expeditions.claim(expedition.id, holder)
    said = [["saved", expedition.id, 7], ["find", 1, "ab"], ["kept", 2, "cd"]]
    assert wrong_in(path, said) == [
        f"step 7 of expedition {expedition.id} is lost",
        "find 1 is lost",
        "find 2 is lost",
    ]
    assert wrong_in(path, []) == ["the search said nothing"]
    with closing(ProjectStore(path)) as store:
        store.story.append(project, Activity("fish"), [Content("draft", b"{}")])
    assert wrong_in(path, said[:0]) == ["finds and the story differ", "the search said nothing"]


def test_a_short_night_is_measured() -> None:
    told: list[tuple[str, int, int]] = []
    night = fish_night(0.005, lambda *what: told.append(what))
    assert 0.005 <= night.hours < 0.007
    assert night.n_steps == 9
    assert 1 <= night.n_finds <= 3
    assert night.n_waits > 0
    assert 0 < night.halfway_bytes <= night.database_bytes < 2**21
    assert told[-1][1] >= 18
