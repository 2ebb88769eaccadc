"""`clinamen bench creation` from end to end, with small songs and listeners; and bad sets."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.bench.creation_songs import a_set, a_song, as_row, breathing
from tests.cli.conftest import run  # noqa: F401

import clinamen
from clinamen.bench import creation
from clinamen.bench._creation_baselines import BASELINES
from clinamen.bench._creation_cast import Given, cast_of
from clinamen.bench._judge import Division, no_common_tune
from clinamen.bench.creation import CreationRequest, Size, bench_creation
from clinamen.domains.music.fingerprints import Fingerprints
from clinamen.domains.music.notes import Song
from clinamen.errors import ClinamenError, ParameterError

TINY = Size(n_songs=3, n_places=2, n_variants=2, n_curves=1, n_limited=8, n_bars=6, n_steps=0)


@pytest.fixture(scope="module")
def cast(tmp_path_factory: pytest.TempPathFactory) -> Given:
    """Two small listeners that have learnt different tunes, and three songs of neither."""
    folder = tmp_path_factory.mktemp("cast")
    for name, seeds in (("generator", range(6)), ("judge", range(6, 12))):
        songs = [breathing(a_song(seed)) for seed in seeds]
        learnt = clinamen.learn(songs, name=name, targets=("onset", "pitch"), n_passes=1,
                                weights="new")  # fmt: skip
        clinamen.save_listener(learnt, folder / f"{name}.listener")
    return Given(
        set=a_set(folder / "songs.jsonl", range(20, 23)),
        generator=str(folder / "generator.listener"),
        judge=str(folder / "judge.listener"),
    )


@pytest.fixture(scope="module")
def measured(cast: Given) -> creation.CreationResult:
    return bench_creation(CreationRequest(cast, TINY, ("swerve", "compose")))


def test_everything_that_was_asked_for_is_measured_or_refused(
    measured: creation.CreationResult,
) -> None:
    swerve = measured.swerve
    assert swerve is not None
    assert measured.n_songs == 3
    assert 0 < swerve.n_asked <= 3 * 4
    assert swerve.n_refused == sum(swerve.refused.values()) < swerve.n_asked
    everything = swerve.figures[0]
    assert everything.name == "all"
    assert everything.n == swerve.n_variants
    assert set(everything.peak) == {"generator", "judge", "classic"}
    # The operation keeps to what it promises, by another reckoning than its own.
    assert everything.within.mean == 1.0
    assert everything.peak["generator"].mean == 1.0
    assert [each.method for each in swerve.plain] in ([], ["swerve", *BASELINES])
    compose = measured.compose
    assert compose is not None
    assert (compose.n_asked, compose.n_refused) == (3, 0)
    overall = [each for each in compose.figures if each.kind == "all"]
    assert [each.method for each in overall] == ["compose", *BASELINES]
    assert all(each.n == 3 for each in overall)
    assert len(measured.targets) == 7 + 2 + 2 * 3


def test_results_are_plain_values(measured: creation.CreationResult) -> None:
    plain = json.loads(json.dumps(measured.to_plain(), default=list))
    assert plain["facts"]["common_corpora"] == []
    assert {"what", "found", "wanted", "at_least", "is_met"} == set(plain["targets"][0])
    assert plain["machine"]["clinamen"]


def test_the_same_seed_gives_the_same_swerves(cast: Given) -> None:
    request = CreationRequest(cast, replace(TINY, n_songs=1), ("swerve",))
    figures = [bench_creation(request).swerve for _ in range(2)]
    assert figures[0] is not None
    assert figures[1] is not None
    assert figures[0].figures == figures[1].figures


def test_listeners_that_share_a_corpus_are_said_to(cast: Given) -> None:
    found = cast_of(replace(cast, judge=cast.generator))
    assert found.facts["common_corpora"] == ["songs"]


def test_a_folder_is_divided_between_listeners_and_songs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLINAMEN_CACHE", str(tmp_path / "cache"))
    learnt: dict[str, list[Song]] = {}
    real = creation.cast_of.__globals__["taught"]

    def taught(name: str, songs: list[Song], telling: Any) -> Any:
        learnt[name] = list(songs)
        return real(name, songs, telling)

    monkeypatch.setattr("clinamen.bench._creation_cast.taught", taught)
    a_set(tmp_path / "songs.jsonl", range(12))
    found = cast_of(Given(train=str(tmp_path / "songs.jsonl")))
    assert [len(learnt["generator"]), len(learnt["judge"]), len(found.songs)] == [5, 6, 1]
    no_common_tune(learnt["generator"], learnt["judge"])
    no_common_tune((*learnt["generator"], *learnt["judge"]), found.songs)
    # Songs of the user's that one of them would know are not learnt.
    mine = a_set(tmp_path / "mine.jsonl", range(0, 12, 2))
    found = cast_of(Given(set=mine, train=str(tmp_path / "songs.jsonl")))
    assert len(found.songs) == 6
    no_common_tune((*learnt["generator"], *learnt["judge"]), found.songs)


@pytest.mark.parametrize("ends", [(6, 5, 11), (6, 6, 10), (6, 6, 3)])
def test_a_division_that_shares_a_tune_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ends: tuple[int, int, int]
) -> None:
    """Generator with judge, judge with songs, generator with songs."""
    monkeypatch.setenv("CLINAMEN_CACHE", str(tmp_path / "cache"))
    a_set(tmp_path / "songs.jsonl", range(12))

    def careless(songs: list[Song], _shares: object, **_options: object) -> Division:
        end, judge, new = ends
        return Division(tuple(songs[:end]), tuple(songs[judge:11]), tuple(songs[new : new + 1]))

    monkeypatch.setattr("clinamen.bench._creation_cast.divide", careless)
    with pytest.raises(ParameterError, match="must not share a tune"):
        cast_of(Given(train=str(tmp_path / "songs.jsonl")))


def test_the_judge_learns_no_song_that_is_given_or_that_the_generator_may_know(
    cast: Given, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLINAMEN_CACHE", str(tmp_path / "cache"))
    there = [a_song(seed) for seed in range(30)]
    monkeypatch.setattr("clinamen.bench._creation_cast.folk_songs", lambda: there)
    index = Fingerprints.of(there[:4])
    monkeypatch.setattr("clinamen.bench._creation_cast._index", lambda _listener: index)
    found = cast_of(Given(generator=cast.generator))
    assert found.facts["n_left_out_as_perhaps_known"] == 4
    titles = {song.title for song in found.songs}
    assert titles
    assert not titles & {song.title for song in there[:4]}
    assert found.judge.n_melodies + len(found.songs) == 26
    mine = tmp_path / "mine.jsonl"
    mine.write_text("\n".join(as_row(song) for song in there), encoding="utf-8")
    with pytest.raises(ParameterError, match="nothing to learn from"):
        cast_of(Given(set=str(mine), generator=cast.generator))


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("", "songs.jsonl"),
        ('{"notes": "none"}\n', "songs.jsonl, line 1"),
        ('{"notes": [[0, 1, 60], [1, 1, 62]]}\n', "no song is long enough"),
        ('{"chords": [[0, "C"]], "end": 4}\n', "no songs with a melody"),
    ],
)
def test_bad_sets(cast: Given, tmp_path: Path, lines: str, message: str) -> None:
    path = tmp_path / "songs.jsonl"
    path.write_text(lines)
    with pytest.raises(ClinamenError, match=message):
        bench_creation(CreationRequest(replace(cast, set=str(path)), TINY, ("swerve",)))


def test_bad_requests() -> None:
    with pytest.raises(ParameterError, match="parts are swerve, compose, limit, times, not art"):
        CreationRequest(parts=("art",))
    with pytest.raises(ParameterError, match="size must be"):
        CreationRequest(size="huge")
    with pytest.raises(ParameterError, match="give no generator and no judge"):
        Given(train="songs", judge="judge.listener")


def test_the_command_shows_figures_and_targets(
    cast: Given,
    measured: creation.CreationResult,
    run: Callable[..., Any],  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[CreationRequest] = []

    def bench(request: CreationRequest, _telling: object) -> creation.CreationResult:
        asked.append(request)
        return measured

    monkeypatch.setattr("clinamen.cli._bench_creation.bench_creation", bench)
    ran = run("bench", "creation", "--quick", "--part", "swerve", "--part", "compose",
              "--set", cast.set, "--seed", "3")  # fmt: skip
    assert (ran.code, ran.err) == (0, "")
    assert (asked[0].size, asked[0].parts, asked[0].seed) == ("quick", ("swerve", "compose"), 3)
    assert asked[0].given == Given(set=cast.set)
    lines = ran.out.splitlines()
    assert any(line.startswith("swerves: ") for line in lines)
    assert any(line.startswith("could not be had: ") for line in lines)
    assert any(line.startswith("least probable") for line in lines)
    words = [line.split()[-1] for line in lines if ">=" in line or "<=" in line]
    assert len(words) == len(measured.targets)
    assert set(words) <= {"reached", "missed", "measured"}
    missed = sum(target.is_met is False for target in measured.targets)
    assert words.count("missed") == missed
    assert json.loads(run("bench", "creation", "--json").out)["n_songs"] == 3


def test_a_bad_set_is_one_line(cast: Given, run: Callable[..., Any], tmp_path: Path) -> None:  # noqa: F811
    ran = run("bench", "creation", "--set", str(tmp_path / "no.jsonl"),
              "--generator", cast.generator, "--judge", cast.judge)  # fmt: skip
    assert ran.code == 2
    (line,) = ran.err.splitlines()
    assert line.startswith("clinamen: ")
    assert "no.jsonl" in line
