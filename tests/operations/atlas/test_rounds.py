"""Rounds come out the same wherever they run, and atlases merge in any order."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Sequence
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from distributed import LocalCluster
from tests.operations.atlas.small_atlas import a_plan, an_atlas, built, context_of, opened

from clinamen.errors import FormatError, ParameterError
from clinamen.operations._runners import runner
from clinamen.operations.atlas._atlas import Atlas, atlas_bytes
from clinamen.operations.atlas._plan import axes_of
from clinamen.operations.atlas._shard import (
    Context,
    Found,
    Packed,
    Shard,
    search_shard,
    search_shards,
)
from clinamen.operations.atlas.building import search_round


def test_the_same_seed_gives_the_same_bytes_and_another_one_others() -> None:
    assert atlas_bytes(an_atlas(0)) == built(0)
    assert built(1) != built(0)
    assert len(opened(0).archive) > 3


def test_rounds_go_on_from_a_file_as_if_it_had_not_been_closed() -> None:
    atlas = opened(0, 1)
    search_round(atlas, context_of(atlas.plan), 0)
    assert atlas_bytes(atlas) == built(0, 2)


def test_shards_may_come_back_in_any_order() -> None:
    def backwards(work: Any, tasks: Any) -> Iterator[list[Found]]:
        return (work(*task) for task in reversed(tasks))

    # With some seeds sums of gains differ in their last digit by the order.
    for seed in range(4):
        assert atlas_bytes(an_atlas(seed, 3, run=backwards)) == built(seed, 3)


@pytest.mark.parametrize("n_parts", [1, 2, 3, 9])
def test_shards_may_travel_together(n_parts: int) -> None:
    def one_by_one(work: Any, tasks: Any) -> Iterator[list[Found]]:
        assert len(tasks) == min(n_parts, 3)
        return (work(*task) for task in tasks)

    atlas = Atlas.begun(a_plan())
    for _ in range(2):
        search_round(atlas, context_of(atlas.plan), 0, one_by_one, n_parts=n_parts)
    assert atlas_bytes(atlas) == built()


def test_a_shard_changes_nothing_of_what_it_is_given() -> None:
    atlas = opened()
    start = Packed.of(atlas.archive.elites)
    shard = Shard(5, 0, 1, start)
    one = search_shard(context_of(atlas.plan), shard)
    other = Shard(5, 0, 1, Packed.of(opened(1).archive.elites))
    assert search_shard(context_of(atlas.plan), other).elites.token != one.elites.token
    two = search_shard(context_of(atlas.plan), shard)
    assert one.elites.token == two.elites.token
    assert atlas_bytes(atlas) == built()


def test_a_round_counts_all_that_was_heard() -> None:
    atlas = opened()
    assert atlas.n_evaluations == 2 * 3 * 40
    tallies = atlas.runs[0].tallies
    assert sum(each.n_asked for each in tallies.values()) == atlas.n_evaluations


def search_or_die(context: Context, shards: Sequence[Shard]) -> list[Found]:
    """As `search_shards`; the first time in the second round its worker is killed."""
    flag = Path(os.environ["CLINAMEN_TEST_FLAG"])
    if shards[0].n_round == 1 and shards[0].number == 1 and flag.exists():
        flag.unlink()
        os.kill(os.getpid(), signal.SIGKILL)
    return search_shards(context, shards)


def mortal(run: Any) -> Any:
    """A runner whose workers run `search_or_die`."""
    return lambda work, tasks: run(search_or_die, tasks)


@pytest.fixture
def flag(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that stands as long as nobody has died."""
    path = tmp_path / "alive"
    path.touch()
    monkeypatch.setenv("CLINAMEN_TEST_FLAG", str(path))
    return path


@pytest.mark.slow_without_jit
def test_several_processes_of_which_one_is_killed_find_the_same(flag: Path) -> None:
    with runner(2, None) as run:
        assert atlas_bytes(an_atlas(run=mortal(run))) == built()
    assert not flag.exists()


@pytest.mark.slow_without_jit
def test_a_cluster_of_which_a_worker_is_killed_finds_the_same(flag: Path) -> None:
    with (
        LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0",
            host="127.0.0.1",
        ) as local,
        runner(1, local.scheduler_address) as run,
    ):  # fmt: skip
        assert atlas_bytes(an_atlas(run=mortal(run))) == built()
    assert not flag.exists()


def merged(*seeds: int) -> bytes:
    whole = Atlas.begun(a_plan())
    for seed in seeds:
        whole.merge(opened(seed))
    return atlas_bytes(whole)


def test_atlases_merged_in_any_order_and_grouping_give_the_same_bytes() -> None:
    files = {merged(*seeds) for seeds in permutations((0, 1, 2))}
    pair = Atlas.begun(a_plan())
    pair.merge(opened(2))
    pair.merge(opened(1))
    late = opened(0)
    late.merge(pair)
    late.merge(pair)
    late.merge(opened(0, 1))
    assert files == {atlas_bytes(late)}
    assert late.n_evaluations == 3 * 2 * 120


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"n_bars": 8}, "n bars is 4 in one and 8 in another"),
        ({"axes": axes_of(("surprise", "density"), 6)}, r"range \(6\), the other .*density \(6\)"),
        ({"key": "D major"}, "key is 'F major' in one"),
        ({"source": b"X:1\nK:C\nC|", "name": "a.abc"}, "different songs"),
    ],
)
def test_atlases_of_other_kinds_are_not_merged(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ParameterError, match=said):
        opened().merge(Atlas.begun(a_plan(**changes)))


def test_a_listener_that_is_another_one_than_the_atlas_had_is_refused() -> None:
    atlas = opened()
    wrong = Context(a_plan(listener_hash="0" * 64), context_of(atlas.plan).listener)
    with pytest.raises(FormatError, match="not the listener that the atlas was built with"):
        search_round(Atlas.begun(wrong.plan), wrong, 0)
