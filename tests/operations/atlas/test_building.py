"""Building: going on, stopping, taking time, and what is refused before anything is written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.operations.atlas.small_atlas import a_plan, built, listener_file, opened

from clinamen.errors import ClinamenError, FormatError, MissingError, ParameterError
from clinamen.operations.atlas import building
from clinamen.operations.atlas._atlas import atlas_bytes, load_atlas, save_atlas
from clinamen.operations.atlas._request import AtlasRequest, AtlasWatcher

EXAMPLES = Path(__file__).parents[3] / "examples"


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the small listener; plans are cut small, and nobody has made a song."""
    (tmp_path / "small.listener").write_bytes(listener_file())
    monkeypatch.setenv("CLINAMEN_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(building, "N_SHARDS", 3)
    monkeypatch.setattr(building, "shard_size", lambda n_bars: 40)
    return tmp_path


def request(folder: Path, **changes: Any) -> AtlasRequest:
    """A build of the small atlas, two rounds of it."""
    values = {
        "output": str(folder / "my.atlas"),
        "bars": 4,
        "key": "F major",
        "measures": ("surprise", "range"),
        "cells": 6,
        "evaluations": 240,
        "listener": str(folder / "small.listener"),
        **changes,
    }
    return AtlasRequest(**values)


def test_a_build_is_its_rounds(small: Path) -> None:
    result = building.build_atlas(request(small))
    assert (small / "my.atlas").read_bytes() == built()
    assert (result.n_evaluations, result.n_bytes) == (240, len(built()))


def test_a_build_that_is_done_does_nothing_more(small: Path) -> None:
    building.build_atlas(request(small))
    assert building.build_atlas(request(small)).n_evaluations == 0
    assert building.build_atlas(request(small, evaluations=241)).n_evaluations == 120
    again = building.build_atlas(AtlasRequest(str(small / "my.atlas"), evaluations=0,
                                              listener=str(small / "small.listener")))  # fmt: skip
    assert again.n_evaluations == 0


def test_a_build_that_is_broken_off_goes_on_to_the_same_bytes(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "SECONDS_BETWEEN", 0.0)

    def stop(done: int, total: int | None, atlas: object) -> None:
        assert total == 240
        if done == 120:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        building.build_atlas(request(small), AtlasWatcher(progress=stop))
    assert (small / "my.atlas").read_bytes() == built(0, 1)
    assert building.build_atlas(request(small)).n_evaluations == 120
    assert (small / "my.atlas").read_bytes() == built()


def test_the_file_is_written_when_it_has_become_old(small: Path) -> None:
    """A round takes three seconds: after each second one the file is renewed."""
    now = [0.0]
    ages: list[int] = []

    def tell(done: int, total: int | None, atlas: object) -> None:
        ages.append(done - load_atlas(small / "my.atlas").n_evaluations)
        now[0] += 3.0

    building.build_atlas(
        request(small, evaluations=600), AtlasWatcher(progress=tell), clock=lambda: now[0]
    )
    assert ages == [0, 120, 0, 120, 0, 120]


def test_time_decides_where_minutes_are_given(small: Path) -> None:
    now = [0.0]

    def tell(done: int, total: int | None, atlas: object) -> None:
        assert total is None
        now[0] += 25.0

    result = building.build_atlas(
        request(small, evaluations=None, minutes=1.0),
        AtlasWatcher(progress=tell),
        clock=lambda: now[0],
    )
    assert result.n_evaluations == 3 * 120


def test_others_are_merged_in_any_order(small: Path) -> None:
    for seed in (1, 2):
        save_atlas(opened(seed), small / f"{seed}.atlas")
    names = [str(small / f"{seed}.atlas") for seed in (1, 2)]
    files = set()
    for order in (names, names[::-1]):
        output = small / "both.atlas"
        output.unlink(missing_ok=True)
        building.build_atlas(
            AtlasRequest(
                str(output), merge=tuple(order), evaluations=0,
                listener=str(small / "small.listener"),
            )
        )  # fmt: skip
        files.add(output.read_bytes())
    (data,) = files
    whole = opened(1)
    whole.merge(opened(2))
    assert data == atlas_bytes(whole)


def test_an_atlas_of_something_else_is_not_gone_on_with(small: Path) -> None:
    building.build_atlas(request(small, evaluations=0))
    with pytest.raises(ParameterError, match=r"my.atlas is there .* 8 in one and 4 in .* -o"):
        building.build_atlas(request(small, bars=8))
    with pytest.raises(MissingError, match="say --listener and its file"):
        building.build_atlas(AtlasRequest(str(small / "my.atlas")))


@pytest.mark.parametrize(
    ("changes", "kind", "said"),
    [
        ({"bars": 0}, ParameterError, "1 to 64 bars, not 0"),
        ({"bars": 65}, ParameterError, "1 to 64 bars, not 65"),
        ({"measures": ("surprise", "beauty")}, ParameterError, "not surprise, beauty"),
        ({"measures": ("surprise", "surprise")}, ParameterError, "each once"),
        ({"key": "H sharp"}, ParameterError, "H sharp"),
        ({"meter": "3/5"}, ParameterError, "3/5"),
        ({"pickup": "1"}, ParameterError, "there is none"),
        ({"path": "nowhere.abc"}, MissingError, "nowhere.abc"),
        ({"listener": "nobody"}, MissingError, "nobody"),
        ({"merge": ("none.atlas",)}, MissingError, "none.atlas"),
    ],
)
def test_what_cannot_be_is_said_before_a_file_is_written(
    small: Path, changes: dict[str, Any], kind: type[ClinamenError], said: str
) -> None:
    with pytest.raises(kind, match=said):
        building.build_atlas(request(small, **changes))
    assert not (small / "my.atlas").exists()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"minutes": 1.0}, "exclude each other"),
        ({"evaluations": None, "minutes": float("nan")}, "above 0"),
        ({"evaluations": -1}, "0 or more"),
        ({"seed": -1}, "a seed is 0 or more"),
        ({"jobs": 0}, "1 or more"),
        ({"jobs": 2, "cluster": "tcp://x:1"}, "exclude each other"),
        ({"cells": 1}, "2 to 100"),
        ({"output": "-"}, "a file, not -"),
    ],
)
def test_what_excludes_each_other_is_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ParameterError, match=said):
        request(Path(), **changes)


def test_what_is_no_atlas_is_not_overwritten(small: Path) -> None:
    (small / "my.atlas").write_text("a shopping list")
    with pytest.raises(FormatError, match="not an atlas file"):
        building.build_atlas(request(small))
    assert (small / "my.atlas").read_text() == "a shopping list"
    with pytest.raises(MissingError, match="a folder"):
        building.build_atlas(request(small, output=str(small)))
    with pytest.raises(MissingError, match="does not exist"):
        building.build_atlas(request(small, output=str(small / "none" / "my.atlas")))


def test_songs_of_mine_come_from_projects_and_files(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from contextlib import closing

    from clinamen.operations.story.home import open_store
    from clinamen.operations.story.recording import begin_project

    with closing(open_store()) as store:
        begin_project(store, (EXAMPLES / "sakura.abc").read_bytes(), "sakura.abc")
    files = request(small, evaluations=0, mine=(str(EXAMPLES / "greensleeves.abc"),))
    atlas = building.build_atlas(files).atlas
    assert [title.split()[0].lower() for title in atlas.mine.titles] == ["greensleeves", "sakura"]
    assert load_atlas(small / "my.atlas").mine.measures.tolist() == atlas.mine.measures.tolist()
    assert len(building.build_atlas(files).atlas.mine) == 2  # each song once
    monkeypatch.setenv("CLINAMEN_STORY", "off")
    alone = request(small, evaluations=0, output=str(small / "alone.atlas"))
    assert len(building.build_atlas(alone).atlas.mine) == 0


def test_a_song_that_cannot_be_read_is_told_and_the_rest_is_measured(small: Path) -> None:
    (small / "bad.abc").write_text("nothing of the kind")
    told: list[str] = []
    mine = (str(small / "bad.abc"), str(EXAMPLES / "sakura.abc"))
    atlas = building.build_atlas(
        request(small, evaluations=0, mine=mine),
        AtlasWatcher(error=lambda error, file: told.append(file)),
    ).atlas
    assert told == [mine[0]]
    assert len(atlas.mine) == 1


def test_a_song_gives_its_bars_key_and_range() -> None:
    source = (EXAMPLES / "ode_to_joy.musicxml").read_bytes()
    plan = a_plan(source=source, name="ode.musicxml", n_bars=8)
    melody = plan.song.melody
    assert melody.end_quarters == 32
    assert str(melody.keys[0].key) == "D major"
    pitches = [note.pitch for note in melody.notes]
    assert plan.bounds.lowest <= min(pitches) <= max(pitches) <= plan.bounds.highest
    assert a_plan(source=source, name="ode.musicxml", n_bars=20).song.melody.end_quarters == 80
