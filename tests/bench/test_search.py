"""The benchmark of searches: small runs of it, and its arithmetic by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from clinamen.bench import _search_ears, _search_lead, _search_speed
from clinamen.bench._search_lead import OURS, RIVALS, Outcome, compared
from clinamen.bench._search_part import SIZES, Asked, Size
from clinamen.bench._search_tunes import N_FIRST, Ground, ground_of
from clinamen.bench.search import PARTS, SearchRequest, bench_search
from clinamen.errors import MissingError, ParameterError

TINY = Size(n_seeds=2, n_rounds=1, n_speed_rounds=1, n_agreeing=20, hours=0.1, n_kills=1)


@pytest.fixture(scope="module")
def ground() -> Ground:
    """Rounds of a hundred tunes of four bars."""
    return Ground(replace(ground_of(None).plan, n_bars=4, n_shards=1, shard_size=96))


@pytest.fixture
def asked(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> Asked:
    for part in (_search_lead, _search_speed, _search_ears):
        monkeypatch.setattr(part, "ground_of", lambda song: ground)
    return Asked(TINY)


def test_leads_are_of_pairs_and_targets_are_their_lower_ends() -> None:
    outcomes = {
        OURS: [Outcome(0.5, 30.0, 1.0), Outcome(0.7, 50.0, 1.0)],
        RIVALS[0]: [Outcome(0.4, 10.0, 0.9), Outcome(0.6, 30.0, 0.9)],
        "another": [Outcome(0.6, 40.0, 0.9), Outcome(0.6, 40.0, 0.9)],
    }
    found = compared(outcomes)
    ahead = found.facts["ahead"]
    assert ahead[RIVALS[0]]["coverage"]["mean"] == pytest.approx(0.1)
    assert ahead[RIVALS[0]]["qd_score"]["low"] == pytest.approx(20.0)
    assert ahead["another"]["qd_score"]["n_ahead"] == 1
    assert [target.found for target in found.targets] == pytest.approx([0.1, 20.0])
    assert found.table is not None
    assert [row[0] for row in found.table.rows] == [*outcomes]
    assert {len(row) for row in found.table.rows} == {len(found.table.heads)}


def test_all_methods_begin_with_the_same_tunes(ground: Ground) -> None:
    first, again, other = (ground.begun(seed) for seed in (3, 3, 4))
    assert first.elites == again.elites
    assert first.elites != other.elites
    assert 0 < len(first) <= N_FIRST


def test_a_run_of_all_methods(asked: Asked) -> None:
    found = _search_lead.methods_part(asked)
    methods = found.facts["methods"]
    assert {*RIVALS, OURS} < {*methods}
    assert {len(outcomes) for outcomes in methods.values()} == {2}
    assert all(0 < each["coverage"] < 1 for outcomes in methods.values() for each in outcomes)
    assert len(found.targets) == 2 * len(RIVALS)
    again = _search_lead.methods_part(asked)
    assert again.facts == found.facts


def test_every_method_hears_as_many_tunes(
    asked: Asked, ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[int] = []
    judge = type(ground.evaluate)
    real = judge.__call__

    def counted(self, tunes):
        heard[-1] += len(tunes)
        return real(self, tunes)

    monkeypatch.setattr(judge, "__call__", counted)
    for fill in _search_lead._methods(ground, 1).values():
        heard.append(0)
        fill(1)
    assert heard == [N_FIRST + 96] * len(heard)


def test_speed_is_told_by_what_it_was_spent_on(asked: Asked) -> None:
    found = _search_speed.speed_part(asked)
    rate, spent = found.facts["evaluations_a_second"], found.facts["milliseconds"]
    assert rate == pytest.approx(1000 / sum(spent.values()))
    assert found.targets[0].wanted == 2000


def test_a_listener_agrees_with_itself(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    quick = ground_of(None).plan.listener
    monkeypatch.setattr(_search_ears, "DEFAULT_LISTENER", quick)
    found = _search_ears.ears_part(asked)
    assert found.facts["mean bits of a tune"]["mean_gap"] == 0
    assert found.facts["bits of a note"]["spearman"] == pytest.approx(1)


def test_a_song_gives_the_frame() -> None:
    ground = ground_of("examples/greensleeves.abc")
    assert ground.plan.song.melody.notes
    assert ground.plan.bounds.lowest > 0


def test_parts_and_sizes_are_known_by_name() -> None:
    assert SearchRequest(size="full").asked.size is SIZES["full"]
    assert SIZES["usual"].n_seeds >= 10
    for wrong in ({"size": "huge"}, {"parts": ("nothing",)}, {"parts": ()}, {"seed": -1}):
        with pytest.raises(ParameterError):
            SearchRequest(**wrong)
    with pytest.raises(MissingError):
        bench_search(SearchRequest(("speed",), TINY, song="nowhere.abc"))
    assert [*PARTS][:3] == ["methods", "speed", "ears"]
