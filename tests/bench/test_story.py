"""The benchmark of stories: it finds what can be found, and tells what is missed."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("rfc3161_client", reason="time-stamps need the extra `stamp`")

from clinamen.bench._story_corruptions import KINDS, Bench, corrupt
from clinamen.bench._story_song import make_evidence
from clinamen.bench.story import StoryRequest, _share, bench_story, wilson
from clinamen.errors import MissingError, ParameterError
from clinamen.ledger.attest import Trust, checkers


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    folder, chance = tmp_path_factory.mktemp("story"), random.Random(3)
    return Bench(make_evidence(folder, chance), folder, chance)


def missed(bench: Bench, kind: str) -> list[str]:
    tried = (corrupt(bench, kind) for _ in range(40))
    return [what for was_found, what in tried if not was_found]


@pytest.mark.parametrize("kind", list(KINDS))
def test_everything_that_is_done_is_found(bench: Bench, kind: str) -> None:
    assert missed(bench, kind) == []


def test_the_untouched_story_is_sound(bench: Bench) -> None:
    assert bench.evidence.is_file_sound(bench.evidence.file)
    assert bench.evidence.is_image_sound(bench.evidence.image, bench.folder)


@pytest.mark.parametrize("kind", [each for each in KINDS if each.startswith("signed")])
def test_a_miss_is_told(bench: Bench, kind: str) -> None:
    """Who does not say whose key it must be takes any: the whole story can be written anew."""
    roots = [each.root.certificate for each in (bench.evidence.authority, bench.other)]
    anyone = checkers(Trust(roots=tuple(roots)))
    blind = replace(bench, evidence=replace(bench.evidence, trust=anyone))
    assert any("as it was" in what for what in missed(blind, kind))


def test_the_parts_make_the_whole() -> None:
    for n in (0, 1, 7, 100, 1_000, 1_001):
        assert sum(_share(kind, n) for kind in KINDS) == n


@pytest.mark.parametrize(("n_found", "n"), [(8, 10), (1, 7), (999, 1_000)])
def test_the_interval_is_that_of_wilson(n_found: int, n: int) -> None:
    """Its ends are the shares from which what was found is 1.96 standard errors away."""
    low, high = wilson(n_found, n)
    for end in (low, high):
        errors = abs(n_found / n - end) / math.sqrt(end * (1 - end) / n)
        assert errors == pytest.approx(1.959964)
    assert low < n_found / n < high
    assert wilson(1_000, 1_000) == pytest.approx((1_000 / (1_000 + 1.959964**2), 1.0))
    assert wilson(0, 0) == (0.0, 1.0)


def test_all_is_measured(tmp_path: Path) -> None:
    found = bench_story(StoryRequest(32, 1, 1_000, folder=str(tmp_path)), None)
    assert (found.all.n, found.all.n_found, found.n_false_alarms) == (32, 32, 0)
    assert found.after_kills == ()
    assert found.times["append_ms_p95"] >= found.times["append_ms_median"] > 0
    assert 100 < found.times["bytes_per_entry"] < 2_000
    assert list(tmp_path.iterdir()) == []
    assert "folder" not in found.to_plain()


def test_what_cannot_be_measured_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="1,000 or more"):
        bench_story(StoryRequest(n_entries=10), None)
    with pytest.raises(MissingError, match="no such folder"):
        bench_story(StoryRequest(folder=str(tmp_path / "none")), None)
