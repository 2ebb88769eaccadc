"""The map: who has been where, and what is empty and worth going."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from tests.operations.atlas.small_atlas import built, opened

from clinamen.domains.music.tunes.measures import MEASURES
from clinamen.domains.music.tunes.population import Population, novelty
from clinamen.errors import FormatError, MissingError, ParameterError
from clinamen.io.measures_file import MeasureTable, read_measures, write_measures
from clinamen.operations.atlas import map as maps
from clinamen.operations.atlas._atlas import Atlas
from clinamen.operations.atlas._corpus import corpus
from clinamen.operations.atlas._shard import NAMES
from clinamen.operations.atlas.export import map_record
from clinamen.operations.listeners import QUICK_LISTENER
from clinamen.operations.story.home import listener_agent

SPANS = np.array([each.high - each.low for each in MEASURES])


def a_population(n: int, seed: int, group: str) -> Population:
    rng = np.random.default_rng(seed)
    low = np.array([each.low for each in MEASURES])
    rows = low + SPANS * rng.uniform(-0.1, 0.6, (n, len(MEASURES)))
    return Population.of(
        [(f"{group} {place}", group, tuple(row)) for place, row in enumerate(rows.tolist())],
        len(MEASURES),
    )


@pytest.fixture
def atlas(monkeypatch: pytest.MonkeyPatch) -> Atlas:
    """The small one, with a made-up corpus and songs of mine."""
    theirs = a_population(12, 1, "corpus")
    far = np.array([
        novelty(theirs.measures[[place]], np.delete(theirs.measures, place, axis=0), SPANS)[0]
        for place in range(len(theirs))
    ])  # fmt: skip
    monkeypatch.setattr(maps, "corpus", lambda: MeasureTable(NAMES, theirs, far, {}))
    found = opened()
    found.mine = a_population(6, 2, "mine")
    return found


def column(value: float, name: str, n_cells: int) -> int:
    """Where a value lies, in plain Python."""
    measure = next(each for each in MEASURES if each.name == name)
    share = (value - measure.low) / (measure.high - measure.low)
    return min(max(int(np.floor(share * n_cells + 1e-12)), 0), n_cells - 1)


@pytest.mark.parametrize(("x", "y"), [("surprise", "density"), ("brightness", "range")])
def test_every_cell_tells_who_has_been_there(atlas: Atlas, x: str, y: str) -> None:
    found = maps.map_of(atlas, x, y, n_cells=7)
    places = [NAMES.index(name) for name in (x, y)]

    def cell(row: Any) -> tuple[int, ...]:
        both = zip(places, (x, y), strict=True)
        return tuple(column(row[place], name, 7) for place, name in both)

    others = Counter(map(cell, found.corpus.measures))
    mine = Counter(map(cell, atlas.mine.measures))
    best: dict[tuple[int, ...], float] = {}
    for elite in atlas.archive.elites:
        here = cell(elite.measures)
        best[here] = max(best.get(here, 0.0), elite.objective)
    assert {*found.places} == {*others, *mine, *best}
    for here, place in found.places.items():
        assert (place.n_corpus, place.n_mine) == (others[here], mine[here])
        assert (place.find.elite.objective if place.find else None) == best.get(here)
        assert len(place.corpus_titles) == min(place.n_corpus, 3)


def test_what_is_worth_going_is_empty_and_ranked(atlas: Atlas) -> None:
    found = maps.map_of(atlas, n_cells=40)
    worth = found.worth_going
    assert worth
    assert [place.rank for place in worth] == list(range(1, len(worth) + 1))
    values = [place.find.worth for place in worth if place.find]
    assert values == sorted(values, reverse=True)
    assert all(place.n_corpus == place.n_mine == 0 for place in worth)
    untrodden = [place for place in found.places.values() if place.is_untrodden]
    assert len(worth) == min(len(untrodden), maps.N_WORTH)


def test_novelty_is_told_for_me_and_for_the_corpus(atlas: Atlas) -> None:
    for place in maps.map_of(atlas).places.values():
        if place.find is None:
            continue
        row = np.array([place.find.elite.measures])
        theirs = maps.corpus().population.measures
        assert place.find.new_for_corpus == novelty(row, theirs, SPANS)[0]
        assert place.find.new_for_me == novelty(row, atlas.mine.measures, SPANS)[0]
        far = np.mean([place.find.new_for_corpus, place.find.new_for_me])
        assert place.find.worth == pytest.approx(place.find.elite.objective * far)
        share = (maps.corpus().novelty < place.find.new_for_corpus).mean()
        assert place.find.rarer_than == share


def test_without_songs_of_mine_the_corpus_alone_counts(atlas: Atlas) -> None:
    atlas.mine = Population(measures=np.empty((0, len(NAMES))))
    for place in maps.map_of(atlas).places.values():
        if place.find is not None:
            assert place.find.new_for_me is None
            assert place.find.novelty == place.find.new_for_corpus


def test_a_cell_is_named_by_place_or_by_what_it_measures(atlas: Atlas) -> None:
    found = maps.map_of(atlas, "surprise", "density", n_cells=6)
    assert found.cell("4,1") == (3, 0)
    x, y = found.span("x", 3), found.span("y", 0)
    assert found.cell(f"density={np.mean(y)}, surprise={np.mean(x)}") == (3, 0)
    for name, place in ((each.name, each) for each in found.places.values()):
        assert found.place(name) is place
    free = next(
        f"{a},{b}" for a in range(1, 7) for b in range(1, 7) if (a - 1, b - 1) not in found.places
    )
    with pytest.raises(MissingError, match=f"nobody has been in cell {free}"):
        found.place(free)


@pytest.mark.parametrize(
    "text",
    [
        *("0,1", "7,1", "1", "", "a,b", "1,2,3", "surprise=1", "surprise=1,range=2"),
        *("surprise=x,density=1", "surprise=nan,density=1"),
    ],
)
def test_what_means_no_cell_is_refused(atlas: Atlas, text: str) -> None:
    with pytest.raises(ParameterError):
        maps.map_of(atlas, "surprise", "density", n_cells=6).cell(text)


@pytest.mark.parametrize(("x", "y"), [("surprise", "surprise"), ("beauty", None)])
def test_a_map_needs_two_measures(atlas: Atlas, x: str, y: str | None) -> None:
    with pytest.raises(ParameterError, match="two of surprise"):
        maps.map_of(atlas, x, y)


def test_a_map_is_plain_for_programs(atlas: Atlas) -> None:
    found = maps.map_of(atlas)
    record = map_record(found)
    assert (record["x"], record["y"]) == ("surprise", "range")
    assert len(record["map_cells"]) == len(found.places)
    assert record["evaluations"] == 240
    assert record["qd_score"] == atlas.archive.qd_score


def test_the_shipped_corpus_is_measured_as_atlases_are() -> None:
    table = corpus()
    assert table.names == NAMES
    assert len(table.population) > 6000
    assert {each["corpus"] for each in table.facts["corpora"]} == {*table.population.groups}
    # A listener that is trained anew measures otherwise: tools/measure_corpora.py.
    assert table.facts["listener"]["sha256"] == listener_agent(QUICK_LISTENER).sha256
    surprise = table.population.measures[:, NAMES.index("surprise")]
    assert 1.0 < np.median(surprise) < 4.0
    some = table.population.measures[::500]
    rest = np.delete(table.population.measures, np.arange(0, len(table.population), 500), axis=0)
    assert novelty(some, rest, SPANS) == pytest.approx(table.novelty[::500], abs=0.02)


def test_a_table_comes_out_as_it_went_in_and_damage_is_told() -> None:
    population = a_population(5, 3, "x")
    table = MeasureTable(NAMES, population, np.arange(5) / 8, {"about": "tests"})
    data = write_measures(table)
    back = read_measures(data)
    assert back.population.titles == population.titles
    assert back.population.measures == pytest.approx(population.measures, abs=1e-4)
    assert write_measures(back) == data
    assert (back.novelty.tolist(), back.facts) == (table.novelty.tolist(), table.facts)
    with pytest.raises(FormatError, match="damaged"):
        read_measures(data[:-1] + b"x", source="songs.measures")
    with pytest.raises(FormatError, match="measures file"):
        read_measures(built())
