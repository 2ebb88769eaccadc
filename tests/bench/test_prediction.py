"""Bits per note of the two models, on sets made here."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clinamen.bench._sets import load_set
from clinamen.bench.prediction import (
    KNOWN_BY_DEFAULT,
    PredictionRequest,
    PredictionResult,
    _known,
    bench_prediction,
)
from clinamen.domains.music.evaluation import cross_validate
from clinamen.engine.model import ModelOptions
from clinamen.engine.resampling import kfold
from clinamen.errors import FormatError, MissingError, ParameterError

FIGURES = {
    "set",
    "n_melodies",
    "n_events",
    "bits_per_event_macro",
    "bits_per_event_micro",
    "seconds",
    "events_per_second",
    "peak_rss_mib",
}


def row(pitches: Sequence[int], **more: object) -> dict[str, Any]:
    """A melody in a rhythm that comes again every four notes."""
    lengths = [(1, 0.5, 0.5, 2)[at % 4] for at in range(len(pitches))]
    onsets = np.cumsum([0, *lengths]).tolist()
    notes = [list(note) for note in zip(onsets, lengths, pitches, strict=False)]
    return {"notes": notes, **more}


def walks(n: int, **more: object) -> list[dict[str, Any]]:
    """Melodies of different length in C major."""
    rng = np.random.default_rng(7)
    scale = np.array([60, 62, 64, 65, 67, 69, 71, 72])
    return [
        row(
            scale[np.clip(np.cumsum(rng.integers(-1, 2, size=4 + 3 * i)) + 3, 0, 7)].tolist(),
            **more,
        )
        for i in range(n)
    ]


def written(folder: Path, rows: Sequence[object], name: str = "walks") -> str:
    path = folder / f"{name}.jsonl"
    path.write_text("".join(json.dumps(each) + "\n" for each in rows), encoding="utf-8")
    return str(path)


def run(which: str, **options: Any) -> PredictionResult:
    return bench_prediction(PredictionRequest(which, **{"apart": False, "n_seeds": 1} | options))


def test_every_model_has_the_figures_and_their_means_over_seeds(tmp_path: Path) -> None:
    path = written(tmp_path, walks(5, key="C", mode="major"))
    found = run(path, n_folds=3, n_seeds=2)
    plain = json.loads(json.dumps(found.to_plain(), default=list))
    for model in ("mixture", "classic", "classic_both"):
        figures = plain[model]
        assert set(figures) >= FIGURES
        assert (figures["set"], figures["n_melodies"], figures["n_events"]) == ("walks", 5, 50)
        by_seed = figures["by_seed"]
        assert [each["seed"] for each in by_seed] == [1, 2]
        for which in ("macro", "micro"):
            one, two = (each[which] for each in by_seed)
            assert figures[f"bits_per_event_{which}"] == pytest.approx((one + two) / 2)
            assert figures[f"sd_{which}"] == pytest.approx(abs(one - two) / 2**0.5)
            assert one != two
        assert figures["events_per_second"] == pytest.approx(50 / figures["seconds"])
        assert figures["predicted_per_second"] > figures["events_per_second"]
        assert 20 < figures["peak_rss_mib"] < 20_000
    assert plain["below_classic"] == pytest.approx(
        1
        - plain["mixture"]["bits_per_event_macro"]
        / min(plain[each]["bits_per_event_macro"] for each in ("classic", "classic_both"))
    )


def test_means_over_melodies_and_over_notes_are_those_of_the_notes(tmp_path: Path) -> None:
    path = written(tmp_path, walks(6))
    found = run(path, n_folds=4, viewpoints="cpint").models["classic"]
    melodies = load_set(path).melodies
    folds = kfold(6, 4, np.random.default_rng(1), seed=1)
    options = ModelOptions("ltm+")
    bits = cross_validate(melodies, "cpint", folds=folds, options=options).information_content
    notes = [bit for melody in bits for bit in melody.tolist()]
    means = [sum(melody.tolist()) / len(melody) for melody in bits]
    assert found.bits_per_event_macro == pytest.approx(sum(means) / 6)
    assert found.bits_per_event_micro == pytest.approx(sum(notes) / len(notes))
    assert found.bits_per_event_macro != pytest.approx(found.bits_per_event_micro)


def test_each_model_in_a_process_of_its_own_finds_the_same(tmp_path: Path) -> None:
    path = written(tmp_path, walks(3))
    told: list[tuple[str, int, int]] = []
    options: dict[str, Any] = {"n_folds": 3, "n_seeds": 1, "viewpoints": "cpint"}
    request = PredictionRequest(path, **options)
    apart = bench_prediction(request, lambda *each: told.append(each))
    here = bench_prediction(replace(request, apart=False))
    for model, figures in apart.models.items():
        assert figures.by_seed == here.models[model].by_seed
        assert [each[1:] for each in told if each[0] == f"walks: {model}"][-1] == (3, 3)


def test_what_is_known_shrinks_to_what_the_set_tells(tmp_path: Path) -> None:
    bare, keyed = walks(2), walks(2, key="C")
    phrased = [row([60, 62, 64, 60], phrases=[0, 2]), *walks(1)]
    known = {
        name: load_set(written(tmp_path, rows, name)).known
        for name, rows in (("bare", bare), ("keyed", keyed), ("phrased", phrased))
    }
    timing = {"onset", "duration"}
    assert known == {"bare": timing, "keyed": timing | {"key"}, "phrased": timing | {"phrase"}}
    found = run(str(tmp_path / "phrased.jsonl"), known=frozenset({"key", "phrase"}))
    assert found.known == ("phrase",)
    assert found.n_with == {"key": 0, "meter": 0, "phrase": 1, "chords": 0}
    assert run(str(tmp_path / "keyed.jsonl")).known == ("key", "onset")


def test_key_and_time_are_not_looked_at_when_they_are_not_known(tmp_path: Path) -> None:
    rows = walks(4, key="C")
    moved = [
        dict(each, key="F#", notes=[[3 * at, 2 * length, p] for at, length, p in each["notes"]])
        for each in rows
    ]
    one, other = written(tmp_path, rows, "one"), written(tmp_path, moved, "other")

    def bits(path: str, known: set[str]) -> list[float]:
        models = run(path, known=frozenset(known)).models.values()
        return [figures.bits_per_event_macro for figures in models]

    assert bits(one, set()) == bits(other, set())
    assert bits(one, {"key"}) != bits(other, {"key"})


def test_copies_of_a_tune_stay_together_when_they_are_grouped(tmp_path: Path) -> None:
    tunes = walks(3)
    copies = [row([note[2] + 2 for note in tune["notes"]]) for tune in tunes]
    path = written(tmp_path, [*tunes, *copies])
    apart, together = run(path, n_folds=6), run(path, n_folds=6, grouped=True)
    assert (apart.n_tunes, apart.n_folds, together.n_folds) == (3, 6, 3)
    for model, figures in together.models.items():
        assert figures.bits_per_event_macro > apart.models[model].bits_per_event_macro


def test_odd_melodies_are_predicted_all_the_same(tmp_path: Path) -> None:
    one_note, overlapping = row([60]), {"notes": [[0, 2, 60], [1, 1, 62], [1, 1, 48]]}
    path = written(tmp_path, [one_note, overlapping, row([0, 127])])
    with open(path, "a", encoding="utf-8") as file:
        file.write("\n   \n")
    found = run(path)
    assert (found.n_melodies, found.n_events, found.n_folds) == (3, 5, 3)
    assert all(np.isfinite(each.bits_per_event_macro) for each in found.models.values())


@pytest.mark.parametrize("target", ["onset", "duration", "joint"])
def test_other_targets(tmp_path: Path, target: str) -> None:
    rows = [dict(each, phrases=[0, 2]) for each in walks(3)]
    found = run(written(tmp_path, rows), target=target)
    assert "phrase" in found.known
    for figures in found.models.values():
        assert 0 < figures.bits_per_event_macro < 5
    bare = written(tmp_path, rows, "chorales-pitch")
    with pytest.raises(ParameterError, match="has pitches only"):
        _known(replace(load_set(bare), known=frozenset()), PredictionRequest(bare, target=target))


CHORDED = [
    dict(each, chords=[[0, "C"], [2, "G7"], [4, "what?"]], lyrics="left alone") for each in walks(3)
]


@pytest.mark.parametrize("target", ["pitch", "onset", "joint"])
def test_chords_are_looked_at_where_they_are_asked_for(tmp_path: Path, target: str) -> None:
    path, bare = written(tmp_path, CHORDED, "chorded"), written(tmp_path, walks(3), "bare")
    usual = frozenset(KNOWN_BY_DEFAULT[target])
    found = run(path, target=target, known=usual | {"chords"})
    without = run(path, target=target)
    assert found.n_with["chords"] == 3
    assert "chords" in found.known
    assert "chords" not in without.known

    def bits(each: PredictionResult, model: str) -> float:
        return each.models[model].bits_per_event_macro

    assert bits(found, "mixture") != bits(without, "mixture")
    assert bits(without, "mixture") == bits(run(bare, target=target), "mixture")
    assert bits(found, "classic") == bits(without, "classic")
    # What a set does not tell is left out.
    assert "chords" not in run(bare, target=target, known=usual | {"chords"}).known


def test_chords_that_are_none_are_refused_with_their_place(tmp_path: Path) -> None:
    path = written(tmp_path, [*walks(1), dict(walks(1)[0], chords=[[0]])], "set")
    with pytest.raises(FormatError, match=r"set\.jsonl, line 2: chords: number 1 must be"):
        run(path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "set.jsonl: the file is empty"),
        ("\n \n", "set.jsonl: there are only blank lines, no melodies"),
        ('{"notes": [[0, 1, 60]]}\n\n{"notes": [[0, 1, 60]\n', "set.jsonl, line 3: not JSON"),
        ('{"notes": [[0, 1, 160]]}\n', "set.jsonl, line 1: note 1: "),
    ],
)
def test_a_file_that_is_no_set_is_refused_with_its_place(
    tmp_path: Path, text: str, message: str
) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FormatError) as refused:
        run(str(path))
    assert message in str(refused.value)


def test_one_melody_is_too_few(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="there is one melody only"):
        run(written(tmp_path, walks(1)))
    same = written(tmp_path, [row([60, 62]), row([62, 64])])
    with pytest.raises(ParameterError, match="there is one tune only"):
        run(same, grouped=True)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n_folds": 1}, "2 folds or more, not 1"),
        ({"n_seeds": 0}, "1 seed or more, not 0"),
        ({"target": "colour"}, "target must be pitch, onset, duration, joint, not 'colour'"),
        ({"known": frozenset({"colour"})}, "onset, duration, key, phrase, chords, not colour"),
        ({"known": frozenset({"onset"}), "target": "onset"}, "key, phrase, chords, not onset"),
    ],
)
def test_a_request_without_sense_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ParameterError) as refused:
        PredictionRequest("set.jsonl", **options)
    assert message in str(refused.value)


def test_a_set_that_is_not_there() -> None:
    with pytest.raises(MissingError, match=r"no set is called 'choralez', .* there are chorales,"):
        run("choralez")
    with pytest.raises(MissingError, match=r"gone\.jsonl: no such file"):
        run("gone.jsonl")


def test_without_music21_a_named_set_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clinamen.bench._corpora.find_spec", lambda name: None)
    with pytest.raises(MissingError, match=r'pip install "clinamen\[bench\]"'):
        run("kinder")


def test_named_sets_are_as_large_as_they_are_described() -> None:
    pytest.importorskip("music21")
    kinder = load_set("kinder")
    assert (len(kinder.melodies), kinder.n_notes) == (213, 8393)
    assert kinder.known == {"onset", "duration", "key", "phrase"}


def test_a_file_called_like_a_named_set_has_no_published_figures(tmp_path: Path) -> None:
    assert run(written(tmp_path, walks(2), "kinder")).published == ()
